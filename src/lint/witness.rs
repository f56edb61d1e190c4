//! What shows a finding: a small log, or a date, and what comes of it. [`replay`] runs it through the engine.

use super::book::Book;
use super::casting::Casting;
use super::platform::Unit;
use crate::engine::{Cast, Decision, Directory, Meter, Output, Program, Reason, Status, Tested, Watch, Work};
use crate::l10n::Text;
use crate::log::{Decoded, Decoder, OwnedEvent, read_directory};
use crate::plan::expr::Expr;
use crate::plan::ids::{EffectId, HandlerId, ItemId, KindId, PlaceId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{Handler, Plan, Scope, Subject};
use crate::simulate::{Driver, Moment, Options, Sink};
use crate::time::{Instant, Occurrence};
use chrono::NaiveDateTime;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::cell::{Cell as Counter, OnceCell, RefCell};
use std::io;
use std::rc::Rc;

/// What shows a finding.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Who is there at the start, as a directory file in JSON; null for nobody.
    pub directory: Json,
    /// When the clock starts; else with the first event.
    pub from: Option<Instant>,
    /// When it stops; else with the last event.
    pub until: Option<Instant>,
    /// What happens, each as a line of a log.
    pub events: Vec<Json>,
    /// What comes of it.
    pub claim: Claim,
}

/// What a witness shows.
#[derive(Clone, Debug)]
pub enum Claim {
    /// The place, or its item, decides something.
    Acts(PlaceId),
    /// The place decides nothing.
    Silent(PlaceId),
    /// It comes to decisions of this status.
    Comes(PlaceId, Status),
    /// A schedule of the plan, by its position, fires at this instant, though its local time is another one.
    Fires {
        /// Which schedule.
        schedule: usize,
        /// When.
        at: Instant,
        /// What the clocks ought to show.
        instead_of: NaiveDateTime,
    },
    /// The handler is woken and its condition, or its filter, does not hold.
    Refuses(HandlerId),
    /// Both places decide something, at one time.
    Together(PlaceId, PlaceId),
    /// A chain of effects that does not end is cut.
    Endless,
    /// A step of a timeline, by its position, is passed over, because its condition does not hold.
    PassesOver(TimelineId, usize),
    /// The place does something for the second time.
    Repeats(PlaceId),
    /// These places together decide more often than so.
    Oftener(Vec<PlaceId>, usize),
    /// The claim holds where an effect is carried out on every message.
    Carried(EffectId, Box<Claim>),
    /// All of these.
    All(Vec<Claim>),
    /// A place says a text longer than so.
    Longer {
        /// Which place.
        place: PlaceId,
        /// How long it may be.
        most: usize,
        /// In what.
        unit: Unit,
    },
    /// A condition, looked at whenever an event of this kind happens, always comes to this.
    Truth {
        /// The kind of event.
        kind: KindId,
        /// Whose the condition is.
        scope: Scope,
        /// The condition.
        condition: Box<Expr>,
        /// What it comes to.
        truth: bool,
    },
    /// A schedule of the plan does not fire between the witness's `from` and `until`.
    Sleeps {
        /// Which schedule.
        schedule: usize,
    },
}

impl Witness {
    /// A witness of events.
    #[must_use]
    pub fn of(events: Vec<Json>, claim: Claim) -> Witness {
        Witness { directory: Json::Null, from: None, until: None, events, claim }
    }

    /// A witness of a stretch of time.
    #[must_use]
    pub fn during(from: Instant, until: Instant, claim: Claim) -> Witness {
        Witness { directory: Json::Null, from: Some(from), until: Some(until), events: Vec::new(), claim }
    }

    /// In a line: what happens, as short as it can be said.
    #[must_use]
    pub fn brief(&self, book: &Book<'_>) -> Text {
        let zone = book.plan.community.calendar.zone;
        let last = self.events.last().and_then(|event| event.get("at")).and_then(Json::as_i64).map(Instant::from_ms);
        match (&self.claim, last) {
            (Claim::Fires { at, .. }, _) => Text::new("witness-date").with("date", zone.short(*at)),
            (_, Some(at)) => Text::new("witness-events")
                .with("events", self.events.len())
                .with("date", zone.short(at))
                .with("last", last_of(&self.events)),
            (_, None) => {
                Text::new("witness-date").with("date", self.until.map(|at| zone.short(at)).unwrap_or_default())
            }
        }
    }
}

fn last_of(events: &[Json]) -> String {
    let Some(Json::Object(last)) = events.last() else { return String::new() };
    let shown = last.iter().filter(|(key, _)| !matches!(key.as_str(), "at" | "id" | "kind"));
    let fields: Vec<String> = shown.map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{} {{ {} }}", last.get("kind").and_then(Json::as_str).unwrap_or_default(), fields.join(", "))
}

/// Runs a witness; says whether its claim holds, or why it cannot be run.
///
/// # Errors
/// Where its events or its directory do not fit the playbook.
pub fn replay(witness: &Witness, program: &Program) -> Result<bool, String> {
    Runs::new(program).replay(witness)
}

/// Runs witnesses of one playbook: what they have in common is made once.
pub struct Runs<'a> {
    program: &'a Program,
    decoder: Decoder,
    casting: Casting<'a>,
    turns: Turns,
    /// One rule, which never acts, for what conditions come to: by what wakes it and whom it is about.
    probes: RefCell<FxHashMap<(KindId, Scope), Rc<Program>>>,
    /// The playbook with a rule for each effect that carries it out on every message.
    carriers: OnceCell<Option<Program>>,
}

/// Counts how often an item had its turn.
#[derive(Default)]
struct Turns(Counter<u64>);

impl Meter for Turns {
    fn turn(&self, work: Work) {
        self.0.set(self.0.get() + u64::from(matches!(work, Work::Item(_))));
    }
}

impl<'a> Runs<'a> {
    /// Nothing has run yet.
    #[must_use]
    pub fn new(program: &'a Program) -> Runs<'a> {
        Runs {
            program,
            decoder: Decoder::new(&program.plan),
            casting: Casting::new(program),
            turns: Turns::default(),
            probes: RefCell::default(),
            carriers: OnceCell::new(),
        }
    }

    /// Runs a witness in the whole playbook; says whether its claim holds, or why it cannot be run.
    ///
    /// # Errors
    /// Where its events or its directory do not fit the playbook.
    pub fn replay(&self, witness: &Witness) -> Result<bool, String> {
        self.whole(witness, None)
    }

    /// Whether a witness shows what it claims; rules that have no say in it are left asleep.
    #[must_use]
    pub fn shows(&self, witness: &Witness) -> bool {
        let carried = match &witness.claim {
            Claim::Carried(id, claim) if self.casting.is_moment(witness) => {
                matches!(**claim, Claim::Acts(_)).then_some(*id)
            }
            _ => None,
        };
        let came = match carried.zip(self.carriers.get_or_init(|| carriers(&self.program.plan)).as_ref()) {
            Some((id, program)) => {
                let own = HandlerId((self.program.plan.handlers.len() + id.index()) as u32);
                self.come_to(witness, program, Some(Cast::new(program, vec![own], Vec::new())))
            }
            None => self.whole(witness, self.casting.of(witness)),
        };
        came == Ok(true)
    }

    /// How often an item had its turn in all runs so far: what they have cost, on every machine the same.
    #[must_use]
    pub fn turns(&self) -> u64 {
        self.turns.0.get()
    }

    fn whole(&self, witness: &Witness, cast: Option<Cast>) -> Result<bool, String> {
        match &witness.claim {
            Claim::Truth { kind, scope, .. } => self.come_to(witness, &*self.probe(*kind, *scope)?, None),
            Claim::Carried(effect, _) => {
                let mut plan = self.program.plan.clone();
                let posted = super::causes::kind_named(&plan, "message.posted").ok_or("there are no messages")?;
                plan.handlers.push(rule(Scope::Membership, posted, None, vec![*effect]));
                self.come_to(witness, &made(plan)?, cast)
            }
            _ => self.come_to(witness, self.program, cast),
        }
    }

    fn come_to(&self, witness: &Witness, program: &Program, cast: Option<Cast>) -> Result<bool, String> {
        let looks = Looks::new(witness, program);
        let watch = looks.item.is_some().then_some(&looks as &dyn Watch);
        let seen = self.run(witness, program, cast, watch)?;
        Ok(is_so(&witness.claim, witness, program, &seen, &looks))
    }

    /// A program in which a condition can be looked at whenever an event of a kind happens.
    fn probe(&self, kind: KindId, scope: Scope) -> Result<Rc<Program>, String> {
        if let Some(known) = self.probes.borrow().get(&(kind, scope)) {
            return Ok(Rc::clone(known));
        }
        // Rules have no say in what a condition comes to at one event, and there may be thousands of them.
        let (effects, schedules, places) = Default::default();
        let never = rule(scope, kind, Some(Expr::Const(Value::Bool(false))), Vec::new());
        let plan = Plan { handlers: vec![never], effects, schedules, places, ..self.program.plan.clone() };
        let probe = Rc::new(made(plan)?);
        self.probes.borrow_mut().insert((kind, scope), Rc::clone(&probe));
        Ok(probe)
    }

    fn run(
        &self,
        witness: &Witness,
        program: &Program,
        cast: Option<Cast>,
        watch: Option<&dyn Watch>,
    ) -> Result<Seen, String> {
        let events = witness.events.iter().map(|event| decoded(&self.decoder, event));
        let events: Vec<OwnedEvent> = events.collect::<Result<_, _>>()?;
        let directory = directory(witness, program)?;
        let options = Options { from: witness.from, to: witness.until, ..Options::default() };
        let driver = Driver::new(program, options).with_directory(directory.as_ref()).with_cast(cast);
        let mut driver = driver.with_watch(watch).with_meter(Some(&self.turns));
        let mut seen = Seen::default();
        for event in &events {
            driver.event(&event.event(), &mut seen).map_err(|error| error.to_string())?;
        }
        driver.finish(&mut seen).map_err(|error| error.to_string())?;
        Ok(seen)
    }
}

/// A rule of no item.
fn rule(scope: Scope, kind: KindId, when: Option<Expr>, effects: Vec<EffectId>) -> Handler {
    Handler {
        item: ItemId::default(),
        place: PlaceId::default(),
        subject: Subject { scope, ..Subject::default() },
        events: vec![kind],
        silences: Vec::new(),
        when,
        select: None,
        effects,
        otherwise: Vec::new(),
        once: None,
    }
}

/// A plan with a rule for each effect that carries it out on every message.
fn carriers(plan: &Plan) -> Option<Program> {
    let posted = super::causes::kind_named(plan, "message.posted")?;
    let mut plan = plan.clone();
    let effects = (0..plan.effects.len() as u32).map(EffectId);
    plan.handlers.extend(effects.map(|id| rule(Scope::Membership, posted, None, vec![id])));
    made(plan).ok()
}

fn made(plan: Plan) -> Result<Program, String> {
    Program::new(plan).map_err(|error| error.to_string())
}

/// Looks on while the condition that a witness is about is tested.
struct Looks<'a> {
    claim: &'a Claim,
    item: Option<ItemId>,
    conditions: Vec<&'a Expr>,
    missed: Counter<usize>,
    otherwise: Counter<bool>,
}

impl<'a> Looks<'a> {
    fn new(witness: &'a Witness, program: &'a Program) -> Looks<'a> {
        let timeline = match &witness.claim {
            Claim::PassesOver(id, step) => program.plan.timelines.get(id.index()).map(|timeline| (timeline, *step)),
            _ => None,
        };
        let step = timeline.and_then(|(timeline, step)| timeline.steps.get(step)?.when.as_ref());
        let handler = match &witness.claim {
            Claim::Refuses(id) => program.plan.handlers.get(id.index()),
            Claim::Truth { .. } => program.plan.handlers.last(),
            _ => None,
        };
        let conditions = handler.map(|handler| handler.when.iter().chain(&handler.subject.filter).collect());
        Looks {
            claim: &witness.claim,
            item: handler.map(|handler| handler.item).or(timeline.map(|(timeline, _)| timeline.item)),
            conditions: conditions.unwrap_or_else(|| step.into_iter().collect()),
            missed: Counter::new(0),
            otherwise: Counter::new(false),
        }
    }
}

impl Watch for Looks<'_> {
    fn wants(&self, item: ItemId) -> bool {
        self.item == Some(item)
    }

    fn missed(&self, missed: &Tested<'_>) {
        if !self.conditions.iter().any(|condition| std::ptr::eq(*condition, missed.condition)) {
            return;
        }
        self.missed.set(self.missed.get() + 1);
        if let Claim::Truth { condition, truth, .. } = self.claim
            && missed.value(condition) != Value::Bool(*truth)
        {
            self.otherwise.set(true);
        }
    }
}

fn decoded(decoder: &Decoder, event: &Json) -> Result<OwnedEvent, String> {
    match decoder.decode(event.to_string().as_bytes()) {
        Ok(Decoded::Event(event)) => Ok(event),
        Ok(_) => Err(format!("no event: {event}")),
        Err(error) => Err(format!("{event}: {error}")),
    }
}

fn directory(witness: &Witness, program: &Program) -> Result<Option<Directory>, String> {
    if witness.directory.is_null() {
        return Ok(None);
    }
    let read = read_directory(&witness.directory.to_string(), &program.plan);
    read.map(Some).map_err(|errors| errors.iter().map(|error| format!("{error:?} ")).collect())
}

/// One decision, as far as claims look at it.
struct Told {
    place: PlaceId,
    item_place: Option<PlaceId>,
    status: Status,
    at: Instant,
    endless: bool,
    text: Option<String>,
}

/// What was decided.
#[derive(Default)]
struct Seen(Vec<Told>);

impl Sink for Seen {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        self.0.extend(output.decisions.iter().map(|decision| Told {
            place: decision.place,
            item_place: moment.program.plan.items.get(decision.item.index()).map(|item| item.place),
            status: decision.status,
            at: decision.at,
            endless: decision.reason == Some(Reason::CascadeTooLong),
            text: said(decision),
        }));
        Ok(())
    }
}

fn said(decision: &Decision) -> Option<String> {
    let text = decision.args.iter().find(|(name, _)| matches!(name.as_str(), "text" | "title"))?;
    match &text.1 {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

fn is_so(claim: &Claim, witness: &Witness, program: &Program, seen: &Seen, looks: &Looks<'_>) -> bool {
    let at = |place: PlaceId| seen.0.iter().filter(move |told| told.place == place || told.item_place == Some(place));
    match claim {
        Claim::Carried(_, claim) => is_so(claim, witness, program, seen, looks),
        Claim::All(claims) => claims.iter().all(|claim| is_so(claim, witness, program, seen, looks)),
        Claim::Acts(place) => at(*place).next().is_some(),
        Claim::Silent(place) => at(*place).next().is_none(),
        Claim::Comes(place, status) => at(*place).any(|told| told.status == *status),
        Claim::Fires { schedule, at, instead_of } => {
            let calendar = &program.plan.community.calendar;
            let just_before = *at - crate::time::Duration::from_ms(1);
            let next = program.plan.schedules.get(*schedule).and_then(|s| s.schedule.next(just_before, calendar));
            next == Some(*at) && !matches!(calendar.zone.occurrence(*instead_of), Occurrence::Once(_))
        }
        Claim::Refuses(id) => {
            let effects = program.plan.handlers.get(id.index()).map_or(&[][..], |handler| &handler.effects);
            let places =
                effects.iter().filter_map(|id| program.plan.effects.get(id.index())).map(|effect| effect.place);
            looks.missed.get() > 0 && places.into_iter().all(|place| !seen.0.iter().any(|told| told.place == place))
        }
        Claim::Together(one, two) => seen
            .0
            .iter()
            .filter(|told| told.place == *one)
            .any(|told| seen.0.iter().any(|other| other.place == *two && other.at == told.at)),
        Claim::Endless => seen.0.iter().any(|told| told.endless),
        Claim::PassesOver(..) => looks.missed.get() > 0,
        Claim::Repeats(place) => at(*place).filter(|told| told.status == Status::Done).count() > 1,
        Claim::Oftener(places, most) => seen.0.iter().filter(|told| places.contains(&told.place)).count() > *most,
        Claim::Longer { place, most, unit } => {
            at(*place).filter_map(|told| told.text.as_deref()).any(|text| unit.of(text) > *most)
        }
        Claim::Truth { .. } => looks.missed.get() > 0 && !looks.otherwise.get(),
        Claim::Sleeps { schedule } => !fires(witness, program, *schedule),
    }
}

/// Whether a schedule fires in the witness's stretch of time.
fn fires(witness: &Witness, program: &Program, schedule: usize) -> bool {
    let (Some(from), Some(until)) = (witness.from, witness.until) else { return false };
    let Some(scheduled) = program.plan.schedules.get(schedule) else { return false };
    let just_before = from - crate::time::Duration::from_ms(1);
    scheduled.schedule.next(just_before, &program.plan.community.calendar).is_some_and(|next| next < until)
}
