//! What would make a condition true, said for the part that stopped it.

use crate::engine::{Program, Tested};
use crate::plan::expr::{Comparison, Expr, Function};
use crate::simulate::misses;
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
