//! Whose turn it is while a step runs, for somebody who measures, and how much a run remembers for whom. Nothing that
//! is measured can change what is decided.

use super::memory::Memory;
use super::program::Program;
use super::state::State;
use super::step::Step;
use crate::plan::ids::{ItemId, SeriesId};

/// Somebody who measures.
pub trait Meter {
    /// From now on this is worked on.
    fn turn(&self, work: Work);
}

/// What a step works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    /// Nothing: the step is over.
    Rest,
    /// Who is where, and what is common to all items.
    Facts,
    /// The past of one kind of event, kept for every item that reads it.
    Past(SeriesId),
    /// One item's conditions and actions.
    Item(ItemId),
}

/// How much is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Subjects, runs, firings: whatever is remembered one by one.
    pub entries: u64,
    /// About how many bytes of memory that takes.
    pub bytes: u64,
}

impl Step<'_> {
    pub(super) fn turn(&self, work: Work) {
        if let Some(meter) = self.meter {
            meter.turn(work);
        }
    }
}

impl Kept {
    pub(super) fn new(entries: usize, bytes: usize) -> Kept {
        Kept { entries: entries as u64, bytes: bytes as u64 }
    }

    fn of<T>(memory: &Memory<T>) -> Kept {
        Kept::new(memory.len(), memory.len() * (size_of::<T>() + size_of::<u64>()))
    }
}

impl State {
    /// How much this state remembers for whom; what has nothing is left out.
    #[must_use]
    pub fn kept(&self, program: &Program) -> Vec<(Work, Kept)> {
        let plan = &program.plan;
        let pasts = self.series.iter().enumerate().map(|(id, state)| (Work::Past(SeriesId(id as u32)), state.kept()));
        let silences =
            program.silences().zip(&self.silences).map(|(item, memory)| (Work::Item(item), Kept::of(memory)));
        let onces = plan.handlers.iter().map(|handler| (handler.item, handler.once));
        let onces = onces.chain(plan.timelines.iter().map(|timeline| (timeline.item, timeline.once)));
        let onces = onces.filter_map(|(item, once)| Some((item, self.onces.get(once?.memory.index())?)));
        let onces = onces.map(|(item, fired)| (Work::Item(item), Kept::of(&fired.at)));
        let runs = plan.timelines.iter().zip(&self.run_of);
        let runs = runs.map(|(timeline, runs)| (Work::Item(timeline.item), runs.len()));
        let runs = runs.map(|(work, runs)| (work, Kept::new(runs, runs * super::flow::ROOM_OF_RUN)));
        let latches = plan.latches.iter().zip(&self.latches);
        let latches = latches.map(|(latch, standing)| (Work::Item(latch.item), Kept::of(standing)));
        let strikes = plan.tallies.iter().zip(&self.strikes);
        let strikes = strikes.map(|(tally, books)| (Work::Item(tally.item), Kept::of(books)));
        let counted = plan.limits.iter().zip(&self.counted);
        let counted = counted.map(|(limit, counted)| (Work::Item(limit.item), Kept::of(counted)));
        let subjects = self.persons.len() + self.groups.len() + self.memberships.len();
        let facts = Kept::new(subjects, self.room_of_subjects());
        let all = pasts.chain(silences).chain(onces).chain(runs).chain(latches).chain(strikes).chain(counted);
        all.chain([(Work::Facts, facts)]).filter(|(_, kept)| kept.entries > 0).collect()
    }
}
