//! What the engine answers: decisions, metric samples and notes.

use super::cause::Cause;
use super::certainty::Certainty;
use super::part::Mark;
use crate::plan::expr::Keys;
use crate::plan::ids::{ItemId, KindId, MetricId, NameId, PlaceId};
use crate::plan::value::Value;
use crate::time::Instant;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// All that one step answers, in the order in which it came about.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// What metrics were sampled.
    pub samples: Vec<Sample>,
    /// What went wrong in the run itself.
    pub notes: Vec<Note>,
    /// Where in the handling of the input all that came about; only where the groups of a community are run apart.
    pub marks: Vec<Mark>,
}

impl Output {
    /// Whether the step came to nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decisions.is_empty() && self.samples.is_empty() && self.notes.is_empty()
    }

    /// Makes room for the next step, and keeps the memory.
    pub fn clear(&mut self) {
        self.decisions.clear();
        self.samples.clear();
        self.notes.clear();
        self.marks.clear();
    }
}

/// One decision: an action and what became of it.
#[derive(Clone, Debug)]
pub struct Decision {
    pub at: Instant,
    /// The same on every machine for the same playbook and log.
    pub id: DecisionId,
    /// The action's name, `_` for a space.
    pub action: NameId,
    /// Whom it concerns; what concerns a group has no member.
    pub keys: Keys,
    pub args: Args,
    pub status: Status,
    pub reason: Option<Reason>,
    pub item: ItemId,
    pub place: PlaceId,
    /// The chain of ids back to the event, the nearest first.
    pub cause: Arc<Cause>,
    /// How sure it is that it would have been made.
    pub certainty: Certainty,
    /// Which firing of its input it belongs to, from 1; 0 for what no firing asked for.
    pub firing: u64,
}

/// The arguments of a decision in the order in which they are printed.
pub type Args = SmallVec<[(ArgName, Value); 4]>;

/// The name of an argument.
pub type ArgName = CompactString;

/// The first 80 bits of a SHA-256 over causes, subject and place in the playbook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DecisionId([u8; 10]);

impl DecisionId {
    /// The id of what has these parts: each is hashed with its length, so that no two lists of parts meet.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> DecisionId {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut id = [0; 10];
        for (to, from) in id.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        DecisionId(id)
    }

    /// Its text: 20 hexadecimal digits.
    #[must_use]
    pub fn to_compact(self) -> CompactString {
        let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' - 10 + half };
        let mut text = [0; 20];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        CompactString::from_utf8(text).unwrap_or_default()
    }

    /// The id written as `text`, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<DecisionId> {
        let bytes = text.as_bytes();
        if bytes.len() != 20 {
            return None;
        }
        let mut id = [0; 10];
        for (to, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
            for &digit in pair {
                *to = (*to << 4) | u8::try_from(char::from(digit).to_digit(16)?).ok()?;
            }
        }
        Some(DecisionId(id))
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_compact())
    }
}

/// What became of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    Done,
    Skipped,
    /// Moved to a later moment by a limit; settled under the same id.
    Deferred,
    /// Waits for approval; settled under the same id.
    Held,
    Dropped,
    /// A step whose time lay in the past.
    Missed,
    /// A stronger sanction of the same input took its place.
    Overruled,
}

impl Status {
    /// Every status, in the order of reports.
    pub const ALL: [Status; 7] = [
        Status::Done,
        Status::Skipped,
        Status::Deferred,
        Status::Held,
        Status::Dropped,
        Status::Missed,
        Status::Overruled,
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Done => "done",
            Status::Skipped => "skipped",
            Status::Deferred => "deferred",
            Status::Held => "held",
            Status::Dropped => "dropped",
            Status::Missed => "missed",
            Status::Overruled => "overruled",
        }
    }
}

/// Why an action was not simply done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// By the name of the limit.
    Limit(NameId),
    FlowEnded,
    StepInThePast,
    /// By the name of the stronger action.
    OverruledBy(NameId),
    ApprovalDenied,
    ApprovalExpired,
    CascadeTooLong,
    NoChange,
    BalanceTooLow,
    MissingValue,
    Nobody,
    NotAMember,
    NoGroup,
    TooLate,
    /// Another version of the playbook has taken over, which has no place for it.
    Reloaded,
}

impl Reason {
    /// Its text; `name` resolves names of the playbook.
    pub fn text<'a>(self, name: impl Fn(NameId) -> &'a str) -> String {
        match self {
            Reason::Limit(limit) => format!("limit {}", name(limit)),
            Reason::OverruledBy(action) => format!("overruled by {}", name(action)),
            Reason::FlowEnded => "flow ended".into(),
            Reason::StepInThePast => "step in the past".into(),
            Reason::ApprovalDenied => "approval denied".into(),
            Reason::ApprovalExpired => "approval expired".into(),
            Reason::CascadeTooLong => "cascade too long".into(),
            Reason::NoChange => "no change".into(),
            Reason::BalanceTooLow => "balance too low".into(),
            Reason::MissingValue => "missing value".into(),
            Reason::Nobody => "nobody".into(),
            Reason::NotAMember => "not a member".into(),
            Reason::NoGroup => "no group".into(),
            Reason::TooLate => "too late".into(),
            Reason::Reloaded => "playbook changed".into(),
        }
    }
}

/// One sample of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub at: Instant,
    pub metric: MetricId,
    pub keys: Keys,
    /// The value of the metric's `per` field; `Unknown` where it has none.
    pub per: Value,
    pub value: Value,
}

/// What went wrong in a run, besides what decisions say.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// A chain of internal events was cut: at its 65th link, or since too many followed from one another at one instant.
    CascadeCut {
        at: Instant,
        /// The kind of the event that was not handled.
        kind: KindId,
        /// The id of the input that began the chain.
        root: CompactString,
        /// Whether there were too many of them, not too long a chain.
        wide: bool,
    },
}
