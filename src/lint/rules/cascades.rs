//! # cascade-cycle
//!
//! Rules that wake each other without end: what one does is what another waits for, and so on, back to the first.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule gift for member { on points.changed  when event.amount > 0  do award 1 feathers }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule gift for member { on points.changed  when event.amount > 5  do award 1 feathers }
//! ```
//!
//! Why: the engine cuts the chain after 64 links and reports an error of the run; a platform would be flooded before. What
//! `once`, a limit or the actions themselves bring to an end is not told: the witness is an event after which the engine has
//! cut the chain.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::solver::{Region, Scene, Solver, Trigger, Want};
use crate::lint::stage::holding;
use crate::lint::triggers::{Part, Signal, Triggers, at_kind};
use crate::lint::witness::{Claim, Witness};
use crate::plan::expr::{Comparison, Expr};

pub(super) fn cycle(book: &Book<'_>) -> Vec<Finding> {
    let triggers = Triggers::of(book.plan);
    let mut found = Vec::new();
    for circle in triggers.circles() {
        let parts: Vec<&Part> = circle.iter().filter_map(|number| triggers.parts.get(*number)).collect();
        if parts.iter().any(|part| part.once || part.handler.is_none()) {
            continue;
        }
        let entries = circle.iter().zip(circle.iter().cycle().skip(1));
        let witness = entries.into_iter().find_map(|(from, to)| {
            let told = triggers.wakes.get(*from)?.iter().find(|(next, _)| next == to).map(|(_, signal)| signal)?;
            entered(book, triggers.parts.get(*to)?, told)
        });
        let (Some(first), Some(witness)) = (parts.first(), witness) else { continue };
        let names: Vec<&str> = parts.iter().chain([first]).map(|part| item_name(book, part)).collect();
        let text = Text::new("cascade-cycle").with("path", names.join(" → "));
        let mut finding = Finding::new(text, place(book, first));
        for part in parts.iter().skip(1) {
            finding = finding.and(place(book, part), "next");
        }
        found.push(finding.shown_by(witness));
    }
    found
}

fn item_name<'a>(book: &Book<'a>, part: &Part) -> &'a str {
    book.plan.items.get(part.item.index()).map_or("?", |item| book.name(item.name))
}

fn place(book: &Book<'_>, part: &Part) -> crate::syntax::span::Span {
    let handler = part.handler.and_then(|id| book.plan.handlers.get(id.index()));
    handler.map(|handler| book.span(handler.place)).unwrap_or_default()
}

/// An event like the one told, after which the chain is cut.
fn entered(book: &Book<'_>, part: &Part, told: &Signal) -> Option<Witness> {
    let handler = book.plan.handlers.get(part.handler?.index())?;
    let scene = Scene { trigger: Trigger::Event(told.kind), scope: handler.subject.scope, each: handler.subject.each };
    let mut solver = Solver::new(book.plan, scene);
    let fields = told.fields.iter().map(|(position, value)| Expr::Compare {
        op: Comparison::Equal,
        left: Expr::EventField([(told.kind, *position)].into()).into(),
        right: Expr::Const(value.clone()).into(),
    });
    let own = handler.subject.filter.iter().chain(&handler.when).cloned().map(|part| at_kind(part, told.kind));
    let region = solver.region(&Expr::And(own.chain(fields).collect()), Want::True).unwrap_or_else(|_| Region::all());
    holding(book, &solver, &region, &Claim::Endless)
}
