//! Who there is, who is where, and who does something next.

use super::random::{Random, mix};
use super::tables::{CAPACITIES, CITIES, FAMILY, GIVEN, LOG_NORMAL, TOPICS};

/// A person; numbered in the order of coming in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemberId(pub(super) u32);

/// A group; numbered in the order of foundation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupId(pub(super) u32);

/// In how many groups a person can be.
const MOST_GROUPS: usize = 4;
/// No group.
const FREE: u32 = u32::MAX;

/// The people and the groups. Sixteen bytes a person, and four for each membership.
#[derive(Debug)]
pub(super) struct Population {
    /// The groups of each person; those who have not come in yet have none.
    groups_of: Vec<[u32; MOST_GROUPS]>,
    /// One bit a person: whether they have ever left a group. It stays near, and spares most looks at `groups_of`.
    leavers: Vec<u64>,
    groups: Vec<Group>,
    weights: Alias,
    /// How many have come in.
    arrived: u32,
    /// How many groups there are; the others are founded later.
    founded: u32,
    /// Makes names differ with the seed.
    seed: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The members by rank, the busiest first, and some who have left since.
    ranks: Vec<MemberId>,
    pub(super) size: u32,
    pub(super) capacity: u32,
    pub(super) owner: MemberId,
    /// From which second to which nobody says a word.
    silence: (u32, u32),
}

impl MemberId {
    pub(super) fn number(self) -> u32 {
        self.0 + 1
    }
}

impl GroupId {
    pub(super) fn number(self) -> u32 {
        self.0 + 1
    }
}

impl Population {
    /// All persons and groups; nobody is anywhere yet.
    pub(super) fn new(members: u32, groups: u32, seed: u64, random: &mut Random) -> Population {
        // Two log-normal factors make one whose logarithm has a standard deviation of the square root of 2.
        let weight = |_| u64::from(random.draw(&LOG_NORMAL)) * u64::from(random.draw(&LOG_NORMAL)) / 1_000 + 1;
        let weights: Vec<u64> = (0..groups).map(weight).collect();
        let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        let group = |weight: &u64| {
            // One and a half memberships a person are more than there will be.
            let expected = u128::from(members) * u128::from(*weight) * 3 / 2 / sum.max(1);
            let capacity = CAPACITIES.iter().copied().find(|size| u128::from(*size) >= expected * 5 / 4);
            let capacity = capacity.unwrap_or(members);
            Group { ranks: Vec::new(), size: 0, capacity, owner: MemberId(0), silence: (0, 0) }
        };
        Population {
            groups_of: vec![[FREE; MOST_GROUPS]; members as usize],
            leavers: vec![0; members as usize / 64 + 1],
            groups: weights.iter().map(group).collect(),
            weights: Alias::new(&weights),
            arrived: 0,
            founded: 0,
            seed,
        }
    }

    pub(super) fn members(&self) -> u32 {
        self.groups_of.len() as u32
    }

    pub(super) fn arrived(&self) -> u32 {
        self.arrived
    }

    pub(super) fn founded(&self) -> u32 {
        self.founded
    }

    pub(super) fn group(&self, group: GroupId) -> Option<&Group> {
        self.groups.get(group.0 as usize)
    }

    /// The next person to come in, if any is left.
    pub(super) fn newcomer(&mut self) -> Option<MemberId> {
        let next = MemberId(self.arrived);
        (self.arrived < self.members()).then(|| {
            self.arrived += 1;
            next
        })
    }

    /// The next group is founded.
    pub(super) fn found(&mut self, owner: MemberId) -> Option<GroupId> {
        let next = GroupId(self.founded);
        let group = self.groups.get_mut(next.0 as usize)?;
        group.owner = owner;
        self.founded += 1;
        Some(next)
    }

    /// The highest in rank who does not own the group.
    pub(super) fn first_but_owner(&self, group: GroupId) -> Option<MemberId> {
        let group = self.group(group)?;
        group.ranks.iter().copied().find(|member| *member != group.owner)
    }

    /// Nobody says a word in a group for a while.
    pub(super) fn silence(&mut self, group: GroupId, from: u32, to: u32) {
        if let Some(group) = self.groups.get_mut(group.0 as usize) {
            group.silence = (from, to);
        }
    }

    pub(super) fn is_silent(&self, group: GroupId, now: u32) -> bool {
        self.group(group).is_some_and(|group| (group.silence.0..group.silence.1).contains(&now))
    }

    /// The groups of a person.
    pub(super) fn groups_of(&self, member: MemberId) -> impl Iterator<Item = GroupId> {
        let groups = self.groups_of.get(member.0 as usize).copied().unwrap_or([FREE; MOST_GROUPS]);
        groups.into_iter().filter(|group| *group != FREE).map(GroupId)
    }

    #[inline]
    pub(super) fn is_in(&self, group: GroupId, member: MemberId) -> bool {
        self.groups_of.get(member.0 as usize).is_some_and(|groups| groups.contains(&group.0))
    }

    /// Whether somebody who has been in a group is still there.
    #[inline]
    pub(super) fn is_still_in(&self, group: GroupId, member: MemberId) -> bool {
        let word = self.leavers.get(member.0 as usize / 64).copied().unwrap_or_default();
        word >> (member.0 % 64) & 1 == 0 || self.is_in(group, member)
    }

    /// Makes somebody a member, at a rank that chance gives; false where that cannot be.
    ///
    /// Whoever held the rank goes to the end: regulars are replaced over time.
    pub(super) fn join(&mut self, group: GroupId, member: MemberId, random: &mut Random) -> bool {
        if self.is_in(group, member) {
            return false;
        }
        let room = self.groups.get_mut(group.0 as usize).filter(|group| group.size < group.capacity);
        let place = self.groups_of.get_mut(member.0 as usize).and_then(|all| all.iter_mut().find(|is| **is == FREE));
        let (Some(room), Some(place)) = (room, place) else { return false };
        *place = group.0;
        room.size += 1;
        room.ranks.push(member);
        let count = room.ranks.len();
        room.ranks.swap(count - 1, random.below(count as u32) as usize);
        true
    }

    /// Ends a membership; owners stay.
    pub(super) fn leave(&mut self, group: GroupId, member: MemberId) -> bool {
        let from = self.groups.get_mut(group.0 as usize).filter(|group| group.owner != member);
        let place = self.groups_of.get_mut(member.0 as usize).and_then(|all| all.iter_mut().find(|is| **is == group.0));
        let (Some(from), Some(place)) = (from, place) else { return false };
        *place = FREE;
        if let Some(word) = self.leavers.get_mut(member.0 as usize / 64) {
            *word |= 1 << (member.0 % 64);
        }
        from.size = from.size.saturating_sub(1);
        true
    }

    /// A group that is there, and not silent, by its size.
    pub(super) fn some_group(&self, now: u32, random: &mut Random) -> GroupId {
        let there = |group: &GroupId| group.0 < self.founded && !self.is_silent(*group, now);
        let drawn = (0..16).map(|_| self.weights.draw(random)).find(there);
        // The first group is never silent.
        drawn.unwrap_or(GroupId(0))
    }

    /// A member of a group, the busy ones far more often than others.
    #[inline]
    pub(super) fn someone_busy(&mut self, group: GroupId, random: &mut Random) -> Option<MemberId> {
        self.someone(group, || random.skewed_below(u32::MAX))
    }

    /// A member of a group, one as likely as any other.
    pub(super) fn anyone(&mut self, group: GroupId, random: &mut Random) -> Option<MemberId> {
        self.someone(group, || random.bits())
    }

    /// The member at a share of 2^32 of the ranks.
    #[inline]
    fn someone(&mut self, group: GroupId, mut share: impl FnMut() -> u32) -> Option<MemberId> {
        for _ in 0..16 {
            let ranks = self.groups.get(group.0 as usize).map(|group| &group.ranks)?;
            let rank = ((u64::from(share()) * ranks.len() as u64) >> 32) as usize;
            let member = *ranks.get(rank)?;
            if self.is_still_in(group, member) {
                return Some(member);
            }
            // Has left since.
            self.groups.get_mut(group.0 as usize)?.ranks.swap_remove(rank);
        }
        None
    }

    /// The card of a person.
    pub(super) fn name_of(&self, member: MemberId) -> (&'static str, &'static str) {
        let chance = mix(self.seed ^ u64::from(member.0) << 20);
        (pick(&FAMILY, chance), pick(&GIVEN, chance >> 32))
    }

    /// The name of a group.
    pub(super) fn group_name(&self, group: GroupId) -> String {
        let chance = mix(self.seed ^ u64::from(group.0) << 20 ^ 1);
        format!("{}{}{}群", pick(&CITIES, chance), pick(&TOPICS, chance >> 32), group.number())
    }

    /// Which of so many kinds a group is of: there is one of each before chance decides.
    pub(super) fn kind_of(&self, group: GroupId, kinds: usize) -> usize {
        let place = group.0 as usize;
        if place < kinds {
            return place;
        }
        (mix(self.seed ^ u64::from(group.0) << 20 ^ 2) % kinds.max(1) as u64) as usize
    }
}

fn pick(among: &[&'static str], chance: u64) -> &'static str {
    let place = (chance & 0xffff_ffff) % among.len().max(1) as u64;
    among.get(place as usize).copied().unwrap_or_default()
}

/// Draws by weight in constant time: the alias method (A. J. Walker, 1977; M. D. Vose, IEEE Trans. Softw. Eng. 17, 1991).
#[derive(Debug)]
struct Alias {
    /// With what chance of 2^32 a place stands for itself, and for which it stands otherwise.
    places: Vec<(u32, u32)>,
}

impl Alias {
    fn new(weights: &[u64]) -> Alias {
        let count = weights.len() as u128;
        let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum::<u128>().max(1);
        // Scaled so that an average weight is 2^32.
        let mut scaled: Vec<u128> = weights.iter().map(|weight| ((u128::from(*weight) * count) << 32) / sum).collect();
        let mut places = vec![(u32::MAX, 0); weights.len()];
        let is_small = |weight: u128| weight < 1 << 32;
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|i| scaled.get(*i).is_some_and(|weight| is_small(*weight)));
        while let (Some(low), Some(&high)) = (small.pop(), large.last()) {
            let weight = scaled.get(low).copied().unwrap_or_default();
            if let Some(place) = places.get_mut(low) {
                *place = (weight as u32, high as u32);
            }
            if let Some(rest) = scaled.get_mut(high) {
                *rest = *rest + weight - (1 << 32);
                if is_small(*rest) {
                    large.pop();
                    small.push(high);
                }
            }
        }
        Alias { places }
    }

    #[inline]
    fn draw(&self, random: &mut Random) -> GroupId {
        let place = random.below(self.places.len() as u32);
        let (own, other) = self.places.get(place as usize).copied().unwrap_or((u32::MAX, 0));
        GroupId(if random.bits() <= own { place } else { other })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_kept() {
        let weights = [1_u64, 50, 3, 0, 46];
        let (alias, mut random) = (Alias::new(&weights), Random::new(7));
        let mut drawn = [0_i64; 5];
        for _ in 0..100_000 {
            drawn[alias.draw(&mut random).0 as usize] += 1;
        }
        for (drawn, weight) in drawn.iter().zip(weights) {
            assert!((drawn - weight as i64 * 1_000).abs() < 700, "{drawn} for {weight}");
        }
    }

    #[test]
    fn whoever_left_is_not_drawn_any_more() {
        let mut random = Random::new(1);
        let mut people = Population::new(10, 1, 1, &mut random);
        let group = people.found(MemberId(0)).unwrap();
        let all: Vec<MemberId> = std::iter::from_fn(|| people.newcomer()).collect();
        assert_eq!(all.len(), 10);
        for member in &all {
            assert!(people.join(group, *member, &mut random));
            assert!(!people.join(group, *member, &mut random));
        }
        assert!(!people.leave(group, MemberId(0)), "owners stay");
        for member in &all[2..] {
            assert!(people.leave(group, *member));
        }
        let drawn: Vec<u32> = (0..99).filter_map(|_| people.someone_busy(group, &mut random)).map(|m| m.0).collect();
        assert!(drawn.len() > 90 && drawn.iter().all(|member| *member < 2), "{drawn:?}");
        assert_eq!(people.group(group).unwrap().size, 2);
    }
}
