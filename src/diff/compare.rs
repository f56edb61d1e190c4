//! Goes through the decisions of both versions by time. What is the same is counted, what differs is kept.

use super::book::Changes;
use super::lane::{From, Lane, Ran, Record, Side, Stream, Threads, channel};
use super::outcome::{BudgetRow, Decided, Differing, Load, Outcome, Root, Row};
use super::people::People;
use super::trace::Tracer;
use crate::engine::Program;
use crate::log::LogReader;
use crate::plan::ItemSort;
use crate::simulate::budget::BudgetFigures;
use crate::simulate::{Misses, Stop};
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Runs both versions and compares. `full` keeps every differing decision.
///
/// # Errors
/// Where the log cannot be read on.
pub fn compare(
    sides: [&Side<'_>; 2],
    logs: [LogReader; 2],
    changes: &Changes,
    threads: Threads,
    full: bool,
) -> Result<Outcome, Stop> {
    let programs = sides.map(|side| side.program);
    let renamed = |sort: ItemSort, name: &str| changes.new_name(sort.word(), name).to_owned();
    let kept = |_: ItemSort, name: &str| name.to_owned();
    let [old, new] = sides;
    let [old_log, new_log] = logs;
    let start = |side: &Side<'_>| Misses::new(side.program.plan.items.len());
    let mut comparison = Comparison::new(changes, programs, full);
    let ran = match threads {
        Threads::One => {
            let misses = [start(old), start(new)];
            let here = |lane, program| Stream::new(From::Here(Box::new(lane), program));
            let old_lane = here(Lane::new(old, old_log, &misses[0], &renamed), old.program);
            let new_lane = here(Lane::new(new, new_log, &misses[1], &kept), new.program);
            comparison.go([old_lane, new_lane])?
        }
        Threads::Two => std::thread::scope(|scope| {
            let ((to_old, from_old), (to_new, from_new)) = (channel(), channel());
            scope.spawn(move || Lane::new(old, old_log, &start(old), &renamed).send(old.program, &to_old));
            scope.spawn(move || Lane::new(new, new_log, &start(new), &kept).send(new.program, &to_new));
            comparison.go([Stream::new(from_old), Stream::new(from_new)])
        })?,
    };
    Ok(comparison.outcome(ran))
}

struct Comparison<'a> {
    changes: &'a Changes,
    programs: [&'a Program; 2],
    tracer: Tracer<'a>,
    people: People,
    keeps_all: bool,
    same: u64,
    differing: u64,
    by_item: BTreeMap<String, u64>,
    full: Vec<Differing>,
}

impl<'a> Comparison<'a> {
    fn new(changes: &'a Changes, programs: [&'a Program; 2], keeps_all: bool) -> Comparison<'a> {
        Comparison {
            changes,
            programs,
            tracer: Tracer::new(changes, programs),
            people: People::default(),
            keeps_all,
            same: 0,
            differing: 0,
            by_item: BTreeMap::new(),
            full: Vec::new(),
        }
    }

    fn go(&mut self, streams: [Stream<'_>; 2]) -> Result<[Ran; 2], Stop> {
        let [mut old, mut new] = streams;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        loop {
            let times = [old.next_at()?, new.next_at()?];
            let Some(at) = times.into_iter().flatten().min() else { break };
            old.take(at, &mut before)?;
            new.take(at, &mut after)?;
            self.instant(at, &before, &after);
        }
        match (old.ran(), new.ran()) {
            (Some(old), Some(new)) => Ok([old, new]),
            _ => Err(Stop::Sink(std::io::Error::other("a run ended too early"))),
        }
    }

    /// Decisions of one instant: equal ones are the same whatever their order.
    fn instant(&mut self, at: Instant, before: &[Record], after: &[Record]) {
        if before.len() == after.len() && before.iter().zip(after).all(|(a, b)| a.text == b.text) {
            self.same += before.len() as u64;
            return;
        }
        let (gone, come) = only(before, after);
        self.same += (before.len() - gone.len()) as u64;
        let mut come: Vec<Option<(usize, &Record)>> = come.into_iter().map(Some).collect();
        let mut found: Vec<(usize, [Option<&Record>; 2])> = Vec::new();
        for (position, old) in gone {
            let is_other = |new: &Option<(usize, &Record)>| new.is_some_and(|(_, new)| same_subject(old, new));
            let new = come.iter_mut().find(|new| is_other(new)).and_then(Option::take);
            found.push((new.map_or(position, |(position, _)| position), [Some(old), new.map(|(_, new)| new)]));
        }
        found.extend(come.into_iter().flatten().map(|(position, new)| (position, [None, Some(new)])));
        // Causes come before what they cause.
        found.sort_by_key(|(position, _)| *position);
        for (_, sides) in found {
            self.differs(at, sides);
        }
    }

    fn differs(&mut self, at: Instant, sides: [Option<&Record>; 2]) {
        let [old, new] = sides;
        let Some(either) = new.or(old) else { return };
        let [item, action, group, member, ..] = either.parts();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let decided = |record: Option<&Record>, program: &Program| record.map(|record| decided(record, program));
        let mut differing = Differing {
            at,
            item: item.to_owned(),
            action: action.to_owned(),
            group: some(group),
            member: some(member),
            old: decided(old, self.programs[0]),
            new: decided(new, self.programs[1]),
            root: Root::Unknown,
            follows: false,
        };
        self.tracer.trace(&mut differing, sides);
        self.people.add(&differing);
        self.differing += 1;
        *self.by_item.entry(differing.item.clone()).or_default() += 1;
        if self.keeps_all {
            self.full.push(differing);
        }
    }

    fn outcome(self, ran: [Ran; 2]) -> Outcome {
        let items = self.items(&ran);
        let staff = staff(&ran);
        let budgets = self.budgets(&ran);
        let (causes, members, alike) = self.people.finish(self.programs, [&ran[0], &ran[1]]);
        let [old, new] = ran;
        Outcome {
            zone: new.report.zone,
            changes: self.changes.list.clone(),
            events: new.report.read.events,
            span: new.report.read.span,
            decisions: [old.report.decisions, new.report.decisions],
            accounts: [old.report.accounts, new.report.accounts],
            same: self.same,
            items,
            causes,
            members,
            alike,
            staff,
            budgets,
            differing: self.differing,
            full: self.full,
        }
    }

    fn budgets(&self, [old, new]: &[Ran; 2]) -> Vec<BudgetRow> {
        let new_name = |figures: &BudgetFigures| self.changes.new_name("budget", &figures.name).to_owned();
        let row =
            |figures: &BudgetFigures| BudgetRow { name: figures.name.clone(), came_to: [None, Some(figures.clone())] };
        let mut rows: Vec<BudgetRow> = new.report.budgets.iter().map(row).collect();
        for figures in &old.report.budgets {
            let (name, before) = (new_name(figures), Some(figures.clone()));
            match rows.iter_mut().find(|row| row.name == name) {
                Some(row) => row.came_to[0] = before,
                None => rows.push(BudgetRow { name, came_to: [before, None] }),
            }
        }
        rows
    }

    fn items(&self, ran: &[Ran; 2]) -> Vec<Row> {
        let mut rows: BTreeMap<(&'static str, String), Row> = BTreeMap::new();
        for (version, ran) in ran.iter().enumerate() {
            for figures in &ran.report.items {
                let name =
                    if version == 0 { self.changes.new_name(figures.sort, &figures.name) } else { &figures.name };
                let row = rows.entry((figures.sort, name.to_owned())).or_insert_with(|| Row {
                    sort: figures.sort,
                    name: name.to_owned(),
                    renamed_from: self.changes.old_name(figures.sort, name).map(str::to_owned),
                    fired: [None, None],
                    decisions: [None, None],
                    differing: self.by_item.get(name).copied().unwrap_or_default(),
                });
                let put =
                    |list: &mut [Option<u64>; 2], n| list.iter_mut().skip(version).take(1).for_each(|to| *to = Some(n));
                put(&mut row.fired, figures.fired);
                put(&mut row.decisions, figures.decisions);
            }
        }
        rows.into_values().collect()
    }
}

/// A record and its position among those of its instant.
type Placed<'r> = (usize, &'r Record);

/// Records that only one side has, with their positions.
fn only<'r>(before: &'r [Record], after: &'r [Record]) -> (Vec<Placed<'r>>, Vec<Placed<'r>>) {
    let mut count: BTreeMap<&str, i64> = BTreeMap::new();
    before.iter().for_each(|record| *count.entry(&record.text).or_default() += 1);
    after.iter().for_each(|record| *count.entry(&record.text).or_default() -= 1);
    let mut left = |records: &'r [Record], sign: i64| {
        let mut taken = Vec::new();
        for (position, record) in records.iter().enumerate().rev() {
            if let Some(count) = count.get_mut(record.text.as_str()).filter(|count| **count * sign > 0) {
                *count -= sign;
                taken.push((position, record));
            }
        }
        taken.reverse();
        taken
    };
    (left(before, 1), left(after, -1))
}

/// Whether the same item does the same thing to the same person.
fn same_subject(a: &Record, b: &Record) -> bool {
    a.parts().into_iter().zip(b.parts()).take(4).all(|(a, b)| a == b)
}

fn decided(record: &Record, program: &Program) -> Decided {
    let [.., args, status, reason] = record.parts();
    let source = program.plan.places.get(record.place as usize).cloned().unwrap_or_default();
    Decided { args: args.to_owned(), status: status.to_owned(), reason: reason.to_owned(), source }
}

fn staff(ran: &[Ran; 2]) -> Vec<Load> {
    let keys: BTreeSet<&(String, String)> = ran.iter().flat_map(|ran| ran.tasks.keys()).collect();
    let of = |ran: &Ran, key: &(String, String)| ran.tasks.get(key).copied().unwrap_or_default();
    let load = |key: &(String, String)| {
        let tasks = [of(&ran[0], key), of(&ran[1], key)];
        Load { role: key.0.clone(), day: key.1.clone(), tasks }
    };
    keys.into_iter().map(load).collect()
}
