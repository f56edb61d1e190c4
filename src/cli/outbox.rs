//! `qun outbox`

use super::failure::{Failure, Outcome};
use super::output::Output;
use crate::run::{State, Store};
use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// See and steer what a run delivers.
///
/// All of it can be done while the run goes on.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    List(List),
    Show(Show),
    Retry(Retry),
    Drop(Drop),
}

/// List deliveries in their order: id, state, tries, action, what was said last.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun outbox list qun.db --state dead")]
pub(super) struct List {
    /// The store of the run.
    store: PathBuf,

    /// Only those of these states; several are separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STATE")]
    state: Vec<State>,
}

impl ValueEnum for State {
    fn value_variants<'a>() -> &'a [State] {
        &State::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.meaning()))
    }
}

/// Show the decision of one delivery.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun outbox show qun.db 0123456789abcdef0123")]
pub(super) struct Show {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision.
    id: String,
}

/// Deliver again what is uncertain, dead, expired or dropped.
///
/// What is too old expires again, unless `expire` in the configuration is longer.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun outbox retry qun.db 0123456789abcdef0123")]
pub(super) struct Retry {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision.
    id: String,
}

/// Do not deliver what waits or is uncertain.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun outbox drop qun.db 0123456789abcdef0123")]
pub(super) struct Drop {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision.
    id: String,
}

impl Command {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Command::List(arguments) => arguments.run(),
            Command::Show(Show { store, id }) => {
                let row = Store::read(store)?.outbox(&[])?.into_iter().find(|row| row.id == *id);
                let row = row.ok_or_else(|| nothing(id))?;
                let text = format!("{} {} {} {}\n{}\n", row.id, row.state, row.attempts, row.said, row.record);
                Output::print(None, &text).map(|()| Outcome::Clean)
            }
            Command::Retry(Retry { store, id }) => found(Store::control(store)?.retry(id)?, id),
            Command::Drop(Drop { store, id }) => found(Store::control(store)?.give_up(id)?, id),
        }
    }
}

impl List {
    fn run(&self) -> Result<Outcome, Failure> {
        let store = Store::read(&self.store)?;
        let mut text = String::new();
        if store.is_paused()? {
            text.push_str("paused: `qun resume` lets deliveries go on\n");
        }
        for row in store.outbox(&self.state)? {
            let line = format!("{} {:<9} {:>3} {:<16} {}", row.id, row.state, row.attempts, row.action, row.said);
            text.push_str(line.trim_end());
            text.push('\n');
        }
        Output::print(None, &text).map(|()| Outcome::Clean)
    }
}

fn found(found: bool, id: &str) -> Result<Outcome, Failure> {
    if found { Ok(Outcome::Clean) } else { Err(nothing(id)) }
}

fn nothing(id: &str) -> Failure {
    Failure::Usage {
        headline: format!("no delivery `{id}` is in a state for this"),
        help: Some("`qun outbox list` shows them all".to_owned()),
    }
}
