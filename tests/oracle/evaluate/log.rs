//! Reading the lines of a log, numbers exactly as they are written.

use super::book::{Book, Kind};
use super::scene::Scene;
use super::value::Value;
use super::world::{Event, Keys, World};
use super::zone::Ms;
use qun::time::{Duration, Instant};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

type Line = BTreeMap<String, Box<RawValue>>;

/// The events of a log; lines of unknown kinds and repeated ids are left out.
pub fn read(book: &Book<'_>, lines: &[String]) -> Vec<Event> {
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(line).unwrap();
        let id = line.get("id").map_or_else(|| format!("line-{}", position + 1), |id| words(id));
        let kind = words(&line["kind"]);
        if book.kinds.contains_key(&kind) && (!line.contains_key("id") || seen.insert(id.clone())) {
            events.push(event(book, &line, id, kind));
        }
    }
    events
}

fn event(book: &Book<'_>, line: &Line, id: String, kind: String) -> Event {
    let declared = &book.kinds[&kind];
    let key = |name: &str, carries: bool| {
        let raw = line.get(name).filter(|raw| carries && raw.get() != "null");
        raw.map(|raw| words(raw))
    };
    let keys = Keys { group: key("group", declared.group), member: key("member", declared.member) };
    let at = time(&line["at"]);
    let mut fields = defaults(book, declared);
    for name in declared.names() {
        let raw = line.get(&name).filter(|raw| raw.get() != "null");
        if let Some(raw) = raw {
            let ty = declared.ty(&name).unwrap();
            let value = if ty == "tier" { book.level_of(&words(raw)) } else { known_name(book, value(ty, raw)) };
            fields.insert(name, value);
        }
    }
    Event { id, at, kind, keys, fields, cause: None, depth: 0, sequence: 0 }
}

/// What missing fields count as.
pub fn defaults(book: &Book<'_>, kind: &Kind<'_>) -> BTreeMap<String, Value> {
    let world = World::default();
    let scene = Scene::new(book, &world, Keys::default());
    let given = kind.fields.iter().filter_map(|field| Some((field, field.default.as_ref()?)));
    given.map(|(field, default)| (field.name.text.clone(), scene.value(default))).collect()
}

/// A name that the playbook does not declare is lost: it equals none that it does declare.
fn known_name(book: &Book<'_>, value: Value) -> Value {
    match value {
        Value::Name(words) if !book.declares(&words) => Value::Name("(undeclared)".to_owned()),
        other => other,
    }
}

fn words(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap()
}

/// A number as it is written.
pub fn decimal(text: &str) -> Decimal {
    text.parse().or_else(|_| Decimal::from_scientific(text)).unwrap()
}

fn time(raw: &RawValue) -> Ms {
    match raw.get().starts_with('"') {
        true => Instant::parse(&words(raw)).unwrap().ms(),
        false => decimal(raw.get()).to_i64().unwrap(),
    }
}

fn value(ty: &str, raw: &RawValue) -> Value {
    match (ty, raw.get().starts_with('"')) {
        ("number" | "percent", _) => Value::Number(decimal(raw.get())),
        ("money", _) => Value::Money(decimal(raw.get())),
        ("bool", _) => Value::Bool(raw.get() == "true"),
        ("duration", false) => Value::Duration((decimal(raw.get()) * Decimal::ONE_THOUSAND).to_i64().unwrap()),
        ("time", _) => Value::Time(time(raw)),
        ("list", _) => {
            let items: Vec<String> = serde_json::from_str(raw.get()).unwrap();
            Value::List(items.into_iter().map(Value::Text).collect())
        }
        _ => of_words(ty, words(raw)),
    }
}

/// A value that is written as a text.
pub fn of_words(ty: &str, words: String) -> Value {
    match ty {
        "text" => Value::Text(words),
        "member" => Value::Member(words),
        "group" => Value::Group(words),
        "number" | "percent" => Value::Number(decimal(&words)),
        "money" => Value::Money(decimal(&words)),
        "bool" => Value::Bool(words == "true"),
        "time" => Value::Time(Instant::parse(&words).unwrap().ms()),
        "duration" => match Duration::parse(&words) {
            Ok(during) => Value::Duration(during.ms()),
            Err(_) => Value::Duration((decimal(&words) * Decimal::ONE_THOUSAND).to_i64().unwrap()),
        },
        _ => Value::Name(words),
    }
}
