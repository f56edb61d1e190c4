//! The latest snapshot: all that a run remembers after one entry of the journal.

use super::{Store, StoreError};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

/// A snapshot as it is kept.
pub(in crate::run) struct Snapshot {
    /// After which entry of the journal it was taken.
    pub(in crate::run) seq: i64,
    /// What it fits.
    pub(in crate::run) stamp: String,
    /// What a run remembers.
    pub(in crate::run) state: Vec<u8>,
    /// Whether it is as it was written.
    pub(in crate::run) sound: bool,
}

impl Store {
    /// Keeps a snapshot in the place of the one before.
    pub(in crate::run) fn keep_snapshot(&self, seq: i64, stamp: &str, state: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO snapshot (one, seq, stamp, digest, state) VALUES (1, ?1, ?2, ?3, ?4)";
        let digest = Sha256::digest(state);
        let kept = self.connection.execute(sql, params![seq, stamp, &digest[..], state]);
        kept.map(drop).map_err(|error| self.failed(error))
    }

    /// The latest snapshot.
    pub(in crate::run) fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let sql = "SELECT seq, stamp, digest, state FROM snapshot";
        let found = self.connection.query_row(sql, [], |row| {
            let (digest, state): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
            let sound = digest == Sha256::digest(&state)[..];
            Ok(Snapshot { seq: row.get(0)?, stamp: row.get(1)?, state, sound })
        });
        found.optional().map_err(|error| self.failed(error))
    }

    /// After which entry the latest snapshot was taken, and how large it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn snapshot_at(&self) -> Result<Option<(i64, i64)>, StoreError> {
        let sql = "SELECT seq, length(state) FROM snapshot";
        let found = self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        found.optional().map_err(|error| self.failed(error))
    }
}
