//! # flow-after-leaving
//!
//! A flow about one membership that goes on when the member has left: it does not say `stop on member.left`.
//!
//! Avoid:
//!
//! ```sop avoid
//! flow newcomers for member in group {
//!   start on member.joined
//!   after 7d  do dm "How do you like it here?"
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! flow newcomers for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   after 7d  do dm "How do you like it here?"
//! }
//! ```
//!
//! Why: who has gone is written to, tagged or put on somebody's list. A flow that begins when a member leaves is meant to go
//! on. The witness is a member who leaves after a minute, and what is still decided about them.

use crate::l10n::Text;
use crate::lint::book::Book;
use crate::lint::witness::Claim;
use crate::lint::{Finding, Witness};
use crate::plan::{EdgeSort, Scope, StepAt, Timeline};
use crate::syntax::span::Span;
use crate::syntax::tree::{Flow, ItemKind};
use crate::time::Duration;
use serde_json::json;

/// Events after which there is no membership.
const LEAVING: [&str; 3] = ["member.left", "member.removed", "member.banned"];

pub(super) fn after_leaving(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for timeline in book.plan.timelines.iter().filter(|timeline| timeline.subject.scope == Scope::Membership) {
        let kinds = |sort: EdgeSort| {
            let of = timeline.edges.iter().filter(move |edge| edge.sort == sort);
            of.map(|edge| book.kind(edge.kind)).any(|name| LEAVING.contains(&name))
        };
        let joins =
            timeline.edges.iter().any(|edge| edge.sort == EdgeSort::Start && book.kind(edge.kind) == "member.joined");
        if kinds(EdgeSort::Start) || kinds(EdgeSort::Stop) || !joins {
            continue;
        }
        let Some(flow) = written(book, timeline) else { continue };
        let later = timeline.steps.iter().find(|step| match &step.at {
            StepAt::Offset(after) => after.ms() > 0,
            StepAt::Day { day, .. } => *day > 1,
            _ => false,
        });
        let Some(step) = later else { continue };
        let text = Text::new("flow-after-leaving").with("flow", flow.head.name.text.as_str());
        let finding = Finding::new(text, flow.head.name.span).and(book.span(step.place), "step");
        let place = step.effects.first().and_then(|id| book.effect(*id)).map(|effect| effect.place);
        let finding = finding.shown_by(place.and_then(|place| shown(book, place)));
        found.push(match start(book, flow) {
            Some(after) => finding
                .mended_by(false, vec![(after, "\n  stop  on member.left, member.removed, member.banned".to_owned())]),
            None => finding,
        });
    }
    found
}

/// A member who leaves after a minute, if something is still decided then.
fn shown(book: &Book<'_>, place: crate::plan::ids::PlaceId) -> Option<Witness> {
    let at = |ms: i64| (book.now + Duration::from_ms(ms)).ms();
    let event =
        |id: &str, ms: i64, kind: &str| json!({"id": id, "at": at(ms), "kind": kind, "group": "g1", "member": "m1"});
    let events = vec![event("e1", 0, "member.joined"), event("e2", 60_000, "member.left")];
    let witness =
        Witness { until: Some(book.now + Duration::from_days(400)), ..Witness::of(events, Claim::Acts(place)) };
    book.runs.shows(&witness).then_some(witness)
}

fn written<'a>(book: &Book<'a>, timeline: &Timeline) -> Option<&'a Flow> {
    let name = book.name(timeline.name);
    book.tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Flow(flow) if flow.head.name.text == name => Some(flow),
        _ => None,
    })
}

/// Right behind the last `start on …`.
fn start(_book: &Book<'_>, flow: &Flow) -> Option<Span> {
    let edge = flow.edges.iter().rfind(|edge| edge.kind == crate::syntax::tree::EdgeKind::Start)?;
    Some(Span { start: edge.span.end, ..edge.span })
}
