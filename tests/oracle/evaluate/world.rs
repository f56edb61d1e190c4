//! What a run remembers: the whole past, and the state that events and actions have left.

use super::book::{Act, Scope};
use super::value::Value;
use super::zone::Ms;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The keys of a subject, by id: the order of subjects is by group, then by member.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keys {
    pub group: Option<String>,
    pub member: Option<String>,
}

impl Keys {
    pub fn of(group: Option<&str>, member: Option<&str>) -> Keys {
        Keys { group: group.map(str::to_owned), member: member.map(str::to_owned) }
    }

    /// The keys that a scope has; `None` where one is missing.
    pub fn within(&self, scope: Scope) -> Option<Keys> {
        let group = if scope.has_group() { Some(self.group.clone()?) } else { None };
        let member = if scope.has_member() { Some(self.member.clone()?) } else { None };
        Some(Keys { group, member })
    }
}

/// A chain of ids back to what was recorded.
#[derive(Debug)]
pub struct Cause {
    pub id: String,
    pub parent: Option<Rc<Cause>>,
}

/// What caused something, and how many internal events lie before it.
#[derive(Debug, Clone)]
pub struct Origin {
    pub cause: Rc<Cause>,
    pub depth: u32,
}

impl Origin {
    pub fn root(id: String) -> Origin {
        Origin { cause: Rc::new(Cause { id, parent: None }), depth: 0 }
    }

    pub fn of(event: &Event) -> Origin {
        Origin { cause: event.as_cause(), depth: event.depth }
    }

    /// Something with an id of its own that this led to.
    pub fn then(&self, id: &str) -> Origin {
        let cause = Cause { id: id.to_owned(), parent: Some(Rc::clone(&self.cause)) };
        Origin { cause: Rc::new(cause), depth: self.depth }
    }
}

/// An event, recorded or internal.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: String,
    pub at: Ms,
    pub kind: String,
    pub keys: Keys,
    pub fields: BTreeMap<String, Value>,
    pub cause: Option<Rc<Cause>>,
    pub depth: u32,
    /// Its place among all that was put down.
    pub sequence: u64,
}

impl Event {
    pub fn field(&self, name: &str) -> Value {
        self.fields.get(name).cloned().unwrap_or(Value::Unknown)
    }

    pub fn as_cause(&self) -> Rc<Cause> {
        Rc::new(Cause { id: self.id.clone(), parent: self.cause.clone() })
    }
}

/// One decision as it is recorded.
#[derive(Debug)]
pub struct Decision {
    pub at: Ms,
    pub id: String,
    pub action: String,
    pub keys: Keys,
    pub args: Vec<(String, Value)>,
    pub status: &'static str,
    pub reason: Option<String>,
    pub item: String,
    pub source: String,
    pub cause: Rc<Cause>,
}

/// What began the life of a subject.
#[derive(Debug, Clone)]
pub struct Beginning {
    pub at: Ms,
    pub sequence: u64,
    pub cause: Rc<Cause>,
}

#[derive(Debug, Default)]
pub struct Group {
    pub kind: Option<String>,
    pub name: Option<String>,
    pub capacity: Option<Value>,
    pub owner: Option<String>,
    pub fields: BTreeMap<String, Value>,
    /// Since when it lives, unless it is closed.
    pub life: Option<Beginning>,
}

#[derive(Debug, Default)]
pub struct Person {
    pub name: Option<String>,
    pub fields: BTreeMap<String, Value>,
    pub tags: BTreeSet<String>,
    pub points: BTreeMap<String, rust_decimal::Decimal>,
    /// Roles held everywhere.
    pub roles: BTreeSet<String>,
    /// The first event about this person.
    pub seen: Option<Beginning>,
    /// Since when the person is of the community, if so.
    pub life: Option<Beginning>,
}

#[derive(Debug, Default)]
pub struct Membership {
    pub card: Option<String>,
    pub fields: BTreeMap<String, Value>,
    /// Roles held in the group.
    pub roles: BTreeSet<String>,
    /// Since when it lives, unless it has ended.
    pub life: Option<Beginning>,
    /// When the last one began.
    pub joined: Option<Ms>,
    pub mute: Option<Sanction>,
    /// Why the playbook put the member out, until a joining lets it in again.
    pub out: Option<Sanction>,
}

/// A sanction in force.
#[derive(Debug, Clone)]
pub struct Sanction {
    pub is_ban: bool,
    pub until: Ms,
    /// The ladder and the strike that it rests on.
    pub ground: Option<Ground>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    pub ladder: usize,
    /// The decision that gave the strike.
    pub strike: String,
}

/// A strike that counts until it has faded.
#[derive(Debug, Clone)]
pub struct Strike {
    pub ladder: usize,
    pub id: String,
    pub at: Ms,
    pub weight: i64,
    /// Where it arose.
    pub keys: Keys,
    /// Forgiven, or taken back by an appeal.
    pub gone: bool,
}

/// A task that is open.
#[derive(Debug, Clone)]
pub struct Task<'b> {
    pub id: String,
    pub act: Option<&'b Act<'b>>,
    pub name: Option<String>,
    pub title: String,
    pub role: String,
    pub given: Ms,
    pub due: Ms,
    pub item: usize,
    pub source: String,
    pub keys: Keys,
    pub per: Value,
    pub scene: Memory,
    pub origin: Origin,
    /// The run of a flow that gave it.
    pub run: Option<u64>,
    pub sequence: u64,
    pub is_overdue: bool,
}

/// What an expression that is read later still sees.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pub keys: Keys,
    /// Whose past is looked at, where that is wider than the keys: a message is said in a group and may be for a person.
    pub of: Option<super::book::Scope>,
    /// What a function without `by` counts, where that is less than the keys: in the `where` of groups, the group's events.
    pub counts: Option<super::book::Scope>,
    pub per: Option<(String, Value)>,
    pub event: Option<Rc<Event>>,
    pub params: BTreeMap<String, Value>,
    pub start: Option<Ms>,
    pub anchor: Option<Ms>,
}

impl FlowRun {
    /// Steps of the instant at which it was started or updated belong to that chain.
    pub fn origin_at(&self, now: Ms) -> Origin {
        let (at, depth) = self.moved;
        Origin { depth: if at == now { depth } else { 0 }, ..self.origin.clone() }
    }
}

/// A run of a flow.
#[derive(Debug, Clone)]
pub struct FlowRun {
    pub number: u64,
    pub flow: usize,
    pub keys: Keys,
    pub per: Value,
    pub event: Option<Rc<Event>>,
    pub params: BTreeMap<String, Value>,
    pub started: Ms,
    pub anchor: Ms,
    pub origin: Origin,
    /// When it was started or updated, and how deep in a chain.
    pub moved: (Ms, u32),
    pub sequence: u64,
    pub steps: Vec<StepState>,
    /// When each step comes, as far as it is known.
    pub times: Vec<Option<Ms>>,
    /// The names of its tasks that are done.
    pub done: Vec<String>,
}

/// What became of a step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Ahead,
    Missed,
    Over,
}

/// An action that happened, for limits.
#[derive(Debug, Clone)]
pub struct Happened {
    pub at: Ms,
    pub action: String,
    pub class: Option<String>,
    pub keys: Keys,
    /// Whom it reached.
    pub reached: Vec<String>,
}

/// An action on its way to being done.
#[derive(Debug, Clone)]
pub struct Pending<'b> {
    pub act: &'b Act<'b>,
    pub id: String,
    pub ready: Ready,
    pub origin: Origin,
    pub run: Option<u64>,
    pub approved: bool,
    /// The limit whose hold was approved.
    pub waived: Option<usize>,
    pub ground: Option<Ground>,
    /// Which firing it belongs to.
    pub firing: u64,
}

/// An action made ready on the state in which its condition was tested.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Whom it concerns.
    pub keys: Keys,
    /// The subject of the item, which may do it to another.
    pub subject: Keys,
    /// The `per` value of the subject.
    pub per: Value,
    /// Why it cannot be done at all.
    pub refusal: Option<&'static str>,
    pub args: Vec<(String, Value)>,
    /// What each piece of a message says, for one to be chosen when it is said.
    pub pieces: Vec<Option<String>>,
    pub scene: Memory,
}

/// What waits for a moment or for an answer.
#[derive(Debug, Clone)]
pub struct Waiting<'b> {
    pub pending: Pending<'b>,
    pub due: Option<Ms>,
    pub sequence: u64,
    pub hold: Option<Hold>,
}

/// What a held action waits for.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// Approvals that share one answer.
    pub shared: Option<u64>,
    pub proceed: bool,
    /// Of a limit, rather than of the action itself.
    pub limit: Option<usize>,
}

/// Everything that a run remembers.
#[derive(Default)]
pub struct World<'b> {
    pub now: Ms,
    /// When the clock started.
    pub started: Ms,
    pub past: Vec<Rc<Event>>,
    pub groups: BTreeMap<String, Group>,
    pub persons: BTreeMap<String, Person>,
    pub memberships: BTreeMap<(String, String), Membership>,
    /// Levels of tiers and segments by item and subject, and reviews failed in a row.
    pub levels: BTreeMap<(usize, Keys), (usize, u32)>,
    pub metrics: BTreeMap<(String, Keys), Value>,
    /// When a rule's branch, or a flow (branch 0), last fired for a subject.
    pub once: BTreeMap<(usize, usize, Keys, String), Ms>,
    pub turns: BTreeMap<(String, Option<String>), usize>,
    /// For each pool and group when each message was last used, and how often it has been used up to then.
    pub used: BTreeMap<(String, Option<String>), Vec<String>>,
    pub credits: BTreeMap<(String, Option<String>), BTreeMap<String, rust_decimal::Decimal>>,
    pub strikes: Vec<Strike>,
    pub tasks: Vec<Task<'b>>,
    pub runs: Vec<FlowRun>,
    pub waiting: Vec<Waiting<'b>>,
    pub happened: Vec<Happened>,
    /// Invitations not yet followed: group, member, when.
    pub invitations: Vec<(String, String, Ms)>,
    /// Silences that have fired, by item, trigger and subject: the sequence of what armed them.
    pub fired: BTreeMap<(usize, usize, Keys), u64>,
    /// The last instant at which a schedule fired, by item and row.
    pub scheduled: BTreeMap<(usize, usize), Ms>,
    pub midnight: Option<Ms>,
    pub sequence: u64,
}

impl World<'_> {
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub fn is_member(&self, group: &str, member: &str) -> bool {
        self.memberships.get(&(group.to_owned(), member.to_owned())).is_some_and(|m| m.life.is_some())
    }

    /// The living members of a group, in order of id.
    pub fn members_of(&self, group: &str) -> Vec<String> {
        let living = self.memberships.iter().filter(|((g, _), m)| g == group && m.life.is_some());
        living.map(|((_, member), _)| member.clone()).collect()
    }

    /// The persons of the community, in order of id.
    pub fn people(&self) -> Vec<String> {
        self.persons.iter().filter(|(_, person)| person.life.is_some()).map(|(id, _)| id.clone()).collect()
    }

    /// The groups that are not closed, in order of id.
    pub fn open_groups(&self) -> Vec<String> {
        self.groups.iter().filter(|(_, group)| group.life.is_some()).map(|(id, _)| id.clone()).collect()
    }

    /// The living subjects of a scope that agree with some keys, in order of id.
    pub fn subjects(&self, scope: Scope, agree: &Keys) -> Vec<Keys> {
        let all: Vec<Keys> = match scope {
            Scope::Community => vec![Keys::default()],
            Scope::Group => self.open_groups().iter().map(|group| Keys::of(Some(group), None)).collect(),
            Scope::Member => self.people().iter().map(|member| Keys::of(None, Some(member))).collect(),
            Scope::Membership => {
                let living = self.memberships.iter().filter(|(_, membership)| membership.life.is_some());
                living.map(|((group, member), _)| Keys::of(Some(group), Some(member))).collect()
            }
        };
        let agrees = |wanted: &Option<String>, own: &Option<String>| match (wanted, own) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        let fits = |keys: &Keys| agrees(&agree.group, &keys.group) && agrees(&agree.member, &keys.member);
        all.into_iter().filter(fits).collect()
    }

    /// Since when a subject lives, if it does.
    pub fn life(&self, keys: &Keys) -> Option<&Beginning> {
        match (&keys.group, &keys.member) {
            (Some(group), Some(member)) => self.memberships.get(&(group.clone(), member.clone()))?.life.as_ref(),
            (Some(group), None) => self.groups.get(group)?.life.as_ref(),
            (None, Some(member)) => self.persons.get(member)?.life.as_ref(),
            (None, None) => None,
        }
    }

    /// The groups in which a person lives, in order of id.
    pub fn groups_of(&self, member: &str) -> Vec<String> {
        let living = self.memberships.iter().filter(|((_, m), membership)| m == member && membership.life.is_some());
        living.map(|((group, _), _)| group.clone()).collect()
    }
}
