//! JSON Schemas (draft 2020-12) of what the project reads and writes.
//!
//! Each has an `$id` with a version, such as `qun:events/1`: what a reader of that version relies on stays.

/// A schema, for those who write or read such data with other tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Its `$id`.
    pub id: &'static str,
    /// The schema itself, as JSON.
    pub text: &'static str,
}

/// All schemas, by name.
pub const SCHEMAS: [Schema; 8] = [
    Schema { name: "decisions", id: "qun:decisions/1", text: include_str!("../../schemas/decisions.json") },
    Schema { name: "diff", id: "qun:diff/1", text: include_str!("../../schemas/diff.json") },
    Schema { name: "directory", id: "qun:directory/1", text: include_str!("../../schemas/directory.json") },
    Schema { name: "events", id: "qun:events/1", text: include_str!("../../schemas/events.json") },
    Schema { name: "explain", id: "qun:explain/1", text: include_str!("../../schemas/explain.json") },
    Schema { name: "lint", id: "qun:lint/1", text: include_str!("../../schemas/lint.json") },
    Schema { name: "scenario", id: "qun:scenario/1", text: include_str!("../../schemas/scenario.json") },
    Schema { name: "tested", id: "qun:tested/1", text: include_str!("../../schemas/tested.json") },
];
