//! The words for what is wrong.

use super::errors::CheckError;
use crate::diagnostic::{Diagnostic, Severity};

/// A mistake in words.
#[must_use]
pub fn diagnostic(error: &CheckError) -> Diagnostic {
    let severity = match error {
        CheckError::Type(super::errors::TypeError::MayBeMissing { .. }) => Severity::Warning,
        _ => Severity::Error,
    };
    Diagnostic { code: "todo-code", severity, headline: format!("{error:?}"), labels: Vec::new(), help: None }
}
