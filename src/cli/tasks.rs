//! `qun tasks`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use super::{ask, matters};
use crate::engine::WaitsFor;
use crate::run::Store;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// See the tasks that are open, and say that one is done.
///
/// All of it can be done while the run goes on, and while it does not: then a word is kept until it does. It becomes an
/// event `task.done` of the journal.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    List(List),
    Done(Done),
}

/// List the tasks that are open, what is due first at the front.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun tasks list qun.db")]
pub(super) struct List {
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Say that a task is done.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun tasks done qun.db 0123456789abcdef0123 --by m1")]
pub(super) struct Done {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision that gave it.
    id: String,

    /// The id of the member who has done it.
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Command {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Command::List(List { store, format }) => {
                let text = matters::list(&Store::read(store)?, WaitsFor::Task, *format)?;
                Output::print(None, &text).map(|()| Outcome::Clean)
            }
            Command::Done(Done { store, id, by, format }) => {
                let matter = matters::find(&Store::read(store)?, WaitsFor::Task, id)?;
                let event = matters::event(&matter, "task.done", "task", by.as_deref());
                ask::hand_in(store, &event, *format)
            }
        }
    }
}
