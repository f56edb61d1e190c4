//! What waits for people, and what they have said by a command: asked by one process, heeded by the one that writes.

use super::{Store, StoreError};
use crate::engine::{Waiting, WaitsFor};
use crate::time::Instant;
use rusqlite::{OptionalExtension, params};

/// Something that waits for people, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The id of the decision.
    pub id: String,
    /// Whose turn it is.
    pub role: String,
    /// When a task is due, or until when a word is waited for.
    pub until: Instant,
    /// Whether a task is overdue.
    pub overdue: bool,
    /// The decision, as a dry run writes it.
    pub record: String,
}

fn word(sort: WaitsFor) -> &'static str {
    match sort {
        WaitsFor::Task => "task",
        WaitsFor::Approval => "approval",
    }
}

impl Store {
    /// Forgets all that waits.
    pub(in crate::run) fn nothing_waits(&self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM waiting", []).map(drop).map_err(|error| self.failed(error))
    }

    /// Notes that something waits, or how long.
    pub(in crate::run) fn waits(&self, waiting: &Waiting, role: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO waiting (id, sort, role, until, overdue) VALUES (?1, ?2, ?3, ?4, ?5)";
        let Waiting { id, sort, until, overdue, .. } = waiting;
        let row = params![id.to_string(), word(*sort), role, until.ms(), overdue];
        let added = self.connection.prepare_cached(sql).and_then(|mut add| add.execute(row));
        added.map(drop).map_err(|error| self.failed(error))
    }

    /// Notes that something waits no more.
    pub(in crate::run) fn waits_no_more(&self, waiting: &Waiting) -> Result<(), StoreError> {
        let gone = self.connection.prepare_cached("DELETE FROM waiting WHERE id = ?1");
        let gone = gone.and_then(|mut gone| gone.execute([waiting.id.to_string()]));
        gone.map(drop).map_err(|error| self.failed(error))
    }

    /// All that waits of a sort, what is due first at the front.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn waiting(&self, sort: WaitsFor) -> Result<Vec<Matter>, StoreError> {
        let sql = "SELECT id, role, until, overdue,
                coalesce((SELECT record FROM decision WHERE decision.id = waiting.id ORDER BY number DESC LIMIT 1), '{}')
            FROM waiting WHERE sort = ?1 ORDER BY until, id";
        let matter = |row: &rusqlite::Row<'_>| {
            let until = Instant::from_ms(row.get(2)?);
            Ok(Matter { id: row.get(0)?, role: row.get(1)?, until, overdue: row.get(3)?, record: row.get(4)? })
        };
        let rows = self.connection.prepare(sql).and_then(|mut all| all.query_map([word(sort)], matter)?.collect());
        rows.map_err(|error| self.failed(error))
    }

    /// Asks the process that writes for something, or the next one that will; the number of the request.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn ask(&self, body: &str) -> Result<i64, StoreError> {
        let asked = self.connection.execute("INSERT INTO request (body) VALUES (?1)", [body]);
        asked.map(|_| self.connection.last_insert_rowid()).map_err(|error| self.failed(error))
    }

    /// What was answered to a request, if it has been; it is forgotten then.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn answer_to(&self, number: i64) -> Result<Option<String>, StoreError> {
        let sql = "DELETE FROM request WHERE number = ?1 AND answer IS NOT NULL RETURNING answer";
        self.connection.query_row(sql, [number], |row| row.get(0)).optional().map_err(|error| self.failed(error))
    }

    /// How many requests wait.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn requests_waiting(&self) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM request WHERE answer IS NULL";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.failed(error))
    }

    /// Requests that have not been answered, in their order.
    pub(in crate::run) fn requests(&self) -> Result<Vec<(i64, String)>, StoreError> {
        let sql = "SELECT number, body FROM request WHERE answer IS NULL ORDER BY number";
        let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let rows = self.connection.prepare_cached(sql).and_then(|mut all| all.query_map([], pair)?.collect());
        rows.map_err(|error| self.failed(error))
    }

    /// Answers a request. What nobody has fetched for a hundred requests is forgotten.
    pub(in crate::run) fn answer(&self, number: i64, answer: &str) -> Result<(), StoreError> {
        let set = self.connection.execute("UPDATE request SET answer = ?2 WHERE number = ?1", params![number, answer]);
        let old = "DELETE FROM request WHERE answer IS NOT NULL AND number < ?1 - 100";
        set.and_then(|_| self.connection.execute(old, [number])).map(drop).map_err(|error| self.failed(error))
    }

    /// A number that changes whenever another process has written.
    pub(in crate::run) fn version_of_others(&self) -> Result<i64, StoreError> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0));
        version.map_err(|error| self.failed(error))
    }
}
