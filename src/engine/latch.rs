//! Segments and tiers: conditions whose standing is remembered for each subject, and whose changes are told.

use super::certainty::Certainty;
use super::decision::{ArgName, Args, Decision, Status};
use super::eval::Scene;
use super::meter::Work;
use super::part::Stage;
use super::react::{Intent, Wish};
use super::state::{Standing, State, Who};
use super::step::{Origin, Step};
use super::watch::{Gate, act, show, tell};
use crate::plan::expr::Keys;
use crate::plan::ids::{LatchId, TiersId};
use crate::plan::value::Value;
use crate::plan::{Latch, LatchSort};
use std::sync::Arc;

impl<'a> Step<'a> {
    fn latch(&self, id: LatchId) -> Option<&'a Latch> {
        self.program.plan.latches.get(id.index())
    }

    /// A rise, or a segment's fall, that the conditions ask for now. What is unknown changes nothing.
    pub(super) fn test_latch(&self, id: LatchId, keys: Keys, origin: &mut dyn FnMut() -> Origin) -> Option<Intent> {
        let latch = self.latch(id)?;
        let scene = Scene::new(self.program, self.state, self.state.now, keys);
        show(self.watch, latch.item, Gate::Subject, latch.subject.filter.as_ref(), &scene);
        if !scene.holds(latch.subject.filter.as_ref()) {
            return None;
        }
        if self.watch.is_some() {
            latch.levels.iter().for_each(|level| show(self.watch, latch.item, Gate::When, Some(level), &scene));
        }
        let who = Who::of(keys);
        let now = self.state.standing(id, &who).level;
        let level = match latch.sort {
            LatchSort::Segment(_) => match scene.truth(latch.levels.first()) {
                Some(inside) => u8::from(inside),
                None => now,
            },
            LatchSort::Tiers(_) => highest(latch, &scene).max(now),
        };
        if level == now {
            tell(self.watch, latch.item, Gate::When, latch.levels.get(usize::from(now)), &scene);
        }
        if level != now {
            let condition = latch.levels.get(usize::from(level.max(now)).saturating_sub(1));
            act(self.watch, latch.item, Gate::When, condition, &scene);
        }
        let wish = Wish::Stand { latch: id, level };
        (level != now).then(|| {
            let origin = origin().at_best(self.certainty_of_standing(latch, &scene));
            Intent { item: latch.item, part: 0, who, origin, wish }
        })
    }

    /// At local midnight every segment, tier and goal is tested.
    pub(super) fn midnight(&mut self, at: crate::time::Instant) {
        let mut intents = Vec::new();
        for (number, latch) in self.program.plan.latches.iter().enumerate() {
            let id = LatchId(number as u32);
            self.turn(Work::Item(latch.item));
            for keys in self.midnight_subjects(id, latch) {
                intents.extend(self.test_latch(id, keys, &mut || self.instant_origin(latch.item, at)));
            }
        }
        let mut goals = Vec::new();
        let mut runs: Vec<u64> = self.state.runs.keys().copied().collect();
        runs.sort_unstable();
        for number in runs {
            let Some(run) = self.state.runs.get(&number) else { continue };
            let Some(timeline) = self.program.plan.timelines.get(run.timeline.index()) else { continue };
            self.turn(Work::Item(timeline.item));
            if timeline.goal.is_some() && self.goal_reached(number) {
                let origin = self.instant_origin(timeline.item, at);
                let (item, who, wish) = (timeline.item, run.who.clone(), Wish::Goal { run: number });
                goals.push(Intent { item, part: 0, who, origin, wish });
            }
        }
        goals.sort_by(|a, b| self.state.id_order(a.who.keys).cmp(&self.state.id_order(b.who.keys)));
        intents.append(&mut goals);
        self.forget_touched();
        intents.sort_by_key(|intent| intent.item);
        self.apply(intents);
    }

    /// A subject stands on another level from now on.
    pub(super) fn stand(&mut self, id: LatchId, who: &Who, level: u8, origin: &Origin) {
        let Some(latch) = self.latch(id) else { return };
        let before = self.state.standing(id, who).level;
        self.state.set_standing(id, who, Standing { level, failed: 0 });
        if origin.certainty == Certainty::Unknowable {
            self.state.doubts.done(who.keys, true);
        }
        match latch.sort {
            LatchSort::Segment(segment) => {
                let known = &self.program.known;
                let (kind, slot) = if level > 0 {
                    (known.segment_entered, known.entered_segment)
                } else {
                    (known.segment_left, known.left_segment)
                };
                let name = self.program.plan.segments.get(segment.index()).map(|segment| segment.name);
                let fields = self.fields(kind, [(slot, name.map_or(Value::Unknown, Value::Name))]);
                let what = [&b"segment"[..], self.program.item_name(latch.item).as_bytes(), &[level]];
                let id = self.id_of(origin, who.keys, &what).to_compact();
                let happening = self.happening(kind, who.keys, fields, id, origin);
                self.emit(happening);
            }
            LatchSort::Tiers(tiers) => self.tell_tier(latch, tiers, who, [before, level], origin),
        }
    }

    fn tell_tier(&mut self, latch: &Latch, tiers: TiersId, who: &Who, [from, to]: [u8; 2], origin: &Origin) {
        let words = &self.program.words;
        let action = if to > from { words.promote } else { words.demote };
        let name = self.program.plan.tiers.get(tiers.index()).map_or(Value::Unknown, |t| Value::Name(t.name));
        let (from, to) = (Value::Tier(tiers, from), Value::Tier(tiers, to));
        let id = self.id_of(origin, who.keys, &[b"tiers", self.program.item_name(latch.item).as_bytes()]);
        let arg = |label: &str, value: &Value| (ArgName::from(label), value.clone());
        let args = Args::from_iter([arg("tiers", &name), arg("from", &from), arg("to", &to)]);
        let place = self.program.plan.items.get(latch.item.index()).map(|item| item.place).unwrap_or_default();
        self.out.decisions.push(Decision {
            at: self.state.now,
            id,
            action,
            keys: who.keys,
            args,
            status: Status::Done,
            reason: None,
            item: latch.item,
            place,
            cause: Arc::clone(&origin.cause),
            certainty: origin.certainty,
            firing: 0,
        });
        let known = &self.program.known;
        let given = [(known.tier_tiers, name), (known.tier_from, from), (known.tier_to, to)];
        let fields = self.fields(known.tier_changed, given);
        let happening = self.happening(known.tier_changed, who.keys, fields, id.to_compact(), origin);
        self.emit(happening);
    }

    /// A review: who has failed often enough in a row falls by one level.
    pub(super) fn review(&mut self, id: LatchId, at: crate::time::Instant) {
        let Some(latch) = self.latch(id) else { return };
        let Some(demote_after) = latch.demote_after else { return };
        self.turn(Work::Item(latch.item));
        let mut verdicts = Vec::new();
        for keys in self.state.living_subjects(latch.subject.scope, Keys::default()) {
            let who = Who::of(keys);
            let standing = self.state.standing(id, &who);
            let Some(condition) = standing.level.checked_sub(1).and_then(|i| latch.levels.get(usize::from(i))) else {
                continue;
            };
            let scene = Scene::new(self.program, self.state, self.state.now, keys);
            if !scene.holds(latch.subject.filter.as_ref()) {
                continue;
            }
            show(self.watch, latch.item, Gate::Run, Some(condition), &scene);
            if scene.truth(Some(condition)) == Some(false) {
                act(self.watch, latch.item, Gate::Run, Some(condition), &scene);
            }
            let certainty = self.certainty_of_standing(latch, &scene);
            verdicts.push((who, standing, scene.truth(Some(condition)), certainty));
        }
        let origin = self.instant_origin(latch.item, at);
        for (who, standing, truth, certainty) in verdicts {
            self.at_root(Stage::React, latch.item.0, 0, who.keys.group);
            match truth {
                Some(false) if standing.failed + 1 >= demote_after => {
                    self.stand(id, &who, standing.level - 1, &origin.clone().at_best(certainty));
                }
                // What cannot be known punishes nobody: it ends a row of failures like a success.
                truth => {
                    let failed = if truth == Some(false) { standing.failed + 1 } else { 0 };
                    self.state.set_standing(id, &who, Standing { failed, ..standing });
                }
            }
        }
    }
}

impl State {
    /// Where a subject stands.
    pub(super) fn standing(&self, id: LatchId, who: &Who) -> Standing {
        let latch = self.latches.get(id.index());
        latch.and_then(|latch| latch.get(self.number(who.keys), &who.per)).copied().unwrap_or_default()
    }

    fn set_standing(&mut self, id: LatchId, who: &Who, standing: Standing) {
        let number = self.meet(who.keys);
        if let Some(latch) = self.latches.get_mut(id.index()) {
            latch.insert(number, &who.per, standing);
        }
    }
}

/// The highest level whose condition holds.
fn highest(latch: &Latch, scene: &Scene<'_>) -> u8 {
    let holding = latch.levels.iter().enumerate().rev().find(|(_, condition)| scene.holds(Some(condition)));
    holding.map_or(0, |(position, _)| position as u8 + 1)
}
