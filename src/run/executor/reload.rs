//! Another version of the playbook takes over while a run goes on.

use super::{Executor, Records};
use crate::engine::{Fresh, Reload, reload};
use crate::log::{Decoded, Decoder};
use crate::run::figures::Figures;
use crate::run::snapshot::stamp;
use crate::run::store::{Entry, StoreError, Work};
use crate::run::version::{Came, InForce, Version};
use crate::time::{Duration, Instant};
use serde_json::{Value, json};

/// Where the version on disk is read from, or what is wrong with it.
pub type Loader<'l> = &'l dyn Fn() -> Result<Version, String>;

impl Executor {
    /// The version in force.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Lets the version on disk take over; what came of it.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn reload(&mut self, load: Loader<'_>, now: Instant) -> Result<Value, StoreError> {
        self.whole(|executor| executor.take_over(load, now))
    }

    /// The same inside a transaction.
    pub(super) fn take_over(&mut self, load: Loader<'_>, now: Instant) -> Result<Value, StoreError> {
        let version = match load() {
            Ok(version) => version,
            Err(why) => return Ok(self.refused(&why)),
        };
        if version.digest == self.version.digest {
            return Ok(json!({ "state": "same", "version": version.digest }));
        }
        let changes = self.version.written.changes(&version.written);
        let report = self.turn_to(version, now)?;
        Figures::add(&self.figures.reloads);
        Ok(self.told("reloaded", &changes, &report))
    }

    /// What letting the version on disk take over would come to.
    #[must_use]
    pub fn try_reload(&self, load: Loader<'_>, now: Instant) -> Value {
        let version = match load() {
            Ok(version) => version,
            Err(why) => return json!({ "state": "wrong", "why": why }),
        };
        if version.digest == self.version.digest {
            return json!({ "state": "same", "version": version.digest });
        }
        let mut state = self.driver.state().clone();
        let at = now.max(self.clock) + Duration::from_ms(1);
        match reload(self.driver.program(), version.program.plan.clone(), &mut state, at) {
            Ok(done) => {
                let changes = self.version.written.changes(&version.written);
                let told = self.told("tried", &changes, &done.report);
                with(told, "version", version.digest.into())
            }
            Err(why) => json!({ "state": "wrong", "why": why.to_string() }),
        }
    }

    fn refused(&self, why: &str) -> Value {
        Figures::add(&self.figures.reloads_refused);
        json!({ "state": "wrong", "why": why })
    }

    pub(super) fn told(&self, state: &str, changes: &[String], report: &Reload) -> Value {
        let journeys: Vec<Value> = report
            .journeys
            .iter()
            .map(|(journey, subjects)| {
                let fate = journey.fate.words();
                json!({
                    "flow": journey.flow, "step": journey.step, "subjects": subjects, "fate": fate,
                    "ends": journey.fate.ends(),
                })
            })
            .collect();
        let dropped: Vec<Value> = report
            .dropped
            .iter()
            .map(|((what, name), count)| json!({ "what": what, "name": name, "count": count }))
            .collect();
        let fresh = |fresh: &Fresh| json!({ "kind": fresh.kind, "items": fresh.items, "own": fresh.own });
        json!({
            "state": state,
            "version": self.version.digest,
            "at": report.at.to_string(),
            "changes": changes,
            "journeys": journeys,
            "dropped": dropped,
            "fresh": report.fresh.iter().map(fresh).collect::<Vec<_>>(),
            "lines": changes.iter().cloned().chain(report.lines()).collect::<Vec<_>>(),
        })
    }

    /// Enters a version into the journal and lets it take over: from the next instant on, so that all that has been handled
    /// lies before.
    pub(super) fn turn_to(&mut self, version: Version, now: Instant) -> Result<Reload, StoreError> {
        let at = now.max(self.clock) + Duration::from_ms(1);
        let in_force =
            InForce { came: Came::Reloaded, digest: version.digest.clone(), written: version.written.clone() };
        let seq = self.enter_version(&in_force, at)?;
        let mut records = Records { policy: self.policy.clone(), ..Records::default() };
        let report = self.put_in_force(version, seq, at, &mut records)?;
        self.record(seq, &records)?;
        self.forget_waiting()?;
        Ok(report)
    }

    pub(super) fn enter_version(&mut self, version: &InForce, at: Instant) -> Result<i64, StoreError> {
        // Texts and their names can be written.
        let body = serde_json::to_string(version).unwrap_or_default();
        self.enter(Work::Plan, at, body)
    }

    /// The engine's part, also where a journal is gone through: pasts that begin with a version are filled from the journal.
    pub(super) fn put_in_force(
        &mut self,
        version: Version,
        seq: i64,
        at: Instant,
        records: &mut Records,
    ) -> Result<Reload, StoreError> {
        let plan = version.program.plan.clone();
        let report = self.driver.reload(plan, at, records).map_err(|_| StoreError::Broken)?;
        self.decoder = Decoder::new(&self.driver.program().plan);
        self.stamp = stamp(&version.digest);
        self.version = version;
        if !report.fresh.is_empty() {
            self.warm(seq, &report.fresh)?;
        }
        Ok(report)
    }

    fn warm(&mut self, before: i64, fresh: &[Fresh]) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let entries = self.store.entries(after)?;
            for Entry { seq, work, body, .. } in &entries {
                if *seq >= before {
                    return Ok(());
                }
                after = *seq;
                // What this version does not know it counts nowhere.
                if *work == Work::Event
                    && let Ok(Decoded::Event(event)) = self.decoder.decode(body.as_bytes())
                {
                    self.driver.warm(fresh, &event.event());
                }
            }
            if entries.is_empty() {
                return Ok(());
            }
        }
    }
}

fn with(mut value: Value, key: &str, what: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(key.to_owned(), what);
    }
    value
}
