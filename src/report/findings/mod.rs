//! Findings of `qun lint`: for people, one line each, and for programs (JSON, SARIF, JUnit, annotations of GitHub).

mod github;
mod human;
mod json;
mod junit;
mod sarif;
mod short;

pub use github::github;
pub use human::{diagnostic, human};
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use short::short;

use crate::l10n::{Catalogue, Lang};
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::history::History;
use crate::syntax::span::Span;

/// The findings of one playbook.
pub struct Linted<'a> {
    /// As it was named.
    pub playbook: &'a str,
    /// What was linted.
    pub book: &'a Book<'a>,
    /// What is told.
    pub findings: &'a [Finding],
    /// What is let stand, each with the reason.
    pub allowed: &'a [(Finding, String)],
    /// What a log says, where one was given.
    pub history: Option<&'a History>,
}

impl Linted<'_> {
    /// The path of a file as the user would open it: below the playbook's folder, or the playbook itself.
    fn path(&self, span: Span) -> String {
        let file = self.book.sources.path(span.file);
        let root = self.playbook.trim_end_matches('/');
        if root.ends_with(file) { root.to_owned() } else { format!("{root}/{file}") }
    }
}

/// A finding in words.
struct Said {
    headline: String,
    labels: Vec<(Span, String)>,
    help: Option<String>,
}

/// In a Chinese file Chinese words quote Chinese code.
fn say(book: &Book<'_>, finding: &Finding, catalogue: &Catalogue) -> Said {
    let quoted = book.quoted();
    let chinese = catalogue.lang() == Lang::Zh && quoted.is_chinese(finding.span().file);
    let told = |said: String| if chinese { quoted.in_chinese(&said) } else { said };
    let label = |attribute: &str| told(catalogue.attribute(&finding.text, attribute).unwrap_or_default());
    Said {
        headline: told(catalogue.say(&finding.text)),
        labels: finding.labels.iter().map(|(span, attribute)| (*span, label(attribute))).collect(),
        help: catalogue.attribute(&finding.text, "help").map(told),
    }
}
