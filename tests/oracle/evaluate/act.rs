//! Doing an action: what stands between it and its being done, and what it changes.

use super::book::{Book, Field, Scope, dotted};
use super::ready::{Concerns, concerns};
use super::run::Run;
use super::value::{Value, same};
use super::world::{Decision, Event, Happened, Hold, Keys, Origin, Pending, Waiting};
use super::zone::later;
use qun::syntax::tree::{ActionKind, Approval, Said, Say};
use rust_decimal::Decimal;
use std::rc::Rc;

/// The name of an action, `_` for a space.
pub fn action_name(kind: &ActionKind) -> &str {
    match kind {
        ActionKind::Say { how: Say::Post, .. } => "post",
        ActionKind::Say { how: Say::Announce, .. } => "announce",
        ActionKind::Say { how: Say::Dm, .. } => "dm",
        ActionKind::Say { how: Say::Warn, .. } => "warn",
        ActionKind::Dissolve => "dissolve",
        ActionKind::Tag(_) => "tag",
        ActionKind::Untag(_) => "untag",
        ActionKind::Set { .. } => "set",
        ActionKind::Award { .. } => "award",
        ActionKind::Redeem { .. } => "redeem",
        ActionKind::Invite(_) | ActionKind::InviteWhere(_) => "invite",
        ActionKind::DeleteMessage => "delete_message",
        ActionKind::Mute { .. } => "mute",
        ActionKind::Unmute { .. } => "unmute",
        ActionKind::Remove { .. } => "remove",
        ActionKind::Ban { .. } => "ban",
        ActionKind::Unban { .. } => "unban",
        ActionKind::Strike { .. } => "strike",
        ActionKind::Pardon { .. } => "pardon",
        ActionKind::Task(_) => "task",
        ActionKind::Start { .. } => "start",
        ActionKind::Stop { .. } => "stop",
        ActionKind::Emit { .. } => "emit",
        ActionKind::Custom { name, .. } => &name.text,
    }
}

/// Whether an internal event tells of an action.
fn tells(kind: &ActionKind) -> bool {
    !matches!(
        kind,
        ActionKind::Say { how: Say::Dm | Say::Warn, .. }
            | ActionKind::Set { .. }
            | ActionKind::Invite(_)
            | ActionKind::InviteWhere(_)
            | ActionKind::DeleteMessage
            | ActionKind::Unmute { .. }
            | ActionKind::Unban { .. }
            | ActionKind::Custom { .. }
    )
}

impl<'b> Run<'b> {
    /// A missing argument, a cascade too long, an approval, a stronger sanction, a limit.
    pub fn consider(&mut self, pending: Pending<'b>) {
        let action = pending.act.action;
        if let Some(reason) = pending.ready.refusal {
            return self.settle_as(&pending, "skipped", Some(reason.to_owned()));
        }
        if self.is_too_long(pending.origin.depth) && tells(&action.kind) {
            self.out.cut += 1;
            return self.settle_as(&pending, "dropped", Some("cascade too long".to_owned()));
        }
        match &action.approval {
            Some(approval) if !pending.approved => self.ask(pending, approval),
            _ if super::sanctions::strength(&pending).is_some() => self.sanctions.push(pending),
            _ => _ = self.attempt(pending),
        }
    }

    fn ask(&mut self, pending: Pending<'b>, approval: &Approval) {
        self.settle_as(&pending, "held", None);
        let hold = Hold {
            shared: approval.one.then_some(pending.firing),
            proceed: approval.otherwise.as_ref().is_some_and(|word| word.text == "proceed"),
            limit: None,
        };
        let within = self.scene_of(pending.ready.scene.clone()).value(&approval.within).duration().unwrap();
        let due = later(self.world.now, within);
        let sequence = self.world.next_sequence();
        // Who shares an approval shares its time and what happens without an answer.
        let first = self
            .world
            .waiting
            .iter()
            .find(|waiting| hold.shared.is_some() && waiting.hold.is_some_and(|other| other.shared == hold.shared));
        let (due, hold) = first.map_or((Some(due), hold), |first| (first.due, first.hold.unwrap()));
        self.world.waiting.push(Waiting { pending, due, sequence, hold: Some(hold) });
    }

    /// Records what became of an action.
    pub fn settle_as(&mut self, pending: &Pending<'b>, status: &'static str, reason: Option<String>) {
        let decision = self.decision(pending, status, reason);
        self.record(&decision);
    }

    pub fn decision(&self, pending: &Pending<'b>, status: &'static str, reason: Option<String>) -> Decision {
        let kind = &pending.act.action.kind;
        let mut chosen = pending.clone();
        let is_for_nobody = matches!(pending.ready.refusal, Some("nobody" | "not a member"));
        if status != "done" && !is_for_nobody {
            self.choose(&mut chosen);
        }
        let mut args = chosen.ready.args;
        let is_unknown_strike =
            || matches!(kind, ActionKind::Strike { .. }) && pending.ready.refusal == Some("missing value");
        if !is_for_nobody && !is_unknown_strike() {
            args.extend(self.sum_after(pending));
        }
        Decision {
            at: self.world.now,
            id: pending.id.clone(),
            action: action_name(kind).to_owned(),
            keys: recorded_keys(self.book, pending),
            args,
            status,
            reason,
            item: self.book.item_name(pending.act.item).to_owned(),
            source: self.book.place(pending.act.action.span),
            cause: Rc::clone(&pending.origin.cause),
        }
    }

    /// The balance or total as it stands now.
    fn sum_after(&self, pending: &Pending<'b>) -> Vec<(String, Value)> {
        let keys = &pending.ready.keys;
        let number = |n: i64| Value::Number(Decimal::from(n));
        let total = |ladder: &str| self.total_now(self.book.ladder(ladder).0, keys);
        match &pending.act.action.kind {
            ActionKind::Award { ledger, .. } | ActionKind::Redeem { ledger, .. } => {
                let Some(member) = &keys.member else { return Vec::new() };
                let person = self.world.persons.get(member);
                let balance = person.and_then(|person| person.points.get(&ledger.text)).copied().unwrap_or_default();
                vec![("balance".to_owned(), Value::Number(balance))]
            }
            ActionKind::Strike { ladder, .. } => vec![("total".to_owned(), number(total(&ladder.text)))],
            ActionKind::Pardon { ladder } => {
                let total = total(&ladder.text);
                let forgiven = match arg(pending, "weight") {
                    Value::Unknown => vec![("weight".to_owned(), number(total))],
                    _ => Vec::new(),
                };
                forgiven.into_iter().chain([("total".to_owned(), number(total))]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Limits, then the action itself; whether it acted, or would have changed nothing.
    pub fn attempt(&mut self, mut pending: Pending<'b>) -> bool {
        self.choose(&mut pending);
        if !self.limits_let(&pending) {
            return false;
        }
        self.told.clear();
        match self.perform(&mut pending) {
            Ok(()) => {
                self.settle_as(&pending, "done", None);
                self.happened(&pending);
                for event in std::mem::take(&mut self.told) {
                    self.emit(event);
                }
                self.after(&pending);
                true
            }
            Err(reason) => {
                self.settle_as(&pending, "skipped", Some(reason.to_owned()));
                reason == "no change"
            }
        }
    }

    fn happened(&mut self, pending: &Pending<'b>) {
        let class = match &pending.act.action.kind {
            ActionKind::Say { class, .. } => class.as_ref().map(|class| class.text.clone()),
            _ => None,
        };
        let keys = recorded_keys(self.book, pending);
        let reached = match (&keys.member, &keys.group) {
            (Some(member), _) => vec![member.clone()],
            (None, Some(group)) => self.world.members_of(group),
            _ => self.world.people(),
        };
        let action = action_name(&pending.act.action.kind).to_owned();
        self.world.happened.push(Happened { at: self.world.now, action, class, keys, reached });
    }

    /// What happens when an action has been recorded.
    fn after(&mut self, pending: &Pending<'b>) {
        match &pending.act.action.kind {
            ActionKind::Start { flow, .. } => self.start_by_action(pending, &flow.text),
            ActionKind::Stop { flow } => self.stop_by_action(pending, &flow.text),
            ActionKind::Task(_) => self.give(pending),
            _ => {}
        }
    }

    /// An internal event that tells of the action.
    fn tell(&mut self, pending: &Pending<'b>, kind: &str, fields: Vec<(&str, Value)>) {
        let event = self.internal(kind, &pending.ready.keys, pending.id.clone(), &pending.origin, fields);
        self.told.push(event);
    }

    /// The action itself, or why it is not done.
    fn perform(&mut self, pending: &mut Pending<'b>) -> Result<(), &'static str> {
        let keys = pending.ready.keys.clone();
        let member = keys.member.clone().unwrap_or_default();
        match &pending.act.action.kind {
            ActionKind::Say { how, what, class } => {
                let (group, member) = (keys.group.as_deref().unwrap_or(""), member.as_str());
                if arg(pending, "text").is_unknown() {
                    return Err("missing value");
                }
                if *how == Say::Warn && !self.world.is_member(group, member) {
                    return Err("not a member");
                }
                self.say(pending, what)?;
                if matches!(how, Say::Post | Say::Announce) {
                    let message = arg(pending, "message");
                    let class = class.as_ref().map_or(Value::Unknown, |class| Value::Name(class.text.clone()));
                    self.tell(pending, "content.posted", vec![("message", message), ("class", class)]);
                }
                Ok(())
            }
            ActionKind::Dissolve => {
                let group = keys.group.clone().unwrap_or_default();
                if self.world.groups.get(&group).is_none_or(|group| group.life.is_none()) {
                    return Err("no change");
                }
                self.close(&group);
                self.tell(pending, "group.closed", Vec::new());
                Ok(())
            }
            ActionKind::Tag(tag) => {
                let person = self.world.persons.entry(member).or_default();
                if !person.tags.insert(tag.text.clone()) {
                    return Err("no change");
                }
                self.tell(pending, "tag.added", vec![("tag", Value::Name(tag.text.clone()))]);
                Ok(())
            }
            ActionKind::Untag(tag) => {
                let person = self.world.persons.entry(member).or_default();
                if !person.tags.remove(&tag.text) {
                    return Err("no change");
                }
                self.tell(pending, "tag.removed", vec![("tag", Value::Name(tag.text.clone()))]);
                Ok(())
            }
            ActionKind::Set { field, .. } => self.set(pending, &field.text),
            ActionKind::Award { ledger, .. } => self.book_points(pending, &ledger.text, Decimal::ONE),
            ActionKind::Redeem { ledger, .. } => self.book_points(pending, &ledger.text, Decimal::NEGATIVE_ONE),
            ActionKind::Invite(_) | ActionKind::InviteWhere(_) => self.invite(pending),
            ActionKind::DeleteMessage | ActionKind::Custom { .. } => Ok(()),
            ActionKind::Mute { .. } => self.mute(pending),
            ActionKind::Unmute { .. } => self.unmute(&keys),
            ActionKind::Remove { .. } => self.put_out(pending, false),
            ActionKind::Ban { .. } => self.put_out(pending, true),
            ActionKind::Unban { .. } => self.unban(&keys),
            ActionKind::Strike { ladder, .. } => self.strike(pending, &ladder.text),
            ActionKind::Pardon { ladder } => self.pardon(pending, &ladder.text),
            ActionKind::Task(_) => Ok(()),
            ActionKind::Start { flow, .. } => self.may_start_by_action(pending, &flow.text),
            ActionKind::Stop { flow } => self.may_stop_by_action(pending, &flow.text),
            ActionKind::Emit { event, .. } => {
                let fields: Vec<(String, Value)> = pending.ready.args.iter().skip(1).cloned().collect();
                let fields = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                let event = self.internal(&dotted(event), &keys, pending.id.clone(), &pending.origin, fields);
                let event = Event { sequence: self.world.next_sequence(), ..event };
                self.facts(&event);
                self.told.push(event);
                Ok(())
            }
        }
    }

    pub fn tell_of(&mut self, pending: &Pending<'b>, kind: &str, fields: Vec<(&str, Value)>) {
        self.tell(pending, kind, fields);
    }

    // ---- what is said ---------------------------------------------------------------------------------------------

    fn say(&mut self, pending: &mut Pending<'b>, what: &Said) -> Result<(), &'static str> {
        let keys = pending.ready.keys.clone();
        if let Some(name) = arg(pending, "message").words() {
            *self.world.turns.entry((name.to_owned(), keys.group.clone())).or_default() += 1;
        }
        if let Said::Pool(pool) = what {
            let name = arg(pending, "message").words().unwrap().to_owned();
            self.use_of_pool(&pool.text, &keys, name);
        }
        Ok(())
    }

    /// A pool chooses when it is said, and of a message that has several texts the one whose turn it is.
    fn choose(&self, pending: &mut Pending<'b>) {
        let ActionKind::Say { what, class, .. } = &pending.act.action.kind else { return };
        let keys = pending.ready.keys.clone();
        if let Said::Pool(pool) = what {
            let name = self.next_of_pool(&pool.text, &keys).0;
            let class = class.as_ref().map(|class| ("class".to_owned(), Value::Name(class.text.clone())));
            pending.ready.args = self.message_args(&name);
            pending.ready.args.splice(1..1, class);
            pending.ready.pieces = self.texts(&name, &keys, &std::collections::BTreeMap::new());
        }
        let Some(name) = arg(pending, "message").words().map(str::to_owned) else { return };
        pending.ready.args.retain(|(label, _)| label != "text");
        if let Some(place) = self.turn(&name, &keys, &pending.ready.pieces) {
            let text = Value::Text(pending.ready.pieces[place].clone().unwrap());
            pending.ready.args.insert(1, ("text".to_owned(), text));
        }
    }

    /// The message of a pool that comes next: the least recently used, or the one with the greatest credit.
    fn next_of_pool(&self, pool: &str, keys: &Keys) -> (String, Credits) {
        let (members, weight) = self.book.pool(pool);
        let names: Vec<String> = members.iter().map(|member| member.text.clone()).collect();
        let key = (pool.to_owned(), keys.group.clone());
        let Some(weight) = weight else {
            let used = self.world.used.get(&key).cloned().unwrap_or_default();
            let last = |name: &String| used.iter().rposition(|it| it == name).map_or(0, |position| position + 1);
            return (names.iter().min_by_key(|name| last(name)).unwrap().clone(), Credits::new());
        };
        let scope = self.book.message(&names[0]).scope.as_ref().map_or(Scope::Community, Scope::of);
        let weights: Vec<Option<Decimal>> = names
            .iter()
            .map(|name| {
                let mut scene = self.scene(keys.within(scope).unwrap_or_default());
                scene.memory.params.insert("piece".to_owned(), Value::Name(name.clone()));
                scene.value(weight).decimal()
            })
            .collect();
        let weights = evened(&weights);
        let mut credits = self.world.credits.get(&key).cloned().unwrap_or_default();
        for (name, weight) in names.iter().zip(&weights) {
            *credits.entry(name.clone()).or_default() += weight;
        }
        let mut best = &names[0];
        for name in &names {
            if credits[name] > credits[best] {
                best = name;
            }
        }
        let best = best.clone();
        *credits.get_mut(&best).unwrap() -= weights.iter().sum::<Decimal>();
        (best, credits)
    }

    fn use_of_pool(&mut self, pool: &str, keys: &Keys, name: String) {
        let credits = self.next_of_pool(pool, keys).1;
        let key = (pool.to_owned(), keys.group.clone());
        self.world.credits.insert(key.clone(), credits);
        self.world.used.entry(key).or_default().push(name);
    }

    // ---- fields, points, invitations ------------------------------------------------------------------------------

    fn set(&mut self, pending: &Pending<'b>, name: &str) -> Result<(), &'static str> {
        let keys = pending.ready.keys.clone();
        let scope = field_scope(self.book, name, &keys);
        if scope == Scope::Membership
            && let (Some(group), Some(member)) = (keys.group.clone(), keys.member.clone())
            && !self.world.memberships.contains_key(&(group, member))
        {
            return Err("not a member");
        }
        let scene = self.scene(keys.within(scope).unwrap());
        let before = if scope == Scope::Group { scene.group_property(name) } else { scene.member_property(name) };
        let value = scene.levelled(arg(pending, "value"), &before);
        if same(&before, &value) == Some(true) {
            return Err("no change");
        }
        self.set_field(scope, &keys, name, value);
        Ok(())
    }

    fn book_points(&mut self, pending: &mut Pending<'b>, ledger: &str, sign: Decimal) -> Result<(), &'static str> {
        let member = pending.ready.keys.member.clone().unwrap();
        let amount = arg(pending, "amount").decimal().unwrap() * sign;
        let points = self.world.persons.entry(member).or_default().points.entry(ledger.to_owned()).or_default();
        let balance = *points + amount;
        if balance < Decimal::ZERO {
            return Err("balance too low");
        }
        if amount.is_zero() {
            return Err("no change");
        }
        *points = balance;
        let amount = ("amount", Value::Number(amount));
        let fields = vec![("ledger", Value::Name(ledger.to_owned())), amount, ("balance", Value::Number(balance))];
        self.tell(pending, "points.changed", fields);
        Ok(())
    }

    fn invite(&mut self, pending: &Pending<'b>) -> Result<(), &'static str> {
        let member = pending.ready.keys.member.clone().unwrap();
        let Value::Group(group) = arg(pending, "to") else { return Err("no group") };
        if self.world.is_member(&group, &member) {
            return Err("no change");
        }
        if self.world.groups.get(&group).is_some_and(|group| group.life.is_none()) {
            return Err("no group");
        }
        self.world.invitations.retain(|(g, m, _)| *g != group || *m != member);
        self.world.invitations.push((group, member, self.world.now));
        Ok(())
    }
}

/// What each message of a weighted pool has gained and not yet paid.
type Credits = std::collections::BTreeMap<String, Decimal>;

/// Whom a decision concerns: what concerns a group has no member.
pub fn recorded_keys(book: &Book<'_>, pending: &Pending<'_>) -> Keys {
    let keys = pending.ready.keys.clone();
    match (&pending.act.action.kind, concerns(&pending.act.action.kind)) {
        (_, Concerns::Group) => Keys { member: None, ..keys },
        (ActionKind::Set { field, .. }, _) if field_scope(book, &field.text, &keys) == Scope::Group => {
            Keys { member: None, ..keys }
        }
        _ => keys,
    }
}

/// The scope of the field of a name that a subject has.
pub fn field_scope(book: &Book<'_>, name: &str, keys: &Keys) -> Scope {
    let scopes = match (&keys.group, &keys.member) {
        (Some(_), Some(_)) => vec![Scope::Membership, Scope::Member, Scope::Group],
        (None, Some(_)) => vec![Scope::Member, Scope::Membership, Scope::Group],
        _ => vec![Scope::Group],
    };
    let field: Option<&Field<'_>> = scopes.iter().find_map(|scope| book.field(name, *scope));
    field.map_or(Scope::Member, |field| field.scope)
}

/// An argument of an action.
pub fn arg(pending: &Pending<'_>, name: &str) -> Value {
    let found = pending.ready.args.iter().find(|(label, _)| label == name);
    found.map_or(Value::Unknown, |(_, value)| value.clone())
}

/// Unknown weights are the mean of the known, none is below a tenth of the mean; all are alike where that is nothing.
fn evened(weights: &[Option<Decimal>]) -> Vec<Decimal> {
    let known: Vec<Decimal> = weights.iter().flatten().copied().collect();
    let mean = match known.len() {
        0 => Decimal::ZERO,
        count => known.iter().sum::<Decimal>() / Decimal::from(count),
    };
    if mean <= Decimal::ZERO {
        return vec![Decimal::ONE; weights.len()];
    }
    weights.iter().map(|weight| weight.unwrap_or(mean).max(mean / Decimal::TEN)).collect()
}

/// The origin of what an action leads to: its decision.
pub fn origin_of(pending: &Pending<'_>) -> Origin {
    pending.origin.then(&pending.id)
}
