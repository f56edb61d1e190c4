//! What waits for people, as tables and as JSON.

use super::failure::Failure;
use super::formats::Format;
use crate::engine::WaitsFor;
use crate::run::{Matter, Store};
use serde_json::{Value, json};

fn record(matter: &Matter) -> Value {
    serde_json::from_str(&matter.record).unwrap_or_default()
}

/// All that waits of a sort.
pub(super) fn list(store: &Store, sort: WaitsFor, format: Format) -> Result<String, Failure> {
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
pub(super) fn find(store: &Store, sort: WaitsFor, id: &str) -> Result<Matter, Failure> {
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
pub(super) fn event(matter: &Matter, kind: &str, field: &str, by: Option<&str>) -> Value {
    let mut event = json!({ "kind": kind, field: matter.id });
    let group = record(matter).get("group").cloned();
    for (key, value) in [("group", group), ("member", by.map(Value::from))] {
        if let (Some(fields), Some(value)) = (event.as_object_mut(), value) {
            fields.insert(key.to_owned(), value);
        }
    }
    event
}
