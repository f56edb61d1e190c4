//! A dry run: the engine driven by a recorded log and a virtual clock.
//!
//! [`driver`] feeds the engine and says what of the log could not have happened; [`record`] writes one decision as JSON;
//! [`report`] collects the figures that a report shows, [`misses`] why items did not act.

pub mod driver;
pub mod misses;
pub mod record;


pub use driver::{AfterRemoval, Driver, Moment, Options, Sink, Stop, Unhappened};
pub use misses::Misses;
pub use record::Recorder;

