//! Purchases, check-ins, content and red packets.

use super::population::{GroupId, MemberId};
use super::queue::Later;
use super::story::{DAY, Generator};
use super::tables::{CATEGORIES, CLASSES};

impl Generator {
    /// One in five is made outside any group; one in twenty is given back.
    pub(super) fn purchase(&mut self, group: GroupId) {
        let Some(member) = self.busy(group) else { return };
        let group = Some(group).filter(|_| self.random.percent(80));
        let article = self.random.skewed_below(300);
        let category = CATEGORIES.get(article as usize % CATEGORIES.len()).copied().unwrap_or_default();
        let cents = self.random.around(6_800).max(100);
        let line = self.out.event(self.now, "purchase.made");
        let line = if let Some(group) = group { line.group(group) } else { line };
        let line = line.member(member).money("amount", cents).name("sku", 's', article + 1);
        line.text("category", category).end();
        if self.random.one_in(20) {
            let cents = if self.random.percent(70) { cents } else { cents / 2 };
            self.by_day_after(4 * DAY, Later::Refund { group, member, cents });
        }
    }

    pub(super) fn refund(&mut self, group: Option<GroupId>, member: MemberId, cents: u32) {
        // Money comes back also to those who have left since, but not into the group.
        let group = group.filter(|group| self.people.is_in(*group, member));
        let line = self.out.event(self.now, "purchase.refunded");
        let line = if let Some(group) = group { line.group(group) } else { line };
        line.member(member).money("amount", cents).end();
    }

    pub(super) fn check_in(&mut self, group: GroupId) {
        if let Some(member) = self.busy(group) {
            self.line("checkin.done", group, member).end();
        }
    }

    /// Three pieces a day, the latest are read most.
    pub(super) fn open_content(&mut self, group: GroupId) {
        let Some(member) = self.anyone(group) else { return };
        let newest = self.now / DAY * 3 + 2;
        let piece = newest - self.random.skewed_below(newest.min(30) + 1);
        let class = CLASSES.get(piece as usize % CLASSES.len()).copied().unwrap_or_default();
        self.line("content.opened", group, member).name("content", 'c', piece + 1).text("class", class).end();
    }

    pub(super) fn red_packet(&mut self, group: GroupId) {
        let Some(member) = self.busy(group) else { return };
        let cents = self.random.around(2_000).max(100);
        self.line("red_packet.sent", group, member).money("amount", cents).end();
        let more = self.random.between(2, 9) as u8;
        let sent = self.now;
        self.after(4, Later::Claim { group, rank: 1, more, cents, sent });
    }

    /// The first hands get a random share, at most double the fair one; the last takes the rest.
    pub(super) fn claim(&mut self, group: GroupId, rank: u8, more: u8, cents: u32, sent: u32) {
        let Some(member) = self.busy(group) else { return };
        let fair = cents / (u32::from(more) + 1);
        let share = if more == 0 { cents } else { self.random.between(1, (fair * 2).max(1)).min(cents) };
        let delay = (self.now - sent) * 1_000 + self.random.below(1_000);
        let line = self.line("red_packet.claimed", group, member).number("rank", u32::from(rank));
        line.number("delay_ms", delay).money("amount", share).end();
        if more > 0 && cents > share {
            self.after(3, Later::Claim { group, rank: rank + 1, more: more - 1, cents: cents - share, sent });
        }
    }

    /// A member reports another.
    pub(super) fn complaint(&mut self, group: GroupId) {
        if let Some(member) = self.busy(group) {
            self.report(group, member, 2);
        }
    }

    pub(super) fn report(&mut self, group: GroupId, member: MemberId, reason: u8) {
        let reporter = self.busy(group).filter(|reporter| *reporter != member);
        if let Some(reporter) = reporter.filter(|_| self.people.is_in(group, member)) {
            let reason = super::tables::REASONS.get(reason as usize).copied().unwrap_or_default();
            self.line("message.reported", group, member).who("reporter", reporter).text("reason", reason).end();
        }
    }
}
