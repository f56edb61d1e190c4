//! Runs of timelines: begun, moved, stopped; their steps in time.

use super::apply::Firing;
use super::certainty::Certainty;
use super::decision::{DecisionId, Reason, Status};
use super::eval::Scene;
use super::happening::Happening;
use super::meter::Work;
use super::ready::{Pending, Ready};
use super::state::Who;
use super::step::{Origin, Step};
use super::task::OfRun;
use super::timers::{Class, Due, Timer};
use super::watch::{Gate, act, show, tell};
use crate::plan::expr::Keys;
use crate::plan::ids::{NameId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{Act, Edge, EdgeSort, StepAt, Timeline};
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// A run on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) timeline: TimelineId,
    pub(super) who: Who,
    /// The event that started it or last updated it; none where an action started it.
    pub(super) event: Option<Arc<Happening>>,
    pub(super) origin: Origin,
    pub(super) started: Instant,
    /// When it was last started or updated, and how deep in a cascade: its steps of that instant belong to it.
    pub(super) moved: (Instant, u8),
    pub(super) anchor: Instant,
    pub(super) params: SmallVec<[Value; 2]>,
    pub(super) steps: Vec<StepState>,
    /// Counts how often the steps have been planned: timers of older plans are void.
    pub(super) plan: u32,
    /// The first of the numbers that order this plan's timers, one for each step.
    pub(super) sequence: u64,
    /// Tasks that this run has given.
    pub(super) tasks: Vec<u64>,
    /// What this run has deferred, or what waits for an approval.
    pub(super) holds: Vec<u64>,
    /// Whether it has said something: from then on it waits for what people make of that.
    pub(super) spoke: bool,
    /// Names of this run's tasks that are done.
    pub(super) done_tasks: SmallVec<[NameId; 1]>,
}

/// About how many bytes one run takes, with four steps and the event that started it.
pub(super) const ROOM_OF_RUN: usize = size_of::<Run>() + 4 * size_of::<StepState>() + size_of::<Happening>();

impl Run {
    /// What its steps come from: a flow that wakes itself at one instant is a chain like any other, time begins a new one.
    pub(super) fn origin_at(&self, now: Instant) -> Origin {
        let (at, depth) = self.moved;
        Origin { depth: if at == now { depth } else { 0 }, ..self.origin.clone() }
    }

    /// Whether its timers of this plan are still meant.
    pub(super) fn is_planned(&self, plan: u32) -> bool {
        self.plan == plan
    }

    /// What outlives it in its tasks.
    pub(super) fn known(&self) -> OfRun {
        OfRun { params: self.params.clone(), started: self.started, anchor: self.anchor }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct StepState {
    pub(super) at: Option<Instant>,
    pub(super) phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    Ahead,
    /// Its time lay in the past when it was planned; a move may open it again.
    Missed,
    /// Done, or passed over.
    Over,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Finished,
    Stopped,
    Goal,
    Restarted,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            How::Finished => "finished",
            How::Stopped => "stopped",
            How::Goal => "goal",
            How::Restarted => "restarted",
        }
    }
}

impl<'a> Step<'a> {
    pub(super) fn timeline(&self, id: TimelineId) -> Option<&'a Timeline> {
        self.program.plan.timelines.get(id.index())
    }

    pub(super) fn run_number(&self, id: TimelineId, who: &Who) -> Option<u64> {
        self.state.run_of.get(id.index())?.get(self.state.number(who.keys), &who.per).copied()
    }

    /// The runs of a timeline for a subject, whatever their `per` value, in the order in which they began.
    pub(super) fn runs_of(&self, id: TimelineId, keys: Keys) -> Vec<u64> {
        if self.timeline(id).is_none_or(|timeline| timeline.subject.per.is_none()) {
            return self.run_number(id, &Who::of(keys)).into_iter().collect();
        }
        let Some((runs, subject)) = self.state.run_of.get(id.index()).zip(self.state.number(keys)) else {
            return Vec::new();
        };
        let mut numbers: Vec<u64> = runs.of(subject).copied().collect();
        numbers.sort_unstable();
        numbers
    }

    /// What an event does to the run of its key: stops, updates, restarts and starts, in this order.
    pub(super) fn move_run(&mut self, id: TimelineId, who: &Who, edges: &[EdgeSort], event: &Arc<Happening>) {
        let origin = Origin::of(event);
        for edge in edges {
            let run = self.run_number(id, who);
            match (edge, run) {
                (EdgeSort::Stop, Some(run)) => self.end_run(run, How::Stopped, &origin),
                (EdgeSort::Update, Some(run)) => self.update_run(run, event, &origin),
                // The run of an older version may have begun anew in this one by the very same event.
                (EdgeSort::Restart, Some(run)) if self.has_begun_by(run, event) => {}
                (EdgeSort::Restart, Some(run)) => {
                    self.end_run(run, How::Restarted, &origin);
                    if let Some(id) = self.restarts_in(id, event) {
                        self.start_run(id, who, Some(event), &origin, SmallVec::new());
                    }
                }
                (EdgeSort::Start, None) if self.may_run(id, who) => {
                    self.start_run(id, who, Some(event), &origin, SmallVec::new());
                }
                _ => {}
            }
        }
    }

    fn has_begun_by(&self, run: u64, event: &Happening) -> bool {
        let Some(run) = self.state.runs.get(&run).filter(|run| run.started == self.state.now) else { return false };
        run.event.as_ref().is_some_and(|begun| begun.id == event.id && begun.kind == event.kind)
    }

    /// In which flow a run begins anew: in the new version of one that is older, if that begins at such an event too.
    fn restarts_in(&self, id: TimelineId, event: &Happening) -> Option<TimelineId> {
        let Some(pinned) = self.timeline(id)?.pinned else { return Some(id) };
        let begins = |edge: &Edge| matches!(edge.sort, EdgeSort::Start | EdgeSort::Restart) && edge.kind == event.kind;
        pinned.successor.filter(|id| self.timeline(*id).is_some_and(|timeline| timeline.edges.iter().any(begins)))
    }

    /// Whether a run of the subject still goes on on an older version of the flow.
    fn runs_on_older(&self, id: TimelineId, who: &Who) -> bool {
        self.older_of(id).any(|older| self.run_number(older, who).is_some())
    }

    /// The older versions of a flow.
    fn older_of(&self, id: TimelineId) -> impl Iterator<Item = TimelineId> {
        let is_older = move |timeline: &Timeline| timeline.pinned.is_some_and(|pinned| pinned.successor == Some(id));
        let all = (0..).map(TimelineId).zip(&self.program.plan.timelines);
        all.filter(move |(_, timeline)| is_older(timeline)).map(|(older, _)| older)
    }

    fn may_run(&self, id: TimelineId, who: &Who) -> bool {
        if self.runs_on_older(id, who) {
            return false;
        }
        let once = self.timeline(id).and_then(|timeline| timeline.once.as_ref());
        self.state.may_fire(once, who, self.state.now)
    }

    fn start_run(
        &mut self,
        id: TimelineId,
        who: &Who,
        event: Option<&Arc<Happening>>,
        origin: &Origin,
        params: SmallVec<[Value; 2]>,
    ) {
        let Some(timeline) = self.timeline(id) else { return };
        if let Some(once) = &timeline.once {
            self.state.remember_firing(once, who);
        }
        let number = self.state.next_sequence();
        let started = self.state.now;
        let steps = timeline.steps.iter().map(|_| StepState { at: None, phase: Phase::Ahead }).collect();
        self.state.runs.insert(
            number,
            Run {
                timeline: id,
                who: who.clone(),
                event: event.cloned(),
                origin: Origin { depth: 0, ..origin.clone() }.at_best(Certainty::Depends),
                started,
                moved: (started, origin.depth),
                anchor: started,
                params,
                steps,
                plan: 0,
                sequence: 0,
                tasks: Vec::new(),
                holds: Vec::new(),
                spoke: false,
                done_tasks: SmallVec::new(),
            },
        );
        let subject = self.state.meet(who.keys);
        if let Some(runs) = self.state.run_of.get_mut(id.index()) {
            runs.insert(subject, &who.per, number);
        }
        if let Some(starts) = self.state.run_starts.get_mut(id.index()) {
            *starts.entry(started).or_default() += 1;
        }
        let known = &self.program.known;
        let fields = self.fields(known.flow_started, [(known.started_flow, self.flow_name(id))]);
        self.tell_of_run(known.flow_started, id, who.keys, fields, origin);
        self.plan_steps(number);
        self.finish_if_over(number, origin);
    }

    fn tell_of_run(
        &mut self,
        kind: crate::plan::ids::KindId,
        id: TimelineId,
        keys: Keys,
        fields: SmallVec<[Value; 4]>,
        origin: &Origin,
    ) {
        if self.is_unheard(kind, origin) {
            return;
        }
        let told = self.program.plan.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
        let flow = self.timeline(id).map_or("", |timeline| self.program.name(timeline.name));
        let name = self.id_of(origin, keys, &[told.as_bytes(), flow.as_bytes()]).to_compact();
        let happening = self.happening(kind, keys, fields, name, origin);
        self.emit(happening);
    }

    /// The run's event is replaced; steps still ahead move, and so do the due times of its tasks.
    fn update_run(&mut self, number: u64, event: &Arc<Happening>, origin: &Origin) {
        let Some(run) = self.state.runs.get_mut(&number) else { return };
        run.event = Some(Arc::clone(event));
        let cause = super::cause::Cause { id: event.id.clone(), parent: Some(Arc::clone(&run.origin.cause)) };
        let certainty = run.origin.certainty.max(origin.certainty);
        run.origin = Origin { cause: Arc::new(cause), depth: 0, certainty };
        run.moved = (self.state.now, origin.depth);
        self.plan_steps(number);
        if let Some(run) = self.state.runs.get(&number) {
            let anchor = run.anchor;
            self.move_tasks(number, Some(event), anchor);
        }
        self.finish_if_over(number, origin);
    }

    pub(super) fn scene_of<'s>(&'s self, run: &'s Run) -> Scene<'s> {
        Scene {
            event: run.event.as_deref(),
            params: &run.params,
            per: &run.who.per,
            run_start: Some(run.started),
            anchor: Some(run.anchor),
            ..Scene::new(self.program, self.state, self.state.now, run.who.keys)
        }
    }

    // ---- steps --------------------------------------------------------------------------------------------------

    /// Sets the time of every step that is not over; those in the past are missed.
    fn plan_steps(&mut self, number: u64) {
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some(timeline) = self.timeline(run.timeline) else { return };
        let anchor = self.anchor_of(run, timeline);
        let times: Vec<Option<Instant>> =
            timeline.steps.iter().map(|step| self.step_time(run, &step.at, anchor)).collect();
        let sequence = self.state.sequence + 1;
        self.state.sequence += times.len() as u64;
        let now = self.state.now;
        let Some(run) = self.state.runs.get_mut(&number) else { return };
        run.anchor = anchor;
        run.plan += 1;
        run.sequence = sequence;
        let mut missed = Vec::new();
        for (position, (step, at)) in run.steps.iter_mut().zip(times).enumerate() {
            let Some(at) = at.filter(|_| step.phase != Phase::Over) else { continue };
            let in_past = at < now;
            if in_past && (step.phase == Phase::Ahead || step.at.is_none()) {
                missed.push(position);
            }
            *step = StepState { at: Some(at), phase: if in_past { Phase::Missed } else { Phase::Ahead } };
        }
        missed.into_iter().for_each(|position| self.miss(number, position));
        self.await_step(number);
    }

    /// The time from which the steps of a run count.
    pub(super) fn anchor_of(&self, run: &Run, timeline: &Timeline) -> Instant {
        let anchor = timeline.anchor.as_ref().and_then(|anchor| match self.scene_of(run).value(anchor) {
            Value::Time(at) => Some(at),
            _ => None,
        });
        anchor.unwrap_or(run.started)
    }

    pub(super) fn step_time(&self, run: &Run, at: &StepAt, anchor: Instant) -> Option<Instant> {
        match at {
            StepAt::Start => Some(run.started),
            StepAt::Offset(offset) => Some(anchor + *offset),
            StepAt::Day { day, at } => {
                let day = i32::try_from(*day).ok()?;
                Some(self.program.plan.community.calendar.time_on_day(anchor, day, *at))
            }
            StepAt::Time(time) => match self.scene_of(run).value(time) {
                Value::Time(at) => Some(at),
                _ => None,
            },
            StepAt::Tasks(_) => None,
        }
    }

    /// Records the actions of a step whose time lay in the past.
    pub(super) fn miss(&mut self, number: u64, position: usize) {
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some(step) = self.timeline(run.timeline).and_then(|t| t.steps.get(position)) else { return };
        let ready = self.ready(&step.effects, &self.scene_of(run));
        let origin = run.origin.clone();
        for ready in ready {
            let Some(effect) = self.effect(ready.effect) else { continue };
            let id = self.decision_id(&ready, effect, &origin);
            let pending = Pending::new(ready, id, &origin, Some(number));
            self.record_decision(&pending, Status::Missed, Some(Reason::StepInThePast));
        }
    }

    /// Waits for the next step in time.
    pub(super) fn await_step(&mut self, number: u64) {
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some((at, position)) = run.next_step() else { return };
        let due = Due::Step { run: number, plan: run.plan };
        let sequence = run.sequence + position as u64;
        self.state.timers.push(Timer { at, class: Class::Due, item: 0, sequence, due });
    }

    /// The next step of a run has come, unless it reaches its goal first.
    pub(super) fn step_due(&mut self, number: u64, plan: u32) {
        let Some(run) = self.state.runs.get(&number).filter(|run| run.plan == plan) else { return };
        let Some((_, position)) = run.next_step().filter(|(at, _)| *at <= self.state.now) else { return };
        let origin = run.origin_at(self.state.now);
        if let Some(timeline) = self.timeline(run.timeline) {
            self.turn(Work::Item(timeline.item));
        }
        if self.goal_reached(number) {
            return self.end_run(number, How::Goal, &origin);
        }
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some(step) = self.timeline(run.timeline).and_then(|t| t.steps.get(position)) else { return };
        let scene = self.scene_of(run);
        if let Some(timeline) = self.timeline(run.timeline) {
            show(self.watch, timeline.item, Gate::When, step.when.as_ref(), &scene);
        }
        let ready = scene.holds(step.when.as_ref()).then(|| self.ready(&step.effects, &scene));
        if let (Some(_), Some(timeline)) = (&ready, self.timeline(run.timeline)) {
            act(self.watch, timeline.item, Gate::When, step.when.as_ref(), &scene);
        }
        if let (None, Some(timeline)) = (&ready, self.timeline(run.timeline)) {
            tell(self.watch, timeline.item, Gate::When, step.when.as_ref(), &scene);
        }
        let origin = origin.at_best(self.certainty_of_step(run, position, &scene));
        let (who, event) = (run.who.clone(), run.event.clone());
        if let Some(step) = self.state.runs.get_mut(&number).and_then(|run| run.steps.get_mut(position)) {
            step.phase = Phase::Over;
        }
        self.await_step(number);
        if let Some(ready) = ready {
            let firing = Firing { together: self.alone(), origin: &origin, run: Some(number), event: event.as_ref() };
            self.act(None, &who, ready, firing);
        }
        self.finish_if_over(number, &origin);
    }

    /// A named task of the run is done: steps that waited for the last of their tasks come now.
    pub(super) fn task_of_run_done(&mut self, number: u64, name: NameId) {
        let now = self.state.now;
        let Some(run) = self.state.runs.get_mut(&number) else { return };
        run.done_tasks.push(name);
        let Some(timeline) = self.program.plan.timelines.get(run.timeline.index()) else { return };
        let still_open = |name: &NameId| {
            run.tasks.iter().filter_map(|id| self.state.tasks.get(id)).any(|task| task.name == Some(*name))
        };
        let done = |name: &NameId| run.done_tasks.contains(name) && !still_open(name);
        let mut come = false;
        for (state, step) in run.steps.iter_mut().zip(&timeline.steps) {
            let StepAt::Tasks(names) = &step.at else { continue };
            if state.phase == Phase::Ahead && state.at.is_none() && names.iter().all(done) {
                state.at = Some(now);
                come = true;
            }
        }
        if come {
            run.plan += 1;
            self.await_step(number);
        } else {
            self.finish_runs(&[number]);
        }
    }

    /// Runs that waited only for what has been settled now end.
    pub(super) fn finish_runs(&mut self, runs: &[u64]) {
        for number in runs {
            let now = self.state.now;
            if let Some(origin) = self.state.runs.get(number).map(|run| run.origin_at(now)) {
                self.finish_if_over(*number, &origin);
            }
        }
    }

    // ---- ends ---------------------------------------------------------------------------------------------------

    pub(super) fn goal_reached(&self, number: u64) -> bool {
        let Some(run) = self.state.runs.get(&number) else { return false };
        let Some(timeline) = self.timeline(run.timeline) else { return false };
        timeline.goal.as_ref().is_some_and(|goal| {
            let scene = self.scene_of(run);
            show(self.watch, timeline.item, Gate::Run, Some(&goal.when), &scene);
            scene.value(&goal.when).is_true()
        })
    }

    /// Ends a run that has no step left to come.
    pub(super) fn finish_if_over(&mut self, number: u64, origin: &Origin) {
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some(timeline) = self.timeline(run.timeline) else { return };
        // A task that is deferred or waits for approval may still be given.
        let held = || run.holds.iter().filter_map(|hold| self.state.holds.get(hold)).flat_map(|hold| &hold.actions);
        let waits = |name: &NameId| {
            let gives =
                |pending: &Pending| self.effect(pending.ready.effect).and_then(|effect| named_task(&effect.act));
            held().any(|pending| pending.run == Some(number) && gives(pending) == Some(*name))
        };
        let open = |name: &NameId| {
            waits(name)
                || run.done_tasks.contains(name)
                || run.tasks.iter().filter_map(|id| self.state.tasks.get(id)).any(|task| task.name == Some(*name))
        };
        let to_come = run.steps.iter().zip(&timeline.steps).any(|(state, step)| match (&step.at, state.phase) {
            (StepAt::Tasks(names), Phase::Ahead) => state.at.is_some() || names.iter().all(open),
            (_, Phase::Ahead) => state.at.is_some(),
            _ => false,
        });
        if !to_come {
            self.end_run(number, How::Finished, origin);
        }
    }

    /// Ends a run. A stop or a goal withdraws its open tasks and what it deferred.
    pub(super) fn end_run(&mut self, number: u64, how: How, origin: &Origin) {
        let Some(run) = self.state.runs.remove(&number) else { return };
        let subject = self.state.meet(run.who.keys);
        if let Some(runs) = self.state.run_of.get_mut(run.timeline.index()) {
            runs.remove(subject, &run.who.per);
        }
        if let Some(starts) = self.state.run_starts.get_mut(run.timeline.index()) {
            let left = starts.remove(&run.started).unwrap_or_default().saturating_sub(1);
            if left > 0 {
                starts.insert(run.started, left);
            }
        }
        if matches!(how, How::Stopped | How::Goal) {
            self.withdraw_tasks(&run.tasks, Reason::FlowEnded);
            self.drop_deferred(&run.holds, Reason::FlowEnded);
        }
        let known = &self.program.known;
        let given = [(known.ended_flow, self.flow_name(run.timeline)), (known.ended_how, Value::text(how.word()))];
        let fields = self.fields(known.flow_ended, given);
        let waited = how == How::Finished && run.spoke && self.program.own.waits(run.timeline);
        let certainty = if waited { Certainty::Unknowable } else { run.origin.certainty };
        let origin = &origin.clone().at_best(certainty);
        self.tell_of_run(known.flow_ended, run.timeline, run.who.keys, fields, origin);
    }

    // ---- by action ----------------------------------------------------------------------------------------------

    fn who_of_flow(&self, pending: &Pending, id: TimelineId) -> Option<Who> {
        let timeline = self.timeline(id)?;
        let keys = super::react::keys_for(timeline.subject.scope, pending.ready.keys)?;
        Some(Who::of(keys))
    }

    pub(super) fn may_start(&self, pending: &Pending, id: TimelineId) -> Result<(), Reason> {
        let who = self.who_of_flow(pending, id).ok_or(Reason::Nobody)?;
        let filter = self.timeline(id).and_then(|timeline| timeline.subject.filter.as_ref());
        let scene = Scene::new(self.program, self.state, self.state.now, who.keys);
        let free = self.run_number(id, &who).is_none() && self.may_run(id, &who) && scene.holds(filter);
        free.then_some(()).ok_or(Reason::NoChange)
    }

    pub(super) fn may_stop(&self, pending: &Pending, id: TimelineId) -> Result<(), Reason> {
        let who = self.who_of_flow(pending, id).ok_or(Reason::Nobody)?;
        (!self.runs_to_stop(id, who.keys).is_empty()).then_some(()).ok_or(Reason::NoChange)
    }

    /// The runs of a flow, also of its older versions.
    fn runs_to_stop(&self, id: TimelineId, keys: Keys) -> Vec<u64> {
        let mut runs = self.runs_of(id, keys);
        self.older_of(id).for_each(|older| runs.extend(self.runs_of(older, keys)));
        runs
    }

    pub(super) fn start_by_action(&mut self, pending: &Pending, id: TimelineId, args: &SmallVec<[Value; 2]>) {
        let Some(who) = self.who_of_flow(pending, id) else { return };
        let origin = pending.as_origin();
        self.start_run(id, &who, None, &origin, args.clone());
    }

    pub(super) fn stop_by_action(&mut self, pending: &Pending, id: TimelineId) {
        let Some(who) = self.who_of_flow(pending, id) else { return };
        let origin = pending.as_origin();
        for run in self.runs_to_stop(id, who.keys) {
            self.end_run(run, How::Stopped, &origin);
        }
    }
}

/// The name of the task that an action gives.
fn named_task(act: &Act) -> Option<NameId> {
    match act {
        Act::Task(task) => task.name,
        _ => None,
    }
}

impl Run {
    /// The step that it waits for: the next in time, else the first of those that wait for tasks.
    pub(super) fn waits_for(&self) -> Option<usize> {
        let of_tasks = || self.steps.iter().position(|step| step.phase == Phase::Ahead);
        self.next_step().map(|(_, position)| position).or_else(of_tasks)
    }

    /// The next step in time; of one instant, the first in order.
    fn next_step(&self) -> Option<(Instant, usize)> {
        let ahead = self.steps.iter().enumerate().filter(|(_, step)| step.phase == Phase::Ahead);
        ahead.filter_map(|(position, step)| step.at.map(|at| (at, position))).min()
    }
}

impl Pending {
    pub(super) fn new(ready: Ready, id: DecisionId, origin: &Origin, run: Option<u64>) -> Pending {
        let origin = origin.clone();
        Pending {
            ready,
            id,
            origin,
            run,
            ground: None,
            event: None,
            firing: 0,
            together: 0,
            waived: None,
            approved: false,
            place: None,
        }
    }

    /// This decision as the cause of what follows.
    pub(super) fn as_origin(&self) -> Origin {
        let parent = Some(Arc::clone(&self.origin.cause));
        let cause = super::cause::Cause { id: self.id.to_compact(), parent };
        let certainty = self.origin.certainty.max(Certainty::Depends);
        Origin { cause: Arc::new(cause), depth: self.origin.depth, certainty }
    }
}
