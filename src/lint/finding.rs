//! What a lint has found, as data: words stand in the catalogues, rendering in `report`.

use super::witness::Witness;
use crate::l10n::Text;
use crate::syntax::span::Span;
use serde::Serialize;

/// How sure a lint is: a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// On, and fails the build: what is found is wrong. What cannot be decided is silent.
    Correctness,
    /// On, and warns: what is found is probably not meant.
    Suspicious,
    /// Off unless asked for.
    Style,
}

impl Group {
    /// Every group, the surest first.
    pub const ALL: [Group; 3] = [Group::Correctness, Group::Suspicious, Group::Style];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Correctness => "correctness",
            Group::Suspicious => "suspicious",
            Group::Style => "style",
        }
    }

    /// How programs call findings of the group: `error`, `warning`, `note`.
    #[must_use]
    pub fn level(self) -> &'static str {
        match self {
            Group::Correctness => "error",
            Group::Suspicious => "warning",
            Group::Style => "note",
        }
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The name of the lint.
    pub lint: &'static str,
    /// Its group.
    pub group: Group,
    /// The headline; its attribute `help` is the way out, others are labels.
    pub text: Text,
    /// The places, the main one first, each with the attribute that says what is there; empty for none.
    pub labels: Vec<(Span, &'static str)>,
    /// What shows it.
    pub witness: Option<Witness>,
    /// What mends it.
    pub fix: Option<Fix>,
}

/// A change of the sources that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether the playbook decides the same afterwards, or what it decided before was a plain mistake.
    pub safe: bool,
    /// What is replaced.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// What goes.
    #[serde(skip)]
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Finding {
    /// A finding at a place; the label's text is the attribute `here` of the message.
    #[must_use]
    pub fn new(text: Text, span: Span) -> Finding {
        Finding { lint: "", group: Group::Suspicious, text, labels: vec![(span, "here")], witness: None, fix: None }
    }

    /// The same with another place; the label's text is an attribute of the message.
    #[must_use]
    pub fn and(mut self, span: Span, attribute: &'static str) -> Finding {
        self.labels.push((span, attribute));
        self
    }

    /// The same with what shows it.
    #[must_use]
    pub fn shown_by(mut self, witness: impl Into<Option<Witness>>) -> Finding {
        self.witness = witness.into();
        self
    }

    /// The same with a change that mends it.
    #[must_use]
    pub fn mended_by(mut self, safe: bool, edits: Vec<(Span, String)>) -> Finding {
        let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
        self.fix = Some(Fix { safe, edits });
        self
    }

    /// The main place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map(|(span, _)| *span).unwrap_or_default()
    }
}
