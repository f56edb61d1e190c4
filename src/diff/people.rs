//! Members with differing decisions: the first of each, how many, and how they end.

use super::lane::Ran;
use super::outcome::{Differing, Group, Member, Root};
use crate::engine::Program;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What differs, by member and by cause.
#[derive(Default)]
pub(super) struct People {
    met: FxHashMap<String, (Differing, u64)>,
    decisions: BTreeMap<Root, u64>,
}

impl People {
    pub(super) fn add(&mut self, differing: &Differing) {
        *self.decisions.entry(differing.root).or_default() += 1;
        let Some(member) = &differing.member else { return };
        match self.met.get_mut(member) {
            Some((_, count)) => *count += 1,
            None => {
                self.met.insert(member.clone(), (differing.clone(), 1));
            }
        }
    }

    /// Causes, members who end differently, and how many end alike.
    pub(super) fn finish(self, programs: [&Program; 2], ran: [&Ran; 2]) -> (Vec<Group>, Vec<Member>, u64) {
        let with_differing = self.met.len() as u64;
        let ends = self.met.into_iter().filter_map(|(member, (first, differing))| {
            let [old, new] = [(programs[0], ran[0]), (programs[1], ran[1])];
            let look =
                |(program, ran): (&Program, &Ran)| (ran.state.outlook(program, &member), ran.messages_of(&member));
            let ((before, told_before), (after, told_after)) = (look(old), look(new));
            let (ends, messages) = ([before, after], [told_before, told_after]);
            let alike = ends[0] == ends[1] && messages[0] == messages[1];
            (!alike).then_some(Member { member, first, differing, ends, messages })
        });
        let mut members: Vec<Member> = ends.collect();
        let mut count: BTreeMap<Root, u64> = BTreeMap::new();
        members.iter().for_each(|member| *count.entry(member.first.root).or_default() += 1);
        let of = |root: Root| count.get(&root).copied().unwrap_or_default();
        let groups = self.decisions.iter().map(|(root, n)| Group { root: *root, decisions: *n, members: of(*root) });
        let mut groups: Vec<Group> = groups.collect();
        let order = |root: Root, decisions: u64| (Reverse(of(root)), Reverse(decisions), root);
        groups.sort_by_key(|group| order(group.root, group.decisions));
        let decisions = |root: Root| self.decisions.get(&root).copied().unwrap_or_default();
        members.sort_by_cached_key(|member| {
            let first = &member.first;
            (order(first.root, decisions(first.root)), first.at, member.member.clone())
        });
        let alike = with_differing - members.len() as u64;
        (groups, members, alike)
    }
}
