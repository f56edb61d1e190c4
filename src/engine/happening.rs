//! An event as the engine handles it: recorded, or made by a decision.

use super::cause::Cause;
use super::certainty::Certainty;
use super::past::Key;
use super::program::Program;
use crate::plan::expr::{FieldOf, Keys};
use crate::plan::ids::{GroupId, KindId, MemberId};
use crate::plan::value::Value;
use crate::plan::{Column, KeyPart};
use crate::time::Instant;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cell::OnceCell;
use std::ops::Deref;
use std::sync::Arc;

/// One event with its people and groups looked up: see [`State::resolve`](super::State::resolve).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Happening {
    /// The recorded id; of an internal event, that of the decision (or test) that made it.
    pub(super) id: CompactString,
    pub(super) at: Instant,
    pub(super) kind: KindId,
    pub(super) group: Option<GroupId>,
    pub(super) member: Option<MemberId>,
    pub(super) fields: SmallVec<[Value; 4]>,
    /// What caused it; `None` for what was recorded.
    pub(super) cause: Option<Arc<Cause>>,
    /// How many internal events lie between it and the input.
    pub(super) depth: u8,
    /// How sure it is that it would have happened.
    pub(super) certainty: Certainty,
}

/// The event at hand: shared with what outlives its input only when something asks for that.
pub(super) struct AtHand<'e> {
    event: &'e Happening,
    shared: OnceCell<Arc<Happening>>,
}

impl<'e> AtHand<'e> {
    pub(super) fn new(event: &'e Happening) -> AtHand<'e> {
        AtHand { event, shared: OnceCell::new() }
    }

    /// The event, to be kept.
    pub(super) fn share(&self) -> Arc<Happening> {
        Arc::clone(self.shared.get_or_init(|| Arc::new(self.event.clone())))
    }
}

impl Deref for AtHand<'_> {
    type Target = Happening;

    fn deref(&self) -> &Happening {
        self.event
    }
}

impl Happening {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> KindId {
        self.kind
    }

    /// The event's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A sanction of the playbook would have prevented it.
    pub fn set_prevented(&mut self) {
        self.certainty = Certainty::Unknowable;
    }

    pub(super) fn keys(&self) -> Keys {
        Keys { group: self.group, member: self.member }
    }

    pub(super) fn field(&self, position: u8) -> &Value {
        self.fields.get(position as usize).unwrap_or(&Value::Unknown)
    }

    /// The field of a name that stands at different positions in different kinds.
    pub(super) fn field_of(&self, of: &FieldOf) -> &Value {
        let found = of.iter().find(|(kind, _)| *kind == self.kind);
        found.map_or(&Value::Unknown, |(_, position)| self.field(*position))
    }

    /// What a column takes from the event's own fields.
    pub(super) fn column_ref(&self, column: Column) -> Option<&Value> {
        match column {
            Column::Field(position) => Some(self.field(position)),
            Column::Member | Column::Group => None,
        }
    }

    pub(super) fn column(&self, column: Column) -> Value {
        match column {
            Column::Field(position) => self.field(position).clone(),
            Column::Member => self.member.map_or(Value::Unknown, Value::Member),
            Column::Group => self.group.map_or(Value::Unknown, Value::Group),
        }
    }

    /// The key under which a series keeps it; `None` where a part is missing.
    pub(super) fn key(&self, program: &Program, parts: &[KeyPart]) -> Option<Key> {
        let mut key = Key::default();
        for part in parts {
            let value = match part {
                KeyPart::Group => Value::Group(self.group?),
                KeyPart::Member => Value::Member(self.member?),
                KeyPart::Field(position) => program.as_key(self.field(*position).clone()),
            };
            key = key.add(*part, value)?;
        }
        Some(key)
    }

    /// The chain of causes that begins with this event, for what it causes.
    pub(super) fn as_cause(&self) -> Arc<Cause> {
        Arc::new(Cause { id: self.id.clone(), parent: self.cause.clone() })
    }
}

impl Program {
    /// A value as a part of a key: names are texts, so that both spellings of one thing meet.
    pub(super) fn as_key(&self, value: Value) -> Value {
        match value {
            Value::Name(id) => Value::Text(self.shared_name(id)),
            other => other,
        }
    }
}
