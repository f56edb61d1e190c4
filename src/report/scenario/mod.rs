//! What became of scenarios: for people, and for programs (JSON, JUnit).

mod coverage;
mod human;
mod json;
mod junit;

pub use human::human;
pub use json::json;
pub use junit::junit;

use crate::scenario::Outcome;
use crate::scenario::coverage::Reached;
use crate::syntax::source::Sources;
use crate::syntax::span::Span;

/// The scenarios of one playbook, tried.
pub struct Played<'a> {
    /// As the playbook was named.
    pub playbook: &'a str,
    /// The files of scenarios.
    pub sources: &'a Sources,
    /// In the order of files and positions.
    pub outcomes: &'a [Outcome],
    /// What they reached; none where only some of them were tried.
    pub reached: Option<&'a Reached>,
}

impl Played<'_> {
    fn failed(&self) -> usize {
        self.outcomes.iter().filter(|outcome| !outcome.failures.is_empty()).count()
    }

    /// `file:line:column`
    fn place(&self, span: Span) -> String {
        let (line, column) = self.sources.line_col(span);
        format!("{}:{line}:{column}", self.sources.path(span.file))
    }
}
