//! Schedules with the places where they are written and what hangs on them.

use super::book::{Book, Case};
use super::witness::Witness;
use crate::plan::ids::HandlerId;
use crate::plan::{Effect, Limit, ScheduledWork, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::{ItemKind, Trigger};
use crate::time::{Duration, Instant, Schedule};
use chrono::NaiveDateTime;
use rustc_hash::FxHashMap;
use serde_json::json;

/// A schedule of a rule or a calendar.
pub struct Timed<'b, 'a> {
    /// Its position in the plan.
    pub position: usize,
    /// When.
    pub schedule: &'a Schedule,
    /// Where it is written.
    pub span: Span,
    /// What hangs on it: the branches of a rule, or one row.
    pub cases: Vec<&'b Case<'a>>,
}

/// Every schedule of rules and calendars.
#[must_use]
pub fn timed<'b, 'a>(book: &'b Book<'a>) -> Vec<Timed<'b, 'a>> {
    let mut by_handler: Vec<Option<&Case<'a>>> = vec![None; book.plan.handlers.len()];
    for case in &book.cases {
        if let Some(slot) = by_handler.get_mut(case.id.index()) {
            *slot = Some(case);
        }
    }
    let mut found: Vec<Timed<'b, 'a>> = Vec::new();
    let mut last: (Option<HandlerId>, usize) = (None, 0);
    for (position, scheduled) in book.plan.schedules.iter().enumerate() {
        let ScheduledWork::Handlers(handlers) = &scheduled.what else { continue };
        let Some(first) = handlers.first().copied() else { continue };
        last = if last.0 == Some(first) { (last.0, last.1 + 1) } else { (Some(first), 0) };
        let cases: Vec<&Case<'a>> =
            handlers.iter().filter_map(|id| by_handler.get(id.index()).copied().flatten()).collect();
        let Some(span) = cases.first().and_then(|case| written(case, last.1)) else { continue };
        found.push(Timed { position, schedule: &scheduled.schedule, span, cases });
    }
    found
}

/// The same, and the reviews of tiers and the samples of metrics, on which no case hangs.
#[must_use]
pub fn all_timed<'b, 'a>(book: &'b Book<'a>) -> Vec<Timed<'b, 'a>> {
    let schedules = book.tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Tiers(tiers) => Some((tiers.head.name.text.as_str(), tiers.review.as_ref()?.span)),
        ItemKind::Metric { head, schedule, .. } => Some((head.name.text.as_str(), schedule.span)),
        _ => None,
    });
    let written: FxHashMap<&str, Span> = schedules.collect();
    let mut found = timed(book);
    for (position, scheduled) in book.plan.schedules.iter().enumerate() {
        let item = book.plan.items.get(scheduled.item.index());
        let span = item.and_then(|item| written.get(book.name(item.name)));
        if let (ScheduledWork::Review(_) | ScheduledWork::Sample(_), Some(span)) = (&scheduled.what, span) {
            found.push(Timed { position, schedule: &scheduled.schedule, span: *span, cases: Vec::new() });
        }
    }
    found
}

/// Where the n-th schedule of a case is written.
fn written(case: &Case<'_>, n: usize) -> Option<Span> {
    match &case.item.kind {
        ItemKind::Rule(rule) => {
            let schedules = rule.triggers.iter().filter_map(|trigger| match trigger {
                Trigger::Schedule(schedule) => Some(schedule.span),
                _ => None,
            });
            schedules.into_iter().nth(n)
        }
        ItemKind::Calendar { rows, .. } => rows.iter().find(|row| row.span == case.span).map(|row| row.schedule.span),
        _ => None,
    }
}

/// The most firings that are looked at.
const MOST: usize = 4_000;

impl Timed<'_, '_> {
    /// Its local times in some days from an instant on; `None` where there are too many to look at.
    #[must_use]
    pub fn times(&self, book: &Book<'_>, days: i64) -> Option<Vec<NaiveDateTime>> {
        let zone = book.plan.community.calendar.zone;
        let (mut at, end) = (zone.local(book.now), zone.local(book.now + Duration::from_days(days)));
        let mut times = Vec::new();
        while let Some(next) = self.schedule.next_local(at).filter(|next| *next < end) {
            if times.len() >= MOST {
                return None;
            }
            times.push(next);
            at = next;
        }
        Some(times)
    }

    /// The effects that hang on it, without what is done otherwise.
    pub fn effects<'x>(&'x self, book: &'x Book<'_>) -> impl Iterator<Item = (&'x Case<'x>, &'x Effect)> {
        self.cases.iter().flat_map(|case| {
            let effects = case.handler.effects.iter().filter_map(|id| book.effect(*id));
            effects.map(move |effect| (*case, effect))
        })
    }
}

/// Whether a limit concerns an effect of a subject, whoever it is.
#[must_use]
pub fn concerns(limit: &Limit, effect: &Effect, scope: Scope) -> bool {
    let class = match &effect.act {
        crate::plan::Act::Say { class, .. } => *class,
        _ => None,
    };
    let keys = match limit.subject.scope {
        Scope::Community => true,
        Scope::Group => matches!(scope, Scope::Group | Scope::Membership),
        Scope::Member => matches!(scope, Scope::Member | Scope::Membership),
        Scope::Membership => scope == Scope::Membership,
    };
    keys && limit.subject.filter.is_none()
        && limit.actions.contains(&effect.name)
        && (limit.class.is_none() || limit.class == class)
}

/// A stretch of time in which one group with one member lives, if it shows what it claims.
#[must_use]
pub fn shown(book: &Book<'_>, witness: Witness) -> Option<Witness> {
    let directory = json!({ "groups": { "g1": { "owner": "m1" } }, "members": { "m1": { "groups": { "g1": null } } } });
    let witness = Witness { directory, ..witness };
    book.runs.shows(&witness).then_some(witness)
}

/// From a day before a local time to a day after it.
#[must_use]
pub fn around(book: &Book<'_>, local: NaiveDateTime) -> (Instant, Instant) {
    let at = book.plan.community.calendar.zone.instant(local);
    (at - Duration::from_hours(20), at + Duration::from_hours(20))
}
