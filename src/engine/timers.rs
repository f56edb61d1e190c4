//! What is due when. Timers of one instant come in a fixed order; a timer that lost its reason is passed over when it
//! comes up, so that nothing needs to be searched for to cancel it.

use super::program::HushId;
use crate::plan::expr::Keys;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The queue of timers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Timers {
    queue: BinaryHeap<Reverse<Timer>>,
}

/// One timer. The order of the fields is the order in which timers of one instant come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Timer {
    pub(super) at: Instant,
    pub(super) class: Class,
    /// Within scheduled work the item, 0 otherwise.
    pub(super) item: u32,
    /// The order of creation; within scheduled work the position.
    pub(super) sequence: u64,
    pub(super) due: Due,
}

/// At one instant: due times, then tests of segments and tiers, then metrics, then other scheduled items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Class {
    Due,
    Test,
    Metric,
    Schedule,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Due {
    /// The next step of a run, unless the run has been replanned since (`plan`).
    Step {
        run: u64,
        plan: u32,
    },
    Silence {
        hush: HushId,
        keys: Keys,
    },
    /// What was deferred is tried again, or an approval expires.
    Hold(u64),
    Task {
        task: u64,
        plan: u32,
    },
    /// The local midnight at which segments, tiers and goals are tested.
    Midnight,
    /// Position in the plan's schedules.
    Schedule(u32),
}

impl Timers {
    pub(super) fn push(&mut self, timer: Timer) {
        self.queue.push(Reverse(timer));
    }

    /// When the next timer is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.queue.peek().map(|Reverse(timer)| timer.at)
    }

    pub(super) fn peek(&self) -> Option<&Timer> {
        self.queue.peek().map(|Reverse(timer)| timer)
    }

    /// All of them, in no order.
    pub(super) fn into_list(self) -> Vec<Timer> {
        self.queue.into_iter().map(|Reverse(timer)| timer).collect()
    }

    pub(super) fn pop(&mut self) -> Option<Timer> {
        self.queue.pop().map(|Reverse(timer)| timer)
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }
}
