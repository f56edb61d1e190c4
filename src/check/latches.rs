//! Segments and goals: which events they are tested at.

use super::lower::Lower;
use super::names::Symbol;
use crate::plan::expr::Expr;
use crate::plan::ids::{KindId, LetId, SegmentId};
use crate::plan::walk;
use crate::plan::{Latch, LatchSort, Plan, Subject};

impl Lower<'_> {
    /// A segment is watched only if somebody asks for its coming and going.
    pub(crate) fn watch_segments(&mut self) {
        if !self.segments_are_watched() {
            return;
        }
        for id in 0..self.names.segments.len() {
            let Some(info) = self.names.segments.get(id).cloned() else {
                continue;
            };
            let sort = SegmentId(u16::try_from(id).unwrap_or(u16::MAX));
            let item = self.item_of(info.head).item;
            let subject = Subject { scope: info.scope, ..Subject::default() };
            let when = self.plan.segments.get(id).map(|segment| segment.when.clone());
            self.plan.latches.push(Latch {
                item,
                subject,
                sort: LatchSort::Segment(sort),
                levels: when.into_iter().collect(),
                wakes: Vec::new(),
                demote_after: None,
            });
        }
    }

    fn segments_are_watched(&self) -> bool {
        let kinds: Vec<KindId> = ["segment.entered", "segment.left"]
            .into_iter()
            .filter_map(|name| match self.names.symbol(name) {
                Some(Symbol::Event(kind)) => Some(kind),
                _ => None,
            })
            .collect();
        let plan = &self.plan;
        plan.handlers.iter().any(|handler| handler.events.iter().any(|kind| kinds.contains(kind)))
            || plan.handlers.iter().any(|handler| handler.silences.iter().any(|silence| kinds.contains(&silence.kind)))
            || plan.timelines.iter().any(|timeline| timeline.edges.iter().any(|edge| kinds.contains(&edge.kind)))
            || plan.series.iter().any(|series| kinds.contains(&series.kind))
    }

    /// Fills in which events wake the conditions of latches and goals.
    pub(crate) fn wakes(&mut self) {
        let latches: Vec<Vec<KindId>> =
            self.plan.latches.iter().map(|latch| named_kinds(&self.plan, &latch.levels)).collect();
        for (latch, wakes) in self.plan.latches.iter_mut().zip(latches) {
            latch.wakes = wakes;
        }
        let goals: Vec<Vec<KindId>> = self
            .plan
            .timelines
            .iter()
            .map(|timeline| named_kinds(&self.plan, timeline.goal.iter().map(|goal| &goal.when)))
            .collect();
        for (timeline, wakes) in self.plan.timelines.iter_mut().zip(goals) {
            if let Some(goal) = &mut timeline.goal {
                goal.wakes = wakes;
            }
        }
    }
}

/// The kinds of events that conditions count, through `let`s and segments, in order.
fn named_kinds<'e>(plan: &'e Plan, conditions: impl IntoIterator<Item = &'e Expr>) -> Vec<KindId> {
    let mut named = Named { plan, kinds: Vec::new(), lets: Vec::new(), segments: Vec::new() };
    for condition in conditions {
        named.visit(condition);
    }
    named.kinds.sort_unstable();
    named.kinds.dedup();
    named.kinds
}

/// What was met on the way.
struct Named<'p> {
    plan: &'p Plan,
    kinds: Vec<KindId>,
    lets: Vec<LetId>,
    segments: Vec<SegmentId>,
}

impl<'p> Named<'p> {
    fn visit(&mut self, expr: &'p Expr) {
        let mut found = Vec::new();
        walk::all(expr, &mut |part| found.push(part));
        for part in found {
            self.note(part);
        }
    }

    fn note(&mut self, part: &'p Expr) {
        let plan = self.plan;
        match part {
            Expr::Aggregate(aggregate) => {
                self.kinds.extend(plan.series.get(aggregate.series.index()).map(|series| series.kind));
            }
            Expr::Let(id) if !self.lets.contains(id) => {
                self.lets.push(*id);
                if let Some(named) = plan.lets.get(id.index()) {
                    self.visit(&named.value);
                }
            }
            Expr::InSegment(id) if !self.segments.contains(id) => {
                self.segments.push(*id);
                if let Some(segment) = plan.segments.get(id.index()) {
                    self.visit(&segment.when);
                }
            }
            _ => {}
        }
    }
}
