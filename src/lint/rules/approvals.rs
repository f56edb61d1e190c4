//! # approval-nobody
//!
//! A task, an approval or an appeal for a role that nobody in the directory (`--directory FILE`) holds.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule chat for member in group {
//!   on message.reported
//!   do task "Talk to {member.name}" for admin due 1d
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule chat for member in group {
//!   on message.reported
//!   do task "Talk to {member.name}" for owner due 1d
//! }
//! ```
//!
//! Why: the task is given to nobody, and an approval that nobody can give ends as its `else` says. The examples are linted
//! with a directory in which one member is `owner`. Roles that a log grants later are not known here: let the finding stand
//! with a reason, or put the holder into the directory.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::walk;
use crate::syntax::tree::{ActionKind, ItemKind, LimitElseKind, Word};
use std::collections::BTreeSet;

pub(super) fn nobody(book: &Book<'_>) -> Vec<Finding> {
    let Some(directory) = book.directory else { return Vec::new() };
    let everywhere = directory.members.iter().flat_map(|member| &member.roles);
    let in_groups = directory.members.iter().flat_map(|member| member.groups.iter().flat_map(|of| &of.roles));
    let mut held: BTreeSet<&str> = everywhere.chain(in_groups).map(|role| book.name(*role)).collect();
    if directory.groups.iter().any(|group| group.owner.is_some()) {
        held.insert("owner");
    }
    let mut found = Vec::new();
    for role in asked(book).into_iter().filter(|role| !held.contains(role.text.as_str())) {
        found.push(Finding::new(Text::new("approval-nobody").with("role", role.text.as_str()), role.span));
    }
    found
}

/// The roles that are asked to do or decide something.
fn asked<'a>(book: &Book<'a>) -> Vec<&'a Word> {
    let mut found = Vec::new();
    for item in &book.tree.items {
        match &item.kind {
            ItemKind::Ladder(ladder) => found.extend(ladder.appeal.as_ref().map(|appeal| &appeal.role)),
            ItemKind::Limit(limit) => {
                if let Some(LimitElseKind::Hold { role, .. }) = limit.otherwise.as_ref().map(|other| &other.kind) {
                    found.push(role);
                }
            }
            _ => {}
        }
        walk::actions(item, &mut |action| {
            found.extend(action.approval.as_ref().map(|approval| &approval.role));
            if let ActionKind::Task(task) = &action.kind {
                found.push(&task.role);
            }
        });
    }
    found
}
