//! What an event changes before any condition is tested.

use super::book::Scope;
use super::run::Run;
use super::value::Value;
use super::world::{Beginning, Event};

/// What staff decide makes nobody a member of the group, or a person of the community: it names who decided. Nor does
/// what was sent to somebody.
const BY_STAFF: [&str; 4] = ["task.done", "approval.decided", "delivery.done", "delivery.failed"];

impl Run<'_> {
    /// A recorded event changes the state, and so does an emitted one.
    pub fn facts(&mut self, event: &Event) {
        self.begin(event);
        self.change(event);
        self.set_fields(event);
    }

    /// Subjects that are seen for the first time begin to live.
    fn begin(&mut self, event: &Event) {
        let beginning = Beginning { at: event.at, sequence: event.sequence, cause: event.as_cause() };
        let joins = event.kind == "member.joined";
        if let Some(group) = &event.keys.group {
            let seen = self.world.groups.contains_key(group);
            let known = self.world.groups.entry(group.clone()).or_default();
            if !seen || (event.kind == "group.created" && known.life.is_none()) {
                known.life = Some(beginning.clone());
            }
        }
        if BY_STAFF.contains(&event.kind.as_str()) {
            return;
        }
        let Some(member) = &event.keys.member else { return };
        let had_one = self.world.memberships.keys().any(|(_, m)| m == member);
        let person = self.world.persons.entry(member.clone()).or_default();
        if person.seen.is_none() {
            person.seen = Some(beginning.clone());
        }
        if !had_one && person.life.is_none() {
            person.life = Some(beginning.clone());
        }
        let Some(group) = &event.keys.group else { return };
        let is_open = self.world.groups[group].life.is_some();
        if !is_open {
            return;
        }
        let key = (group.clone(), member.clone());
        let seen = self.world.memberships.contains_key(&key);
        let membership = self.world.memberships.entry(key).or_default();
        if (joins && membership.life.is_none()) || !seen {
            membership.joined = Some(event.at);
            membership.out = None;
            self.world.invitations.retain(|(g, m, _)| g != group || m != member);
            membership.life = Some(beginning.clone());
            let person = self.world.persons.get_mut(member).unwrap();
            person.life.get_or_insert(beginning);
        }
    }

    /// A membership ends, and with the last one the person is no longer of the community.
    pub fn leave(&mut self, group: &str, member: &str) {
        let key = (group.to_owned(), member.to_owned());
        let Some(membership) = self.world.memberships.get_mut(&key) else { return };
        membership.life = None;
        if self.world.groups_of(member).is_empty()
            && let Some(person) = self.world.persons.get_mut(member)
        {
            person.life = None;
        }
    }

    /// A group is closed, and with it its memberships end.
    pub fn close(&mut self, group: &str) {
        if self.world.groups.get(group).is_some_and(|known| known.life.is_none()) {
            return;
        }
        for member in self.world.members_of(group) {
            self.leave(group, &member);
        }
        self.world.groups.entry(group.to_owned()).or_default().life = None;
    }

    fn change(&mut self, event: &Event) {
        let (group, member) = (event.keys.group.as_deref(), event.keys.member.as_deref());
        let text = |field: &str| event.field(field).words().map(str::to_owned);
        match (event.kind.as_str(), group, member) {
            ("member.joined", Some(group), Some(member)) => {
                if let Some(name) = text("name") {
                    self.card(group, member, name);
                }
            }
            ("member.left" | "member.removed" | "member.banned", Some(group), Some(member)) => {
                self.leave(group, member);
            }
            ("member.renamed", Some(group), Some(member)) => {
                self.card(group, member, text("name").unwrap());
            }
            ("role.granted", _, Some(member)) => self.role(group, member, text("role"), true),
            ("role.revoked", _, Some(member)) => self.role(group, member, text("role"), false),
            ("group.created", Some(group), _) => self.create(group, event),
            ("group.closed", Some(group), _) => self.close(group),
            _ => {}
        }
    }

    fn card(&mut self, group: &str, member: &str, name: String) {
        if let Some(membership) = self.world.memberships.get_mut(&(group.to_owned(), member.to_owned())) {
            membership.card = Some(name);
        }
    }

    fn role(&mut self, group: Option<&str>, member: &str, role: Option<String>, granted: bool) {
        let Some(role) = role else { return };
        let roles = match group {
            Some(group) => {
                let key = (group.to_owned(), member.to_owned());
                let Some(membership) = self.world.memberships.get_mut(&key) else { return };
                &mut membership.roles
            }
            None => &mut self.world.persons.entry(member.to_owned()).or_default().roles,
        };
        if granted {
            roles.insert(role);
        } else {
            roles.remove(&role);
        }
    }

    fn create(&mut self, group: &str, event: &Event) {
        let known = self.world.groups.get_mut(group).unwrap();
        let text = |field: &str| event.field(field).words().map(str::to_owned);
        known.kind = text("group_kind").or(known.kind.take());
        known.name = text("name").or(known.name.take());
        if !event.field("capacity").is_unknown() {
            known.capacity = Some(event.field("capacity"));
        }
        known.owner = event.field("owner").member().map(str::to_owned).or(known.owner.take());
    }

    /// A field of an event sets the field of the same name and type, where the event carries the field's keys.
    fn set_fields(&mut self, event: &Event) {
        let kind = &self.book.kinds[&event.kind];
        for field in &self.book.fields {
            let value = event.field(field.name);
            if value.is_unknown() || kind.ty(field.name) != Some(field.ty) {
                continue;
            }
            if field.scope == Scope::Group && event.keys.member.is_some() {
                continue;
            }
            let Some(keys) = event.keys.within(field.scope) else { continue };
            self.set_field(field.scope, &keys, field.name, value);
        }
    }

    pub fn set_field(&mut self, scope: Scope, keys: &super::world::Keys, name: &str, value: Value) {
        let group = keys.group.clone().unwrap_or_default();
        let member = keys.member.clone().unwrap_or_default();
        let fields = match scope {
            Scope::Group => &mut self.world.groups.entry(group).or_default().fields,
            Scope::Member => &mut self.world.persons.entry(member).or_default().fields,
            _ => {
                let Some(membership) = self.world.memberships.get_mut(&(group, member)) else { return };
                &mut membership.fields
            }
        };
        fields.insert(name.to_owned(), value);
    }
}
