//! Another version of the playbook takes over the state of a run.
//!
//! What is known by name goes on by name: fields, tags, points, strikes, tiers, what limits and `once` count, samples,
//! rotations. A past goes on where the new version keeps one of the same kind, condition and key, and asks for no more of it;
//! others begin anew, and are filled from what was recorded ([`State::warm`]). What waits (tasks, approvals, deferrals) stays
//! what it was decided to be as long as its item is there. Subjects in flight do as their flow says. What fits nowhere is let
//! go of, and counted.
//!
//! | file | what |
//! | --- | --- |
//! | `link`, `parts` | what of the old plan is what of the new one; what the new one must keep of the old one is added to it |
//! | `journeys` | what becomes of subjects in flight |
//! | `carry`, `pasts` | the state, table by table |
//! | `report` | what it comes to |

mod carry;
mod journeys;
mod link;
mod parts;
mod pasts;
mod report;

pub use report::{Fate, Fresh, Journey, Reload};

use super::decision::{Output, Reason};
use super::flow::{Phase, StepState};
use super::program::{Program, ProgramError};
use super::state::State;
use super::step::{Onlookers, Step};
use crate::plan::ids::ItemId;
use crate::plan::{Plan, StepAt};
use crate::time::Instant;
use carry::Was;
use journeys::Ways;
use link::Link;

/// What a reload has come to.
#[derive(Debug)]
pub struct Reloaded {
    /// What runs from now on: the new plan, with what subjects and actions on their way still need of the old one.
    pub program: Program,
    /// What became of the state.
    pub report: Reload,
    /// What was decided by leaving the old version: to be told with the old program.
    pub before: Output,
    /// What was decided by entering the new one.
    pub after: Output,
}

/// Lets another plan take over a state, from an instant on: all that was due before it has been done.
///
/// # Errors
/// Where the new plan cannot be run; nothing has changed then.
pub fn reload(old: &Program, plan: Plan, state: &mut State, at: Instant) -> Result<Reloaded, ProgramError> {
    // Patterns that do not compile are found before anything changes; those of the old plan do.
    Program::new(plan.clone())?;
    let (mut before, mut after) = (Output::default(), Output::default());
    let mut report = Reload { at, ..Reload::default() };
    state.now = state.now.max(at);
    let mut link = Link::new(&old.plan, plan);
    let ways = journeys::ways(&mut link, state, &mut report);
    let mut step = Step::new(old, state, &mut before, Onlookers::default());
    ways.ended.iter().for_each(|number| step.give_up_run(*number));
    step.let_go(&mut link, &mut report);
    keep(&mut link, state, &ways);
    let replans = carry::runs(&mut link, state, &ways);
    carry::subjects(&mut link, state, &mut report);
    carry::tables(&mut link, state, &mut report);
    let sources = pasts::sources(&mut link);
    pasts::series(&mut link, state, &sources);
    let program = Program::new(link.new.clone())?;
    if !program.apart {
        state.doubts.look_at_all();
    }
    let hushes = pasts::hushes(&mut link, old, &program);
    pasts::timers(old, &program, state, &hushes, at);
    pasts::silences(&program, state, &hushes);
    report.fresh = pasts::fresh(&program, &sources);
    state.retest |= !report.fresh.is_empty();
    let mut step = Step::new(&program, state, &mut after, Onlookers::default());
    step.arm_schedules(at);
    for (number, (was, same_anchor)) in replans {
        step.replan(number, &was, same_anchor);
    }
    step.run_dry();
    Ok(Reloaded { program, report, before, after })
}

/// Says what goes on as it is by the new plan, which is given what it lacks for that.
fn keep(link: &mut Link<'_>, state: &mut State, ways: &Ways) {
    link.adds = true;
    for (timeline, successor) in &ways.pinned {
        link.keep_timeline(*timeline, *successor);
    }
    for hold in state.holds.values_mut() {
        hold.actions.iter_mut().for_each(|pending| link.pending(pending));
        link.until(&mut hold.until);
    }
    state.tasks.values_mut().for_each(|task| link.open_task(task));
    link.adds = false;
}

impl Step<'_> {
    /// Lets go of what waits and whose item is not there any more, unless it belongs to somebody in flight.
    fn let_go(&mut self, link: &mut Link<'_>, report: &mut Reload) {
        let program = self.program;
        let items: Vec<bool> =
            (0..program.plan.items.len()).map(|id| link.find_item(ItemId(id as u32)).is_some()).collect();
        let is_gone = |item: ItemId| !items.get(item.index()).copied().unwrap_or(false);
        let mut lost: Vec<u64> = Vec::new();
        for (number, task) in self.state.tasks.iter() {
            let in_flight = task.run.is_some_and(|run| self.state.runs.contains_key(&run));
            if is_gone(task.item) && !in_flight {
                report.drop("task", program.item_name(task.item), 1);
                lost.push(*number);
            }
        }
        self.withdraw_tasks(&lost, Reason::Reloaded);
        let running: Vec<u64> = self.state.runs.keys().copied().collect();
        let gone = |pending: &super::ready::Pending| {
            let item = program.plan.effects.get(pending.ready.effect.index()).map(|effect| effect.item);
            let in_flight = pending.run.is_some_and(|run| running.contains(&run));
            item.filter(|item| is_gone(*item) && !in_flight)
        };
        for pending in self.state.holds.values().flat_map(|hold| &hold.actions) {
            if let Some(item) = gone(pending) {
                report.drop("action that waits", program.item_name(item), 1);
            }
        }
        self.drop_waiting(Reason::Reloaded, |pending| gone(pending).is_some());
    }

    /// Plans the steps of a run by another version of its flow.
    fn replan(&mut self, number: u64, was: &[Was], same_anchor: bool) {
        let Some(run) = self.state.runs.get(&number) else { return };
        let Some(timeline) = self.timeline(run.timeline) else { return };
        let anchor = if same_anchor { run.anchor } else { self.anchor_of(run, timeline) };
        let now = self.state.now;
        let (mut steps, mut missed) = (Vec::with_capacity(was.len()), Vec::new());
        for (position, ((state, was), step)) in run.steps.iter().zip(was).zip(&timeline.steps).enumerate() {
            let stays = state.phase == Phase::Over || *was == Was::Same && (same_anchor || is_of_tasks(&step.at));
            if stays {
                steps.push(*state);
                continue;
            }
            let at = self.step_time(run, &step.at, anchor);
            let in_past = at.is_some_and(|at| at < now);
            let phase = match (in_past, was) {
                (false, _) => Phase::Ahead,
                (true, Was::New) => Phase::Over,
                (true, _) => Phase::Missed,
            };
            if phase == Phase::Missed && state.phase == Phase::Ahead {
                missed.push(position);
            }
            steps.push(StepState { at, phase });
        }
        let sequence = self.state.sequence + 1;
        self.state.sequence += steps.len() as u64;
        let Some(run) = self.state.runs.get_mut(&number) else { return };
        (run.anchor, run.steps, run.sequence) = (anchor, steps, sequence);
        run.plan += 1;
        let origin = run.origin_at(now);
        missed.into_iter().for_each(|position| self.miss(number, position));
        self.await_step(number);
        self.finish_if_over(number, &origin);
    }
}

fn is_of_tasks(at: &StepAt) -> bool {
    matches!(at, StepAt::Tasks(_))
}
