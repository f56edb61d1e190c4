//! What would make a condition true, said for the part that stopped it.

use super::looker::Test;
use crate::engine::{Program, State, Tested};
use crate::plan::expr::{Comparison, Expr, Function};
use crate::plan::walk;
use crate::simulate::misses;
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// How far a comparison is from being true, as a share of what is asked for; none where its sides have no distance.
pub(super) fn distance(tested: &Tested<'_>, part: &Expr) -> Option<f64> {
    let Expr::Compare { op, left, right } = part else { return None };
    let (left, right) = (tested.value(left), tested.value(right));
    let gap = misses::distance(*op, &left, &right)?.to_f64()?;
    Some(gap / misses::measure(&right)?.abs().max(Decimal::ONE).to_f64()?)
}

/// What would make this part true, in words.
pub(super) fn remedy(program: &Program, part: &Expr) -> String {
    let written = |expr: &Expr| program.plan.expression(expr);
    match part {
        Expr::Compare { op, left, right } => match (&**left, op) {
            (Expr::Aggregate(aggregate), Comparison::GreaterOrEqual | Comparison::Greater)
                if aggregate.function == Function::Count =>
            {
                let more = if *op == Comparison::Greater { "more than " } else { "" };
                format!("`{}` must reach {more}{}", written(left), written(right))
            }
            (Expr::Aggregate(aggregate), Comparison::GreaterOrEqual | Comparison::Greater)
                if aggregate.function == Function::Since =>
            {
                format!("{} must pass without such an event: `{}`", written(right), written(left))
            }
            (Expr::Aggregate(aggregate), Comparison::LessOrEqual | Comparison::Less)
                if aggregate.function == Function::Since =>
            {
                format!("such an event must have happened in the last {}: `{}`", written(right), written(left))
            }
            _ => format!("`{}` must be true", written(part)),
        },
        Expr::HasTag(tag) => format!("the member must have the tag `{}`", program.name(*tag)),
        Expr::HasRole { role, .. } => format!("the role `{}` must be held", program.name(*role)),
        Expr::Not(inner) => format!("`{}` must not be true", written(inner)),
        Expr::MemberHasAttribute(_) | Expr::GroupHasAttribute(_) => format!("`{}` must be known", written(part)),
        Expr::Or(parts) => {
            let ways: Vec<String> = parts.iter().map(|part| remedy(program, part)).collect();
            format!("either {}", ways.join(", or "))
        }
        _ => format!("`{}` must be true", written(part)),
    }
}

/// How far ahead it is looked for a time at which a condition becomes true by itself.
const AHEAD: Duration = Duration::from_days(60);

/// From when on a condition that was not true will be, if nothing happens after `until`: to the second, and only
/// within the next 60 days. What reads an event cannot become true without one.
pub(super) fn by_time(program: &Program, state: &State, until: Instant, test: &Test) -> Option<Instant> {
    let reads_event = |expr: &Expr| {
        walk::any(expr, |part| {
            matches!(part, Expr::EventField(_) | Expr::EventAt | Expr::EventId | Expr::EventMember | Expr::EventGroup)
        })
    };
    let condition =
        [Some(&test.condition), test.stopped.as_ref()].into_iter().flatten().find(|expr| !reads_event(expr))?;
    let holds = |at: Instant| state.will_hold(program, test.keys, condition, at);
    let hour = Duration::from_hours(1);
    let mut before = until;
    if holds(before) {
        return None;
    }
    let end = before + AHEAD;
    while before < end {
        let after = before + hour;
        if holds(after) {
            return Some(first(before, after, holds));
        }
        before = after;
    }
    None
}

/// The first whole second after `before` at which something holds that holds at `after`.
fn first(before: Instant, after: Instant, holds: impl Fn(Instant) -> bool) -> Instant {
    let (mut low, mut high) = (before.ms().div_euclid(1000), after.ms().div_euclid(1000));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(Instant::from_ms(middle * 1000)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Instant::from_ms(high * 1000)
}
