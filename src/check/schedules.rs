//! Schedules as the plan runs them.

use super::errors::{ItemError, NameError};
use super::lower::Lower;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ScheduleKind, Word};
use crate::time::{CronLine, DaySet, Duration, MonthDay, Schedule, TimeOfDay, Weekday};
use chrono::NaiveDateTime;

/// One day.
const DAY: Duration = Duration::from_days(1);

impl Lower<'_> {
    pub(crate) fn schedule(&mut self, schedule: &tree::Schedule) -> Option<Schedule> {
        let times = schedule.at.clone();
        match &schedule.kind {
            ScheduleKind::Days(words) => {
                let days = self.days_of(words)?;
                self.timed(schedule)?;
                Some(Schedule::Days { days, times })
            }
            ScheduleKind::Every(every) => {
                let every = self.duration(every, "of-schedule")?;
                self.every(every, times, schedule.span)
            }
            ScheduleKind::MonthDay(day) => {
                let day = self.month_day(day)?;
                self.timed(schedule)?;
                Some(Schedule::Month { day, times })
            }
            ScheduleKind::MonthLast(word) => {
                let day = MonthDay::Last(self.weekday_or_day(word)?);
                self.timed(schedule)?;
                Some(Schedule::Month { day, times })
            }
            ScheduleKind::MonthNth(nth, word) => {
                let day = match self.weekday_or_day(word)? {
                    Some(weekday) => MonthDay::NthWeekday(*nth, weekday),
                    None => MonthDay::Nth(*nth),
                };
                self.timed(schedule)?;
                Some(Schedule::Month { day, times })
            }
            ScheduleKind::Cron(text) => self.cron(text, schedule),
            ScheduleKind::Date(date) => Some(Schedule::Dates(dates(*date, &times))),
        }
    }

    /// A schedule by days needs a time of day.
    fn timed(&mut self, schedule: &tree::Schedule) -> Option<()> {
        if schedule.at.is_empty() {
            let written = self.written(schedule.span);
            self.error(ItemError::ScheduleNeedsTime { at: schedule.span, written });
            return None;
        }
        Some(())
    }

    fn days_of(&mut self, words: &[Word]) -> Option<DaySet> {
        let mut days = DaySet::NONE;
        for word in words {
            days = days.union(self.day_word(word)?);
        }
        Some(days)
    }

    fn day_word(&mut self, word: &Word) -> Option<DaySet> {
        let days = match word.text.as_str() {
            "day" => Some(DaySet::EVERY_DAY),
            "weekday" => Some(DaySet::WEEKDAYS),
            "weekend" => Some(DaySet::WEEKEND),
            name => Weekday::parse(name).map(|day| DaySet::NONE.with(day)),
        };
        if days.is_none() {
            let mut available: Vec<String> = ["day", "weekday", "weekend"].map(str::to_owned).into();
            available.extend(Weekday::ALL.iter().map(|day| day.name().to_owned()));
            self.error(NameError::Unknown { what: "noun-day", name: word.clone(), available, declare: None });
        }
        days
    }

    fn every(&mut self, every: Duration, times: Vec<TimeOfDay>, at: Span) -> Option<Schedule> {
        if times.is_empty() {
            return Some(Schedule::Every(every));
        }
        if every.ms() % DAY.ms() == 0 {
            let days = u32::try_from(every.ms() / DAY.ms()).unwrap_or(u32::MAX);
            return Some(Schedule::EveryDays { days, times });
        }
        self.error(ItemError::EveryWithTime { at, every: every.to_string() });
        None
    }

    fn month_day(&mut self, day: &tree::Expr) -> Option<MonthDay> {
        let number = self.whole(day, "of-month-day", 1)?;
        match u8::try_from(number).ok().filter(|day| *day <= 31) {
            Some(day) => Some(MonthDay::Nth(day)),
            None => {
                self.error(ItemError::DayOfMonth { at: day.span, day: number });
                None
            }
        }
    }

    /// The weekday of `last sunday`; none for `last day`.
    fn weekday_or_day(&mut self, word: &Word) -> Option<Option<Weekday>> {
        if word.text == "day" {
            return Some(None);
        }
        let day = Weekday::parse(&word.text);
        if day.is_none() {
            let mut available = vec!["day".to_owned()];
            available.extend(Weekday::ALL.iter().map(|day| day.name().to_owned()));
            self.error(NameError::Unknown { what: "noun-day", name: word.clone(), available, declare: None });
        }
        day.map(Some)
    }

    fn cron(&mut self, text: &tree::Text, schedule: &tree::Schedule) -> Option<Schedule> {
        if !schedule.at.is_empty() {
            self.error(ItemError::CronWithTime { at: schedule.span });
        }
        let line = self.plain_text(text, "of-cron")?;
        match CronLine::parse(&line) {
            Ok(line) => Some(Schedule::Cron(line)),
            Err(error) => {
                self.error(ItemError::BadCron { at: text.span, error });
                None
            }
        }
    }
}

/// A date with its times of day, or as it stands.
fn dates(date: NaiveDateTime, times: &[TimeOfDay]) -> Vec<NaiveDateTime> {
    if times.is_empty() {
        return vec![date];
    }
    times.iter().map(|time| date.date().and_time(time.naive())).collect()
}
