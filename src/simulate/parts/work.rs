//! One part: the engine driven over the whole log for some of its groups.

use super::super::driver::{Driver, LOOKED_UP, Unhappened};
use super::super::misses::Misses;
use super::Parts;
use crate::engine::{Event, Input, Output, Part, People, Program, Turn, Watch};
use crate::log::Merged;
use crate::time::Instant;
use compact_str::CompactString;

/// One part of a run.
pub(super) struct Worker<'a> {
    program: &'a Program,
    driver: Driver<'a>,
    part: Part,
    /// When the last event happened.
    last: Option<Instant>,
    /// How many members and groups have been told of.
    told: (usize, usize),
    answers: Answers,
}

/// What one part made of some events.
#[derive(Default)]
pub(super) struct Answers {
    /// In the order in which they came about.
    pub(super) answers: Vec<Answer>,
    /// Numbers of events that were left out.
    pub(super) left_out: Vec<u32>,
    /// Members and groups met for the first time, in the order of their numbers.
    pub(super) members: Vec<CompactString>,
    pub(super) groups: Vec<CompactString>,
}

/// What one input came to.
pub(super) struct Answer {
    /// The event that was the input, or before which it came.
    pub(super) event: u32,
    pub(super) input: Asked,
    pub(super) output: Output,
    /// The number of what was created last before it, if it created something.
    pub(super) created_after: Option<u64>,
    /// The number of what was created last.
    pub(super) created: u64,
}

/// Which input it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Start,
    Timer(Turn),
    Event,
}

/// What is left of a part.
pub(super) struct Ended {
    pub(super) unhappened: Unhappened,
    pub(super) misses: Option<Misses>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(parts: &Parts<'a>, part: Part, misses: Option<&'a Misses>) -> Worker<'a> {
        let driver = Driver::new(parts.program, parts.options.clone()).with_directory(parts.directory);
        let mut driver = driver.with_watch(misses.map(|misses| misses as &dyn Watch));
        driver.state.take_part(part);
        Worker { program: parts.program, driver, part, last: None, told: (0, 0), answers: Answers::default() }
    }

    /// Handles some events, the first of which has this number.
    pub(super) fn events(&mut self, first: u32, events: &Merged) -> Answers {
        let mut people = Vec::new();
        for from in (0..events.len()).step_by(LOOKED_UP) {
            let some = || (from..from + LOOKED_UP).map_while(|position| events.get(position));
            let part = self.part;
            self.driver.state.look_up(some().filter(|event| part.concerns(event)), &mut people);
            let mut people = people.iter();
            for (number, event) in (first.saturating_add(from as u32)..).zip(some()) {
                let known = if part.concerns(&event) { people.next() } else { None };
                self.event(number, &event, known.copied());
            }
        }
        self.take()
    }

    /// Lets the clock run to its end, after the last event.
    pub(super) fn end(&mut self, number: u32) -> Answers {
        if let Some(end) = self.driver.options.to.or(self.last) {
            if let Some(from) = self.driver.options.from.filter(|from| *from <= end) {
                self.start(number, from);
            }
            if self.driver.started {
                self.advance(number, end);
            }
        }
        self.take()
    }

    pub(super) fn unhappened(&self) -> Unhappened {
        self.driver.unhappened
    }

    /// Handles one event; without `people` it happened in another part.
    fn event(&mut self, number: u32, event: &Event<'_>, people: Option<People>) {
        self.last = Some(event.at);
        self.start(number, event.at);
        self.advance(number, event.at);
        let program = self.program;
        if people.is_none() && !program.is_decided_by_id(event.kind) {
            return;
        }
        let state = &mut self.driver.state;
        state.count_from(number, true);
        let (mine, mut happening) = match people {
            Some(people) => (true, state.resolve_of(program, event, people)),
            None => (false, state.resolve(program, event)),
        };
        if mine && self.driver.is_left_out(&mut happening) {
            self.answers.left_out.push(number);
            return self.driver.state.leave_out(program, &happening);
        }
        let before = self.driver.state.created();
        self.driver.handle(if mine { Input::Event(happening) } else { Input::Elsewhere(happening) });
        self.keep(number, Asked::Event, before);
    }

    fn start(&mut self, number: u32, at: Instant) {
        if self.driver.begin(at) {
            self.keep(number, Asked::Start, 0);
        }
    }

    /// Lets the clock run to a time, before the event of this number.
    fn advance(&mut self, number: u32, to: Instant) {
        self.driver.state.count_from(number, false);
        while self.driver.state.next_due().is_some_and(|due| due <= to)
            && let Some(turn) = self.driver.state.next_turn()
        {
            let before = self.driver.state.created();
            self.driver.handle(Input::Timer);
            self.keep(number, Asked::Timer(turn), before);
        }
    }

    /// Keeps what an input came to, if it did; what an event of one group creates is ordered by its number alone.
    fn keep(&mut self, event: u32, input: Asked, before: u64) {
        let created = self.driver.state.created();
        let lone = input == Asked::Event && self.driver.out.marks.is_empty();
        let created_after = (created != before && !lone).then_some(before);
        if self.driver.out.is_empty() && created_after.is_none() {
            return self.driver.out.clear();
        }
        let output = std::mem::take(&mut self.driver.out);
        self.answers.answers.push(Answer { event, input, output, created_after, created });
    }

    fn take(&mut self) -> Answers {
        let (members, groups) = self.driver.state.met_since(self.told.0, self.told.1);
        self.told = (self.told.0 + members.len(), self.told.1 + groups.len());
        Answers { members, groups, ..std::mem::take(&mut self.answers) }
    }
}
