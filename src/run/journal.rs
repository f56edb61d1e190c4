//! The journal as others read it: an event log, and the decisions made on it.

use super::store::{Store, StoreError, Work};
use super::version::{Came, Written};
use crate::time::Instant;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path};

/// How a dry run over an exported journal decides the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many events there are.
    pub events: u64,
    /// When the clock was set (`--from`).
    pub from: Option<Instant>,
    /// Where the clock has to stop (`--to`); `None` where that is the time of the last event.
    pub to: Option<Instant>,
    /// The directory at the start, as it was written.
    pub directory: String,
    /// The versions of the playbook that have decided in turn, each with the time from when on; of the first it is that of the
    /// start.
    pub versions: Vec<(Instant, Written)>,
    /// Whether a version was adopted: what was decided before it does not come out again.
    pub adopted: bool,
}

/// Why a journal could not be written out.
#[derive(Debug)]
pub enum ExportError {
    /// The store cannot be read.
    Store(StoreError),
    /// What comes out cannot be written.
    Write(io::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> ExportError {
        ExportError::Store(error)
    }
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> ExportError {
        ExportError::Write(error)
    }
}

/// Writes the events of a journal, one a line, each at the time at which it was handled.
///
/// # Errors
/// The store cannot be read, or `out` cannot be written.
pub fn export(store: &Store, out: &mut dyn Write) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let mut last = None;
    store.each_entry(|entry| -> Result<(), ExportError> {
        exported.to = Some(entry.at);
        match entry.work {
            Work::Clock => {}
            Work::Plan => {
                let version = entry.version()?;
                if version.came != Came::Reloaded {
                    exported.versions.clear();
                }
                exported.adopted |= version.came == Came::Adopted;
                exported.versions.push((entry.at, version.written));
            }
            Work::Start => {
                exported.from = Some(entry.at);
                exported.directory = entry.body;
            }
            Work::Event => {
                exported.events += 1;
                last = Some(entry.at);
                writeln!(out, "{}", entry.body)?;
            }
        }
        Ok(())
    })?;
    // A log that stops with its last event lets nothing be left out at that very time.
    exported.to = exported.to.filter(|to| Some(*to) != last);
    Ok(exported)
}

/// Writes the texts of a version into a folder.
///
/// # Errors
/// They cannot be written, or a path would lead out of the folder.
pub fn write_version(written: &Written, folder: &Path) -> io::Result<()> {
    for (path, text) in written.files.iter().chain(&written.contents) {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(io::Error::other(format!("`{path}` lies outside the playbook's folder")));
        }
        let to = folder.join(path);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(to, text)?;
    }
    Ok(())
}

/// Writes all decisions that were recorded, one a line, as `qun simulate --format jsonl` writes them.
///
/// # Errors
/// The store cannot be read, or `out` cannot be written.
pub fn decisions(store: &Store, out: &mut dyn Write) -> Result<(), ExportError> {
    store.each_decision(|record| Ok(writeln!(out, "{record}")?))
}
