//! # clock-change
//!
//! A schedule at a time that the clocks skip or show twice on some day of the next two years.
//!
//! Avoid:
//!
//! ```sop avoid
//! community { timezone "Europe/Berlin" }
//! rule night for group {
//!   every day at 02:30
//!   do post "Good night."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! community { timezone "Europe/Berlin" }
//! rule night for group {
//!   every day at 03:30
//!   do post "Good night."
//! }
//! ```
//!
//! Why: what is skipped comes at the first moment after the gap, what is shown twice comes at the first: the distance to the
//! day before is an hour longer or shorter. Schedules that repeat within the day (`every 2h`) are left alone.
//!
//! # day-rare
//!
//! A day that many months do not have: the 29th, 30th or 31st, or a fifth weekday.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule fee for group {
//!   every month on day 31 at 09:00
//!   do post "The fee is due."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule fee for group {
//!   every month on last day at 09:00
//!   do post "The fee is due."
//! }
//! ```
//!
//! Why: months without that day are left out, silently: the 31st comes seven times a year. The witness is a month in which
//! the schedule does not fire.

use crate::l10n::Text;
use crate::lint::book::Book;
use crate::lint::timed::all_timed;
use crate::lint::witness::Claim;
use crate::lint::{Finding, Witness};
use crate::time::{Duration, MonthDay, Occurrence, Schedule};
use chrono::{Datelike, Months, NaiveDate, NaiveDateTime};

/// How far ahead the clocks are looked at.
const DAYS: i64 = 731;

pub(super) fn changes(book: &Book<'_>) -> Vec<Finding> {
    let zone = book.plan.community.calendar.zone;
    let mut found = Vec::new();
    for timed in all_timed(book).iter().filter(|timed| !matches!(timed.schedule, Schedule::Every(_))) {
        let odd: Vec<_> = timed.times(book, DAYS).unwrap_or_default();
        let odd: Vec<_> = odd.into_iter().filter(|at| !matches!(zone.occurrence(*at), Occurrence::Once(_))).collect();
        let Some(first) = odd.first().copied() else { continue };
        let id = match zone.occurrence(first) {
            Occurrence::Skipped { .. } => "clock-change-skipped",
            _ => "clock-change-twice",
        };
        // In spring the clocks skip what they show twice in autumn: each is told by itself, the first of the two.
        let is_skipped = |at: &NaiveDateTime| matches!(zone.occurrence(*at), Occurrence::Skipped { .. });
        let alike = odd.iter().filter(|at| is_skipped(at) == is_skipped(&first));
        let dates = alike.take(4).map(|at| at.date().to_string()).collect::<Vec<_>>().join(", ");
        let text = Text::new(id).with("time", first.format("%H:%M").to_string()).with("dates", dates);
        let at = zone.instant(first);
        let claim = Claim::Fires { schedule: timed.position, at, instead_of: first };
        found.push(Finding::new(text, timed.span).shown_by(Witness::during(at, at, claim)));
    }
    found
}

pub(super) fn rare(book: &Book<'_>) -> Vec<Finding> {
    let zone = book.plan.community.calendar.zone;
    let today = zone.date(book.now);
    let mut found = Vec::new();
    for timed in all_timed(book) {
        let Schedule::Month { day: MonthDay::Nth(29..) | MonthDay::NthWeekday(5.., _), .. } = timed.schedule else {
            continue;
        };
        let Some(first) = today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))) else {
            continue;
        };
        let months: Vec<NaiveDate> = (0..48).filter_map(|n| first.checked_add_months(Months::new(n))).collect();
        let until = |month: NaiveDate| month.checked_add_months(Months::new(1)).unwrap_or(month);
        let fires = |month: &NaiveDate| {
            let next = timed.schedule.next_local(month.and_time(chrono::NaiveTime::MIN));
            next.is_some_and(|next| next.date() < until(*month))
        };
        let Some(without) = months.iter().copied().find(|month| !fires(month)) else { continue };
        let count = months.iter().filter(|month| fires(month)).count();
        let written = book.written(timed.span);
        let text = Text::new("day-rare").with("count", count).with("month", without.format("%Y-%m").to_string());
        let claim = Claim::Sleeps { schedule: timed.position };
        let end = zone.day_start(until(without)) - Duration::from_ms(1);
        let finding = Finding::new(text.with("written", written), timed.span);
        found.push(finding.shown_by(Witness::during(zone.day_start(without), end, claim)));
    }
    found
}
