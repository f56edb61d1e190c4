//! What follows from what happened, until its time has come.

use super::population::{GroupId, MemberId};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that will happen, if it still can then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Later {
    /// A group is founded; with those that are there from the beginning nobody new comes in.
    Found { group: GroupId, first: bool },
    /// A role is granted or taken away.
    Role { group: GroupId, member: MemberId, role: Role, granted: bool },
    /// Somebody joins a group.
    Join { group: GroupId, member: MemberId, by: Way },
    /// One of a wave of newcomers joins, and so many more after.
    Wave { group: GroupId, by: Way, more: u16 },
    /// Somebody leaves.
    Leave { group: GroupId, member: MemberId },
    /// Somebody is put out by staff.
    Remove { group: GroupId, member: MemberId },
    /// A newcomer says the first words.
    FirstWords { group: GroupId, member: MemberId },
    /// A conversation goes on.
    Answer { group: GroupId, speaker: MemberId, before: MemberId, message: u32 },
    /// Somebody likes a message.
    React { group: GroupId },
    /// Somebody opens a link.
    Click { group: GroupId },
    /// Somebody goes on writing far too fast.
    Flood { group: GroupId, member: MemberId, more: u16 },
    /// An account of a campaign posts its link, and so many more after.
    Spam { group: GroupId, member: MemberId, more: u16, campaign: u32 },
    /// A member is reported.
    Report { group: GroupId, member: MemberId, reason: u8 },
    /// Somebody gets a reward for a newcomer.
    Refer { member: MemberId, invitee: MemberId },
    /// Somebody gets money back.
    Refund { group: Option<GroupId>, member: MemberId, cents: u32 },
    /// A live event is moved or called off.
    Move { group: GroupId, live: u32, starts: u32, off: bool },
    /// Somebody attends a live event, and so many more after.
    Attend { group: GroupId, live: u32, more: u16 },
    /// Somebody opens a red packet, and so many more after; what is left of it.
    Claim { group: GroupId, rank: u8, more: u8, cents: u32, sent: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Owner,
    Admin,
}

impl Role {
    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
        }
    }
}

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By a channel, and which.
    Channel(u8),
    /// By a channel that brings many at once, and which.
    Campaign(u8),
    /// A member brought them.
    Invited(MemberId),
    /// They were there before.
    Again,
}

/// What is due, by second, then in the order in which it was put in.
///
/// Most of what follows comes within minutes. It has a heap of its own, which stays small and near however much waits for
/// days.
#[derive(Debug, Default)]
pub(super) struct Queue {
    soon: BinaryHeap<Waiting>,
    late: BinaryHeap<Waiting>,
    count: u32,
    /// When something was taken out last.
    now: u32,
}

/// What lies farther ahead comes late.
const SOON: u32 = 600;

/// What waits; the greatest is the one that is due first.
#[derive(Debug)]
struct Waiting {
    /// The second, then the count: no two have the same.
    key: u64,
    later: Later,
}

impl Waiting {
    fn at(&self) -> u32 {
        (self.key >> 32) as u32
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        self.key == other.key
    }
}

impl Eq for Waiting {}

impl Queue {
    #[inline]
    pub(super) fn put(&mut self, at: u32, later: Later) {
        self.count = self.count.wrapping_add(1);
        let heap = if at < self.now.saturating_add(SOON) { &mut self.soon } else { &mut self.late };
        heap.push(Waiting { key: u64::from(at) << 32 | u64::from(self.count), later });
    }

    /// When something is due next.
    #[inline]
    pub(super) fn next(&self) -> Option<u32> {
        self.soon.peek().max(self.late.peek()).map(Waiting::at)
    }

    #[inline]
    pub(super) fn take(&mut self) -> Option<(u32, Later)> {
        let heap = if self.soon.peek() > self.late.peek() { &mut self.soon } else { &mut self.late };
        let first = heap.pop()?;
        self.now = first.at();
        Some((self.now, first.later))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_at_one_time_keeps_its_order() {
        let mut queue = Queue::default();
        let react = |group| Later::React { group: GroupId(group) };
        for (at, group) in [(5, 1), (3, 2), (5, 0), (3, 9), (9_999, 4)] {
            queue.put(at, react(group));
        }
        assert_eq!(queue.next(), Some(3));
        let order: Vec<_> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(order, [(3, react(2)), (3, react(9)), (5, react(1)), (5, react(0)), (9_999, react(4))]);
    }
}
