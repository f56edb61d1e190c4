//! What shows a finding: a small log, or a date, and what comes of it. [`replay`] runs it through the engine.

use super::book::Book;
use crate::engine::{Directory, Output, Program, Status};
use crate::l10n::Text;
use crate::log::{Decoded, Decoder, OwnedEvent, read_directory};
use crate::plan::ids::PlaceId;
use crate::simulate::{Driver, Moment, Options, Sink};
use crate::time::{Instant, Occurrence};
use chrono::NaiveDateTime;
use serde_json::Value as Json;
use std::io;

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
    let decoder = Decoder::new(&program.plan);
    let events: Vec<OwnedEvent> =
        witness.events.iter().map(|event| decoded(&decoder, event)).collect::<Result<_, _>>()?;
    let directory = directory(witness, program)?;
    let options = Options { from: witness.from, to: witness.until, ..Options::default() };
    let mut driver = Driver::new(program, options).with_directory(directory.as_ref());
    let mut seen = Seen::default();
    for event in &events {
        driver.event(&event.event(), &mut seen).map_err(|error| error.to_string())?;
    }
    driver.finish(&mut seen).map_err(|error| error.to_string())?;
    Ok(holds(witness, program, &seen))
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
        }));
        Ok(())
    }
}

fn holds(witness: &Witness, program: &Program, seen: &Seen) -> bool {
    let at = |place: PlaceId| seen.0.iter().filter(move |told| told.place == place || told.item_place == Some(place));
    match &witness.claim {
        Claim::Acts(place) => at(*place).next().is_some(),
        Claim::Comes(place, status) => at(*place).any(|told| told.status == *status),
        Claim::Fires { schedule, at, instead_of } => {
            let calendar = &program.plan.community.calendar;
            let just_before = *at - crate::time::Duration::from_ms(1);
            let next = program.plan.schedules.get(*schedule).and_then(|s| s.schedule.next(just_before, calendar));
            next == Some(*at) && !matches!(calendar.zone.occurrence(*instead_of), Occurrence::Once(_))
        }
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
