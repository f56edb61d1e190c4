//! Gathers the figures of a report while a run goes on.

use super::budget::Budgets;
use super::driver::{Moment, Sink, Unhappened};
use super::misses::Misses;
use super::report::{
    BUSIEST_DAYS, Certainties, ItemFigures, KEPT_NOTES, LimitFigures, MetricFigures, Read, Report, Statuses, note_text,
};
use super::silence::silence;
use super::tables::{Days, ItemCount, Received, Samples};
use super::words;
use crate::engine::{Decision, DecisionId, Event, Note, Output, Program, Reason, State, Status};
use crate::log::Accounts;
use crate::plan::Item;
use crate::plan::ids::{ItemId, NameId};
use crate::plan::value::Value;
use crate::time::{Instant, Zone};
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::{FxHashMap, FxHashSet};
use std::io;

/// Counts what a run comes to.
pub struct Collector<'a> {
    program: &'a Program,
    misses: &'a Misses,
    zone: Zone,
    kinds: Vec<u64>,
    span: Option<(Instant, Instant)>,
    items: Vec<ItemCount>,
    limits: FxHashMap<NameId, Statuses>,
    budgets: Budgets<'a>,
    metrics: Vec<Samples>,
    statuses: Statuses,
    decisions: u64,
    certainties: Certainties,
    /// Deferred or held, and not yet settled.
    open: FxHashSet<DecisionId>,
    /// The firings of the output at hand that have been counted.
    firings: FxHashSet<(ItemId, u64)>,
    days: Days,
    received: Received,
    /// Actions that change what is known about a member, but by themselves reach nobody.
    silent_actions: Vec<NameId>,
    silencing_actions: Vec<NameId>,
    /// The kinds of events that grant and revoke roles.
    role_kinds: Vec<usize>,
    undeclared_roles: u64,
    put_out_or_muted: u64,
    /// The highest sum of strikes of each ladder.
    pub(super) strikes: FxHashMap<NameId, u64>,
    notes: Vec<String>,
    note_count: u64,
}

/// Actions that a member does not notice.
const UNNOTICED: [&str; 8] = ["tag", "untag", "set", "task", "start", "stop", "emit", "strike"];
/// Actions after which a log could not have gone on as it did.
const SILENCING: [&str; 3] = ["mute", "remove", "ban"];

impl<'a> Collector<'a> {
    /// Counts nothing yet; items that act are told to `misses`.
    #[must_use]
    pub fn new(program: &'a Program, misses: &'a Misses) -> Collector<'a> {
        let plan = &program.plan;
        let named = |action: &str| plan.names.iter().position(|name| name == action).map(|i| NameId(i as u32));
        Collector {
            program,
            misses,
            zone: plan.community.calendar.zone,
            kinds: vec![0; plan.kinds.len()],
            span: None,
            items: plan.items.iter().map(|_| ItemCount::default()).collect(),
            limits: FxHashMap::default(),
            budgets: Budgets::new(program),
            metrics: plan.metrics.iter().map(|_| Samples::default()).collect(),
            statuses: Statuses::default(),
            decisions: 0,
            certainties: Certainties::default(),
            open: FxHashSet::default(),
            firings: FxHashSet::default(),
            days: Days::default(),
            received: Received::default(),
            silent_actions: UNNOTICED.iter().filter_map(|action| named(action)).collect(),
            silencing_actions: SILENCING.iter().filter_map(|action| named(action)).collect(),
            put_out_or_muted: 0,
            role_kinds: role_kinds(program),
            undeclared_roles: 0,
            strikes: FxHashMap::default(),
            notes: Vec::new(),
            note_count: 0,
        }
    }

    /// How often events of a kind were handled.
    pub(super) fn heard(&self, kind: usize) -> u64 {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    fn decision(&mut self, decision: &Decision) {
        let (at, member) = (decision.at, decision.keys.member);
        self.statuses.add(decision.status);
        if let Some(Reason::Limit(limit)) = decision.reason {
            self.limits.entry(limit).or_default().add(decision.status);
        }
        if decision.status == Status::Done {
            self.done(decision);
        }
        let fresh = self.is_fresh(decision);
        let fires = fresh && decision.status != Status::Missed && self.is_new_firing(decision);
        self.decisions += u64::from(fresh);
        if fresh {
            self.certainties.add(decision.certainty);
            self.days.decision(self.zone, at, member);
        }
        let Some(item) = self.items.get_mut(decision.item.index()) else { return };
        if item.statuses.total() == 0 {
            self.misses.acted(decision.item);
        }
        item.statuses.add(decision.status);
        item.decisions += u64::from(fresh);
        if fresh {
            item.certainties.add(decision.certainty);
        }
        item.members.extend(member);
        item.span = Some((item.span.map_or(at, |(first, _)| first), at));
        if fires {
            item.fired += 1;
            item.hours.add(self.zone, at);
        }
    }

    fn done(&mut self, decision: &Decision) {
        self.days.done(self.zone, decision.at);
        self.put_out_or_muted += u64::from(self.silencing_actions.contains(&decision.action));
        if let Some(member) = decision.keys.member.filter(|_| !self.silent_actions.contains(&decision.action)) {
            self.received.add(member, decision.action);
        }
        if let [(ladder, Value::Name(name)), _, (total, Value::Number(n))] = decision.args.as_slice()
            && ladder == "ladder"
            && total == "total"
        {
            let most = self.strikes.entry(*name).or_default();
            *most = (*most).max(n.to_u64().unwrap_or_default());
        }
    }

    /// Whether a record is the first of its decision.
    fn is_fresh(&mut self, decision: &Decision) -> bool {
        match (decision.status, decision.reason) {
            (Status::Deferred | Status::Held, _) => self.open.insert(decision.id),
            // What the end of a flow or another version withdraws has been recorded before.
            (Status::Dropped, Some(Reason::FlowEnded | Reason::Reloaded)) => {
                self.open.remove(&decision.id);
                false
            }
            _ => !self.open.remove(&decision.id),
        }
    }

    /// Whether it is the first decision of its firing.
    fn is_new_firing(&mut self, decision: &Decision) -> bool {
        decision.firing == 0 || self.firings.insert((decision.item, decision.firing))
    }

    fn names_undeclared_role(&self, event: &Event<'_>) -> bool {
        let roles = &self.program.plan.roles;
        let is_undeclared = |value: &Value| matches!(value, Value::Name(name) if !roles.contains(name));
        self.role_kinds.contains(&event.kind.index()) && event.fields.iter().any(is_undeclared)
    }

    fn note(&mut self, note: &Note) {
        self.note_count += 1;
        if self.notes.len() == KEPT_NOTES {
            return;
        }
        self.notes.push(note_text(self.program, note));
    }

    /// The report of the whole run.
    #[must_use]
    pub fn finish(mut self, state: &State, unhappened: Unhappened, accounts: Accounts) -> Report {
        let (members, groups) = state.met();
        let days = std::mem::take(&mut self.days).busiest(BUSIEST_DAYS);
        Report {
            zone: self.zone,
            read: Read {
                kinds: self.kinds(),
                events: self.kinds.iter().sum(),
                groups: groups as u64,
                members: members as u64,
                span: self.span,
                outside: self.outside(&accounts),
                undeclared_roles: self.undeclared_roles,
                whole_span: whole(self.span, accounts.outside.span),
            },
            accounts,
            unhappened,
            put_out_or_muted: self.put_out_or_muted,
            decisions: self.decisions,
            certainties: self.certainties,
            statuses: self.statuses,
            waiting: self.open.len() as u64,
            items: self.items(),
            limits: self.limits(),
            budgets: self.budgets.finish(state),
            metrics: self.metrics(),
            days,
            members: self.received.most(self.program, state),
            receiving: self.received.members(),
            notes: self.notes,
            note_count: self.note_count,
        }
    }

    fn outside(&self, accounts: &Accounts) -> Vec<String> {
        let kinds = accounts.outside.kinds.iter().filter_map(|kind| self.program.plan.kinds.get(kind.index()));
        kinds.map(|kind| kind.name.clone()).collect()
    }

    fn kinds(&self) -> Vec<(String, u64)> {
        let named = self.program.plan.kinds.iter().map(|kind| kind.name.clone()).zip(self.kinds.iter().copied());
        let mut kinds: Vec<(String, u64)> = named.filter(|(_, count)| *count > 0).collect();
        kinds.sort_by(|(x, a), (y, b)| b.cmp(a).then_with(|| x.cmp(y)));
        kinds
    }

    fn items(&self) -> Vec<ItemFigures> {
        let items = self.program.plan.items.iter().zip(&self.items).enumerate();
        let deciding = items.filter(|(_, (item, _))| item.sort.decides());
        deciding.map(|(id, (item, count))| self.item(ItemId(id as u32), item, count)).collect()
    }

    fn item(&self, id: ItemId, item: &Item, count: &ItemCount) -> ItemFigures {
        ItemFigures {
            name: self.program.name(item.name).to_owned(),
            sort: item.sort.word(),
            source: self.place(item),
            fired: count.fired,
            decisions: count.decisions,
            certainties: count.certainties,
            members: count.members.len() as u64,
            statuses: count.statuses,
            span: count.span,
            busiest: count.hours.busiest(),
            silence: (count.statuses.total() == 0).then(|| silence(self.program, self.misses, self, id)),
        }
    }

    fn place(&self, item: &Item) -> String {
        self.program.plan.places.get(item.place.index()).cloned().unwrap_or_default()
    }

    fn limits(&self) -> Vec<LimitFigures> {
        let limits = self.program.plan.limits.iter();
        let figures = limits.map(|limit| LimitFigures {
            name: self.program.name(limit.name).to_owned(),
            source: self.program.plan.items.get(limit.item.index()).map(|item| self.place(item)).unwrap_or_default(),
            statuses: self.limits.get(&limit.name).copied().unwrap_or_default(),
        });
        figures.collect()
    }

    fn metrics(&self) -> Vec<MetricFigures> {
        let metrics = self.program.plan.metrics.iter().zip(&self.metrics);
        let shown = |value: &Value| words::value(self.program, value);
        let figures = metrics.map(|(metric, samples)| MetricFigures {
            name: self.program.name(metric.name).to_owned(),
            samples: samples.count,
            unknown: samples.unknown,
            range: samples.range().map(|(low, high)| (shown(low), shown(high))),
            last: samples.last,
        });
        figures.collect()
    }
}

impl Sink for Collector<'_> {
    fn event(&mut self, _moment: &Moment<'_>, event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        if let Some(count) = self.kinds.get_mut(event.kind.index()) {
            *count += 1;
        }
        self.undeclared_roles += u64::from(self.names_undeclared_role(event));
        self.span = Some((self.span.map_or(event.at, |(first, _)| first), event.at));
        self.days.event(self.zone, event.at);
        Ok(())
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        self.firings.clear();
        for decision in &output.decisions {
            self.decision(decision);
        }
        for sample in &output.samples {
            if let Some(samples) = self.metrics.get_mut(sample.metric.index()) {
                samples.add(sample.at, &sample.value);
            }
        }
        output.notes.iter().for_each(|note| self.note(note));
        self.budgets.output(moment, output)
    }
}

fn role_kinds(program: &Program) -> Vec<usize> {
    let kinds = program.plan.kinds.iter().enumerate();
    let roles = kinds.filter(|(_, kind)| matches!(kind.name.as_str(), "role.granted" | "role.revoked"));
    roles.map(|(position, _)| position).collect()
}

/// From the first to the last of two spans.
fn whole(one: Option<(Instant, Instant)>, other: Option<(Instant, Instant)>) -> Option<(Instant, Instant)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}
