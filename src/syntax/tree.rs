//! The tree of a playbook as it was written, before any name is looked up.
//!
//! Both tongues make the same tree: every keyword is already its English form here, names are as declared.
//! The tree is loose on purpose: any word may stand for a scope, a type, a weekday or a choice, so that the checker can
//! answer a slip with a suggestion instead of the parser with "unexpected token".

use super::span::Span;
use crate::time::{Duration, TimeOfDay};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// A word as written: a name or, where a keyword was expected, that keyword in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A dotted name: `message.posted`, `event.links`, `member`. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Its words, at least one.
    pub words: Vec<Word>,
    /// Where it stands.
    pub span: Span,
}

/// All items of a playbook, in the order of file name, then position.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The items.
    pub items: Vec<Item>,
}

/// One item.
#[derive(Clone, Debug)]
pub struct Item {
    /// From its first keyword to its end.
    pub span: Span,
    /// What it declares.
    pub kind: ItemKind,
}

/// What an item declares.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `community { timezone "…" currency CNY }`
    Community(Vec<Setting>),
    /// `kind a, b`, `role …`, `tag …`, `class …`, `points …`
    Words(WordSort, Vec<Word>),
    /// `voice xiaoyu "小鱼"`
    Voice {
        /// The name.
        name: Word,
        /// The text.
        text: Text,
    },
    /// `field city: text for member`
    Field {
        /// The name.
        name: Word,
        /// The type.
        ty: TypeRef,
        /// The subject.
        scope: ScopeRef,
    },
    /// `event survey.answered for member { city: text }`
    Event {
        /// The name.
        name: Path,
        /// The subject.
        scope: ScopeRef,
        /// The fields.
        fields: Vec<FieldDecl>,
    },
    /// `action coupon(code: text, value: money)`
    Action {
        /// The name.
        name: Word,
        /// The parameters.
        params: Vec<FieldDecl>,
    },
    /// `message welcome(x: text) by xiaoyu for group "…" or "…"`
    Message(Message),
    /// `pool promos { a, b } weighted by EXPR`
    Pool {
        /// The name.
        name: Word,
        /// The messages.
        members: Vec<Word>,
        /// How much it weighs.
        weight: Option<Expr>,
    },
    /// `let NAME for SCOPE = EXPR`
    Let {
        /// The name.
        name: Word,
        /// The subject.
        scope: Option<ScopeRef>,
        /// The value.
        value: Expr,
    },
    /// `segment loyal for member when EXPR`
    Segment {
        /// Name and subject.
        head: Head,
        /// The condition, if there is one.
        when: Expr,
    },
    /// `metric engagement for group every day at 00:00 = EXPR`
    Metric {
        /// Name and subject.
        head: Head,
        /// When.
        schedule: Schedule,
        /// The value.
        value: Expr,
    },
    /// `rule … { … }`
    Rule(Rule),
    /// `flow … { … }`
    Flow(Flow),
    /// `ladder … { … }`
    Ladder(Ladder),
    /// `tiers … { … }`
    Tiers(Tiers),
    /// `calendar … { … }`
    Calendar {
        /// Name and subject.
        head: Head,
        /// The rows.
        rows: Vec<CalendarRow>,
    },
    /// `limit … { … }`
    Limit(Limit),
    /// `budget … { … }`
    Budget(Budget),
}

/// Which list of words an item adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordSort {
    /// `kind`
    Kind,
    /// `role`
    Role,
    /// `tag`
    Tag,
    /// `class`
    Class,
    /// `points`
    Points,
}

/// One line of `community { … }`: `timezone "…"`, `currency CNY`, `week starts monday`, `name "…"`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// `timezone`, `currency`, `week_starts`, `name`, or whatever was written there.
    pub key: Word,
    /// A text or a word.
    pub value: SettingValue,
}

/// The value of a setting.
#[derive(Clone, Debug)]
pub enum SettingValue {
    /// A text.
    Text(Text),
    /// A word.
    Word(Word),
}

/// A scope as written: `member`, `member in group?`, `group`, `community`, or a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRef {
    /// The first word, with whether a `?` follows it.
    pub first: Word,
    /// Whether a `?` follows it.
    pub first_optional: bool,
    /// The word after `in`, with whether a `?` follows it.
    pub second: Option<(Word, bool)>,
    /// Where it stands.
    pub span: Span,
}

/// The head of an item with a subject: `NAME(params) for each SCOPE where C per event.x`.
#[derive(Clone, Debug)]
pub struct Head {
    /// The name.
    pub name: Word,
    /// Only flows take parameters; given elsewhere they are answered by the checker.
    pub params: Vec<FieldDecl>,
    /// `None` where `for …` was forgotten.
    pub scope: Option<ScopeRef>,
    /// `for each …`
    pub each: bool,
    /// What narrows it.
    pub where_: Option<Expr>,
    /// `per event.x` (`event`, `x`), or `per x` in a metric.
    pub per: Option<Path>,
}

/// A type as written: `text`, `number`, `member`, or a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    /// The name.
    pub name: Word,
}

/// `amount: money`, `sku: text?`, `links: number = 0`.
#[derive(Clone, Debug)]
pub struct FieldDecl {
    /// The name.
    pub name: Word,
    /// The type.
    pub ty: TypeRef,
    /// Written `?`: it may be missing.
    pub optional: bool,
    /// What a missing one counts as.
    pub default: Option<Expr>,
}

/// A message item.
#[derive(Clone, Debug)]
pub struct Message {
    /// The name.
    pub name: Word,
    /// The parameters.
    pub params: Vec<FieldDecl>,
    /// The sender.
    pub voice: Option<Word>,
    /// The subject.
    pub scope: Option<ScopeRef>,
    /// The words.
    pub body: MessageBody,
}

/// Where the words of a message come from.
#[derive(Clone, Debug)]
pub enum MessageBody {
    /// One or more texts joined by `or`, which rotate.
    Texts(Vec<Text>),
    /// `from "content/morning.yaml"`, relative to the playbook's folder.
    From(Text),
}

/// A text with holes.
#[derive(Clone, Debug)]
pub struct Text {
    /// Words and holes.
    pub parts: Vec<TextPart>,
    /// Where it stands.
    pub span: Span,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum TextPart {
    /// Words, with `{{` already a brace.
    Words(String),
    /// `{expression}`
    Hole(Expr),
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Name and subject.
    pub head: Head,
    /// What wakes it.
    pub triggers: Vec<Trigger>,
    /// Several `when … do …` are as many rules with one trigger.
    pub branches: Vec<Branch>,
    /// How often at most.
    pub once: Option<Once>,
}

/// What wakes a rule.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// `on EVENT`
    Event(Path),
    /// `on no EVENT for D`
    Silence {
        /// The event.
        event: Path,
        /// For how long.
        during: Expr,
        /// Where it stands.
        span: Span,
    },
    /// `every …`, `on DATE at TIME`
    Schedule(Schedule),
}

/// `when … top … do … otherwise …`
#[derive(Clone, Debug)]
pub struct Branch {
    /// Where it stands.
    pub span: Span,
    /// The condition, if there is one.
    pub when: Option<Expr>,
    /// Which of the candidates are taken.
    pub select: Option<Select>,
    /// What is done.
    pub do_: Vec<Action>,
    /// What is done otherwise.
    pub otherwise: Vec<Action>,
}

/// `top 3 by EXPR per group`, `top 20% by EXPR`, `draw 2 per group`
#[derive(Clone, Debug)]
pub struct Select {
    /// Which one.
    pub kind: SelectKind,
    /// A number or, after `top`, a percent.
    pub amount: Expr,
    /// The unit within which it counts.
    pub per: Option<ScopeRef>,
    /// Where it stands.
    pub span: Span,
}

/// How candidates are taken.
#[derive(Clone, Debug)]
pub enum SelectKind {
    /// `top` with what is measured.
    Top(Expr),
    /// `draw`
    Draw,
}

/// `once` or `once per D`
#[derive(Clone, Debug)]
pub struct Once {
    /// Where it stands.
    pub span: Span,
    /// The unit within which it counts.
    pub per: Option<Expr>,
}

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Name and subject.
    pub head: Head,
    /// `start on`, `stop on`, `update on`, `restart on`, as often as written.
    pub edges: Vec<Edge>,
    /// `goal when EXPR`, at most one is meaningful.
    pub goals: Vec<Expr>,
    /// What times count from; at most one is meaningful.
    pub anchors: Vec<Expr>,
    /// How often at most.
    pub once: Option<Once>,
    /// What becomes of subjects in flight when the playbook changes.
    pub on_change: Option<OnChange>,
    /// The steps, as written.
    pub steps: Vec<Step>,
}

/// `on change pin`
#[derive(Clone, Debug)]
pub struct OnChange {
    /// `pin`, `follow` or `drop`; another word is told by the checker.
    pub word: Word,
    /// Where it stands.
    pub span: Span,
}

/// `start on EVENT, EVENT when EXPR`
#[derive(Clone, Debug)]
pub struct Edge {
    /// Which one.
    pub kind: EdgeKind,
    /// The events.
    pub events: Vec<Path>,
    /// The condition, if there is one.
    pub when: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// What an event does to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// `start`
    Start,
    /// `update on`
    Update,
    /// `stop`
    Stop,
    /// `restart on`
    Restart,
}

/// A step of a flow: time, `when`, `do`.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands.
    pub span: Span,
    /// When it comes.
    pub time: StepTime,
    /// The condition, if there is one.
    pub when: Option<Expr>,
    /// What is done.
    pub do_: Vec<Action>,
}

/// When a step comes.
#[derive(Clone, Debug)]
pub enum StepTime {
    /// `at once`
    Once,
    /// `after 10m`
    After(Expr),
    /// `after review, draft`: when the last of these tasks is done.
    AfterTasks(Vec<Word>),
    /// `at -3d`, `at 0`, `at +1d`: from the anchor.
    Offset(Duration),
    /// `at event.ends_at`, `at 2026-12-24T20:00`
    At(Expr),
    /// `day 7 at 10:00`; the anchor's date is day 1.
    Day {
        /// Which day.
        day: Expr,
        /// The number or time.
        at: Vec<TimeOfDay>,
    },
}

/// A ladder.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Name and subject.
    pub head: Head,
    /// How strikes fade, as often as written.
    pub fading: Vec<(Fading, Span)>,
    /// The steps, as written.
    pub steps: Vec<LadderStep>,
    /// How a sanction is appealed.
    pub appeal: Option<Appeal>,
}

/// How strikes fade.
#[derive(Clone, Debug)]
pub enum Fading {
    /// `strikes last 30d`
    Last(Expr),
    /// `strikes cleared after 30d clean`
    ClearedAfter(Expr),
    /// `strikes fade 1 per 7d`
    Fade {
        /// How much.
        amount: Expr,
        /// The unit within which it counts.
        per: Expr,
    },
    /// `strikes for ever`
    Never,
}

/// `at 2 do mute 1d`
#[derive(Clone, Debug)]
pub struct LadderStep {
    /// The number or time.
    pub at: Expr,
    /// What is done.
    pub do_: Vec<Action>,
    /// Where it stands.
    pub span: Span,
}

/// `appeal within 3d to owner`
#[derive(Clone, Debug)]
pub struct Appeal {
    /// In what time.
    pub within: Expr,
    /// The role asked.
    pub role: Word,
    /// Where it stands.
    pub span: Span,
}

/// Tiers.
#[derive(Clone, Debug)]
pub struct Tiers {
    /// Name and subject.
    pub head: Head,
    /// The levels, the lowest first.
    pub levels: Vec<TierLevel>,
    /// When members are reviewed.
    pub review: Option<Schedule>,
    /// `demote after N reviews`
    pub demote_after: Option<Expr>,
    /// What is done when a member rises.
    pub on_promotion: Vec<Action>,
    /// What is done when a member falls.
    pub on_demotion: Vec<Action>,
}

/// `tier silver when EXPR`
#[derive(Clone, Debug)]
pub struct TierLevel {
    /// The name.
    pub name: Word,
    /// The condition, if there is one.
    pub when: Option<Expr>,
}

/// `every weekday at 08:30 when … do …`
#[derive(Clone, Debug)]
pub struct CalendarRow {
    /// Where it stands.
    pub span: Span,
    /// When.
    pub schedule: Schedule,
    /// The condition, if there is one.
    pub when: Option<Expr>,
    /// What is done.
    pub do_: Vec<Action>,
}

/// A limit.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Name and subject.
    pub head: Head,
    /// Actions by name, `_` for a space: `delete_message`.
    pub actions: Vec<Word>,
    /// The class of content.
    pub class: Option<Word>,
    /// Actions that count, but are never stopped.
    pub counting: Vec<Word>,
    /// `at most N per D`, as often as written.
    pub caps: Vec<Cap>,
    /// `not between T and T`
    pub quiet: Vec<(TimeOfDay, TimeOfDay, Span)>,
    /// What is done otherwise.
    pub otherwise: Option<LimitElse>,
}

/// `at most 2 per week`
#[derive(Clone, Debug)]
pub struct Cap {
    /// How many.
    pub most: Expr,
    /// A word (`day`, `week`, `month`) or a duration.
    pub per: CapPer,
    /// Where it stands.
    pub span: Span,
}

/// In what time a cap counts.
#[derive(Clone, Debug)]
pub enum CapPer {
    /// A word.
    Word(Word),
    /// `1d12h`
    Duration(Expr),
}

/// A budget.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Name and subject.
    pub head: Head,
    /// Actions by name, `_` for a space: `delete_message`.
    pub actions: Vec<Word>,
    /// The class of content.
    pub class: Option<Word>,
    /// `at most N per D`, as often as written.
    pub caps: Vec<BudgetCap>,
}

/// `at most 20 per day per role`
#[derive(Clone, Debug)]
pub struct BudgetCap {
    /// How many in what time.
    pub cap: Cap,
    /// Where it says that each role has so many.
    pub per_role: Option<Span>,
}

/// What happens to an action that a limit stops.
#[derive(Clone, Debug)]
pub struct LimitElse {
    /// Which one.
    pub kind: LimitElseKind,
    /// Where it stands.
    pub span: Span,
}

/// What then happens.
#[derive(Clone, Debug)]
pub enum LimitElseKind {
    /// `skip`
    Skip,
    /// `defer`
    Defer,
    /// `hold for ROLE within D`
    Hold {
        /// The role asked.
        role: Word,
        /// In what time.
        within: Option<Expr>,
    },
    /// A slip: any other word.
    Unknown(Word),
}

/// A schedule as written.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Where it stands.
    pub span: Span,
    /// Which one.
    pub kind: ScheduleKind,
    /// `at 08:30, 20:00`; empty where none was written.
    pub at: Vec<TimeOfDay>,
}

/// Which days and times.
#[derive(Clone, Debug)]
pub enum ScheduleKind {
    /// `every day`, `every weekday`, `every tuesday, thursday`, `every weekend`, or a slip.
    Days(Vec<Word>),
    /// `every 2h`
    Every(Expr),
    /// `every month on day 1`
    MonthDay(Expr),
    /// `every month on last sunday`, `on last day`
    MonthLast(Word),
    /// `every month on first saturday`: which one, and the day
    MonthNth(u8, Word),
    /// `every cron "0 9 1 * *"`
    Cron(Text),
    /// `on 2026-12-24 at 20:00`, or `on 2026-12-24T20:00` with no `at`
    Date(NaiveDateTime),
}

/// An action with what may stand at its end.
#[derive(Clone, Debug)]
pub struct Action {
    /// Where it stands.
    pub span: Span,
    /// Which one.
    pub kind: ActionKind,
    /// `… to MEMBER`
    pub to: Option<Expr>,
    /// Who must agree.
    pub approval: Option<Approval>,
}

/// `needs approval by owner within 24h else drop`
#[derive(Clone, Debug)]
pub struct Approval {
    /// `needs one approval`: all actions of one firing hang on one.
    pub one: bool,
    /// The role asked.
    pub role: Word,
    /// In what time.
    pub within: Expr,
    /// `drop`, `proceed` or a slip; `None` where `else` was left out.
    pub otherwise: Option<Word>,
    /// Where it stands.
    pub span: Span,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum ActionKind {
    /// `post`, `announce`, `dm`, `warn`
    Say {
        /// In which way.
        how: Say,
        /// What is said.
        what: Said,
        /// The class of content.
        class: Option<Word>,
    },
    /// `dissolve`
    Dissolve,
    /// `tag`
    Tag(Word),
    /// `untag T`
    Untag(Word),
    /// `set FIELD = EXPR`
    Set {
        /// The field.
        field: Word,
        /// The value.
        value: Expr,
    },
    /// `award N LEDGER`
    Award {
        /// How much.
        amount: Expr,
        /// The ledger.
        ledger: Word,
    },
    /// `redeem N LEDGER`
    Redeem {
        /// How much.
        amount: Expr,
        /// The ledger.
        ledger: Word,
    },
    /// `invite to GROUP`
    Invite(Expr),
    /// `invite to group where C`
    InviteWhere(Expr),
    /// `delete message`
    DeleteMessage,
    /// `mute D`
    Mute {
        /// For how long.
        during: Expr,
        /// In all groups of the member.
        everywhere: bool,
    },
    /// `unmute`
    Unmute {
        /// In all groups of the member.
        everywhere: bool,
    },
    /// `remove`
    Remove {
        /// In all groups of the member.
        everywhere: bool,
    },
    /// `ban`, `ban D`
    Ban {
        /// For how long.
        during: Option<Expr>,
        /// In all groups of the member.
        everywhere: bool,
    },
    /// `unban`
    Unban {
        /// In all groups of the member.
        everywhere: bool,
    },
    /// `strike LADDER N because "…"`
    Strike {
        /// The ladder.
        ladder: Word,
        /// How much it weighs.
        weight: Option<Expr>,
        /// The reason given.
        because: Option<Text>,
    },
    /// `pardon LADDER`
    Pardon {
        /// The ladder.
        ladder: Word,
    },
    /// `task …`
    Task(Box<Task>),
    /// `start`
    Start {
        /// The flow.
        flow: Word,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `stop`
    Stop {
        /// The flow.
        flow: Word,
    },
    /// `emit EVENT { … }`
    Emit {
        /// The event.
        event: Path,
        /// The fields.
        fields: Vec<(Word, Expr)>,
    },
    /// A declared action, or a slip.
    Custom {
        /// The name.
        name: Word,
        /// The arguments.
        args: Vec<Expr>,
    },
}

/// The actions that say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// `post`
    Post,
    /// `announce`
    Announce,
    /// `dm`
    Dm,
    /// `warn`
    Warn,
}

/// What is said.
#[derive(Clone, Debug)]
pub enum Said {
    /// A message with its arguments.
    Message {
        /// The name.
        name: Word,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// A text written at the action.
    Text(Text),
    /// `from POOL`
    Pool(Word),
}

/// `task review "…" for owner due 2d otherwise do …`
#[derive(Clone, Debug)]
pub struct Task {
    /// The name.
    pub name: Option<Word>,
    /// What is to be done.
    pub title: Text,
    /// The role asked.
    pub role: Word,
    /// By when.
    pub due: Due,
    /// What is done otherwise.
    pub otherwise: Vec<Action>,
}

/// When a task is due.
#[derive(Clone, Debug)]
pub enum Due {
    /// `due 2d`: after the task was given.
    After(Expr),
    /// `due at -3d`: from the flow's anchor.
    Offset(Duration),
    /// `due at TIME`
    At(Expr),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// Which one.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `true`, `false`
    Bool(bool),
    /// `12`, `2.5`
    Number(Decimal),
    /// `20%` as 0.2
    Percent(Decimal),
    /// `¥199.90` (no code) or `199.90 CNY`
    Money {
        /// How much.
        amount: Decimal,
        /// The code, if one was written.
        currency: Option<String>,
    },
    /// `1d12h`
    Duration(Duration),
    /// `08:30`
    TimeOfDay(TimeOfDay),
    /// `2026-12-24`
    Date(NaiveDate),
    /// `2026-12-24T20:00`
    DateTime(NaiveDateTime),
    /// A text.
    Text(Text),
    /// `/regular expression/`, without the slashes
    Regex(String),
    /// `[7, 21, 30]`
    List(Vec<Expr>),
    /// `member`, `event.links`, `gold`, `now.hour`
    Path(Path),
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// Two values with an operator between them.
    Binary {
        /// The operator.
        op: Op,
        /// Left of the sign.
        left: Box<Expr>,
        /// Right of the sign.
        right: Box<Expr>,
    },
    /// `matches /…/`
    Matches {
        /// Left of the sign.
        left: Box<Expr>,
        /// A pattern, or the name of one.
        pattern: Box<Expr>,
    },
    /// `x between a and b`
    Between {
        /// The value.
        value: Box<Expr>,
        /// The lower end.
        low: Box<Expr>,
        /// The upper end.
        high: Box<Expr>,
    },
    /// `x else y`
    Else {
        /// The value.
        value: Box<Expr>,
        /// The value where the other is missing.
        fallback: Box<Expr>,
    },
    /// `if a then b else c`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// The value if the condition is true.
        then: Box<Expr>,
        /// What is done otherwise.
        otherwise: Box<Expr>,
    },
    /// A function over the past or over members: `count(message.posted where …, last 7d)`
    Past(Box<Past>),
    /// A slip that parses: a call with plain arguments, `round(x, 2)`.
    Call {
        /// The name.
        name: Word,
        /// The arguments.
        args: Vec<Expr>,
    },
}

/// Binary operators. `is` and `==` are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `and`
    And,
    /// `or`
    Or,
    /// `is`, `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `has`
    Has,
    /// `contains`
    Contains,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// `count(EVENT where CONDITION by KEYS, WINDOW)`
#[derive(Clone, Debug)]
pub struct Past {
    /// `count`, `sum`, … or a slip.
    pub function: Word,
    /// An event (`message.posted`), an event's field (`purchase.made.amount`), `members`, `groups`, `members.FIELD`.
    pub source: Path,
    /// What narrows it.
    pub where_: Option<Expr>,
    /// What replaces the keys.
    pub by: Vec<ByKey>,
    /// The time looked at; ever, if there is none.
    pub window: Option<Window>,
}

/// One key after `by`.
#[derive(Clone, Debug)]
pub struct ByKey {
    /// `member`, `group`, `community` or a field.
    pub name: Word,
    /// `FIELD = EXPR`
    pub value: Option<Expr>,
}

/// A window over the past.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where it stands.
    pub span: Span,
    /// Which one.
    pub kind: WindowKind,
}

/// What a window spans.
#[derive(Clone, Debug)]
pub enum WindowKind {
    /// `last 7d`, `last 1d before 30d`, `last 28d before today`
    Last {
        /// For how long.
        during: Expr,
        /// What it ends before.
        before: Option<Before>,
    },
    /// `today`
    Today,
    /// `yesterday`
    Yesterday,
    /// `this week`, `this month`, or a slip
    This(Word),
    /// `last week`, `last month`
    LastPeriod(Word),
    /// `since start`, `since joined`, or a slip
    Since(Word),
}

/// What a `last` window ends before.
#[derive(Clone, Debug)]
pub enum Before {
    /// Both ends moved back.
    Duration(Expr),
    /// `today`
    Today,
    /// `this week`, `this month`, or a slip
    This(Word),
}
