//! Looking on: which conditions were tested, and which did not hold. Nothing that looks on can change what is decided.

use super::eval::Scene;
use super::limit::Counted;
use crate::plan::expr::{Aggregate, Expr, Keys};
use crate::plan::ids::{ItemId, LimitId};
use crate::plan::value::Value;
use crate::time::Instant;

/// Somebody who wants to know why items do not act, or which conditions are tested at all.
pub trait Watch {
    /// Whether misses of this item are of interest; asked before each is told.
    fn wants(&self, item: ItemId) -> bool;

    /// A condition of an item was tested for one subject and is not true.
    fn missed(&self, missed: &Tested<'_>);

    /// A condition of an item was tested for one subject, whatever it came to.
    fn tested(&self, _tested: &Tested<'_>) {}

    /// An item acts for a subject, whose condition this is; told after all conditions of the input have been tested so far.
    fn acts(&self, _tested: &Tested<'_>) {}

    /// `once` kept an item from acting for a subject.
    fn spent(&self, _spent: Spent) {}

    /// A limit was asked about an action of an item.
    fn limited(&self, _limited: &Limited) {}
}

/// `once` allows no firing now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The item it belongs to.
    pub item: ItemId,
    /// Whom the firing would have been for.
    pub keys: Keys,
    /// When it was asked.
    pub at: Instant,
    /// When the item fired last.
    pub last: Instant,
    /// When it may fire again; never, where there is none.
    pub next: Option<Instant>,
}

/// What a limit said to one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limited {
    /// The item whose action it is.
    pub item: ItemId,
    /// Whom the action concerns.
    pub keys: Keys,
    /// When it was asked.
    pub at: Instant,
    /// The limit.
    pub limit: LimitId,
    /// For each of its caps, how much was counted.
    pub counted: Vec<Counted>,
    /// Until when it stops the action; it does not, where there is none.
    pub until: Option<Instant>,
}

/// One condition for one subject.
pub struct Tested<'a> {
    /// The item it belongs to.
    pub item: ItemId,
    /// What the condition decides.
    pub gate: Gate,
    /// The condition.
    pub condition: &'a Expr,
    pub(super) scene: &'a Scene<'a>,
}

/// What a condition decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Whom the item is about: `for … where`.
    Subject,
    /// Whether a flow starts.
    Start,
    /// Whether it acts: `when`.
    When,
    /// Whether a run goes on, moves or begins anew: the other edges of a flow, and its goal.
    Run,
}

impl Tested<'_> {
    /// What a part of the condition came to.
    #[must_use]
    pub fn value(&self, part: &Expr) -> Value {
        self.scene.value(part)
    }

    /// For whom it was tested.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.scene.keys
    }

    /// When it was tested.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.scene.now
    }

    /// The id of the member it was tested for, as logs spell it.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        self.scene.keys.member.map(|member| self.scene.state.member_text(member))
    }

    /// The id of the group it was tested in, as logs spell it.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.scene.keys.group.map(|group| self.scene.state.group_text(group))
    }

    /// The id of the event at hand, if there is one.
    #[must_use]
    pub fn event(&self) -> Option<&str> {
        self.scene.event.map(|event| event.id.as_str())
    }

    /// The times of the events that a function over the past looks at here, the oldest first.
    #[must_use]
    pub fn times(&self, aggregate: &Aggregate) -> Vec<Instant> {
        self.scene.times(aggregate)
    }

    /// A value as a text, with people and groups by their ids.
    #[must_use]
    pub fn text(&self, value: &Value) -> String {
        super::text::plain(self.scene.program, self.scene.state, value).into_owned()
    }
}

/// Tells of a condition that does not hold, if somebody looks on.
pub(super) fn tell(watch: Option<&dyn Watch>, item: ItemId, gate: Gate, condition: Option<&Expr>, scene: &Scene<'_>) {
    if let (Some(watch), Some(condition)) = (watch, condition)
        && watch.wants(item)
    {
        watch.missed(&Tested { item, gate, condition, scene });
    }
}

/// Tells of a condition on which an item acts, if somebody looks on.
pub(super) fn act(watch: Option<&dyn Watch>, item: ItemId, gate: Gate, condition: Option<&Expr>, scene: &Scene<'_>) {
    if let (Some(watch), Some(condition)) = (watch, condition) {
        watch.acts(&Tested { item, gate, condition, scene });
    }
}

/// Shows a condition that is being tested, if somebody looks on.
pub(super) fn show(watch: Option<&dyn Watch>, item: ItemId, gate: Gate, condition: Option<&Expr>, scene: &Scene<'_>) {
    if let (Some(watch), Some(condition)) = (watch, condition) {
        watch.tested(&Tested { item, gate, condition, scene });
    }
}
