//! # message-missing-value
//!
//! A hole or an argument whose value may be missing, without `else`.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule hello for member in group {
//!   on member.joined
//!   do dm "You came by {event.channel}."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule hello for member in group {
//!   on member.joined
//!   do dm "You came by {event.channel else "chance"}."
//! }
//! ```
//!
//! Why: where the value is missing nothing is said at all. `qun check` warns of the same; here it can be let stand with a
//! reason.
//!
//! # message-secret
//!
//! A text with something that looks like a key, a token or a mobile number.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule help for member in group {
//!   on member.joined
//!   do dm "Call me: 13800138000."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule help for member in group {
//!   on member.joined
//!   do dm "Ask the owner of {group.name}."
//! }
//! ```
//!
//! Why: a playbook is read by many and kept for ever, and its texts go to everybody.
//!
//! # message-mention-all
//!
//! A text that mentions everybody.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule morning for group {
//!   every day at 08:30
//!   do post "@everyone Good morning!"
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule morning for group {
//!   every day at 08:30
//!   do post "Good morning!"
//! }
//! ```
//!
//! Why: what calls everybody each day is soon muted by everybody, and many platforms allow it only a few times a day.

use super::connector::{fixed, texts};
use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use regex::RegexSet;

pub(super) fn missing(book: &Book<'_>) -> Vec<Finding> {
    let warnings = book.warnings.iter().filter(|warning| warning.code == "may-be-missing");
    let found = warnings.filter_map(|warning| {
        let (span, _) = warning.labels.first()?;
        Some(Finding::new(Text::new("message-missing-value").with("written", book.written(*span)), *span))
    });
    found.collect()
}

/// What keys, tokens and mobile numbers look like.
const SECRETS: [&str; 6] = [
    r"\b1[3-9]\d{9}\b",
    r"\b(?:sk|pk|rk)[-_](?:live|test|proj)?[-_]?[A-Za-z0-9]{16,}",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}",
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    r"(?i)\b(?:key|token|secret|password|access_token)=[A-Za-z0-9_-]{8,}",
    r"\bAKIA[0-9A-Z]{16}\b",
];

pub(super) fn secret(book: &Book<'_>) -> Vec<Finding> {
    let Ok(secrets) = RegexSet::new(SECRETS) else { return Vec::new() };
    let told = texts(book).into_iter().filter(|(text, _)| secrets.is_match(&fixed(text)));
    told.map(|(_, span)| Finding::new(Text::new("message-secret"), span)).collect()
}

/// How platforms call everybody.
const EVERYBODY: [&str; 7] = ["@everyone", "@here", "@channel", "@all", "@所有人", "@全体成员", "@room"];

pub(super) fn everybody(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (text, span) in texts(book) {
        let words = fixed(text);
        if let Some(call) = EVERYBODY.iter().find(|call| words.contains(**call)) {
            found.push(Finding::new(Text::new("message-mention-all").with("call", *call), span));
        }
    }
    found
}
