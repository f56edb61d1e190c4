//! # no-appeal
//!
//! A ladder that mutes, removes or bans, and hears no appeal.
//!
//! Avoid:
//!
//! ```sop avoid
//! ladder manners for member in group {
//!   at 1 do warn "{reason}"
//!   at 2 do mute 1d
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! ladder manners for member in group {
//!   at 1 do warn "{reason}"
//!   at 2 do mute 1d
//!   appeal within 3d to owner
//! }
//! ```
//!
//! Why: without `appeal` a mistake of the playbook cannot be put right: what is filed or decided has no effect.
//!
//! # sanction-without-warning
//!
//! The first sanction that a member can meet is a removal or a ban, and nobody needs to agree.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3
//!   do remove
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3
//!   do remove needs approval by owner within 24h else drop
//! }
//! ```
//!
//! Why: a condition that is wrong once in a thousand times puts innocent people out before anybody looks.
//!
//! # ladder-exempts
//!
//! A rule that gives a strike leaves out people of a role.
//!
//! Avoid:
//!
//! ```sop avoid
//! ladder manners for member in group { at 1 do warn "{reason}"  appeal within 3d to owner }
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3 and not member is admin
//!   do strike manners because "advertising"
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! ladder manners for member in group { at 1 do warn "{reason}"  appeal within 3d to owner }
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3
//!   do strike manners because "advertising"
//! }
//! ```
//!
//! Why: rules that bind some and not others are not believed in for long. There are good exemptions (posting links may be
//! somebody's office), so this is told only when it is asked for.
//!
//! # ladder-step-unreachable
//!
//! A step of a ladder that no number of strikes can reach: each rule that gives them may do so only so often before they
//! fade.
//!
//! Avoid:
//!
//! ```sop avoid
//! ladder manners for member in group {
//!   strikes last 7d
//!   at 1 do warn "{reason}"
//!   at 3 do mute 1d
//!   appeal within 3d to owner
//! }
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3
//!   do strike manners because "advertising"
//!   once per 30d
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! ladder manners for member in group {
//!   strikes last 90d
//!   at 1 do warn "{reason}"
//!   at 3 do mute 1d
//!   appeal within 3d to owner
//! }
//! rule advert for member in group {
//!   on message.posted
//!   when event.links > 3
//!   do strike manners because "advertising"
//!   once per 30d
//! }
//! ```
//!
//! Why: the step stands there for nothing. A rule without `once`, a weight that is calculated, a strike on somebody else, or
//! a flow that gives strikes makes the sum unknown, and nothing is told.

use crate::l10n::Text;
use crate::lint::book::Book;
use crate::lint::stage::{Stage, proven, waking};
use crate::lint::witness::Claim;
use crate::lint::{Finding, Witness};
use crate::plan::expr::Expr;
use crate::plan::ids::TallyId;
use crate::plan::value::Value;
use crate::plan::{Act, Effect, Fading, Handler, Tally};
use crate::syntax::tree::{Action, ActionKind, Expr as Written, ExprKind, ItemKind, Op};
use crate::time::Duration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

fn puts_out(action: &Action) -> bool {
    matches!(action.kind, ActionKind::Remove { .. } | ActionKind::Ban { .. })
}

pub(super) fn no_appeal(book: &Book<'_>) -> Vec<Finding> {
    let found = book.tree.items.iter().filter_map(|item| {
        let ItemKind::Ladder(ladder) = &item.kind else { return None };
        let hard = |action: &&Action| puts_out(action) || matches!(action.kind, ActionKind::Mute { .. });
        let action = ladder.steps.iter().flat_map(|step| &step.do_).find(hard)?;
        let text = Text::new("no-appeal").with("ladder", ladder.head.name.text.as_str());
        let name = ladder.head.name.span;
        ladder.appeal.is_none().then(|| Finding::new(text, name).and(action.span, "sanction"))
    });
    found.collect()
}

pub(super) fn without_warning(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |actions: &[Action]| {
        let sudden = actions.iter().find(|action| puts_out(action) && action.approval.is_none());
        found.extend(sudden.map(|action| Finding::new(Text::new("sanction-without-warning"), action.span)));
    };
    for item in &book.tree.items {
        match &item.kind {
            ItemKind::Ladder(ladder) => ladder.steps.first().into_iter().for_each(|step| tell(&step.do_)),
            ItemKind::Rule(rule) => rule.branches.iter().for_each(|branch| {
                tell(&branch.do_);
                tell(&branch.otherwise);
            }),
            _ => {}
        }
    }
    found
}

/// `not member is ROLE` among the conditions that must all hold.
fn exemption(expr: &Written) -> Option<&Written> {
    match &expr.kind {
        ExprKind::Binary { op: Op::And, left, right } => exemption(left).or_else(|| exemption(right)),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Binary { op: Op::Equal, .. } => Some(expr),
            _ => None,
        },
        ExprKind::Binary { op: Op::NotEqual, .. } => Some(expr),
        _ => None,
    }
}

pub(super) fn exempts(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for case in &book.cases {
        let strikes = case.actions.iter().any(|action| matches!(action.kind, ActionKind::Strike { .. }));
        let Some(part) = case.when.filter(|_| strikes).and_then(exemption) else { continue };
        let Some(Expr::Not(inner)) = book.sites.conditions.get(&part.span) else { continue };
        if let Expr::HasRole { role, .. } = &**inner {
            found.push(Finding::new(Text::new("ladder-exempts").with("role", book.name(*role)), part.span));
        }
    }
    found
}

pub(super) fn unreachable(book: &Book<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (position, tally) in book.plan.tallies.iter().enumerate() {
        let Some(most) = most(book, TallyId(position as u16), tally) else { continue };
        for (threshold, handler) in tally.steps.iter().filter(|(threshold, _)| Decimal::from(*threshold) > most) {
            let Some(handler) = book.plan.handlers.get(handler.index()) else { continue };
            let text = Text::new("ladder-step-unreachable").with("step", *threshold);
            let text = text.with("most", most.normalize().to_string()).with("ladder", book.name(tally.name));
            let shown = struck(book, TallyId(position as u16), handler, most);
            found.push(Finding::new(text, book.span(handler.place)).shown_by(shown));
        }
    }
    found
}

/// The greatest sum of strikes that count at one time, where it can be known.
fn most(book: &Book<'_>, id: TallyId, tally: &Tally) -> Option<Decimal> {
    let strikes = |effect: &&Effect| matches!(&effect.act, Act::Strike { tally, .. } if *tally == id);
    let all = book.plan.effects.iter().filter(strikes).count();
    let (mut sum, mut seen) = (Decimal::ZERO, 0);
    for handler in &book.plan.handlers {
        for effect in handler.effects.iter().filter_map(|id| book.effect(*id)).filter(strikes) {
            seen += 1;
            sum += weight(effect)?.checked_mul(times(handler, tally)?)?;
        }
    }
    (seen == all && seen > 0).then_some(sum)
}

/// Strikes as often as the first rule that gives them may, and one more: the step does not act.
fn struck(book: &Book<'_>, tally: TallyId, step: &Handler, most: Decimal) -> Option<Witness> {
    let silent = Claim::Silent(step.effects.first().and_then(|id| book.effect(*id))?.place);
    let strike = |effect: &Effect| matches!(&effect.act, Act::Strike { tally: of, .. } if *of == tally);
    for view in book.views() {
        for seat in &view.seats {
            let Some(case) = book.cases.get(seat.case) else { continue };
            let mut given = case.handler.effects.iter().filter_map(|id| book.effect(*id));
            let (Some(effect), Some(truth)) = (given.find(|effect| strike(effect)), &seat.truth) else { continue };
            let Some(cube) = truth.0.first() else {
                // A rule that never acts gives no strikes either.
                return waking(book, case.id, &silent);
            };
            let claim = Claim::All(vec![Claim::Acts(effect.place), silent.clone()]);
            let per = case.handler.once.and_then(|once| once.per).unwrap_or(Duration::from_days(1));
            let mut stage = Stage::new(book.plan, book.now);
            let times = most.to_u32().unwrap_or(0).min(20) + 1;
            for _ in 0..times {
                stage.arrange(&view.solver, cube);
                stage.at += per;
            }
            let until = stage.at;
            if let Some(witness) = proven(book, stage.witness(Some(until), claim)) {
                return Some(witness);
            }
        }
    }
    None
}

fn weight(effect: &Effect) -> Option<Decimal> {
    match &effect.act {
        Act::Strike { weight: Expr::Const(Value::Number(weight)), .. } if effect.to.is_none() => Some(*weight),
        _ => None,
    }
}

/// How often a handler can give strikes that count at one time.
fn times(handler: &Handler, tally: &Tally) -> Option<Decimal> {
    let same = handler.subject.scope == tally.scope && handler.subject.per.is_none();
    let once = handler.once.filter(|_| same)?;
    match (once.per, &tally.fading) {
        (None, _) => Some(Decimal::ONE),
        // `(now - D, now]` holds one more than fits into it.
        (Some(per), Fading::Last(during)) if per.ms() > 0 => Some(Decimal::from((during.ms() - 1) / per.ms() + 1)),
        _ => None,
    }
}
