//! Local calendar periods: days, weeks and months of a community.

use super::civil::{date_of, day_number};
use super::{Instant, TimeOfDay, Weekday, Zone};
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A stretch of the local calendar. Displayed as `day`, `week`, `month`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A local day, from one midnight to the next.
    Day,
    /// Seven local days from the day on which weeks start.
    Week,
    /// A calendar month.
    Month,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Period::Day => "day",
            Period::Week => "week",
            Period::Month => "month",
        })
    }
}

/// How a community counts its days: its time zone and the first day of its weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// The zone whose local days count.
    pub zone: Zone,
    /// The day on which weeks start.
    pub week_starts: Weekday,
}

impl Calendar {
    /// The calendar of a zone with weeks from Monday.
    pub const fn new(zone: Zone) -> Calendar {
        Calendar { zone, week_starts: Weekday::Monday }
    }

    /// A local period, from its first instant up to, not including, the first of the next.
    ///
    /// `back` counts periods into the past: 0 is the one that contains `now`, 1 the one before.
    /// A day that the clocks skipped as a whole is an empty range.
    pub fn period(&self, period: Period, back: u32, now: Instant) -> Range<Instant> {
        self.period_of(period, back, self.zone.date(now))
    }

    /// Local days from 1970-01-01 to an instant: equal within a day, one more on the next.
    pub fn day_number(&self, at: Instant) -> i32 {
        day_number(self.zone.date(at))
    }

    /// A time on the n-th local day, counting the date of `from` as day 1.
    ///
    /// `n` may be 0 or negative for days before it.
    pub fn time_on_day(&self, from: Instant, n: i32, time: TimeOfDay) -> Instant {
        let day = i64::from(self.day_number(from)) + i64::from(n) - 1;
        self.zone.instant(date_of(day).and_time(time.naive()))
    }

    fn period_of(&self, period: Period, back: u32, today: NaiveDate) -> Range<Instant> {
        let (first, next) = match period {
            Period::Day => self.days(0, 1, back, today),
            Period::Week => {
                let weekday = Weekday::from(today.weekday());
                self.days(weekday.days_since(self.week_starts), 7, back, today)
            }
            Period::Month => months(back, today),
        };
        self.zone.day_start(first)..self.zone.day_start(next)
    }

    /// The first day of a run of `length` days, and of the next, when `elapsed` days of the
    /// current run lie behind.
    fn days(&self, elapsed: u8, length: i64, back: u32, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let current = i64::from(day_number(today)) - i64::from(elapsed);
        let first = current - length * i64::from(back);
        (date_of(first), date_of(first + length))
    }
}

fn months(back: u32, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let current = today.with_day(1).unwrap_or(today);
    let first = current.checked_sub_months(Months::new(back));
    let first = first.unwrap_or_else(|| date_of(i64::MIN));
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    (first, next)
}

/// A calendar that remembers the local day of its last question.
///
/// While questions are about instants of one local day, periods up to the previous one are
/// answered without any arithmetic of dates.
#[derive(Clone, Debug)]
pub struct DayCache {
    calendar: Calendar,
    number: i32,
    today: Range<Instant>,
    yesterday: Range<Instant>,
    this_week: Range<Instant>,
    last_week: Range<Instant>,
    this_month: Range<Instant>,
    last_month: Range<Instant>,
}

impl DayCache {
    /// A cache that remembers nothing yet.
    pub fn new(calendar: Calendar) -> DayCache {
        let none = Instant::MAX..Instant::MIN;
        DayCache {
            calendar,
            number: 0,
            today: none.clone(),
            yesterday: none.clone(),
            this_week: none.clone(),
            last_week: none.clone(),
            this_month: none.clone(),
            last_month: none,
        }
    }

    /// The calendar that is asked.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The same as [`Calendar::period`].
    pub fn period(&mut self, period: Period, back: u32, now: Instant) -> Range<Instant> {
        self.turn_to(now);
        match (period, back) {
            (Period::Day, 0) => self.today.clone(),
            (Period::Day, 1) => self.yesterday.clone(),
            (Period::Week, 0) => self.this_week.clone(),
            (Period::Week, 1) => self.last_week.clone(),
            (Period::Month, 0) => self.this_month.clone(),
            (Period::Month, 1) => self.last_month.clone(),
            _ => self.calendar.period(period, back, now),
        }
    }

    /// The same as [`Calendar::day_number`].
    pub fn day_number(&mut self, now: Instant) -> i32 {
        self.turn_to(now);
        self.number
    }

    #[inline]
    fn turn_to(&mut self, now: Instant) {
        if !self.today.contains(&now) {
            self.fill(self.calendar.zone.date(now));
        }
    }

    #[cold]
    fn fill(&mut self, today: NaiveDate) {
        let calendar = self.calendar;
        let period = |period, back| calendar.period_of(period, back, today);
        self.number = day_number(today);
        self.today = period(Period::Day, 0);
        self.yesterday = period(Period::Day, 1);
        self.this_week = period(Period::Week, 0);
        self.last_week = period(Period::Week, 1);
        self.this_month = period(Period::Month, 0);
        self.last_month = period(Period::Month, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(name: &str) -> Calendar {
        Calendar::new(Zone::parse(name).unwrap())
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// The period's two ends as the zone shows them.
    fn shown(calendar: Calendar, period: Period, back: u32, now: &str) -> String {
        let range = calendar.period(period, back, at(now));
        format!("{} {}", calendar.zone.short(range.start), calendar.zone.short(range.end))
    }

    #[test]
    fn periods_follow_the_local_calendar() {
        let now = "2024-03-01T08:30:00+08:00"; // a Friday
        let cases = [
            (Period::Day, 0, "2024-03-01 00:00 2024-03-02 00:00"),
            (Period::Day, 1, "2024-02-29 00:00 2024-03-01 00:00"),
            (Period::Day, 61, "2023-12-31 00:00 2024-01-01 00:00"),
            (Period::Week, 0, "2024-02-26 00:00 2024-03-04 00:00"),
            (Period::Week, 1, "2024-02-19 00:00 2024-02-26 00:00"),
            (Period::Month, 0, "2024-03-01 00:00 2024-04-01 00:00"),
            (Period::Month, 1, "2024-02-01 00:00 2024-03-01 00:00"),
            (Period::Month, 3, "2023-12-01 00:00 2024-01-01 00:00"),
        ];
        for (period, back, expected) in cases {
            assert_eq!(shown(calendar("Asia/Shanghai"), period, back, now), expected);
        }
    }

    #[test]
    fn weeks_start_when_the_community_says() {
        let sunday = Calendar { week_starts: Weekday::Sunday, ..calendar("Asia/Shanghai") };
        let week = |now| shown(sunday, Period::Week, 0, now);
        assert_eq!(week("2024-03-03T00:00:00+08:00"), "2024-03-03 00:00 2024-03-10 00:00");
        assert_eq!(week("2024-03-02T23:59:59+08:00"), "2024-02-25 00:00 2024-03-03 00:00");
    }

    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        let hours = |name: &str, now: &str| {
            let day = calendar(name).period(Period::Day, 0, at(now));
            (day.end - day.start).ms() as f64 / 3_600_000.0
        };
        assert_eq!(hours("America/New_York", "2024-03-10T12:00:00-04:00"), 23.0);
        assert_eq!(hours("America/New_York", "2024-11-03T12:00:00-05:00"), 25.0);
        assert_eq!(hours("Australia/Lord_Howe", "2024-10-06T12:00:00+11:00"), 23.5);
        assert_eq!(hours("America/Santiago", "2024-09-08T12:00:00-03:00"), 23.0);
        assert_eq!(hours("America/Santiago", "2024-04-06T12:00:00-03:00"), 25.0);
        assert_eq!(hours("Asia/Kolkata", "2024-03-10T12:00:00+05:30"), 24.0);
        // A day that was left out has none.
        let apia = calendar("Pacific/Apia");
        assert!(apia.period(Period::Day, 1, at("2011-12-31T09:00:00+14:00")).is_empty());
    }

    #[test]
    fn days_of_a_flow_count_from_one() {
        let new_york = calendar("America/New_York");
        let ten = TimeOfDay::parse("10:00").unwrap();
        let day = |n| new_york.zone.short(new_york.time_on_day(at("2024-03-08T23:00:00-05:00"), n, ten));
        assert_eq!(day(1), "2024-03-08 10:00");
        assert_eq!(day(7), "2024-03-14 10:00");
        assert_eq!(day(0), "2024-03-07 10:00");
        let half = TimeOfDay::parse("02:30").unwrap();
        let skipped = new_york.time_on_day(at("2024-03-09T12:00:00-05:00"), 2, half);
        assert_eq!(new_york.zone.short(skipped), "2024-03-10 03:00");
    }

    #[test]
    fn day_numbers_rise_by_one_at_local_midnight() {
        let shanghai = calendar("Asia/Shanghai");
        assert_eq!(shanghai.day_number(at("1970-01-01T00:00:00+08:00")), 0);
        assert_eq!(shanghai.day_number(at("1969-12-31T23:59:59+08:00")), -1);
        assert_eq!(shanghai.day_number(at("2024-03-01T23:59:59+08:00")), 19_783);
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        for period in [Period::Day, Period::Week, Period::Month] {
            for now in [Instant::MIN, Instant::MAX] {
                for back in [0, 1, u32::MAX] {
                    calendar("Asia/Shanghai").period(period, back, now);
                    DayCache::new(calendar("Asia/Shanghai")).period(period, back, now);
                }
            }
        }
    }
}
