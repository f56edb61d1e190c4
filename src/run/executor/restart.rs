//! How a run goes on after it has stopped: from a snapshot where there is one that fits, and through the journal after it.

use super::{Executor, Records, again};
use crate::engine::Program;
use crate::log::{Decoded, Decoder};
use crate::run::snapshot::{pack_run, stamp, unpack_run};
use crate::run::store::{Entry, StoreError, Work};
use crate::run::version::{Came, InForce, Version};
use serde_json::Value;
use std::sync::Arc;

/// How a run was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restart {
    /// How it has come to where it was.
    pub how: How,
    /// What came of another version that has taken over since.
    pub changed: Option<Value>,
}

impl Restart {
    pub(super) const NEW: Restart = Restart { how: How::New, changed: None };
}

/// How a run has come to where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The store was new.
    New,
    /// The whole journal was gone through; why there was no snapshot to begin with, where that is worth telling.
    Replayed {
        /// How many entries.
        entries: i64,
        /// What was wrong with the snapshot.
        without: Option<String>,
    },
    /// A snapshot was taken up, and the journal after it was gone through.
    Restored {
        /// After which entry the snapshot was taken.
        seq: i64,
        /// How many entries came after it.
        entries: i64,
    },
}

impl Executor {
    /// How the run was opened.
    #[must_use]
    pub fn restart(&self) -> &Restart {
        &self.restart
    }

    /// Takes a snapshot where enough has been entered since the last; whether one was taken.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn snapshot_when_due(&mut self) -> Result<bool, StoreError> {
        if self.seq - self.snapshot < self.every { Ok(false) } else { self.take_snapshot() }
    }

    /// Takes a snapshot where anything has been entered since the last; whether one was taken.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn take_snapshot(&mut self) -> Result<bool, StoreError> {
        if self.seq == self.snapshot {
            return Ok(false);
        }
        let state = pack_run(&self.driver.program().plan, self.driver.state()).map_err(StoreError::Snapshot)?;
        self.whole(|executor| executor.store.keep_snapshot(executor.seq, &executor.stamp, &state))?;
        self.snapshot = self.seq;
        Ok(true)
    }

    /// Comes to where the journal ends. What was decided since a version was last adopted must come out again; where one is
    /// adopted now nothing is compared, and no snapshot is of use: another version decides otherwise, and what it would have
    /// done is not done.
    pub(super) fn recover(
        &mut self,
        versions: &[(i64, InForce)],
        given: &Version,
        adopt: bool,
    ) -> Result<(), StoreError> {
        let base = versions.iter().rev().find(|(_, it)| it.came != Came::Reloaded).map(|(seq, _)| *seq);
        let since = base.filter(|_| !adopt);
        let without = match since {
            Some(_) => self.restore(versions)?,
            None => None,
        };
        let from = self.seq;
        self.replay(since, given)?;
        let entries = self.seq - from;
        self.restart.how =
            if from > 0 { How::Restored { seq: from, entries } } else { How::Replayed { entries, without } };
        Ok(())
    }

    /// Takes up the latest snapshot; why not, where there is one that is of no use.
    fn restore(&mut self, versions: &[(i64, InForce)]) -> Result<Option<String>, StoreError> {
        let Some(snapshot) = self.store.snapshot()? else { return Ok(None) };
        let in_force = versions.iter().rev().find(|(seq, _)| *seq <= snapshot.seq);
        let Some((_, in_force)) = in_force.filter(|(_, it)| stamp(&it.digest) == snapshot.stamp) else {
            return Ok(Some("it was taken by another version".to_owned()));
        };
        if !snapshot.sound {
            return Ok(Some("it is damaged".to_owned()));
        }
        let unpacked = unpack_run(&snapshot.state).and_then(|(plan, state)| {
            Program::new(plan).map(|program| (program, state)).map_err(|error| error.to_string())
        });
        Ok(match unpacked {
            Ok((program, state)) => {
                let program = Arc::new(program);
                self.decoder = Decoder::new(&program.plan);
                let (digest, written) = (in_force.digest.clone(), in_force.written.clone());
                (self.stamp, self.version) =
                    (snapshot.stamp, Version { written, digest, program: Arc::clone(&program) });
                self.driver.go_on_with(program, state);
                (self.seq, self.snapshot) = (snapshot.seq, snapshot.seq);
                None
            }
            Err(why) => Some(format!("it cannot be read: {why}")),
        })
    }

    fn replay(&mut self, since: Option<i64>, given: &Version) -> Result<(), StoreError> {
        loop {
            let entries = self.store.entries(self.seq)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in &entries {
                self.replay_entry(entry, since, given)?;
            }
        }
    }

    fn replay_entry(&mut self, entry: &Entry, since: Option<i64>, given: &Version) -> Result<(), StoreError> {
        let mut records = Records::default();
        match entry.work {
            Work::Plan => {
                // Versions from before one was adopted are as if they had never been.
                if since.is_some_and(|since| entry.seq > since) {
                    let in_force = entry.version()?;
                    let known = given.digest == in_force.digest;
                    let version = if known { given.clone() } else { again(entry.seq, &in_force)? };
                    self.put_in_force(version, entry.seq, entry.at, &mut records)?;
                }
            }
            Work::Start | Work::Clock => {
                self.driver.advance(entry.at, &mut records).map_err(|_| StoreError::Broken)?;
            }
            Work::Event => match self.decoder.decode(entry.body.as_bytes()) {
                Ok(Decoded::Event(event)) => self.event(&event.event(), entry.at, &mut records)?,
                Ok(Decoded::UnknownKind(_)) | Err(_) if since.is_none() => {}
                // What an adopted version does not know was decided by others.
                Ok(Decoded::UnknownKind(_)) | Err(_) if since.is_some_and(|since| entry.seq < since) => {}
                Ok(Decoded::UnknownKind(kind)) => {
                    let what = format!("there is no kind `{kind}`");
                    return Err(StoreError::Diverged { seq: entry.seq, what });
                }
                Err(error) => return Err(StoreError::Diverged { seq: entry.seq, what: error.to_string() }),
            },
        }
        self.seq = entry.seq;
        match since {
            Some(since) if entry.seq > since => same(entry.seq, &self.store.decided(entry.seq)?, &records.lines),
            _ => Ok(()),
        }
    }
}

/// Compares what was decided with what is decided now.
fn same(seq: i64, before: &[String], now: &[String]) -> Result<(), StoreError> {
    if before == now {
        return Ok(());
    }
    let what = match before.iter().zip(now).find(|(before, now)| before != now) {
        Some((before, now)) => format!("{before} has become {now}"),
        None => format!("{} decisions have become {}", before.len(), now.len()),
    };
    Err(StoreError::Diverged { seq, what })
}
