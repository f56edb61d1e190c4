//! Who is there before the log begins, and what is planned for its length.

use super::directory;
use super::population::{GroupId, MemberId};
use super::queue::Later;
use super::story::{DAY, Generator, Pace, Spread};

/// The least length of a log in which groups fall silent: a rule that waits for a week must be able to see it.
const SILENCE: u32 = 10 * DAY;

/// Seven tenths of the groups are there, and two fifths of the members; of those who come later there are no more than
/// the log has room for.
pub(super) fn set(story: &mut Generator, groups: u32) {
    let (members, events) = (story.people.members(), story.events);
    let newcomers = (members / 5 * 3).min(events / 10).min(members - 1);
    let old = members - newcomers;
    let campaigns = if events < 500 { 0 } else { (events / 40_000).max(1) };
    let floods = if events < 200 { 0 } else { (events / 4_000).max(1) };
    let campaigns = Spread::new(campaigns, events, &mut story.random);
    let floods = Spread::new(floods, events, &mut story.random);
    story.pace = Pace { newcomers, old, floods, campaigns };
    let first = groups - groups * 3 / 10;
    found(story, first, old);
    gather(story, old);
    quiet(story, groups);
    announce(story, first);
    if first < groups {
        let at = founding(story, 0, groups - first);
        story.queue.put(at, Later::Found { group: GroupId(first), first: false });
    }
}

/// The first groups and their owners, who go round.
fn found(story: &mut Generator, first: u32, old: u32) {
    for _ in 0..old {
        story.people.newcomer();
    }
    for number in 0..first {
        let owner = MemberId(number % old);
        if let Some(group) = story.people.found(owner) {
            story.people.join(group, owner, &mut story.random);
        }
    }
}

/// Everybody is somewhere, some in several groups.
fn gather(story: &mut Generator, old: u32) {
    for member in (0..old).map(MemberId) {
        let more = if story.random.percent(25) { story.random.between(2, 3) } else { 1 };
        for _ in 0..more {
            let group = story.people.some_group(0, &mut story.random);
            story.people.join(group, member, &mut story.random);
        }
    }
}

/// A quarter of the groups fall silent for a while, a few for good; never the first.
fn quiet(story: &mut Generator, groups: u32) {
    let seconds = story.seconds();
    if seconds < SILENCE {
        return;
    }
    for group in (1..groups).map(GroupId) {
        let length = story.random.between(9 * DAY, 35 * DAY).min(seconds - DAY);
        let from = story.random.below(seconds - length);
        match story.random.below(100) {
            0..25 => story.people.silence(group, from, from + length),
            25..29 => story.people.silence(group, from, u32::MAX),
            _ => {}
        }
    }
}

/// The log begins with the groups that are there and with who leads them, so that it can be read without a directory.
fn announce(story: &mut Generator, first: u32) {
    for group in (0..first).map(GroupId) {
        story.queue.put(0, Later::Found { group, first: true });
        for (member, role) in directory::leaders(&story.people, group) {
            story.queue.put(0, Later::Role { group, member, role, granted: true });
        }
    }
}

/// When the next group is founded, so many after the first ones: anywhere in its part of the log.
pub(super) fn founding(story: &mut Generator, done: u32, total: u32) -> u32 {
    let part = story.seconds() / total.max(1);
    let part_begin = u64::from(story.seconds()) * u64::from(done) / u64::from(total.max(1));
    u32::try_from(part_begin).unwrap_or(u32::MAX).saturating_add(story.random.below(part))
}
