//! A plan as readable text: what `qun plan` shows. Every table in its order, expressions close to the language.

mod expressions;
mod tables;

use super::Plan;
use super::expr::Expr;
use super::ids::{ItemId, KindId, NameId, PlaceId};
use std::fmt;

/// A plan to be shown.
#[derive(Clone, Copy)]
struct Shown<'p> {
    plan: &'p Plan,
    /// As a playbook would write it, without the plan's own numbers.
    written: bool,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tables::write(Shown { plan: self, written: false }, f)
    }
}

impl Plan {
    /// An expression as it would be written.
    #[must_use]
    pub fn expression(&self, expr: &Expr) -> String {
        Shown { plan: self, written: true }.expr(expr)
    }

    /// The time of a flow's step as it would be written.
    #[must_use]
    pub fn step_time(&self, at: &super::StepAt) -> String {
        Shown { plan: self, written: true }.step_at(at)
    }
}

impl<'p> Shown<'p> {
    fn name(&self, id: NameId) -> &'p str {
        if id == NameId::UNDECLARED {
            return "(undeclared)";
        }
        self.plan.names.get(id.index()).map_or("?", String::as_str)
    }

    fn names(&self, ids: &[NameId]) -> String {
        ids.iter().map(|id| self.name(*id)).collect::<Vec<_>>().join(", ")
    }

    fn kind(&self, id: KindId) -> &'p str {
        self.plan.kinds.get(id.index()).map_or("?", |kind| kind.name.as_str())
    }

    fn kinds(&self, ids: &[KindId]) -> String {
        ids.iter().map(|id| self.kind(*id)).collect::<Vec<_>>().join(", ")
    }

    fn field(&self, kind: KindId, position: u8) -> &'p str {
        let kind = self.plan.kinds.get(kind.index());
        kind.and_then(|kind| kind.fields.get(usize::from(position))).map_or("?", |field| field.name.as_str())
    }

    fn place(&self, id: PlaceId) -> &'p str {
        self.plan.places.get(id.index()).map_or("?", String::as_str)
    }

    /// `rule flood`
    fn item(&self, id: ItemId) -> String {
        match self.plan.items.get(id.index()) {
            Some(item) => format!("{} {}", item.sort.word(), self.name(item.name)),
            None => "?".to_owned(),
        }
    }
}
