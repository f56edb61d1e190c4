//! The report of a dry run.

use super::Style;
use crate::log::Accounts;
use crate::simulate::Report;

/// For programs.
#[must_use]
pub fn json(_report: &Report) -> String {
    String::new()
}

/// For people.
#[must_use]
pub fn human(report: &Report, _style: Style) -> String {
    format!("{report:#?}\n")
}

/// What is wrong with a log and a run, one line each.
#[must_use]
pub fn findings(accounts: &Accounts, notes: &[String], note_count: u64) -> Vec<String> {
    let mut lines: Vec<String> = accounts.bad.iter().map(|bad| accounts.shown(bad).to_string()).collect();
    let more = accounts.total().bad - accounts.bad.len() as u64;
    if more > 0 {
        lines.push(format!("{} more bad lines", super::grouped(more)));
    }
    lines.extend(notes.iter().cloned());
    if note_count > notes.len() as u64 {
        lines.push(format!("{} more errors of the run", super::grouped(note_count - notes.len() as u64)));
    }
    lines
}
