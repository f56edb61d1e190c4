//! What a state holds, for those who ask it from outside: after an input, without changing anything.

use super::decision::DecisionId;
use super::eval::Scene;
use super::program::Program;
use super::react::narrow;
use super::state::State;
use crate::plan::Fading;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::{GroupId, MemberId, TallyId};
use crate::plan::value::Value;
use crate::time::Instant;

/// What is remembered of a subject's strikes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StrikesSeen {
    /// In the order in which they were given.
    pub strikes: Vec<StrikeSeen>,
    /// What they come to now.
    pub total: u32,
}

/// One strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrikeSeen {
    pub at: Instant,
    pub weight: u32,
    /// The decision that gave it.
    pub id: DecisionId,
    /// The group it was given in.
    pub group: Option<GroupId>,
    /// Pardoned, or taken back by an appeal.
    pub gone: bool,
    /// Since when it counts no more, where strikes fade each for itself.
    pub faded: Option<Instant>,
}

impl State {
    /// The keys of a group and a member by their ids, as logs spell them; an id that was never met has none.
    #[must_use]
    pub fn keys_of(&self, group: Option<&str>, member: Option<&str>) -> Keys {
        Keys {
            group: group.and_then(|id| self.group_ids.get(id)).map(GroupId),
            member: member.and_then(|id| self.member_ids.get(id)).map(MemberId),
        }
    }

    /// What an expression over a subject comes to now.
    #[must_use]
    pub fn look(&self, program: &Program, keys: Keys, expr: &Expr) -> Value {
        Scene::new(program, self, self.now, keys).value(expr)
    }

    /// Whether a condition over a subject will be true at a later time, if nothing happens up to then.
    #[must_use]
    pub fn will_hold(&self, program: &Program, keys: Keys, condition: &Expr, at: Instant) -> bool {
        Scene::new(program, self, at, keys).value(condition).is_true()
    }

    /// What a subject's strikes on a ladder come to now.
    #[must_use]
    pub fn strikes(&self, program: &Program, keys: Keys, ladder: TallyId) -> u32 {
        let Some(tally) = program.plan.tallies.get(ladder.index()) else { return 0 };
        let number = self.number(narrow(tally.scope, keys));
        let book = self.strikes.get(ladder.index()).and_then(|books| books.get(number, &Value::Unknown));
        book.map_or(0, |book| book.total(&tally.fading, self.now))
    }

    /// All that is remembered of a subject's strikes on a ladder.
    #[must_use]
    pub fn strike_book(&self, program: &Program, keys: Keys, ladder: TallyId) -> Option<StrikesSeen> {
        let tally = program.plan.tallies.get(ladder.index())?;
        let number = self.number(narrow(tally.scope, keys));
        let book = self.strikes.get(ladder.index())?.get(number, &Value::Unknown)?;
        let fades = match tally.fading {
            Fading::Last(during) => Some(during),
            _ => None,
        };
        let strikes = book.strikes().map(|strike| StrikeSeen {
            at: strike.at,
            weight: strike.weight,
            id: strike.id,
            group: strike.keys.group,
            gone: strike.gone,
            faded: fades.map(|during| strike.at + during).filter(|at| *at <= self.now),
        });
        Some(StrikesSeen { strikes: strikes.collect(), total: book.total(&tally.fading, self.now) })
    }

    /// Whether somebody is a member of the group.
    #[must_use]
    pub fn is_in(&self, keys: Keys) -> bool {
        self.is_member(keys)
    }

    /// Whether a mute of the playbook is in force.
    #[must_use]
    pub fn is_mute(&self, keys: Keys) -> bool {
        self.mute_of(keys).is_some_and(|mute| mute.until > self.now)
    }
}
