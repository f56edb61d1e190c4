//! `qun approvals`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use super::{ask, matters};
use crate::engine::WaitsFor;
use crate::run::Store;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Say a word on what waits: with one approval for several actions, on all of them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    qun approvals grant qun.db 0123456789abcdef0123 --by m1\n  \
    qun approvals deny qun.db 0123456789abcdef0123")]
pub(super) struct Word {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision.
    id: String,

    /// The id of the member who says so.
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
                let text = matters::list(&Store::read(store)?, WaitsFor::Approval, *format)?;
                Output::print(None, &text).map(|()| Outcome::Clean)
            }
            Command::Grant(word) => word.say(true),
            Command::Deny(word) => word.say(false),
        }
    }
}

impl Word {
    fn say(&self, approved: bool) -> Result<Outcome, Failure> {
        let matter = matters::find(&Store::read(&self.store)?, WaitsFor::Approval, &self.id)?;
        let mut event = matters::event(&matter, "approval.decided", "action", self.by.as_deref());
        if let Some(fields) = event.as_object_mut() {
            fields.insert("approved".to_owned(), approved.into());
        }
        ask::hand_in(&self.store, &event, self.format)
    }
}
