//! The outbox: what is to be delivered, and what has become of it.

use super::{Store, StoreError};
use crate::connector::Meter;
use crate::run::outbox::{Address, Letter, Outcome, Row, State};
use crate::time::Instant;
use rusqlite::{OptionalExtension, params};

/// What the outbox holds, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxFigures {
    /// How many deliveries there are in each state.
    pub states: Vec<(String, i64)>,
    /// When the first was decided that waits now.
    pub oldest: Option<Instant>,
}

/// What of the outbox is not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) struct Waits {
    /// What waits for its first or its next try.
    pub(in crate::run) pending: u64,
    /// What is not to be done yet: ends of sanctions.
    pub(in crate::run) later: u64,
    /// What is being sent.
    pub(in crate::run) sending: u64,
    /// What nobody knows of.
    pub(in crate::run) uncertain: u64,
    /// When the first that waits was decided.
    pub(in crate::run) oldest: Option<Instant>,
}

impl Store {
    /// Puts a decision into the outbox; what is settled under an id that is there has been delivered by it.
    pub(in crate::run) fn post(&self, number: i64, letter: &Letter) -> Result<(), StoreError> {
        let Letter { id, action, at, address, state, said, end } = letter;
        let sql = "INSERT OR IGNORE INTO outbox
                (decision, id, action, way, destination, at, lane, state, next, said, instead)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?9, ?10)";
        let mut add = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        let Address { way, destination, lane, instead } = address;
        let row = params![number, id, action, way, destination, at.ms(), lane, state.word(), said, instead];
        add.execute(row).map_err(|error| self.failed(error))?;
        if let Some(end) = end {
            let (pending, none) = (State::Pending.word(), None::<String>);
            let row = params![number, end.id, end.action, way, destination, end.at.ms(), end.lane, pending, "", none];
            add.execute(row).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    /// Deliveries through one connector whose turn it is: nothing before them in their lane waits, a sanction is done
    /// before it is ended, and deliveries are not paused.
    pub(in crate::run) fn due(&self, way: &str, now: Instant) -> Result<Vec<Row>, StoreError> {
        let sql = format!(
            "{ROWS} WHERE o.state = 'pending' AND o.way = ?1 AND o.next <= ?2
                AND NOT EXISTS (SELECT 1 FROM control WHERE name = 'paused')
                AND NOT EXISTS (SELECT 1 FROM outbox b
                    WHERE b.state IN ('pending', 'sending') AND b.lane = o.lane AND b.number < o.number)
                AND NOT EXISTS (SELECT 1 FROM outbox b
                    WHERE b.decision = o.decision AND b.number < o.number
                        AND b.state IN ('pending', 'sending', 'uncertain'))
            ORDER BY o.number LIMIT 64"
        );
        let mut find = self.connection.prepare_cached(&sql).map_err(|error| self.failed(error))?;
        let rows = find.query_map(params![way, now.ms()], row).and_then(Iterator::collect);
        rows.map_err(|error| self.failed(error))
    }

    /// Marks a delivery as being sent, with what that takes of its meters; `false` where it is no longer wanted.
    pub(in crate::run) fn sending(&self, number: i64, way: &str, meters: &[Meter]) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'sending' WHERE number = ?1 AND state = 'pending'
            AND NOT EXISTS (SELECT 1 FROM control WHERE name = 'paused')";
        let marked = self.connection.prepare_cached(sql).and_then(|mut mark| mark.execute([number]));
        let marked = marked.map_err(|error| self.failed(error))? > 0;
        if marked {
            self.keep_meters(way, meters)?;
        }
        Ok(marked)
    }

    /// Keeps how meters stand.
    pub(in crate::run) fn keep_meters(&self, way: &str, meters: &[Meter]) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO meter (way, name, at) VALUES (?1, ?2, ?3)";
        let mut keep = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        meters.iter().try_for_each(|meter| {
            keep.execute(params![way, meter.name, meter.at.ms()]).map(drop).map_err(|error| self.failed(error))
        })
    }

    /// How the meters of a connector stand.
    pub(in crate::run) fn meters(&self, way: &str) -> Result<Vec<Meter>, StoreError> {
        let sql = "SELECT name, at FROM meter WHERE way = ?1";
        let mut find = self.connection.prepare(sql).map_err(|error| self.failed(error))?;
        let meters = find.query_map([way], |row| Ok(Meter { name: row.get(0)?, at: Instant::from_ms(row.get(1)?) }));
        meters.and_then(Iterator::collect).map_err(|error| self.failed(error))
    }

    /// Says anew where a delivery goes and what it has come to.
    pub(in crate::run) fn readdress(
        &self,
        number: i64,
        address: &Address,
        state: State,
        said: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET way = ?2, destination = ?3, lane = ?4, state = ?5, said = ?6, instead = ?7
            WHERE number = ?1";
        let Address { way, destination, lane, instead } = address;
        let row = params![number, way, destination, lane, state.word(), said, instead];
        let set = self.connection.execute(sql, row);
        set.map(drop).map_err(|error| self.failed(error))
    }

    /// One delivery.
    pub(in crate::run) fn delivery(&self, number: i64) -> Result<Option<Row>, StoreError> {
        let sql = format!("{ROWS} WHERE o.number = ?1");
        let mut find = self.connection.prepare_cached(&sql).map_err(|error| self.failed(error))?;
        find.query_row([number], row).optional().map_err(|error| self.failed(error))
    }

    /// Notes what became of a try.
    pub(in crate::run) fn settle(&self, number: i64, outcome: &Outcome) -> Result<(), StoreError> {
        let set = |sql: &str, params: &[&dyn rusqlite::ToSql]| self.connection.execute(sql, params);
        let done = match outcome {
            Outcome::Done => set(
                "UPDATE outbox SET state = 'done', attempts = attempts + 1, said = '' WHERE number = ?1",
                &[&number],
            ),
            Outcome::RetryAt(at, why) => set(
                "UPDATE outbox SET state = 'pending', attempts = attempts + 1, next = ?2, said = ?3
                    WHERE number = ?1 AND state IN ('pending', 'sending')",
                &[&number, &at.ms(), why],
            ),
            Outcome::Uncertain(why) => set(
                "UPDATE outbox SET state = 'uncertain', attempts = attempts + 1, said = ?2
                    WHERE number = ?1 AND state IN ('pending', 'sending')",
                &[&number, why],
            ),
            Outcome::Dead(why) => set(
                "UPDATE outbox SET state = 'dead', attempts = attempts + 1, said = ?2
                    WHERE number = ?1 AND state IN ('pending', 'sending')",
                &[&number, why],
            ),
            Outcome::Expired => {
                set("UPDATE outbox SET state = 'expired' WHERE number = ?1 AND state = 'pending'", &[&number])
            }
        };
        done.map_err(|error| self.failed(error))?;
        if *outcome == Outcome::Done { self.ends_no_more(number) } else { Ok(()) }
    }

    /// What would have ended an earlier sanction is dropped once another has taken its place, and not before: it might fail.
    fn ends_no_more(&self, number: i64) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET state = 'dropped', said = 'another takes its place' WHERE state = 'pending'
            AND number < ?1 AND lane = (SELECT instead FROM outbox WHERE number = ?1)";
        let dropped = self.connection.prepare_cached(sql).and_then(|mut drop| drop.execute([number]));
        dropped.map(drop).map_err(|error| self.failed(error))
    }

    /// Deliveries in their order: of some states, or all.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outbox(&self, states: &[State]) -> Result<Vec<Row>, StoreError> {
        let mut all =
            self.connection.prepare(&format!("{ROWS} ORDER BY o.number")).map_err(|error| self.failed(error))?;
        let rows = all.query_map([], row).and_then(Iterator::collect::<rusqlite::Result<Vec<Row>>>);
        let rows = rows.map_err(|error| self.failed(error))?;
        let wanted = |row: &Row| states.is_empty() || states.iter().any(|state| state.word() == row.state);
        Ok(rows.into_iter().filter(wanted).collect())
    }

    /// Tries a delivery again that is uncertain, dead, expired or dropped; whether there is one.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn retry(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'pending', attempts = 0, next = at
            WHERE id = ?1 AND way != '' AND state IN ('uncertain', 'dead', 'expired', 'dropped')";
        self.connection.execute(sql, [id]).map(|count| count > 0).map_err(|error| self.failed(error))
    }

    /// Drops a delivery that waits or is uncertain; whether there is one.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn give_up(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET state = 'dropped', said = 'dropped by hand'
            WHERE id = ?1 AND state IN ('pending', 'uncertain')";
        self.connection.execute(sql, [id]).map(|count| count > 0).map_err(|error| self.failed(error))
    }

    /// How many deliveries there are in each state, and when the first that waits was decided.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outbox_figures(&self, now: Instant) -> Result<OutboxFigures, StoreError> {
        let count = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let sql = "SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state";
        let counts = self.connection.prepare_cached(sql).and_then(|mut all| all.query_map([], count)?.collect());
        let states = counts.map_err(|error| self.failed(error))?;
        Ok(OutboxFigures { states, oldest: self.outbox_waiting(now)?.oldest })
    }

    /// What of the outbox is not settled.
    pub(in crate::run) fn outbox_waiting(&self, now: Instant) -> Result<Waits, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE state = 'pending' AND at <= ?1),
                count(*) FILTER (WHERE state = 'pending' AND at > ?1),
                count(*) FILTER (WHERE state = 'sending'), count(*) FILTER (WHERE state = 'uncertain'),
                min(at) FILTER (WHERE state IN ('pending', 'sending') AND at <= ?1)
            FROM outbox WHERE state IN ('pending', 'sending', 'uncertain')";
        let mut find = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        let waits = find.query_row([now.ms()], |row| {
            let count = |column| row.get(column).map(|count: i64| u64::try_from(count).unwrap_or(0));
            let oldest: Option<i64> = row.get(4)?;
            Ok(Waits {
                pending: count(0)?,
                later: count(1)?,
                sending: count(2)?,
                uncertain: count(3)?,
                oldest: oldest.map(Instant::from_ms),
            })
        });
        waits.map_err(|error| self.failed(error))
    }
}

const ROWS: &str = "SELECT o.number, o.id, o.action, o.at, o.state, o.attempts, o.next, o.said, d.record, o.way,
    o.destination FROM outbox o JOIN decision d ON d.number = o.decision";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: row.get(0)?,
        id: row.get(1)?,
        action: row.get(2)?,
        at: Instant::from_ms(row.get(3)?),
        state: row.get(4)?,
        attempts: row.get(5)?,
        next: Instant::from_ms(row.get(6)?),
        said: row.get(7)?,
        record: row.get(8)?,
        way: row.get(9)?,
        destination: row.get(10)?,
    })
}
