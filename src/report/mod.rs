//! How findings look: text for people, JSON for programs. The only room that knows how to draw snippets and tables.

pub mod budgets;
pub mod decisions;
pub mod diagnostics;
pub mod diff;
pub mod explain;
pub mod findings;
pub mod graph;
pub mod metrics;
pub mod run;
pub mod scenario;

use serde::Serialize;

/// How text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// For a terminal: tables fit its width.
    pub terminal: bool,
    /// With colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { terminal: false, color: false, width: 100 }
    }
}

/// `1 file`, `2 files`
#[must_use]
pub fn plural(count: u64, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {word}{ending}", grouped(count))
}

/// A number with commas between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one digit after the point; never 0% or 100% where that is not exact.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0%".to_owned();
    }
    if part == whole {
        return "100%".to_owned();
    }
    let tenths = (u128::from(part) * 1_000 + u128::from(whole) / 2) / u128::from(whole);
    match tenths {
        0 => "under 0.1%".to_owned(),
        1_000 => "over 99.9%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// What went wrong below a table: a pipe that nobody reads is still known as one.
fn unpacked(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// JSON for reading, with a line break at its end.
fn pretty(document: &impl Serialize) -> String {
    // Structures of texts and numbers always have a JSON form.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
