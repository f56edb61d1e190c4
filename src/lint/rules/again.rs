//! # acts-again
//!
//! A rule that waits for a number of events and then acts at each further one, too, because nothing says that once is
//! enough.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 5
//!   do warn "Slower, please."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 5
//!   do warn "Slower, please."
//!   once per 10m
//! }
//! ```
//!
//! Why: who has reached the number still has it at the next event, so that the sixth and the seventh message bring a warning
//! each. Where each further one is meant to count, say so with a suppression. Only what people feel is looked at: messages,
//! strikes and tasks. The witness is a log in which the rule acts twice within two seconds.
//!
//! # award-without-limit
//!
//! Points for something that a member can do again and again.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule daily for member in group {
//!   on checkin.done
//!   do award 2 feathers
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule daily for member in group {
//!   on checkin.done
//!   do award 2 feathers
//!   once per 20h
//! }
//! ```
//!
//! A limit does as well: `limit fair for member { on award at most 3 per day else skip }`.
//!
//! Why: whoever finds out checks in a hundred times, leaves and joins again, or clicks until the prize is theirs; those who
//! play fair lose heart. What costs money or is told by others (purchases, referrals) is left alone. The witness is a log in
//! which the same member is given points twice within two seconds.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::{Book, Case};
use crate::lint::judge::{Seat, View, clauses};
use crate::lint::solver::Trigger;
use crate::lint::stage::twice;
use crate::lint::witness::Claim;
use crate::plan::Act;
use crate::plan::expr::{Comparison, Expr, Function};
use crate::plan::ids::{KindId, PlaceId};
use crate::plan::value::Value;
use crate::syntax::tree::ItemKind;
use rust_decimal::Decimal;

/// What a member can do at will, at no cost.
const AT_WILL: [&str; 7] = [
    "checkin.done",
    "content.opened",
    "link.clicked",
    "member.joined",
    "message.posted",
    "reaction.added",
    "survey.answered",
];

pub(super) fn again(book: &Book<'_>) -> Vec<Finding> {
    let felt = |act: &Act| matches!(act, Act::Say { .. } | Act::Strike { .. } | Act::Task(_));
    let found = woken(book).filter_map(|(case, view, seat, kind)| {
        let place = effect(book, case, felt)?;
        let clauses = clauses(book, case.when);
        let (span, _) = clauses.iter().find(|(_, clause)| is_reached(book, kind, clause))?;
        let witness = twice(book, &view.solver, seat.truth.as_ref()?, &Claim::Repeats(place))?;
        let text = Text::new("acts-again").with("written", book.written(*span)).with("event", book.kind(kind));
        Some(Finding::new(text, *span).and(book.span(place), "other").shown_by(witness))
    });
    found.collect()
}

pub(super) fn award(book: &Book<'_>) -> Vec<Finding> {
    let found = woken(book).filter_map(|(case, view, seat, kind)| {
        let event = book.kind(kind);
        let place = effect(book, case, |act| matches!(act, Act::Award { .. })).filter(|_| AT_WILL.contains(&event))?;
        let witness = twice(book, &view.solver, seat.truth.as_ref()?, &Claim::Repeats(place))?;
        let text = Text::new("award-without-limit").with("event", event);
        Some(Finding::new(text, book.span(place)).shown_by(witness))
    });
    found.collect()
}

/// Rules that an event wakes and no `once` holds back, each with where it acts; of one that several events wake, one.
fn woken<'b, 'a>(book: &'b Book<'a>) -> impl Iterator<Item = (&'b Case<'a>, &'b View<'a>, &'b Seat, KindId)> {
    let mut told = rustc_hash::FxHashSet::default();
    let seats = book.views().iter().flat_map(|view| view.seats.iter().map(move |seat| (view, seat)));
    seats.filter_map(move |(view, seat)| {
        let Trigger::Event(kind) = view.solver.scene().trigger else { return None };
        let case = book.cases.get(seat.case)?;
        let free = case.handler.once.is_none() && case.handler.select.is_none();
        let rule = matches!(case.item.kind, ItemKind::Rule(_));
        (free && rule && told.insert(seat.case)).then_some((case, view, seat, kind))
    })
}

/// Where the first effect of a sort is written.
fn effect(book: &Book<'_>, case: &Case<'_>, is: impl Fn(&Act) -> bool) -> Option<PlaceId> {
    let mut effects = case.handler.effects.iter().filter_map(|id| book.effect(*id));
    effects.find(|effect| is(&effect.act)).map(|effect| effect.place)
}

/// Whether a clause holds from a number of events of this kind on, more than one of them.
fn is_reached(book: &Book<'_>, kind: KindId, clause: &Expr) -> bool {
    let Expr::Compare { op, left, right } = clause else { return false };
    let (op, count, bound) = match (&**left, &**right) {
        (count, Expr::Const(Value::Number(bound))) => (*op, count, *bound),
        (Expr::Const(Value::Number(bound)), count) => (op.turned(), count, *bound),
        _ => return false,
    };
    let least = match op {
        Comparison::GreaterOrEqual => bound,
        Comparison::Greater => bound + Decimal::ONE,
        _ => return false,
    };
    let counts = |expr: &Expr| match expr {
        Expr::Aggregate(of) if of.function == Function::Count => {
            book.plan.series.get(of.series.index()).is_some_and(|series| series.kind == kind)
        }
        _ => false,
    };
    let counted = match count {
        Expr::Let(id) => book.plan.lets.get(id.index()).is_some_and(|named| counts(&named.value)),
        count => counts(count),
    };
    counted && least > Decimal::ONE
}
