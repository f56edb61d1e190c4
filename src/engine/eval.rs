//! What an expression comes to: three-valued, and pure over the state.

use super::arithmetic::{arithmetic, in_order, negate, order};
use super::happening::Happening;
use super::past::Past;
use super::program::Program;
use super::state::{Membership, Profile, State, Who, look};
use super::text::template;
use crate::plan::Series;
use crate::plan::expr::{Comparison, Expr, Keys};
use crate::plan::ids::{AttributeId, GroupId, LedgerId, MemberId, NameId, TiersId};
use crate::plan::value::Value;
use crate::time::{Duration, Instant, Period, Weekday};
use chrono::{Datelike, Timelike};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::sync::Arc;

/// Everything an expression may look at.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) program: &'a Program,
    pub(super) state: &'a State,
    pub(super) now: Instant,
    pub(super) keys: Keys,
    /// The event that woke the item or started the run.
    pub(super) event: Option<&'a Happening>,
    pub(super) params: &'a [Value],
    pub(super) per: &'a Value,
    /// When the run started, and its anchor.
    pub(super) run_start: Option<Instant>,
    pub(super) anchor: Option<Instant>,
    pub(super) piece: Option<NameId>,
    pub(super) row: Row<'a>,
}

/// The counted event, inside a condition on it.
#[derive(Clone, Copy)]
pub(super) enum Row<'a> {
    None,
    /// Inside a series' filter: positions are those of the event.
    Event(&'a Happening),
    /// Inside an aggregate's rest: positions are those of the columns.
    Past(&'a Past, usize),
}

impl<'a> Scene<'a> {
    pub(super) fn new(program: &'a Program, state: &'a State, now: Instant, keys: Keys) -> Scene<'a> {
        Scene {
            program,
            state,
            now,
            keys,
            event: None,
            params: &[],
            per: &Value::Unknown,
            run_start: None,
            anchor: None,
            piece: None,
            row: Row::None,
        }
    }

    pub(super) fn with_event(self, event: &'a Happening) -> Scene<'a> {
        Scene { event: Some(event), ..self }
    }

    pub(super) fn about(self, keys: Keys) -> Scene<'a> {
        Scene { keys, ..self }
    }

    /// Whether a condition is known to be true; none is.
    pub(super) fn holds(&self, condition: Option<&Expr>) -> bool {
        condition.is_none_or(|condition| self.value(condition).is_true())
    }

    /// A condition in three values; none is true.
    pub(super) fn truth(&self, condition: Option<&Expr>) -> Option<bool> {
        match condition.map(|condition| self.value(condition)) {
            None => Some(true),
            Some(Value::Bool(truth)) => Some(truth),
            Some(_) => None,
        }
    }

    /// What the expression comes to.
    pub(super) fn value(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Const(value) => value.clone(),
            Expr::Now | Expr::NowHour | Expr::NowWeekday | Expr::NowDate => self.clock(expr),
            Expr::EventField(of) => self.event.map(|e| e.field_of(of).clone()).unwrap_or_default(),
            Expr::EventAt => self.event.map_or(Value::Unknown, |e| Value::Time(e.at)),
            Expr::EventId => self.event.map_or(Value::Unknown, |e| Value::text(e.id.as_str())),
            Expr::EventMember => self.event.and_then(|e| e.member).map_or(Value::Unknown, Value::Member),
            Expr::EventGroup => self.event.and_then(|e| e.group).map_or(Value::Unknown, Value::Group),
            Expr::Row(position) => self.row_value(*position),
            Expr::RowAt => self.row_time().map_or(Value::Unknown, Value::Time),
            Expr::RowMember => self.row_event().and_then(|e| e.member).map_or(Value::Unknown, Value::Member),
            Expr::RowGroup => self.row_event().and_then(|e| e.group).map_or(Value::Unknown, Value::Group),
            Expr::Param(position) => self.params.get(*position as usize).cloned().unwrap_or_default(),
            Expr::Per => self.per.clone(),
            Expr::Piece => self.piece.map_or(Value::Unknown, Value::Name),
            Expr::Member => self.keys.member.map_or(Value::Unknown, Value::Member),
            Expr::Group => self.keys.group.map_or(Value::Unknown, Value::Group),
            Expr::MemberId | Expr::MemberName | Expr::MemberAttribute(_) | Expr::MemberHasAttribute(_) => {
                self.of_member(expr)
            }
            Expr::Ledger(ledger) => self.balance(*ledger),
            Expr::Tier(tiers) => self.tier(*tiers),
            Expr::HasTag(tag) => self.person_has(*tag),
            Expr::HasRole { who, role } => self.has_role(&self.value(who), *role),
            Expr::InSegment(id) => self.segment(*id),
            Expr::GroupId | Expr::GroupName | Expr::GroupKind | Expr::GroupSize | Expr::GroupCapacity => {
                self.of_group(expr)
            }
            Expr::GroupSeats | Expr::GroupOwner | Expr::GroupAttribute(_) | Expr::GroupHasAttribute(_) => {
                self.of_group(expr)
            }
            Expr::CommunitySize => Value::count(u64::from(self.state.living_persons)),
            Expr::CommunityName => self.program.plan.community.name.as_deref().map_or(Value::Unknown, Value::text),
            Expr::Metric(id) => self.metric(*id),
            Expr::Let(id) => match self.program.plan.lets.get(id.index()) {
                Some(named) => self.narrowed(named.scope).value(&named.value),
                None => Value::Unknown,
            },
            Expr::Not(inner) => match self.value(inner) {
                Value::Bool(truth) => Value::Bool(!truth),
                _ => Value::Unknown,
            },
            Expr::And(parts) => self.all(parts, false),
            Expr::Or(parts) => self.all(parts, true),
            Expr::Negate(inner) => negate(self.value(inner)),
            Expr::Compare { op, left, right } => self.compare(*op, &self.value(left), &self.value(right)),
            Expr::Arithmetic { op, left, right } => arithmetic(*op, self.value(left), self.value(right)),
            Expr::In { value, list } => self.contained(&self.value(list), &self.value(value)),
            Expr::Contains { whole, part } => self.contained(&self.value(whole), &self.value(part)),
            Expr::Matches { value, pattern } => self.matches(&self.value(value), pattern.index()),
            Expr::Between { value, low, high, half_open } => self.between(value, low, high, *half_open),
            Expr::TimeOfDayBetween { value, low, high } => self.time_of_day(&self.value(value), *low, *high),
            Expr::Else { value, fallback } => match self.value(value) {
                Value::Unknown => self.value(fallback),
                known => known,
            },
            Expr::If { condition, then, otherwise } => match self.value(condition) {
                Value::Bool(true) => self.value(then),
                Value::Bool(false) => self.value(otherwise),
                _ => Value::Unknown,
            },
            Expr::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            Expr::Text(text) => template(self, text).map_or(Value::Unknown, Value::Text),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Population(population) => self.population(population),
        }
    }

    fn clock(&self, expr: &Expr) -> Value {
        let calendar = &self.program.plan.community.calendar;
        match expr {
            Expr::NowHour => Value::count(u64::from(calendar.zone.local(self.now).hour())),
            Expr::NowWeekday => Value::Name(self.weekday()),
            Expr::NowDate => Value::Time(calendar.period(Period::Day, 0, self.now).start),
            _ => Value::Time(self.now),
        }
    }

    fn weekday(&self) -> NameId {
        let words = &self.program.words;
        match Weekday::from(self.program.plan.community.calendar.zone.date(self.now).weekday()) {
            Weekday::Monday => words.monday,
            Weekday::Tuesday => words.tuesday,
            Weekday::Wednesday => words.wednesday,
            Weekday::Thursday => words.thursday,
            Weekday::Friday => words.friday,
            Weekday::Saturday => words.saturday,
            Weekday::Sunday => words.sunday,
        }
    }

    fn row_value(&self, position: u8) -> Value {
        match self.row {
            Row::None => Value::Unknown,
            Row::Event(event) => event.field(position).clone(),
            Row::Past(past, row) => past.value(position, row),
        }
    }

    fn row_time(&self) -> Option<Instant> {
        match self.row {
            Row::None => None,
            Row::Event(event) => Some(event.at),
            Row::Past(past, row) => past.time(row),
        }
    }

    fn row_event(&self) -> Option<&'a Happening> {
        match self.row {
            Row::Event(event) => Some(event),
            _ => None,
        }
    }

    // ---- members and groups -------------------------------------------------------------------------------------

    fn of_member(&self, expr: &Expr) -> Value {
        let Some(member) = self.keys.member else { return Value::Unknown };
        match expr {
            Expr::MemberId => Value::text(self.state.member_text(member)),
            Expr::MemberName => self.member_name(member),
            Expr::MemberAttribute(id) => self.member_attribute(*id),
            Expr::MemberHasAttribute(id) => Value::Bool(self.member_attribute(*id).is_known()),
            _ => Value::Unknown,
        }
    }

    /// The card in the group, else the person's name, else the id.
    pub(super) fn member_name(&self, member: MemberId) -> Value {
        let card = self.state.membership(Keys { member: Some(member), ..self.keys }).and_then(|m| m.card.get());
        let profile = || self.state.person(member).and_then(|p| p.profile.get());
        let name = card.and_then(|card| card.name.as_ref()).or_else(|| profile()?.name.as_ref());
        name.map_or_else(|| Value::text(self.state.member_text(member)), |name| Value::Text(Arc::clone(name)))
    }

    fn member_attribute(&self, id: AttributeId) -> Value {
        let card = self.state.membership(self.keys).and_then(|m| m.card.get());
        let of_membership = card.and_then(|card| look(&card.attributes, &id));
        let of_person = || look(&self.profile()?.attributes, &id);
        of_membership.or_else(of_person).cloned().unwrap_or_default()
    }

    fn profile(&self) -> Option<&'a Profile> {
        self.state.person(self.keys.member?)?.profile.get()
    }

    fn balance(&self, ledger: LedgerId) -> Value {
        self.keys.member.map_or(Value::Unknown, |member| Value::Number(self.state.balance(member, ledger)))
    }

    fn tier(&self, tiers: TiersId) -> Value {
        let Some(declared) = self.program.plan.tiers.get(tiers.index()) else { return Value::Unknown };
        let Some(latch) = self.program.plan.latches.get(declared.latch.index()) else { return Value::Unknown };
        let who = Who::of(super::react::narrow(latch.subject.scope, self.keys));
        Value::Tier(tiers, self.state.standing(declared.latch, &who).level)
    }

    fn person_has(&self, tag: NameId) -> Value {
        if self.keys.member.is_none() {
            return Value::Unknown;
        }
        Value::Bool(self.profile().is_some_and(|profile| profile.tags.contains(&tag)))
    }

    fn has_role(&self, who: &Value, role: NameId) -> Value {
        let Value::Member(member) = who else { return Value::Unknown };
        let Some(person) = self.state.person(*member) else { return Value::Bool(false) };
        let everywhere = person.profile.get().is_some_and(|profile| profile.roles.contains(&role));
        let in_group = |group: GroupId| self.state.holds_in(self.program, group, *member, role);
        Value::Bool(
            everywhere
                || match self.keys.group {
                    Some(group) => in_group(group),
                    None => self.state.groups_of(*member).any(in_group),
                },
        )
    }

    /// What is defined of a person does not depend on the group at hand.
    pub(super) fn narrowed(&self, scope: crate::plan::Scope) -> Scene<'a> {
        Scene { keys: super::react::narrow(scope, self.keys), ..*self }
    }

    fn segment(&self, id: crate::plan::ids::SegmentId) -> Value {
        let Some(segment) = self.program.plan.segments.get(id.index()) else { return Value::Unknown };
        self.narrowed(segment.scope).value(&segment.when)
    }

    fn of_group(&self, expr: &Expr) -> Value {
        let Some(id) = self.keys.group else { return Value::Unknown };
        let Some(group) = self.state.group(id) else { return Value::Unknown };
        match expr {
            Expr::GroupId => Value::text(self.state.group_text(id)),
            Expr::GroupName => {
                let name = group.name.as_ref();
                name.map_or_else(|| Value::text(self.state.group_text(id)), |name| Value::Text(Arc::clone(name)))
            }
            Expr::GroupKind => group.kind.map_or(Value::Unknown, Value::Name),
            Expr::GroupSize => Value::count(u64::from(group.size)),
            Expr::GroupCapacity => group.capacity.map_or(Value::Unknown, Value::Number),
            Expr::GroupSeats => self.seats(id),
            Expr::GroupOwner => group.owner.map_or(Value::Unknown, Value::Member),
            Expr::GroupAttribute(id) => look(&group.attributes, id).cloned().unwrap_or_default(),
            Expr::GroupHasAttribute(id) => Value::Bool(look(&group.attributes, id).is_some_and(Value::is_known)),
            _ => Value::Unknown,
        }
    }

    /// Capacity less size less the invitations of the last 24h not yet followed.
    fn seats(&self, id: GroupId) -> Value {
        let Some(group) = self.state.group(id) else { return Value::Unknown };
        let Some(capacity) = group.capacity else { return Value::Unknown };
        let border = self.now - Duration::from_hours(24);
        let invited = group.invited.iter().filter(|(at, _)| *at > border).count();
        Value::Number(capacity - Decimal::from(group.size) - Decimal::from(invited))
    }

    fn metric(&self, id: crate::plan::ids::MetricId) -> Value {
        let scope = self.program.plan.metrics.get(id.index()).map(|m| m.scope).unwrap_or_default();
        let number = self.state.number(super::react::narrow(scope, self.keys));
        let sample = self.state.metrics.get(id.index()).and_then(|samples| samples.get(number, &Value::Unknown));
        sample.cloned().unwrap_or_default()
    }

    // ---- operators ----------------------------------------------------------------------------------------------

    /// `and` (`stop` false) and `or` (`stop` true) of Kleene.
    fn all(&self, parts: &[Expr], stop: bool) -> Value {
        let mut known = true;
        for part in parts {
            match self.value(part) {
                Value::Bool(truth) if truth == stop => return Value::Bool(stop),
                Value::Bool(_) => {}
                _ => known = false,
            }
        }
        if known { Value::Bool(!stop) } else { Value::Unknown }
    }

    fn compare(&self, op: Comparison, left: &Value, right: &Value) -> Value {
        if !left.is_known() || !right.is_known() {
            return Value::Unknown;
        }
        match op {
            Comparison::Equal => Value::Bool(self.equal(left, right)),
            Comparison::NotEqual => Value::Bool(!self.equal(left, right)),
            _ => order(left, right).map_or(Value::Unknown, |order| Value::Bool(in_order(op, order))),
        }
    }

    fn equal(&self, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Name(name), Value::Text(text)) | (Value::Text(text), Value::Name(name)) => {
                **text == *self.program.name(*name)
            }
            _ => order(left, right).map_or_else(|| left == right, |order| order == Ordering::Equal),
        }
    }

    fn contained(&self, whole: &Value, part: &Value) -> Value {
        match (whole, part) {
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (Value::Text(whole), Value::Text(part)) => Value::Bool(whole.contains(&**part)),
            (Value::List(items), part) => {
                let found = items.iter().any(|item| item.is_known() && self.equal(item, part));
                let unsure = items.iter().any(|item| !item.is_known());
                if !found && unsure { Value::Unknown } else { Value::Bool(found) }
            }
            _ => Value::Unknown,
        }
    }

    fn matches(&self, value: &Value, pattern: usize) -> Value {
        match (value, self.program.patterns.get(pattern)) {
            (Value::Text(text), Some(pattern)) => Value::Bool(pattern.is_match(text)),
            _ => Value::Unknown,
        }
    }

    fn between(&self, value: &Expr, low: &Expr, high: &Expr, half_open: bool) -> Value {
        let value = self.value(value);
        let above = self.compare(Comparison::GreaterOrEqual, &value, &self.value(low));
        let below = if half_open { Comparison::Less } else { Comparison::LessOrEqual };
        let below = self.compare(below, &value, &self.value(high));
        match (above, below) {
            (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
            (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
            _ => Value::Unknown,
        }
    }

    fn time_of_day(&self, value: &Value, low: u16, high: u16) -> Value {
        let Value::Time(at) = value else { return Value::Unknown };
        let local = self.program.plan.community.calendar.zone.local(*at);
        let minute = (local.hour() * 60 + local.minute()) as u16;
        Value::Bool(if low <= high { low <= minute && minute < high } else { minute >= low || minute < high })
    }
}

impl State {
    /// Whether a series keeps this event: every part it asks for is there and its condition is true.
    pub(super) fn passes(&self, program: &Program, series: &Series, event: &Happening) -> bool {
        let Some(filter) = &series.filter else { return true };
        let scene = Scene::new(program, self, event.at, Keys::default());
        Scene { row: Row::Event(event), ..scene }.value(filter).is_true()
    }

    /// The persons of the community, in order of id.
    pub(super) fn persons_in_order(&self) -> impl Iterator<Item = MemberId> {
        let ids = self.member_ids.numbers_in_order().map(MemberId);
        ids.filter(|id| self.person(*id).is_some_and(super::state::Person::is_living))
    }

    /// The groups that are not closed, in order of id.
    pub(super) fn groups_in_order(&self) -> impl Iterator<Item = GroupId> {
        let ids = self.group_ids.numbers_in_order().map(GroupId);
        ids.filter(|id| self.group(*id).is_some_and(|group| group.seen && !group.closed))
    }

    fn groups_of(&self, member: MemberId) -> impl Iterator<Item = GroupId> {
        let numbers = self.person(member).map_or(&[][..], |p| &p.memberships);
        let memberships = numbers.iter().filter_map(|n| self.memberships.get(*n as usize));
        memberships.filter(|membership| membership.living).map(|membership| membership.group)
    }

    /// Whether the member holds the role in this group; its owner holds the role `owner`. Who is out holds none.
    fn holds_in(&self, program: &Program, group: GroupId, member: MemberId, role: NameId) -> bool {
        let keys = Keys { group: Some(group), member: Some(member) };
        let holds = |membership: &Membership| membership.card.get().is_some_and(|card| card.roles.contains(&role));
        let owns = || role == program.words.owner && self.group(group).is_some_and(|g| g.owner == Some(member));
        self.membership(keys).is_some_and(|membership| membership.living && (holds(membership) || owns()))
    }
}
