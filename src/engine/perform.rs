//! Doing what is to be done: each action's change of the state, and the event that tells of it.

use super::certainty::Certainty;
use super::decision::{Args, Reason, Status};
use super::facts;
use super::happening::Happening;
use super::ready::{Body, Pending};
use super::say::Choice;
use super::state::{Mute, Out, put};
use super::step::{Origin, Step};
use crate::plan::expr::Keys;
use crate::plan::ids::{GroupId, KindId, LedgerId, NameId, TallyId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{Act, Carries, Effect, Say, Scope};
use crate::time::Instant;
use compact_str::CompactString;
use rust_decimal::Decimal;
use smallvec::SmallVec;
use std::sync::Arc;

/// Why an action was not done.
type Refused = Reason;

impl Step<'_> {
    /// Does an action that nothing stops, records it and tells of it.
    pub(super) fn perform(&mut self, pending: &Pending) -> (Status, Option<Reason>) {
        let Some(effect) = self.effect(pending.ready.effect) else { return (Status::Skipped, None) };
        if let Some(member) = pending.ready.keys.member.filter(|_| self.program.touches) {
            self.state.touch(member);
        }
        let choice = self.choose(&pending.ready);
        let (status, reason) = match self.change(pending, effect, &choice) {
            Ok(()) => (Status::Done, None),
            Err(reason) => (Status::Skipped, Some(reason)),
        };
        // The record comes before what it causes.
        let told = std::mem::take(&mut self.told);
        self.record_with(pending, status, reason, &choice);
        if status == Status::Done {
            self.count_for_limits(pending, effect);
        }
        for happening in told {
            if pending.is_emit(effect) {
                self.record(&happening);
            }
            self.emit(happening);
        }
        self.follow(pending, effect, status);
        (status, reason)
    }

    fn change(&mut self, pending: &Pending, effect: &Effect, choice: &Choice) -> Result<(), Refused> {
        let keys = pending.ready.keys;
        match (&effect.act, &pending.ready.body) {
            (Act::Say { how, class, .. }, _) => self.say(pending, *how, *class, choice),
            (Act::Dissolve, _) => self.dissolve(pending),
            (Act::Tag(tag), _) => self.tag(pending, *tag, true),
            (Act::Untag(tag), _) => self.tag(pending, *tag, false),
            (Act::Set { attribute, .. }, Body::Value(value)) => {
                let scope = self.program.plan.attributes.get(attribute.index()).map(|a| a.scope);
                if scope == Some(Scope::Membership) && self.state.membership(keys).is_none() {
                    return Err(Reason::NotAMember);
                }
                let changed = self.state.set_attribute(self.program, keys, *attribute, value.clone());
                changed.then_some(()).ok_or(Reason::NoChange)
            }
            (Act::Award { ledger, .. }, Body::Amount(amount)) => self.book(pending, *ledger, *amount),
            (Act::Redeem { ledger, .. }, Body::Amount(amount)) => self.book(pending, *ledger, -*amount),
            (Act::Invite(_) | Act::InviteWhere(_), Body::Group(group)) => self.invite(keys, *group),
            (Act::Invite(_), Body::NewGroup(text)) => {
                let group = self.state.group_id(text);
                self.invite(keys, group)
            }
            (Act::Mute { .. }, Body::During(during)) => {
                let until = during.map_or(Instant::MAX, |during| self.state.now + during);
                self.mute(pending, until)
            }
            (Act::Unmute { .. }, _) => self.unmute(keys),
            (Act::Remove { .. }, _) => self.put_out(pending, None),
            (Act::Ban { .. }, Body::During(during)) => {
                let until = during.map_or(Instant::MAX, |during| self.state.now + during);
                self.put_out(pending, Some(until))
            }
            (Act::Unban { .. }, _) => self.unban(keys),
            (Act::Strike { tally, .. }, Body::Strike { weight, reason }) => {
                self.strike(pending, *tally, *weight, reason);
                Ok(())
            }
            (Act::Pardon { tally }, _) => self.pardon(pending, *tally),
            (Act::Emit { kind, .. }, Body::Values(fields)) => {
                self.tell(pending, *kind, fields.iter().cloned().collect());
                Ok(())
            }
            (Act::Start { timeline, .. }, Body::Values(_)) => self.may_start(pending, *timeline),
            (Act::Stop { timeline }, _) => self.may_stop(pending, *timeline),
            _ => Ok(()),
        }
    }

    /// What comes of a done action beyond one event: tasks and runs.
    fn follow(&mut self, pending: &Pending, effect: &Effect, status: Status) {
        if status != Status::Done {
            return;
        }
        match (&effect.act, &pending.ready.body) {
            (Act::Task(task), Body::Task { title, due }) => self.open_task(pending, effect, task, title, *due),
            (Act::Start { timeline, .. }, Body::Values(args)) => self.start_by_action(pending, *timeline, args),
            (Act::Stop { timeline }, _) => self.stop_by_action(pending, *timeline),
            _ => {}
        }
    }

    /// Queues (after the record) the event that tells of an action.
    pub(super) fn tell(&mut self, pending: &Pending, kind: KindId, fields: SmallVec<[Value; 4]>) {
        let keys = pending.ready.keys;
        // What is emitted is a fact, also where nobody waits for it.
        let emitted = self.effect(pending.ready.effect).is_some_and(|effect| pending.is_emit(effect));
        if !emitted && self.is_unheard(kind, &pending.origin) {
            return;
        }
        let happening = self.happening(kind, keys, fields, pending.id.to_compact(), &pending.origin);
        self.told.push(happening);
    }

    /// An internal event; it carries the keys that its kind may carry.
    pub(super) fn happening(
        &self,
        kind: KindId,
        keys: Keys,
        fields: SmallVec<[Value; 4]>,
        id: CompactString,
        origin: &Origin,
    ) -> Happening {
        let declared = self.program.plan.kinds.get(kind.index());
        let carries = |c: Carries| c != Carries::Never;
        Happening {
            id,
            at: self.state.now,
            kind,
            group: keys.group.filter(|_| declared.is_some_and(|k| carries(k.group))),
            member: keys.member.filter(|_| declared.is_some_and(|k| carries(k.member))),
            fields,
            cause: Some(Arc::clone(&origin.cause)),
            depth: origin.depth.saturating_add(1),
            certainty: origin.certainty.max(Certainty::Depends),
        }
    }

    /// The fields of a kind, all unknown but those given by position.
    pub(super) fn fields<const N: usize>(&self, kind: KindId, given: [(u8, Value); N]) -> SmallVec<[Value; 4]> {
        let count = self.program.plan.kinds.get(kind.index()).map_or(0, |k| k.fields.len());
        let mut fields: SmallVec<[Value; 4]> = SmallVec::from_elem(Value::Unknown, count);
        for (position, value) in given {
            if let Some(field) = fields.get_mut(position as usize) {
                *field = value;
            }
        }
        fields
    }

    fn say(&mut self, pending: &Pending, how: Say, class: Option<NameId>, choice: &Choice) -> Result<(), Refused> {
        if choice.text.is_none() {
            return Err(Reason::MissingValue);
        }
        if how == Say::Warn && !self.state.is_member(pending.ready.keys) {
            return Err(Reason::NotAMember);
        }
        self.pay(&pending.ready, choice);
        if matches!(how, Say::Post | Say::Announce) {
            let known = &self.program.known;
            let message = choice.message.and_then(|id| self.program.plan.messages.get(id.index()));
            let message = message.map_or(Value::Unknown, |message| Value::Name(message.name));
            let class = class.map_or(Value::Unknown, Value::Name);
            let given = [(known.content_message, message), (known.content_class, class)];
            self.tell(pending, known.content_posted, self.fields(known.content_posted, given));
        }
        Ok(())
    }

    fn dissolve(&mut self, pending: &Pending) -> Result<(), Refused> {
        let group = pending.ready.keys.group.ok_or(Reason::NoGroup)?;
        if !self.state.close_group(group) {
            return Err(Reason::NoChange);
        }
        self.tell(pending, self.program.known.group_closed, self.fields(self.program.known.group_closed, []));
        Ok(())
    }

    fn tag(&mut self, pending: &Pending, tag: NameId, on: bool) -> Result<(), Refused> {
        let member = pending.ready.keys.member.ok_or(Reason::Nobody)?;
        let person = self.state.person_mut(member).ok_or(Reason::Nobody)?;
        if person.profile.get().is_some_and(|profile| profile.tags.contains(&tag)) == on {
            return Err(Reason::NoChange);
        }
        let tags = &mut person.profile.get_mut().tags;
        if on {
            tags.push(tag);
        } else {
            tags.retain(|held| *held != tag);
        }
        let known = &self.program.known;
        let (kind, slot) = if on { (known.tag_added, known.added_tag) } else { (known.tag_removed, known.removed_tag) };
        self.tell(pending, kind, self.fields(kind, [(slot, Value::Name(tag))]));
        Ok(())
    }

    /// Books points; the balance never falls below zero.
    fn book(&mut self, pending: &Pending, ledger: LedgerId, amount: Decimal) -> Result<(), Refused> {
        let member = pending.ready.keys.member.ok_or(Reason::Nobody)?;
        let balance = self.state.balance(member, ledger);
        let balance = balance.checked_add(amount).ok_or(Reason::MissingValue)?;
        if balance < Decimal::ZERO {
            return Err(Reason::BalanceTooLow);
        }
        if amount.is_zero() {
            return Err(Reason::NoChange);
        }
        let person = self.state.person_mut(member).ok_or(Reason::Nobody)?;
        put(&mut person.profile.get_mut().points, ledger, balance);
        let known = &self.program.known;
        let name = self.program.plan.ledgers.get(ledger.index()).copied().unwrap_or(NameId::UNDECLARED);
        let given = [
            (known.points_ledger, Value::Name(name)),
            (known.points_amount, Value::Number(amount)),
            (known.points_balance, Value::Number(balance)),
        ];
        self.tell(pending, known.points_changed, self.fields(known.points_changed, given));
        Ok(())
    }

    fn invite(&mut self, keys: Keys, group: GroupId) -> Result<(), Refused> {
        let member = keys.member.ok_or(Reason::Nobody)?;
        if self.state.is_member(Keys { group: Some(group), member: Some(member) }) {
            return Err(Reason::NoChange);
        }
        let now = self.state.now;
        let state = self.state.group_mut(group).filter(|group| !group.closed).ok_or(Reason::NoGroup)?;
        state.invited.retain(|(at, invited)| *at > now - facts::INVITATION && *invited != member);
        state.invited.push_back((now, member));
        Ok(())
    }

    // ---- sanctions ----------------------------------------------------------------------------------------------

    fn mute(&mut self, pending: &Pending, until: Instant) -> Result<(), Refused> {
        let keys = pending.ready.keys;
        let now = self.state.now;
        let membership = self.state.membership_mut(keys).filter(|m| m.living).ok_or(Reason::NotAMember)?;
        let card = membership.card.get_mut();
        let in_force = card.mute.map(|mute| mute.until).filter(|until| *until > now);
        // A mute never shortens one in force.
        if in_force.is_some_and(|in_force| in_force >= until) || until <= now {
            return Err(Reason::NoChange);
        }
        card.mute = Some(Mute { until, ground: pending.ground });
        self.tell(pending, self.program.known.muted, self.fields(self.program.known.muted, []));
        Ok(())
    }

    fn unmute(&mut self, keys: Keys) -> Result<(), Refused> {
        let now = self.state.now;
        let membership = self.state.membership_mut(keys).ok_or(Reason::NotAMember)?;
        let mute = membership.card.existing().and_then(|card| card.mute.take()).filter(|mute| mute.until > now);
        mute.map(|_| ()).ok_or(Reason::NoChange)
    }

    /// Removes (`None`) or bans until a time.
    fn put_out(&mut self, pending: &Pending, banned_until: Option<Instant>) -> Result<(), Refused> {
        let keys = pending.ready.keys;
        let known = &self.program.known;
        let kind = if banned_until.is_some() { known.banned } else { known.removed };
        let membership = self.state.membership_mut(keys).ok_or(Reason::NotAMember)?;
        let living = membership.living;
        let card = membership.card.get_mut();
        let was = card.out.and_then(|out| out.banned_until);
        let longer = banned_until.is_some_and(|until| was.is_none_or(|was| until > was));
        if !living && !longer {
            return Err(Reason::NoChange);
        }
        card.out = Some(Out { banned_until, ground: pending.ground });
        self.state.end_membership(keys);
        self.tell(pending, kind, self.fields(kind, []));
        Ok(())
    }

    fn unban(&mut self, keys: Keys) -> Result<(), Refused> {
        let now = self.state.now;
        let card = self.state.card_mut(keys).ok_or(Reason::NotAMember)?;
        let out = card.out.filter(|out| out.banned_until.is_some_and(|until| until > now));
        if out.is_none() {
            return Err(Reason::NoChange);
        }
        // Who may come back is still out.
        card.out = Some(Out { banned_until: None, ground: None });
        Ok(())
    }

    // ---- arguments ----------------------------------------------------------------------------------------------

    /// The arguments as a decision shows them, after the fact.
    pub(super) fn args(&self, pending: &Pending, effect: &Effect, choice: &Choice, status: Status) -> Args {
        let mut args = Args::new();
        let mut arg = |name: &str, value: Value| args.push((CompactString::from(name), value));
        match (&effect.act, &pending.ready.body) {
            (Act::Say { class, .. }, _) => self.say_args(*class, choice, &mut arg),
            (Act::DeleteMessage, Body::Message(id)) => arg("message_id", Value::text(id.as_str())),
            (Act::Tag(tag) | Act::Untag(tag), _) => arg("tag", Value::Name(*tag)),
            (Act::Set { attribute, .. }, body) => {
                let attribute = self.program.plan.attributes.get(attribute.index());
                arg("field", attribute.map_or(Value::Unknown, |a| Value::Name(a.name)));
                if let Body::Value(value) = body {
                    arg("value", value.clone());
                }
            }
            (Act::Award { ledger, .. } | Act::Redeem { ledger, .. }, body) => {
                let keys = if pending.ready.is_for_nobody() { Keys::default() } else { pending.ready.keys };
                self.points_args(*ledger, body, keys, &mut arg);
            }
            (Act::Invite(_) | Act::InviteWhere(_), Body::Group(group)) => arg("to", Value::Group(*group)),
            (Act::Invite(_), Body::NewGroup(text)) => arg("to", Value::text(text.as_str())),
            (Act::Mute { .. } | Act::Ban { .. }, Body::During(Some(during))) => {
                arg("for_s", Value::Duration(*during));
            }
            (Act::Strike { tally, .. }, Body::Strike { weight, .. }) => {
                self.tally_args(*tally, pending.ready.keys, Some(*weight), &mut arg);
            }
            (Act::Pardon { tally }, _) if pending.ready.is_for_nobody() => arg("ladder", self.tally_name(*tally)),
            (Act::Pardon { tally }, _) => {
                let forgiven = (status == Status::Done).then(|| self.forgiven(*tally, pending.ready.keys));
                self.tally_args(*tally, pending.ready.keys, forgiven, &mut arg);
            }
            (Act::Task(task), Body::Task { title, due }) => {
                arg("title", Value::Text(Arc::clone(title)));
                arg("role", Value::Name(task.role));
                arg("due", Value::Time(*due));
                if let Some(name) = task.name {
                    arg("name", Value::Name(name));
                }
            }
            (Act::Start { timeline, .. } | Act::Stop { timeline }, _) => arg("flow", self.flow_name(*timeline)),
            (Act::Emit { kind, .. }, body) => self.emit_args(*kind, body, &mut arg),
            (Act::Custom { params }, Body::Values(values)) => {
                params.iter().zip(values).for_each(|((name, _), value)| arg(name, value.clone()));
            }
            _ => {}
        }
        args
    }

    fn say_args(&self, class: Option<NameId>, choice: &Choice, arg: &mut impl FnMut(&str, Value)) {
        let message = choice.message.and_then(|id| self.program.plan.messages.get(id.index()));
        if let Some(message) = message {
            arg("message", Value::Name(message.name));
        }
        if let Some(text) = &choice.text {
            arg("text", Value::Text(Arc::clone(text)));
        }
        if let Some(class) = class {
            arg("class", Value::Name(class));
        }
        if let Some(voice) = message.and_then(|message| message.voice) {
            arg("voice", Value::Name(voice));
        }
    }

    fn points_args(&self, ledger: LedgerId, body: &Body, keys: Keys, arg: &mut impl FnMut(&str, Value)) {
        let name = self.program.plan.ledgers.get(ledger.index()).copied().unwrap_or(NameId::UNDECLARED);
        arg("points", Value::Name(name));
        if let Body::Amount(amount) = body {
            arg("amount", Value::Number(*amount));
        }
        if let Some(member) = keys.member {
            arg("balance", Value::Number(self.state.balance(member, ledger)));
        }
    }

    /// Without a weight it is all that a pardon would forgive.
    fn tally_args(&self, id: TallyId, keys: Keys, weight: Option<u32>, arg: &mut impl FnMut(&str, Value)) {
        let name = self.program.plan.tallies.get(id.index()).map_or(NameId::UNDECLARED, |tally| tally.name);
        arg("ladder", Value::Name(name));
        let total = self.total(id, keys);
        arg("weight", Value::count(u64::from(weight.unwrap_or(total))));
        arg("total", Value::count(u64::from(total)));
    }

    fn emit_args(&self, kind: KindId, body: &Body, arg: &mut impl FnMut(&str, Value)) {
        let Some(kind) = self.program.plan.kinds.get(kind.index()) else { return };
        arg("event", Value::text(kind.name.as_str()));
        let Body::Values(values) = body else { return };
        for (field, value) in kind.fields.iter().zip(values).filter(|(_, value)| value.is_known()) {
            arg(&field.name, value.clone());
        }
    }

    pub(super) fn flow_name(&self, id: TimelineId) -> Value {
        self.program.plan.timelines.get(id.index()).map_or(Value::Unknown, |timeline| Value::Name(timeline.name))
    }
}

impl Pending {
    /// Whether the event told is one that `emit` names: it is taken in like a recorded one.
    fn is_emit(&self, effect: &Effect) -> bool {
        matches!(effect.act, Act::Emit { .. })
    }
}
