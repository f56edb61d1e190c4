//! Conditions and values in words, for reports.

use crate::engine::Program;
use crate::plan::expr::Expr;
use crate::plan::value::Value;
use rust_decimal::{Decimal, RoundingStrategy};

/// A condition as it would be written.
pub(super) fn condition(program: &Program, condition: &Expr) -> String {
    program.plan.expression(condition)
}

/// A value that a comparison or a metric came to; numbers with at most two digits after the point.
pub(crate) fn value(program: &Program, value: &Value) -> String {
    match value {
        Value::Number(n) => rounded(*n).normalize().to_string(),
        Value::Money(n) => format!("{} {}", rounded(*n).normalize(), program.plan.community.currency),
        Value::Duration(during) if during.ms().abs() >= 1_000 => {
            crate::time::Duration::from_secs(during.secs()).to_string()
        }
        Value::Duration(during) => during.to_string(),
        Value::Time(at) => program.plan.community.calendar.zone.short(*at),
        Value::Tier(tiers, level) => program.tier_name(*tiers, *level).to_owned(),
        Value::Name(name) => program.name(*name).to_owned(),
        Value::Text(text) => text.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => "unknown".to_owned(),
    }
}

fn rounded(n: Decimal) -> Decimal {
    n.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
