//! What an expression comes to: three-valued, and pure over the state.

use super::happening::Happening;
use super::past::{Key, Past, Totals, just_after};
use super::program::Program;
use super::state::{State, look};
use super::text::template;
use crate::plan::Series;
use crate::plan::expr::{Aggregate, Arithmetic, Comparison, Crowd, Expr, Function, Keys, Population, Window};
use crate::plan::ids::{AttributeId, GroupId, LedgerId, MemberId, NameId, TiersId};
use crate::plan::value::Value;
use crate::time::{Duration, Instant, Period, Weekday};
use chrono::{Datelike, Timelike};
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::ops::Range;
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
            Expr::Let(id) => self.program.plan.lets.get(id.index()).map(|l| self.value(&l.value)).unwrap_or_default(),
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
            Expr::Aggregate(aggregate) => in_unit(self.aggregate(aggregate), aggregate.function, &aggregate.zero),
            Expr::Population(population) => in_unit(self.population(population), population.function, &population.zero),
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
        let card = self.state.membership(Keys { member: Some(member), ..self.keys }).and_then(|m| m.card.as_ref());
        let name = card.or_else(|| self.state.person(member).and_then(|p| p.name.as_ref()));
        name.map_or_else(|| Value::text(self.state.member_text(member)), |name| Value::Text(Arc::clone(name)))
    }

    fn member_attribute(&self, id: AttributeId) -> Value {
        let of_membership = self.state.membership(self.keys).and_then(|m| look(&m.attributes, &id));
        let of_person = || self.keys.member.and_then(|m| self.state.person(m)).and_then(|p| look(&p.attributes, &id));
        of_membership.or_else(of_person).cloned().unwrap_or_default()
    }

    fn balance(&self, ledger: LedgerId) -> Value {
        let Some(person) = self.keys.member.and_then(|m| self.state.person(m)) else { return Value::Unknown };
        Value::Number(look(&person.points, &ledger).copied().unwrap_or_default())
    }

    fn tier(&self, tiers: TiersId) -> Value {
        let Some(declared) = self.program.plan.tiers.get(tiers.index()) else { return Value::Unknown };
        let Some(latch) = self.program.plan.latches.get(declared.latch.index()) else { return Value::Unknown };
        let who = super::state::Who::of(super::react::narrow(latch.subject.scope, self.keys));
        Value::Tier(tiers, self.state.latches.get(&(declared.latch, who)).map_or(0, |standing| standing.level))
    }

    fn person_has(&self, tag: NameId) -> Value {
        let person = self.keys.member.and_then(|m| self.state.person(m));
        person.map_or(Value::Unknown, |p| Value::Bool(p.tags.contains(&tag)))
    }

    fn has_role(&self, who: &Value, role: NameId) -> Value {
        let Value::Member(member) = who else { return Value::Unknown };
        let Some(person) = self.state.person(*member) else { return Value::Bool(false) };
        let everywhere = person.roles.contains(&role);
        let in_group = |group: GroupId| self.state.holds_in(self.program, group, *member, role);
        Value::Bool(
            everywhere
                || match self.keys.group {
                    Some(group) => in_group(group),
                    None => self.state.groups_of(*member).any(in_group),
                },
        )
    }

    fn segment(&self, id: crate::plan::ids::SegmentId) -> Value {
        self.program.plan.segments.get(id.index()).map(|segment| self.value(&segment.when)).unwrap_or_default()
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
        self.state.metrics.get(&(id, super::react::narrow(scope, self.keys))).cloned().unwrap_or_default()
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

    // ---- the past -----------------------------------------------------------------------------------------------

    fn aggregate(&self, aggregate: &Aggregate) -> Value {
        let Some(series) = self.program.plan.series.get(aggregate.series.index()) else { return Value::Unknown };
        let mut key = Key::default();
        for (part, expr) in series.key.iter().zip(&aggregate.key) {
            match key.add(*part, self.program.as_key(self.value(expr))) {
                Some(longer) => key = longer,
                None => return Value::Unknown,
            }
        }
        let past = self.state.series.get(aggregate.series.index()).and_then(|s| s.past(&key));
        let Some(past) = past else { return nothing(aggregate.function) };
        if aggregate.function == Function::Streak {
            let today = self.program.plan.community.calendar.day_number(self.now);
            return Value::count(u64::from(past.streak(today)));
        }
        match self.span(&aggregate.window) {
            None if aggregate.rest.is_none() => match past.totals() {
                Some(totals) if self.totals_suffice(aggregate, series) => self.of_totals(aggregate, totals),
                _ => self.of_rows(aggregate, past, whole()),
            },
            None => self.of_rows(aggregate, past, whole()),
            Some(span) => self.of_rows(aggregate, past, span),
        }
    }

    fn totals_suffice(&self, aggregate: &Aggregate, series: &Series) -> bool {
        match aggregate.function {
            Function::Min | Function::Max | Function::List => false,
            Function::Distinct => aggregate.column.is_some_and(|column| series.keep.distinct.contains(&column)),
            _ => series.keep.totals,
        }
    }

    /// The instants of a window, `None` for all of the past.
    fn span(&self, window: &Window) -> Option<Range<Instant>> {
        let calendar = &self.program.plan.community.calendar;
        let until_now = just_after(self.now);
        Some(match window {
            Window::Ever => return None,
            Window::Last { during, back } => just_after(self.now - *back - *during)..just_after(self.now - *back),
            Window::LastBefore { during, period } => {
                let end = calendar.period(*period, 0, self.now).start;
                end - *during..end
            }
            Window::Period { period, back: 0 } => calendar.period(*period, 0, self.now).start..until_now,
            Window::Period { period, back } => calendar.period(*period, u32::from(*back), self.now),
            Window::SinceStart => self.run_start.unwrap_or(self.now)..until_now,
            Window::SinceJoined => self.state.membership(self.keys).map_or(self.now, |m| m.started)..until_now,
        })
    }

    fn of_totals(&self, aggregate: &Aggregate, totals: &Totals) -> Value {
        let column = aggregate.column.unwrap_or_default();
        match aggregate.function {
            Function::Count => Value::count(totals.count),
            Function::Exists => Value::Bool(totals.count > 0),
            Function::Never => Value::Bool(totals.count == 0),
            Function::Since => Value::Duration(self.now - totals.last_at),
            Function::First => totals.first(column),
            Function::Last => totals.last(column),
            Function::Distinct => Value::count(totals.distinct(column) as u64),
            Function::Sum => {
                let (sum, _) = totals.sum(column);
                measured(sum, &aggregate.zero)
            }
            Function::Average => {
                let (sum, known) = totals.sum(column);
                sum.checked_div(Decimal::from(known)).map_or(Value::Unknown, |mean| measured(mean, &aggregate.zero))
            }
            _ => Value::Unknown,
        }
    }

    fn of_rows(&self, aggregate: &Aggregate, past: &Past, span: Range<Instant>) -> Value {
        let rows = past.rows(span);
        let Some(rest) = &aggregate.rest else { return self.of_all(aggregate, past, rows) };
        let passing = rows.filter(|row| Scene { row: Row::Past(past, *row), ..*self }.value(rest).is_true());
        self.of_some(aggregate, past, passing)
    }

    /// Over neighbouring rows: counting needs no look at them.
    fn of_all(&self, aggregate: &Aggregate, past: &Past, rows: Range<usize>) -> Value {
        match aggregate.function {
            Function::Count => Value::count(rows.len() as u64),
            Function::Exists => Value::Bool(!rows.is_empty()),
            Function::Never => Value::Bool(rows.is_empty()),
            Function::Distinct => {
                let values = past.values(aggregate.column.unwrap_or_default(), rows);
                Value::count(values.filter(|v| v.is_known()).collect::<FxHashSet<_>>().len() as u64)
            }
            _ => self.of_some(aggregate, past, rows),
        }
    }

    fn of_some(&self, aggregate: &Aggregate, past: &Past, mut rows: impl Iterator<Item = usize>) -> Value {
        let column = aggregate.column.unwrap_or_default();
        match aggregate.function {
            Function::Count => Value::count(rows.count() as u64),
            Function::Exists => Value::Bool(rows.next().is_some()),
            Function::Never => Value::Bool(rows.next().is_none()),
            Function::Since => {
                let last = rows.last().and_then(|row| past.time(row));
                Value::Duration(last.map_or(Duration::FOREVER, |at| self.now - at))
            }
            Function::First => rows.next().map(|row| past.value(column, row)).unwrap_or_default(),
            Function::Last => rows.last().map(|row| past.value(column, row)).unwrap_or_default(),
            function => fold(function, rows.map(|row| past.value(column, row)).filter(Value::is_known)),
        }
    }

    fn population(&self, population: &Population) -> Value {
        let candidates = self.crowd(population.of);
        let passing = candidates.into_iter().map(|keys| self.about(keys));
        let passing = passing.filter(|scene| scene.holds(population.filter.as_ref()));
        match &population.value {
            None => Value::count(passing.count() as u64),
            Some(value) => fold(population.function, passing.map(|scene| scene.value(value)).filter(Value::is_known)),
        }
    }

    /// Who is counted, in order of id.
    fn crowd(&self, of: Crowd) -> Vec<Keys> {
        let state = self.state;
        match of {
            Crowd::GroupMembers => {
                let group = self.keys.group;
                let members = group.map(|g| state.living_members(g)).unwrap_or_default();
                members.into_iter().map(|member| Keys { group, member: Some(member) }).collect()
            }
            Crowd::Persons => state.persons_in_order().map(|m| Keys { member: Some(m), group: None }).collect(),
            Crowd::Groups => {
                state.groups_in_order().map(|g| Keys { group: Some(g), member: self.keys.member }).collect()
            }
        }
    }
}

fn whole() -> Range<Instant> {
    Instant::from_ms(i64::MIN)..Instant::from_ms(i64::MAX)
}

/// What a function over nothing comes to.
fn nothing(function: Function) -> Value {
    match function {
        Function::Count | Function::Distinct | Function::Streak | Function::Sum => Value::count(0),
        Function::Exists => Value::Bool(false),
        Function::Never => Value::Bool(true),
        Function::Since => Value::Duration(Duration::FOREVER),
        Function::List => Value::List([].into()),
        Function::Average | Function::Min | Function::Max | Function::First | Function::Last => Value::Unknown,
    }
}

/// A number of the unit that `zero` has, durations in milliseconds.
fn measured(n: Decimal, zero: &Value) -> Value {
    match zero {
        Value::Money(_) => Value::Money(n),
        Value::Duration(_) => {
            i64::try_from(n.floor()).map_or(Value::Unknown, |ms| Value::Duration(Duration::from_ms(ms)))
        }
        _ => Value::Number(n),
    }
}

/// A sum of nothing has the unit of what would have been summed.
fn in_unit(value: Value, function: Function, zero: &Value) -> Value {
    if function == Function::Sum && value == Value::count(0) { zero.clone() } else { value }
}

/// A function over known values in order.
fn fold(function: Function, values: impl Iterator<Item = Value>) -> Value {
    match function {
        Function::Sum | Function::Average => total(function, values),
        Function::Min => extreme(values, Ordering::Less),
        Function::Max => extreme(values, Ordering::Greater),
        Function::Distinct => Value::count(values.collect::<FxHashSet<_>>().len() as u64),
        Function::List => {
            let mut seen = FxHashSet::default();
            Value::List(values.filter(|value| seen.insert(value.clone())).collect())
        }
        Function::Count => Value::count(values.count() as u64),
        _ => Value::Unknown,
    }
}

fn total(function: Function, values: impl Iterator<Item = Value>) -> Value {
    let (mut sum, mut known, mut money, mut time) = (Decimal::ZERO, 0, false, None::<Duration>);
    for value in values {
        known += 1;
        match value {
            Value::Duration(d) => time = Some(time.unwrap_or_default() + d),
            Value::Money(n) => (sum, money) = (sum.saturating_add(n), true),
            Value::Number(n) => sum = sum.saturating_add(n),
            _ => return Value::Unknown,
        }
    }
    match (function, time) {
        (Function::Sum, Some(time)) => Value::Duration(time),
        (_, Some(time)) => arithmetic(Arithmetic::Divide, Value::Duration(time), Value::count(known)),
        (Function::Sum, None) => sum_of(sum, money),
        _ => average(sum, known, money),
    }
}

fn sum_of(sum: Decimal, money: bool) -> Value {
    if money { Value::Money(sum) } else { Value::Number(sum) }
}

fn average(sum: Decimal, known: u64, money: bool) -> Value {
    sum.checked_div(Decimal::from(known)).map_or(Value::Unknown, |mean| sum_of(mean, money))
}

fn extreme(values: impl Iterator<Item = Value>, wanted: Ordering) -> Value {
    let mut best = Value::Unknown;
    for value in values {
        if !best.is_known() || order(&value, &best) == Some(wanted) {
            best = value;
        }
    }
    best
}

/// The order of two values of one kind; `None` where there is none.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a) | Value::Money(a), Value::Number(b) | Value::Money(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Tier(tiers, a), Value::Tier(same, b)) if tiers == same => Some(a.cmp(b)),
        _ => None,
    }
}

fn in_order(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    }
}

fn negate(value: Value) -> Value {
    match value {
        Value::Number(n) => Value::Number(-n),
        Value::Money(n) => Value::Money(-n),
        Value::Duration(d) => Value::Duration(Duration::from_ms(d.ms().saturating_neg())),
        _ => Value::Unknown,
    }
}

/// Arithmetic with units; what overflows, divides by zero or does not fit is unknown.
fn arithmetic(op: Arithmetic, left: Value, right: Value) -> Value {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let known = match (op, left, right) {
        (_, Value::Number(a), Value::Number(b)) => decimal(op, a, b).map(Value::Number),
        (Add | Subtract, Value::Money(a), Value::Money(b)) => decimal(op, a, b).map(Value::Money),
        (Divide, Value::Money(a), Value::Money(b)) => decimal(op, a, b).map(Value::Number),
        (Multiply | Divide, Value::Money(a), Value::Number(b)) => decimal(op, a, b).map(Value::Money),
        (Multiply, Value::Number(a), Value::Money(b)) => decimal(op, a, b).map(Value::Money),
        (Multiply, Value::Number(n), Value::Duration(d)) => scale(op, d, n),
        (Multiply | Divide, Value::Duration(d), Value::Number(n)) => scale(op, d, n),
        (Divide, Value::Duration(a), Value::Duration(b)) => {
            decimal(op, Decimal::from(a.ms()), Decimal::from(b.ms())).map(Value::Number)
        }
        (Add, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(a + b)),
        (Subtract, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(a - b)),
        (Add, Value::Time(at), Value::Duration(d)) | (Add, Value::Duration(d), Value::Time(at)) => {
            Some(Value::Time(at + d))
        }
        (Subtract, Value::Time(at), Value::Duration(d)) => Some(Value::Time(at - d)),
        (Subtract, Value::Time(a), Value::Time(b)) => Some(Value::Duration(a - b)),
        _ => None,
    };
    known.unwrap_or_default()
}

fn decimal(op: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
    }
}

/// A duration times or divided by a number, to the millisecond below; `forever` stays so.
fn scale(op: Arithmetic, during: Duration, by: Decimal) -> Option<Value> {
    if during.is_forever() {
        return Some(Value::Duration(during));
    }
    let ms = decimal(op, Decimal::from(during.ms()), by)?.floor();
    i64::try_from(ms).ok().map(|ms| Value::Duration(Duration::from_ms(ms)))
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
        let ids = self.member_ids.in_order().iter().map(|n| MemberId(*n));
        ids.filter(|id| self.person(*id).is_some_and(super::state::Person::is_living))
    }

    /// The groups that are not closed, in order of id.
    pub(super) fn groups_in_order(&self) -> impl Iterator<Item = GroupId> {
        let ids = self.group_ids.in_order().iter().map(|n| GroupId(*n));
        ids.filter(|id| self.group(*id).is_some_and(|group| group.seen && !group.closed))
    }

    fn groups_of(&self, member: MemberId) -> impl Iterator<Item = GroupId> {
        let numbers = self.person(member).map_or(&[][..], |p| &p.memberships);
        numbers.iter().filter_map(|n| self.memberships.get(*n as usize)).map(|membership| membership.group)
    }

    /// Whether the member holds the role in this group; its owner holds the role `owner`.
    fn holds_in(&self, program: &Program, group: GroupId, member: MemberId, role: NameId) -> bool {
        let keys = Keys { group: Some(group), member: Some(member) };
        self.membership(keys).is_some_and(|m| m.roles.contains(&role))
            || role == program.words.owner && self.group(group).is_some_and(|g| g.owner == Some(member))
    }
}
