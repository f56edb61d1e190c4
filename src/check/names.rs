//! The one name space of a playbook: what every word was declared as, and where.

use super::types::{Sort, Type};
use crate::plan::ids::{
    AttributeId, KindId, LedgerId, LetId, MessageId, MetricId, NameId, PoolId, SegmentId, TallyId, TiersId, TimelineId,
};
use crate::plan::{Carries, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree;
use crate::time::Weekday;
use std::collections::{BTreeMap, BTreeSet};

/// What a name was declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Kind,
    Role,
    Tag,
    Class,
    Points(LedgerId),
    Voice,
    /// There may be several of one name, for different scopes.
    Field,
    Event(KindId),
    Action(usize),
    Message(MessageId),
    Pool(PoolId),
    /// A `let` without a scope.
    Constant(usize),
    Let(LetId),
    Segment(SegmentId),
    Metric(MetricId),
    Rule,
    Flow(TimelineId),
    Ladder(TallyId),
    Tiers(TiersId),
    Calendar,
    Limit,
    Budget,
}

impl Symbol {
    /// What it is called, in the catalogues: `noun-role`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Symbol::Voice => "noun-voice",
            Symbol::Field => "noun-field",
            Symbol::Event(_) => "noun-event",
            Symbol::Action(_) => "noun-action",
            Symbol::Constant(_) | Symbol::Let(_) => "noun-let",
            Symbol::Metric(_) => "noun-metric",
            Symbol::Rule => "noun-rule",
            Symbol::Calendar => "noun-calendar",
            Symbol::Limit => "noun-limit",
            Symbol::Budget => "noun-budget",
            symbol => symbol.sort().map_or("noun-name", Sort::noun),
        }
    }

    /// The sort of the value that the bare name is; `None` where it is no value.
    pub(crate) fn sort(self) -> Option<Sort> {
        Some(match self {
            Symbol::Kind => Sort::Kind,
            Symbol::Role => Sort::Role,
            Symbol::Tag => Sort::Tag,
            Symbol::Class => Sort::Class,
            Symbol::Points(_) => Sort::Points,
            Symbol::Message(_) => Sort::Message,
            Symbol::Pool(_) => Sort::Pool,
            Symbol::Segment(_) => Sort::Segment,
            Symbol::Flow(_) => Sort::Flow,
            Symbol::Ladder(_) => Sort::Ladder,
            Symbol::Tiers(_) => Sort::Tiers,
            Symbol::Metric(_) | Symbol::Rule | Symbol::Calendar | Symbol::Limit | Symbol::Budget => Sort::Item,
            _ => return None,
        })
    }

    /// Whether a bare name of this symbol is a value of the sort.
    pub(crate) fn is(self, sort: Sort) -> bool {
        match (self.sort(), sort) {
            (Some(Sort::Flow | Sort::Ladder | Sort::Tiers | Sort::Segment), Sort::Item) => true,
            (found, sort) => found == Some(sort),
        }
    }
}

/// A declaration in the name space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared {
    pub symbol: Symbol,
    /// `None` for what the language brings along.
    pub span: Option<Span>,
}

/// A field, parameter or event field with its type.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub name: String,
    pub ty: Type,
    /// Whether it may be missing (optional and without a default).
    pub missing: bool,
}

/// What the checker knows about a kind of event, beside the plan's [`crate::plan::EventKind`].
#[derive(Clone, Debug)]
pub(crate) struct EventInfo {
    pub fields: Vec<Slot>,
}

/// A `field` item.
#[derive(Clone, Debug)]
pub(crate) struct AttributeInfo {
    pub name: String,
    pub scope: Scope,
    pub ty: Type,
    pub span: Span,
}

/// An `action` item.
#[derive(Clone, Debug)]
pub(crate) struct ActionInfo {
    pub params: Vec<Slot>,
    pub span: Span,
}

/// A `message` item.
#[derive(Clone, Debug)]
pub(crate) struct MessageInfo {
    pub name: String,
    pub scope: Scope,
    pub params: Vec<Slot>,
    pub span: Span,
}

/// How far the lowering of a definition that others read has come.
#[derive(Clone, Debug)]
pub(crate) enum Progress<T> {
    Waiting,
    InWork,
    Done(T),
}

/// A `let` without a scope.
#[derive(Clone, Debug)]
pub(crate) struct ConstantInfo<'t> {
    pub name: &'t tree::Word,
    pub value: &'t tree::Expr,
    pub progress: Progress<super::expr::Typed>,
}

/// A `let` with a scope.
#[derive(Clone, Debug)]
pub(crate) struct LetInfo<'t> {
    pub name: &'t tree::Word,
    pub scope: Scope,
    pub value: &'t tree::Expr,
    /// Its type, and whether it may be missing.
    pub progress: Progress<(Type, bool)>,
}

/// A `segment` item.
#[derive(Clone, Debug)]
pub(crate) struct SegmentInfo<'t> {
    pub head: &'t tree::Head,
    pub when: &'t tree::Expr,
    pub scope: Scope,
    pub progress: Progress<()>,
}

/// A `tiers` item.
#[derive(Clone, Debug)]
pub(crate) struct TiersInfo {
    pub name: String,
    pub scope: Scope,
    pub levels: Vec<String>,
}

/// A `metric` item.
#[derive(Clone, Debug)]
pub(crate) struct MetricInfo<'t> {
    pub value: &'t tree::Expr,
    pub scope: Scope,
    pub kind: KindId,
    pub per: Option<tree::Word>,
    pub progress: Progress<crate::plan::expr::Expr>,
}

/// A `flow` item.
#[derive(Clone, Debug)]
pub(crate) struct FlowInfo {
    pub scope: Scope,
    pub params: Vec<Slot>,
    pub span: Span,
}

/// A `ladder` item.
#[derive(Clone, Debug)]
pub(crate) struct LadderInfo {
    pub scope: Scope,
}

/// All that is declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names<'t> {
    pub table: BTreeMap<String, Declared>,
    interned: BTreeMap<String, NameId>,
    /// Beside `Plan::kinds`.
    pub events: Vec<EventInfo>,
    /// Beside `Plan::attributes`.
    pub attributes: Vec<AttributeInfo>,
    pub actions: Vec<ActionInfo>,
    /// Beside `Plan::messages`.
    pub messages: Vec<MessageInfo>,
    /// The scope of each pool, beside `Plan::pools`.
    pub pools: Vec<Scope>,
    pub constants: Vec<ConstantInfo<'t>>,
    pub lets: Vec<LetInfo<'t>>,
    pub segments: Vec<SegmentInfo<'t>>,
    pub tiers: Vec<TiersInfo>,
    pub metrics: Vec<MetricInfo<'t>>,
    pub flows: Vec<FlowInfo>,
    pub ladders: Vec<LadderInfo>,
    /// The names of tasks, over all items.
    pub tasks: BTreeSet<String>,
}

impl Names<'_> {
    /// The number of a name, made where it is new.
    pub(crate) fn intern(&mut self, names: &mut Vec<String>, name: &str) -> NameId {
        if let Some(id) = self.interned.get(name) {
            return *id;
        }
        let id = NameId(u32::try_from(names.len()).unwrap_or(u32::MAX));
        names.push(name.to_owned());
        self.interned.insert(name.to_owned(), id);
        id
    }

    /// What a word was declared as.
    pub(crate) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.table.get(name).map(|declared| declared.symbol)
    }

    /// Whether the word is a name of this sort.
    pub(crate) fn is(&self, sort: Sort, name: &str) -> bool {
        match sort {
            Sort::Task => self.tasks.contains(name),
            Sort::Weekday => Weekday::parse(name).is_some(),
            sort => self.symbol(name).is_some_and(|symbol| symbol.is(sort)),
        }
    }

    /// All names of a sort, in order of the alphabet.
    pub(crate) fn all(&self, sort: Sort) -> Vec<String> {
        match sort {
            Sort::Task => self.tasks.iter().cloned().collect(),
            Sort::Weekday => Weekday::ALL.iter().map(|day| day.name().to_owned()).collect(),
            sort => self.where_symbol(|symbol| symbol.is(sort)),
        }
    }

    /// All names whose symbol passes a test, in order of the alphabet.
    pub(crate) fn where_symbol(&self, test: impl Fn(Symbol) -> bool) -> Vec<String> {
        let passed = self.table.iter().filter(|(_, declared)| test(declared.symbol));
        passed.map(|(name, _)| name.clone()).collect()
    }

    /// The attribute of a name and scope.
    pub(crate) fn attribute(&self, name: &str, scope: Scope) -> Option<(AttributeId, &AttributeInfo)> {
        let found = self.attributes.iter().enumerate().find(|(_, a)| a.name == name && a.scope == scope)?;
        Some((AttributeId(u16::try_from(found.0).ok()?), found.1))
    }

    /// The levels of this name: in one tiers item, or in all.
    pub(crate) fn levels(&self, name: &str, of: Option<TiersId>) -> Vec<(TiersId, u8)> {
        let mut found = Vec::new();
        for (id, tiers) in self.tiers.iter().enumerate() {
            let id = TiersId(u16::try_from(id).unwrap_or(u16::MAX));
            let level = tiers.levels.iter().position(|level| level == name);
            if let Some(level) = level.and_then(|level| u8::try_from(level).ok())
                && of.is_none_or(|of| of == id)
            {
                found.push((id, level));
            }
        }
        found
    }
}

/// Whether a kind of event names a key of a scope.
pub(crate) fn carries(kind: &crate::plan::EventKind, scope: Scope) -> bool {
    let (member, group) = keys_of(scope);
    (!member || kind.member != Carries::Never) && (!group || kind.group != Carries::Never)
}

/// Which keys a scope has: member, group.
pub(crate) fn keys_of(scope: Scope) -> (bool, bool) {
    match scope {
        Scope::Community => (false, false),
        Scope::Group => (false, true),
        Scope::Member => (true, false),
        Scope::Membership => (true, true),
    }
}

/// A scope as the language writes it.
pub(crate) fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Community => "community",
        Scope::Group => "group",
        Scope::Member => "member",
        Scope::Membership => "member in group",
    }
}
