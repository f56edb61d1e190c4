//! All that a run remembers, table by table, as the new plan counts its tables.

use super::journeys::{Moved, Ways};
use super::link::Link;
use super::report::Reload;
use crate::engine::happening::Happening;
use crate::engine::hold::Until;
use crate::engine::ready::{Body, Pending};
use crate::engine::state::{Fired, Ground, Profile, Rotation, Rotor, State};
use crate::engine::task::OpenTask;
use crate::plan::ids::{ItemId, KindId, MessageId, NameId, OnceId, PoolId};
use crate::plan::value::Value;
use crate::plan::{Latch, LatchSort, Plan, Scope};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::sync::Arc;

// ---- what is on its way -----------------------------------------------------------------------------------------------

impl Link<'_> {
    fn happening(&mut self, event: &mut Arc<Happening>) {
        let old = Happening::clone(event);
        let kind = self.find_kind(old.kind);
        let count = kind.and_then(|kind| self.new.kinds.get(kind.index())).map_or(0, |kind| kind.fields.len());
        let mut fields: SmallVec<[Value; 4]> = SmallVec::from_elem(Value::Unknown, count);
        for (position, value) in (0_u8..).zip(&old.fields) {
            let found = self.find_field(old.kind, position);
            if let Some(place) = found.and_then(|found| fields.get_mut(usize::from(found))) {
                *place = value.clone();
                self.value(place);
            }
        }
        *event = Arc::new(Happening { kind: kind.unwrap_or(KindId(u16::MAX)), fields, ..old });
    }

    fn ground(&mut self, ground: &mut Option<Ground>) {
        *ground = ground.and_then(|ground| Some(Ground { tally: self.find_tally(ground.tally)?, ..ground }));
    }

    /// What is on its way stays what it was decided to be.
    pub(super) fn pending(&mut self, pending: &mut Pending) {
        let ready = &mut pending.ready;
        ready.effect = self.effect(ready.effect);
        self.value(&mut ready.who.per);
        match &mut ready.body {
            Body::Say(words) => words.message = words.message.map(|message| self.message(message)),
            Body::Pool(pool) => *pool = self.pool(*pool),
            Body::Value(value) => self.value(value),
            Body::Values(values) => values.iter_mut().for_each(|value| self.value(value)),
            Body::Refused(_)
            | Body::Plain
            | Body::Amount(_)
            | Body::Group(_)
            | Body::NewGroup(_)
            | Body::Message(_)
            | Body::During(_)
            | Body::Strike { .. }
            | Body::Task { .. } => {}
        }
        self.ground(&mut pending.ground);
        pending.event.iter_mut().for_each(|event| self.happening(event));
        pending.waived = pending.waived.and_then(|limit| self.find_limit(limit));
    }

    /// A word that was to waive a limit which is not there any more is still waited for.
    pub(super) fn until(&mut self, until: &mut Until) {
        if let Until::Waived(limit) = until {
            *until = self.find_waivable(*limit).map_or(Until::Approved { proceed: false }, Until::Waived);
        }
    }

    pub(super) fn open_task(&mut self, task: &mut OpenTask) {
        task.name = task.name.map(|name| self.name(name));
        task.role = self.name(task.role);
        (task.item, task.place) = (self.item(task.item), self.place(task.place));
        self.value(&mut task.who.per);
        if let Some(run) = &mut task.of_run {
            run.params.iter_mut().for_each(|value| self.value(value));
        }
        task.effect = task.effect.map(|effect| self.effect(effect));
        task.event.iter_mut().for_each(|event| self.happening(event));
    }
}

// ---- runs -------------------------------------------------------------------------------------------------------------

/// What a step of a run was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Was {
    /// The same, at the same time.
    Same,
    /// The same at another time.
    Moved,
    /// Nothing.
    New,
}

/// Runs whose steps must be planned anew: what each step was, and whether the anchor is the same.
pub(super) type Replans = BTreeMap<u64, (Vec<Was>, bool)>;

pub(super) fn runs(link: &mut Link<'_>, state: &mut State, ways: &Ways) -> Replans {
    let mut replans = Replans::new();
    let mut runs: Vec<(u64, crate::engine::flow::Run)> = std::mem::take(&mut state.runs).into_iter().collect();
    runs.sort_unstable_by_key(|(number, _)| *number);
    state.run_of = link.new.timelines.iter().map(|_| Default::default()).collect();
    state.run_starts = link.new.timelines.iter().map(|_| BTreeMap::new()).collect();
    for (number, mut run) in runs {
        link.value(&mut run.who.per);
        run.params.iter_mut().for_each(|value| link.value(value));
        run.event.iter_mut().for_each(|event| link.happening(event));
        run.done_tasks.iter_mut().for_each(|name| *name = link.name(*name));
        if let Some(moved) = ways.on.get(&run.timeline) {
            let old = run.timeline;
            if !moved.same {
                replans.insert(number, (resort(link, &mut run, moved), moved.same_anchor));
            }
            let names = |plan: &Plan, id: crate::plan::ids::TimelineId| {
                plan.timelines.get(id.index()).map(|timeline| timeline.params.clone()).unwrap_or_default()
            };
            run.params = reordered(&run.params, &names(link.old, old), &names(&link.new, moved.to));
            run.timeline = moved.to;
        } else if let Some(kept) = link.kept(run.timeline) {
            run.timeline = kept;
        }
        let subject = state.meet(run.who.keys);
        if let Some(of) = state.run_of.get_mut(run.timeline.index()) {
            of.insert(subject, &run.who.per, number);
        }
        if let Some(starts) = state.run_starts.get_mut(run.timeline.index()) {
            *starts.entry(run.started).or_default() += 1;
        }
        state.runs.insert(number, run);
    }
    replans
}

/// Puts what is known of the steps of a run where they are now.
fn resort(link: &Link<'_>, run: &mut crate::engine::flow::Run, moved: &Moved) -> Vec<Was> {
    let count = link.new.timelines.get(moved.to.index()).map_or(0, |timeline| timeline.steps.len());
    let ahead = crate::engine::flow::StepState { at: None, phase: crate::engine::flow::Phase::Ahead };
    let (mut steps, mut was) = (vec![ahead; count], vec![Was::New; count]);
    for (step, to) in run.steps.iter().zip(&moved.steps) {
        let Some((position, same)) = *to else { continue };
        if let (Some(place), Some(what)) = (steps.get_mut(position), was.get_mut(position)) {
            *place = *step;
            *what = if same { Was::Same } else { Was::Moved };
        }
    }
    run.steps = steps;
    was
}

/// Parameters by their names; what is new is not known.
fn reordered(values: &[Value], old: &[String], new: &[String]) -> SmallVec<[Value; 2]> {
    let of = |name: &String| old.iter().position(|it| it == name).and_then(|position| values.get(position)).cloned();
    if values.is_empty() {
        return SmallVec::new();
    }
    new.iter().map(|name| of(name).unwrap_or_default()).collect()
}

// ---- people and groups ------------------------------------------------------------------------------------------------

pub(super) fn subjects(link: &mut Link<'_>, state: &mut State, report: &mut Reload) {
    for person in &mut state.persons {
        if let Some(profile) = person.profile.existing() {
            self::profile(link, profile, report);
        }
    }
    for group in &mut state.groups {
        group.kind = group.kind.map(|kind| link.name(kind));
        attributes(link, &mut group.attributes, report);
    }
    for membership in &mut state.memberships {
        let Some(card) = membership.card.existing() else { continue };
        card.roles.iter_mut().for_each(|role| *role = link.name(*role));
        attributes(link, &mut card.attributes, report);
        if let Some(mute) = &mut card.mute {
            link.ground(&mut mute.ground);
        }
        if let Some(out) = &mut card.out {
            link.ground(&mut out.ground);
        }
    }
}

fn profile(link: &mut Link<'_>, profile: &mut Profile, report: &mut Reload) {
    let tags = std::mem::take(&mut profile.tags);
    for tag in tags {
        let new = link.name(tag);
        if link.new.tags.contains(&new) {
            profile.tags.push(new);
        } else {
            report.drop("tag", word(link.old, tag), 1);
        }
    }
    profile.roles.iter_mut().for_each(|role| *role = link.name(*role));
    for (ledger, balance) in std::mem::take(&mut profile.points) {
        match link.find_ledger(ledger) {
            Some(new) => profile.points.push((new, balance)),
            None => {
                let name = link.old.ledgers.get(ledger.index()).map_or("", |name| word(link.old, *name));
                report.drop("points", name, 1);
            }
        }
    }
    attributes(link, &mut profile.attributes, report);
}

type Attributes = SmallVec<[(crate::plan::ids::AttributeId, Value); 1]>;

fn attributes(link: &mut Link<'_>, attributes: &mut Attributes, report: &mut Reload) {
    for (id, mut value) in std::mem::take(attributes) {
        match link.find_attribute(id) {
            Some(new) => {
                link.value(&mut value);
                attributes.push((new, value));
            }
            None => {
                let attribute = link.old.attributes.get(id.index());
                report.drop("field", attribute.map_or("", |attribute| word(link.old, attribute.name)), 1);
            }
        }
    }
}

pub(super) fn word(plan: &Plan, name: NameId) -> &str {
    plan.names.get(name.index()).map_or("", String::as_str)
}

fn item_word(plan: &Plan, item: ItemId) -> &str {
    plan.items.get(item.index()).map_or("", |item| word(plan, item.name))
}

// ---- tables by name ---------------------------------------------------------------------------------------------------

/// A table with one place for each thing of the new plan, filled from the old one where there is something.
fn moved<T: Default>(
    old: Vec<T>,
    count: usize,
    mut to: impl FnMut(usize) -> Option<usize>,
    mut lost: impl FnMut(usize, &T),
) -> Vec<T> {
    let mut new: Vec<T> = std::iter::repeat_with(T::default).take(count).collect();
    for (position, thing) in old.into_iter().enumerate() {
        match to(position).and_then(|to| new.get_mut(to)) {
            Some(place) => *place = thing,
            None => lost(position, &thing),
        }
    }
    new
}

pub(super) fn tables(link: &mut Link<'_>, state: &mut State, report: &mut Reload) {
    let old = link.old;
    let tallies = link.new.tallies.len();
    state.strikes = moved(
        std::mem::take(&mut state.strikes),
        tallies,
        |position| link.find_tally(crate::plan::ids::TallyId(position as u16)).map(|id| id.index()),
        |position, books| {
            let name = old.tallies.get(position).map_or("", |tally| word(old, tally.name));
            report.drop("strikes", name, books.len());
        },
    );
    let limits = link.new.limits.len();
    state.counted = moved(
        std::mem::take(&mut state.counted),
        limits,
        |position| link.find_limit(crate::plan::ids::LimitId(position as u16)).map(|id| id.index()),
        |position, counted| {
            let name = old.limits.get(position).map_or("", |limit| word(old, limit.name));
            report.drop("limit", name, counted.len());
        },
    );
    let metrics = link.new.metrics.len();
    state.metrics.iter_mut().for_each(|samples| samples.renew(|_| {}, |value| link.value(value)));
    state.metrics = moved(
        std::mem::take(&mut state.metrics),
        metrics,
        |position| link.find_metric(crate::plan::ids::MetricId(position as u16)).map(|id| id.index()),
        |position, samples| {
            let name = old.metrics.get(position).map_or("", |metric| word(old, metric.name));
            report.drop("metric", name, samples.len());
        },
    );
    latches(link, state, report);
    onces(link, state, report);
    rotations(link, state);
}

/// The latch of the same item.
fn find_latch(link: &mut Link<'_>, old: &Latch) -> Option<usize> {
    let same_sort = |one: LatchSort, other: LatchSort| {
        matches!(
            (one, other),
            (LatchSort::Segment(_), LatchSort::Segment(_)) | (LatchSort::Tiers(_), LatchSort::Tiers(_))
        )
    };
    let item = link.find_item(old.item)?;
    let scope = old.subject.scope;
    let same = |new: &Latch| new.item == item && new.subject.scope == scope && same_sort(old.sort, new.sort);
    link.new.latches.iter().position(same)
}

fn latches(link: &mut Link<'_>, state: &mut State, report: &mut Reload) {
    let old = link.old;
    let mut to = Vec::new();
    for (latch, standings) in old.latches.iter().zip(&mut state.latches) {
        let found = find_latch(link, latch);
        standings.renew(|per| link.value(per), |_| {});
        if let LatchSort::Tiers(tiers) = latch.sort
            && let Some(new) = link.find_tiers(tiers)
        {
            standings.renew(
                |_| {},
                |standing| {
                    let level = link.level(tiers, new, standing.level);
                    if level != standing.level {
                        standing.failed = 0;
                    }
                    standing.level = level;
                },
            );
        }
        to.push(found);
    }
    state.retest |= are_new_latches(link, &to);
    let count = link.new.latches.len();
    state.latches = moved(
        std::mem::take(&mut state.latches),
        count,
        |position| to.get(position).copied().flatten(),
        |position, standings| {
            let name = old.latches.get(position).map_or("", |latch| item_word(old, latch.item));
            report.drop("standing", name, standings.len());
        },
    );
}

/// Whether some segment or tiers are new, or say something else than before.
fn are_new_latches(link: &mut Link<'_>, to: &[Option<usize>]) -> bool {
    let mut same = vec![false; link.new.latches.len()];
    for (old, to) in link.old.latches.iter().zip(to) {
        let Some(new) = to.and_then(|to| link.new.latches.get(to).cloned()) else { continue };
        let levels = link.looking(|link| old.levels.iter().map(|level| link.expr(level)).collect::<Vec<_>>());
        let filter = link.looking(|link| old.subject.filter.as_ref().map(|filter| link.expr(filter)));
        let is_same = levels.as_ref() == Some(&new.levels) && filter.as_ref() == Some(&new.subject.filter);
        if let Some(place) = to.and_then(|to| same.get_mut(to)) {
            *place = is_same;
        }
    }
    same.iter().zip(&link.new.latches).any(|(same, latch)| !same && !latch.levels.is_empty())
}

/// The memories of `once` with the item that each is of, in their order, and its scope.
fn owners(plan: &Plan) -> Vec<(OnceId, ItemId, Scope)> {
    let of_handlers = plan.handlers.iter().filter_map(|it| Some((it.once?.memory, it.item, it.subject.scope)));
    let of_flows = plan.timelines.iter().filter_map(|it| Some((it.once?.memory, it.item, it.subject.scope)));
    let mut owners: Vec<(OnceId, ItemId, Scope)> = of_handlers.chain(of_flows).collect();
    owners.sort_by_key(|(once, ..)| *once);
    owners.dedup_by_key(|(once, ..)| *once);
    owners
}

fn onces(link: &mut Link<'_>, state: &mut State, report: &mut Reload) {
    let (before, after) = (owners(link.old), owners(&link.new));
    let nth = |owners: &[(OnceId, ItemId, Scope)], once: OnceId, item: ItemId| {
        owners.iter().filter(|(other, of, _)| *of == item && *other < once).count()
    };
    let to = |position: usize, link: &mut Link<'_>| {
        let (once, item, scope) = *before.iter().find(|(once, ..)| once.index() == position)?;
        let new = link.find_item(item)?;
        let found = after.iter().filter(|(_, of, _)| *of == new).nth(nth(&before, once, item));
        found.filter(|(_, _, is)| *is == scope).map(|(once, ..)| once.index())
    };
    for fired in &mut state.onces {
        fired.at.renew(|per| link.value(per), |_| {});
    }
    let count = link.new.onces as usize;
    let old = link.old;
    state.onces = moved(
        std::mem::take(&mut state.onces),
        count,
        |position| to(position, link),
        |position, fired: &Fired| {
            let item = before.iter().find(|(once, ..)| once.index() == position).map(|(_, item, _)| *item);
            report.drop("once", item.map_or("", |item| item_word(old, item)), fired.at.len());
        },
    );
}

/// What rotates goes on with the piece after the last; pieces that are new have not been used.
fn rotations(link: &Link<'_>, state: &mut State) {
    for ((rotor, group), rotation) in std::mem::take(&mut state.rotations) {
        for (rotor, pieces) in rotors(link, rotor) {
            state.rotations.insert((rotor, group), resorted(&rotation, &pieces));
        }
    }
}

/// What an old rotor is now, and for each of its pieces which one it was.
fn rotors(link: &Link<'_>, rotor: Rotor) -> Vec<(Rotor, Vec<Option<usize>>)> {
    let mut rotors = Vec::new();
    match rotor {
        Rotor::Message(id) => {
            let Some(old) = link.old.messages.get(id.index()) else { return rotors };
            for (position, new) in link.new.messages.iter().enumerate() {
                if link.same(old.name, new.name) {
                    // Its texts come one after the other.
                    rotors.push((Rotor::Message(MessageId(position as u32)), Vec::new()));
                }
            }
        }
        Rotor::Pool(id) => {
            let Some(old) = link.old.pools.get(id.index()) else { return rotors };
            for (position, new) in link.new.pools.iter().enumerate() {
                if link.same(old.name, new.name) {
                    let name = |plan: &Plan, id: &MessageId| {
                        plan.messages.get(id.index()).map(|message| word(plan, message.name).to_owned())
                    };
                    let was: Vec<_> = old.members.iter().map(|id| name(link.old, id)).collect();
                    let is = new.members.iter().map(|id| name(&link.new, id));
                    let pieces = is.map(|is| was.iter().position(|was| *was == is)).collect();
                    rotors.push((Rotor::Pool(PoolId(position as u16)), pieces));
                }
            }
        }
    }
    rotors
}

fn resorted(old: &Rotation, pieces: &[Option<usize>]) -> Rotation {
    fn of<T: Copy + Default>(list: &[T], pieces: &[Option<usize>]) -> Vec<T> {
        if list.is_empty() {
            return Vec::new();
        }
        let piece = |piece: &Option<usize>| piece.and_then(|piece| list.get(piece)).copied().unwrap_or_default();
        pieces.iter().map(piece).collect()
    }
    Rotation { uses: old.uses, last_use: of(&old.last_use, pieces), credit: of(&old.credit, pieces) }
}
