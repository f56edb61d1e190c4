//! Diagnostics as text with snippets, and as JSON.

use super::Style;
use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Text};
use crate::syntax::source::Sources;
use crate::syntax::span::{FileId, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use serde::Serialize;
use std::fmt;

/// What the drawing library writes before the way out, which cannot be set.
const HELP: &str = "  help: ";

/// Draws diagnostics with snippets of the playbook.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, style: Style, words: &Catalogue) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_links(false).with_width(style.width).with_context_lines(1);
    let mut text = String::new();
    for diagnostic in diagnostics {
        let shown = Shown::new(diagnostic, sources, words);
        // Writing to a string fails only where a label lies outside its file; the headline then stands alone.
        let mut one = String::new();
        if handler.render_report(&mut one, &shown).is_err() {
            one.push_str(&diagnostic.headline);
        }
        text.push_str(&one.replacen(HELP, &format!("  {}", words.say(&Text::new("way-out"))), 1));
        text.push('\n');
    }
    text
}

/// `2 errors, 1 warning in 3 files`
#[must_use]
pub fn summary(diagnostics: &[Diagnostic], files: usize, words: &Catalogue) -> String {
    let (errors, warnings) = count(diagnostics);
    let text = Text::new(match (errors, warnings) {
        (0, 0) => "summary-clean",
        (0, _) => "summary-warnings",
        (_, 0) => "summary-errors",
        (_, _) => "summary-both",
    });
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    words.say(&text.with("errors", number(errors)).with("warnings", number(warnings)).with("files", files))
}

/// How many errors and how many warnings there are.
#[must_use]
pub fn count(diagnostics: &[Diagnostic]) -> (u64, u64) {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    (errors as u64, (diagnostics.len() - errors) as u64)
}

// ---- text -----------------------------------------------------------------------------------------------------------

/// A diagnostic as the drawing library wants it: labels in one file, those in other files as further diagnostics.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: File<'a>,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Elsewhere<'a>>,
}

/// What a diagnostic says about another file.
struct Elsewhere<'a> {
    source: File<'a>,
    label: LabeledSpan,
    headline: String,
}

impl<'a> Shown<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a Sources, words: &Catalogue) -> Shown<'a> {
        let file = diagnostic.labels.first().map_or(FileId::default(), |(span, _)| span.file);
        let (here, other): (Vec<_>, Vec<_>) = diagnostic.labels.iter().partition(|(span, _)| span.file == file);
        let elsewhere = |(span, text): &(Span, String)| Elsewhere {
            source: named(sources, span.file),
            label: labelled(sources, *span, text, false),
            headline: words.say(&Text::new("see-also").with("file", sources.path(span.file))),
        };
        Shown {
            diagnostic,
            source: named(sources, file),
            labels: here.iter().enumerate().map(|(i, (span, text))| labelled(sources, *span, text, i == 0)).collect(),
            elsewhere: other.into_iter().map(elsewhere).collect(),
        }
    }
}

fn named(sources: &Sources, file: FileId) -> File<'_> {
    File { name: sources.path(file), text: sources.text(file) }
}

/// A file of the playbook; columns count characters, and distant labels stay apart.
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl SourceCode for File<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        let lines = memchr::memchr_iter(b'\n', inner.data()).count();
        let column = if before == 0 { self.column(span.offset()) } else { inner.column() };
        let (name, place) = (self.name.to_owned(), *inner.span());
        Ok(Box::new(MietteSpanContents::new_named(name, inner.data(), place, inner.line(), column, lines)))
    }
}

impl File<'_> {
    /// How many characters stand before this byte on its line.
    fn column(&self, byte: usize) -> usize {
        let before = self.text.get(..byte).unwrap_or_default();
        before.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

/// A label; one that reaches past the end of its file is drawn at the end.
fn labelled(sources: &Sources, span: Span, text: &str, main: bool) -> LabeledSpan {
    let length = sources.text(span.file).len();
    let (start, end) = ((span.start as usize).min(length), (span.end as usize).min(length));
    let text = Some(text.to_owned()).filter(|text| !text.is_empty());
    let place = (start, end.saturating_sub(start));
    if main { LabeledSpan::new_primary_with_span(text, place) } else { LabeledSpan::new_with_span(text, place) }
}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let elsewhere = self.elsewhere.iter().map(|place| place as &dyn miette::Diagnostic);
        (!self.elsewhere.is_empty()).then(|| Box::new(elsewhere) as Box<dyn Iterator<Item = _>>)
    }
}

impl std::error::Error for Shown<'_> {}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.headline)
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

/// The diagnostics of one playbook, for programs.
#[derive(Debug, Serialize)]
pub struct Playbook<'a> {
    /// As it was named.
    pub playbook: &'a str,
    /// How many files it has.
    pub files: usize,
    /// How many errors there are.
    pub errors: u64,
    /// How many warnings there are.
    pub warnings: u64,
    /// In the order of file name, then position.
    pub diagnostics: Vec<Entry<'a>>,
}

/// One diagnostic.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    code: &'a str,
    severity: &'static str,
    headline: &'a str,
    labels: Vec<Label<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

/// Lines and columns count from 1, columns in characters; the end lies behind the last character.
#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end: End,
}

#[derive(Debug, Serialize)]
struct End {
    line: usize,
    column: usize,
}

impl<'a> Playbook<'a> {
    /// What was found in one playbook.
    #[must_use]
    pub fn new(playbook: &'a str, diagnostics: &'a [Diagnostic], sources: &'a Sources) -> Playbook<'a> {
        let (errors, warnings) = count(diagnostics);
        let files = sources.iter().count();
        let diagnostics = diagnostics.iter().map(|diagnostic| entry(diagnostic, sources)).collect();
        Playbook { playbook, files, errors, warnings, diagnostics }
    }
}

/// The diagnostics of all playbooks as one JSON document.
#[must_use]
pub fn json(playbooks: &[Playbook<'_>]) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        playbooks: &'a [Playbook<'a>],
    }
    super::pretty(&Document { version: 1, playbooks })
}

fn entry<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Entry<'a> {
    let main = diagnostic.labels.first().map(|(span, _)| *span).unwrap_or_default();
    let label = |(span, text): &'a (Span, String)| Label { place: place(*span, sources), text };
    Entry {
        place: place(main, sources),
        code: diagnostic.code,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        headline: &diagnostic.headline,
        labels: diagnostic.labels.iter().map(label).collect(),
        help: diagnostic.help.as_deref(),
    }
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let (line, column) = sources.line_col(span);
    let end = sources.line_col(Span { start: span.end, ..span });
    Place { file: sources.path(span.file), line, column, end: End { line: end.0, column: end.1 } }
}
