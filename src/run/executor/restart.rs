//! How a run goes on after it has stopped: from a snapshot where there is one that fits, and through the journal after it.

use super::{Executor, Records};
use crate::log::Decoded;
use crate::run::snapshot::{pack, unpack};
use crate::run::store::{Entry, StoreError, Work};

/// How a run was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restart {
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

impl Executor<'_> {
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
        let state = pack(self.driver.state()).map_err(StoreError::Snapshot)?;
        self.whole(|executor| executor.store.keep_snapshot(executor.seq, &executor.stamp, &state))?;
        self.snapshot = self.seq;
        Ok(true)
    }

    /// Comes to where the journal ends. What was decided after `since` must come out again; with no such entry nothing
    /// is compared, and no snapshot is of use: another version decides otherwise, and what it would have done is not done.
    pub(super) fn recover(&mut self, since: Option<i64>) -> Result<(), StoreError> {
        let without = match since {
            Some(_) => self.restore()?,
            None => None,
        };
        let from = self.seq;
        self.replay(since)?;
        let entries = self.seq - from;
        self.restart =
            if from > 0 { Restart::Restored { seq: from, entries } } else { Restart::Replayed { entries, without } };
        Ok(())
    }

    /// Takes up the latest snapshot; why not, where there is one that is of no use.
    fn restore(&mut self) -> Result<Option<String>, StoreError> {
        let Some(snapshot) = self.store.snapshot()? else { return Ok(None) };
        if snapshot.stamp != self.stamp {
            return Ok(Some("it was taken by another version".to_owned()));
        }
        if !snapshot.sound {
            return Ok(Some("it is damaged".to_owned()));
        }
        Ok(match unpack(&snapshot.state) {
            Ok(state) => {
                self.driver.go_on(state);
                (self.seq, self.snapshot) = (snapshot.seq, snapshot.seq);
                None
            }
            Err(why) => Some(format!("it cannot be read: {why}")),
        })
    }

    fn replay(&mut self, since: Option<i64>) -> Result<(), StoreError> {
        loop {
            let entries = self.store.entries(self.seq)?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in &entries {
                self.replay_entry(entry, since)?;
            }
        }
    }

    fn replay_entry(&mut self, entry: &Entry, since: Option<i64>) -> Result<(), StoreError> {
        let mut records = Records::default();
        match entry.work {
            Work::Plan => {}
            Work::Start | Work::Clock => {
                self.driver.advance(entry.at, &mut records).map_err(|_| StoreError::Broken)?;
            }
            Work::Event => match self.decoder.decode(entry.body.as_bytes()) {
                Ok(Decoded::Event(event)) => self.event(&event.event(), entry.at, &mut records)?,
                Ok(Decoded::UnknownKind(_)) | Err(_) if since.is_none() => {}
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
