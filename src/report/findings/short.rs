//! One line a finding: `file:line:column: level[lint] headline`.

use super::{Linted, say};
use crate::l10n::Catalogue;
use std::fmt::Write;

/// Findings, one line each.
#[must_use]
pub fn short(linted: &[Linted<'_>], catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for of in linted {
        for finding in of.findings {
            let (line, column) = of.book.sources.line_col(finding.span());
            let (path, level, lint) = (of.path(finding.span()), finding.group.level(), finding.lint);
            let headline = say(of.book, finding, catalogue).headline;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{path}:{line}:{column}: {level}[{lint}] {headline}");
        }
    }
    text
}
