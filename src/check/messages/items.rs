//! Words for mistakes in the make-up of items.

use super::super::errors::ItemError;
use super::super::suggest;
use super::{Draft, a, error};
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::span::Span;

pub(super) fn told(wrong: &ItemError) -> Diagnostic {
    match wrong {
        ItemError::NoTrigger { name } => error("no-trigger", format!("nothing wakes the rule `{}`", name.text))
            .at(name.span, "no `on` and no `every`")
            .help("add `on EVENT`, `on no EVENT for 7d` or `every day at 09:00`"),
        ItemError::NeverStarted { name } => never_started(&name.text, name.span),
        ItemError::NothingDone { at } => {
            error("nothing-done", "nothing is done here").at(*at, "no action").help("add an action after `do`")
        }
        ItemError::Twice { clause, item, at } => error("clause-twice", format!("{} has one `{clause}`", a(item)))
            .at(*at, format!("the second `{clause}`"))
            .help("leave one out, or join conditions with `or`"),
        ItemError::Empty { item, wants, name } => {
            error("empty-item", format!("the {item} `{}` is not complete", name.text))
                .at(name.span, "something is missing in it")
                .help(format!("add {wants}"))
        }
        ItemError::NotAscending { at, threshold, before, first } => {
            error("not-ascending", format!("the threshold {threshold} stands after {before}"))
                .at(*at, "not higher than the one before")
                .at(*first, "the one before")
                .help("write the steps from the lowest threshold to the highest, each once")
        }
        ItemError::LowestTierCondition { name, at } => {
            error("lowest-tier", format!("the lowest tier `{}` has a condition", name.text))
                .at(*at, "everybody is at least in the lowest tier")
                .help(format!("leave out the condition, or add a tier below: `tier basic  tier {} when …`", name.text))
        }
        ItemError::TierNeedsCondition { name } => {
            error("tier-condition", format!("the tier `{}` has no condition", name.text))
                .at(name.span, "only the lowest tier has none")
                .help(format!("write `tier {} when …`", name.text))
        }
        ItemError::DemoteWithoutReview { at } => error("demote-without-review", "nothing is demoted without a review")
            .at(*at, "counts reviews")
            .help("add `review every month on day 1 at 03:00`"),
        ItemError::HoldWithin { at, role } => error("hold-within", "`hold` does not say for how long")
            .at(*at, "`within …` is missing")
            .help(format!("write `hold for {role} within 24h`")),
        ItemError::LimitNeedsElse { name } => {
            error("limit-else", format!("the limit `{}` does not say what happens to what it stops", name.text))
                .at(name.span, "`else …` is missing in it")
                .help("add `else skip`, `else defer` or `else hold for ROLE within 24h`")
        }
        ItemError::PerRoleOfAction { action, at } => {
            error("per-role", format!("`per role` measures tasks, and `{}` is for no role", action.text))
                .at(*at, "only a task is given to a role")
                .at(action.span, "not a task")
                .help("write a budget of its own for `task`, or leave out `per role`")
        }
        ItemError::QuietAllDay { at, time } => {
            error("quiet-all-day", format!("from {time} to {time} is the whole day"))
                .at(*at, "both ends are the same")
                .help("write two different times, as `not between 22:30 and 08:00`")
        }
        ItemError::DayNeedsTime { at, day } => error("time-missing", format!("day {day} has no time of day"))
            .at(*at, "`at HH:MM` is missing")
            .help(format!("write `day {day} at 10:00`")),
        ItemError::DayOfMonth { at, day } => error("out-of-range", format!("no month has a day {day}"))
            .at(*at, "not a day of a month")
            .help("write a day from 1 to 31, or `on last day`"),
        ItemError::ScheduleNeedsTime { at, written } => error("time-missing", "this schedule has no time of day")
            .at(*at, "`at HH:MM` is missing")
            .help(format!("write `{written} at 09:00`")),
        ItemError::EveryWithTime { at, every } => {
            error("every-with-time", format!("every {every} cannot have a time of day"))
                .at(*at, "it counts from midnight")
                .help(format!("write `every {every}`, or `every day at …` with all times"))
        }
        ItemError::CronWithTime { at } => error("cron-with-time", "a cron line has its times already")
            .at(*at, "a time of day beside a cron line")
            .help("leave out `at …`"),
        ItemError::BadCron { at, why, help } => {
            error("bad-cron", why.clone()).at(*at, "not a cron line").help(help.clone())
        }
        ItemError::ApprovalElse { at, written } => {
            error("approval-else", "it is not said what happens without an approval")
                .at(*at, "`else drop` or `else proceed` is missing")
                .help(format!("write `{written} else drop`"))
        }
        ItemError::ArgumentCount { name, wanted, found, declared } => {
            let takes = match wanted.len() {
                0 => "no arguments".to_owned(),
                1 => format!("one argument, {}", suggest::all(wanted)),
                n => format!("{n} arguments, {}", suggest::all(wanted)),
            };
            error(
                "argument-count",
                format!("`{}` takes {takes}, and {found} {} given", name.text, if *found == 1 { "is" } else { "are" }),
            )
            .at(name.span, format!("{found} given"))
            .at(*declared, format!("`{}` is declared here", name.text))
            .help(format!("write `{}({})`", name.text, wanted.join(", ")))
        }
        ItemError::EmitLacks { event, fields, at } => {
            error("emit-lacks", format!("`{event}` must have {}", suggest::all(fields)))
                .at(*at, "not given")
                .help(format!("add `{}: …`", fields.join(": …, ")))
        }
        ItemError::OffsetOutsideFlow { at, offset } => error("offset-outside-flow", "only a flow has an anchor")
            .at(*at, format!("`due at {offset}` counts from an anchor"))
            .help("write `due 2d`, or `due at TIME`"),
        ItemError::ParamDefault { at } => error("param-default", "a parameter has no default")
            .at(*at, "a parameter with `=`")
            .help("give the value wherever it is used"),
        ItemError::TooMany { what, most, at } => error("too-many", format!("there are more than {most} {what}"))
            .at(*at, format!("one of too many {what}"))
            .help("make fewer of them"),
        ItemError::PoolParams { name } => {
            error("pool-params", format!("`{}` takes arguments, which a pool cannot give", name.text))
                .at(name.span, "a message with parameters")
                .help("use a message without parameters")
        }
    }
}

fn never_started(name: &str, at: Span) -> Diagnostic {
    let warning = error("never-started", format!("nothing starts the flow `{name}`"))
        .at(at, "no `start on`, and no `start` anywhere")
        .help(format!("add `start on EVENT`, or `start {name}` in a rule"));
    Diagnostic { severity: Severity::Warning, ..warning }
}
