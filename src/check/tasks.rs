//! Tasks for people, and the walk through all actions of an item.

use super::actions::At;
use super::env::Env;
use super::errors::ItemError;
use super::lower::{ItemCounter, Lower};
use super::types::Type;
use crate::plan;
use crate::syntax::span::Span;
use crate::syntax::tree::{Action, ActionKind, Due, Item, ItemKind, Task};

impl Lower<'_> {
    pub(crate) fn task(&mut self, task: &Task, at: &At<'_>, item: &mut ItemCounter) -> Option<plan::Task> {
        let name = task.name.as_ref().map(|name| self.name(&name.text));
        let title = self.template(&task.title, at.env);
        let role = self.role(&task.role);
        let due = self.due(&task.due, at.env, at.span);
        let otherwise = self.actions(&task.otherwise, at.env, item);
        Some(plan::Task { name, title, role, due: due?, otherwise })
    }

    fn due(&mut self, due: &Due, env: &Env<'_>, span: Span) -> Option<plan::Due> {
        Some(match due {
            Due::After(after) => plan::Due::After(self.argument(after, env, &Type::Duration, "of-task-time")),
            Due::At(time) => plan::Due::At(self.argument(time, env, &Type::Time, "of-task-due")),
            Due::Offset(offset) if env.flow.is_some() => plan::Due::Offset(*offset),
            Due::Offset(offset) => {
                let at = span;
                self.error(ItemError::OffsetOutsideFlow { at, offset: offset.to_string() });
                return None;
            }
        })
    }
}

/// Calls `f` with every action of an item, those of tasks included.
pub(crate) fn each_action(item: &Item, f: &mut dyn FnMut(&Action)) {
    match &item.kind {
        ItemKind::Rule(rule) => {
            for branch in &rule.branches {
                each(&branch.do_, f);
                each(&branch.otherwise, f);
            }
        }
        ItemKind::Flow(flow) => flow.steps.iter().for_each(|step| each(&step.do_, f)),
        ItemKind::Ladder(ladder) => ladder.steps.iter().for_each(|step| each(&step.do_, f)),
        ItemKind::Tiers(tiers) => {
            each(&tiers.on_promotion, f);
            each(&tiers.on_demotion, f);
        }
        ItemKind::Calendar { rows, .. } => rows.iter().for_each(|row| each(&row.do_, f)),
        _ => {}
    }
}

/// Calls `f` with actions and those that a task does when it is overdue.
pub(crate) fn each(actions: &[Action], f: &mut dyn FnMut(&Action)) {
    for action in actions {
        f(action);
        if let ActionKind::Task(task) = &action.kind {
            each(&task.otherwise, f);
        }
    }
}
