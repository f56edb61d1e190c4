//! The past, as far as aggregates can still see it: one series per kind, condition and key, shared by every window
//! over it. Windows are exact: a row belongs to one by its own time.

use super::happening::Happening;
use super::state::State;
use crate::plan::ids::{GroupId, MemberId};
use crate::plan::value::Value;
use crate::plan::{Column, KeyPart, Series};
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::ops::Range;

/// The key of one past: group and member packed, other parts in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key {
    group: Option<GroupId>,
    member: Option<MemberId>,
    /// Names are texts here, so that a message and a text that is its name meet.
    rest: SmallVec<[Value; 1]>,
}

impl Key {
    /// Adds a part; `None` where the value does not fit (unknown, or of another kind): then there is no such key.
    pub(super) fn add(mut self, part: KeyPart, value: Value) -> Option<Key> {
        match (part, value) {
            (_, Value::Unknown) => return None,
            (KeyPart::Group, Value::Group(id)) => self.group = Some(id),
            (KeyPart::Member, Value::Member(id)) => self.member = Some(id),
            (KeyPart::Field(_), value) => self.rest.push(value),
            _ => return None,
        }
        Some(self)
    }

    /// A part among those beyond group and member.
    pub(super) fn rest(&self, position: usize) -> Option<&Value> {
        self.rest.get(position)
    }

    /// Whether group and member agree with what is given.
    pub(super) fn agrees(&self, group: Option<GroupId>, member: Option<MemberId>) -> bool {
        (self.group.is_none() || self.group == group) && (self.member.is_none() || self.member == member)
    }
}

/// All pasts of one series.
#[derive(Debug, Default)]
pub(super) struct SeriesState {
    by_key: FxHashMap<Key, Past>,
    /// Rows added since idle keys were last swept out.
    since_sweep: usize,
}

/// The past of one key.
#[derive(Debug, Default)]
pub(super) struct Past {
    times: VecDeque<Instant>,
    columns: SmallVec<[VecDeque<Value>; 1]>,
    totals: Option<Box<Totals>>,
    streak: Option<Streak>,
}

/// What endless windows need without keeping rows.
#[derive(Debug)]
pub(super) struct Totals {
    pub(super) count: u64,
    pub(super) last_at: Instant,
    columns: SmallVec<[TotalColumn; 1]>,
}

#[derive(Debug, Default)]
struct TotalColumn {
    first: Value,
    last: Value,
    known: u64,
    sum: Decimal,
    distinct: FxHashSet<Value>,
}

/// Local days in a row with at least one event.
#[derive(Clone, Copy, Debug)]
struct Streak {
    last_day: i32,
    days: u32,
}

/// What a series looks like at one step: from when on its rows are still needed.
pub(super) struct Horizon {
    /// Rows at or before this instant can be seen by no trailing or calendar window.
    pub(super) rows: Option<Instant>,
    /// Rows before this instant can be seen by no `since start` or `since joined`.
    pub(super) since: Option<Instant>,
}

impl Horizon {
    fn keeps(&self, at: Instant) -> bool {
        self.rows.is_some_and(|border| at > border) || self.since.is_some_and(|border| at >= border)
    }
}

impl SeriesState {
    pub(super) fn past(&self, key: &Key) -> Option<&Past> {
        self.by_key.get(key)
    }

    /// Keys that a past has been kept for.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.by_key.keys()
    }

    /// Adds a row; `day` is the local day of the event.
    pub(super) fn add(&mut self, series: &Series, key: Key, event: &Happening, day: i32, horizon: &Horizon) {
        let past = self.by_key.entry(key).or_default();
        past.add(series, event, day);
        if !series.keep.all_rows {
            past.forget(horizon);
        }
        self.since_sweep += 1;
    }

    /// Whether enough has been added for a sweep over all keys to cost no more than the adding did.
    pub(super) fn wants_sweep(&self) -> bool {
        self.since_sweep > self.by_key.len() + 1024
    }

    /// Drops rows that no window can see any more, and keys with nothing left.
    pub(super) fn sweep(&mut self, horizon: impl Fn(&Key) -> Horizon) {
        self.since_sweep = 0;
        self.by_key.retain(|key, past| {
            past.forget(&horizon(key));
            !past.is_empty()
        });
    }
}

impl Key {
    pub(super) fn group(&self) -> Option<GroupId> {
        self.group
    }

    pub(super) fn member(&self) -> Option<MemberId> {
        self.member
    }
}

impl Past {
    fn add(&mut self, series: &Series, event: &Happening, day: i32) {
        let keep = &series.keep;
        if keep.rows.is_some() || keep.all_rows || keep.since_joined || !keep.since_start.is_empty() {
            self.times.push_back(event.at);
            self.columns.resize_with(series.columns.len(), VecDeque::new);
            for (column, values) in series.columns.iter().zip(&mut self.columns) {
                values.push_back(event.column(*column));
            }
        }
        if keep.totals || !keep.distinct.is_empty() {
            self.add_to_totals(series, event);
        }
        if keep.streak {
            self.streak = Some(Streak::after(self.streak, day));
        }
    }

    fn add_to_totals(&mut self, series: &Series, event: &Happening) {
        let totals = self.totals.get_or_insert_with(|| Totals::begin(series, event));
        totals.count += 1;
        totals.last_at = event.at;
        for (position, (column, total)) in series.columns.iter().zip(&mut totals.columns).enumerate() {
            let value = event.column(*column);
            let amount = match value {
                Value::Duration(during) => Some(during.ms().into()),
                _ => value.decimal(),
            };
            total.sum = amount.map_or(total.sum, |n| total.sum.saturating_add(n));
            if value.is_known() {
                total.known += 1;
                if series.keep.distinct.contains(&(position as u8)) {
                    total.distinct.insert(value.clone());
                }
            }
            total.last = value;
        }
    }

    fn forget(&mut self, horizon: &Horizon) {
        while self.times.front().is_some_and(|at| !horizon.keeps(*at)) {
            self.times.pop_front();
            for column in &mut self.columns {
                column.pop_front();
            }
        }
        if self.times.is_empty() && self.times.capacity() > 8 {
            self.times = VecDeque::new();
            self.columns = SmallVec::new();
        }
    }

    fn is_empty(&self) -> bool {
        self.times.is_empty() && self.totals.is_none() && self.streak.is_none()
    }

    pub(super) fn totals(&self) -> Option<&Totals> {
        self.totals.as_deref()
    }

    /// The positions of the rows in `[from, to)`.
    pub(super) fn rows(&self, window: Range<Instant>) -> Range<usize> {
        let from = self.times.partition_point(|at| *at < window.start);
        let to = self.times.partition_point(|at| *at < window.end);
        from..to.max(from)
    }

    pub(super) fn time(&self, row: usize) -> Option<Instant> {
        self.times.get(row).copied()
    }

    pub(super) fn value(&self, column: u8, row: usize) -> Value {
        self.columns.get(column as usize).and_then(|values| values.get(row)).cloned().unwrap_or_default()
    }

    pub(super) fn values(&self, column: u8, rows: Range<usize>) -> impl Iterator<Item = &Value> {
        let values = self.columns.get(column as usize);
        let end = values.map_or(0, VecDeque::len).min(rows.end);
        values.into_iter().flat_map(move |values| values.range(rows.start.min(end)..end))
    }

    /// Days in a row up to `today`, or up to the day before while today has none.
    pub(super) fn streak(&self, today: i32) -> u32 {
        self.streak.filter(|streak| today - streak.last_day <= 1).map_or(0, |streak| streak.days)
    }
}

impl Totals {
    fn begin(series: &Series, event: &Happening) -> Box<Totals> {
        let column = |column: &Column| TotalColumn { first: event.column(*column), ..TotalColumn::default() };
        let columns = series.columns.iter().map(column).collect();
        Box::new(Totals { count: 0, last_at: event.at, columns })
    }

    pub(super) fn first(&self, column: u8) -> Value {
        self.columns.get(column as usize).map(|c| c.first.clone()).unwrap_or_default()
    }

    pub(super) fn last(&self, column: u8) -> Value {
        self.columns.get(column as usize).map(|c| c.last.clone()).unwrap_or_default()
    }

    /// The sum of the known values (milliseconds of durations) and how many there are.
    pub(super) fn sum(&self, column: u8) -> (Decimal, u64) {
        self.columns.get(column as usize).map_or((Decimal::ZERO, 0), |c| (c.sum, c.known))
    }

    pub(super) fn distinct(&self, column: u8) -> usize {
        self.columns.get(column as usize).map_or(0, |c| c.distinct.len())
    }
}

impl Streak {
    fn after(before: Option<Streak>, day: i32) -> Streak {
        match before {
            Some(streak) if streak.last_day == day => streak,
            Some(streak) if streak.last_day + 1 == day => Streak { last_day: day, days: streak.days + 1 },
            _ => Streak { last_day: day, days: 1 },
        }
    }
}

impl State {
    /// What of a series' key can still be seen at `now`.
    pub(super) fn horizon(&self, series: &Series, key: &Key, now: Instant) -> Horizon {
        let keep = &series.keep;
        let rows = keep.rows.map(|during| now - during);
        let mut since: Option<Instant> = None;
        let mut reach = |at: Instant| since = Some(since.map_or(at, |s| s.min(at)));
        for timeline in &keep.since_start {
            let starts = self.run_starts.get(timeline.index());
            if let Some((at, _)) = starts.and_then(|starts| starts.first_key_value()) {
                reach(*at);
            }
            // The event at hand may start a run in this very step.
            reach(now);
        }
        if keep.since_joined {
            reach(self.oldest_membership(key).unwrap_or(Instant::from_ms(i64::MIN)).min(now));
        }
        Horizon { rows, since }
    }

    fn oldest_membership(&self, key: &Key) -> Option<Instant> {
        let keys = crate::plan::expr::Keys { group: Some(key.group()?), member: Some(key.member()?) };
        self.membership(keys).map(|membership| membership.started)
    }

    /// Adds an event to every series of its kind.
    pub(super) fn remember(&mut self, program: &super::program::Program, event: &Happening) {
        let dispatch = program.dispatch_of(event.kind);
        if dispatch.series.is_empty() {
            return;
        }
        for id in &dispatch.series {
            let Some(series) = program.plan.series.get(id.index()) else { continue };
            if !self.passes(program, series, event) {
                continue;
            }
            let Some(key) = event.key(program, &series.key) else { continue };
            let horizon = self.horizon(series, &key, event.at);
            let calendar = &program.plan.community.calendar;
            let day = if series.keep.streak { calendar.day_number(event.at) } else { 0 };
            if let Some(state) = self.series.get_mut(id.index()) {
                state.add(series, key, event, day, &horizon);
                if state.wants_sweep() && !series.keep.all_rows {
                    self.sweep(program, id.index(), event.at);
                }
            }
        }
    }

    fn sweep(&mut self, program: &super::program::Program, position: usize, now: Instant) {
        let Some(series) = program.plan.series.get(position) else { return };
        let Some(mut state) = self.series.get_mut(position).map(std::mem::take) else { return };
        state.sweep(|key| self.horizon(series, key, now));
        if let Some(slot) = self.series.get_mut(position) {
            *slot = state;
        }
    }
}

/// `now - during` that a trailing window excludes, as the first instant it includes.
pub(super) fn just_after(at: Instant) -> Instant {
    at + Duration::from_ms(1)
}
