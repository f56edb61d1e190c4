//! What is to be delivered: one row a decision that reaches beyond the playbook, in the transaction of its decision.

use crate::connector::{Deed, Delivery, Routes, Way};
use crate::engine::Decision;
use crate::simulate::{Moment, Recorder};
use crate::time::{Duration, Instant};
use serde_json::{Value, json};

/// Actions that change nothing but what the playbook itself keeps.
pub(super) const INWARD: [&str; 12] =
    ["tag", "untag", "set", "award", "redeem", "strike", "pardon", "promote", "demote", "start", "stop", "emit"];

/// Actions that take something from somebody: each must be allowed by name.
pub const GUARDED: [&str; 4] = ["mute", "remove", "ban", "delete_message"];

/// What may be delivered, and how hard it is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The guarded actions that are allowed.
    pub allow: Vec<String>,
    /// How often a delivery is tried.
    pub attempts: u32,
    /// How long after its decision it still makes sense.
    pub expire: Duration,
    /// Where everything goes.
    pub routes: Routes,
}

/// A row about to be written.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) action: String,
    pub(super) at: Instant,
    pub(super) address: Address,
    pub(super) state: State,
    pub(super) said: &'static str,
    /// What ends it, where the connector does not by itself.
    pub(super) end: Option<End>,
}

/// Where a delivery goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// The connector.
    pub(super) way: String,
    /// To whom.
    pub(super) destination: String,
    /// What must keep its order.
    pub(super) lane: String,
    /// The lane of what would end an earlier sanction, and is no longer wanted once this is done.
    pub(super) instead: Option<String>,
}

/// The end of a sanction.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) id: String,
    pub(super) action: &'static str,
    pub(super) at: Instant,
    pub(super) lane: String,
}

/// What the id of the end of a sanction has behind that of the sanction.
const END: &str = "-end";

/// How far a delivery has come; [`State::meaning`] says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Sending,
    Uncertain,
    Done,
    Dead,
    Expired,
    Dropped,
}

impl State {
    /// Every state.
    pub const ALL: [State; 7] =
        [State::Pending, State::Sending, State::Uncertain, State::Done, State::Dead, State::Expired, State::Dropped];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Sending => "sending",
            State::Uncertain => "uncertain",
            State::Done => "done",
            State::Dead => "dead",
            State::Expired => "expired",
            State::Dropped => "dropped",
        }
    }

    /// What it means.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            State::Pending => "It waits for its first or its next try",
            State::Sending => "It is being sent",
            State::Uncertain => "Nobody knows whether the receiver has it: people decide whether it is sent again",
            State::Done => "It was accepted",
            State::Dead => "It was refused, or tried too often",
            State::Expired => "It came too late to make sense",
            State::Dropped => "Somebody, or the configuration, did not want it",
        }
    }
}

/// One delivery as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number: the order of decisions.
    pub number: i64,
    /// The id of the decision, by which a receiver knows it again.
    pub id: String,
    /// The action.
    pub action: String,
    /// The connector that it goes through.
    pub way: String,
    /// To whom.
    pub destination: String,
    /// When it was decided.
    pub at: Instant,
    /// How far it has come, in a word.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next: Instant,
    /// What was said last.
    pub said: String,
    /// The decision, as a dry run writes it.
    pub record: String,
}

impl Row {
    /// The event that tells the playbook what became of it, where that is final.
    pub(super) fn event(&self, id: &str, at: Instant) -> Option<String> {
        let done = self.state == State::Done.word();
        let failed = [State::Dead, State::Expired].iter().any(|failed| failed.word() == self.state);
        // The end of a sanction is no decision of the playbook.
        if !(done || failed) || self.id.ends_with(END) {
            return None;
        }
        let record: Value = serde_json::from_str(&self.record).ok()?;
        let kind = if done { "delivery.done" } else { "delivery.failed" };
        let mut event = json!({ "id": id, "at": at.to_string(), "kind": kind, "action": self.id, "name": self.action });
        let whom = ["group", "member"].map(|key| (key, record.get(key).cloned()));
        let why = if self.state == State::Expired.word() { "too late" } else { self.said.as_str() };
        let [why, how] = [why, &self.state].map(|text| (!done).then(|| Value::from(text)));
        let fields = event.as_object_mut()?;
        for (key, value) in whom.into_iter().chain([("how", how), ("reason", why)]) {
            if let Some(value) = value {
                fields.insert(key.to_owned(), value);
            }
        }
        Some(event.to_string())
    }
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Done,
    /// It is tried again: it is surely not done, or a second time does no harm.
    RetryAt(Instant, String),
    /// Nobody knows whether the receiver has it, and it would not know it again.
    Uncertain(String),
    /// The receiver will never take it.
    Dead(String),
    /// It was not tried: it is too old.
    Expired,
}

impl Policy {
    /// The row of a decision; `None` where nobody outside needs to know of it.
    pub(super) fn letter(&self, moment: &Moment<'_>, decision: &Decision) -> Option<Letter> {
        let action = moment.program.name(decision.action);
        if decision.status != crate::engine::Status::Done || INWARD.contains(&action) {
            return None;
        }
        let group = decision.keys.group.map_or("", |group| moment.state.group_text(group));
        let member = decision.keys.member.map_or("", |member| moment.state.member_text(member));
        let mut record = String::new();
        Recorder::new(moment.program, moment.state).decision(&mut record, decision);
        let id = decision.id.to_string();
        let letter = |address, state, said| Letter {
            id: id.clone(),
            action: action.to_owned(),
            at: decision.at,
            address,
            state,
            said,
            end: None,
        };
        let Some((way, address)) = self.address(action, group, member, role(&record).as_deref()) else {
            return Some(letter(Address::default(), State::Dropped, NO_WAY));
        };
        if !self.allows(action) {
            return Some(letter(address, State::Dropped, NOT_ALLOWED));
        }
        let end = self.end(way, &id, action, &record, address.instead.clone());
        Some(Letter { end, ..letter(address, State::Pending, "") })
    }

    /// What ends a sanction whose end the connector does not see to.
    fn end(&self, way: &Way, id: &str, action: &str, record: &str, lane: Option<String>) -> Option<End> {
        let (mutes, bans) = way.ends;
        let deed = Delivery::read(id, action, record, "", Instant::from_ms(0))?.deed;
        let action = match deed {
            Deed::Mute(_) if !mutes => "unmute",
            Deed::Ban(_) if !bans => "unban",
            _ => return None,
        };
        Some(End { id: format!("{id}{END}"), action, at: deed.until()?, lane: lane? })
    }

    /// Where a decision goes.
    fn address(&self, action: &str, group: &str, member: &str, role: Option<&str>) -> Option<(&Way, Address)> {
        let (way, destination) = self.routes.find(action, group, member, role)?;
        // What is said in a group keeps its order; what concerns a person alone waits for nobody else.
        let lane =
            if group.is_empty() { format!("{} m {member}", way.name) } else { format!("{} g {group}", way.name) };
        let instead = lift(&way.name, action, group, member);
        Some((way, Address { way: way.name.clone(), destination, lane, instead }))
    }

    /// Where a delivery goes that waits since before the start, and what it has come to: the configuration may be
    /// another one, and what was being sent may be done or not.
    pub(super) fn take_up(&self, row: &Row) -> (Address, State, String) {
        let dropped = |said: &str| (Address::default(), State::Dropped, said.to_owned());
        let Some(delivery) = Delivery::read(&row.id, &row.action, &row.record, &row.destination, row.at) else {
            return dropped(NO_WAY);
        };
        let (group, member) = (delivery.group.as_str(), delivery.member.as_str());
        let found = self.address(&row.action, group, member, role(&row.record).as_deref());
        let Some((way, mut address)) = found else { return dropped(NO_WAY) };
        if row.id.ends_with(END)
            && let Some(lane) = address.instead.take()
        {
            address.lane = lane;
        }
        let state = State::ALL.into_iter().find(|state| state.word() == row.state).unwrap_or(State::Pending);
        match state {
            State::Sending if way.repeats || delivery.deed.is_repeatable() => {
                (address, State::Pending, row.said.clone())
            }
            State::Sending => (address, State::Uncertain, "the process ended while it was sent".to_owned()),
            _ => (address, state, row.said.clone()),
        }
    }

    /// Whether an action leaves the playbook at all and may be delivered.
    #[must_use]
    pub fn leaves(&self, action: &str) -> bool {
        !INWARD.contains(&action) && self.allows(action)
    }

    /// Whether an action may be delivered.
    pub(super) fn allows(&self, action: &str) -> bool {
        !GUARDED.contains(&action) || self.allow.iter().any(|allowed| allowed == action)
    }

    /// What to do after a try that failed for now: later and later, not all at the same moment, and never before the
    /// receiver wants it.
    #[must_use]
    pub fn again(&self, row: &Row, now: Instant, wanted: Option<Duration>, why: String) -> Outcome {
        let tried = row.attempts.saturating_add(1);
        if tried >= self.attempts {
            return Outcome::Dead(why);
        }
        let longest = LONGEST.min(FIRST.saturating_mul(1 << tried.min(20).saturating_sub(1)));
        // Half of it, and a part of the other half that differs from one delivery and try to the next.
        let mixed = row.id.bytes().fold(u64::from(tried), |mixed, byte| {
            mixed.wrapping_add(u64::from(byte)).wrapping_mul(6_364_136_223_846_793_005)
        });
        let part = i64::try_from((mixed >> 33) % 1000).unwrap_or(0);
        let pause = longest / 2 + longest / 2 * part / 1000;
        let pause = wanted.map_or(pause, |wanted| wanted.ms().max(pause));
        Outcome::RetryAt(now + Duration::from_ms(pause), why)
    }
}

/// Why something is not delivered.
pub(super) const NOT_ALLOWED: &str = "not allowed by the configuration";
const NO_WAY: &str = "no route leads anywhere";

/// Whom a task is for.
fn role(record: &str) -> Option<String> {
    let record: serde_json::Value = serde_json::from_str(record).ok()?;
    record.pointer("/args/role")?.as_str().map(str::to_owned)
}

/// The lane of what ends a sanction of this sort of this member in this group.
fn lift(way: &str, action: &str, group: &str, member: &str) -> Option<String> {
    let sort = match action {
        "mute" | "unmute" => "mute",
        "ban" | "unban" => "ban",
        _ => return None,
    };
    Some(format!("{way} end {sort} {} {group} {member}", group.len()))
}

/// The pause after the first try, and the longest, in milliseconds.
const FIRST: i64 = 1_000;
const LONGEST: i64 = 10 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, attempts: u32) -> Row {
        Row {
            number: 1,
            id: id.to_owned(),
            action: "dm".to_owned(),
            way: "a".to_owned(),
            destination: "m1".to_owned(),
            at: Instant::from_ms(0),
            state: "pending".to_owned(),
            attempts,
            next: Instant::from_ms(0),
            said: String::new(),
            record: String::new(),
        }
    }

    fn pause(id: &str, attempts: u32, wanted: Option<i64>) -> Option<i64> {
        let policy =
            Policy { allow: Vec::new(), attempts: 30, expire: Duration::from_ms(0), routes: Routes::default() };
        let now = Instant::from_ms(5_000);
        match policy.again(&row(id, attempts), now, wanted.map(Duration::from_ms), String::new()) {
            Outcome::RetryAt(at, _) => Some((at - now).ms()),
            _ => None,
        }
    }

    #[test]
    fn pauses_grow_and_differ_and_heed_the_receiver() {
        for (attempts, longest) in [(0, 1_000), (1, 2_000), (5, 32_000), (15, 600_000), (28, 600_000)] {
            let pause = pause("a", attempts, None).unwrap();
            assert!((longest / 2..longest).contains(&pause), "{attempts}: {pause}");
        }
        assert_ne!(pause("a", 5, None), pause("b", 5, None));
        assert_eq!(pause("a", 0, Some(90_000)), Some(90_000));
        assert!(pause("a", 5, Some(1)).unwrap() >= 16_000);
        assert_eq!(pause("a", 29, None), None);
    }
}
