//! Limits: in the order of declaration, counting what really happened.

use super::act::{action_name, recorded_keys};
use super::book::{duration, scope_of};
use super::run::Run;
use super::scene::is_within;
use super::world::{Happened, Hold, Keys, Pending, Waiting};
use super::zone::{Ms, Zone, later};
use chrono::Days;
use qun::syntax::tree::{ActionKind, Cap, CapPer, ExprKind, ItemKind, Limit, LimitElseKind};
use rust_decimal::prelude::ToPrimitive;

impl<'b> Run<'b> {
    /// Whether all limits let an action happen now; else what stops it has been recorded.
    pub fn limits_let(&mut self, pending: &Pending<'b>) -> bool {
        for (item, kind) in self.book.items() {
            let ItemKind::Limit(limit) = kind else { continue };
            if pending.waived == Some(item) || !self.concerns(limit, pending) {
                continue;
            }
            let keys = recorded_keys(self.book, pending).within(scope_of(&limit.head)).unwrap();
            let now = self.world.now;
            if self.is_stopped(limit, &keys, now) {
                self.stop_by(item, limit, pending.clone(), &keys);
                return false;
            }
        }
        true
    }

    fn concerns(&self, limit: &Limit, pending: &Pending<'b>) -> bool {
        let action = &pending.act.action.kind;
        let named = limit.actions.iter().any(|name| name.text == action_name(action));
        let of_class = match (&limit.class, action) {
            (None, _) => true,
            (Some(class), ActionKind::Say { class: Some(of), .. }) => class.text == of.text,
            _ => false,
        };
        let Some(keys) = recorded_keys(self.book, pending).within(scope_of(&limit.head)) else { return false };
        named && of_class && self.scene(keys).holds(limit.head.where_.as_ref())
    }

    fn stop_by(&mut self, item: usize, limit: &Limit, pending: Pending<'b>, keys: &Keys) {
        let reason = Some(format!("limit {}", limit.head.name.text));
        match limit.otherwise.as_ref().map(|otherwise| &otherwise.kind) {
            Some(LimitElseKind::Defer) => {
                self.settle_as(&pending, "deferred", reason);
                let due = self.first_allowed(limit, keys);
                let sequence = self.world.next_sequence();
                self.world.waiting.push(Waiting { pending, due, sequence, hold: None });
            }
            Some(LimitElseKind::Hold { within, .. }) => {
                self.settle_as(&pending, "held", reason);
                let due = later(self.world.now, duration(within.as_ref().unwrap()));
                let sequence = self.world.next_sequence();
                let hold = Hold { shared: None, proceed: false, limit: Some(item) };
                self.world.waiting.push(Waiting { pending, due: Some(due), sequence, hold: Some(hold) });
            }
            _ => self.settle_as(&pending, "skipped", reason),
        }
    }

    fn is_stopped(&self, limit: &Limit, keys: &Keys, at: Ms) -> bool {
        self.quiet(limit, at).is_some() || limit.caps.iter().any(|cap| self.is_full(limit, cap, keys, at))
    }

    /// When the quiet time at a moment ends, if it is one.
    fn quiet(&self, limit: &Limit, at: Ms) -> Option<Ms> {
        let zone = &self.book.zone;
        let minute = zone.minute_of_day(at);
        let (from, to, _) = limit
            .quiet
            .iter()
            .find(|(from, to, _)| is_within(minute, u32::from(from.minutes()), u32::from(to.minutes())))?;
        let today = zone.date(at);
        let over_midnight = from.minutes() > to.minutes() && minute >= u32::from(from.minutes());
        let date = if over_midnight { today + Days::new(1) } else { today };
        Some(zone.instant(date.and_time(to.naive())))
    }

    fn most(&self, cap: &Cap) -> usize {
        match &cap.most.kind {
            ExprKind::Number(n) => n.to_usize().unwrap(),
            _ => self.scene(Keys::default()).value(&cap.most).decimal().unwrap().to_usize().unwrap(),
        }
    }

    fn is_full(&self, limit: &Limit, cap: &Cap, keys: &Keys, at: Ms) -> bool {
        let from = self.cap_start(cap, at);
        let counted = self.counted(limit, keys).into_iter();
        let within = counted.filter(|happened| {
            *happened <= at && from.is_none_or(|(from, open)| *happened > from || (!open && *happened == from))
        });
        within.count() >= self.most(cap)
    }

    /// Where the time of a cap begins, and whether that very moment is outside.
    fn cap_start(&self, cap: &Cap, at: Ms) -> Option<(Ms, bool)> {
        let zone = &self.book.zone;
        let today = zone.date(at);
        Some(match &cap.per {
            CapPer::Duration(during) => (at - duration(during), true),
            CapPer::Word(word) => match word.text.as_str() {
                "day" => (zone.day_start(today), false),
                "week" => (zone.day_start(zone.week_start(today)), false),
                _ => (zone.day_start(Zone::month_start(today)), false),
            },
        })
    }

    /// When what counts for a limit happened, once for each time it counts.
    fn counted(&self, limit: &Limit, keys: &Keys) -> Vec<Ms> {
        let counts = |happened: &&Happened| self.counts(limit, keys, happened);
        self.world.happened.iter().filter(counts).map(|happened| happened.at).collect()
    }

    fn counts(&self, limit: &Limit, keys: &Keys, happened: &Happened) -> bool {
        let scope = scope_of(&limit.head);
        let on = limit.actions.iter().any(|name| name.text == happened.action);
        let of_class = limit.class.as_ref().is_none_or(|class| happened.class.as_ref() == Some(&class.text));
        if on && of_class && happened.keys.within(scope).as_ref() == Some(keys) {
            return true;
        }
        let along = limit.counting.iter().any(|name| name.text == happened.action);
        let group = !scope.has_group() || happened.keys.group == keys.group;
        let member = match (scope.has_member(), &keys.member) {
            (true, Some(member)) => happened.reached.contains(member),
            _ => true,
        };
        along && group && member
    }

    /// The first moment at which a limit would let an action happen, as things stand.
    fn first_allowed(&self, limit: &Limit, keys: &Keys) -> Option<Ms> {
        let mut at = self.world.now;
        loop {
            if let Some(end) = self.quiet(limit, at) {
                at = end;
                continue;
            }
            let full = limit.caps.iter().find(|cap| self.is_full(limit, cap, keys, at));
            let Some(cap) = full else { return Some(at) };
            at = self.cap_free(limit, cap, keys, at)?;
        }
    }

    /// When a full cap has room again.
    fn cap_free(&self, limit: &Limit, cap: &Cap, keys: &Keys, at: Ms) -> Option<Ms> {
        let most = self.most(cap);
        if most == 0 {
            return None;
        }
        let zone = &self.book.zone;
        let today = zone.date(at);
        Some(match &cap.per {
            CapPer::Duration(during) => {
                let happened = self.counted(limit, keys);
                later(happened[happened.len() - most], duration(during))
            }
            CapPer::Word(word) => zone.day_start(match word.text.as_str() {
                "day" => today + Days::new(1),
                "week" => zone.week_start(today) + Days::new(7),
                _ => Zone::next_month(today),
            }),
        })
    }

    // ---- what waits -----------------------------------------------------------------------------------------------

    /// A moment has come for which something waited: it is tried again, or nobody has answered.
    pub fn waiting_due(&mut self, sequence: u64) {
        let position = self.world.waiting.iter().position(|waiting| waiting.sequence == sequence).unwrap();
        match self.world.waiting[position].hold {
            None => {
                let pending = self.world.waiting.remove(position).pending;
                self.consider(Pending { approved: true, ..pending });
            }
            Some(hold) => {
                for Waiting { pending, .. } in self.take_shared(sequence, hold) {
                    match hold.proceed {
                        true => self.go_on(pending, hold),
                        false => self.drop(&pending, "approval expired"),
                    }
                }
            }
        }
    }

    /// What hangs on one approval does so no longer.
    fn take_shared(&mut self, sequence: u64, hold: Hold) -> Vec<Waiting<'b>> {
        let same = |waiting: &Waiting<'b>| {
            let shares = hold.shared.is_some() && waiting.hold.is_some_and(|other| other.shared == hold.shared);
            waiting.sequence == sequence || shares
        };
        let waiting = std::mem::take(&mut self.world.waiting);
        let (shared, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(same);
        self.world.waiting = rest;
        shared
    }

    /// What was approved goes on.
    fn go_on(&mut self, pending: Pending<'b>, hold: Hold) {
        let waived = hold.limit.or(pending.waived);
        self.consider(Pending { approved: true, waived, ..pending });
    }

    pub fn drop(&mut self, pending: &Pending<'b>, reason: &str) {
        self.settle_as(pending, "dropped", Some(reason.to_owned()));
        self.forget(pending);
    }

    /// `approval.decided`: the answer for a decision, and for all that share it.
    pub fn hear_approval(&mut self, action: &str, approved: bool) {
        let held = |waiting: &&Waiting<'b>| waiting.hold.is_some() && waiting.pending.id == action;
        let Some(asked) = self.world.waiting.iter().find(held) else { return };
        let (sequence, hold) = (asked.sequence, asked.hold.unwrap());
        for Waiting { pending, hold, .. } in self.take_shared(sequence, hold) {
            match approved {
                true => self.go_on(pending, hold.unwrap()),
                false => self.drop(&pending, "approval denied"),
            }
        }
    }
}
