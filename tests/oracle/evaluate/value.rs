//! Values: what they are, how they are computed with and compared. What is not known stays unknown.

use super::zone::{FOREVER, Ms};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Unknown,
    Bool(bool),
    Number(Decimal),
    Money(Decimal),
    Duration(Ms),
    Time(Ms),
    Text(String),
    /// A name of the playbook, or one that a log mentions.
    Name(String),
    /// A level of some `tiers`, the lowest is 0.
    Tier(String, usize),
    Member(String),
    Group(String),
    List(Vec<Value>),
}

impl Value {
    pub fn is_unknown(&self) -> bool {
        *self == Value::Unknown
    }

    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    pub fn is_true(&self) -> bool {
        self.truth() == Some(true)
    }

    pub fn of_truth(truth: Option<bool>) -> Value {
        truth.map_or(Value::Unknown, Value::Bool)
    }

    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Value::Number(n) | Value::Money(n) => Some(*n),
            _ => None,
        }
    }

    pub fn duration(&self) -> Option<Ms> {
        match self {
            Value::Duration(ms) => Some(*ms),
            _ => None,
        }
    }

    pub fn time(&self) -> Option<Ms> {
        match self {
            Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    pub fn member(&self) -> Option<&str> {
        match self {
            Value::Member(id) => Some(id),
            _ => None,
        }
    }

    /// The words of a text or a name.
    pub fn words(&self) -> Option<&str> {
        match self {
            Value::Text(words) | Value::Name(words) => Some(words),
            _ => None,
        }
    }
}

/// Whether two values are the same; names and texts are if they are written alike.
pub fn same(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown, _) | (_, Value::Unknown) => None,
        (Value::List(left), Value::List(right)) => {
            let equal = |(left, right): (&Value, &Value)| same(left, right) == Some(true);
            Some(left.len() == right.len() && left.iter().zip(right).all(equal))
        }
        _ => Some(match (left.words(), right.words()) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        }),
    }
}

/// The order of two values, where they have one.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) | (Value::Money(left), Value::Money(right)) => {
            Some(left.cmp(right))
        }
        (Value::Duration(left), Value::Duration(right)) | (Value::Time(left), Value::Time(right)) => {
            Some(left.cmp(right))
        }
        (Value::Tier(one, left), Value::Tier(other, right)) if one == other => Some(left.cmp(right)),
        _ => None,
    }
}

/// Kleene's `and`.
pub fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Kleene's `or`.
pub fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    and(left.map(|truth| !truth), right.map(|truth| !truth)).map(|truth| !truth)
}

fn known(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Unknown)
}

fn lengthened(left: Ms, right: Ms) -> Ms {
    if left == FOREVER || right == FOREVER { FOREVER } else { left.saturating_add(right) }
}

pub fn add(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => known(a.checked_add(*b).map(Value::Number)),
        (Value::Money(a), Value::Money(b)) => known(a.checked_add(*b).map(Value::Money)),
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(lengthened(*a, *b)),
        (Value::Time(_), Value::Duration(FOREVER)) | (Value::Duration(FOREVER), Value::Time(_)) => Value::Unknown,
        (Value::Time(a), Value::Duration(b)) | (Value::Duration(b), Value::Time(a)) => {
            Value::Time(a.saturating_add(*b))
        }
        _ => Value::Unknown,
    }
}

pub fn subtract(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => known(a.checked_sub(*b).map(Value::Number)),
        (Value::Money(a), Value::Money(b)) => known(a.checked_sub(*b).map(Value::Money)),
        (Value::Duration(FOREVER), Value::Duration(_)) => Value::Duration(FOREVER),
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.saturating_sub(*b)),
        (Value::Time(_), Value::Duration(FOREVER)) => Value::Unknown,
        (Value::Time(a), Value::Duration(b)) => Value::Time(a.saturating_sub(*b)),
        (Value::Time(a), Value::Time(b)) => Value::Duration(a.saturating_sub(*b)),
        _ => Value::Unknown,
    }
}

pub fn multiply(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => known(a.checked_mul(*b).map(Value::Number)),
        (Value::Money(a), Value::Number(b)) | (Value::Number(b), Value::Money(a)) => {
            known(a.checked_mul(*b).map(Value::Money))
        }
        (Value::Duration(FOREVER), Value::Number(_)) | (Value::Number(_), Value::Duration(FOREVER)) => {
            Value::Duration(FOREVER)
        }
        (Value::Duration(a), Value::Number(b)) | (Value::Number(b), Value::Duration(a)) => {
            known(Decimal::from(*a).checked_mul(*b).and_then(length))
        }
        _ => Value::Unknown,
    }
}

pub fn divide(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) | (Value::Money(a), Value::Money(b)) => {
            known(a.checked_div(*b).map(Value::Number))
        }
        (Value::Money(a), Value::Number(b)) => known(a.checked_div(*b).map(Value::Money)),
        (Value::Duration(a), Value::Duration(b)) => {
            known(Decimal::from(*a).checked_div(Decimal::from(*b)).map(Value::Number))
        }
        (Value::Duration(FOREVER), Value::Number(_)) => Value::Duration(FOREVER),
        (Value::Duration(a), Value::Number(b)) => known(Decimal::from(*a).checked_div(*b).and_then(length)),
        _ => Value::Unknown,
    }
}

/// A duration of so many milliseconds.
pub fn length(ms: Decimal) -> Option<Value> {
    ms.floor().to_i64().map(Value::Duration)
}

pub fn negate(value: &Value) -> Value {
    match value {
        Value::Number(n) => Value::Number(-n),
        Value::Money(n) => Value::Money(-n),
        Value::Duration(ms) => Value::Duration(ms.saturating_neg()),
        _ => Value::Unknown,
    }
}
