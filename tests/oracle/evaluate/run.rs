//! The run: the clock's own before events of the same time, each input completely before the next.

use super::book::{Book, StepAt, head, scope_of};
use super::json;
use super::scene::Scene;
use super::world::{Beginning, Decision, Event, Keys, Memory, Origin, Pending, World};
use super::zone::{Ms, later};
use crate::case::{Case, Outcome};
use qun::syntax::tree::{ItemKind, Trigger};
use qun::time::Instant;
use std::collections::VecDeque;
use std::rc::Rc;

/// The longest chain of internal events.
pub const LONGEST_CASCADE: u32 = 64;
/// From which link on a chain counts for an avalanche, and how many such links may happen at one instant.
const DEEP: u32 = 4;
const MOST_DEEP: u32 = 100_000;

/// What staff decide is never left out, nor what became of deliveries.
const STAFF: [&str; 8] = [
    "appeal.filed",
    "appeal.decided",
    "approval.decided",
    "task.done",
    "role.granted",
    "role.revoked",
    "delivery.done",
    "delivery.failed",
];

/// Something whose time has come.
#[derive(Debug, Clone)]
pub enum Due {
    Step(u64, usize),
    Silence(usize, usize, Keys),
    Waiting(u64),
    Task(u64),
    Midnight,
    Review(usize),
    Sample(usize),
    Scheduled(usize, usize),
}

/// When something is due, and its place among what is due at the same time.
type Place = (Ms, u8, u64, u64);

/// A run on its way.
pub struct Run<'b> {
    pub book: &'b Book<'b>,
    pub world: World<'b>,
    pub out: Outcome,
    /// Internal events not yet handled, in order of emission.
    pub queue: VecDeque<Event>,
    /// Sanctions of this input that are not settled.
    pub sanctions: Vec<Pending<'b>>,
    /// What acted on a membership at this input: its strength and name.
    pub settled: Vec<(Keys, super::sanctions::Strength, String)>,
    /// How many deep links of chains happened at an instant.
    pub deep: std::collections::BTreeMap<Ms, u32>,
    /// Internal events to be queued when their decision has been recorded.
    pub told: Vec<Event>,
    pub firing: u64,
}

impl<'b> Run<'b> {
    pub fn new(book: &'b Book<'b>) -> Run<'b> {
        Run {
            book,
            world: World::default(),
            out: Outcome::default(),
            queue: VecDeque::new(),
            sanctions: Vec::new(),
            settled: Vec::new(),
            deep: std::collections::BTreeMap::new(),
            told: Vec::new(),
            firing: 0,
        }
    }

    pub fn scene(&self, keys: Keys) -> Scene<'_, 'b> {
        Scene::new(self.book, &self.world, keys)
    }

    pub fn scene_of(&self, memory: Memory) -> Scene<'_, 'b> {
        Scene { book: self.book, world: &self.world, memory, counted: None }
    }

    /// Runs a whole log.
    pub fn all(mut self, case: &Case) -> Outcome {
        let events = super::log::read(self.book, &case.log);
        let until = case.until.as_ref().map(|until| Instant::parse(until).unwrap().ms());
        let events: Vec<Event> =
            events.into_iter().filter(|event| until.is_none_or(|until| event.at < until)).collect();
        let Some(first) = events.first() else { return self.out };
        self.start(first.at, case);
        let last = events.last().map_or(first.at, |event| event.at);
        for event in events {
            self.advance(event.at);
            self.event(event, case.keep_after_removal);
        }
        self.advance(until.unwrap_or(last));
        self.out
    }

    fn start(&mut self, at: Ms, case: &Case) {
        self.world.now = at;
        self.world.started = at;
        let sequence = self.world.next_sequence();
        let cause = Origin::root("start".to_owned()).cause;
        if let Some(directory) = &case.directory {
            self.admit(directory, &Beginning { at, sequence, cause });
        }
    }

    fn event(&mut self, event: Event, keep: bool) {
        self.world.now = event.at;
        if !keep && !STAFF.contains(&event.kind.as_str()) && self.is_put_out(&event) {
            return;
        }
        self.settled.clear();
        let mut event = event;
        event.sequence = self.world.next_sequence();
        self.facts(&event);
        self.handle(event);
        self.run_dry();
    }

    /// Whether a member whom the playbook has put out of the group could not have done this.
    fn is_put_out(&self, event: &Event) -> bool {
        let (Some(group), Some(member)) = (&event.keys.group, &event.keys.member) else { return false };
        let Some(membership) = self.world.memberships.get(&(group.clone(), member.clone())) else { return false };
        match &membership.out {
            None => false,
            Some(out) if event.kind == "member.joined" => out.is_ban && event.at < out.until,
            Some(_) => true,
        }
    }

    /// Handles the cascade, breadth first; settles sanctions whenever it has run dry.
    pub fn run_dry(&mut self) {
        loop {
            if let Some(event) = self.queue.pop_front() {
                self.handle(event);
            } else if !self.sanctions.is_empty() {
                self.settle();
            } else {
                break;
            }
        }
    }

    /// Facts first, then every condition on the same state, then the effects in order.
    fn handle(&mut self, mut event: Event) {
        event.sequence = self.world.next_sequence();
        let event = Rc::new(event);
        self.world.past.push(Rc::clone(&event));
        let intents = self.react(&event);
        self.apply(intents);
        self.hear_staff(&event);
    }

    /// Queues an internal event; the 65th link of a chain is cut, and so is an avalanche.
    pub fn emit(&mut self, event: Event) {
        if self.is_too_long(event.depth - 1) {
            self.out.cut += 1;
            return;
        }
        if event.depth >= DEEP {
            *self.deep.entry(self.world.now).or_default() += 1;
        }
        self.queue.push_back(event);
    }

    /// Whether a chain may not go on after a link of this depth.
    pub fn is_too_long(&self, depth: u32) -> bool {
        let deep = self.deep.get(&self.world.now).copied().unwrap_or_default();
        depth >= LONGEST_CASCADE || (depth + 1 >= DEEP && deep >= MOST_DEEP)
    }

    /// An internal event; it carries the keys that its kind may carry.
    pub fn internal(
        &self,
        kind: &str,
        keys: &Keys,
        id: String,
        origin: &Origin,
        fields: Vec<(&str, super::value::Value)>,
    ) -> Event {
        let declared = &self.book.kinds[kind];
        let keys = Keys {
            group: keys.group.clone().filter(|_| declared.group),
            member: keys.member.clone().filter(|_| declared.member),
        };
        let mut all = super::log::defaults(self.book, declared);
        all.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let cause = Some(Rc::clone(&origin.cause));
        Event {
            id,
            at: self.world.now,
            kind: kind.to_owned(),
            keys,
            fields: all,
            cause,
            depth: origin.depth + 1,
            sequence: 0,
        }
    }

    pub fn record(&mut self, decision: &Decision) {
        self.out.decisions.push(json::decision(self.book, decision));
    }

    // ---- the clock ------------------------------------------------------------------------------------------------

    fn advance(&mut self, until: Ms) {
        while let Some((place, due)) = self.next_due(until) {
            self.world.now = self.world.now.max(place.0);
            self.settled.clear();
            self.timer(place.0, due);
            self.run_dry();
        }
    }

    /// What is due next, of everything that waits.
    fn next_due(&self, until: Ms) -> Option<(Place, Due)> {
        let mut all: Vec<(Place, Due)> = Vec::new();
        all.extend(self.steps_due());
        all.extend(self.silences_due());
        all.extend(
            self.world
                .waiting
                .iter()
                .filter_map(|waiting| Some(((waiting.due?, 0, waiting.sequence, 0), Due::Waiting(waiting.sequence)))),
        );
        let open = self.world.tasks.iter().filter(|task| !task.is_overdue);
        all.extend(open.map(|task| ((task.due, 0, task.sequence, 0), Due::Task(task.sequence))));
        all.extend(self.clock_due(until));
        // What was due before it was put down is due at once.
        let now = self.world.now;
        let all = all.into_iter().map(|((at, class, first, second), due)| ((at.max(now), class, first, second), due));
        all.filter(|(place, _)| place.0 <= until).min_by_key(|(place, _)| *place)
    }

    fn steps_due(&self) -> Vec<(Place, Due)> {
        let mut all = Vec::new();
        for run in &self.world.runs {
            for (position, at) in run.times.iter().enumerate() {
                if let (Some(at), super::world::StepState::Ahead) = (at, run.steps[position]) {
                    all.push(((*at, 0, run.sequence, position as u64), Due::Step(run.number, position)));
                }
            }
        }
        all
    }

    /// For each living subject the last event heard, or else the beginning of its life, and the time without it.
    fn silences_due(&self) -> Vec<(Place, Due)> {
        let mut all = Vec::new();
        for (item, kind) in self.book.items() {
            let ItemKind::Rule(rule) = kind else { continue };
            for (trigger, silence) in rule.triggers.iter().enumerate() {
                let Trigger::Silence { event, during, .. } = silence else { continue };
                let during = super::book::duration(during);
                for keys in self.world.subjects(scope_of(&rule.head), &Keys::default()) {
                    let armed = self.last_heard(&super::book::dotted(event), &keys);
                    let key = (item, trigger, keys.clone());
                    if self.world.fired.get(&key) != Some(&armed.sequence) {
                        let place = (later(armed.at, during), 0, armed.sequence, item as u64);
                        all.push((place, Due::Silence(item, trigger, keys)));
                    }
                }
            }
        }
        all
    }

    /// What armed the silence of a subject.
    pub fn last_heard(&self, kind: &str, keys: &Keys) -> Beginning {
        let began = self.world.life(keys).cloned().unwrap_or_else(|| self.beginning());
        let agrees = |own: &Option<String>, its: &Option<String>| own.is_none() || own == its;
        let mine = |event: &&Rc<Event>| {
            event.kind == kind && agrees(&keys.group, &event.keys.group) && agrees(&keys.member, &event.keys.member)
        };
        let heard = self.world.past.iter().rev().find(mine);
        match heard {
            Some(event) if event.sequence >= began.sequence => {
                Beginning { at: event.at, sequence: event.sequence, cause: event.as_cause() }
            }
            _ => began,
        }
    }

    /// The community began with the clock.
    fn beginning(&self) -> Beginning {
        Beginning { at: self.started(), sequence: 0, cause: Origin::root("start".to_owned()).cause }
    }

    fn started(&self) -> Ms {
        self.world.started
    }

    /// Midnight, reviews, metrics, rules and rows of calendars.
    fn clock_due(&self, until: Ms) -> Vec<(Place, Due)> {
        let mut all = Vec::new();
        if let Some(at) = self.next_midnight(until) {
            all.push(((at, 1, 0, 0), Due::Midnight));
        }
        for (item, kind) in self.book.items() {
            let place = |at: Ms, class: u8, row: usize| (at, class, item as u64 + 1, row as u64);
            let next = |schedule, row: usize| self.next_instant(schedule, item, row, until);
            match kind {
                ItemKind::Tiers(tiers) => {
                    let at = tiers.review.as_ref().and_then(|review| next(review, 0));
                    all.extend(at.map(|at| (place(at, 1, 0), Due::Review(item))));
                }
                ItemKind::Metric { schedule, .. } => {
                    all.extend(next(schedule, 0).map(|at| (place(at, 2, 0), Due::Sample(item))));
                }
                ItemKind::Rule(rule) => {
                    let at = rule.triggers.iter().filter_map(|trigger| match trigger {
                        Trigger::Schedule(schedule) => next(schedule, 0),
                        _ => None,
                    });
                    all.extend(at.min().map(|at| (place(at, 3, 0), Due::Scheduled(item, 0))));
                }
                ItemKind::Calendar { rows, .. } => {
                    let at = rows.iter().enumerate().filter_map(|(row, it)| Some((row, next(&it.schedule, row)?)));
                    all.extend(at.map(|(row, at)| (place(at, 3, row), Due::Scheduled(item, row))));
                }
                _ => {}
            }
        }
        all
    }

    /// The next instant of a schedule that has not fired yet.
    fn next_instant(&self, schedule: &qun::syntax::tree::Schedule, item: usize, row: usize, until: Ms) -> Option<Ms> {
        let fired = self.world.scheduled.get(&(item, row)).copied();
        let from = fired.map_or(self.world.now, |fired| self.world.now.max(fired + 1));
        super::agenda::first(schedule, &self.book.zone, from, until)
    }

    fn next_midnight(&self, until: Ms) -> Option<Ms> {
        let zone = &self.book.zone;
        let from = self.world.midnight.map_or(self.world.now, |last| self.world.now.max(last + 1));
        let mut date = zone.date(from);
        while zone.day_start(date) < from {
            date = date + chrono::Days::new(1);
        }
        Some(zone.day_start(date)).filter(|at| *at <= until)
    }

    fn timer(&mut self, at: Ms, due: Due) {
        match due {
            Due::Step(run, position) => self.step_due(run, position),
            Due::Silence(item, trigger, keys) => self.silence_due(item, trigger, keys),
            Due::Waiting(sequence) => self.waiting_due(sequence),
            Due::Task(sequence) => self.task_due(sequence),
            Due::Midnight => {
                self.world.midnight = Some(at);
                self.midnight(at);
            }
            Due::Review(item) => {
                self.world.scheduled.insert((item, 0), at);
                self.review(item, at);
            }
            Due::Sample(item) => {
                self.world.scheduled.insert((item, 0), at);
                self.sample(item, at);
            }
            Due::Scheduled(item, row) => {
                self.world.scheduled.insert((item, row), at);
                self.schedule_due(item, row, at);
            }
        }
    }

    /// Whether an item is for a subject that its head's `where` lets pass.
    pub fn is_for(&self, item: usize, scene: &Scene<'_, '_>) -> bool {
        scene.holds(head(self.book.item(item)).and_then(|head| head.where_.as_ref()))
    }

    /// The steps of a flow.
    pub fn steps(&self, flow: usize) -> &'b [super::book::Step<'b>] {
        &self.book.acts[flow].steps
    }

    /// Whether a step waits for tasks.
    pub fn waits_for(&self, flow: usize, step: usize) -> Option<Vec<String>> {
        match self.steps(flow)[step].at {
            StepAt::Tasks(tasks) => Some(tasks.iter().map(|task| task.text.clone()).collect()),
            _ => None,
        }
    }
}
