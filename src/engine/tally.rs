//! Strikes: they add up, fade, are pardoned, and are taken back by an appeal.

use super::certainty::Certainty;
use super::decision::{ArgName, Args, Decision, DecisionId, Reason, Status};
use super::eval::Scene;
use super::happening::Happening;
use super::ready::Pending;
use super::state::{Ground, Mute, Out, Who};
use super::step::{Origin, Step};
use super::task::OpenTask;
use crate::plan::expr::Keys;
use crate::plan::ids::{EffectId, GroupId, MemberId, NameId, PlaceId, TallyId};
use crate::plan::value::Value;
use crate::plan::{Act, Appeal, Effect, Fading, Scope, Tally};
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The strikes of one subject.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct StrikeBook {
    strikes: Vec<Strike>,
    /// What the last pardon forgave.
    forgiven: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Strike {
    pub(super) at: Instant,
    /// The order in which strikes are given, over all ladders.
    sequence: u64,
    pub(super) weight: u32,
    pub(super) id: DecisionId,
    pub(super) keys: Keys,
    /// Pardoned or withdrawn: as if it had never been.
    pub(super) gone: bool,
}

impl StrikeBook {
    /// The sum of the weights that count at an instant, of the strikes up to then.
    pub(super) fn total(&self, fading: &Fading, at: Instant) -> u32 {
        let strikes = self.strikes.iter().filter(|strike| !strike.gone && strike.at <= at);
        match fading {
            Fading::Never => strikes.fold(0, |sum, strike| sum.saturating_add(strike.weight)),
            Fading::Last(during) => {
                let counting = strikes.filter(|strike| strike.at > at - *during);
                counting.fold(0, |sum, strike| sum.saturating_add(strike.weight))
            }
            Fading::ClearedAfter(clean) => {
                let cleared = |last: Instant, now: Instant, sum: u32| if now - last >= *clean { 0 } else { sum };
                faded(strikes, at, cleared)
            }
            Fading::Fade { amount, per } => faded(strikes, at, |last, now, sum| {
                let times = (now - last).ms().checked_div(per.ms()).unwrap_or(0);
                let lost = i64::from(*amount).saturating_mul(times);
                sum.saturating_sub(u32::try_from(lost).unwrap_or(u32::MAX))
            }),
        }
    }

    pub(super) fn strikes(&self) -> impl Iterator<Item = &Strike> {
        self.strikes.iter()
    }

    fn latest(&self) -> Option<&Strike> {
        self.strikes.iter().rev().find(|strike| !strike.gone)
    }
}

/// The sum of strikes that fade from the last one on.
fn faded<'s>(
    strikes: impl Iterator<Item = &'s Strike>,
    at: Instant,
    fade: impl Fn(Instant, Instant, u32) -> u32,
) -> u32 {
    let (mut sum, mut last) = (0, None);
    for strike in strikes {
        sum = last.map_or(0, |last| fade(last, strike.at, sum)).saturating_add(strike.weight);
        last = Some(strike.at);
    }
    last.map_or(0, |last| fade(last, at, sum))
}

impl<'a> Step<'a> {
    fn tally(&self, id: TallyId) -> Option<&'a Tally> {
        self.program.plan.tallies.get(id.index())
    }

    /// The keys by which a tally keeps its books.
    fn book_keys(&self, id: TallyId, keys: Keys) -> Keys {
        let scope = self.tally(id).map(|tally| tally.scope).unwrap_or_default();
        super::react::narrow(scope, keys)
    }

    /// The book of a subject, whose keys are those of the tally.
    fn strike_book(&self, id: TallyId, keys: Keys) -> Option<&StrikeBook> {
        self.state.strikes.get(id.index())?.get(self.state.number(keys), &Value::Unknown)
    }

    fn strike_book_mut(&mut self, id: TallyId, keys: Keys) -> Option<&mut StrikeBook> {
        let number = self.state.number(keys)?;
        self.state.strikes.get_mut(id.index())?.get_mut(number, &Value::Unknown)
    }

    /// What a subject's strikes come to now.
    pub(super) fn total(&self, id: TallyId, keys: Keys) -> u32 {
        let Some(tally) = self.tally(id) else { return 0 };
        let book = self.strike_book(id, self.book_keys(id, keys));
        book.map_or(0, |book| book.total(&tally.fading, self.state.now))
    }

    /// What the last pardon forgave.
    pub(super) fn forgiven(&self, id: TallyId, keys: Keys) -> u32 {
        self.strike_book(id, self.book_keys(id, keys)).map_or(0, |book| book.forgiven)
    }

    /// Gives a strike and tells of it; the ladder's steps are handlers of that event.
    pub(super) fn strike(&mut self, pending: &Pending, id: TallyId, weight: u32, reason: &Arc<str>) {
        let keys = pending.ready.keys;
        let sequence = self.state.next_sequence();
        let strike = Strike { at: self.state.now, sequence, weight, id: pending.id, keys, gone: false };
        let number = self.state.meet(self.book_keys(id, keys));
        if let Some(books) = self.state.strikes.get_mut(id.index()) {
            books.or_default(number).strikes.push(strike);
        }
        let known = &self.program.known;
        let given = [
            (known.strike_ladder, self.tally_name(id)),
            (known.strike_weight, Value::count(u64::from(weight))),
            (known.strike_total, Value::count(u64::from(self.total(id, keys)))),
            (known.strike_reason, Value::Text(Arc::clone(reason))),
        ];
        self.tell(pending, known.strike_given, self.fields(known.strike_given, given));
    }

    pub(super) fn tally_name(&self, id: TallyId) -> Value {
        self.tally(id).map_or(Value::Unknown, |tally| Value::Name(tally.name))
    }

    pub(super) fn pardon(&mut self, pending: &Pending, id: TallyId) -> Result<(), Reason> {
        let total = self.total(id, pending.ready.keys);
        let keys = self.book_keys(id, pending.ready.keys);
        let Some(book) = self.strike_book_mut(id, keys) else { return Err(Reason::NoChange) };
        book.forgiven = total;
        if total == 0 {
            return Err(Reason::NoChange);
        }
        book.strikes.iter_mut().for_each(|strike| strike.gone = true);
        let known = &self.program.known;
        let given = [(known.withdrawn_ladder, self.tally_name(id))];
        self.tell(pending, known.strike_withdrawn, self.fields(known.strike_withdrawn, given));
        Ok(())
    }

    /// The strike that an action of a ladder stands on.
    pub(super) fn ground(&self, event: &Happening, effect: &Effect) -> Option<Ground> {
        if event.kind != self.program.known.strike_given {
            return None;
        }
        let Value::Name(name) = event.field(self.program.known.strike_ladder) else { return None };
        let tally = self.program.tally_of_name(*name)?;
        let strike = DecisionId::parse(&event.id)?;
        self.tally(tally).filter(|t| t.item == effect.item).map(|_| Ground { tally, strike })
    }

    // ---- appeals ------------------------------------------------------------------------------------------------

    /// The latest strike of a member on any ladder with an appeal, or the one of this id.
    fn strike_meant(&self, keys: Keys, named: Option<DecisionId>) -> Option<(TallyId, &'a Appeal, Strike)> {
        let tallies = self.program.plan.tallies.iter().enumerate();
        let strikes = tallies.filter_map(|(number, tally)| {
            let id = TallyId(number as u16);
            let book = self.strike_book(id, self.book_keys(id, keys))?;
            let strike = match named {
                Some(named) => book.strikes.iter().find(|strike| strike.id == named && !strike.gone),
                None => book.latest(),
            };
            Some((id, tally.appeal.as_ref()?, *strike?))
        });
        strikes.max_by_key(|(_, _, strike)| strike.sequence)
    }

    /// `appeal.filed`: a task for the role that decides, unless it comes too late.
    pub(super) fn hear_appeal(&mut self, event: &Happening) {
        let Some((id, appeal, strike)) = self.strike_meant(event.keys(), None) else { return };
        let Some(tally) = self.tally(id) else { return };
        let origin = Origin::of(event).at_best(Certainty::Depends);
        let ladder = self.program.name(tally.name);
        let scene = Scene::new(self.program, self.state, self.state.now, event.keys());
        let who = event.member.map(|member| scene.member_name(member)).unwrap_or_default();
        let who = super::text::plain(self.program, self.state, &who);
        let task = OpenTask {
            id: self.id_of(&origin, event.keys(), &[b"appeal", ladder.as_bytes()]),
            name: None,
            title: Arc::from(format!("appeal: {who} ({ladder})")),
            role: appeal.role,
            given: self.state.now,
            due: self.state.now + appeal.within,
            overdue: false,
            item: tally.item,
            place: appeal.place,
            who: Who::of(event.keys()),
            origin,
            run: None,
            of_run: None,
            effect: None,
            event: None,
            plan: 0,
        };
        if self.state.now - strike.at > appeal.within {
            return self.record_task(&task, Status::Dropped, Some(Reason::TooLate));
        }
        self.record_task(&task, Status::Done, None);
        self.give(task);
    }

    /// `appeal.decided`: an upheld appeal takes the strike back.
    pub(super) fn hear_verdict(&mut self, event: &Happening) {
        let known = &self.program.known;
        if !event.field(known.decided_upheld).is_true() {
            return;
        }
        let named = match event.field(known.decided_strike) {
            Value::Text(id) => DecisionId::parse(id).map(Some),
            _ => Some(None),
        };
        let Some(named) = named else { return };
        let Some((id, appeal, strike)) = self.strike_meant(event.keys(), named) else { return };
        let keys = self.book_keys(id, strike.keys);
        let book = self.strike_book_mut(id, keys);
        if let Some(found) = book.and_then(|book| book.strikes.iter_mut().find(|s| s.id == strike.id)) {
            found.gone = true;
        }
        let origin = Origin::of(event).at_best(Certainty::Depends);
        let kind = self.program.known.strike_withdrawn;
        let given = [(self.program.known.withdrawn_ladder, self.tally_name(id))];
        let name = self.id_of(&origin, strike.keys, &[b"withdrawn"]).to_compact();
        let happening = self.happening(kind, strike.keys, self.fields(kind, given), name, &origin);
        self.emit(happening);
        self.drop_groundless(id, keys);
        self.lift_groundless(id, strike.keys.member, appeal.place, &origin);
    }

    /// What still waits loses its ground with the strike.
    fn drop_groundless(&mut self, id: TallyId, keys: Keys) {
        let Some(book) = self.strike_book(id, keys).cloned() else { return };
        let Some(tally) = self.tally(id) else { return };
        let strikes = book.strikes.iter().filter(|strike| !strike.gone);
        let steps: Vec<(DecisionId, &[EffectId])> =
            strikes.filter_map(|strike| Some((strike.id, self.step_of(tally, &book, strike)?))).collect();
        let given: Vec<DecisionId> = book.strikes.iter().map(|strike| strike.id).collect();
        self.drop_waiting(Reason::NoChange, |action| {
            let Some(ground) = action.ground.filter(|ground| ground.tally == id) else { return false };
            let stands = |(strike, step): &(DecisionId, &[EffectId])| {
                *strike == ground.strike && step.contains(&action.ready.effect)
            };
            given.contains(&ground.strike) && !steps.iter().any(stands)
        });
    }

    /// The effects of the step that a strike leads to, given what still counts.
    fn step_of(&self, tally: &'a Tally, book: &StrikeBook, strike: &Strike) -> Option<&'a [EffectId]> {
        let total = book.total_with(&tally.fading, strike);
        let step = tally.steps.iter().rev().find(|(at, _)| *at <= total)?;
        Some(&self.program.plan.handlers.get(step.1.index())?.effects)
    }

    /// What such a step does.
    fn acts_of(&self, tally: &'a Tally, book: &StrikeBook, strike: &Strike) -> impl Iterator<Item = &'a Act> {
        let effects = self.step_of(tally, book, strike).unwrap_or_default();
        effects.iter().filter_map(|id| self.effect(*id)).map(|effect| &effect.act)
    }

    /// Sanctions in force that the recomputed ladder would not have given are lifted.
    fn lift_groundless(&mut self, id: TallyId, member: Option<MemberId>, place: PlaceId, origin: &Origin) {
        let Some(member) = member else { return };
        // A step may have acted everywhere.
        for group in self.state.groups_ever(member) {
            let keys = Keys { group: Some(group), member: Some(member) };
            self.lift_mute(id, keys, place, origin);
            self.lift_out(id, keys, place, origin);
        }
    }

    /// All books of a member: of a ladder for memberships, one in every group.
    fn books_of(&self, id: TallyId, member: MemberId) -> impl Iterator<Item = &StrikeBook> {
        let groups: Vec<Option<GroupId>> = match self.tally(id).map(|tally| tally.scope) {
            Some(Scope::Member) => vec![None],
            _ => self.state.groups_ever(member).into_iter().map(Some).collect(),
        };
        let books = groups.into_iter().map(move |group| Keys { group, member: Some(member) });
        books.filter_map(move |keys| self.strike_book(id, keys))
    }

    fn lift_mute(&mut self, id: TallyId, keys: Keys, place: PlaceId, origin: &Origin) {
        let now = self.state.now;
        let mute = self.state.mute_of(keys).filter(|mute| mute.until > now);
        let Some(mute) = mute.filter(|mute| mute.ground.is_some_and(|ground| ground.tally == id)) else { return };
        let stands = self.mute_until(id, keys);
        if stands.is_some_and(|until| until >= mute.until) {
            return;
        }
        let rest = stands.filter(|until| *until > now);
        if let Some(card) = self.state.card_mut(keys) {
            card.mute = rest.map(|until| Mute { until, ground: mute.ground });
        }
        let words = &self.program.words;
        match rest {
            // A shorter mute of another strike remains: what is left of it is said.
            Some(until) => {
                let args = Args::from_iter([(ArgName::from("for_s"), Value::Duration(until - now))]);
                self.undo(id, words.mute, keys, args, place, origin);
            }
            None => self.undo(id, words.unmute, keys, Args::new(), place, origin),
        }
    }

    /// Until when the ladder would mute, as it counts now.
    fn mute_until(&self, id: TallyId, keys: Keys) -> Option<Instant> {
        let tally = self.tally(id)?;
        let books = self.books_of(id, keys.member?);
        let strikes = books.flat_map(|book| book.strikes.iter().filter(|strike| !strike.gone).map(move |s| (book, s)));
        let untils = strikes.filter_map(|(book, strike)| {
            let mutes = self.acts_of(tally, book, strike).filter_map(|act| match act {
                Act::Mute { during, everywhere } if *everywhere || strike.keys.group == keys.group => {
                    match Scene::new(self.program, self.state, self.state.now, keys).value(during) {
                        Value::Duration(during) => Some(strike.at + during),
                        _ => None,
                    }
                }
                _ => None,
            });
            mutes.max()
        });
        untils.max()
    }

    fn lift_out(&mut self, id: TallyId, keys: Keys, place: PlaceId, origin: &Origin) {
        let now = self.state.now;
        let Some(out) = self.state.out_of(keys) else { return };
        let (Some(ground), Some(member)) = (out.ground.filter(|ground| ground.tally == id), keys.member) else {
            return;
        };
        if out.banned_until.is_some_and(|until| until <= now) || self.still_out(ground, member) {
            return;
        }
        // Who may come back is still out.
        if let Some(card) = self.state.card_mut(keys) {
            card.out = Some(Out { banned_until: None, ground: None });
        }
        let words = &self.program.words;
        if out.banned_until.is_some() {
            return self.undo(id, words.unban, keys, Args::new(), place, origin);
        }
        let Some(group) = keys.group else { return };
        if let (Some(state), Some(member)) = (self.state.group_mut(group), keys.member) {
            state.invited.push_back((now, member));
        }
        let args = Args::from_iter([(ArgName::from("to"), Value::Group(group))]);
        self.undo(id, words.invite, keys, args, place, origin);
    }

    fn still_out(&self, ground: Ground, member: MemberId) -> bool {
        let Some(tally) = self.tally(ground.tally) else { return false };
        let mut acts = self.books_of(ground.tally, member).flat_map(|book| {
            let strike = book.strikes.iter().find(|strike| strike.id == ground.strike && !strike.gone);
            strike.into_iter().flat_map(move |strike| self.acts_of(tally, book, strike))
        });
        acts.any(|act| matches!(act, Act::Remove { .. } | Act::Ban { .. }))
    }

    /// Each undo is a decision with its cause.
    fn undo(&mut self, id: TallyId, action: NameId, keys: Keys, args: Args, place: PlaceId, origin: &Origin) {
        let Some(tally) = self.tally(id) else { return };
        let name = self.program.name(action);
        let id = self.id_of(origin, keys, &[b"undo", name.as_bytes()]);
        self.out.decisions.push(Decision {
            at: self.state.now,
            id,
            action,
            keys,
            args,
            status: Status::Done,
            reason: None,
            item: tally.item,
            place,
            cause: Arc::clone(&origin.cause),
            certainty: origin.certainty,
            firing: 0,
        });
    }
}

impl StrikeBook {
    /// The total right after a strike, of the strikes given up to then.
    fn total_with(&self, fading: &Fading, strike: &Strike) -> u32 {
        let given = self.strikes.iter().position(|s| s.id == strike.id).map_or(self.strikes.len(), |i| i + 1);
        let until = StrikeBook { strikes: self.strikes.iter().take(given).copied().collect(), forgiven: 0 };
        until.total(fading, strike.at)
    }
}
