//! Small counters that a report is made of; none grows with the log but by what it names.

use super::report::{Certainties, DayFigures, MemberFigures, Statuses, TOP_MEMBERS};
use crate::engine::{Program, State};
use crate::plan::ids::{MemberId, NameId};
use crate::plan::value::Value;
use crate::time::{Instant, Zone};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Counts for one item.
#[derive(Debug, Default)]
pub(super) struct ItemCount {
    pub(super) fired: u64,
    pub(super) decisions: u64,
    pub(super) certainties: Certainties,
    pub(super) members: FxHashSet<MemberId>,
    pub(super) statuses: Statuses,
    pub(super) span: Option<(Instant, Instant)>,
    pub(super) hours: Hours,
}

/// Finds the busiest hour of a stream in order of time.
#[derive(Debug, Default)]
pub(super) struct Hours {
    current: Option<(NaiveDateTime, u64)>,
    best: Option<(NaiveDateTime, u64)>,
}

impl Hours {
    pub(super) fn add(&mut self, zone: Zone, at: Instant) {
        let local = zone.local(at);
        let Some(hour) = local.date().and_hms_opt(local.hour(), 0, 0) else { return };
        let count = match self.current {
            Some((same, count)) if same == hour => count + 1,
            _ => 1,
        };
        self.current = Some((hour, count));
        if self.best.is_none_or(|(_, best)| count > best) {
            self.best = self.current;
        }
    }

    /// The first of the busiest hours, and its count.
    pub(super) fn busiest(&self) -> Option<(String, u64)> {
        self.best.map(|(hour, count)| (hour.format("%Y-%m-%d %H:00").to_string(), count))
    }
}

/// Finds the busiest days of a stream in order of time.
#[derive(Debug, Default)]
pub(super) struct Days {
    date: Option<NaiveDate>,
    /// Where the current day is known to lie.
    within: Option<(Instant, Instant)>,
    current: DayFigures,
    members: FxHashSet<MemberId>,
    days: Vec<DayFigures>,
}

impl Days {
    /// The counts of the day of an instant.
    fn day(&mut self, zone: Zone, at: Instant) -> &mut DayFigures {
        if self.within.is_none_or(|(start, end)| at < start || at >= end) {
            self.turn(zone, at);
        }
        &mut self.current
    }

    fn turn(&mut self, zone: Zone, at: Instant) {
        self.close();
        let date = zone.date(at);
        self.date = Some(date);
        let end = date.succ_opt().map_or(Instant::MAX, |next| zone.day_start(next));
        self.within = Some((zone.day_start(date), end));
        self.current = DayFigures { date: date.to_string(), ..DayFigures::default() };
    }

    fn close(&mut self) {
        let members = std::mem::take(&mut self.members).len() as u64;
        let day = DayFigures { members, ..std::mem::take(&mut self.current) };
        if self.date.is_some() && day.decisions > 0 {
            self.days.push(day);
        }
    }

    pub(super) fn event(&mut self, zone: Zone, at: Instant) {
        self.day(zone, at).events += 1;
    }

    pub(super) fn decision(&mut self, zone: Zone, at: Instant, member: Option<MemberId>) {
        self.day(zone, at).decisions += 1;
        self.members.extend(member);
    }

    pub(super) fn done(&mut self, zone: Zone, at: Instant) {
        self.day(zone, at).done += 1;
    }

    /// The busiest first; of equal ones the earlier.
    pub(super) fn busiest(mut self, most: usize) -> Vec<DayFigures> {
        self.close();
        self.days.sort_by(|a, b| b.decisions.cmp(&a.decisions).then_with(|| a.date.cmp(&b.date)));
        self.days.truncate(most);
        self.days
    }
}

/// What members would receive, by action.
#[derive(Debug, Default)]
pub(super) struct Received {
    by_member: FxHashMap<MemberId, SmallVec<[(NameId, u32); 2]>>,
}

impl Received {
    pub(super) fn add(&mut self, member: MemberId, action: NameId) {
        let actions = self.by_member.entry(member).or_default();
        match actions.iter_mut().find(|(known, _)| *known == action) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => actions.push((action, 1)),
        }
    }

    pub(super) fn members(&self) -> u64 {
        self.by_member.len() as u64
    }

    /// Those who receive most; of equal ones the first by id.
    pub(super) fn most(&self, program: &Program, state: &State) -> Vec<MemberFigures> {
        let sum = |actions: &[(NameId, u32)]| actions.iter().map(|(_, count)| u64::from(*count)).sum::<u64>();
        let mut ranked: Vec<_> = self
            .by_member
            .iter()
            .map(|(member, actions)| (sum(actions), state.member_text(*member), actions))
            .collect();
        ranked.sort_by(|(a, x, _), (b, y, _)| b.cmp(a).then_with(|| x.cmp(y)));
        ranked.truncate(TOP_MEMBERS);
        let figures = |(received, member, actions): (u64, &str, &SmallVec<[(NameId, u32); 2]>)| MemberFigures {
            member: member.to_owned(),
            received,
            actions: actions.iter().map(|(name, n)| (program.name(*name).to_owned(), u64::from(*n))).collect(),
        };
        ranked.into_iter().map(figures).collect()
    }
}

/// Samples of one metric.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub(super) count: u64,
    pub(super) unknown: u64,
    pub(super) last: Option<Instant>,
    range: Option<(Value, Value)>,
}

impl Samples {
    pub(super) fn add(&mut self, at: Instant, value: &Value) {
        self.count += 1;
        self.last = Some(at);
        let Some(size) = size(value) else {
            self.unknown += 1;
            return;
        };
        match &mut self.range {
            None => self.range = Some((value.clone(), value.clone())),
            Some((low, _)) if super::tables::size(low).is_some_and(|low| size < low) => *low = value.clone(),
            Some((_, high)) if super::tables::size(high).is_some_and(|high| size > high) => *high = value.clone(),
            Some(_) => {}
        }
    }

    pub(super) fn range(&self) -> Option<&(Value, Value)> {
        self.range.as_ref()
    }
}

/// How large a value is, where it has a size.
fn size(value: &Value) -> Option<Decimal> {
    match value {
        Value::Duration(during) => Some(Decimal::from(during.ms())),
        other => other.decimal(),
    }
}
