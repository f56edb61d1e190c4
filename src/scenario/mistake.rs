//! What can be wrong with a file of scenarios, as data; the words stand here too.

use crate::check::suggest;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::span::Span;
use std::fmt;

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where.
    pub span: Span,
    /// What.
    pub mistake: Mistake,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// No YAML.
    Yaml(String),
    /// Longer than a file may be.
    TooLarge,
    /// Neither a scenario nor a list of them.
    NoScenario,
    /// A key that stands there twice.
    Repeated(String),
    /// A key without which a scenario means nothing.
    Missing(&'static str),
    /// A value of the wrong form.
    Form {
        /// The key before it.
        key: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// A line with `: ` in it has become a map.
    LineIsMap,
    /// A text without its closing quote.
    OpenText,
    /// A list without its closing bracket.
    OpenList,
    /// A line that does not begin with a time.
    NoTime,
    /// A time that cannot be read.
    Time {
        /// As written.
        text: String,
        /// What to write.
        help: String,
    },
    /// A word that names nothing.
    Unknown {
        /// What it should name.
        what: &'static str,
        /// As written.
        word: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Somebody who occurs nowhere in the scenario.
    Nobody {
        /// `member` or `group`
        what: &'static str,
        /// As written.
        id: String,
        /// Who occurs.
        known: Vec<String>,
    },
    /// A field that an event needs, or has in another form: as the reader of logs says it.
    Event {
        /// What is wrong.
        said: String,
        /// The way out.
        help: Option<String>,
    },
    /// A file that cannot be read.
    File {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
    /// A word where none belongs.
    Stray {
        /// As written.
        word: String,
        /// What may stand there.
        wanted: &'static str,
    },
    /// Something is missing at the end of a line, or after a word.
    Needs(&'static str),
    /// A time after the end of the scenario.
    AfterEnd {
        /// When it ends.
        end: String,
    },
    /// A time before the start.
    BeforeStart,
    /// A column that no line names.
    UnusedColumn(String),
    /// A row that lacks a column which others have.
    Uneven(String),
    /// More than may be.
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many at most.
        most: usize,
    },
}

impl Wrong {
    pub(super) fn new(span: Span, mistake: Mistake) -> Wrong {
        Wrong { span, mistake }
    }

    /// As a diagnostic of the file.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.mistake.code(),
            severity: Severity::Error,
            headline: self.mistake.to_string(),
            labels: vec![(self.span, String::new())],
            help: self.mistake.help(),
        }
    }
}

impl Mistake {
    /// A stable, readable name of the mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Mistake::Yaml(_) => "bad-yaml",
            Mistake::TooLarge => "scenario-too-large",
            Mistake::NoScenario => "no-scenario",
            Mistake::Repeated(_) => "repeated-key",
            Mistake::Missing(_) => "missing-key",
            Mistake::Form { .. } | Mistake::LineIsMap => "wrong-type",
            Mistake::OpenText | Mistake::OpenList => "open-text",
            Mistake::NoTime | Mistake::Time { .. } => "bad-time",
            Mistake::Unknown { .. } => "unknown-name",
            Mistake::Nobody { .. } => "nobody",
            Mistake::Event { .. } => "bad-event",
            Mistake::File { .. } => "unreadable-file",
            Mistake::Stray { .. } => "stray-word",
            Mistake::Needs(_) => "incomplete-line",
            Mistake::AfterEnd { .. } => "after-the-end",
            Mistake::BeforeStart => "before-the-start",
            Mistake::UnusedColumn(_) => "unused-column",
            Mistake::Uneven(_) => "uneven-rows",
            Mistake::TooMany { .. } => "too-many",
        }
    }

    /// The way out, where there is one that the headline does not say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Mistake::NoScenario => Some(
                "a file is one scenario, or a list of them: `scenario: …`, `start: …`, `events: […]`, `expect: […]`"
                    .to_owned(),
            ),
            Mistake::LineIsMap => Some("put the line in single quotes: `- '+2h dm m1 text=\"a: b\"'`".to_owned()),
            Mistake::NoTime => Some(
                "write `+2h` after the start, `2026-03-01 09:00`, or `day 7 10:00` (the start is on day 1)".to_owned(),
            ),
            Mistake::Time { help, .. } => Some(help.clone()),
            Mistake::Unknown { word, known, .. } => Some(suggest::help(word, known).unwrap_or_else(|| many(known))),
            Mistake::Nobody { id, known, .. } => {
                suggest::help(id, known).or_else(|| Some("let somebody of this id do something first".to_owned()))
            }
            Mistake::Event { help, .. } => help.clone(),
            Mistake::Stray { wanted, .. } => Some(format!("here may stand {wanted}")),
            Mistake::AfterEnd { .. } => Some(
                "let the clock run on: a line with nothing but a time, such as `- +30d`, at the end of `events`"
                    .to_owned(),
            ),
            Mistake::BeforeStart => Some("let `start` be earlier".to_owned()),
            Mistake::Missing("scenario") => {
                Some("say in a few words what must hold: `scenario: five messages are a flood`".to_owned())
            }
            Mistake::Missing("start") => Some("`start: 2026-03-01 09:00`".to_owned()),
            Mistake::UnusedColumn(column) => {
                Some(format!("write `<{column}>` where its value belongs, or leave it out"))
            }
            _ => None,
        }
    }
}

/// A few of many words.
fn many(known: &[String]) -> String {
    if known.is_empty() {
        return "the playbook has none".to_owned();
    }
    let some: Vec<String> = known.iter().take(12).map(|word| format!("`{word}`")).collect();
    let more = known.len().saturating_sub(some.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("there are {}{more}", some.join(", "))
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Yaml(why) => write!(f, "not YAML: {why}"),
            Mistake::TooLarge => write!(f, "the file is larger than {} MiB", super::MAX_FILE >> 20),
            Mistake::NoScenario => f.write_str("this is no scenario"),
            Mistake::Repeated(key) => write!(f, "`{key}` stands there twice"),
            Mistake::Missing(key) => write!(f, "the scenario has no `{key}`"),
            Mistake::Form { key, wanted } => write!(f, "`{key}` needs {wanted}"),
            Mistake::LineIsMap => f.write_str("YAML reads this line as a map, since it has `: ` in it"),
            Mistake::OpenText => f.write_str("this text has no closing quote"),
            Mistake::OpenList => f.write_str("this list has no closing bracket"),
            Mistake::NoTime => f.write_str("the line does not begin with a time"),
            Mistake::Time { text, .. } => write!(f, "`{text}` is not a time"),
            Mistake::Unknown { what, word, .. } => write!(f, "there is no {what} `{word}`"),
            Mistake::Nobody { what, id, .. } => write!(f, "the {what} `{id}` never occurs in this scenario"),
            Mistake::Event { said, .. } => f.write_str(said),
            Mistake::File { path, why } => write!(f, "`{path}` cannot be read: {why}"),
            Mistake::Stray { word, .. } => write!(f, "`{word}` does not belong here"),
            Mistake::Needs(what) => write!(f, "{what} is missing"),
            Mistake::AfterEnd { end } => write!(f, "the scenario ends before this, at {end}"),
            Mistake::BeforeStart => f.write_str("this is before the scenario starts"),
            Mistake::UnusedColumn(column) => write!(f, "no line names the column `{column}`"),
            Mistake::Uneven(column) => write!(f, "this row has no `{column}`, other rows have one"),
            Mistake::TooMany { what, most } => write!(f, "more than {most} {what}"),
        }
    }
}
