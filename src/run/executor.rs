//! The single writer: it owns the store and the engine's state, and an input, what it changes and what is decided on it
//! are one transaction.

mod reload;
mod requests;
mod restart;

pub use reload::Loader;
pub use requests::RELOAD;
pub use restart::{How, Restart};

use super::arrival::{Arrival, Off, Unfit};
use super::figures::Figures;
use super::outbox::{Letter, Outcome, Policy, Row, State};
use super::snapshot::stamp;
use super::store::{Entry, Store, StoreError, Summary, Work};
use super::tail::Mark;
use super::version::{Came, InForce, Version};
use crate::connector::Meter;
use crate::engine::{DecisionId, Output, Waiting};
use crate::log::{Decoded, Decoder, OwnedEvent, read_directory};
use crate::simulate::{AfterRemoval, Driver, Moment, Options, Recorder, Sink};
use crate::time::Instant;
use compact_str::CompactString;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant as Clock;

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is in the journal under this id and was handled.
    Taken {
        /// The event's id, or the one it was given.
        id: CompactString,
        /// How its own time lay to the clock.
        off: Off,
    },
    /// The very same event had been taken before.
    Repeated,
    /// Another event had been taken under this id.
    Conflict,
    /// Its kind is not one of the playbook's.
    Unknown(CompactString),
    /// It is no event: why.
    Refused(String),
}

/// How a run is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What the clock of the machine shows.
    pub now: Instant,
    /// Whether the version of the playbook counts as if it had always been in force.
    pub adopt: bool,
    /// What may be delivered; `None` keeps everything in the store.
    pub policy: Option<Policy>,
    /// After how many entries of the journal a snapshot is taken.
    pub snapshot: i64,
}

/// A playbook that runs live.
pub struct Executor {
    store: Store,
    driver: Driver<'static>,
    decoder: Decoder,
    /// The version of the playbook in force.
    version: Version,
    /// Where the clock stands: it never goes back.
    clock: Instant,
    /// The number of the last entry of the journal.
    seq: i64,
    policy: Option<Policy>,
    /// Whether what is in memory is ahead of what is on the disk.
    broken: bool,
    /// What waits for people, as the store has it, and the changes that it takes in.
    waits: BTreeMap<DecisionId, Waiting>,
    waits_of: Option<u64>,
    /// Up to where requests of other processes have been looked for.
    heeded: Option<i64>,
    /// What a snapshot fits, after how many entries one is taken, and after which the last was.
    stamp: String,
    every: i64,
    snapshot: i64,
    restart: Restart,
    figures: Arc<Figures>,
}

impl Executor {
    /// Begins a run in a new store, or goes on where the store's run has come to: its journal is replayed, and what was
    /// decided must be decided again. Where another version of the playbook was in force, `version` takes over then.
    ///
    /// `written` is the directory as [`Store::directory`] holds it; for a new store it is kept there.
    ///
    /// # Errors
    /// The store fails, or decides differently.
    pub fn open(version: &Version, written: &str, store: Store, opening: Opening) -> Result<Executor, StoreError> {
        let Opening { now, adopt, policy, snapshot: every } = opening;
        let Summary { started, clock, .. } = store.summary()?;
        let start = started.unwrap_or(now);
        let versions = if started.is_some() { store.versions()? } else { Vec::new() };
        let base = base(&versions, version, adopt)?;
        let mut executor = Executor {
            driver: driver(&base, written, start)?,
            decoder: Decoder::new(&base.program.plan),
            clock: clock.unwrap_or(start),
            seq: 0,
            policy,
            broken: false,
            waits: BTreeMap::new(),
            waits_of: None,
            heeded: None,
            stamp: stamp(&base.digest),
            every,
            snapshot: 0,
            restart: Restart::NEW,
            figures: Arc::default(),
            version: base,
            store,
        };
        if started.is_none() {
            executor.begin(start, written)?;
            return Ok(executor);
        }
        executor.recover(&versions, version, adopt)?;
        executor.whole(|executor| {
            if adopt {
                let in_force = executor.in_force(Came::Adopted);
                executor.enter_version(&in_force, executor.clock)?;
            }
            executor.store.nothing_waits()?;
            executor.take_up()
        })?;
        if executor.version.digest != version.digest {
            executor.whole(|executor| {
                let changes = executor.version.written.changes(&version.written);
                let report = executor.turn_to(version.clone(), now)?;
                executor.restart.changed = Some(executor.told("reloaded", &changes, &report));
                Ok(())
            })?;
        }
        Ok(executor)
    }

    fn in_force(&self, came: Came) -> InForce {
        InForce { came, digest: self.version.digest.clone(), written: self.version.written.clone() }
    }

    fn begin(&mut self, at: Instant, directory: &str) -> Result<(), StoreError> {
        self.whole(|executor| {
            let in_force = executor.in_force(Came::Start);
            executor.enter_version(&in_force, at)?;
            let seq = executor.enter(Work::Start, at, directory.to_owned())?;
            executor.let_run(seq, at)
        })
    }

    /// Handles some lines and commits them together; the answers may be given away once this returns.
    ///
    /// # Errors
    /// The store fails: nothing of it has happened, and the run must be opened anew.
    pub fn take<L: AsRef<[u8]>>(&mut self, lines: &[L], now: Instant) -> Result<Vec<Receipt>, StoreError> {
        self.take_from(lines, &[], now)
    }

    /// The same, of lines that come from files, and up to where these have been read by them.
    ///
    /// # Errors
    /// The store fails: nothing of it has happened, and the run must be opened anew.
    pub fn take_from<L: AsRef<[u8]>>(
        &mut self,
        lines: &[L],
        marks: &[&Mark],
        now: Instant,
    ) -> Result<Vec<Receipt>, StoreError> {
        self.whole(|executor| {
            marks.iter().try_for_each(|mark| executor.store.mark(mark))?;
            lines.iter().map(|line| executor.line(line.as_ref(), now)).collect()
        })
    }

    /// Where what is measured goes.
    pub fn measure(&mut self, figures: Arc<Figures>) {
        self.figures = figures;
    }

    /// Takes what waits in the outbox into the figures.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn look_at_outbox(&self, figures: &Figures, now: Instant) -> Result<(), StoreError> {
        let waits = self.store.outbox_waiting(now)?;
        for (figure, count) in [
            (&figures.pending, waits.pending),
            (&figures.later, waits.later),
            (&figures.sending, waits.sending),
            (&figures.unsettled, waits.uncertain),
        ] {
            figure.store(count, Ordering::Relaxed);
        }
        figures.oldest.store(waits.oldest.map_or(0, Instant::ms), Ordering::Relaxed);
        figures.paused.store(u64::from(self.store.is_paused()?), Ordering::Relaxed);
        Ok(())
    }

    /// Lets the clock run; where nothing is due nothing happens.
    ///
    /// # Errors
    /// The store fails: nothing of it has happened, and the run must be opened anew.
    pub fn tick(&mut self, now: Instant) -> Result<(), StoreError> {
        let now = now.max(self.clock);
        if self.next_due().is_none_or(|due| due > now) {
            return Ok(());
        }
        self.whole(|executor| {
            let seq = executor.enter(Work::Clock, now, String::new())?;
            executor.let_run(seq, now)
        })
    }

    /// When something is due next.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.driver.state().next_due()
    }

    /// What the store holds, in figures.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        self.store.summary()
    }

    /// Does some work as one transaction.
    fn whole<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.broken {
            return Err(StoreError::Broken);
        }
        let began = Clock::now();
        self.store.begin()?;
        let worked = work(self).and_then(|done| self.note_waiting().map(|()| done));
        self.figures.step.add(began.elapsed());
        let began = Clock::now();
        let done = worked.and_then(|done| self.store.commit().map(|()| done));
        self.figures.commit.add(began.elapsed());
        if done.is_err() {
            self.store.roll_back();
            self.broken = true;
        }
        done
    }

    fn line(&mut self, line: &[u8], now: Instant) -> Result<Receipt, StoreError> {
        let arrival = match Arrival::read(&self.decoder, line) {
            Ok(arrival) => arrival,
            Err(Unfit::Refused(why)) => return Ok(Receipt::Refused(why)),
            Err(Unfit::Unknown(kind)) => return Ok(Receipt::Unknown(kind)),
        };
        if !arrival.event.id.is_empty()
            && let Some(known) = self.store.digest_of(&arrival.event.id)?
        {
            return Ok(if known == arrival.digest { Receipt::Repeated } else { Receipt::Conflict });
        }
        let (seq, digest) = (self.seq + 1, arrival.digest);
        let handled = match arrival.handle(&self.decoder, self.clock, now.max(self.clock), || format!("input-{seq}")) {
            Ok(handled) => handled,
            Err(why) => return Ok(Receipt::Refused(why)),
        };
        let id = handled.event.id.clone();
        if self.store.digest_of(&id)?.is_some() {
            return Ok(Receipt::Conflict);
        }
        self.keep(&handled.event, handled.line, &id, &digest)?;
        Ok(Receipt::Taken { id, off: handled.off })
    }

    /// Enters an event that stands where the clock can take it, and handles it.
    fn keep(&mut self, event: &OwnedEvent, line: String, id: &str, digest: &[u8]) -> Result<(), StoreError> {
        let (seq, at) = (self.seq + 1, event.at);
        self.store.append(&Entry { seq, work: Work::Event, at, body: line }, Some(id), Some(digest))?;
        (self.seq, self.clock) = (seq, at);
        let mut records = Records { policy: self.policy.clone(), ..Records::default() };
        self.event(&event.event(), at, &mut records)?;
        self.record(seq, &records)
    }

    /// An event, and what it makes due at once.
    fn event(
        &mut self,
        event: &crate::engine::Event<'_>,
        at: Instant,
        records: &mut Records,
    ) -> Result<(), StoreError> {
        let told = self.driver.event(event, records).and_then(|()| self.driver.advance(at, records));
        told.map_err(|_| StoreError::Broken)
    }

    fn enter(&mut self, work: Work, at: Instant, body: String) -> Result<i64, StoreError> {
        self.seq += 1;
        self.clock = at;
        self.store.append(&Entry { seq: self.seq, work, at, body }, None, None)?;
        Ok(self.seq)
    }

    fn let_run(&mut self, seq: i64, to: Instant) -> Result<(), StoreError> {
        let mut records = Records { policy: self.policy.clone(), ..Records::default() };
        self.driver.advance(to, &mut records).map_err(|_| StoreError::Broken)?;
        self.record(seq, &records)
    }

    fn record(&self, seq: i64, records: &Records) -> Result<(), StoreError> {
        for ((id, line), letter) in records.ids.iter().zip(&records.lines).zip(&records.letters) {
            let number = self.store.decide(seq, id, line)?;
            if let Some(letter) = letter {
                self.store.post(number, letter)?;
            }
        }
        Ok(())
    }

    /// Notes what became of a delivery, and tells the playbook where that is final.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn settle(&mut self, number: i64, outcome: &Outcome, now: Instant) -> Result<(), StoreError> {
        self.whole(|executor| {
            let before = executor.store.delivery(number)?;
            executor.store.settle(number, outcome)?;
            match executor.store.delivery(number)? {
                Some(row) if before.is_some_and(|before| before.state != row.state) => executor.tell(&row, now),
                _ => Ok(()),
            }
        })
    }

    /// Marks a delivery as being sent, with what that takes of the meters of its connector; `false` where it is no longer
    /// wanted.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn sending(&mut self, number: i64, way: &str, meters: &[Meter]) -> Result<bool, StoreError> {
        self.whole(|executor| executor.store.sending(number, way, meters))
    }

    /// Keeps that a connector rests.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn rest(&mut self, way: &str, meters: &[Meter]) -> Result<(), StoreError> {
        self.whole(|executor| executor.store.keep_meters(way, meters))
    }

    /// Sends what waits where the configuration says now.
    fn take_up(&mut self) -> Result<(), StoreError> {
        let Some(policy) = &self.policy else { return Ok(()) };
        for row in self.store.outbox(&[State::Pending, State::Sending, State::Uncertain])? {
            let (address, state, said) = policy.take_up(&row);
            self.store.readdress(row.number, &address, state, &said)?;
        }
        Ok(())
    }

    /// Hands in what became of a delivery, as an event like any other.
    fn tell(&mut self, row: &Row, now: Instant) -> Result<(), StoreError> {
        let id = self.own_id()?;
        let Some(line) = row.event(&id, now.max(self.clock)) else { return Ok(()) };
        match self.decoder.decode(line.as_bytes()) {
            Ok(Decoded::Event(event)) => self.keep(&event, line.clone(), &id, &Sha256::digest(&line)),
            Ok(Decoded::UnknownKind(_)) | Err(_) => Err(StoreError::Broken),
        }
    }
}

/// The version with which the journal begins to be gone through: the one that is to be adopted, else the one that the run
/// began with, or that was adopted last.
fn base(versions: &[(i64, InForce)], version: &Version, adopt: bool) -> Result<Version, StoreError> {
    match versions.iter().rev().find(|(_, it)| it.came != Came::Reloaded) {
        Some((seq, it)) if !adopt && it.digest != version.digest => again(*seq, it),
        _ => Ok(version.clone()),
    }
}

/// A version out of the journal.
fn again(seq: i64, it: &InForce) -> Result<Version, StoreError> {
    let version = Version::again(&it.written).map_err(|what| StoreError::OldVersion { seq, what })?;
    // Another version of qun may make another plan of the same texts.
    Ok(Version { digest: it.digest.clone(), ..version })
}

/// A run that has yet to begin.
fn driver(base: &Version, written: &str, start: Instant) -> Result<Driver<'static>, StoreError> {
    // Whoever speaks is there, whatever was decided about them.
    let options = Options { from: Some(start), to: None, after_removal: AfterRemoval::Keep };
    let directory = read_directory(written, &base.program.plan)
        .map_err(|errors| StoreError::Directory(errors.iter().map(ToString::to_string).collect()))?;
    Ok(Driver::new(Arc::clone(&base.program), options).with_own_directory(directory))
}

/// Decisions as the store keeps them: as a dry run writes them.
#[derive(Default)]
struct Records {
    lines: Vec<String>,
    ids: Vec<CompactString>,
    /// What each becomes in the outbox.
    letters: Vec<Option<Letter>>,
    policy: Option<Policy>,
}

impl Sink for Records {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let recorder = Recorder::new(moment.program, moment.state);
        let letter = |decision| self.policy.as_ref().and_then(|policy| policy.letter(moment, decision));
        self.letters.extend(output.decisions.iter().map(letter));
        self.ids.extend(output.decisions.iter().map(|decision| decision.id.to_compact()));
        self.lines.extend(output.decisions.iter().map(|decision| {
            let mut line = String::new();
            recorder.decision(&mut line, decision);
            line
        }));
        Ok(())
    }
}
