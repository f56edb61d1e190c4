//! What the parts decide, in the order in which one run would have decided it.

use super::super::driver::{Moment, Sink};
use super::work::{Answer, Answers, Asked};
use crate::engine::{Decision, Event, Mark, Note, Output, Place, Program, Sample, State};
use crate::log::Merged;
use crate::plan::expr::Keys;
use crate::plan::ids::{GroupId, MemberId};
use crate::plan::value::Value;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// Puts together what the parts answer.
pub(super) struct Merger<'a> {
    program: &'a Program,
    /// Knows members and groups, and nothing else.
    pub(super) state: State,
    parts: Vec<Told>,
    /// How many answers have been told.
    rank: u64,
}

/// What is known of one part.
#[derive(Default)]
struct Told {
    answers: VecDeque<Answer>,
    left_out: VecDeque<u32>,
    /// The part's members and groups, by their numbers there.
    members: Vec<u32>,
    groups: Vec<u32>,
    /// When what was created after a number came about: the rank of its input.
    ranks: Vec<(u64, u64)>,
}

/// What came about at one place of an input.
struct Segment {
    place: Option<Arc<Place>>,
    part: usize,
    decisions: Vec<Decision>,
    samples: Vec<Sample>,
    notes: Vec<Note>,
    /// The number of what was created last before it, if something was created there.
    created_after: Option<u64>,
}

impl<'a> Merger<'a> {
    pub(super) fn new(program: &'a Program, parts: usize) -> Merger<'a> {
        let parts = std::iter::repeat_with(Told::default).take(parts).collect();
        Merger { program, state: State::new(program), parts, rank: 0 }
    }

    /// Tells what the parts made of some events, the first of which has this number.
    pub(super) fn events(
        &mut self,
        first: u32,
        events: &Merged,
        answers: Vec<Answers>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        self.take(answers);
        for (number, event) in (first..).zip(events.iter()) {
            self.before(number, sink)?;
            self.event(number, &event, sink)?;
        }
        Ok(())
    }

    /// Tells what came after the last event.
    pub(super) fn end(&mut self, number: u32, answers: Vec<Answers>, sink: &mut dyn Sink) -> io::Result<()> {
        self.take(answers);
        self.before(number, sink)
    }

    fn take(&mut self, answers: Vec<Answers>) {
        for (part, told) in self.parts.iter_mut().zip(answers) {
            let (members, groups) = self.state.meet_ids(&told.members, &told.groups);
            part.members.extend(members);
            part.groups.extend(groups);
            part.answers.extend(told.answers);
            part.left_out.extend(told.left_out);
        }
    }

    /// Tells of all that came before an event: the start, and timers.
    fn before(&mut self, number: u32, sink: &mut dyn Sink) -> io::Result<()> {
        while let Some(first) = self.first_before(number) {
            let together: Vec<usize> = (0..self.parts.len())
                .filter(|part| self.head_before(*part, number).is_some_and(|_| self.is_with(first, *part)))
                .collect();
            self.tell(&together, sink)?;
        }
        Ok(())
    }

    fn event(&mut self, number: u32, event: &Event<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let mut left_out = false;
        for part in &mut self.parts {
            if part.left_out.front() == Some(&number) {
                part.left_out.pop_front();
                left_out = true;
            }
        }
        sink.event(&Moment { program: self.program, state: &self.state }, event, left_out)?;
        let answered = |part: &Told| part.answers.front().is_some_and(|answer| answer.event == number);
        let together: Vec<usize> =
            self.parts.iter().enumerate().filter(|(_, part)| answered(part)).map(|(number, _)| number).collect();
        if together.is_empty() { Ok(()) } else { self.tell(&together, sink) }
    }

    /// The next answer of a part, if it came before an event.
    fn head_before(&self, part: usize, number: u32) -> Option<&Answer> {
        let head = self.parts.get(part)?.answers.front()?;
        (head.event == number && head.input != Asked::Event).then_some(head)
    }

    /// The part whose answer comes first of those before an event.
    fn first_before(&self, number: u32) -> Option<usize> {
        let waiting = (0..self.parts.len()).filter(|part| self.head_before(*part, number).is_some());
        waiting.min_by(|a, b| self.order(*a, *b))
    }

    /// Whether the next answers of two parts belong to one input.
    fn is_with(&self, one: usize, other: usize) -> bool {
        one == other || self.order(one, other) == Ordering::Equal
    }

    /// The order of the next answers of two parts; equal where they belong to one input.
    fn order(&self, one: usize, other: usize) -> Ordering {
        let head = |part: usize| Some(self.parts.get(part)?.answers.front()?.input);
        match (head(one), head(other)) {
            (Some(Asked::Timer(a)), Some(Asked::Timer(b))) if a.is_shared() || b.is_shared() => a.order(&b),
            (Some(Asked::Timer(a)), Some(Asked::Timer(b))) => {
                let created = || self.created((one, a.number)).cmp(&self.created((other, b.number)));
                a.order(&b).then_with(created)
            }
            (Some(Asked::Start), Some(Asked::Timer(_))) => Ordering::Less,
            (Some(Asked::Timer(_)), Some(Asked::Start)) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }

    /// When something was created: by the number of its input, then by the rank of that input's answer.
    fn created(&self, (part, number): (usize, u64)) -> (u64, u64) {
        let ranks = self.parts.get(part).map_or(&[][..], |part| &part.ranks);
        let position = ranks.partition_point(|(before, _)| *before < number);
        let rank = position.checked_sub(1).and_then(|last| ranks.get(last));
        (number >> 31, rank.map_or(0, |(_, rank)| *rank))
    }

    /// Tells the next answers of some parts, which belong to one input.
    fn tell(&mut self, parts: &[usize], sink: &mut dyn Sink) -> io::Result<()> {
        let mut lanes = Vec::new();
        for part in parts {
            let answer = self.parts.get_mut(*part).and_then(|told| told.answers.pop_front());
            lanes.extend(answer.map(|answer| segments(*part, answer)));
        }
        let (mut output, of) = (Output::default(), self.parts.len() as u64);
        while let Some(segment) = first(&mut lanes) {
            self.rank += 1;
            let Some(part) = self.parts.get_mut(segment.part) else { continue };
            if let Some(before) = segment.created_after {
                part.ranks.push((before, self.rank));
            }
            let apart = (parts.len() > 1).then_some((segment.part as u64, of));
            output.decisions.extend(segment.decisions.into_iter().map(|decision| part.decision(decision, apart)));
            output.samples.extend(segment.samples.into_iter().map(|sample| part.sample(sample)));
            output.notes.extend(segment.notes);
        }
        if output.is_empty() {
            return Ok(());
        }
        sink.output(&Moment { program: self.program, state: &self.state }, &output)
    }
}

/// The first segment of all lanes in the order of places; each lane is in order.
fn first(lanes: &mut [VecDeque<Segment>]) -> Option<Segment> {
    let heads = lanes.iter().enumerate().filter_map(|(number, lane)| Some((number, lane.front()?)));
    let (number, _) = heads.min_by(|(_, a), (_, b)| a.place.cmp(&b.place))?;
    lanes.get_mut(number)?.pop_front()
}

/// An answer by the places at which it came about.
fn segments(part: usize, answer: Answer) -> VecDeque<Segment> {
    let Answer { output, created_after, mut created, .. } = answer;
    let Output { mut decisions, mut samples, mut notes, marks } = output;
    let mut segments = VecDeque::new();
    for Mark { place, before: [d, s, n], created: before } in marks.into_iter().rev() {
        let created_after = (before != created).then_some(before);
        created = before;
        let (decisions, samples, notes) = (decisions.split_off(d), samples.split_off(s), notes.split_off(n));
        segments.push_front(Segment { place: Some(place), part, decisions, samples, notes, created_after });
    }
    let created_after = created_after.filter(|before| *before != created);
    segments.push_front(Segment { place: None, part, decisions, samples, notes, created_after });
    segments
}

impl Told {
    /// A decision with the numbers of members and groups that the merged run gives them. Firings of several parts
    /// (`apart`: which, of how many) get different numbers.
    fn decision(&self, decision: Decision, apart: Option<(u64, u64)>) -> Decision {
        let firing = match (decision.firing, apart) {
            (0, _) | (_, None) => decision.firing,
            (firing, Some((part, of))) => firing * of + part,
        };
        let mut decision = Decision { keys: self.keys(decision.keys), firing, ..decision };
        decision.args.iter_mut().for_each(|(_, value)| self.value(value));
        decision
    }

    fn sample(&self, sample: Sample) -> Sample {
        let mut sample = Sample { keys: self.keys(sample.keys), ..sample };
        self.value(&mut sample.per);
        self.value(&mut sample.value);
        sample
    }

    fn keys(&self, keys: Keys) -> Keys {
        Keys { group: keys.group.map(|id| self.group(id)), member: keys.member.map(|id| self.member(id)) }
    }

    fn member(&self, id: MemberId) -> MemberId {
        MemberId(self.members.get(id.index()).copied().unwrap_or_default())
    }

    fn group(&self, id: GroupId) -> GroupId {
        GroupId(self.groups.get(id.index()).copied().unwrap_or_default())
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Member(id) => *id = self.member(*id),
            Value::Group(id) => *id = self.group(*id),
            Value::List(values) if values.iter().any(|value| matches!(value, Value::Member(_) | Value::Group(_))) => {
                let mut own = values.to_vec();
                own.iter_mut().for_each(|value| self.value(value));
                *values = own.into();
            }
            _ => {}
        }
    }
}
