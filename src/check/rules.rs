//! Rules: triggers, a condition, effects.

use super::env::{Env, EventEnv};
use super::errors::{ItemError, ScopeError, TypeError};
use super::lower::{ItemCounter, Lower};
use super::scopes::{carried, item_scope};
use super::subject::Kinds;
use super::types::Type;
use crate::plan::ids::{HandlerId, ItemId, KindId};
use crate::plan::{self, Handler, Scheduled, ScheduledWork, Scope, Select, SelectAmount, SelectBy, Silence, Subject};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Rule, Trigger};
use crate::time::Schedule;

/// What wakes a rule, lowered.
struct Triggers {
    kinds: Kinds,
    silences: Vec<Silence>,
    schedules: Vec<Schedule>,
    /// A trigger that brings no event.
    without: Option<(&'static str, Span)>,
}

impl Triggers {
    /// What `event` is in the rule.
    fn event(&self) -> EventEnv<'_> {
        match self.without {
            Some((what, span)) => EventEnv::Sometimes(what, span),
            None => EventEnv::Kinds(&self.kinds),
        }
    }

    fn ids(&self) -> Vec<KindId> {
        let mut ids: Vec<KindId> = Vec::new();
        for (id, _) in &self.kinds {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        ids
    }
}

impl Lower<'_> {
    pub(crate) fn rule(&mut self, rule: &Rule) {
        let Some(scope) = item_scope(rule.head.scope.as_ref()) else {
            return;
        };
        let triggers = self.rule_triggers(rule, scope);
        let env = Env { event: triggers.event(), ..Env::of(scope, "place-rule") };
        let subject = self.subject(&rule.head, scope, &env);
        let env = env.knowing(&subject.filter).with_known(&subject.per);
        let mut item = self.item_of(&rule.head);
        let handlers: Vec<HandlerId> = rule
            .branches
            .iter()
            .map(|branch| {
                let handler = self.branch(branch, rule.once.as_ref(), &triggers, &subject, &env, &mut item);
                self.push_handler(handler)
            })
            .collect();
        for schedule in triggers.schedules {
            self.scheduled(schedule, item.item, ScheduledWork::Handlers(handlers.clone()));
        }
    }

    /// Adds a schedule.
    pub(crate) fn scheduled(&mut self, schedule: Schedule, item: ItemId, what: ScheduledWork) {
        self.plan.schedules.push(Scheduled { schedule, item, what });
    }

    fn rule_triggers(&mut self, rule: &Rule, scope: Scope) -> Triggers {
        let mut triggers = Triggers { kinds: Kinds::new(), silences: Vec::new(), schedules: Vec::new(), without: None };
        if rule.triggers.is_empty() {
            self.error(ItemError::NoTrigger { name: rule.head.name.clone() });
        }
        for trigger in &rule.triggers {
            match trigger {
                Trigger::Event(path) => triggers.kinds.extend(self.triggers([path], scope, rule.head.each)),
                Trigger::Silence { event, during, span } => {
                    triggers.without = Some(("wakes-absence", *span));
                    triggers.silences.extend(self.silence(event, during, scope));
                }
                Trigger::Schedule(schedule) => {
                    triggers.without = Some(("wakes-schedule", schedule.span));
                    triggers.schedules.extend(self.schedule(schedule));
                }
            }
        }
        triggers
    }

    fn silence(&mut self, event: &tree::Path, during: &tree::Expr, scope: Scope) -> Option<Silence> {
        let kind = self.event(event);
        let during = self.duration(during, "of-silence");
        self.reaches(kind?, event.span, scope, false, true);
        Some(Silence { kind: kind?, during: during? })
    }

    fn branch(
        &mut self,
        branch: &tree::Branch,
        once: Option<&tree::Once>,
        triggers: &Triggers,
        subject: &Subject,
        env: &Env<'_>,
        item: &mut ItemCounter,
    ) -> Handler {
        let place = self.place(branch.span);
        let when = self.filter(branch.when.as_ref(), env);
        let select = branch.select.as_ref().and_then(|select| self.select(select, env));
        if branch.do_.is_empty() && branch.otherwise.is_empty() {
            self.error(ItemError::NothingDone { at: branch.span });
        }
        let effects = self.actions(&branch.do_, &env.knowing(&when), item);
        let otherwise = self.actions(&branch.otherwise, env, item);
        let once = once.and_then(|once| self.once(once));
        Handler {
            item: item.item,
            place,
            subject: subject.clone(),
            events: triggers.ids(),
            silences: triggers.silences.clone(),
            when,
            select,
            effects,
            otherwise,
            once,
        }
    }

    /// A memory of firings of its own.
    pub(crate) fn once(&mut self, once: &tree::Once) -> Option<plan::Once> {
        let per = match &once.per {
            Some(per) => Some(self.duration(per, "of-once-per")?),
            None => None,
        };
        Some(plan::Once { memory: self.new_once(), per })
    }

    fn select(&mut self, select: &tree::Select, env: &Env<'_>) -> Option<Select> {
        let by = match &select.kind {
            tree::SelectKind::Draw => SelectBy::Draw,
            tree::SelectKind::Top(by) => SelectBy::Top(self.ranking(by, env)),
        };
        let amount = self.select_amount(select, env)?;
        let per = match &select.per {
            Some(per) => self.select_scope(per, env)?,
            None => Scope::Community,
        };
        Some(Select { by, amount, per })
    }

    fn ranking(&mut self, by: &tree::Expr, env: &Env<'_>) -> crate::plan::expr::Expr {
        let typed = self.expr(by, env, &Type::Number);
        if !typed.ty.is_ordered() {
            let found = self.describe(&typed.ty);
            self.error(TypeError::NoOrder { at: by.span, found });
        }
        typed.expr
    }

    fn select_amount(&mut self, select: &tree::Select, env: &Env<'_>) -> Option<SelectAmount> {
        let typed = self.expr(&select.amount, env, &Type::Number);
        let draw = matches!(select.kind, tree::SelectKind::Draw);
        match typed.ty {
            Type::Percent if draw => {
                self.error(TypeError::DrawShare { at: select.amount.span });
                None
            }
            Type::Percent => Some(SelectAmount::Share(typed.expr)),
            Type::Number | Type::Error => Some(SelectAmount::Count(typed.expr)),
            found => {
                let found = self.describe(&found);
                self.error(TypeError::HowMany { at: select.amount.span, found });
                None
            }
        }
    }

    /// `per group`: within each group of the candidates.
    fn select_scope(&mut self, per: &tree::ScopeRef, env: &Env<'_>) -> Option<Scope> {
        if carried(per).is_none() {
            self.carried(per);
            return None;
        }
        match item_scope(Some(per)) {
            Some(Scope::Group) if !env.group => {
                self.key(env, "group", per.span);
                None
            }
            Some(scope @ (Scope::Group | Scope::Community)) => Some(scope),
            _ => {
                self.error(ScopeError::SelectPer { at: per.span });
                None
            }
        }
    }
}
