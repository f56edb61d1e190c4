//! When rules and rows act: the regions of their conditions, by what wakes them.

use super::book::{Book, Case};
use super::solver::{Clock, Region, Scene, Solver, Trigger, Want};
use crate::plan::expr::Expr;
use crate::plan::ids::HandlerId;
use crate::plan::{Handler, ScheduledWork, walk};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ExprKind, ItemKind, Op};
use rustc_hash::FxHashMap;

/// All that one thing wakes, with conditions over the same terms.
pub struct View<'p> {
    /// Finds regions.
    pub solver: Solver<'p>,
    /// Who is woken, in the order of the files.
    pub seats: Vec<Seat>,
}

/// One of those who are woken.
pub struct Seat {
    /// Its position in `Book::cases`.
    pub case: usize,
    /// Where its filter and its condition are both true; `None` where that is too much to say.
    pub truth: Option<Region>,
    /// Where one of the two is not true.
    pub not: Option<Region>,
    /// Whether its condition is true whatever happens.
    pub always: bool,
}

/// Every trigger with whom it wakes.
#[must_use]
pub fn views<'a>(book: &Book<'a>) -> Vec<View<'a>> {
    let clocks = clocks(book);
    let mut index: FxHashMap<(Scene, String), usize> = FxHashMap::default();
    let mut views: Vec<View<'a>> = Vec::new();
    for (position, case) in book.cases.iter().enumerate() {
        if !matches!(case.item.kind, ItemKind::Rule(_) | ItemKind::Calendar { .. }) {
            continue;
        }
        for (trigger, clock) in triggers(case, &clocks) {
            let subject = &case.handler.subject;
            let scene = Scene { trigger, scope: subject.scope, each: subject.each };
            let key = (scene.clone(), format!("{clock} {:?}", subject.per));
            let at = *index.entry(key).or_insert_with(|| {
                views.push(View { solver: Solver::new(book.plan, scene).with_switches(), seats: Vec::new() });
                views.len() - 1
            });
            let Some(view) = views.get_mut(at) else { continue };
            let whole = whole(case.handler);
            let truth = view.solver.region(&whole, Want::True).ok();
            let refused = case.handler.when.as_ref().map(|when| view.solver.region(when, Want::NotTrue));
            let always = matches!(refused, Some(Ok(region)) if region.is_empty());
            let not = view.solver.region(&whole, Want::NotTrue).ok();
            view.seats.push(Seat { case: position, truth, not, always });
        }
    }
    views
}

/// The schedules of each handler: as text, and what clocks show when they fire.
type Clocks = FxHashMap<HandlerId, Vec<(Clock, String)>>;

fn clocks(book: &Book<'_>) -> Clocks {
    let mut clocks = Clocks::default();
    for scheduled in &book.plan.schedules {
        let ScheduledWork::Handlers(handlers) = &scheduled.what else { continue };
        let written = format!("{:?}", scheduled.schedule);
        let asks = |id: &HandlerId| book.plan.handlers.get(id.index()).is_some_and(|of| asks_time(&whole(of)));
        // Whoever does not ask for the time needs no answer.
        let clock = match handlers.iter().any(asks) {
            true => Clock::of(&scheduled.schedule, book.plan.community.calendar.zone, book.gaps()),
            false => Clock::default(),
        };
        handlers.iter().for_each(|id| clocks.entry(*id).or_default().push((clock.clone(), written.clone())));
    }
    clocks
}

/// Whether a condition asks for the time of the day or the day itself.
#[must_use]
pub fn asks_time(condition: &Expr) -> bool {
    walk::any(condition, |part| match part {
        Expr::Now | Expr::NowHour | Expr::NowWeekday | Expr::NowDate => true,
        // What a name stands for may ask.
        Expr::Let(_) | Expr::InSegment(_) => true,
        _ => false,
    })
}

fn triggers(case: &Case<'_>, clocks: &Clocks) -> Vec<(Trigger, String)> {
    let events = case.handler.events.iter().map(|kind| (Trigger::Event(*kind), String::new()));
    let silences = case.handler.silences.iter().map(|s| (Trigger::Silence(s.kind, s.during), String::new()));
    let clocks = clocks.get(&case.id).into_iter().flatten();
    let clocks = clocks.map(|(clock, written)| (Trigger::Clock(clock.clone()), written.clone()));
    events.chain(silences).chain(clocks).collect()
}

/// The filter and the condition of a handler as one.
#[must_use]
pub fn whole(handler: &Handler) -> Expr {
    Expr::And(handler.subject.filter.iter().chain(&handler.when).cloned().collect())
}

/// The parts of a written condition that must all hold, with what each has become.
#[must_use]
pub fn clauses<'a>(book: &Book<'a>, conditions: impl IntoIterator<Item = &'a tree::Expr>) -> Vec<(Span, Expr)> {
    let mut found = Vec::new();
    for condition in conditions {
        split(condition, &mut |part| {
            found.extend(book.sites.conditions.get(&part.span).map(|expr| (part.span, expr.clone())));
        });
    }
    found
}

fn split<'t>(expr: &'t tree::Expr, tell: &mut dyn FnMut(&'t tree::Expr)) {
    match &expr.kind {
        ExprKind::Binary { op: Op::And, left, right } => {
            split(left, tell);
            split(right, tell);
        }
        _ => tell(expr),
    }
}
