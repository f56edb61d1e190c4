//! Why one decision was taken.

use super::looker::{Looker, Test};
use super::node::local;
use super::sentence;
use crate::engine::{Decision, Event, Gate, Limited, Output, Program, State, Status};
use crate::plan::EdgeSort;
use crate::plan::ids::ItemId;
use crate::simulate::{Moment, Recorder, Sink};
use crate::time::Instant;
use rustc_hash::FxHashMap;
use std::io;

/// The answer.
#[derive(Clone, Debug)]
pub struct Why {
    pub decision: DecisionSeen,
    /// What became of it, where it was deferred or held first: every time it was recorded.
    pub became: Vec<(String, &'static str, Option<String>)>,
    /// What led to it, the nearest first.
    pub causes: Vec<CauseSeen>,
    /// The conditions of its item that were tested for it.
    pub tests: Vec<Test>,
    /// Of a ladder's step: the strikes that count and those that do not.
    pub strikes: Option<Strikes>,
    /// The limits that were asked.
    pub limits: Vec<LimitSeen>,
    /// What may be told to the member.
    pub sentence: Option<String>,
}

/// A decision in words.
#[derive(Clone, Debug)]
pub struct DecisionSeen {
    pub id: String,
    pub at: String,
    pub action: String,
    pub group: Option<String>,
    pub member: Option<String>,
    /// Arguments as JSON.
    pub args: String,
    pub status: &'static str,
    pub reason: Option<String>,
    pub item: String,
    pub source: String,
    /// `rule`, `ladder` …
    pub sort: &'static str,
    /// How sure it is that it would have been made: `certain`, `depends`, `unknowable`.
    pub certainty: &'static str,
    /// The id of what led to it directly.
    pub cause: Option<String>,
}

/// One link of the chain of causes.
#[derive(Clone, Debug)]
pub struct CauseSeen {
    pub id: String,
    pub sort: CauseSort,
}

/// What a link is.
#[derive(Clone, Debug)]
pub enum CauseSort {
    Event {
        kind: String,
        at: String,
        group: Option<String>,
        member: Option<String>,
    },
    /// Another decision, with the conditions that led to it.
    Decision {
        decision: Box<DecisionSeen>,
        tests: Vec<Test>,
    },
    /// An instant of an item's schedule.
    Schedule {
        item: String,
        at: String,
    },
    /// Something that no decision and no recorded event stands for, as the beginning of a membership.
    Other,
}

/// The strikes of a ladder.
#[derive(Clone, Debug)]
pub struct Strikes {
    pub ladder: String,
    pub total: u32,
    /// The totals at which something happens.
    pub steps: Vec<u32>,
    pub strikes: Vec<StrikeLine>,
}

/// One strike in words.
#[derive(Clone, Debug)]
pub struct StrikeLine {
    pub at: String,
    pub weight: u32,
    pub decision: String,
    pub group: Option<String>,
    /// `counts`, `faded on …`, `taken back`
    pub state: String,
}

/// What a limit said.
#[derive(Clone, Debug)]
pub struct LimitSeen {
    pub limit: String,
    /// What was counted, and what each cap allows.
    pub caps: Vec<(usize, u32)>,
    /// Until when it stopped the action; `None` where it let it pass.
    pub until: Option<String>,
}

impl LimitSeen {
    pub(super) fn of(program: &Program, limited: &Limited) -> LimitSeen {
        let limit = program.plan.limits.get(limited.limit.index());
        LimitSeen {
            limit: limit.map_or("", |limit| program.name(limit.name)).to_owned(),
            caps: limited.counted.iter().map(|counted| (counted.count, counted.most)).collect(),
            until: limited.until.map(|until| when(program, until)),
        }
    }
}

/// Waits for a decision.
pub struct WhySink<'a> {
    program: &'a Program,
    looker: &'a Looker<'a>,
    id: String,
    events: FxHashMap<String, CauseSort>,
    decisions: FxHashMap<String, DecisionSeen>,
    /// The conditions on which tasks were given, by decision.
    earlier: FxHashMap<String, Vec<Test>>,
    /// The event at hand: its id and what it is.
    now: Option<(String, CauseSort)>,
    why: Option<Why>,
    done: bool,
}

impl<'a> WhySink<'a> {
    /// Waits for the decision of this id, or of the only one that begins so.
    #[must_use]
    pub fn new(program: &'a Program, looker: &'a Looker<'a>, id: &str) -> WhySink<'a> {
        WhySink {
            program,
            looker,
            id: id.to_owned(),
            events: FxHashMap::default(),
            decisions: FxHashMap::default(),
            earlier: FxHashMap::default(),
            now: None,
            why: None,
            done: false,
        }
    }

    /// Whether the decision has been settled: the run may stop.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// The answer, or the ids of decisions that are spelt alike.
    ///
    /// # Errors
    /// The ids most like it, where there is no such decision.
    pub fn answer(self) -> Result<Why, Vec<String>> {
        match self.why {
            Some(why) => Ok(why),
            None => {
                let mut near: Vec<(usize, String)> =
                    self.decisions.into_keys().map(|id| (strsim::hamming(&id, &self.id).unwrap_or(99), id)).collect();
                near.sort_unstable();
                Err(near.into_iter().filter(|(slips, _)| *slips <= 6).take(3).map(|(_, id)| id).collect())
            }
        }
    }

    fn take(&mut self, moment: &Moment<'_>, decision: &Decision, seen: DecisionSeen) {
        let settles = !matches!(decision.status, Status::Deferred | Status::Held);
        let record = (seen.at.clone(), seen.status, seen.reason.clone());
        if let Some(why) = &mut self.why {
            why.became.push(record);
            why.decision.status = seen.status;
            why.decision.reason = seen.reason;
        } else {
            let chain: Vec<&str> = decision.cause.ids().collect();
            let tests = self.tests_of(decision.item, moment.state, &seen, &chain);
            let strikes = strikes_of(self.program, moment.state, decision.item, decision.keys);
            let causes: Vec<CauseSeen> = chain.iter().map(|id| self.cause(moment, id)).collect();
            let before = causes.iter().flat_map(|cause| match &cause.sort {
                CauseSort::Decision { tests, .. } => tests.as_slice(),
                _ => &[],
            });
            let conditions = before.chain(&tests);
            let sentence = sentence::of_decision(self.program, decision, &seen, conditions, strikes.as_ref());
            let limits = self.limits_of(decision, moment.state);
            self.why = Some(Why { decision: seen, became: vec![record], causes, tests, strikes, limits, sentence });
        }
        self.done = settles;
    }

    /// The conditions of an item that were tested for somebody by this event; without one, at this instant; of a flow
    /// also those on which it started or moved, however long ago, by the events that led to the decision.
    fn tests_of(&self, item: ItemId, state: &State, seen: &DecisionSeen, chain: &[&str]) -> Vec<Test> {
        let mine = |test: &&Test| {
            let group = test.keys.group.map(|id| state.group_text(id));
            let member = test.keys.member.map(|id| state.member_text(id));
            let agrees = |one: Option<&str>, other: Option<&str>| one.is_none() || other.is_none() || one == other;
            // At which sum a step of a ladder acts is said with the strikes.
            let is_step = seen.sort == "ladder" && test.gate == Gate::When;
            test.item == item
                && !is_step
                && agrees(group, seen.group.as_deref())
                && agrees(member, seen.member.as_deref())
        };
        let starts = self.looker.starts.borrow();
        let before = chain.iter().rev().filter_map(|id| starts.get(*id)).flatten();
        let mut found: Vec<Test> = before.filter(mine).filter(|test| test.on != seen.at).cloned().collect();
        let now = self.looker.now.borrow();
        let by_event = |test: &&Test| test.event.is_some() && test.event == seen.cause;
        let of_event: Vec<&Test> = now.iter().filter(mine).filter(by_event).collect();
        if of_event.is_empty() {
            found.extend(now.iter().filter(mine).filter(|test| test.event.is_none()).cloned());
        } else {
            found.extend(of_event.into_iter().cloned());
        }
        found
    }

    fn limits_of(&self, decision: &Decision, state: &State) -> Vec<LimitSeen> {
        let limits = self.looker.limits.borrow();
        let mine = limits.iter().filter(|l| l.item == decision.item && l.keys == decision.keys && l.at == state.now());
        mine.map(|limited| LimitSeen::of(self.program, limited)).collect()
    }

    fn cause(&self, moment: &Moment<'_>, id: &str) -> CauseSeen {
        let known = self.now.as_ref().filter(|(now, _)| now == id).map(|(_, event)| event.clone());
        let known = known.or_else(|| self.events.get(id).cloned());
        let sort = match (known, self.decisions.get(id), id.split_once('@')) {
            (Some(event), _, _) => event,
            (None, Some(decision), _) => {
                let tests = match self.earlier.get(id) {
                    Some(tests) => tests.clone(),
                    None => self.tests_of_cause(moment, decision),
                };
                CauseSort::Decision { decision: Box::new(decision.clone()), tests }
            }
            (None, None, Some((item, at))) => CauseSort::Schedule { item: item.to_owned(), at: at.to_owned() },
            (None, None, None) => CauseSort::Other,
        };
        CauseSeen { id: id.to_owned(), sort }
    }

    fn tests_of_cause(&self, moment: &Moment<'_>, decision: &DecisionSeen) -> Vec<Test> {
        let chain: Vec<&str> = decision.cause.as_deref().into_iter().collect();
        let item = self.item_named(&decision.item);
        item.map(|item| self.tests_of(item, moment.state, decision, &chain)).unwrap_or_default()
    }

    fn item_named(&self, name: &str) -> Option<ItemId> {
        let items = (0u32..).map(ItemId).zip(&self.program.plan.items);
        items.filter(|(_, item)| self.program.name(item.name) == name).map(|(id, _)| id).next()
    }
}

impl Sink for WhySink<'_> {
    fn event(&mut self, _moment: &Moment<'_>, event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        let kind = self.program.plan.kinds.get(event.kind.index()).map_or("", |kind| kind.name.as_str());
        self.looker.meet(event);
        let seen = CauseSort::Event {
            kind: kind.to_owned(),
            at: local(self.program, event.at),
            group: event.group.map(str::to_owned),
            member: event.member.map(str::to_owned),
        };
        let moves = |edge: &crate::plan::Edge| edge.kind == event.kind && edge.sort != EdgeSort::Stop;
        if self.program.plan.timelines.iter().any(|timeline| timeline.edges.iter().any(moves)) {
            self.events.insert(event.id.to_owned(), seen.clone());
        }
        self.now = Some((event.id.to_owned(), seen));
        Ok(())
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        if self.done {
            return Ok(());
        }
        if let Some((id, event)) = &self.now {
            self.events.entry(id.clone()).or_insert_with(|| event.clone());
        }
        for decision in &output.decisions {
            let seen = seen(moment, decision);
            if seen.id.starts_with(&self.id) {
                self.take(moment, decision, seen.clone());
            }
            // What is done when a task is late goes back to what was tested when it was given.
            if seen.action == "task" {
                let tests = self.tests_of_cause(moment, &seen);
                if !tests.is_empty() {
                    self.earlier.entry(seen.id.clone()).or_insert(tests);
                }
            }
            self.decisions.insert(seen.id.clone(), seen);
        }
        Ok(())
    }
}

/// A decision in words.
pub(super) fn seen(moment: &Moment<'_>, decision: &Decision) -> DecisionSeen {
    let program = moment.program;
    let recorder = Recorder::new(program, moment.state);
    let mut args = String::new();
    recorder.args(&mut args, &decision.args);
    let sort = program.plan.items.get(decision.item.index()).map_or("item", |item| item.sort.word());
    DecisionSeen {
        id: decision.id.to_compact().to_string(),
        at: local(program, decision.at),
        action: program.name(decision.action).to_owned(),
        group: decision.keys.group.map(|id| moment.state.group_text(id).to_owned()),
        member: decision.keys.member.map(|id| moment.state.member_text(id).to_owned()),
        args,
        status: decision.status.word(),
        reason: decision.reason.map(|reason| reason.text(|name| program.name(name)).to_string()),
        item: program.item_name(decision.item).to_owned(),
        source: recorder.place(decision).to_owned(),
        sort,
        certainty: decision.certainty.word(),
        cause: decision.cause.ids().next().map(str::to_owned),
    }
}

/// The strikes of somebody on the ladder that an item is.
pub(super) fn strikes_of(
    program: &Program,
    state: &State,
    item: ItemId,
    keys: crate::plan::expr::Keys,
) -> Option<Strikes> {
    let tallies = (0u16..).map(crate::plan::ids::TallyId).zip(&program.plan.tallies);
    let (id, tally) = tallies.filter(|(_, tally)| tally.item == item).last()?;
    let book = state.strike_book(program, keys, id).unwrap_or_default();
    let strikes = book.strikes.iter().map(|strike| StrikeLine {
        at: local(program, strike.at),
        weight: strike.weight,
        decision: strike.id.to_compact().to_string(),
        group: strike.group.map(|id| state.group_text(id).to_owned()),
        state: match (strike.gone, strike.faded) {
            (true, _) => "forgiven or taken back".to_owned(),
            (_, Some(at)) => format!("faded on {}", local(program, at)),
            _ => "counts".to_owned(),
        },
    });
    Some(Strikes {
        ladder: program.name(tally.name).to_owned(),
        total: book.total,
        steps: tally.steps.iter().map(|(at, _)| *at).collect(),
        strikes: strikes.collect(),
    })
}

/// A moment that may lie beyond all clocks.
pub(super) fn when(program: &Program, at: Instant) -> String {
    if at == Instant::MAX { "for ever".to_owned() } else { local(program, at) }
}
