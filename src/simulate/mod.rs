//! A dry run: the engine driven by a recorded log and a virtual clock.
//!
//! [`driver`] feeds the engine and says what of the log could not have happened; [`record`] writes one decision as JSON;
//! [`Collector`] gathers the figures of a [`Report`], [`budget`] what budgets allow, [`misses`] why items did not act,
//! [`profile`] where the time went.

pub mod budget;
mod collect;
pub mod driver;
pub mod misses;
mod parts;
pub mod profile;
pub mod record;
pub mod report;
mod silence;
mod tables;
mod words;

pub use collect::Collector;
pub use driver::{AfterRemoval, Driver, End, Held, Moment, Options, ReloadError, Sink, Stop, Unhappened};
pub use misses::Misses;
pub use parts::Parts;
pub use profile::Profile;
pub use record::Recorder;
pub use report::Report;
pub(crate) use words::value as value_in_words;
