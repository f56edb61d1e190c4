//! The schemas say of real lines what the readers say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

#[path = "log/plan.rs"]
mod plan;

use jsonschema::{Validator, draft202012};
use qun::log::schema::SCHEMAS;
use qun::log::{Decoder, read_directory};
use serde_json::{Value, json};
use std::path::Path;

fn schema(name: &str) -> Value {
    let schema = SCHEMAS.iter().find(|schema| schema.name == name).unwrap();
    let value: Value = serde_json::from_str(schema.text).unwrap();
    assert_eq!(value["$id"], schema.id);
    value
}

fn validator(name: &str) -> Validator {
    let schema = schema(name);
    assert!(draft202012::meta::is_valid(&schema));
    draft202012::new(&schema).unwrap()
}

fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{value}\n{errors:?}");
}

#[test]
/// Single lines of a Slack workspace (MIT, github houstondatavis/slack-export) and of shop baskets (CC0, completejourney).
fn lines_of_real_communities_are_events() {
    let events = validator("events");
    let decoder = Decoder::new(&plan::plan());
    let text = std::fs::read_to_string("tests/log/real.jsonl").unwrap();
    assert!(text.lines().count() > 40);
    for line in text.lines() {
        assert_valid(&events, &serde_json::from_str(line).unwrap());
        assert!(decoder.decode(line.as_bytes()).is_ok(), "{line}");
    }
}

#[test]
fn what_is_no_event_is_refused_by_both() {
    let events = validator("events");
    let decoder = Decoder::new(&plan::plan());
    let bad = [
        json!({"kind": "every.type"}),
        json!({"at": 0}),
        json!({"at": "2024-03-01T08:30:00", "kind": "every.type"}),
        json!({"at": 1.5, "kind": "every.type"}),
        json!({"at": 1e15, "kind": "every.type"}),
        json!({"at": 0, "kind": 1}),
        json!({"id": "", "at": 0, "kind": "every.type"}),
        json!({"id": 5, "at": 0, "kind": "every.type"}),
        json!({"at": 0, "kind": "member.left", "group": "", "member": "m"}),
        json!([]),
    ];
    for event in bad {
        assert!(!events.is_valid(&event), "{event}");
        assert!(decoder.decode(event.to_string().as_bytes()).is_err(), "{event}");
    }
}

#[test]
fn directories_that_are_read_fit_the_schema() {
    let directory = validator("directory");
    for entry in Path::new("tests/log/directory").read_dir().unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if read_directory(&text, &plan::plan()).is_ok() {
            assert_valid(&directory, &serde_yaml::from_str::<Value>(&text).unwrap());
        }
    }
    assert!(!directory.is_valid(&json!({"group": {}})));
    assert!(!directory.is_valid(&json!({"members": {"m1": {"roles": "owner"}}})));
}

/// A decision with everything that it must have.
fn decision() -> Value {
    json!({
        "at": "2024-03-01T08:30:00+08:00",
        "id": "d1",
        "action": "mute",
        "args": {"for_s": 86400},
        "status": "done",
        "certainty": "certain",
        "item": "flood",
        "source": "club.sop:12:3",
        "causes": ["e1"],
    })
}

#[test]
fn decisions() {
    let decisions = validator("decisions");
    assert_valid(&decisions, &decision());
    let with = |key: &str, value: Value| {
        let mut decision = decision();
        decision[key] = value;
        decision
    };
    assert_valid(&decisions, &with("member", json!("m1")));
    assert_valid(&decisions, &with("reason", json!("limit night")));
    assert_valid(&decisions, &with("args", json!({})));
    for (key, value) in [
        ("member", Value::Null),
        ("status", json!("finished")),
        ("certainty", json!("sure")),
        ("source", json!("club.sop")),
        ("at", json!(0)),
        ("args", json!({"for_s": "1d"})),
        ("more", json!(1)),
    ] {
        assert!(!decisions.is_valid(&with(key, value)), "{key}");
    }
}
