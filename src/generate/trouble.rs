//! What playbooks are written against: floods, and campaigns of accounts that came for nothing else.

use super::population::{GroupId, MemberId};
use super::queue::{Later, Way};
use super::random::mix;
use super::story::Generator;

const ADVERTISING: u8 = 0;
const FLOODING: u8 = 1;
/// Shorter logs have smaller campaigns.
const SHORT: u32 = 5_000;
/// Half an hour and three hours.
const SOON: u32 = 1_800;
const LATER: u32 = 3 * 3_600;

impl Generator {
    /// Begins what is due: nothing of it is an event yet.
    pub(super) fn trouble(&mut self) {
        let (written, events) = (self.out.written(), self.events);
        if self.pace.floods.is_due(written, events, &mut self.random) {
            let group = self.people.some_group(self.now, &mut self.random);
            if let Some(member) = self.busy(group) {
                let more = self.random.between(5, 14) as u16;
                self.after(60, Later::Flood { group, member, more });
            }
        }
        if self.pace.campaigns.is_due(written, events, &mut self.random) {
            let campaign = self.pace.campaigns.done;
            self.campaign(campaign);
        }
    }

    /// A message about every second.
    pub(super) fn flood(&mut self, group: GroupId, member: MemberId, more: u16) {
        if !self.people.is_in(group, member) {
            return;
        }
        self.message(group, member, None);
        if more > 0 {
            let at = self.now + self.random.between(0, 2);
            self.queue.put(at, Later::Flood { group, member, more: more - 1 });
        } else if self.random.percent(40) {
            self.after(60, Later::Report { group, member, reason: FLOODING });
        }
    }

    /// A handful of new accounts join the same groups, and minutes later all post one link.
    fn campaign(&mut self, campaign: u32) {
        let short = self.events < SHORT;
        let (accounts, groups) = if short { (3, 2) } else { (self.random.between(3, 6), self.random.between(2, 4)) };
        let mut targets: Vec<GroupId> = Vec::new();
        for _ in 0..groups {
            let group = self.people.some_group(self.now, &mut self.random);
            if !targets.contains(&group) {
                targets.push(group);
            }
        }
        for _ in 0..accounts {
            let Some(member) = self.people.newcomer() else { return };
            for group in &targets {
                self.target(*group, member, campaign);
            }
        }
    }

    fn target(&mut self, group: GroupId, member: MemberId, campaign: u32) {
        let joins = self.now + self.random.between(1, 120);
        let posts = joins + self.random.between(60, 240);
        let removed = posts + SOON + self.random.below(LATER);
        self.queue.put(joins, Later::Join { group, member, by: Way::Channel(1) });
        let more = self.random.between(4, 8) as u16;
        self.queue.put(posts, Later::Spam { group, member, more, campaign });
        if self.random.percent(70) {
            self.queue.put(removed, Later::Remove { group, member });
        }
    }

    /// The same text everywhere, so the same hash.
    pub(super) fn spam(&mut self, group: GroupId, member: MemberId, more: u16, campaign: u32) {
        if !self.people.is_in(group, member) {
            return;
        }
        let hash = mix(u64::from(campaign) << 32 ^ self.settings.seed);
        let line = self.line("message.posted", group, member).number("length", 20 + campaign % 90);
        line.hash("text_hash", hash).number("links", 1).end();
        if self.random.percent(30) {
            self.after(90, Later::Report { group, member, reason: ADVERTISING });
        }
        if more > 0 {
            let at = self.now + self.random.between(1, 2);
            self.queue.put(at, Later::Spam { group, member, more: more - 1, campaign });
        }
    }
}
