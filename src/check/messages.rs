//! The words for what is wrong: which message of the catalogues says it, with which arguments and places.
//!
//! A headline states the fact, labels make sense alone, the way out stands in `help`.

mod cron;
mod events;
mod items;
mod names;
mod scopes;
mod settings;
mod types;

use super::errors::{CheckError, ContentError};
use crate::diagnostic::{Diagnostic, Draft};
use crate::l10n::{Arg, Catalogue, Join, Text};

/// A mistake in words.
pub(crate) fn diagnostic(error: &CheckError, words: &Catalogue) -> Diagnostic {
    draft(error).say(words)
}

fn draft(error: &CheckError) -> Draft {
    match error {
        CheckError::Name(error) => names::told(error),
        CheckError::Scope(error) => scopes::told(error),
        CheckError::Type(error) => types::told(error),
        CheckError::Event(error) => events::told(error),
        CheckError::Item(error) => items::told(error),
        CheckError::Community(error) => settings::community(error),
        CheckError::Content(ContentError::InContent { path, line, column, error, at }) => {
            let place = format!("{path}:{line}:{column}");
            draft(error)
                .within("check-in-content", *at)
                .with("place", place)
                .with("path", path.as_str())
                .with("line", line.to_string())
        }
        CheckError::Content(error) => settings::content(error),
    }
}

/// Names in a sentence: `a`, `b` and `c`.
fn all(names: &[String]) -> Arg {
    Arg::Names(names.to_vec(), Join::And)
}

/// `a role`, `an event`
fn a(noun: &'static str) -> Text {
    Text::new(noun).part("a")
}

fn write(right: &str) -> Text {
    Text::new("write-right").with("right", right)
}

fn did_you_mean(near: &str) -> Text {
    Text::new("did-you-mean").with("near", near)
}
