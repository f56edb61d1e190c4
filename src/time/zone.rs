//! Time zones: the one place where local times and instants meet.

use super::civil::{SECOND, wall, wall_ms};
use super::{Duration, Instant};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write;

/// A time zone of the IANA database, such as `Asia/Shanghai`. Displayed and serialized by name.
///
/// The database knows its clock changes up to the year 2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone(Tz);

/// How often, and when, the clocks of a zone show a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// Once.
    Once(Instant),
    /// Never: the clocks go forward over it.
    Skipped {
        /// The first instant after the gap.
        resumes: Instant,
    },
    /// Twice: the clocks go back over it.
    Twice {
        /// The earlier of the two.
        first: Instant,
        /// The later of the two.
        second: Instant,
    },
}

/// A stretch of local time that the clocks skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its first local time.
    pub begins: NaiveDateTime,
    /// The first local time after it.
    pub ends: NaiveDateTime,
}

impl Occurrence {
    /// The instant that the local time stands for: its only one, the first of two, or the first
    /// after the gap.
    pub const fn instant(self) -> Instant {
        match self {
            Occurrence::Once(at) => at,
            Occurrence::Skipped { resumes } => resumes,
            Occurrence::Twice { first, .. } => first,
        }
    }
}

impl Default for Zone {
    /// UTC.
    fn default() -> Zone {
        Zone::UTC
    }
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// The zone of that name, written exactly as in the IANA database.
    pub fn parse(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The zone's name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the clocks show at an instant, in whole milliseconds. Instants more than 249,000
    /// years from 1970 are held there.
    pub fn local(self, at: Instant) -> NaiveDateTime {
        wall(at.ms().saturating_add(self.offset_ms(at)))
    }

    /// The instant that a local time stands for, to the millisecond.
    ///
    /// A local time that the clocks skip stands for the first instant after the gap, one that they
    /// show twice for the first of the two: the instant when the clocks first show this time or a
    /// later one.
    pub fn instant(self, local: NaiveDateTime) -> Instant {
        self.occurrence(local).instant()
    }

    /// How often, and when, the clocks show a local time.
    pub fn occurrence(self, local: NaiveDateTime) -> Occurrence {
        use chrono::LocalResult::{Ambiguous, None, Single};
        match self.0.offset_from_local_datetime(&local) {
            Single(offset) => Occurrence::Once(back(local, &offset)),
            Ambiguous(before, after) => Occurrence::Twice { first: back(local, &before), second: back(local, &after) },
            None => Occurrence::Skipped { resumes: self.gap_end(local) },
        }
    }

    /// The instant of the clock change whose gap holds a local time.
    fn gap_end(self, local: NaiveDateTime) -> Instant {
        // The gap begins, and by the old offset so does the time after it, at the change itself.
        GapInfo::new(&local, &self.0)
            .and_then(|gap| gap.begin)
            .map_or_else(|| Zone::UTC.instant(local), |(begin, before)| back(begin, &before))
    }

    /// The stretches that the clocks skip from one instant to another. Changes that come within a week of each other, as no
    /// zone has them, are not told apart.
    pub fn gaps(self, from: Instant, to: Instant) -> Vec<Gap> {
        let week = Duration::from_days(7);
        let weeks = (0i64..).map(|n| from + Duration::from_days(7 * n)).take_while(|at| *at < to);
        let forward = weeks.filter_map(|at| Some((at, self.offset_ms(at + week).checked_sub(self.offset_ms(at))?)));
        let gap = |(at, skipped): (Instant, i64)| {
            let last = wall_ms(self.stretch_end(at, at + week));
            Gap { begins: wall(last.saturating_add(1)), ends: wall(last.saturating_add(1).saturating_add(skipped)) }
        };
        forward.filter(|(_, skipped)| *skipped > 0).map(gap).collect()
    }

    /// The latest local time that the clocks have shown up to an instant: what they show now, or,
    /// while they repeat a stretch, the end of that stretch.
    ///
    /// Local times up to it stand for this instant or an earlier one, later ones for a later one.
    pub(super) fn reached(self, at: Instant) -> NaiveDateTime {
        let local = self.local(at);
        match self.occurrence(local) {
            Occurrence::Twice { first, .. } if first < at => self.stretch_end(first, at),
            _ => local,
        }
    }

    /// The last local time before the clock change between two instants.
    fn stretch_end(self, mut before: Instant, mut after: Instant) -> NaiveDateTime {
        let offset = self.offset_ms(before);
        while after.ms() - before.ms() > 1 {
            let middle = Instant::from_ms(before.ms().midpoint(after.ms()));
            if self.offset_ms(middle) == offset {
                before = middle;
            } else {
                after = middle;
            }
        }
        self.local(before)
    }

    /// The local date at an instant.
    ///
    /// A date begins when it is first shown and ends when the next one is: clocks that are put
    /// back over midnight do not bring the old date back. So dates never go back.
    pub fn date(self, at: Instant) -> NaiveDate {
        let date = self.local(at).date();
        match date.succ_opt() {
            Some(next) if self.day_start(next) <= at => next,
            _ => date,
        }
    }

    /// The first instant of a local date: midnight, or the end of the gap where the clocks skip
    /// midnight. A date that they skip as a whole begins, and ends, with the next one.
    pub fn day_start(self, date: NaiveDate) -> Instant {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The instant in RFC 3339 with the zone's offset: `2024-03-01T08:30:00+08:00`.
    /// See [`Zone::write_rfc3339`].
    pub fn format(self, at: Instant) -> String {
        let mut text = String::with_capacity("2024-03-01T08:30:00.000+08:00".len());
        self.write_rfc3339(&mut text, at);
        text
    }

    /// Appends the instant in RFC 3339 with the zone's offset.
    ///
    /// There are always seconds, and milliseconds where they are not zero. The offset has no
    /// seconds: where the zone's had some (before about 1950), they are left out of the time as
    /// well, so that the text still names this very instant. Years outside 0000 to 9999, which RFC
    /// 3339 does not know, have a sign and as many digits as needed.
    pub fn write_rfc3339(self, text: &mut String, at: Instant) {
        let minutes = self.offset_ms(at) / (60 * SECOND);
        let local = wall(at.ms().saturating_add(minutes * 60 * SECOND));
        push_date(text, local.date());
        text.push('T');
        push_hour_minute(text, local.time());
        text.push(':');
        push_two(text, local.second());
        push_ms(text, local.and_utc().timestamp_subsec_millis());
        push_offset(text, minutes);
    }

    /// The local date and time for readers, without seconds: `2024-03-01 08:30`.
    pub fn short(self, at: Instant) -> String {
        let local = self.local(at);
        let mut text = String::with_capacity("2024-03-01 08:30".len());
        push_date(&mut text, local.date());
        text.push(' ');
        push_hour_minute(&mut text, local.time());
        text
    }

    fn offset_ms(self, at: Instant) -> i64 {
        let offset = self.0.offset_from_utc_datetime(&wall(at.ms()));
        i64::from(offset.fix().local_minus_utc()) * SECOND
    }
}

/// The instant at which a local time is shown by clocks with that offset.
fn back(local: NaiveDateTime, offset: &impl Offset) -> Instant {
    let offset = i64::from(offset.fix().local_minus_utc()) * SECOND;
    Instant::from_ms(wall_ms(local).saturating_sub(offset))
}

fn push_date(text: &mut String, date: NaiveDate) {
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            push_two(text, year / 100);
            push_two(text, year % 100);
        }
        // Writing to a string cannot fail.
        _ => drop(write!(text, "{:+05}", date.year())),
    }
    text.push('-');
    push_two(text, date.month());
    text.push('-');
    push_two(text, date.day());
}

fn push_hour_minute(text: &mut String, time: NaiveTime) {
    push_two(text, time.hour());
    text.push(':');
    push_two(text, time.minute());
}

fn push_ms(text: &mut String, ms: u32) {
    if ms > 0 {
        text.push('.');
        push_digit(text, ms / 100);
        push_two(text, ms % 100);
    }
}

fn push_offset(text: &mut String, minutes: i64) {
    text.push(if minutes < 0 { '-' } else { '+' });
    let minutes = u32::try_from(minutes.abs()).unwrap_or_default();
    push_two(text, minutes / 60);
    text.push(':');
    push_two(text, minutes % 60);
}

fn push_two(text: &mut String, number: u32) {
    push_digit(text, number / 10);
    push_digit(text, number % 10);
}

fn push_digit(text: &mut String, digit: u32) {
    text.push(char::from_digit(digit, 10).unwrap_or('0'));
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn naive(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// The instant of a local time, as the zone writes it.
    fn instant(name: &str, local: &str) -> String {
        zone(name).format(zone(name).instant(naive(local)))
    }

    #[test]
    fn a_time_in_a_gap_is_the_first_instant_after_it() {
        let cases = [
            ("America/New_York", "2024-03-10T02:30:00", "2024-03-10T03:00:00-04:00"),
            ("America/New_York", "2024-03-10T02:00:00", "2024-03-10T03:00:00-04:00"),
            ("America/New_York", "2024-03-10T01:59:59", "2024-03-10T01:59:59-05:00"),
            ("America/New_York", "2024-03-10T03:00:00", "2024-03-10T03:00:00-04:00"),
            ("Europe/London", "2024-03-31T01:30:00", "2024-03-31T02:00:00+01:00"),
            ("Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-06T02:30:00+11:00"),
            ("America/Santiago", "2024-09-08T00:00:00", "2024-09-08T01:00:00-03:00"),
            ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-31T00:00:00+14:00"),
        ];
        for (name, local, expected) in cases {
            assert_eq!(instant(name, local), expected, "{name} {local}");
        }
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_of_the_two() {
        let cases = [
            ("America/New_York", "2024-11-03T01:30:00", "2024-11-03T01:30:00-04:00"),
            ("America/New_York", "2024-11-03T01:00:00", "2024-11-03T01:00:00-04:00"),
            ("America/New_York", "2024-11-03T02:00:00", "2024-11-03T02:00:00-05:00"),
            ("Europe/London", "2024-10-27T01:30:00", "2024-10-27T01:30:00+01:00"),
            ("Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-07T01:45:00+11:00"),
            ("America/Santiago", "2024-04-06T23:30:00", "2024-04-06T23:30:00-03:00"),
        ];
        for (name, local, expected) in cases {
            assert_eq!(instant(name, local), expected, "{name} {local}");
        }
    }

    #[test]
    fn zones_without_changes_are_plain() {
        assert_eq!(instant("Asia/Shanghai", "2024-03-01T08:30:00"), "2024-03-01T08:30:00+08:00");
        assert_eq!(instant("Asia/Kolkata", "2024-03-01T08:30:00"), "2024-03-01T08:30:00+05:30");
        assert_eq!(instant("UTC", "2024-03-01T08:30:00"), "2024-03-01T08:30:00+00:00");
    }

    #[test]
    fn clock_changes_are_known_far_ahead() {
        assert_eq!(instant("America/New_York", "2090-07-01T00:00:00"), "2090-07-01T00:00:00-04:00");
        assert_eq!(instant("America/New_York", "2090-01-01T00:00:00"), "2090-01-01T00:00:00-05:00");
    }

    #[test]
    fn occurrences_are_told_apart() {
        let new_york = zone("America/New_York");
        let occurrence = |text: &str| new_york.occurrence(naive(text));
        let resumes = at("2024-03-10T07:00:00Z");
        assert_eq!(occurrence("2024-03-10T02:30:00"), Occurrence::Skipped { resumes });
        let (first, second) = (at("2024-11-03T05:30:00Z"), at("2024-11-03T06:30:00Z"));
        assert_eq!(occurrence("2024-11-03T01:30:00"), Occurrence::Twice { first, second });
        let once = at("2024-11-03T07:30:00Z");
        assert_eq!(occurrence("2024-11-03T02:30:00"), Occurrence::Once(once));
    }

    #[test]
    fn the_clocks_have_reached_the_end_of_the_stretch_they_repeat() {
        let new_york = zone("America/New_York");
        let reached = |text: &str| new_york.reached(at(text)).to_string();
        assert_eq!(reached("2024-11-03T05:59:00Z"), "2024-11-03 01:59:00");
        assert_eq!(reached("2024-11-03T06:00:00Z"), "2024-11-03 01:59:59.999");
        assert_eq!(reached("2024-11-03T06:59:59Z"), "2024-11-03 01:59:59.999");
        assert_eq!(reached("2024-11-03T07:00:00Z"), "2024-11-03 02:00:00");
        assert_eq!(reached("2024-03-10T07:00:00Z"), "2024-03-10 03:00:00");
    }

    #[test]
    fn dates_never_go_back() {
        // In 2010 the clocks of St. John's went from 00:01 back to 23:01 of the day before.
        let st_johns = zone("America/St_Johns");
        let late = at("2010-11-07T02:45:00Z");
        assert_eq!(st_johns.local(late).to_string(), "2010-11-06 23:15:00");
        assert_eq!(st_johns.date(late).to_string(), "2010-11-07");
        assert_eq!(st_johns.day_start(st_johns.date(late)), at("2010-11-07T02:30:00Z"));
    }

    #[test]
    fn a_skipped_day_is_empty() {
        let apia = zone("Pacific/Apia");
        let start = |text: &str| apia.day_start(text.parse().unwrap());
        assert_eq!(start("2011-12-30"), start("2011-12-31"));
        assert_eq!(apia.date(start("2011-12-30")).to_string(), "2011-12-31");
    }

    #[test]
    fn formats_with_seconds_and_the_zones_offset() {
        let shanghai = zone("Asia/Shanghai");
        let time = at("2024-03-01T00:30:05.250Z");
        assert_eq!(shanghai.format(time), "2024-03-01T08:30:05.250+08:00");
        assert_eq!(shanghai.short(time), "2024-03-01 08:30");
        assert_eq!(zone("America/St_Johns").format(time), "2024-02-29T21:00:05.250-03:30");
        assert_eq!(zone("America/St_Johns").format(at("2024-03-01T00:30:00.007Z")), "2024-02-29T21:00:00.007-03:30");
        let mut text = "at ".to_owned();
        Zone::UTC.write_rfc3339(&mut text, Instant::from_ms(0));
        assert_eq!(text, "at 1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn an_offset_with_seconds_still_names_the_instant() {
        let old = at("1900-06-01T00:00:00Z");
        // Shanghai's mean solar time was 8:05:43 ahead.
        assert_eq!(zone("Asia/Shanghai").local(old).to_string(), "1900-06-01 08:05:43");
        let text = zone("Asia/Shanghai").format(old);
        assert_eq!(text, "1900-06-01T08:05:00+08:05");
        assert_eq!(at(&text), old);
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        for name in ["UTC", "Asia/Shanghai", "America/New_York"] {
            for end in [Instant::MIN, Instant::MAX] {
                zone(name).date(end);
                zone(name).short(end);
                assert!(zone(name).format(end).contains('T'));
                zone(name).reached(end);
            }
            for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                zone(name).instant(end);
                zone(name).day_start(end.date());
            }
        }
        assert!(Zone::UTC.format(Instant::MAX).starts_with("+2"));
        assert!(Zone::UTC.format(Instant::MIN).starts_with("-2"));
    }

    #[test]
    fn zones_go_by_name() {
        assert_eq!(Zone::parse("Asia/Shanghai").unwrap().name(), "Asia/Shanghai");
        assert_eq!(Zone::parse("Asia/Shangai"), None);
        assert!(Zone::names().any(|name| name == "Asia/Shanghai"));
        assert!(Zone::names().all(|name| Zone::parse(name).is_some()));
        let json = serde_json::to_string(&zone("Europe/London")).unwrap();
        assert_eq!(json, "\"Europe/London\"");
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone("Europe/London"));
        assert!(serde_json::from_str::<Zone>("\"Nowhere\"").is_err());
    }
}
