//! The past, as far as aggregates can still see it: one series per kind, condition and key, shared by every window
//! over it. Windows are exact: a row belongs to one by its own time.

use super::certainty::Certainty;
use super::happening::Happening;
use super::meter::{Kept, Work};
use super::program::{Program, Shape};
use super::rows::{Column, Times};
use super::state::State;
use crate::plan::expr::Keys;
use crate::plan::ids::{GroupId, MemberId, SeriesId};
use crate::plan::value::Value;
use crate::plan::{self, Keep, KeyPart, Reach, Series};
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::ops::Range;

/// The key of a past that is kept by more than group and member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) keys: Keys,
    /// Names are texts here, so that a message and a text that is its name meet.
    rest: SmallVec<[Value; 1]>,
}

impl Which {
    /// Says anew what values are in its key.
    pub(super) fn renew(&mut self, value: &mut dyn FnMut(&mut Value)) {
        if let Which::Key(key) = self {
            key.rest.iter_mut().for_each(value);
        }
    }
}

impl Key {
    /// Adds a part; `None` where the value does not fit (unknown, or of another kind): then there is no such key.
    pub(super) fn add(mut self, part: KeyPart, value: Value) -> Option<Key> {
        match (part, value) {
            (_, Value::Unknown) => return None,
            (KeyPart::Group, Value::Group(id)) => self.keys.group = Some(id),
            (KeyPart::Member, Value::Member(id)) => self.keys.member = Some(id),
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
        (self.keys.group.is_none() || self.keys.group == group)
            && (self.keys.member.is_none() || self.keys.member == member)
    }
}

/// Which past of a series.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Which {
    /// By the number of its subject, where the key is one.
    Number(u32),
    Key(Key),
}

/// All pasts of one series.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct SeriesState {
    /// By the number of the subject: the position in `pasts`, plus one; 0 where there is none.
    by_number: Vec<u32>,
    by_key: FxHashMap<Key, u32>,
    pasts: Vec<Past>,
    /// Positions in `pasts` that can be used again.
    free: Vec<u32>,
    /// The columns, as bits, that have held a negative amount.
    fallen: u64,
    /// Rows added since idle pasts were last swept out.
    since_sweep: usize,
}

/// The past of one key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Past {
    /// The number of its subject, where the key is one.
    number: u32,
    /// When the last event was.
    pub(super) last_at: Instant,
    times: Times,
    more: Option<Box<More>>,
}

/// What few series keep.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct More {
    /// As many as the series has columns; those of which no rows are kept stay empty.
    columns: SmallVec<[Column; 1]>,
    totals: Option<Totals>,
    streak: Option<Streak>,
}

/// What endless windows need without keeping rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Totals {
    pub(super) count: u64,
    columns: SmallVec<[TotalColumn; 1]>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct TotalColumn {
    first: Value,
    last: Value,
    known: u64,
    sum: Decimal,
    distinct: FxHashSet<Value>,
}

/// Local days in a row with at least one event.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Streak {
    last_day: i32,
    days: u32,
}

/// From when on something kept of a series is still needed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Horizon {
    ever: bool,
    /// What is at or before this instant can be seen by no trailing or calendar window.
    after: Option<Instant>,
    /// What is before this instant can be seen by no `since start` or `since joined`.
    from: Option<Instant>,
}

impl Horizon {
    fn keeps(&self, at: Instant) -> bool {
        self.ever || self.after.is_some_and(|border| at > border) || self.from.is_some_and(|border| at >= border)
    }
}

impl SeriesState {
    pub(super) fn past(&self, which: &Which) -> Option<&Past> {
        let position = match which {
            Which::Number(number) => self.by_number.get(*number as usize)?.checked_sub(1)?,
            Which::Key(key) => *self.by_key.get(key)?,
        };
        self.pasts.get(position as usize)
    }

    /// Whether a column has ever held a negative amount.
    pub(super) fn has_fallen(&self, column: u8) -> bool {
        self.fallen & bit(column) != 0
    }

    /// How many pasts there are, and what room they take.
    pub(super) fn kept(&self) -> Kept {
        let slots = self.by_number.capacity() * size_of::<u32>() + self.by_key.len() * size_of::<(Key, u32)>();
        let rows: usize = self.pasts.iter().map(Past::room).sum();
        Kept::new(self.pasts.len() - self.free.len(), slots + self.pasts.capacity() * size_of::<Past>() + rows)
    }

    /// Keys, beyond group and member, that a past is kept for.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.by_key.keys()
    }

    /// Says anew what values are kept.
    pub(super) fn renew(&mut self, value: &mut dyn FnMut(&mut Value)) {
        for (mut key, position) in std::mem::take(&mut self.by_key) {
            key.rest.iter_mut().for_each(&mut *value);
            self.by_key.insert(key, position);
        }
        for more in self.pasts.iter_mut().filter_map(|past| past.more.as_mut()) {
            more.columns.iter_mut().for_each(|column| column.renew(value));
            for total in more.totals.iter_mut().flat_map(|totals| &mut totals.columns) {
                value(&mut total.first);
                value(&mut total.last);
                for mut distinct in std::mem::take(&mut total.distinct) {
                    value(&mut distinct);
                    total.distinct.insert(distinct);
                }
            }
        }
    }

    fn past_mut(&mut self, which: Which) -> Option<&mut Past> {
        let position = match which {
            Which::Number(number) => {
                let known = self.by_number.get(number as usize).and_then(|slot| slot.checked_sub(1));
                known.unwrap_or_else(|| self.open_number(number))
            }
            Which::Key(key) => match self.by_key.get(&key) {
                Some(position) => *position,
                None => {
                    let position = self.open(0);
                    self.by_key.insert(key, position);
                    position
                }
            },
        };
        self.pasts.get_mut(position as usize)
    }

    #[cold]
    fn open_number(&mut self, number: u32) -> u32 {
        let position = self.open(number);
        let slot = number as usize;
        if self.by_number.len() <= slot {
            self.by_number.resize(slot + 1, 0);
        }
        if let Some(slot) = self.by_number.get_mut(slot) {
            *slot = position + 1;
        }
        position
    }

    fn open(&mut self, number: u32) -> u32 {
        let new = Past { number, ..Past::default() };
        if let Some(position) = self.free.pop()
            && let Some(past) = self.pasts.get_mut(position as usize)
        {
            *past = new;
            return position;
        }
        self.pasts.push(new);
        self.pasts.len() as u32 - 1
    }

    /// Whether enough has been added for a sweep over all keys to cost no more than the adding did.
    fn wants_sweep(&self) -> bool {
        self.since_sweep > self.pasts.len() + 1024
    }

    /// Drops rows that no window can see any more, and pasts with nothing left.
    fn sweep(&mut self, shape: Shape, keep: &Keep, horizon: impl Fn(&Reach, Whose<'_>) -> Horizon) {
        self.since_sweep = 0;
        let (pasts, free) = (&mut self.pasts, &mut self.free);
        let mut idle = |position: u32, key: Option<&Key>| {
            let Some(past) = pasts.get_mut(position as usize) else { return false };
            let whose = key.map_or(Whose::Number(shape, past.number), Whose::Key);
            past.forget(&horizon(&keep.rows, whose));
            let idle = past.is_idle() && !(keep.last.is_some() && horizon(&keep.last, whose).keeps(past.last_at));
            if idle {
                *past = Past::default();
                free.push(position);
            }
            idle
        };
        self.by_key.retain(|key, position| !idle(*position, Some(key)));
        for slot in &mut self.by_number {
            if let Some(position) = slot.checked_sub(1)
                && idle(position, None)
            {
                *slot = 0;
            }
        }
    }
}

/// Where there are more than 64 columns some share a bit: then one is taken to have fallen that has not.
fn bit(column: u8) -> u64 {
    1 << (column % 64)
}

/// Whose past is looked at.
#[derive(Clone, Copy)]
enum Whose<'k> {
    Number(Shape, u32),
    Key(&'k Key),
}

impl Past {
    fn add(&mut self, series: &Series, event: &Happening, day: i32) {
        let keep = &series.keep;
        self.last_at = event.at;
        if keep.rows.is_some() {
            self.times.push(event.at);
        }
        if series.columns.is_empty() && !keep.totals && !keep.streak {
            return;
        }
        let more = self.more.get_or_insert_with(|| Box::new(More::new(series)));
        if keep.rows.is_some() {
            for (position, (source, column)) in series.columns.iter().zip(&mut more.columns).enumerate() {
                if Column::is_kept(position as u8, keep) {
                    column.push(event.column(*source));
                }
            }
        }
        if keep.totals || !keep.distinct.is_empty() {
            more.totals.get_or_insert_with(|| Totals::begin(series, event)).add(series, event);
        }
        if keep.streak {
            more.streak = Some(Streak::after(more.streak, day));
        }
    }

    /// What it takes beside its own size.
    fn room(&self) -> usize {
        let columns = |more: &More| more.columns.iter().map(Column::room).sum::<usize>();
        self.times.room() + self.more.as_ref().map_or(0, |more| size_of::<More>() + columns(more))
    }

    fn forget(&mut self, horizon: &Horizon) {
        let expired = self.times.as_slice().iter().take_while(|at| !horizon.keeps(**at)).count();
        if expired > 0 {
            self.times.drop_first(expired);
            for column in self.more.iter_mut().flat_map(|more| &mut more.columns) {
                column.drop_first(expired);
            }
        }
    }

    /// Whether nothing but the last time is left.
    fn is_idle(&self) -> bool {
        let kept = self.more.as_ref().is_some_and(|more| more.totals.is_some() || more.streak.is_some());
        self.times.as_slice().is_empty() && !kept
    }

    pub(super) fn totals(&self) -> Option<&Totals> {
        self.more.as_ref()?.totals.as_ref()
    }

    /// The positions of the rows in `[from, to)`.
    pub(super) fn rows(&self, window: &Range<Instant>) -> Range<usize> {
        let times = self.times.as_slice();
        let from = times.partition_point(|at| *at < window.start);
        let to = if self.last_at < window.end { times.len() } else { times.partition_point(|at| *at < window.end) };
        from..to.max(from)
    }

    pub(super) fn time(&self, row: usize) -> Option<Instant> {
        self.times.as_slice().get(row).copied()
    }

    pub(super) fn column(&self, column: u8) -> Option<&Column> {
        self.more.as_ref()?.columns.get(column as usize)
    }

    pub(super) fn value(&self, column: u8, row: usize) -> Value {
        self.column(column).map(|column| column.value(row)).unwrap_or_default()
    }

    /// Days in a row up to `today`, or up to the day before while today has none.
    pub(super) fn streak(&self, today: i32) -> u32 {
        let streak = self.more.as_ref().and_then(|more| more.streak);
        streak.filter(|streak| today - streak.last_day <= 1).map_or(0, |streak| streak.days)
    }
}

impl More {
    fn new(series: &Series) -> More {
        let column = |position: usize| Column::new(position as u8, &series.keep);
        More { columns: (0..series.columns.len()).map(column).collect(), totals: None, streak: None }
    }
}

impl Totals {
    fn begin(series: &Series, event: &Happening) -> Totals {
        let column = |column: &plan::Column| TotalColumn { first: event.column(*column), ..TotalColumn::default() };
        Totals { count: 0, columns: series.columns.iter().map(column).collect() }
    }

    fn add(&mut self, series: &Series, event: &Happening) {
        self.count += 1;
        for (position, (column, total)) in series.columns.iter().zip(&mut self.columns).enumerate() {
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
    fn horizon(&self, reach: &Reach, whose: Whose<'_>, now: Instant) -> Horizon {
        let mut horizon = Horizon { ever: reach.ever, after: reach.during.map(|during| now - during), from: None };
        let mut see = |at: Instant| horizon.from = Some(horizon.from.map_or(at, |from| from.min(at)));
        for timeline in &reach.since_start {
            let starts = self.run_starts.get(timeline.index());
            if let Some((at, _)) = starts.and_then(|starts| starts.first_key_value()) {
                see(*at);
            }
            // The event at hand may start a run in this very step.
            see(now);
        }
        if reach.since_joined {
            // Kept by less than a membership, it may be anybody's.
            see(self.membership_began(whose).unwrap_or(Instant::MIN).min(now));
        }
        horizon
    }

    fn membership_began(&self, whose: Whose<'_>) -> Option<Instant> {
        match whose {
            Whose::Number(Shape::Pair, number) => self.memberships.get(number as usize).map(|pair| pair.started),
            Whose::Number(..) => None,
            Whose::Key(key) => self.membership(key.keys).map(|membership| membership.started),
        }
    }

    /// Adds an event to every series of its kind, and tells whose turn it is.
    pub(super) fn remember(&mut self, program: &Program, event: &Happening, mut turn: impl FnMut(Work)) {
        for id in &program.dispatch_of(event.kind).series {
            turn(Work::Past(*id));
            self.remember_in(program, *id, event);
        }
    }

    /// Adds an event to one series of its kind.
    pub(super) fn remember_in(&mut self, program: &Program, id: SeriesId, event: &Happening) {
        let Some(series) = program.plan.series.get(id.index()) else { return };
        if !self.passes(program, series, event) {
            return;
        }
        let shape = program.shape(id);
        let Some(which) = self.which(program, shape, series, event) else { return };
        // What the playbook tells itself is never certain, and known to be read.
        let sure = if event.cause.is_none() { Certainty::Certain } else { Certainty::Depends };
        if event.certainty > sure {
            self.doubts.row(id, which.clone(), event.at, event.certainty);
        }
        let calendar = &program.plan.community.calendar;
        let day = if series.keep.streak { calendar.day_number(event.at) } else { 0 };
        let rows = &series.keep.rows;
        let horizon = match &which {
            _ if !rows.is_some() || rows.ever => None,
            Which::Number(number) => Some(self.horizon(rows, Whose::Number(shape, *number), event.at)),
            Which::Key(key) => Some(self.horizon(rows, Whose::Key(key), event.at)),
        };
        let Some(state) = self.series.get_mut(id.index()) else { return };
        for (position, column) in series.columns.iter().enumerate() {
            if event.column_ref(*column).is_some_and(Value::is_negative) {
                state.fallen |= bit(position as u8);
            }
        }
        if let Some(past) = state.past_mut(which) {
            past.add(series, event, day);
            if let Some(horizon) = horizon {
                past.forget(&horizon);
            }
        }
        state.since_sweep += 1;
        if state.wants_sweep() && !rows.ever && !series.keep.last.ever {
            self.sweep(program, id.index(), event.at);
        }
    }

    /// The past of a series that an event belongs to; `None` where it lacks a part of the key.
    pub(super) fn which(
        &mut self,
        program: &Program,
        shape: Shape,
        series: &Series,
        event: &Happening,
    ) -> Option<Which> {
        Some(match shape {
            Shape::Community => Which::Number(0),
            Shape::Group => Which::Number(event.group?.0),
            Shape::Member => Which::Number(event.member?.0),
            Shape::Pair => Which::Number(self.meet_pair(event.group?, event.member?)),
            Shape::Other => Which::Key(event.key(program, &series.key)?),
        })
    }

    fn sweep(&mut self, program: &Program, position: usize, now: Instant) {
        let Some(series) = program.plan.series.get(position) else { return };
        let Some(mut state) = self.series.get_mut(position).map(std::mem::take) else { return };
        let shape = program.shape(SeriesId(position as u32));
        state.sweep(shape, &series.keep, |reach, whose| self.horizon(reach, whose, now));
        if let Some(slot) = self.series.get_mut(position) {
            *slot = state;
        }
    }
}

/// `now - during` that a trailing window excludes, as the first instant it includes.
pub(super) fn just_after(at: Instant) -> Instant {
    at + Duration::from_ms(1)
}
