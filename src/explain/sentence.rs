//! What may be told to the member: what was done, when, by which item, and the figures that are about the member alone.

use super::looker::Test;
use super::node::Node;
use super::why::{DecisionSeen, Strikes};
use crate::engine::{Decision, Program};
use crate::l10n::{Catalogue, Lang, Text};
use crate::plan::value::Value;

/// The sentence for a decision; none where it concerns nobody. It names no other person and repeats nobody's words.
pub(super) fn of_decision<'t>(
    program: &Program,
    decision: &Decision,
    seen: &DecisionSeen,
    tests: impl Iterator<Item = &'t Test>,
    strikes: Option<&Strikes>,
) -> Option<String> {
    decision.keys.member?;
    let words = Catalogue::new(tongue(program, decision));
    let length = decision.args.iter().find(|(name, _)| name == "for_s").map(|(_, value)| value);
    let length = match length {
        Some(Value::Duration(during)) => words.say(&Text::new("told-length").with("length", during.to_string())),
        _ => String::new(),
    };
    let key = match (seen.action.as_str(), seen.status) {
        (_, "skipped" | "dropped" | "missed" | "overruled") => "told-not-done",
        (_, "deferred" | "held") => "told-waits",
        ("mute", _) => "told-mute",
        ("remove", _) => "told-remove",
        ("ban", _) => "told-ban",
        ("warn", _) => "told-warn",
        _ => "told-other",
    };
    let mut text = words.say(
        &Text::new(key)
            .with("at", seen.at.as_str())
            .with("action", seen.action.as_str())
            .with("item", seen.item.as_str())
            .with("length", length),
    );
    if let Some(strikes) = strikes {
        text.push_str(&words.say(&Text::new("told-strikes").with("total", strikes.total)));
    }
    let about_member = tests.filter(|test| test.keys.member == decision.keys.member);
    let mut figures: Vec<String> = about_member.flat_map(|test| figures(&test.node)).collect();
    figures.dedup();
    if !figures.is_empty() {
        text.push_str(&words.say(&Text::new("told-figures").with("figures", figures.join("; "))));
    }
    Some(text)
}

/// Counts and lengths of time that are known and are about the member.
fn figures(node: &Node) -> Vec<String> {
    // What is defined of the group or the community counts others.
    if node.text.starts_with("group.") || node.text.starts_with("community.") {
        return Vec::new();
    }
    if !node.parts.is_empty() {
        return node.parts.iter().flat_map(figures).collect();
    }
    let counts = ["count(", "sum(", "since(", "exists(", "never(", "streak("].iter().any(|f| node.text.starts_with(f));
    let about_others = ["members", "groups", "by community", "by group"].iter().any(|words| node.text.contains(words));
    let quotes = node.text.contains('"');
    if counts && !about_others && !quotes && !node.private && node.value != "unknown" {
        vec![format!("{} = {}", node.text, node.value)]
    } else {
        Vec::new()
    }
}

/// The tongue of the playbook: Chinese where its messages or names are.
fn tongue(program: &Program, decision: &Decision) -> Lang {
    let said = decision.args.iter().filter_map(|(_, value)| match value {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    });
    let mut all = said.chain(program.plan.names.iter().map(|name| name.to_string()));
    if all.any(|text| text.chars().any(is_han))
        || program.plan.community.name.iter().any(|name| name.chars().any(is_han))
    {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
