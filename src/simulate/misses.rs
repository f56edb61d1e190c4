//! Why items did not act: which part of a condition stopped them, and how near it came.

use crate::engine::{Gate, Tested, Watch};
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::ItemId;
use crate::plan::value::Value;
use rust_decimal::Decimal;
use std::cell::RefCell;

/// Looks on until an item acts for the first time, then forgets about it.
#[derive(Debug, Default)]
pub struct Misses {
    items: RefCell<Vec<Option<ItemMisses>>>,
}

/// What stopped one item.
#[derive(Clone, Debug, Default)]
pub struct ItemMisses {
    /// How often a condition of it was tested and was not true.
    pub tested: u64,
    /// Each condition that was not true, in the order in which they were met.
    pub conditions: Vec<ConditionMisses>,
}

/// What stopped at one condition.
#[derive(Clone, Debug)]
pub struct ConditionMisses {
    /// What it decides.
    pub gate: Gate,
    /// The parts of the condition that must all be true, in order.
    pub parts: Vec<PartMisses>,
    /// Tells conditions apart: where the condition stands in memory.
    address: usize,
}

/// What stopped at one part of a condition; all parts before it were true.
#[derive(Clone, Debug)]
pub struct PartMisses {
    /// The part.
    pub part: Expr,
    /// How often it was the first that was false.
    pub failed: u64,
    /// How often it was the first that could not be known.
    pub unknown: u64,
    /// The nearest it came, where it compares.
    pub nearest: Option<Near>,
}

/// How near a comparison came.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// What stood on the left.
    pub left: Value,
    /// What stood on the right.
    pub right: Value,
    distance: Decimal,
}

impl Misses {
    /// Looks on for so many items.
    #[must_use]
    pub fn new(items: usize) -> Misses {
        Misses { items: RefCell::new(vec![Some(ItemMisses::default()); items]) }
    }

    /// The item has acted: it is not asked about any more.
    pub fn acted(&self, item: ItemId) {
        if let Some(slot) = self.items.borrow_mut().get_mut(item.index()) {
            *slot = None;
        }
    }

    /// Adds what stopped items elsewhere.
    pub fn add(&self, other: Misses) {
        for (item, other) in self.items.borrow_mut().iter_mut().zip(other.items.into_inner()) {
            if let (Some(item), Some(other)) = (item, other) {
                item.add(other);
            }
        }
    }

    /// What stopped an item that never acted.
    #[must_use]
    pub fn of(&self, item: ItemId) -> Option<ItemMisses> {
        self.items.borrow().get(item.index()).cloned().flatten()
    }
}

impl Watch for Misses {
    fn wants(&self, item: ItemId) -> bool {
        self.items.borrow().get(item.index()).is_some_and(Option::is_some)
    }

    fn missed(&self, missed: &Tested<'_>) {
        let mut items = self.items.borrow_mut();
        let Some(Some(item)) = items.get_mut(missed.item.index()) else { return };
        item.tested += 1;
        item.condition(missed).stopped(missed);
    }
}

impl ItemMisses {
    fn condition(&mut self, missed: &Tested<'_>) -> &mut ConditionMisses {
        let address = std::ptr::from_ref(missed.condition) as usize;
        let known = self.conditions.iter().position(|c| c.address == address);
        let position = known.unwrap_or_else(|| {
            self.conditions.push(ConditionMisses::new(missed, address));
            self.conditions.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the position was found in, or is the last of, this very list")]
        &mut self.conditions[position]
    }
}

impl ConditionMisses {
    fn new(missed: &Tested<'_>, address: usize) -> ConditionMisses {
        let mut parts = Vec::new();
        flatten(missed.condition, &mut parts);
        ConditionMisses { gate: missed.gate, parts, address }
    }

    /// Finds the first part that is not true.
    fn stopped(&mut self, missed: &Tested<'_>) {
        for part in &mut self.parts {
            match missed.value(&part.part) {
                Value::Bool(true) => {}
                Value::Bool(false) => {
                    part.failed += 1;
                    return part.measure(missed);
                }
                _ => {
                    part.unknown += 1;
                    return;
                }
            }
        }
    }
}

impl PartMisses {
    /// Keeps the nearest comparison.
    fn measure(&mut self, missed: &Tested<'_>) {
        let Expr::Compare { op, left, right } = &self.part else { return };
        let (left, right) = (missed.value(left), missed.value(right));
        let Some(distance) = distance(*op, &left, &right) else { return };
        self.near(Near { left, right, distance });
    }
}

impl ItemMisses {
    /// Adds what stopped the item elsewhere.
    fn add(&mut self, other: ItemMisses) {
        self.tested += other.tested;
        for condition in other.conditions {
            match self.conditions.iter_mut().find(|known| known.address == condition.address) {
                Some(known) => known.parts.iter_mut().zip(condition.parts).for_each(|(part, other)| part.add(other)),
                None => self.conditions.push(condition),
            }
        }
    }
}

impl PartMisses {
    fn add(&mut self, other: PartMisses) {
        self.failed += other.failed;
        self.unknown += other.unknown;
        other.nearest.into_iter().for_each(|near| self.near(near));
    }

    /// Keeps the nearer one; of two alike the lower.
    fn near(&mut self, near: Near) {
        if self.nearest.as_ref().is_none_or(|known| near.rank() < known.rank()) {
            self.nearest = Some(near);
        }
    }
}

impl Near {
    fn rank(&self) -> (Decimal, Option<Decimal>) {
        (self.distance, measure(&self.left))
    }
}

/// The parts of nested `and`s.
fn flatten(condition: &Expr, parts: &mut Vec<PartMisses>) {
    match condition {
        Expr::And(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        part => parts.push(PartMisses { part: part.clone(), failed: 0, unknown: 0, nearest: None }),
    }
}

/// How far a comparison is from being true; none where its sides have no distance.
pub(crate) fn distance(op: Comparison, left: &Value, right: &Value) -> Option<Decimal> {
    let gap = measure(right)?.checked_sub(measure(left)?)?;
    match op {
        Comparison::NotEqual => None,
        _ => Some(gap.abs()),
    }
}

/// A value as a number that others of its kind can be compared with; none where it has no size.
pub(crate) fn measure(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) | Value::Money(n) => Some(*n),
        Value::Duration(during) if !during.is_forever() => Some(Decimal::from(during.ms())),
        Value::Time(at) => Some(Decimal::from(at.ms())),
        Value::Tier(_, level) => Some(Decimal::from(*level)),
        _ => None,
    }
}
