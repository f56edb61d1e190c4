//! `qun explain-lint`

use super::failure::{Failure, Outcome};
use super::lint::unknown_lint;
use super::output::Output;
use crate::lint::page::page;
use crate::lint::rules::LINTS;
use crate::lint::{Group, UnknownLint, lint_named, nearest};
use clap::Args;

/// Explain a lint: what it means, what to write instead, and why.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun explain-lint quiet-hours-swallow")]
pub(super) struct Arguments {
    /// The lint; without one all are listed.
    name: Option<String>,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let Some(name) = &self.name else {
            return Output::print(None, &list()).map(|()| Outcome::Clean);
        };
        match lint_named(name) {
            Some(lint) => Output::print(None, &page(lint)).map(|()| Outcome::Clean),
            None => Err(unknown_lint(UnknownLint { name: name.clone(), near: nearest(name) })),
        }
    }
}

fn list() -> String {
    let of = |group: Group| {
        let names = LINTS.iter().filter(|lint| lint.group == group).map(|lint| format!("  {}\n", lint.name));
        format!("{}\n{}", group.name(), names.collect::<String>())
    };
    Group::ALL.into_iter().map(of).collect()
}
