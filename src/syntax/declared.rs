//! The names that a playbook declares. One that is spelt like the word for a built-in field or property is the playbook's
//! own, and no word of the table.

use super::keywords::{self, Sort, Tongue};
use super::tree::{Action, ActionKind, FieldDecl, Head, Item, ItemKind};
use std::collections::BTreeSet;

/// All names that some items declare.
#[must_use]
pub fn names<'i>(items: impl IntoIterator<Item = &'i Item>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        add_item(&mut names, &item.kind);
    }
    names
}

/// Whether one of the names is spelt like the Chinese word for a built-in field or property.
#[must_use]
pub fn has_twin(names: &BTreeSet<String>) -> bool {
    let mut chinese = names.iter().filter(|name| Tongue::of(name) == Tongue::Chinese);
    chinese.any(|name| [Sort::Field, Sort::Property].iter().any(|sort| keywords::row(*sort, name).is_some()))
}

fn add_item(names: &mut BTreeSet<String>, kind: &ItemKind) {
    match kind {
        ItemKind::Words(_, words) => names.extend(words.iter().map(|word| word.text.clone())),
        ItemKind::Event { name, fields, .. } => {
            // A built-in event that is declared again adds fields alone.
            names.extend(name.words.first().filter(|_| name.words.len() == 1).map(|word| word.text.clone()));
            add_fields(names, fields);
        }
        ItemKind::Voice { name, .. }
        | ItemKind::Field { name, .. }
        | ItemKind::Pool { name, .. }
        | ItemKind::Let { name, .. } => add(names, &name.text),
        ItemKind::Action { name, params } => {
            add(names, &name.text);
            add_fields(names, params);
        }
        ItemKind::Message(message) => {
            add(names, &message.name.text);
            add_fields(names, &message.params);
        }
        ItemKind::Community(_) => {}
        other => add_subject_item(names, other),
    }
}

fn add_subject_item(names: &mut BTreeSet<String>, kind: &ItemKind) {
    match kind {
        ItemKind::Segment { head, .. } | ItemKind::Metric { head, .. } => add_head(names, head),
        ItemKind::Calendar { head, rows } => {
            add_head(names, head);
            rows.iter().for_each(|row| add_tasks(names, &row.do_));
        }
        ItemKind::Rule(rule) => {
            add_head(names, &rule.head);
            rule.branches.iter().for_each(|branch| {
                add_tasks(names, &branch.do_);
                add_tasks(names, &branch.otherwise);
            });
        }
        ItemKind::Flow(flow) => {
            add_head(names, &flow.head);
            flow.steps.iter().for_each(|step| add_tasks(names, &step.do_));
        }
        ItemKind::Ladder(ladder) => {
            add_head(names, &ladder.head);
            ladder.steps.iter().for_each(|step| add_tasks(names, &step.do_));
        }
        ItemKind::Tiers(tiers) => {
            add_head(names, &tiers.head);
            names.extend(tiers.levels.iter().map(|level| level.name.text.clone()));
            add_tasks(names, &tiers.on_promotion);
            add_tasks(names, &tiers.on_demotion);
        }
        ItemKind::Limit(limit) => add_head(names, &limit.head),
        ItemKind::Budget(budget) => add_head(names, &budget.head),
        _ => {}
    }
}

fn add(names: &mut BTreeSet<String>, name: &str) {
    names.insert(name.to_owned());
}

fn add_head(names: &mut BTreeSet<String>, head: &Head) {
    add(names, &head.name.text);
    add_fields(names, &head.params);
}

fn add_fields(names: &mut BTreeSet<String>, fields: &[FieldDecl]) {
    names.extend(fields.iter().map(|field| field.name.text.clone()));
}

fn add_tasks(names: &mut BTreeSet<String>, actions: &[Action]) {
    for action in actions {
        if let ActionKind::Task(task) = &action.kind {
            names.extend(task.name.iter().map(|name| name.text.clone()));
            add_tasks(names, &task.otherwise);
        }
    }
}
