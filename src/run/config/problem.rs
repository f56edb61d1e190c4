//! What may be wrong in a configuration, and its words.

use super::KEYS;
use crate::diagnostic::{Diagnostic, Severity};
use crate::log::yaml::Place;
use crate::run::outbox::GUARDED;
use crate::syntax::span::{FileId, Span};
use std::fmt;

/// Something wrong in a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) start: u32,
    end: u32,
    /// What is wrong.
    pub problem: ConfigProblem,
}

/// What can be wrong in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// No YAML.
    Yaml(String),
    /// A key that does not belong there.
    UnknownKey { key: String, similar: Option<String> },
    /// A key that is there before.
    Repeated(String),
    /// A key that must be there is missing.
    Missing(&'static str),
    /// A value of the wrong form.
    Wrong { key: String, wanted: String },
    /// A secret that may stand there itself: it is not repeated.
    BareSecret(String),
    /// Events are taken from everybody.
    Open,
    /// Keys that mean nothing without another.
    Idle { key: &'static str, without: &'static str },
    /// A key that a connector or a route must have is missing.
    Lacking { of: String, key: &'static str },
    /// A key that does not belong into a connector or a route.
    Stray { of: String, key: String, similar: Option<String>, known: String },
    /// A word that names nothing.
    Unknown { what: &'static str, word: String, similar: Option<String>, known: String },
    /// An action that only the playbook itself sees.
    Inward(String),
    /// A route after one that takes everything.
    Unreached,
    /// A connector that no route names.
    Unused(String),
    /// Both the short and the long form.
    Both,
    /// A word that cannot be allowed.
    Unguarded { word: String, similar: Option<String> },
}

impl ConfigError {
    pub(super) fn at(place: Place, problem: ConfigProblem) -> ConfigError {
        ConfigError { start: place.start, end: place.end, problem }
    }

    /// The mistake as it is told, in the text that [`masked`] gives.
    #[must_use]
    pub fn diagnostic(&self, file: FileId) -> Diagnostic {
        let span = Span { file, start: self.start, end: self.end };
        Diagnostic {
            code: self.problem.code(),
            severity: Severity::Error,
            headline: self.problem.to_string(),
            labels: vec![(span, String::new())],
            help: self.problem.help(),
        }
    }
}

impl ConfigProblem {
    /// A stable, readable name of the mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ConfigProblem::Yaml(_) => "bad-yaml",
            ConfigProblem::UnknownKey { .. } => "unknown-key",
            ConfigProblem::Repeated(_) => "repeated-key",
            ConfigProblem::Missing(_) => "missing-key",
            ConfigProblem::Wrong { .. } => "bad-value",
            ConfigProblem::BareSecret(_) => "bare-secret",
            ConfigProblem::Open => "open-to-everybody",
            ConfigProblem::Idle { .. } => "idle-key",
            ConfigProblem::Unguarded { .. } | ConfigProblem::Unknown { .. } => "unknown-name",
            ConfigProblem::Lacking { .. } => "missing-key",
            ConfigProblem::Stray { .. } => "unknown-key",
            ConfigProblem::Inward(_) => "never-leaves",
            ConfigProblem::Unreached => "unreachable-route",
            ConfigProblem::Unused(_) => "idle-connector",
            ConfigProblem::Both => "two-ways",
        }
    }

    pub(super) fn help(&self) -> Option<String> {
        match self {
            ConfigProblem::UnknownKey { similar: Some(similar), .. } => Some(format!("did you mean `{similar}`?")),
            ConfigProblem::UnknownKey { .. } => Some(format!("the keys are {}", KEYS.join(", "))),
            ConfigProblem::Missing("routes") => Some("say which of the connectors takes what".to_owned()),
            ConfigProblem::Missing(key) => Some(format!("add `{key}: qun.db`")),
            ConfigProblem::Lacking { key, .. } => Some(format!("add `{key}`")),
            ConfigProblem::Stray { similar: Some(similar), .. }
            | ConfigProblem::Unknown { similar: Some(similar), .. } => Some(format!("did you mean `{similar}`?")),
            ConfigProblem::Stray { known, .. } => Some(format!("the keys are {known}")),
            ConfigProblem::Unknown { known, .. } => Some(format!("there are {known}")),
            ConfigProblem::Inward(_) => Some("leave it out: there is nothing to deliver".to_owned()),
            ConfigProblem::Unreached => Some("put it before the one that takes everything".to_owned()),
            ConfigProblem::Unused(_) => Some("add a route to it, or leave it out".to_owned()),
            ConfigProblem::Both => Some("write it as a connector of kind `webhook`".to_owned()),
            ConfigProblem::BareSecret(_) => Some("write where it is: `env:NAME` or `file:PATH`".to_owned()),
            ConfigProblem::Open => Some("add `token: env:QUN_TOKEN` or `signing: env:QUN_SECRET`".to_owned()),
            ConfigProblem::Unguarded { similar: Some(similar), .. } => Some(format!("did you mean `{similar}`?")),
            ConfigProblem::Unguarded { .. } => Some(format!("only these need to be allowed: {}", GUARDED.join(", "))),
            ConfigProblem::Idle { without, .. } => Some(format!("add `{without}`, or leave it out")),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigProblem::Yaml(why) => write!(f, "not YAML: {why}"),
            ConfigProblem::UnknownKey { key, .. } => write!(f, "`{key}` is not a key of a configuration"),
            ConfigProblem::Repeated(key) => write!(f, "`{key}` stands there twice"),
            ConfigProblem::Missing(key) => write!(f, "`{key}` is missing"),
            ConfigProblem::Wrong { key, wanted } => write!(f, "`{key}` needs {wanted}"),
            ConfigProblem::BareSecret(key) => write!(f, "`{key}` is a secret and must not stand in the file"),
            ConfigProblem::Open => f.write_str("`listen` would take events from everybody"),
            ConfigProblem::Unguarded { word, .. } => write!(f, "`{word}` is no action that has to be allowed"),
            ConfigProblem::Lacking { of, key } => write!(f, "`{of}` needs `{key}`"),
            ConfigProblem::Stray { of, key, .. } => write!(f, "`{key}` is not a key of a {of}"),
            ConfigProblem::Unknown { what, word, .. } => write!(f, "there is no {what} `{word}`"),
            ConfigProblem::Inward(word) => write!(f, "`{word}` never leaves the playbook"),
            ConfigProblem::Unreached => f.write_str("no decision comes to this route"),
            ConfigProblem::Unused(name) => write!(f, "no route leads to `{name}`"),
            ConfigProblem::Both => f.write_str("`deliver` is a connector of its own"),
            ConfigProblem::Idle { key, without } => write!(f, "`{key}` means nothing without `{without}`"),
        }
    }
}
