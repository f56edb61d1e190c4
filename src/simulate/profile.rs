//! Where the time of a run went and for whom it remembers how much: the only part of a simulation that looks at a clock
//! of the real world, and nothing of it gets into what is decided.

use crate::engine::{Kept, Meter, Program, State, Work};
use crate::plan::ids::{ItemId, SeriesId};
use crate::plan::{KeyPart, Series};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Measures a run while it goes on.
#[derive(Debug)]
pub struct Profile {
    begun: Instant,
    /// Since when the work at hand has been at hand.
    since: Cell<Instant>,
    work: Cell<Work>,
    rest: Cell<Spent>,
    facts: Cell<Spent>,
    pasts: Vec<Cell<Spent>>,
    items: Vec<Cell<Spent>>,
}

/// What something has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How long it was worked on.
    pub time: Duration,
    /// How often it was begun with.
    pub turns: u64,
}

/// Where the time of a run went.
#[derive(Clone, Debug)]
pub struct Costs {
    /// The whole run, with reading and writing.
    pub whole: Duration,
    /// The engine alone.
    pub engine: Duration,
    /// The most expensive first; what never had a turn and remembers nothing is left out.
    pub lines: Vec<Cost>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// `rule flood`, `past of message.posted by group, member`
    pub what: String,
    /// For a past, the items that read it.
    pub readers: Vec<String>,
    pub spent: Spent,
    pub kept: Kept,
}

impl Profile {
    /// Begins to measure.
    #[must_use]
    pub fn new(program: &Program) -> Profile {
        let (now, none) = (Instant::now(), || Cell::new(Spent::default()));
        Profile {
            begun: now,
            since: Cell::new(now),
            work: Cell::new(Work::Rest),
            rest: none(),
            facts: none(),
            pasts: program.plan.series.iter().map(|_| none()).collect(),
            items: program.plan.items.iter().map(|_| none()).collect(),
        }
    }

    /// What has been spent on some work.
    fn of(&self, work: Work) -> &Cell<Spent> {
        let of = match work {
            Work::Rest => None,
            Work::Facts => Some(&self.facts),
            Work::Past(series) => self.pasts.get(series.index()),
            Work::Item(item) => self.items.get(item.index()),
        };
        of.unwrap_or(&self.rest)
    }

    /// What the run has cost so far.
    #[must_use]
    pub fn costs(&self, program: &Program, state: &State) -> Costs {
        let (kept, readers) = (state.kept(program), program.plan.readers());
        let works = std::iter::once(Work::Facts)
            .chain((0..self.pasts.len()).map(|id| Work::Past(SeriesId(id as u32))))
            .chain((0..self.items.len()).map(|id| Work::Item(ItemId(id as u32))));
        let cost = |work: Work| Cost {
            what: title(program, work),
            readers: match work {
                Work::Past(id) => readers.get(id.index()).into_iter().flatten().map(|id| item(program, *id)).collect(),
                _ => Vec::new(),
            },
            spent: self.of(work).get(),
            kept: kept.iter().filter(|(of, _)| *of == work).fold(Kept::default(), |sum, (_, more)| Kept {
                entries: sum.entries + more.entries,
                bytes: sum.bytes + more.bytes,
            }),
        };
        let mut lines: Vec<Cost> =
            works.map(cost).filter(|cost| cost.spent.turns > 0 || cost.kept.entries > 0).collect();
        lines.sort_by_key(|cost| std::cmp::Reverse(cost.spent.time));
        Costs { whole: self.begun.elapsed(), engine: lines.iter().map(|cost| cost.spent.time).sum(), lines }
    }
}

impl Meter for Profile {
    fn turn(&self, work: Work) {
        let now = Instant::now();
        let before = self.of(self.work.replace(work));
        let spent = before.get();
        before.set(Spent { time: spent.time + (now - self.since.replace(now)), ..spent });
        let begun = self.of(work);
        let spent = begun.get();
        begun.set(Spent { turns: spent.turns + 1, ..spent });
    }
}

fn title(program: &Program, work: Work) -> String {
    match work {
        Work::Rest => String::new(),
        Work::Facts => "who is where".to_owned(),
        Work::Past(id) => program.plan.series.get(id.index()).map_or_else(String::new, |series| past(program, series)),
        Work::Item(id) => item(program, id),
    }
}

/// `rule flood`
fn item(program: &Program, id: ItemId) -> String {
    let sort = program.plan.items.get(id.index()).map_or("", |item| item.sort.word());
    format!("{sort} {}", program.item_name(id))
}

/// `past of message.posted by group, member`
fn past(program: &Program, series: &Series) -> String {
    let kind = program.plan.kinds.get(series.kind.index());
    let field = |position: u8| kind.and_then(|kind| kind.fields.get(usize::from(position))).map(|field| &*field.name);
    let part = |part: &KeyPart| match part {
        KeyPart::Group => "group",
        KeyPart::Member => "member",
        KeyPart::Field(position) => field(*position).unwrap_or_default(),
    };
    let key: Vec<&str> = series.key.iter().map(part).collect();
    let by = if key.is_empty() { String::new() } else { format!(" by {}", key.join(", ")) };
    let some = if series.filter.is_some() { " where …" } else { "" };
    format!("past of {}{some}{by}", kind.map_or("", |kind| &kind.name))
}
