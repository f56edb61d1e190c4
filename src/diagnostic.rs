//! What is wrong, as data: a headline, the places, the way out. Rendering lives in `report`.

use crate::l10n::{Arg, Catalogue, Text};
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

/// A diagnostic before it is said in a tongue: the message, whose parts say the places and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    code: &'static str,
    severity: Severity,
    text: Text,
    labels: Vec<(Span, &'static str)>,
    help: Option<Help>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Help {
    Part(&'static str),
    Other(Text),
}

impl Draft {
    /// An error with its message, whose name is that of the room and the code: `check-units`.
    pub(crate) fn new(id: &'static str) -> Draft {
        let code = id.split_once('-').map_or(id, |(_, code)| code);
        Draft { code, severity: Severity::Error, text: Text::new(id), labels: Vec::new(), help: None }
    }

    /// The same under the code that it shares with others.
    pub(crate) fn code(self, code: &'static str) -> Draft {
        Draft { code, ..self }
    }

    /// The same as a warning.
    pub(crate) fn warning(self) -> Draft {
        Draft { severity: Severity::Warning, ..self }
    }

    /// Adds an argument, for all parts of the message.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Draft {
        self.text = self.text.with(name, value);
        self
    }

    /// Adds a place; the part of the message says what it is.
    pub(crate) fn at(mut self, span: Span, part: &'static str) -> Draft {
        self.labels.push((span, part));
        self
    }

    /// Adds a place where there is one.
    pub(crate) fn maybe_at(self, span: Option<Span>, part: &'static str) -> Draft {
        match span {
            Some(span) => self.at(span, part),
            None => self,
        }
    }

    /// Adds the way out, a part of the message.
    pub(crate) fn help(self, part: &'static str) -> Draft {
        Draft { help: Some(Help::Part(part)), ..self }
    }

    /// Adds a way out that is a message of its own, where there is one.
    pub(crate) fn maybe_help(self, help: Option<Text>) -> Draft {
        match help {
            Some(help) => Draft { help: Some(Help::Other(help)), ..self },
            None => self,
        }
    }

    /// The same as a part of another message, `inner`, that tells it at one place.
    pub(crate) fn within(self, id: &'static str, at: Span) -> Draft {
        let help = match self.help {
            Some(Help::Part(part)) => Some(Help::Other(self.text.clone().part(part))),
            help => help,
        };
        Draft { text: Text::new(id).with("inner", self.text), labels: vec![(at, "label")], help, ..self }
    }

    /// The diagnostic in a tongue.
    pub(crate) fn say(&self, words: &Catalogue) -> Diagnostic {
        let part = |part| words.say(&self.text.clone().part(part));
        Diagnostic {
            code: self.code,
            severity: self.severity,
            headline: words.say(&self.text),
            labels: self.labels.iter().map(|(span, label)| (*span, part(label))).collect(),
            help: self.help.as_ref().map(|help| match help {
                Help::Part(help) => part(help),
                Help::Other(help) => words.say(help),
            }),
        }
    }
}
