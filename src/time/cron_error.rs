//! What may be wrong with a cron line.

use super::CronField;
use std::fmt;

/// What is wrong with a cron line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CronError {
    /// Another number of fields than five.
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Six or seven fields: the first one counts seconds.
    Seconds {
        /// The five fields in the middle.
        without: String,
    },
    /// A macro such as `@daily`.
    Macro {
        /// The macro as written.
        token: String,
        /// The line that it stands for, where it is known.
        line: Option<&'static str>,
    },
    /// One field is wrong.
    Field {
        /// The field.
        field: CronField,
        /// The part of the field's list as written.
        token: String,
        /// What is wrong with it.
        problem: CronProblem,
    },
    /// All fields are right, but no month has such a day: 31 February.
    NeverFires,
    /// The `cron` crate refused the compiled line. Not expected for any line.
    Refused(String),
}

/// What is wrong with one part of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronProblem {
    /// Nothing where a value should be.
    Empty,
    /// Neither a number nor a name of the field.
    NotAValue,
    /// A number below the least or above the greatest.
    OutOfRange,
    /// A range that ends before it begins.
    Backwards,
    /// A step that is no number, zero, or larger than any value.
    Step,
    /// A step after a single value.
    StepWithoutRange,
    /// A sign of other cron dialects: `L`, `W`, `#` or `?`.
    Unsupported(char),
}

impl CronError {
    pub(super) fn field_count(words: &[&str]) -> CronError {
        match *words {
            [token] if token.starts_with('@') => CronError::Macro { token: token.to_owned(), line: macro_line(token) },
            // Seven fields end with the years.
            [_, a, b, c, d, e] | [_, a, b, c, d, e, _] => CronError::Seconds { without: [a, b, c, d, e].join(" ") },
            _ => CronError::FieldCount { found: words.len() },
        }
    }
}

fn macro_line(token: &str) -> Option<&'static str> {
    match token {
        "@hourly" => Some("0 * * * *"),
        "@daily" | "@midnight" => Some("0 0 * * *"),
        "@weekly" => Some("0 0 * * 0"),
        "@monthly" => Some("0 0 1 * *"),
        "@yearly" | "@annually" => Some("0 0 1 1 *"),
        _ => None,
    }
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CronError::FieldCount { found } => {
                write!(f, "a cron line has 5 fields, not {found}")
            }
            CronError::Seconds { .. } => f.write_str("a cron line has no field for seconds"),
            CronError::Macro { token, .. } => write!(f, "`{token}` is not a cron line"),
            CronError::Field { field, token, problem } => problem.write(f, *field, token),
            CronError::NeverFires => f.write_str("this cron line never fires"),
            CronError::Refused(why) => write!(f, "the cron line was refused: {why}"),
        }
    }
}

impl CronProblem {
    fn write(self, f: &mut fmt::Formatter<'_>, field: CronField, token: &str) -> fmt::Result {
        match self {
            CronProblem::Empty => write!(f, "a value is missing in `{token}`, the {field}"),
            CronProblem::NotAValue => write!(f, "`{token}` is not a {field}"),
            CronProblem::OutOfRange => write!(f, "`{token}` is out of range for the {field}"),
            CronProblem::Backwards => {
                write!(f, "the range `{token}` of the {field} runs backwards")
            }
            CronProblem::Step => write!(f, "the step of `{token}`, the {field}, is not possible"),
            CronProblem::StepWithoutRange => {
                write!(f, "the step of `{token}`, the {field}, has no range")
            }
            CronProblem::Unsupported(sign) => {
                write!(f, "`{sign}` in `{token}`, the {field}, is not known here")
            }
        }
    }
}

impl std::error::Error for CronError {}
