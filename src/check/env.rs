//! What an expression can see where it stands.

use super::names::{Slot, keys_of};
use crate::plan::Scope;
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
    /// In the `where` of a function over the past: the counted kind.
    pub row: Option<KindId>,
}

/// What `event` stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EventEnv<'a> {
    /// There is none here: `a message`, `a segment`.
    Never(&'static str),
    /// One of these kinds.
    Kinds(&'a [(KindId, Span)]),
    /// The item is also woken without an event, at this place: `a schedule`.
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
            row: None,
        }
    }

    /// The same with another `event`.
    pub(crate) fn with_event(&self, event: EventEnv<'a>) -> Env<'a> {
        Env { event, ..self.clone() }
    }

    /// The kinds of events that may be at hand.
    pub(crate) fn kinds(&self) -> &'a [(KindId, Span)] {
        match self.event {
            EventEnv::Kinds(kinds) => kinds,
            _ => &[],
        }
    }
}
