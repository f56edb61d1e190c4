//! What does not fit, and what could stand there.

use super::super::error::{Expected, Found};
use super::super::keywords::{self, Tongue};
use super::super::span::Span;
use super::{did_you_mean, write};
use crate::diagnostic::Draft;
use crate::l10n::{Arg, Join, Text};

pub(super) fn draft(found: &Found, expected: Expected, near: Option<&str>, tongue: Tongue, span: Span) -> Draft {
    let label = label(expected, tongue);
    let draft = match found {
        Found::End => Draft::new("syntax-unfinished"),
        Found::Token(token) => Draft::new("syntax-unexpected").with("text", short(token)),
        Found::Foreign(c, twin) => return foreign(*c, *twin, near, label, span),
    };
    let draft = draft.with("expected", label).at(span, "label");
    match (near, expected) {
        (Some(near), _) => draft.maybe_help(Some(did_you_mean(near))),
        (None, Expected::First(word)) => draft.with("word", word).help("help-before"),
        (None, Expected::Just(word)) if *found != Found::End => draft.with("word", word).help("help-just"),
        _ => draft,
    }
}

/// `count(e, yesterdy)`, `count(e, last -1h)`, `count(e, 7d)`
pub(super) fn not_a_window(text: &str, near: Option<&str>, tongue: Tongue, span: Span) -> Draft {
    let (last, hour) = match tongue {
        Tongue::English => ("last ", "1h"),
        Tongue::Chinese => ("近", "1小时"),
    };
    let draft = Draft::new("syntax-not-a-window").with("text", short(text)).at(span, "label");
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    match near {
        Some(near) => draft.maybe_help(Some(did_you_mean(near))),
        None if number && !text.ends_with(|c: char| c.is_ascii_digit()) => {
            draft.maybe_help(Some(write(&format!("{last}{text}"))))
        }
        None if number || ["last", "近", "最近", "过去"].iter().any(|word| text.starts_with(word)) => {
            draft.with("example", format!("{last}{hour}")).help("help-unit")
        }
        None => draft.with("windows", Arg::Names(windows(tongue), Join::Comma)).help("help"),
    }
}

fn windows(tongue: Tongue) -> Vec<String> {
    let last = if tongue == Tongue::Chinese { "近7天" } else { "last 7d" };
    let words = keywords::WINDOWS.iter().filter_map(|rule| keywords::of_rule(rule)).map(|row| row.in_tongue(tongue));
    [last].into_iter().chain(words).map(str::to_owned).collect()
}

fn foreign(c: char, twin: Option<&str>, near: Option<&str>, label: Text, span: Span) -> Draft {
    if twin == Some("") || c.is_whitespace() {
        return Draft::new("syntax-invisible-character")
            .code("foreign-character")
            .with("code", format!("{:04X}", u32::from(c)))
            .with("expected", label)
            .at(span, "label")
            .help("help");
    }
    Draft::new("syntax-foreign-character")
        .with("character", c.to_string())
        .with("expected", label)
        .at(span, "label")
        .maybe_help(near.map(write))
}

fn short(token: &str) -> String {
    if token.chars().count() <= 40 { token.to_owned() } else { token.chars().take(40).chain(['…']).collect() }
}

fn label(expected: Expected, tongue: Tongue) -> Text {
    Text::new(match expected {
        Expected::Item => "expected-item",
        Expected::Name => "expected-name",
        Expected::Scope => return one_of(scopes(tongue)),
        Expected::Event => "expected-event",
        Expected::Type => "expected-type",
        Expected::Text => "expected-text",
        Expected::Value => "expected-value",
        Expected::Duration => "expected-duration",
        Expected::Time => "expected-time",
        Expected::Schedule => "expected-schedule",
        Expected::Trigger => "expected-trigger",
        Expected::Action => "expected-action",
        Expected::Fading => "expected-fading",
        Expected::ClauseOf(item) => return one_of(clauses(item, tongue)),
        Expected::Just(word) | Expected::First(word) => return Text::new("expected-just").with("word", word),
        Expected::Other => "expected-other",
    })
}

fn scopes(tongue: Tongue) -> Vec<String> {
    let scopes = match tongue {
        Tongue::English => ["member", "member in group", "group", "community"],
        Tongue::Chinese => ["成员", "成员 在 群", "群", "社群"],
    };
    scopes.map(str::to_owned).to_vec()
}

/// What may stand in an item, and the brace that ends it.
fn clauses(item: &str, tongue: Tongue) -> Vec<String> {
    let rules: &[&str] = match item {
        "rule" => &["kw_on", "kw_every", "kw_when", "kw_top", "kw_draw", "kw_do", "kw_otherwise", "kw_once"],
        "flow" => &[
            "kw_start",
            "kw_stop",
            "kw_update",
            "kw_restart",
            "kw_goal",
            "kw_anchor",
            "kw_once",
            "kw_on_change",
            "kw_at_once",
            "kw_after",
            "kw_at",
            "kw_day_n",
        ],
        "ladder" => &["kw_strikes", "kw_at", "kw_appeal"],
        "tiers" => &["kw_tier", "kw_review", "kw_demote", "kw_on"],
        "calendar" => &["kw_every", "kw_on", "kw_when", "kw_do"],
        "budget" => &["kw_on", "kw_at_most"],
        "limit" => &["kw_on", "kw_counting", "kw_at_most", "kw_not_between", "kw_else"],
        _ => &[],
    };
    let words = rules.iter().filter_map(|rule| keywords::of_rule(rule)).map(|row| row.in_tongue(tongue).to_owned());
    words.chain(["}".to_owned()]).collect()
}

fn one_of(words: Vec<String>) -> Text {
    Text::new("expected-one-of").with("words", Arg::Names(words, Join::Or))
}
