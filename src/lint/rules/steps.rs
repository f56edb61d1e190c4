//! # flow-dead-step
//!
//! A step of a flow that is always passed over: its condition contradicts what began the run, or the goal, which ends it
//! before.
//!
//! Avoid:
//!
//! ```sop avoid
//! flow newcomers for member in group {
//!   start on member.joined when event.channel is "poster"
//!   stop  on member.left, member.removed, member.banned
//!   goal  when exists(message.posted, since start)
//!   after 1d  when event.channel is "friend"  do dm "Who brought you here?"
//!   after 2d  when exists(message.posted, since start)  do dm "Good to read you."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! flow newcomers for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   after 1d  when event.channel is "friend"  do dm "Who brought you here?"
//!   after 2d  when exists(message.posted, since start)  do dm "Good to read you."
//! }
//! ```
//!
//! A step on a day at a time knows its hour:
//!
//! ```sop avoid
//! flow week for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   day 7 at 10:00 when now.hour >= 18 do dm "Good evening, {member.name}."
//! }
//! ```
//!
//! ```sop prefer
//! flow week for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   day 7 at 20:00 when now.hour >= 18 do dm "Good evening, {member.name}."
//! }
//! ```
//!
//! Why: nobody ever gets what the step says. In a step `event` is the one that began the run (or last updated it), and the
//! goal is tested right before each step. The witness is a run in which the step passes.
//!
//! # flow-step-after-end
//!
//! A step that comes after another has always stopped the flow.
//!
//! Avoid:
//!
//! ```sop avoid
//! flow trial for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   after 7d   do { dm "Your trial is over."  stop trial }
//!   after 30d  do dm "How was it?"
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! flow trial for member in group {
//!   start on member.joined
//!   stop  on member.left, member.removed, member.banned
//!   after 7d   do dm "Your trial is over."
//!   after 30d  do { dm "How was it?"  stop trial }
//! }
//! ```
//!
//! Why: the run has ended by then. The witness is a run to its last day.
//!
//! # flow-no-end
//!
//! A flow that waits for a task to be done, and neither a stop nor a goal ends it where nobody does.
//!
//! Avoid:
//!
//! ```sop avoid
//! flow review for group {
//!   start on group.created
//!   after 1d   do task look "Look at {group.name}" for owner due 2d
//!   after look do post "All is well."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! flow review for group {
//!   start on group.created
//!   stop  on group.closed
//!   after 1d   do task look "Look at {group.name}" for owner due 2d
//!   after look do post "All is well."
//! }
//! ```
//!
//! Why: an overdue task stays open, so the run stays, too, and no other can begin for the same subject.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::judge::asks_time;
use crate::lint::solver::{Clock, Cube, Region, Scene, Solver, Trigger, Want};
use crate::lint::stage::{Stage, proven};
use crate::lint::triggers::at_kind;
use crate::lint::witness::{Claim, Witness};
use crate::plan::expr::{Aggregate, Comparison, Expr, Function, Window};
use crate::plan::ids::{KindId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{Act, Edge, EdgeSort, KeyPart, Step, StepAt, Timeline, walk};
use crate::syntax::tree::{Flow, ItemKind};
use crate::time::Duration;

/// The flow that a timeline was made from.
fn written<'a>(book: &Book<'a>, timeline: &Timeline) -> Option<&'a Flow> {
    let name = book.name(timeline.name);
    book.tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Flow(flow) if flow.head.name.text == name => Some(flow),
        _ => None,
    })
}

/// Whether an action begins runs of a timeline.
fn is_started(book: &Book<'_>, id: TimelineId) -> bool {
    book.plan.effects.iter().any(|effect| matches!(&effect.act, Act::Start { timeline, .. } if *timeline == id))
}

/// Why a step is always passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Alone,
    Time,
    Start,
    Goal,
}

pub(super) fn dead(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, timeline) in book.plan.timelines.iter().enumerate() {
        let id = TimelineId(number as u32);
        let Some(flow) = written(book, timeline).filter(|_| !is_started(book, id)) else { continue };
        let begins: Vec<&Edge> = timeline.edges.iter().filter(|edge| edge.sort != EdgeSort::Stop).collect();
        if begins.is_empty() {
            continue;
        }
        for (position, step) in timeline.steps.iter().enumerate() {
            let Some(when) = &step.when else { continue };
            let whys: Option<Vec<Why>> =
                begins.iter().map(|edge| contradicted(book, timeline, edge, step, when)).collect();
            let Some(why) = whys.and_then(|whys| whys.into_iter().max_by_key(|why| *why as u8)) else { continue };
            let Some(written) = flow.steps.iter().find(|of| of.span == book.span(step.place)) else { continue };
            let Some(span) = written.when.as_ref().map(|when| when.span) else { continue };
            let id_of = |why| match why {
                Why::Alone => "flow-dead-step",
                Why::Time => "flow-dead-step-time",
                Why::Start => "flow-dead-step-start",
                Why::Goal => "flow-dead-step-goal",
            };
            let finding = Finding::new(Text::new(id_of(why)).with("written", book.written(span)), span);
            let other = match why {
                Why::Alone | Why::Time => None,
                Why::Start => flow.edges.iter().find_map(|edge| edge.when.as_ref()).map(|when| when.span),
                Why::Goal => flow.goals.first().map(|goal| goal.span),
            };
            let finding = match other {
                Some(other) => finding.and(other, "other"),
                None => finding,
            };
            let claim = Claim::PassesOver(id, position);
            let shown = run(book, timeline, step, &claim);
            let silent = step.effects.first().and_then(|id| book.effect(*id)).map(|effect| Claim::Silent(effect.place));
            let shown = shown.or_else(|| silent.and_then(|claim| run(book, timeline, step, &claim)));
            found.push(finding.shown_by(shown));
        }
    }
    found
}

/// Whether a condition is not true at the time of day of a step: `day 7 at 10:00 when now.hour > 12`. Nothing else may be
/// asked with this answer: what begins the run has other times.
fn is_off_time(book: &Book<'_>, timeline: &Timeline, step: &Step, when: &Expr) -> bool {
    let StepAt::Day { at, .. } = step.at else { return false };
    if !asks_time(when) {
        return false;
    }
    let never = |trigger: Trigger| {
        let scene = Scene { trigger, scope: timeline.subject.scope, each: timeline.subject.each };
        let region = Solver::new(book.plan, scene).with_switches().region(when, Want::True);
        region.is_ok_and(|region| region.is_empty())
    };
    never(Trigger::Clock(Clock::at(at, book.gaps()))) && !never(Trigger::Unknown)
}

/// Why a step is passed over in every run that an event begins or updates.
fn contradicted(book: &Book<'_>, timeline: &Timeline, edge: &Edge, step: &Step, when: &Expr) -> Option<Why> {
    if is_off_time(book, timeline, step, &at_kind(when.clone(), edge.kind)) {
        return Some(Why::Time);
    }
    let scene = Scene { trigger: Trigger::Unknown, scope: timeline.subject.scope, each: timeline.subject.each };
    let mut solver = Solver::new(book.plan, scene).with_switches();
    let step = solver.region(&at_kind(when.clone(), edge.kind), Want::True).ok()?;
    if step.is_empty() {
        return Some(Why::Alone);
    }
    let start = match &edge.when {
        Some(when) => {
            let region = solver.region(&at_kind(when.clone(), edge.kind), Want::True).ok()?;
            fixed(&solver, region)?
        }
        None => Region::all(),
    };
    let known = known_since(book, timeline, edge.kind, when);
    let known = solver.region(&Expr::And(known.into()), Want::True).ok()?;
    let begun = solver.meet(&solver.meet(&step, &start).ok()?, &known).ok()?;
    if begun.is_empty() {
        return Some(Why::Start);
    }
    let goal = timeline.goal.as_ref()?;
    let open = solver.region(&at_kind(goal.when.clone(), edge.kind), Want::NotTrue).ok()?;
    solver.meet(&begun, &open).ok()?.is_empty().then_some(Why::Goal)
}

/// What of a region still holds later: what it says of the event alone.
fn fixed(solver: &Solver<'_>, region: Region) -> Option<Region> {
    let stays = |expr: &Expr| {
        !walk::any(expr, |part| {
            !matches!(
                part,
                Expr::Const(_)
                    | Expr::EventField(_)
                    | Expr::EventAt
                    | Expr::EventId
                    | Expr::EventMember
                    | Expr::EventGroup
                    | Expr::Per
                    | Expr::Param(_)
                    | Expr::Compare { .. }
                    | Expr::Arithmetic { .. }
                    | Expr::Contains { .. }
                    | Expr::Matches { .. }
                    | Expr::List(_)
                    | Expr::In { .. }
            )
        })
    };
    let mut kept = Region::none();
    for cube in region.0 {
        let cells = cube.0.into_iter().filter(|(id, _)| solver.terms().get(*id).is_some_and(|term| stays(&term.expr)));
        kept.add(Cube(cells.collect())).ok()?;
    }
    Some(kept)
}

/// What began a run is part of the past as long as it goes on.
fn known_since(book: &Book<'_>, timeline: &Timeline, kind: KindId, when: &Expr) -> Vec<Expr> {
    let mut known = Vec::new();
    let one_kind = timeline.edges.iter().filter(|edge| edge.sort != EdgeSort::Stop).all(|edge| edge.kind == kind);
    if !one_kind || timeline.subject.each {
        return known;
    }
    walk::all(when, &mut |part| {
        let Expr::Aggregate(aggregate) = part else { return };
        let Some(series) = book.plan.series.get(aggregate.series.index()) else { return };
        let own =
            series.key.iter().zip(&aggregate.key).all(|(part, key)| {
                matches!((part, key), (KeyPart::Member, Expr::Member) | (KeyPart::Group, Expr::Group))
            });
        let seen = matches!(aggregate.window, Window::Ever | Window::SinceStart);
        let plain = series.filter.is_none() && aggregate.rest.is_none();
        if series.kind == kind && own && seen && plain && counts(aggregate.function) {
            let count =
                Aggregate { function: Function::Count, column: None, zero: Value::count(0), ..(**aggregate).clone() };
            known.push(Expr::Compare {
                op: Comparison::GreaterOrEqual,
                left: Expr::Aggregate(Box::new(count)).into(),
                right: Expr::Const(Value::count(1)).into(),
            });
        }
    });
    known
}

fn counts(function: Function) -> bool {
    matches!(function, Function::Count | Function::Exists | Function::Never)
}

/// A run that lasts longer than a step is away.
fn run(book: &Book<'_>, timeline: &Timeline, step: &Step, claim: &Claim) -> Option<Witness> {
    let away = match &step.at {
        StepAt::Offset(after) => *after,
        StepAt::Day { day, .. } => Duration::from_days(i64::from(*day)),
        _ => Duration::ZERO,
    };
    let starts = timeline.edges.iter().filter(|edge| edge.sort == EdgeSort::Start);
    starts.into_iter().find_map(|edge| {
        let scene =
            Scene { trigger: Trigger::Event(edge.kind), scope: timeline.subject.scope, each: timeline.subject.each };
        let mut solver = Solver::new(book.plan, scene);
        let conditions = timeline.subject.filter.iter().chain(&edge.when).cloned().collect();
        let region = solver.region(&Expr::And(conditions), Want::True).ok()?;
        region.0.iter().take(4).find_map(|cube| {
            let mut stage = Stage::new(book.plan, book.now);
            stage.arrange(&solver, cube);
            let until = stage.at + away + Duration::from_days(2);
            proven(book, stage.witness(Some(until), claim.clone()))
        })
    })
}

pub(super) fn after_end(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, timeline) in book.plan.timelines.iter().enumerate() {
        let id = TimelineId(number as u32);
        let stops =
            |step: &&Step| step.when.is_none() && step.effects.iter().any(|effect| stops_surely(book, *effect, id));
        let offset = |step: &Step| match &step.at {
            StepAt::Start => Some(Duration::ZERO),
            StepAt::Offset(after) if timeline.anchor.is_none() => Some(*after),
            _ => None,
        };
        let ends = timeline.steps.iter().filter(stops).filter_map(|step| Some((offset(step)?, step)));
        let Some((end, last)) = ends.min_by_key(|(after, _)| *after) else { continue };
        for step in &timeline.steps {
            if offset(step).is_none_or(|after| after <= end) {
                continue;
            }
            let text = Text::new("flow-step-after-end").with("end", end.to_string());
            let place = step.effects.first().and_then(|id| book.effect(*id)).map(|effect| effect.place);
            let shown = place.and_then(|place| run(book, timeline, step, &Claim::Silent(place)));
            found.push(Finding::new(text, book.span(step.place)).and(book.span(last.place), "end").shown_by(shown));
        }
    }
    found
}

/// Whether an effect always stops a timeline for the subject itself.
fn stops_surely(book: &Book<'_>, effect: crate::plan::ids::EffectId, id: TimelineId) -> bool {
    let Some(effect) = book.effect(effect) else { return false };
    let limited = book.plan.limits.iter().any(|limit| limit.actions.contains(&effect.name));
    let stops = matches!(&effect.act, Act::Stop { timeline } if *timeline == id);
    stops && effect.to.is_none() && effect.approval.is_none() && !limited
}

pub(super) fn no_end(book: &Book<'_>) -> Vec<Finding> {
    let found = book.plan.timelines.iter().filter_map(|timeline| {
        // A run of which there is only one is in nobody's way.
        let only = timeline.once.is_some_and(|once| once.per.is_none());
        let ends = only || timeline.goal.is_some() || timeline.edges.iter().any(|edge| edge.sort == EdgeSort::Stop);
        let waits = timeline.steps.iter().find(|step| matches!(step.at, StepAt::Tasks(_)))?;
        let name = written(book, timeline)?.head.name.span;
        let stopped = book.plan.effects.iter().any(|effect| match &effect.act {
            Act::Stop { timeline: of } => {
                book.plan.timelines.get(of.index()).is_some_and(|of| of.name == timeline.name)
            }
            _ => false,
        });
        let text = Text::new("flow-no-end").with("flow", book.name(timeline.name));
        (!ends && !stopped).then(|| Finding::new(text, name).and(book.span(waits.place), "step"))
    });
    found.collect()
}
