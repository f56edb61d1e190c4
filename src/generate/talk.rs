//! Messages, the conversations they become, and what people do about them.

use super::line::EventId;
use super::population::{GroupId, MemberId};
use super::queue::Later;
use super::random::mix;
use super::story::Generator;
use super::tables::EMOJI;

impl Generator {
    pub(super) fn conversation(&mut self, group: GroupId) {
        if let Some(member) = self.busy(group) {
            self.message(group, member, None);
            self.go_on(group, member, member);
        }
    }

    /// Three in five messages have another one after them, mostly within a minute.
    fn go_on(&mut self, group: GroupId, speaker: MemberId, before: MemberId) {
        if self.random.percent(62) {
            let EventId(message) = self.out.latest();
            self.after(25, Later::Answer { group, speaker, before, message });
        }
    }

    /// The one before answers, or somebody else does, or the same one goes on.
    pub(super) fn answer(&mut self, group: GroupId, speaker: MemberId, before: MemberId, message: u32) {
        let next = match self.random.below(100) {
            0..18 => Some(speaker),
            18..55 if before != speaker => Some(before),
            _ => self.busy(group),
        };
        let there = next.filter(|member| self.people.is_still_in(group, *member));
        if let Some(member) = there.filter(|_| !self.people.is_silent(group, self.now)) {
            let answered = (member != speaker && self.random.percent(30)).then_some(message);
            self.message(group, member, answered);
            self.go_on(group, member, speaker);
        }
    }

    pub(super) fn first_words(&mut self, group: GroupId, member: MemberId) {
        if self.people.is_in(group, member) && !self.people.is_silent(group, self.now) {
            self.message(group, member, None);
            self.go_on(group, member, member);
        }
    }

    /// One message, and what others do about it.
    pub(super) fn message(&mut self, group: GroupId, member: MemberId, answered: Option<u32>) {
        let chance = self.random.next();
        // One in six is a stock phrase, which has the same hash whoever says it, and no link.
        let (length, hash, links) = if self.random.one_in(6) {
            let phrase = self.random.skewed_below(64);
            (1 + phrase % 6, mix(u64::from(phrase)), 0)
        } else {
            (self.random.around(22).max(1), chance, u32::from((chance >> 48) % 100 < 4))
        };
        let images = if chance >> 8 & 15 == 0 { 1 + (chance >> 12 & 1) as u32 } else { 0 };
        let mentions = u32::from(chance >> 16 & 15 == 0);
        let line = self.line("message.posted", group, member).number("length", length).hash("text_hash", hash);
        let line = line.some("links", links).some("mentions", mentions).some("images", images);
        match answered {
            Some(message) => line.name("reply_to", 'e', message).end(),
            None => line.end(),
        }
        if chance >> 24 & 7 == 0 {
            self.after(40, Later::React { group });
        }
        if links > 0 && self.random.percent(60) {
            self.after(90, Later::Click { group });
        }
    }

    pub(super) fn react(&mut self, group: GroupId) {
        if let Some(member) = self.busy(group) {
            let emoji = self.random.one_of(&EMOJI);
            self.line("reaction.added", group, member).text("emoji", emoji).end();
        }
    }

    pub(super) fn click(&mut self, group: GroupId) {
        if let Some(member) = self.anyone(group) {
            self.line("link.clicked", group, member).end();
            if self.random.percent(30) {
                self.after(60, Later::Click { group });
            }
        }
    }
}
