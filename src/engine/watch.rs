//! Looking on: which conditions were tested, and which did not hold. Nothing that looks on can change what is decided.

use super::eval::Scene;
use crate::plan::expr::Expr;
use crate::plan::ids::ItemId;
use crate::plan::value::Value;

/// Somebody who wants to know why items do not act, or which conditions are tested at all.
pub trait Watch {
    /// Whether misses of this item are of interest; asked before each is told.
    fn wants(&self, item: ItemId) -> bool;

    /// A condition of an item was tested for one subject and is not true.
    fn missed(&self, missed: &Tested<'_>);

    /// A condition of an item was tested for one subject, whatever it came to.
    fn tested(&self, _tested: &Tested<'_>) {}
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
}

/// Tells of a condition that does not hold, if somebody looks on.
pub(super) fn tell(watch: Option<&dyn Watch>, item: ItemId, gate: Gate, condition: Option<&Expr>, scene: &Scene<'_>) {
    if let (Some(watch), Some(condition)) = (watch, condition)
        && watch.wants(item)
    {
        watch.missed(&Tested { item, gate, condition, scene });
    }
}

/// Shows a condition that is being tested, if somebody looks on.
pub(super) fn show(watch: Option<&dyn Watch>, item: ItemId, gate: Gate, condition: Option<&Expr>, scene: &Scene<'_>) {
    if let (Some(watch), Some(condition)) = (watch, condition) {
        watch.tested(&Tested { item, gate, condition, scene });
    }
}
