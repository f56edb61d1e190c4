//! What happened to one member: where the member stands, what was decided, and how near the other items came.

use super::looker::{Asked, Looker, Tests};
use super::node::local;
use super::why::{DecisionSeen, seen};
use super::why_not::{Miss, People};
use crate::engine::{Event, Outlook, Output, Program, State};
use crate::plan::ids::ItemId;
use crate::simulate::{Moment, Sink};
use crate::time::Instant;
use std::collections::VecDeque;
use std::io;

/// How many decisions are kept: the last ones.
const KEPT: usize = 12;

/// The answer.
#[derive(Clone, Debug)]
pub struct Overview {
    pub member: String,
    pub group: Option<String>,
    /// Up to when was looked.
    pub at: String,
    /// Sanctions in force, tiers, tags and points at that time.
    pub stands: Outlook,
    /// How many decisions were recorded about the member, and the last of them, the latest last.
    pub decided: usize,
    pub last: Vec<DecisionSeen>,
    /// Items that acted for the member or whose conditions were tested, in the order of the playbook.
    pub items: Vec<ItemSeen>,
    /// How many items there are that never had to do with the member.
    pub others: usize,
}

/// What an item had to do with the member.
#[derive(Clone, Debug)]
pub struct ItemSeen {
    pub item: String,
    /// `rule`, `flow` …
    pub sort: &'static str,
    pub source: String,
    /// How many decisions of it were recorded about the member.
    pub decided: usize,
    /// How often its conditions were tested for the member, and how often they were true.
    pub tested: usize,
    pub held: usize,
    /// The nearest it came where its conditions were not true.
    pub nearest: Option<Miss>,
}

/// Looks at one member.
pub struct OverviewSink<'a> {
    program: &'a Program,
    looker: &'a Looker<'a>,
    people: People,
    by_item: Vec<usize>,
    last: VecDeque<DecisionSeen>,
}

impl<'a> OverviewSink<'a> {
    /// Looks on for the question of its looker.
    #[must_use]
    pub fn new(program: &'a Program, looker: &'a Looker<'a>) -> OverviewSink<'a> {
        let by_item = vec![0; program.plan.items.len()];
        OverviewSink { program, looker, people: People::default(), by_item, last: VecDeque::new() }
    }

    /// The answer, with the state at the end and the time up to which was looked.
    ///
    /// # Errors
    /// Where the log and the directory know no such member: ids of members that are spelt alike.
    pub fn answer(self, state: &State, until: Instant) -> Result<Overview, Vec<String>> {
        let Asked::Member { member, group, .. } = self.looker.asked() else { return Err(Vec::new()) };
        if !self.people.met && state.member_number(member).is_none() {
            return Err(self.people.near(member));
        }
        let items = (0u32..).map(ItemId).zip(&self.program.plan.items).filter(|(_, item)| item.sort.decides());
        let seen: Vec<Option<ItemSeen>> = items.map(|(id, _)| self.item(id, state, until)).collect();
        let all = seen.len();
        let items: Vec<ItemSeen> = seen.into_iter().flatten().collect();
        let mut stands = state.outlook(self.program, member);
        stands.sanctions.retain(|force| {
            group.as_deref().is_none_or(|group| force.group == group) && force.until.is_none_or(|end| end > until)
        });
        Ok(Overview {
            member: member.clone(),
            group: group.clone(),
            at: local(self.program, until),
            stands,
            decided: self.by_item.iter().sum(),
            last: self.last.into(),
            others: all - items.len(),
            items,
        })
    }

    fn item(&self, id: ItemId, state: &State, until: Instant) -> Option<ItemSeen> {
        let item = self.program.plan.items.get(id.index())?;
        let decided = self.by_item.get(id.index()).copied().unwrap_or_default();
        let items = self.looker.items.borrow();
        let Tests { tested, held, nearest, .. } = items.get(&id).cloned().unwrap_or_default();
        (decided > 0 || tested > 0).then(|| ItemSeen {
            item: self.program.item_name(id).to_owned(),
            sort: item.sort.word(),
            source: self.program.plan.places.get(item.place.index()).cloned().unwrap_or_default(),
            decided,
            tested,
            held,
            nearest: nearest.as_ref().map(|test| Miss::of(self.program, state, until, test)),
        })
    }
}

impl Sink for OverviewSink<'_> {
    fn event(&mut self, _moment: &Moment<'_>, event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        if let Asked::Member { member, .. } = self.looker.asked() {
            self.looker.meet(event);
            self.people.meet(event, member);
        }
        Ok(())
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let Asked::Member { member, group, .. } = self.looker.asked() else { return Ok(()) };
        for decision in &output.decisions {
            let is_member = decision.keys.member.is_some_and(|id| moment.state.member_text(id) == member);
            let place = decision.keys.group.map(|id| moment.state.group_text(id));
            let is_here = group.as_deref().is_none_or(|group| place.is_none_or(|place| place == group));
            if !is_member || !is_here {
                continue;
            }
            if let Some(count) = self.by_item.get_mut(decision.item.index()) {
                *count += 1;
            }
            if self.last.len() == KEPT {
                self.last.pop_front();
            }
            self.last.push_back(seen(moment, decision));
        }
        Ok(())
    }
}
