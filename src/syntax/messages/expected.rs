//! Words for what does not fit, and for what could stand there.

use super::super::error::{Expected, Found};
use super::super::keywords::{self, Tongue};
use super::Said;

pub(super) fn said(found: &Found, expected: Expected, near: Option<&str>, tongue: Tongue) -> Said {
    let label = label(expected, tongue);
    let said = match found {
        Found::End => Said::new("unfinished", "something is missing at the end", label),
        Found::Token(token) => Said::new("unexpected", format!("`{}` does not fit here", short(token)), label),
        Found::Foreign(c, twin) => return foreign(*c, *twin, near, label),
    };
    match (near, expected) {
        (Some(near), _) => said.help(format!("did you mean `{near}`?")),
        (None, Expected::First(word)) => said.help(format!("add `{word}` before it")),
        (None, Expected::Just(word)) if *found != Found::End => said.help(format!("write `{word}`")),
        _ => said,
    }
}

/// `count(e, yesterdy)`, `count(e, last -1h)`, `count(e, 7d)`
pub(super) fn not_a_window(text: &str, near: Option<&str>, tongue: Tongue) -> Said {
    let (last, hour) = match tongue {
        Tongue::English => ("last ", "1h"),
        Tongue::Chinese => ("近", "1小时"),
    };
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if number && !text.ends_with(|c: char| c.is_ascii_digit()) => format!("write `{last}{text}`"),
        None if number || ["last", "近", "最近", "过去"].iter().any(|word| text.starts_with(word)) => {
            format!("write a number with its unit, as `{last}{hour}`")
        }
        None => format!("the windows are {} and the like", windows(tongue).join(", ")),
    };
    Said::new("not-a-window", format!("`{}` is not a window", short(text)), "a window is needed here").help(help)
}

fn windows(tongue: Tongue) -> Vec<String> {
    let last = if tongue == Tongue::Chinese { "近7天" } else { "last 7d" };
    let words = keywords::WINDOWS.iter().filter_map(|rule| keywords::of_rule(rule)).map(|row| row.in_tongue(tongue));
    [last].into_iter().chain(words).map(|word| format!("`{word}`")).collect()
}

fn foreign(c: char, twin: Option<&str>, near: Option<&str>, label: String) -> Said {
    let invisible = twin == Some("") || c.is_whitespace();
    let headline = if invisible {
        format!("an invisible character (U+{:04X}) stands here", u32::from(c))
    } else {
        format!("`{c}` is not in the language")
    };
    let said = Said::new("foreign-character", headline, label);
    match near {
        _ if invisible => said.help("delete it; it was perhaps pasted with the text around it"),
        Some(near) => said.help(format!("write `{near}`")),
        None => said,
    }
}

fn short(token: &str) -> String {
    if token.chars().count() <= 40 { token.to_owned() } else { token.chars().take(40).chain(['…']).collect() }
}

fn label(expected: Expected, tongue: Tongue) -> String {
    let what = match expected {
        Expected::Item => "expected an item such as `rule` or `message`",
        Expected::Name => "expected a name",
        Expected::Scope => return one_of(&scopes(tongue)),
        Expected::Event => "expected an event such as `message.posted`",
        Expected::Type => "expected a type such as `text` or `number`",
        Expected::Text => "expected a text in quotes",
        Expected::Value => "expected a value such as `3`, `event.links` or `\"text\"`",
        Expected::Duration => "expected a duration such as `10m`",
        Expected::Time => "expected a time such as `08:30`",
        Expected::Schedule => "expected a schedule such as `day at 08:00`, `monday at 08:00` or `2h`",
        Expected::Trigger => "expected a trigger such as `on member.joined` or `every day at 08:00`",
        Expected::Action => "expected an action such as `post welcome`",
        Expected::Fading => "expected `last 30d`, `cleared after 30d clean`, `fade 1 per 7d` or `for ever`",
        Expected::ClauseOf(item) => return one_of(&clauses(item, tongue)),
        Expected::Just(word) | Expected::First(word) => return format!("expected `{word}`"),
        Expected::Other => "nothing in the language goes on like this",
    };
    what.to_owned()
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

/// `a`, `b` or `c`
fn one_of(words: &[String]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => format!("expected {last}"),
        Some((last, before)) => format!("expected {} or {last}", before.join(", ")),
        None => String::new(),
    }
}
