//! # reads-without-trigger
//!
//! A rule is woken when somebody comes in or a group begins, and asks for what can only add up afterwards.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule active for member in group {
//!   on member.joined
//!   when count(message.posted, since joined) >= 10
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule active for member in group {
//!   on message.posted
//!   when count(message.posted, since joined) >= 10
//!   do tag vip
//! }
//! ```
//!
//! Why: nothing wakes the rule when the number grows. Only windows that begin with the membership, or a day ago at most, are
//! told of: what somebody did long before they came back may well be asked for.
//!
//! # window-key
//!
//! A rule that punishes one member counts what everybody did.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted by group, last 10s) >= 5
//!   do mute 10m
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 5
//!   do mute 10m
//! }
//! ```
//!
//! Why: whoever happens to speak last pays for all. Counts of different members (`distinct(….member by group)`), or by what
//! messages have in common, are left alone, and so is a rule that also asks what the member did.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::{Book, Case};
use crate::lint::judge::clauses;
use crate::lint::solver::{Cut, Scene, Solver, Want};
use crate::plan::expr::{Aggregate, Expr, Function, Window};
use crate::plan::{Act, Say, Scope, walk};
use crate::syntax::tree::{ItemKind, Trigger};
use crate::time::{Duration, Period};
use rust_decimal::Decimal;

/// Events with which a subject begins.
const BEGINNINGS: [&str; 2] = ["member.joined", "group.created"];

pub(super) fn without_trigger(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for case in &book.cases {
        let ItemKind::Rule(rule) = &case.item.kind else { continue };
        let begins = case.handler.events.iter().all(|kind| BEGINNINGS.contains(&book.kind(*kind)));
        if !begins || !rule.triggers.iter().all(|trigger| matches!(trigger, Trigger::Event(_))) {
            continue;
        }
        for (span, clause) in clauses(book, case.when) {
            let Some(kind) = adds_up(book, case, &clause) else { continue };
            let text = Text::new("reads-without-trigger").with("written", book.written(span)).with("event", kind);
            let trigger = rule.triggers.iter().find_map(|trigger| match trigger {
                Trigger::Event(path) => Some(path.span),
                _ => None,
            });
            let finding = Finding::new(text, span);
            found.push(match trigger {
                Some(trigger) => finding.and(trigger, "trigger"),
                None => finding,
            });
        }
    }
    found
}

/// The event of which a clause wants some that can only have come since the subject began.
fn adds_up<'a>(book: &Book<'a>, case: &Case<'_>, clause: &Expr) -> Option<&'a str> {
    let mut solver = Solver::new(book.plan, Scene::anywhere(case.handler.subject.scope));
    let region = solver.region(clause, Want::True).ok()?;
    let mut wanted = None;
    for cube in &region.0 {
        let found = cube.0.iter().find_map(|(id, cell)| {
            let Expr::Aggregate(aggregate) = &solver.terms().get(*id)?.expr else { return None };
            let some = cell.known.line()?.lowest() >= Cut::Before(Decimal::ONE) && !cell.unknown;
            let kind = book.plan.series.get(aggregate.series.index())?.kind;
            let other = !case.handler.events.contains(&kind);
            (some && other && is_fresh(&aggregate.window) && aggregate.function == Function::Count).then_some(kind)
        });
        wanted = Some(found?);
    }
    wanted.map(|kind| book.kind(kind))
}

fn is_fresh(window: &Window) -> bool {
    match window {
        Window::SinceJoined => true,
        Window::Last { during, back } => back.ms() == 0 && *during <= Duration::from_days(1),
        Window::Period { period, back } => *period == Period::Day && *back == 0,
        _ => false,
    }
}

/// Whether an act falls on the member alone.
fn punishes(act: &Act) -> bool {
    matches!(
        act,
        Act::Strike { .. } | Act::Mute { .. } | Act::Remove { .. } | Act::Ban { .. } | Act::Say { how: Say::Warn, .. }
    )
}

pub(super) fn key(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for case in &book.cases {
        let about_one = matches!(case.handler.subject.scope, Scope::Member | Scope::Membership);
        let effects = case.handler.effects.iter().filter_map(|id| book.effect(*id));
        let Some(act) = effects.filter(|effect| effect.to.is_none()).find(|effect| punishes(&effect.act)) else {
            continue;
        };
        let Some(when) = case.handler.when.as_ref().filter(|_| about_one) else { continue };
        let own = |part: &Expr| matches!(part, Expr::Aggregate(aggregate) if is_own(aggregate));
        if walk::any(when, own) {
            continue;
        }
        for (span, clause) in clauses(book, case.when) {
            let wide = |part: &Expr| matches!(part, Expr::Aggregate(aggregate) if is_wide(aggregate));
            if walk::any(&clause, wide) {
                let text = Text::new("window-key").with("written", book.written(span));
                found.push(Finding::new(text, span).and(book.span(act.place), "action"));
            }
        }
    }
    found
}

/// Whether a function looks at the member's own past, or at what the event shares with others.
fn is_own(aggregate: &Aggregate) -> bool {
    aggregate.rest.is_some()
        || aggregate.key.iter().any(|key| !matches!(key, Expr::Group | Expr::EventGroup | Expr::Const(_)))
}

fn is_wide(aggregate: &Aggregate) -> bool {
    matches!(aggregate.function, Function::Count | Function::Sum | Function::Exists) && !is_own(aggregate)
}
