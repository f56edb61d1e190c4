//! The file in which everything lies: one SQLite database, one writer.
//!
//! A commit is on the disk before it is reported (`synchronous=FULL`), and a lock file of its own keeps a second writer
//! out. Readers need no lock.

mod outbox;
mod people;
mod snapshot;

pub use outbox::OutboxFigures;
pub use people::Matter;

use super::tail::Mark;
use super::version::InForce;
use crate::time::Instant;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The version of the tables.
const VERSION: i64 = 4;
/// Marks the file as ours: `Qun` and the version of this mark.
const APPLICATION: i64 = 0x5175_6e01;

const TABLES: &str = "
CREATE TABLE journal (
  seq    INTEGER PRIMARY KEY,
  work   TEXT NOT NULL CHECK (work IN ('start', 'event', 'clock', 'plan')),
  at     INTEGER NOT NULL,
  id     TEXT UNIQUE,
  digest BLOB,
  body   TEXT NOT NULL
) STRICT;
CREATE TABLE decision (
  number INTEGER PRIMARY KEY,
  seq    INTEGER NOT NULL REFERENCES journal (seq),
  id     TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX decision_by_seq ON decision (seq);
CREATE INDEX decision_by_id ON decision (id);
CREATE TABLE waiting (
  id      TEXT PRIMARY KEY,
  sort    TEXT NOT NULL CHECK (sort IN ('task', 'approval')),
  role    TEXT NOT NULL,
  until   INTEGER NOT NULL,
  overdue INTEGER NOT NULL
) STRICT;
CREATE TABLE request (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, answer TEXT) STRICT;
CREATE TABLE source (one INTEGER PRIMARY KEY CHECK (one = 1), file INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  seq    INTEGER NOT NULL REFERENCES journal (seq),
  stamp  TEXT NOT NULL,
  digest BLOB NOT NULL,
  state  BLOB NOT NULL
) STRICT;
CREATE TABLE outbox (
  number      INTEGER PRIMARY KEY,
  decision    INTEGER NOT NULL REFERENCES decision (number),
  id          TEXT NOT NULL UNIQUE,
  action      TEXT NOT NULL,
  way         TEXT NOT NULL,
  destination TEXT NOT NULL,
  at          INTEGER NOT NULL,
  lane        TEXT NOT NULL,
  state       TEXT NOT NULL
    CHECK (state IN ('pending', 'sending', 'uncertain', 'done', 'dead', 'expired', 'dropped')),
  attempts    INTEGER NOT NULL DEFAULT 0,
  next        INTEGER NOT NULL,
  said        TEXT NOT NULL,
  instead     TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (lane, number) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_pending ON outbox (way, number) WHERE state = 'pending';
CREATE INDEX outbox_of_decision ON outbox (decision);
CREATE TABLE meter (way TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (way, name)) STRICT;
CREATE TABLE control (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
";

/// What keeps a store from being used.
#[derive(Debug)]
pub enum StoreError {
    /// The database refuses.
    Database { path: PathBuf, error: rusqlite::Error },
    /// The lock file cannot be had.
    Lock { path: PathBuf, error: io::Error },
    /// Another process writes to it.
    Taken(PathBuf),
    /// It is no store, or one of another version.
    Foreign { path: PathBuf, version: i64 },
    /// It is damaged.
    Damaged { path: PathBuf, what: String },
    /// There is none.
    Missing(PathBuf),
    /// A version of the playbook in its journal cannot be run: the entry and what is wrong.
    OldVersion { seq: i64, what: String },
    /// What was there at the start is no directory for the version with which it began: what is wrong.
    Directory(Vec<String>),
    /// What it holds was not decided so: the input and what is different.
    Diverged { seq: i64, what: String },
    /// What a run remembers cannot be written down.
    Snapshot(String),
    /// An earlier failure has left what is in memory ahead of what is on the disk.
    Broken,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Database { path, error } => write!(f, "the store `{}`: {error}", path.display()),
            StoreError::Lock { path, error } => write!(f, "the lock `{}`: {error}", path.display()),
            StoreError::Taken(path) => write!(f, "another process runs with the store `{}`", path.display()),
            StoreError::Foreign { path, version } => {
                write!(f, "`{}` is no store of this version of qun (it says {version})", path.display())
            }
            StoreError::Damaged { path, what } => write!(f, "the store `{}` is damaged: {what}", path.display()),
            StoreError::Missing(path) => write!(f, "there is no store `{}`", path.display()),
            StoreError::OldVersion { seq, what } => {
                write!(f, "the version of the playbook in entry {seq} of the journal cannot be run: {what}")
            }
            StoreError::Directory(wrong) => {
                write!(f, "the directory in the store does not fit the playbook: {}", wrong.join("; "))
            }
            StoreError::Diverged { seq, what } => {
                write!(f, "input {seq} of the journal is not decided as it was: {what}")
            }
            StoreError::Snapshot(what) => write!(f, "no snapshot can be taken: {what}"),
            StoreError::Broken => f.write_str("the store has failed before: start again"),
        }
    }
}

impl StoreError {
    /// The way out, where there is one.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            StoreError::Taken(_) => Some("stop it first, or name another store"),
            StoreError::OldVersion { .. } | StoreError::Directory(_) => Some(
                "run the version of qun that wrote the store, or go on with `--adopt`: the journal is replayed with the \
                 playbook as it is, what was decided stays",
            ),
            StoreError::Damaged { .. } => Some("restore a backup; the damaged file is left as it is"),
            StoreError::Diverged { .. } => {
                Some("run the version of qun that wrote the store, or accept the change with `--adopt`")
            }
            _ => None,
        }
    }
}

/// What an entry of the journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The clock was set; the body is the directory as it was written.
    Start,
    /// An event; the body is its line.
    Event,
    /// The clock was let run to this time.
    Clock,
    /// A version of the playbook came into force; the body is the version.
    Plan,
}

impl Work {
    fn word(self) -> &'static str {
        match self {
            Work::Start => "start",
            Work::Event => "event",
            Work::Clock => "clock",
            Work::Plan => "plan",
        }
    }

    fn of(word: &str) -> Work {
        match word {
            "start" => Work::Start,
            "event" => Work::Event,
            "plan" => Work::Plan,
            _ => Work::Clock,
        }
    }
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// What it is.
    pub work: Work,
    /// Where the clock stood.
    pub at: Instant,
    /// A line, a directory or a version.
    pub body: String,
}

impl Entry {
    /// The version of the playbook that it is.
    pub(super) fn version(&self) -> Result<InForce, StoreError> {
        let read = serde_json::from_str(&self.body);
        read.map_err(|error| StoreError::OldVersion { seq: self.seq, what: error.to_string() })
    }
}

/// What a store holds, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that were taken.
    pub events: i64,
    /// Decisions that were made.
    pub decisions: i64,
    /// When the clock was set.
    pub started: Option<Instant>,
    /// Where it stands.
    pub clock: Option<Instant>,
    /// When the last event was handled.
    pub last_event: Option<Instant>,
    /// How many versions of the playbook there have been.
    pub plans: i64,
}

/// A store that is open.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Held as long as the store is; a reader has none.
    _lock: Option<File>,
}

impl Store {
    /// Opens a store to write to it, and makes it where there is none.
    ///
    /// # Errors
    /// Another process has it, it is damaged, or it is no store.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let lock = lock(path)?;
        let connection = Connection::open(path).map_err(|error| database(path, error))?;
        let store = Store { connection, path: path.to_owned(), _lock: Some(lock) };
        store.prepare().map_err(|error| database(path, error))?;
        store.examine()?;
        Ok(store)
    }

    /// Opens a store to read it, also while another process writes.
    ///
    /// # Errors
    /// There is none, or it is no store.
    pub fn read(path: &Path) -> Result<Store, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let connection = connection.map_err(|error| database(path, error))?;
        let store = Store { connection, path: path.to_owned(), _lock: None };
        store.connection.busy_timeout(WAIT).map_err(|error| database(path, error))?;
        let (application, version) = store.marks()?;
        if application != APPLICATION || version != VERSION {
            return Err(StoreError::Foreign { path: path.to_owned(), version });
        }
        Ok(store)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(WAIT)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")?;
        self.connection.pragma_update(None, "foreign_keys", true)
    }

    fn marks(&self) -> Result<(i64, i64), StoreError> {
        let mark = |name| self.connection.pragma_query_value(None, name, |row| row.get(0));
        let marks = mark("application_id").and_then(|application| Ok((application, mark("user_version")?)));
        marks.map_err(|error| self.failed(error))
    }

    /// Makes the tables of a new store; of one that is there, tests that it is sound.
    fn examine(&self) -> Result<(), StoreError> {
        let tables = "SELECT count(*) FROM sqlite_schema";
        let tables: i64 =
            self.connection.query_row(tables, [], |row| row.get(0)).map_err(|error| self.failed(error))?;
        if tables == 0 {
            let text = format!(
                "BEGIN IMMEDIATE; {TABLES} PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; COMMIT;"
            );
            return self.connection.execute_batch(&text).map_err(|error| self.failed(error));
        }
        let (application, version) = self.marks()?;
        if application != APPLICATION || version != VERSION {
            return Err(StoreError::Foreign { path: self.path.clone(), version });
        }
        let said: String = self
            .connection
            .pragma_query_value(None, "quick_check", |row| row.get(0))
            .map_err(|error| self.failed(error))?;
        if said == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: self.path.clone(), what: said }) }
    }

    pub(super) fn failed(&self, error: rusqlite::Error) -> StoreError {
        database(&self.path, error)
    }

    /// Does some work as one: all of it is on the disk, or nothing.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| self.failed(error))
    }

    pub(super) fn commit(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(|error| self.failed(error))
    }

    pub(super) fn roll_back(&self) {
        // Where that fails too, the transaction ends with the connection.
        let _ = self.connection.execute_batch("ROLLBACK");
    }

    /// The digest of the event of an id, if it has been taken.
    pub(super) fn digest_of(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut find = self
            .connection
            .prepare_cached("SELECT digest FROM journal WHERE id = ?1")
            .map_err(|error| self.failed(error))?;
        find.query_row([id], |row| row.get(0)).optional().map_err(|error| self.failed(error))
    }

    pub(super) fn append(&self, entry: &Entry, id: Option<&str>, digest: Option<&[u8]>) -> Result<(), StoreError> {
        let sql = "INSERT INTO journal (seq, work, at, id, digest, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![entry.seq, entry.work.word(), entry.at.ms(), id, digest, entry.body];
        let added = self.connection.prepare_cached(sql).and_then(|mut add| add.execute(row));
        added.map(drop).map_err(|error| self.failed(error))
    }

    /// Records a decision; its number.
    pub(super) fn decide(&self, seq: i64, id: &str, record: &str) -> Result<i64, StoreError> {
        let sql = "INSERT INTO decision (seq, id, record) VALUES (?1, ?2, ?3)";
        let added = self.connection.prepare_cached(sql).and_then(|mut add| add.insert(params![seq, id, record]));
        added.map_err(|error| self.failed(error))
    }

    /// Opens a store to say what is to become of deliveries, also while a process runs with it: nothing that the process
    /// keeps in memory is touched.
    ///
    /// # Errors
    /// There is none, or it is no store.
    pub fn control(path: &Path) -> Result<Store, StoreError> {
        let Store { path, .. } = Store::read(path)?;
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let connection = connection.map_err(|error| database(&path, error))?;
        let store = Store { connection, path, _lock: None };
        store.prepare().map_err(|error| store.failed(error))?;
        Ok(store)
    }

    /// Keeps how far a file has been read.
    pub(super) fn mark(&self, mark: &Mark) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO source (one, file, at) VALUES (1, ?1, ?2)";
        let kept = self.connection.execute(sql, params![mark.file.cast_signed(), mark.at.cast_signed()]);
        kept.map(drop).map_err(|error| self.failed(error))
    }

    /// How far the file has been read from which events come.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn marked(&self) -> Result<Option<Mark>, StoreError> {
        let found = self.connection.query_row("SELECT file, at FROM source", [], |row| {
            let (file, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(Mark { file: file.cast_unsigned(), at: at.cast_unsigned() })
        });
        found.optional().map_err(|error| self.failed(error))
    }

    /// Holds all deliveries, or lets them go on.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn pause(&self, pause: bool) -> Result<(), StoreError> {
        let sql = if pause {
            "INSERT OR REPLACE INTO control (name, value) VALUES ('paused', 'yes')"
        } else {
            "DELETE FROM control WHERE name = 'paused'"
        };
        self.connection.execute(sql, []).map(drop).map_err(|error| self.failed(error))
    }

    /// Whether deliveries are held.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_paused(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM control WHERE name = 'paused')";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.failed(error))
    }

    /// What was decided on one entry.
    pub(super) fn decided(&self, seq: i64) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT record FROM decision WHERE seq = ?1 ORDER BY number";
        let mut find = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        let records = find.query_map([seq], |row| row.get(0)).and_then(Iterator::collect);
        records.map_err(|error| self.failed(error))
    }

    /// Some entries of the journal in order, those after one; none at its end.
    pub(super) fn entries(&self, after: i64) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT seq, work, at, body FROM journal WHERE seq > ?1 ORDER BY seq LIMIT 1000";
        let mut find = self.connection.prepare_cached(sql).map_err(|error| self.failed(error))?;
        let entries = find.query_map([after], |row| {
            let (work, at): (String, i64) = (row.get(1)?, row.get(2)?);
            Ok(Entry { seq: row.get(0)?, work: Work::of(&work), at: Instant::from_ms(at), body: row.get(3)? })
        });
        entries.and_then(Iterator::collect).map_err(|error| self.failed(error))
    }

    /// Goes through the journal in order.
    pub(super) fn each_entry<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after = 0;
        loop {
            let entries = self.entries(after)?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.seq;
            entries.into_iter().try_for_each(&mut each)?;
        }
    }

    /// Goes through all decisions in the order in which they were made.
    pub(super) fn each_decision<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error| self.failed(error);
        let mut all = self.connection.prepare("SELECT record FROM decision ORDER BY number").map_err(failed)?;
        let mut rows = all.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let record: String = row.get(0).map_err(failed)?;
            each(&record)?;
        }
        Ok(())
    }

    /// The directory that the run began with, as it was written; `None` where it has not begun.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn directory(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM journal WHERE work = 'start'";
        self.connection.query_row(sql, [], |row| row.get(0)).optional().map_err(|error| self.failed(error))
    }

    /// The versions of the playbook in the order in which they came into force, with their entries.
    pub(super) fn versions(&self) -> Result<Vec<(i64, InForce)>, StoreError> {
        let sql = "SELECT seq, at, body FROM journal WHERE work = 'plan' ORDER BY seq";
        let mut find = self.connection.prepare(sql).map_err(|error| self.failed(error))?;
        let entries = find.query_map([], |row| {
            let at = Instant::from_ms(row.get(1)?);
            Ok(Entry { seq: row.get(0)?, work: Work::Plan, at, body: row.get(2)? })
        });
        let entries: Vec<Entry> = entries.and_then(Iterator::collect).map_err(|error| self.failed(error))?;
        entries.iter().map(|entry| Ok((entry.seq, entry.version()?))).collect()
    }

    /// The version of the playbook in force: its digest, and since when.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn version(&self) -> Result<Option<(String, Instant)>, StoreError> {
        let sql =
            "SELECT json_extract(body, '$.digest'), at FROM journal WHERE work = 'plan' ORDER BY seq DESC LIMIT 1";
        let found = self.connection.query_row(sql, [], |row| Ok((row.get(0)?, Instant::from_ms(row.get(1)?))));
        found.optional().map_err(|error| self.failed(error))
    }

    /// Writes a copy that is whole, also while another process writes to the store.
    ///
    /// # Errors
    /// There is such a file, or it cannot be written.
    pub fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        let name = to.to_string_lossy();
        self.connection.execute("VACUUM INTO ?1", [&*name]).map(drop).map_err(|error| database(to, error))
    }

    /// What it holds, in figures.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE work = 'event'), (SELECT count(*) FROM decision),
            min(at) FILTER (WHERE work = 'start'), max(at), max(at) FILTER (WHERE work = 'event'),
            count(*) FILTER (WHERE work = 'plan') FROM journal";
        let instant = |at: Option<i64>| at.map(Instant::from_ms);
        let read = self.connection.query_row(sql, [], |row| {
            Ok(Summary {
                events: row.get(0)?,
                decisions: row.get(1)?,
                started: instant(row.get(2)?),
                clock: instant(row.get(3)?),
                last_event: instant(row.get(4)?),
                plans: row.get(5)?,
            })
        });
        read.map_err(|error| self.failed(error))
    }
}

/// How long to wait for a reader or a checkpoint.
const WAIT: Duration = Duration::from_secs(5);

fn database(path: &Path, error: rusqlite::Error) -> StoreError {
    StoreError::Database { path: path.to_owned(), error }
}

/// Where the lock of a store is.
fn lock_of(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Takes the lock beside the store; the system gives it back when the process ends, however that happens.
fn lock(store: &Path) -> Result<File, StoreError> {
    let path = lock_of(store);
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| StoreError::Lock { path: path.clone(), error })?;
    // Who only asks whether somebody has it has it for a moment.
    for _ in 0..LOOKS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(WAIT / 1000),
            Err(TryLockError::Error(error)) => return Err(StoreError::Lock { path, error }),
        }
    }
    Err(StoreError::Taken(store.to_owned()))
}

/// Whether a process runs with a store.
#[must_use]
pub fn is_running(store: &Path) -> bool {
    let file = File::open(lock_of(store));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// How often a lock is looked at before somebody is taken to have it.
const LOOKS: u32 = 20;
