//! Why an item did not act for a member: how near it came, and what it would have taken.

use super::looker::{Asked, Looker, Test, Tests};
use super::node::local;
use super::remedy::{by_time, remedy};
use super::why::{DecisionSeen, LimitSeen, Strikes, strikes_of, when};
use crate::engine::{Event, Output, Program, State, Status};
use crate::plan::ids::{ItemId, KindId};
use crate::plan::{EdgeSort, ScheduledWork};
use crate::simulate::{Moment, Sink};
use crate::time::Instant;
use std::io;

/// How many of an item's decisions are kept: the last ones.
const KEPT: usize = 5;

/// The answer.
#[derive(Clone, Debug)]
pub struct WhyNot {
    pub item: String,
    /// Where the item stands in the playbook.
    pub source: String,
    pub member: String,
    pub group: Option<String>,
    /// Up to when was looked.
    pub at: String,
    /// How often the item acted for the member, and its last decisions.
    pub acted: usize,
    pub last: Vec<Acted>,
    /// How often its conditions were tested for the member, and how often they were true.
    pub tested: usize,
    pub held: usize,
    /// The nearest it came without being true, and the last time it was tested without being true.
    pub nearest: Option<Miss>,
    pub latest: Option<Miss>,
    /// `once` forbade it: how often, the last time, and when it is free again.
    pub spent: Option<(usize, String, Option<String>)>,
    pub limits: Vec<LimitSeen>,
    pub strikes: Option<Strikes>,
    /// Kinds of events that wake it, with how many there were about the member.
    pub wakes: Vec<(String, u64)>,
    /// When the clock wakes it next, where it has a schedule.
    pub next: Option<String>,
}

/// One decision of the item for the member.
#[derive(Clone, Debug)]
pub struct Acted {
    pub id: String,
    pub at: String,
    pub action: String,
    pub status: &'static str,
    pub reason: Option<String>,
}

/// One test that failed.
#[derive(Clone, Debug)]
pub struct Miss {
    pub test: Test,
    pub at: String,
    /// The first part that was not true.
    pub part: Option<String>,
    /// What it takes.
    pub remedy: Option<String>,
    /// From when on it would be true if nothing happened, where that is within the next months.
    pub by_time: Option<String>,
}

impl Miss {
    /// A test that failed; `state` is the one at the end, which says from when on time alone would make it true.
    pub(super) fn of(program: &Program, state: &State, until: Instant, test: &Test) -> Miss {
        Miss {
            at: test.on.clone(),
            part: test.stopped.as_ref().map(|part| program.plan.expression(part)),
            remedy: test.stopped.as_ref().map(|part| remedy(program, part)),
            by_time: by_time(program, state, until, test).map(|at| local(program, at)),
            test: test.clone(),
        }
    }
}

/// Whether the member asked for was met, and who else there is, for a name that was misspelt.
#[derive(Default)]
pub(super) struct People {
    pub(super) met: bool,
    others: Vec<String>,
}

impl People {
    /// Looks at whom an event is about; whether it is the member asked for.
    pub(super) fn meet(&mut self, event: &Event<'_>, member: &str) -> bool {
        let Some(id) = event.member else { return false };
        if id == member {
            self.met = true;
        } else if !self.met && id.len().abs_diff(member.len()) <= 2 && !self.others.iter().any(|known| known == id) {
            self.others.push(id.to_owned());
        }
        id == member
    }

    /// Those whose id is most like that of the member asked for.
    pub(super) fn near(&self, member: &str) -> Vec<String> {
        let slips = |id: &String| (strsim::damerau_levenshtein(id, member), id.clone());
        let mut near: Vec<(usize, String)> = self.others.iter().map(slips).collect();
        near.sort();
        near.into_iter().filter(|(slips, _)| *slips <= 2).take(3).map(|(_, id)| id).collect()
    }
}

/// Looks at one member and one item.
pub struct WhyNotSink<'a> {
    program: &'a Program,
    looker: &'a Looker<'a>,
    acted: usize,
    last: Vec<Acted>,
    heard: Vec<u64>,
    people: People,
}

impl<'a> WhyNotSink<'a> {
    /// Looks on for the question of its looker.
    #[must_use]
    pub fn new(program: &'a Program, looker: &'a Looker<'a>) -> WhyNotSink<'a> {
        let heard = vec![0; program.plan.kinds.len()];
        WhyNotSink { program, looker, acted: 0, last: Vec::new(), heard, people: People::default() }
    }

    /// The answer, with the state at the end and the time up to which was looked; or ids of members that are spelt alike.
    ///
    /// # Errors
    /// Where the log and the directory know no such member: those most like it.
    pub fn answer(self, state: &State, until: Instant) -> Result<WhyNot, Vec<String>> {
        let Asked::Member { item: Some(item), member, group } = self.looker.asked() else { return Err(Vec::new()) };
        let keys = state.keys_of(group.as_deref(), Some(member));
        if !self.people.met && keys.member.is_none() {
            return Err(self.people.near(member));
        }
        let items = self.looker.items.borrow();
        let Tests { tested, held, nearest, latest } = items.get(item).cloned().unwrap_or_default();
        let miss = |test: &Test| Miss::of(self.program, state, until, test);
        let spent = self.looker.spent.borrow();
        let mine = |spent: &&crate::engine::Spent| spent.keys.member.is_none() || spent.keys.member == keys.member;
        let times = spent.iter().filter(mine).count();
        let limits = self.looker.limits.borrow();
        let limits = limits.iter().filter(|limited| limited.keys.member == keys.member);
        let place = self.program.plan.items.get(item.index()).map(|item| item.place).unwrap_or_default();
        Ok(WhyNot {
            item: self.program.item_name(*item).to_owned(),
            source: self.program.plan.places.get(place.index()).cloned().unwrap_or_default(),
            member: member.clone(),
            group: group.clone(),
            at: local(self.program, until),
            acted: self.acted,
            last: self.last.clone(),
            tested,
            held,
            nearest: nearest.as_ref().map(miss),
            latest: latest.as_ref().map(miss),
            spent: spent
                .iter()
                .rfind(mine)
                .map(|spent| (times, local(self.program, spent.last), spent.next.map(|next| when(self.program, next)))),
            limits: limits.map(|limited| LimitSeen::of(self.program, limited)).collect(),
            strikes: strikes_of(self.program, state, *item, keys),
            wakes: self.wakes(*item),
            next: next(self.program, *item, until).map(|at| local(self.program, at)),
        })
    }

    fn wakes(&self, item: ItemId) -> Vec<(String, u64)> {
        let plan = &self.program.plan;
        let mut kinds: Vec<KindId> = Vec::new();
        kinds.extend(plan.handlers.iter().filter(|h| h.item == item).flat_map(|h| h.events.iter().copied()));
        let edges = plan.timelines.iter().filter(|t| t.item == item).flat_map(|t| &t.edges);
        kinds.extend(edges.filter(|edge| edge.sort == EdgeSort::Start).map(|edge| edge.kind));
        kinds.sort_unstable();
        kinds.dedup();
        // What the engine itself tells does not stand in the log.
        let recorded = |name: &String| !crate::check::is_internal(name);
        let of = |kind: KindId| {
            let name = plan.kinds.get(kind.index()).map(|kind| kind.name.clone()).filter(recorded)?;
            Some((name, self.heard.get(kind.index()).copied().unwrap_or_default()))
        };
        kinds.into_iter().filter_map(of).collect()
    }
}

impl Sink for WhyNotSink<'_> {
    fn event(&mut self, _moment: &Moment<'_>, event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        let Asked::Member { member, group, .. } = self.looker.asked() else { return Ok(()) };
        self.looker.meet(event);
        if self.people.meet(event, member) {
            let here = group.is_none() || event.group.is_none() || event.group == group.as_deref();
            if let Some(count) = self.heard.get_mut(event.kind.index()).filter(|_| here) {
                *count += 1;
            }
        }
        Ok(())
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let Asked::Member { item: Some(item), member, group } = self.looker.asked() else { return Ok(()) };
        for decision in output.decisions.iter().filter(|decision| decision.item == *item) {
            let seen = super::why::seen(moment, decision);
            let here = group.is_none() || seen.group.is_none() || seen.group == *group;
            if seen.member.as_deref() != Some(member) || !here {
                continue;
            }
            self.acted += usize::from(decision.status == Status::Done);
            if self.last.len() == KEPT {
                self.last.remove(0);
            }
            let DecisionSeen { id, at, action, status, reason, .. } = seen;
            self.last.push(Acted { id, at, action, status, reason });
        }
        Ok(())
    }
}

/// When the clock wakes an item next.
fn next(program: &Program, item: ItemId, after: Instant) -> Option<Instant> {
    let calendar = &program.plan.community.calendar;
    let mine = program.plan.schedules.iter().filter(|scheduled| scheduled.item == item);
    let acts = mine.filter(|scheduled| !matches!(scheduled.what, ScheduledWork::Sample(_)));
    acts.filter_map(|scheduled| scheduled.schedule.next(after, calendar)).min()
}
