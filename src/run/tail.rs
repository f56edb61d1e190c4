//! Events from a file that another program writes to: followed as it grows, is rotated, or is cut short.
//!
//! How far it has been read is kept in the transaction of the events read, so that a restart goes on there.

use super::executor::Receipt;
use super::service::{Job, Lines};
use crate::log::MAX_LINE;
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How far a file has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which file it is, whatever its name.
    pub file: u64,
    /// So many bytes of it have been taken.
    pub at: u64,
}

/// What is worth telling of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// Another file has its name now; the one before was read to its end.
    Rotated,
    /// Another file had its name when the run began again: the rest of the one before has not been read.
    Replaced,
    /// It is shorter than what had been read of it: it is read from the beginning.
    Cut,
}

/// How long to rest where nothing has been written.
const REST: Duration = Duration::from_millis(100);
/// How many lines are handed in together.
const TOGETHER: usize = 256;

/// Hands in the lines of a file until it is told to stop or the writer has ended. `tell` hears of what happens to the
/// file, `answer` of what became of each line, with the bytes before it.
///
/// # Errors
/// The file cannot be read.
pub fn follow(
    path: &Path,
    mut mark: Option<Mark>,
    jobs: &SyncSender<Job>,
    stop: &AtomicBool,
    tell: impl Fn(Followed),
    answer: impl Fn(u64, &Receipt),
) -> io::Result<()> {
    let mut first = true;
    while !stop.load(Ordering::Relaxed) {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                thread::sleep(REST);
                continue;
            }
            Err(error) => return Err(error),
        };
        let data = file.metadata()?;
        let mut at = 0;
        match &mark {
            Some(mark) if mark.file == number(&data) && mark.at <= data.len() => at = mark.at,
            Some(mark) if mark.file == number(&data) => tell(Followed::Cut),
            Some(_) if first => tell(Followed::Replaced),
            Some(_) => tell(Followed::Rotated),
            None => {}
        }
        first = false;
        match read(path, file, at, jobs, stop, &answer)? {
            Some(read) => mark = Some(read),
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Reads a file until another has its name or it is cut; `None` where the writer has ended.
fn read(
    path: &Path,
    file: File,
    mut at: u64,
    jobs: &SyncSender<Job>,
    stop: &AtomicBool,
    answer: &impl Fn(u64, &Receipt),
) -> io::Result<Option<Mark>> {
    let id = number(&file.metadata()?);
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(at))?;
    let mut left = false;
    loop {
        let (mut lines, mut starts, mut end) = (Vec::new(), Vec::new(), at);
        while lines.len() < TOGETHER {
            let mut line = Vec::new();
            let length = reader.by_ref().take(MAX_LINE as u64 + 2).read_until(b'\n', &mut line)? as u64;
            // What has no end yet is read again when it has one, unless nobody can write on.
            if length == 0 || !line.ends_with(b"\n") && line.len() <= MAX_LINE && !left {
                break;
            }
            if !line.trim_ascii().is_empty() {
                starts.push(end);
                lines.push(line);
            }
            end += length;
        }
        if end > at {
            let (kept, answered) = sync_channel(1);
            let mark = Some(Mark { file: id, at: end });
            let job = Lines { lines, mark, answer: Box::new(move |receipts| drop(kept.send(receipts))) };
            if jobs.send(Job::Lines(job)).is_err() {
                return Ok(None);
            }
            let Ok(receipts) = answered.recv() else { return Ok(None) };
            starts.iter().zip(&receipts).for_each(|(start, receipt)| answer(*start, receipt));
            at = end;
            continue;
        }
        let mark = Some(Mark { file: id, at });
        if left || stop.load(Ordering::Relaxed) {
            return Ok(mark);
        }
        match path.metadata() {
            Ok(data) if number(&data) == id && data.len() < at => return Ok(mark),
            Ok(data) if number(&data) != id => left = true,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => thread::sleep(REST),
        }
        reader.seek(SeekFrom::Start(at))?;
    }
}

/// What tells a file from others, whatever its name.
#[cfg(unix)]
fn number(data: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(data)
}

/// What tells a file from others, whatever its name.
#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
