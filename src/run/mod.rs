//! A playbook live: the same engine, fed as things happen, and nothing that was acknowledged is ever lost.
//!
//! | file | what |
//! | --- | --- |
//! | `config`, `wiring` | `qun.yaml`, and what is wrong in it; its connectors and routes |
//! | `arrival` | one line as it arrives, made one of the journal |
//! | `store` | the file in which all of it lies: the only place that knows SQL |
//! | `executor` | the single writer: input, state and decisions are one transaction; requests of commands; restarts |
//! | `snapshot` | what a run remembers as bytes, so that a restart need not go through the whole journal |
//! | `version` | a version of the playbook with its texts |
//! | `journal` | the journal as an event log for `qun simulate` |
//! | `signature` | who may hand events in |
//! | `body`, `http` | events by HTTP |
//! | `tail` | events from a file that grows |
//! | `outbox`, `deliver` | what goes out: a row in the transaction of its decision, tried until it is accepted by a [connector](crate::connector) |
//! | `figures` | what is counted and measured |
//! | `service` | the loop of the writer: what waits together is committed together |
//!
//! The engine's time is the time at which an event is *handled*: its own, unless the clock has passed it (the event is
//! late) or has not come to it (it is early); then it is that of the clock, which never goes back. The journal keeps
//! these times, so that a dry run over it, driven by the same [`Driver`](crate::simulate::Driver), decides the same.

mod arrival;
mod body;
mod config;
mod deliver;
mod executor;
mod figures;
mod http;
mod journal;
mod outbox;
mod service;
mod signature;
mod snapshot;
mod store;
mod tail;
mod version;
mod wiring;

pub use arrival::Off;
pub use config::{Config, ConfigError, ConfigProblem, SecretAt, masked, read_config};
pub use deliver::{Delivered, Outlet, Sending, deliver};
pub use executor::{Executor, How, Loader, Opening, RELOAD, Receipt, Restart};
pub use figures::{Figures, Histogram};
pub use http::{Desk, listen};
pub use journal::{ExportError, Exported, decisions, export, write_version};
pub use outbox::{GUARDED, Outcome, Policy, Row, State};
pub use service::{Job, Lines, reload_lines, serve, tell_of_reload};
pub(crate) use signature::sign;
pub use signature::{Gate, Shown};
pub use snapshot::{pack, unpack};
pub use store::{Entry, Matter, OutboxFigures, Store, StoreError, Summary, Work, is_running};
pub use tail::{Followed, Mark, follow};
pub use version::{Came, InForce, Version, Written, plan_digest};
pub use wiring::{Line, Setting};
