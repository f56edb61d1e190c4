//! The words for what is wrong: a headline that states the fact, labels that make sense alone, the way out in `help`.

mod events;
mod items;
mod names;
mod scopes;
mod settings;
mod types;

use super::errors::{CheckError, ContentError};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::span::Span;

/// A mistake in words.
pub(crate) fn diagnostic(error: &CheckError) -> Diagnostic {
    match error {
        CheckError::Name(error) => names::told(error),
        CheckError::Scope(error) => scopes::told(error),
        CheckError::Type(error) => types::told(error),
        CheckError::Event(error) => events::told(error),
        CheckError::Item(error) => items::told(error),
        CheckError::Community(error) => settings::community(error),
        CheckError::Content(ContentError::InContent { path, line, column, error, at }) => {
            let inner = diagnostic(error);
            let headline = format!("{path}:{line}:{column}: {}", inner.headline);
            let label = format!("in the text that begins at line {line} of `{path}`");
            Diagnostic { headline, labels: vec![(*at, label)], ..inner }
        }
        CheckError::Content(error) => settings::content(error),
    }
}

/// An error with its headline, to which places and help are added.
fn error(code: &'static str, headline: impl Into<String>) -> Diagnostic {
    Diagnostic { code, severity: Severity::Error, headline: headline.into(), labels: Vec::new(), help: None }
}

/// What a diagnostic is built from.
trait Draft: Sized {
    /// Adds a place with its label.
    fn at(self, span: Span, label: impl Into<String>) -> Self;
    /// Adds a place where there is one.
    fn maybe_at(self, span: Option<Span>, label: impl Into<String>) -> Self;
    /// Adds the way out.
    fn help(self, help: impl Into<String>) -> Self;
    /// Adds the way out where there is one.
    fn maybe_help(self, help: Option<String>) -> Self;
}

impl Draft for Diagnostic {
    fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    fn maybe_at(self, span: Option<Span>, label: impl Into<String>) -> Self {
        match span {
            Some(span) => self.at(span, label),
            None => self,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        self.maybe_help(Some(help.into()))
    }

    fn maybe_help(self, help: Option<String>) -> Self {
        Diagnostic { help: help.or(self.help), ..self }
    }
}

/// `a role`, `an event`
fn a(noun: &str) -> String {
    let vowel = noun.trim_start_matches('`').starts_with(['a', 'e', 'i', 'o', 'u']);
    if vowel { format!("an {noun}") } else { format!("a {noun}") }
}
