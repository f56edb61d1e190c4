//! For programs; `qun schema diff` describes it.

use super::super::explain::outlook_json;
use super::super::{budgets, pretty};
use super::{Depth, Versions};
use crate::diff::Outcome;
use crate::diff::book::{Change, Lines};
use crate::diff::outcome::{BudgetRow, Decided, Differing, Load, Member, Root, Row};
use crate::engine::Outlook;
use crate::time::Zone;
use serde_json::{Value, json};

/// The document of two versions that are the same.
#[must_use]
pub fn same(versions: &Versions) -> String {
    pretty(&json!({ "version": 1, "old": versions.old, "new": versions.new, "same": true, "differs": false }))
}

/// `version` changes when a field changes its meaning or goes away.
#[must_use]
pub fn json(versions: &Versions, outcome: &Outcome, depth: Depth) -> String {
    let zone = outcome.zone;
    let causes = outcome
        .causes
        .iter()
        .map(|group| json!({ "change": root(group.root), "decisions": group.decisions, "members": group.members }));
    let mut document = json!({
        "version": 1,
        "old": versions.old,
        "new": versions.new,
        "same": false,
        "differs": outcome.differs(),
        "timezone": zone.name(),
        "events": outcome.events,
        "first": outcome.span.map(|(first, _)| zone.format(first)),
        "last": outcome.span.map(|(_, last)| zone.format(last)),
        "changes": outcome.changes.iter().map(change).collect::<Vec<_>>(),
        "decisions": {
            "before": outcome.decisions[0], "after": outcome.decisions[1],
            "same": outcome.same, "differing": outcome.differing,
        },
        "items": outcome.items.iter().map(item).collect::<Vec<_>>(),
        "causes": causes.collect::<Vec<_>>(),
        "members_ending_differently": outcome.members.len(),
        "members_ending_alike": outcome.alike,
        "budgets": outcome.budgets.iter().map(|row| budget(row, zone)).collect::<Vec<_>>(),
        "staff": outcome.staff.iter().map(load).collect::<Vec<_>>(),
    });
    let mut add =
        |name: &str, value: Value| document.as_object_mut().map(|fields| fields.insert(name.to_owned(), value));
    if depth > Depth::Summary {
        add("members", outcome.members.iter().map(|one| member(one, zone)).collect());
    }
    if depth == Depth::Full {
        add("differing", outcome.full.iter().map(|one| differing(one, zone)).collect());
    }
    pretty(&document)
}

/// The place of a change in the list, or nothing.
fn root(root: Root) -> Option<usize> {
    match root {
        Root::Change(at) => Some(at),
        Root::Unknown => None,
    }
}

fn change(change: &Change) -> Value {
    let lines =
        |lines: &Option<Lines>| lines.as_ref().map(|l| json!({ "file": l.file, "line": l.first, "text": l.text }));
    json!({
        "sort": change.sort, "name": change.name, "renamed_from": change.renamed_from,
        "old": lines(&change.old), "new": lines(&change.new),
    })
}

fn item(row: &Row) -> Value {
    json!({
        "sort": row.sort, "name": row.name, "renamed_from": row.renamed_from,
        "fired": { "before": row.fired[0], "after": row.fired[1] },
        "decisions": { "before": row.decisions[0], "after": row.decisions[1] },
        "differing": row.differing,
    })
}

fn load(load: &Load) -> Value {
    json!({ "role": load.role, "day": load.day, "before": load.tasks[0], "after": load.tasks[1] })
}

fn budget(row: &BudgetRow, zone: Zone) -> Value {
    let [before, after] = row.came_to.each_ref().map(|figures| figures.as_ref().map(|f| budgets::json(f, zone)));
    json!({ "name": row.name, "before": before, "after": after })
}

fn member(member: &Member, zone: Zone) -> Value {
    let [before, after] = &member.ends;
    json!({
        "member": member.member,
        "first": differing(&member.first, zone),
        "differing": member.differing,
        "before": end(before, member.messages[0], zone),
        "after": end(after, member.messages[1], zone),
    })
}

fn end(outlook: &Outlook, messages: u32, zone: Zone) -> Value {
    let mut end = outlook_json(outlook, zone);
    end.as_object_mut().map(|fields| fields.insert("messages".to_owned(), json!(messages)));
    end
}

fn differing(differing: &Differing, zone: Zone) -> Value {
    json!({
        "at": zone.format(differing.at),
        "item": differing.item,
        "action": differing.action,
        "group": differing.group,
        "member": differing.member,
        "old": differing.old.as_ref().map(decided),
        "new": differing.new.as_ref().map(decided),
        "change": root(differing.root),
        "follows": differing.follows,
    })
}

fn decided(side: &Decided) -> Value {
    let args: Value = serde_json::from_str(&side.args).unwrap_or_default();
    let reason = (!side.reason.is_empty()).then_some(&side.reason);
    json!({ "args": args, "status": side.status, "reason": reason, "source": side.source })
}
