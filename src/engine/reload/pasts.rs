//! What of the past is kept, and what is due.

use super::link::Link;
use super::report::Fresh;
use crate::engine::happening::Happening;
use crate::engine::past::{SeriesState, Which};
use crate::engine::program::{Hush, HushId, Program};
use crate::engine::state::State;
use crate::engine::timers::{Due, Timer};
use crate::plan::expr::Keys;
use crate::plan::ids::{ItemId, KindId, MetricId, SeriesId};
use crate::plan::{Act, Keep, Reach, Series};
use crate::time::Instant;

// ---- series -----------------------------------------------------------------------------------------------------------

/// For each series of the new plan the old one that it goes on from.
pub(super) fn sources(link: &mut Link<'_>) -> Vec<Option<SeriesId>> {
    link.by_name = true;
    let named: Vec<Option<Series>> =
        link.old.series.iter().map(|old| link.looking(|link| link.series_of(old))).collect();
    link.by_name = false;
    let kept: Vec<Option<Series>> =
        link.old.series.iter().map(|old| link.looking(|link| link.series_of(old))).collect();
    let source = |new: &Series| {
        let found = |all: &[Option<Series>]| {
            let goes_on = |old: &Option<Series>| old.as_ref().is_some_and(|old| goes_on(old, new));
            let same = |old: &Option<Series>| old.as_ref() == Some(new);
            all.iter().position(same).or_else(|| all.iter().position(goes_on))
        };
        found(&kept).or_else(|| found(&named)).map(|position| SeriesId(position as u32))
    };
    link.new.series.iter().map(source).collect()
}

/// Whether what an old series has kept is all that a new one would have.
fn goes_on(old: &Series, new: &Series) -> bool {
    let alike = old.kind == new.kind && old.filter == new.filter && old.key == new.key && old.columns == new.columns;
    alike && has(&old.keep, &new.keep)
}

/// Whether one way of keeping has all that another asks for.
fn has(old: &Keep, new: &Keep) -> bool {
    let columns = old.values == new.values && old.sums == new.sums;
    columns
        && (reaches(&old.rows, &new.rows))
        && (reaches(&old.last, &new.last) || reaches(&old.rows, &new.last))
        && old.totals == new.totals
        && old.distinct == new.distinct
        && old.streak == new.streak
}

fn reaches(old: &Reach, new: &Reach) -> bool {
    let during = old.ever || new.during.is_none_or(|new| old.during.is_some_and(|old| old >= new));
    let since = |all: &Reach| all.since_start.clone();
    during
        && (old.ever || since(new).iter().all(|timeline| old.since_start.contains(timeline)))
        && (old.ever || !new.since_joined || old.since_joined)
        && (old.ever || !new.ever)
}

pub(super) fn series(link: &mut Link<'_>, state: &mut State, sources: &[Option<SeriesId>]) {
    let mut old: Vec<SeriesState> = std::mem::take(&mut state.series);
    old.iter_mut().for_each(|series| series.renew(&mut |value| link.value(value)));
    state.series =
        sources.iter().map(|source| source.and_then(|id| old.get(id.index())).cloned().unwrap_or_default()).collect();
    let to = |id: SeriesId| {
        let all = (0..).map(SeriesId).zip(sources);
        all.filter(move |(_, source)| **source == Some(id)).map(|(new, _)| new).collect()
    };
    let mut metrics: Vec<Option<MetricId>> = Vec::new();
    for position in 0..link.old.metrics.len() {
        metrics.push(link.find_metric(MetricId(position as u16)));
    }
    state.doubts.renew(
        |id, which: &mut Which| {
            which.renew(&mut |value| link.value(value));
            to(id)
        },
        |id| metrics.get(id.index()).copied().flatten(),
    );
}

/// The series that begin with the new version, and who reads them.
pub(super) fn fresh(program: &Program, sources: &[Option<SeriesId>]) -> Vec<Fresh> {
    let plan = &program.plan;
    let readers = plan.readers();
    let new = (0..).map(SeriesId).zip(sources).filter(|(_, source)| source.is_none());
    let fresh = new.filter_map(|(id, _)| {
        let kind = plan.series.get(id.index())?.kind;
        let items = readers.get(id.index()).into_iter().flatten().map(|item| program.item_name(*item).to_owned());
        let name = plan.kinds.get(kind.index()).map(|kind| kind.name.clone()).unwrap_or_default();
        Some(Fresh { series: id, kind: name, items: items.collect(), own: is_own(program, kind) })
    });
    fresh.collect()
}

/// Whether the playbook itself tells events of a kind.
fn is_own(program: &Program, kind: KindId) -> bool {
    let plan = &program.plan;
    let told = program.known.told_by_engine().contains(&kind);
    let emitted = plan.effects.iter().any(|effect| matches!(&effect.act, Act::Emit { kind: it, .. } if *it == kind));
    told || emitted || plan.metrics.iter().any(|metric| metric.kind == kind)
}

impl State {
    /// Takes an event from before a reload into the pasts that began with it; to be called for all of them in their order.
    pub fn warm(&mut self, program: &Program, fresh: &[Fresh], event: &crate::engine::Event<'_>) {
        let series = &program.dispatch_of(event.kind).series;
        if !series.iter().any(|id| fresh.iter().any(|fresh| fresh.series == *id)) {
            return;
        }
        let happening = self.resolve(program, event);
        for id in series.iter().filter(|id| fresh.iter().any(|fresh| fresh.series == **id)) {
            self.remember_in(program, *id, &happening);
        }
    }
}

// ---- silences ---------------------------------------------------------------------------------------------------------

/// What a silence is known by: its item, the kind that is missing, and its place among those of both.
fn known_by(program: &Program) -> Vec<(ItemId, KindId, usize)> {
    let mut known: Vec<(ItemId, KindId, usize)> = Vec::new();
    for (item, hush) in program.silences().zip(&program.silences) {
        let before = known.iter().filter(|(it, kind, _)| *it == item && *kind == hush.kind).count();
        known.push((item, hush.kind, before));
    }
    known
}

/// For each old silence the new one.
pub(super) fn hushes(link: &mut Link<'_>, old: &Program, new: &Program) -> Vec<Option<HushId>> {
    let after = known_by(new);
    let before = known_by(old);
    let to = before.iter().zip(&old.silences).map(|((item, kind, nth), hush)| {
        let wanted = (link.find_item(*item)?, link.find_kind(*kind)?, *nth);
        let position = after.iter().position(|known| *known == wanted)?;
        let same_scope = new.silences.get(position).is_some_and(|new| new.scope == hush.scope);
        same_scope.then_some(HushId::at(position))
    });
    to.collect()
}

/// Silences go on; those that are new begin for everybody now.
pub(super) fn silences(new: &Program, state: &mut State, to: &[Option<HushId>]) {
    let mut silences: Vec<_> = new.silences.iter().map(|_| Default::default()).collect();
    for (old, to) in std::mem::take(&mut state.silences).into_iter().zip(to) {
        if let Some(place) = to.and_then(|to| silences.get_mut(to.index())) {
            *place = old;
        }
    }
    state.silences = silences;
    let seen = Happening { id: RELOAD.into(), at: state.now, ..Happening::default() };
    for (id, hush) in new.all_silences() {
        if !to.contains(&Some(id)) {
            for keys in state.living_subjects(hush.scope, Keys::default()) {
                state.hush(new, id, keys, &seen);
            }
        }
    }
}

/// What a silence that began with a reload is caused by.
const RELOAD: &str = "reload";

// ---- timers -----------------------------------------------------------------------------------------------------------

/// Timers of what goes on; the clock's own are set anew by whoever calls.
pub(super) fn timers(old: &Program, new: &Program, state: &mut State, to: &[Option<HushId>], at: Instant) {
    let timers = std::mem::take(&mut state.timers).into_list();
    for timer in timers {
        let kept = match timer.due {
            Due::Step { run, .. } => state.runs.contains_key(&run).then_some(timer),
            Due::Hold(hold) => state.holds.contains_key(&hold).then_some(timer),
            Due::Task { task, .. } => state.tasks.contains_key(&task).then_some(timer),
            Due::Silence { hush, keys } => to.get(hush.index()).copied().flatten().map(|now| {
                let during = (old.hush(hush), new.hush(now));
                let at = if let (Some(before), Some(after)) = during {
                    shifted(state, timer, before, after, at)
                } else {
                    timer.at
                };
                Timer { at, due: Due::Silence { hush: now, keys }, ..timer }
            }),
            Due::Midnight | Due::Schedule(_) => None,
        };
        kept.into_iter().for_each(|timer| state.timers.push(timer));
    }
}

/// When a silence is due of which another length is said now.
fn shifted(state: &State, timer: Timer, before: &Hush, after: &Hush, now: Instant) -> Instant {
    if before.during == after.during {
        return timer.at;
    }
    (timer.at - before.during + after.during).max(now).max(state.now)
}
