//! The strongest sanction wins: ban over remove over mute over warn, of two mutes the longer.

use super::apply::is_sanction;
use super::decision::{Reason, Status};
use super::meter::Work;
use super::ready::{Body, Pending};
use super::step::Step;
use crate::plan::expr::Keys;
use crate::plan::ids::NameId;
use crate::plan::{Act, Say};
use crate::time::Duration;

/// How strong a sanction is: the kind first, then how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Strength(u8, Duration);

/// What has been settled for a membership at this input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settled {
    keys: Keys,
    strength: Strength,
    action: NameId,
}

impl Step<'_> {
    /// Settles the sanctions that have come together, one membership after the other.
    pub(super) fn settle_sanctions(&mut self) {
        let mut open = std::mem::take(&mut self.sanctions);
        while let Some((keys, place)) = open.first().map(|pending| (pending.ready.keys, pending.place.clone())) {
            self.at_sanctions(place);
            let (mut mine, others): (Vec<Pending>, Vec<Pending>) =
                open.into_iter().partition(|pending| pending.ready.keys == keys);
            open = others;
            mine.sort_by_key(|pending| std::cmp::Reverse(self.strength(pending)));
            for pending in mine {
                self.settle(keys, pending);
            }
        }
    }

    /// The strongest that acts overrules the rest; one that waits for approval, or that a limit stops, is none yet.
    fn settle(&mut self, keys: Keys, pending: Pending) {
        if let Some(effect) = self.effect(pending.ready.effect) {
            self.turn(Work::Item(effect.item));
        }
        let strength = self.strength(&pending);
        let stronger = self.settled.iter().find(|settled| settled.keys == keys && settled.strength >= strength);
        if let Some(Settled { action, .. }) = stronger {
            let reason = Some(Reason::OverruledBy(*action));
            return self.record_decision(&pending, Status::Overruled, reason);
        }
        let action = self.effect(pending.ready.effect).map_or(NameId::UNDECLARED, |effect| effect.name);
        let stands = match self.attempt(pending) {
            (Status::Done, _) => true,
            (_, reason) => reason == Some(Reason::NoChange),
        };
        if stands {
            self.settled.push(Settled { keys, strength, action });
        }
    }

    fn strength(&self, pending: &Pending) -> Strength {
        let during = match &pending.ready.body {
            Body::During(during) => during.unwrap_or(Duration::FOREVER),
            _ => Duration::default(),
        };
        let act = self.effect(pending.ready.effect).map(|effect| &effect.act).filter(|act| is_sanction(act));
        let rank = match act {
            Some(Act::Ban { .. }) => 4,
            Some(Act::Remove { .. }) => 3,
            Some(Act::Mute { .. }) => 2,
            Some(Act::Say { how: Say::Warn, .. }) => 1,
            _ => 0,
        };
        Strength(rank, during)
    }
}
