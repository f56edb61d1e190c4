//! Scenarios for people: a line for each, and below what is not as it must be.

use super::{Played, coverage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Lang};
use crate::report::{Style, diagnostics, plural};
use crate::scenario::{Failure, Field, Outcome};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// For people.
#[must_use]
pub fn human(played: &[Played<'_>], style: Style) -> String {
    let mut text = String::new();
    for of in played {
        playbook(&mut text, of, style);
    }
    let all = played.iter().map(|of| of.outcomes.len()).sum::<usize>();
    let failed = played.iter().map(Played::failed).sum::<usize>();
    let _ = writeln!(text, "{}: {} passed, {failed} failed", plural(all as u64, "scenario"), all - failed);
    text
}

fn playbook(text: &mut String, of: &Played<'_>, style: Style) {
    let _ = writeln!(text, "{}", of.playbook);
    for outcome in of.outcomes {
        let word = if outcome.failures.is_empty() { "ok  " } else { "FAIL" };
        let _ = writeln!(text, "  {word}  {}", outcome.title());
    }
    if of.outcomes.is_empty() {
        text.push_str("  no scenarios\n");
    }
    text.push('\n');
    for outcome in of.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()) {
        for failure in &outcome.failures {
            told(text, of, outcome, failure, style);
        }
    }
    if let Some(reached) = of.reached {
        text.push_str(&coverage::human(reached, style));
        text.push('\n');
    }
}

fn told(text: &mut String, of: &Played<'_>, outcome: &Outcome, failure: &Failure, style: Style) {
    let diagnostic = Diagnostic {
        code: failure.code,
        severity: Severity::Error,
        headline: failure.headline.clone(),
        labels: vec![(failure.span, String::new())],
        help: outcome.row.as_ref().map(|row| format!("in the case {row}")),
    };
    text.push_str(&diagnostics::human(&[diagnostic], of.sources, style, &Catalogue::new(Lang::En)));
    if !failure.fields.is_empty() {
        text.push_str(&side_by_side(&failure.fields));
        text.push('\n');
    }
    for (position, why) in failure.why.iter().enumerate() {
        let lead = if position == 0 { "why:" } else { "" };
        let _ = writeln!(text, "  {lead:5}{why}");
    }
    if let Some(line) = &failure.line {
        let _ = writeln!(text, "  it is: {line}");
    }
    if !failure.why.is_empty() || failure.line.is_some() {
        text.push('\n');
    }
}

/// Expected and actual in columns; what differs is marked.
fn side_by_side(fields: &[Field]) -> String {
    let cell = |side: &Option<String>| side.as_ref().map_or_else(|| "-".to_owned(), |s| s.replace('\n', "\\n"));
    let mut rows = vec![[String::new(), "expected".to_owned(), "actual".to_owned(), String::new()]];
    for field in fields {
        let mark = if field.agrees { String::new() } else { "<- differs".to_owned() };
        rows.push([field.name.clone(), cell(&field.expected), cell(&field.actual), mark]);
    }
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.width()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), 0];
    let mut text = String::new();
    for row in &rows {
        let mut line = String::from("  ");
        for (cell, wide) in row.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide.saturating_sub(cell.width()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
