//! What waits for people, for those who look on from outside: open tasks, actions that need an approval.

use super::decision::DecisionId;
use super::hold::Until;
use super::program::Program;
use super::ready::Pending;
use super::state::State;
use crate::plan::LimitElse;
use crate::plan::ids::NameId;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::ops::{Deref, DerefMut};

/// Something whose changes are counted: who keeps a copy sees whether it may have changed since.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Noted<T> {
    value: T,
    changes: u64,
}

impl<T> Deref for Noted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Noted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changes += 1;
        &mut self.value
    }
}

/// What people are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// A task to be done.
    Task,
    /// A word on an action.
    Approval,
}

/// Something that waits for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The id of the decision.
    pub id: DecisionId,
    /// What people are waited for.
    pub sort: WaitsFor,
    /// Whose turn it is; a declared role.
    pub role: Option<NameId>,
    /// When a task is due, or until when a word is waited for.
    pub until: Instant,
    /// Whether a task is overdue.
    pub overdue: bool,
}

impl State {
    /// Grows whenever what waits may have changed.
    #[must_use]
    pub fn waiting_changes(&self) -> u64 {
        self.tasks.changes.wrapping_add(self.holds.changes)
    }

    /// All that waits for people, in the order in which it came about.
    pub fn waiting<'s>(&'s self, program: &'s Program) -> impl Iterator<Item = Waiting> + 's {
        let tasks = self.tasks.values().map(|task| Waiting {
            id: task.id,
            sort: WaitsFor::Task,
            role: Some(task.role),
            until: task.due,
            overdue: task.overdue,
        });
        let held = self.holds.values().filter(|hold| hold.until != Until::Allowed);
        let approvals = held.flat_map(|hold| hold.actions.iter().map(move |action| (hold, action)));
        tasks.chain(approvals.map(|(hold, action)| Waiting {
            id: action.id,
            sort: WaitsFor::Approval,
            role: program.whose_word(action, hold.until),
            until: hold.at,
            overdue: false,
        }))
    }
}

impl Program {
    /// By whom an action is to be approved.
    fn whose_word(&self, action: &Pending, until: Until) -> Option<NameId> {
        match until {
            Until::Allowed => None,
            Until::Waived(limit) => match self.plan.limits.get(limit.index())?.otherwise {
                LimitElse::Hold { role, .. } => Some(role),
                LimitElse::Skip | LimitElse::Defer => None,
            },
            Until::Approved { .. } => {
                self.plan.effects.get(action.ready.effect.index())?.approval.as_ref().map(|approval| approval.role)
            }
        }
    }
}
