//! Some of the rules alone: a run in which the others sleep costs what these cost, however many there are.

use super::program::{HushId, Program};
use super::state::State;
use crate::plan::ids::HandlerId;

/// The handlers that take part in a run: no other is woken. Flows, segments, tiers, ladders and limits always take part.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// In the order of items.
    pub(super) handlers: Vec<HandlerId>,
    pub(super) silences: Vec<HushId>,
    /// Positions in the plan's schedules.
    pub(super) schedules: Vec<u32>,
}

impl Cast {
    /// These handlers with what wakes them; `schedules` are the positions of their schedules in the plan.
    #[must_use]
    pub fn new(program: &Program, mut handlers: Vec<HandlerId>, mut schedules: Vec<u32>) -> Cast {
        handlers.sort_unstable();
        handlers.dedup();
        schedules.sort_unstable();
        schedules.dedup();
        let mut silences: Vec<HushId> = handlers.iter().flat_map(|id| program.silences_of(*id)).collect();
        silences.sort_unstable();
        silences.dedup();
        Cast { handlers, silences, schedules }
    }
}

impl State {
    /// The same, in which only these rules ever act.
    #[must_use]
    pub fn with_cast(mut self, cast: Cast) -> State {
        self.cast = Some(cast);
        self
    }
}
