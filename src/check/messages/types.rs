//! Words for mistakes in types and units.

use super::super::errors::TypeError;
use super::super::operators::Doing;
use super::write;
use crate::diagnostic::Draft;
use crate::l10n::Text;
use crate::syntax::span::Span;

pub(super) fn told(wrong: &TypeError) -> Draft {
    match wrong {
        TypeError::NotACondition { at, found, role } => {
            let draft = found_one("check-not-a-condition", *at, found);
            match role {
                Some(role) => draft.maybe_help(Some(write(&format!("member is {role}")))),
                None => draft,
            }
        }
        TypeError::WrongType { at, of, wanted, found, help } => Draft::new("check-wrong-type")
            .with("of", of.clone())
            .with("wanted", wanted.clone())
            .with("found", found.clone())
            .at(*at, "label")
            .maybe_help(help.clone()),
        TypeError::Units { doing, at, left, right, help } => units(*doing, *at, left, right).maybe_help(help.clone()),
        TypeError::NoOrder { at, found } => found_one("check-no-order", *at, found),
        TypeError::OtherCurrency { at, amount, code, own } => one("check-other-currency", *at)
            .with("amount", amount.as_str())
            .with("written", code.clone().unwrap_or_else(|| "¥".to_owned()))
            .with("own", own.as_str()),
        TypeError::BadPattern { at, why } => one("check-bad-pattern", *at).with("why", why.clone()),
        TypeError::NotAPattern { at, found } => found_one("check-not-a-pattern", *at, found),
        TypeError::NotShowable { at, found } => found_one("check-not-showable", *at, found),
        TypeError::HoleNotAllowed { at, of } => one("check-hole-not-allowed", *at).with("of", of.clone()),
        TypeError::MayBeMissing { at, of, written } => missing(*at, of, written),
        TypeError::CannotNegate { at, found } => found_one("check-no-opposite", *at, found),
        TypeError::NotAList { at, found, wanted } => {
            found_one("check-not-a-list", *at, found).with("wanted", wanted.clone())
        }
        TypeError::CannotContain { at, found } => found_one("check-cannot-contain", *at, found),
        TypeError::HasOfWhat { at } => one("check-has-of-what", *at),
        TypeError::HasWhat { at } => one("check-has-what", *at),
        TypeError::CannotSum { at, found } => found_one("check-cannot-sum", *at, found),
        TypeError::NotConstant { at, of } => one("check-not-constant", *at).with("of", of.clone()),
        TypeError::NotPositive { at, of, wanted } => {
            Draft::new("check-out-of-range").with("of", of.clone()).with("wanted", Text::new(wanted)).at(*at, "label")
        }
        TypeError::MetricMeasures { at, found } => found_one("check-metric-measures", *at, found),
        TypeError::InviteTo { at, found } => found_one("check-invite-to", *at, found).code("wrong-type"),
        TypeError::HowMany { at, found } => found_one("check-how-many", *at, found).code("wrong-type"),
        TypeError::DrawShare { at } => one("check-draw-share", *at),
        TypeError::TooDeep { at, most } => one("check-too-deep", *at).with("most", *most),
    }
}

/// A mistake with one place and its way out.
fn one(id: &'static str, at: Span) -> Draft {
    Draft::new(id).at(at, "label").help("help")
}

/// The same where something else was found than is wanted.
fn found_one(id: &'static str, at: Span, found: &Text) -> Draft {
    one(id, at).with("found", found.clone())
}

fn missing(at: Span, of: &Text, written: &str) -> Draft {
    let simple = !written.is_empty() && !written.contains(' ');
    let right = if simple { format!("{written} else …") } else { "… else …".to_owned() };
    one("check-may-be-missing", at).with("of", of.clone()).with("right", right).warning()
}

fn units(doing: Doing, at: Span, left: &(Span, Text), right: &(Span, Text)) -> Draft {
    let word = match doing {
        Doing::Compare => "compare",
        Doing::Add => "add",
        Doing::Subtract => "subtract",
        Doing::Multiply => "multiply",
        Doing::Divide => "divide",
    };
    // `a + b` adds b to a, `a - b` subtracts b from a; `a * b` multiplies a by b.
    let (first, second) = match doing {
        Doing::Add | Doing::Subtract => (&right.1, &left.1),
        _ => (&left.1, &right.1),
    };
    let other = if first == second { second.clone().part("another") } else { second.clone() };
    let draft = Draft::new("check-units")
        .with("doing", word)
        .with("first", first.clone())
        .with("second", other)
        .with("left", left.1.clone())
        .with("right", right.1.clone());
    if left.0 == right.0 { draft.at(at, "both") } else { draft.at(left.0, "left").at(right.0, "right") }
}
