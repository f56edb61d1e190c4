//! Sanctions: of one membership at one input the strongest acts.

use super::act::{action_name, arg};
use super::run::Run;
use super::world::{Keys, Membership, Pending, Sanction};
use super::zone::{FOREVER, Ms, later};
use qun::syntax::tree::{ActionKind, Say};

/// Ban over remove over mute over warn; of two alike the longer.
pub type Strength = (u8, Ms);

/// How strong a sanction is; `None` for what is none.
pub fn strength(pending: &Pending<'_>) -> Option<Strength> {
    let during = || arg(pending, "for_s").duration().unwrap_or(FOREVER);
    match &pending.act.action.kind {
        ActionKind::Say { how: Say::Warn, .. } => Some((1, 0)),
        ActionKind::Mute { .. } => Some((2, during())),
        ActionKind::Remove { .. } => Some((3, 0)),
        ActionKind::Ban { .. } => Some((4, during())),
        _ => None,
    }
}

impl<'b> Run<'b> {
    /// Settles the sanctions that have come up, each membership for itself.
    pub fn settle(&mut self) {
        let mut sanctions = std::mem::take(&mut self.sanctions);
        while !sanctions.is_empty() {
            let keys = sanctions[0].ready.keys.clone();
            let (mut mine, rest): (Vec<_>, Vec<_>) =
                sanctions.into_iter().partition(|pending| pending.ready.keys == keys);
            sanctions = rest;
            mine.sort_by_key(|pending| std::cmp::Reverse(strength(pending)));
            for pending in mine {
                self.settle_one(&keys, pending);
            }
        }
    }

    fn settle_one(&mut self, keys: &Keys, pending: Pending<'b>) {
        let mine = strength(&pending).unwrap();
        let before = self.settled.iter().filter(|(of, ..)| of == keys).max_by_key(|(_, strength, _)| *strength);
        if let Some((_, strength, name)) = before
            && *strength >= mine
        {
            let reason = format!("overruled by {name}");
            self.settle_as(&pending, "overruled", Some(reason));
            return;
        }
        let name = action_name(&pending.act.action.kind).to_owned();
        if self.attempt(pending) {
            self.settled.push((keys.clone(), mine, name));
        }
    }

    fn membership(&mut self, keys: &Keys) -> Option<&mut Membership> {
        let key = (keys.group.clone()?, keys.member.clone()?);
        self.world.memberships.get_mut(&key)
    }

    /// A mute never shortens one in force.
    pub fn mute(&mut self, pending: &Pending<'b>) -> Result<(), &'static str> {
        let now = self.world.now;
        let until = later(now, arg(pending, "for_s").duration().unwrap());
        let (keys, ground) = (pending.ready.keys.clone(), pending.ground.clone());
        let Some(membership) = self.membership(&keys).filter(|membership| membership.life.is_some()) else {
            return Err("not a member");
        };
        let in_force = membership.mute.as_ref().filter(|mute| mute.until > now);
        if until <= now || in_force.is_some_and(|mute| mute.until >= until) {
            return Err("no change");
        }
        membership.mute = Some(Sanction { is_ban: false, until, ground });
        self.tell_of(pending, "member.muted", Vec::new());
        Ok(())
    }

    pub fn unmute(&mut self, keys: &Keys) -> Result<(), &'static str> {
        let now = self.world.now;
        match self.membership(keys) {
            None => Err("not a member"),
            Some(membership) if membership.mute.as_ref().is_some_and(|mute| mute.until > now) => {
                membership.mute = None;
                Ok(())
            }
            _ => Err("no change"),
        }
    }

    /// Removes or bans a member.
    pub fn put_out(&mut self, pending: &Pending<'b>, is_ban: bool) -> Result<(), &'static str> {
        let now = self.world.now;
        let until = if is_ban { later(now, arg(pending, "for_s").duration().unwrap_or(FOREVER)) } else { FOREVER };
        let (keys, ground) = (pending.ready.keys.clone(), pending.ground.clone());
        let (group, member) = (keys.group.clone().unwrap(), keys.member.clone().unwrap());
        let is_in = self.world.is_member(&group, &member);
        let Some(membership) = self.membership(&keys) else { return Err("not a member") };
        let banned = membership.out.as_ref().filter(|out| out.is_ban && out.until > now);
        if banned.is_some_and(|out| out.until >= until) || (!is_ban && !is_in) {
            return Err("no change");
        }
        membership.out = Some(Sanction { is_ban, until, ground });
        self.leave(&group, &member);
        self.tell_of(pending, if is_ban { "member.banned" } else { "member.removed" }, Vec::new());
        Ok(())
    }

    /// Lifts a ban: the member may join again.
    pub fn unban(&mut self, keys: &Keys) -> Result<(), &'static str> {
        let now = self.world.now;
        let Some(membership) = self.membership(keys) else { return Err("not a member") };
        match membership.out.as_mut() {
            Some(out) if out.is_ban && out.until > now => {
                // Who may come back is still out.
                *out = Sanction { is_ban: false, until: FOREVER, ground: None };
                Ok(())
            }
            _ => Err("no change"),
        }
    }
}
