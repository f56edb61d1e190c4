//! # suppression-unused
//!
//! A comment `# allow(name) reason="…"` lets a finding stand that is no longer there, or never was.
//!
//! Avoid:
//!
//! ```sop avoid
//! # allow(message-unused) reason="used from the autumn on"
//! message hello for member "Hello, {member.name}."
//! rule greet for member { on survey.answered  do dm hello }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! message hello for member "Hello, {member.name}."
//! rule greet for member { on survey.answered  do dm hello }
//! ```
//!
//! Why: a suppression that hides nothing today hides the next real finding tomorrow.
//!
//! Lints that are not selected are not asked, so their suppressions are left alone.
//!
//! # suppression-expired
//!
//! The day after `until` has come: the findings are told again.
//!
//! Avoid:
//!
//! ```sop avoid
//! # allow(message-unused) reason="used from the autumn on" until=2026-10-01
//! message hello for member "Hello, {member.name}."
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! # allow(message-unused) reason="used from the autumn on" until=2027-10-01
//! message hello for member "Hello, {member.name}."
//! ```
//!
//! Why: a date was set so that somebody looks again.
//!
//! # suppression-invalid
//!
//! A suppression without a reason, with a name that is no lint, or with something that cannot be read. It hides nothing.
//!
//! Avoid:
//!
//! ```sop avoid
//! # allow(mesage-unused) reason="used from the autumn on"
//! message hello for member "Hello, {member.name}."
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! # allow(message-unused) reason="used from the autumn on"
//! message hello for member "Hello, {member.name}."
//! ```
//!
//! Why: whoever reads the playbook next wants to know why a finding stands.

use crate::l10n::Text;
use crate::lint::allow::Allow;
use crate::lint::{Finding, Selection, lint_named, nearest};
use chrono::NaiveDate;

/// What is to be said about one suppression; `used` tells which of its names hid something.
pub(in crate::lint) fn about(allow: &Allow, used: &[bool], selection: &Selection, today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |name: &str, finding: Finding| {
        if let Some(lint) = lint_named(name).filter(|lint| selection.has(lint.name)) {
            found.push(Finding { lint: lint.name, group: lint.group, ..finding });
        }
    };
    for (name, at) in allow.names.iter().filter(|(name, _)| lint_named(name).is_none()) {
        let text = Text::new("suppression-invalid-name").with("name", name.as_str());
        let text = text.with("near", nearest(name).unwrap_or("-"));
        say("suppression-invalid", Finding::new(text, *at));
    }
    if allow.broken || allow.names.is_empty() {
        say("suppression-invalid", Finding::new(Text::new("suppression-invalid-form"), allow.span));
        return found;
    }
    if allow.reason.is_none() {
        say("suppression-invalid", Finding::new(Text::new("suppression-invalid-reason"), allow.span));
        return found;
    }
    if let Some(until) = allow.until.filter(|until| *until < today) {
        let text = Text::new("suppression-expired").with("date", until.to_string());
        let finding = Finding::new(text, allow.span).mended_by(false, vec![(allow.span, String::new())]);
        say("suppression-expired", finding);
        return found;
    }
    for ((name, at), _) in allow.names.iter().zip(used).filter(|(_, used)| !**used) {
        let Some(lint) = lint_named(name).filter(|lint| selection.has(lint.name)) else { continue };
        let finding = Finding::new(Text::new("suppression-unused").with("name", lint.name), *at);
        let alone = allow.names.len() == 1;
        let mended = if alone { finding.mended_by(true, vec![(allow.span, String::new())]) } else { finding };
        say("suppression-unused", mended);
    }
    found
}
