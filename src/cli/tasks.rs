//! `qun tasks`

use super::failure::{Failure, Outcome};
use super::matters::{Asked, Said};
use crate::engine::WaitsFor;
use clap::{Args, Subcommand};
use serde_json::json;

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
    #[command(flatten)]
    asked: Asked,
}

/// Say that a task is done.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun tasks done qun.db 0123456789abcdef0123 --by m1")]
pub(super) struct Done {
    #[command(flatten)]
    said: Said,
}

impl Command {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Command::List(List { asked }) => asked.list(WaitsFor::Task),
            Command::Done(Done { said }) => said.say(WaitsFor::Task, json!({ "kind": "task.done" }), "task"),
        }
    }
}
