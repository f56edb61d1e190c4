//! Functions over the past: which series they read, by which keys, through which window.

use super::definitions::conjunction;
use super::env::{Env, EventEnv};
use super::errors::{EventError, NameError, ScopeError, TypeError};
use super::events::{join, scope_of_kind};
use super::expr::{Typed, flattened, unknown};
use super::lower::Lower;
use super::names::{Symbol, keys_of, scope_words};
use super::series::Wanted;
use super::types::Type;
use crate::l10n::Text;
use crate::plan::expr::{Aggregate, Expr, Function, Window};
use crate::plan::ids::{KindId, SeriesId};
use crate::plan::walk;
use crate::plan::{Carries, Column, KeyPart};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Before, ByKey, Op, Past, WindowKind, Word};
use crate::time::{Duration, Period};

/// The functions, in the order in which they are offered.
const FUNCTIONS: [(&str, Function); 13] = [
    ("count", Function::Count),
    ("sum", Function::Sum),
    ("avg", Function::Average),
    ("min", Function::Min),
    ("max", Function::Max),
    ("distinct", Function::Distinct),
    ("exists", Function::Exists),
    ("never", Function::Never),
    ("since", Function::Since),
    ("first", Function::First),
    ("last", Function::Last),
    ("list", Function::List),
    ("streak", Function::Streak),
];

/// The names of all functions.
pub(crate) fn function_names() -> Vec<String> {
    FUNCTIONS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Whether a function takes an event, and not one of its fields.
fn takes_event(function: Function) -> bool {
    matches!(function, Function::Count | Function::Exists | Function::Never | Function::Since | Function::Streak)
}

/// What a function reads.
struct Source {
    kind: KindId,
    column: Option<(Column, Type)>,
}

/// A part of a series' key with its value at the event at hand.
struct Key {
    part: KeyPart,
    value: Expr,
    missing: bool,
}

impl Lower<'_> {
    /// A function over the past or over members.
    pub(crate) fn past(&mut self, past: &Past, env: &Env<'_>, at: Span) -> Typed {
        let Some((_, function)) = FUNCTIONS.iter().find(|(name, _)| *name == past.function.text) else {
            self.error(NameError::UnknownFunction { name: past.function.clone() });
            return Typed::error();
        };
        if self.no_state(env, at) {
            return Typed::error();
        }
        let first = past.source.words.first().map_or("", |word| word.text.as_str());
        if matches!(first, "members" | "groups") {
            return self.population(past, *function, env);
        }
        let Some(source) = self.source(past, *function) else {
            return Typed::error();
        };
        self.aggregate(past, *function, source, env, at)
    }

    fn aggregate(&mut self, past: &Past, function: Function, source: Source, env: &Env<'_>, at: Span) -> Typed {
        let Some(ty) = self.result_type(function, &source, at) else {
            return Typed::error();
        };
        let keys = self.keys(past, source.kind, env, at);
        let (filter, rest) = self.row_conditions(past, source.kind, env);
        let window = self.window(past, function, env);
        let (Some(keys), Some(window)) = (keys, window) else {
            return Typed::new(unknown(), ty);
        };
        if function == Function::Streak && rest.is_some() {
            self.error(EventError::StreakOfEvent { at });
        }
        let parts = keys.iter().map(|key| key.part).collect();
        let id = self.series(source.kind, filter, parts);
        let column = source.column.map(|(column, _)| self.column(id, column));
        let rest = rest.map(|rest| self.on_columns(id, rest));
        let sums = matches!(function, Function::Sum | Function::Average);
        let adds_up = sums && rest.is_none() && !matches!(ty, Type::Duration);
        self.keep(id, &Wanted { function, column, window: &window, rest: rest.is_some(), adds_up, flow: env.flow });
        self.per_is_seen_in(id, source.kind, env);
        let missing = may_be_missing(function) || keys.iter().any(|key| key.missing);
        let key = keys.into_iter().map(|key| key.value).collect();
        let zero = ty.zero();
        let aggregate = Aggregate { function, series: id, key, column, window, rest, zero };
        Typed { expr: Expr::Aggregate(Box::new(aggregate)), ty, missing }
    }

    // ---- what is counted ----------------------------------------------------------------------------------

    /// The event, and the field where one is wanted.
    fn source(&mut self, past: &Past, function: Function) -> Option<Source> {
        let words = &past.source.words;
        let (last, before) = words.split_last()?;
        let whole = self.kind_named(&join(words));
        let prefix = self.kind_named(&join(before));
        match (takes_event(function), whole, prefix) {
            (true, Some(kind), _) => Some(Source { kind, column: None }),
            (false, _, Some(kind)) => self.source_field(kind, last),
            (true, None, Some(kind)) => {
                let event = join(before);
                let field = last.text.clone();
                let known = self.column_named(kind, last).is_some();
                self.error(EventError::TakesEvent {
                    function: past.function.clone(),
                    event,
                    field,
                    known,
                    at: past.source.span,
                });
                None
            }
            (false, Some(kind), None) => {
                let fields = self.field_names(kind);
                let (function, event) = (past.function.clone(), join(words));
                self.error(EventError::TakesField { function, event, fields, at: past.source.span });
                None
            }
            _ => self.unknown_source(past, function),
        }
    }

    fn unknown_source(&mut self, past: &Past, function: Function) -> Option<Source> {
        let mut path = past.source.clone();
        if !takes_event(function) && path.words.len() > 1 {
            path.words.pop();
        }
        self.event(&path);
        None
    }

    fn kind_named(&self, name: &str) -> Option<KindId> {
        match self.names.symbol(name) {
            Some(Symbol::Event(kind)) => Some(kind),
            _ => None,
        }
    }

    fn column_named(&self, kind: KindId, name: &Word) -> Option<(Column, Type)> {
        if let Some((position, ty)) = self.position(kind, &name.text) {
            return Some((Column::Field(position), ty));
        }
        let carries = self.kind(kind).map(|kind| (kind.member, kind.group)).unwrap_or_default();
        match name.text.as_str() {
            "member" if carries.0 != Carries::Never => Some((Column::Member, Type::Member)),
            "group" if carries.1 != Carries::Never => Some((Column::Group, Type::Group)),
            _ => None,
        }
    }

    fn source_field(&mut self, kind: KindId, field: &Word) -> Option<Source> {
        let column = self.column_named(kind, field);
        if column.is_none() {
            let event = self.kind(kind).map(|kind| kind.name.clone()).unwrap_or_default();
            let mut available = self.field_names(kind);
            let carries = self.kind(kind).map(|kind| (kind.member, kind.group)).unwrap_or_default();
            let keys = [("member", carries.0), ("group", carries.1)];
            available.extend(keys.into_iter().filter(|(_, c)| *c != Carries::Never).map(|(name, _)| name.to_owned()));
            self.error(EventError::UnknownEventField { event, name: field.clone(), available, trigger: None });
        }
        Some(Source { kind, column: Some(column?) })
    }

    fn result_type(&mut self, function: Function, source: &Source, at: Span) -> Option<Type> {
        let column = source.column.as_ref().map_or(Type::Error, |(_, ty)| ty.clone());
        Some(match function {
            Function::Count | Function::Distinct | Function::Streak => Type::Number,
            Function::Exists | Function::Never => Type::Bool,
            Function::Since => Type::Duration,
            Function::First | Function::Last => column,
            Function::List => Type::List(Box::new(column)),
            Function::Sum | Function::Average | Function::Min | Function::Max => {
                return self.measured(function, column, at);
            }
        })
    }

    /// The type of a sum or an extreme, which must be something that can be measured.
    pub(crate) fn measured(&mut self, function: Function, ty: Type, at: Span) -> Option<Type> {
        let extreme = matches!(function, Function::Min | Function::Max);
        let adds = matches!(ty, Type::Error | Type::Number | Type::Percent | Type::Money | Type::Duration);
        if adds || (extreme && ty.is_ordered()) {
            return Some(ty);
        }
        let found = self.describe(&ty);
        self.error(TypeError::CannotSum { at, found });
        None
    }

    // ---- keys ---------------------------------------------------------------------------------------------

    fn keys(&mut self, past: &Past, kind: KindId, env: &Env<'_>, at: Span) -> Option<Vec<Key>> {
        let mut keys = if past.by.is_empty() {
            self.own_keys(kind, env, past.source.span)?
        } else {
            let mut keys = Vec::new();
            for by in &past.by {
                keys.extend(self.by(by, kind, env)?);
            }
            keys
        };
        keys.sort_by_key(|key| rank(key.part));
        if keys.windows(2).any(|pair| matches!(pair, [a, b] if a.part == b.part)) {
            self.error(EventError::KeyTwice { at });
            return None;
        }
        Some(keys)
    }

    /// The subject's keys, which the counted event must carry.
    fn own_keys(&mut self, kind: KindId, env: &Env<'_>, at: Span) -> Option<Vec<Key>> {
        let (member, group) = keys_of(env.keys);
        let mut keys = Vec::new();
        for (wanted, name) in [(group, "group"), (member, "member")] {
            if wanted {
                keys.push(self.own_key(name, kind, env, at)?);
            }
        }
        keys.extend(self.per_key(kind, env));
        Some(keys)
    }

    fn own_key(&mut self, name: &'static str, kind: KindId, env: &Env<'_>, at: Span) -> Option<Key> {
        let found = self.kind(kind)?;
        let member = name == "member";
        let carries = if member { found.member } else { found.group };
        if carries == Carries::Never {
            let (event, scope) = (found.name.clone(), scope_of_kind(found));
            let subject = scope_words(env.keys);
            self.error(ScopeError::CountLacksKey { event, scope, subject, key: name, at });
            return None;
        }
        let (part, value) = if member { (KeyPart::Member, Expr::Member) } else { (KeyPart::Group, Expr::Group) };
        Some(Key { part, value, missing: false })
    }

    /// In a metric `per FIELD`, what carries the field is counted for each of its values.
    fn per_key(&mut self, kind: KindId, env: &Env<'_>) -> Option<Key> {
        let (position, _) = self.position(kind, env.per?)?;
        self.use_field(kind, position);
        Some(Key { part: KeyPart::Field(position), value: Expr::Per, missing: false })
    }

    /// One key after `by`; `community` is none.
    fn by(&mut self, by: &ByKey, kind: KindId, env: &Env<'_>) -> Option<Option<Key>> {
        if by.name.text == "community" && by.value.is_none() {
            return Some(None);
        }
        let Some((column, ty)) = self.column_named(kind, &by.name) else {
            let event = self.kind(kind).map(|kind| kind.name.clone()).unwrap_or_default();
            let available = self.field_names(kind);
            self.error(EventError::UnknownEventField { event, name: by.name.clone(), available, trigger: None });
            return None;
        };
        let part = match column {
            Column::Group => KeyPart::Group,
            Column::Member => KeyPart::Member,
            Column::Field(position) => KeyPart::Field(position),
        };
        if let KeyPart::Field(position) = part {
            self.use_field(kind, position);
        }
        let typed = match &by.value {
            Some(value) => self.value(value, env, &ty, Text::new("of-key").with("name", by.name.text.as_str())),
            None => self.key_at_hand(by, kind, &ty, env)?,
        };
        Some(Some(Key { part, value: typed.expr, missing: typed.missing }))
    }

    /// The value of a key where none is written: the subject's, or the trigger's.
    fn key_at_hand(&mut self, by: &ByKey, kind: KindId, ty: &Type, env: &Env<'_>) -> Option<Typed> {
        let name = by.name.text.as_str();
        match name {
            "member" if env.member => return Some(Typed::new(Expr::Member, Type::Member)),
            "group" if env.group => return Some(Typed::new(Expr::Group, Type::Group)),
            _ if env.per == Some(name) => return Some(Typed::new(Expr::Per, ty.clone())),
            _ => {}
        }
        let counted = self.kind(kind).map(|kind| kind.name.clone()).unwrap_or_default();
        if matches!(env.event, EventEnv::Kinds([])) {
            // Its triggers are unknown, which is told.
            return None;
        }
        if !matches!(env.event, EventEnv::Kinds(_)) {
            self.error(EventError::ByNoTrigger { name: by.name.clone(), counted });
            return None;
        }
        for (trigger, _) in env.kinds() {
            if self.column_named(*trigger, &by.name).is_none() {
                let trigger = self.kind(*trigger).map(|kind| kind.name.clone()).unwrap_or_default();
                self.error(EventError::ByNotInTrigger { name: by.name.clone(), counted, trigger });
                return None;
            }
        }
        let typed = self.field_of(env.kinds(), &by.name);
        Some(self.fitted(typed, ty, Text::new("of-key").with("name", name), by.name.span))
    }

    /// Remembers in which series a metric's `per` field is a key.
    fn per_is_seen_in(&mut self, id: SeriesId, kind: KindId, env: &Env<'_>) {
        let Some((position, ty)) = env.per.and_then(|per| self.position(kind, per)) else {
            return;
        };
        let series = self.plan.series.get(id.index());
        let part = series.and_then(|series| series.key.iter().position(|part| *part == KeyPart::Field(position)));
        let Some(part) = part.and_then(|part| u8::try_from(part).ok()) else {
            return;
        };
        self.metric_per(env.metric, id, part, &ty);
    }

    // ---- conditions ---------------------------------------------------------------------------------------

    /// The part of `where` that is the same for all events at hand, and the rest.
    fn row_conditions(&mut self, past: &Past, kind: KindId, env: &Env<'_>) -> (Option<Expr>, Option<Expr>) {
        let env = Env { row: Some(kind), ..env.clone() };
        let (mut filter, mut rest) = (Vec::new(), Vec::new());
        for condition in past.where_.iter().flat_map(|condition| flattened(condition, Op::And)) {
            let expr = self.condition(condition, &env).expr;
            if walk::any(&expr, depends_on_event) {
                rest.push(expr);
            } else {
                filter.push(expr);
            }
        }
        (conjunction(filter), conjunction(rest))
    }

    // ---- windows ------------------------------------------------------------------------------------------

    fn window(&mut self, past: &Past, function: Function, env: &Env<'_>) -> Option<Window> {
        let Some(window) = &past.window else {
            return Some(Window::Ever);
        };
        if function == Function::Streak {
            self.error(EventError::StreakWindow { at: window.span });
            return None;
        }
        match &window.kind {
            WindowKind::Last { during, before } => self.last(during, before.as_ref()),
            WindowKind::Today => Some(Window::Period { period: Period::Day, back: 0 }),
            WindowKind::Yesterday => Some(Window::Period { period: Period::Day, back: 1 }),
            WindowKind::This(word) => Some(Window::Period { period: self.period(word)?, back: 0 }),
            WindowKind::LastPeriod(word) => Some(Window::Period { period: self.period(word)?, back: 1 }),
            WindowKind::Since(word) => self.since(word, env),
        }
    }

    fn last(&mut self, during: &tree::Expr, before: Option<&Before>) -> Option<Window> {
        let during = self.duration(during, "of-window");
        let window = match before {
            None => Window::Last { during: during?, back: Duration::ZERO },
            Some(Before::Duration(back)) => {
                let back = self.duration(back, "of-before")?;
                Window::Last { during: during?, back }
            }
            Some(Before::Today) => Window::LastBefore { during: during?, period: Period::Day },
            Some(Before::This(word)) => {
                let period = self.period(word)?;
                Window::LastBefore { during: during?, period }
            }
        };
        Some(window)
    }

    fn period(&mut self, word: &Word) -> Option<Period> {
        match word.text.as_str() {
            "week" => Some(Period::Week),
            "month" => Some(Period::Month),
            _ => {
                let available = vec!["week".to_owned(), "month".to_owned()];
                self.error(NameError::Unknown { what: "noun-period", name: word.clone(), available, declare: None });
                None
            }
        }
    }

    fn since(&mut self, word: &Word, env: &Env<'_>) -> Option<Window> {
        match word.text.as_str() {
            "start" if env.flow.is_some() => Some(Window::SinceStart),
            "start" => {
                self.error(EventError::SinceStartOutside { at: word.span });
                None
            }
            "joined" if env.member && env.group => Some(Window::SinceJoined),
            "joined" => {
                self.error(EventError::SinceJoinedOutside { at: word.span, subject: scope_words(env.subject) });
                None
            }
            _ => {
                let available = vec!["start".to_owned(), "joined".to_owned()];
                self.error(NameError::Unknown { what: "noun-beginning", name: word.clone(), available, declare: None });
                None
            }
        }
    }
}

/// The order of parts in a key, so that equal keys are equal.
fn rank(part: KeyPart) -> (u8, u8) {
    match part {
        KeyPart::Group => (0, 0),
        KeyPart::Member => (1, 0),
        KeyPart::Field(position) => (2, position),
    }
}

fn may_be_missing(function: Function) -> bool {
    matches!(function, Function::Average | Function::Min | Function::Max | Function::First | Function::Last)
}

/// Whether a part of a condition is not a matter of the counted event alone.
fn depends_on_event(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::EventField(_)
            | Expr::EventAt
            | Expr::EventId
            | Expr::EventMember
            | Expr::EventGroup
            | Expr::Param(_)
            | Expr::Per
            | Expr::Piece
            | Expr::Now
            | Expr::NowHour
            | Expr::NowWeekday
            | Expr::NowDate
    )
}
