//! Expressions with every name resolved to a slot.

use super::ids::{
    AttributeId, GroupId, KindId, LedgerId, LetId, MemberId, MetricId, NameId, PatternId, SegmentId, SeriesId, TiersId,
};
use super::value::Value;
use crate::time::{Duration, Period};
use serde::{Deserialize, Serialize};

/// Where in an event a field of one name stands, by kind: one expression can be woken by events of several kinds.
pub type FieldOf = Box<[(KindId, u8)]>;

/// An expression.
///
/// `member` and `group` are those of the subject, or of the candidate inside `members where …`, `groups where …` and
/// `invite to group where …`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Expr {
    Const(Value),
    /// The time of the input that is handled.
    Now,
    /// 0 to 23, in the community's zone.
    NowHour,
    /// The name of the weekday.
    NowWeekday,
    /// The local date, as the instant at which that day begins.
    NowDate,
    /// A field of the event that woke the item or started the run; unknown where the kind has no such field.
    EventField(FieldOf),
    EventAt,
    /// The event's own id, its member and its group.
    EventId,
    EventMember,
    EventGroup,
    /// A field of the counted event, inside a series' filter (position in the event) or an aggregate's rest (column).
    Row(u8),
    /// The time, member and group of the counted event, in the same places.
    RowAt,
    RowMember,
    RowGroup,
    /// A parameter of the message or flow.
    Param(u8),
    /// The value of the item's `per` field.
    Per,
    /// In a pool's weight: the message weighed.
    Piece,
    Member,
    Group,
    MemberId,
    MemberName,
    MemberAttribute(AttributeId),
    MemberHasAttribute(AttributeId),
    GroupAttribute(AttributeId),
    GroupHasAttribute(AttributeId),
    Ledger(LedgerId),
    Tier(TiersId),
    HasTag(NameId),
    /// Whether `who` (a member) holds the role in the subject's group or everywhere; without a group in the subject,
    /// in any group or everywhere.
    HasRole {
        who: Box<Expr>,
        role: NameId,
    },
    /// A segment's condition, tested there and then.
    InSegment(SegmentId),
    GroupId,
    GroupName,
    GroupKind,
    GroupSize,
    GroupCapacity,
    GroupSeats,
    GroupOwner,
    CommunitySize,
    CommunityName,
    /// The latest sample of a metric for the subject (for the group, for the member, or for the community).
    Metric(MetricId),
    /// A named value of the subject.
    Let(LetId),
    Not(Box<Expr>),
    And(Box<[Expr]>),
    Or(Box<[Expr]>),
    Negate(Box<Expr>),
    Compare {
        op: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Arithmetic {
        op: Arithmetic,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x in [a, b]`
    In {
        value: Box<Expr>,
        list: Box<Expr>,
    },
    /// Text contains text, or list contains value.
    Contains {
        whole: Box<Expr>,
        part: Box<Expr>,
    },
    Matches {
        value: Box<Expr>,
        pattern: PatternId,
    },
    /// Both ends for numbers, amounts and durations; for times only the first (`half_open`).
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        half_open: bool,
    },
    /// `now between 22:30 and 08:00`: minutes since local midnight, first end only; wraps where `low > high`.
    TimeOfDayBetween {
        value: Box<Expr>,
        low: u16,
        high: u16,
    },
    /// `x else y`
    Else {
        value: Box<Expr>,
        fallback: Box<Expr>,
    },
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    List(Box<[Expr]>),
    Text(Template),
    Aggregate(Box<Aggregate>),
    /// A function over living members or open groups.
    Population(Box<Population>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The same comparison with its sides exchanged.
    #[must_use]
    pub fn turned(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// In order.
    pub parts: Vec<TemplatePart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TemplatePart {
    Words(String),
    Hole { value: Expr, show: Show },
}

/// How a value is written into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Show {
    /// As its own kind wants: `¥199.90`, `1d12h`, `2024-03-01 08:30`, `3`.
    Plain,
    /// 0.25 as `25%`.
    Percent,
    /// A time at midnight as its date: `2024-03-01`.
    Date,
}

/// A function over a series.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Aggregate {
    pub function: Function,
    pub series: SeriesId,
    /// The key to look up, as many as the series' key has parts. An unknown part makes the result unknown.
    pub key: Box<[Expr]>,
    /// The column of the series that is summed, averaged, listed; `None` where events are counted.
    pub column: Option<u8>,
    pub window: Window,
    /// What of the condition depends on the event at hand: tested on each row, with `Row` as a column.
    pub rest: Option<Expr>,
    /// What a sum of nothing comes to, in the unit of what is summed.
    pub zero: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Function {
    Count,
    Sum,
    Average,
    Min,
    Max,
    /// The number of distinct known values.
    Distinct,
    Exists,
    Never,
    /// Time passed since the last one; `Duration::FOREVER` if there was none.
    Since,
    /// The column of the first or the last event; unknown if there was none.
    First,
    Last,
    /// Distinct values, in the order of their first event.
    List,
    /// Local days in a row up to today, or up to yesterday while today has none yet.
    Streak,
}

/// Which part of the past.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Window {
    Ever,
    /// `(now - back - during, now - back]`
    Last {
        during: Duration,
        back: Duration,
    },
    /// `[start - during, start)` where `start` is the beginning of the current day, week or month.
    LastBefore {
        during: Duration,
        period: Period,
    },
    /// The current period up to now (`back` 0), or the one before it (`back` 1).
    Period {
        period: Period,
        back: u8,
    },
    /// From the start of the run, its first event included.
    SinceStart,
    /// From the beginning of the membership, its first event included.
    SinceJoined,
}

impl Window {
    /// Whether its end is the present.
    #[must_use]
    pub fn ends_now(&self) -> bool {
        match self {
            Window::Ever | Window::SinceStart | Window::SinceJoined => true,
            Window::Last { back, .. } => back.ms() == 0,
            Window::Period { back, .. } => *back == 0,
            Window::LastBefore { .. } => false,
        }
    }
}

/// A function over `members` or `groups`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Population {
    /// Count, Sum, Average, Min, Max or List.
    pub function: Function,
    pub of: Crowd,
    pub filter: Option<Expr>,
    /// What is summed or listed; `None` where heads are counted.
    pub value: Option<Expr>,
    /// What a sum of nothing comes to, in the unit of what is summed.
    pub zero: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Crowd {
    /// The living memberships of the subject's group.
    GroupMembers,
    /// The persons of the community, each once.
    Persons,
    /// The groups that are not closed.
    Groups,
}

/// A subject of a firing: which keys are set depends on the scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Keys {
    pub group: Option<GroupId>,
    pub member: Option<MemberId>,
}
