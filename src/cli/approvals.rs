//! `qun approvals`

use super::failure::{Failure, Outcome};
use super::matters::{Asked, Said};
use crate::engine::WaitsFor;
use clap::{Args, Subcommand};
use serde_json::json;

/// See what waits for an approval, and give or refuse it.
///
/// All of it can be done while the run goes on, and while it does not: then a word is kept until it does. It becomes an
/// event `approval.decided` of the journal.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    List(List),
    Grant(Word),
    Deny(Word),
}

/// List what waits for an approval, what expires first at the front.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun approvals list qun.db")]
pub(super) struct List {
    #[command(flatten)]
    asked: Asked,
}

/// Say a word on what waits: with one approval for several actions, on all of them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    qun approvals grant qun.db 0123456789abcdef0123 --by m1\n  \
    qun approvals deny qun.db 0123456789abcdef0123")]
pub(super) struct Word {
    #[command(flatten)]
    said: Said,
}

impl Command {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Command::List(List { asked }) => asked.list(WaitsFor::Approval),
            Command::Grant(word) => word.say(true),
            Command::Deny(word) => word.say(false),
        }
    }
}

impl Word {
    fn say(&self, approved: bool) -> Result<Outcome, Failure> {
        self.said.say(WaitsFor::Approval, json!({ "kind": "approval.decided", "approved": approved }), "action")
    }
}
