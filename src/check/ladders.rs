//! Ladders: strikes that add up and fade, and what each threshold does.

use super::env::{Env, EventEnv};
use super::errors::{ItemError, ScopeError};
use super::lower::{ItemCounter, Lower};
use super::names::Symbol;
use super::operators::comparison_of;
use super::scopes::item_scope;
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::{HandlerId, KindId, NameId};
use crate::plan::value::Value;
use crate::plan::{self, Fading, Handler, Scope, Subject, Tally};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Ladder};
use rust_decimal::Decimal;

impl Lower<'_> {
    pub(crate) fn ladder_item(&mut self, ladder: &Ladder) {
        let Some(scope) = item_scope(ladder.head.scope.as_ref()) else {
            return;
        };
        self.no_per_or_each(&ladder.head, "noun-ladder");
        if !matches!(scope, Scope::Member | Scope::Membership) {
            let at = ladder.head.scope.as_ref().map_or(ladder.head.name.span, |scope| scope.span);
            self.error(ScopeError::LadderScope { at });
        }
        let Some(Symbol::Event(strike)) = self.names.symbol("strike.given") else {
            return;
        };
        let fading = self.fading(ladder);
        let steps = self.ladder_steps(ladder, scope, strike);
        let appeal = ladder.appeal.as_ref().and_then(|appeal| self.appeal(appeal));
        let (item, name) = (self.item_of(&ladder.head).item, self.name(&ladder.head.name.text));
        self.plan.tallies.push(Tally { item, name, scope, fading, steps, appeal });
    }

    fn appeal(&mut self, appeal: &tree::Appeal) -> Option<plan::Appeal> {
        let role = self.role(&appeal.role);
        let within = self.duration(&appeal.within, "of-appeal-time")?;
        let place = self.place(appeal.span);
        Some(plan::Appeal { within, role, place })
    }

    fn fading(&mut self, ladder: &Ladder) -> Fading {
        if let Some((_, second)) = ladder.fading.get(1) {
            self.error(ItemError::Twice { clause: "strikes", item: "noun-ladder", at: *second });
        }
        let fading = match ladder.fading.first() {
            None | Some((tree::Fading::Never, _)) => Some(Fading::Never),
            Some((tree::Fading::Last(during), _)) => self.duration(during, "of-strikes-last").map(Fading::Last),
            Some((tree::Fading::ClearedAfter(during), _)) => {
                self.duration(during, "of-strikes-cleared").map(Fading::ClearedAfter)
            }
            Some((tree::Fading::Fade { amount, per }, _)) => {
                let amount = self.whole(amount, "of-strikes-fade", 1);
                let per = self.duration(per, "of-strikes-fade-time");
                amount.zip(per).map(|(amount, per)| Fading::Fade { amount, per })
            }
        };
        fading.unwrap_or(Fading::Never)
    }

    fn ladder_steps(&mut self, ladder: &Ladder, scope: Scope, strike: KindId) -> Vec<(u32, HandlerId)> {
        let thresholds: Vec<Option<u32>> =
            ladder.steps.iter().map(|step| self.whole(&step.at, "of-step-threshold", 1)).collect();
        self.ascending(ladder, &thresholds);
        let kinds = [(strike, ladder.head.name.span)];
        let env =
            Env { event: EventEnv::Kinds(&kinds), strike: Some(strike), group: true, ..Env::of(scope, "place-ladder") };
        let subject = self.ladder_subject(ladder, scope, &env);
        let mut item = self.item_of(&ladder.head);
        let mut steps = Vec::new();
        for (position, step) in ladder.steps.iter().enumerate() {
            let at = thresholds.get(position).copied().flatten().unwrap_or(1);
            let next = thresholds.get(position + 1).copied().flatten();
            let when = self.reached(&ladder.head.name.text, strike, at, next);
            let handler = self.step_handler(step, when, &subject, &env, &mut item, strike);
            steps.push((at, self.push_handler(handler)));
        }
        steps
    }

    fn ladder_subject(&mut self, ladder: &Ladder, scope: Scope, env: &Env<'_>) -> Subject {
        let subject = self.subject(&ladder.head, scope, env);
        Subject { with_group: scope == Scope::Member, ..subject }
    }

    fn step_handler(
        &mut self,
        step: &tree::LadderStep,
        when: Expr,
        subject: &Subject,
        env: &Env<'_>,
        item: &mut ItemCounter,
        strike: KindId,
    ) -> Handler {
        if step.do_.is_empty() {
            self.error(ItemError::NothingDone { at: step.span });
        }
        Handler {
            item: item.item,
            place: self.place(step.span),
            subject: subject.clone(),
            events: vec![strike],
            silences: Vec::new(),
            when: Some(when),
            select: None,
            effects: self.actions(&step.do_, env, item),
            otherwise: Vec::new(),
            once: None,
        }
    }

    fn ascending(&mut self, ladder: &Ladder, thresholds: &[Option<u32>]) {
        let mut highest: Option<(u32, Span)> = None;
        for (step, at) in ladder.steps.iter().zip(thresholds) {
            let Some(at) = at else {
                continue;
            };
            match highest {
                Some((known, first)) if *at <= known => {
                    self.error(ItemError::NotAscending { at: step.at.span, threshold: *at, before: known, first });
                }
                _ => highest = Some((*at, step.at.span)),
            }
        }
        if ladder.steps.is_empty() {
            self.error(ItemError::Empty { item: "noun-ladder", wants: "wants-step", name: ladder.head.name.clone() });
        }
    }

    /// The strike was on this ladder, and the total lies between this threshold and the next.
    fn reached(&mut self, ladder: &str, strike: KindId, at: u32, next: Option<u32>) -> Expr {
        let name = self.name(ladder);
        let is_ladder = self.field_is(strike, "ladder", name);
        let total = self.raw_field(strike, "total");
        let number = |n: u32| Expr::Const(Value::Number(Decimal::from(n)));
        let in_range = match next {
            Some(next) => Expr::Between {
                value: Box::new(total),
                low: Box::new(number(at)),
                high: Box::new(number(next.saturating_sub(1))),
                half_open: false,
            },
            None => comparison_of(Comparison::GreaterOrEqual, total, number(at)).expr,
        };
        Expr::And([is_ladder, in_range].into())
    }

    /// `event.FIELD == NAME`
    pub(crate) fn field_is(&mut self, kind: KindId, field: &str, name: NameId) -> Expr {
        let field = self.raw_field(kind, field);
        comparison_of(Comparison::Equal, field, Expr::Const(Value::Name(name))).expr
    }

    /// A field of an event of one kind.
    pub(crate) fn raw_field(&mut self, kind: KindId, field: &str) -> Expr {
        let Some((position, _)) = self.position(kind, field) else {
            return super::expr::unknown();
        };
        self.use_field(kind, position);
        Expr::EventField([(kind, position)].into())
    }
}
