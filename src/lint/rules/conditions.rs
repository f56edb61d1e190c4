//! # condition-never-true
//!
//! A rule that can never act: parts of its condition contradict each other, or what is known whenever it is woken.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule flood for member in group {
//!   on message.posted
//!   when event.links > 3 and event.links < 2
//!   do warn "Fewer links, please."
//! }
//! rule first for member in group {
//!   on message.posted
//!   when never(message.posted)
//!   do dm "Welcome, {member.name}."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule flood for member in group {
//!   on message.posted
//!   when event.links > 3 or event.mentions > 2
//!   do warn "Fewer links, please."
//! }
//! rule first for member in group {
//!   on message.posted
//!   when count(message.posted) == 1
//!   do dm "Welcome, {member.name}."
//! }
//! ```
//!
//! Why: the rule stands there for nothing. Facts come first: the event that wakes a rule is already counted, so at a message
//! `never(message.posted)` is false. A part that constants alone decide is a switch, and left alone. The witness is an event
//! that wakes the rule, which does not act.
//!
//! A schedule says when a rule is woken, so `now.hour`, `now.weekday`, `now.date` and `now between …` are known there:
//!
//! ```sop avoid
//! rule afternoon for group {
//!   every weekday at 09:00, 11:30
//!   when now.hour >= 12
//!   do post "How was your morning?"
//! }
//! ```
//!
//! ```sop prefer
//! rule afternoon for group {
//!   every weekday at 09:00, 14:30
//!   when now.hour >= 12
//!   do post "How was your morning?"
//! }
//! ```
//!
//! Where clocks go forward, a time that they skip comes at the end of the gap, and counts with it.
//!
//! # condition-always-true
//!
//! A condition that holds whenever the rule is woken: it asks for nothing.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule hello for member in group {
//!   on message.posted
//!   when count(message.posted, last 1h) >= 1
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule hello for member in group {
//!   on message.posted
//!   when count(message.posted, last 1h) >= 10
//!   do tag vip
//! }
//! ```
//!
//! Why: whoever wrote a condition meant to leave somebody out. Facts come first: the message that wakes the rule is one.
//! So it is with times:
//!
//! ```sop avoid
//! calendar week for group {
//!   every monday at 08:30 when now.weekday is not sunday do post "A new week!"
//! }
//! ```
//!
//! ```sop prefer
//! calendar week for group {
//!   every monday at 08:30 do post "A new week!"
//! }
//! ```
//!
//! # comparison-out-of-range
//!
//! A comparison that what is compared can never pass, or can never fail: an hour above 23, a count below nothing, the first
//! none of a list.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule night for member in group {
//!   on message.posted
//!   when now.hour >= 24 or event.links > 20
//!   do tag vip
//! }
//! rule stars for member in group {
//!   every monday at 09:00
//!   top 0 by count(message.posted, last week) per group
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule night for member in group {
//!   on message.posted
//!   when now.hour >= 22 or event.links > 20
//!   do tag vip
//! }
//! rule stars for member in group {
//!   every monday at 09:00
//!   top 3 by count(message.posted, last week) per group
//!   do tag vip
//! }
//! ```
//!
//! Why: hours are 0 to 23, counts, sizes and balances never below zero, and a time since something never negative.

use crate::l10n::Text;
use crate::lint::book::{Book, Case};
use crate::lint::judge::{Seat, View, asks_time, clauses};
use crate::lint::solver::{Clock, Region, Scene, Solver, Trigger, Want};
use crate::lint::stage::{Stage, proven, waking};
use crate::lint::timed::timed;
use crate::lint::witness::Claim;
use crate::lint::{Finding, causes};
use crate::plan::expr::Expr;
use crate::plan::ids::KindId;
use crate::plan::value::Value;
use crate::plan::{Scope, SelectAmount};
use crate::syntax::span::Span;
use rust_decimal::Decimal;

/// A rule or row with the views it sits in, if there is any, each with its seat.
type Seats<'b, 'a> = (&'b Case<'a>, Vec<(&'b View<'a>, &'b Seat)>);

fn seats<'b, 'a>(book: &'b Book<'a>) -> Vec<Seats<'b, 'a>> {
    let mut found: Vec<Seats<'b, 'a>> = book.cases.iter().map(|case| (case, Vec::new())).collect();
    for view in book.views() {
        for seat in &view.seats {
            if let Some((_, views)) = found.get_mut(seat.case) {
                views.push((view, seat));
            }
        }
    }
    found.retain(|(_, views)| !views.is_empty());
    found
}

/// Whether a condition can come to something in no view at all.
fn nowhere(views: &[(&View<'_>, &Seat)], condition: &Expr, want: Want) -> bool {
    nowhere_at(views, condition, want, true)
}

/// The same, and whether what clocks show when a schedule fires is known there.
fn nowhere_at(views: &[(&View<'_>, &Seat)], condition: &Expr, want: Want, timed: bool) -> bool {
    views.iter().all(|(view, _)| {
        let scene = view.solver.scene().clone();
        let trigger = match scene.trigger {
            Trigger::Clock(_) if !timed => Trigger::Clock(Clock::default()),
            trigger => trigger,
        };
        let mut solver = Solver::new(view.solver.terms().plan(), Scene { trigger, ..scene }).with_switches();
        solver.region(condition, want).is_ok_and(|region| region.is_empty())
    })
}

/// Where the first schedule of a rule or row is written, if only its times are why a condition never comes to something.
fn times_are_why(
    book: &Book<'_>,
    case: &Case<'_>,
    views: &[(&View<'_>, &Seat)],
    condition: &Expr,
    want: Want,
) -> Option<Span> {
    if !asks_time(condition) || nowhere_at(views, condition, want, false) {
        return None;
    }
    timed(book).into_iter().find(|timed| timed.cases.iter().any(|of| of.id == case.id)).map(|timed| timed.span)
}

pub(super) fn never(book: &Book<'_>) -> Vec<Finding> {
    let never = |seat: &Seat| seat.truth.as_ref().is_some_and(Region::is_empty);
    let dead = seats(book).into_iter().filter(|(_, views)| views.iter().all(|(_, seat)| never(seat)));
    dead.filter_map(|(case, views)| {
        let clauses = clauses(book, case.head.where_.iter().chain(case.when));
        let none = |parts: &[&Expr]| {
            nowhere(&views, &Expr::And(parts.iter().map(|part| (*part).clone()).collect()), Want::True)
        };
        let finding = match clauses.iter().find(|(_, one)| none(&[one])) {
            // What lies outside its range is told of the comparison itself.
            Some((_, one))
                if out_of_range(&mut Solver::new(book.plan, Scene::anywhere(Scope::Membership)), one).is_some() =>
            {
                return None;
            }
            Some((span, one)) => match times_are_why(book, case, &views, one, Want::True) {
                Some(schedule) => {
                    let text = Text::new("condition-never-true-then").with("written", book.written(*span));
                    Finding::new(text.with("schedule", book.written(schedule)), *span).and(schedule, "other")
                }
                None => {
                    let text = Text::new("condition-never-true-alone").with("written", book.written(*span));
                    Finding::new(text, *span)
                }
            },
            None => {
                let pairs =
                    clauses.iter().enumerate().flat_map(|(n, a)| clauses.iter().skip(n + 1).map(move |b| (a, b)));
                let pair = pairs.into_iter().find(|((_, a), (_, b))| none(&[a, b]));
                match pair {
                    Some(((a, _), (b, _))) => {
                        let text = Text::new("condition-never-true").with("one", book.written(*a));
                        Finding::new(text.with("two", book.written(*b)), *a).and(*b, "other")
                    }
                    None => {
                        let span = case.when.map_or(case.span, |when| when.span);
                        Finding::new(Text::new("condition-never-true-alone").with("written", book.written(span)), span)
                    }
                }
            }
        };
        Some(finding.shown_by(waking(book, case.id, &Claim::Refuses(case.id))))
    })
    .collect()
}

pub(super) fn always(book: &Book<'_>) -> Vec<Finding> {
    let found = seats(book).into_iter().filter_map(|(case, views)| {
        let when = case.when?;
        let condition = case.handler.when.as_ref()?;
        if !views.iter().all(|(_, seat)| seat.always) {
            return None;
        }
        let mut anywhere = Solver::new(book.plan, Scene::anywhere(Scope::Membership));
        if out_of_range(&mut anywhere, condition).is_some() {
            return None;
        }
        let place = case.handler.effects.first().and_then(|id| book.effect(*id))?.place;
        let finding = match times_are_why(book, case, &views, condition, Want::NotTrue) {
            Some(schedule) => {
                let text = Text::new("condition-always-true-then").with("written", book.written(when.span));
                Finding::new(text.with("schedule", book.written(schedule)), when.span).and(schedule, "other")
            }
            None => {
                let text = Text::new("condition-always-true").with("written", book.written(when.span));
                Finding::new(text, when.span)
            }
        };
        Some(finding.shown_by(waking(book, case.id, &Claim::Acts(place))))
    });
    found.collect()
}

/// What a comparison always comes to, whatever happens.
fn out_of_range(solver: &mut Solver<'_>, expr: &Expr) -> Option<bool> {
    if !matches!(expr, Expr::Compare { .. } | Expr::Between { .. } | Expr::In { .. }) {
        return None;
    }
    let empty = |solver: &mut Solver<'_>, want| solver.region(expr, want).is_ok_and(|region| region.is_empty());
    match (empty(solver, Want::True), empty(solver, Want::False)) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => None,
    }
}

pub(super) fn ranges(book: &Book<'_>) -> Vec<Finding> {
    let mut solver = Solver::new(book.plan, Scene::anywhere(Scope::Membership)).with_switches();
    let mut found = Vec::new();
    for (span, expr) in &book.sites.conditions {
        let Some(truth) = out_of_range(&mut solver, expr) else { continue };
        let id = if truth { "comparison-out-of-range-always" } else { "comparison-out-of-range" };
        let text = Text::new(id).with("written", book.written(*span));
        found.push(Finding::new(text, *span).shown_by(comes_to(book, expr, truth, &[])));
    }
    found.extend(nobody(book));
    found
}

/// An event at which a condition comes to something, and others are true beside it.
pub(super) fn comes_to(book: &Book<'_>, expr: &Expr, truth: bool, beside: &[Expr]) -> Option<crate::lint::Witness> {
    let kind = kind_of(book, expr)?;
    let scope = match book.plan.kinds.get(kind.index()).map(|kind| (kind.group, kind.member)) {
        Some((crate::plan::Carries::Always, crate::plan::Carries::Always)) => Scope::Membership,
        Some((crate::plan::Carries::Always, _)) => Scope::Group,
        Some((_, crate::plan::Carries::Always)) => Scope::Member,
        _ => Scope::Community,
    };
    let claim = Claim::Truth { kind, scope, condition: Box::new(expr.clone()), truth };
    let mut stage = Stage::new(book.plan, book.now);
    let mut solver = Solver::new(book.plan, Scene { trigger: Trigger::Event(kind), scope, each: false });
    let asked = if truth { expr.clone() } else { Expr::Not(expr.clone().into()) };
    let all = std::iter::once(asked).chain(beside.iter().cloned()).collect();
    let region = solver.region(&Expr::And(all), Want::True).ok()?;
    stage.arrange(&solver, region.0.first()?);
    let until = stage.at;
    proven(book, stage.witness(Some(until), claim))
}

/// The kind of event whose fields a condition reads; a message where it reads none.
fn kind_of(book: &Book<'_>, expr: &Expr) -> Option<KindId> {
    let mut kind = None;
    crate::plan::walk::all(expr, &mut |part| {
        if let (Expr::EventField(of), None) = (part, kind) {
            kind = of.first().map(|(kind, _)| *kind);
        }
    });
    kind.or_else(|| causes::kind_named(book.plan, "message.posted"))
}

/// `top 0`, `draw 0`, `top 0%`, and a share above the whole.
fn nobody(book: &Book<'_>) -> Vec<Finding> {
    let found = book.cases.iter().filter_map(|case| {
        let (select, written) = (case.handler.select.as_ref()?, case.select?);
        let (amount, most) = match &select.amount {
            SelectAmount::Count(Expr::Const(Value::Number(n))) => (*n, None),
            SelectAmount::Share(Expr::Const(Value::Number(n))) => (*n, Some(Decimal::ONE)),
            _ => return None,
        };
        let span: Span = written.span;
        let id = if amount <= Decimal::ZERO || most.is_none() && amount < Decimal::ONE {
            "comparison-out-of-range-nobody"
        } else if most.is_some_and(|most| amount > most) {
            "comparison-out-of-range-share"
        } else {
            return None;
        };
        let place = case.handler.effects.first().and_then(|id| book.effect(*id))?.place;
        let claim = if id.ends_with("nobody") { Claim::Silent(place) } else { Claim::Acts(place) };
        let text = Text::new(id).with("written", book.written(span));
        Some(Finding::new(text, span).shown_by(waking(book, case.id, &claim)))
    });
    found.collect()
}
