//! Small numbers that stand for things: of the plan, and of the people and groups a run has met.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The position in the table that this number belongs to.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A name of the playbook in `Plan::names`.
    NameId(u32);
    /// A kind of event in `Plan::kinds`.
    KindId(u16);
    /// An item in `Plan::items`; the order is that of file name, then position.
    ItemId(u32);
    /// A place in a file of the playbook in `Plan::places`.
    PlaceId(u32);
    /// A handler in `Plan::handlers`.
    HandlerId(u32);
    /// An effect in `Plan::effects`.
    EffectId(u32);
    /// A series in `Plan::series`.
    SeriesId(u32);
    /// A timeline in `Plan::timelines`.
    TimelineId(u32);
    /// A latch in `Plan::latches`.
    LatchId(u32);
    /// A latch that is a `tiers` item, in `Plan::tiers`.
    TiersId(u16);
    /// A tally of strikes in `Plan::tallies`.
    TallyId(u16);
    /// A limit in `Plan::limits`.
    LimitId(u16);
    /// An attribute (`field`) in `Plan::attributes`.
    AttributeId(u16);
    /// A ledger (`points`) in `Plan::ledgers`.
    LedgerId(u16);
    /// A metric in `Plan::metrics`.
    MetricId(u16);
    /// A message in `Plan::messages`.
    MessageId(u32);
    /// A pool in `Plan::pools`.
    PoolId(u16);
    /// A named value (`let … for …`) in `Plan::lets`.
    LetId(u16);
    /// A segment's condition in `Plan::segments`.
    SegmentId(u16);
    /// A regular expression in `Plan::patterns`.
    PatternId(u16);
    /// A memory of past firings (`once`), counted by `Plan::onces`.
    OnceId(u32);
    /// A person met in a run.
    MemberId(u32);
    /// A group met in a run.
    GroupId(u32);
}

impl NameId {
    /// A name that a log uses and the playbook does not declare: equal to no declared name, and known.
    pub const UNDECLARED: NameId = NameId(u32::MAX);
}
