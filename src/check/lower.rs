//! What all parts of the lowering share: the plan under way, the names, and what was found wrong.

use super::errors::{CheckError, NameError};
use super::names::{Names, Symbol};
use super::sites::Sites;
use super::types::Sort;
use crate::plan::ids::{ItemId, NameId, OnceId, PlaceId};
use crate::plan::{self, Plan};
use crate::syntax::source::Sources;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Word};
use std::collections::BTreeMap;

/// The lowering of one playbook.
pub(crate) struct Lower<'t> {
    pub sources: &'t Sources,
    pub contents: &'t dyn super::content::Contents,
    pub names: Names<'t>,
    pub plan: Plan,
    pub errors: Vec<CheckError>,
    /// The item of each declaration, by where its name stands.
    pub items: BTreeMap<(u32, u32), ItemId>,
    places: BTreeMap<String, PlaceId>,
    /// Where in the sources the plan's parts stand.
    pub sites: Sites,
    /// How deeply the expression at hand is nested.
    pub depth: usize,
    /// Names of definitions whose lowering is under way, for cycles.
    pub in_work: Vec<(String, Span)>,
    /// The community item, where it names no currency: said once, at the first amount of money.
    pub no_currency: Option<Span>,
}

/// The item whose effects are being numbered.
#[derive(Debug)]
pub(crate) struct ItemCounter {
    pub item: ItemId,
    pub next: u32,
}

impl<'t> Lower<'t> {
    pub(crate) fn new(sources: &'t Sources, contents: &'t dyn super::content::Contents) -> Lower<'t> {
        Lower {
            sources,
            contents,
            names: Names::default(),
            plan: Plan::default(),
            errors: Vec::new(),
            items: BTreeMap::new(),
            places: BTreeMap::new(),
            sites: Sites::default(),
            depth: 0,
            in_work: Vec::new(),
            no_currency: None,
        }
    }

    pub(crate) fn error(&mut self, error: impl Into<CheckError>) {
        self.errors.push(error.into());
    }

    /// The number of a name.
    pub(crate) fn name(&mut self, name: &str) -> NameId {
        self.names.intern(&mut self.plan.names, name)
    }

    /// The number of a place.
    pub(crate) fn place(&mut self, span: Span) -> PlaceId {
        let (line, column) = self.sources.line_col(span);
        let text = format!("{}:{line}:{column}", self.sources.path(span.file));
        if let Some(id) = self.places.get(&text) {
            return *id;
        }
        let id = PlaceId(number(self.plan.places.len()));
        self.plan.places.push(text.clone());
        self.sites.places.push(span);
        self.places.insert(text, id);
        id
    }

    /// Enters an item; its effects are numbered from 0.
    pub(crate) fn item_of(&self, head: &tree::Head) -> ItemCounter {
        let item = self.items.get(&(head.name.span.file.0, head.name.span.start)).copied().unwrap_or_default();
        ItemCounter { item, next: 0 }
    }

    /// A new memory of firings.
    pub(crate) fn new_once(&mut self) -> OnceId {
        let id = OnceId(self.plan.onces);
        self.plan.onces += 1;
        id
    }

    /// The number of a word that must be a name of this sort.
    pub(crate) fn word_of(&mut self, word: &Word, sort: Sort) -> Option<NameId> {
        if self.names.is(sort, &word.text) {
            return Some(self.name(&word.text));
        }
        self.not_a(word, sort);
        None
    }

    /// Says that a word is no name of this sort.
    pub(crate) fn not_a(&mut self, word: &Word, sort: Sort) {
        let error = match self.names.table.get(&word.text) {
            Some(declared) => NameError::WrongSort {
                name: word.clone(),
                is: declared.symbol.noun(),
                declared: declared.span,
                wanted: sort.noun(),
                available: self.names.all(sort),
            },
            None => NameError::Unknown {
                what: sort.noun(),
                name: word.clone(),
                available: self.names.all(sort),
                declare: sort.keyword(),
            },
        };
        self.error(error);
    }

    /// The symbol of a word, if it passes; else it is said that it is not what was wanted.
    pub(crate) fn symbol_of<T>(
        &mut self,
        word: &Word,
        wanted: &'static str,
        pick: impl Fn(Symbol) -> Option<T>,
    ) -> Option<T> {
        let declared = self.names.table.get(&word.text).copied();
        if let Some(found) = declared.and_then(|declared| pick(declared.symbol)) {
            return Some(found);
        }
        let available = self.names.where_symbol(|symbol| pick(symbol).is_some());
        self.error(match declared {
            Some(declared) => NameError::WrongSort {
                name: word.clone(),
                is: declared.symbol.noun(),
                declared: declared.span,
                wanted,
                available,
            },
            None => NameError::Unknown { what: wanted, name: word.clone(), available, declare: None },
        });
        None
    }

    /// Adds a handler.
    pub(crate) fn push_handler(&mut self, handler: plan::Handler) -> plan::ids::HandlerId {
        let id = plan::ids::HandlerId(number(self.plan.handlers.len()));
        self.plan.handlers.push(handler);
        id
    }
}

/// A position as a small number.
pub(crate) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
