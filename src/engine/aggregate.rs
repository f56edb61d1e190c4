//! Functions over the past, and over members and groups.

use super::arithmetic::{arithmetic, order};
use super::eval::{Row, Scene};
use super::past::{Key, Past, Totals, Which, just_after};
use super::program::Shape;
use super::rows::{Column, Sums};
use crate::plan::Series;
use crate::plan::expr::{Aggregate, Arithmetic, Crowd, Expr, Function, Keys, Population, Window};
use crate::plan::value::Value;
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::ops::Range;

impl Scene<'_> {
    /// A function over a series; the sum of nothing keeps its unit.
    pub(super) fn aggregate(&self, aggregate: &Aggregate) -> Value {
        in_unit(self.over_past(aggregate), aggregate.function, &aggregate.zero)
    }

    fn over_past(&self, aggregate: &Aggregate) -> Value {
        let Some(series) = self.program.plan.series.get(aggregate.series.index()) else { return Value::Unknown };
        let Some(which) = self.which(aggregate, series) else { return Value::Unknown };
        let state = self.state.series.get(aggregate.series.index());
        let past = state.zip(which).and_then(|(state, which)| state.past(&which));
        let Some(past) = past else { return nothing(aggregate.function) };
        match aggregate.function {
            Function::Streak => {
                let today = self.program.plan.community.calendar.day_number(self.now);
                return Value::count(u64::from(past.streak(today)));
            }
            Function::Exists | Function::Never | Function::Since
                if aggregate.rest.is_none() && aggregate.window.ends_now() =>
            {
                return self.of_last(aggregate, past);
            }
            _ => {}
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

    /// The past that a function reads: `None` where a part of its key is unknown, `Some(None)` where nobody has been met
    /// whose past it could be.
    pub(super) fn which(&self, aggregate: &Aggregate, series: &Series) -> Option<Option<Which>> {
        let group = |expr: &Expr| match self.value(expr) {
            Value::Group(group) => Some(group),
            _ => None,
        };
        let member = |expr: &Expr| match self.value(expr) {
            Value::Member(member) => Some(member),
            _ => None,
        };
        let shape = self.program.shape(aggregate.series);
        Some(match (shape, &*aggregate.key) {
            (Shape::Community, _) => Some(Which::Number(0)),
            (Shape::Group, [key]) => Some(Which::Number(group(key)?.0)),
            (Shape::Member, [key]) => Some(Which::Number(member(key)?.0)),
            (Shape::Pair, [of, whose]) => self.state.pair(group(of)?, member(whose)?).map(Which::Number),
            _ => {
                let mut key = Key::default();
                for (part, expr) in series.key.iter().zip(&aggregate.key) {
                    key = key.add(*part, self.program.as_key(self.value(expr)))?;
                }
                Some(Which::Key(key))
            }
        })
    }

    /// Over a window that ends now, where the time of the last event says it all.
    fn of_last(&self, aggregate: &Aggregate, past: &Past) -> Value {
        let seen = self.span(&aggregate.window).is_none_or(|span| past.last_at >= span.start);
        match aggregate.function {
            Function::Exists => Value::Bool(seen),
            Function::Never => Value::Bool(!seen),
            _ => Value::Duration(if seen { self.now - past.last_at } else { Duration::FOREVER }),
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
    pub(super) fn span(&self, window: &Window) -> Option<Range<Instant>> {
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
            Window::SinceJoined => self.state.membership(self.keys).map_or(until_now, |m| m.started)..until_now,
        })
    }

    /// The times of the rows that a function looks at; none where they are not kept one by one.
    pub(super) fn times(&self, aggregate: &Aggregate) -> Vec<Instant> {
        let series = self.program.plan.series.get(aggregate.series.index());
        let which = series.and_then(|series| self.which(aggregate, series)).flatten();
        let state = self.state.series.get(aggregate.series.index());
        let Some(past) = state.zip(which).and_then(|(state, which)| state.past(&which)) else { return Vec::new() };
        let rows = past.rows(&self.span(&aggregate.window).unwrap_or_else(whole));
        let passes = |row: &usize| match &aggregate.rest {
            Some(rest) => Scene { row: Row::Past(past, *row), ..*self }.value(rest).is_true(),
            None => true,
        };
        rows.filter(passes).filter_map(|row| past.time(row)).collect()
    }

    fn of_totals(&self, aggregate: &Aggregate, totals: &Totals) -> Value {
        let column = aggregate.column.unwrap_or_default();
        match aggregate.function {
            Function::Count => Value::count(totals.count),
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
        let rows = past.rows(&span);
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
            function => match past.column(aggregate.column.unwrap_or_default()) {
                Some(Column::Sums(sums)) if matches!(function, Function::Sum | Function::Average) => {
                    of_sums(function, sums, rows, &aggregate.zero)
                }
                Some(Column::Values(values)) if function == Function::Distinct => {
                    let values = values.as_slice().get(rows).unwrap_or_default().iter();
                    Value::count(values.filter(|v| v.is_known()).collect::<FxHashSet<_>>().len() as u64)
                }
                _ => self.of_some(aggregate, past, rows),
            },
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

    /// A function over living members or open groups.
    pub(super) fn population(&self, population: &Population) -> Value {
        in_unit(self.over_crowd(population), population.function, &population.zero)
    }

    fn over_crowd(&self, population: &Population) -> Value {
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
            Crowd::GroupMembers if let Some(group) = self.keys.group => {
                let members = state.living_members(group).into_iter();
                members.map(|member| Keys { group: Some(group), member: Some(member) }).collect()
            }
            // A ladder for members may act outside any group.
            Crowd::GroupMembers | Crowd::Persons => {
                state.persons_in_order().map(|m| Keys { member: Some(m), group: None }).collect()
            }
            Crowd::Groups => {
                state.groups_in_order().map(|g| Keys { group: Some(g), member: self.keys.member }).collect()
            }
        }
    }
}

/// The sum or the mean of neighbouring rows.
fn of_sums(function: Function, sums: &Sums, rows: Range<usize>, zero: &Value) -> Value {
    let (sum, known) = sums.sum(rows);
    match function {
        Function::Sum => measured(sum, zero),
        _ => sum.checked_div(Decimal::from(known)).map_or(Value::Unknown, |mean| measured(mean, zero)),
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
