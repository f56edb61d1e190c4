//! Going through the parts of an expression.

use super::expr::{Expr, TemplatePart};

/// Calls `f` with each direct part of an expression.
pub(crate) fn parts<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    match expr {
        Expr::HasRole { who: one, .. } | Expr::Not(one) | Expr::Negate(one) => f(one),
        Expr::And(all) | Expr::Or(all) | Expr::List(all) => all.iter().for_each(f),
        Expr::Compare { left, right, .. } | Expr::Arithmetic { left, right, .. } => {
            [left, right].into_iter().for_each(|e| f(e))
        }
        Expr::In { value, list } => [value, list].into_iter().for_each(|e| f(e)),
        Expr::Contains { whole, part } => [whole, part].into_iter().for_each(|e| f(e)),
        Expr::Matches { value, .. } | Expr::TimeOfDayBetween { value, .. } => f(value),
        Expr::Between { value, low, high, .. } => [value, low, high].into_iter().for_each(|e| f(e)),
        Expr::Else { value, fallback } => [value, fallback].into_iter().for_each(|e| f(e)),
        Expr::If { condition, then, otherwise } => [condition, then, otherwise].into_iter().for_each(|e| f(e)),
        Expr::Text(template) => template.parts.iter().for_each(|part| {
            if let TemplatePart::Hole { value, .. } = part {
                f(value);
            }
        }),
        Expr::Aggregate(aggregate) => aggregate.key.iter().chain(&aggregate.rest).for_each(f),
        Expr::Population(population) => population.filter.iter().chain(&population.value).for_each(f),
        _ => {}
    }
}

/// Calls `f` with each direct part of an expression, to change it.
fn parts_mut(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    match expr {
        Expr::HasRole { who: one, .. } | Expr::Not(one) | Expr::Negate(one) => f(one),
        Expr::And(all) | Expr::Or(all) | Expr::List(all) => all.iter_mut().for_each(f),
        Expr::Compare { left, right, .. } | Expr::Arithmetic { left, right, .. } => {
            [left, right].into_iter().for_each(|e| f(e))
        }
        Expr::In { value, list } => [value, list].into_iter().for_each(|e| f(e)),
        Expr::Contains { whole, part } => [whole, part].into_iter().for_each(|e| f(e)),
        Expr::Matches { value, .. } | Expr::TimeOfDayBetween { value, .. } => f(value),
        Expr::Between { value, low, high, .. } => [value, low, high].into_iter().for_each(|e| f(e)),
        Expr::Else { value, fallback } => [value, fallback].into_iter().for_each(|e| f(e)),
        Expr::If { condition, then, otherwise } => [condition, then, otherwise].into_iter().for_each(|e| f(e)),
        Expr::Text(template) => template.parts.iter_mut().for_each(|part| {
            if let TemplatePart::Hole { value, .. } = part {
                f(value);
            }
        }),
        Expr::Aggregate(aggregate) => aggregate.key.iter_mut().chain(&mut aggregate.rest).for_each(f),
        Expr::Population(population) => population.filter.iter_mut().chain(&mut population.value).for_each(f),
        _ => {}
    }
}

/// Calls `f` with the expression and all its parts.
pub(crate) fn all<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    f(expr);
    parts(expr, &mut |part| all(part, f));
}

/// Calls `f` with the expression and all its parts, to change them.
pub(crate) fn all_mut(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    f(expr);
    parts_mut(expr, &mut |part| all_mut(part, f));
}

/// Whether some part of an expression passes a test.
pub(crate) fn any(expr: &Expr, test: impl Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    all(expr, &mut |part| found |= test(part));
    found
}
