//! Words for parts that are missing.

use super::super::error::Part;
use super::super::keywords::{self, Tongue};
use super::Said;

pub(super) fn said(part: Part, of: &str, tongue: Tongue) -> Said {
    let word = |rule: &str| keywords::of_rule(rule).map_or("", |row| row.in_tongue(tongue));
    let of = match keywords::TABLE.iter().find(|row| row.english == of) {
        Some(row) => row.in_tongue(tongue),
        None => of,
    };
    let (headline, label) = headline(part, of);
    Said::new("missing-part", headline, label).help(help(part, of, tongue, word))
}

fn headline(part: Part, of: &str) -> (String, &'static str) {
    match part {
        Part::Content => (format!("`{of}` says nothing"), "what should be said?"),
        Part::Duration => (format!("`{of}` has no duration"), "for how long?"),
        Part::Role => (format!("`{of}` is for nobody"), "for whom?"),
        Part::Approver => (format!("`{of}` names nobody"), "by whom?"),
        Part::Judge => (format!("`{of}` goes to nobody"), "to whom?"),
        Part::Due => (format!("`{of}` has no time by which it is due"), "due when?"),
        Part::Within => (format!("`{of}` has no end"), "within what time?"),
        Part::Per => (format!("`{of}` does not say in what time"), "how many in what time?"),
        Part::By => (format!("`{of}` does not say what is measured"), "by what?"),
        Part::Do if of.is_empty() => ("nothing is done".to_owned(), "actions are needed here"),
        Part::Do => (format!("nothing is done after `{of}`"), "actions are needed here"),
        Part::Else => (format!("`{of}` has no other branch"), "and if not?"),
        Part::Scope => (format!("`{of}` does not say what it is about"), "about whom?"),
        Part::AtTime => (format!("`{of}` has no time of the day"), "at what time?"),
        Part::Words => (format!("`{of}` has no words"), "what does it say?"),
    }
}

fn help(part: Part, of: &str, tongue: Tongue, word: impl Fn(&str) -> &'static str) -> String {
    let chinese = tongue == Tongue::Chinese;
    match part {
        Part::Content => {
            format!("name a message or write a text, as in `{of} \"…\"`, or `{of} {} POOL`", word("kw_from"))
        }
        Part::Duration => format!("write `{of}{}`", if chinese { "1天" } else { " 1d" }),
        Part::Role => format!("add a role, as in `{} owner`", word("kw_for")),
        Part::Approver => format!("add a role, as in `{} owner`", word("kw_by")),
        Part::Judge => format!("add a role, as in `{} owner`", word("kw_to")),
        Part::Due => format!("add a duration, as in `{}{}`", word("kw_due"), if chinese { "2天" } else { " 2d" }),
        Part::Within => {
            format!("add a duration, as in `{}{}`", word("kw_within"), if chinese { "24小时" } else { " 24h" })
        }
        Part::Per => format!("add a period, as in `{} {}`", word("kw_per"), if chinese { "周" } else { "week" }),
        Part::By => format!(
            "add what counts, as in `{} {}(message.posted)`",
            word("kw_by"),
            if chinese { "数量" } else { "count" }
        ),
        Part::Do => {
            format!("add `{}` and an action, as in `{} {} welcome`", word("kw_do"), word("kw_do"), word("kw_post"))
        }
        Part::Else => format!("add `{}` and a value; a choice within a choice stands in parentheses", word("kw_else")),
        Part::Scope => scopes(word("kw_for"), chinese),
        Part::AtTime => format!("add a time, as in `{} 10:00`", word("kw_at")),
        Part::Words => format!("add a text in quotes, or `{} \"content/file.yaml\"`", word("kw_from")),
    }
}

fn scopes(word: &str, chinese: bool) -> String {
    let scopes = if chinese {
        ["成员 在 群", "成员", "群", "社群"]
    } else {
        ["member in group", "member", "group", "community"]
    };
    format!("add one of {}", scopes.map(|scope| format!("`{word} {scope}`")).join(", "))
}
