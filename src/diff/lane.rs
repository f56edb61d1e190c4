//! One version on its way through the log: its decisions in pieces, so that two versions can be compared as they run.

use crate::engine::{Cause, Decision, DecisionId, Directory, Event, Output, Program, State, Status};
use crate::log::LogReader;
use crate::plan::ItemSort;
use crate::plan::ids::{ItemId, MemberId, NameId};
use crate::plan::value::Value;
use crate::simulate::{Collector, Driver, Misses, Moment, Options, Recorder, Report, Sink, Stop};
use crate::time::Instant;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Whether both versions run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// They take turns.
    One,
    /// Each has a thread.
    Two,
}

/// What one version needs to run.
pub struct Side<'a> {
    /// What runs.
    pub program: &'a Program,
    /// Who is there at the start.
    pub directory: Option<&'a Directory>,
    /// How it is run.
    pub options: Options,
}

/// A decision as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) id: DecisionId,
    pub(super) item: ItemId,
    pub(super) place: u32,
    pub(super) cause: Arc<Cause>,
    /// Item, action, group, member, arguments, status, reason, one after the other.
    pub(super) text: String,
}

/// What stands between the parts of a record's text: no text of JSON has it.
pub(super) const BREAK: char = '\u{1f}';

impl Record {
    /// The parts of the text.
    pub(super) fn parts(&self) -> [&str; 7] {
        let mut parts = self.text.splitn(7, BREAK);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

/// What is left of a version when it has run.
pub(super) struct Ran {
    pub(super) report: Report,
    pub(super) state: State,
    /// Messages received, by member.
    pub(super) messages: Vec<u32>,
    /// Tasks by role and local day.
    pub(super) tasks: BTreeMap<(String, String), u64>,
}

impl Ran {
    pub(super) fn messages_of(&self, member: &str) -> u32 {
        let number = self.state.member_number(member);
        number.and_then(|number| self.messages.get(number)).copied().unwrap_or_default()
    }
}

/// Decisions on their way, or the end.
pub(super) enum Piece {
    Some(Vec<Record>),
    End(Box<Result<Ran, Stop>>),
}

/// How many pieces may wait to be compared.
const WAITING: usize = 8;

/// How a version's name for an item is told; renamed items have the new one in both.
pub(super) type ItemName<'n> = &'n (dyn Fn(ItemSort, &str) -> String + Sync);

/// A version on its way, in this thread.
pub(super) struct Lane<'a> {
    driver: Driver<'a>,
    log: Option<LogReader>,
    sink: Gather<'a>,
}

impl<'a> Lane<'a> {
    pub(super) fn new(side: &Side<'a>, log: LogReader, misses: &'a Misses, name: ItemName<'_>) -> Lane<'a> {
        let program = side.program;
        let items = program.plan.items.iter().map(|item| name(item.sort, program.name(item.name)));
        let named = |word: &str| program.plan.names.iter().position(|name| name == word).map(|at| NameId(at as u32));
        let sink = Gather {
            items: items.collect(),
            told: ["dm", "warn"].map(named),
            task: named("task"),
            collector: Collector::new(program, misses),
            records: Vec::new(),
            messages: Vec::new(),
            tasks: FxHashMap::default(),
        };
        let driver = Driver::new(program, side.options.clone()).with_directory(side.directory);
        Lane { driver, log: Some(log), sink }
    }

    /// Runs a piece further.
    fn piece(&mut self) -> Result<Option<Vec<Record>>, Stop> {
        let Some(log) = &mut self.log else { return Ok(None) };
        match log.next_batch()? {
            Some(events) => self.driver.batch(&events, &mut self.sink)?,
            None => {
                self.driver.finish(&mut self.sink)?;
                return Ok(None);
            }
        }
        Ok(Some(std::mem::take(&mut self.sink.records)))
    }

    fn end(mut self, program: &Program) -> (Vec<Record>, Ran) {
        let records = std::mem::take(&mut self.sink.records);
        let accounts = self.log.take().map(LogReader::finish).unwrap_or_default();
        let end = self.driver.end();
        let report = self.sink.collector.finish(&end.state, end.unhappened, accounts);
        let zone = program.plan.community.calendar.zone;
        let mut tasks: BTreeMap<(String, String), u64> = BTreeMap::new();
        for ((role, day), count) in self.sink.tasks {
            let day = zone.short(day).get(..10).unwrap_or_default().to_owned();
            *tasks.entry((program.name(role).to_owned(), day)).or_default() += count;
        }
        (records, Ran { report, state: end.state, messages: self.sink.messages, tasks })
    }

    /// Runs to the end and sends everything; who does not listen any more ends it.
    pub(super) fn send(mut self, program: &Program, to: &Sender) {
        loop {
            match self.piece() {
                Ok(Some(records)) if records.is_empty() => {}
                Ok(Some(records)) => {
                    if to.0.send(Piece::Some(records)).is_err() {
                        return;
                    }
                }
                Ok(None) => break,
                Err(stop) => {
                    let _ = to.0.send(Piece::End(Box::new(Err(stop))));
                    return;
                }
            }
        }
        let (records, ran) = self.end(program);
        let _ = to.0.send(Piece::Some(records));
        let _ = to.0.send(Piece::End(Box::new(Ok(ran))));
    }
}

/// Where a version in a thread of its own sends to.
pub(super) struct Sender(SyncSender<Piece>);

/// Where the decisions of one version come from.
pub(super) enum From<'a> {
    Here(Box<Lane<'a>>, &'a Program),
    Thread(Receiver<Piece>),
    Ended,
}

/// A way from a thread to whoever compares.
pub(super) fn channel<'a>() -> (Sender, From<'a>) {
    let (to, from) = sync_channel(WAITING);
    (Sender(to), From::Thread(from))
}

/// The decisions of one version, an instant at a time.
pub(super) struct Stream<'a> {
    from: From<'a>,
    waiting: VecDeque<Record>,
    ended: Option<Ran>,
}

impl<'a> Stream<'a> {
    pub(super) fn new(from: From<'a>) -> Stream<'a> {
        Stream { from, waiting: VecDeque::new(), ended: None }
    }

    /// The time of the next decision.
    pub(super) fn next_at(&mut self) -> Result<Option<Instant>, Stop> {
        while self.waiting.is_empty() && self.pull()? {}
        Ok(self.waiting.front().map(|record| record.at))
    }

    /// All decisions of that time.
    pub(super) fn take(&mut self, at: Instant, into: &mut Vec<Record>) -> Result<(), Stop> {
        into.clear();
        while self.next_at()? == Some(at) {
            into.extend(self.waiting.pop_front());
        }
        Ok(())
    }

    /// What is left when all decisions have been taken.
    pub(super) fn ran(self) -> Option<Ran> {
        self.ended
    }

    /// Gets more; false at the end.
    fn pull(&mut self) -> Result<bool, Stop> {
        match &mut self.from {
            From::Here(lane, program) => match lane.piece()? {
                Some(records) => self.waiting.extend(records),
                None => {
                    let program = *program;
                    let From::Here(lane, _) = std::mem::replace(&mut self.from, From::Ended) else { return Ok(false) };
                    let (records, ran) = lane.end(program);
                    self.waiting.extend(records);
                    self.ended = Some(ran);
                }
            },
            From::Thread(receiver) => match receiver.recv() {
                Ok(Piece::Some(records)) => self.waiting.extend(records),
                Ok(Piece::End(end)) => {
                    self.from = From::Ended;
                    self.ended = Some((*end)?);
                }
                Err(_) => self.from = From::Ended,
            },
            From::Ended => return Ok(false),
        }
        Ok(true)
    }
}

/// Gathers decisions and figures.
struct Gather<'a> {
    items: Vec<String>,
    /// Actions that a member reads.
    told: [Option<NameId>; 2],
    task: Option<NameId>,
    collector: Collector<'a>,
    records: Vec<Record>,
    messages: Vec<u32>,
    /// By role and the start of the quarter of an hour, which no day divides.
    tasks: FxHashMap<(NameId, Instant), u64>,
}

impl Gather<'_> {
    fn record(&mut self, moment: &Moment<'_>, decision: &Decision) {
        let recorder = Recorder::new(moment.program, moment.state);
        let mut text = String::with_capacity(160);
        let state = moment.state;
        text.push_str(self.items.get(decision.item.index()).map_or("", String::as_str));
        for part in [
            moment.program.name(decision.action),
            decision.keys.group.map_or("", |group| state.group_text(group)),
            decision.keys.member.map_or("", |member| state.member_text(member)),
        ] {
            text.push(BREAK);
            text.push_str(part);
        }
        text.push(BREAK);
        recorder.args(&mut text, &decision.args);
        text.push(BREAK);
        text.push_str(decision.status.word());
        text.push(BREAK);
        if let Some(reason) = decision.reason {
            text.push_str(&reason.text(|name| moment.program.name(name)));
        }
        let (at, id, item, cause) = (decision.at, decision.id, decision.item, Arc::clone(&decision.cause));
        self.records.push(Record { at, id, item, place: decision.place.0, cause, text });
    }

    fn count(&mut self, decision: &Decision) {
        if decision.status != Status::Done {
            return;
        }
        if let Some(MemberId(member)) = decision.keys.member
            && self.told.contains(&Some(decision.action))
        {
            let member = member as usize;
            if self.messages.len() <= member {
                self.messages.resize(member + 1, 0);
            }
            if let Some(count) = self.messages.get_mut(member) {
                *count += 1;
            }
        }
        if self.task == Some(decision.action)
            && let Some((_, Value::Name(role))) = decision.args.iter().find(|(name, _)| name == "role")
        {
            const QUARTER: i64 = 15 * 60_000;
            let quarter = Instant::from_ms(decision.at.ms().div_euclid(QUARTER) * QUARTER);
            *self.tasks.entry((*role, quarter)).or_default() += 1;
        }
    }
}

impl Sink for Gather<'_> {
    fn event(&mut self, moment: &Moment<'_>, event: &Event<'_>, left_out: bool) -> io::Result<()> {
        self.collector.event(moment, event, left_out)
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        for decision in &output.decisions {
            self.record(moment, decision);
            self.count(decision);
        }
        self.collector.output(moment, output)
    }
}
