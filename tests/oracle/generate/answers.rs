//! What people answer to decisions: approvals, appeals, tasks that are done. They name decisions by their ids, and so
//! come only after a first run.

use super::dice::Dice;
use super::draft::Draft;
use super::marks::part;
use crate::case::Outcome;
use chrono::DateTime;
use serde_json::Value;

/// Adds answers to some of the decisions of a run; how many.
pub fn add(draft: &mut Draft, outcome: &Outcome, d: &mut Dice, round: usize) -> usize {
    let last = draft.log.last().map(|(at, _)| *at).unwrap_or_default();
    let end = draft.until.unwrap_or(last);
    let mut new: Vec<(i64, String)> = Vec::new();
    for line in &outcome.decisions {
        if new.len() >= 6 {
            break;
        }
        let decision: Value = serde_json::from_str(line).expect("a decision is JSON");
        answer(draft, &decision, d, end, &mut new);
    }
    let many = new.len();
    for (n, (at, line)) in new.into_iter().enumerate() {
        let position = draft.log.partition_point(|(known, _)| *known <= at);
        draft.log.insert(position, (at, format!("{{\"id\":\"a{round}-{n}\",\"at\":{at},{line}}}")));
    }
    many
}

fn answer(draft: &Draft, decision: &Value, d: &mut Dice, end: i64, new: &mut Vec<(i64, String)>) {
    let text = |key: &str| decision[key].as_str().unwrap_or_default();
    let (id, action, status) = (text("id"), text("action"), text("status"));
    let Ok(at) = DateTime::parse_from_rfc3339(text("at")) else { return };
    let at = at.timestamp_millis();
    let later = |d: &mut Dice| {
        let after = d.one(&draft.spans).1;
        let time = at + d.weighted(&[(2, 0), (2, 1_000), (2, 60_000), (4, after), (1, after - 1), (1, after + 1)]);
        (time <= end).then_some(time)
    };
    let mut who = String::new();
    for key in ["group", "member"] {
        if let Some(value) = decision[key].as_str() {
            who.push_str(&format!(",\"{key}\":\"{value}\""));
        }
    }
    let maybe_who = if d.chance(50) { part(who.clone()) } else { String::new() };
    if status == "held" && d.chance(60) {
        let approved = d.chance(65);
        let Some(time) = later(d) else { return };
        let line = format!("\"kind\":\"approval.decided\"{maybe_who},\"action\":\"{id}\",\"approved\":{approved}");
        new.push((time, line));
    }
    if action == "task" && status == "done" && d.chance(45) {
        let Some(time) = later(d) else { return };
        let name = decision["args"]["name"].as_str();
        let by = match name {
            Some(name) if d.chance(60) => format!(",\"name\":\"{name}\""),
            _ => format!(",\"task\":\"{id}\""),
        };
        new.push((time, format!("\"kind\":\"task.done\"{maybe_who}{by}")));
    }
    let group = decision["group"].as_str();
    if action == "strike" && status == "done" && group.is_some() && d.chance(30) {
        let Some(time) = later(d) else { return };
        if d.chance(60) {
            new.push((time, format!("\"kind\":\"appeal.filed\"{who}")));
        }
        let Some(time) = later(d) else { return };
        let strike = if d.chance(50) { part(format!(",\"strike\":\"{id}\"")) } else { String::new() };
        let upheld = d.chance(75);
        new.push((time, format!("\"kind\":\"appeal.decided\"{who},\"upheld\":{upheld}{strike}")));
    }
}
