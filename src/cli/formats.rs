//! The forms in which findings can be written.

use clap::ValueEnum;

/// For people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON document, with a version.
    Json,
}

/// The forms of a dry run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    /// A report for people.
    #[default]
    Human,
    /// The report as one JSON document, with a version.
    Json,
    /// Every decision, one JSON object a line (`qun schema decisions` describes it).
    Jsonl,
    /// Every decision, one row each.
    Csv,
}
