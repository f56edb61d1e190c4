//! Heads of items: whom they are about, and which events reach them.

use super::definitions::conjunction;
use super::env::{Env, EventEnv};
use super::errors::{EventError, ScopeError};
use super::events::scope_of_kind;
use super::lower::Lower;
use super::names::{carries, scope_words};
use crate::plan::expr::Expr;
use crate::plan::ids::KindId;
use crate::plan::{Scope, Subject};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Head, Path, Word};

/// The kinds of events that wake an item, with the places where they are named.
pub(crate) type Kinds = Vec<(KindId, Span)>;

impl Lower<'_> {
    /// The subject of an item, its condition and `per` included.
    pub(crate) fn subject(&mut self, head: &Head, scope: Scope, env: &Env<'_>) -> Subject {
        let filter = self.filter(head.where_.as_ref(), env);
        let per = head.per.as_ref().and_then(|per| self.per(per, env));
        Subject { scope, each: head.each, filter, per, with_group: false }
    }

    /// A condition, where there is one.
    pub(crate) fn filter(&mut self, condition: Option<&tree::Expr>, env: &Env<'_>) -> Option<Expr> {
        let parts = condition.map(|condition| self.condition(condition, env).expr);
        conjunction(parts.into_iter().collect())
    }

    /// `per event.x`
    pub(crate) fn per(&mut self, per: &Path, env: &Env<'_>) -> Option<Expr> {
        match per.words.as_slice() {
            [event, field] if event.text == "event" => match env.event {
                EventEnv::Kinds(kinds) => Some(self.field_of(kinds, field).expr),
                EventEnv::Never(_) => self.per_without_event(per),
                EventEnv::Sometimes(what, trigger) => {
                    self.error(EventError::SometimesNoEvent { at: per.span, what, trigger });
                    None
                }
            },
            _ => {
                let right = per.words.last().map(|field| format!("per event.{}", field.text)).unwrap_or_default();
                self.error(EventError::PerForm { at: per.span, right });
                None
            }
        }
    }

    fn per_without_event(&mut self, per: &Path) -> Option<Expr> {
        self.error(EventError::NoEvent { at: per.span, place: "place-item" });
        None
    }

    /// The kinds of some events, each of which must reach subjects of the scope.
    pub(crate) fn triggers<'p>(
        &mut self,
        events: impl IntoIterator<Item = &'p Path>,
        scope: Scope,
        each: bool,
    ) -> Kinds {
        let mut kinds = Kinds::new();
        for path in events {
            if let Some(kind) = self.event(path) {
                self.reaches(kind, path.span, scope, each, false);
                kinds.push((kind, path.span));
            }
        }
        kinds
    }

    /// An event must carry the subject's keys, unless the item is `for each`.
    pub(crate) fn reaches(&mut self, id: KindId, at: Span, scope: Scope, each: bool, absence: bool) {
        let Some(kind) = self.kind(id) else {
            return;
        };
        if !each && !carries(kind, scope) {
            let (event, is) = (kind.name.clone(), scope_of_kind(kind));
            self.error(ScopeError::TriggerLacksKey { event, scope: is, subject: scope_words(scope), at, absence });
        }
    }

    /// Items that take no `per` or `for each` say so.
    pub(crate) fn no_per_or_each(&mut self, head: &Head, item: &'static str) {
        if let Some(per) = &head.per {
            self.error(ScopeError::ClauseNotAllowed { clause: "per", item, at: per.span });
        }
        if head.each {
            let at = head.scope.as_ref().map_or(head.name.span, |scope| scope.span);
            self.error(ScopeError::ClauseNotAllowed { clause: "for each", item, at });
        }
    }

    /// Says that a word after a keyword that wants a role is none.
    pub(crate) fn role(&mut self, word: &Word) -> crate::plan::ids::NameId {
        self.word_of(word, super::types::Sort::Role).unwrap_or_default()
    }
}
