//! Looks on while a log is run, and keeps what may be asked for.

use super::node::{Node, Truth, local};
use super::seen::Seen;
use crate::engine::{Event, Gate, Limited, Program, Spent, Tested, Watch};
use crate::plan::ItemSort;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::ItemId;
use crate::time::Instant;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What the question is about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Some decision: nothing is known of it before it comes.
    Decision,
    /// A member, by the member's id; perhaps in one group, and perhaps one item alone.
    Member { item: Option<ItemId>, member: String, group: Option<String> },
}

/// One condition that was tested.
#[derive(Clone, Debug)]
pub struct Test {
    pub item: ItemId,
    pub gate: Gate,
    pub keys: Keys,
    pub at: Instant,
    /// The same, as clocks there show it.
    pub on: String,
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

/// What became of an item's conditions for one member.
#[derive(Clone, Debug, Default)]
pub(super) struct Tests {
    /// How often they were tested, and how often they were true.
    pub(super) tested: usize,
    pub(super) held: usize,
    /// The nearest they came without being true, and the last time they were tested without being true.
    pub(super) nearest: Option<Test>,
    pub(super) latest: Option<Test>,
}

/// Somebody who looks on.
#[derive(Debug)]
pub struct Looker<'a> {
    program: &'a Program,
    asked: Asked,
    /// Where all events that were counted are asked for, not only the last: the log so far.
    log: Option<RefCell<Seen>>,
    /// Of a decision: the conditions of this instant on which something acts.
    pub(super) now: RefCell<Vec<Test>>,
    /// Of a decision: the conditions on which flows started or moved, by the event that did it.
    pub(super) starts: RefCell<FxHashMap<String, Vec<Test>>>,
    /// Of a member: what became of the conditions of each item.
    pub(super) items: RefCell<BTreeMap<ItemId, Tests>>,
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
            log: all_events.then(RefCell::default),
            now: RefCell::default(),
            starts: RefCell::default(),
            items: RefCell::default(),
            limits: RefCell::default(),
            spent: RefCell::default(),
        }
    }

    /// An event is about to be handled.
    pub(super) fn meet(&self, event: &Event<'_>) {
        if let Some(log) = &self.log {
            log.borrow_mut().add(event);
        }
    }

    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// What belongs to earlier instants is not asked for any more.
    fn forget_before(&self, at: Instant) {
        let mut now = self.now.borrow_mut();
        if now.last().is_some_and(|test| test.at != at) {
            now.clear();
        }
        let mut limits = self.limits.borrow_mut();
        if limits.last().is_some_and(|limited| limited.at != at) {
            limits.clear();
        }
    }

    fn is_asked_for(&self, tested: &Tested<'_>) -> bool {
        let Asked::Member { item, member, group } = &self.asked else { return false };
        item.is_none_or(|item| item == tested.item)
            && tested.member() == Some(member)
            && group.as_deref().is_none_or(|group| tested.group().is_none_or(|here| here == group))
    }

    /// Keeps a condition on which an event starts or moves a flow: what the flow does days later goes back to it.
    fn keep_start(&self, tested: &Tested<'_>) {
        let is_flow = || {
            let item = self.program.plan.items.get(tested.item.index());
            item.is_some_and(|item| item.sort == ItemSort::Flow)
        };
        if let (Gate::Subject | Gate::Start | Gate::Run, Some(event)) = (tested.gate, tested.event())
            && is_flow()
            && tested.value(tested.condition).is_true()
        {
            let test = self.test(tested, Near::of(tested));
            self.starts.borrow_mut().entry(event.to_owned()).or_default().push(test);
        }
    }

    /// A condition as it was tested, with all its values.
    fn test(&self, tested: &Tested<'_>, near: Near) -> Test {
        let log = self.log.as_ref().map(RefCell::borrow);
        Test {
            item: tested.item,
            gate: tested.gate,
            keys: tested.keys(),
            at: tested.at(),
            on: local(self.program, tested.at()),
            event: tested.event().map(str::to_owned),
            truth: Truth::of(&tested.value(tested.condition)),
            node: Node::of(self.program, tested, tested.condition, log.as_deref()),
            condition: tested.condition.clone(),
            reached: near.reached,
            distance: near.distance,
            stopped: near.stopped,
        }
    }
}

impl Watch for Looker<'_> {
    fn wants(&self, _item: ItemId) -> bool {
        false
    }

    fn missed(&self, _missed: &Tested<'_>) {}

    fn tested(&self, tested: &Tested<'_>) {
        if matches!(self.asked, Asked::Decision) {
            return self.keep_start(tested);
        }
        if !self.is_asked_for(tested) {
            return;
        }
        let mut items = self.items.borrow_mut();
        let tests = items.entry(tested.item).or_default();
        tests.tested += 1;
        if tested.value(tested.condition).is_true() {
            tests.held += 1;
            return;
        }
        let test = self.test(tested, Near::of(tested));
        if tests.nearest.as_ref().is_none_or(|best| is_nearer(&test, best)) {
            tests.nearest = Some(test.clone());
        }
        tests.latest = Some(test);
    }

    fn acts(&self, tested: &Tested<'_>) {
        if !matches!(self.asked, Asked::Decision) {
            return;
        }
        self.forget_before(tested.at());
        self.now.borrow_mut().push(self.test(tested, Near::of(tested)));
    }

    fn spent(&self, spent: Spent) {
        if matches!(&self.asked, Asked::Member { item: Some(item), .. } if *item == spent.item) {
            self.spent.borrow_mut().push(spent);
        }
    }

    fn limited(&self, limited: &Limited) {
        match &self.asked {
            Asked::Decision => self.forget_before(limited.at),
            Asked::Member { item, .. } if *item != Some(limited.item) || limited.until.is_none() => return,
            Asked::Member { .. } => {}
        }
        self.limits.borrow_mut().push(limited.clone());
    }
}

/// How near a condition came.
struct Near {
    reached: usize,
    distance: f64,
    stopped: Option<Expr>,
}

impl Near {
    /// How many parts of nested `and`s are true before the first that is not, that part, and how far it was.
    fn of(tested: &Tested<'_>) -> Near {
        let mut parts = Vec::new();
        flatten(tested.condition, &mut parts);
        let reached = parts.iter().take_while(|part| tested.value(part).is_true()).count();
        let stopped = parts.get(reached).map(|part| (*part).clone());
        let distance = stopped.as_ref().and_then(|part| super::remedy::distance(tested, part)).unwrap_or(f64::MAX);
        Near { reached, distance, stopped }
    }
}

/// Whether a test came nearer than another: more parts were true, or the part that stopped it was less far away.
fn is_nearer(test: &Test, than: &Test) -> bool {
    (test.gate, test.reached) > (than.gate, than.reached)
        || (test.gate, test.reached) == (than.gate, than.reached) && test.distance < than.distance
}

fn flatten<'e>(condition: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match condition {
        Expr::And(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        part => parts.push(part),
    }
}
