//! What one term may come to: some known values, or that it cannot be known.

use super::line::Line;
use crate::plan::Plan;
use crate::plan::ids::NameId;
use crate::plan::value::Value;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A value that is equal to others or not, and has no place on a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// True or false.
    Bool(bool),
    /// A text, or a name by its word: the two are equal where the words are.
    Word(Arc<str>),
    /// A level of some tiers.
    Tier(u16, u8),
    /// Whatever else a value may be.
    Other(String),
}

impl Symbol {
    /// The symbol of a value.
    #[must_use]
    pub fn of(plan: &Plan, value: &Value) -> Symbol {
        match value {
            Value::Bool(truth) => Symbol::Bool(*truth),
            Value::Text(text) => Symbol::Word(Arc::clone(text)),
            Value::Name(name) if *name != NameId::UNDECLARED => {
                Symbol::Word(plan.names.get(name.index()).map_or("", String::as_str).into())
            }
            Value::Tier(tiers, level) => Symbol::Tier(tiers.0, *level),
            other => Symbol::Other(format!("{other:?}")),
        }
    }
}

/// The place of a value on its line: a number, an amount, milliseconds, a level.
#[must_use]
pub fn place(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(n) | Value::Money(n) => Some(*n),
        Value::Duration(during) => Some(Decimal::from(during.ms())),
        Value::Time(at) => Some(Decimal::from(at.ms())),
        _ => None,
    }
}

/// Known values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Set {
    /// Any value of any sort.
    Any,
    /// Points of a line.
    Line(Line),
    /// These symbols alone.
    Only(BTreeSet<Symbol>),
    /// All symbols but these.
    AllBut(BTreeSet<Symbol>),
}

impl Set {
    /// No value at all.
    #[must_use]
    pub fn none() -> Set {
        Set::Only(BTreeSet::new())
    }

    /// Whether there is no value in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Set::Line(line) => line.is_empty(),
            Set::Only(symbols) => symbols.is_empty(),
            Set::Any | Set::AllBut(_) => false,
        }
    }

    /// What is in both. Points and symbols have nothing in common.
    #[must_use]
    pub fn meet(&self, other: &Set) -> Set {
        match (self, other) {
            (Set::Any, set) | (set, Set::Any) => set.clone(),
            (Set::Line(a), Set::Line(b)) => Set::Line(a.meet(b)),
            (Set::Only(a), Set::Only(b)) => Set::Only(a.intersection(b).cloned().collect()),
            (Set::Only(some), Set::AllBut(not)) | (Set::AllBut(not), Set::Only(some)) => {
                Set::Only(some.difference(not).cloned().collect())
            }
            (Set::AllBut(a), Set::AllBut(b)) => Set::AllBut(a.union(b).cloned().collect()),
            (Set::Line(_), _) | (_, Set::Line(_)) => Set::none(),
        }
    }

    /// Whether all of it is in the other.
    #[must_use]
    pub fn is_within(&self, other: &Set) -> bool {
        match (self, other) {
            (_, Set::Any) => true,
            (Set::Any, _) => false,
            (a, _) if a.is_empty() => true,
            (a, b) => a.meet(b) == *a,
        }
    }

    /// Its points, if it is on a line.
    #[must_use]
    pub fn line(&self) -> Option<&Line> {
        match self {
            Set::Line(line) => Some(line),
            _ => None,
        }
    }
}

/// What one term may come to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// It may be unknown.
    pub unknown: bool,
    /// The values it may have where it is known.
    pub known: Set,
}

impl Cell {
    /// Anything.
    #[must_use]
    pub fn any() -> Cell {
        Cell { unknown: true, known: Set::Any }
    }

    /// Known, and one of these.
    #[must_use]
    pub fn known(known: Set) -> Cell {
        Cell { unknown: false, known }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.unknown && self.known.is_empty()
    }

    /// What is in both.
    #[must_use]
    pub fn meet(&self, other: &Cell) -> Cell {
        Cell { unknown: self.unknown && other.unknown, known: self.known.meet(&other.known) }
    }

    /// Whether all of it is in the other.
    #[must_use]
    pub fn is_within(&self, other: &Cell) -> bool {
        (!self.unknown || other.unknown) && self.known.is_within(&other.known)
    }

    /// Whether a value, or that there is none, is in it.
    #[must_use]
    pub fn has(&self, plan: &Plan, value: &Value) -> bool {
        if !value.is_known() {
            return self.unknown;
        }
        match &self.known {
            Set::Any => true,
            Set::Line(line) => match value {
                Value::Tier(_, level) => line.has(Decimal::from(*level)),
                value => place(value).is_some_and(|at| line.has(at)),
            },
            Set::Only(symbols) => symbols.contains(&Symbol::of(plan, value)),
            Set::AllBut(symbols) => !symbols.contains(&Symbol::of(plan, value)),
        }
    }
}
