//! Looking on: which conditions were tested and did not hold. Nothing that looks on can change what is decided.

use super::eval::Scene;
use crate::plan::expr::Expr;
use crate::plan::ids::ItemId;
use crate::plan::value::Value;

/// Somebody who wants to know why items do not act.
pub trait Watch {
    /// Whether misses of this item are of interest; asked before each is told.
    fn wants(&self, item: ItemId) -> bool;

    /// A condition of an item was tested for one subject and is not true.
    fn missed(&self, missed: &Missed<'_>);
}

/// One condition that did not hold.
pub struct Missed<'a> {
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
}

impl Missed<'_> {
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
        watch.missed(&Missed { item, gate, condition, scene });
    }
}
