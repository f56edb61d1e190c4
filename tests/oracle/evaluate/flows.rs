//! Flows: one run for each subject, its steps, and how it ends.

use super::act::origin_of;
use super::book::{StepAt, scope_of};
use super::react::{Intent, Wish, is};
use super::run::Run;
use super::scene::Scene;
use super::text::plain;
use super::value::Value;
use super::world::{Event, FlowRun, Keys, Memory, Origin, Pending, StepState};
use super::zone::{Ms, later};
use chrono::Days;
use qun::syntax::tree::{ActionKind, Edge, EdgeKind, Flow, ItemKind};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Finished,
    Stopped,
    Goal,
    Restarted,
}

/// What an event does to the run of a subject.
pub struct EdgeWish {
    pub kind: EdgeKind,
    pub keys: Keys,
    pub per: Value,
    pub event: Rc<Event>,
}

impl<'b> Run<'b> {
    fn flow_at(&self, item: usize) -> &'b Flow {
        match self.book.item(item) {
            ItemKind::Flow(flow) => flow,
            _ => panic!("a flow"),
        }
    }

    /// What an event does to the runs of a flow: of one subject stop comes before update, restart and start.
    pub fn edges(&self, item: usize, event: &Rc<Event>, intents: &mut Vec<Intent<'b>>) {
        let flow = self.flow_at(item);
        let heard = |edge: &&Edge| edge.events.iter().any(|path| is(path, event));
        let mut edges: Vec<&Edge> = flow.edges.iter().filter(heard).collect();
        edges.sort_by_key(|edge| match edge.kind {
            EdgeKind::Stop => 0,
            EdgeKind::Update => 1,
            EdgeKind::Restart => 2,
            EdgeKind::Start => 3,
        });
        if edges.is_empty() {
            return;
        }
        for (keys, per) in self.concerned(&flow.head, event) {
            let run = self.run_of(item, &keys, &per).and_then(|number| self.run(number));
            let start = Some(run.map_or(self.world.now, |run| run.started));
            let memory = Memory { keys: keys.clone(), event: Some(Rc::clone(event)), start, ..Memory::default() };
            let scene = self.scene_of(memory);
            for edge in &edges {
                let may = edge.kind == EdgeKind::Stop || self.is_for(item, &scene);
                if may && scene.holds(edge.when.as_ref()) {
                    let event = Rc::clone(event);
                    let wish = EdgeWish { kind: edge.kind, keys: keys.clone(), per: per.clone(), event };
                    intents.push(Intent { item, wish: Wish::Edge(wish) });
                }
            }
        }
    }

    pub fn edge(&mut self, item: usize, edge: EdgeWish) {
        let origin = Origin::of(&edge.event);
        let run = self.run_of(item, &edge.keys, &edge.per);
        match (edge.kind, run) {
            (EdgeKind::Stop, Some(run)) => self.end_run(run, How::Stopped, &origin),
            (EdgeKind::Update, Some(run)) => self.update_run(run, &edge.event, &origin),
            (EdgeKind::Restart, Some(run)) => {
                self.end_run(run, How::Restarted, &origin);
                self.start_run(item, &edge.keys, &edge.per, Some(&edge.event), &origin, BTreeMap::new());
            }
            (EdgeKind::Start, None) if self.flow_may_start(item, &edge.keys, &edge.per) => {
                self.start_run(item, &edge.keys, &edge.per, Some(&edge.event), &origin, BTreeMap::new());
            }
            _ => {}
        }
    }

    fn run_of(&self, item: usize, keys: &Keys, per: &Value) -> Option<u64> {
        let mine = |run: &&FlowRun| run.flow == item && run.keys == *keys && run.per == *per;
        self.world.runs.iter().find(mine).map(|run| run.number)
    }

    /// The runs of a subject, whatever their `per` value.
    fn runs_of(&self, item: usize, keys: &Keys) -> Vec<u64> {
        self.world.runs.iter().filter(|run| run.flow == item && run.keys == *keys).map(|run| run.number).collect()
    }

    fn once_key(&self, item: usize, keys: &Keys, per: &Value) -> super::react::OnceKey {
        (item, 0, keys.clone(), plain(&self.scene(Keys::default()), per))
    }

    /// Whether `once` lets a run start now.
    fn flow_may_start(&self, item: usize, keys: &Keys, per: &Value) -> bool {
        let Some(once) = &self.flow_at(item).once else { return true };
        let key = self.once_key(item, keys, per);
        self.is_allowed(Some(&key), once.per.as_ref().map(super::book::duration))
    }

    fn start_run(
        &mut self,
        item: usize,
        keys: &Keys,
        per: &Value,
        event: Option<&Rc<Event>>,
        origin: &Origin,
        params: BTreeMap<String, Value>,
    ) {
        let now = self.world.now;
        let number = self.world.next_sequence();
        let steps = vec![StepState::Ahead; self.steps(item).len()];
        let run = FlowRun {
            number,
            flow: item,
            keys: keys.clone(),
            per: per.clone(),
            event: event.map(Rc::clone),
            params,
            started: now,
            anchor: now,
            origin: Origin { depth: 0, ..origin.clone() },
            moved: (now, origin.depth),
            sequence: number,
            times: vec![None; steps.len()],
            steps,
            done: Vec::new(),
        };
        self.world.runs.push(run);
        let key = self.once_key(item, keys, per);
        self.world.once.insert(key, now);
        self.tell_of_run("flow.started", item, keys, Vec::new(), origin);
        self.plan(number);
        self.finish_if_over(number, origin);
    }

    fn tell_of_run(&mut self, kind: &str, item: usize, keys: &Keys, more: Vec<(&str, Value)>, origin: &Origin) {
        let id = self.id_of(origin, keys, &[kind.as_bytes(), self.book.item_name(item).as_bytes()]);
        let mut fields = vec![("flow", Value::Name(self.book.item_name(item).to_owned()))];
        fields.extend(more);
        let told = self.internal(kind, keys, id, origin, fields);
        self.emit(told);
    }

    fn run(&self, number: u64) -> Option<&FlowRun> {
        self.world.runs.iter().find(|run| run.number == number)
    }

    fn run_mut(&mut self, number: u64) -> Option<&mut FlowRun> {
        self.world.runs.iter_mut().find(|run| run.number == number)
    }

    /// What the expressions of a run see.
    fn memory_of(&self, run: &FlowRun) -> Memory {
        Memory {
            keys: run.keys.clone(),
            of: None,
            counts: None,
            per: None,
            event: run.event.clone(),
            params: run.params.clone(),
            start: Some(run.started),
            anchor: Some(run.anchor),
        }
    }

    fn scene_of_run(&self, run: &FlowRun) -> Scene<'_, 'b> {
        self.scene_of(self.memory_of(run))
    }

    /// Finds the anchor and the times of the steps still ahead; those in the past are missed.
    fn plan(&mut self, number: u64) {
        let run = self.run(number).unwrap().clone();
        let anchor = match self.flow_at(run.flow).anchors.first() {
            Some(anchor) => self.scene_of_run(&run).value(anchor).time().unwrap_or(run.started),
            None => run.started,
        };
        // Steps that move are put down anew.
        let sequence = self.world.next_sequence();
        let it = self.run_mut(number).unwrap();
        (it.anchor, it.sequence) = (anchor, sequence);
        let run = self.run(number).unwrap().clone();
        let mut missed = Vec::new();
        for (position, state) in run.steps.iter().enumerate() {
            if *state == StepState::Over || matches!(self.steps(run.flow)[position].at, StepAt::Tasks(_)) {
                continue;
            }
            let at = self.step_time(&run, position);
            if at.is_none() {
                continue;
            }
            let past = at.is_some_and(|at| at < self.world.now);
            if past && *state == StepState::Ahead {
                missed.push(position);
            }
            let it = self.run_mut(number).unwrap();
            it.times[position] = at;
            it.steps[position] = if past { StepState::Missed } else { StepState::Ahead };
        }
        for position in missed {
            self.miss(number, position);
        }
    }

    fn step_time(&self, run: &FlowRun, position: usize) -> Option<Ms> {
        let zone = &self.book.zone;
        match self.steps(run.flow)[position].at {
            StepAt::Start => Some(run.started),
            StepAt::Offset(offset) => Some(later(run.anchor, offset)),
            StepAt::Time(time) => self.scene_of_run(run).value(time).time(),
            StepAt::Day(day, at) => {
                let date = zone.date(run.anchor) + Days::new(day - 1);
                Some(zone.instant(date.and_time(at.naive())))
            }
            StepAt::Tasks(_) => None,
        }
    }

    /// Records the actions of a step whose time lay in the past.
    fn miss(&mut self, number: u64, position: usize) {
        let run = self.run(number).unwrap().clone();
        let scene = self.scene_of_run(&run);
        let acts = &self.steps(run.flow)[position].acts;
        let ready: Vec<_> = acts.iter().flat_map(|act| self.ready(act, &scene, &run.per)).collect();
        for (act, ready) in ready {
            let id = self.decision_id(&run.origin, &ready, act);
            let origin = run.origin.clone();
            let pending = Pending {
                act,
                id,
                ready,
                origin,
                run: Some(number),
                approved: false,
                waived: None,
                ground: None,
                firing: 0,
            };
            self.settle_as(&pending, "missed", Some("step in the past".to_owned()));
        }
    }

    /// A step has come, unless the run reaches its goal first.
    pub fn step_due(&mut self, number: u64, position: usize) {
        let run = self.run(number).unwrap().clone();
        let origin = run.origin_at(self.world.now);
        if self.is_goal_reached(&run) {
            return self.end_run(number, How::Goal, &origin);
        }
        self.run_mut(number).unwrap().steps[position] = StepState::Over;
        self.firing += 1;
        let scene = self.scene_of_run(&run);
        let step = &self.steps(run.flow)[position];
        if scene.holds(step.when) {
            let ready: Vec<_> = step.acts.iter().flat_map(|act| self.ready(act, &scene, &run.per)).collect();
            self.act(ready, &origin, Some(number), None, self.firing);
        }
        self.finish_if_over(number, &origin);
    }

    fn is_goal_reached(&self, run: &FlowRun) -> bool {
        let goal = self.flow_at(run.flow).goals.first();
        goal.is_some_and(|goal| self.scene_of_run(run).holds(Some(goal)))
    }

    /// Goals of runs that an event concerns.
    pub fn goals(&self, item: usize, event: &Rc<Event>, intents: &mut Vec<Intent<'b>>) {
        let Some(goal) = self.flow_at(item).goals.first() else { return };
        if !super::levels::named(self.book, goal).contains(&event.kind) {
            return;
        }
        let agrees = |own: &Option<String>, its: &Option<String>| own.is_none() || its.is_none() || own == its;
        let mut runs: Vec<_> = self.world.runs.iter().filter(|run| run.flow == item).collect();
        runs.sort_by_key(|run| (run.keys.group.clone(), run.keys.member.clone()));
        for run in runs {
            let concerned = agrees(&run.keys.group, &event.keys.group) && agrees(&run.keys.member, &event.keys.member);
            if concerned && self.is_goal_reached(run) {
                intents.push(Intent { item, wish: Wish::Goal { run: run.number, origin: Origin::of(event) } });
            }
        }
    }

    /// All goals, at midnight.
    pub fn midnight_goals(&self, at: Ms, intents: &mut Vec<Intent<'b>>) {
        let mut reached: Vec<_> = self.world.runs.iter().filter(|run| self.is_goal_reached(run)).collect();
        reached.sort_by_key(|run| (run.keys.group.clone(), run.keys.member.clone()));
        for run in reached {
            let wish = Wish::Goal { run: run.number, origin: self.instant_origin(run.flow, at) };
            intents.push(Intent { item: run.flow, wish });
        }
    }

    /// The run's event is replaced; steps still ahead move.
    fn update_run(&mut self, number: u64, event: &Rc<Event>, origin: &Origin) {
        let run = self.run_mut(number).unwrap();
        run.event = Some(Rc::clone(event));
        run.origin = Origin { depth: 0, ..run.origin.then(&event.id) };
        run.moved = (event.at, origin.depth);
        self.plan(number);
        let anchor = self.run(number).unwrap().anchor;
        self.move_tasks(number, event, anchor);
        self.finish_if_over(number, origin);
    }

    // ---- tasks of a run -------------------------------------------------------------------------------------------

    /// A task of a run is done: steps that waited for it come, and a run that waited for nothing else ends.
    pub fn done_in_run(&mut self, number: u64, name: String) {
        let Some(run) = self.run_mut(number) else { return };
        run.done.push(name);
        let run = self.run(number).unwrap().clone();
        for position in 0..run.steps.len() {
            let Some(names) = self.waits_for(run.flow, position) else { continue };
            let done = |name: &String| run.done.contains(name) && !self.is_task_open(number, name);
            if run.steps[position] == StepState::Ahead && names.iter().all(done) {
                let now = self.world.now;
                self.run_mut(number).unwrap().times[position] = Some(now);
            }
        }
        self.finish_if_over(number, &run.origin);
    }

    /// Whether a task of this name of a run is open, or deferred, or waits for an approval.
    fn is_task_open(&self, number: u64, name: &str) -> bool {
        let open = self.world.tasks.iter().any(|task| task.run == Some(number) && task.name.as_deref() == Some(name));
        let waits = self.world.waiting.iter().any(|waiting| {
            let task = match &waiting.pending.act.action.kind {
                ActionKind::Task(task) => task.name.as_ref().map(|name| name.text.as_str()),
                _ => None,
            };
            waiting.pending.run == Some(number) && task == Some(name)
        });
        open || waits
    }

    /// Something of a run that waited was dropped: perhaps nothing is to come any more.
    pub fn forget(&mut self, pending: &Pending<'b>) {
        if let Some(number) = pending.run
            && let Some(run) = self.run(number)
        {
            let origin = run.origin_at(self.world.now);
            self.finish_if_over(number, &origin);
        }
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /// A run ends when no step is to come.
    pub fn finish_if_over(&mut self, number: u64, origin: &Origin) {
        let Some(run) = self.run(number) else { return };
        let to_come = (0..run.steps.len()).any(|position| {
            run.steps[position] == StepState::Ahead
                && match self.waits_for(run.flow, position) {
                    Some(names) if run.times[position].is_none() => {
                        names.iter().all(|name| run.done.contains(name) || self.is_task_open(number, name))
                    }
                    _ => run.times[position].is_some(),
                }
        });
        if !to_come {
            self.end_run(number, How::Finished, origin);
        }
    }

    /// Ends a run; by stop or goal its open tasks and what it deferred are taken back.
    pub fn end_run(&mut self, number: u64, how: How, origin: &Origin) {
        let Some(position) = self.world.runs.iter().position(|run| run.number == number) else { return };
        let run = self.world.runs.remove(position);
        if matches!(how, How::Stopped | How::Goal) {
            self.withdraw(number);
        }
        let how = match how {
            How::Finished => "finished",
            How::Stopped => "stopped",
            How::Goal => "goal",
            How::Restarted => "restarted",
        };
        let more = vec![("how", Value::Text(how.to_owned()))];
        self.tell_of_run("flow.ended", run.flow, &run.keys, more, origin);
    }

    fn withdraw(&mut self, number: u64) {
        let tasks = std::mem::take(&mut self.world.tasks);
        let (mine, rest): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.run == Some(number));
        self.world.tasks = rest;
        for task in mine {
            self.record_task(&task, "dropped", Some("flow ended"));
        }
        let waiting = std::mem::take(&mut self.world.waiting);
        let (mine, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|waiting| waiting.pending.run == Some(number) && waiting.hold.is_none());
        self.world.waiting = rest;
        for waiting in mine {
            self.settle_as(&waiting.pending, "dropped", Some("flow ended".to_owned()));
        }
    }

    // ---- by actions -----------------------------------------------------------------------------------------------

    fn subject_of(&self, pending: &Pending<'b>, flow: &str) -> (usize, Keys) {
        let (item, it) = self.book.flow(flow);
        (item, pending.ready.keys.within(scope_of(&it.head)).unwrap_or_default())
    }

    pub fn may_start_by_action(&mut self, pending: &Pending<'b>, flow: &str) -> Result<(), &'static str> {
        let (item, keys) = self.subject_of(pending, flow);
        let runs = self.run_of(item, &keys, &Value::Unknown).is_some();
        let may = self.is_for(item, &self.scene(keys.clone())) && self.flow_may_start(item, &keys, &Value::Unknown);
        if runs || !may { Err("no change") } else { Ok(()) }
    }

    pub fn start_by_action(&mut self, pending: &Pending<'b>, flow: &str) {
        let (item, keys) = self.subject_of(pending, flow);
        let params = pending.ready.scene.params.clone();
        self.start_run(item, &keys, &Value::Unknown, None, &origin_of(pending), params);
    }

    pub fn may_stop_by_action(&mut self, pending: &Pending<'b>, flow: &str) -> Result<(), &'static str> {
        let (item, keys) = self.subject_of(pending, flow);
        if self.runs_of(item, &keys).is_empty() { Err("no change") } else { Ok(()) }
    }

    pub fn stop_by_action(&mut self, pending: &Pending<'b>, flow: &str) {
        let (item, keys) = self.subject_of(pending, flow);
        for run in self.runs_of(item, &keys) {
            self.end_run(run, How::Stopped, &origin_of(pending));
        }
    }
}
