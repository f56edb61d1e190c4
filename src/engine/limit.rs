//! Limits: tested in the order of declaration when an action is about to happen, counting only what really happened.

use super::certainty::Certainty;
use super::decision::Decision;
use super::eval::Scene;
use super::program::Program;
use super::react::keys_for;
use super::ready::Pending;
use super::state::State;
use super::step::Step;
use super::watch::Limited;
use crate::plan::expr::Keys;
use crate::plan::ids::{LimitId, NameId};
use crate::plan::value::Value;
use crate::plan::{Act, Budget, Cap, CapPer, Effect, Limit, LimitElse, Say, Scope};
use crate::time::{Calendar, Duration, Instant, Period, TimeOfDay};
use chrono::Days;
use std::collections::VecDeque;
use std::ops::Range;

/// What the limits say to an action.
pub(super) enum Verdict {
    Pass,
    Skip(NameId),
    Defer { limit: NameId, until: Instant },
    Hold { limit: LimitId, name: NameId, within: Duration },
}

impl Step<'_> {
    /// Tests an action against all limits; answers also how sure what they counted is.
    pub(super) fn limits(&mut self, pending: &Pending) -> (Verdict, Certainty) {
        let mut certainty = Certainty::Certain;
        let Some(effect) = self.effect(pending.ready.effect) else { return (Verdict::Pass, certainty) };
        for (position, limit) in self.program.plan.limits.iter().enumerate() {
            let id = LimitId(position as u16);
            if pending.waived == Some(id) || !names(&limit.actions, limit.class, effect) {
                continue;
            }
            let Some(keys) = self.limited(limit, effect, pending.ready.keys) else { continue };
            // What a limit counts the playbook has done.
            if !limit.caps.is_empty() {
                certainty = certainty.max(self.state.doubts.of_counted(keys));
            }
            let calendar = &self.program.plan.community.calendar;
            let until = self.state.stopped_until(calendar, id, limit, keys);
            if let Some(watch) = self.watch {
                let (at, keys_of_action) = (self.state.now, self.shown_keys(effect, pending.ready.keys));
                let counted = limit.caps.iter().map(|cap| self.state.counted_in(calendar, id, cap, keys, at)).collect();
                watch.limited(&Limited { item: effect.item, keys: keys_of_action, at, limit: id, counted, until });
            }
            if let Some(until) = until {
                let verdict = match &limit.otherwise {
                    LimitElse::Skip => Verdict::Skip(limit.name),
                    LimitElse::Defer => Verdict::Defer { limit: limit.name, until },
                    LimitElse::Hold { within, .. } => Verdict::Hold { limit: id, name: limit.name, within: *within },
                };
                return (verdict, certainty);
            }
        }
        (Verdict::Pass, certainty)
    }

    /// The keys under which a limit counts this action; `None` where it does not concern it.
    fn limited(&self, limit: &Limit, effect: &Effect, keys: Keys) -> Option<Keys> {
        let keys = keys_for(limit.subject.scope, self.shown_keys(effect, keys))?;
        let scene = Scene::new(self.program, self.state, self.state.now, keys);
        scene.holds(limit.subject.filter.as_ref()).then_some(keys)
    }

    /// Counts an action that has just been done, also for a subject that the limit does not concern just now: it may
    /// later, and then this has happened.
    pub(super) fn count_for_limits(&mut self, pending: &Pending, effect: &Effect) {
        for (position, limit) in self.program.plan.limits.iter().enumerate() {
            let id = LimitId(position as u16);
            let keys = pending.ready.keys;
            if names(&limit.actions, limit.class, effect) {
                if let Some(keys) = keys_for(limit.subject.scope, self.shown_keys(effect, keys)) {
                    self.state.count(id, limit, keys);
                }
            } else if limit.counting.contains(&effect.name) {
                for keys in self.reached(limit, effect, keys) {
                    self.state.count(id, limit, keys);
                }
            }
        }
    }

    fn reached(&self, limit: &Limit, effect: &Effect, keys: Keys) -> Vec<Keys> {
        self.state.reached(limit.subject.scope, is_for_group(effect), self.shown_keys(effect, keys))
    }
}

fn is_for_group(effect: &Effect) -> bool {
    matches!(&effect.act, Act::Say { how: Say::Post | Say::Announce, .. } | Act::Dissolve)
}

/// Whether a list of actions, perhaps narrowed to a class, names this one.
fn names(actions: &[NameId], class: Option<NameId>, effect: &Effect) -> bool {
    let own = match &effect.act {
        Act::Say { class, .. } => *class,
        _ => None,
    };
    actions.contains(&effect.name) && (class.is_none() || class == own)
}

/// How much of a cap is used up, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What was counted.
    pub count: usize,
    /// What the cap allows.
    pub most: u32,
}

impl Cap {
    /// The time in which a cap counts what happens at an instant: up to now, or the local period it lies in.
    #[must_use]
    pub fn window(&self, calendar: &Calendar, at: Instant) -> Range<Instant> {
        match &self.per {
            CapPer::Period(period) => calendar.period(*period, 0, at),
            CapPer::Trailing(during) => super::past::just_after(at - *during)..super::past::just_after(at),
        }
    }
}

impl State {
    /// Whom an action that is counted reaches: what is said to a group reaches each of its members.
    fn reached(&self, scope: Scope, is_for_group: bool, keys: Keys) -> Vec<Keys> {
        let by_member = matches!(scope, Scope::Member | Scope::Membership);
        let Some(group) = keys.group.filter(|_| by_member && is_for_group) else {
            return keys_for(scope, keys).into_iter().collect();
        };
        let members = self.living_members(group).into_iter();
        let reached = members.map(|member| Keys { group: Some(group), member: Some(member) });
        reached.filter_map(|keys| keys_for(scope, keys)).collect()
    }

    /// The subjects of a budget that an action just done counts for; none where it is not one of its actions.
    #[must_use]
    pub fn spenders(&self, program: &Program, budget: &Budget, done: &Decision) -> Vec<Keys> {
        let of_class =
            |class: NameId| done.args.iter().any(|(name, value)| name == "class" && *value == Value::Name(class));
        if !budget.actions.contains(&done.action) || !budget.class.is_none_or(of_class) {
            return Vec::new();
        }
        let is_for_group = matches!(program.name(done.action), "post" | "announce" | "dissolve");
        let mut spenders = self.reached(budget.subject.scope, is_for_group, done.keys);
        let filter = budget.subject.filter.as_ref();
        spenders.retain(|keys| Scene::new(program, self, self.now, *keys).holds(filter));
        spenders
    }

    /// Counts one action for a limit, and forgets what its caps can no longer see.
    fn count(&mut self, id: LimitId, limit: &Limit, keys: Keys) {
        let longest = limit.caps.iter().map(|cap| longest(&cap.per)).max().unwrap_or_default();
        let border = self.now - longest;
        let number = self.meet(keys);
        let Some(counted) = self.counted.get_mut(id.index()) else { return };
        let times = counted.or_default(number);
        while times.front().is_some_and(|at| *at <= border) {
            times.pop_front();
        }
        times.push_back(self.now);
    }

    /// Until when a limit stops an action now; `None` where it does not.
    fn stopped_until(&self, calendar: &Calendar, id: LimitId, limit: &Limit, keys: Keys) -> Option<Instant> {
        let mut until = self.stop(calendar, id, limit, keys, self.now)?;
        // The end of one stop may lie inside another: some rounds settle it, and it is tested again then anyway.
        for _ in 0..64 {
            match self.stop(calendar, id, limit, keys, until).filter(|_| until < Instant::MAX) {
                Some(later) if later > until => until = later,
                _ => break,
            }
        }
        Some(until)
    }

    fn stop(&self, calendar: &Calendar, id: LimitId, limit: &Limit, keys: Keys, at: Instant) -> Option<Instant> {
        let quiet = limit.quiet.iter().filter_map(|(from, to)| quiet_until(calendar, *from, *to, at));
        let caps = limit.caps.iter().filter_map(|cap| self.cap_until(calendar, id, cap, keys, at));
        quiet.chain(caps).max()
    }

    fn times_counted(&self, id: LimitId, keys: Keys) -> Option<&VecDeque<Instant>> {
        self.counted.get(id.index())?.get(self.number(keys), &Value::Unknown)
    }

    /// How much of a cap is used up.
    fn counted_in(&self, calendar: &Calendar, id: LimitId, cap: &Cap, keys: Keys, at: Instant) -> Counted {
        let window = cap.window(calendar, at);
        let times = self.times_counted(id, keys).into_iter().flatten();
        Counted { count: times.filter(|time| window.contains(time)).count(), most: cap.most }
    }

    fn cap_until(&self, calendar: &Calendar, id: LimitId, cap: &Cap, keys: Keys, at: Instant) -> Option<Instant> {
        let times = self.times_counted(id, keys);
        let window = cap.window(calendar, at);
        let inside = || times.into_iter().flatten().filter(|time| window.contains(time));
        let count = self.counted_in(calendar, id, cap, keys, at).count;
        let most = cap.most as usize;
        // What is never allowed waits for ever.
        if most == 0 {
            return Some(Instant::MAX);
        }
        if count < most {
            return None;
        }
        Some(match &cap.per {
            CapPer::Period(_) => window.end,
            CapPer::Trailing(during) => inside().nth(count - most).map_or(at + *during, |oldest| *oldest + *during),
        })
    }
}

/// The longest that a cap looks back.
fn longest(per: &CapPer) -> Duration {
    match per {
        CapPer::Trailing(during) => *during,
        CapPer::Period(Period::Day) => Duration::from_days(2),
        CapPer::Period(Period::Week) => Duration::from_days(8),
        CapPer::Period(Period::Month) => Duration::from_days(32),
    }
}

/// The end of the quiet time that `at` lies in.
fn quiet_until(calendar: &Calendar, from: TimeOfDay, to: TimeOfDay, at: Instant) -> Option<Instant> {
    let zone = calendar.zone;
    let local = zone.local(at);
    if !TimeOfDay::from(local.time()).is_between(from, to) {
        return None;
    }
    let today = zone.instant(local.date().and_time(to.naive()));
    let tomorrow = || local.date().checked_add_days(Days::new(1)).map(|date| zone.instant(date.and_time(to.naive())));
    if today > at { Some(today) } else { tomorrow() }
}
