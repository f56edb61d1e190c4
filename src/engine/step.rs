//! The loop: one input is handled completely, its cascade and its sanctions included, before the next.

use super::cause::Cause;
use super::certainty::Certainty;
use super::decision::{Note, Output};
use super::happening::{AtHand, Happening};
use super::input::Directory;
use super::meter::{Meter, Work};
use super::part::Trail;
use super::program::Program;
use super::ready::Pending;
use super::sanction::Settled;
use super::state::State;
use super::timers::{Class, Due, Timer};
use super::watch::Watch;
use crate::plan::ScheduledWork;
use crate::plan::ids::KindId;
use crate::time::{Instant, Period};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many internal events may follow from one another.
const LONGEST_CASCADE: u8 = 64;
/// From which link on a chain is deep: shorter ones are as many as a playbook has subjects and items for.
const DEEP: u8 = 4;
/// How many deep links may happen at one instant: where each has two others, a chain of 64 would never end.
const MOST_DEEP: u32 = 100_000;

/// One input of the engine.
#[derive(Debug)]
pub enum Input<'a> {
    /// Who is there at the start; sets the clock. Given once, before anything else; without one the clock starts with
    /// the first event.
    Start {
        /// When the clock starts.
        at: Instant,
        /// Groups and people that are known.
        directory: &'a Directory,
    },
    /// Something happened, as [`State::resolve`] tells it. Timers due at or before its time must have been handled.
    Event(Happening),
    /// Something happened in a group of another part: what staff decided by an id may be meant for this one.
    Elsewhere(Happening),
    /// The next timer comes due; nothing happens where none is.
    Timer,
}

/// Handles one input completely: changes the state and adds what was decided to `out`.
///
/// The same program, state and input give the same answer on every machine. The caller keeps time: it handles
/// [`Input::Timer`] as long as [`State::next_due`] is not after the next event.
pub fn step(program: &Program, state: &mut State, input: Input<'_>, out: &mut Output) {
    handle(program, state, input, out, Onlookers::default());
}

/// Those who look on: they learn more than the output, and can change nothing.
#[derive(Clone, Copy, Default)]
pub struct Onlookers<'a> {
    /// Who wants to know of conditions that do not hold.
    pub watch: Option<&'a dyn Watch>,
    /// Who measures.
    pub meter: Option<&'a dyn Meter>,
}

/// The same, before onlookers.
pub fn step_before(program: &Program, state: &mut State, input: Input<'_>, out: &mut Output, onlookers: Onlookers<'_>) {
    handle(program, state, input, out, onlookers);
}

fn handle(program: &Program, state: &mut State, input: Input<'_>, out: &mut Output, onlookers: Onlookers<'_>) {
    if let Input::Event(event) = &input
        && !state.started
    {
        let directory = Directory::default();
        handle(program, state, Input::Start { at: event.at, directory: &directory }, out, onlookers);
        // Timers of the first instant come before its event, as at any other.
        while state.next_due().is_some_and(|due| due <= event.at) {
            handle(program, state, Input::Timer, out, onlookers);
        }
    }
    let trail = step_trail(program, state, &input);
    let mut step = Step::new(program, state, out, onlookers);
    step.trail = trail;
    match input {
        Input::Start { at, directory } => step.start(at, directory),
        Input::Event(event) => step.event(event),
        Input::Elsewhere(event) => step.elsewhere(event),
        Input::Timer => step.timer(),
    }
    step.turn(Work::Rest);
    state.clear_timers();
}

/// Answers to inputs that concern several parts of a community are marked, where it is run in parts.
fn step_trail(program: &Program, state: &mut State, input: &Input<'_>) -> Option<Trail> {
    state.part?;
    let shared = match input {
        Input::Start { .. } | Input::Elsewhere(_) => true,
        Input::Event(event) => event.group.is_none() || program.is_decided_by_id(event.kind),
        Input::Timer => state.next_turn().is_some_and(|turn| turn.is_shared()),
    };
    shared.then(Trail::default)
}

impl State {
    /// When the next timer is due, if any.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.timers.next_at()
    }

    /// Clears away timers that have lost their reason, once they may be many: a run that is planned again and again leaves
    /// one behind each time.
    fn clear_timers(&mut self) {
        if !self.timers.wants_clearing() {
            return;
        }
        let State { timers, runs, tasks, holds, .. } = self;
        let (tasks, holds) = (&**tasks, &**holds);
        timers.retain(|timer| match timer.due {
            Due::Step { run, plan } => runs.get(&run).is_some_and(|run| run.is_planned(plan)),
            Due::Task { task, plan } => tasks.get(&task).is_some_and(|task| task.plan == plan),
            Due::Hold(hold) => holds.contains_key(&hold),
            Due::Silence { .. } | Due::Midnight | Due::Schedule(_) => true,
        });
    }

    /// How many timers wait.
    #[must_use]
    pub fn timers_waiting(&self) -> usize {
        self.timers.len()
    }
}

/// One input on its way.
pub(super) struct Step<'a> {
    pub(super) program: &'a Program,
    pub(super) state: &'a mut State,
    pub(super) out: &'a mut Output,
    /// Internal events not yet handled, in order of emission.
    pub(super) queue: VecDeque<Happening>,
    /// Sanctions of this input that have not been settled.
    pub(super) sanctions: Vec<Pending>,
    /// What has been settled for a membership at this input.
    pub(super) settled: Vec<Settled>,
    /// Numbers the firings of this input, each for its subject.
    pub(super) firing: u64,
    /// Numbers the firings of this input, each for all its subjects, for approvals that several actions share.
    pub(super) together: u64,
    /// Approvals of this input that wait for all actions of a firing: the firing and the hold.
    pub(super) shared: Vec<(u64, u64)>,
    /// Events that tell of the action being done, to be queued once it is recorded.
    pub(super) told: Vec<Happening>,
    pub(super) watch: Option<&'a dyn Watch>,
    pub(super) meter: Option<&'a dyn Meter>,
    /// Where in the handling of an input we are, if it concerns several parts of a community run in parts.
    pub(super) trail: Option<Trail>,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        program: &'a Program,
        state: &'a mut State,
        out: &'a mut Output,
        onlookers: Onlookers<'a>,
    ) -> Step<'a> {
        Step {
            program,
            state,
            out,
            queue: VecDeque::new(),
            sanctions: Vec::new(),
            settled: Vec::new(),
            told: Vec::new(),
            watch: onlookers.watch,
            meter: onlookers.meter,
            firing: 0,
            together: 0,
            shared: Vec::new(),
            trail: None,
        }
    }
}

impl Step<'_> {
    fn start(&mut self, at: Instant, directory: &Directory) {
        if self.state.started {
            return;
        }
        self.state.started = true;
        self.state.now = at;
        self.state.watch_community(self.program, at);
        self.admit(directory, at);
        self.arm_schedules(at);
    }

    pub(super) fn arm_schedules(&mut self, at: Instant) {
        let just_before = at - crate::time::Duration::from_ms(1);
        match self.state.cast.as_ref().map(|cast| cast.schedules.clone()) {
            Some(mine) => mine.into_iter().for_each(|position| self.arm_schedule(position, just_before)),
            None => {
                (0..self.program.plan.schedules.len())
                    .for_each(|position| self.arm_schedule(position as u32, just_before));
            }
        }
        if self.program.needs_midnight {
            let start = self.program.plan.community.calendar.period(Period::Day, 0, at).start;
            self.arm_midnight(if start == at { just_before } else { at });
        }
    }

    fn arm_schedule(&mut self, position: u32, after: Instant) {
        let Some(scheduled) = self.program.plan.schedules.get(position as usize) else { return };
        let calendar = &self.program.plan.community.calendar;
        let Some(at) = scheduled.schedule.next(after, calendar) else { return };
        let class = match scheduled.what {
            ScheduledWork::Review(_) => Class::Test,
            ScheduledWork::Sample(_) => Class::Metric,
            ScheduledWork::Handlers(_) => Class::Schedule,
        };
        let sequence = u64::from(position) + 1;
        let due = Due::Schedule(position);
        self.state.timers.push(Timer { at, class, item: scheduled.item.0, sequence, due });
    }

    fn arm_midnight(&mut self, after: Instant) {
        let at = self.program.plan.community.calendar.period(Period::Day, 0, after).end;
        self.state.timers.push(Timer { at, class: Class::Test, item: 0, sequence: 0, due: Due::Midnight });
    }

    fn event(&mut self, mut event: Happening) {
        // A late event is handled when it arrives: time never goes back.
        self.state.now = self.state.now.max(event.at);
        event.at = self.state.now;
        self.turn(Work::Facts);
        self.state.doubt(self.program, &mut event);
        self.record(&event);
        self.handle(&event);
        self.run_dry();
    }

    fn elsewhere(&mut self, event: Happening) {
        self.state.now = self.state.now.max(event.at);
        self.turn(Work::Facts);
        self.hear_staff(&Happening { at: self.state.now, ..event });
        self.run_dry();
    }

    fn timer(&mut self) {
        let Some(timer) = self.state.timers.pop() else { return };
        self.state.now = self.state.now.max(timer.at);
        self.turn(Work::Facts);
        match timer.due {
            Due::Step { run, plan } => self.step_due(run, plan),
            Due::Silence { hush, keys } => self.silence_due(hush, keys, timer.sequence),
            Due::Hold(hold) => self.hold_due(hold),
            Due::Task { task, plan } => self.task_due(task, plan),
            Due::Midnight => {
                if self.midnight_is_for_everybody() {
                    self.state.sort_ids();
                }
                self.midnight(timer.at);
                self.arm_midnight(timer.at);
            }
            Due::Schedule(position) => {
                self.state.sort_ids();
                self.schedule_due(position, timer.at);
                self.arm_schedule(position, timer.at);
            }
        }
        self.run_dry();
    }

    /// Handles the cascade, breadth first; settles sanctions whenever it has run dry.
    pub(super) fn run_dry(&mut self) {
        loop {
            if let Some(happening) = self.queue.pop_front() {
                self.trail_handles();
                self.handle(&happening);
            } else if !self.sanctions.is_empty() {
                self.trail_settles();
                self.settle_sanctions();
            } else {
                break;
            }
        }
    }

    /// Facts first, then every condition on the same state, then the effects in order.
    fn handle(&mut self, event: &Happening) {
        if let Some(member) = event.member.filter(|_| self.program.touches) {
            self.state.touch(member);
        }
        let meter = self.meter;
        self.state.remember(self.program, event, |work| {
            if let Some(meter) = meter {
                meter.turn(work);
            }
        });
        self.turn(Work::Facts);
        self.state.hear(self.program, event);
        let event = AtHand::new(event);
        let intents = self.react(&event);
        self.apply(intents);
        self.turn(Work::Facts);
        self.hear_staff(&event);
    }

    /// Whether an internal event need not be made, since nothing waits for its kind.
    pub(super) fn is_unheard(&mut self, kind: KindId, origin: &Origin) -> bool {
        // That a chain is cut is told even where nobody hears its end.
        let unheard = !self.is_too_long(origin.depth) && self.program.dispatch_of(kind).is_empty();
        if unheard {
            self.count_link(origin.depth + 1);
        }
        unheard
    }

    fn count_link(&mut self, depth: u8) {
        if depth >= DEEP {
            let now = self.state.now;
            let (at, count) = &mut self.state.deep;
            *count = if *at == now { *count + 1 } else { 1 };
            *at = now;
        }
    }

    /// Whether a chain may not go on after a link of this depth.
    pub(super) fn is_too_long(&self, depth: u8) -> bool {
        let (at, count) = self.state.deep;
        depth >= LONGEST_CASCADE || depth + 1 >= DEEP && at == self.state.now && count >= MOST_DEEP
    }

    /// Notes that a chain was cut after a link of this depth.
    pub(super) fn note_cut(&mut self, kind: KindId, root: CompactString, depth: u8) {
        let wide = depth < LONGEST_CASCADE;
        self.out.notes.push(Note::CascadeCut { at: self.state.now, kind, root, wide });
    }

    /// Queues an internal event; the 65th link of a chain is cut, and those of an avalanche.
    pub(super) fn emit(&mut self, happening: Happening) {
        let before = happening.depth.saturating_sub(1);
        if self.is_too_long(before) {
            let root = happening.cause.as_ref().map(|cause| cause.origin().into()).unwrap_or_default();
            return self.note_cut(happening.kind, root, before);
        }
        self.count_link(happening.depth);
        self.trail_emits();
        self.queue.push_back(happening);
    }
}

/// Where something comes from: what caused it, and how deep in a cascade.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) cause: Arc<Cause>,
    pub(super) depth: u8,
    /// How sure all is that it stands on.
    pub(super) certainty: Certainty,
}

impl Origin {
    pub(super) fn of(event: &Happening) -> Origin {
        Origin { cause: event.as_cause(), depth: event.depth, certainty: event.certainty }
    }

    pub(super) fn root(id: impl Into<compact_str::CompactString>) -> Origin {
        Origin { cause: Cause::root(id.into()), depth: 0, certainty: Certainty::Certain }
    }

    /// The same, no surer than this.
    pub(super) fn at_best(self, certainty: Certainty) -> Origin {
        Origin { certainty: self.certainty.max(certainty), ..self }
    }
}
