//! Limits: what actions may not exceed.

use super::actions::BUILT_IN;
use super::env::Env;
use super::errors::{ItemError, NameError, ScopeError};
use super::lower::Lower;
use super::names::{Symbol, keys_of, scope_words};
use super::scopes::item_scope;
use super::types::Sort;
use crate::plan::ids::NameId;
use crate::plan::{self, Cap, CapPer, LimitElse, Scope};
use crate::syntax::tree::{self, LimitElseKind, Word};
use crate::time::Period;

/// Actions that concern a group and no member.
const OF_GROUPS: [&str; 3] = ["post", "announce", "dissolve"];

impl Lower<'_> {
    pub(crate) fn limit(&mut self, limit: &tree::Limit) {
        let Some(scope) = item_scope(limit.head.scope.as_ref()) else {
            return;
        };
        self.no_per_or_each(&limit.head, "noun-limit");
        let env = Env::of(scope, "place-limit");
        let subject = self.subject(&limit.head, scope, &env);
        let actions = self.limited(&limit.actions, scope);
        let counting = self.counted(&limit.counting);
        let class = limit.class.as_ref().and_then(|class| self.word_of(class, Sort::Class));
        let caps = limit.caps.iter().filter_map(|cap| self.cap(cap, "of-limit-time")).collect();
        let quiet = limit.quiet.iter().filter_map(|quiet| self.quiet(quiet)).collect();
        if limit.caps.is_empty() && limit.quiet.is_empty() {
            let wants = "wants-cap";
            self.error(ItemError::Empty { item: "noun-limit", wants, name: limit.head.name.clone() });
        }
        let otherwise = self.limit_else(limit);
        let (item, name) = (self.item_of(&limit.head).item, self.name(&limit.head.name.text));
        self.plan.limits.push(plan::Limit { item, name, subject, actions, class, counting, caps, quiet, otherwise });
    }

    fn limited(&mut self, actions: &[Word], scope: Scope) -> Vec<NameId> {
        let (member, _) = keys_of(scope);
        let mut ids = Vec::new();
        for action in actions {
            if member && OF_GROUPS.contains(&action.text.as_str()) {
                let scope = scope_words(scope);
                self.error(ScopeError::LimitScope { action: action.clone(), scope });
            }
            ids.extend(self.action_word(action));
        }
        ids
    }

    fn counted(&mut self, actions: &[Word]) -> Vec<NameId> {
        actions.iter().filter_map(|action| self.action_word(action)).collect()
    }

    /// The name of an action, built in or declared.
    pub(super) fn action_word(&mut self, word: &Word) -> Option<NameId> {
        let own = matches!(self.names.symbol(&word.text), Some(Symbol::Action(_)));
        if own || BUILT_IN.contains(&word.text.as_str()) {
            return Some(self.name(&word.text.replace(' ', "_")));
        }
        let mut available: Vec<String> = BUILT_IN.iter().map(|name| name.replace('_', " ")).collect();
        available.sort();
        available.dedup();
        available.extend(self.names.where_symbol(|symbol| matches!(symbol, Symbol::Action(_))));
        self.error(NameError::Unknown { what: "noun-action", name: word.clone(), available, declare: None });
        None
    }

    /// `at most N per D`; `what` is what the time is called in mistakes.
    pub(super) fn cap(&mut self, cap: &tree::Cap, what: &'static str) -> Option<Cap> {
        let most = self.whole(&cap.most, "of-at-most", 0);
        let per = match &cap.per {
            tree::CapPer::Duration(during) => CapPer::Trailing(self.duration(during, what)?),
            tree::CapPer::Word(word) => CapPer::Period(self.cap_period(word)?),
        };
        Some(Cap { most: most?, per })
    }

    fn cap_period(&mut self, word: &Word) -> Option<Period> {
        let period = match word.text.as_str() {
            "day" => Some(Period::Day),
            "week" => Some(Period::Week),
            "month" => Some(Period::Month),
            _ => None,
        };
        if period.is_none() {
            let available = vec!["day".to_owned(), "week".to_owned(), "month".to_owned()];
            self.error(NameError::Unknown { what: "noun-period", name: word.clone(), available, declare: None });
        }
        period
    }

    fn quiet(
        &mut self,
        (from, to, at): &(crate::time::TimeOfDay, crate::time::TimeOfDay, crate::syntax::span::Span),
    ) -> Option<(crate::time::TimeOfDay, crate::time::TimeOfDay)> {
        if from == to {
            self.error(ItemError::QuietAllDay { at: *at, time: from.to_string() });
            return None;
        }
        Some((*from, *to))
    }

    fn limit_else(&mut self, limit: &tree::Limit) -> LimitElse {
        match limit.otherwise.as_ref().map(|otherwise| (&otherwise.kind, otherwise.span)) {
            Some((LimitElseKind::Skip, _)) => LimitElse::Skip,
            Some((LimitElseKind::Defer, _)) => LimitElse::Defer,
            Some((LimitElseKind::Hold { role, within: Some(within) }, _)) => {
                let role = self.role(role);
                let within = self.duration(within, "of-approval-time").unwrap_or_default();
                LimitElse::Hold { role, within }
            }
            Some((LimitElseKind::Hold { role, within: None }, at)) => {
                self.error(ItemError::HoldWithin { at, role: role.text.clone() });
                LimitElse::Skip
            }
            Some((LimitElseKind::Unknown(word), _)) => {
                let available = vec!["skip".to_owned(), "defer".to_owned(), "hold".to_owned()];
                self.error(NameError::Unknown { what: "noun-choice", name: word.clone(), available, declare: None });
                LimitElse::Skip
            }
            None => {
                self.error(ItemError::LimitNeedsElse { name: limit.head.name.clone() });
                LimitElse::Skip
            }
        }
    }
}
