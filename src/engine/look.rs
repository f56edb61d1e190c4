//! What a state holds, for those who ask it from outside: after an input, without changing anything.

use super::eval::Scene;
use super::program::Program;
use super::react::narrow;
use super::state::State;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::{GroupId, MemberId, TallyId};
use crate::plan::value::Value;

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

    /// What a subject's strikes on a ladder come to now.
    #[must_use]
    pub fn strikes(&self, program: &Program, keys: Keys, ladder: TallyId) -> u32 {
        let Some(tally) = program.plan.tallies.get(ladder.index()) else { return 0 };
        let number = self.number(narrow(tally.scope, keys));
        let book = self.strikes.get(ladder.index()).and_then(|books| books.get(number, &Value::Unknown));
        book.map_or(0, |book| book.total(&tally.fading, self.now))
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
