//! Words for mistakes in the make-up of items.

use super::super::errors::ItemError;
use super::{a, all, cron};
use crate::diagnostic::Draft;
use crate::l10n::Text;
use crate::syntax::span::Span;
use crate::syntax::tree::Word;

pub(super) fn told(wrong: &ItemError) -> Draft {
    match wrong {
        ItemError::NoTrigger { name } => named("check-no-trigger", name),
        ItemError::NeverStarted { name } => named("check-never-started", name).warning(),
        ItemError::NothingDone { at } => one("check-nothing-done", *at),
        ItemError::Twice { clause, item, at } => {
            one("check-clause-twice", *at).with("item", a(item)).with("clause", *clause)
        }
        ItemError::Empty { item, wants, name } => {
            named("check-empty-item", name).with("item", Text::new(item)).with("wants", Text::new(wants))
        }
        ItemError::NotAscending { at, threshold, before, first } => Draft::new("check-not-ascending")
            .with("threshold", *threshold)
            .with("before", *before)
            .at(*at, "label")
            .at(*first, "first")
            .help("help"),
        ItemError::LowestTierCondition { name, at } => one("check-lowest-tier", *at).with("name", name.text.as_str()),
        ItemError::TierNeedsCondition { name } => named("check-tier-condition", name),
        ItemError::DemoteWithoutReview { at } => one("check-demote-without-review", *at),
        ItemError::HoldWithin { at, role } => one("check-hold-within", *at).with("role", role.as_str()),
        ItemError::LimitNeedsElse { name } => named("check-limit-else", name),
        ItemError::PerRoleOfAction { action, at } => Draft::new("check-per-role")
            .with("action", action.text.as_str())
            .at(*at, "label")
            .at(action.span, "action")
            .help("help"),
        ItemError::QuietAllDay { at, time } => one("check-quiet-all-day", *at).with("time", time.as_str()),
        ItemError::DayNeedsTime { at, day } => {
            one("check-day-without-time", *at).code("time-missing").with("day", day.as_str())
        }
        ItemError::DayOfMonth { at, day } => one("check-day-of-month", *at).code("out-of-range").with("day", *day),
        ItemError::ScheduleNeedsTime { at, written } => {
            one("check-time-missing", *at).with("written", written.as_str())
        }
        ItemError::EveryWithTime { at, every } => one("check-every-with-time", *at).with("every", every.as_str()),
        ItemError::CronWithTime { at } => one("check-cron-with-time", *at),
        ItemError::BadCron { at, error } => Draft::new("check-bad-cron")
            .with("why", cron::why(error))
            .at(*at, "label")
            .maybe_help(Some(cron::help(error))),
        ItemError::ApprovalElse { at, written } => one("check-approval-else", *at).with("written", written.as_str()),
        ItemError::ArgumentCount { name, wanted, found, declared } => named("check-argument-count", name)
            .with("takes", wanted.len())
            .with("wanted", all(wanted))
            .with("found", *found)
            .with("right", format!("{}({})", name.text, wanted.join(", ")))
            .at(*declared, "declared"),
        ItemError::EmitLacks { event, fields, at } => one("check-emit-lacks", *at)
            .with("event", event.as_str())
            .with("fields", all(fields))
            .with("right", format!("{}: …", fields.join(": …, "))),
        ItemError::OffsetOutsideFlow { at, offset } => {
            one("check-offset-outside-flow", *at).with("offset", offset.as_str())
        }
        ItemError::ParamDefault { at } => one("check-param-default", *at),
        ItemError::TooMany { what, most, at } => {
            one("check-too-many", *at).with("what", Text::new(what)).with("most", *most)
        }
        ItemError::PoolParams { name } => named("check-pool-params", name),
    }
}

/// A mistake with one place and its way out.
fn one(id: &'static str, at: Span) -> Draft {
    Draft::new(id).at(at, "label").help("help")
}

/// The same at a name.
fn named(id: &'static str, name: &Word) -> Draft {
    one(id, name.span).with("name", name.text.as_str())
}
