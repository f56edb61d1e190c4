//! Parts that are missing.

use super::super::error::Part;
use super::super::keywords::{self, Tongue};
use super::super::span::Span;
use crate::diagnostic::Draft;
use crate::l10n::{Arg, Join};

pub(super) fn draft(part: Part, of: &str, tongue: Tongue, span: Span) -> Draft {
    let word = |rule: &str| keywords::of_rule(rule).map_or("", |row| row.in_tongue(tongue));
    let of = match keywords::TABLE.iter().find(|row| row.english == of) {
        Some(row) => row.in_tongue(tongue),
        None => of,
    };
    let draft = Draft::new(id(part, of)).code("missing-part").with("of", of).at(span, "label").help("help");
    match part {
        Part::Content | Part::Words => draft.with("from", word("kw_from")),
        Part::Do => draft.with("do", word("kw_do")).with("example", example(part, of, tongue, word)),
        Part::Else => draft.with("else", word("kw_else")),
        Part::Scope => draft.with("scopes", Arg::Names(scopes(word("kw_for"), tongue), Join::Comma)),
        _ => draft.with("example", example(part, of, tongue, word)),
    }
}

fn id(part: Part, of: &str) -> &'static str {
    match part {
        Part::Content => "missing-content",
        Part::Duration => "missing-duration",
        Part::Role => "missing-role",
        Part::Approver => "missing-approver",
        Part::Judge => "missing-judge",
        Part::Due => "missing-due",
        Part::Within => "missing-within",
        Part::Per => "missing-per",
        Part::By => "missing-by",
        Part::Do if of.is_empty() => "missing-actions",
        Part::Do => "missing-do",
        Part::Else => "missing-else",
        Part::Scope => "missing-scope",
        Part::AtTime => "missing-at-time",
        Part::ChangePolicy => "missing-change-policy",
        Part::Words => "missing-words",
    }
}

/// The part as it could be written.
fn example(part: Part, of: &str, tongue: Tongue, word: impl Fn(&str) -> &'static str) -> String {
    let chinese = tongue == Tongue::Chinese;
    let pick = |english, of_chinese| if chinese { of_chinese } else { english };
    match part {
        Part::Duration => format!("{of}{}", pick(" 1d", "1天")),
        Part::Role => format!("{} owner", word("kw_for")),
        Part::Approver => format!("{} owner", word("kw_by")),
        Part::Judge => format!("{} owner", word("kw_to")),
        Part::Due => format!("{}{}", word("kw_due"), pick(" 2d", "2天")),
        Part::Within => format!("{}{}", word("kw_within"), pick(" 24h", "24小时")),
        Part::Per => format!("{} {}", word("kw_per"), pick("week", "周")),
        Part::By => format!("{} {}(message.posted)", word("kw_by"), pick("count", "数量")),
        Part::Do => format!("{} {} welcome", word("kw_do"), word("kw_post")),
        Part::AtTime => format!("{} 10:00", word("kw_at")),
        Part::ChangePolicy => format!("{} {}", word("kw_on_change"), pick("pin", "固定")),
        Part::Content | Part::Else | Part::Scope | Part::Words => String::new(),
    }
}

fn scopes(word: &str, tongue: Tongue) -> Vec<String> {
    let scopes = match tongue {
        Tongue::Chinese => ["成员 在 群", "成员", "群", "社群"],
        Tongue::English => ["member in group", "member", "group", "community"],
    };
    scopes.map(|scope| format!("{word} {scope}")).to_vec()
}
