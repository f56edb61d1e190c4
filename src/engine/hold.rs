//! What waits: for an approval, or for the moment that a limit allows.

use super::certainty::Certainty;
use super::decision::{DecisionId, Reason, Status};
use super::happening::Happening;
use super::meter::Work;
use super::ready::Pending;
use super::step::Step;
use super::timers::{Class, Due, Timer};
use crate::plan::ids::LimitId;
use crate::plan::value::Value;
use crate::plan::{Approval, Effect};
use crate::time::{Duration, Instant};
use serde::{Deserialize, Serialize};

/// Actions that wait together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Hold {
    pub(super) actions: Vec<Pending>,
    pub(super) until: Until,
    /// When it is over, whatever is said.
    pub(super) at: Instant,
}

impl Hold {
    /// The runs that its actions belong to.
    fn runs(&self) -> Vec<u64> {
        self.actions.iter().filter_map(|action| action.run).collect()
    }
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Until {
    /// Somebody's word; when it does not come in time, the action is done (`proceed`) or dropped.
    Approved { proceed: bool },
    /// Somebody's word to pass a limit.
    Waived(LimitId),
    /// The first moment that a limit allows.
    Allowed,
}

impl Step<'_> {
    pub(super) fn defer(&mut self, pending: Pending, until: Instant) {
        self.wait(vec![pending], Until::Allowed, until);
    }

    /// Drops what a run has deferred and what has not been tried again since.
    pub(super) fn drop_deferred(&mut self, holds: &[u64], reason: Reason) {
        for number in holds {
            let deferred = self.state.holds.get(number).is_some_and(|hold| hold.until == Until::Allowed);
            if deferred && let Some(hold) = self.release(*number) {
                self.drop_all(hold, reason);
            }
        }
    }

    /// Drops what waits, whatever it waits for.
    pub(super) fn drop_hold(&mut self, number: u64, reason: Reason) {
        if let Some(hold) = self.release(number) {
            self.drop_all(hold, reason);
        }
    }

    pub(super) fn hold_for_limit(&mut self, pending: Pending, limit: LimitId, within: Duration) {
        let id = pending.id;
        let hold = self.wait(vec![pending], Until::Waived(limit), self.state.now + within);
        self.state.hold_of.insert(id, hold);
    }

    /// An action that needs approval waits for it; those of one firing may hang on one.
    pub(super) fn ask_approval(&mut self, pending: Pending, effect: &Effect) {
        let Some(Approval { one, within, proceed, .. }) = effect.approval else { return };
        self.record_decision(&pending, Status::Held, None);
        let (id, together) = (pending.id, pending.together);
        let shared = self.shared.iter().find(|(number, _)| one && *number == together).map(|(_, hold)| *hold);
        let hold = match shared.and_then(|hold| self.state.holds.get_mut(&hold).map(|held| (hold, held))) {
            Some((hold, held)) => {
                held.actions.push(pending);
                hold
            }
            None => {
                let hold = self.wait(vec![pending], Until::Approved { proceed }, self.state.now + within);
                if one {
                    self.shared.push((together, hold));
                }
                hold
            }
        };
        self.state.hold_of.insert(id, hold);
    }

    fn wait(&mut self, actions: Vec<Pending>, until: Until, at: Instant) -> u64 {
        let sequence = self.state.next_sequence();
        if let Some(run) = actions.first().and_then(|action| action.run).and_then(|run| self.state.runs.get_mut(&run)) {
            run.holds.push(sequence);
        }
        self.state.holds.insert(sequence, Hold { actions, until, at });
        self.state.timers.push(Timer { at, class: Class::Due, item: 0, sequence, due: Due::Hold(sequence) });
        sequence
    }

    fn release(&mut self, number: u64) -> Option<Hold> {
        let hold = self.state.holds.remove(&number)?;
        for action in &hold.actions {
            self.state.hold_of.remove(&action.id);
        }
        Some(hold)
    }

    /// The moment has come that a limit allows, or an approval has not come in time.
    pub(super) fn hold_due(&mut self, number: u64) {
        let Some(hold) = self.release(number) else { return };
        let runs = hold.runs();
        match hold.until {
            Until::Allowed => hold.actions.into_iter().for_each(|action| self.again(action)),
            Until::Approved { proceed: true } => self.approve(hold, Certainty::Unknowable),
            _ => self.drop_all(hold, Reason::ApprovalExpired),
        }
        self.finish_runs(&runs);
    }

    fn again(&mut self, mut action: Pending) {
        action.origin.certainty = action.origin.certainty.max(Certainty::Depends);
        let effect = self.effect(action.ready.effect);
        if let Some(effect) = effect {
            self.turn(Work::Item(effect.item));
        }
        let sanction = effect.is_some_and(|effect| super::apply::is_sanction(&effect.act));
        if sanction {
            self.sanctions.push(Pending { place: self.here(), ..action });
        } else {
            self.attempt(action);
        }
    }

    /// `approval.decided`: by the id of a decision that waits.
    pub(super) fn hear_approval(&mut self, event: &Happening) {
        let known = &self.program.known;
        let Value::Text(id) = event.field(known.approval_action) else { return };
        let Value::Bool(approved) = event.field(known.approval_approved) else { return };
        let hold = DecisionId::parse(id).and_then(|id| self.state.hold_of.get(&id).copied());
        let Some(hold) = hold.and_then(|number| self.release(number)) else { return };
        let runs = hold.runs();
        if *approved {
            self.approve(hold, event.certainty)
        } else {
            self.drop_all(hold, Reason::ApprovalDenied)
        }
        self.finish_runs(&runs);
    }

    /// How sure the word is, or that nobody would have given one.
    fn approve(&mut self, hold: Hold, certainty: Certainty) {
        for mut action in hold.actions {
            action.origin.certainty = action.origin.certainty.max(certainty);
            match hold.until {
                Until::Waived(limit) => self.again(Pending { waived: Some(limit), ..action }),
                _ => self.again(Pending { approved: true, ..action }),
            }
        }
    }

    fn drop_all(&mut self, hold: Hold, reason: Reason) {
        for action in hold.actions {
            self.record_decision(&action, Status::Dropped, Some(reason));
        }
    }

    /// Drops what waits and for which `lost` holds.
    pub(super) fn drop_waiting(&mut self, reason: Reason, lost: impl Fn(&Pending) -> bool) {
        let numbers: Vec<u64> = self.state.holds.keys().copied().collect();
        for number in numbers {
            let Some(hold) = self.state.holds.get_mut(&number) else { continue };
            let (gone, kept): (Vec<Pending>, Vec<Pending>) =
                std::mem::take(&mut hold.actions).into_iter().partition(|action| lost(action));
            hold.actions = kept;
            if hold.actions.is_empty() {
                self.state.holds.remove(&number);
            }
            for action in gone {
                self.state.hold_of.remove(&action.id);
                self.record_decision(&action, Status::Dropped, Some(reason));
            }
        }
    }
}
