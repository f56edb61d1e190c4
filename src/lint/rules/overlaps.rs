//! # rule-shadowed
//!
//! A rule that changes nothing: whenever it acts, another rule with the same trigger does the same.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule many for member in group { on message.posted  when event.links > 3  do tag lurker }
//! rule more for member in group { on message.posted  when event.links > 9  do tag lurker }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule many for member in group { on message.posted  when event.links > 3  do tag lurker }
//! rule more for member in group { on message.posted  when event.links > 9  do tag vip }
//! ```
//!
//! Why: one of the two was meant to do something else, or to act in other cases. Only actions that do nothing the second time
//! are looked at: two strikes are twice as many. The witness is an event at which both act.
//!
//! # rule-redundant
//!
//! Two rules with one trigger that act in the same cases and do the same.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule thanks for member { on purchase.made  when event.amount > ¥100  do dm "Thank you." }
//! rule grateful for member { on purchase.made  when not event.amount <= ¥100  do dm "Thank you." }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule thanks for member { on purchase.made  when event.amount > ¥100  do dm "Thank you." }
//! ```
//!
//! Why: what they say is said twice. The witness is an event at which both act.
//!
//! # threshold-boundary
//!
//! Two conditions that part a range and leave out one value: `> 3` beside `< 3`.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule some for member in group { on message.posted  when event.links < 3  do untag lurker }
//! rule many for member in group { on message.posted  when event.links > 3  do tag lurker }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule some for member in group { on message.posted  when event.links < 3   do untag lurker }
//! rule many for member in group { on message.posted  when event.links >= 3  do tag lurker }
//! ```
//!
//! Why: for that one value neither acts.
//!
//! # actions-conflict
//!
//! Two rules that can act on one event and contradict each other: tag and untag, mute and unmute, ban and unban, strike and
//! pardon, start and stop, two values for one field.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule buyer for member { on purchase.made  do tag vip }
//! rule small for member { on purchase.made  when event.amount < ¥10  do untag vip }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule buyer for member { on purchase.made  when event.amount >= ¥10  do tag vip }
//! rule small for member { on purchase.made  when event.amount < ¥10  do untag vip }
//! ```
//!
//! Why: both happen, in the order of the files, and the last one stands. It is told only where an event was found at which
//! both act: the witness.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::{Book, Case};
use crate::lint::judge::{Seat, View};
use crate::lint::solver::{Cut, Line, Region, Set, Stretch, TermId};
use crate::lint::stage::holding;
use crate::lint::witness::Claim;
use crate::plan::expr::Expr;
use crate::plan::ids::PlaceId;
use crate::plan::value::Value;
use crate::plan::{Act, Effect};
use crate::syntax::span::Span;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

/// How many others a rule is held against that do the same: more are hardly written by hand.
const HELD_AGAINST: usize = 24;

/// With how many others an action is tried out that contradict it: each trial is a run.
const TRIED: usize = 4;

/// Where a condition is written, or the rule that has none.
fn place(case: &Case<'_>) -> Span {
    case.when.map_or(case.head.name.span, |when| when.span)
}

fn effects<'a>(book: &Book<'a>, case: &Case<'_>) -> Vec<&'a Effect> {
    case.handler.effects.iter().filter_map(|id| book.effect(*id)).collect()
}

/// What an effect does, as text.
fn sign(effect: &Effect) -> String {
    let approval = effect.approval.as_ref().map(|approval| (approval.role, approval.within, approval.proceed));
    format!("{:?} {:?} {approval:?}", effect.act, effect.to)
}

/// Whether doing it twice at one time is the same as doing it once.
fn is_idempotent(act: &Act) -> bool {
    matches!(
        act,
        Act::Tag(_)
            | Act::Untag(_)
            | Act::Set { .. }
            | Act::DeleteMessage
            | Act::Mute { .. }
            | Act::Unmute { .. }
            | Act::Remove { .. }
            | Act::Ban { .. }
            | Act::Unban { .. }
            | Act::Pardon { .. }
            | Act::Start { .. }
            | Act::Stop { .. }
    )
}

/// Two rules of one view, the first of which acts whenever the second does and does all that it does.
struct Pair<'v, 'a> {
    view: &'v View<'a>,
    truth: &'v Region,
    wide: usize,
    narrow: usize,
    same: bool,
}

/// Every such pair, in as many views as the narrow one sits in.
fn pairs<'v, 'a>(book: &'v Book<'a>) -> Vec<Pair<'v, 'a>> {
    let mut views_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut found: Vec<Pair<'v, 'a>> = Vec::new();
    for view in book.views() {
        let mut doing: FxHashMap<String, Vec<&Seat>> = FxHashMap::default();
        for seat in &view.seats {
            *views_of.entry(seat.case).or_default() += 1;
            let Some(case) = book.cases.get(seat.case) else { continue };
            let signs: FxHashSet<String> = effects(book, case).into_iter().map(sign).collect();
            signs.into_iter().for_each(|sign| doing.entry(sign).or_default().push(seat));
        }
        for narrow in &view.seats {
            let Some(case) = book.cases.get(narrow.case) else { continue };
            let Some(first) = effects(book, case).first().map(|effect| sign(effect)) else { continue };
            let others = doing.get(&first).into_iter().flatten().filter(|wide| wide.case != narrow.case);
            found.extend(others.take(HELD_AGAINST).filter_map(|wide| pair(book, view, wide, narrow)));
        }
    }
    let mut count: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    found.iter().for_each(|pair| *count.entry((pair.wide, pair.narrow)).or_default() += 1);
    let mut told = FxHashSet::default();
    found.retain(|pair| {
        let key = (pair.wide, pair.narrow);
        count.get(&key) == views_of.get(&pair.narrow) && told.insert(key)
    });
    found
}

fn pair<'v, 'a>(book: &Book<'a>, view: &'v View<'a>, wide: &'v Seat, narrow: &'v Seat) -> Option<Pair<'v, 'a>> {
    let (a, b) = (book.cases.get(wide.case)?, book.cases.get(narrow.case)?);
    let (all, few) = (effects(book, a), effects(book, b));
    let signs: Vec<String> = all.iter().map(|effect| sign(effect)).collect();
    let covered = few.iter().all(|effect| signs.contains(&sign(effect)));
    let plain = a.handler.select.is_none() && b.handler.select.is_none() && b.handler.otherwise.is_empty();
    let (once_a, once_b) = (a.handler.once.map(|once| once.per), b.handler.once.map(|once| once.per));
    let (truth, not) = (narrow.truth.as_ref()?, wide.not.as_ref()?);
    if !covered || !plain || truth.is_empty() || !view.solver.meet(truth, not).ok()?.is_empty() {
        return None;
    }
    let back = view.solver.meet(wide.truth.as_ref()?, narrow.not.as_ref()?).ok()?.is_empty();
    let same = back && all.len() == few.len() && once_a == once_b && a.handler.otherwise.is_empty();
    let idempotent = few.iter().all(|effect| is_idempotent(&effect.act));
    let shadowed = idempotent && once_a.is_none();
    (same || shadowed).then_some(Pair { view, truth, wide: wide.case, narrow: narrow.case, same })
}

impl Pair<'_, '_> {
    fn finding(&self, book: &Book<'_>, id: &'static str) -> Option<Finding> {
        let (a, b) = (book.cases.get(self.wide)?, book.cases.get(self.narrow)?);
        let text = Text::new(id).with("other", a.head.name.text.as_str()).with("name", b.head.name.text.as_str());
        let one = effects(book, b).first().map(|effect| effect.place)?;
        let other = effects(book, a).first().map(|effect| effect.place)?;
        let witness = holding(book, &self.view.solver, self.truth, &Claim::Together(one, other));
        let finding = Finding::new(text, place(b)).and(place(a), "other").shown_by(witness);
        let whole = book.cases.iter().filter(|case| std::ptr::eq(case.item, b.item)).count() == 1;
        // The rule goes where nothing of it is left; other items may name it.
        Some(if self.same && whole { finding.mended_by(false, vec![(b.item.span, String::new())]) } else { finding })
    }
}

pub(super) fn shadowed(book: &Book<'_>) -> Vec<Finding> {
    let found = pairs(book);
    found.iter().filter(|pair| !pair.same).filter_map(|pair| pair.finding(book, "rule-shadowed")).collect()
}

pub(super) fn redundant(book: &Book<'_>) -> Vec<Finding> {
    let found = pairs(book);
    // Of two that are the same the later is told.
    let later = found.iter().filter(|pair| pair.same && pair.wide < pair.narrow);
    later.filter_map(|pair| pair.finding(book, "rule-redundant")).collect()
}

// ---- boundaries -------------------------------------------------------------------------------------------------------

/// The one term on a line that a condition bounds beside others, with what it says of those.
fn bounds(region: &Region) -> Vec<((TermId, String), &Line)> {
    let [cube] = region.0.as_slice() else { return Vec::new() };
    let lines = cube.0.iter().filter_map(|(term, cell)| match &cell.known {
        Set::Line(line) if !cell.unknown => Some((*term, line)),
        _ => None,
    });
    let others = |term: TermId| {
        let others: Vec<_> = cube.0.iter().filter(|(other, _)| **other != term).collect();
        format!("{others:?}")
    };
    lines.map(|(term, line)| ((term, others(term)), line)).collect()
}

/// The only stretch of a line, if it is more than a point.
fn stretch(line: &Line) -> Option<Stretch> {
    match line.stretches() {
        [Stretch { from: Cut::Before(a), to: Cut::After(b) }] if a == b => None,
        [stretch] => Some(*stretch),
        _ => None,
    }
}

/// The points that lie right after a stretch: of all numbers, of whole ones.
fn after(to: Cut) -> Option<(Decimal, Cut)> {
    match to {
        Cut::Before(at) => Some((at, Cut::After(at))),
        Cut::After(at) => {
            let next = at.checked_add(Decimal::ONE)?;
            Some((next, Cut::Before(next.checked_add(Decimal::ONE)?)))
        }
        _ => None,
    }
}

pub(super) fn boundary(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for view in book.views() {
        let mut by_term: FxHashMap<(TermId, String), Vec<(Line, usize)>> = FxHashMap::default();
        for seat in &view.seats {
            for (key, line) in seat.truth.iter().flat_map(bounds) {
                by_term.entry(key).or_default().push((line.clone(), seat.case));
            }
        }
        for ((term, _), lines) in &by_term {
            let Some(term) = view.solver.terms().get(*term) else { continue };
            let begins: FxHashMap<Cut, usize> =
                lines.iter().filter_map(|(line, case)| Some((stretch(line)?.from, *case))).collect();
            for (line, below) in lines {
                let Some((at, from)) = stretch(line).and_then(|stretch| after(stretch.to)) else { continue };
                let whole = matches!(from, Cut::Before(_));
                let Some(above) = begins.get(&from).filter(|above| *above != below) else { continue };
                if lines.iter().any(|(line, _)| line.has(at)) || whole != view.solver.terms().is_counted(&term.expr) {
                    continue;
                }
                found.extend(one_left_out(book, &term.expr, at, *below, *above));
            }
        }
    }
    found
}

fn one_left_out(book: &Book<'_>, term: &Expr, at: Decimal, below: usize, above: usize) -> Option<Finding> {
    let (below, above) = (book.cases.get(below)?, book.cases.get(above)?);
    let shown = super::tiers::shown(book, &[below.handler.when.as_ref()?, above.handler.when.as_ref()?], at);
    let text = Text::new("threshold-boundary").with("term", book.plan.expression(term)).with("at", shown);
    Some(Finding::new(text, place(above)).and(place(below), "other"))
}

// ---- conflicts --------------------------------------------------------------------------------------------------------

/// What an act decides about, and which way.
fn direction(act: &Act) -> Option<(String, String)> {
    let way = |about: String, way: &str| Some((about, way.to_owned()));
    match act {
        Act::Tag(tag) => way(format!("tag {tag:?}"), "on"),
        Act::Untag(tag) => way(format!("tag {tag:?}"), "off"),
        Act::Mute { .. } => way("mute".to_owned(), "on"),
        Act::Unmute { .. } => way("mute".to_owned(), "off"),
        Act::Ban { .. } => way("ban".to_owned(), "on"),
        Act::Unban { .. } => way("ban".to_owned(), "off"),
        Act::Strike { tally, .. } => way(format!("strike {tally:?}"), "on"),
        Act::Pardon { tally } => way(format!("strike {tally:?}"), "off"),
        Act::Start { timeline, .. } => way(format!("flow {timeline:?}"), "on"),
        Act::Stop { timeline } => way(format!("flow {timeline:?}"), "off"),
        Act::Set { attribute, value: Expr::Const(value) } if *value != Value::Unknown => {
            way(format!("set {attribute:?}"), &format!("{value:?}"))
        }
        _ => None,
    }
}

pub(super) fn conflict(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut told: FxHashSet<(PlaceId, PlaceId)> = FxHashSet::default();
    for view in book.views() {
        let mut about: FxHashMap<String, Vec<(String, &Effect, &Seat)>> = FxHashMap::default();
        for seat in &view.seats {
            let Some(case) = book.cases.get(seat.case) else { continue };
            for effect in effects(book, case).into_iter().filter(|effect| effect.to.is_none()) {
                if let Some((key, way)) = direction(&effect.act) {
                    about.entry(key).or_default().push((way, effect, seat));
                }
            }
        }
        let mut about: Vec<_> = about.into_iter().collect();
        about.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, acts) in about {
            for (position, (way, effect, seat)) in acts.iter().enumerate() {
                let others = acts.iter().skip(position + 1).filter(|(other, _, _)| other != way);
                for (_, other, with) in others.take(TRIED) {
                    if told.insert((effect.place, other.place)) {
                        found.extend(contradiction(book, view, (effect, seat), (other, with)));
                    }
                }
            }
        }
    }
    found
}

fn contradiction(book: &Book<'_>, view: &View<'_>, one: (&Effect, &Seat), two: (&Effect, &Seat)) -> Option<Finding> {
    let both = view.solver.meet(one.1.truth.as_ref()?, two.1.truth.as_ref()?).ok()?;
    let witness = holding(book, &view.solver, &both, &Claim::Together(one.0.place, two.0.place))?;
    let (first, second) = (book.span(one.0.place), book.span(two.0.place));
    let text = Text::new("actions-conflict").with("one", book.written(first)).with("two", book.written(second));
    Some(Finding::new(text, second).and(first, "other").shown_by(witness))
}
