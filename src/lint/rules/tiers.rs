//! # tier-gap
//!
//! Levels that leave a hole: who stands between two of them is on neither.
//!
//! Avoid:
//!
//! ```sop avoid
//! tiers membership for member {
//!   tier basic
//!   tier silver when sum(purchase.made.amount, last 90d) between ¥500 and ¥1000
//!   tier gold   when sum(purchase.made.amount, last 90d) >= ¥2000
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! tiers membership for member {
//!   tier basic
//!   tier silver when sum(purchase.made.amount, last 90d) >= ¥500
//!   tier gold   when sum(purchase.made.amount, last 90d) >= ¥2000
//! }
//! ```
//!
//! Why: whoever spends more than silver asks for, and less than gold, is sent back to the lowest level. A level needs a lower
//! bound alone: the highest that holds is taken.
//!
//! # tier-overlap
//!
//! A level that nobody can rise to, because whoever qualifies qualifies for a higher one; or two that overlap without one
//! holding the other.
//!
//! Avoid:
//!
//! ```sop avoid
//! tiers membership for member {
//!   tier basic
//!   tier silver when sum(purchase.made.amount, last 90d) >= ¥2000
//!   tier gold   when sum(purchase.made.amount, last 90d) >= ¥500
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! tiers membership for member {
//!   tier basic
//!   tier silver when sum(purchase.made.amount, last 90d) >= ¥500
//!   tier gold   when sum(purchase.made.amount, last 90d) >= ¥2000
//! }
//! ```
//!
//! Why: levels are taken from the top, so a bound that stands in the wrong order hides a level.
//!
//! # tier-flaps
//!
//! Members are reviewed often and fall at the first failed review, over a window that slides: who stands at the bound goes up
//! and down.
//!
//! Avoid:
//!
//! ```sop avoid
//! tiers membership for member {
//!   tier basic
//!   tier active when count(message.posted, last 7d) >= 10
//!   review every day at 03:00
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! tiers membership for member {
//!   tier basic
//!   tier active when count(message.posted, last 7d) >= 10
//!   review every day at 03:00
//!   demote after 7 reviews
//! }
//! ```
//!
//! Why: promotion and demotion ask for the same number. A level that changes every other day is worth nothing to its holder:
//! let several reviews fail first, or review less often.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::solver::{Cut, Line, Region, Scene, Set, Solver, Stretch, TermId, Want, place};
use crate::plan::expr::{Expr, Window};
use crate::plan::{Latch, LatchSort, ScheduledWork, walk};
use crate::syntax::tree::{ItemKind, TierLevel, Tiers};
use crate::time::Duration;
use rust_decimal::Decimal;

/// One tiers item, written and lowered.
struct Levels<'a> {
    written: &'a Tiers,
    latch: &'a Latch,
    position: usize,
}

fn levels<'a>(book: &Book<'a>) -> Vec<Levels<'a>> {
    let mut found = Vec::new();
    for (position, latch) in book.plan.latches.iter().enumerate() {
        let LatchSort::Tiers(id) = latch.sort else { continue };
        let Some(name) = book.plan.tiers.get(id.index()).map(|tiers| book.name(tiers.name)) else { continue };
        let written = book.tree.items.iter().find_map(|item| match &item.kind {
            ItemKind::Tiers(tiers) if tiers.head.name.text == name => Some(tiers),
            _ => None,
        });
        found.extend(written.map(|written| Levels { written, latch, position }));
    }
    found
}

impl<'a> Levels<'a> {
    /// The written level of a condition, by its position.
    fn level(&self, position: usize) -> Option<&'a TierLevel> {
        self.written.levels.get(position + 1)
    }

    fn solver<'p>(&self, book: &Book<'p>) -> Solver<'p> {
        Solver::new(book.plan, Scene::anywhere(self.latch.subject.scope))
    }

    /// The regions of each level, if none is too much to say.
    fn regions(&self, solver: &mut Solver<'_>, want: Want) -> Option<Vec<Region>> {
        self.latch.levels.iter().map(|level| solver.region(level, want).ok()).collect()
    }
}

/// The stretches of one term, where a region is nothing else.
fn on_line(region: &Region) -> Option<(TermId, Line)> {
    let mut found: Option<(TermId, Line)> = None;
    for cube in &region.0 {
        let mut cells = cube.0.iter();
        let (Some((term, cell)), None) = (cells.next(), cells.next()) else { return None };
        let Set::Line(line) = &cell.known else { return None };
        found = match found {
            None => Some((*term, line.clone())),
            Some((same, all)) if same == *term => Some((same, all.join(line))),
            Some(_) => return None,
        };
    }
    found
}

/// The lines of all levels over their one term.
fn lines(regions: &[Region]) -> Option<Vec<Line>> {
    let all: Vec<(TermId, Line)> = regions.iter().map(on_line).collect::<Option<_>>()?;
    let first = all.first()?.0;
    all.into_iter().map(|(term, line)| (term == first).then_some(line)).collect()
}

/// A bound as the playbook writes it.
pub(super) fn shown(book: &Book<'_>, conditions: &[&Expr], at: Decimal) -> String {
    let mut found = None;
    for condition in conditions {
        walk::all(condition, &mut |part| {
            if let Expr::Const(value) = part
                && place(value) == Some(at)
            {
                found = Some(book.plan.expression(part));
            }
        });
    }
    found.unwrap_or_else(|| at.normalize().to_string())
}

fn stretch(book: &Book<'_>, conditions: &[&Expr], hole: Stretch) -> (String, String) {
    let at = |cut: Cut| match cut {
        Cut::Before(at) | Cut::After(at) => shown(book, conditions, at),
        _ => "…".to_owned(),
    };
    (at(hole.from), at(hole.to))
}

pub(super) fn gap(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for tiers in levels(book) {
        let mut solver = tiers.solver(book);
        let Some(lines) = tiers.regions(&mut solver, Want::True).and_then(|regions| lines(&regions)) else {
            continue;
        };
        let conditions: Vec<&Expr> = tiers.latch.levels.iter().collect();
        for (position, line) in lines.iter().enumerate().skip(1) {
            let below = lines.iter().take(position).fold(Line::default(), |all, line| all.join(line));
            let all = lines.iter().fold(Line::default(), |all, line| all.join(line));
            let between = Line::between(below.highest(), line.lowest());
            let hole = all.rest().meet(&between);
            let Some(hole) = hole.stretches().first().copied().filter(|_| !below.is_empty()) else { continue };
            // Neighbouring whole numbers have nothing between them.
            if tiers.latch.levels.iter().any(|level| counts(&solver, level))
                && Line::between(hole.from, hole.to).whole_numbers().is_empty()
            {
                continue;
            }
            let (from, to) = stretch(book, &conditions, hole);
            let (Some(level), Some(lower)) = (tiers.level(position), tiers.level(position - 1)) else { continue };
            let text = Text::new("tier-gap").with("from", from).with("to", to);
            let text = text.with("level", level.name.text.as_str()).with("lower", lower.name.text.as_str());
            let span = |level: &TierLevel| level.when.as_ref().map_or(level.name.span, |when| when.span);
            found.push(Finding::new(text, span(lower)).and(span(level), "next"));
        }
    }
    found
}

/// Whether what a condition compares is counted.
fn counts(solver: &Solver<'_>, condition: &Expr) -> bool {
    let mut found = false;
    walk::all(condition, &mut |part| found |= solver.terms().is_counted(part));
    found
}

pub(super) fn overlap(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for tiers in levels(book) {
        let mut solver = tiers.solver(book);
        let (Some(truths), Some(nots)) =
            (tiers.regions(&mut solver, Want::True), tiers.regions(&mut solver, Want::NotTrue))
        else {
            continue;
        };
        for (position, truth) in truths.iter().enumerate() {
            let alone = nots.iter().skip(position + 1).try_fold(truth.clone(), |left, not| solver.meet(&left, not));
            let higher = position + 1 < truths.len();
            let Some(level) = tiers.level(position) else { continue };
            let span = level.when.as_ref().map_or(level.name.span, |when| when.span);
            if higher && !truth.is_empty() && alone.is_ok_and(|alone| alone.is_empty()) {
                let text = Text::new("tier-overlap").with("level", level.name.text.as_str());
                let Some(next) = tiers.level(position + 1) else { continue };
                let other = next.when.as_ref().map_or(next.name.span, |when| when.span);
                found.push(Finding::new(text, span).and(other, "other"));
                continue;
            }
            found.extend(partly(book, &tiers, &truths, position));
        }
    }
    found
}

/// A level that a higher one overlaps without holding it.
fn partly(book: &Book<'_>, tiers: &Levels<'_>, truths: &[Region], position: usize) -> Option<Finding> {
    let lines = lines(truths)?;
    let (line, next) = (lines.get(position)?, lines.get(position + 1)?);
    let both = line.meet(next);
    let nested = both == *next || both == *line;
    if both.is_empty() || nested {
        return None;
    }
    let conditions: Vec<&Expr> = tiers.latch.levels.iter().collect();
    let (from, to) = stretch(book, &conditions, *both.stretches().first()?);
    let (level, higher) = (tiers.level(position)?, tiers.level(position + 1)?);
    let text = Text::new("tier-overlap-partly").with("level", level.name.text.as_str());
    let text = text.with("higher", higher.name.text.as_str()).with("from", from).with("to", to);
    Some(Finding::new(text, level.when.as_ref()?.span).and(higher.when.as_ref()?.span, "other"))
}

/// Reviews at most this far apart are frequent.
const OFTEN: Duration = Duration::from_days(7);

pub(super) fn flaps(book: &Book<'_>) -> Vec<Finding> {
    let found = levels(book).into_iter().filter_map(|tiers| {
        let review = tiers.written.review.as_ref().filter(|_| tiers.latch.demote_after == Some(1))?;
        let calendar = &book.plan.community.calendar;
        let scheduled = book.plan.schedules.iter().find(
            |scheduled| matches!(scheduled.what, ScheduledWork::Review(latch) if latch.index() == tiers.position),
        )?;
        let first = scheduled.schedule.next(book.now, calendar)?;
        let second = scheduled.schedule.next(first, calendar)?;
        let slides = |expr: &Expr| {
            matches!(expr, Expr::Aggregate(aggregate) if matches!(aggregate.window, Window::Last { .. } | Window::Period { .. }))
        };
        let sliding = tiers.latch.levels.iter().position(|level| walk::any(level, slides))?;
        let level = tiers.level(sliding)?;
        let text = Text::new("tier-flaps").with("level", level.name.text.as_str());
        let finding = Finding::new(text, review.span).and(level.when.as_ref()?.span, "window");
        (second - first <= OFTEN).then_some(finding)
    });
    found.collect()
}
