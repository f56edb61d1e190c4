//! What the engine is fed with: events, and who is there at the start.

use crate::plan::ids::{AttributeId, KindId, NameId};
use crate::plan::value::Value;
use crate::time::Instant;
use compact_str::CompactString;

/// One event as a log or a server delivers it, checked against its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event<'a> {
    /// Empty where the source has none.
    pub id: &'a str,
    /// When it happened.
    pub at: Instant,
    /// What happened.
    pub kind: KindId,
    /// The group it happened in; always there where the kind asks for one.
    pub group: Option<&'a str>,
    /// The member it is about; always there where the kind asks for one.
    pub member: Option<&'a str>,
    /// By position in the kind; members and groups are still texts here; defaults are already filled in. A field that
    /// the plan does not use is [`Value::Unknown`].
    pub fields: &'a [Value],
}

/// Who is there at the start, as the directory file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// Groups that are open at the start.
    pub groups: Vec<DirectoryGroup>,
    /// People who are known at the start.
    pub members: Vec<DirectoryMember>,
}

/// A group at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectoryGroup {
    /// As logs spell it.
    pub id: CompactString,
    /// A declared kind, or [`NameId::UNDECLARED`].
    pub kind: Option<NameId>,
    /// Its name; without one, texts show the id.
    pub name: Option<String>,
    /// How many members it holds at most.
    pub capacity: Option<u32>,
    /// The id of the member who owns it.
    pub owner: Option<CompactString>,
    /// Declared fields for group.
    pub attributes: Vec<(AttributeId, Value)>,
}

/// A person at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectoryMember {
    /// As logs spell it.
    pub id: CompactString,
    /// The person's name; without one, texts show the id.
    pub name: Option<String>,
    /// Roles held everywhere.
    pub roles: Vec<NameId>,
    /// Declared fields for member.
    pub attributes: Vec<(AttributeId, Value)>,
    /// Groups of which the person is a member at the start (or in which a role is held).
    pub groups: Vec<DirectoryMembership>,
}

/// One person in one group at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectoryMembership {
    /// The group's id.
    pub group: CompactString,
    /// The name card in the group.
    pub name: Option<String>,
    /// Roles held in this group.
    pub roles: Vec<NameId>,
    /// Declared fields for member in group.
    pub attributes: Vec<(AttributeId, Value)>,
}
