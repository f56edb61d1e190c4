//! What an expression can see where it stands.

use super::names::{Slot, keys_of};
use crate::plan::Scope;
use crate::plan::expr::Expr;
use crate::plan::ids::{KindId, MetricId, TimelineId};
use crate::syntax::span::Span;

/// What an expression can see.
#[derive(Clone, Debug)]
pub(crate) struct Env<'a> {
    /// Whether `member` and `group` stand for somebody.
    pub member: bool,
    pub group: bool,
    /// The keys of the past that is counted when nothing else is said.
    pub keys: Scope,
    /// Whose item it is, as it is written; for what is said about mistakes.
    pub subject: Scope,
    pub event: EventEnv<'a>,
    /// Parameters of the message or flow.
    pub params: &'a [Slot],
    /// The flow, for `since start`.
    pub flow: Option<TimelineId>,
    /// The tasks that the flow names.
    pub tasks: &'a [String],
    /// In a ladder: `reason`, `weight` and `total`.
    pub strike: Option<KindId>,
    /// In the weight of a pool: `piece`.
    pub piece: bool,
    /// In a metric: the name of its `per` field.
    pub per: Option<&'a str>,
    /// In a metric: which.
    pub metric: Option<MetricId>,
    /// What is known to be there, because a condition that was true has read it.
    pub known: Vec<Expr>,
    /// In the `where` of a function over the past: the counted kind.
    pub row: Option<KindId>,
}

/// What `event` stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EventEnv<'a> {
    /// There is none here; the place in the catalogues: `place-message`.
    Never(&'static str),
    /// One of these kinds.
    Kinds(&'a [(KindId, Span)]),
    /// The item is also woken without an event, at this place; by what, in the catalogues: `wakes-schedule`.
    Sometimes(&'static str, Span),
}

impl<'a> Env<'a> {
    /// What an item for a scope sees, without an event.
    pub(crate) fn of(scope: Scope, no_event: &'static str) -> Env<'a> {
        let (member, group) = keys_of(scope);
        Env {
            member,
            group,
            keys: scope,
            subject: scope,
            event: EventEnv::Never(no_event),
            params: &[],
            flow: None,
            tasks: &[],
            strike: None,
            piece: false,
            per: None,
            metric: None,
            known: Vec::new(),
            row: None,
        }
    }

    /// The same with another `event`.
    pub(crate) fn with_event(&self, event: EventEnv<'a>) -> Env<'a> {
        Env { event, ..self.clone() }
    }

    /// The same where conditions have been true.
    pub(crate) fn knowing<'e>(&self, conditions: impl IntoIterator<Item = &'e Expr>) -> Env<'a> {
        let mut env = self.clone();
        conditions.into_iter().for_each(|condition| read_by(condition, &mut env.known));
        env
    }

    /// The same where a value is there: without it the item does not act.
    pub(crate) fn with_known(mut self, value: &Option<Expr>) -> Env<'a> {
        self.known.extend(value.clone());
        self
    }

    /// The kinds of events that may be at hand.
    pub(crate) fn kinds(&self) -> &'a [(KindId, Span)] {
        match self.event {
            EventEnv::Kinds(kinds) => kinds,
            _ => &[],
        }
    }
}

/// What a condition must have read, each a known value, to be true.
fn read_by(condition: &Expr, known: &mut Vec<Expr>) {
    match condition {
        Expr::And(parts) => parts.iter().for_each(|part| read_by(part, known)),
        Expr::Not(inner) if is_test(inner) => read_by(inner, known),
        Expr::Compare { left, right, .. } => [left, right].into_iter().for_each(|side| operands(side, known)),
        Expr::Between { value, low, high, .. } => [value, low, high].into_iter().for_each(|side| operands(side, known)),
        Expr::Contains { whole, part } => [whole, part].into_iter().for_each(|side| operands(side, known)),
        Expr::Matches { value, .. } | Expr::In { value, .. } | Expr::TimeOfDayBetween { value, .. } => {
            operands(value, known);
        }
        Expr::HasRole { who, .. } => operands(who, known),
        Expr::MemberHasAttribute(attribute) => known.push(Expr::MemberAttribute(*attribute)),
        Expr::GroupHasAttribute(attribute) => known.push(Expr::GroupAttribute(*attribute)),
        _ => {}
    }
}

/// Whether a test is known to be false only if all it reads is known.
fn is_test(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::Contains { .. }
            | Expr::Matches { .. }
            | Expr::In { .. }
            | Expr::HasRole { .. }
    )
}

/// A value that is known, and those it is made of.
fn operands(value: &Expr, known: &mut Vec<Expr>) {
    known.push(value.clone());
    match value {
        Expr::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|side| operands(side, known)),
        Expr::Negate(inner) => operands(inner, known),
        _ => {}
    }
}
