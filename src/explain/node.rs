//! An expression with what each part of it came to.

use super::seen::Seen;
use crate::engine::{Program, Tested};
use crate::plan::KeyPart;
use crate::plan::expr::{Aggregate, Expr};
use crate::plan::value::Value;
use crate::simulate::value_in_words;
use crate::time::Instant;
use serde::Serialize;
use std::collections::BTreeSet;

/// How many times of events are kept where not all are asked for.
const LAST: usize = 3;

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    /// The truth of a value.
    #[must_use]
    pub fn of(value: &Value) -> Truth {
        match value {
            Value::Bool(true) => Truth::True,
            Value::Bool(false) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Truth::True => "true",
            Truth::False => "false",
            Truth::Unknown => "unknown",
        }
    }
}

/// An expression, what it came to, and the same of its parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// As it would be written.
    pub text: String,
    /// What it came to, in words.
    pub value: String,
    /// Whether what it came to may name other people or repeat their words.
    pub private: bool,
    /// The last events that a function over the past looked at, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Counted>,
    /// How many there were before these.
    #[serde(skip_serializing_if = "is_nothing")]
    pub earlier: usize,
    /// Its parts that are not constants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Node>,
}

/// An event that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Its local time.
    pub at: String,
    /// Its id in the log, where events are asked for and it is clear which one it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Node {
    /// An expression as it was tested. With `log`, all events that were counted are told, else the last few.
    #[must_use]
    pub(super) fn of(program: &Program, tested: &Tested<'_>, expr: &Expr, log: Option<&Seen>) -> Node {
        let value = tested.value(expr);
        let below = |parts: &[&Expr]| {
            let parts = parts.iter().filter(|part| !matches!(part, Expr::Const(_)));
            parts.map(|part| Node::of(program, tested, part, log)).collect()
        };
        let parts = match expr {
            Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) => below(&parts.iter().collect::<Vec<_>>()),
            Expr::Not(inner) | Expr::Negate(inner) => below(&[inner]),
            Expr::Compare { left, right, .. } | Expr::Arithmetic { left, right, .. } => below(&[left, right]),
            Expr::In { value, list } => below(&[value, list]),
            Expr::Contains { whole, part } => below(&[whole, part]),
            Expr::Matches { value, .. } | Expr::TimeOfDayBetween { value, .. } => below(&[value]),
            Expr::Between { value, low, high, .. } => below(&[value, low, high]),
            Expr::Else { value, fallback } if !tested.value(value).is_known() => below(&[value, fallback]),
            Expr::Else { value, .. } => below(&[value]),
            Expr::If { condition, then, otherwise } => match Truth::of(&tested.value(condition)) {
                Truth::True => below(&[condition, then]),
                Truth::False => below(&[condition, otherwise]),
                Truth::Unknown => below(&[condition]),
            },
            Expr::InSegment(id) => {
                let segment = program.plan.segments.get(id.index());
                segment.map(|segment| below(&[&segment.when])).unwrap_or_default()
            }
            Expr::Let(id) => program.plan.lets.get(id.index()).map(|named| below(&[&named.value])).unwrap_or_default(),
            _ => Vec::new(),
        };
        let events = match expr {
            Expr::Aggregate(aggregate) => counted(program, tested, aggregate, log),
            _ => Vec::new(),
        };
        let earlier = if log.is_some() { 0 } else { events.len().saturating_sub(LAST) };
        Node {
            text: program.plan.expression(expr),
            value: in_words(program, tested, &value),
            private: matches!(value, Value::Text(_) | Value::Member(_) | Value::Group(_) | Value::List(_)),
            events: events.into_iter().skip(earlier).collect(),
            earlier,
            parts,
        }
    }
}

/// The events that a function over the past looked at.
fn counted(program: &Program, tested: &Tested<'_>, aggregate: &Aggregate, log: Option<&Seen>) -> Vec<Counted> {
    let times = tested.times(aggregate);
    let mut counted: Vec<Counted> = times.iter().map(|at| Counted { at: local(program, *at), id: None }).collect();
    let Some((log, series)) = log.zip(program.plan.series.get(aggregate.series.index())) else { return counted };
    let keys: Vec<(KeyPart, String)> = series
        .key
        .iter()
        .zip(&aggregate.key)
        .filter(|(part, _)| !matches!(part, KeyPart::Field(_)))
        .map(|(part, key)| (*part, tested.text(&tested.value(key))))
        .collect();
    for at in times.iter().collect::<BTreeSet<_>>() {
        let ids = log.ids(*at, series.kind, &keys);
        // Where other events of that instant could be meant as well, none is named.
        if ids.len() == times.iter().filter(|time| *time == at).count() {
            let places = times.iter().zip(&mut counted).filter(|(time, _)| *time == at);
            places.zip(ids).for_each(|((_, event), id)| event.id = Some(id.to_owned()));
        }
    }
    counted
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_nothing(count: &usize) -> bool {
    *count == 0
}

/// An instant as the clocks of the community show it, to the second.
pub(super) fn local(program: &Program, at: Instant) -> String {
    program.plan.community.calendar.zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A value in words; people and groups by their ids, texts in quotes.
pub(super) fn in_words(program: &Program, tested: &Tested<'_>, value: &Value) -> String {
    match value {
        Value::Member(_) | Value::Group(_) => tested.text(value),
        Value::List(_) => format!("[{}]", tested.text(value)),
        Value::Text(text) => format!("{:?}", &**text),
        value => value_in_words(program, value),
    }
}
