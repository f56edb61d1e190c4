//! Who has to take part for a witness to show what it claims: of thousands of rules only those that it is about, where
//! the others cannot have a say in it.

use super::causes;
use super::witness::{Claim, Witness};
use crate::engine::{Cast, Program};
use crate::plan::expr::Expr;
use crate::plan::ids::{AttributeId, HandlerId, KindId, NameId, PlaceId};
use crate::plan::{Act, Plan, ScheduledWork, walk};
use crate::time::{Duration, Instant};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use std::cell::RefCell;

/// Finds the handlers of witnesses of one playbook.
pub(super) struct Casting<'a> {
    program: &'a Program,
    /// By the place of an effect.
    by_place: FxHashMap<PlaceId, Vec<HandlerId>>,
    /// Positions in the plan's schedules.
    schedules: FxHashMap<HandlerId, Vec<u32>>,
    deeds: Deeds,
    /// Whether a schedule comes due at an instant.
    due: RefCell<FxHashMap<Instant, bool>>,
}

/// What the playbook itself changes.
struct Deeds {
    told: FxHashSet<KindId>,
    tags: FxHashSet<NameId>,
    attributes: FxHashSet<AttributeId>,
    /// Whether it changes who is there, or as what.
    people: bool,
}

/// The events that change who is there, or as what.
const OF_PEOPLE: [&str; 9] = [
    "member.joined",
    "member.left",
    "member.removed",
    "member.banned",
    "member.renamed",
    "role.granted",
    "role.revoked",
    "group.created",
    "group.closed",
];

impl Deeds {
    fn of(plan: &Plan) -> Deeds {
        let told = causes::told_by(plan);
        let (mut tags, mut attributes) = (FxHashSet::default(), FxHashSet::default());
        for effect in &plan.effects {
            match &effect.act {
                Act::Tag(tag) | Act::Untag(tag) => _ = tags.insert(*tag),
                Act::Set { attribute, .. } => _ = attributes.insert(*attribute),
                _ => {}
            }
        }
        let told_kinds = told.iter().filter_map(|kind| plan.kinds.get(kind.index()));
        attributes.extend(told_kinds.clone().flat_map(|kind| &kind.sets).map(|(_, attribute)| *attribute));
        let people = told_kinds.into_iter().any(|kind| OF_PEOPLE.contains(&kind.name.as_str()));
        Deeds { told, tags, attributes, people }
    }

    /// Whether a value may be another one by what the playbook does.
    fn change(&self, plan: &Plan, expr: &Expr) -> bool {
        walk::any(expr, |part| match part {
            Expr::Ledger(_) | Expr::Tier(_) | Expr::Metric(_) | Expr::Piece => true,
            Expr::HasTag(tag) => self.tags.contains(tag),
            Expr::MemberAttribute(of)
            | Expr::MemberHasAttribute(of)
            | Expr::GroupAttribute(of)
            | Expr::GroupHasAttribute(of) => self.attributes.contains(of),
            Expr::Aggregate(aggregate) => {
                plan.series.get(aggregate.series.index()).is_none_or(|series| self.told.contains(&series.kind))
            }
            Expr::Let(id) => plan.lets.get(id.index()).is_none_or(|named| self.change(plan, &named.value)),
            Expr::InSegment(id) => plan.segments.get(id.index()).is_none_or(|named| self.change(plan, &named.when)),
            _ => false,
        })
    }
}

impl<'a> Casting<'a> {
    pub(super) fn new(program: &'a Program) -> Casting<'a> {
        let plan = &program.plan;
        let mut by_place: FxHashMap<PlaceId, Vec<HandlerId>> = FxHashMap::default();
        for (id, handler) in (0..).map(HandlerId).zip(&plan.handlers) {
            for effect in handler.effects.iter().filter_map(|effect| plan.effects.get(effect.index())) {
                by_place.entry(effect.place).or_default().push(id);
            }
        }
        let mut schedules: FxHashMap<HandlerId, Vec<u32>> = FxHashMap::default();
        for (position, scheduled) in (0..).zip(&plan.schedules) {
            if let ScheduledWork::Handlers(handlers) = &scheduled.what {
                handlers.iter().for_each(|id| schedules.entry(*id).or_default().push(position));
            }
        }
        Casting { program, by_place, schedules, deeds: Deeds::of(plan), due: RefCell::default() }
    }

    /// The rules that a witness is about, where it comes to the same without the others; else nothing.
    pub(super) fn of(&self, witness: &Witness) -> Option<Cast> {
        let handlers = match &witness.claim {
            Claim::Refuses(id) => vec![*id],
            Claim::Acts(place) => self.by_place.get(place)?.clone(),
            // A limit that counts may have been used up by others.
            Claim::Repeats(place) if self.program.plan.limits.iter().all(|limit| limit.caps.is_empty()) => {
                self.by_place.get(place)?.clone()
            }
            Claim::Together(one, two) => {
                let (one, two) = (self.by_place.get(one)?, self.by_place.get(two)?);
                one.iter().chain(two).copied().collect()
            }
            _ => return None,
        };
        if !self.is_moment(witness) && (self.deeds.people || handlers.iter().any(|id| self.depends(*id))) {
            return None;
        }
        let schedules = handlers.iter().filter_map(|id| self.schedules.get(id)).flatten().copied().collect();
        Some(Cast::new(self.program, handlers, schedules))
    }

    /// Whether a handler acts or not by what the playbook does.
    fn depends(&self, id: HandlerId) -> bool {
        let plan = &self.program.plan;
        let Some(handler) = plan.handlers.get(id.index()) else { return true };
        let mut depends = handler.events.iter().any(|kind| self.deeds.told.contains(kind));
        plan.of_handler(handler, &mut |expr| depends |= self.deeds.change(plan, expr));
        depends
    }

    /// Whether a witness is one event before which nothing happens and after which no time passes: every condition is
    /// tested on what the event finds, so that no rule has a say in whether another acts.
    pub(super) fn is_moment(&self, witness: &Witness) -> bool {
        let [event] = witness.events.as_slice() else { return false };
        let Some(at) = event.get("at").and_then(Json::as_i64).map(Instant::from_ms) else { return false };
        witness.from.is_none() && witness.until.is_none_or(|until| until <= at) && !self.is_due(at)
    }

    /// Whether some schedule has this instant: it comes before the event.
    fn is_due(&self, at: Instant) -> bool {
        let plan = &self.program.plan;
        let just_before = at - Duration::from_ms(1);
        let due =
            || plan.schedules.iter().any(|it| it.schedule.next(just_before, &plan.community.calendar) == Some(at));
        *self.due.borrow_mut().entry(at).or_insert_with(due)
    }
}
