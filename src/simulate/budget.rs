//! Budgets measured: what was done, counted as it comes, and where it was more than a budget allows.

use super::driver::{Moment, Sink};
use crate::engine::{Decision, Output, Program, State, Status};
use crate::plan::expr::Keys;
use crate::plan::ids::NameId;
use crate::plan::value::Value;
use crate::plan::{Budget, BudgetCap, Cap, CapPer};
use crate::time::{Calendar, Instant};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::io;

/// How many of a budget's overruns are told one by one, the largest first.
pub const KEPT_OVERRUNS: usize = 5;

/// What a budget came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetFigures {
    /// Its name.
    pub name: String,
    /// `file:line:col`
    pub source: String,
    /// How often it was broken: by one subject in one time, whatever the number of actions.
    pub overruns: u64,
    /// How many actions were done beyond it.
    pub beyond: u64,
    /// How many subjects broke it.
    pub subjects: u64,
    /// The largest overruns, the largest first, the earlier before the later.
    pub largest: Vec<Overrun>,
}

impl BudgetFigures {
    /// Whether more was done than it allows.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.overruns > 0
    }
}

/// More than a budget allows, by one subject in one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// `at most 5 per day`
    pub cap: String,
    /// The group, if the budget is for groups or members of groups.
    pub group: Option<String>,
    /// The member, if the budget is for members.
    pub member: Option<String>,
    /// The role, where each role has a budget of its own.
    pub role: Option<String>,
    /// How many actions at the most.
    pub count: u64,
    /// How many are allowed.
    pub most: u32,
    /// When the period began; of a trailing time, when the oldest action in it was done.
    pub from: Instant,
    /// When the first action beyond the budget was done.
    pub at: Instant,
    /// The id of that decision.
    pub id: String,
    /// Its action.
    pub action: String,
    /// The name of the item that decided it.
    pub item: String,
    /// `file:line:col` of the action.
    pub decided: String,
}

/// One subject, and its role where each has a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Spender {
    keys: Keys,
    role: Option<NameId>,
}

/// What one subject has spent of one cap.
struct Spent {
    /// When the period began that is counted.
    from: Instant,
    /// How much, in that period.
    count: u64,
    /// For a trailing time: when what still counts was done.
    times: VecDeque<Instant>,
    /// The overrun that goes on, by its place in the list.
    open: Option<usize>,
}

/// An overrun with its subject by number.
struct Found {
    spender: Spender,
    /// Which cap of the budget.
    cap: usize,
    count: u64,
    from: Instant,
    first: Decision,
}

/// The measure of one budget.
#[derive(Default)]
struct Measure {
    spent: FxHashMap<(usize, Spender), Spent>,
    found: Vec<Found>,
    beyond: u64,
}

/// Measures all budgets of a playbook.
pub struct Budgets<'a> {
    program: &'a Program,
    measures: Vec<Measure>,
}

impl<'a> Budgets<'a> {
    /// Nothing has been spent.
    #[must_use]
    pub fn new(program: &'a Program) -> Budgets<'a> {
        Budgets { program, measures: program.plan.budgets.iter().map(|_| Measure::default()).collect() }
    }

    /// Counts a decision, if it is an action that was done.
    fn decision(&mut self, moment: &Moment<'_>, decision: &Decision) {
        if decision.status != Status::Done {
            return;
        }
        let calendar = &self.program.plan.community.calendar;
        for (budget, measure) in self.program.plan.budgets.iter().zip(&mut self.measures) {
            for keys in moment.state.spenders(self.program, budget, decision) {
                measure.spend(calendar, budget, keys, decision);
            }
        }
    }

    /// What all budgets came to, in the order of the playbook.
    #[must_use]
    pub fn finish(&mut self, state: &State) -> Vec<BudgetFigures> {
        let measures = std::mem::take(&mut self.measures);
        let budgets = self.program.plan.budgets.iter().zip(measures);
        budgets.map(|(budget, measure)| measure.figures(self.program, state, budget)).collect()
    }
}

impl Sink for Budgets<'_> {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        if !self.measures.is_empty() {
            output.decisions.iter().for_each(|decision| self.decision(moment, decision));
        }
        Ok(())
    }
}

impl Spent {
    fn new() -> Spent {
        Spent { from: Instant::MIN, count: 0, times: VecDeque::new(), open: None }
    }

    /// Counts one more action; answers how many there are with it, and since when they are counted.
    fn add(&mut self, calendar: &Calendar, cap: &Cap, at: Instant) -> (u64, Instant) {
        let window = cap.window(calendar, at);
        if matches!(cap.per, CapPer::Trailing(_)) {
            while self.times.front().is_some_and(|at| *at < window.start) {
                self.times.pop_front();
            }
            self.times.push_back(at);
            return (self.times.len() as u64, self.times.front().copied().unwrap_or(at));
        }
        if self.from != window.start {
            *self = Spent { from: window.start, ..Spent::new() };
        }
        self.count += 1;
        (self.count, self.from)
    }
}

impl Measure {
    fn spend(&mut self, calendar: &Calendar, budget: &Budget, keys: Keys, decision: &Decision) {
        for (number, cap) in budget.caps.iter().enumerate() {
            let role = cap.per_role.then(|| role_of(decision)).flatten();
            let spender = Spender { keys, role };
            let spent = self.spent.entry((number, spender)).or_insert_with(Spent::new);
            let (count, from) = spent.add(calendar, &cap.cap, decision.at);
            if count <= u64::from(cap.cap.most) {
                spent.open = None;
                continue;
            }
            self.beyond += 1;
            match spent.open.and_then(|open| self.found.get_mut(open)) {
                Some(open) => open.count = open.count.max(count),
                None => {
                    spent.open = Some(self.found.len());
                    self.found.push(Found { spender, cap: number, count, from, first: decision.clone() });
                }
            }
        }
    }

    fn figures(mut self, program: &Program, state: &State, budget: &Budget) -> BudgetFigures {
        let excess = |found: &Found| {
            let most = budget.caps.get(found.cap).map_or(0, |cap| cap.cap.most);
            found.count.saturating_sub(u64::from(most))
        };
        let overruns = self.found.len() as u64;
        let subjects: FxHashSet<Spender> = self.found.iter().map(|found| found.spender).collect();
        self.found.sort_by(|a, b| excess(b).cmp(&excess(a)).then(a.first.at.cmp(&b.first.at)));
        let largest = self.found.iter().take(KEPT_OVERRUNS);
        BudgetFigures {
            name: program.name(budget.name).to_owned(),
            source: place(program, program.plan.items.get(budget.item.index()).map(|item| item.place.index())),
            overruns,
            beyond: self.beyond,
            subjects: subjects.len() as u64,
            largest: largest.filter_map(|found| found.told(program, state, budget.caps.get(found.cap)?)).collect(),
        }
    }
}

impl Found {
    fn told(&self, program: &Program, state: &State, cap: &BudgetCap) -> Option<Overrun> {
        let decision = &self.first;
        Some(Overrun {
            cap: cap.to_string(),
            group: self.spender.keys.group.map(|group| state.group_text(group).to_owned()),
            member: self.spender.keys.member.map(|member| state.member_text(member).to_owned()),
            role: self.spender.role.map(|role| program.name(role).to_owned()),
            count: self.count,
            most: cap.cap.most,
            from: self.from,
            at: decision.at,
            id: decision.id.to_string(),
            action: program.name(decision.action).to_owned(),
            item: program.item_name(decision.item).to_owned(),
            decided: place(program, Some(decision.place.index())),
        })
    }
}

fn place(program: &Program, place: Option<usize>) -> String {
    place.and_then(|place| program.plan.places.get(place)).cloned().unwrap_or_default()
}

fn role_of(decision: &Decision) -> Option<NameId> {
    decision.args.iter().find_map(|(name, value)| match value {
        Value::Name(role) if name == "role" => Some(*role),
        _ => None,
    })
}
