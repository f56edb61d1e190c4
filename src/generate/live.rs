//! Live events: announced some days ahead, sometimes moved or called off, attended by some.

use super::population::GroupId;
use super::queue::Later;
use super::story::{DAY, Generator};
use super::tables::{GUESTS, SHOWS};

const HALF_HOUR: u32 = 1_800;

impl Generator {
    pub(super) fn schedule_live(&mut self, group: GroupId) {
        // At 19:30, 20:00, 20:30 or 21:00.
        let half_hours = self.random.between(39, 42);
        let starts = (self.now / DAY + self.random.between(2, 5)) * DAY + half_hours * HALF_HOUR;
        if starts >= self.seconds() {
            return;
        }
        self.lives += 1;
        let live = self.lives;
        self.tell_live("live.scheduled", group, live, starts);
        match self.random.below(100) {
            0..6 => self.change(starts, Later::Move { group, live, starts: starts + DAY, off: false }),
            6..9 => self.change(starts, Later::Move { group, live, starts, off: true }),
            _ => self.open_doors(group, live, starts),
        }
    }

    /// Tells of a change in about half a day, and in any case half an hour before the announced start.
    fn change(&mut self, starts: u32, change: Later) {
        let at = self.now.saturating_add(self.random.around(DAY / 2).max(1));
        self.queue.put(at.min(starts - HALF_HOUR), change);
    }

    fn tell_live(&mut self, kind: &str, group: GroupId, live: u32, starts: u32) {
        let topic = SHOWS.get(live as usize % SHOWS.len()).copied().unwrap_or_default();
        let guest = GUESTS.get(live as usize % (GUESTS.len() + 1)).copied();
        let starts_at = self.out.moment(starts);
        let line = self.out.event(self.now, kind).group(group).name("live", 'l', live).text("topic", topic);
        let line = if let Some(guest) = guest { line.text("guest", guest) } else { line };
        line.text("starts_at", &starts_at).end();
    }

    pub(super) fn move_live(&mut self, group: GroupId, live: u32, starts: u32, off: bool) {
        if off {
            self.out.event(self.now, "live.cancelled").group(group).name("live", 'l', live).end();
        } else {
            self.tell_live("live.moved", group, live, starts);
            self.open_doors(group, live, starts);
        }
    }

    /// About a tenth of the group comes.
    fn open_doors(&mut self, group: GroupId, live: u32, starts: u32) {
        let size = self.people.group(group).map_or(0, |group| group.size);
        let more = self.random.around(size / 10).min(size / 2).min(2_000) as u16;
        let at = starts + self.random.below(120);
        self.queue.put(at, Later::Attend { group, live, more });
    }

    pub(super) fn attend(&mut self, group: GroupId, live: u32, more: u16) {
        if let Some(member) = self.anyone(group) {
            let minutes = self.random.around(18).clamp(1, 120);
            self.line("live.attended", group, member).name("live", 'l', live).number("minutes", minutes).end();
        }
        if more > 0 {
            self.after(20, Later::Attend { group, live, more: more - 1 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::tests::settings;

    #[test]
    fn a_change_is_told_before_the_announced_start() {
        let mut generator = Generator::new(&settings(1_000)).unwrap();
        for _ in 0..20_000 {
            generator.schedule_live(GroupId(0));
        }
        let mut changes = 0;
        while let Some((at, later)) = generator.queue.take() {
            if let Later::Move { starts, off, .. } = later {
                let announced = if off { starts } else { starts - DAY };
                assert!(at < announced, "{at} of {announced}");
                changes += 1;
            }
        }
        assert!(changes > 1_000, "{changes}");
    }
}
