//! What the engine runs: a checked playbook as plain data.
//!
//! A playbook's items are lowered to few core forms:
//!
//! | form | what it is | made from |
//! | --- | --- | --- |
//! | [`Handler`] | triggers, a condition, effects | rules, calendars, metrics, ladder steps, appeals, `on promotion` |
//! | [`Timeline`] | runs of steps around an anchor | flows |
//! | [`Latch`] | a condition (or several, ordered) whose changes are remembered and told | segments, tiers |
//! | [`Tally`] | weights that add up and fade | ladders |
//! | [`Series`] | the past that aggregates can still see | every function over the past |
//! | [`Limit`] | what actions may not exceed | limits |
//! | [`Budget`] | what actions done are measured against, changing nothing | budgets |
//!
//! Every table is indexed by its small number in [`ids`].

mod apart;
pub mod expr;
pub mod ids;
mod print;
mod reads;
pub mod value;
pub(crate) mod walk;

use crate::time::{Calendar, Duration, Period, Schedule, TimeOfDay};
use chrono::NaiveDate;
use expr::{Expr, Template};
use ids::*;
use serde::{Deserialize, Serialize};
use value::Value;

/// A checked playbook, ready to run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub community: Community,
    /// Every name of the playbook that a value can hold, each once.
    pub names: Vec<String>,
    /// Kinds of events: the built-in ones in the prelude's order, then the playbook's own, then `metric.NAME`.
    pub kinds: Vec<EventKind>,
    pub items: Vec<Item>,
    /// `file:line:col`, relative to the playbook's folder.
    pub places: Vec<String>,
    /// Roles, tags, kinds of group and classes that are declared.
    pub roles: Vec<NameId>,
    pub tags: Vec<NameId>,
    pub group_kinds: Vec<NameId>,
    pub classes: Vec<NameId>,
    pub ledgers: Vec<NameId>,
    pub attributes: Vec<Attribute>,
    pub messages: Vec<Message>,
    pub pools: Vec<Pool>,
    pub lets: Vec<Let>,
    pub segments: Vec<Segment>,
    pub tiers: Vec<Tiers>,
    pub metrics: Vec<Metric>,
    /// The source text of each regular expression.
    pub patterns: Vec<String>,
    pub series: Vec<Series>,
    pub handlers: Vec<Handler>,
    pub timelines: Vec<Timeline>,
    pub latches: Vec<Latch>,
    pub tallies: Vec<Tally>,
    pub limits: Vec<Limit>,
    pub budgets: Vec<Budget>,
    pub schedules: Vec<Scheduled>,
    pub effects: Vec<Effect>,
    /// How many `once` memories there are.
    pub onces: u32,
}

/// What the `community` item says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Community {
    pub calendar: Calendar,
    /// ISO 4217
    pub currency: String,
    pub name: Option<String>,
}

/// Whose a thing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    #[default]
    Community,
    Group,
    /// A person over all groups.
    Member,
    /// One person in one group.
    Membership,
}

/// Whether an event carries a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Carries {
    #[default]
    Never,
    Maybe,
    Always,
}

/// A kind of event.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EventKind {
    /// `message.posted`
    pub name: String,
    pub member: Carries,
    pub group: Carries,
    pub fields: Vec<EventField>,
    /// Fields that set an attribute of the event's member or group when they are there.
    pub sets: Vec<(u8, AttributeId)>,
    /// Declared in the prelude.
    pub built_in: bool,
}

/// A field of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventField {
    pub name: String,
    pub ty: FieldType,
    /// Whether an event without it is in order.
    pub optional: bool,
    /// What a missing one counts as; `Unknown` where nothing is declared.
    pub default: Value,
    /// Whether the plan reads it: what nobody reads is checked but not kept.
    pub used: bool,
}

/// What a field holds in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldType {
    Bool,
    Number,
    /// A number; 0.2 is 20%.
    Percent,
    /// A number in the community's currency.
    Money,
    /// Seconds as a number, or a literal such as `"1d12h"`.
    Duration,
    /// RFC 3339 with offset, or milliseconds since the epoch.
    Time,
    Text,
    /// A list of texts.
    List,
    /// A declared word: kind, role, tag, class, message, ladder …; another word becomes [`NameId::UNDECLARED`].
    Name,
    Tier,
    /// A member's id.
    Member,
    /// A group's id.
    Group,
}

/// An item, for decisions and reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// The name of the rule, flow, ladder …
    pub name: NameId,
    /// `rule`, `flow`, `ladder`, `tiers`, `calendar`, `limit`, `budget`, `metric`, `segment`
    pub sort: ItemSort,
    pub place: PlaceId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ItemSort {
    Rule,
    Flow,
    Ladder,
    Tiers,
    Calendar,
    Limit,
    Budget,
    Metric,
    Segment,
}

impl ItemSort {
    /// Its word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ItemSort::Rule => "rule",
            ItemSort::Flow => "flow",
            ItemSort::Ladder => "ladder",
            ItemSort::Tiers => "tiers",
            ItemSort::Calendar => "calendar",
            ItemSort::Limit => "limit",
            ItemSort::Budget => "budget",
            ItemSort::Metric => "metric",
            ItemSort::Segment => "segment",
        }
    }

    /// Whether items of this sort make decisions.
    #[must_use]
    pub fn decides(self) -> bool {
        !matches!(self, ItemSort::Limit | ItemSort::Budget | ItemSort::Metric | ItemSort::Segment)
    }
}

/// A `field` of a member, a membership or a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attribute {
    pub name: NameId,
    pub scope: Scope,
    pub ty: FieldType,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub name: NameId,
    pub params: Vec<String>,
    pub voice: Option<NameId>,
    pub scope: Scope,
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// Texts that rotate per group; most messages have one.
    Texts(Vec<Template>),
    /// The piece of the local day; none on other days.
    Dated(Vec<(NaiveDate, Template)>),
}

/// A set of messages that rotates per group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    pub name: NameId,
    pub members: Vec<MessageId>,
    /// Without one the least recently used comes first.
    pub weight: Option<Expr>,
}

/// A named value of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Let {
    pub name: NameId,
    pub scope: Scope,
    pub value: Expr,
}

/// A named condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    pub name: NameId,
    pub scope: Scope,
    pub when: Expr,
}

/// Ordered levels, lowest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tiers {
    pub name: NameId,
    pub levels: Vec<NameId>,
    pub latch: LatchId,
}

/// A number sampled on a schedule; its handler has the one effect [`Act::Sample`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Metric {
    pub name: NameId,
    pub scope: Scope,
    /// `metric.NAME`: field 0 is the value, field 1 (where there is a `per`) the key.
    pub kind: KindId,
    /// The `per` field: samples are taken for each value that the series have seen for the subject.
    pub per: Option<MetricPer>,
}

/// The `per FIELD` of a metric.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MetricPer {
    pub field: String,
    /// Series whose key holds the field, and the position of that part.
    pub seen_in: Vec<(SeriesId, u8)>,
}

/// The past of one kind of event, by key, as far as aggregates can still see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub kind: KindId,
    /// Over the event's own fields (`Expr::Row` is the position in the event), constants only besides.
    pub filter: Option<Expr>,
    pub key: Vec<KeyPart>,
    /// What rows keep beside their time.
    pub columns: Vec<Column>,
    pub keep: Keep,
}

/// A part of a series' key. An event that lacks it is not in the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyPart {
    Group,
    Member,
    Field(u8),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    Field(u8),
    Member,
    Group,
}

/// How much of the past a series must keep; the lowering adds up what its aggregates ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Rows, one for each event.
    pub rows: Reach,
    /// The time of the last event alone: all that `exists`, `never` and `since` need of a window that ends now.
    pub last: Reach,
    /// Columns of rows whose single values are read.
    pub values: Vec<u8>,
    /// Columns of rows of which only sums are read: kept added up.
    pub sums: Vec<u8>,
    /// Totals without end: the number of events, first and last row, and of each column the sum.
    pub totals: bool,
    /// Columns whose distinct values are kept without end.
    pub distinct: Vec<u8>,
    /// The run of days (`streak`).
    pub streak: bool,
}

/// How far back something is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// As long as a window can see it: the longest window, with what calendar periods may need at most.
    pub during: Option<Duration>,
    /// Back to the start of the oldest run still going of these timelines (`since start`).
    pub since_start: Vec<TimelineId>,
    /// Back to the beginning of the membership (`since joined`).
    pub since_joined: bool,
    /// For ever.
    pub ever: bool,
}

impl Reach {
    /// Whether anything is kept at all.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.during.is_some() || !self.since_start.is_empty() || self.since_joined || self.ever
    }
}

/// Who an item is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    pub scope: Scope,
    /// `for each`: events that lack keys of the scope reach every living subject that agrees with them.
    pub each: bool,
    pub filter: Option<Expr>,
    /// `per event.x`: part of the subject; an event without it does not act.
    pub per: Option<Expr>,
    /// A ladder `for member`: the group of the event goes along, though it is not part of the subject.
    pub with_group: bool,
}

/// Triggers, a condition, effects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handler {
    pub item: ItemId,
    pub place: PlaceId,
    pub subject: Subject,
    /// Kinds of events that wake it.
    pub events: Vec<KindId>,
    /// `on no E for D`
    pub silences: Vec<Silence>,
    pub when: Option<Expr>,
    pub select: Option<Select>,
    pub effects: Vec<EffectId>,
    pub otherwise: Vec<EffectId>,
    pub once: Option<Once>,
}

/// `on no E for D`: once, D after the last E of the subject or after it was first seen; armed again by the next E.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Silence {
    pub kind: KindId,
    pub during: Duration,
}

/// Which candidates of a firing are taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Select {
    pub by: SelectBy,
    pub amount: SelectAmount,
    /// The scope within which is chosen; `Community` for all candidates together.
    pub per: Scope,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SelectBy {
    /// The highest first, ties by member id.
    Top(Expr),
    /// The lowest SHA-256 of cause id, item and member id first.
    Draw,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SelectAmount {
    Count(Expr),
    /// A share of the candidates, rounded up.
    Share(Expr),
}

/// `once` (ever) or `once per D`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Once {
    pub memory: OnceId,
    pub per: Option<Duration>,
}

/// An instant of a schedule is one input for all subjects of its handlers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scheduled {
    pub schedule: Schedule,
    pub item: ItemId,
    pub what: ScheduledWork,
}

/// What a schedule does; at one instant reviews come first, then samples, then the rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ScheduledWork {
    Review(LatchId),
    /// Handlers with the effect [`Act::Sample`].
    Sample(Vec<HandlerId>),
    Handlers(Vec<HandlerId>),
}

/// A flow: one run per subject (and `per` key) at a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Timeline {
    pub item: ItemId,
    pub name: NameId,
    pub subject: Subject,
    pub params: Vec<String>,
    pub edges: Vec<Edge>,
    pub goal: Option<Goal>,
    /// A time; the start where there is none (or where it is unknown).
    pub anchor: Option<Expr>,
    pub once: Option<Once>,
    pub on_change: OnChange,
    /// Where it is the flow of an older version of the playbook, on which subjects finish.
    pub pinned: Option<Pinned>,
    pub steps: Vec<Step>,
}

/// What becomes of subjects in flight when another version of the playbook takes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnChange {
    /// They go on in the new version.
    #[default]
    Follow,
    /// They finish on the version on which they started.
    Pin,
    /// Their journeys end.
    Drop,
}

impl OnChange {
    /// Its word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OnChange::Follow => "follow",
            OnChange::Pin => "pin",
            OnChange::Drop => "drop",
        }
    }
}

/// Marks a timeline of an older version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The flow that has taken its place, if there is one: it begins nothing for who is still on the older one.
    pub successor: Option<TimelineId>,
}

/// What an event does to a run. For one event stops come before updates, restarts and starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Edge {
    pub sort: EdgeSort,
    pub kind: KindId,
    pub when: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EdgeSort {
    Stop,
    Update,
    Restart,
    Start,
}

/// A condition that ends a run: tested at events it names, at local midnight and right before a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Goal {
    pub when: Expr,
    pub wakes: Vec<KindId>,
}

/// A step of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub place: PlaceId,
    pub at: StepAt,
    pub when: Option<Expr>,
    pub effects: Vec<EffectId>,
}

/// When a step comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepAt {
    /// At the start of the run, wherever the anchor is.
    Start,
    /// From the anchor; may be negative.
    Offset(Duration),
    /// An expression over the run's event.
    Time(Expr),
    /// The anchor's local date is day 1.
    Day { day: u32, at: TimeOfDay },
    /// When the last of the run's tasks of these names is done.
    Tasks(Vec<NameId>),
}

/// A condition, or several in order, whose standing is remembered for each subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Latch {
    pub item: ItemId,
    pub subject: Subject,
    pub sort: LatchSort,
    /// From level 1 on; level 0 needs nothing.
    pub levels: Vec<Expr>,
    /// Kinds of events that the conditions name: a rise (and a segment's fall) is tested then, and at local midnight.
    pub wakes: Vec<KindId>,
    /// How many reviews in a row must fail before a fall by one level; `None` where nothing demotes.
    pub demote_after: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LatchSort {
    /// One level; falls at once; told by `segment.entered` and `segment.left`.
    Segment(SegmentId),
    /// Falls only at reviews; told by `promote` and `demote` decisions and `tier.changed`.
    Tiers(TiersId),
}

/// Strikes that add up and fade.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tally {
    pub item: ItemId,
    pub name: NameId,
    /// Member or membership.
    pub scope: Scope,
    pub fading: Fading,
    /// The lowest total of each step, ascending, with its handler; their effects are what the step does.
    pub steps: Vec<(u32, HandlerId)>,
    pub appeal: Option<Appeal>,
}

/// How strikes fade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fading {
    /// Each for itself: counts in `(now - D, now]`.
    Last(Duration),
    /// All at once, after that long without one.
    ClearedAfter(Duration),
    /// The sum loses `amount` for each full `per` since the last strike.
    Fade {
        amount: u32,
        per: Duration,
    },
    Never,
}

/// `appeal within D to ROLE`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Appeal {
    pub within: Duration,
    pub role: NameId,
    pub place: PlaceId,
}

/// What actions may not exceed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limit {
    pub item: ItemId,
    pub name: NameId,
    pub subject: Subject,
    /// Actions by name (`delete_message`).
    pub actions: Vec<NameId>,
    pub class: Option<NameId>,
    pub counting: Vec<NameId>,
    pub caps: Vec<Cap>,
    pub quiet: Vec<(TimeOfDay, TimeOfDay)>,
    pub otherwise: LimitElse,
}

/// What the actions done are measured against, and which changes nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Budget {
    pub item: ItemId,
    pub name: NameId,
    pub subject: Subject,
    /// Actions by name (`delete_message`).
    pub actions: Vec<NameId>,
    pub class: Option<NameId>,
    pub caps: Vec<BudgetCap>,
}

/// `at most N per D per role`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BudgetCap {
    pub cap: Cap,
    /// Each role that is given tasks is measured for itself.
    pub per_role: bool,
}

/// `at most N per D`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cap {
    pub most: u32,
    pub per: CapPer,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CapPer {
    /// A local calendar period.
    Period(Period),
    /// A trailing window `(now - D, now]`.
    Trailing(Duration),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum LimitElse {
    Skip,
    Defer,
    Hold { role: NameId, within: Duration },
}

/// One action of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub item: ItemId,
    /// Where it is written.
    pub place: PlaceId,
    /// The place in the playbook that goes into the decision's id: item, and a number within the item that does not
    /// change when other items or white space do.
    pub ordinal: u32,
    /// The action's name in decisions and limits.
    pub name: NameId,
    pub act: Act,
    /// `… to MEMBER`
    pub to: Option<Expr>,
    pub approval: Option<Approval>,
}

/// `needs approval by ROLE within D else drop|proceed`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// One approval for all actions of the firing that say so.
    pub one: bool,
    pub role: NameId,
    pub within: Duration,
    pub proceed: bool,
}

/// What an effect does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Act {
    Say {
        how: Say,
        what: Said,
        class: Option<NameId>,
    },
    Dissolve,
    Tag(NameId),
    Untag(NameId),
    Set {
        attribute: AttributeId,
        value: Expr,
    },
    Award {
        ledger: LedgerId,
        amount: Expr,
    },
    Redeem {
        ledger: LedgerId,
        amount: Expr,
    },
    /// A group, or a text that is its id.
    Invite(Expr),
    /// The first open group, in order of id, for which the condition (over `group`) is true.
    InviteWhere(Expr),
    DeleteMessage,
    Mute {
        during: Expr,
        everywhere: bool,
    },
    Unmute {
        everywhere: bool,
    },
    Remove {
        everywhere: bool,
    },
    Ban {
        during: Option<Expr>,
        everywhere: bool,
    },
    Unban {
        everywhere: bool,
    },
    /// `because` is a text; without one the reason is the item's name.
    Strike {
        tally: TallyId,
        weight: Expr,
        because: Option<Expr>,
    },
    Pardon {
        tally: TallyId,
    },
    Task(Task),
    Start {
        timeline: TimelineId,
        args: Vec<Expr>,
    },
    Stop {
        timeline: TimelineId,
    },
    /// Fields by position in the kind.
    Emit {
        kind: KindId,
        fields: Vec<(u8, Expr)>,
    },
    /// A declared action with its parameters in order.
    Custom {
        params: Vec<(String, Expr)>,
    },
    /// A metric's sample; makes no decision.
    Sample {
        metric: MetricId,
        value: Expr,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Say {
    Post,
    Announce,
    Dm,
    Warn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    Message { message: MessageId, args: Vec<Expr> },
    Text(Template),
    Pool(PoolId),
}

/// `task NAME "…" for ROLE due … otherwise do …`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub name: Option<NameId>,
    pub title: Template,
    pub role: NameId,
    pub due: Due,
    pub otherwise: Vec<EffectId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Due {
    /// After the task was given.
    After(Expr),
    /// From the run's anchor; moves with it.
    Offset(Duration),
    /// An expression over the event; moves when the run's event is replaced.
    At(Expr),
}
