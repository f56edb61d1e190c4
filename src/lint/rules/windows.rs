//! # window-unbounded
//!
//! A function that must keep every single value, of an event that comes all the time, without a window.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule known for member in group {
//!   on message.posted
//!   when distinct(message.posted.text_hash) >= 1000
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule known for member in group {
//!   on message.posted
//!   when distinct(message.posted.text_hash, last 90d) >= 1000
//!   do tag vip
//! }
//! ```
//!
//! Why: `distinct` and `list` remember every different value for ever, so memory grows with the log. `count`, `sum`,
//! `exists` and `since` keep a total alone and are not told.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::walk;
use crate::syntax::tree::ExprKind;

/// Events that come all the time.
const FREQUENT: [&str; 5] = ["message.posted", "reaction.added", "content.opened", "link.clicked", "purchase.made"];

pub(super) fn unbounded(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for item in &book.tree.items {
        walk::exprs(item, &mut |expr| {
            let ExprKind::Past(past) = &expr.kind else { return };
            let [a, b, field] = past.source.words.as_slice() else { return };
            let event = format!("{}.{}", a.text, b.text);
            let keeps = matches!(past.function.text.as_str(), "distinct" | "list");
            // There are only so many members and groups.
            let many = !matches!(field.text.as_str(), "member" | "group");
            if keeps && many && past.window.is_none() && FREQUENT.contains(&event.as_str()) {
                let text = Text::new("window-unbounded").with("event", event);
                found.push(Finding::new(text.with("function", past.function.text.as_str()), expr.span));
            }
        });
    }
    found
}
