//! `qun status`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use super::when;
use crate::engine::WaitsFor;
use crate::run::{OutboxFigures, Store, is_running};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Say how far a run has come, and what waits.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun status qun.db")]
pub(super) struct Arguments {
    /// The store of the run.
    store: PathBuf,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let store = Store::read(&self.store)?;
        let summary = store.summary()?;
        let OutboxFigures { states, oldest } = store.outbox_figures(when::now())?;
        let outbox: Map<String, Value> = states.into_iter().map(|(state, count)| (state, count.into())).collect();
        let (snapshot, version) = (store.snapshot_at()?, store.version()?);
        let at = |at: Option<crate::time::Instant>| at.map(|at| at.to_string());
        let status = json!({
            "version": 1,
            "running": is_running(&self.store),
            "paused": store.is_paused()?,
            "events": summary.events,
            "decisions": summary.decisions,
            "started": at(summary.started),
            "last_event": at(summary.last_event),
            "clock": at(summary.clock),
            "versions": summary.plans,
            "version": version.as_ref().map(|(digest, _)| digest.chars().take(12).collect::<String>()),
            "version_since": version.map(|(_, since)| since.to_string()),
            "approvals": store.waiting(WaitsFor::Approval)?.len(),
            "tasks": store.waiting(WaitsFor::Task)?.len(),
            "requests": store.requests_waiting()?,
            "outbox": outbox,
            "oldest_delivery": at(oldest),
            "snapshot": snapshot.map(|(seq, bytes)| json!({ "entry": seq, "bytes": bytes })),
        });
        let text = if self.format == Format::Json { format!("{status}\n") } else { human(&status) };
        Output::print(None, &text).map(|()| Outcome::Clean)
    }
}

/// What matters most, a line each; what there is not is left out.
fn human(status: &Value) -> String {
    let order = [
        "running",
        "paused",
        "events",
        "decisions",
        "started",
        "last_event",
        "clock",
        "versions",
        "version",
        "version_since",
        "approvals",
        "tasks",
        "requests",
        "outbox",
        "oldest_delivery",
        "snapshot",
    ];
    let mut text = String::new();
    for key in order {
        let shown = match status.get(key) {
            None | Some(Value::Null) => continue,
            Some(Value::Bool(truth)) => if *truth { "yes" } else { "no" }.to_owned(),
            Some(Value::String(words)) => words.clone(),
            Some(Value::Object(pairs)) if pairs.is_empty() => continue,
            Some(Value::Object(pairs)) => {
                let pairs: Vec<String> = pairs.iter().map(|(name, count)| format!("{name} {count}")).collect();
                pairs.join(", ")
            }
            Some(other) => other.to_string(),
        };
        text.push_str(&format!("{:<15} {shown}\n", key.replace('_', " ")));
    }
    text
}
