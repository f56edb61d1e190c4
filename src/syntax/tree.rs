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
    Voice { name: Word, text: Text },
    /// `field city: text for member`
    Field { name: Word, ty: TypeRef, scope: ScopeRef },
    /// `event survey.answered for member { city: text }`
    Event { name: Path, scope: ScopeRef, fields: Vec<FieldDecl> },
    /// `action coupon(code: text, value: money)`
    Action { name: Word, params: Vec<FieldDecl> },
    /// `message welcome(x: text) by xiaoyu for group "…" or "…"`
    Message(Message),
    /// `pool promos { a, b } weighted by EXPR`
    Pool { name: Word, members: Vec<Word>, weight: Option<Expr> },
    /// `let NAME for SCOPE = EXPR`
    Let { name: Word, scope: Option<ScopeRef>, value: Expr },
    /// `segment loyal for member when EXPR`
    Segment { head: Head, when: Expr },
    /// `metric engagement for group every day at 00:00 = EXPR`
    Metric { head: Head, schedule: Schedule, value: Expr },
    /// `rule … { … }`
    Rule(Rule),
    /// `flow … { … }`
    Flow(Flow),
    /// `ladder … { … }`
    Ladder(Ladder),
    /// `tiers … { … }`
    Tiers(Tiers),
    /// `calendar … { … }`
    Calendar { head: Head, rows: Vec<CalendarRow> },
    /// `limit … { … }`
    Limit(Limit),
}

/// Which list of words an item adds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordSort {
    Kind,
    Role,
    Tag,
    Class,
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
    Text(Text),
    Word(Word),
}

/// A scope as written: `member`, `member in group?`, `group`, `community`, or a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRef {
    /// The first word, with whether a `?` follows it.
    pub first: Word,
    pub first_optional: bool,
    /// The word after `in`, with whether a `?` follows it.
    pub second: Option<(Word, bool)>,
    pub span: Span,
}

/// The head of an item with a subject: `NAME(params) for each SCOPE where C per event.x`.
#[derive(Clone, Debug)]
pub struct Head {
    pub name: Word,
    /// Only flows take parameters; given elsewhere they are answered by the checker.
    pub params: Vec<FieldDecl>,
    /// `None` where `for …` was forgotten.
    pub scope: Option<ScopeRef>,
    /// `for each …`
    pub each: bool,
    pub where_: Option<Expr>,
    /// `per event.x` (`event`, `x`), or `per x` in a metric.
    pub per: Option<Path>,
}

/// A type as written: `text`, `number`, `member`, or a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    pub name: Word,
}

/// `amount: money`, `sku: text?`, `links: number = 0`.
#[derive(Clone, Debug)]
pub struct FieldDecl {
    pub name: Word,
    pub ty: TypeRef,
    pub optional: bool,
    pub default: Option<Expr>,
}

/// A message item.
#[derive(Clone, Debug)]
pub struct Message {
    pub name: Word,
    pub params: Vec<FieldDecl>,
    pub voice: Option<Word>,
    pub scope: Option<ScopeRef>,
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
    pub parts: Vec<TextPart>,
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
    pub head: Head,
    pub triggers: Vec<Trigger>,
    /// Several `when … do …` are as many rules with one trigger.
    pub branches: Vec<Branch>,
    pub once: Option<Once>,
}

/// What wakes a rule.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// `on EVENT`
    Event(Path),
    /// `on no EVENT for D`
    Silence { event: Path, during: Expr, span: Span },
    /// `every …`, `on DATE at TIME`
    Schedule(Schedule),
}

/// `when … top … do … otherwise …`
#[derive(Clone, Debug)]
pub struct Branch {
    pub span: Span,
    pub when: Option<Expr>,
    pub select: Option<Select>,
    pub do_: Vec<Action>,
    pub otherwise: Vec<Action>,
}

/// `top 3 by EXPR per group`, `top 20% by EXPR`, `draw 2 per group`
#[derive(Clone, Debug)]
pub struct Select {
    pub kind: SelectKind,
    /// A number or, after `top`, a percent.
    pub amount: Expr,
    pub per: Option<ScopeRef>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum SelectKind {
    /// `top` with what is measured.
    Top(Expr),
    Draw,
}

/// `once` or `once per D`
#[derive(Clone, Debug)]
pub struct Once {
    pub span: Span,
    pub per: Option<Expr>,
}

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    pub head: Head,
    /// `start on`, `stop on`, `update on`, `restart on`, as often as written.
    pub edges: Vec<Edge>,
    /// `goal when EXPR`, at most one is meaningful.
    pub goals: Vec<Expr>,
    pub anchors: Vec<Expr>,
    pub once: Option<Once>,
    pub steps: Vec<Step>,
}

/// `start on EVENT, EVENT when EXPR`
#[derive(Clone, Debug)]
pub struct Edge {
    pub kind: EdgeKind,
    pub events: Vec<Path>,
    pub when: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    Start,
    Update,
    Stop,
    Restart,
}

/// A step of a flow: time, `when`, `do`.
#[derive(Clone, Debug)]
pub struct Step {
    pub span: Span,
    pub time: StepTime,
    pub when: Option<Expr>,
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
    Day { day: Expr, at: Vec<TimeOfDay> },
}

/// A ladder.
#[derive(Clone, Debug)]
pub struct Ladder {
    pub head: Head,
    pub fading: Vec<(Fading, Span)>,
    pub steps: Vec<LadderStep>,
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
    Fade { amount: Expr, per: Expr },
    /// `strikes for ever`
    Never,
}

/// `at 2 do mute 1d`
#[derive(Clone, Debug)]
pub struct LadderStep {
    pub at: Expr,
    pub do_: Vec<Action>,
    pub span: Span,
}

/// `appeal within 3d to owner`
#[derive(Clone, Debug)]
pub struct Appeal {
    pub within: Expr,
    pub role: Word,
    pub span: Span,
}

/// Tiers.
#[derive(Clone, Debug)]
pub struct Tiers {
    pub head: Head,
    pub levels: Vec<TierLevel>,
    pub review: Option<Schedule>,
    /// `demote after N reviews`
    pub demote_after: Option<Expr>,
    pub on_promotion: Vec<Action>,
    pub on_demotion: Vec<Action>,
}

/// `tier silver when EXPR`
#[derive(Clone, Debug)]
pub struct TierLevel {
    pub name: Word,
    pub when: Option<Expr>,
}

/// `every weekday at 08:30 when … do …`
#[derive(Clone, Debug)]
pub struct CalendarRow {
    pub span: Span,
    pub schedule: Schedule,
    pub when: Option<Expr>,
    pub do_: Vec<Action>,
}

/// A limit.
#[derive(Clone, Debug)]
pub struct Limit {
    pub head: Head,
    /// Actions by name, `_` for a space: `delete_message`.
    pub actions: Vec<Word>,
    pub class: Option<Word>,
    pub counting: Vec<Word>,
    /// `at most N per D`, as often as written.
    pub caps: Vec<Cap>,
    /// `not between T and T`
    pub quiet: Vec<(TimeOfDay, TimeOfDay, Span)>,
    pub otherwise: Option<LimitElse>,
}

/// `at most 2 per week`
#[derive(Clone, Debug)]
pub struct Cap {
    pub most: Expr,
    /// A word (`day`, `week`, `month`) or a duration.
    pub per: CapPer,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum CapPer {
    Word(Word),
    Duration(Expr),
}

/// What happens to an action that a limit stops.
#[derive(Clone, Debug)]
pub struct LimitElse {
    pub kind: LimitElseKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum LimitElseKind {
    Skip,
    Defer,
    Hold {
        role: Word,
        within: Option<Expr>,
    },
    /// A slip: any other word.
    Unknown(Word),
}

/// A schedule as written.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub span: Span,
    pub kind: ScheduleKind,
    /// `at 08:30, 20:00`; empty where none was written.
    pub at: Vec<TimeOfDay>,
}

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
    /// `every cron "0 9 1 * *"`
    Cron(Text),
    /// `on 2026-12-24 at 20:00`, or `on 2026-12-24T20:00` with no `at`
    Date(NaiveDateTime),
}

/// An action with what may stand at its end.
#[derive(Clone, Debug)]
pub struct Action {
    pub span: Span,
    pub kind: ActionKind,
    /// `… to MEMBER`
    pub to: Option<Expr>,
    pub approval: Option<Approval>,
}

/// `needs approval by owner within 24h else drop`
#[derive(Clone, Debug)]
pub struct Approval {
    /// `needs one approval`: all actions of one firing hang on one.
    pub one: bool,
    pub role: Word,
    pub within: Expr,
    /// `drop`, `proceed` or a slip; `None` where `else` was left out.
    pub otherwise: Option<Word>,
    pub span: Span,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum ActionKind {
    /// `post`, `announce`, `dm`, `warn`
    Say {
        how: Say,
        what: Said,
        class: Option<Word>,
    },
    Dissolve,
    Tag(Word),
    Untag(Word),
    Set {
        field: Word,
        value: Expr,
    },
    Award {
        amount: Expr,
        ledger: Word,
    },
    Redeem {
        amount: Expr,
        ledger: Word,
    },
    /// `invite to GROUP`
    Invite(Expr),
    /// `invite to group where C`
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
    Strike {
        ladder: Word,
        weight: Option<Expr>,
        because: Option<Text>,
    },
    Pardon {
        ladder: Word,
    },
    Task(Box<Task>),
    Start {
        flow: Word,
        args: Vec<Expr>,
    },
    Stop {
        flow: Word,
    },
    Emit {
        event: Path,
        fields: Vec<(Word, Expr)>,
    },
    /// A declared action, or a slip.
    Custom {
        name: Word,
        args: Vec<Expr>,
    },
}

/// The actions that say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    Post,
    Announce,
    Dm,
    Warn,
}

/// What is said.
#[derive(Clone, Debug)]
pub enum Said {
    /// A message with its arguments.
    Message { name: Word, args: Vec<Expr> },
    /// A text written at the action.
    Text(Text),
    /// `from POOL`
    Pool(Word),
}

/// `task review "…" for owner due 2d otherwise do …`
#[derive(Clone, Debug)]
pub struct Task {
    pub name: Option<Word>,
    pub title: Text,
    pub role: Word,
    pub due: Due,
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
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Bool(bool),
    Number(Decimal),
    /// `20%` as 0.2
    Percent(Decimal),
    /// `¥199.90` (no code) or `199.90 CNY`
    Money {
        amount: Decimal,
        currency: Option<String>,
    },
    Duration(Duration),
    TimeOfDay(TimeOfDay),
    Date(NaiveDate),
    DateTime(NaiveDateTime),
    Text(Text),
    /// `/regular expression/`, without the slashes
    Regex(String),
    List(Vec<Expr>),
    /// `member`, `event.links`, `gold`, `now.hour`
    Path(Path),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: Op,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `matches /…/`
    Matches {
        left: Box<Expr>,
        pattern: Box<Expr>,
    },
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
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
    /// A function over the past or over members: `count(message.posted where …, last 7d)`
    Past(Box<Past>),
    /// A slip that parses: a call with plain arguments, `round(x, 2)`.
    Call {
        name: Word,
        args: Vec<Expr>,
    },
}

/// Binary operators. `is` and `==` are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Has,
    Contains,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// `count(EVENT where CONDITION by KEYS, WINDOW)`
#[derive(Clone, Debug)]
pub struct Past {
    /// `count`, `sum`, … or a slip.
    pub function: Word,
    /// An event (`message.posted`), an event's field (`purchase.made.amount`), `members`, `groups`, `members.FIELD`.
    pub source: Path,
    pub where_: Option<Expr>,
    pub by: Vec<ByKey>,
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
    pub span: Span,
    pub kind: WindowKind,
}

#[derive(Clone, Debug)]
pub enum WindowKind {
    /// `last 7d`, `last 1d before 30d`, `last 28d before today`
    Last {
        during: Expr,
        before: Option<Before>,
    },
    Today,
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
    Today,
    /// `this week`, `this month`, or a slip
    This(Word),
}
