//! What could stand at an error, in a few words, from the rules that the grammar tried there.

use super::super::error::Expected;
use super::super::keywords::{self, Keyword, Tongue};
use super::Rule;

/// What is known about the text before an error.
#[derive(Clone, Copy)]
pub(super) struct Before<'t> {
    /// The item that it stands in.
    pub(super) item: Option<&'static Keyword>,
    /// The token right before it.
    pub(super) token: &'t str,
    /// The tongue of the item.
    pub(super) tongue: Tongue,
}

/// The first of these that the grammar tried tells what is expected.
const TELLING: &[(Rule, Expected)] = &[
    (Rule::item, Expected::Item),
    (Rule::kw_cron, Expected::Schedule),
    (Rule::kw_no, Expected::Event),
    (Rule::events, Expected::Event),
    (Rule::kw_cleared, Expected::Fading),
    (Rule::clock, Expected::Time),
    (Rule::time, Expected::Time),
    (Rule::block, Expected::Action),
    (Rule::actions, Expected::Action),
    (Rule::action, Expected::Action),
    (Rule::expr, Expected::Value),
    (Rule::sum, Expected::Value),
    (Rule::fallback, Expected::Value),
    (Rule::list, Expected::Value),
    (Rule::choice, Expected::Value),
    (Rule::minus, Expected::Value),
    (Rule::conjunction, Expected::Value),
    (Rule::negation, Expected::Value),
    (Rule::not_sign, Expected::Value),
    (Rule::unary, Expected::Value),
    (Rule::product, Expected::Value),
    (Rule::comparison, Expected::Value),
    (Rule::time_span, Expected::Duration),
    (Rule::duration, Expected::Duration),
    (Rule::scope, Expected::Scope),
    (Rule::type_name, Expected::Type),
    (Rule::action_name, Expected::Action),
];

/// The shortest true answer.
pub(super) fn expected(tried: &[Rule], before: Before<'_>) -> Expected {
    let telling = TELLING.iter().find(|(kind, _)| tried.contains(kind)).map(|(_, expected)| *expected);
    telling.or_else(|| word(tried, before)).or_else(|| clause(tried, before)).unwrap_or(Expected::Other)
}

/// Where a word must stand, the word before tells which.
fn word(tried: &[Rule], before: Before<'_>) -> Option<Expected> {
    if !tried.iter().all(|kind| matches!(kind, Rule::name | Rule::word | Rule::path | Rule::head | Rule::text)) {
        return None;
    }
    match before.token {
        "for" | "针对" | "each" | "每个" | "in" | "在" => Some(Expected::Scope),
        "on" | "当" | "no" | "无" => Some(Expected::Event),
        ":" | "：" => Some(Expected::Type),
        _ if tried.contains(&Rule::text) => Some(Expected::Text),
        _ => Some(Expected::Name),
    }
}

fn clause(tried: &[Rule], before: Before<'_>) -> Option<Expected> {
    let one = |kind: Rule| tried.contains(&kind);
    if one(Rule::open) {
        return Some(Expected::Just("{"));
    }
    if let [only] = tried {
        return spelled(*only, before.tongue).map(Expected::Just);
    }
    let item = before.item.filter(|_| one(Rule::close))?;
    if item.english == "rule" && matches!(before.token, "{" | "｛") {
        return Some(Expected::Trigger);
    }
    Some(Expected::ClauseOf(item.english))
}

fn spelled(kind: Rule, tongue: Tongue) -> Option<&'static str> {
    match kind {
        Rule::open => Some("{"),
        Rule::close => Some("}"),
        Rule::lparen => Some("("),
        Rule::rparen => Some(")"),
        Rule::rbracket => Some("]"),
        Rule::comma => Some(","),
        Rule::colon => Some(":"),
        Rule::equals => Some("="),
        _ => keywords::of_rule(&format!("{kind:?}")).map(|row| row.in_tongue(tongue)),
    }
}
