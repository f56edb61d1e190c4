//! A playbook with a log, and what came out of a run.

use std::collections::BTreeMap;

/// A playbook and a log, as their texts.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Path and text of each `*.sop`.
    pub files: Vec<(String, String)>,
    /// Path and YAML of each file of pieces.
    pub contents: BTreeMap<String, String>,
    /// The directory as YAML.
    pub directory: Option<String>,
    /// JSON lines, sorted by time.
    pub log: Vec<String>,
    /// RFC 3339; else the clock stops at the last event.
    pub until: Option<String>,
    /// Rule 13: keep or ignore.
    pub keep_after_removal: bool,
}

/// What came out.
#[derive(PartialEq, Eq, Debug, Clone, Default)]
pub struct Outcome {
    /// JSON lines as `qun simulate --format jsonl` writes them, without `certainty`.
    pub decisions: Vec<String>,
    /// JSON lines as `--metrics FILE.jsonl` writes them.
    pub samples: Vec<String>,
    /// Chains of events that were cut.
    pub cut: usize,
}
