//! One decision as one line of JSON.
//!
//! Written by hand into a buffer that is used again, since a run may make millions: the fields stand in one order, and a
//! field that does not apply is absent.

use crate::engine::{Args, Decision, Program, State};
use crate::plan::value::Value;
use crate::time::{Duration, Instant, Zone};
use rust_decimal::Decimal;
use std::fmt::Write;

/// Writes decisions as JSON.
#[derive(Clone, Copy)]
pub struct Recorder<'a> {
    program: &'a Program,
    state: &'a State,
    zone: Zone,
}

impl<'a> Recorder<'a> {
    /// Writes with the names of a program and of the people and groups that a run has met.
    #[must_use]
    pub fn new(program: &'a Program, state: &'a State) -> Recorder<'a> {
        Recorder { program, state, zone: program.plan.community.calendar.zone }
    }

    /// Adds a decision, without a line break.
    pub fn decision(&self, json: &mut String, decision: &Decision) {
        json.push_str("{\"at\":");
        self.time(json, decision.at);
        text_field(json, "id", &decision.id.to_compact());
        text_field(json, "action", self.program.name(decision.action));
        if let Some(group) = decision.keys.group {
            text_field(json, "group", self.state.group_text(group));
        }
        if let Some(member) = decision.keys.member {
            text_field(json, "member", self.state.member_text(member));
        }
        json.push_str(",\"args\":");
        self.args(json, &decision.args);
        text_field(json, "status", decision.status.word());
        if let Some(reason) = decision.reason {
            text_field(json, "reason", &reason.text(|name| self.program.name(name)));
        }
        text_field(json, "certainty", decision.certainty.word());
        text_field(json, "item", self.program.item_name(decision.item));
        text_field(json, "source", self.place(decision));
        json.push_str(",\"causes\":");
        self.causes(json, decision);
        json.push('}');
    }

    /// The chain of causes as a list, the nearest first.
    pub fn causes(&self, json: &mut String, decision: &Decision) {
        json.push('[');
        for (position, id) in decision.cause.ids().enumerate() {
            separate(json, position);
            text(json, id);
        }
        json.push(']');
    }

    /// Where in the playbook it comes from: `file:line:col`.
    #[must_use]
    pub fn place(&self, decision: &Decision) -> &'a str {
        self.program.plan.places.get(decision.place.index()).map_or("", String::as_str)
    }

    /// The arguments as an object; what is not known is absent.
    pub fn args(&self, json: &mut String, args: &Args) {
        json.push('{');
        let known = args.iter().filter(|(_, value)| is_writable(value));
        for (position, (name, value)) in known.enumerate() {
            separate(json, position);
            text(json, name);
            json.push(':');
            self.value(json, value);
        }
        json.push('}');
    }

    /// A value; what is not known, or endless, is null.
    pub fn value(&self, json: &mut String, value: &Value) {
        match value {
            Value::Bool(truth) => json.push_str(if *truth { "true" } else { "false" }),
            Value::Number(n) | Value::Money(n) => number(json, *n),
            Value::Duration(during) if !during.is_forever() => seconds(json, *during),
            Value::Time(at) => self.time(json, *at),
            Value::List(items) => {
                json.push('[');
                for (position, item) in items.iter().enumerate() {
                    separate(json, position);
                    self.value(json, item);
                }
                json.push(']');
            }
            other => match self.word(other) {
                Some(word) => text(json, word),
                None => json.push_str("null"),
            },
        }
    }

    /// What is written as a text: a text, a name, an id.
    fn word<'v>(&self, value: &'v Value) -> Option<&'v str>
    where
        'a: 'v,
    {
        match value {
            Value::Text(text) => Some(text),
            Value::Name(name) => Some(self.program.name(*name)),
            Value::Tier(tiers, level) => Some(self.program.tier_name(*tiers, *level)),
            Value::Member(member) => Some(self.state.member_text(*member)),
            Value::Group(group) => Some(self.state.group_text(*group)),
            _ => None,
        }
    }

    fn time(&self, json: &mut String, at: Instant) {
        json.push('"');
        self.zone.write_rfc3339(json, at);
        json.push('"');
    }
}

fn is_writable(value: &Value) -> bool {
    match value {
        Value::Unknown => false,
        Value::Duration(during) => !during.is_forever(),
        _ => true,
    }
}

fn separate(json: &mut String, position: usize) {
    if position > 0 {
        json.push(',');
    }
}

fn text_field(json: &mut String, name: &str, value: &str) {
    json.push_str(",\"");
    json.push_str(name);
    json.push_str("\":");
    text(json, value);
}

/// Without zeros at the end, and never in powers of ten.
fn number(json: &mut String, n: Decimal) {
    let n = if n.is_zero() { Decimal::ZERO } else { n.normalize() };
    // Writing to a string cannot fail.
    let _ = write!(json, "{n}");
}

fn seconds(json: &mut String, during: Duration) {
    number(json, Decimal::new(during.ms(), 3));
}

/// A text in quotes, with what JSON wants escaped.
pub(crate) fn text(json: &mut String, text: &str) {
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let (plain, special) = rest.split_at(at);
        json.push_str(plain);
        let mut chars = special.chars();
        if let Some(special) = chars.next() {
            escape(json, special);
        }
        rest = chars.as_str();
    }
    json.push_str(rest);
    json.push('"');
}

fn escape(json: &mut String, special: char) {
    match special {
        '"' => json.push_str("\\\""),
        '\\' => json.push_str("\\\\"),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        other => {
            let _ = write!(json, "\\u{:04x}", u32::from(other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(n: &str) -> String {
        let mut json = String::new();
        number(&mut json, n.parse().unwrap());
        json
    }

    #[test]
    fn numbers_are_exact_and_short() {
        for (n, json) in [("5.0", "5"), ("-0.0", "0"), ("1200", "1200"), ("0.10", "0.1"), ("-3.50", "-3.5")] {
            assert_eq!(written(n), json);
        }
        assert_eq!(written("79228162514264337593543950335"), "79228162514264337593543950335");
        assert_eq!(written("0.0000000000000000000000000001"), "0.0000000000000000000000000001");
    }

    #[test]
    fn durations_are_seconds() {
        let mut json = String::new();
        seconds(&mut json, Duration::from_ms(90_500));
        assert_eq!(json, "90.5");
    }

    proptest! {
        #[test]
        fn texts_come_back(words in any::<String>()) {
            let mut json = String::new();
            text(&mut json, &words);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), words);
        }
    }
}
