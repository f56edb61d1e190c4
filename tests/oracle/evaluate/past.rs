//! Functions over the past: every one looks at the whole past anew.

use super::scene::Scene;
use super::value::{Value, add, divide, order, same};
use super::world::{Event, Keys};
use super::zone::{Ms, Zone};
use chrono::Days;
use qun::syntax::tree::{Before, ByKey, Past, Window, WindowKind};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::rc::Rc;

/// A stretch of time; the ends tell whether they belong to it.
struct Stretch {
    from: Option<(Ms, bool)>,
    to: (Ms, bool),
}

impl Stretch {
    fn holds(&self, at: Ms) -> bool {
        let after = self.from.is_none_or(|(from, included)| at > from || (included && at == from));
        let (to, included) = self.to;
        after && (at < to || (included && at == to))
    }
}

impl Scene<'_, '_> {
    pub fn past(&self, past: &Past) -> Value {
        let function = past.function.text.as_str();
        let first = past.source.words[0].text.as_str();
        if first == "members" || first == "groups" {
            return self.population(function, past, first == "members");
        }
        let (kind, field) = self.book.event_of(&past.source);
        let Some(events) = self.events(&kind, past) else { return Value::Unknown };
        let values = || -> Vec<Value> {
            let field = field.unwrap_or_default();
            events.iter().map(|event| value_of(event, field)).collect()
        };
        match function {
            "count" => number(events.len()),
            "exists" => Value::Bool(!events.is_empty()),
            "never" => Value::Bool(events.is_empty()),
            "since" => Value::Duration(events.last().map_or(super::zone::FOREVER, |event| self.now() - event.at)),
            "streak" => number(self.streak(&events)),
            "first" => values().first().cloned().unwrap_or(Value::Unknown),
            "last" => values().last().cloned().unwrap_or(Value::Unknown),
            _ => self.fold(function, values(), self.nothing(past)),
        }
    }

    /// A function of values, the unknown left out.
    fn fold(&self, function: &str, values: Vec<Value>, nothing: Value) -> Value {
        let values: Vec<Value> = values.into_iter().filter(|value| !value.is_unknown()).collect();
        let sum = || values.iter().fold(nothing.clone(), |sum, value| add(&sum, value));
        match function {
            "sum" => sum(),
            "avg" if values.is_empty() => Value::Unknown,
            "avg" => divide(&sum(), &number(values.len())),
            "min" => extreme(&values, Ordering::Less),
            "max" => extreme(&values, Ordering::Greater),
            "distinct" => number(different(values).len()),
            "list" => Value::List(different(values)),
            other => panic!("a function: {other}"),
        }
    }

    /// The events that a function looks at, in order; `None` where a key is not known.
    fn events(&self, kind: &str, past: &Past) -> Option<Vec<Rc<Event>>> {
        let keys = self.wanted(kind, &past.by)?;
        let stretch = self.stretch(past.window.as_ref())?;
        let mut found = Vec::new();
        for event in self.world.past.iter().filter(|event| event.kind == kind && stretch.holds(event.at)) {
            let agrees = keys.iter().all(|(field, value)| same(&value_of(event, field), value) == Some(true));
            if agrees && self.counts(event, past) {
                found.push(Rc::clone(event));
            }
        }
        Some(found)
    }

    fn counts(&self, event: &Event, past: &Past) -> bool {
        let scene = Scene { counted: Some(event), ..self.clone() };
        scene.holds(past.where_.as_ref())
    }

    /// The fields that an event must have to be counted, and their values.
    fn wanted(&self, kind: &str, by: &[ByKey]) -> Option<Vec<(String, Value)>> {
        let mut wanted = Vec::new();
        let subject = self.subject();
        let own = |name: &str| match name {
            "member" => subject.member.clone().map(Value::Member),
            _ => subject.group.clone().map(Value::Group),
        };
        let of_event = |name: &str| Some(self.event_field(name)).filter(|value| !value.is_unknown());
        if by.is_empty() {
            if self.memory.of.is_some_and(|scope| self.keys().within(scope).is_none()) {
                return None;
            }
            let counts = self.memory.counts.and_then(|scope| subject.within(scope)).unwrap_or_else(|| subject.clone());
            wanted.extend(counts.group.map(|group| ("group".to_owned(), Value::Group(group))));
            wanted.extend(counts.member.map(|member| ("member".to_owned(), Value::Member(member))));
        }
        for key in by {
            let name = key.name.text.as_str();
            let value = match (&key.value, name) {
                (Some(value), _) => self.value(value),
                (None, "community") => continue,
                (None, "member" | "group") => own(name).or_else(|| of_event(name))?,
                (None, field) => self.event_field(field),
            };
            if value.is_unknown() {
                return None;
            }
            wanted.push((name.to_owned(), value));
        }
        if let Some((field, value)) = &self.memory.per
            && self.book.kinds[kind].ty(field).is_some()
        {
            wanted.push((field.clone(), value.clone()));
        }
        Some(wanted)
    }

    // ---- windows --------------------------------------------------------------------------------------------------

    fn stretch(&self, window: Option<&Window>) -> Option<Stretch> {
        let zone = &self.book.zone;
        let now = self.now();
        let today = zone.date(now);
        let up_to_now = |from: Ms| Stretch { from: Some((from, true)), to: (now, true) };
        let period = |from: Ms, to: Ms| Stretch { from: Some((from, true)), to: (to, false) };
        let Some(window) = window else { return Some(Stretch { from: None, to: (now, true) }) };
        Some(match &window.kind {
            WindowKind::Last { during, before } => {
                let during = self.value(during).duration()?;
                match before {
                    None => trailing(now, during),
                    Some(Before::Duration(before)) => trailing(now - self.value(before).duration()?, during),
                    Some(Before::Today) => {
                        let end = zone.day_start(today);
                        period(end - during, end)
                    }
                    Some(Before::This(word)) => {
                        let end = self.period_start(&word.text);
                        period(end - during, end)
                    }
                }
            }
            WindowKind::Today => up_to_now(zone.day_start(today)),
            WindowKind::Yesterday => period(zone.day_start(today - Days::new(1)), zone.day_start(today)),
            WindowKind::This(word) => up_to_now(self.period_start(&word.text)),
            WindowKind::LastPeriod(word) => {
                let first = match word.text.as_str() {
                    "week" => zone.week_start(today) - Days::new(7),
                    _ => Zone::last_month(today),
                };
                period(zone.day_start(first), self.period_start(&word.text))
            }
            WindowKind::Since(word) if word.text == "start" => up_to_now(self.memory.start?),
            WindowKind::Since(_) => {
                let subject = self.subject();
                let key = subject.group.zip(subject.member);
                let membership = key.and_then(|key| self.world.memberships.get(&key));
                match membership.and_then(|membership| membership.joined) {
                    Some(joined) => up_to_now(joined),
                    // Who never joined has nothing since.
                    None => period(now, now),
                }
            }
        })
    }

    fn period_start(&self, word: &str) -> Ms {
        let zone = &self.book.zone;
        let today = zone.date(self.now());
        zone.day_start(if word == "week" { zone.week_start(today) } else { Zone::month_start(today) })
    }

    /// Local days in a row up to today, or up to yesterday while today has none.
    fn streak(&self, events: &[Rc<Event>]) -> usize {
        let zone = &self.book.zone;
        let days: Vec<_> = events.iter().map(|event| zone.date(event.at)).collect();
        let today = zone.date(self.now());
        let mut day = if days.contains(&today) { today } else { today - Days::new(1) };
        let mut streak = 0;
        while days.contains(&day) {
            streak += 1;
            day = day - Days::new(1);
        }
        streak
    }

    // ---- members and groups ---------------------------------------------------------------------------------------

    fn population(&self, function: &str, past: &Past, members: bool) -> Value {
        let Keys { group, member } = self.subject();
        let subjects: Vec<Keys> = match (&group, members) {
            (Some(group), true) => {
                let living = self.world.members_of(group);
                living.iter().map(|member| Keys::of(Some(group), Some(member))).collect()
            }
            (None, true) => self.world.people().iter().map(|member| Keys::of(None, Some(member))).collect(),
            (_, false) => {
                self.world.open_groups().iter().map(|group| Keys::of(Some(group), member.as_deref())).collect()
            }
        };
        let scenes = subjects.into_iter().map(|keys| {
            let mut scene = self.clone();
            scene.memory.keys = keys;
            scene.memory.of = None;
            scene.memory.counts = (!members).then_some(super::book::Scope::Group);
            scene
        });
        let scenes: Vec<_> = scenes.filter(|scene| scene.holds(past.where_.as_ref())).collect();
        let property = past.source.words.get(1).map(|word| word.text.as_str());
        let subject = if members { "member" } else { "group" };
        let values =
            |property: &str| -> Vec<Value> { scenes.iter().map(|scene| scene.property(subject, property)).collect() };
        match (function, property) {
            ("count", _) => number(scenes.len()),
            (_, Some(property)) => self.fold(function, values(property), self.nothing(past)),
            (_, None) => {
                let own = |scene: &Scene<'_, '_>| match scene.keys() {
                    Keys { member: Some(member), .. } if members => Value::Member(member.clone()),
                    Keys { group: Some(group), .. } => Value::Group(group.clone()),
                    _ => Value::Unknown,
                };
                self.fold(function, scenes.iter().map(own).collect(), self.nothing(past))
            }
        }
    }
}

/// `(at - during, at]`
fn trailing(at: Ms, during: Ms) -> Stretch {
    Stretch { from: Some((at.saturating_sub(during), false)), to: (at, true) }
}

pub fn number(n: usize) -> Value {
    Value::Number(Decimal::from(n))
}

/// A field of an event, or one of its keys.
pub fn value_of(event: &Event, field: &str) -> Value {
    match field {
        "member" => event.keys.member.clone().map_or(Value::Unknown, Value::Member),
        "group" => event.keys.group.clone().map_or(Value::Unknown, Value::Group),
        "at" => Value::Time(event.at),
        _ => event.field(field),
    }
}

fn extreme(values: &[Value], wanted: Ordering) -> Value {
    let mut best: Option<&Value> = None;
    for value in values {
        if best.is_none_or(|best| order(value, best) == Some(wanted)) {
            best = Some(value);
        }
    }
    best.cloned().unwrap_or(Value::Unknown)
}

fn different(values: Vec<Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in values {
        if !found.iter().any(|known| same(known, &value) == Some(true)) {
            found.push(value);
        }
    }
    found
}
