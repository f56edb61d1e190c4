//! Flows: runs of steps around an anchor.

use super::env::{Env, EventEnv};
use super::errors::{ItemError, NameError};
use super::lower::{ItemCounter, Lower};
use super::names::Symbol;
use super::scopes::item_scope;
use super::subject::Kinds;
use super::types::Type;
use crate::plan::expr::Expr;
use crate::plan::ids::{NameId, TimelineId};
use crate::plan::{Edge, EdgeSort, Goal, OnChange, Scope, Step, StepAt, Subject, Timeline};
use crate::syntax::tree::{self, EdgeKind, Flow, StepTime, Word};
use crate::time::TimeOfDay;
use std::collections::BTreeSet;

impl Lower<'_> {
    pub(crate) fn flow(&mut self, flow: &Flow) {
        let Some(scope) = item_scope(flow.head.scope.as_ref()) else {
            return;
        };
        let Some(Symbol::Flow(id)) = self.names.symbol(&flow.head.name.text) else {
            return;
        };
        let params = self.names.flows.get(id.index()).map(|info| info.params.clone()).unwrap_or_default();
        let edges = self.flow_triggers(flow, scope);
        let all: Kinds = edges.iter().flatten().copied().collect();
        let brought = brought(flow, &edges);
        let tasks = task_names(flow);
        let base = Env { params: &params, flow: Some(id), tasks: &tasks, ..Env::of(scope, "place-flow") };
        let by_event = started_by_event(flow);
        let env = base.with_event(if by_event { EventEnv::Kinds(&brought) } else { base.event });
        let subject = Subject {
            scope,
            each: flow.head.each,
            filter: self.filter(flow.head.where_.as_ref(), &env),
            per: self.flow_per(flow, &base.with_event(if by_event { EventEnv::Kinds(&all) } else { base.event })),
            with_group: false,
        };
        let env = env.with_known(&subject.per);
        let mut item = self.item_of(&flow.head);
        let timeline = Timeline {
            item: item.item,
            name: self.name(&flow.head.name.text),
            subject,
            params: params.iter().map(|param| param.name.clone()).collect(),
            edges: self.edges(flow, &edges, &base),
            goal: self.goal(flow, &env),
            anchor: self.anchor(flow, &env),
            once: flow.once.as_ref().and_then(|once| self.once(once)),
            on_change: self.change_policy(flow),
            pinned: None,
            steps: self.steps(flow, &env, &mut item),
        };
        self.set_timeline(id, timeline);
    }

    /// Warns of flows that neither an event nor an action starts.
    pub(crate) fn unstarted_flows(&mut self, tree: &tree::Tree) {
        let mut started = BTreeSet::new();
        for item in &tree.items {
            super::tasks::each_action(item, &mut |action| {
                if let tree::ActionKind::Start { flow, .. } = &action.kind {
                    started.insert(flow.text.clone());
                }
            });
        }
        for item in &tree.items {
            if let tree::ItemKind::Flow(flow) = &item.kind
                && !started_by_event(flow)
                && !started.contains(&flow.head.name.text)
            {
                self.error(ItemError::NeverStarted { name: flow.head.name.clone() });
            }
        }
    }

    fn set_timeline(&mut self, id: TimelineId, timeline: Timeline) {
        // A flow of a name that is taken is told, and has no place of its own.
        if self.plan.timelines.len() == id.index() {
            self.plan.timelines.push(timeline);
        }
    }

    /// The kinds of each edge.
    fn flow_triggers(&mut self, flow: &Flow, scope: Scope) -> Vec<Kinds> {
        flow.edges.iter().map(|edge| self.triggers(&edge.events, scope, flow.head.each)).collect()
    }

    /// The `per` field must be in every event of the flow.
    fn flow_per(&mut self, flow: &Flow, env: &Env<'_>) -> Option<Expr> {
        flow.head.per.as_ref().and_then(|per| self.per(per, env))
    }

    /// In the condition of an edge, `event` is the event that may start, update, restart or stop.
    fn edges(&mut self, flow: &Flow, kinds: &[Kinds], base: &Env<'_>) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (edge, kinds) in flow.edges.iter().zip(kinds) {
            let when = self.filter(edge.when.as_ref(), &base.with_event(EventEnv::Kinds(kinds)));
            let sort = edge_sort(edge.kind);
            edges.extend(kinds.iter().map(|(kind, _)| Edge { sort, kind: *kind, when: when.clone() }));
        }
        edges
    }

    fn goal(&mut self, flow: &Flow, env: &Env<'_>) -> Option<Goal> {
        if let Some(second) = flow.goals.get(1) {
            self.error(ItemError::Twice { clause: "goal", item: "noun-flow", at: second.span });
        }
        let when = self.filter(flow.goals.first(), env)?;
        Some(Goal { when, wakes: Vec::new() })
    }

    fn anchor(&mut self, flow: &Flow, env: &Env<'_>) -> Option<Expr> {
        if let Some(second) = flow.anchors.get(1) {
            self.error(ItemError::Twice { clause: "anchor", item: "noun-flow", at: second.span });
        }
        let anchor = flow.anchors.first()?;
        Some(self.value(anchor, env, &Type::Time, "of-anchor").expr)
    }

    /// What becomes of subjects in flight when the playbook changes; they follow, where nothing is said.
    fn change_policy(&mut self, flow: &Flow) -> OnChange {
        let Some(word) = flow.on_change.as_ref().map(|on_change| &on_change.word) else { return OnChange::Follow };
        match word.text.as_str() {
            "pin" => OnChange::Pin,
            "follow" => OnChange::Follow,
            "drop" => OnChange::Drop,
            _ => {
                let available = ["pin", "follow", "drop"].map(str::to_owned).to_vec();
                self.error(NameError::Unknown { what: "noun-choice", name: word.clone(), available, declare: None });
                OnChange::Follow
            }
        }
    }

    // ---- steps --------------------------------------------------------------------------------------------

    fn steps(&mut self, flow: &Flow, env: &Env<'_>, item: &mut ItemCounter) -> Vec<Step> {
        let mut steps = Vec::new();
        for step in &flow.steps {
            if step.do_.is_empty() {
                self.error(ItemError::NothingDone { at: step.span });
            }
            for at in self.step_times(step, env) {
                let place = self.place(step.span);
                let when = self.filter(step.when.as_ref(), env);
                let effects = self.actions(&step.do_, &env.knowing(&when), item);
                steps.push(Step { place, at, when, effects });
            }
        }
        steps
    }

    /// When a step comes: once for each time of day that is written. A mistake still lets its actions be checked.
    fn step_times(&mut self, step: &tree::Step, env: &Env<'_>) -> Vec<StepAt> {
        match &step.time {
            StepTime::Once => vec![StepAt::Start],
            StepTime::After(after) => {
                vec![self.duration(after, "of-after-start").map_or(StepAt::Start, StepAt::Offset)]
            }
            StepTime::AfterTasks(tasks) => vec![StepAt::Tasks(self.after_tasks(tasks, env))],
            StepTime::Offset(offset) => vec![StepAt::Offset(*offset)],
            StepTime::At(time) => vec![StepAt::Time(self.value(time, env, &Type::Time, "of-step-time").expr)],
            StepTime::Day { day, at } => self.days(day, at, step),
        }
    }

    fn days(&mut self, day: &tree::Expr, at: &[TimeOfDay], step: &tree::Step) -> Vec<StepAt> {
        let number = self.whole(day, "of-step-day", 1).unwrap_or(1);
        if at.is_empty() {
            let written = self.written(day.span);
            self.error(ItemError::DayNeedsTime { at: step.span, day: written });
            return vec![StepAt::Start];
        }
        at.iter().map(|time| StepAt::Day { day: number, at: *time }).collect()
    }

    fn after_tasks(&mut self, tasks: &[Word], env: &Env<'_>) -> Vec<NameId> {
        let mut ids = Vec::new();
        for task in tasks {
            if env.tasks.contains(&task.text) {
                ids.push(self.name(&task.text));
            } else {
                let available = env.tasks.to_vec();
                let what = "noun-flow-task";
                self.error(NameError::Unknown { what, name: task.clone(), available, declare: None });
            }
        }
        ids
    }
}

/// The kinds whose event becomes the run's: those of all edges but stops.
fn brought(flow: &Flow, edges: &[Kinds]) -> Kinds {
    let edges = flow.edges.iter().zip(edges).filter(|(edge, _)| edge.kind != EdgeKind::Stop);
    edges.flat_map(|(_, kinds)| kinds.iter().copied()).collect()
}

fn started_by_event(flow: &Flow) -> bool {
    flow.edges.iter().any(|edge| matches!(edge.kind, EdgeKind::Start | EdgeKind::Restart))
}

fn edge_sort(kind: EdgeKind) -> EdgeSort {
    match kind {
        EdgeKind::Start => EdgeSort::Start,
        EdgeKind::Update => EdgeSort::Update,
        EdgeKind::Stop => EdgeSort::Stop,
        EdgeKind::Restart => EdgeSort::Restart,
    }
}

/// The names of a flow's tasks.
fn task_names(flow: &Flow) -> Vec<String> {
    let mut names = Vec::new();
    for step in &flow.steps {
        super::tasks::each(&step.do_, &mut |action| {
            if let tree::ActionKind::Task(task) = &action.kind
                && let Some(name) = &task.name
            {
                names.push(name.text.clone());
            }
        });
    }
    names
}
