//! Budgets: what the actions that were done are measured against.

use super::env::Env;
use super::errors::ItemError;
use super::lower::Lower;
use super::scopes::item_scope;
use super::types::Sort;
use crate::plan::{self, BudgetCap};
use crate::syntax::tree;

impl Lower<'_> {
    pub(crate) fn budget(&mut self, budget: &tree::Budget) {
        let Some(scope) = item_scope(budget.head.scope.as_ref()) else {
            return;
        };
        self.no_per_or_each(&budget.head, "noun-budget");
        let env = Env::of(scope, "place-budget");
        let subject = self.subject(&budget.head, scope, &env);
        let actions = budget.actions.iter().filter_map(|action| self.action_word(action)).collect();
        let class = budget.class.as_ref().and_then(|class| self.word_of(class, Sort::Class));
        let caps = budget.caps.iter().filter_map(|cap| self.budget_cap(budget, cap)).collect();
        for (missing, wants) in [(budget.actions.is_empty(), "wants-actions"), (budget.caps.is_empty(), "wants-most")] {
            if missing {
                self.error(ItemError::Empty { item: "noun-budget", wants, name: budget.head.name.clone() });
            }
        }
        let (item, name) = (self.item_of(&budget.head).item, self.name(&budget.head.name.text));
        self.plan.budgets.push(plan::Budget { item, name, subject, actions, class, caps });
    }

    fn budget_cap(&mut self, budget: &tree::Budget, cap: &tree::BudgetCap) -> Option<BudgetCap> {
        if let Some(at) = cap.per_role
            && let Some(action) = budget.actions.iter().find(|action| action.text != "task")
        {
            self.error(ItemError::PerRoleOfAction { action: action.clone(), at });
        }
        self.cap(&cap.cap, "of-budget-time").map(|counted| BudgetCap { cap: counted, per_role: cap.per_role.is_some() })
    }
}
