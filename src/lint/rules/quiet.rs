//! # quiet-hours-swallow
//!
//! Every time of a schedule lies inside the quiet hours of a limit.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule late for group { every day at 23:00  do post "Good night." }
//! limit night for community { on post  not between 22:30 and 08:00  else skip }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule late for group { every day at 22:00  do post "Good night." }
//! limit night for community { on post  not between 22:30 and 08:00  else skip }
//! ```
//!
//! Why: with `skip` it is never said, with `defer` it always comes in the morning. The witness is a day on which that
//! happens.
//!
//! # quiet-hours-burst
//!
//! Three schedules or more of one day are deferred by one limit: all come at the minute when the quiet hours end.
//!
//! Avoid:
//!
//! ```sop avoid
//! calendar evening for group {
//!   every day at 22:00  do post "One."
//!   every day at 22:30  do post "Two."
//!   every day at 23:00  do post "Three."
//! }
//! limit night for community { on post  not between 21:30 and 08:00  else defer }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! calendar evening for group {
//!   every day at 19:00  do post "One."
//!   every day at 20:00  do post "Two."
//!   every day at 21:00  do post "Three."
//! }
//! limit night for community { on post  not between 21:30 and 08:00  else defer }
//! ```
//!
//! Why: three posts in one minute are read as one, or not at all, and some platforms refuse them.
//!
//! # cap-vs-schedule
//!
//! The calendar alone says more than a limit lets through.
//!
//! Avoid:
//!
//! ```sop avoid
//! calendar week for group {
//!   every monday, wednesday, friday at 20:00  do post "Sale." as convert
//! }
//! limit promotions for group { on post as convert  at most 2 per week  else skip }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! calendar week for group {
//!   every monday, friday at 20:00  do post "Sale." as convert
//! }
//! limit promotions for group { on post as convert  at most 2 per week  else skip }
//! ```
//!
//! Why: what stands in the calendar is meant to be said, and the limit stops the last of it each time. Only rows and rules
//! without a condition are counted, of one and the same group; the witness is a period that breaks the limit.

use crate::engine::Status;
use crate::l10n::Text;
use crate::lint::book::Book;
use crate::lint::timed::{Timed, around, concerns, shown, timed};
use crate::lint::witness::Claim;
use crate::lint::{Finding, Witness};
use crate::plan::ids::PlaceId;
use crate::plan::{CapPer, Limit, LimitElse, Scope};
use crate::syntax::span::Span;
use crate::time::{Duration, Schedule, TimeOfDay};
use chrono::{NaiveDateTime, Timelike};

/// How far ahead schedules are looked at.
const DAYS: i64 = 62;

fn quiet(limit: &Limit, at: NaiveDateTime) -> Option<TimeOfDay> {
    let time = TimeOfDay::new(at.hour() as u16, at.minute() as u16)?;
    limit.quiet.iter().find(|(from, to)| time.is_between(*from, *to)).map(|(_, to)| *to)
}

/// Where a limit is written.
fn place(book: &Book<'_>, limit: &Limit) -> Span {
    book.plan.items.get(limit.item.index()).map(|item| book.span(item.place)).unwrap_or_default()
}

/// The place of the first effect of a schedule that a limit concerns.
fn limited(book: &Book<'_>, timed: &Timed<'_, '_>, limit: &Limit) -> Option<PlaceId> {
    let found = timed.effects(book).find(|(case, effect)| concerns(limit, effect, case.handler.subject.scope));
    found.map(|(_, effect)| effect.place)
}

pub(super) fn swallow(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for timed in timed(book) {
        let times = timed.times(book, DAYS).unwrap_or_default();
        let Some(first) = times.first().copied() else { continue };
        for limit in book.plan.limits.iter().filter(|limit| !limit.quiet.is_empty()) {
            let Some(effect) = limited(book, &timed, limit) else { continue };
            let Some(end) = quiet(limit, first).filter(|_| times.iter().all(|at| quiet(limit, *at).is_some())) else {
                continue;
            };
            let (id, status) = match limit.otherwise {
                LimitElse::Skip => ("quiet-hours-swallow-skip", Status::Skipped),
                LimitElse::Defer => ("quiet-hours-swallow-defer", Status::Deferred),
                LimitElse::Hold { .. } => continue,
            };
            let text = Text::new(id).with("limit", book.name(limit.name)).with("end", end.to_string());
            let (from, until) = around(book, first);
            let until = until.min(from + Duration::from_hours(20));
            let witness = shown(book, Witness::during(from, until, Claim::Comes(effect, status)));
            found.push(Finding::new(text, timed.span).and(place(book, limit), "limit").shown_by(witness));
        }
    }
    found
}

/// From how many on it is a burst.
const BURST: usize = 3;

pub(super) fn burst(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let all = timed(book);
    for limit in book.plan.limits.iter().filter(|limit| matches!(limit.otherwise, LimitElse::Defer)) {
        let mut deferred: Vec<(NaiveDateTime, Span)> = Vec::new();
        for timed in all.iter().filter(|timed| !matches!(timed.schedule, Schedule::Every(_))) {
            if limited(book, timed, limit).is_none() {
                continue;
            }
            for at in timed.times(book, 8).unwrap_or_default() {
                if let Some(end) = quiet(limit, at) {
                    let day =
                        if at.time() < end.naive() { at.date() } else { at.date().succ_opt().unwrap_or(at.date()) };
                    deferred.push((day.and_time(end.naive()), timed.span));
                }
            }
        }
        deferred.sort();
        let most = deferred.chunk_by(|a, b| a.0 == b.0).max_by_key(|chunk| chunk.len()).unwrap_or_default();
        let Some((at, span)) = most.first().copied().filter(|_| most.len() >= BURST) else { continue };
        let text = Text::new("quiet-hours-burst").with("limit", book.name(limit.name)).with("count", most.len());
        let finding = Finding::new(text.with("at", at.format("%Y-%m-%d %H:%M").to_string()), place(book, limit));
        found.push(finding.and(span, "schedule"));
    }
    found
}

pub(super) fn caps(book: &Book<'_>) -> Vec<Finding> {
    let calendar = &book.plan.community.calendar;
    let all = timed(book);
    let mut found = Vec::new();
    for limit in book.plan.limits.iter().filter(|limit| limit.subject.scope == Scope::Group) {
        for cap in &limit.caps {
            let CapPer::Period(period) = cap.per else { continue };
            let mut planned: Vec<(crate::time::Instant, crate::time::Instant, Span, PlaceId)> = Vec::new();
            for timed in &all {
                let sure = timed.effects(book).filter(|(case, effect)| {
                    let handler = case.handler;
                    handler.when.is_none()
                        && handler.select.is_none()
                        && handler.once.is_none()
                        && handler.subject.filter.is_none()
                        && handler.subject.scope == Scope::Group
                        && concerns(limit, effect, Scope::Group)
                });
                let places: Vec<PlaceId> = sure.map(|(_, effect)| effect.place).collect();
                for at in timed.times(book, DAYS).unwrap_or_default() {
                    let at = calendar.zone.instant(at);
                    let start = calendar.period(period, 0, at).start;
                    planned.extend(places.iter().map(|place| (start, at, timed.span, *place)));
                }
            }
            planned.sort();
            let broken = planned.chunk_by(|a, b| a.0 == b.0).find(|chunk| chunk.len() > cap.most as usize);
            let Some((start, _, _, _)) = broken.and_then(|chunk| chunk.first()).copied() else { continue };
            let chunk = broken.unwrap_or_default();
            let Some((_, at, span, place_of)) = chunk.get(cap.most as usize).copied() else { continue };
            let text = Text::new("cap-vs-schedule")
                .with("limit", book.name(limit.name))
                .with("planned", chunk.len())
                .with("most", cap.most)
                .with("date", calendar.zone.date(start).to_string());
            let status = match limit.otherwise {
                LimitElse::Skip => Status::Skipped,
                LimitElse::Defer => Status::Deferred,
                LimitElse::Hold { .. } => Status::Held,
            };
            let claim = Claim::Comes(place_of, status);
            let from = start - Duration::from_minutes(1);
            let witness = shown(book, Witness::during(from, at, claim));
            found.push(Finding::new(text, span).and(place(book, limit), "limit").shown_by(witness));
        }
    }
    found
}
