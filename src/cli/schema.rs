//! `qun schema`

use super::failure::{Failure, Outcome};
use super::output::Output;
use crate::log::schema::SCHEMAS;
use clap::{Args, ValueEnum};

/// Print the JSON Schema of what qun reads or writes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun schema decisions > decisions.schema.json")]
pub(super) struct Arguments {
    /// What is described.
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// A line of `qun simulate --format jsonl`.
    Decisions,
    /// What `qun diff --format json` writes.
    Diff,
    /// A line of a log.
    Events,
    /// The file of groups and members at the start (YAML or JSON).
    Directory,
    /// What `qun explain --format json` writes.
    Explain,
    /// What `qun lint --format json` writes.
    Lint,
    /// A file of scenarios (`qun test`).
    Scenario,
    /// What `qun test --format json` writes.
    Tested,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            What::Decisions => "decisions",
            What::Diff => "diff",
            What::Events => "events",
            What::Directory => "directory",
            What::Explain => "explain",
            What::Lint => "lint",
            What::Scenario => "scenario",
            What::Tested => "tested",
        }
    }
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let schema = SCHEMAS.iter().find(|schema| schema.name == self.what.name());
        let text = schema.map(|schema| schema.text).unwrap_or_default();
        Output::print(None, text).map(|()| Outcome::Clean)
    }
}
