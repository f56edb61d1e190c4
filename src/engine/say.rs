//! Which text comes next where several rotate.

use super::eval::Scene;
use super::ready::{Body, Ready, message_words};
use super::state::{Rotation, Rotor};
use super::step::Step;
use crate::plan::Pool;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::{GroupId, MessageId, NameId, PoolId};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What would be said now.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) message: Option<MessageId>,
    pub(super) text: Option<Arc<str>>,
    /// The piece of the pool and what it pays, where one was chosen from.
    pool: Option<(PoolId, usize)>,
    /// Whether the message has several texts.
    rotates: bool,
}

impl Step<'_> {
    /// What the action would say if it happened now; nothing rotates yet.
    pub(super) fn choose(&self, ready: &Ready) -> Choice {
        match &ready.body {
            Body::Say(words) => self.choose_text(words.message, &words.texts, ready.keys.group),
            Body::Pool(pool) => self.choose_piece(*pool, ready),
            _ => Choice::default(),
        }
    }

    fn choose_text(&self, message: Option<MessageId>, texts: &[Option<Arc<str>>], group: Option<GroupId>) -> Choice {
        let rotates = texts.len() > 1;
        let rotation = message.and_then(|id| self.state.rotations.get(&(Rotor::Message(id), group)));
        let uses = rotation.map_or(0, |rotation| rotation.uses);
        let next = uses.checked_rem(texts.len() as u64).unwrap_or(0) as usize;
        // A text with a missing value gives its turn to the next that can be said.
        let in_turn = texts.iter().skip(next).chain(texts.iter().take(next));
        let text = in_turn.flatten().next().cloned();
        Choice { message, text, pool: None, rotates }
    }

    fn choose_piece(&self, id: PoolId, ready: &Ready) -> Choice {
        let Some(pool) = self.program.plan.pools.get(id.index()) else { return Choice::default() };
        let none = Rotation::default();
        let group = ready.keys.group;
        let rotation = self.state.rotations.get(&(Rotor::Pool(id), group)).unwrap_or(&none);
        let piece = match &pool.weight {
            None => least_recently_used(pool, rotation),
            Some(weight) => richest(&self.credits(pool, weight, rotation, ready.keys).0),
        };
        let Some(message) = pool.members.get(piece) else { return Choice::default() };
        let scene = Scene::new(self.program, self.state, self.state.now, ready.keys);
        let words = message_words(self.program, *message, &scene);
        Choice { pool: Some((id, piece)), ..self.choose_text(Some(*message), &words.texts, group) }
    }

    /// What each piece has after gaining its weight, and the sum of the weights.
    fn credits(&self, pool: &Pool, weight: &Expr, rotation: &Rotation, keys: Keys) -> (Vec<Decimal>, Decimal) {
        let names = pool.members.iter().map(|id| self.program.plan.messages.get(id.index()).map(|m| m.name));
        let weights = weights(names.map(|name| self.weight(weight, name, keys)).collect());
        let sum = weights.iter().fold(Decimal::ZERO, |sum, weight| sum.saturating_add(*weight));
        let credit = |(position, weight): (usize, Decimal)| {
            rotation.credit.get(position).copied().unwrap_or_default().saturating_add(weight)
        };
        (weights.into_iter().enumerate().map(credit).collect(), sum)
    }

    fn weight(&self, weight: &Expr, piece: Option<NameId>, keys: Keys) -> Option<Decimal> {
        let scene = Scene::new(self.program, self.state, self.state.now, keys);
        Scene { piece, ..scene }.value(weight).decimal()
    }

    /// Rotates on, once the thing has been said.
    pub(super) fn pay(&mut self, ready: &Ready, choice: &Choice) {
        let group = ready.keys.group;
        if let (Some(message), true) = (choice.message, choice.rotates) {
            self.state.rotations.entry((Rotor::Message(message), group)).or_default().uses += 1;
        }
        let Some((id, piece)) = choice.pool else { return };
        let Some(pool) = self.program.plan.pools.get(id.index()) else { return };
        let mut rotation = self.state.rotations.remove(&(Rotor::Pool(id), group)).unwrap_or_default();
        rotation.uses += 1;
        rotation.last_use.resize(pool.members.len(), 0);
        if let Some(used) = rotation.last_use.get_mut(piece) {
            *used = rotation.uses;
        }
        if let Some(weight) = &pool.weight {
            let (credits, sum) = self.credits(pool, weight, &rotation, ready.keys);
            rotation.credit = credits;
            if let Some(credit) = rotation.credit.get_mut(piece) {
                *credit = credit.saturating_sub(sum);
            }
        }
        self.state.rotations.insert((Rotor::Pool(id), group), rotation);
    }
}

fn least_recently_used(pool: &Pool, rotation: &Rotation) -> usize {
    let last = |position: &usize| rotation.last_use.get(*position).copied().unwrap_or(0);
    (0..pool.members.len()).min_by_key(last).unwrap_or(0)
}

/// The first of those with the greatest credit.
fn richest(credits: &[Decimal]) -> usize {
    let mut best = 0;
    for (position, credit) in credits.iter().enumerate() {
        if credits.get(best).is_some_and(|most| credit > most) {
            best = position;
        }
    }
    best
}

/// An unknown weight is the mean of the known; none lies below a tenth of the mean; all alike where none is known.
fn weights(known: Vec<Option<Decimal>>) -> Vec<Decimal> {
    let values: Vec<Decimal> = known.iter().flatten().copied().collect();
    let sum = values.iter().fold(Decimal::ZERO, |sum, value| sum.saturating_add(*value));
    let mean = sum.checked_div(Decimal::from(values.len())).filter(|mean| *mean > Decimal::ZERO);
    let Some(mean) = mean else { return known.iter().map(|_| Decimal::ONE).collect() };
    let least = mean / Decimal::TEN;
    known.into_iter().map(|weight| weight.unwrap_or(mean).max(least)).collect()
}
