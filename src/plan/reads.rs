//! Which item reads what: going through all that a plan says.

use super::expr::{Expr, Template, TemplatePart};
use super::ids::{ItemId, MessageId, SeriesId};
use super::{
    Act, Body, Due, Effect, Handler, Plan, Said, Select, SelectAmount, SelectBy, StepAt, Subject, Task, Timeline, walk,
};
use std::collections::BTreeSet;

impl Plan {
    /// For each series the items that read it, in their order. What a message says counts for the item that says it.
    #[must_use]
    pub fn readers(&self) -> Vec<Vec<ItemId>> {
        let mut readers: Vec<BTreeSet<ItemId>> = self.series.iter().map(|_| BTreeSet::new()).collect();
        self.expressions(&mut |item, expr| {
            self.series_of(expr, &mut |series| {
                if let Some(items) = readers.get_mut(series.index()) {
                    items.insert(item);
                }
            });
        });
        readers.into_iter().map(|items| items.into_iter().collect()).collect()
    }

    /// Tells of every series that an expression reads, also by way of names.
    fn series_of(&self, expr: &Expr, tell: &mut dyn FnMut(SeriesId)) {
        walk::all(expr, &mut |part| match part {
            Expr::Aggregate(aggregate) => tell(aggregate.series),
            Expr::Let(id) => {
                if let Some(named) = self.lets.get(id.index()) {
                    self.series_of(&named.value, tell);
                }
            }
            Expr::InSegment(id) => {
                if let Some(segment) = self.segments.get(id.index()) {
                    self.series_of(&segment.when, tell);
                }
            }
            _ => {}
        });
    }

    /// Every expression of every item, with the item.
    pub(super) fn expressions<'p>(&'p self, tell: &mut dyn FnMut(ItemId, &'p Expr)) {
        for handler in &self.handlers {
            self.of_handler(handler, &mut |expr| tell(handler.item, expr));
        }
        for timeline in &self.timelines {
            self.of_timeline(timeline, &mut |expr| tell(timeline.item, expr));
        }
        for latch in &self.latches {
            let mut tell = |expr| tell(latch.item, expr);
            of_subject(&latch.subject, &mut tell);
            latch.levels.iter().for_each(&mut tell);
        }
        for limit in &self.limits {
            of_subject(&limit.subject, &mut |expr| tell(limit.item, expr));
        }
        for budget in &self.budgets {
            of_subject(&budget.subject, &mut |expr| tell(budget.item, expr));
        }
        for effect in &self.effects {
            self.of_effect(effect, &mut |expr| tell(effect.item, expr));
        }
    }

    /// What a handler reads before it acts.
    pub(crate) fn of_handler<'p>(&'p self, handler: &'p Handler, tell: &mut dyn FnMut(&'p Expr)) {
        of_subject(&handler.subject, tell);
        handler.when.iter().for_each(&mut *tell);
        handler.select.iter().for_each(|select| of_select(select, tell));
    }

    /// What a timeline reads, but for what its actions do.
    pub(crate) fn of_timeline<'p>(&'p self, timeline: &'p Timeline, tell: &mut dyn FnMut(&'p Expr)) {
        of_subject(&timeline.subject, tell);
        let edges = timeline.edges.iter().filter_map(|edge| edge.when.as_ref());
        let steps = timeline.steps.iter().filter_map(|step| step.when.as_ref());
        let times = timeline.steps.iter().filter_map(|step| match &step.at {
            StepAt::Time(expr) => Some(expr),
            _ => None,
        });
        let goal = timeline.goal.iter().map(|goal| &goal.when);
        edges.chain(steps).chain(times).chain(goal).chain(&timeline.anchor).for_each(tell);
    }

    /// What an action reads.
    pub(crate) fn of_effect<'p>(&'p self, effect: &'p Effect, tell: &mut dyn FnMut(&'p Expr)) {
        effect.to.iter().for_each(&mut *tell);
        match &effect.act {
            Act::Say { what, .. } => self.of_said(what, tell),
            Act::Set { value: one, .. }
            | Act::Award { amount: one, .. }
            | Act::Redeem { amount: one, .. }
            | Act::Invite(one)
            | Act::InviteWhere(one)
            | Act::Mute { during: one, .. }
            | Act::Sample { value: one, .. } => tell(one),
            Act::Ban { during, .. } => during.iter().for_each(tell),
            Act::Strike { weight, because, .. } => std::iter::once(weight).chain(because).for_each(tell),
            Act::Task(task) => of_task(task, tell),
            Act::Start { args, .. } => args.iter().for_each(tell),
            Act::Emit { fields, .. } => fields.iter().for_each(|(_, value)| tell(value)),
            Act::Custom { params } => params.iter().for_each(|(_, value)| tell(value)),
            Act::Dissolve
            | Act::Tag(_)
            | Act::Untag(_)
            | Act::DeleteMessage
            | Act::Unmute { .. }
            | Act::Remove { .. }
            | Act::Unban { .. }
            | Act::Pardon { .. }
            | Act::Stop { .. } => {}
        }
    }

    fn of_said<'p>(&'p self, said: &'p Said, tell: &mut dyn FnMut(&'p Expr)) {
        match said {
            Said::Text(text) => of_text(text, tell),
            Said::Message { message, args } => {
                args.iter().for_each(&mut *tell);
                self.of_message(*message, tell);
            }
            Said::Pool(pool) => {
                let Some(pool) = self.pools.get(pool.index()) else { return };
                pool.weight.iter().for_each(&mut *tell);
                pool.members.iter().for_each(|message| self.of_message(*message, tell));
            }
        }
    }

    fn of_message<'p>(&'p self, id: MessageId, tell: &mut dyn FnMut(&'p Expr)) {
        match self.messages.get(id.index()).map(|message| &message.body) {
            Some(Body::Texts(texts)) => texts.iter().for_each(|text| of_text(text, tell)),
            Some(Body::Dated(texts)) => texts.iter().for_each(|(_, text)| of_text(text, tell)),
            None => {}
        }
    }
}

fn of_subject<'p>(subject: &'p Subject, tell: &mut dyn FnMut(&'p Expr)) {
    subject.filter.iter().chain(&subject.per).for_each(tell);
}

fn of_select<'p>(select: &'p Select, tell: &mut dyn FnMut(&'p Expr)) {
    match &select.amount {
        SelectAmount::Count(amount) | SelectAmount::Share(amount) => tell(amount),
    }
    if let SelectBy::Top(rank) = &select.by {
        tell(rank);
    }
}

fn of_task<'p>(task: &'p Task, tell: &mut dyn FnMut(&'p Expr)) {
    of_text(&task.title, tell);
    match &task.due {
        Due::After(at) | Due::At(at) => tell(at),
        Due::Offset(_) => {}
    }
}

fn of_text<'p>(text: &'p Template, tell: &mut dyn FnMut(&'p Expr)) {
    for part in &text.parts {
        if let TemplatePart::Hole { value, .. } = part {
            tell(value);
        }
    }
}
