//! Which item wakes which: by the events that its effects tell of, as far as a condition can be true of them.

use super::causes::kind_named;
use super::solver::{Region, Scene, Solver, Trigger, Want};
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::{EffectId, HandlerId, ItemId, KindId, NameId};
use crate::plan::value::Value;
use crate::plan::{Act, EdgeSort, Effect, LatchSort, Plan, Said, Say, Subject, walk};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// An event that something tells of, with what is known of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signal {
    /// Its kind.
    pub kind: KindId,
    /// Fields that always have one value.
    pub fields: Vec<(u8, Value)>,
}

/// One thing that is woken and does something.
#[derive(Clone, Debug)]
pub struct Part {
    /// The item it belongs to.
    pub item: ItemId,
    /// The handler that it is, if it is one.
    pub handler: Option<HandlerId>,
    /// What wakes it, with the condition on that.
    pub woken_by: Vec<(KindId, Option<Expr>)>,
    /// Whether `once` holds it back.
    pub once: bool,
    /// What it tells of.
    pub tells: Vec<Signal>,
    subject: Subject,
}

/// Who wakes whom.
#[derive(Clone, Debug, Default)]
pub struct Triggers {
    /// Everything that is woken or tells of something.
    pub parts: Vec<Part>,
    /// For each part those whom it may wake, with what it tells them.
    pub wakes: Vec<Vec<(usize, Signal)>>,
}

/// The parts that one kind of event wakes, by the value that they ask of one of its fields, so that of many that ask for
/// a tag each only those are looked at that ask for the one that is told of.
#[derive(Debug, Default)]
struct Listeners {
    open: Vec<usize>,
    asking: FxHashMap<u8, FxHashMap<Value, Vec<usize>>>,
}

impl Listeners {
    fn add(&mut self, number: usize, kind: KindId, condition: Option<&Expr>) {
        match condition.and_then(|condition| asked(condition, kind)) {
            Some((field, value)) => {
                self.asking.entry(field).or_default().entry(value).or_default().push(number);
            }
            None => self.open.push(number),
        }
    }

    /// Those that a signal can wake as far as the asked fields say, in their order.
    fn of(&self, signal: &Signal) -> Vec<usize> {
        let mut found = self.open.clone();
        for (field, by_value) in &self.asking {
            match signal.fields.iter().find(|(told, _)| told == field) {
                Some((_, value)) => found.extend(by_value.get(value).into_iter().flatten()),
                None => found.extend(by_value.values().flatten()),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A field of the event that must have one value for a condition to be true.
fn asked(condition: &Expr, kind: KindId) -> Option<(u8, Value)> {
    let field = |expr: &Expr| match expr {
        Expr::EventField(of) => of.iter().find(|(of, _)| *of == kind).map(|(_, field)| *field),
        _ => None,
    };
    match condition {
        Expr::And(parts) => parts.iter().find_map(|part| asked(part, kind)),
        Expr::Compare { op: Comparison::Equal, left, right } => match (&**left, &**right) {
            (side, Expr::Const(value)) | (Expr::Const(value), side) if value.is_known() => {
                field(side).map(|field| (field, value.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

impl Triggers {
    /// Looks through a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Triggers {
        let parts = parts(plan);
        let mut listeners: FxHashMap<KindId, Listeners> = FxHashMap::default();
        for (number, part) in parts.iter().enumerate() {
            for (kind, condition) in &part.woken_by {
                listeners.entry(*kind).or_default().add(number, *kind, condition.as_ref());
            }
        }
        let mut heard: FxHashMap<&Signal, Vec<usize>> = FxHashMap::default();
        for signal in parts.iter().flat_map(|part| &part.tells) {
            heard.entry(signal).or_insert_with(|| {
                let woken = listeners.get(&signal.kind).map(|all| all.of(signal)).unwrap_or_default();
                let hears = |number: &usize| parts.get(*number).is_some_and(|part| part.hears(plan, signal));
                woken.into_iter().filter(hears).collect()
            });
        }
        let wakes = parts.iter().map(|part| {
            let woken = |signal: &Signal| {
                let all = heard.get(signal).into_iter().flatten();
                all.map(|number| (*number, signal.clone())).collect::<Vec<_>>()
            };
            part.tells.iter().flat_map(woken).collect()
        });
        Triggers { wakes: wakes.collect(), parts }
    }

    /// For each part that can come to wake itself again the shortest way to do so, each way once, from its first part on.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<usize>> {
        let mut found: Vec<Vec<usize>> = Vec::new();
        let group = self.groups();
        for start in 0..self.parts.len() {
            if found.iter().any(|circle| circle.contains(&start)) {
                continue;
            }
            found.extend(self.way_back(start, &group));
        }
        found
    }

    /// The shortest way from a part to itself.
    fn way_back(&self, start: usize, group: &[usize]) -> Option<Vec<usize>> {
        let mut from: FxHashMap<usize, usize> = FxHashMap::default();
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for (next, _) in self.wakes.get(at).into_iter().flatten() {
                if group.get(*next) != group.get(start) {
                    continue;
                }
                if *next == start {
                    let mut way = vec![at];
                    while let Some(before) = way.last().filter(|last| **last != start).and_then(|last| from.get(last)) {
                        way.push(*before);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !from.contains_key(next) {
                    from.insert(*next, at);
                    queue.push_back(*next);
                }
            }
        }
        None
    }

    /// Numbers parts so that two have the same number where each can come to wake the other.
    fn groups(&self) -> Vec<usize> {
        let ends = |number: usize| self.wakes.get(number).into_iter().flatten().map(|(next, _)| *next);
        let mut back: Vec<Vec<usize>> = vec![Vec::new(); self.parts.len()];
        for number in 0..self.parts.len() {
            for next in ends(number) {
                if let Some(back) = back.get_mut(next) {
                    back.push(number);
                }
            }
        }
        let mut order = Vec::new();
        let mut seen = vec![false; self.parts.len()];
        for number in 0..self.parts.len() {
            visit(number, &mut seen, &|n| ends(n).collect(), &mut order);
        }
        let mut group = vec![usize::MAX; self.parts.len()];
        let mut seen = vec![false; self.parts.len()];
        for number in order.into_iter().rev() {
            let mut members = Vec::new();
            visit(number, &mut seen, &|n| back.get(n).cloned().unwrap_or_default(), &mut members);
            for member in members {
                if let Some(slot) = group.get_mut(member) {
                    *slot = number;
                }
            }
        }
        group
    }
}

/// Goes through everything that can be reached, deepest first.
fn visit(start: usize, seen: &mut [bool], next: &dyn Fn(usize) -> Vec<usize>, done: &mut Vec<usize>) {
    let enter = |number: usize, seen: &mut [bool]| match seen.get_mut(number) {
        Some(seen) if !*seen => {
            *seen = true;
            true
        }
        _ => false,
    };
    if !enter(start, seen) {
        return;
    }
    let mut stack = vec![(start, next(start))];
    while let Some((number, left)) = stack.last_mut() {
        match left.pop() {
            Some(to) if enter(to, seen) => stack.push((to, next(to))),
            Some(_) => {}
            None => {
                done.push(*number);
                stack.pop();
            }
        }
    }
}

impl Part {
    /// Whether what is told can wake it.
    fn hears(&self, plan: &Plan, signal: &Signal) -> bool {
        let conditions = self.woken_by.iter().filter(|(kind, _)| *kind == signal.kind);
        conditions.into_iter().any(|(_, condition)| {
            let trigger = Trigger::Event(signal.kind);
            let mut solver = Solver::new(plan, Scene { trigger, scope: self.subject.scope, each: self.subject.each });
            let told: Vec<Expr> = signal
                .fields
                .iter()
                .map(|(position, value)| Expr::Compare {
                    op: Comparison::Equal,
                    left: Expr::EventField([(signal.kind, *position)].into()).into(),
                    right: Expr::Const(value.clone()).into(),
                })
                .collect();
            let filter = self.subject.filter.iter().chain(condition).cloned();
            let all = filter.map(|part| at_kind(part, signal.kind)).chain(told).collect();
            // What is too much to say may be.
            solver.region(&Expr::And(all), Want::True) != Ok(Region::none())
        })
    }
}

/// An expression as it is read at an event of one kind.
#[must_use]
pub fn at_kind(mut expr: Expr, kind: KindId) -> Expr {
    walk::all_mut(&mut expr, &mut |part| {
        if let Expr::EventField(of) = part {
            match of.iter().find(|(of, _)| *of == kind).copied() {
                Some(field) => *of = [field].into(),
                None => *part = Expr::Const(Value::Unknown),
            }
        }
    });
    expr
}

fn parts(plan: &Plan) -> Vec<Part> {
    let mut parts = Vec::new();
    for (number, handler) in plan.handlers.iter().enumerate() {
        let effects = handler.effects.iter().chain(&handler.otherwise);
        parts.push(Part {
            item: handler.item,
            handler: Some(HandlerId(number as u32)),
            woken_by: handler.events.iter().map(|kind| (*kind, handler.when.clone())).collect(),
            once: handler.once.is_some(),
            tells: effects.flat_map(|id| told_by(plan, *id)).collect(),
            subject: handler.subject.clone(),
        });
    }
    for timeline in &plan.timelines {
        let edges = timeline.edges.iter().filter(|edge| matches!(edge.sort, EdgeSort::Start | EdgeSort::Restart));
        let effects = timeline.steps.iter().flat_map(|step| &step.effects);
        let named = |kind: &str| signal(plan, kind, &[("flow", Value::Name(timeline.name))]);
        parts.push(Part {
            item: timeline.item,
            handler: None,
            woken_by: edges.map(|edge| (edge.kind, edge.when.clone())).collect(),
            once: timeline.once.is_some(),
            tells: effects
                .flat_map(|id| told_by(plan, *id))
                .chain(named("flow.started"))
                .chain(named("flow.ended"))
                .collect(),
            subject: timeline.subject.clone(),
        });
    }
    for latch in &plan.latches {
        let tells = match latch.sort {
            LatchSort::Segment(id) => {
                let name = plan.segments.get(id.index()).map(|segment| segment.name).unwrap_or_default();
                let of = |kind: &str| signal(plan, kind, &[("segment", Value::Name(name))]);
                of("segment.entered").into_iter().chain(of("segment.left")).collect()
            }
            LatchSort::Tiers(id) => {
                let name = plan.tiers.get(id.index()).map(|tiers| tiers.name).unwrap_or_default();
                signal(plan, "tier.changed", &[("tiers", Value::Name(name))]).into_iter().collect()
            }
        };
        parts.push(Part {
            item: latch.item,
            handler: None,
            woken_by: latch.wakes.iter().map(|kind| (*kind, None)).collect(),
            once: false,
            tells,
            subject: latch.subject.clone(),
        });
    }
    parts
}

/// An event by its name with some of its fields.
fn signal(plan: &Plan, name: &str, fields: &[(&str, Value)]) -> Option<Signal> {
    let kind = kind_named(plan, name)?;
    let declared = plan.kinds.get(kind.index())?;
    let position = |name: &str| declared.fields.iter().position(|field| field.name == name);
    let fields = fields.iter().filter_map(|(name, value)| Some((position(name)? as u8, value.clone()))).collect();
    Some(Signal { kind, fields })
}

/// What an effect tells of, with what its tasks do when they are late.
fn told_by(plan: &Plan, id: EffectId) -> Vec<Signal> {
    let Some(effect) = plan.effects.get(id.index()) else { return Vec::new() };
    let name = |id: NameId| Value::Name(id);
    let one = |kind: &str, fields: &[(&str, Value)]| signal(plan, kind, fields).into_iter().collect();
    match &effect.act {
        Act::Say { how: Say::Post | Say::Announce, what, class } => {
            let said = match what {
                Said::Message { message, .. } => {
                    plan.messages.get(message.index()).map_or(Value::Unknown, |message| name(message.name))
                }
                _ => Value::Unknown,
            };
            let mut fields = vec![("class", class.map_or(Value::Unknown, name))];
            // Which message of a pool it is, is not known.
            if !matches!(what, Said::Pool(_)) {
                fields.push(("message", said));
            }
            fields.retain(|(_, value)| value.is_known());
            one("content.posted", &fields)
        }
        Act::Tag(tag) => one("tag.added", &[("tag", name(*tag))]),
        Act::Untag(tag) => one("tag.removed", &[("tag", name(*tag))]),
        Act::Award { ledger, .. } | Act::Redeem { ledger, .. } => {
            let ledger = plan.ledgers.get(ledger.index()).copied().unwrap_or_default();
            one("points.changed", &[("ledger", name(ledger))])
        }
        Act::Strike { tally, .. } | Act::Pardon { tally } => {
            let ladder = plan.tallies.get(tally.index()).map(|tally| tally.name).unwrap_or_default();
            let kind = if matches!(effect.act, Act::Pardon { .. }) { "strike.withdrawn" } else { "strike.given" };
            one(kind, &[("ladder", name(ladder))])
        }
        Act::Start { timeline, .. } | Act::Stop { timeline } => {
            let flow = plan.timelines.get(timeline.index()).map(|timeline| timeline.name).unwrap_or_default();
            let kind = if matches!(effect.act, Act::Stop { .. }) { "flow.ended" } else { "flow.started" };
            one(kind, &[("flow", name(flow))])
        }
        Act::Task(task) => {
            let role = ("role", name(task.role));
            let mut told: Vec<Signal> = one("task.created", std::slice::from_ref(&role));
            told.extend(signal(plan, "task.overdue", &[role]));
            told.extend(task.otherwise.iter().flat_map(|id| told_by(plan, *id)));
            told
        }
        Act::Emit { kind, fields } => {
            let fields = fields.iter().filter_map(|(position, value)| match value {
                Expr::Const(value) if value.is_known() => Some((*position, value.clone())),
                _ => None,
            });
            vec![Signal { kind: *kind, fields: fields.collect() }]
        }
        Act::Sample { metric, .. } => {
            let kind = plan.metrics.get(metric.index()).map(|metric| metric.kind);
            kind.map(|kind| Signal { kind, fields: Vec::new() }).into_iter().collect()
        }
        act => super::causes::follows(act).iter().flat_map(|kind| signal(plan, kind, &[])).collect(),
    }
}

/// What an effect changes of what is remembered, in words: `tag vip`, `feathers`.
#[must_use]
pub fn sets(plan: &Plan, effect: &Effect) -> Option<String> {
    let name = |id: NameId| plan.names.get(id.index()).cloned().unwrap_or_default();
    Some(match &effect.act {
        Act::Tag(tag) | Act::Untag(tag) => format!("tag {}", name(*tag)),
        Act::Set { attribute, .. } => {
            format!("field {}", plan.attributes.get(attribute.index()).map(|of| name(of.name)).unwrap_or_default())
        }
        Act::Award { ledger, .. } | Act::Redeem { ledger, .. } => {
            format!("points {}", plan.ledgers.get(ledger.index()).map(|of| name(*of)).unwrap_or_default())
        }
        _ => return None,
    })
}
