//! Decisions and samples as lines of JSON.

use super::book::Book;
use super::value::Value;
use super::world::{Cause, Decision, Keys};
use super::zone::{FOREVER, Ms};
use rust_decimal::Decimal;
use std::rc::Rc;

/// A text in quotes.
fn text(words: &str) -> String {
    serde_json::to_string(words).unwrap()
}

fn number(n: Decimal) -> String {
    if n.is_zero() { "0".to_owned() } else { n.normalize().to_string() }
}

/// A value; `null` where it is unknown or endless.
fn value(book: &Book<'_>, value: &Value) -> String {
    match value {
        Value::Unknown | Value::Duration(FOREVER) => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(n) | Value::Money(n) => number(*n),
        Value::Duration(ms) => number(Decimal::new(*ms, 3)),
        Value::Time(at) => text(&book.zone.rfc3339(*at)),
        Value::Text(words) | Value::Name(words) | Value::Member(words) | Value::Group(words) => text(words),
        Value::Tier(tiers, level) => text(&book.level_name(tiers, *level)),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| self::value(book, item)).collect();
            format!("[{}]", items.join(","))
        }
    }
}

fn keys(line: &mut String, keys: &Keys) {
    for (name, id) in [("group", &keys.group), ("member", &keys.member)] {
        if let Some(id) = id {
            *line += &format!(",{}:{}", text(name), text(id));
        }
    }
}

/// The ids of a chain of causes, the nearest first.
pub fn chain(cause: &Rc<Cause>) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(cause);
    while let Some(cause) = next {
        ids.push(cause.id.clone());
        next = cause.parent.as_ref();
    }
    ids
}

/// One decision.
pub fn decision(book: &Book<'_>, decision: &Decision) -> String {
    let mut line = format!("{{\"at\":{}", text(&book.zone.rfc3339(decision.at)));
    line += &format!(",\"id\":{},\"action\":{}", text(&decision.id), text(&decision.action));
    keys(&mut line, &decision.keys);
    let known = decision.args.iter().filter(|(_, value)| !matches!(value, Value::Unknown | Value::Duration(FOREVER)));
    let args: Vec<String> = known.map(|(name, arg)| format!("{}:{}", text(name), value(book, arg))).collect();
    line += &format!(",\"args\":{{{}}},\"status\":{}", args.join(","), text(decision.status));
    if let Some(reason) = &decision.reason {
        line += &format!(",\"reason\":{}", text(reason));
    }
    let causes: Vec<String> = chain(&decision.cause).iter().map(|id| text(id)).collect();
    let (item, source) = (text(&decision.item), text(&decision.source));
    line + &format!(",\"item\":{item},\"source\":{source},\"causes\":[{}]}}", causes.join(","))
}

/// One sample of a metric.
pub fn sample(book: &Book<'_>, at: Ms, metric: &str, who: &Keys, per: &Value, sampled: &Value) -> String {
    let mut line = format!("{{\"at\":{},\"metric\":{}", text(&book.zone.rfc3339(at)), text(metric));
    keys(&mut line, who);
    if !per.is_unknown() {
        line += &format!(",\"per\":{}", value(book, per));
    }
    line + &format!(",\"value\":{}}}", value(book, sampled))
}
