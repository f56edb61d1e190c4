//! All that a run remembers. Plain data: what is not here, the engine does not know.

use super::cast::Cast;
use super::cause::Cause;
use super::certainty::Certainty;
use super::decision::DecisionId;
use super::doubts::Doubts;
use super::facts::People;
use super::flow::Run;
use super::hold::Hold;
use super::memory::{Memory, Rare};
use super::names::Names;
use super::part::Part;
use super::past::SeriesState;
use super::program::Program;
use super::tally::StrikeBook;
use super::task::OpenTask;
use super::timers::Timers;
use super::waiting::Noted;
use crate::plan::expr::Keys;
use crate::plan::ids::{AttributeId, GroupId, LedgerId, MemberId, MessageId, NameId, PoolId, TallyId};
use crate::plan::value::Value;
use crate::time::{Duration, Instant};
use compact_str::CompactString;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The subject of a firing with its `per` value: what `once`, runs, samples and latches are kept by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Who {
    pub(super) keys: Keys,
    /// `Unknown` where the item has no `per`.
    pub(super) per: Value,
}

impl Who {
    pub(super) fn of(keys: Keys) -> Who {
        Who { keys, per: Value::Unknown }
    }
}

/// The state of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// The time of the last input.
    pub(super) now: Instant,
    /// Whether the clock has been set.
    pub(super) started: bool,
    /// How many deep links of chains have happened at an instant: the last that had any.
    pub(super) deep: (Instant, u32),
    /// Counts what is created, to order timers of one instant.
    pub(super) sequence: u64,
    pub(super) member_ids: Names<MemberId>,
    pub(super) group_ids: Names<GroupId>,
    pub(super) persons: Vec<Person>,
    pub(super) groups: Vec<Group>,
    pub(super) memberships: Vec<Membership>,
    /// The number of a pair of group and member: that of its membership, if there ever was one.
    pair_of: FxHashMap<(GroupId, MemberId), u32>,
    /// The pair of the event at hand, which is asked for again and again.
    pub(super) at_hand: Option<(GroupId, MemberId, u32)>,
    /// People to whom something has happened since the last midnight; see `still`.
    pub(super) touched: Vec<MemberId>,
    /// Persons who are in the community now.
    pub(super) living_persons: u32,
    pub(super) series: Vec<SeriesState>,
    pub(super) timers: Timers,
    /// By silence, then by subject.
    pub(super) silences: Vec<Memory<Silence>>,
    pub(super) onces: Vec<Fired>,
    pub(super) runs: FxHashMap<u64, Run>,
    /// By timeline, then by subject.
    pub(super) run_of: Vec<Memory<u64>>,
    /// When the runs of each timeline started that still go on, to know what `since start` can still see.
    pub(super) run_starts: Vec<BTreeMap<Instant, u32>>,
    pub(super) tasks: Noted<BTreeMap<u64, OpenTask>>,
    pub(super) task_of: FxHashMap<DecisionId, u64>,
    pub(super) holds: Noted<BTreeMap<u64, Hold>>,
    pub(super) hold_of: FxHashMap<DecisionId, u64>,
    /// By latch, then by subject.
    pub(super) latches: Vec<Memory<Standing>>,
    /// By tally, then by subject.
    pub(super) strikes: Vec<Memory<StrikeBook>>,
    /// The latest sample: by metric, then by subject.
    pub(super) metrics: Vec<Memory<Value>>,
    /// What happened that a limit counts: by limit, then by subject.
    pub(super) counted: Vec<Memory<VecDeque<Instant>>>,
    pub(super) rotations: FxHashMap<(Rotor, Option<GroupId>), Rotation>,
    /// Where what was recorded and what would have been part ways.
    pub(super) doubts: Doubts,
    /// The groups that this run takes; all, where there is none.
    #[serde(skip)]
    pub(super) part: Option<Part>,
    /// Who takes part, where not all do: a run that goes on from a snapshot is of the whole playbook.
    #[serde(skip)]
    pub(super) cast: Option<Cast>,
    /// Whether segments or tiers have changed since the last midnight: at the next everybody is tested.
    pub(super) retest: bool,
}

/// What rotates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Rotor {
    Message(MessageId),
    Pool(PoolId),
}

/// How far something has rotated.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Rotation {
    /// How often it was used.
    pub(super) uses: u64,
    /// For each piece: the use at which it was last used (0: never).
    pub(super) last_use: Vec<u64>,
    /// For each piece of a weighted pool: its credit.
    pub(super) credit: Vec<Decimal>,
}

/// Since when an event has been missing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Silence {
    pub(super) since: Instant,
    pub(super) sequence: u64,
    /// Whether the silence has not fired since.
    pub(super) armed: bool,
    /// Whether a timer for it is in the queue.
    pub(super) queued: bool,
    pub(super) event: CompactString,
    pub(super) cause: Option<Arc<Cause>>,
    /// How sure it is that it was heard last then.
    pub(super) certainty: Certainty,
}

/// Where a subject stands on a latch.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) level: u8,
    /// Reviews in a row that failed.
    pub(super) failed: u32,
}

/// When something last fired `once` for each subject.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fired {
    pub(super) at: Memory<Instant>,
    /// How much was remembered after what has no effect any more was last forgotten.
    kept: usize,
}

impl Fired {
    /// Remembers a firing; forgets those that `per` allows to be followed by another, before they pile up.
    pub(super) fn insert(&mut self, number: u32, per_value: &Value, now: Instant, per: Option<Duration>) {
        self.at.insert(number, per_value, now);
        if let Some(per) = per
            && self.at.len() > 2 * self.kept + 1024
        {
            self.at.retain(|last| now - *last < per);
            self.kept = self.at.len();
        }
    }
}

/// A person over all groups.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) profile: Rare<Profile>,
    /// Every membership there ever was.
    pub(super) memberships: SmallVec<[u32; 2]>,
    pub(super) living: u32,
    /// Whether an event or the directory was about this person, not only named it.
    pub(super) seen: bool,
    /// Whether something has happened to this person since the last midnight.
    pub(super) touched: bool,
}

/// What is known of a person beyond the memberships.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Profile {
    pub(super) name: Option<Arc<str>>,
    pub(super) tags: SmallVec<[NameId; 4]>,
    pub(super) roles: SmallVec<[NameId; 2]>,
    pub(super) points: SmallVec<[(LedgerId, Decimal); 1]>,
    pub(super) attributes: SmallVec<[(AttributeId, Value); 1]>,
}

impl Person {
    /// A person is in the community as long as a membership lives, or if there never was one.
    pub(super) fn is_living(&self) -> bool {
        self.seen && (self.living > 0 || self.memberships.is_empty())
    }
}

/// A group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: Option<Arc<str>>,
    pub(super) kind: Option<NameId>,
    pub(super) capacity: Option<Decimal>,
    pub(super) owner: Option<MemberId>,
    pub(super) closed: bool,
    /// Whether an event or the directory was about this group, not only named it.
    pub(super) seen: bool,
    /// Living memberships.
    pub(super) size: u32,
    /// Every membership there ever was.
    pub(super) memberships: Vec<u32>,
    pub(super) attributes: SmallVec<[(AttributeId, Value); 1]>,
    /// Invitations not yet followed.
    pub(super) invited: VecDeque<(Instant, MemberId)>,
}

/// One person in one group: a membership, or a pair that an event names and that never was one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Membership {
    pub(super) group: GroupId,
    pub(super) member: MemberId,
    /// Whether it has ever begun.
    pub(super) begun: bool,
    pub(super) living: bool,
    /// When the present (or last) membership began.
    pub(super) started: Instant,
    pub(super) card: Rare<Card>,
}

/// What is known of a membership beyond its time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Card {
    /// The member's name in the group.
    pub(super) name: Option<Arc<str>>,
    pub(super) roles: SmallVec<[NameId; 1]>,
    pub(super) attributes: SmallVec<[(AttributeId, Value); 1]>,
    pub(super) mute: Option<Mute>,
    pub(super) out: Option<Out>,
}

/// A mute in force.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Mute {
    pub(super) until: Instant,
    pub(super) ground: Option<Ground>,
}

/// The playbook put the member out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Out {
    /// `None`: removed, may join again. Otherwise banned until then.
    pub(super) banned_until: Option<Instant>,
    pub(super) ground: Option<Ground>,
}

/// The strike a sanction stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ground {
    pub(super) tally: TallyId,
    pub(super) strike: DecisionId,
}

impl State {
    /// The state before the first input.
    #[must_use]
    pub fn new(program: &Program) -> State {
        State {
            now: Instant::from_ms(0),
            started: false,
            deep: (Instant::from_ms(0), 0),
            sequence: 0,
            member_ids: Names::default(),
            group_ids: Names::default(),
            persons: Vec::new(),
            groups: Vec::new(),
            memberships: Vec::new(),
            pair_of: FxHashMap::default(),
            at_hand: None,
            touched: Vec::new(),
            living_persons: 0,
            series: program.plan.series.iter().map(|_| SeriesState::default()).collect(),
            timers: Timers::default(),
            silences: memories(program.silences.len()),
            onces: memories(program.plan.onces as usize),
            runs: FxHashMap::default(),
            run_of: memories(program.plan.timelines.len()),
            run_starts: program.plan.timelines.iter().map(|_| BTreeMap::new()).collect(),
            tasks: Noted::default(),
            task_of: FxHashMap::default(),
            holds: Noted::default(),
            hold_of: FxHashMap::default(),
            latches: memories(program.plan.latches.len()),
            strikes: memories(program.plan.tallies.len()),
            metrics: memories(program.plan.metrics.len()),
            counted: memories(program.plan.limits.len()),
            rotations: FxHashMap::default(),
            doubts: Doubts::new(program.apart),
            part: None,
            cast: None,
            retest: false,
        }
    }

    /// The time of the last input.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The id of a member as the log spells it.
    #[must_use]
    pub fn member_text(&self, id: MemberId) -> &str {
        self.member_ids.text(id.0)
    }

    /// The id of a group as the log spells it.
    #[must_use]
    pub fn group_text(&self, id: GroupId) -> &str {
        self.group_ids.text(id.0)
    }

    /// How many members and groups have been met.
    #[must_use]
    pub fn met(&self) -> (usize, usize) {
        (self.member_ids.len(), self.group_ids.len())
    }

    /// About how many bytes it takes to know who is there.
    pub(super) fn room_of_subjects(&self) -> usize {
        let profiles = self.persons.iter().filter(|person| person.profile.get().is_some()).count();
        let cards = self.memberships.iter().filter(|membership| membership.card.get().is_some()).count();
        let names = self.member_ids.room() + self.group_ids.room();
        names
            + self.persons.capacity() * size_of::<Person>()
            + self.groups.capacity() * size_of::<Group>()
            + self.memberships.capacity() * size_of::<Membership>()
            + self.pair_of.capacity() * size_of::<((GroupId, MemberId), u32)>()
            + profiles * size_of::<Profile>()
            + cards * size_of::<Card>()
    }

    pub(super) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub(super) fn person(&self, id: MemberId) -> Option<&Person> {
        self.persons.get(id.index())
    }

    pub(super) fn person_mut(&mut self, id: MemberId) -> Option<&mut Person> {
        self.persons.get_mut(id.index())
    }

    /// The points of a person.
    pub(super) fn balance(&self, member: MemberId, ledger: LedgerId) -> Decimal {
        let profile = self.person(member).and_then(|person| person.profile.get());
        profile.and_then(|profile| look(&profile.points, &ledger)).copied().unwrap_or_default()
    }

    pub(super) fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(id.index())
    }

    pub(super) fn group_mut(&mut self, id: GroupId) -> Option<&mut Group> {
        self.groups.get_mut(id.index())
    }

    // ---- numbers of subjects --------------------------------------------------------------------------------------

    /// The number of a pair, if it has been met.
    pub(super) fn pair(&self, group: GroupId, member: MemberId) -> Option<u32> {
        match self.at_hand {
            Some((g, m, number)) if g == group && m == member => Some(number),
            _ => self.pair_of.get(&(group, member)).copied(),
        }
    }

    /// The number of a pair, which is met now if it has not been.
    pub(super) fn meet_pair(&mut self, group: GroupId, member: MemberId) -> u32 {
        if let Some((g, m, number)) = self.at_hand
            && g == group
            && m == member
        {
            return number;
        }
        let number = *self.pair_of.entry((group, member)).or_insert_with(|| {
            let new =
                Membership { group, member, begun: false, living: false, started: self.now, card: Rare::default() };
            self.memberships.push(new);
            self.memberships.len() as u32 - 1
        });
        self.at_hand = Some((group, member, number));
        number
    }

    /// The pair of these people will be asked for again and again.
    pub(super) fn take_at_hand(&mut self, people: People) {
        if let People { group: Some(group), member: Some(member), pair: Some(number) } = people {
            self.at_hand = Some((group, member, number));
        }
    }

    /// A subject as a number among those of its scope, if it has been met.
    pub(super) fn number(&self, keys: Keys) -> Option<u32> {
        match (keys.group, keys.member) {
            (Some(group), Some(member)) => self.pair(group, member),
            (Some(GroupId(number)), None) | (None, Some(MemberId(number))) => Some(number),
            (None, None) => Some(0),
        }
    }

    /// The same, and it is met now if it has not been.
    pub(super) fn meet(&mut self, keys: Keys) -> u32 {
        match (keys.group, keys.member) {
            (Some(group), Some(member)) => self.meet_pair(group, member),
            (Some(GroupId(number)), None) | (None, Some(MemberId(number))) => number,
            (None, None) => 0,
        }
    }

    pub(super) fn membership(&self, keys: Keys) -> Option<&Membership> {
        let number = self.pair(keys.group?, keys.member?)?;
        self.memberships.get(number as usize).filter(|membership| membership.begun)
    }

    pub(super) fn membership_mut(&mut self, keys: Keys) -> Option<&mut Membership> {
        let number = self.pair(keys.group?, keys.member?)?;
        self.memberships.get_mut(number as usize).filter(|membership| membership.begun)
    }

    /// What is known of a membership beyond its time, to be changed.
    pub(super) fn card_mut(&mut self, keys: Keys) -> Option<&mut Card> {
        self.membership_mut(keys).map(|membership| membership.card.get_mut())
    }

    /// The last mute of a membership.
    pub(super) fn mute_of(&self, keys: Keys) -> Option<Mute> {
        self.membership(keys)?.card.get()?.mute
    }

    /// Whether and how the playbook put the member out.
    pub(super) fn out_of(&self, keys: Keys) -> Option<Out> {
        self.membership(keys)?.card.get()?.out
    }

    /// Whether the membership of these keys lives.
    pub(super) fn is_member(&self, keys: Keys) -> bool {
        self.membership(keys).is_some_and(|m| m.living)
    }

    /// The groups in which the person is now, in order of id.
    pub(super) fn living_groups(&self, member: MemberId) -> Vec<GroupId> {
        let numbers = self.person(member).map_or(&[][..], |p| &p.memberships);
        let living = numbers.iter().filter_map(|n| self.memberships.get(*n as usize)).filter(|m| m.living);
        let mut groups: Vec<GroupId> = living.map(|m| m.group).collect();
        groups.sort_by(|a, b| self.group_text(*a).cmp(self.group_text(*b)));
        groups
    }

    /// The groups in which the person is or ever was, in order of id.
    pub(super) fn groups_ever(&self, member: MemberId) -> Vec<GroupId> {
        let numbers = self.person(member).map_or(&[][..], |p| &p.memberships);
        let places = numbers.iter().filter_map(|n| self.memberships.get(*n as usize));
        let mut groups: Vec<GroupId> = places.map(|m| m.group).collect();
        groups.sort_by(|a, b| self.group_text(*a).cmp(self.group_text(*b)));
        groups
    }

    /// The living members of a group, in order of id.
    pub(super) fn living_members(&self, group: GroupId) -> Vec<MemberId> {
        let numbers = self.group(group).map_or(&[][..], |g| &g.memberships);
        let living = numbers.iter().filter_map(|n| self.memberships.get(*n as usize)).filter(|m| m.living);
        let mut members: Vec<MemberId> = living.map(|m| m.member).collect();
        members.sort_by(|a, b| self.member_text(*a).cmp(self.member_text(*b)));
        members
    }
}

fn memories<T: Default>(count: usize) -> Vec<T> {
    std::iter::repeat_with(T::default).take(count).collect()
}

/// The value kept for a key in a short list.
pub(super) fn look<'a, K: PartialEq, V>(list: &'a [(K, V)], key: &K) -> Option<&'a V> {
    list.iter().find(|(k, _)| k == key).map(|(_, v)| v)
}

/// Puts a value under a key of a short list; answers what stood there.
pub(super) fn put<K: PartialEq, V, const N: usize>(list: &mut SmallVec<[(K, V); N]>, key: K, value: V) -> Option<V>
where
    [(K, V); N]: smallvec::Array<Item = (K, V)>,
{
    if let Some((_, old)) = list.iter_mut().find(|(k, _)| *k == key) {
        return Some(std::mem::replace(old, value));
    }
    list.push((key, value));
    None
}
