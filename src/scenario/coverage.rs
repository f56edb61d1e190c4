//! Which parts of a playbook scenarios have reached: items, conditions, actions, steps.

use crate::engine::{Decision, Program, Reason, Sample, Status, Tested};
use crate::plan::expr::Expr;
use crate::plan::ids::{ItemId, PlaceId};
use crate::plan::value::Value;
use crate::plan::{Act, ItemSort, LatchSort, Plan};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Looks on while scenarios run.
#[derive(Debug)]
pub struct Coverage {
    /// Every operand of every condition, by the place of its condition in memory.
    conditions: BTreeMap<usize, Vec<Operand>>,
    seen: RefCell<Seen>,
}

/// An operand of a condition; the same one is counted once, however often the plan repeats it.
#[derive(Clone, Debug)]
struct Operand {
    number: usize,
    expr: Expr,
}

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    /// Of each operand: whether it was true, and whether it was false.
    operands: Vec<Truths>,
    /// Steps whose condition was tested.
    tested: BTreeSet<usize>,
    /// Places of actions that were decided, and not only missed.
    places: BTreeSet<PlaceId>,
    /// Items that decided something.
    items: BTreeSet<ItemId>,
    /// Limits that stopped something.
    limits: BTreeSet<crate::plan::ids::NameId>,
    metrics: BTreeSet<crate::plan::ids::MetricId>,
    /// Levels that somebody rose or fell to: tiers and level.
    levels: BTreeSet<(ItemId, u8)>,
}

#[derive(Clone, Debug)]
struct Truths {
    item: ItemId,
    expr: Expr,
    was: [bool; 2],
}

/// What was reached of a playbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// Item by item, in the order of the playbook.
    pub items: Vec<ItemReached>,
}

/// What was reached of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemReached {
    /// Its sort and its name: `rule flood`.
    pub title: String,
    /// Where it stands.
    pub source: String,
    /// Whether it acted.
    pub acted: bool,
    /// How many truths of conditions were seen, of how many.
    pub conditions: (u64, u64),
    /// How many actions were decided, of how many.
    pub actions: (u64, u64),
    /// How many steps and levels were reached, of how many.
    pub steps: (u64, u64),
    /// What was not, in words, with its place.
    pub missing: Vec<String>,
}

impl Reached {
    /// What was reached, and of how much.
    #[must_use]
    pub fn sum(&self) -> (u64, u64) {
        self.items.iter().fold((0, 0), |(seen, all), item| {
            let (s, a) = item.sum();
            (seen + s, all + a)
        })
    }

    /// The share that was reached; all of nothing.
    #[must_use]
    pub fn percent(&self) -> f64 {
        let (seen, all) = self.sum();
        if all == 0 { 100.0 } else { seen as f64 * 100.0 / all as f64 }
    }
}

impl ItemReached {
    fn sum(&self) -> (u64, u64) {
        let parts = [(u64::from(self.acted), 1), self.conditions, self.actions, self.steps];
        parts.iter().fold((0, 0), |(seen, all), (s, a)| (seen + s, all + a))
    }
}

fn address(condition: &Expr) -> usize {
    std::ptr::from_ref(condition) as usize
}

impl Coverage {
    /// Nothing of the program has been reached.
    #[must_use]
    pub fn new(program: &Program) -> Coverage {
        let mut operands: Vec<Truths> = Vec::new();
        let mut conditions = BTreeMap::new();
        for (item, condition) in written(&program.plan) {
            let mut parts = Vec::new();
            split(condition, &mut parts);
            let numbered = parts.into_iter().map(|expr| {
                let known = operands.iter().position(|operand| operand.item == item && operand.expr == *expr);
                let number = known.unwrap_or_else(|| {
                    operands.push(Truths { item, expr: expr.clone(), was: [false; 2] });
                    operands.len() - 1
                });
                Operand { number, expr: expr.clone() }
            });
            conditions.insert(address(condition), numbered.collect());
        }
        Coverage { conditions, seen: RefCell::new(Seen { operands, ..Seen::default() }) }
    }

    /// A condition was tested.
    pub fn tested(&self, tested: &Tested<'_>) {
        let address = address(tested.condition);
        let mut seen = self.seen.borrow_mut();
        seen.tested.insert(address);
        for operand in self.conditions.get(&address).into_iter().flatten() {
            let Value::Bool(truth) = tested.value(&operand.expr) else { continue };
            if let Some(slot) = seen.operands.get_mut(operand.number).and_then(|o| o.was.get_mut(usize::from(truth))) {
                *slot = true;
            }
        }
    }

    /// Something was decided.
    pub fn decided(&self, decision: &Decision) {
        let mut seen = self.seen.borrow_mut();
        if let Some(Reason::Limit(limit)) = decision.reason {
            seen.limits.insert(limit);
        }
        if decision.status == Status::Missed {
            return;
        }
        seen.items.insert(decision.item);
        seen.places.insert(decision.place);
        for (name, value) in &decision.args {
            if let (true, Value::Tier(_, level)) = (name == "to", value) {
                seen.levels.insert((decision.item, *level));
            }
        }
    }

    /// A metric was sampled.
    pub fn sampled(&self, sample: &Sample) {
        self.seen.borrow_mut().metrics.insert(sample.metric);
    }

    /// What has been reached so far.
    #[must_use]
    pub fn reached(&self, program: &Program) -> Reached {
        let seen = self.seen.borrow();
        // A budget does nothing that could be reached.
        let items = (0u32..).map(ItemId).zip(&program.plan.items).filter(|(_, item)| item.sort != ItemSort::Budget);
        Reached { items: items.map(|(id, _)| ItemSeen { program, seen: &seen, id }.reached()).collect() }
    }
}

/// The conditions of a plan that somebody has written, with their items.
fn written(plan: &Plan) -> Vec<(ItemId, &Expr)> {
    let mut all: Vec<(ItemId, &Expr)> = Vec::new();
    for handler in &plan.handlers {
        let sort = plan.items.get(handler.item.index()).map(|item| item.sort);
        all.extend(handler.subject.filter.iter().map(|filter| (handler.item, filter)));
        // Ladders and tiers make conditions of their own.
        if matches!(sort, Some(ItemSort::Rule | ItemSort::Calendar)) {
            all.extend(handler.when.iter().map(|when| (handler.item, when)));
        }
    }
    for timeline in &plan.timelines {
        let edges = timeline.edges.iter().filter_map(|edge| edge.when.as_ref());
        let steps = timeline.steps.iter().filter_map(|step| step.when.as_ref());
        let goal = timeline.goal.iter().map(|goal| &goal.when);
        let conditions = timeline.subject.filter.iter().chain(edges).chain(goal).chain(steps);
        all.extend(conditions.map(|condition| (timeline.item, condition)));
    }
    for latch in &plan.latches {
        all.extend(latch.subject.filter.iter().chain(&latch.levels).map(|condition| (latch.item, condition)));
    }
    all
}

/// The operands of `and` and `or`; what is always the same is left out.
fn split<'e>(condition: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match condition {
        Expr::And(inner) | Expr::Or(inner) => inner.iter().for_each(|part| split(part, parts)),
        Expr::Const(_) => {}
        part => parts.push(part),
    }
}

/// One item and what was seen.
struct ItemSeen<'a> {
    program: &'a Program,
    seen: &'a Seen,
    id: ItemId,
}

impl ItemSeen<'_> {
    fn reached(&self) -> ItemReached {
        let plan = &self.program.plan;
        let item = plan.items.get(self.id.index());
        let source = item.and_then(|item| plan.places.get(item.place.index())).cloned().unwrap_or_default();
        let sort = item.map_or("", |item| item.sort.word());
        let mut missing = Vec::new();
        let acted = self.acted();
        if !acted {
            missing.push(format!("{source}: never acted"));
        }
        let conditions = self.conditions(&source, &mut missing);
        let actions = self.actions(&mut missing);
        let steps = self.steps(&mut missing);
        let title = format!("{sort} {}", self.program.item_name(self.id));
        ItemReached { title, source, acted, conditions, actions, steps, missing }
    }

    fn acted(&self) -> bool {
        let plan = &self.program.plan;
        let Some(item) = plan.items.get(self.id.index()) else { return false };
        match item.sort {
            ItemSort::Limit => self.seen.limits.contains(&item.name),
            ItemSort::Metric => self
                .seen
                .metrics
                .iter()
                .any(|metric| plan.metrics.get(metric.index()).is_some_and(|metric| metric.name == item.name)),
            ItemSort::Segment => {
                // A segment decides nothing: somebody was inside.
                let latch = plan.latches.iter().find(|latch| latch.item == self.id);
                let whole = latch.and_then(|latch| latch.levels.first());
                let mut parts = Vec::new();
                whole.iter().for_each(|whole| split(whole, &mut parts));
                let mine = self.seen.operands.iter().filter(|operand| operand.item == self.id);
                mine.filter(|operand| parts.contains(&&operand.expr)).any(|operand| operand.was == [true, true])
                    || parts.is_empty()
            }
            _ => self.seen.items.contains(&self.id),
        }
    }

    fn conditions(&self, source: &str, missing: &mut Vec<String>) -> (u64, u64) {
        let (mut seen, mut all) = (0, 0);
        for operand in self.seen.operands.iter().filter(|operand| operand.item == self.id) {
            let written = self.program.plan.expression(&operand.expr);
            for (truth, was) in [("false", operand.was.first()), ("true", operand.was.last())] {
                all += 1;
                if was == Some(&true) {
                    seen += 1;
                } else {
                    missing.push(format!("{source}: `{written}` was never {truth}"));
                }
            }
        }
        (seen, all)
    }

    fn actions(&self, missing: &mut Vec<String>) -> (u64, u64) {
        let plan = &self.program.plan;
        let mine = plan.effects.iter().filter(|effect| effect.item == self.id);
        let mut places: BTreeMap<PlaceId, &str> = BTreeMap::new();
        for effect in mine.filter(|effect| !matches!(effect.act, Act::Sample { .. })) {
            places.entry(effect.place).or_insert(self.program.name(effect.name));
        }
        let mut seen = 0;
        for (place, name) in &places {
            if self.seen.places.contains(place) {
                seen += 1;
            } else {
                missing.push(format!("{}: `{name}` was never decided", self.place(*place)));
            }
        }
        (seen, places.len() as u64)
    }

    fn steps(&self, missing: &mut Vec<String>) -> (u64, u64) {
        let plan = &self.program.plan;
        let (mut seen, mut all) = (0, 0);
        let mut count = |reached: bool, place: String, what: &str| {
            all += 1;
            if reached {
                seen += 1;
            } else {
                missing.push(format!("{place}: {what} was never reached"));
            }
        };
        let decided = |effects: &[crate::plan::ids::EffectId]| {
            let effects = effects.iter().filter_map(|id| plan.effects.get(id.index()));
            effects.map(|effect| effect.place).any(|place| self.seen.places.contains(&place))
        };
        for step in plan.timelines.iter().filter(|t| t.item == self.id).flat_map(|t| &t.steps) {
            let tested = step.when.as_ref().is_some_and(|when| self.seen.tested.contains(&address(when)));
            count(tested || decided(&step.effects), self.place(step.place), "this step");
        }
        for (at, id) in plan.tallies.iter().filter(|t| t.item == self.id).flat_map(|t| &t.steps) {
            if let Some(handler) = plan.handlers.get(id.index()) {
                count(decided(&handler.effects), self.place(handler.place), &format!("the step at {at}"));
            }
        }
        for latch in plan.latches.iter().filter(|latch| latch.item == self.id) {
            let LatchSort::Tiers(tiers) = latch.sort else { continue };
            for level in 1..=latch.levels.len() {
                let level = u8::try_from(level).unwrap_or(u8::MAX);
                let reached = self.seen.levels.contains(&(self.id, level));
                let place = plan.items.get(self.id.index()).map(|item| self.place(item.place)).unwrap_or_default();
                count(reached, place, &format!("tier {}", self.program.tier_name(tiers, level)));
            }
        }
        (seen, all)
    }

    fn place(&self, place: PlaceId) -> String {
        self.program.plan.places.get(place.index()).cloned().unwrap_or_default()
    }
}
