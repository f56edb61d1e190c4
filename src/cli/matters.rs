//! What waits for people, as tables and as JSON, and a word on it.

use super::ask;
use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use crate::engine::WaitsFor;
use crate::run::{Matter, Store};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Asked {
    /// Lists what waits of a sort.
    pub(super) fn list(&self, sort: WaitsFor) -> Result<Outcome, Failure> {
        let text = list(&Store::read(&self.store)?, sort, self.format)?;
        Output::print(None, &text).map(|()| Outcome::Clean)
    }
}

/// What somebody says.
#[derive(Debug, Args)]
pub(super) struct Said {
    /// The store of the run.
    store: PathBuf,

    /// The id of the decision.
    id: String,

    /// The id of the member who says so.
    #[arg(long, value_name = "MEMBER")]
    by: Option<String>,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Said {
    /// Hands in an event that names in `field` what waits.
    pub(super) fn say(&self, sort: WaitsFor, event: Value, field: &str) -> Result<Outcome, Failure> {
        let matter = find(&Store::read(&self.store)?, sort, &self.id)?;
        ask::hand_in(&self.store, &about(event, &matter, field, self.by.as_deref()), self.format)
    }
}

fn record(matter: &Matter) -> Value {
    serde_json::from_str(&matter.record).unwrap_or_default()
}

/// All that waits of a sort.
fn list(store: &Store, sort: WaitsFor, format: Format) -> Result<String, Failure> {
    let matters = store.waiting(sort)?;
    if format == Format::Json {
        let list: Vec<Value> = matters
            .iter()
            .map(|matter| {
                let Matter { id, role, until, overdue, .. } = matter;
                json!({ "id": id, "role": role, "until": until.to_string(), "overdue": overdue, "decision": record(matter) })
            })
            .collect();
        let key = if sort == WaitsFor::Task { "tasks" } else { "approvals" };
        return Ok(format!("{}\n", json!({ "version": 1, key: list })));
    }
    Ok(matters.iter().map(line).collect())
}

/// `ID until TIME by ROLE: ACTION of ITEM for MEMBER in GROUP`, and what it says.
fn line(matter: &Matter) -> String {
    let record = record(matter);
    let text = |key: &str| record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut line = format!("{} until {}", matter.id, matter.until);
    if matter.overdue {
        line.push_str(", overdue,");
    }
    line.push_str(&format!(" by {}: {} of {}", matter.role, text("action"), text("item")));
    for (word, key) in [("for", "member"), ("in", "group")] {
        if !text(key).is_empty() {
            line.push_str(&format!(" {word} {}", text(key)));
        }
    }
    let args = record.get("args").and_then(Value::as_object);
    for (name, value) in args.into_iter().flatten().filter(|(name, _)| !["role", "due"].contains(&name.as_str())) {
        line.push_str(&format!(" {name}={value}"));
    }
    line + "\n"
}

/// What waits under an id.
fn find(store: &Store, sort: WaitsFor, id: &str) -> Result<Matter, Failure> {
    let found = store.waiting(sort)?.into_iter().find(|matter| matter.id == id);
    found.ok_or_else(|| {
        let (what, command) = match sort {
            WaitsFor::Task => ("no task", "tasks"),
            WaitsFor::Approval => ("no approval", "approvals"),
        };
        let help = Some(format!("`qun {command} list` shows what waits"));
        Failure::Usage { headline: format!("{what} waits under `{id}`"), help }
    })
}

/// An event about what waits: of its group, by whoever says so.
fn about(mut event: Value, matter: &Matter, field: &str, by: Option<&str>) -> Value {
    let group = record(matter).get("group").cloned();
    let id = Some(Value::from(matter.id.as_str()));
    for (key, value) in [(field, id), ("group", group), ("member", by.map(Value::from))] {
        if let (Some(fields), Some(value)) = (event.as_object_mut(), value) {
            fields.insert(key.to_owned(), value);
        }
    }
    event
}
