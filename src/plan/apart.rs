//! Whether the groups of a community can be run apart: no item looks at, changes or counts anything beyond one group, so
//! that each group's decisions come from what happens in it alone.

use super::expr::{Aggregate, Crowd, Expr};
use super::ids::{AttributeId, ItemId, KindId, NameId};
use super::{Act, Budget, Carries, Effect, ItemSort, KeyPart, Plan, Scope, walk};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many internal events may follow from one another before the engine counts them over the whole community.
const LONGEST_CHAIN: usize = 3;

/// What keeps the groups of a community together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bond {
    /// The item that does.
    pub item: ItemId,
    /// How.
    pub why: Why,
}

/// How an item reaches beyond one group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is about the community, or about persons over all their groups.
    About(Scope),
    /// It reads something.
    Reads(&'static str),
    /// It reads a field of persons over all their groups.
    ReadsField(NameId),
    /// An action of it changes something beyond the group.
    Does(NameId),
    /// Anybody can report its task done by name, without a group.
    NamedTask(NameId),
    /// One approval stands for actions in several groups.
    OneApproval,
    /// It chooses among the members of several groups at once.
    Chooses,
    /// Its budget is measured by who is where at the time.
    Measures,
    /// What it tells may wake a long chain of events, and these are counted over the whole community.
    Chain,
}

impl Plan {
    /// What keeps the groups of the community together, in the order of items; nothing where they can be run apart.
    #[must_use]
    pub fn bonds(&self) -> Vec<Bond> {
        let mut bonds = BTreeSet::new();
        let mut bond = |item: ItemId, why: Why| {
            bonds.insert(Bond { item, why });
        };
        self.bonds_of_subjects(&mut bond);
        self.bonds_of_reading(&mut bond);
        self.bonds_of_doing(&mut bond);
        self.long_chains().into_iter().for_each(|item| bond(item, Why::Chain));
        bonds.into_iter().collect()
    }

    fn bonds_of_subjects(&self, bond: &mut dyn FnMut(ItemId, Why)) {
        let handlers = self.handlers.iter().map(|handler| (handler.item, handler.subject.scope));
        let timelines = self.timelines.iter().map(|timeline| (timeline.item, timeline.subject.scope));
        let latches = self.latches.iter().map(|latch| (latch.item, latch.subject.scope));
        let tallies = self.tallies.iter().map(|tally| (tally.item, tally.scope));
        let limits = self.limits.iter().map(|limit| (limit.item, limit.subject.scope));
        let subjects = handlers.chain(timelines).chain(latches).chain(tallies).chain(limits);
        for (item, scope) in subjects.filter(|(_, scope)| is_wide(*scope)) {
            bond(item, Why::About(scope));
        }
        for handler in self.handlers.iter().filter(|handler| handler.select.is_some()) {
            // What an event wakes is of its group; a schedule is for all groups at once, and so may an event be.
            let scheduled = handler.events.is_empty() && handler.silences.is_empty();
            if scheduled || handler.subject.each && handler.events.iter().any(|kind| self.is_loose(*kind)) {
                bond(handler.item, Why::Chooses);
            }
        }
        for budget in self.budgets.iter().filter(|budget| looks_around(budget)) {
            bond(budget.item, Why::Measures);
        }
    }

    fn bonds_of_reading(&self, bond: &mut dyn FnMut(ItemId, Why)) {
        self.expressions(&mut |item, expr| {
            self.deep(expr, &mut |part| {
                if let Some(why) = self.reads(part) {
                    bond(item, why);
                }
            });
        });
    }

    /// An expression with all its parts, also those behind names.
    fn deep<'p>(&'p self, expr: &'p Expr, tell: &mut dyn FnMut(&'p Expr)) {
        walk::all(expr, &mut |part| {
            tell(part);
            match part {
                Expr::Let(id) => {
                    self.lets.get(id.index()).into_iter().for_each(|named| self.deep(&named.value, tell));
                }
                Expr::InSegment(id) => {
                    self.segments.get(id.index()).into_iter().for_each(|segment| self.deep(&segment.when, tell));
                }
                _ => {}
            }
        });
    }

    fn reads(&self, expr: &Expr) -> Option<Why> {
        match expr {
            Expr::CommunitySize => Some(Why::Reads("the size of the community")),
            Expr::Population(population) => match population.of {
                Crowd::GroupMembers => None,
                Crowd::Persons => Some(Why::Reads("all members of the community")),
                Crowd::Groups => Some(Why::Reads("all groups")),
            },
            Expr::Ledger(_) => Some(Why::Reads("points, which a person has over all groups")),
            Expr::HasTag(_) => Some(Why::Reads("tags, which a person has over all groups")),
            Expr::MemberAttribute(id) | Expr::MemberHasAttribute(id) => self.reads_field(*id),
            Expr::Tier(id) => {
                let latch = self.tiers.get(id.index()).and_then(|tiers| self.latches.get(tiers.latch.index()));
                latch.filter(|latch| is_wide(latch.subject.scope)).map(|_| Why::Reads("a tier over all groups"))
            }
            Expr::Metric(id) => {
                let metric = self.metrics.get(id.index()).filter(|metric| is_wide(metric.scope));
                metric.map(|_| Why::Reads("a metric over all groups"))
            }
            Expr::Aggregate(aggregate) if !self.is_of_group(aggregate) => Some(Why::Reads("the past of all groups")),
            Expr::EventField(fields) => {
                let declared = |(kind, position): &(KindId, u8)| {
                    self.kinds.get(kind.index()).and_then(|kind| kind.fields.get(usize::from(*position)))
                };
                let mut declared = fields.iter().filter_map(declared);
                declared.any(|field| field.ty == super::FieldType::Group).then_some(Why::Reads("another group"))
            }
            _ => None,
        }
    }

    fn reads_field(&self, id: AttributeId) -> Option<Why> {
        let field = self.attributes.get(id.index())?;
        (field.scope == Scope::Member).then_some(Why::ReadsField(field.name))
    }

    /// Whether a function over the past looks at what happened in the subject's own group alone.
    fn is_of_group(&self, aggregate: &Aggregate) -> bool {
        let Some(series) = self.series.get(aggregate.series.index()) else { return false };
        let mut parts = series.key.iter().zip(&aggregate.key);
        parts.any(|(part, value)| *part == KeyPart::Group && matches!(value, Expr::Group | Expr::EventGroup))
    }

    fn bonds_of_doing(&self, bond: &mut dyn FnMut(ItemId, Why)) {
        for effect in &self.effects {
            if self.reaches_beyond(&effect.act) {
                bond(effect.item, Why::Does(effect.name));
            }
            if effect.approval.as_ref().is_some_and(|approval| approval.one) {
                bond(effect.item, Why::OneApproval);
            }
            if let Act::Task(task) = &effect.act
                && let Some(name) = task.name
            {
                bond(effect.item, Why::NamedTask(name));
            }
        }
    }

    fn reaches_beyond(&self, act: &Act) -> bool {
        match act {
            Act::Tag(_) | Act::Untag(_) | Act::Award { .. } | Act::Redeem { .. } => true,
            Act::Invite(_) | Act::InviteWhere(_) => true,
            Act::Mute { everywhere, .. }
            | Act::Unmute { everywhere }
            | Act::Remove { everywhere }
            | Act::Ban { everywhere, .. }
            | Act::Unban { everywhere } => *everywhere,
            Act::Set { attribute, .. } => {
                self.attributes.get(attribute.index()).is_some_and(|field| is_wide(field.scope))
            }
            _ => false,
        }
    }

    /// Whether an event of this kind may come without a group.
    fn is_loose(&self, kind: KindId) -> bool {
        self.kinds.get(kind.index()).is_none_or(|kind| kind.group != Carries::Always)
    }

    /// The items with which a chain of internal events goes on too long.
    fn long_chains(&self) -> BTreeSet<ItemId> {
        let told = self.told_by_items();
        let heard = self.heard_by_items();
        // Items whose events are the first link, then those that are woken by them, and so on.
        let mut items: BTreeSet<ItemId> = told.keys().copied().collect();
        for _ in 0..LONGEST_CHAIN {
            let kinds: BTreeSet<&str> = items.iter().filter_map(|item| told.get(item)).flatten().copied().collect();
            let woken = heard.iter().filter(|(_, wakes)| wakes.iter().any(|kind| kinds.contains(kind)));
            items = woken.map(|(item, _)| *item).filter(|item| told.contains_key(item)).collect();
        }
        items
    }

    /// The kinds of events that each item makes.
    fn told_by_items(&self) -> BTreeMap<ItemId, BTreeSet<&str>> {
        let mut told: BTreeMap<ItemId, BTreeSet<&str>> = BTreeMap::new();
        for effect in &self.effects {
            told.entry(effect.item).or_default().extend(self.told_by(effect));
        }
        for timeline in &self.timelines {
            told.entry(timeline.item).or_default().extend(["flow.started", "flow.ended"]);
        }
        for latch in &self.latches {
            told.entry(latch.item).or_default().extend(["tier.changed", "segment.entered", "segment.left"]);
        }
        for tally in self.tallies.iter().filter(|tally| tally.appeal.is_some()) {
            told.entry(tally.item).or_default().insert("strike.withdrawn");
        }
        told.retain(|_, kinds| !kinds.is_empty());
        told
    }

    fn told_by(&self, effect: &Effect) -> Vec<&str> {
        let kind = |id: KindId| self.kinds.get(id.index()).map(|kind| kind.name.as_str());
        match &effect.act {
            Act::Emit { kind: id, .. } => kind(*id).into_iter().collect(),
            Act::Sample { metric, .. } => {
                self.metrics.get(metric.index()).and_then(|metric| kind(metric.kind)).into_iter().collect()
            }
            Act::Say { how: super::Say::Post | super::Say::Announce, .. } => vec!["content.posted"],
            Act::Strike { .. } => vec!["strike.given"],
            Act::Pardon { .. } => vec!["strike.withdrawn"],
            Act::Mute { .. } => vec!["member.muted"],
            Act::Remove { .. } => vec!["member.removed"],
            Act::Ban { .. } => vec!["member.banned"],
            Act::Dissolve => vec!["group.closed"],
            Act::Task(_) => vec!["task.created", "task.overdue"],
            Act::Start { .. } | Act::Stop { .. } => vec!["flow.started", "flow.ended"],
            _ => Vec::new(),
        }
    }

    /// The kinds of events that wake each item.
    fn heard_by_items(&self) -> BTreeMap<ItemId, BTreeSet<&str>> {
        let handlers = self.handlers.iter().flat_map(|handler| handler.events.iter().map(|kind| (handler.item, *kind)));
        let edges = self.timelines.iter().flat_map(|timeline| {
            let goals = timeline.goal.iter().flat_map(|goal| goal.wakes.iter().copied());
            timeline.edges.iter().map(|edge| edge.kind).chain(goals).map(|kind| (timeline.item, kind))
        });
        let latches = self.latches.iter().flat_map(|latch| latch.wakes.iter().map(|kind| (latch.item, *kind)));
        let mut heard: BTreeMap<ItemId, BTreeSet<&str>> = BTreeMap::new();
        for (item, kind) in handlers.chain(edges).chain(latches) {
            if let Some(kind) = self.kinds.get(kind.index()) {
                heard.entry(item).or_default().insert(&kind.name);
            }
        }
        heard
    }

    /// `rule flood` and how it keeps groups together.
    #[must_use]
    pub fn bond_in_words(&self, bond: &Bond) -> String {
        let item = self.items.get(bond.item.index());
        let sort = item.map_or(ItemSort::Rule, |item| item.sort).word();
        let name = item.and_then(|item| self.names.get(item.name.index())).map_or("?", String::as_str);
        let place = item.and_then(|item| self.places.get(item.place.index())).map_or("?", String::as_str);
        format!("{place} {sort} {name} {}", Told { plan: self, why: &bond.why })
    }
}

/// Whether a scope reaches over several groups.
fn is_wide(scope: Scope) -> bool {
    matches!(scope, Scope::Community | Scope::Member)
}

/// Whether whom an action counts for is asked of the state at the time.
fn looks_around(budget: &Budget) -> bool {
    budget.subject.filter.is_some() || matches!(budget.subject.scope, Scope::Member | Scope::Membership)
}

struct Told<'a> {
    plan: &'a Plan,
    why: &'a Why,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |id: &NameId| self.plan.names.get(id.index()).map_or("?", String::as_str);
        match self.why {
            Why::About(Scope::Member) => f.write_str("is about persons over all their groups"),
            Why::About(_) => f.write_str("is about the whole community"),
            Why::Reads(what) => write!(f, "reads {what}"),
            Why::ReadsField(field) => write!(f, "reads `{}`, which a person has over all groups", name(field)),
            Why::Does(action) => write!(f, "does `{}`, which reaches beyond the group", name(action).replace('_', " ")),
            Why::NamedTask(task) => {
                write!(f, "gives the task `{}`, which can be reported done by name from anywhere", name(task))
            }
            Why::OneApproval => f.write_str("asks for one approval of actions in several groups"),
            Why::Chooses => f.write_str("chooses among the members of all groups at one time"),
            Why::Measures => f.write_str("is measured by who is where at the time"),
            Why::Chain => f.write_str("goes on with a chain of events that is counted over the whole community"),
        }
    }
}
