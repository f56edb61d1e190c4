//! What is wrong, as data: a headline, the places, the way out. Rendering lives in `report`.

use crate::syntax::source::Sources;
use crate::syntax::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It runs, but perhaps not as meant.
    Warning,
    /// It cannot run.
    Error,
}

/// One thing to tell the writer of a playbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable, readable name of the mistake: `unknown-name`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// States the fact in the user's words: lower case, no full stop, names in backticks.
    pub headline: String,
    /// The places, the main one first; each text makes sense alone and may be empty.
    pub labels: Vec<(Span, String)>,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Where it stands, for sorting: the path of the file, then the position.
    #[must_use]
    pub fn place(&self, sources: &Sources) -> (String, u32) {
        let span = self.labels.first().map(|(span, _)| *span).unwrap_or_default();
        (sources.path(span.file).to_owned(), span.start)
    }
}
