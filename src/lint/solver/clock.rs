//! What clocks can show when a schedule fires, so that a condition on the time is held against the times there are.

use super::cell::Symbol;
use super::line::Line;
use crate::time::{Duration, Gap, MonthDay, Schedule, TimeOfDay, Weekday, Zone};
use chrono::{DateTime, NaiveDateTime, Timelike};
use std::collections::BTreeSet;

/// What clocks can show; of what is `None` nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clock {
    /// The minutes of the local day.
    pub minutes: Option<Line>,
    /// The names of weekdays.
    pub days: Option<BTreeSet<Symbol>>,
    /// The instants.
    pub moments: Option<Line>,
    /// The local dates, each as the instant at which it begins.
    pub dates: Option<Line>,
}

/// The most dates of one schedule that are looked at.
const MOST: usize = 64;

const DAY: i64 = 24 * 60;

impl Clock {
    /// When a schedule fires: at its times, and where the clocks skip one of them, at the end of the gap.
    #[must_use]
    pub fn of(schedule: &Schedule, zone: Zone, gaps: &[Gap]) -> Clock {
        let clock = Clock { minutes: minutes(schedule), days: days(schedule), ..Clock::default() };
        let clock = match schedule {
            Schedule::Dates(dates) if dates.len() <= MOST => clock.on(dates, zone),
            _ => clock,
        };
        clock.with_gaps(gaps)
    }

    /// On any day at a time.
    #[must_use]
    pub fn at(time: TimeOfDay, gaps: &[Gap]) -> Clock {
        let minutes = Some(Line::of_whole([i64::from(time.minutes())]));
        Clock { minutes, ..Clock::default() }.with_gaps(gaps)
    }

    /// The hours of the day.
    #[must_use]
    pub fn hours(&self) -> Option<Line> {
        let minutes = self.minutes.as_ref()?;
        Some(Line::of_whole(
            (0..24).filter(|hour| (hour * 60..hour * 60 + 60).any(|minute| minutes.has(minute.into()))),
        ))
    }

    fn on(self, dates: &[NaiveDateTime], zone: Zone) -> Clock {
        let moments = || dates.iter().map(|local| zone.instant(*local));
        Clock {
            moments: Some(Line::of_whole(moments().map(|at| at.ms()))),
            dates: Some(Line::of_whole(moments().map(|at| zone.day_start(zone.date(at)).ms()))),
            ..self
        }
    }

    /// What is skipped comes when the clocks go on.
    fn with_gaps(self, gaps: &[Gap]) -> Clock {
        gaps.iter().fold(self, |clock, gap| {
            let (from, to) = (minute(gap.begins), minute(gap.ends));
            let within = gap.begins.date() == gap.ends.date();
            let skipped = if within { from..to } else { 0..DAY };
            let Some(minutes) = &clock.minutes else { return clock };
            if !skipped.into_iter().any(|minute| minutes.has(minute.into())) {
                return clock;
            }
            let minutes = Some(minutes.join(&Line::of_whole([to])).whole_numbers());
            Clock { minutes, days: clock.days.filter(|_| within), ..clock }
        })
    }
}

fn minute(local: NaiveDateTime) -> i64 {
    i64::from(local.hour() * 60 + local.minute())
}

/// The minutes of the day at which a schedule fires, whatever the clocks do.
fn minutes(schedule: &Schedule) -> Option<Line> {
    let of_times = |times: &[TimeOfDay]| match times {
        [] => Line::of_whole([0]),
        times => Line::of_whole(times.iter().map(|time| i64::from(time.minutes()))),
    };
    match schedule {
        Schedule::Days { times, .. } | Schedule::EveryDays { times, .. } | Schedule::Month { times, .. } => {
            Some(of_times(times))
        }
        Schedule::Every(distance) => steps(*distance),
        Schedule::Dates(dates) => Some(Line::of_whole(dates.iter().map(|local| minute(*local)))),
        Schedule::Cron(line) => {
            // On every day on which a line fires it does so at the same times.
            let mut at = line.next_local(DateTime::UNIX_EPOCH.naive_utc())?;
            let (first, mut found) = (at.date(), Vec::new());
            while at.date() == first {
                found.push(minute(at));
                let Some(next) = line.next_local(at) else { break };
                at = next;
            }
            Some(Line::of_whole(found))
        }
    }
}

/// `every 2h` counts from each midnight, `every 36h` from one.
fn steps(distance: Duration) -> Option<Line> {
    let (minute, day) = (Duration::from_minutes(1).ms(), Duration::from_days(1).ms());
    let step = if distance.ms() < day { distance.ms() } else { gcd(distance.ms(), day) };
    (step >= minute)
        .then(|| Line::of_whole((0..day / step + 1).map(|n| n * step / minute).filter(|minute| *minute < DAY)))
}

fn gcd(a: i64, b: i64) -> i64 {
    a.checked_rem(b).map_or(a, |rest| gcd(b, rest))
}

/// The weekdays on which a schedule fires, whatever the clocks do.
fn days(schedule: &Schedule) -> Option<BTreeSet<Symbol>> {
    let named = |day: Weekday| Symbol::Word(day.name().into());
    match schedule {
        Schedule::Days { days, .. } => Some(days.iter().map(named).collect()),
        Schedule::Month { day: MonthDay::Last(Some(day)) | MonthDay::NthWeekday(_, day), .. } => {
            Some(BTreeSet::from([named(*day)]))
        }
        Schedule::Dates(dates) => {
            Some(dates.iter().map(|date| named(chrono::Datelike::weekday(&date.date()).into())).collect())
        }
        _ => None,
    }
}
