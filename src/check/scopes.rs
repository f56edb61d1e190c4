//! Scopes as written: `member in group?`, `group`, and the slips.

use super::errors::ScopeError;
use super::lower::Lower;
use crate::plan::{Carries, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::ScopeRef;

/// Which keys a scope names, or `None` for a slip: member, then group.
pub(crate) fn carried(scope: &ScopeRef) -> Option<(Carries, Carries)> {
    let key = |optional: bool| if optional { Carries::Maybe } else { Carries::Always };
    let first = key(scope.first_optional);
    match (scope.first.text.as_str(), &scope.second) {
        ("member", None) => Some((first, Carries::Never)),
        ("group", None) => Some((Carries::Never, first)),
        ("community", None) if !scope.first_optional => Some((Carries::Never, Carries::Never)),
        ("member", Some((second, optional))) if second.text == "group" => Some((first, key(*optional))),
        _ => None,
    }
}

/// The scope of an item, or `None` for a slip or a `?`.
pub(crate) fn item_scope(scope: Option<&ScopeRef>) -> Option<Scope> {
    match carried(scope?)? {
        (Carries::Never, Carries::Never) => Some(Scope::Community),
        (Carries::Never, Carries::Always) => Some(Scope::Group),
        (Carries::Always, Carries::Never) => Some(Scope::Member),
        (Carries::Always, Carries::Always) => Some(Scope::Membership),
        _ => None,
    }
}

impl Lower<'_> {
    /// The scope of an item; what is wrong with it is said.
    pub(crate) fn scope(&mut self, scope: Option<&ScopeRef>, item: &'static str, at: Span) -> Option<Scope> {
        let found = item_scope(scope);
        if found.is_none() {
            self.error(match scope {
                None => ScopeError::ScopeMissing { item, at },
                Some(scope) if carried(scope).is_some() => ScopeError::ScopeOptional { item, at: scope.span },
                Some(scope) => ScopeError::ScopeUnknown { at: scope.span, word: wrong_word(scope) },
            });
        }
        found
    }

    /// Which keys an event names; what is wrong is said, and then it names both.
    pub(crate) fn carried(&mut self, scope: &ScopeRef) -> (Carries, Carries) {
        carried(scope).unwrap_or_else(|| {
            self.error(ScopeError::ScopeUnknown { at: scope.span, word: wrong_word(scope) });
            (Carries::Maybe, Carries::Maybe)
        })
    }
}

/// The word of a scope that is to blame.
fn wrong_word(scope: &ScopeRef) -> String {
    let known = ["member", "group", "community"].contains(&scope.first.text.as_str());
    match &scope.second {
        Some((second, _)) if known => second.text.clone(),
        _ => scope.first.text.clone(),
    }
}
