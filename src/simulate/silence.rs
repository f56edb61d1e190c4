//! Why an item decided nothing.

use super::collect::Collector;
use super::misses::{ConditionMisses, ItemMisses, Misses, PartMisses};
use super::report::{Nearest, Silence};
use super::words;
use crate::engine::Program;
use crate::plan::expr::Expr;
use crate::plan::ids::{ItemId, KindId};

/// Why this item decided nothing.
pub(super) fn silence(program: &Program, misses: &Misses, seen: &Collector<'_>, item: ItemId) -> Silence {
    let mut misses = misses.of(item).unwrap_or_default();
    // Which condition was met first says nothing, and hangs on how the log was run.
    misses.conditions.sort_by_cached_key(|condition| {
        condition.parts.iter().map(|part| words::condition(program, &part.part)).collect::<Vec<_>>()
    });
    Silence {
        tested: misses.tested,
        nearest: nearest(program, &misses),
        stopped_by: stopped_by(program, &misses),
        unheard: if misses.tested == 0 { unheard(program, seen, item) } else { Vec::new() },
        strikes: strikes(program, seen, item),
    }
}

/// The part furthest on the way: in the last of the conditions, the last part that stopped anything.
fn nearest(program: &Program, misses: &ItemMisses) -> Option<Nearest> {
    let furthest = |condition: &ConditionMisses| condition.parts.iter().rposition(PartMisses::has_stopped);
    let latest = misses.conditions.iter().max_by_key(|condition| (condition.gate, furthest(condition)))?;
    let part = latest.parts.iter().rev().find(|part| part.has_stopped())?;
    let constant = matches!(&part.part, Expr::Compare { right, .. } if matches!(**right, Expr::Const(_)));
    let near = part.nearest.as_ref();
    Some(Nearest {
        part: words::condition(program, &part.part),
        reached: part.failed + part.unknown,
        unknown: part.unknown,
        left: near.map(|near| words::value(program, &near.left)),
        right: near.filter(|_| !constant).map(|near| words::value(program, &near.right)),
    })
}

/// The part that stopped it most often.
fn stopped_by(program: &Program, misses: &ItemMisses) -> Option<(String, u64)> {
    let parts = misses.conditions.iter().flat_map(|condition| &condition.parts);
    let mut most: Option<&PartMisses> = None;
    for part in parts {
        if most.is_none_or(|most| part.stopped() > most.stopped()) {
            most = Some(part);
        }
    }
    most.map(|part| (words::condition(program, &part.part), part.stopped()))
}

impl PartMisses {
    fn stopped(&self) -> u64 {
        self.failed + self.unknown
    }

    fn has_stopped(&self) -> bool {
        self.stopped() > 0
    }
}

/// The events that an item waits for and that the log does not have.
fn unheard(program: &Program, seen: &Collector<'_>, item: ItemId) -> Vec<String> {
    let mut kinds: Vec<KindId> = Vec::new();
    let plan = &program.plan;
    kinds.extend(plan.handlers.iter().filter(|h| h.item == item).flat_map(|h| h.events.iter().copied()));
    let timelines = plan.timelines.iter().filter(|t| t.item == item);
    let starts = timelines.flat_map(|t| &t.edges).filter(|edge| edge.sort == crate::plan::EdgeSort::Start);
    kinds.extend(starts.map(|edge| edge.kind));
    kinds.sort_unstable();
    kinds.dedup();
    let silent = kinds.into_iter().filter(|kind| seen.heard(kind.index()) == 0);
    silent.filter_map(|kind| plan.kinds.get(kind.index())).map(|kind| kind.name.clone()).collect()
}

/// Of a ladder: the highest sum of strikes, and what its first step needs.
fn strikes(program: &Program, seen: &Collector<'_>, item: ItemId) -> Option<(u64, u32)> {
    let tally = program.plan.tallies.iter().find(|tally| tally.item == item)?;
    let (first, _) = tally.steps.first()?;
    Some((seen.strikes.get(&tally.name).copied().unwrap_or_default(), *first))
}
