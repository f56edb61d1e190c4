//! Comparing and reckoning with units.

use crate::plan::expr::{Arithmetic, Comparison};
use crate::plan::value::Value;
use crate::time::Duration;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The order of two values of one kind; `None` where there is none.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a) | Value::Money(a), Value::Number(b) | Value::Money(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Tier(tiers, a), Value::Tier(same, b)) if tiers == same => Some(a.cmp(b)),
        _ => None,
    }
}

pub(super) fn in_order(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    }
}

pub(super) fn negate(value: Value) -> Value {
    match value {
        Value::Number(n) => Value::Number(-n),
        Value::Money(n) => Value::Money(-n),
        Value::Duration(d) => Value::Duration(Duration::from_ms(d.ms().saturating_neg())),
        _ => Value::Unknown,
    }
}

/// Arithmetic with units; what overflows, divides by zero or does not fit is unknown.
pub(super) fn arithmetic(op: Arithmetic, left: Value, right: Value) -> Value {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let known = match (op, left, right) {
        (_, Value::Number(a), Value::Number(b)) => decimal(op, a, b).map(Value::Number),
        (Add | Subtract, Value::Money(a), Value::Money(b)) => decimal(op, a, b).map(Value::Money),
        (Divide, Value::Money(a), Value::Money(b)) => decimal(op, a, b).map(Value::Number),
        (Multiply | Divide, Value::Money(a), Value::Number(b)) => decimal(op, a, b).map(Value::Money),
        (Multiply, Value::Number(a), Value::Money(b)) => decimal(op, a, b).map(Value::Money),
        (Multiply, Value::Number(n), Value::Duration(d)) => scale(op, d, n),
        (Multiply | Divide, Value::Duration(d), Value::Number(n)) => scale(op, d, n),
        (Divide, Value::Duration(a), Value::Duration(b)) => {
            decimal(op, Decimal::from(a.ms()), Decimal::from(b.ms())).map(Value::Number)
        }
        (Add, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(a + b)),
        (Subtract, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(a - b)),
        (Add, Value::Time(at), Value::Duration(d)) | (Add, Value::Duration(d), Value::Time(at)) => {
            Some(at + d).filter(|_| !d.is_forever()).map(Value::Time)
        }
        (Subtract, Value::Time(at), Value::Duration(d)) => Some(at - d).filter(|_| !d.is_forever()).map(Value::Time),
        (Subtract, Value::Time(a), Value::Time(b)) => Some(Value::Duration(a - b)),
        _ => None,
    };
    known.unwrap_or_default()
}

fn decimal(op: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
    }
}

/// A duration times or divided by a number, to the millisecond below; `forever` stays so.
fn scale(op: Arithmetic, during: Duration, by: Decimal) -> Option<Value> {
    if during.is_forever() {
        return Some(Value::Duration(during));
    }
    let ms = decimal(op, Decimal::from(during.ms()), by)?.floor();
    i64::try_from(ms).ok().map(|ms| Value::Duration(Duration::from_ms(ms)))
}
