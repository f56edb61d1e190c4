//! Tiers: ordered levels with promotion, review and demotion.

use super::env::{Env, EventEnv};
use super::errors::ItemError;
use super::lower::{ItemCounter, Lower};
use super::names::Symbol;
use super::operators::comparison_of;
use super::scopes::item_scope;
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::{KindId, LatchId};
use crate::plan::{self, Handler, Latch, LatchSort, ScheduledWork, Scope, Subject};
use crate::syntax::tree::{Action, Tiers};

impl Lower<'_> {
    pub(crate) fn tiers_item(&mut self, tiers: &Tiers) {
        let Some(scope) = item_scope(tiers.head.scope.as_ref()) else {
            return;
        };
        let Some(Symbol::Tiers(id)) = self.names.symbol(&tiers.head.name.text) else {
            return;
        };
        self.no_per_or_each(&tiers.head, "noun-tiers");
        let env = Env::of(scope, "place-tiers");
        let subject = self.subject(&tiers.head, scope, &env);
        let levels = self.levels(tiers, &env);
        let latch = LatchId(super::lower::number(self.plan.latches.len()));
        let demote_after = self.demote_after(tiers);
        let mut item = self.item_of(&tiers.head);
        let sort = LatchSort::Tiers(id);
        let latch_item = item.item;
        self.plan.latches.push(Latch {
            item: latch_item,
            subject: subject.clone(),
            sort,
            levels,
            wakes: Vec::new(),
            demote_after,
        });
        let (name, levels) = (self.name(&tiers.head.name.text), self.level_names(tiers));
        self.plan.tiers.push(plan::Tiers { name, levels, latch });
        if let Some(review) = tiers.review.as_ref().and_then(|review| self.schedule(review)) {
            self.scheduled(review, latch_item, ScheduledWork::Review(latch));
        }
        self.on_change(tiers, scope, &mut item);
    }

    fn level_names(&mut self, tiers: &Tiers) -> Vec<plan::ids::NameId> {
        tiers.levels.iter().map(|level| self.name(&level.name.text)).collect()
    }

    /// The conditions of all levels but the lowest, which has none.
    fn levels(&mut self, tiers: &Tiers, env: &Env<'_>) -> Vec<Expr> {
        let mut conditions = Vec::new();
        for (position, level) in tiers.levels.iter().enumerate() {
            match (&level.when, position) {
                (None, 0) => {}
                (Some(when), 0) => {
                    self.error(ItemError::LowestTierCondition { name: level.name.clone(), at: when.span });
                }
                (None, _) => self.error(ItemError::TierNeedsCondition { name: level.name.clone() }),
                (Some(when), _) => conditions.push(self.condition(when, env).expr),
            }
        }
        if tiers.levels.len() < 2 {
            let name = tiers.head.name.clone();
            self.error(ItemError::Empty { item: "noun-tiers", wants: "wants-levels", name });
        }
        conditions
    }

    /// Without a review nothing demotes; without a number the first failed review does.
    fn demote_after(&mut self, tiers: &Tiers) -> Option<u32> {
        let reviews = tiers.demote_after.as_ref().map(|after| self.whole(after, "of-reviews", 1));
        match (&tiers.review, reviews) {
            (None, Some(_)) => {
                let at = tiers.demote_after.as_ref().map_or(tiers.head.name.span, |after| after.span);
                self.error(ItemError::DemoteWithoutReview { at });
                None
            }
            (None, None) => None,
            (Some(_), reviews) => Some(reviews.flatten().unwrap_or(1)),
        }
    }

    fn on_change(&mut self, tiers: &Tiers, scope: Scope, item: &mut ItemCounter) {
        let Some(Symbol::Event(changed)) = self.names.symbol("tier.changed") else {
            return;
        };
        self.change(tiers, &tiers.on_promotion, Comparison::Greater, changed, scope, item);
        self.change(tiers, &tiers.on_demotion, Comparison::Less, changed, scope, item);
    }

    fn change(
        &mut self,
        tiers: &Tiers,
        actions: &[Action],
        direction: Comparison,
        changed: KindId,
        scope: Scope,
        item: &mut ItemCounter,
    ) {
        let Some(first) = actions.first() else {
            return;
        };
        let name = self.name(&tiers.head.name.text);
        let is_this = self.field_is(changed, "tiers", name);
        let (to, from) = (self.raw_field(changed, "to"), self.raw_field(changed, "from"));
        let when = Expr::And([is_this, comparison_of(direction, to, from).expr].into());
        let kinds = [(changed, tiers.head.name.span)];
        let env = Env { event: EventEnv::Kinds(&kinds), ..Env::of(scope, "place-tiers") };
        let handler = Handler {
            item: item.item,
            place: self.place(first.span),
            subject: Subject { scope, ..Subject::default() },
            events: vec![changed],
            silences: Vec::new(),
            when: Some(when),
            select: None,
            effects: self.actions(actions, &env, item),
            otherwise: Vec::new(),
            once: None,
        };
        self.push_handler(handler);
    }
}
