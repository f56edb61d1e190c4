//! What can be wrong with the writing of a playbook, as data; `messages` has the words for it.

use super::keywords::Tongue;
use super::span::Span;

/// A mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where to look first.
    pub span: Span,
    /// What is wrong there.
    pub mistake: Mistake,
}

/// A mistake in the writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Something has a limit and is beyond it.
    Beyond(Limit),
    /// A known slip, and the text as it should be.
    Slip {
        /// Which one.
        slip: Slip,
        /// As it was written.
        wrong: String,
        /// As it should be.
        right: String,
    },
    /// A part was left out.
    Missing {
        /// What is missing.
        part: Part,
        /// Whose part it is: `task`, `mute`.
        of: &'static str,
        /// In which tongue the playbook speaks here.
        tongue: Tongue,
    },
    /// A literal that is none.
    Literal {
        /// Why not.
        why: BadLiteral,
        /// As it was written.
        text: String,
    },
    /// A clause stands too late or too early.
    Order {
        /// The clause at the error's place: `when`.
        clause: &'static str,
        /// Where it belongs: `before` or `after` another.
        belongs: Belongs,
        /// That other: `do`.
        other: &'static str,
        /// Where the other one stands.
        other_span: Span,
    },
    /// A clause stands twice where one is allowed.
    Twice {
        /// The clause.
        clause: &'static str,
        /// Where it stood first.
        first: Span,
    },
    /// `1 < x < 5`
    Chained {
        /// The text with `and`, if it could be made.
        right: Option<String>,
    },
    /// A reserved word stands where a name is needed.
    Reserved(String),
    /// A word begins no item.
    UnknownItem {
        /// The word.
        word: String,
        /// The item keyword it resembles.
        near: Option<&'static str>,
    },
    /// A bracket is never closed.
    Unclosed {
        /// The bracket as written.
        bracket: char,
        /// After the last real token of the piece.
        end: Span,
    },
    /// A closing bracket closes nothing.
    Unopened(char),
    /// A closing bracket is of another kind than the open one.
    Crossed {
        /// The open bracket as written.
        open: char,
        /// Where it stands.
        open_span: Span,
        /// The closing one.
        close: char,
    },
    /// A text is not closed on its line, or not at all if it is a long one.
    OpenText {
        /// The quote that would close it.
        close: &'static str,
        /// A quote of another kind that stands on the line.
        other: Option<char>,
    },
    /// A pattern is not closed on its line.
    OpenPattern,
    /// `{}` in a text.
    EmptyHole,
    /// A hole that is not closed before its text ends.
    OpenHole,
    /// Something in a hole that is no value.
    InHole(Found),
    /// A hole runs over the end of a line in a text of one line.
    HoleOverLines,
    /// A turn of plain speech that the language says otherwise.
    Habit {
        /// As it was written.
        text: String,
        /// What to do.
        hint: Hint,
    },
    /// What follows the event in a function over the past is no window.
    NotAWindow {
        /// As it was written.
        text: String,
        /// The window that it resembles.
        near: Option<&'static str>,
        /// In which tongue it speaks.
        tongue: Tongue,
    },
    /// Something that does not fit there.
    Unexpected {
        /// What stands there.
        found: Found,
        /// What could stand there.
        expected: Expected,
        /// A word that could stand there and resembles what does.
        near: Option<String>,
        /// In which tongue the playbook speaks here.
        tongue: Tongue,
    },
}

/// What to do where the language says something otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Write this.
    Write(String),
    /// Count, as this does.
    Count(String),
    /// Leave this sign out.
    LeaveOut(String),
}

/// What stands at an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The end of the item or the file.
    End,
    /// A word, a number or a sign.
    Token(String),
    /// A character that the language does not have; with the one that may be meant.
    Foreign(char, Option<&'static str>),
}

/// What could stand at an error, in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// `rule`, `flow` …
    Item,
    /// A name.
    Name,
    /// `member`, `group` …
    Scope,
    /// An event's name.
    Event,
    /// A type.
    Type,
    /// A text in quotes.
    Text,
    /// A value.
    Value,
    /// A duration.
    Duration,
    /// A time of the day.
    Time,
    /// `day`, `monday`, `2h` …
    Schedule,
    /// `on …`
    Trigger,
    /// An action.
    Action,
    /// How strikes fade.
    Fading,
    /// A clause of the item with this keyword.
    ClauseOf(&'static str),
    /// This very sign or word.
    Just(&'static str),
    /// This sign or word, and then what stands there.
    First(&'static str),
    /// Nothing better can be said.
    Other,
}

/// What has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A file's bytes.
    FileBytes(usize),
    /// A file's items.
    Items,
    /// Brackets, texts in holes and choices in one another.
    Depth,
    /// The operators of one expression.
    Operators,
    /// A name's characters.
    Name(usize),
    /// A text's characters.
    Text(usize),
}

/// Where a clause belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It stands before the other.
    Before,
    /// It stands after the other.
    After,
}

/// Known slips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// `=` between two values
    SingleEquals,
    /// `&&`, `||`, `!`
    SignForWord,
    /// `<>`, `≠`, `=<`, `=>`
    SignOfOthers,
    /// `x not in y`
    NotInside,
    /// `if` for `when`
    IfForWhen,
    /// `then` for `do`
    ThenForDo,
    /// `else` for `otherwise`
    ElseForOtherwise,
    /// `otherwise` for `else`
    OtherwiseForElse,
    /// `otherwise` without `do`
    NoDo,
    /// `goal` without `when`
    NoWhen,
    /// `on a or b`
    EventsByOr,
    /// `10 s`, `20 %`, `¥ 5`
    InnerSpace,
    /// `¥2,000`
    Thousands,
    /// `10mins`
    LongUnit,
    /// `8:30`, `8am`
    ShortTime,
    /// `08:30:00`
    Seconds,
    /// `not between 22:30 to 08:00`
    RangeSign,
    /// `once every 2h`
    OnceEvery,
    /// `once per day`
    OncePerPeriod,
    /// `set city to …`
    SetTo,
    /// `set member.city = …`
    SetOfSubject,
    /// `timezone: "…"`
    SettingSign,
    /// `emit e { a = 1 }`
    FieldSign,
    /// `by event.text_hash`
    KeyOfEvent,
    /// `due event.starts_at`
    DueAt,
    /// `at 3d` without a sign
    UnsignedOffset,
    /// `day 7d`
    DayWithUnit,
    /// `strike conduct event.weight`
    OpenWeight,
    /// `if a then x > 1 else …`
    OpenBranch,
    /// `do a, b` without braces
    NoBraces,
    /// `{ a, b }`
    CommaBetween,
    /// An action's name without parentheses
    NoParentheses,
    /// `message . posted`
    SpacedDot,
    /// `规则刷屏`
    Glued,
    /// `kol-candidate`
    Hyphen,
    /// `on` in a flow
    OnInFlow,
    /// `otherwise` in a step or a calendar
    OtherwiseInStep,
    /// `//` for `#`
    Comment,
    /// `message … for each`
    EachInMessage,
    /// `'hello'`, `「你好」`
    Quotes,
    /// `199元`, `$5`, `199 RMB`
    Currency,
}

/// Parts that can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A message, a text or `from POOL`
    Content,
    /// A duration
    Duration,
    /// `for ROLE`
    Role,
    /// `by ROLE`
    Approver,
    /// `to ROLE`
    Judge,
    /// `due …`
    Due,
    /// `within D`
    Within,
    /// `per …`
    Per,
    /// `by EXPR`
    By,
    /// `do …`
    Do,
    /// `else …`
    Else,
    /// `for SCOPE`
    Scope,
    /// `at HH:MM`
    AtTime,
    /// What becomes of subjects in flight.
    ChangePolicy,
    /// The words of a message
    Words,
}

/// Why a literal is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLiteral {
    /// `24:00`
    Midnight,
    /// `25:00`
    NoSuchTime,
    /// `2026-02-30`
    NoSuchDate,
    /// `10x`
    UnknownUnit,
    /// `10`, where a duration is needed
    NoUnit,
    /// `12h1d`
    UnitOrder,
    /// More digits than can be counted with
    TooLarge,
}
