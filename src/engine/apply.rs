//! From wishes to decisions: approvals, sanctions and limits stand between an action and its being done.

use super::certainty::Certainty;
use super::decision::{Decision, DecisionId, Reason, Status};
use super::happening::Happening;
use super::limit::Verdict;
use super::meter::Work;
use super::part::Stage;
use super::react::{Intent, Wish};
use super::ready::{Body, Pending, Ready};
use super::state::Who;
use super::step::{Origin, Step};
use crate::plan::expr::Keys;
use crate::plan::ids::EffectId;
use crate::plan::{Act, Due, Effect, Once, Say, Scope};
use std::sync::Arc;

/// Who carries out actions: what woke them, in which run, on the strength of which event.
#[derive(Clone, Copy)]
pub(super) struct Firing<'e> {
    /// The same number for all subjects that fire together; approvals are shared within it.
    pub(super) together: u64,
    pub(super) origin: &'e Origin,
    pub(super) run: Option<u64>,
    pub(super) event: Option<&'e Arc<Happening>>,
}

impl<'a> Step<'a> {
    /// Applies what one input (or one link of its cascade) came to, in order.
    pub(super) fn apply(&mut self, intents: Vec<Intent>) {
        let before = self.together + 1;
        self.together += intents.len() as u64;
        for Intent { item, part, who, origin, wish } in intents {
            self.turn(Work::Item(item));
            if self.is_at_root() {
                self.at_root(Stage::React, item.0, part, who.keys.group);
            }
            match wish {
                Wish::Act { once, ready, event, firing } => {
                    let together = before + firing as u64;
                    let firing = Firing { together, origin: &origin, run: None, event: event.as_ref() };
                    self.act(once, &who, ready, firing);
                }
                Wish::Move { timeline, edges, event } => self.move_run(timeline, &who, &edges, &event),
                Wish::Goal { run } => self.end_run(run, super::flow::How::Goal, &origin),
                Wish::Stand { latch, level } => self.stand(latch, &who, level, &origin),
            }
        }
    }

    /// A number for one subject that fires alone.
    pub(super) fn alone(&mut self) -> u64 {
        self.together += 1;
        self.together
    }

    /// Carries out the actions of one firing for one subject.
    pub(super) fn act(&mut self, once: Option<Once>, who: &Who, ready: Vec<Ready>, firing: Firing<'_>) {
        if let Some(once) = once {
            self.state.remember_firing(&once, who);
        }
        self.firing += 1;
        for ready in ready {
            let Some(effect) = self.effect(ready.effect) else { continue };
            if let (Act::Sample { metric, .. }, Body::Value(value)) = (&effect.act, &ready.body) {
                self.sample(*metric, &ready.who, value.clone(), firing.origin);
                continue;
            }
            if matches!(effect.act, Act::Sample { .. }) {
                continue;
            }
            let id = self.decision_id(&ready, effect, firing.origin);
            let certainty = firing.origin.certainty.max(self.certainty_of_action(&ready));
            let ground = firing.event.and_then(|event| self.ground(event, effect));
            let event = firing.event.filter(|_| keeps_event(&effect.act)).map(Arc::clone);
            let mut pending = Pending::new(ready, id, firing.origin, firing.run);
            pending.origin.certainty = certainty;
            self.consider(Pending { ground, event, firing: self.firing, together: firing.together, ..pending });
        }
    }

    pub(super) fn effect(&self, id: EffectId) -> Option<&'a Effect> {
        self.program.plan.effects.get(id.index())
    }

    /// A hash of the causes, the subject and the place in the playbook.
    pub(super) fn decision_id(&self, ready: &Ready, effect: &Effect, origin: &Origin) -> DecisionId {
        let per = super::text::plain(self.program, self.state, &ready.who.per);
        let ordinal = effect.ordinal.to_le_bytes();
        let what = [per.as_bytes(), self.program.item_name(effect.item).as_bytes(), &ordinal];
        let subject = ready.who.keys;
        if subject == ready.keys {
            return self.id_of(origin, ready.keys, &what);
        }
        // Several subjects may do the same to one member.
        let group = subject.group.map_or("", |group| self.state.group_text(group));
        let member = subject.member.map_or("", |member| self.state.member_text(member));
        let [per, item, ordinal] = what;
        self.id_of(origin, ready.keys, &[per, item, ordinal, group.as_bytes(), member.as_bytes()])
    }

    /// The id of what the engine itself decides or tells: `what` names it.
    pub(super) fn id_of(&self, origin: &Origin, keys: Keys, what: &[&[u8]]) -> DecisionId {
        let group = keys.group.map_or("", |group| self.state.group_text(group));
        let member = keys.member.map_or("", |member| self.state.member_text(member));
        let at = self.state.now.ms().to_le_bytes();
        let head: [&[u8]; 4] = [origin.cause.id.as_bytes(), group.as_bytes(), member.as_bytes(), &at];
        let parts: smallvec::SmallVec<[&[u8]; 8]> = head.iter().chain(what).copied().collect();
        DecisionId::of(&parts)
    }

    /// What stands between an action and its being done, from the first on: a missing argument, a cascade too long, an
    /// approval, a stronger sanction, a limit.
    pub(super) fn consider(&mut self, pending: Pending) {
        let Some(effect) = self.effect(pending.ready.effect) else { return };
        if let Some(reason) = self.refusal(&pending) {
            return self.record_decision(&pending, Status::Skipped, Some(reason));
        }
        if self.is_too_long(pending.origin.depth) && tells(&effect.act) {
            return self.cut(&pending, effect);
        }
        if effect.approval.is_some() && !pending.approved {
            return self.ask_approval(pending, effect);
        }
        if is_sanction(&effect.act) {
            self.sanctions.push(Pending { place: self.here(), ..pending });
        } else {
            self.attempt(pending);
        }
    }

    fn refusal(&self, pending: &Pending) -> Option<Reason> {
        match &pending.ready.body {
            Body::Refused(reason) => Some(*reason),
            Body::Say(words) if words.texts.iter().all(Option::is_none) => Some(Reason::MissingValue),
            _ => self.missing_key(pending),
        }
    }

    /// A ladder `for member` may be struck outside any group: then there is none to act in.
    fn missing_key(&self, pending: &Pending) -> Option<Reason> {
        let effect = self.effect(pending.ready.effect)?;
        let needs_group = match &effect.act {
            Act::Say { how, .. } => *how != Say::Dm,
            Act::Set { attribute, .. } => {
                let attribute = self.program.plan.attributes.get(attribute.index());
                attribute.is_some_and(|a| matches!(a.scope, Scope::Group | Scope::Membership))
            }
            act => is_sanction(act) || matches!(act, Act::Unmute { .. } | Act::Unban { .. } | Act::Dissolve),
        };
        (needs_group && pending.ready.keys.group.is_none()).then_some(Reason::NoGroup)
    }

    /// The event of this action would be the 65th link of its chain.
    fn cut(&mut self, pending: &Pending, effect: &Effect) {
        let kind = match &effect.act {
            Act::Emit { kind, .. } => *kind,
            _ => self.program.known.told(&effect.act),
        };
        let root = pending.origin.cause.origin().into();
        self.note_cut(kind, root, pending.origin.depth);
        self.record_decision(pending, Status::Dropped, Some(Reason::CascadeTooLong));
    }

    /// Tests the limits and, if none stops it, does it. Answers what became of it.
    pub(super) fn attempt(&mut self, mut pending: Pending) -> (Status, Option<Reason>) {
        let (verdict, certainty) = self.limits(&pending);
        pending.origin.certainty = pending.origin.certainty.max(certainty).max(self.certainty_of_sum(&pending));
        match verdict {
            Verdict::Pass => self.perform(&pending),
            Verdict::Skip(limit) => {
                let reason = Some(Reason::Limit(limit));
                self.record_decision(&pending, Status::Skipped, reason);
                (Status::Skipped, reason)
            }
            Verdict::Defer { limit, until } => {
                let reason = Some(Reason::Limit(limit));
                self.record_decision(&pending, Status::Deferred, reason);
                self.defer(pending, until);
                (Status::Deferred, reason)
            }
            Verdict::Hold { limit, name, within } => {
                let reason = Some(Reason::Limit(name));
                self.record_decision(&pending, Status::Held, reason);
                self.hold_for_limit(pending, limit, within);
                (Status::Held, reason)
            }
        }
    }

    /// Records what became of an action.
    pub(super) fn record_decision(&mut self, pending: &Pending, status: Status, reason: Option<Reason>) {
        let choice = self.choose(&pending.ready);
        self.record_with(pending, status, reason, &choice);
    }

    pub(super) fn record_with(
        &mut self,
        pending: &Pending,
        status: Status,
        reason: Option<Reason>,
        choice: &super::say::Choice,
    ) {
        let Some(effect) = self.effect(pending.ready.effect) else { return };
        if let (Act::Say { .. }, Status::Done) = (&effect.act, status)
            && let Some(run) = pending.run.and_then(|run| self.state.runs.get_mut(&run))
        {
            run.spoke = true;
        }
        let args = self.args(pending, effect, choice, status);
        let certainty = pending.origin.certainty.max(self.certainty_of_outcome(reason));
        if status == Status::Done && certainty == Certainty::Unknowable {
            self.state.doubts.done(pending.ready.keys, !is_word(&effect.act));
        }
        self.out.decisions.push(Decision {
            at: self.state.now,
            id: pending.id,
            action: effect.name,
            keys: self.shown_keys(effect, pending.ready.keys),
            args,
            status,
            reason,
            item: effect.item,
            place: effect.place,
            cause: Arc::clone(&pending.origin.cause),
            certainty,
            firing: pending.firing,
        });
    }

    /// What concerns a group has no member.
    pub(super) fn shown_keys(&self, effect: &Effect, keys: Keys) -> Keys {
        let of_group = match &effect.act {
            Act::Say { how, .. } => matches!(how, Say::Post | Say::Announce),
            Act::Dissolve => true,
            Act::Set { attribute, .. } => {
                let attribute = self.program.plan.attributes.get(attribute.index());
                attribute.is_some_and(|a| a.scope == Scope::Group)
            }
            _ => false,
        };
        if of_group { Keys { member: None, ..keys } } else { keys }
    }
}

/// Whether an action of this kind is a sanction, of which the strongest wins.
pub(super) fn is_sanction(act: &Act) -> bool {
    matches!(act, Act::Mute { .. } | Act::Remove { .. } | Act::Ban { .. } | Act::Say { how: Say::Warn, .. })
}

/// Whether an action only says something: nothing is different by it.
fn is_word(act: &Act) -> bool {
    matches!(act, Act::Say { .. } | Act::DeleteMessage | Act::Custom { .. } | Act::Task(_))
}

/// Whether an action is a fact that items can be triggered by.
fn tells(act: &Act) -> bool {
    match act {
        Act::Say { how, .. } => matches!(how, Say::Post | Say::Announce),
        Act::Tag(_) | Act::Untag(_) | Act::Award { .. } | Act::Redeem { .. } | Act::Strike { .. } => true,
        Act::Pardon { .. } | Act::Mute { .. } | Act::Remove { .. } | Act::Ban { .. } | Act::Dissolve => true,
        Act::Task(_) | Act::Start { .. } | Act::Stop { .. } | Act::Emit { .. } => true,
        Act::Set { .. } | Act::Invite(_) | Act::InviteWhere(_) | Act::DeleteMessage | Act::Unmute { .. } => false,
        Act::Unban { .. } | Act::Custom { .. } | Act::Sample { .. } => false,
    }
}

/// Whether the event must be kept for what the action does later.
pub(super) fn keeps_event(act: &Act) -> bool {
    matches!(act, Act::Task(task) if !task.otherwise.is_empty() || matches!(task.due, Due::At(_)))
        || matches!(act, Act::Start { .. })
}
