//! Feeds a recorded log to the engine: timers first, then the event; the clock is that of the log.

use crate::engine::{
    Cast, Directory, Event, Fresh, Happening, Input, Meter, Onlookers, Output, People, Program, ProgramError, Reload,
    Reloaded, State, Watch, reload, step_before,
};
use crate::log::{LogError, LogReader, Merged};
use crate::plan::Plan;
use crate::time::{Duration, Instant};
use std::borrow::Cow;
use std::io;
use std::ops::Deref;
use std::sync::Arc;

/// What becomes of events that a sanction of the playbook would have prevented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterRemoval {
    /// They are left out.
    #[default]
    Ignore,
    /// They are let through.
    Keep,
}

/// How a log is run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// When the clock starts; else with the first event.
    pub from: Option<Instant>,
    /// When the clock stops; else with the last event.
    pub to: Option<Instant>,
    /// What becomes of events of members whom the playbook has put out.
    pub after_removal: AfterRemoval,
}

/// Receives what a run comes to, as it comes.
pub trait Sink {
    /// An event of the log is about to be handled, or is left out because its member has been put out.
    ///
    /// # Errors
    /// Where what it writes cannot be written.
    fn event(&mut self, _moment: &Moment<'_>, _event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        Ok(())
    }

    /// One input came to something.
    ///
    /// # Errors
    /// Where what it writes cannot be written.
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()>;
}

/// What surrounds one output.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// What runs.
    pub program: &'a Program,
    /// The state after the input.
    pub state: &'a State,
}

/// Events that the playbook would have prevented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unhappened {
    /// By members whom it had put out, and left out of the run.
    pub left_out: u64,
    /// By members whom it had put out, and let through.
    pub kept: u64,
    /// Messages of members whom it had muted: let through.
    pub muted: u64,
}

impl Unhappened {
    /// With those of other groups.
    #[must_use]
    pub fn and(self, other: Unhappened) -> Unhappened {
        Unhappened {
            left_out: self.left_out + other.left_out,
            kept: self.kept + other.kept,
            muted: self.muted + other.muted,
        }
    }
}

/// Why a run ended before its end.
#[derive(Debug)]
pub enum Stop {
    /// The log cannot be read on.
    Log(LogError),
    /// What came out cannot be written.
    Sink(io::Error),
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Stop {
        Stop::Log(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Sink(error)
    }
}

/// What is left of a run.
#[derive(Debug)]
pub struct End {
    /// All that it remembers.
    pub state: State,
    /// What the playbook would have prevented.
    pub unhappened: Unhappened,
}

/// For how many events people are looked up at once.
pub(super) const LOOKED_UP: usize = 64;

/// A program that somebody else has, or one's own.
#[derive(Clone, Debug)]
pub enum Held<'a> {
    /// Somebody else's.
    Lent(&'a Program),
    /// One's own.
    Own(Arc<Program>),
}

impl<'a> From<&'a Program> for Held<'a> {
    fn from(program: &'a Program) -> Held<'a> {
        Held::Lent(program)
    }
}

impl From<Arc<Program>> for Held<'_> {
    fn from(program: Arc<Program>) -> Self {
        Held::Own(program)
    }
}

impl Deref for Held<'_> {
    type Target = Program;

    fn deref(&self) -> &Program {
        match self {
            Held::Lent(program) => program,
            Held::Own(program) => program,
        }
    }
}

/// Why another version could not take over.
#[derive(Debug)]
pub enum ReloadError {
    /// It cannot be run; the old one goes on.
    Program(ProgramError),
    /// What came out cannot be written.
    Sink(io::Error),
}

impl From<ProgramError> for ReloadError {
    fn from(error: ProgramError) -> ReloadError {
        ReloadError::Program(error)
    }
}

impl From<io::Error> for ReloadError {
    fn from(error: io::Error) -> ReloadError {
        ReloadError::Sink(error)
    }
}

/// A run on its way.
pub struct Driver<'a> {
    pub(super) program: Held<'a>,
    pub(super) state: State,
    pub(super) options: Options,
    directory: Option<Cow<'a, Directory>>,
    onlookers: Onlookers<'a>,
    /// What the last input came to.
    pub(super) out: Output,
    pub(super) started: bool,
    last: Option<Instant>,
    pub(super) unhappened: Unhappened,
}

impl<'a> Driver<'a> {
    /// A run that has yet to begin.
    #[must_use]
    pub fn new(program: impl Into<Held<'a>>, options: Options) -> Driver<'a> {
        let program = program.into();
        Driver {
            state: State::new(&program),
            program,
            options,
            directory: None,
            onlookers: Onlookers::default(),
            out: Output::default(),
            started: false,
            last: None,
            unhappened: Unhappened::default(),
        }
    }

    /// Who is there at the start.
    #[must_use]
    pub fn with_directory(self, directory: Option<&'a Directory>) -> Driver<'a> {
        Driver { directory: directory.map(Cow::Borrowed), ..self }
    }

    /// Who is there at the start, as nobody else knows.
    #[must_use]
    pub fn with_own_directory(self, directory: Directory) -> Driver<'a> {
        Driver { directory: Some(Cow::Owned(directory)), ..self }
    }

    /// These rules alone, all others asleep; flows, segments, tiers, ladders and limits take part as ever.
    #[must_use]
    pub fn with_cast(mut self, cast: Option<Cast>) -> Driver<'a> {
        if let Some(cast) = cast {
            self.state = self.state.with_cast(cast);
        }
        self
    }

    /// Somebody who looks on while conditions are tested.
    #[must_use]
    pub fn with_watch(self, watch: Option<&'a dyn Watch>) -> Driver<'a> {
        Driver { onlookers: Onlookers { watch, ..self.onlookers }, ..self }
    }

    /// Somebody who measures whose turn it is.
    #[must_use]
    pub fn with_meter(self, meter: Option<&'a dyn Meter>) -> Driver<'a> {
        Driver { onlookers: Onlookers { meter, ..self.onlookers }, ..self }
    }

    /// Runs a whole log.
    ///
    /// # Errors
    /// Where the log cannot be read on, or the sink refuses.
    pub fn run(&mut self, log: &mut LogReader, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.feed(log, sink)?;
        Ok(self.finish(sink)?)
    }

    /// Handles a log as a part of a longer one.
    ///
    /// # Errors
    /// Where the log cannot be read on, or the sink refuses.
    pub fn feed(&mut self, log: &mut LogReader, sink: &mut dyn Sink) -> Result<(), Stop> {
        while let Some(events) = log.next_batch()? {
            self.batch(&events, sink)?;
        }
        Ok(())
    }

    /// Takes a log from before a reload into the pasts that began with it.
    ///
    /// # Errors
    /// Where the log cannot be read on.
    pub fn warm_from(&mut self, log: &mut LogReader, fresh: &[Fresh]) -> Result<(), Stop> {
        while let Some(events) = log.next_batch()? {
            (0..events.len()).filter_map(|position| events.get(position)).for_each(|event| self.warm(fresh, &event));
        }
        Ok(())
    }

    /// Handles some events one after the other.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn batch(&mut self, events: &Merged, sink: &mut dyn Sink) -> io::Result<()> {
        let mut people = Vec::new();
        for from in (0..events.len()).step_by(LOOKED_UP) {
            let some = || (from..from + LOOKED_UP).map_while(|position| events.get(position));
            self.state.look_up(some(), &mut people);
            for (event, people) in some().zip(&people) {
                self.event_of(&event, Some(*people), sink)?;
            }
        }
        Ok(())
    }

    /// Handles one event and every timer up to its time.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn event(&mut self, event: &Event<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        self.event_of(event, None, sink)
    }

    fn event_of(&mut self, event: &Event<'_>, people: Option<People>, sink: &mut dyn Sink) -> io::Result<()> {
        self.advance(event.at, sink)?;
        self.last = Some(event.at);
        let mut happening = match people {
            Some(people) => self.state.resolve_of(&self.program, event, people),
            None => self.state.resolve(&self.program, event),
        };
        let left_out = self.is_left_out(&mut happening);
        sink.event(&self.moment(), event, left_out)?;
        if left_out {
            self.state.leave_out(&self.program, &happening);
            return Ok(());
        }
        self.step(Input::Event(happening), sink)
    }

    /// Lets the clock run to its end: to the time asked for, else to the last event.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        let Some(end) = self.options.to.or(self.last) else { return Ok(()) };
        if let Some(from) = self.options.from.filter(|from| *from <= end) {
            self.start(from, sink)?;
        }
        if self.started { self.advance(end, sink) } else { Ok(()) }
    }

    /// What is left when the run is over.
    #[must_use]
    pub fn end(self) -> End {
        End { state: self.state, unhappened: self.unhappened }
    }

    /// Goes on with what a run of the same program remembered.
    pub fn go_on(&mut self, state: State) {
        (self.state, self.started) = (state, true);
    }

    /// What runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Lets another plan take over from an instant on: what is due before is done first.
    ///
    /// # Errors
    /// Where the plan cannot be run, or the sink refuses.
    pub fn reload(&mut self, plan: Plan, at: Instant, sink: &mut dyn Sink) -> Result<Reload, ReloadError> {
        self.advance(at - Duration::from_ms(1), sink)?;
        let Reloaded { program, report, before, after } = reload(&self.program, plan, &mut self.state, at)?;
        for (program, output) in [(None, &before), (Some(program), &after)] {
            if let Some(program) = program {
                self.program = Held::Own(Arc::new(program));
            }
            if !output.is_empty() {
                sink.output(&self.moment(), output)?;
            }
        }
        Ok(report)
    }

    /// Takes an event from before a reload into the pasts that began with it.
    pub fn warm(&mut self, fresh: &[Fresh], event: &Event<'_>) {
        self.state.warm(&self.program, fresh, event);
    }

    /// Goes on with a program and what a run of it remembered.
    pub fn go_on_with(&mut self, program: impl Into<Held<'a>>, state: State) {
        self.program = program.into();
        self.go_on(state);
    }

    /// What the run remembers.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Sets the clock before the first input.
    fn start(&mut self, at: Instant, sink: &mut dyn Sink) -> io::Result<()> {
        if self.begin(at) { self.tell(sink) } else { Ok(()) }
    }

    /// The same, without telling what came of it; answers whether it was the first time.
    pub(super) fn begin(&mut self, at: Instant) -> bool {
        if std::mem::replace(&mut self.started, true) {
            return false;
        }
        let directory = self.directory.take().unwrap_or_default();
        let directory = directory.as_ref();
        self.handle(Input::Start { at: self.options.from.unwrap_or(at), directory });
        true
    }

    /// Lets the clock run to a time; what is due by then is done.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn advance(&mut self, to: Instant, sink: &mut dyn Sink) -> io::Result<()> {
        self.start(to, sink)?;
        while self.state.next_due().is_some_and(|due| due <= to) {
            self.step(Input::Timer, sink)?;
        }
        Ok(())
    }

    fn step(&mut self, input: Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        self.handle(input);
        self.tell(sink)
    }

    /// Handles one input; what it came to has yet to be told.
    pub(super) fn handle(&mut self, input: Input<'_>) {
        step_before(&self.program, &mut self.state, input, &mut self.out, self.onlookers);
    }

    fn tell(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let told = sink.output(&self.moment(), &self.out);
        self.out.clear();
        told
    }

    fn moment(&self) -> Moment<'_> {
        Moment { program: &self.program, state: &self.state }
    }

    /// Whether an event is left out; those that could not have happened are counted, and marked if let through.
    pub(super) fn is_left_out(&mut self, event: &mut Happening) -> bool {
        if self.program.is_by_staff(event.kind()) {
            return false;
        }
        if self.state.is_put_out(&self.program, event) {
            let leave_out = self.options.after_removal == AfterRemoval::Ignore;
            let count = if leave_out { &mut self.unhappened.left_out } else { &mut self.unhappened.kept };
            *count += 1;
            event.set_prevented();
            return leave_out;
        }
        if self.program.is_speech(event.kind()) && self.state.is_muted(event) {
            self.unhappened.muted += 1;
            event.set_prevented();
        }
        false
    }
}
