//! What can be wrong with a line or a log, as data; their texts stand here too.

use super::json::JsonProblem;
use crate::plan::FieldType;
use crate::time::{DurationError, Instant, InstantError};
use compact_str::CompactString;
use std::fmt;

/// What is wrong with one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Longer than [`MAX_LINE`](super::line::MAX_LINE).
    LineTooLong,
    /// Bytes that are no UTF-8.
    NotUtf8 {
        /// The first of them, counted from 1.
        byte: usize,
    },
    /// Not JSON.
    Json {
        /// The character it shows at, counted from 1.
        column: usize,
        /// What is wrong there.
        problem: JsonProblem,
    },
    /// JSON, but no object.
    NotObject,
    /// More than [`MAX_FIELDS`](super::line::MAX_FIELDS) fields.
    TooManyFields,
    /// A field that stands there twice.
    Repeated {
        /// Its name, shortened.
        field: CompactString,
    },
    /// A field without which the event means nothing.
    Missing {
        /// Its name.
        field: CompactString,
        /// The kind that wants it; none where every event does.
        kind: Option<CompactString>,
    },
    /// A value of the wrong type.
    WrongType {
        /// The field's name.
        field: CompactString,
        /// What it should be.
        wanted: FieldType,
        /// What it is.
        found: Found,
    },
    /// A number with more digits than can be kept.
    Number {
        /// The field's name.
        field: CompactString,
    },
    /// A text that is no time.
    Time {
        /// The field's name.
        field: CompactString,
        /// Why not.
        why: InstantError,
    },
    /// A time outside the years 1 to 9999.
    TimeRange {
        /// The field's name.
        field: CompactString,
    },
    /// A text that is no duration.
    Duration {
        /// The field's name.
        field: CompactString,
        /// Why not.
        why: DurationError,
    },
    /// A duration longer than can be kept.
    DurationRange {
        /// The field's name.
        field: CompactString,
    },
    /// An empty id.
    EmptyId {
        /// The field's name.
        field: CompactString,
    },
    /// A text or an id longer than can be kept.
    TooLong {
        /// The field's name.
        field: CompactString,
        /// Its length in bytes.
        bytes: usize,
        /// The most it may have.
        most: usize,
    },
}

/// What stands where something else should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// `null`
    Nothing,
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// A number with decimals where a whole one is needed.
    Fraction,
    /// A text.
    Text,
    /// A list.
    List,
    /// A list that holds something else than texts.
    MixedList,
    /// An object.
    Object,
}

/// Why lines were refused, for counting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// A stable, readable name: `wrong-type`.
    pub code: &'static str,
    /// The field, where one is to blame that is known.
    pub field: Option<CompactString>,
}

impl LineError {
    /// What the line is counted under.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let (code, field) = match self {
            LineError::LineTooLong => ("line-too-long", None),
            LineError::NotUtf8 { .. } => ("not-utf-8", None),
            LineError::Json { .. } => ("bad-json", None),
            LineError::NotObject => ("not-an-object", None),
            LineError::TooManyFields => ("too-many-fields", None),
            // Any word may stand there twice: counting by name would have no limit.
            LineError::Repeated { .. } => ("repeated-field", None),
            LineError::Missing { field, .. } => ("missing-field", Some(field)),
            LineError::WrongType { field, .. } => ("wrong-type", Some(field)),
            LineError::Number { field } => ("number-out-of-range", Some(field)),
            LineError::Time { field, .. } => ("bad-time", Some(field)),
            LineError::TimeRange { field } => ("time-out-of-range", Some(field)),
            LineError::Duration { field, .. } => ("bad-duration", Some(field)),
            LineError::DurationRange { field } => ("duration-out-of-range", Some(field)),
            LineError::EmptyId { field } => ("empty-id", Some(field)),
            LineError::TooLong { field, .. } => ("text-too-long", Some(field)),
        };
        Reason { code, field: field.cloned() }
    }

    /// The way out, where there is one that the headline does not say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            LineError::Json { problem: JsonProblem::Key, .. } => Some("write keys in double quotes".to_owned()),
            LineError::NotObject => Some("every line is one event: `{\"at\": …, \"kind\": …}`".to_owned()),
            LineError::Time { why, .. } => Some(why.help()),
            LineError::Duration { why, .. } => Some(why.help().to_owned()),
            LineError::TimeRange { .. } => Some("a number is milliseconds since 1970".to_owned()),
            LineError::EmptyId { .. } => Some("leave the field out where there is none".to_owned()),
            _ => None,
        }
    }
}

impl std::error::Error for LineError {}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::LineTooLong => write!(f, "the line is longer than {} KiB", super::line::MAX_LINE >> 10),
            LineError::NotUtf8 { byte } => write!(f, "byte {byte} is not UTF-8"),
            LineError::Json { column, problem } => write!(f, "not JSON at column {column}: {problem}"),
            LineError::NotObject => f.write_str("the line is not a JSON object"),
            LineError::TooManyFields => write!(f, "more than {} fields", super::line::MAX_FIELDS),
            LineError::Repeated { field } => write!(f, "field `{field}` stands there twice"),
            LineError::Missing { field, kind: None } => write!(f, "field `{field}` is missing"),
            LineError::Missing { field, kind: Some(kind) } => {
                write!(f, "field `{field}` is missing, `{kind}` needs it")
            }
            LineError::WrongType { field, wanted, found } => {
                write!(f, "field `{field}` is {found}, {} is needed", article(*wanted))
            }
            LineError::Number { field } => write!(f, "field `{field}` has a number with too many digits"),
            LineError::Time { field, why } => write!(f, "field `{field}`: {why}"),
            LineError::TimeRange { field } => write!(f, "field `{field}` lies outside the years 1 to 9999"),
            LineError::Duration { field, why } => write!(f, "field `{field}`: {why}"),
            LineError::DurationRange { field } => write!(f, "field `{field}` is too long a duration"),
            LineError::EmptyId { field } => write!(f, "field `{field}` is empty"),
            LineError::TooLong { field, bytes, most } => {
                write!(f, "field `{field}` has {bytes} bytes, at most {most} are kept")
            }
        }
    }
}

fn article(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Bool => "`true` or `false`",
        FieldType::Number | FieldType::Percent | FieldType::Money => "a number",
        FieldType::Duration => "a number of seconds or a text such as \"1d12h\"",
        FieldType::Time => "a time such as \"2024-03-01T08:30:00+08:00\"",
        FieldType::Text | FieldType::Name | FieldType::Tier | FieldType::Member | FieldType::Group => "a text",
        FieldType::List => "a list of texts",
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Found::Nothing => "null",
            Found::Bool => "true or false",
            Found::Number => "a number",
            Found::Fraction => "not a whole number",
            Found::Text => "a text",
            Found::List => "a list",
            Found::MixedList => "a list with something else than texts",
            Found::Object => "an object",
        })
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonProblem::End => "the line ends too early",
            JsonProblem::Key => "a key is needed here",
            JsonProblem::Colon => "a colon is needed here",
            JsonProblem::Comma => "a comma or the closing bracket is needed here",
            JsonProblem::Value => "a value is needed here",
            JsonProblem::Number => "this is no number",
            JsonProblem::OpenText => "this text has no closing quote",
            JsonProblem::Control => "a control character in a text",
            JsonProblem::Escape => "this escape is not known",
            JsonProblem::Surrogate => "half of a surrogate pair",
            JsonProblem::Trailing => "something follows the object",
            JsonProblem::Depth => "lists and objects stand too deep in each other",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{} `{field}`", self.code),
            None => f.write_str(self.code),
        }
    }
}

/// What ends the reading of a log before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogError {
    /// The file cannot be opened.
    Open {
        /// Its name.
        file: String,
        /// What the system says.
        why: String,
    },
    /// Reading failed; the events before stand.
    Read {
        /// The file's name.
        file: String,
        /// The last line that could be read.
        after_line: u64,
        /// What the system says.
        why: String,
    },
    /// The compressed file ends before its end or is damaged; the events before stand.
    Damaged {
        /// The file's name.
        file: String,
        /// The last line that could be read.
        after_line: u64,
        /// Whether it merely ends too early.
        cut_off: bool,
    },
    /// Not UTF-8 but UTF-16.
    Utf16 {
        /// The file's name.
        file: String,
    },
    /// An event that happened before the one above it.
    Backwards {
        /// The file's name.
        file: String,
        /// The line that comes too late.
        line: u64,
        /// Its time.
        at: Instant,
        /// The earlier line with the later time.
        before_line: u64,
        /// That line's time.
        before: Instant,
    },
    /// Standard input is named twice.
    InputTwice,
    /// The thread that reads ended without a word.
    Stopped,
}

impl LogError {
    /// The way out, where there is one.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            LogError::Backwards { .. } => Some("sort the log by time, or say `--sort`"),
            LogError::Utf16 { .. } => Some("save it as UTF-8"),
            LogError::Damaged { cut_off: true, .. } => Some("copy or export the file again"),
            _ => None,
        }
    }
}

impl std::error::Error for LogError {}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::Open { file, why } => write!(f, "`{file}` cannot be opened: {why}"),
            LogError::Read { file, after_line, why } => {
                write!(f, "`{file}` cannot be read after line {after_line}: {why}")
            }
            LogError::Damaged { file, after_line, cut_off: true } => {
                write!(f, "`{file}` ends too early, after line {after_line}")
            }
            LogError::Damaged { file, after_line, cut_off: false } => {
                write!(f, "`{file}` is damaged after line {after_line}")
            }
            LogError::Utf16 { file } => write!(f, "`{file}` is written in UTF-16, not in UTF-8"),
            LogError::Backwards { file, line, at, before_line, before } => {
                write!(f, "`{file}` goes back in time: line {line} ({at}) after line {before_line} ({before})")
            }
            LogError::InputTwice => f.write_str("standard input `-` is named twice"),
            LogError::Stopped => f.write_str("reading the log stopped unexpectedly"),
        }
    }
}
