//! What events change by being so: who is where, under which name and role, with which attributes.

use super::certainty::Certainty;
use super::happening::Happening;
use super::input::{Directory, DirectoryGroup, DirectoryMember, DirectoryMembership, Event};
use super::part::Stage;
use super::program::{Hush, HushId, Program};
use super::state::{Group, Person, State, put};
use super::step::Step;
use super::timers::{Class, Due, Timer};
use crate::plan::expr::Keys;
use crate::plan::ids::{AttributeId, GroupId, KindId, MemberId, NameId};
use crate::plan::value::Value;
use crate::plan::{FieldType, Scope};
use crate::time::{Duration, Instant};
use smallvec::SmallVec;
use std::sync::Arc;

/// Whom an event concerns, by number.
#[derive(Clone, Copy, Debug, Default)]
pub struct People {
    pub(super) group: Option<GroupId>,
    pub(super) member: Option<MemberId>,
    /// The number of the pair, if it had been met.
    pub(super) pair: Option<u32>,
}

/// The scopes of which a subject begins to live.
type Begun = SmallVec<[Scope; 3]>;

impl State {
    /// Looks up the people and groups of events to come; those that are named for the first time get a number.
    ///
    /// For many events at once this costs far less than for one after the other: the processor waits for several places
    /// of a large memory at the same time.
    pub fn look_up<'e>(&mut self, events: impl Iterator<Item = Event<'e>>, people: &mut Vec<People>) {
        people.clear();
        people.extend(events.map(|event| self.people(&event)));
        for people in people {
            self.find_pair(people);
        }
    }

    fn people(&mut self, event: &Event<'_>) -> People {
        let group = event.group.map(|id| self.group_id(id));
        People { group, member: event.member.map(|id| self.member_id(id)), pair: None }
    }

    fn find_pair(&self, people: &mut People) {
        people.pair = people.group.zip(people.member).and_then(|(group, member)| self.pair(group, member));
    }

    /// Makes a recorded event ready to be handled.
    pub fn resolve(&mut self, program: &Program, event: &Event<'_>) -> Happening {
        let mut people = self.people(event);
        self.find_pair(&mut people);
        self.resolve_of(program, event, people)
    }

    /// The same, of people and groups that have been looked up.
    pub fn resolve_of(&mut self, program: &Program, event: &Event<'_>, people: People) -> Happening {
        let mut fields: SmallVec<[Value; 4]> = event.fields.into();
        let declared = program.plan.kinds.get(event.kind.index()).map_or(&[][..], |kind| &kind.fields);
        for (value, field) in fields.iter_mut().zip(declared) {
            self.resolve_field(value, field.ty);
        }
        self.take_at_hand(people);
        let People { group, member, .. } = people;
        Happening {
            id: event.id.into(),
            at: event.at,
            kind: event.kind,
            group,
            member,
            fields,
            cause: None,
            depth: 0,
            certainty: Certainty::Certain,
        }
    }

    /// A member or group that is still a text becomes its number.
    pub(super) fn resolve_field(&mut self, value: &mut Value, ty: FieldType) {
        let Value::Text(text) = &*value else { return };
        *value = match ty {
            FieldType::Member => Value::Member(self.member_id(&Arc::clone(text))),
            FieldType::Group => Value::Group(self.group_id(&Arc::clone(text))),
            _ => return,
        };
    }

    pub(super) fn member_id(&mut self, text: &str) -> MemberId {
        let (number, new) = self.member_ids.intern(text);
        if new {
            self.persons.push(Person::default());
        }
        MemberId(number)
    }

    pub(super) fn group_id(&mut self, text: &str) -> GroupId {
        let (number, new) = self.group_ids.intern(text);
        if new {
            self.groups.push(Group::default());
        }
        GroupId(number)
    }

    /// Brings the orders of ids up to date, before subjects are walked through.
    pub(super) fn sort_ids(&mut self) {
        self.member_ids.sort();
        self.group_ids.sort();
    }

    fn admit_group(&mut self, program: &Program, entry: &DirectoryGroup, seen: &Happening) {
        let id = self.group_id(&entry.id);
        let owner = entry.owner.as_deref().map(|owner| self.member_id(owner));
        let begun = self.see_group(id);
        self.watch(program, &begun, Keys { group: Some(id), member: None }, seen);
        let mut attributes = entry.attributes.clone();
        attributes.iter_mut().for_each(|(id, value)| self.resolve_attribute(program, *id, value));
        if let Some(group) = self.group_mut(id) {
            group.kind = entry.kind;
            group.name = entry.name.as_deref().map(Arc::from);
            group.capacity = entry.capacity.map(Into::into);
            group.owner = owner;
            group.attributes = attributes.into();
        }
    }

    fn admit_member(&mut self, program: &Program, entry: &DirectoryMember, seen: &Happening) {
        let id = self.member_id(&entry.id);
        let begun = self.see_person(id);
        self.watch(program, &begun, Keys { group: None, member: Some(id) }, seen);
        self.touch(id);
        let mut attributes = entry.attributes.clone();
        attributes.iter_mut().for_each(|(id, value)| self.resolve_attribute(program, *id, value));
        if let Some(person) = self.person_mut(id) {
            let profile = person.profile.get_mut();
            profile.name = entry.name.as_deref().map(Arc::from);
            profile.roles = entry.roles.iter().copied().collect();
            profile.attributes = attributes.into();
        }
    }

    fn admit_membership(&mut self, program: &Program, member: &str, place: &DirectoryMembership, seen: &Happening) {
        let (id, group) = (self.member_id(member), self.group_id(&place.group));
        let keys = Keys { group: Some(group), member: Some(id) };
        let mut begun = self.see_group(group);
        begun.extend(self.begin_membership(group, id, seen.at));
        self.watch(program, &begun, keys, seen);
        let mut attributes = place.attributes.clone();
        attributes.iter_mut().for_each(|(id, value)| self.resolve_attribute(program, *id, value));
        if let Some(card) = self.card_mut(keys) {
            card.name = place.name.as_deref().map(Arc::from);
            card.roles = place.roles.iter().copied().collect();
            card.attributes = attributes.into();
        }
    }

    fn resolve_attribute(&mut self, program: &Program, id: AttributeId, value: &mut Value) {
        if let Some(attribute) = program.plan.attributes.get(id.index()) {
            self.resolve_field(value, attribute.ty);
        }
    }

    // ---- who is where -------------------------------------------------------------------------------------------

    /// Sees a group; answers which scopes begin to live by it.
    fn see_group(&mut self, id: GroupId) -> Begun {
        let new = self.group_mut(id).is_some_and(|group| !std::mem::replace(&mut group.seen, true));
        new.then_some(Scope::Group).into_iter().collect()
    }

    fn see_person(&mut self, id: MemberId) -> Begun {
        let new = self.person_mut(id).is_some_and(|person| !std::mem::replace(&mut person.seen, true));
        if new {
            self.living_persons += u32::from(self.person(id).is_some_and(Person::is_living));
        }
        new.then_some(Scope::Member).into_iter().collect()
    }

    /// Begins a membership, or begins it again; one that lives goes on.
    fn begin_membership(&mut self, group: GroupId, member: MemberId, at: Instant) -> Begun {
        let was_living = self.person(member).is_some_and(Person::is_living);
        let number = self.meet_pair(group, member);
        if self.memberships.get(number as usize).is_some_and(|membership| !membership.begun) {
            self.begin_first(number, group, member);
        }
        let Some(membership) = self.memberships.get_mut(number as usize) else { return Begun::new() };
        if std::mem::replace(&mut membership.living, true) {
            return Begun::new();
        }
        membership.started = at;
        if let Some(card) = membership.card.existing() {
            card.out = None;
        }
        self.count_living(group, member, true);
        if let Some(group) = self.group_mut(group) {
            group.invited.retain(|(_, invited)| *invited != member);
        }
        // Who comes back to the community is watched anew.
        let person = (!was_living).then_some(Scope::Member);
        person.into_iter().chain([Scope::Membership]).collect()
    }

    /// A pair becomes a membership.
    fn begin_first(&mut self, number: u32, group: GroupId, member: MemberId) {
        let was_living = self.person(member).is_some_and(|p| p.is_living());
        if let Some(membership) = self.memberships.get_mut(number as usize) {
            membership.begun = true;
        }
        if let Some(group) = self.group_mut(group) {
            group.memberships.push(number);
        }
        if let Some(person) = self.person_mut(member) {
            person.memberships.push(number);
        }
        // A person without any membership counts as living; with one that does not live yet, not.
        self.living_persons -= u32::from(was_living && self.person(member).is_some_and(|p| !p.is_living()));
    }

    fn count_living(&mut self, group: GroupId, member: MemberId, begins: bool) {
        let change = |n: u32| if begins { n + 1 } else { n.saturating_sub(1) };
        if let Some(group) = self.group_mut(group) {
            group.size = change(group.size);
        }
        let Some(person) = self.person_mut(member) else { return };
        let before = person.is_living();
        person.living = change(person.living);
        let after = person.is_living();
        self.living_persons = self.living_persons + u32::from(after) - u32::from(before);
    }

    /// Ends a membership; answers whether it lived.
    pub(super) fn end_membership(&mut self, keys: Keys) -> bool {
        let Some(membership) = self.membership_mut(keys) else { return false };
        let (group, member) = (membership.group, membership.member);
        if !std::mem::replace(&mut membership.living, false) {
            return false;
        }
        self.count_living(group, member, false);
        true
    }

    /// Closes a group and ends its memberships; answers whether it was open.
    pub(super) fn close_group(&mut self, id: GroupId) -> bool {
        let Some(group) = self.group_mut(id) else { return false };
        if std::mem::replace(&mut group.closed, true) {
            return false;
        }
        for member in self.living_members(id) {
            self.end_membership(Keys { group: Some(id), member: Some(member) });
        }
        true
    }

    // ---- silence ------------------------------------------------------------------------------------------------

    /// The community is there from the start.
    pub(super) fn watch_community(&mut self, program: &Program, at: Instant) {
        let seen = Happening { id: START.into(), at, ..Happening::default() };
        self.watch(program, &[Scope::Community], Keys::default(), &seen);
    }

    /// Subjects of these scopes begin to live with an event: from now on their silences count.
    fn watch(&mut self, program: &Program, begun: &[Scope], keys: Keys, event: &Happening) {
        let begins = |hush: &Hush| begun.contains(&hush.scope);
        if let Some(cast) = &self.cast {
            let mine =
                cast.silences.iter().filter_map(|id| Some((*id, program.hush(*id).filter(|hush| begins(hush))?)));
            for (id, hush) in mine.collect::<Vec<_>>() {
                self.hush(program, id, super::react::narrow(hush.scope, keys), event);
            }
            return;
        }
        for (id, hush) in program.all_silences().filter(|(_, hush)| begins(hush)) {
            self.hush(program, id, super::react::narrow(hush.scope, keys), event);
        }
    }

    /// A silence begins anew with this event.
    pub(super) fn hush(&mut self, program: &Program, id: HushId, keys: Keys, event: &Happening) {
        let Some(during) = program.hush(id).map(|hush| hush.during) else { return };
        let (sequence, number) = (self.next_sequence(), self.meet(keys));
        let Some(silences) = self.silences.get_mut(id.index()) else { return };
        let silence = silences.or_default(number);
        (silence.since, silence.sequence, silence.armed) = (event.at, sequence, true);
        silence.event.clone_from(&event.id);
        silence.cause.clone_from(&event.cause);
        silence.certainty = event.certainty;
        // The timer in the queue moves itself on when it comes up.
        if !std::mem::replace(&mut silence.queued, true) {
            self.queue_silence(id, keys, event.at + during, sequence);
        }
    }

    /// Silences that an event would have broken, had it not been left out, are in doubt until they are broken.
    pub(super) fn doubt_silences(&mut self, program: &Program, event: &Happening) {
        for id in &program.dispatch_of(event.kind).silences {
            let keys = program.hush(*id).and_then(|hush| super::react::keys_for(hush.scope, event.keys()));
            let number = keys.and_then(|keys| self.number(keys));
            let found = self.silences.get_mut(id.index()).zip(number);
            if let Some(silence) = found.and_then(|(silences, number)| silences.get_mut(number, &Value::Unknown)) {
                silence.certainty = silence.certainty.max(Certainty::Depends);
            }
        }
    }

    pub(super) fn queue_silence(&mut self, hush: HushId, keys: Keys, at: Instant, sequence: u64) {
        let due = Due::Silence { hush, keys };
        self.timers.push(Timer { at, class: Class::Due, item: 0, sequence, due });
    }

    /// Silences that this event breaks begin anew.
    pub(super) fn hear(&mut self, program: &Program, event: &Happening) {
        for id in &program.dispatch_of(event.kind).silences {
            if self.cast.as_ref().is_some_and(|cast| !cast.silences.contains(id)) {
                continue;
            }
            let keys = program.hush(*id).and_then(|hush| super::react::keys_for(hush.scope, event.keys()));
            if let Some(keys) = keys {
                self.hush(program, *id, keys, event);
            }
        }
    }
}

impl Step<'_> {
    /// Takes in the directory; of groups and memberships those that this run takes.
    pub(super) fn admit(&mut self, directory: &Directory, at: Instant) {
        let seen = Happening { id: START.into(), at, ..Happening::default() };
        let mut entry = 0;
        for group in &directory.groups {
            self.at_root(Stage::React, 0, entry, None);
            entry += 1;
            if self.state.is_mine(&group.id) {
                self.state.admit_group(self.program, group, &seen);
            }
        }
        for member in &directory.members {
            self.state.admit_member(self.program, member, &seen);
            for place in &member.groups {
                self.at_root(Stage::React, 0, entry, None);
                entry += 1;
                if self.state.is_mine(&place.group) {
                    self.state.admit_membership(self.program, &member.id, place, &seen);
                }
            }
        }
    }

    /// Takes in what a recorded (or emitted) event changes by being so.
    pub(super) fn record(&mut self, event: &Happening) {
        let (program, kind) = (self.program, event.kind);
        let met = self.state.membership(event.keys()).is_some();
        // Who decides is not who the event is about, and what was sent to somebody is nothing that they did.
        let known = &program.known;
        let others = [known.task_done, known.approval_decided, known.delivery_done, known.delivery_failed];
        let about = event.member.filter(|_| !others.contains(&kind));
        let mut begun = event.group.map(|group| self.state.see_group(group)).unwrap_or_default();
        // Who has a membership has been seen.
        begun.extend(about.filter(|_| !met).map(|member| self.state.see_person(member)).unwrap_or_default());
        if let (Some(group), Some(member)) = (event.group, about) {
            // Somebody who joined before the log begins is a member from the first event on; nobody is of a closed group.
            let begins = kind == program.known.joined || !met;
            if begins && self.state.group(group).is_some_and(|group| !group.closed) {
                begun.extend(self.state.begin_membership(group, member, event.at));
            }
        }
        if !begun.is_empty() {
            self.state.watch(program, &begun, event.keys(), event);
        }
        self.record_membership(event);
        self.record_names(event);
        self.record_group(event);
        self.record_attributes(event);
        self.record_staff(event);
    }

    fn record_membership(&mut self, event: &Happening) {
        let known = &self.program.known;
        if [known.left, known.removed, known.banned].contains(&event.kind) {
            self.state.end_membership(event.keys());
        }
    }

    fn record_names(&mut self, event: &Happening) {
        let known = &self.program.known;
        let name = match event.kind {
            kind if kind == known.joined => event.field(known.joined_name),
            kind if kind == known.renamed => event.field(known.renamed_name),
            _ => return,
        };
        let Value::Text(name) = name else { return };
        if let Some(card) = self.state.card_mut(event.keys()) {
            card.name = Some(Arc::clone(name));
        }
    }

    fn record_group(&mut self, event: &Happening) {
        let known = &self.program.known;
        let Some(id) = event.group else { return };
        if event.kind == known.group_closed {
            self.state.close_group(id);
        }
        if event.kind != known.group_created {
            return;
        }
        let Some(group) = self.state.group_mut(id) else { return };
        let again = std::mem::replace(&mut group.closed, false);
        if let Value::Name(kind) = event.field(known.created_kind) {
            group.kind = Some(*kind);
        }
        if let Value::Text(name) = event.field(known.created_name) {
            group.name = Some(Arc::clone(name));
        }
        if let Value::Number(capacity) = event.field(known.created_capacity) {
            group.capacity = Some(*capacity);
        }
        if let Value::Member(owner) = event.field(known.created_owner) {
            group.owner = Some(*owner);
        }
        if again {
            self.state.watch(self.program, &[Scope::Group], event.keys(), event);
        }
    }

    fn record_attributes(&mut self, event: &Happening) {
        let Some(kind) = self.program.plan.kinds.get(event.kind.index()) else { return };
        for (position, attribute) in &kind.sets {
            let value = event.field(*position);
            if value.is_known() {
                self.state.set_attribute(self.program, event.keys(), *attribute, value.clone());
            }
        }
    }

    fn record_staff(&mut self, event: &Happening) {
        let known = &self.program.known;
        match event.kind {
            kind if kind == known.role_granted => self.record_role(event, known.granted_role, true),
            kind if kind == known.role_revoked => self.record_role(event, known.revoked_role, false),
            _ => {}
        }
    }

    fn record_role(&mut self, event: &Happening, position: u8, granted: bool) {
        let Value::Name(role) = event.field(position) else { return };
        match event.group {
            Some(_) => {
                if let Some(card) = self.state.card_mut(event.keys()) {
                    grant(&mut card.roles, *role, granted);
                }
            }
            None => {
                if let Some(person) = event.member.and_then(|member| self.state.person_mut(member)) {
                    grant(&mut person.profile.get_mut().roles, *role, granted);
                }
            }
        }
    }
}

fn grant<const N: usize>(roles: &mut SmallVec<[NameId; N]>, role: NameId, granted: bool)
where
    [NameId; N]: smallvec::Array<Item = NameId>,
{
    roles.retain(|held| *held != role);
    if granted {
        roles.push(role);
    }
}

impl State {
    /// Sets an attribute; answers whether that changes anything.
    pub(super) fn set_attribute(&mut self, program: &Program, keys: Keys, id: AttributeId, value: Value) -> bool {
        let scope = program.plan.attributes.get(id.index()).map(|a| a.scope).unwrap_or_default();
        let list = match scope {
            Scope::Member => keys.member.and_then(|m| self.person_mut(m)).map(|p| &mut p.profile.get_mut().attributes),
            Scope::Membership => self.card_mut(keys).map(|card| &mut card.attributes),
            Scope::Group => keys.group.and_then(|g| self.group_mut(g)).map(|g| &mut g.attributes),
            Scope::Community => None,
        };
        list.is_some_and(|list| put(list, id, value.clone()).as_ref() != Some(&value))
    }

    /// Whether what a recorded event tells could not have happened, since the playbook had put this member out of the
    /// group: removed until the next `member.joined`, banned until the ban ends.
    #[must_use]
    pub fn is_put_out(&self, program: &Program, event: &Happening) -> bool {
        let Some(out) = self.out_of(event.keys()) else { return false };
        event.kind != program.known.joined || out.banned_until.is_some_and(|until| event.at < until)
    }

    /// Whether a mute of the playbook lay on this member when the event was recorded.
    #[must_use]
    pub fn is_muted(&self, event: &Happening) -> bool {
        self.mute_of(event.keys()).is_some_and(|mute| event.at < mute.until)
    }
}

impl Program {
    /// Whether events of this kind are decisions of staff, or tell of deliveries: a simulation never drops them.
    #[must_use]
    pub fn is_by_staff(&self, kind: KindId) -> bool {
        let known = &self.known;
        [known.appeal_filed, known.appeal_decided, known.approval_decided, known.task_done]
            .into_iter()
            .chain([known.role_granted, known.role_revoked, known.delivery_done, known.delivery_failed])
            .any(|staff| staff == kind)
    }

    /// Whether events of this kind tell of what somebody decided, by an id that says about what.
    #[must_use]
    pub fn is_decided_by_id(&self, kind: KindId) -> bool {
        kind == self.known.approval_decided || kind == self.known.task_done
    }

    /// Whether a kind is a message that a muted member could not have posted.
    #[must_use]
    pub fn is_speech(&self, kind: KindId) -> bool {
        kind == self.known.message_posted
    }
}

/// How long invitations hold a seat.
pub(super) const INVITATION: Duration = Duration::from_hours(24);

/// The cause of what was there from the start.
const START: &str = "start";
