//! What becomes of subjects in flight: they go on, finish on the old version, or end.

use super::link::Link;
use super::report::{Fate, Journey, Reload};
use crate::engine::decision::Reason;
use crate::engine::flow::Run;
use crate::engine::state::State;
use crate::engine::step::Step;
use crate::plan::ids::TimelineId;
use crate::plan::{OnChange, Plan, StepAt, Timeline};
use std::collections::BTreeMap;
use std::mem::discriminant;

/// Where the steps of a flow have gone: for each old one the position of what it is now.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// The flow in the new plan.
    pub(super) to: TimelineId,
    /// For each old step the new one, and whether its time is as before.
    pub(super) steps: Vec<Option<(usize, bool)>>,
    /// Whether anchor and steps are the very same, in the same order.
    pub(super) same: bool,
    /// Whether the anchor is.
    pub(super) same_anchor: bool,
}

/// What becomes of a whole flow.
enum Way {
    On(Moved),
    /// All that are in it share this fate.
    All(Fate),
}

/// What becomes of the runs of one state.
#[derive(Default)]
pub(super) struct Ways {
    /// For each old flow whose runs go on.
    pub(super) on: BTreeMap<TimelineId, Moved>,
    /// Old flows whose runs finish on them, with their successors.
    pub(super) pinned: BTreeMap<TimelineId, Option<TimelineId>>,
    /// Runs that end.
    pub(super) ended: Vec<u64>,
}

/// Finds out what becomes of every run.
pub(super) fn ways(link: &mut Link<'_>, state: &State, report: &mut Reload) -> Ways {
    let mut ways = Ways::default();
    let mut numbers: Vec<u64> = state.runs.keys().copied().collect();
    numbers.sort_unstable();
    let mut of_flow: BTreeMap<TimelineId, Way> = BTreeMap::new();
    for number in numbers {
        let Some(run) = state.runs.get(&number) else { continue };
        let way = of_flow.entry(run.timeline).or_insert_with(|| way(link, run.timeline));
        let at = run.waits_for();
        let fate = match way {
            Way::All(fate) => *fate,
            Way::On(moved) => match at.and_then(|position| moved.steps.get(position)) {
                Some(None) => Fate::StepGone,
                _ => Fate::GoesOn,
            },
        };
        if fate == Fate::Pinned {
            let successor = successor(link, run.timeline);
            ways.pinned.insert(run.timeline, successor);
        } else if fate.ends() {
            ways.ended.push(number);
        }
        *report.journeys.entry(journey(link.old, run.timeline, at, fate)).or_default() += 1;
    }
    for (timeline, way) in of_flow {
        if let Way::On(moved) = way {
            ways.on.insert(timeline, moved);
        }
    }
    ways
}

fn journey(plan: &Plan, timeline: TimelineId, at: Option<usize>, fate: Fate) -> Journey {
    let Some(timeline) = plan.timelines.get(timeline.index()) else {
        return Journey { flow: String::new(), step: None, fate };
    };
    let step = at.and_then(|position| timeline.steps.get(position)).map(|step| plan.step_time(&step.at));
    Journey { flow: plan.names.get(timeline.name.index()).cloned().unwrap_or_default(), step, fate }
}

/// The flow that has taken the place of an old one, or of one that was old before.
fn successor(link: &mut Link<'_>, id: TimelineId) -> Option<TimelineId> {
    let old = link.old.timelines.get(id.index())?;
    match old.pinned {
        Some(pinned) => link.find_timeline(pinned.successor?),
        None => link.find_timeline(id),
    }
}

fn way(link: &mut Link<'_>, id: TimelineId) -> Way {
    let Some(old) = link.old.timelines.get(id.index()) else { return Way::All(Fate::FlowGone) };
    if old.pinned.is_some() {
        return Way::All(Fate::Pinned);
    }
    let found = link.find_timeline(id);
    let Some((to, new)) = found.and_then(|to| Some((to, link.new.timelines.get(to.index())?.clone()))) else {
        return Way::All(Fate::of(old.on_change, Fate::FlowGone));
    };
    if new.on_change != OnChange::Follow {
        return Way::All(Fate::of(new.on_change, Fate::FlowGone));
    }
    if new.subject.scope != old.subject.scope || new.subject.per.is_some() != old.subject.per.is_some() {
        return Way::All(Fate::FlowGone);
    }
    let steps = matched(link, old, &new);
    let same_anchor = match (&old.anchor, &new.anchor) {
        (Some(old), Some(new)) => link.looking(|link| link.expr(old)).is_some_and(|old| old == *new),
        (None, None) => true,
        _ => false,
    };
    let in_place = steps.iter().enumerate().all(|(position, step)| *step == Some((position, true)));
    let same = same_anchor && in_place && old.steps.len() == new.steps.len();
    Way::On(Moved { to, steps, same, same_anchor })
}

/// For each old step what it is now: the step of the same time, of several alike in their order; else the one in its place
/// between its neighbours that is told its time in the same way.
fn matched(link: &mut Link<'_>, old: &Timeline, new: &Timeline) -> Vec<Option<(usize, bool)>> {
    let mut taken = vec![false; new.steps.len()];
    let mut matched: Vec<Option<(usize, bool)>> = Vec::with_capacity(old.steps.len());
    for step in &old.steps {
        let at = link.looking(|link| link.step_at(&step.at));
        let free = new.steps.iter().zip(&mut taken).enumerate();
        let found = free.into_iter().find(|(_, (it, taken))| !**taken && Some(&it.at) == at.as_ref());
        matched.push(found.map(|(position, (_, taken))| {
            *taken = true;
            (position, true)
        }));
    }
    for position in 0..matched.len() {
        if matched.get(position).is_some_and(Option::is_some) {
            continue;
        }
        let (before, after) = (matched.iter().take(position), matched.iter().skip(position + 1));
        let from = before.rev().find_map(|step| *step).map_or(0, |(last, _)| last + 1);
        let to = after.into_iter().find_map(|step| *step).map_or(new.steps.len(), |(next, _)| next);
        let at = old.steps.get(position).map(|step| &step.at);
        let mut between = new.steps.iter().zip(&mut taken).enumerate().skip(from).take(to.saturating_sub(from));
        let found = between.find(|(_, (it, taken))| !**taken && at.is_some_and(|at| alike(at, &it.at)));
        if let Some((there, (_, taken))) = found
            && let Some(slot) = matched.get_mut(position)
        {
            *taken = true;
            *slot = Some((there, false));
        }
    }
    matched
}

/// Whether two steps are told their time in the same way.
fn alike(old: &StepAt, new: &StepAt) -> bool {
    discriminant(old) == discriminant(new)
}

impl Step<'_> {
    /// Ends a run without a word to anybody: its tasks are withdrawn, and what waits to be done for it is dropped.
    pub(super) fn give_up_run(&mut self, number: u64) {
        let Some(Run { tasks, holds, .. }) = self.state.runs.remove(&number) else { return };
        self.withdraw_tasks(&tasks, Reason::Reloaded);
        for hold in holds {
            self.drop_hold(hold, Reason::Reloaded);
        }
    }
}
