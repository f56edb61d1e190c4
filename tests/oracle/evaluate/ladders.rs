//! Ladders: what strikes count, and what an upheld appeal takes back.

use super::act::arg;
use super::book::{Scope, duration, scope_of};
use super::run::Run;
use super::value::Value;
use super::world::{Decision, Event, Ground, Keys, Memory, Origin, Pending, Sanction, Strike, Task};
use super::zone::{FOREVER, Ms, later};
use qun::syntax::tree::{ActionKind, ExprKind, Fading, ItemKind, Ladder};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::rc::Rc;

impl<'b> Run<'b> {
    fn ladder_at(&self, item: usize) -> &'b Ladder {
        match self.book.item(item) {
            ItemKind::Ladder(ladder) => ladder,
            _ => panic!("a ladder"),
        }
    }

    /// Whether two subjects share a ladder's strikes.
    fn same_book(&self, ladder: usize, one: &Keys, other: &Keys) -> bool {
        let person = scope_of(&self.ladder_at(ladder).head) == Scope::Member;
        one.member == other.member && (person || one.group == other.group)
    }

    /// The strikes that were given to a subject up to a moment, as if those taken back had never been.
    fn strikes(&self, ladder: usize, keys: &Keys) -> Vec<Strike> {
        let mine =
            |strike: &&Strike| strike.ladder == ladder && !strike.gone && self.same_book(ladder, &strike.keys, keys);
        self.world.strikes.iter().filter(mine).cloned().collect()
    }

    /// The sum of the weights that count at a moment.
    fn total(&self, ladder: usize, strikes: &[Strike], now: Ms) -> i64 {
        let whole = |expr: &qun::syntax::tree::Expr| match &expr.kind {
            ExprKind::Number(n) => n.to_i64().unwrap(),
            _ => panic!("a literal"),
        };
        let all = || strikes.iter().map(|strike| strike.weight).sum();
        match self.ladder_at(ladder).fading.first().map(|(fading, _)| fading) {
            None | Some(Fading::Never) => all(),
            Some(Fading::Last(during)) => {
                let during = duration(during);
                strikes.iter().filter(|strike| now - strike.at < during).map(|strike| strike.weight).sum()
            }
            Some(Fading::ClearedAfter(during)) => {
                let during = duration(during);
                let (mut sum, mut last) = (0, None);
                for (at, weight) in strikes.iter().map(|strike| (strike.at, strike.weight)).chain([(now, 0)]) {
                    if last.is_some_and(|last| at - last >= during) {
                        sum = 0;
                    }
                    sum += weight;
                    last = Some(at);
                }
                sum
            }
            Some(Fading::Fade { amount, per }) => {
                let (amount, per) = (whole(amount), duration(per));
                let (mut sum, mut last) = (0_i64, None);
                for (at, weight) in strikes.iter().map(|strike| (strike.at, strike.weight)).chain([(now, 0)]) {
                    let faded = last.map_or(0, |last| (at - last) / per * amount);
                    sum = (sum - faded).max(0) + weight;
                    last = Some(at);
                }
                sum
            }
        }
    }

    /// The sum that counts now.
    pub fn total_now(&self, ladder: usize, keys: &Keys) -> i64 {
        self.total(ladder, &self.strikes(ladder, keys), self.world.now)
    }

    pub fn strike(&mut self, pending: &mut Pending<'b>, ladder: &str) -> Result<(), &'static str> {
        let item = self.book.ladder(ladder).0;
        let weight = arg(pending, "weight").decimal().unwrap().to_i64().unwrap();
        let keys = pending.ready.keys.clone();
        let strike = Strike {
            ladder: item,
            id: pending.id.clone(),
            at: self.world.now,
            weight,
            keys: keys.clone(),
            gone: false,
        };
        self.world.strikes.push(strike);
        let total = Value::Number(Decimal::from(self.total_now(item, &keys)));
        let reason = pending.ready.scene.params.get("reason").cloned().unwrap_or(Value::Unknown);
        let fields = vec![
            ("ladder", Value::Name(ladder.to_owned())),
            ("weight", Value::Number(Decimal::from(weight))),
            ("total", total),
            ("reason", reason),
        ];
        self.tell_of(pending, "strike.given", fields);
        Ok(())
    }

    /// Forgives all strikes; no sanction is lifted.
    pub fn pardon(&mut self, pending: &mut Pending<'b>, ladder: &str) -> Result<(), &'static str> {
        let item = self.book.ladder(ladder).0;
        let keys = pending.ready.keys.clone();
        let forgiven = self.total_now(item, &keys);
        if forgiven == 0 {
            return Err("no change");
        }
        let ids: Vec<String> = self.strikes(item, &keys).into_iter().map(|strike| strike.id).collect();
        for strike in self.world.strikes.iter_mut().filter(|strike| ids.contains(&strike.id)) {
            strike.gone = true;
        }
        pending.ready.args.push(("weight".to_owned(), Value::Number(Decimal::from(forgiven))));
        self.tell_of(pending, "strike.withdrawn", vec![("ladder", Value::Name(ladder.to_owned()))]);
        Ok(())
    }

    // ---- appeals --------------------------------------------------------------------------------------------------

    /// The strike that an appeal is about: the latest of a ladder that hears appeals, or the one named.
    fn strike_meant(&self, keys: &Keys, named: Option<&str>) -> Option<Strike> {
        let meant = |strike: &&Strike| {
            self.same_book(strike.ladder, &strike.keys, keys)
                && !strike.gone
                && self.ladder_at(strike.ladder).appeal.is_some()
                && named.is_none_or(|id| strike.id == id)
        };
        self.world.strikes.iter().rev().find(meant).cloned()
    }

    /// `appeal.filed`: a task for the role that decides, unless it comes too late.
    pub fn hear_appeal(&mut self, event: &Rc<Event>) {
        let Some(strike) = self.strike_meant(&event.keys, None) else { return };
        let ladder = self.ladder_at(strike.ladder);
        let appeal = ladder.appeal.as_ref().unwrap();
        let (origin, within) = (Origin::of(event), duration(&appeal.within));
        let name = self.scene(event.keys.clone()).member_name(event.keys.member.as_ref().unwrap());
        let ladder = ladder.head.name.text.clone();
        let task = Task {
            id: self.id_of(&origin, &event.keys, &[b"appeal", ladder.as_bytes()]),
            act: None,
            name: None,
            title: format!("appeal: {name} ({ladder})"),
            role: appeal.role.text.clone(),
            given: self.world.now,
            due: later(self.world.now, within),
            item: strike.ladder,
            source: self.book.place(appeal.span),
            keys: event.keys.clone(),
            per: Value::Unknown,
            scene: Memory::default(),
            origin,
            run: None,
            sequence: 0,
            is_overdue: false,
        };
        if self.world.now - strike.at > within {
            return self.record_task(&task, "dropped", Some("too late"));
        }
        self.record_task(&task, "done", None);
        self.open(task);
    }

    /// `appeal.decided`: an upheld appeal takes the strike back.
    pub fn hear_verdict(&mut self, event: &Rc<Event>) {
        if !event.field("upheld").is_true() {
            return;
        }
        let named = event.field("strike");
        let Some(strike) = self.strike_meant(&event.keys, named.words()) else { return };
        for it in self.world.strikes.iter_mut().filter(|it| it.id == strike.id) {
            it.gone = true;
        }
        let origin = Origin::of(event);
        let ladder = self.ladder_at(strike.ladder);
        let id = self.id_of(&origin, &strike.keys, &[b"withdrawn"]);
        let fields = vec![("ladder", Value::Name(ladder.head.name.text.clone()))];
        let told = self.internal("strike.withdrawn", &strike.keys, id, &origin, fields);
        self.emit(told);
        self.drop_groundless(&strike);
        self.lift_groundless(&strike, &origin);
    }

    /// What a strike leads to now: the actions of its step.
    fn step_of(&self, ground: &Ground) -> Vec<&'b ActionKind> {
        let Some(strike) = self.world.strikes.iter().find(|strike| strike.id == ground.strike && !strike.gone) else {
            return Vec::new();
        };
        let all = self.strikes(ground.ladder, &strike.keys);
        let upto = all.iter().position(|it| it.id == strike.id).unwrap() + 1;
        let total = self.total(ground.ladder, &all[..upto], strike.at);
        let step = self.step_at(ground.ladder, &Value::Number(Decimal::from(total)));
        let acts = step.map(|step| &self.book.acts[ground.ladder].parts[step].0);
        acts.into_iter().flatten().map(|act| &act.action.kind).collect()
    }

    /// What still waits loses its ground with the strike.
    fn drop_groundless(&mut self, strike: &Strike) {
        let waiting = std::mem::take(&mut self.world.waiting);
        let (lost, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|waiting| {
            let Some(ground) = &waiting.pending.ground else { return false };
            let given = self.world.strikes.iter().find(|it| it.id == ground.strike);
            let mine = ground.ladder == strike.ladder
                && given.is_some_and(|given| self.same_book(strike.ladder, &given.keys, &strike.keys));
            let action = &waiting.pending.act.action.kind;
            mine && !self.step_of(ground).iter().any(|kind| std::ptr::eq(*kind, action))
        });
        self.world.waiting = rest;
        for waiting in lost {
            self.drop(&waiting.pending, "no change");
        }
    }

    /// Lifts sanctions in force that have lost their ground, in order of id.
    fn lift_groundless(&mut self, strike: &Strike, origin: &Origin) {
        let member = strike.keys.member.clone().unwrap();
        let keys: Vec<(String, String)> =
            self.world.memberships.keys().filter(|(_, m)| *m == member).cloned().collect();
        for (group, member) in keys {
            let keys = Keys::of(Some(&group), Some(&member));
            self.lift_mute(strike.ladder, &keys, origin);
            self.lift_removal(strike.ladder, &keys, origin);
        }
    }

    /// How long the strikes of a ladder would mute a membership as things stand.
    fn muted_until(&self, ladder: usize, keys: &Keys) -> Option<(Ms, Ground)> {
        // A step of the ladder in another group may have acted everywhere.
        let all = self.world.strikes.iter().filter(|strike| strike.ladder == ladder && !strike.gone);
        let strikes = all.filter(|strike| strike.keys.member == keys.member);
        let mutes = strikes.filter_map(|strike| {
            let ground = Ground { ladder, strike: strike.id.clone() };
            let reaches = |everywhere: bool| everywhere || strike.keys.group == keys.group;
            let during = self.step_of(&ground).into_iter().filter_map(|kind| match kind {
                ActionKind::Mute { during, everywhere } if reaches(*everywhere) => {
                    self.scene(keys.clone()).value(during).duration()
                }
                _ => None,
            });
            Some((later(strike.at, during.max()?), ground))
        });
        mutes.filter(|(until, _)| *until > self.world.now).max_by_key(|(until, _)| *until)
    }

    fn lift_mute(&mut self, ladder: usize, keys: &Keys, origin: &Origin) {
        let key = (keys.group.clone().unwrap(), keys.member.clone().unwrap());
        let now = self.world.now;
        let in_force = self.world.memberships[&key].mute.clone().filter(|mute| mute.until > now);
        let Some(mute) = in_force.filter(|mute| mute.ground.as_ref().is_some_and(|ground| ground.ladder == ladder))
        else {
            return;
        };
        match self.muted_until(ladder, keys) {
            Some((until, _)) if until >= mute.until => {}
            Some((until, ground)) => {
                let left = Sanction { is_ban: false, until, ground: Some(ground) };
                self.world.memberships.get_mut(&key).unwrap().mute = Some(left);
                let args = vec![("for_s".to_owned(), Value::Duration(until - now))];
                self.undo(ladder, "mute", keys, args, origin);
            }
            None => {
                self.world.memberships.get_mut(&key).unwrap().mute = None;
                self.undo(ladder, "unmute", keys, Vec::new(), origin);
            }
        }
    }

    fn lift_removal(&mut self, ladder: usize, keys: &Keys, origin: &Origin) {
        let key = (keys.group.clone().unwrap(), keys.member.clone().unwrap());
        let in_force = self.world.memberships[&key].out.clone().filter(|out| out.until > self.world.now);
        let Some(out) = in_force else { return };
        let Some(ground) = out.ground.filter(|ground| ground.ladder == ladder) else { return };
        let stays =
            self.step_of(&ground).iter().any(|kind| matches!(kind, ActionKind::Remove { .. } | ActionKind::Ban { .. }));
        if stays {
            return;
        }
        let lifted = Sanction { is_ban: false, until: FOREVER, ground: None };
        self.world.memberships.get_mut(&key).unwrap().out = Some(lifted);
        if out.is_ban {
            return self.undo(ladder, "unban", keys, Vec::new(), origin);
        }
        let group = keys.group.clone().unwrap();
        self.world.invitations.push((group.clone(), keys.member.clone().unwrap(), self.world.now));
        self.undo(ladder, "invite", keys, vec![("to".to_owned(), Value::Group(group))], origin);
    }

    /// Each undo is a decision with its cause.
    fn undo(&mut self, ladder: usize, action: &str, keys: &Keys, args: Vec<(String, Value)>, origin: &Origin) {
        let it = self.ladder_at(ladder);
        let decision = Decision {
            at: self.world.now,
            id: self.id_of(origin, keys, &[b"undo", action.as_bytes()]),
            action: action.to_owned(),
            keys: keys.clone(),
            args,
            status: "done",
            reason: None,
            item: it.head.name.text.clone(),
            source: self.book.place(it.appeal.as_ref().unwrap().span),
            cause: Rc::clone(&origin.cause),
        };
        self.record(&decision);
    }
}
