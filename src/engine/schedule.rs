//! What comes with the clock: scheduled items, metrics and silences.

use super::decision::Sample;
use super::eval::Scene;
use super::happening::Happening;
use super::meter::Work;
use super::program::HushId;
use super::react::Intent;
use super::state::Who;
use super::step::{Origin, Step};
use crate::plan::expr::Keys;
use crate::plan::ids::{HandlerId, ItemId, MetricId, SeriesId};
use crate::plan::value::Value;
use crate::plan::{Act, Handler, KeyPart, Metric, ScheduledWork};
use crate::time::Instant;
use compact_str::{CompactString, format_compact};
use std::sync::Arc;

impl Step<'_> {
    /// An instant of an item's schedule as a cause: `ITEM@TIME`.
    pub(super) fn instant_origin(&self, item: ItemId, at: Instant) -> Origin {
        let zone = self.program.plan.community.calendar.zone;
        let id: CompactString = format_compact!("{}@{}", self.program.item_name(item), zone.format(at));
        Origin::root(id)
    }

    /// One instant of a scheduled item is one input for all its subjects, in order of id.
    pub(super) fn schedule_due(&mut self, position: u32, at: Instant) {
        let Some(scheduled) = self.program.plan.schedules.get(position as usize) else { return };
        match &scheduled.what {
            ScheduledWork::Review(latch) => self.review(*latch, at),
            // Another schedule of the same rule had this instant.
            ScheduledWork::Handlers(handlers) if self.has_fired(position, handlers, at) => {}
            ScheduledWork::Sample(handlers) | ScheduledWork::Handlers(handlers) => {
                let mut intents = Vec::new();
                for id in handlers {
                    self.fire_scheduled(*id, scheduled.item, at, &mut intents);
                }
                self.apply(intents);
            }
        }
    }

    /// Whether an earlier schedule of the same handlers had this instant too.
    fn has_fired(&self, position: u32, handlers: &[HandlerId], at: Instant) -> bool {
        let calendar = &self.program.plan.community.calendar;
        let just_before = at - crate::time::Duration::from_ms(1);
        let earlier = self.program.plan.schedules.iter().take(position as usize);
        let twins = earlier.filter(|it| matches!(&it.what, ScheduledWork::Handlers(theirs) if theirs == handlers));
        twins.map(|twin| twin.schedule.next(just_before, calendar)).any(|next| next == Some(at))
    }

    fn fire_scheduled(&self, id: HandlerId, item: ItemId, at: Instant, intents: &mut Vec<Intent>) {
        let Some(handler) = self.program.plan.handlers.get(id.index()) else { return };
        self.turn(Work::Item(handler.item));
        if let Some(metric) = self.sampled_per(handler) {
            return self.sample_per(id, handler, metric, at, intents);
        }
        let subjects = self.state.living_subjects(handler.subject.scope, Keys::default());
        self.fire(id, handler, &subjects, None, &mut || self.instant_origin(item, at), intents);
    }

    // ---- metrics ------------------------------------------------------------------------------------------------

    fn sampled_per(&self, handler: &Handler) -> Option<&Metric> {
        let effect = handler.effects.first().and_then(|id| self.effect(*id))?;
        let Act::Sample { metric, .. } = &effect.act else { return None };
        self.program.plan.metrics.get(metric.index()).filter(|metric| metric.per.is_some())
    }

    /// A metric `per FIELD` takes a sample for each value that its series have seen for the subject.
    fn sample_per(&self, id: HandlerId, handler: &Handler, metric: &Metric, at: Instant, intents: &mut Vec<Intent>) {
        for keys in self.state.living_subjects(handler.subject.scope, Keys::default()) {
            for per in self.seen(metric, keys) {
                let scene = Scene::new(self.program, self.state, self.state.now, keys);
                let scene = Scene { per: &per, ..scene };
                if !scene.holds(handler.subject.filter.as_ref()) {
                    continue;
                }
                let ready = self.ready(&handler.effects, &scene);
                let firing = intents.len();
                let wish = super::react::Wish::Act { once: None, ready, event: None, firing };
                let certainty = self.certainty_of_firing(id, handler, &handler.effects, &scene);
                let origin = self.instant_origin(handler.item, at).at_best(certainty);
                intents.push(Intent { item: handler.item, part: id.0, who: Who { keys, per }, origin, wish });
            }
        }
    }

    /// The values of the `per` field seen for a subject, in the order of their texts.
    fn seen(&self, metric: &Metric, keys: Keys) -> Vec<Value> {
        let series = metric.per.iter().flat_map(|per| &per.seen_in);
        let mut seen: Vec<Value> = series
            .filter_map(|(id, part)| Some((self.state.series.get(id.index())?, self.beyond_keys(*id, *part)?)))
            .flat_map(|(state, part)| {
                let mine = state.keys().filter(move |key| key.agrees(keys.group, keys.member));
                mine.filter_map(move |key| key.rest(part).cloned())
            })
            .collect();
        seen.sort_by_cached_key(|value| super::text::plain(self.program, self.state, value).into_owned());
        seen.dedup();
        seen
    }

    /// The position of a key's part among those beyond group and member.
    fn beyond_keys(&self, id: SeriesId, part: u8) -> Option<usize> {
        let before = self.program.plan.series.get(id.index())?.key.get(..usize::from(part))?;
        Some(before.iter().filter(|part| matches!(part, KeyPart::Field(_))).count())
    }

    /// Takes a sample and tells of it.
    pub(super) fn sample(&mut self, id: MetricId, who: &Who, value: Value, origin: &Origin) {
        let Some(metric) = self.program.plan.metrics.get(id.index()) else { return };
        let keys = who.keys;
        let number = self.state.meet(keys);
        self.state.doubts.sampled(id, number, origin.certainty);
        if let Some(samples) = self.state.metrics.get_mut(id.index()) {
            samples.insert(number, &Value::Unknown, value.clone());
        }
        let sample = Sample { at: self.state.now, metric: id, keys, per: who.per.clone(), value: value.clone() };
        self.out.samples.push(sample);
        if self.is_unheard(metric.kind, origin) {
            return;
        }
        let fields = self.fields(metric.kind, [(0, value), (1, who.per.clone())]);
        let per = super::text::plain(self.program, self.state, &who.per);
        let what = [&b"sample"[..], self.program.name(metric.name).as_bytes(), per.as_bytes()];
        let name = self.id_of(origin, keys, &what).to_compact();
        let happening = self.happening(metric.kind, keys, fields, name, origin);
        // A figure over recorded facts is one itself.
        self.emit(Happening { certainty: origin.certainty, ..happening });
    }

    // ---- silence ------------------------------------------------------------------------------------------------

    /// The time of a silence may have come; if the event was heard since its timer was put down, it waits on.
    pub(super) fn silence_due(&mut self, id: HushId, keys: Keys, put_down: u64) {
        let program = self.program;
        let Some(hush) = program.hush(id) else { return };
        let Some(number) = self.state.number(keys) else { return };
        let silences = self.state.silences.get_mut(id.index());
        let Some(silence) = silences.and_then(|silences| silences.get_mut(number, &Value::Unknown)) else { return };
        let (at, sequence) = (silence.since + hush.during, silence.sequence);
        if sequence != put_down {
            return self.state.queue_silence(id, keys, at, sequence);
        }
        silence.queued = false;
        if !std::mem::replace(&mut silence.armed, false) {
            return;
        }
        let cause = super::cause::Cause { id: silence.event.clone(), parent: silence.cause.clone() };
        let certainty = silence.certainty;
        if !self.state.is_living(hush.scope, keys) {
            return;
        }
        let origin = Origin { cause: Arc::new(cause), depth: 0, certainty };
        let mut intents = Vec::new();
        for (id, handler) in hush.handlers.iter().filter_map(|id| Some((*id, program.plan.handlers.get(id.index())?))) {
            self.turn(Work::Item(handler.item));
            self.fire(id, handler, &[keys], None, &mut || origin.clone(), &mut intents);
        }
        self.apply(intents);
    }
}

impl super::program::Program {
    /// The name of a tier.
    #[must_use]
    pub fn tier_name(&self, tiers: crate::plan::ids::TiersId, level: u8) -> &str {
        let tiers = self.plan.tiers.get(tiers.index());
        tiers.and_then(|tiers| tiers.levels.get(usize::from(level))).map_or("", |name| self.name(*name))
    }
}
