//! Running the groups of a community apart: each part takes some groups, and what the parts decide is put together again
//! in the very order in which one run over all groups would have decided it.
//!
//! Most inputs concern one group, so one part answers them. What concerns several parts (the start, the instants of
//! schedules, what staff decide) is marked with places that say where in its handling an answer came about. What is
//! created carries a number that grows with the input that created it, so that timers of several parts can be ordered.

use super::input::Event;
use super::state::State;
use super::step::Step;
use super::timers::{Class, Timer};
use crate::plan::ids::GroupId;
use crate::time::Instant;
use compact_str::CompactString;
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::hash::Hasher;
use std::sync::Arc;

/// Which of the parts of a community a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 0.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Part {
    /// Whether a group belongs to this part.
    #[must_use]
    pub fn has(self, group: &str) -> bool {
        let mut hasher = FxHasher::default();
        hasher.write(group.as_bytes());
        // The upper half: the lower bits of this hash depend on few of the text's.
        (hasher.finish() >> 32) as u32 % self.of.max(1) == self.number
    }

    /// Whether an event belongs to this part; one that names no group concerns all parts.
    #[must_use]
    pub fn concerns(self, event: &Event<'_>) -> bool {
        event.group.is_none_or(|group| self.has(group))
    }
}

/// Where in the handling of one input something came about.
///
/// Places are ordered as a run over all groups comes to them: first what the input itself does, then its cascade, level by
/// level, then the sanctions that have come together and what they cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// How often sanctions had been settled before.
    round: u16,
    /// How many internal events lie between it and where the round began.
    level: u16,
    root: Root,
    /// Which of the events that came from the root it goes back to, and which of those that came from that.
    path: SmallVec<[u32; 4]>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Root {
    /// In the order in which an input is gone through: groups by id within each part of an item.
    Input { stage: Stage, item: u32, part: u32, group: CompactString },
    /// A membership's sanctions, from where the first of them came together.
    Sanctions(Arc<Place>),
}

/// What an input does itself, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    React,
    Staff,
}

/// From here on in an output all came about at one place.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Where.
    pub place: Arc<Place>,
    /// How many decisions, samples and notes come before.
    pub before: [usize; 3],
    /// The number of what was created last.
    pub created: u64,
}

/// Keeps track of the place while an input that concerns several parts is handled.
#[derive(Debug, Default)]
pub(super) struct Trail {
    here: Option<Arc<Place>>,
    /// How many events have come from here.
    children: u32,
    /// The places of the events in the queue.
    queue: VecDeque<Option<Arc<Place>>>,
    rounds: u16,
}

impl Step<'_> {
    /// The input itself is at this item, for this group.
    pub(super) fn at_root(&mut self, stage: Stage, item: u32, part: u32, group: Option<GroupId>) {
        let Some(trail) = &mut self.trail else { return };
        let group = group.map(|group| self.state.group_text(group).into()).unwrap_or_default();
        let root = Root::Input { stage, item, part, group };
        if trail.here.as_ref().is_some_and(|here| here.root == root && here.level == 0 && here.round == 0) {
            return;
        }
        trail.here = Some(Arc::new(Place { round: 0, level: 0, root, path: SmallVec::new() }));
        trail.children = 0;
        self.mark();
    }

    /// Whether what is handled is the input itself, not an event that came from it.
    pub(super) fn is_at_root(&self) -> bool {
        let here = self.trail.as_ref().and_then(|trail| trail.here.as_ref());
        here.is_none_or(|here| here.level == 0 && here.round == 0)
    }

    /// Where what is handled now is.
    pub(super) fn here(&self) -> Option<Arc<Place>> {
        self.trail.as_ref()?.here.clone()
    }

    /// An event that comes from here goes into the queue.
    pub(super) fn trail_emits(&mut self) {
        let Some(trail) = &mut self.trail else { return };
        let child = trail.here.as_deref().map(|here| {
            let mut path = here.path.clone();
            path.push(trail.children);
            Arc::new(Place { level: here.level + 1, path, ..here.clone() })
        });
        trail.children += 1;
        trail.queue.push_back(child);
    }

    /// The next event of the queue is handled.
    pub(super) fn trail_handles(&mut self) {
        let Some(trail) = &mut self.trail else { return };
        trail.here = trail.queue.pop_front().flatten();
        trail.children = 0;
        self.mark();
    }

    /// Sanctions are about to be settled.
    pub(super) fn trail_settles(&mut self) {
        if let Some(trail) = &mut self.trail {
            trail.rounds += 1;
        }
    }

    /// The sanctions of a membership are settled, the first of which came together there.
    pub(super) fn at_sanctions(&mut self, from: Option<Arc<Place>>) {
        let Some(trail) = &mut self.trail else { return };
        trail.here = from.map(|from| {
            let root = Root::Sanctions(from);
            Arc::new(Place { round: trail.rounds, level: 0, root, path: SmallVec::new() })
        });
        trail.children = 0;
        self.mark();
    }

    fn mark(&mut self) {
        if let Some(place) = self.here() {
            let before = [self.out.decisions.len(), self.out.samples.len(), self.out.notes.len()];
            self.out.marks.push(Mark { place, before, created: self.state.sequence });
        }
    }
}

/// A timer that is next, for those who run parts side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Timers of one instant come by these.
    order: (Instant, Class, u32),
    /// The number under which it was created; of scheduled work the position.
    pub number: u64,
}

impl Turn {
    /// Whether all parts have this timer at the same time, and it is one input of them all.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.order.1 != Class::Due
    }

    /// The order of two timers, but for those that come in the order in which they were created.
    #[must_use]
    pub fn order(&self, other: &Turn) -> std::cmp::Ordering {
        let order = self.order.cmp(&other.order);
        if self.is_shared() { order.then(self.number.cmp(&other.number)) } else { order }
    }
}

impl State {
    /// This run takes a part of the community's groups.
    pub fn take_part(&mut self, part: Part) {
        self.part = Some(part);
    }

    /// Whether a group is one that this run takes.
    pub(super) fn is_mine(&self, group: &str) -> bool {
        self.part.is_none_or(|part| part.has(group))
    }

    /// From here on, what is created comes after all that was created before the input of this number, and where
    /// `itself` before that it creates itself.
    pub fn count_from(&mut self, input: u32, itself: bool) {
        self.sequence = self.sequence.max(u64::from(input) << 32 | u64::from(itself) << 31);
    }

    /// The number of what was created last.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.sequence
    }

    /// The timer that comes next.
    #[must_use]
    pub fn next_turn(&mut self) -> Option<Turn> {
        let Timer { at, class, item, sequence, .. } = *self.timers.peek()?;
        Some(Turn { order: (at, class, item), number: sequence })
    }

    /// The ids of members and groups that have been met since so many of each were known.
    #[must_use]
    pub fn met_since(&self, members: usize, groups: usize) -> (Vec<CompactString>, Vec<CompactString>) {
        (self.member_ids.since(members), self.group_ids.since(groups))
    }

    /// Meets members and groups by their ids; answers their numbers here.
    pub fn meet_ids(&mut self, members: &[CompactString], groups: &[CompactString]) -> (Vec<u32>, Vec<u32>) {
        let members = members.iter().map(|id| self.member_id(id).0).collect();
        (members, groups.iter().map(|id| self.group_id(id).0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_take_about_as_many_groups_each() {
        for of in [2, 3, 7] {
            let of_part = |number: u32| {
                let part = Part { number, of };
                (0..9_000).filter(|group| part.has(&format!("g{group:04}"))).count()
            };
            let counts: Vec<usize> = (0..of).map(of_part).collect();
            assert_eq!(counts.iter().sum::<usize>(), 9_000);
            let fair = 9_000 / of as usize;
            assert!(counts.iter().all(|count| count.abs_diff(fair) < fair / 5), "{counts:?}");
        }
    }
}
