//! What shows a finding: a small log, or a date, and what comes of it. [`replay`] runs it through the engine.

use super::book::Book;
use super::platform::Unit;
use crate::engine::{Decision, Directory, Output, Program, Reason, Status, Tested, Watch};
use crate::l10n::Text;
use crate::log::{Decoded, Decoder, OwnedEvent, read_directory};
use crate::plan::expr::Expr;
use crate::plan::ids::{EffectId, HandlerId, ItemId, KindId, PlaceId, TimelineId};
use crate::plan::value::Value;
use crate::plan::{Handler, Plan, Scope, Subject};
use crate::simulate::{Driver, Moment, Options, Sink};
use crate::time::{Instant, Occurrence};
use chrono::NaiveDateTime;
use rustc_hash::{FxHashMap, FxHashSet};
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

/// Runs witnesses of one playbook: what they have in common is made once, and runs that are the same are run once.
pub struct Runs<'a> {
    program: &'a Program,
    decoder: Decoder,
    /// What was seen in runs of at most one event, by what happens: many rules are woken by the same.
    shared: RefCell<FxHashMap<String, Rc<Seen>>>,
    /// The same with somebody who looks on while every condition is tested.
    watched: RefCell<FxHashMap<String, Rc<Watched>>>,
    /// The plan without its rules, for what a condition comes to.
    bare: OnceCell<Plan>,
}

/// What was seen in a run, and the conditions that did not hold, by where they lie.
struct Watched {
    seen: Rc<Seen>,
    missed: FxHashSet<usize>,
}

/// Looks on while conditions are tested, and keeps those that do not hold.
#[derive(Default)]
struct Missing(RefCell<FxHashSet<usize>>);

impl Watch for Missing {
    fn wants(&self, _item: ItemId) -> bool {
        true
    }

    fn missed(&self, missed: &Tested<'_>) {
        self.0.borrow_mut().insert(std::ptr::from_ref(missed.condition).addr());
    }
}

/// How many runs are kept to be shared.
const SHARED: usize = 64;

impl<'a> Runs<'a> {
    /// Nothing has run yet.
    #[must_use]
    pub fn new(program: &'a Program) -> Runs<'a> {
        Runs {
            program,
            decoder: Decoder::new(&program.plan),
            shared: RefCell::default(),
            watched: RefCell::default(),
            bare: OnceCell::new(),
        }
    }

    /// Runs a witness; says whether its claim holds, or why it cannot be run.
    ///
    /// # Errors
    /// Where its events or its directory do not fit the playbook.
    pub fn replay(&self, witness: &Witness) -> Result<bool, String> {
        let probed = self.probed(witness)?;
        let program = probed.as_ref().unwrap_or(self.program);
        let looks = Looks::new(witness, program);
        let watch = looks.item.is_some().then_some(&looks as &dyn Watch);
        let seen = match (&witness.claim, witness.events.len() > 1 || probed.is_some()) {
            // Who looks on has every condition tested: only where the claim is about one.
            (Claim::PassesOver(..), _) | (_, true) => Rc::new(self.run(witness, program, watch)?),
            (Claim::Refuses(_), false) => {
                let watched = self.watched(witness)?;
                let missed = |condition: &&&Expr| watched.missed.contains(&std::ptr::from_ref(**condition).addr());
                looks.missed.set(looks.conditions.iter().filter(missed).count());
                Rc::clone(&watched.seen)
            }
            (_, false) => self.shared(witness)?,
        };
        Ok(is_so(&witness.claim, witness, program, &seen, &looks))
    }

    /// The playbook with one more rule, where a claim needs one: which asks for the opposite of what a condition is said
    /// to come to, or carries an effect out.
    fn probed(&self, witness: &Witness) -> Result<Option<Program>, String> {
        let plan = &self.program.plan;
        let rule = |scope, kind, when, effects| Handler {
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
        };
        let (mut plan, handler) = match &witness.claim {
            Claim::Truth { kind, scope, condition, truth } => {
                let asked = if *truth { Expr::Not(condition.clone()) } else { (**condition).clone() };
                // Other rules have no say in what a condition comes to, and there may be thousands of them.
                let bare = self.bare.get_or_init(|| Plan { handlers: Vec::new(), ..plan.clone() });
                (bare.clone(), rule(*scope, *kind, Some(asked), Vec::new()))
            }
            Claim::Carried(effect, _) => {
                let posted = super::causes::kind_named(plan, "message.posted").ok_or("there are no messages")?;
                (plan.clone(), rule(Scope::Membership, posted, None, vec![*effect]))
            }
            // Most witnesses run in the playbook as it is: a copy of it costs more than the run.
            _ => return Ok(None),
        };
        plan.handlers.push(handler);
        Program::new(plan).map(Some).map_err(|error| error.to_string())
    }

    fn shared(&self, witness: &Witness) -> Result<Rc<Seen>, String> {
        let run = || Ok(self.run(witness, self.program, None)?.into());
        kept(&self.shared, witness, run)
    }

    fn watched(&self, witness: &Witness) -> Result<Rc<Watched>, String> {
        kept(&self.watched, witness, || {
            let missing = Missing::default();
            let seen = Rc::new(self.run(witness, self.program, Some(&missing))?);
            Ok(Rc::new(Watched { seen, missed: missing.0.into_inner() }))
        })
    }

    fn run(&self, witness: &Witness, program: &Program, watch: Option<&dyn Watch>) -> Result<Seen, String> {
        let events = witness.events.iter().map(|event| decoded(&self.decoder, event));
        let events: Vec<OwnedEvent> = events.collect::<Result<_, _>>()?;
        let directory = directory(witness, program)?;
        let options = Options { from: witness.from, to: witness.until, ..Options::default() };
        let mut driver = Driver::new(program, options).with_directory(directory.as_ref()).with_watch(watch);
        let mut seen = Seen::default();
        for event in &events {
            driver.event(&event.event(), &mut seen).map_err(|error| error.to_string())?;
        }
        driver.finish(&mut seen).map_err(|error| error.to_string())?;
        Ok(seen)
    }
}

/// What a run came to, kept for the next that is the same.
fn kept<T>(
    runs: &RefCell<FxHashMap<String, Rc<T>>>,
    witness: &Witness,
    run: impl FnOnce() -> Result<Rc<T>, String>,
) -> Result<Rc<T>, String> {
    let Witness { directory, from, until, events, .. } = witness;
    let key = format!("{from:?} {until:?} {directory} {events:?}");
    if let Some(came) = runs.borrow().get(&key) {
        return Ok(Rc::clone(came));
    }
    let came = run()?;
    let mut runs = runs.borrow_mut();
    if runs.len() < SHARED {
        runs.insert(key, Rc::clone(&came));
    }
    Ok(came)
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
