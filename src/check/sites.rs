//! Where the parts of a plan stand in the sources: a plan itself names places only as text.

use super::expr::Typed;
use super::types::Type;
use crate::plan::expr::Expr;
use crate::plan::ids::PlaceId;
use crate::syntax::span::Span;
use std::collections::BTreeMap;

/// Where the parts of a plan stand.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    /// By the number of a place.
    pub places: Vec<Span>,
    /// What each condition, and each part of one, has become.
    pub conditions: BTreeMap<Span, Expr>,
}

impl Sites {
    /// The span of a place.
    #[must_use]
    pub fn of(&self, place: PlaceId) -> Span {
        self.places.get(place.index()).copied().unwrap_or_default()
    }

    /// Remembers what an expression has become, if it is a condition.
    pub(super) fn lowered(&mut self, at: Span, typed: &Typed) {
        if typed.ty == Type::Bool {
            self.conditions.insert(at, typed.expr.clone());
        }
    }
}
