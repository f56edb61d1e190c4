//! Schedules: when something comes round again.

use super::civil::{DAY, date_of, day_number, wall, wall_ms};
use super::{Calendar, CronLine, DaySet, Duration, Instant, TimeOfDay, Weekday};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest stretch in which some schedule by months may have no day: a fifth Monday, the 31st
/// and the like come more often.
const MONTHS_TO_TRY: u32 = 24;

/// When something comes round. Displayed as the language writes it.
///
/// All forms are lists of local times; the zone turns each into an instant by the one policy for
/// clock changes (see the module's description), and two that become one instant fire once. Where
/// a form has times of day, no times means midnight, and their order does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// `every weekday at 08:30, 18:00`: on some days of the week.
    Days {
        /// The days; none never fires.
        days: DaySet,
        /// The times on each of them.
        times: Vec<TimeOfDay>,
    },
    /// `every 2h`: at even distances on the clock.
    ///
    /// Less than a day counts anew from each local midnight, so `5h` is 00:00, 05:00, 10:00,
    /// 15:00, 20:00. A day or more counts from the local midnight of 1970-01-01. Zero or less
    /// never fires.
    Every(Duration),
    /// `every 2d at 09:00`: on every so many local days, counted from 1970-01-01.
    EveryDays {
        /// The distance in days; 0 never fires.
        days: u32,
        /// The times on each of them.
        times: Vec<TimeOfDay>,
    },
    /// `every month on day 1 at 03:00`: on one day of each month that has it.
    Month {
        /// The day.
        day: MonthDay,
        /// The times on it.
        times: Vec<TimeOfDay>,
    },
    /// `every cron "0 9 1 * *"`.
    Cron(CronLine),
    /// `on 2026-12-24 at 20:00`: at fixed local times, in any order.
    Dates(Vec<NaiveDateTime>),
}

/// A day that a month may have. Displayed as the language writes it after `on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// `day 1` to `day 31`; months without it are left out.
    Nth(u8),
    /// `last day`, or `last sunday`: the last day of the month of that name.
    Last(Option<Weekday>),
    /// `first monday` to `fifth monday`; months without it are left out.
    NthWeekday(u8, Weekday),
}

impl Schedule {
    /// The first firing strictly after an instant; `None` if there is none.
    ///
    /// Of local times that the clocks skip, those of one gap fire once, at its end; what the
    /// clocks show twice fires at the first. A cron line ends with the year 2100.
    pub fn next(&self, after: Instant, calendar: &Calendar) -> Option<Instant> {
        let zone = calendar.zone;
        // Later than what the clocks have reached is later than `after`: nothing fires twice.
        let next = self.next_local(zone.reached(after))?;
        Some(zone.instant(next))
    }

    /// The first local time of the schedule strictly after another, whatever the clocks do.
    pub fn next_local(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Schedule::Days { days, times } => first_time(days_of_week(*days, after.date()), times, after),
            Schedule::Every(distance) => next_step(distance.ms(), after),
            Schedule::EveryDays { days, times } => first_time(days_in_steps(*days, after.date()), times, after),
            Schedule::Month { day, times } => first_time(days_of_months(*day, after.date()), times, after),
            Schedule::Cron(line) => line.next_local(after),
            Schedule::Dates(dates) => next_date(dates, after),
        }
    }
}

/// The first of the times, on the first of the dates, that lies after a local time. The dates
/// rise and start no later than that time's.
fn first_time(
    mut dates: impl Iterator<Item = NaiveDate>,
    times: &[TimeOfDay],
    after: NaiveDateTime,
) -> Option<NaiveDateTime> {
    dates.find_map(|date| {
        let later = |time: NaiveTime| Some(date.and_time(time)).filter(|local| *local > after);
        if times.is_empty() {
            return later(NaiveTime::MIN);
        }
        times.iter().filter_map(|time| later(time.naive())).min()
    })
}

fn days_of_week(days: DaySet, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    // The eighth day is for a week whose only time has passed today.
    (0..=7)
        .filter_map(move |ahead| from.checked_add_days(Days::new(ahead)))
        .filter(move |date| days.contains(date.weekday().into()))
}

fn days_in_steps(step: u32, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let (step, from) = (i64::from(step), i64::from(day_number(from)));
    let first = from.checked_rem_euclid(step).map(|past| from - past);
    first.into_iter().flat_map(move |first| [first, first + step]).map(date_of)
}

fn days_of_months(day: MonthDay, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = from.with_day(1).unwrap_or(from);
    (0..MONTHS_TO_TRY)
        .filter_map(move |ahead| first.checked_add_months(Months::new(ahead)))
        .filter_map(move |first| day.in_month(first))
}

impl MonthDay {
    /// This day in the month that begins with `first`.
    fn in_month(self, first: NaiveDate) -> Option<NaiveDate> {
        let length = first.num_days_in_month();
        let day = match self {
            MonthDay::Nth(day) => day,
            MonthDay::Last(None) => length,
            MonthDay::Last(Some(weekday)) => {
                let last = first.with_day(u32::from(length))?;
                length - Weekday::from(last.weekday()).days_since(weekday)
            }
            MonthDay::NthWeekday(nth, weekday) => {
                let earliest = 1 + weekday.days_since(first.weekday().into());
                nth.checked_sub(1)?.checked_mul(7)?.checked_add(earliest)?
            }
        };
        first.with_day(u32::from(day))
    }
}

/// The next multiple of a distance, counted from the day's midnight or from 1970-01-01.
fn next_step(distance: i64, after: NaiveDateTime) -> Option<NaiveDateTime> {
    let now = wall_ms(after);
    let midnight = now - now.rem_euclid(DAY);
    let start = if distance < DAY { midnight } else { 0 };
    let steps = (now - start).checked_div_euclid(distance)?.checked_add(1)?;
    let next = steps.checked_mul(distance)?.checked_add(start)?;
    let next = if distance < DAY { next.min(midnight + DAY) } else { next };
    let local = wall(next);
    // Past the end of the calendar, or with a distance below zero, there is no next.
    (wall_ms(local) == next && local > after).then_some(local)
}

fn next_date(dates: &[NaiveDateTime], after: NaiveDateTime) -> Option<NaiveDateTime> {
    // In whole milliseconds, as instants are: else a time could lie after its own instant.
    let dates = dates.iter().map(|date| wall(wall_ms(*date)));
    dates.filter(|date| *date > after).min()
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Days { days, times } => write!(f, "every {days}{}", At(times)),
            Schedule::Every(distance) => write!(f, "every {distance}"),
            Schedule::EveryDays { days, times } => write!(f, "every {days}d{}", At(times)),
            Schedule::Month { day, times } => write!(f, "every month on {day}{}", At(times)),
            Schedule::Cron(line) => write!(f, "every cron \"{line}\""),
            Schedule::Dates(dates) => write!(f, "on {}", Listed(dates, show_date)),
        }
    }
}

fn show_date(date: &NaiveDateTime) -> String {
    date.format("%Y-%m-%d at %H:%M").to_string()
}

/// The clause of the times of day, with the space before it.
struct At<'a>(&'a [TimeOfDay]);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, " at {}", Listed(self.0, TimeOfDay::to_string))
    }
}

/// Things with commas between them.
struct Listed<'a, T>(&'a [T], fn(&T) -> String);

impl<T> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().map(self.1).collect();
        f.write_str(&shown.join(", "))
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MonthDay::Nth(day) => write!(f, "day {day}"),
            MonthDay::Last(None) => f.write_str("last day"),
            MonthDay::Last(Some(weekday)) => write!(f, "last {weekday}"),
            MonthDay::NthWeekday(nth, weekday) => write!(f, "{} {weekday}", ordinal(*nth)),
        }
    }
}

fn ordinal(nth: u8) -> &'static str {
    match nth {
        1 => "first",
        2 => "second",
        3 => "third",
        4 => "fourth",
        5 => "fifth",
        _ => "no",
    }
}
