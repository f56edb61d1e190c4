//! Annotations of GitHub's workflow runs: one command a finding.

use super::{Linted, say};
use crate::l10n::Catalogue;
use crate::lint::Group;
use crate::syntax::span::Span;
use std::fmt::Write;

/// Findings as workflow commands.
#[must_use]
pub fn github(linted: &[Linted<'_>], catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for of in linted {
        for finding in of.findings {
            let span = finding.span();
            let (line, column) = of.book.sources.line_col(span);
            let (end_line, end_column) = of.book.sources.line_col(Span { start: span.end, ..span });
            let command = match finding.group {
                Group::Correctness => "error",
                Group::Suspicious => "warning",
                Group::Style => "notice",
            };
            let said = say(of.book, finding, catalogue);
            let message = said.help.map_or(said.headline.clone(), |help| format!("{}\n{help}", said.headline));
            // A range of columns is only understood within one line.
            let columns =
                if line == end_line { format!(",col={column},endColumn={end_column}") } else { String::new() };
            let _ = writeln!(
                text,
                "::{command} file={},line={line},endLine={end_line}{columns},title={}::{}",
                property(&of.path(span)),
                property(finding.lint),
                data(&message)
            );
        }
    }
    text
}

/// The text of a command: what would end it is written otherwise.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
