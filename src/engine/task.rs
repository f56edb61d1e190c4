//! Tasks for people: given, done, overdue, withdrawn.

use super::apply::Firing;
use super::cause::Cause;
use super::certainty::Certainty;
use super::decision::{Args, Decision, DecisionId, Reason, Status};
use super::eval::Scene;
use super::happening::Happening;
use super::meter::Work;
use super::part::Stage;
use super::ready::{Pending, due};
use super::state::Who;
use super::step::{Origin, Step};
use super::timers::{Class, Due as TimerDue, Timer};
use crate::plan::ids::{EffectId, ItemId, KindId, NameId, PlaceId};
use crate::plan::value::Value;
use crate::plan::{Act, Due, Effect, Task};
use crate::time::Instant;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// A task that has been given and is not done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OpenTask {
    pub(super) id: DecisionId,
    pub(super) name: Option<NameId>,
    pub(super) title: Arc<str>,
    pub(super) role: NameId,
    pub(super) given: Instant,
    pub(super) due: Instant,
    pub(super) overdue: bool,
    pub(super) item: ItemId,
    pub(super) place: PlaceId,
    pub(super) who: Who,
    pub(super) origin: Origin,
    pub(super) run: Option<u64>,
    /// What its run knew, which may end before it is due.
    pub(super) of_run: Option<OfRun>,
    /// The action that gave it; an appeal's task has none.
    pub(super) effect: Option<EffectId>,
    pub(super) event: Option<Arc<Happening>>,
    /// Counts how often its due time has moved: older timers are void.
    pub(super) plan: u32,
}

/// What the expressions of a run read besides its event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OfRun {
    pub(super) params: SmallVec<[Value; 2]>,
    pub(super) started: Instant,
    pub(super) anchor: Instant,
}

impl OpenTask {
    /// A scene like `scene` in which what stands after `otherwise` is read.
    fn scene<'s>(&'s self, scene: Scene<'s>) -> Scene<'s> {
        let of_run = self.of_run.as_ref();
        Scene {
            per: &self.who.per,
            event: self.event.as_deref(),
            params: of_run.map_or(&[], |run| run.params.as_slice()),
            run_start: of_run.map(|run| run.started),
            anchor: of_run.map(|run| run.anchor),
            ..scene
        }
    }
}

impl Step<'_> {
    pub(super) fn open_task(&mut self, pending: &Pending, effect: &Effect, task: &Task, title: &Arc<str>, at: Instant) {
        self.give(OpenTask {
            id: pending.id,
            name: task.name,
            title: Arc::clone(title),
            role: task.role,
            given: self.state.now,
            due: at,
            overdue: false,
            item: effect.item,
            place: effect.place,
            who: Who { keys: pending.ready.keys, per: pending.ready.who.per.clone() },
            origin: pending.origin.clone(),
            run: pending.run,
            of_run: pending.run.and_then(|run| self.state.runs.get(&run)).map(super::flow::Run::known),
            effect: Some(pending.ready.effect),
            event: pending.event.clone(),
            plan: 0,
        });
    }

    /// Keeps a task, waits for its due time and tells of it.
    pub(super) fn give(&mut self, task: OpenTask) {
        let number = self.state.next_sequence();
        self.wait_for_due(number, &task);
        let known = &self.program.known;
        let positions = [known.created_task, known.created_task_name, known.created_title, known.created_role];
        let more = [known.created_due, known.created_item];
        if !self.is_unheard(known.task_created, &task.origin) {
            let happening = self.told_of(known.task_created, &task, positions, more, &task.origin);
            self.emit(happening);
        }
        if let Some(run) = task.run.and_then(|run| self.state.runs.get_mut(&run)) {
            run.tasks.push(number);
        }
        self.state.task_of.insert(task.id, number);
        self.state.tasks.insert(number, task);
    }

    fn wait_for_due(&mut self, number: u64, task: &OpenTask) {
        let due = TimerDue::Task { task: number, plan: task.plan };
        let at = task.due.max(self.state.now);
        self.state.timers.push(Timer { at, class: Class::Due, item: 0, sequence: number, due });
    }

    fn told_of(
        &self,
        kind: KindId,
        task: &OpenTask,
        [id, name, title, role]: [u8; 4],
        [due, item]: [u8; 2],
        origin: &Origin,
    ) -> Happening {
        let named = task.name.map_or(Value::Unknown, Value::Name);
        let of_item = self.program.plan.items.get(task.item.index()).map_or(Value::Unknown, |i| Value::Name(i.name));
        let given = [
            (id, Value::text(task.id.to_compact().as_str())),
            (name, named),
            (title, Value::Text(Arc::clone(&task.title))),
            (role, Value::Name(task.role)),
            (due, Value::Time(task.due)),
            (item, of_item),
        ];
        self.happening(kind, task.who.keys, self.fields(kind, given), task.id.to_compact(), origin)
    }

    /// A task was not done in time: it stays open, and what stands after `otherwise` is done.
    pub(super) fn task_due(&mut self, number: u64, plan: u32) {
        let Some(task) = self.state.tasks.get_mut(&number).filter(|task| task.plan == plan) else { return };
        task.overdue = true;
        let task = task.clone();
        self.turn(Work::Item(task.item));
        let known = &self.program.known;
        let positions = [known.overdue_task, known.overdue_task_name, known.overdue_title, known.overdue_role];
        let more = [known.overdue_due, known.overdue_item];
        let parent = Some(Arc::clone(&task.origin.cause));
        // Overdue at the instant at which it is given, it belongs to the chain that gave it.
        let depth = if task.given == self.state.now { task.origin.depth } else { 0 };
        // Nobody was ever given it.
        let certainty = Certainty::Unknowable;
        let origin = Origin { cause: Arc::new(Cause { id: task.id.to_compact(), parent }), depth, certainty };
        if !self.is_unheard(known.task_overdue, &origin) {
            let told = self.told_of(known.task_overdue, &task, positions, more, &task.origin);
            self.emit(Happening { depth: depth + 1, certainty, ..told });
        }
        let effect = task.effect.and_then(|effect| self.effect(effect)).map(|effect| &effect.act);
        let Some(Act::Task(Task { otherwise, .. })) = effect else { return };
        if otherwise.is_empty() {
            return;
        }
        let scene = Scene::new(self.program, self.state, self.state.now, task.who.keys);
        let ready = self.ready(otherwise, &task.scene(scene));
        let together = self.alone();
        let firing = Firing { together, origin: &origin, run: task.run, event: task.event.as_ref() };
        self.act(None, &task.who, ready, firing);
    }

    /// `task.done`: by the decision's id, or by name: in the event's group, where it has one; about its member
    /// before others; the one given first.
    pub(super) fn hear_task_done(&mut self, event: &Happening) {
        let Some(number) = self.task_meant(event) else { return };
        let Some(task) = self.state.tasks.remove(&number) else { return };
        self.state.task_of.remove(&task.id);
        if let (Some(run), Some(name)) = (task.run, task.name) {
            self.task_of_run_done(run, name);
        }
    }

    fn task_meant(&self, event: &Happening) -> Option<u64> {
        let known = &self.program.known;
        if let Value::Text(id) = event.field(known.done_task) {
            return self.state.task_of.get(&DecisionId::parse(id)?).copied();
        }
        let name = super::text::plain(self.program, self.state, event.field(known.done_name));
        let named = |task: &OpenTask| task.name.is_some_and(|n| self.program.name(n) == name);
        let in_group = |task: &OpenTask| event.group.is_none() || task.who.keys.group == event.group;
        let about = |task: &OpenTask| event.member.is_some() && task.who.keys.member == event.member;
        let mut meant = self.state.tasks.iter().filter(|(_, task)| named(task) && in_group(task)).peekable();
        let first = meant.peek().map(|(number, _)| **number);
        // The event's member is whom the task is about, or else the one who has done it.
        meant.find(|(_, task)| about(task)).map(|(number, _)| *number).or(first)
    }

    /// Tasks are withdrawn: those of a run that has been stopped or has reached its goal, and what a reload leaves behind.
    pub(super) fn withdraw_tasks(&mut self, numbers: &[u64], reason: Reason) {
        for number in numbers {
            let Some(task) = self.state.tasks.remove(number) else { continue };
            self.state.task_of.remove(&task.id);
            self.record_task(&task, Status::Dropped, Some(reason));
        }
    }

    /// The tasks of a run follow its event; due times that hang on it or on the anchor move. What is overdue is so again
    /// only if its time now lies ahead.
    pub(super) fn move_tasks(&mut self, run: u64, event: Option<&Arc<Happening>>, anchor: Instant) {
        let numbers = self.state.runs.get(&run).map(|run| run.tasks.clone()).unwrap_or_default();
        for number in numbers {
            let Some(task) = self.state.tasks.get(&number).cloned() else { continue };
            let Some(Act::Task(given)) = task.effect.and_then(|id| self.effect(id)).map(|e| &e.act) else { continue };
            let of_run = task.of_run.clone().map(|run| OfRun { anchor, ..run });
            let task = OpenTask { event: event.cloned(), of_run, ..task };
            let scene = task.scene(Scene::new(self.program, self.state, self.state.now, task.who.keys));
            let at = if matches!(given.due, Due::After(_)) { None } else { due(given, &scene, Some(anchor)) };
            let at = at.filter(|at| !task.overdue || *at > self.state.now);
            let moved = at.map_or(task.clone(), |due| OpenTask { due, overdue: false, plan: task.plan + 1, ..task });
            if at.is_some() {
                self.wait_for_due(number, &moved);
            }
            self.state.tasks.insert(number, moved);
        }
    }

    /// Records what became of a task that no action stands behind any more.
    pub(super) fn record_task(&mut self, task: &OpenTask, status: Status, reason: Option<Reason>) {
        let arg = |name: &str, value: Value| (CompactString::from(name), value);
        let mut args: Args = SmallVec::from_iter([
            arg("title", Value::Text(Arc::clone(&task.title))),
            arg("role", Value::Name(task.role)),
            arg("due", Value::Time(task.due)),
        ]);
        if let Some(name) = task.name {
            args.push(arg("name", Value::Name(name)));
        }
        self.out.decisions.push(Decision {
            at: self.state.now,
            id: task.id,
            action: self.program.words.task,
            keys: task.who.keys,
            args,
            status,
            reason,
            item: task.item,
            place: task.place,
            cause: Arc::clone(&task.origin.cause),
            certainty: task.origin.certainty.max(self.certainty_of_outcome(reason)),
            firing: 0,
        });
    }

    /// What people decide: approvals, tasks done, appeals.
    pub(super) fn hear_staff(&mut self, event: &Happening) {
        let known = &self.program.known;
        if self.is_at_root() {
            self.at_root(Stage::Staff, 0, 0, None);
        }
        match event.kind {
            kind if kind == known.approval_decided => self.hear_approval(event),
            kind if kind == known.task_done => self.hear_task_done(event),
            kind if kind == known.appeal_filed => self.hear_appeal(event),
            kind if kind == known.appeal_decided => self.hear_verdict(event),
            _ => {}
        }
    }
}
