//! Words for mistakes in types and units.

use super::super::errors::TypeError;
use super::super::operators::Doing;
use super::{Draft, error};
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn told(wrong: &TypeError) -> Diagnostic {
    match wrong {
        TypeError::NotACondition { at, found, role } => {
            error("not-a-condition", format!("a condition is true or false, and this is {found}")).at(*at, found).help(
                match role {
                    Some(role) => format!("write `member is {role}`"),
                    None => "compare it with something, as `… >= 1`".to_owned(),
                },
            )
        }
        TypeError::WrongType { at, of, wanted, found, help } => {
            error("wrong-type", format!("{of} must be {wanted}, and this is {found}"))
                .at(*at, found)
                .maybe_help(help.clone())
        }
        TypeError::Units { doing, at, left, right, help } => units(*doing, *at, left, right).maybe_help(help.clone()),
        TypeError::NoOrder { at, found } => {
            error("no-order", format!("{found} is neither more nor less than another")).at(*at, found).help(
                "compare with `is` or `is not`; numbers, amounts of \
                 money, durations, times and tiers have an order",
            )
        }
        TypeError::OtherCurrency { at, amount, code, own } => {
            let written = code.clone().unwrap_or_else(|| "¥".to_owned());
            error("other-currency", format!("the community's currency is {own}, and this amount is in {written}"))
                .at(*at, format!("an amount in {written}"))
                .help(format!("write `{amount} {own}`"))
        }
        TypeError::BadPattern { at, why } => {
            error("bad-pattern", format!("this regular expression cannot be read: {why}")).at(*at, why).help(
                "signs with a meaning of their own, such as `(`, \
                 `[`, `*` and `.`, stand for themselves after `\\`",
            )
        }
        TypeError::NotAPattern { at, found } => {
            error("not-a-pattern", format!("a regular expression stands after `matches`, and this is {found}"))
                .at(*at, found)
                .help(
                    "write it between slashes, as `/^a.*z$/`; \
                 for a part of a text there is `contains`",
                )
        }
        TypeError::NotShowable { at, found } => error("not-showable", format!("{found} cannot be written into a text"))
            .at(*at, found)
            .help("choose the words by it, as `{if … then \"yes\" else \"no\"}`"),
        TypeError::HoleNotAllowed { at, of } => error("hole-not-allowed", format!("{of} has no holes"))
            .at(*at, "it must be the same always")
            .help("write `{{` for a brace"),
        TypeError::MayBeMissing { at, of, written } => missing(*at, of, written),
        TypeError::CannotNegate { at, found } => error("no-opposite", format!("{found} has no opposite"))
            .at(*at, found)
            .help("only numbers, amounts of money and durations can stand after `-`"),
        TypeError::NotAList { at, found, wanted } => {
            error("not-a-list", format!("{wanted} or a segment stands after `in`, and this is {found}"))
                .at(*at, found)
                .help("write a list, as `[7, 21, 30]`")
        }
        TypeError::CannotContain { at, found } => error("cannot-contain", format!("{found} contains nothing"))
            .at(*at, found)
            .help("texts and lists can contain something"),
        TypeError::HasOfWhat { at } => error("has-of-what", "only `member` and `group` can be asked what they have")
            .at(*at, "neither `member` nor `group`")
            .help("write `member has TAG`, `member has FIELD` or `group has FIELD`"),
        TypeError::HasWhat { at } => error("has-what", "a tag or a field stands after `has`")
            .at(*at, "no name of a tag or field")
            .help("write `member has TAG` or `member has FIELD`"),
        TypeError::CannotSum { at, found } => error("cannot-sum", format!("{found} cannot be added up or averaged"))
            .at(*at, found)
            .help("`count` counts events, `distinct` different values, `list` lists them"),
        TypeError::NotConstant { at, of } => error("not-constant", format!("{of} must be fixed"))
            .at(*at, "this is known only when the playbook runs")
            .help("write it out, or give it a name with `let`"),
        TypeError::NotPositive { at, of, wanted } => {
            error("out-of-range", format!("{of} must be {wanted}")).at(*at, format!("not {wanted}"))
        }
        TypeError::MetricMeasures { at, found } => error(
            "metric-measures",
            format!("a metric is a number, an amount of money or a duration, and this is {found}"),
        )
        .at(*at, found)
        .help("count something, as `count(message.posted, yesterday)`"),
        TypeError::InviteTo { at, found } => {
            error("wrong-type", format!("a group stands after `invite to`, and this is {found}")).at(*at, found).help(
                "name the group by its id, as `\"g1\"`, or \
                 by a condition: `invite to group where …`",
            )
        }
        TypeError::HowMany { at, found } => {
            error("wrong-type", format!("a number or a percentage stands here, and this is {found}"))
                .at(*at, found)
                .help("write `top 3 by …` or `top 20% by …`")
        }
        TypeError::DrawShare { at } => error("draw-share", "`draw` takes a number, not a percentage")
            .at(*at, "a percentage")
            .help("write `draw 3`; `top 20% by …` takes a share"),
        TypeError::TooDeep { at, most } => error("too-deep", format!("this is nested more than {most} deep"))
            .at(*at, "nested too deeply")
            .help("give parts of it names with `let`"),
    }
}

fn missing(at: crate::syntax::span::Span, of: &str, written: &str) -> Diagnostic {
    let simple = !written.is_empty() && !written.contains(' ');
    let right = if simple { format!("{written} else …") } else { "… else …".to_owned() };
    let warning = error("may-be-missing", format!("{of} may be missing, and then the action is skipped"))
        .at(at, "this may be missing")
        .help(format!("say what stands in its place: `{right}`"));
    Diagnostic { severity: Severity::Warning, ..warning }
}

fn units(
    doing: Doing,
    at: crate::syntax::span::Span,
    left: &(crate::syntax::span::Span, String),
    right: &(crate::syntax::span::Span, String),
) -> Diagnostic {
    let (verb, with) = match doing {
        Doing::Compare => ("compared", "with"),
        Doing::Add => ("added", "to"),
        Doing::Subtract => ("subtracted", "from"),
        Doing::Multiply => ("multiplied", "by"),
        Doing::Divide => ("divided", "by"),
    };
    // `a + b` adds b to a, `a - b` subtracts b from a; `a * b` multiplies a by b.
    let (first, second) = match doing {
        Doing::Add | Doing::Subtract => (&right.1, &left.1),
        _ => (&left.1, &right.1),
    };
    let second = if first == second { second.replacen("a ", "another ", 1) } else { second.clone() };
    let draft = error("units", format!("{first} cannot be {verb} {with} {second}"));
    if left.0 == right.0 { draft.at(at, "these two") } else { draft.at(left.0, &left.1).at(right.0, &right.1) }
}
