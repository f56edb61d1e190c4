//! People come and go: alone, invited, or in waves; groups are founded and lead.

use super::directory;
use super::opening;
use super::population::{GroupId, MemberId};
use super::queue::{Later, Role, Way};
use super::story::{DAY, Generator};
use super::tables::{CAMPAIGNS, CHANNELS};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
/// One arrival of so many begins a wave, in which about so many come in.
const WAVES: u32 = 40;
const WAVE: u32 = 16;

impl Generator {
    /// Newcomers are spread over the log; after a wave nobody comes until the rest has caught up.
    pub(super) fn newcomers_are_due(&self) -> bool {
        let arrived = u64::from(self.people.arrived() - self.pace.old);
        arrived * u64::from(self.events) < u64::from(self.pace.newcomers) * u64::from(self.out.written())
    }

    pub(super) fn arrive(&mut self) {
        let group = self.people.some_group(self.now, &mut self.random);
        let by = self.way(group);
        self.newcomer(group, by);
        if self.random.one_in(WAVES) {
            let by = Way::Campaign(self.random.below(CAMPAIGNS.len() as u32) as u8);
            let room = (self.people.members() - self.people.arrived()) / 3;
            let more = self.random.around(WAVE).clamp(4, 500).min(room) as u16;
            self.after(MINUTE, Later::Wave { group, by, more });
        }
    }

    /// Half are invited by a member.
    fn way(&mut self, group: GroupId) -> Way {
        match self.busy(group) {
            Some(member) if self.random.percent(50) => Way::Invited(member),
            _ => Way::Channel(self.random.below(CHANNELS.len() as u32) as u8),
        }
    }

    fn newcomer(&mut self, group: GroupId, by: Way) {
        if let Some(member) = self.people.newcomer() {
            self.join(group, member, by);
            self.settle(group, member, by);
        }
    }

    /// What becomes of a newcomer: first words, another group, a reward for the inviter, farewell.
    fn settle(&mut self, group: GroupId, member: MemberId, by: Way) {
        if self.random.percent(45) {
            self.by_day_after(20 * MINUTE, Later::FirstWords { group, member });
        }
        if self.random.percent(20) {
            let other = self.people.some_group(self.now, &mut self.random);
            self.by_day_after(6 * HOUR, Later::Join { group: other, member, by: Way::Channel(0) });
        }
        if let Way::Invited(inviter) = by
            && self.random.percent(40)
        {
            self.after(10 * MINUTE, Later::Refer { member: inviter, invitee: member });
        }
        if self.random.percent(15) {
            self.by_day_after(5 * DAY, Later::Leave { group, member });
        }
    }

    pub(super) fn wave(&mut self, group: GroupId, by: Way, more: u16) {
        self.newcomer(group, by);
        if more > 0 {
            self.after(25, Later::Wave { group, by, more: more - 1 });
        }
    }

    pub(super) fn join(&mut self, group: GroupId, member: MemberId, by: Way) {
        if !self.people.join(group, member, &mut self.random) {
            return;
        }
        let (family, given) = self.people.name_of(member);
        let mut card = [0; 16];
        let line = self.line("member.joined", group, member).text("name", joined(&mut card, family, given));
        let word = |words: &[&'static str], place: u8| words.get(place as usize).copied().unwrap_or_default();
        match by {
            Way::Channel(place) => line.text("channel", word(&CHANNELS, place)).end(),
            Way::Campaign(place) => line.text("channel", word(&CAMPAIGNS, place)).end(),
            Way::Invited(inviter) => line.text("channel", "invite").who("inviter", inviter).end(),
            Way::Again => line.end(),
        }
    }

    pub(super) fn refer(&mut self, member: MemberId, invitee: MemberId) {
        self.out.event(self.now, "referral.succeeded").member(member).who("invitee", invitee).end();
    }

    pub(super) fn somebody_leaves(&mut self, group: GroupId) {
        if let Some(member) = self.anyone(group) {
            self.leave(group, member);
        }
    }

    /// One in four comes back.
    pub(super) fn leave(&mut self, group: GroupId, member: MemberId) {
        if self.people.leave(group, member) {
            self.line("member.left", group, member).end();
            if self.random.percent(25) {
                self.by_day_after(4 * DAY, Later::Join { group, member, by: Way::Again });
            }
        }
    }

    pub(super) fn remove(&mut self, group: GroupId, member: MemberId) {
        if self.people.leave(group, member) {
            self.line("member.removed", group, member).end();
        }
    }

    pub(super) fn rename(&mut self, group: GroupId) {
        let Some(member) = self.busy(group) else { return };
        let (family, given) = self.people.name_of(member);
        let city = self.random.one_of(&super::tables::CITIES);
        let (mut card, mut whole) = ([0; 16], [0; 32]);
        let card = joined(&mut card, family, given);
        self.line("member.renamed", group, member).text("name", joined(&mut whole, city, card)).end();
    }

    /// A busy member becomes an admin, some only for a while.
    pub(super) fn promote(&mut self, group: GroupId) {
        if let Some(member) = self.busy(group) {
            self.role(group, member, Role::Admin, true);
            if self.random.percent(30) {
                self.by_day_after(20 * DAY, Later::Role { group, member, role: Role::Admin, granted: false });
            }
        }
    }

    pub(super) fn role(&mut self, group: GroupId, member: MemberId, role: Role, granted: bool) {
        if self.people.is_in(group, member) {
            let kind = if granted { "role.granted" } else { "role.revoked" };
            self.line(kind, group, member).text("role", role.word()).end();
        }
    }

    /// A group of the start is only told of; a new one draws some people from its owner's other group at once.
    pub(super) fn found(&mut self, group: GroupId, first: bool) {
        if !first {
            let first_groups = self.people.founded();
            let home = self.people.some_group(self.now, &mut self.random);
            let owner = self.busy(home).unwrap_or(MemberId(0));
            self.people.found(owner);
            self.announce_group(group);
            self.join(group, owner, Way::Again);
            self.role(group, owner, Role::Owner, true);
            self.move_in(home, group, owner);
            self.plan_next(first_groups + 1);
            return;
        }
        self.announce_group(group);
    }

    fn move_in(&mut self, home: GroupId, group: GroupId, owner: MemberId) {
        for _ in 0..self.random.between(3, 12) {
            if let Some(member) = self.anyone(home) {
                self.after(HOUR, Later::Join { group, member, by: Way::Invited(owner) });
            }
        }
    }

    fn plan_next(&mut self, founded: u32) {
        let groups = u32::try_from(self.settings.groups).unwrap_or(u32::MAX);
        let later = groups * 3 / 10;
        if founded < groups {
            let at = opening::founding(self, later - (groups - founded), later);
            self.queue.put(at.max(self.now), Later::Found { group: GroupId(founded), first: false });
        }
    }

    fn announce_group(&mut self, group: GroupId) {
        let Some(about) = self.people.group(group) else { return };
        let kind = directory::kind(&self.people, &self.settings, group);
        let (name, capacity, owner) = (self.people.group_name(group), about.capacity, about.owner);
        let line = self.out.event(self.now, "group.created").group(group).text("group_kind", kind);
        line.text("name", &name).number("capacity", capacity).who("owner", owner).end();
    }
}

/// Two words as one, without an allocation.
fn joined<'b>(space: &'b mut [u8], first: &str, second: &str) -> &'b str {
    let bytes = first.bytes().chain(second.bytes());
    let length = space.iter_mut().zip(bytes).map(|(place, byte)| *place = byte).count();
    space.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}
