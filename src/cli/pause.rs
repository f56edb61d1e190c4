//! `qun pause` and `qun resume`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use crate::run::Store;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Deliver nothing until `qun resume`; events are taken and decisions are made all the same.
///
/// It counts at once for a run that goes on, and outlives restarts.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun pause qun.db")]
pub(super) struct Pause {
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Let deliveries go on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun resume qun.db")]
pub(super) struct Resume {
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Pause {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        set(&Store::control(&self.store)?, true, self.format)
    }
}

impl Resume {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        set(&Store::control(&self.store)?, false, self.format)
    }
}

fn set(store: &Store, paused: bool, format: Format) -> Result<Outcome, Failure> {
    store.pause(paused)?;
    let text = match (format, paused) {
        (Format::Json, _) => format!("{}\n", json!({ "paused": paused })),
        (Format::Human, true) => "paused: nothing is delivered until `qun resume`\n".to_owned(),
        (Format::Human, false) => "resumed\n".to_owned(),
    };
    Output::print(None, &text).map(|()| Outcome::Clean)
}
