//! What an expression comes to while a plan runs.

use super::ids::{GroupId, MemberId, NameId, TiersId};
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A value, or that it cannot be known.
///
/// Amounts of money are all in the community's one currency; `20%` is the number 0.2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// A missing field, the average of nothing, a division by zero, or what was computed from one of these.
    #[default]
    Unknown,
    Bool(bool),
    Number(Decimal),
    Money(Decimal),
    Duration(Duration),
    Time(Instant),
    Text(Arc<str>),
    /// A name of the playbook: a kind, role, tag, class, message, pool, ladder, flow, item, weekday.
    Name(NameId),
    Tier(TiersId, u8),
    Member(MemberId),
    Group(GroupId),
    List(Arc<[Value]>),
}

impl Value {
    /// A text from anything that becomes a shared string.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// A whole number.
    #[must_use]
    pub fn count(n: u64) -> Value {
        Value::Number(Decimal::from(n))
    }

    /// Whether it is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Value::Unknown)
    }

    /// Whether it is known to be true: the only case in which a condition acts.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// Whether it is a number, an amount or a duration below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match self {
            Value::Number(n) | Value::Money(n) => n.is_sign_negative() && !n.is_zero(),
            Value::Duration(during) => during.ms() < 0,
            _ => false,
        }
    }

    /// The number in a number or an amount of money.
    #[must_use]
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Value::Number(n) | Value::Money(n) => Some(*n),
            _ => None,
        }
    }
}
