//! What a log says of a playbook: how often each item would have acted, which never would, and which thresholds sit where a
//! small step changes most.
//!
//! The thresholds are looked at while the playbook runs over the log: beside each condition with a threshold stands one that
//! never holds, at which the value compared is written down whenever the rest of the condition is true.

use super::book::Book;
use super::finding::{Finding, Group};
use super::judge::clauses;
use super::rules::LINTS;
use crate::engine::{Gate, Program, ProgramError, Tested, Watch};
use crate::l10n::Text;
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::{HandlerId, ItemId};
use crate::plan::value::Value;
use crate::plan::{Item, Plan, ScheduledWork};
use crate::simulate::Report;
use crate::syntax::span::Span;
use crate::time::Duration;
use rust_decimal::Decimal;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// One threshold that is looked at.
#[derive(Clone, Debug)]
struct Threshold {
    span: Span,
    /// The handler that never holds.
    probe: HandlerId,
    item: ItemId,
    op: Comparison,
    left: Expr,
    bound: Value,
    /// What else must be true.
    others: Vec<Expr>,
}

/// The thresholds of a playbook, and a program that has them looked at.
pub struct Probed {
    /// What runs: it decides the same as the playbook.
    pub program: Program,
    thresholds: Vec<Threshold>,
}

/// The values met at each threshold.
pub struct Values<'p> {
    probed: &'p Probed,
    met: RefCell<Vec<BTreeMap<Decimal, u64>>>,
}

/// How often one item acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acted {
    /// Its name.
    pub item: String,
    /// `rule`, `flow` …
    pub sort: &'static str,
    /// How often.
    pub times: u64,
}

/// What a log says.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// How many events there were.
    pub events: u64,
    /// Every item that can act, in the order of the files.
    pub acted: Vec<Acted>,
    /// What is to be told of it.
    pub findings: Vec<Finding>,
}

impl Probed {
    /// Puts something that looks on beside every threshold.
    ///
    /// # Errors
    /// Where the plan cannot be made ready.
    pub fn new(book: &Book<'_>) -> Result<Probed, ProgramError> {
        let mut plan: Plan = book.plan.clone();
        let mut thresholds = Vec::new();
        for case in &book.cases {
            let clauses = clauses(book, case.when);
            for (position, (span, clause)) in clauses.iter().enumerate() {
                let Some((op, left, bound)) = threshold(clause) else { continue };
                let others = clauses.iter().enumerate().filter(|(other, _)| *other != position);
                let probe = HandlerId(plan.handlers.len() as u32);
                let mut handler = case.handler.clone();
                handler.when = Some(Expr::Const(Value::Bool(false)));
                handler.effects.clear();
                handler.otherwise.clear();
                (handler.select, handler.once) = (None, None);
                plan.handlers.push(handler);
                for scheduled in &mut plan.schedules {
                    if let ScheduledWork::Handlers(handlers) = &mut scheduled.what
                        && handlers.contains(&case.id)
                    {
                        handlers.push(probe);
                    }
                }
                thresholds.push(Threshold {
                    span: *span,
                    probe,
                    item: case.handler.item,
                    op,
                    left: left.clone(),
                    bound: bound.clone(),
                    others: others.map(|(_, (_, clause))| clause.clone()).collect(),
                });
            }
        }
        Ok(Probed { program: Program::new(plan)?, thresholds })
    }
}

/// A comparison of something with a fixed bound, the bound on the right.
fn threshold(clause: &Expr) -> Option<(Comparison, &Expr, &Value)> {
    let Expr::Compare { op, left, right } = clause else { return None };
    let ordered = !matches!(op, Comparison::Equal | Comparison::NotEqual);
    let measures = |value: &Value| matches!(value, Value::Number(_) | Value::Money(_) | Value::Duration(_));
    match (&**left, &**right) {
        (Expr::Const(_), Expr::Const(_)) => None,
        (left, Expr::Const(bound)) if ordered && measures(bound) => Some((*op, left, bound)),
        (Expr::Const(bound), right) if ordered && measures(bound) => Some((op.turned(), right, bound)),
        _ => None,
    }
}

impl<'p> Values<'p> {
    /// Nothing has been met yet.
    #[must_use]
    pub fn new(probed: &'p Probed) -> Values<'p> {
        Values { probed, met: RefCell::new(vec![BTreeMap::new(); probed.thresholds.len()]) }
    }
}

impl Watch for Values<'_> {
    fn wants(&self, item: ItemId) -> bool {
        self.probed.thresholds.iter().any(|threshold| threshold.item == item)
    }

    fn missed(&self, missed: &Tested<'_>) {
        if missed.gate != Gate::When {
            return;
        }
        let handlers = &self.probed.program.plan.handlers;
        let is_probe = |threshold: &&Threshold| {
            let when = handlers.get(threshold.probe.index()).and_then(|handler| handler.when.as_ref());
            when.is_some_and(|when| std::ptr::eq(when, missed.condition))
        };
        let of_item = |(_, threshold): &(usize, &Threshold)| threshold.item == missed.item;
        let found =
            self.probed.thresholds.iter().enumerate().filter(of_item).find(|(_, threshold)| is_probe(threshold));
        let Some((position, threshold)) = found else { return };
        if !threshold.others.iter().all(|other| missed.value(other).is_true()) {
            return;
        }
        let Some(at) = super::solver::place(&missed.value(&threshold.left)) else { return };
        if let Some(met) = self.met.borrow_mut().get_mut(position) {
            *met.entry(at).or_default() += 1;
        }
    }
}

/// A change of the result from which on a threshold is told of: by a quarter, and by ten at least.
const SHARE: u64 = 4;
const LEAST: u64 = 10;

impl History {
    /// What a run over a log has come to.
    #[must_use]
    pub fn of(book: &Book<'_>, report: &Report, values: &Values<'_>) -> History {
        let mut history = History { events: report.read.events, ..History::default() };
        for figures in &report.items {
            let is_it = |item: &&Item| book.plan.places.get(item.place.index()) == Some(&figures.source);
            let Some(item) = book.plan.items.iter().find(is_it) else { continue };
            if !item.sort.decides() {
                continue;
            }
            let (sort, times) = (figures.sort, figures.fired);
            history.acted.push(Acted { item: figures.name.clone(), sort, times });
            if times == 0 {
                let text = Text::new("log-never-acts").with("name", figures.name.as_str());
                let text = text.with("events", i64::try_from(history.events).unwrap_or(i64::MAX));
                history.findings.push(told("log-never-acts", Finding::new(text, book.span(item.place))));
            }
        }
        let met = values.met.borrow();
        let thresholds = values.probed.thresholds.iter().zip(met.iter());
        history.findings.extend(thresholds.filter_map(|(threshold, met)| threshold.told(book, met)));
        super::sort(book, &mut history.findings);
        history
    }
}

fn told(lint: &'static str, finding: Finding) -> Finding {
    let group = LINTS.iter().find(|known| known.name == lint).map_or(Group::Suspicious, |lint| lint.group);
    Finding { lint, group, ..finding }
}

impl Threshold {
    fn told(&self, book: &Book<'_>, met: &BTreeMap<Decimal, u64>) -> Option<Finding> {
        let bound = super::solver::place(&self.bound)?;
        let step = if bound.fract().is_zero() && matches!(self.bound, Value::Number(_)) {
            Decimal::ONE
        } else {
            bound.abs().checked_div(Decimal::TEN)?
        };
        let holds = |bound: Decimal| -> u64 {
            let passes = |at: &Decimal| match self.op {
                Comparison::Less => *at < bound,
                Comparison::LessOrEqual => *at <= bound,
                Comparison::Greater => *at > bound,
                _ => *at >= bound,
            };
            met.iter().filter(|(at, _)| passes(at)).map(|(_, count)| count).sum()
        };
        let (low, high) = (bound.checked_sub(step)?, bound.checked_add(step)?);
        let (now, below, above) = (holds(bound), holds(low), holds(high));
        let change = now.abs_diff(below).max(now.abs_diff(above));
        if change < LEAST || change * SHARE < now {
            return None;
        }
        let shown = |at: Decimal| book.plan.expression(&Expr::Const(self.like(at)));
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let text = Text::new("log-threshold").with("written", book.written(self.span));
        let text = text.with("now", count(now)).with("below", count(below)).with("above", count(above));
        let text = text.with("low", shown(low)).with("high", shown(high));
        Some(told("log-threshold", Finding::new(text, self.span)))
    }

    /// A bound of the same unit.
    fn like(&self, at: Decimal) -> Value {
        use rust_decimal::prelude::ToPrimitive;
        match self.bound {
            Value::Money(_) => Value::Money(at.normalize()),
            Value::Duration(_) => Value::Duration(Duration::from_ms(at.to_i64().unwrap_or_default())),
            _ => Value::Number(at.normalize()),
        }
    }
}
