//! How sure it is that a decision would have been made.
//!
//! A recorded log shows what people did while no playbook acted on them. Had this one acted, some of that could not have
//! happened: a muted member does not write. From the first event that a sanction would have prevented on, what the log
//! says and what would have been part ways, and [`Doubts`](super::doubts::Doubts) keep track of how far: whose events may
//! lack, which pasts hold some of them, and what the playbook itself did on the strength of such.
//!
//! *Certain* is meant to be never wrong, so wherever it is not known that nothing differs, a doubt stands.

use super::decision::Reason;
use super::eval::Scene;
use super::flow::Run;
use super::happening::{AtHand, Happening};
use super::program::Program;
use super::ready::{Pending, Ready};
use super::state::State;
use super::step::Step;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::{EffectId, HandlerId};
use crate::plan::{Act, Handler, Latch, walk};
use serde::{Deserialize, Serialize};

/// How sure it is that a decision would have been made, had the playbook acted while the log was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// All that it read is recorded fact, and no sanction of the playbook would have prevented any of it.
    #[default]
    Certain,
    /// It read what the playbook itself did, or what that may have changed: it holds if people had behaved as recorded.
    Depends,
    /// It read events that sanctions of the playbook would have prevented, or how people took what was never said to them.
    Unknowable,
}

impl Certainty {
    /// All of them, the surest first.
    pub const ALL: [Certainty; 3] = [Certainty::Certain, Certainty::Depends, Certainty::Unknowable];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Depends => "depends",
            Certainty::Unknowable => "unknowable",
        }
    }
}

impl State {
    /// Finds out how sure it is that a recorded event would have happened, and remembers where it would not.
    pub(super) fn doubt(&mut self, program: &Program, event: &mut Happening) {
        // Who decides is not whom it is about.
        if event.certainty == Certainty::Certain && !program.is_decided_by_id(event.kind) {
            event.certainty = self.doubts.of(event.keys());
        }
        if event.certainty > Certainty::Certain {
            self.doubts.spread(program.own.spread, event.keys());
        }
    }

    /// An event is left out, since the playbook has put its member out: where that sanction is in doubt, so is all that
    /// would have read the event.
    pub fn leave_out(&mut self, program: &Program, event: &Happening) {
        let dispatch = program.dispatch_of(event.kind);
        if dispatch.is_empty() {
            return;
        }
        self.doubts.spread(program.own.spread, event.keys());
        for id in &dispatch.series {
            let Some(series) = program.plan.series.get(id.index()) else { continue };
            if self.passes(program, series, event)
                && let Some(which) = self.which(program, program.shape(*id), series, event)
            {
                self.doubts.row(*id, which, event.at.max(self.now), Certainty::Depends);
            }
        }
        self.doubt_silences(program, event);
    }
}

impl Scene<'_> {
    /// The doubts about what an expression reads.
    pub(super) fn doubt(&self, expr: &Expr) -> Certainty {
        let doubts = &self.state.doubts;
        let mut worst = Certainty::Certain;
        if doubts.is_empty() {
            return worst;
        }
        self.doubts(expr, &mut worst);
        worst
    }

    fn doubts(&self, expr: &Expr, worst: &mut Certainty) {
        let doubts = &self.state.doubts;
        match expr {
            Expr::Aggregate(aggregate) => {
                let series = self.program.plan.series.get(aggregate.series.index());
                if let Some(which) = series.and_then(|series| self.which(aggregate, series)).flatten() {
                    let window = self.span(&aggregate.window);
                    *worst = (*worst).max(doubts.past(aggregate.series, which, window.as_ref()));
                }
            }
            // Whoever is counted may be one of those whose past is in doubt.
            Expr::Population(_) if doubts.has_parted(self.keys) => *worst = Certainty::Unknowable,
            Expr::Metric(id) => {
                let scope = self.program.plan.metrics.get(id.index()).map(|metric| metric.scope).unwrap_or_default();
                let number = self.state.number(super::react::narrow(scope, self.keys));
                *worst = (*worst).max(doubts.sample(*id, number));
            }
            Expr::Let(id) => {
                if let Some(named) = self.program.plan.lets.get(id.index()) {
                    self.narrowed(named.scope).doubts(&named.value, worst);
                }
            }
            Expr::InSegment(id) => {
                if let Some(segment) = self.program.plan.segments.get(id.index()) {
                    self.narrowed(segment.scope).doubts(&segment.when, worst);
                }
            }
            _ => walk::parts(expr, &mut |part| self.doubts(part, worst)),
        }
    }
}

impl Step<'_> {
    /// How sure it is that a handler fires for a subject, and what its actions read.
    pub(super) fn certainty_of_firing(
        &self,
        id: HandlerId,
        handler: &Handler,
        effects: &[EffectId],
        scene: &Scene<'_>,
    ) -> Certainty {
        let own = &self.program.own;
        let mut worst = self.as_own(own.handler(id), scene.keys);
        if handler.once.is_some() {
            worst = worst.max(self.certainty_of_once(scene.keys));
        }
        worst = worst.max(self.state.doubts.of(scene.keys));
        self.program.plan.of_handler(handler, &mut |expr| worst = worst.max(scene.doubt(expr)));
        worst.max(self.doubts_of(effects, scene))
    }

    /// The doubts about what actions read.
    fn doubts_of(&self, effects: &[EffectId], scene: &Scene<'_>) -> Certainty {
        let mut worst = Certainty::Certain;
        for effect in effects.iter().filter_map(|id| self.effect(*id)) {
            self.program.plan.of_effect(effect, &mut |expr| worst = worst.max(scene.doubt(expr)));
        }
        worst
    }

    /// What reads the playbook's own deeds is no surer than these.
    fn as_own(&self, certainty: Certainty, keys: Keys) -> Certainty {
        match certainty {
            Certainty::Depends => self.state.doubts.of_own(keys),
            other => other,
        }
    }

    /// Who fires has not fired before, or too long ago to matter: that is sure as long as nothing has parted.
    fn certainty_of_once(&self, keys: Keys) -> Certainty {
        if self.state.doubts.has_parted(keys) { self.state.doubts.of_own(keys) } else { Certainty::Certain }
    }

    /// Who is taken of several hangs on all of them.
    pub(super) fn certainty_of_choice(
        &self,
        handler: &Handler,
        subjects: &[Keys],
        event: Option<&AtHand<'_>>,
    ) -> Certainty {
        let mut worst = Certainty::Certain;
        if handler.select.is_none() || self.state.doubts.is_empty() {
            return worst;
        }
        for keys in subjects {
            let scene = self.scene(*keys, event);
            worst = worst.max(self.state.doubts.of(*keys));
            self.program.plan.of_handler(handler, &mut |expr| worst = worst.max(scene.doubt(expr)));
        }
        worst
    }

    /// How sure one action of a firing is, beside the firing itself.
    pub(super) fn certainty_of_action(&self, ready: &Ready) -> Certainty {
        let own = self.as_own(self.program.own.effect(ready.effect), ready.keys);
        own.max(self.state.doubts.of(ready.keys))
    }

    /// What adds to what the playbook counts reads it: a strike its ladder, points their balance.
    pub(super) fn certainty_of_sum(&self, pending: &Pending) -> Certainty {
        let keys = pending.ready.keys;
        let before = match self.effect(pending.ready.effect).map(|effect| &effect.act) {
            Some(Act::Strike { tally, .. }) => self.total(*tally, keys) > 0,
            Some(Act::Award { ledger, .. } | Act::Redeem { ledger, .. }) => {
                keys.member.is_some_and(|member| !self.state.balance(member, *ledger).is_zero())
            }
            _ => return Certainty::Certain,
        };
        if before || self.state.doubts.has_parted(keys) { self.state.doubts.of_own(keys) } else { Certainty::Certain }
    }

    /// A step of a run, and the goal that it has not reached.
    pub(super) fn certainty_of_step(&self, run: &Run, position: usize, scene: &Scene<'_>) -> Certainty {
        let at_best = self.program.own.step(run.timeline, position, run.spoke);
        let mut worst = self.as_own(at_best, scene.keys).max(run.origin.certainty);
        let timeline = self.program.plan.timelines.get(run.timeline.index());
        let Some(step) = timeline.and_then(|timeline| timeline.steps.get(position)) else { return worst };
        let goal = timeline.and_then(|timeline| timeline.goal.as_ref()).map(|goal| &goal.when);
        for expr in step.when.iter().chain(goal) {
            worst = worst.max(scene.doubt(expr));
        }
        worst.max(self.doubts_of(&step.effects, scene))
    }

    /// A segment or a tier reads where its subject stands, and its conditions.
    pub(super) fn certainty_of_standing(&self, latch: &Latch, scene: &Scene<'_>) -> Certainty {
        let mut worst = self.state.doubts.of_own(scene.keys);
        for expr in latch.subject.filter.iter().chain(&latch.levels) {
            worst = worst.max(scene.doubt(expr));
        }
        worst
    }

    /// What a status and its reason say about how sure a decision is.
    pub(super) fn certainty_of_outcome(&self, reason: Option<Reason>) -> Certainty {
        match reason {
            // Nobody was ever asked.
            Some(Reason::ApprovalExpired) => Certainty::Unknowable,
            Some(Reason::NotAMember) if !self.program.own.puts_out => Certainty::Certain,
            None
            | Some(
                Reason::MissingValue
                | Reason::Nobody
                | Reason::NoGroup
                | Reason::TooLate
                | Reason::Reloaded
                | Reason::Limit(_),
            ) => Certainty::Certain,
            Some(
                Reason::NoChange
                | Reason::BalanceTooLow
                | Reason::OverruledBy(_)
                | Reason::ApprovalDenied
                | Reason::CascadeTooLong
                | Reason::FlowEnded
                | Reason::StepInThePast
                | Reason::NotAMember,
            ) => Certainty::Depends,
        }
    }
}
