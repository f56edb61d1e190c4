//! Metrics: numbers sampled on a schedule.

use super::env::Env;
use super::errors::{EventError, ScopeError};
use super::lower::{Lower, number};
use super::names::{Progress, Symbol};
use super::scopes::item_scope;
use crate::plan::ids::{EffectId, MetricId};
use crate::plan::{Act, Effect, Handler, ScheduledWork, Subject};
use crate::syntax::tree::{Head, Schedule};

impl Lower<'_> {
    pub(crate) fn metric_item(&mut self, head: &Head, schedule: &Schedule) {
        let Some(scope) = item_scope(head.scope.as_ref()) else {
            return;
        };
        let Some(Symbol::Metric(id)) = self.names.symbol(&head.name.text) else {
            return;
        };
        let env = Env::of(scope, "place-metric");
        let filter = self.filter(head.where_.as_ref(), &env);
        if head.each {
            let at = head.scope.as_ref().map_or(head.name.span, |scope| scope.span);
            self.error(ScopeError::ClauseNotAllowed { clause: "for each", item: "noun-metric", at });
        }
        let schedule = self.schedule(schedule);
        let effects = vec![self.sample(head, id)];
        let item = self.item_of(head).item;
        let handler = Handler {
            item,
            place: self.place(head.name.span),
            subject: Subject { scope, filter, ..Subject::default() },
            events: Vec::new(),
            silences: Vec::new(),
            when: None,
            select: None,
            effects,
            otherwise: Vec::new(),
            once: None,
        };
        let handler = self.push_handler(handler);
        if let Some(schedule) = schedule {
            self.scheduled(schedule, item, ScheduledWork::Sample(vec![handler]));
        }
        self.per_is_counted(head, id);
    }

    fn sample(&mut self, head: &Head, metric: MetricId) -> EffectId {
        self.metric_type(metric);
        let value = match self.names.metrics.get(usize::from(metric.0)).map(|info| &info.progress) {
            Some(Progress::Done(value)) => value.clone(),
            _ => super::expr::unknown(),
        };
        let (item, place, name) = (self.item_of(head).item, self.place(head.name.span), self.name("sample"));
        let act = Act::Sample { metric, value };
        self.plan.effects.push(Effect { item, place, ordinal: 0, name, act, to: None, approval: None });
        EffectId(number(self.plan.effects.len() - 1))
    }

    /// A metric `per FIELD` must count something that carries the field.
    fn per_is_counted(&mut self, head: &Head, id: MetricId) {
        let metric = self.plan.metrics.get(usize::from(id.0));
        let unseen = metric.and_then(|metric| metric.per.as_ref()).is_some_and(|per| per.seen_in.is_empty());
        let field = head.per.as_ref().and_then(|per| per.words.last()).cloned();
        if let Some(field) = field
            && unseen
        {
            self.error(EventError::PerNotCounted { name: field, metric: head.name.text.clone() });
        }
    }
}
