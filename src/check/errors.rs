//! What can be wrong with a playbook that reads well, as data; [`messages`](super::messages) has the words for it. What a
//! thing is called (`what`, `is`, `item`, `place`) is the name of a message of the catalogues.

use super::operators::Doing;
use crate::l10n::Text;
use crate::syntax::span::Span;
use crate::syntax::tree::Word;
use crate::time::CronError;

/// A mistake, by its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckError {
    /// About names.
    Name(NameError),
    /// About subjects and keys.
    Scope(ScopeError),
    /// About types and units.
    Type(TypeError),
    /// About events and the past.
    Event(EventError),
    /// About the make-up of an item.
    Item(ItemError),
    /// About the `community` item.
    Community(CommunityError),
    /// About content files.
    Content(ContentError),
}

macro_rules! from {
    ($($of:ident($error:ident)),*) => {$(
        impl From<$error> for CheckError {
            fn from(error: $error) -> CheckError {
                CheckError::$of(error)
            }
        }
    )*};
}

from!(
    Name(NameError),
    Scope(ScopeError),
    Type(TypeError),
    Event(EventError),
    Item(ItemError),
    Community(CommunityError),
    Content(ContentError)
);

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// A word that is none of those that may stand there. `declare` is the keyword that would declare it.
    Unknown { what: &'static str, name: Word, available: Vec<String>, declare: Option<&'static str> },
    /// A word that was declared as something else.
    WrongSort { name: Word, is: &'static str, declared: Option<Span>, wanted: &'static str, available: Vec<String> },
    /// A name that is taken; what the language brings along has no place.
    Duplicate { name: String, is: &'static str, at: Span, first: Option<Span>, first_is: &'static str },
    /// Two parameters or given fields of one name.
    DuplicateParam { name: Word },
    /// Two levels of one name in one tiers item.
    DuplicateLevel { name: Word, item: String },
    /// `points CNY`
    LedgerIsCurrency { name: Word },
    /// `field name: …`: read the same way as what is built in.
    BuiltInProperty { name: Word, of: &'static str },
    /// `action mute(…)`
    BuiltInAction { name: Word },
    /// A bare word in an expression that means nothing. `text` is the word where a text would do.
    UnknownWord { name: Word, near: Vec<String>, text: Option<String> },
    /// A name that is no value by itself; `help` is how it is read.
    NotAValue { name: Word, is: &'static str, help: Option<String> },
    /// A dotted path that means nothing.
    UnknownPath { name: Word },
    /// `member.x` where there is no `x`.
    UnknownProperty { of: String, name: Word, available: Vec<String> },
    /// `member.TAG` for `member has TAG` and the like.
    OtherwiseRead { name: Word, is: &'static str, right: String },
    /// Definitions that read each other in a circle.
    Circle { names: Vec<String>, at: Span },
    /// A field of an event with a name that every line of a log uses.
    LogKey { name: Word },
    /// A function that there is not.
    UnknownFunction { name: Word },
    /// A level that several tiers items have.
    AmbiguousTier { name: Word, tiers: Vec<String> },
    /// A level of other tiers than those it is compared with.
    OtherTiers { name: Word, of: Vec<String>, wanted: String, available: Vec<String> },
    /// A field that the event has already, with another type.
    FieldAgain { event: String, name: Word, known: Text },
    /// A built-in event declared again for another scope.
    ScopeChanged { event: String, is: String, at: Span },
}

/// What is wrong with subjects and keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ScopeError {
    /// `for …` was left out.
    ScopeMissing { item: &'static str, at: Span },
    /// `?` in the scope of an item.
    ScopeOptional { item: &'static str, at: Span },
    /// A scope that there is not.
    ScopeUnknown { at: Span, word: String },
    /// `member` or `group` where there is none.
    NoKey { which: &'static str, subject: &'static str, at: Span },
    /// Something of a membership, read of a person.
    NeedsMembership { name: Word, subject: &'static str },
    /// An event that cannot wake the item.
    TriggerLacksKey { event: String, scope: String, subject: &'static str, at: Span, absence: bool },
    /// An event that cannot be counted for the subject.
    CountLacksKey { event: String, scope: String, subject: &'static str, key: &'static str, at: Span },
    /// An action without what it works on.
    ActionLacksKey { action: String, member: bool, group: bool, subject: &'static str, at: Span },
    /// A message that speaks of somebody who is not there.
    MessageLacksKey { message: String, scope: &'static str, subject: &'static str, at: Span, declared: Span },
    /// `event.inviter in loyal`
    SegmentOf { at: Span, segment: String, of: &'static str, scope: &'static str },
    /// A ladder for a group.
    LadderScope { at: Span },
    /// A limit for members on what concerns a group alone.
    LimitScope { action: Word, scope: &'static str },
    /// A pool of messages for different scopes.
    PoolScopes { name: Word, scope: &'static str, first: Word, first_scope: &'static str },
    /// `top 3 by … per member`
    SelectPer { at: Span },
    /// An event without a member or group that is asked for it.
    EventLacksKey { event: String, key: String, at: Span },
    /// `for each` or `per` where there is none.
    ClauseNotAllowed { clause: &'static str, item: &'static str, at: Span },
    /// Parameters of an item that takes none.
    ParamsNotAllowed { item: &'static str, at: Span },
}

/// What is wrong with types and units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeError {
    /// Not true or false where a condition stands.
    NotACondition { at: Span, found: Text, role: Option<String> },
    /// A value of another type than is wanted; `of` names whose value it is.
    WrongType { at: Span, of: Text, wanted: Text, found: Text, help: Option<Text> },
    /// Two values that do not go together.
    Units { doing: Doing, at: Span, left: (Span, Text), right: (Span, Text), help: Option<Text> },
    /// Values without a natural order.
    NoOrder { at: Span, found: Text },
    /// An amount in another currency than the community's.
    OtherCurrency { at: Span, amount: String, code: Option<String>, own: String },
    /// A regular expression that is none.
    BadPattern { at: Span, why: Text },
    /// Something else after `matches`.
    NotAPattern { at: Span, found: Text },
    /// A hole with what cannot be written into a text.
    NotShowable { at: Span, found: Text },
    /// A hole where the text must be fixed.
    HoleNotAllowed { at: Span, of: Text },
    /// `-` before what has no opposite.
    CannotNegate { at: Span, found: Text },
    /// Something else than a list or a segment after `in`.
    NotAList { at: Span, found: Text, wanted: Text },
    /// `contains` after something else than a text or list.
    CannotContain { at: Span, found: Text },
    /// `event.x has …`
    HasOfWhat { at: Span },
    /// `member has 3`
    HasWhat { at: Span },
    /// A sum or an extreme of what cannot be measured.
    CannotSum { at: Span, found: Text },
    /// Something that must be fixed and is not.
    NotConstant { at: Span, of: Text },
    /// A number or duration out of its range.
    NotPositive { at: Span, of: Text, wanted: &'static str },
    /// A metric that is no measure.
    MetricMeasures { at: Span, found: Text },
    /// `invite to 3`
    InviteTo { at: Span, found: Text },
    /// `top ¥3 by …`
    HowMany { at: Span, found: Text },
    /// `draw 20%`
    DrawShare { at: Span },
    /// An expression that is nested too deeply.
    TooDeep { at: Span, most: usize },
    /// A warning: a value of an action that may be missing.
    MayBeMissing { at: Span, of: Text, written: String },
}

/// What is wrong with events and the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EventError {
    /// `event` where there is none.
    NoEvent { at: Span, place: &'static str },
    /// `event` in an item that also wakes without one.
    SometimesNoEvent { at: Span, what: &'static str, trigger: Span },
    /// A field that the event has not; `trigger` where the item has several.
    UnknownEventField { event: String, name: Word, available: Vec<String>, trigger: Option<Span> },
    /// A field that two triggers have with different types.
    FieldsDiffer { name: Word, first: (String, Text), second: (String, Text) },
    /// `per x` for `per event.x`
    PerForm { at: Span, right: String },
    /// A metric `per FIELD` that counts nothing with that field.
    PerNotCounted { name: Word, metric: String },
    /// State in the `where` of a function over the past.
    StateInWhere { at: Span },
    /// `count(purchase.made.amount)`; `known` where the event has the field.
    TakesEvent { function: Word, event: String, field: String, known: bool, at: Span },
    /// `sum(purchase.made)`
    TakesField { function: Word, event: String, fields: Vec<String>, at: Span },
    /// `by FIELD` where there is no event at hand.
    ByNoTrigger { name: Word, counted: String },
    /// `by FIELD` where the event at hand has no such field.
    ByNotInTrigger { name: Word, counted: String, trigger: String },
    /// A key twice after `by`.
    KeyTwice { at: Span },
    /// `streak(… where x is event.x)`
    StreakOfEvent { at: Span },
    /// `streak(…, last 7d)`
    StreakWindow { at: Span },
    /// `since start` outside a flow.
    SinceStartOutside { at: Span },
    /// `since joined` without a membership.
    SinceJoinedOutside { at: Span, subject: &'static str },
    /// `distinct(members)`
    NotOverCrowd { function: Word, crowd: String },
    /// `count(members.name)`, or `sum(members)` where a value is wanted.
    CrowdValue { function: Word, crowd: String, at: Span, wanted: bool },
    /// `count(members by group)`, `count(members, last 7d)`
    CrowdClause { clause: &'static str, crowd: String, at: Span },
}

/// What is wrong with the make-up of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemError {
    /// A warning: a flow that neither an event nor an action starts.
    NeverStarted { name: Word },
    /// A rule that nothing wakes.
    NoTrigger { name: Word },
    /// `do` without an action.
    NothingDone { at: Span },
    /// A clause that may stand once.
    Twice { clause: &'static str, item: &'static str, at: Span },
    /// An item without what it is made of.
    Empty { item: &'static str, wants: &'static str, name: Word },
    /// Thresholds that do not rise.
    NotAscending { at: Span, threshold: u32, before: u32, first: Span },
    /// A condition at the lowest tier.
    LowestTierCondition { name: Word, at: Span },
    /// A higher tier without one.
    TierNeedsCondition { name: Word },
    /// `demote after` without `review`.
    DemoteWithoutReview { at: Span },
    /// `day 7` without a time of day.
    DayNeedsTime { at: Span, day: String },
    /// `every month on day 32`
    DayOfMonth { at: Span, day: u32 },
    /// `every day` without a time of day.
    ScheduleNeedsTime { at: Span, written: String },
    /// `every 5h at 09:00`
    EveryWithTime { at: Span, every: String },
    /// `every cron "…" at 09:00`
    CronWithTime { at: Span },
    /// A cron line that is none.
    BadCron { at: Span, error: CronError },
    /// `not between 08:00 and 08:00`
    QuietAllDay { at: Span, time: String },
    /// `hold for owner` without a time.
    HoldWithin { at: Span, role: String },
    /// A limit that does not say what happens else.
    LimitNeedsElse { name: Word },
    /// A budget for each role over actions that are for no role.
    PerRoleOfAction { action: Word, at: Span },
    /// An approval that does not say what happens else.
    ApprovalElse { at: Span, written: String },
    /// More or fewer arguments than parameters.
    ArgumentCount { name: Word, wanted: Vec<String>, found: usize, declared: Span },
    /// `emit` without a field that the event must have.
    EmitLacks { event: String, fields: Vec<String>, at: Span },
    /// `due at -3d` outside a flow.
    OffsetOutsideFlow { at: Span, offset: String },
    /// A default of a parameter.
    ParamDefault { at: Span },
    /// A message with parameters in a pool.
    PoolParams { name: Word },
    /// More of something than the plan can number.
    TooMany { what: &'static str, most: usize, at: Span },
}

/// What is wrong with the `community` item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommunityError {
    /// There is none.
    NoCommunity { at: Span },
    /// There are two.
    SecondCommunity { at: Span, first: Span },
    /// A setting twice.
    SettingTwice { name: Word, first: Span },
    /// A setting that must be there.
    SettingMissing { setting: &'static str, example: &'static str, at: Span },
    /// A word for a text, or a text for a word.
    SettingForm { setting: String, at: Span, right: String },
    /// A time zone that there is not.
    UnknownZone { name: String, at: Span },
    /// A currency that there is not.
    UnknownCurrency { name: Word },
}

/// What is wrong with content files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContentError {
    /// A file that cannot be read.
    ContentUnreadable { path: String, why: Text, at: Span },
    /// A file with something wrong at a place; `at` is where the playbook names it.
    Content { path: String, line: u64, column: u64, why: Text, at: Span },
    /// A mistake in a hole of a piece.
    InContent { path: String, line: u64, column: u64, error: Box<CheckError>, at: Span },
}
