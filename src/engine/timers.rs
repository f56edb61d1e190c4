//! What is due when. Timers of one instant come in a fixed order; a timer that lost its reason is passed over when it
//! comes up, and cleared away when such are many, so that nothing needs to be searched for to cancel it.

use super::program::HushId;
use crate::plan::expr::Keys;
use crate::time::Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many bits of a time choose a slot.
const BITS: u32 = 6;
/// How many slots a level has.
const SLOTS: usize = 1 << BITS;
/// How many levels it takes for all times.
const LEVELS: usize = 64_usize.div_ceil(BITS as usize);

/// The queue of timers.
///
/// A radix heap after Ahuja, Mehlhorn, Orlin and Tarjan, "Faster algorithms for the shortest path problem" (1990): time never
/// goes back, so a timer lies in the slot of the highest digit in which its time differs from the last time that came up.
/// What comes up next lies in the first slot that holds anything; its timers go to lower levels or are due. Each timer moves
/// a few times at most, always in a row with its neighbours, however many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    /// Due at the last time that came up, or before.
    due: BinaryHeap<Reverse<Timer>>,
    levels: Vec<Level>,
    /// The last time that came up.
    last: Option<Instant>,
    /// How many timers lie in the levels.
    ahead: usize,
    /// How many there were after those that lost their reason had last been cleared away.
    kept: usize,
}

/// The timers whose times first differ from the last time that came up in one digit, by that digit.
#[derive(Clone, Debug, Default)]
struct Level {
    /// None as long as none has been needed.
    slots: Vec<Slot>,
    /// Which slots hold something, as bits.
    taken: u64,
}

#[derive(Clone, Debug, Default)]
struct Slot {
    timers: Vec<Timer>,
    /// The earliest of their times.
    first: Instant,
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

/// A time as a number that grows with it.
fn key(at: Instant) -> u64 {
    (at.ms() as u64) ^ (1 << 63)
}

impl Timers {
    pub(super) fn push(&mut self, timer: Timer) {
        let last = self.last.map_or(0, key);
        let Some(differs) = (key(timer.at) ^ last).checked_ilog2().filter(|_| key(timer.at) > last) else {
            return self.due.push(Reverse(timer));
        };
        let number = differs / BITS;
        let digit = (key(timer.at) >> (number * BITS)) as usize % SLOTS;
        if self.levels.is_empty() {
            self.levels.resize(LEVELS, Level::default());
        }
        let Some(level) = self.levels.get_mut(number as usize) else { return };
        if level.slots.is_empty() {
            level.slots.resize(SLOTS, Slot::default());
        }
        let Some(slot) = level.slots.get_mut(digit) else { return };
        if slot.timers.is_empty() || timer.at < slot.first {
            slot.first = timer.at;
        }
        slot.timers.push(timer);
        level.taken |= 1 << digit;
        self.ahead += 1;
    }

    /// When the next timer is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        match self.due.peek() {
            Some(Reverse(timer)) => Some(timer.at),
            None => self.first_slot().map(|slot| slot.first),
        }
    }

    /// The next timer.
    pub(super) fn peek(&mut self) -> Option<&Timer> {
        self.come_up();
        self.due.peek().map(|Reverse(timer)| timer)
    }

    pub(super) fn pop(&mut self) -> Option<Timer> {
        self.come_up();
        self.due.pop().map(|Reverse(timer)| timer)
    }

    pub(super) fn len(&self) -> usize {
        self.due.len() + self.ahead
    }

    /// Whether so many have been set since the last clearing that another one costs no more than the setting did.
    pub(super) fn wants_clearing(&self) -> bool {
        self.len() > 2 * self.kept + 1024
    }

    /// Keeps those that have not lost their reason.
    pub(super) fn retain(&mut self, mut lives: impl FnMut(&Timer) -> bool) {
        self.due.retain(|Reverse(timer)| lives(timer));
        let ahead: Vec<Timer> = self.levels.iter_mut().flat_map(Level::take_all).filter(lives).collect();
        self.ahead = 0;
        ahead.into_iter().for_each(|timer| self.push(timer));
        self.kept = self.len();
    }

    /// All of them, in no order.
    pub(super) fn into_list(mut self) -> Vec<Timer> {
        let ahead: Vec<Timer> = self.levels.iter_mut().flat_map(Level::take_all).collect();
        self.due.into_iter().map(|Reverse(timer)| timer).chain(ahead).collect()
    }

    /// The slot in which the next timers lie, where none is due.
    fn first_slot(&self) -> Option<&Slot> {
        let level = self.levels.iter().find(|level| level.taken != 0)?;
        level.slots.get(level.taken.trailing_zeros() as usize)
    }

    /// Where none is due, time goes on to the next.
    fn come_up(&mut self) {
        if !self.due.is_empty() {
            return;
        }
        let Some(level) = self.levels.iter_mut().find(|level| level.taken != 0) else { return };
        let Some((first, timers)) = level.take_first() else { return };
        self.last = Some(first);
        self.ahead -= timers.len();
        timers.into_iter().for_each(|timer| self.push(timer));
    }
}

impl Level {
    fn take_first(&mut self) -> Option<(Instant, Vec<Timer>)> {
        let digit = self.taken.trailing_zeros();
        let slot = self.slots.get_mut(digit as usize)?;
        self.taken &= !(1 << digit);
        Some((slot.first, std::mem::take(&mut slot.timers)))
    }

    fn take_all(&mut self) -> Vec<Timer> {
        self.taken = 0;
        self.slots.iter_mut().flat_map(|slot| std::mem::take(&mut slot.timers)).collect()
    }
}

/// Which timers there are says it all.
impl Serialize for Timers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let slots = self.levels.iter().flat_map(|level| &level.slots);
        let ahead = slots.flat_map(|slot| &slot.timers);
        let mut timers: Vec<&Timer> = self.due.iter().map(|Reverse(timer)| timer).chain(ahead).collect();
        timers.sort_unstable();
        timers.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut timers = Timers::default();
        let list: Vec<Timer> = Deserialize::deserialize(deserializer)?;
        list.into_iter().for_each(|timer| timers.push(timer));
        Ok(timers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timer(at: i64, sequence: u64) -> Timer {
        Timer { at: Instant::from_ms(at), class: Class::Due, item: 0, sequence, due: Due::Midnight }
    }

    /// How far ahead timers are set: at once, soon, in days, at the end of time, and now and then in the past.
    fn ahead() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0), -5_i64..50, 0_i64..5_000, 0_i64..100_000_000_000, Just(i64::MAX)]
    }

    proptest! {
        #[test]
        fn they_come_up_as_from_a_sorted_list(
            begin in prop_oneof![Just(i64::MIN), Just(-1), Just(0), Just(1_700_000_000_000)],
            steps in proptest::collection::vec((proptest::collection::vec(ahead(), 0..6), 0_usize..5, any::<u8>()), 0..60),
        ) {
            let (mut timers, mut list) = (Timers::default(), Vec::new());
            let (mut now, mut sequence) = (begin, 0);
            for (set, come, what) in steps {
                for ahead in set {
                    sequence += 1;
                    // Some are set in another order than that in which they come at one instant.
                    let timer = timer(now.saturating_add(ahead), sequence ^ u64::from(what & 3));
                    timers.push(timer);
                    list.push(timer);
                }
                list.sort_unstable();
                prop_assert_eq!(timers.len(), list.len());
                if what % 7 == 0 {
                    timers.retain(|timer| timer.sequence % 3 != 0);
                    list.retain(|timer| timer.sequence % 3 != 0);
                }
                if what % 11 == 0 {
                    let text = serde_json::to_string(&timers).unwrap();
                    timers = serde_json::from_str(&text).unwrap();
                }
                for _ in 0..come {
                    prop_assert_eq!(timers.next_at(), list.first().map(|timer| timer.at));
                    if what % 2 == 0 {
                        prop_assert_eq!(timers.peek(), list.first());
                    }
                    let popped = timers.pop();
                    prop_assert_eq!(popped, (!list.is_empty()).then(|| list.remove(0)));
                    now = popped.map_or(now, |timer| now.max(timer.at.ms()));
                }
            }
        }
    }
}
