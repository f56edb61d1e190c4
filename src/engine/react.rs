//! Who acts on an input. Every condition of one input is tested here, on one and the same state; what comes of it is
//! applied afterwards, so the order of items never decides whether one fires.

use super::apply::keeps_event;
use super::eval::Scene;
use super::happening::{AtHand, Happening};
use super::meter::Work;
use super::ready::Ready;
use super::state::{State, Who};
use super::step::{Origin, Step};
use super::watch::{Gate, Spent, act, show, tell};
use crate::plan::expr::Keys;
use crate::plan::ids::{EffectId, GroupId, HandlerId, ItemId, KindId, LatchId, MemberId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{EdgeSort, Handler, Once, Scope, Select, SelectAmount, SelectBy, Subject, Timeline};
use crate::time::Instant;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::sync::Arc;

/// What one item wants to do for one subject.
pub(super) struct Intent {
    pub(super) item: ItemId,
    /// Which of the item's handlers wants it.
    pub(super) part: u32,
    pub(super) who: Who,
    pub(super) origin: Origin,
    pub(super) wish: Wish,
}

/// The wishes of the core forms.
pub(super) enum Wish {
    Act {
        once: Option<Once>,
        ready: Vec<Ready>,
        event: Option<Arc<Happening>>,
        /// The same for all subjects of one firing.
        firing: usize,
    },
    /// What an event does to the run of its key, stops first.
    Move {
        timeline: TimelineId,
        edges: SmallVec<[EdgeSort; 2]>,
        event: Arc<Happening>,
    },
    Goal {
        run: u64,
    },
    Stand {
        latch: LatchId,
        level: u8,
    },
}

/// The keys of a scope that are there; others are left out.
pub(super) fn narrow(scope: Scope, keys: Keys) -> Keys {
    match scope {
        Scope::Community => Keys::default(),
        Scope::Group => Keys { member: None, ..keys },
        Scope::Member => Keys { group: None, ..keys },
        Scope::Membership => keys,
    }
}

/// The subject of a scope that these keys name, if they name one.
pub(super) fn keys_for(scope: Scope, keys: Keys) -> Option<Keys> {
    let complete = match scope {
        Scope::Community => true,
        Scope::Group => keys.group.is_some(),
        Scope::Member => keys.member.is_some(),
        Scope::Membership => keys.group.is_some() && keys.member.is_some(),
    };
    complete.then(|| narrow(scope, keys))
}

impl State {
    /// The living subjects of a scope that agree with the keys given, in order of id.
    pub(super) fn living_subjects(&self, scope: Scope, with: Keys) -> Vec<Keys> {
        match scope {
            Scope::Community => vec![Keys::default()],
            Scope::Group => {
                let groups = self.groups_in_order().filter(|group| with.group.is_none_or(|g| g == *group));
                groups.map(|group| Keys { group: Some(group), member: None }).collect()
            }
            Scope::Member => match with.member {
                Some(member) => self.living_person(member).into_iter().collect(),
                None => self.persons_in_order().map(|m| Keys { group: None, member: Some(m) }).collect(),
            },
            Scope::Membership => self.living_memberships(with),
        }
    }

    fn living_person(&self, member: MemberId) -> Option<Keys> {
        let living = self.person(member).is_some_and(super::state::Person::is_living);
        living.then_some(Keys { group: None, member: Some(member) })
    }

    fn living_memberships(&self, with: Keys) -> Vec<Keys> {
        let of_group = |group: GroupId| {
            let members = self.living_members(group).into_iter();
            members.map(move |member| Keys { group: Some(group), member: Some(member) })
        };
        match (with.group, with.member) {
            (_, Some(member)) => {
                let groups = self.living_groups(member).into_iter();
                let groups = groups.filter(|group| with.group.is_none_or(|g| g == *group));
                groups.map(|group| Keys { group: Some(group), member: Some(member) }).collect()
            }
            (Some(group), None) => of_group(group).collect(),
            (None, None) => self.groups_in_order().flat_map(of_group).collect(),
        }
    }

    /// Whether a subject of this scope is still there.
    pub(super) fn is_living(&self, scope: Scope, keys: Keys) -> bool {
        match scope {
            Scope::Community => true,
            Scope::Group => keys.group.and_then(|g| self.group(g)).is_some_and(|g| !g.closed),
            Scope::Member => keys.member.and_then(|m| self.person(m)).is_some_and(super::state::Person::is_living),
            Scope::Membership => self.is_member(keys),
        }
    }

    /// Whether `once` allows another firing now.
    pub(super) fn may_fire(&self, once: Option<&Once>, who: &Who, now: Instant) -> bool {
        let Some(once) = once else { return true };
        let fired = self.onces.get(once.memory.index());
        match (fired.and_then(|fired| fired.at.get(self.number(who.keys), &who.per)), once.per) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(last), Some(per)) => now - *last >= per,
        }
    }

    /// Remembers that something fired now, for `once`.
    pub(super) fn remember_firing(&mut self, once: &Once, who: &Who) {
        let number = self.meet(who.keys);
        if let Some(fired) = self.onces.get_mut(once.memory.index()) {
            fired.insert(number, &who.per, self.now, once.per);
        }
    }
}

/// One candidate of a firing.
struct Candidate {
    who: Who,
    /// The subject's keys, with the event's group where a ladder `for member` sends it along.
    keys: Keys,
    /// Whether `when` holds; unknown where it is `None`, or where its rank is.
    truth: Option<bool>,
    /// What `top` measures.
    rank: Value,
}

impl Step<'_> {
    /// Tests everything that an event wakes.
    pub(super) fn react(&mut self, event: &AtHand<'_>) -> Vec<Intent> {
        let dispatch = self.program.dispatch_of(event.kind);
        let mut intents = Vec::new();
        match (&self.state.cast, self.watch) {
            (Some(cast), _) => {
                let mine = cast.handlers.iter().filter(|id| self.is_woken_by(**id, event.kind)).copied();
                for id in mine.collect::<SmallVec<[HandlerId; 8]>>() {
                    self.react_handler(id, event, &mut intents);
                }
            }
            (None, None) => dispatch.wake.woken(event, |id| self.react_handler(id, event, &mut intents)),
            // Who looks on wants to know of every condition that does not hold.
            (None, Some(_)) => dispatch.wake.all.iter().for_each(|id| self.react_handler(*id, event, &mut intents)),
        }
        for id in &dispatch.timelines {
            self.react_timeline(*id, event, &mut intents);
        }
        for id in &dispatch.goals {
            self.react_goal(*id, event, &mut intents);
        }
        for id in &dispatch.latches {
            self.react_latch(*id, event, &mut intents);
        }
        // The order of items is that of file name, then position; the sort keeps the order within an item.
        intents.sort_by_key(|intent| intent.item);
        intents
    }

    fn is_woken_by(&self, id: HandlerId, kind: KindId) -> bool {
        self.program.plan.handlers.get(id.index()).is_some_and(|handler| handler.events.contains(&kind))
    }

    fn react_handler(&mut self, id: HandlerId, event: &AtHand<'_>, intents: &mut Vec<Intent>) {
        let Some(handler) = self.program.plan.handlers.get(id.index()) else { return };
        self.turn(Work::Item(handler.item));
        if handler.subject.each {
            self.state.sort_ids();
        }
        let subjects = self.subjects(&handler.subject, event.keys());
        if subjects.is_empty() {
            return;
        }
        self.fire(id, handler, &subjects, Some(event), &mut || Origin::of(event), intents);
    }

    /// Whom an event with these keys concerns.
    fn subjects(&self, subject: &Subject, keys: Keys) -> SmallVec<[Keys; 1]> {
        match keys_for(subject.scope, keys) {
            Some(keys) => SmallVec::from_iter([keys]),
            None if subject.each => self.state.living_subjects(subject.scope, keys).into(),
            None => SmallVec::new(),
        }
    }

    /// Tests a handler for its subjects and adds what those taken will do.
    pub(super) fn fire(
        &self,
        id: HandlerId,
        handler: &Handler,
        subjects: &[Keys],
        event: Option<&AtHand<'_>>,
        origin: &mut dyn FnMut() -> Origin,
        intents: &mut Vec<Intent>,
    ) {
        let firing = intents.len();
        let candidates = subjects.iter().filter_map(|keys| self.candidate(handler, *keys, event));
        if handler.select.is_none() && handler.otherwise.is_empty() {
            let taken: SmallVec<[Candidate; 1]> = candidates.filter(|c| c.truth == Some(true)).collect();
            if !taken.is_empty() {
                let origin = origin();
                intents.extend(taken.into_iter().map(|c| self.intent(id, handler, c, event, &origin, true, firing)));
            }
            return;
        }
        let origin = origin();
        let candidates: Vec<Candidate> = candidates.collect();
        let taken: FxHashSet<usize> = self.take(handler, &candidates, event, &origin).into_iter().collect();
        let origin = origin.at_best(self.certainty_of_choice(handler, subjects, event));
        for (position, candidate) in candidates.into_iter().enumerate() {
            let takes = taken.contains(&position);
            if takes || candidate.truth.is_some() && !handler.otherwise.is_empty() {
                intents.push(self.intent(id, handler, candidate, event, &origin, takes, firing));
            }
        }
    }

    pub(super) fn scene<'a>(&'a self, keys: Keys, event: Option<&'a AtHand<'_>>) -> Scene<'a> {
        let scene = Scene::new(self.program, self.state, self.state.now, keys);
        event.map_or(scene, |event| scene.with_event(event))
    }

    fn candidate(&self, handler: &Handler, keys: Keys, event: Option<&AtHand<'_>>) -> Option<Candidate> {
        let subject = &handler.subject;
        let mut with = keys;
        if subject.with_group {
            with.group = event.and_then(|event| event.group);
        }
        let scene = self.scene(with, event);
        show(self.watch, handler.item, Gate::Subject, subject.filter.as_ref(), &scene);
        if !scene.holds(subject.filter.as_ref()) {
            tell(self.watch, handler.item, Gate::Subject, subject.filter.as_ref(), &scene);
            return None;
        }
        let who = self.who(subject, keys, &scene)?;
        if !self.state.may_fire(handler.once.as_ref(), &who, self.state.now) {
            self.tell_spent(handler, &who);
            return None;
        }
        let scene = Scene { per: &who.per, ..scene };
        show(self.watch, handler.item, Gate::When, handler.when.as_ref(), &scene);
        let truth = scene.truth(handler.when.as_ref());
        if truth != Some(true) {
            tell(self.watch, handler.item, Gate::When, handler.when.as_ref(), &scene);
        }
        let rank = match handler.select.as_ref().map(|select| &select.by) {
            Some(SelectBy::Top(by)) if truth == Some(true) => scene.value(by),
            _ => Value::Bool(true),
        };
        let truth = truth.filter(|_| rank.is_known());
        Some(Candidate { truth, rank, keys: with, who })
    }

    fn tell_spent(&self, handler: &Handler, who: &Who) {
        let (Some(watch), Some(once)) = (self.watch, &handler.once) else { return };
        let fired = self.state.onces.get(once.memory.index());
        if let Some(last) = fired.and_then(|fired| fired.at.get(self.state.number(who.keys), &who.per)) {
            let next = once.per.map(|per| *last + per);
            watch.spent(Spent { item: handler.item, keys: who.keys, at: self.state.now, last: *last, next });
        }
    }

    /// The subject with its `per` value; without that there is none.
    pub(super) fn who(&self, subject: &Subject, keys: Keys, scene: &Scene<'_>) -> Option<Who> {
        let Some(per) = &subject.per else { return Some(Who::of(keys)) };
        let per = scene.value(per);
        per.is_known().then_some(Who { keys, per })
    }

    #[expect(clippy::too_many_arguments, reason = "one call, and each is a different part of the firing")]
    fn intent(
        &self,
        id: HandlerId,
        handler: &Handler,
        candidate: Candidate,
        event: Option<&AtHand<'_>>,
        origin: &Origin,
        taken: bool,
        firing: usize,
    ) -> Intent {
        let scene = Scene { per: &candidate.who.per, ..self.scene(candidate.keys, event) };
        act(self.watch, handler.item, Gate::Subject, handler.subject.filter.as_ref(), &scene);
        act(self.watch, handler.item, Gate::When, handler.when.as_ref(), &scene);
        let effects = if taken { &handler.effects } else { &handler.otherwise };
        let ready = self.ready(effects, &scene);
        let certainty = self.certainty_of_firing(id, handler, effects, &scene);
        let origin = origin.clone().at_best(certainty);
        let once = handler.once.filter(|_| taken);
        let event = event.filter(|event| self.outlives(event, effects)).map(AtHand::share);
        let wish = Wish::Act { once, ready, event, firing };
        Intent { item: handler.item, part: id.0, who: candidate.who, origin, wish }
    }

    /// Whether effects look at their event again when they are carried out, or later.
    fn outlives(&self, event: &Happening, effects: &[EffectId]) -> bool {
        let keeps = |id: &EffectId| self.effect(*id).is_some_and(|effect| keeps_event(&effect.act));
        event.kind == self.program.known.strike_given || effects.iter().any(keeps)
    }

    // ---- top and draw -------------------------------------------------------------------------------------------

    /// The positions of the candidates that are taken.
    fn take(
        &self,
        handler: &Handler,
        candidates: &[Candidate],
        event: Option<&AtHand<'_>>,
        origin: &Origin,
    ) -> Vec<usize> {
        let eligible = (0..candidates.len()).filter(|i| candidates.get(*i).is_some_and(|c| c.truth == Some(true)));
        let Some(select) = &handler.select else { return eligible.collect() };
        let mut pools: Vec<(Keys, Vec<usize>)> = Vec::new();
        for position in eligible {
            let Some(candidate) = candidates.get(position) else { continue };
            let pool = narrow(select.per, candidate.keys);
            match pools.iter_mut().find(|(keys, _)| *keys == pool) {
                Some((_, positions)) => positions.push(position),
                None => pools.push((pool, vec![position])),
            }
        }
        let best =
            |(keys, pool): (Keys, Vec<usize>)| self.best_of(handler, select, candidates, &pool, keys, event, origin);
        pools.into_iter().flat_map(best).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one call, and each is a different part of the firing")]
    fn best_of(
        &self,
        handler: &Handler,
        select: &Select,
        candidates: &[Candidate],
        pool: &[usize],
        keys: Keys,
        event: Option<&AtHand<'_>>,
        origin: &Origin,
    ) -> Vec<usize> {
        let member = |position: &usize| candidates.get(*position).map(|c| self.order_key(c.keys)).unwrap_or_default();
        let mut ranked: Vec<usize> = match &select.by {
            SelectBy::Draw => {
                let item = self.program.item_name(handler.item);
                let mut ranked: Vec<usize> = pool.to_vec();
                ranked.sort_by_cached_key(|position| {
                    (lot(&origin.cause.id, item, &member(position).0), member(position))
                });
                ranked
            }
            SelectBy::Top(_) => {
                let rank = |position: &usize| candidates.get(*position).map(|c| &c.rank).unwrap_or(&Value::Unknown);
                let mut ranked: Vec<usize> = pool.to_vec();
                ranked.sort_by(|a, b| {
                    let order = super::arithmetic::order(rank(b), rank(a)).unwrap_or(std::cmp::Ordering::Equal);
                    order.then_with(|| member(a).cmp(&member(b)))
                });
                ranked
            }
        };
        let scene = self.scene(keys, event);
        ranked.truncate(how_many(&scene, &select.amount, pool.len()));
        ranked
    }

    /// Member id, then group id: the order of ties.
    fn order_key(&self, keys: Keys) -> (String, String) {
        let member = keys.member.map(|m| self.state.member_text(m).to_owned());
        let group = keys.group.map(|g| self.state.group_text(g).to_owned());
        (member.unwrap_or_default(), group.unwrap_or_default())
    }

    // ---- flows and latches --------------------------------------------------------------------------------------

    fn react_timeline(&mut self, id: TimelineId, event: &AtHand<'_>, intents: &mut Vec<Intent>) {
        let Some(timeline) = self.program.plan.timelines.get(id.index()) else { return };
        self.turn(Work::Item(timeline.item));
        if timeline.subject.each {
            self.state.sort_ids();
        }
        for keys in self.subjects(&timeline.subject, event.keys()) {
            let scene = self.scene(keys, Some(event));
            let Some(who) = self.who(&timeline.subject, keys, &scene) else { continue };
            let run = self.run_number(id, &who).and_then(|run| self.state.runs.get(&run));
            let run_start = run.map(|run| run.started);
            // Who has left the subjects (the group's kind changed) can still be stopped.
            show(self.watch, timeline.item, Gate::Subject, timeline.subject.filter.as_ref(), &scene);
            let is_subject = scene.holds(timeline.subject.filter.as_ref());
            let scene = Scene { per: &who.per, run_start, ..scene };
            self.show_edges(timeline, event, &scene);
            let wanted = timeline.edges.iter().filter(|edge| edge.kind == event.kind);
            let wanted = wanted.filter(|edge| is_subject || edge.sort == EdgeSort::Stop);
            let mut edges: SmallVec<[EdgeSort; 2]> =
                wanted.filter(|edge| scene.holds(edge.when.as_ref())).map(|edge| edge.sort).collect();
            if edges.is_empty() {
                self.tell_not_started(timeline, event, is_subject, &scene);
                continue;
            }
            edges.sort_unstable();
            edges.dedup();
            let wish = Wish::Move { timeline: id, edges, event: event.share() };
            intents.push(Intent { item: timeline.item, part: 0, who, origin: Origin::of(event), wish });
        }
    }

    /// Shows the conditions of the edges that an event is tested by, if somebody looks on.
    fn show_edges(&self, timeline: &Timeline, event: &Happening, scene: &Scene<'_>) {
        if self.watch.is_some() {
            for edge in timeline.edges.iter().filter(|edge| edge.kind == event.kind) {
                let gate = if edge.sort == EdgeSort::Start { Gate::Start } else { Gate::Run };
                show(self.watch, timeline.item, gate, edge.when.as_ref(), scene);
            }
        }
    }

    /// Why an event of its kind does not start a flow.
    fn tell_not_started(&self, timeline: &Timeline, event: &Happening, is_subject: bool, scene: &Scene<'_>) {
        let Some(start) = timeline.edges.iter().find(|e| e.kind == event.kind && e.sort == EdgeSort::Start) else {
            return;
        };
        if is_subject {
            tell(self.watch, timeline.item, Gate::Start, start.when.as_ref(), scene);
        } else {
            tell(self.watch, timeline.item, Gate::Subject, timeline.subject.filter.as_ref(), scene);
        }
    }

    fn react_goal(&mut self, id: TimelineId, event: &AtHand<'_>, intents: &mut Vec<Intent>) {
        let Some(timeline) = self.program.plan.timelines.get(id.index()) else { return };
        self.turn(Work::Item(timeline.item));
        for number in self.runs_about(id, timeline, event.keys()) {
            if self.goal_reached(number) {
                let Some(run) = self.state.runs.get(&number) else { continue };
                let (item, who, origin) = (timeline.item, run.who.clone(), Origin::of(event));
                intents.push(Intent { item, part: 1, who, origin, wish: Wish::Goal { run: number } });
            }
        }
    }

    /// The runs of whom an event is about; where it lacks keys, of all that agree with those it has, in order of id.
    fn runs_about(&self, id: TimelineId, timeline: &Timeline, keys: Keys) -> Vec<u64> {
        if let Some(keys) = keys_for(timeline.subject.scope, keys) {
            return self.runs_of(id, keys);
        }
        let runs = self.state.runs.iter().filter(|(_, run)| run.timeline == id && agrees(run.who.keys, keys));
        let mut found: Vec<(Keys, u64)> = runs.map(|(number, run)| (run.who.keys, *number)).collect();
        found.sort_by(|(a, m), (b, n)| self.state.id_order(*a).cmp(&self.state.id_order(*b)).then(m.cmp(n)));
        found.into_iter().map(|(_, number)| number).collect()
    }

    fn react_latch(&self, id: LatchId, event: &AtHand<'_>, intents: &mut Vec<Intent>) {
        let Some(latch) = self.program.plan.latches.get(id.index()) else { return };
        self.turn(Work::Item(latch.item));
        let scope = latch.subject.scope;
        // An event that lacks keys of the subject tests all who agree with those it has.
        let subjects: SmallVec<[Keys; 1]> = match keys_for(scope, event.keys()) {
            Some(keys) => SmallVec::from_iter([keys]),
            None => self.state.living_subjects(scope, event.keys()).into(),
        };
        for keys in subjects {
            intents.extend(self.test_latch(id, keys, &mut || Origin::of(event)));
        }
    }
}

/// Whether the keys of a subject agree with those that are given.
fn agrees(own: Keys, given: Keys) -> bool {
    let group = own.group.is_none() || given.group.is_none() || own.group == given.group;
    let member = own.member.is_none() || given.member.is_none() || own.member == given.member;
    group && member
}

/// The lot of a member: lower is drawn first.
fn lot(cause: &str, item: &str, member: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [cause, "\n", item, "\n", member] {
        hash.update(part);
    }
    hash.finalize().into()
}

/// How many of so many candidates are taken; none where that is unknown or negative.
fn how_many(scene: &Scene<'_>, amount: &SelectAmount, candidates: usize) -> usize {
    let count = match amount {
        SelectAmount::Count(count) => scene.value(count).decimal(),
        SelectAmount::Share(share) => scene
            .value(share)
            .decimal()
            .and_then(|share| share.checked_mul(Decimal::from(candidates)))
            .map(|n| n.ceil()),
    };
    count.and_then(|n| n.floor().to_usize()).unwrap_or(0)
}
