//! Local time: the clocks of the community's zone.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;

/// Milliseconds since 1970.
pub type Ms = i64;

pub const SECOND: Ms = 1_000;
pub const MINUTE: Ms = 60 * SECOND;
pub const HOUR: Ms = 60 * MINUTE;
pub const DAY: Ms = 24 * HOUR;
/// A duration without end.
pub const FOREVER: Ms = i64::MAX;

/// A moment some time later; forever stays forever.
pub fn later(at: Ms, during: Ms) -> Ms {
    at.saturating_add(during)
}

/// The clocks of the community.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    pub tz: Tz,
    /// Days from Monday to the day on which weeks begin.
    pub week_start: u32,
}

impl Zone {
    /// What the clocks show.
    pub fn local(&self, at: Ms) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(at).unwrap().naive_utc();
        self.tz.from_utc_datetime(&utc).naive_local()
    }

    /// The instant that a local time stands for: the first of two, or the first after the gap that swallowed it.
    pub fn instant(&self, local: NaiveDateTime) -> Ms {
        match self.tz.from_local_datetime(&local).earliest() {
            Some(at) => at.timestamp_millis(),
            None => self.after_gap(local),
        }
    }

    fn after_gap(&self, local: NaiveDateTime) -> Ms {
        let begin = local.and_utc().timestamp_millis() - 16 * HOUR;
        let begin = begin - begin.rem_euclid(MINUTE);
        let minutes = (0..).map(|n| begin + n * MINUTE);
        minutes.into_iter().find(|at| self.local(*at) >= local).unwrap()
    }

    /// The local date; clocks that are put back over midnight do not bring the old date back.
    pub fn date(&self, at: Ms) -> NaiveDate {
        let date = self.local(at).date();
        let next = date + Days::new(1);
        if self.day_start(next) <= at { next } else { date }
    }

    pub fn day_start(&self, date: NaiveDate) -> Ms {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    pub fn week_start(&self, date: NaiveDate) -> NaiveDate {
        let since = (7 + date.weekday().num_days_from_monday() - self.week_start) % 7;
        date - Days::new(u64::from(since))
    }

    pub fn month_start(date: NaiveDate) -> NaiveDate {
        date.with_day(1).unwrap()
    }

    pub fn next_month(date: NaiveDate) -> NaiveDate {
        Zone::month_start(Zone::month_start(date) + Days::new(31))
    }

    pub fn last_month(date: NaiveDate) -> NaiveDate {
        Zone::month_start(Zone::month_start(date) - Days::new(1))
    }

    /// `2024-03-01T08:30:00+08:00`, with milliseconds where they are not zero.
    pub fn rfc3339(&self, at: Ms) -> String {
        let utc = DateTime::from_timestamp_millis(at).unwrap().naive_utc();
        let offset = self.tz.offset_from_utc_datetime(&utc).fix().local_minus_utc() / 60;
        let local = utc + chrono::TimeDelta::minutes(i64::from(offset));
        let sign = if offset < 0 { '-' } else { '+' };
        let ms = local.and_utc().timestamp_subsec_millis();
        let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
        let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
        format!("{}{fraction}{sign}{hours:02}:{minutes:02}", local.format("%Y-%m-%dT%H:%M:%S"))
    }

    /// `2024-03-01 08:30`
    pub fn short(&self, at: Ms) -> String {
        self.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// Minutes since local midnight as the clocks show them.
    pub fn minute_of_day(&self, at: Ms) -> u32 {
        let local = self.local(at);
        local.hour() * 60 + local.minute()
    }
}
