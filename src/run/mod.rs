//! A playbook live: the same engine, fed as things happen, and nothing that was acknowledged is ever lost.
//!
//! | file | what |
//! | --- | --- |
//! | `arrival` | one line as it arrives, made one of the journal |
//! | `store` | the file in which all of it lies: the only place that knows SQL |
//! | `executor` | the single writer: input, state and decisions are one transaction; restart by replay |
//! | `journal` | the journal as an event log for `qun simulate` |
//!
//! The engine's time is the time at which an event is *handled*: its own, unless the clock has passed it (the event is
//! late) or has not come to it (it is early); then it is that of the clock, which never goes back. The journal keeps
//! these times, so that a dry run over it, driven by the same [`Driver`](crate::simulate::Driver), decides the same.

mod arrival;
mod executor;
mod journal;
mod store;

pub use arrival::Off;
pub use executor::{Executor, Receipt};
pub use journal::{ExportError, Exported, decisions, export};
pub use store::{Entry, Store, StoreError, Summary, Work, plan_digest};
