//! Where a member stands at the end of a run, for those who look on from outside.

use super::program::Program;
use super::state::{State, Who};
use crate::plan::LatchSort;
use crate::plan::expr::Keys;
use crate::plan::ids::{GroupId, LatchId, MemberId};
use crate::time::Instant;
use rust_decimal::Decimal;

/// Where a member stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Sanctions in force, in the order of groups.
    pub sanctions: Vec<InForce>,
    /// Tiers above the lowest: their name, the group where they are kept by group, and the level.
    pub tiers: Vec<(String, Option<String>, String)>,
    /// In the order of names.
    pub tags: Vec<String>,
    /// Points that are not zero, in the order of names.
    pub points: Vec<(String, Decimal)>,
}

/// A sanction in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// `muted`, `removed`, `banned`
    pub what: &'static str,
    /// Where.
    pub group: String,
    /// Until when; a removal has no end.
    pub until: Option<Instant>,
}

impl State {
    /// The number of a member in tables, if one of this id has been met.
    #[must_use]
    pub fn member_number(&self, member: &str) -> Option<usize> {
        self.member_ids.get(member).map(|number| number as usize)
    }

    /// Where a member stands now; nothing where nobody of this id has been met.
    #[must_use]
    pub fn outlook(&self, program: &Program, member: &str) -> Outlook {
        let Some(member) = self.member_ids.get(member).map(MemberId) else { return Outlook::default() };
        let groups = self.groups_ever(member);
        let mut outlook = Outlook {
            sanctions: groups.iter().flat_map(|group| self.in_force(*group, member)).collect(),
            tiers: self.tiers_of(program, member, &groups),
            ..Outlook::default()
        };
        if let Some(profile) = self.person(member).and_then(|person| person.profile.get()) {
            let named = |name| program.name(name).to_owned();
            outlook.tags = profile.tags.iter().map(|tag| named(*tag)).collect();
            let ledgers = &program.plan.ledgers;
            let points = profile.points.iter().filter(|(_, amount)| !amount.is_zero());
            let points = points.filter_map(|(ledger, n)| Some((named(*ledgers.get(ledger.index())?), n.normalize())));
            outlook.points = points.collect();
        }
        outlook.tags.sort();
        outlook.points.sort();
        outlook
    }

    fn in_force(&self, group: GroupId, member: MemberId) -> Vec<InForce> {
        let keys = Keys { group: Some(group), member: Some(member) };
        let force = |what, until| InForce { what, group: self.group_text(group).to_owned(), until };
        let muted =
            self.mute_of(keys).filter(|mute| mute.until > self.now).map(|mute| force("muted", Some(mute.until)));
        let out = self.out_of(keys).map(|out| match out.banned_until {
            Some(until) if until > self.now => force("banned", Some(until)),
            _ => force("removed", None),
        });
        muted.into_iter().chain(out).collect()
    }

    fn tiers_of(
        &self,
        program: &Program,
        member: MemberId,
        groups: &[GroupId],
    ) -> Vec<(String, Option<String>, String)> {
        let mut found = Vec::new();
        for (number, latch) in program.plan.latches.iter().enumerate() {
            let LatchSort::Tiers(tiers) = latch.sort else { continue };
            let everywhere = std::iter::once(None).chain(groups.iter().copied().map(Some));
            for group in everywhere {
                let who = Who::of(Keys { group, member: Some(member) });
                let level = self.standing(LatchId(number as u32), &who).level;
                if level > 0 && (group.is_some() == (latch.subject.scope == crate::plan::Scope::Membership)) {
                    let group = group.map(|group| self.group_text(group).to_owned());
                    let level = program.tier_name(tiers, level).to_owned();
                    found.push((program.item_name(latch.item).to_owned(), group, level));
                }
            }
        }
        found
    }
}
