//! The report of a dry run: for people as text with tables, for programs as JSON.

mod human;
mod json;
mod profile;
mod silence;
pub(super) mod table;

pub use human::human;
pub use json::json;
pub use profile::profile;

use super::{grouped, plural};
use crate::log::{Accounts, BadLine};

/// What is wrong with a log and a run, one line each.
#[must_use]
pub fn findings(accounts: &Accounts, notes: &[String], note_count: u64) -> Vec<String> {
    let mut lines = bad_lines(accounts);
    lines.extend(notes.iter().cloned());
    if note_count > notes.len() as u64 {
        lines.push(format!("{} more errors of the run", grouped(note_count - notes.len() as u64)));
    }
    lines
}

/// The first bad lines, and how many more there are.
fn bad_lines(accounts: &Accounts) -> Vec<String> {
    let mut lines: Vec<String> = accounts.bad.iter().map(|bad| bad_line(accounts, bad)).collect();
    let more = accounts.total().bad.saturating_sub(accounts.bad.len() as u64);
    if more > 0 {
        lines.push(format!("and {}", plural(more, "more bad line")));
    }
    lines
}

/// What is wrong with a line, and the way out where there is one.
fn bad_line(accounts: &Accounts, bad: &BadLine) -> String {
    let help = bad.error.help().map_or_else(String::new, |help| format!("; {help}"));
    format!("{}{help}", accounts.shown(bad))
}
