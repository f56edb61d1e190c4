//! Looks on while a log is run, and keeps what may be asked for.

use super::node::{Node, Truth};
use crate::engine::{Gate, Limited, Program, Spent, Tested, Watch};
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::ItemId;
use crate::time::Instant;
use std::cell::RefCell;

/// What the question is about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Some decision: nothing is known of it before it comes.
    Decision,
    /// An item for a member, by the member's id, and perhaps in one group.
    Member { item: ItemId, member: String, group: Option<String> },
}

/// One condition that was tested.
#[derive(Clone, Debug)]
pub struct Test {
    pub item: ItemId,
    pub gate: Gate,
    pub keys: Keys,
    pub at: Instant,
    /// The id of the event at hand.
    pub event: Option<String>,
    pub truth: Truth,
    pub node: Node,
    /// The condition itself.
    pub condition: Expr,
    /// How many of the parts that must all be true were true before the first that was not, and how far that one was
    /// from being true: 0 is as near as can be.
    pub reached: usize,
    pub distance: f64,
    /// The first part that was not true.
    pub stopped: Option<Expr>,
}

/// Somebody who looks on.
#[derive(Debug)]
pub struct Looker<'a> {
    program: &'a Program,
    asked: Asked,
    /// Whether the times of all events that were counted are kept, not only the last.
    all_events: bool,
    pub(super) tests: RefCell<Vec<Test>>,
    pub(super) limits: RefCell<Vec<Limited>>,
    pub(super) spent: RefCell<Vec<Spent>>,
}

impl<'a> Looker<'a> {
    /// Looks on for the sake of one question.
    #[must_use]
    pub fn new(program: &'a Program, asked: Asked, all_events: bool) -> Looker<'a> {
        Looker {
            program,
            asked,
            all_events,
            tests: RefCell::default(),
            limits: RefCell::default(),
            spent: RefCell::default(),
        }
    }

    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// What belongs to earlier instants is not asked for any more.
    fn forget_before(&self, at: Instant) {
        let mut tests = self.tests.borrow_mut();
        if tests.last().is_some_and(|test| test.at != at) {
            tests.clear();
        }
        let mut limits = self.limits.borrow_mut();
        if limits.last().is_some_and(|limited| limited.at != at) {
            limits.clear();
        }
    }

    fn is_asked_for(&self, tested: &Tested<'_>) -> bool {
        match &self.asked {
            Asked::Decision => false,
            Asked::Member { item, member, group } => {
                let keys = tested.keys();
                let is = |id: Option<String>, wanted: &str| id.is_some_and(|id| id == wanted);
                let of_member = keys.member.map(|id| tested.text(&crate::plan::value::Value::Member(id)));
                let of_group = keys.group.map(|id| tested.text(&crate::plan::value::Value::Group(id)));
                tested.item == *item
                    && is(of_member, member)
                    && group.as_deref().is_none_or(|group| of_group.is_none() || is(of_group, group))
            }
        }
    }
}

impl Watch for Looker<'_> {
    fn wants(&self, _item: ItemId) -> bool {
        false
    }

    fn missed(&self, _missed: &Tested<'_>) {}

    fn tested(&self, tested: &Tested<'_>) {
        if self.is_asked_for(tested) {
            self.keep(tested);
        }
    }

    fn acts(&self, tested: &Tested<'_>) {
        if matches!(self.asked, Asked::Decision) {
            self.forget_before(tested.at());
            self.keep(tested);
        }
    }

    fn spent(&self, spent: Spent) {
        if matches!(&self.asked, Asked::Member { item, .. } if *item == spent.item) {
            self.spent.borrow_mut().push(spent);
        }
    }

    fn limited(&self, limited: &Limited) {
        match &self.asked {
            Asked::Decision => self.forget_before(limited.at),
            Asked::Member { item, .. } if *item != limited.item || limited.until.is_none() => return,
            Asked::Member { .. } => {}
        }
        self.limits.borrow_mut().push(limited.clone());
    }
}

impl Looker<'_> {
    fn keep(&self, tested: &Tested<'_>) {
        let truth = Truth::of(&tested.value(tested.condition));
        let (reached, stopped) = furthest(tested, tested.condition);
        self.tests.borrow_mut().push(Test {
            item: tested.item,
            gate: tested.gate,
            keys: tested.keys(),
            at: tested.at(),
            event: tested.event().map(str::to_owned),
            truth,
            node: Node::of(self.program, tested, tested.condition, self.all_events),
            condition: tested.condition.clone(),
            reached,
            distance: stopped.as_ref().and_then(|part| super::remedy::distance(tested, part)).unwrap_or(f64::MAX),
            stopped,
        });
    }
}

/// How many parts of nested `and`s are true before the first that is not, and that part.
fn furthest(tested: &Tested<'_>, condition: &Expr) -> (usize, Option<Expr>) {
    let mut parts = Vec::new();
    flatten(condition, &mut parts);
    let reached = parts.iter().take_while(|part| tested.value(part).is_true()).count();
    (reached, parts.get(reached).map(|part| (*part).clone()))
}

fn flatten<'e>(condition: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match condition {
        Expr::And(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        part => parts.push(part),
    }
}
