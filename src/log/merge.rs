//! Batches become one stream of events in order of time, without repeats, and an account of every line.

use super::accounts::{Accounts, BadLine, FileAccount};
use super::batch::{Batch, Entry, Merged, Other, Pick};
use super::blocks::Blocks;
use super::error::LogError;
use super::feed::{Feed, Supply};
use super::line::{Between, Decoder};
use super::reader::ReadOptions;
use super::seen::Seen;
use super::source::{Packing, Progress, Source, said};
use crate::time::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

/// How many events of several files are handed out at once.
const PICKS: usize = 1024;

/// Merges the batches of files by time and leaves out repeats.
pub(crate) struct Merge {
    feed: Feed,
    files: Vec<File>,
    /// The times of the heads.
    order: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Files whose next event has yet to be read.
    hungry: Vec<usize>,
    /// With `sort`: all events, once they have been read.
    sorted: Option<Sorted>,
    seen: Seen,
    /// What ended the reading, told after the events before it.
    broken: Option<LogError>,
    ended: bool,
    clerk: Clerk,
}

/// A file that is being read.
struct File {
    batch: Arc<Batch>,
    /// How many events of the batch have been read.
    entries: usize,
    /// How many other lines of the batch have been accounted for.
    others: usize,
    /// The line and the time of the last event.
    last: (u64, Instant),
    /// Whether the event read last has yet to be handed out.
    waiting: bool,
    /// Where the batch stands among the parts of what is being merged.
    part: Option<u32>,
}

/// All events of all files.
struct Sorted {
    parts: Arc<[Arc<Batch>]>,
    /// In order.
    picks: Vec<Pick>,
    /// How many have been handed out.
    out: usize,
}

/// Keeps the accounts.
struct Clerk {
    keep_bad: usize,
    accounts: Accounts,
    progress: Arc<Progress>,
}

impl Merge {
    pub(crate) fn new(
        sources: Vec<Source>,
        decoder: Decoder,
        options: &ReadOptions,
        progress: &Arc<Progress>,
    ) -> Result<Merge, LogError> {
        let mut accounts = Accounts::default();
        let mut blocks = Vec::new();
        for source in sources {
            let name = source.name.clone();
            let (packing, bytes) = source.unpack(progress)?;
            blocks.push(Blocks::new(bytes, packing != Packing::Plain));
            accounts.files.push(FileAccount { name, packing, ..FileAccount::default() });
        }
        let files: Vec<File> = blocks.iter().map(|_| File::new()).collect();
        let between = Between { from: options.from.unwrap_or(Instant::MIN), to: options.to.unwrap_or(Instant::MAX) };
        Ok(Merge {
            hungry: (0..files.len()).rev().collect(),
            files,
            feed: Feed::new(blocks, decoder, between, options.threads),
            order: BinaryHeap::new(),
            sorted: options.sort.then(Sorted::default),
            seen: Seen::default(),
            broken: None,
            ended: false,
            clerk: Clerk { keep_bad: options.keep_bad, accounts, progress: Arc::clone(progress) },
        })
    }

    /// The next events, at least one; `None` at the end, and after an error.
    pub(crate) fn next(&mut self) -> Result<Option<Merged>, LogError> {
        if self.ended {
            return Ok(None);
        }
        let merged = match (&self.sorted, self.files.len()) {
            (Some(_), _) => self.next_sorted(),
            (None, 1) => self.next_single(),
            (None, _) => self.next_merged(),
        };
        if !merged.is_empty() {
            return Ok(Some(merged));
        }
        self.ended = true;
        self.broken.take().map_or(Ok(None), Err)
    }

    /// The events of the next batch of the only file: they are in order, or it is an error.
    fn next_single(&mut self) -> Merged {
        while self.broken.is_none() {
            let Some(mut batch) = self.fetch(0) else { break };
            self.sift(&mut batch);
            if !batch.entries.is_empty() {
                return Merged::whole(batch);
            }
        }
        Merged::default()
    }

    /// Leaves out repeats, and everything from an event on that goes back in time.
    fn sift(&mut self, batch: &mut Batch) {
        let Some(File { last, .. }) = self.files.first_mut() else { return };
        let (seen, before, mut repeated, mut back) = (&mut self.seen, batch.before, 0, None);
        let Batch { entries, text, .. } = batch;
        entries.retain(|entry| {
            if back.is_some() {
                return false;
            }
            if entry.at < last.1 {
                let known = !entry.nameless && seen.contains(entry.id.of(text));
                repeated += u64::from(known);
                back = (!known).then_some(*entry);
                return false;
            }
            *last = (before + u64::from(entry.line), entry.at);
            let new = entry.nameless || seen.insert(entry.id.of(text));
            repeated += u64::from(!new);
            new
        });
        let last = *last;
        let read = back.map_or(batch.lines, |entry| entry.line);
        self.clerk.count(0, |account| {
            account.lines = before + u64::from(read);
            account.events += batch.entries.len() as u64;
            account.repeated += repeated;
        });
        let others = batch.others.iter().take_while(|(line, _)| *line <= read);
        others.for_each(|other| self.clerk.other(&self.feed, batch, other));
        self.broken = back.map(|entry| self.clerk.backwards(batch, &entry, last)).or(self.broken.take());
    }

    /// The next events of all files, merged.
    fn next_merged(&mut self) -> Merged {
        let (mut parts, mut picks) = (Vec::new(), Vec::with_capacity(PICKS));
        self.files.iter_mut().for_each(|file| file.part = None);
        while picks.len() < PICKS && self.broken.is_none() {
            let Some(file) = self.next_file() else { break };
            picks.extend(self.deliver(file, &mut parts));
        }
        Merged::picked(parts.into(), picks)
    }

    /// The file with the earliest head.
    fn next_file(&mut self) -> Option<usize> {
        while let Some(file) = self.hungry.pop() {
            if let Err(error) = self.advance(file) {
                self.broken = Some(error);
                return None;
            }
        }
        let Reverse((_, file)) = self.order.pop()?;
        self.hungry.push(file);
        Some(file)
    }

    /// Reads the next event of a file.
    fn advance(&mut self, number: usize) -> Result<(), LogError> {
        loop {
            let Some(file) = self.files.get_mut(number) else { return Ok(()) };
            let batch = Arc::clone(&file.batch);
            let entry = batch.entries.get(file.entries).copied();
            self.clerk.pass(&self.feed, file, entry.map_or(batch.lines, |entry| entry.line));
            let Some(entry) = entry else {
                match self.fetch(number) {
                    Some(batch) => self.open(number, batch),
                    None => return self.broken.take().map_or(Ok(()), Err),
                }
                continue;
            };
            file.entries += 1;
            if entry.at >= file.last.1 {
                file.last = (batch.before + u64::from(entry.line), entry.at);
                file.waiting = true;
                self.order.push(Reverse((entry.at, number)));
                return Ok(());
            }
            if entry.nameless || !self.seen.contains(batch.id(&entry)) {
                return Err(self.clerk.backwards(&batch, &entry, file.last));
            }
            self.clerk.count(number, |account| account.repeated += 1);
        }
    }

    fn open(&mut self, number: usize, batch: Batch) {
        if let Some(file) = self.files.get_mut(number) {
            let last = file.last;
            *file = File { batch: Arc::new(batch), last, ..File::new() };
        }
    }

    /// The head of a file as a pick, unless it is a repeat.
    fn deliver(&mut self, number: usize, parts: &mut Vec<Arc<Batch>>) -> Option<Pick> {
        let file = self.files.get_mut(number)?;
        file.waiting = false;
        let position = file.entries - 1;
        let entry = file.batch.entries.get(position)?;
        if !self.clerk.clear(&mut self.seen, &file.batch, entry) {
            return None;
        }
        let part = *file.part.get_or_insert_with(|| {
            parts.push(Arc::clone(&file.batch));
            parts.len() as u32 - 1
        });
        Some((part, position as u32))
    }

    /// The next events of what has been sorted.
    fn next_sorted(&mut self) -> Merged {
        let mut sorted = self.sorted.take().filter(|sorted| !sorted.parts.is_empty()).unwrap_or_else(|| self.sort());
        let mut picks = Vec::with_capacity(PICKS);
        while let Some(pick) = sorted.picks.get(sorted.out).filter(|_| picks.len() < PICKS) {
            sorted.out += 1;
            if sorted.entry(pick).is_some_and(|(batch, entry)| self.clerk.clear(&mut self.seen, batch, entry)) {
                picks.push(*pick);
            }
        }
        let parts = Arc::clone(&sorted.parts);
        self.sorted = Some(sorted);
        Merged::picked(parts, picks)
    }

    /// Reads everything, file by file, each up to an error.
    fn sort(&mut self) -> Sorted {
        let (mut parts, mut keys) = (Vec::new(), Vec::new());
        let mut broken = None;
        for number in 0..self.files.len() {
            while let Some(batch) = self.fetch(number) {
                let part = parts.len() as u32;
                keys.extend((0u32..).zip(&batch.entries).map(|(i, entry)| (entry.at, (part, i))));
                self.open(number, batch);
                let Some(file) = self.files.get_mut(number) else { continue };
                let lines = file.batch.lines;
                self.clerk.pass(&self.feed, file, lines);
                parts.push(Arc::clone(&file.batch));
            }
            broken = broken.or(self.broken.take());
        }
        self.broken = broken;
        keys.sort_by_key(|(at, _)| *at);
        Sorted { parts: parts.into(), picks: keys.into_iter().map(|(_, pick)| pick).collect(), out: 0 }
    }

    /// The next batch of a file; `None` at its end, and where it cannot be read on.
    fn fetch(&mut self, number: usize) -> Option<Batch> {
        let before = self.clerk.lines(number);
        match self.feed.next(number) {
            Supply::Batch(batch) => {
                self.clerk.progress.add_lines(u64::from(batch.lines));
                let mut batch = Batch { file: number, before, ..batch };
                batch.name(Some(number).filter(|_| self.files.len() > 1));
                return Some(batch);
            }
            Supply::Failed(error) => self.broken = Some(self.clerk.failed(number, &error)),
            Supply::Lost => self.broken = Some(LogError::Stopped),
            Supply::End => {}
        }
        None
    }

    /// What was read and will not be handed out is counted as such, also these of the events that were.
    pub(crate) fn finish(mut self, left: impl Iterator<Item = usize>) -> Accounts {
        for file in left {
            self.clerk.count(file, |account| {
                account.events -= 1;
                account.undelivered += 1;
            });
        }
        let heads = self.files.iter().enumerate().filter(|(_, file)| file.waiting).map(|(i, _)| i);
        let sorted = self.sorted.iter().flat_map(Sorted::left);
        for file in heads.chain(sorted) {
            self.clerk.count(file, |account| account.undelivered += 1);
        }
        self.clerk.accounts
    }
}

impl File {
    fn new() -> File {
        File { batch: Arc::default(), entries: 0, others: 0, last: (0, Instant::MIN), waiting: false, part: None }
    }
}

impl Default for Sorted {
    fn default() -> Sorted {
        Sorted { parts: [].into(), picks: Vec::new(), out: 0 }
    }
}

impl Sorted {
    fn entry(&self, pick: &Pick) -> Option<(&Batch, &Entry)> {
        let batch = self.parts.get(pick.0 as usize)?;
        Some((batch, batch.entries.get(pick.1 as usize)?))
    }

    /// The files of the events that have not been handed out.
    fn left(&self) -> impl Iterator<Item = usize> {
        let picks = self.picks.get(self.out..).unwrap_or_default();
        picks.iter().filter_map(|pick| self.parts.get(pick.0 as usize)).map(|batch| batch.file)
    }
}

impl Clerk {
    fn count(&mut self, file: usize, count: impl FnOnce(&mut FileAccount)) {
        if let Some(account) = self.accounts.files.get_mut(file) {
            count(account);
        }
    }

    /// How many lines of a file have been read.
    fn lines(&self, file: usize) -> u64 {
        self.accounts.files.get(file).map_or(0, |account| account.lines)
    }

    /// Whether an event may be handed out: its id has not been met before.
    fn clear(&mut self, seen: &mut Seen, batch: &Batch, entry: &Entry) -> bool {
        let new = entry.nameless || seen.insert(batch.id(entry));
        self.count(batch.file, |account| if new { account.events += 1 } else { account.repeated += 1 });
        new
    }

    /// Accounts for the lines of a file's batch up to a line that has been read.
    fn pass(&mut self, feed: &Feed, file: &mut File, line: u32) {
        let batch = &file.batch;
        self.count(batch.file, |account| account.lines = account.lines.max(batch.before + u64::from(line)));
        while let Some(other) = batch.others.get(file.others).filter(|(at, _)| *at <= line) {
            file.others += 1;
            self.other(feed, batch, other);
        }
    }

    fn other(&mut self, feed: &Feed, batch: &Batch, (line, other): &(u32, Other)) {
        let file = batch.file;
        match other {
            Other::Blank => self.count(file, |account| account.blank += 1),
            Other::Outside(kind, at) => self.accounts.count_outside(file, *kind, *at),
            Other::Unknown(name) => {
                self.count(file, |account| account.unknown += 1);
                self.accounts.count_unknown(name, || feed.decoder().similar_kind(name).map(str::to_owned));
            }
            Other::Bad(error) => {
                self.count(file, |account| account.bad += 1);
                *self.accounts.reasons.entry(error.reason()).or_default() += 1;
                if self.accounts.bad.len() < self.keep_bad {
                    let line = batch.before + u64::from(*line);
                    self.accounts.bad.push(BadLine { file, line, error: (**error).clone() });
                }
            }
        }
    }

    /// An event before the one above it that is no repeat come late.
    fn backwards(&mut self, batch: &Batch, entry: &Entry, last: (u64, Instant)) -> LogError {
        self.count(batch.file, |account| account.undelivered += 1);
        let (before_line, before) = last;
        let line = batch.before + u64::from(entry.line);
        LogError::Backwards { file: self.name(batch.file), line, at: entry.at, before_line, before }
    }

    fn failed(&self, file: usize, error: &io::Error) -> LogError {
        let after_line = self.lines(file);
        let packed = self.accounts.files.get(file).is_some_and(|account| account.packing != Packing::Plain);
        let cut_off = error.kind() == io::ErrorKind::UnexpectedEof;
        // Damage shows as one of these; anything else is the disk's or the system's.
        let data =
            matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other);
        if packed && (cut_off || data) {
            return LogError::Damaged { file: self.name(file), after_line, cut_off };
        }
        LogError::Read { file: self.name(file), after_line, why: said(error) }
    }

    fn name(&self, file: usize) -> String {
        self.accounts.files.get(file).map_or_else(String::new, |account| account.name.clone())
    }
}
