//! When schedules fire, by looking at each local day and, for cron lines, at each minute of it.

use super::zone::{DAY, MINUTE, Ms, Zone};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use qun::syntax::tree::{Expr, ExprKind, Schedule, ScheduleKind, TextPart};
use qun::time::TimeOfDay;

/// The first instant of a schedule from one moment up to another, both included.
pub fn first(schedule: &Schedule, zone: &Zone, from: Ms, until: Ms) -> Option<Ms> {
    let mut date = zone.date(from) - Days::new(1);
    let last = zone.date(until) + Days::new(1);
    while date <= last {
        let times = times_on(schedule, date);
        let instants = times.into_iter().map(|local| zone.instant(local));
        let next = instants.filter(|at| (from..=until).contains(at)).min();
        if next.is_some() {
            return next;
        }
        date = date + Days::new(1);
    }
    None
}

/// The local times of a schedule on one date.
fn times_on(schedule: &Schedule, date: NaiveDate) -> Vec<NaiveDateTime> {
    let at = |times: &[TimeOfDay]| times.iter().map(|time| date.and_time(time.naive())).collect::<Vec<_>>();
    match &schedule.kind {
        ScheduleKind::Days(words) if words.iter().any(|word| is_day(&word.text, date)) => at(&schedule.at),
        ScheduleKind::Every(during) => every(duration(during), date, &schedule.at),
        ScheduleKind::MonthDay(day) if number(day) == date.day() => at(&schedule.at),
        ScheduleKind::MonthLast(word) if is_last(&word.text, date) => at(&schedule.at),
        ScheduleKind::MonthNth(nth, word) if is_nth(u32::from(*nth), &word.text, date) => at(&schedule.at),
        ScheduleKind::Cron(line) => Cron::parse(&words(&line.parts)).times_on(date),
        ScheduleKind::Date(time) if time.date() == date && schedule.at.is_empty() => vec![*time],
        ScheduleKind::Date(time) if time.date() == date => at(&schedule.at),
        _ => Vec::new(),
    }
}

fn words(parts: &[TextPart]) -> String {
    let word = |part: &TextPart| match part {
        TextPart::Words(words) => words.clone(),
        TextPart::Hole(_) => String::new(),
    };
    parts.iter().map(word).collect()
}

fn duration(expr: &Expr) -> Ms {
    match &expr.kind {
        ExprKind::Duration(during) => during.ms(),
        _ => panic!("a schedule has a literal duration"),
    }
}

fn number(expr: &Expr) -> u32 {
    match &expr.kind {
        ExprKind::Number(n) => n.to_string().parse().unwrap(),
        _ => panic!("a day of the month is a literal"),
    }
}

/// Below a day counted from midnight, whole days from 1970-01-01.
fn every(during: Ms, date: NaiveDate, at: &[TimeOfDay]) -> Vec<NaiveDateTime> {
    let midnight = date.and_time(NaiveTime::MIN);
    if during < DAY {
        let times = (0..).map(|n| n * during).take_while(|ms| *ms < DAY);
        return times.map(|ms| midnight + chrono::TimeDelta::milliseconds(ms)).collect();
    }
    let day = midnight.and_utc().timestamp_millis() / DAY;
    if day % (during / DAY) != 0 {
        return Vec::new();
    }
    match at {
        [] => vec![midnight],
        _ => at.iter().map(|time| date.and_time(time.naive())).collect(),
    }
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The English name of a date's weekday.
pub fn weekday(date: NaiveDate) -> &'static str {
    WEEKDAYS[date.weekday().num_days_from_monday() as usize]
}

/// How many days after Monday a weekday comes.
pub fn days_from_monday(word: &str) -> u32 {
    WEEKDAYS.iter().position(|day| *day == word).unwrap() as u32
}

fn is_day(word: &str, date: NaiveDate) -> bool {
    let weekend = date.weekday().num_days_from_monday() >= 5;
    match word {
        "day" => true,
        "weekday" => !weekend,
        "weekend" => weekend,
        _ => word == weekday(date),
    }
}

/// Whether a date is the last of its month, or the last such weekday.
fn is_last(word: &str, date: NaiveDate) -> bool {
    let within = if word == "day" { 1 } else { 7 };
    (date + Days::new(within)).month() != date.month() && (word == "day" || word == weekday(date))
}

fn is_nth(nth: u32, word: &str, date: NaiveDate) -> bool {
    let before = if word == "day" { date.day0() } else { date.day0() / 7 };
    before + 1 == nth && (word == "day" || word == weekday(date))
}

/// A cron line: for each field which numbers are meant, and whether the field begins with a star.
struct Cron {
    fields: Vec<(Vec<u32>, bool)>,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    fn parse(line: &str) -> Cron {
        let bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
        let fields = line.split_whitespace().zip(bounds);
        Cron { fields: fields.map(|(field, bounds)| (Cron::numbers(field, bounds), field.starts_with('*'))).collect() }
    }

    fn numbers(field: &str, (low, high): (u32, u32)) -> Vec<u32> {
        field.split(',').flat_map(|part| Cron::part(part, low, high)).collect()
    }

    fn part(part: &str, low: u32, high: u32) -> Vec<u32> {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step: usize = step.parse().unwrap();
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (Cron::number(first), Cron::number(last)),
            None if range == "*" => (low, high),
            None if part.contains('/') => (Cron::number(range), high),
            None => (Cron::number(range), Cron::number(range)),
        };
        (first..=last).step_by(step).collect()
    }

    fn number(word: &str) -> u32 {
        let lower = word.to_lowercase();
        let month = MONTHS.iter().position(|month| *month == lower).map(|n| n as u32 + 1);
        let day = DAYS.iter().position(|day| *day == lower).map(|n| n as u32);
        month.or(day).unwrap_or_else(|| word.parse().unwrap())
    }

    fn has(&self, field: usize, n: u32) -> bool {
        self.fields[field].0.contains(&n)
    }

    /// Where both days are restricted, either is enough.
    fn is_on(&self, date: NaiveDate) -> bool {
        let of_week = date.weekday().num_days_from_sunday();
        let day_of_week = self.has(4, of_week) || (of_week == 0 && self.has(4, 7));
        let day_of_month = self.has(2, date.day());
        let starred = self.fields[2].1 || self.fields[4].1;
        let day = if starred { day_of_month && day_of_week } else { day_of_month || day_of_week };
        day && self.has(3, date.month())
    }

    fn times_on(&self, date: NaiveDate) -> Vec<NaiveDateTime> {
        if !self.is_on(date) {
            return Vec::new();
        }
        let midnight = date.and_time(NaiveTime::MIN);
        let minutes = (0..DAY / MINUTE).map(|n| midnight + chrono::TimeDelta::minutes(n));
        minutes.filter(|time| self.has(0, time.minute()) && self.has(1, time.hour())).collect()
    }
}
