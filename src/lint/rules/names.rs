//! # confusable-names
//!
//! Two names that look the same, or nearly so, though they are spelt with other letters: `vip` beside `vіp` with a Cyrillic
//! `і`, `读书` beside a variant of it.
//!
//! Avoid:
//!
//! ```sop avoid
//! tag vіp
//! rule praise for member { on purchase.made  do tag vіp }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule praise for member { on purchase.made  do tag vip }
//! ```
//!
//! Why: one of the two is set and the other one read, and nobody sees it. The shapes are those of Unicode Technical
//! Standard 39.
//!
//! # person-by-id
//!
//! A condition names one person or one group by its id.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule chief for member in group {
//!   on message.posted
//!   when member.id == "wx_8831"
//!   do tag vip
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule chief for member in group {
//!   on message.posted
//!   when member is owner
//!   do tag vip
//! }
//! ```
//!
//! Why: people come and go, roles stay; a procedure names offices, the directory says who holds them. Names, too, are
//! chosen by their bearers: a condition on `member.name` can be met by anybody who takes that name.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::{Book, head};
use crate::lint::walk;
use crate::syntax::span::Span;
use crate::syntax::tree::{Expr, ExprKind, Item, ItemKind, Op, TextPart};
use std::collections::BTreeMap;
use unicode_security::confusable_detection::skeleton;

/// Every name that the playbook declares, with its place.
pub(super) fn declared(item: &Item) -> Vec<(String, Span)> {
    let mut names: Vec<(String, Span)> = Vec::new();
    let mut word = |word: &crate::syntax::tree::Word| names.push((word.text.clone(), word.span));
    match &item.kind {
        ItemKind::Words(_, words) => words.iter().for_each(word),
        ItemKind::Voice { name, .. }
        | ItemKind::Field { name, .. }
        | ItemKind::Action { name, .. }
        | ItemKind::Pool { name, .. }
        | ItemKind::Let { name, .. } => word(name),
        ItemKind::Message(message) => word(&message.name),
        ItemKind::Event { name, fields, .. } => {
            let whole = name.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".");
            fields.iter().for_each(|field| word(&field.name));
            names.push((whole, name.span));
        }
        ItemKind::Tiers(tiers) => {
            word(&tiers.head.name);
            tiers.levels.iter().for_each(|level| word(&level.name));
        }
        _ => head(item).into_iter().for_each(|head| word(&head.name)),
    }
    names
}

pub(super) fn confusable(book: &Book<'_>) -> Vec<Finding> {
    let mut shapes: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, span) in book.tree.items.iter().flat_map(declared) {
        let shape: String = skeleton(&name).collect();
        match shapes.get(&shape) {
            Some((other, first)) if *other != name => {
                let text = Text::new("confusable-names").with("name", name.as_str()).with("other", other.as_str());
                found.push(Finding::new(text, span).and(*first, "other"));
            }
            Some(_) => {}
            None => _ = shapes.insert(shape, (name, span)),
        }
    }
    found
}

pub(super) fn by_id(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for item in &book.tree.items {
        walk::exprs(item, &mut |expr| {
            let ExprKind::Binary { op: Op::Equal | Op::NotEqual | Op::In, left, right } = &expr.kind else { return };
            for (one, other) in [(left, right), (right, left)] {
                if let (Some(who), Some(what)) = (person(one), fixed(other)) {
                    let text = Text::new("person-by-id").with("who", who).with("what", what);
                    found.push(Finding::new(text, expr.span));
                }
            }
        });
    }
    found
}

/// `member.id`, `group.name`, …
fn person(expr: &Expr) -> Option<String> {
    let ExprKind::Path(path) = &expr.kind else { return None };
    let [who, what] = path.words.as_slice() else { return None };
    let person = matches!(who.text.as_str(), "member" | "group") && matches!(what.text.as_str(), "id" | "name");
    person.then(|| format!("{}.{}", who.text, what.text))
}

/// A text, or a list of texts, without holes.
fn fixed(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => match text.parts.as_slice() {
            [TextPart::Words(words)] => Some(words.clone()),
            _ => None,
        },
        ExprKind::List(items) => items.iter().map(fixed).collect::<Option<Vec<_>>>().map(|all| all.join(", ")),
        _ => None,
    }
}
