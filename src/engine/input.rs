//! What the engine is fed with: events, and who is there at the start.

use crate::plan::ids::KindId;
use crate::plan::value::Value;
use crate::time::Instant;
use compact_str::CompactString;
use smallvec::SmallVec;

/// One event as a log or a server delivers it, checked against its kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Empty where the source has none.
    pub id: CompactString,
    /// When it happened.
    pub at: Instant,
    /// What happened.
    pub kind: KindId,
    /// The group it happened in; always there where the kind asks for one.
    pub group: Option<CompactString>,
    /// The member it is about; always there where the kind asks for one.
    pub member: Option<CompactString>,
    /// By position in the kind; members and groups are still texts here; defaults are already filled in. A field that
    /// the plan does not use is [`Value::Unknown`].
    pub fields: SmallVec<[Value; 4]>,
}
