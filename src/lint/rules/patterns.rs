//! # regex-literal
//!
//! A regular expression that is a plain text: `contains` says the same and is easier to read.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule tea for member in group {
//!   on message.posted
//!   when event.text matches /tea/
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule tea for member in group {
//!   on message.posted
//!   when event.text contains "tea"
//!   do tag vip
//! }
//! ```
//!
//! Why: a reader of a pattern looks for what is special in it.
//!
//! # regex-always
//!
//! A regular expression that every text matches, because it can match nothing at all.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule links for member in group {
//!   on message.posted
//!   when event.text matches /(https?:)*/
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule links for member in group {
//!   on message.posted
//!   when event.text matches /https?:/
//!   do tag vip
//! }
//! ```
//!
//! Why: a pattern finds its text anywhere, so one that may be empty is found in every text; the condition only asks
//! whether there is a text. The witness is a message with a text of one full stop.

use super::conditions::comes_to;
use crate::l10n::Text;

use crate::lint::book::Book;
use crate::lint::walk;
use crate::lint::{Finding, Witness};
use crate::plan::value::Value;
use crate::plan::{expr as plan, walk as plan_walk};
use crate::syntax::tree::{Expr, ExprKind};
use regex::Regex;

/// Every `matches /…/` and every `let` that is a pattern.
fn matches<'a>(book: &Book<'a>) -> Vec<(&'a Expr, Option<&'a Expr>, &'a str)> {
    let mut found = Vec::new();
    for item in &book.tree.items {
        walk::exprs(item, &mut |expr| match &expr.kind {
            ExprKind::Matches { left, pattern } => {
                if let ExprKind::Regex(regex) = &pattern.kind {
                    found.push((expr, Some(&**left), regex.as_str()));
                }
            }
            ExprKind::Regex(regex) => found.push((expr, None, regex.as_str())),
            _ => {}
        });
    }
    found
}

pub(super) fn literal(book: &Book<'_>) -> Vec<Finding> {
    let special = |c: char| "\\.+*?()|[]{}^$\"“”".contains(c);
    let plain = |regex: &str| !regex.contains(special) && !regex.is_empty();
    let found = matches(book).into_iter().filter_map(|(expr, left, regex)| {
        let left = left.filter(|_| plain(regex))?;
        let text = Text::new("regex-literal").with("pattern", regex);
        let new = format!("{} contains \"{regex}\"", book.sources.slice(left.span));
        Some(Finding::new(text, expr.span).mended_by(true, vec![(expr.span, new)]))
    });
    found.collect()
}

pub(super) fn always(book: &Book<'_>) -> Vec<Finding> {
    let empty =
        |regex: &str| Regex::new(regex).is_ok_and(|regex| ["", ".", "\n", "群"].iter().all(|t| regex.is_match(t)));
    let nothing = |regex: &str| regex_syntax_matches_empty(regex);
    let found = matches(book).into_iter().filter(|(_, left, regex)| left.is_some() && empty(regex) && nothing(regex));
    found
        .map(|(expr, _, regex)| {
            let finding = Finding::new(Text::new("regex-always").with("pattern", regex), expr.span);
            finding.shown_by(book.sites.conditions.get(&expr.span).and_then(|expr| matched(book, expr)))
        })
        .collect()
}

/// An event with a text of one full stop, which the pattern matches.
fn matched(book: &Book<'_>, expr: &plan::Expr) -> Option<Witness> {
    let mut condition = expr.clone();
    // Where a function over the past asks, the events that it counts have the text.
    if let Some(series) = book
        .plan
        .series
        .iter()
        .find(|series| series.filter.as_ref().is_some_and(|filter| plan_walk::any(filter, |part| part == expr)))
    {
        plan_walk::all_mut(&mut condition, &mut |part| {
            if let plan::Expr::Row(position) = part {
                *part = plan::Expr::EventField([(series.kind, *position)].into());
            }
        });
    }
    let plan::Expr::Matches { value, .. } = &condition else { return None };
    let full_stop = plan::Expr::Compare {
        op: plan::Comparison::Equal,
        left: value.clone(),
        right: plan::Expr::Const(Value::text(".")).into(),
    };
    comes_to(book, &condition, true, &[full_stop])
}

/// Whether a pattern finds the empty text in the middle of anything: no anchor, no look around.
fn regex_syntax_matches_empty(regex: &str) -> bool {
    let anchored =
        regex.contains(['^', '$']) || ["\\b", "\\B", "\\A", "\\z", "\\<", "\\>"].iter().any(|a| regex.contains(a));
    !anchored && Regex::new(&format!("^(?:{regex})$")).is_ok_and(|regex| regex.is_match(""))
}
