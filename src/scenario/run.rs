//! Runs one case through the driver of the dry run, and keeps what was decided.

use super::coverage::Coverage;
use super::lexicon::Topic;
use super::lines::{Happens, Named, Probe};
use super::read::{Case, Scenario};
use crate::engine::{ArgName, Decision, Event, Output, Program, Status, Tested, Watch};
use crate::log::{Decoded, Decoder, OwnedEvent};
use crate::plan::Scope;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::ItemId;
use crate::plan::value::Value;
use crate::simulate::report::note_text;
use crate::simulate::{Driver, Misses, Moment, Options, Recorder, Sink};
use crate::syntax::span::Span;
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::io;

/// A value of a decision or a state, for comparing and for showing.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Not known.
    Nothing,
    /// A number or an amount of money.
    Number(Decimal),
    /// An instant.
    Time(Instant),
    /// A length of time.
    Length(Duration),
    /// Whatever else: texts, names, ids, truth, lists.
    Text(String),
}

/// A decision as it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// Its id.
    pub id: String,
    /// What is done.
    pub action: String,
    /// The group it concerns.
    pub group: Option<String>,
    /// The member it concerns.
    pub member: Option<String>,
    /// Its arguments, without those that are not known.
    pub args: Vec<(String, Shown)>,
    /// What became of it.
    pub status: Status,
    /// Why.
    pub reason: Option<String>,
    /// What decided it.
    pub item: ItemId,
    /// Where in the playbook: `file:line:col`.
    pub source: String,
    /// Back to the event, the nearest first.
    pub causes: Vec<String>,
}

/// What came of a case.
#[derive(Debug, Default)]
pub struct Tried {
    /// What was decided, in order.
    pub told: Vec<Told>,
    /// What each question to the state came to, in the order of the case's.
    pub answers: Vec<Shown>,
    /// The id and the line of each event.
    pub events: Vec<(String, Span)>,
    /// Decisions that a field named and that were not there.
    pub nameless: Vec<Named>,
    /// Members whose events were left out, since the playbook had put them out; once for each event.
    pub left_out: Vec<String>,
    /// Errors of the run.
    pub notes: Vec<String>,
    /// Why items did not act.
    pub misses: Misses,
}

/// Two who look on.
struct Looks<'a> {
    coverage: &'a Coverage,
    misses: &'a Misses,
}

impl Watch for Looks<'_> {
    fn wants(&self, item: ItemId) -> bool {
        self.misses.wants(item)
    }

    fn missed(&self, missed: &Tested<'_>) {
        self.misses.missed(missed);
    }

    fn tested(&self, tested: &Tested<'_>) {
        self.coverage.tested(tested);
    }
}

/// Runs a case; `coverage` learns what it reached.
///
/// # Errors
/// Never for what a scenario may hold; what cannot be decoded any more says so.
pub fn run(program: &Program, scenario: &Scenario, case: &Case, coverage: &Coverage) -> Result<Tried, String> {
    let misses = Misses::new(program.plan.items.len());
    let mut tried = Tried::default();
    let looks = Looks { coverage, misses: &misses };
    let options = Options { from: Some(scenario.clock.start), to: Some(case.end), ..Options::default() };
    let driver = Driver::new(program, options).with_directory(Some(&scenario.directory)).with_watch(Some(&looks));
    let ear = Ear { tried: &mut tried, coverage };
    let mut trial = Trial { driver, ear, decoder: Decoder::new(&program.plan), program };
    trial.all(case).map_err(|error| error.to_string())?;
    tried.misses = misses;
    Ok(tried)
}

/// A case on its way.
struct Trial<'a> {
    driver: Driver<'a>,
    ear: Ear<'a>,
    decoder: Decoder,
    program: &'a Program,
}

impl Trial<'_> {
    fn all(&mut self, case: &Case) -> io::Result<()> {
        let mut probes = case.probes.iter().peekable();
        for happens in &case.events {
            while let Some(probe) = probes.next_if(|probe| probe.at < happens.at) {
                self.ask(probe)?;
            }
            self.happen(happens)?;
        }
        for probe in probes {
            self.ask(probe)?;
        }
        self.driver.finish(&mut self.ear)
    }

    fn happen(&mut self, happens: &Happens) -> io::Result<()> {
        let Some(event) = &happens.event else {
            return self.driver.advance(happens.at, &mut self.ear);
        };
        let mut event = event.clone();
        let given = event.get("id").and_then(Json::as_str).map(str::to_owned);
        let id = given.unwrap_or_else(|| format!("e{}", self.ear.tried.events.len() + 1));
        event.insert("id".to_owned(), Json::from(id.as_str()));
        // Whatever is due by now may be what the event is about.
        self.driver.advance(happens.at, &mut self.ear)?;
        self.name(happens, &mut event);
        self.ear.tried.events.push((id, happens.span));
        let event = self.decoded(&event)?;
        self.driver.event(&event.event(), &mut self.ear)
    }

    /// Puts in the ids of the decisions that fields name.
    fn name(&mut self, happens: &Happens, event: &mut Map<String, Json>) {
        for (field, named) in &happens.decisions {
            let meant =
                |told: &&Told| told.action == named.action && (named.member.is_none() || told.member == named.member);
            match self.ear.tried.told.iter().rev().find(meant) {
                Some(told) => drop(event.insert(field.clone(), Json::from(told.id.as_str()))),
                None => self.ear.tried.nameless.push(named.clone()),
            }
        }
    }

    fn decoded(&self, event: &Map<String, Json>) -> io::Result<OwnedEvent> {
        match self.decoder.decode(Json::Object(event.clone()).to_string().as_bytes()) {
            Ok(Decoded::Event(event)) => Ok(event),
            Ok(Decoded::UnknownKind(kind)) => Err(io::Error::other(format!("there is no event `{kind}`"))),
            Err(error) => Err(io::Error::other(error.to_string())),
        }
    }

    fn ask(&mut self, probe: &Probe) -> io::Result<()> {
        self.driver.advance(probe.at, &mut self.ear)?;
        let state = self.driver.state();
        let keys = state.keys_of(probe.whom.group.as_deref(), probe.whom.member.as_deref());
        let recorder = Recorder::new(self.program, state);
        let yes = |truth: bool| Shown::Text(if truth { "yes" } else { "no" }.to_owned());
        let look = |keys: Keys, expr: &Expr| shown(&recorder, &state.look(self.program, keys, expr));
        let answer = match probe.topic {
            Topic::Tag(tag) => named(&probe.text, look(keys, &Expr::HasTag(tag))),
            Topic::Role(role) => named(&probe.text, look(keys, &Expr::HasRole { who: Box::new(Expr::Member), role })),
            Topic::Segment(segment) => named(&probe.text, look(keys, &Expr::InSegment(segment))),
            Topic::Ledger(ledger) => look(keys, &Expr::Ledger(ledger)),
            Topic::Tiers(tiers) => look(keys, &Expr::Tier(tiers)),
            Topic::Metric(metric) => look(keys, &Expr::Metric(metric)),
            Topic::Let(id) => look(keys, &Expr::Let(id)),
            Topic::Attribute(id, Scope::Group) => look(keys, &Expr::GroupAttribute(id)),
            Topic::Attribute(id, _) => look(keys, &Expr::MemberAttribute(id)),
            Topic::Strikes(ladder) => Shown::Number(Decimal::from(state.strikes(self.program, keys, ladder))),
            Topic::Muted => yes(state.is_mute(keys)),
            Topic::Present => yes(state.is_in(keys)),
            Topic::Name if probe.whom.member.is_some() => look(keys, &Expr::MemberName),
            Topic::Name => look(keys, &Expr::GroupName),
            Topic::Size => look(keys, &Expr::GroupSize),
        };
        self.ear.tried.answers.push(answer);
        Ok(())
    }
}

/// A tag, role or segment that holds is shown by its name.
fn named(name: &str, truth: Shown) -> Shown {
    if truth == Shown::Text("yes".to_owned()) { Shown::Text(name.to_owned()) } else { Shown::Nothing }
}

/// Hears what is decided.
struct Ear<'a> {
    tried: &'a mut Tried,
    coverage: &'a Coverage,
}

impl Sink for Ear<'_> {
    fn event(&mut self, _moment: &Moment<'_>, event: &Event<'_>, left_out: bool) -> io::Result<()> {
        self.tried.left_out.extend(event.member.filter(|_| left_out).map(str::to_owned));
        Ok(())
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let recorder = Recorder::new(moment.program, moment.state);
        for decision in &output.decisions {
            self.coverage.decided(decision);
            self.tried.told.push(told(moment, &recorder, decision));
        }
        output.samples.iter().for_each(|sample| self.coverage.sampled(sample));
        self.tried.notes.extend(output.notes.iter().map(|note| note_text(moment.program, note)));
        Ok(())
    }
}

pub(super) fn told(moment: &Moment<'_>, recorder: &Recorder<'_>, decision: &Decision) -> Told {
    let program = moment.program;
    let arg = |(name, value): &(ArgName, Value)| (name.to_string(), shown(recorder, value));
    Told {
        at: decision.at,
        id: decision.id.to_string(),
        action: program.name(decision.action).to_owned(),
        group: decision.keys.group.map(|group| moment.state.group_text(group).to_owned()),
        member: decision.keys.member.map(|member| moment.state.member_text(member).to_owned()),
        args: decision.args.iter().map(arg).filter(|(_, shown)| *shown != Shown::Nothing).collect(),
        status: decision.status,
        reason: decision.reason.map(|reason| reason.text(|name| program.name(name))),
        item: decision.item,
        source: recorder.place(decision).to_owned(),
        causes: decision.cause.ids().map(str::to_owned).collect(),
    }
}

/// A value as decisions are written, without the quotes of JSON.
fn shown(recorder: &Recorder<'_>, value: &Value) -> Shown {
    match value {
        Value::Unknown => Shown::Nothing,
        Value::Number(n) | Value::Money(n) => Shown::Number(n.normalize()),
        Value::Time(at) => Shown::Time(*at),
        Value::Duration(length) => Shown::Length(*length),
        Value::Bool(truth) => Shown::Text(if *truth { "yes" } else { "no" }.to_owned()),
        other => {
            let mut json = String::new();
            recorder.value(&mut json, other);
            Shown::Text(serde_json::from_str(&json).unwrap_or(json))
        }
    }
}
