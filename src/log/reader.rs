//! Files become one stream of events in order of time, and an account of every line.

use super::accounts::{Accounts, BadLine, FileAccount, KEPT_BAD_LINES};
use super::error::{LineError, LogError};
use super::line::{Decoder, blank};
use super::seen::Seen;
use super::source::{Progress, STANDARD_INPUT, Source, said};
use super::split::{Line, Lines};
use crate::engine::input::Event;
use crate::time::Instant;
use compact_str::{CompactString, format_compact};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// How many events go from thread to thread at once.
const BATCH: usize = 1024;
/// How many batches may wait.
const WAITING: usize = 8;
/// After how many lines the progress is told.
const TELL: u64 = 1024;

/// How a log is read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Sort all events by time, which keeps them all in memory, instead of refusing a file that goes back in time.
    pub sort: bool,
    /// With two or more, reading has a thread of its own; the events are the same.
    pub threads: usize,
    /// Leave out events before this.
    pub from: Option<Instant>,
    /// Leave out events at this or later.
    pub to: Option<Instant>,
    /// How many bad lines are kept for showing; all are counted.
    pub keep_bad: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { sort: false, threads: 1, from: None, to: None, keep_bad: KEPT_BAD_LINES }
    }
}

/// The events of some files, in order of time; at equal times in the order of the files given, then of their lines.
///
/// An event without an id is named after its line: `line-7`, or with several files `2:line-7`.
pub struct LogReader {
    feed: Feed,
    progress: Arc<Progress>,
}

/// Where the reader's work is done.
enum Feed {
    Here(Box<Merge>),
    Elsewhere(Worker),
}

impl LogReader {
    /// Opens files; `-` is standard input.
    ///
    /// # Errors
    /// Says which file cannot be opened or is no text in UTF-8.
    pub fn open<P: AsRef<Path>>(paths: &[P], decoder: Decoder, options: ReadOptions) -> Result<LogReader, LogError> {
        let inputs = paths.iter().filter(|path| path.as_ref() == Path::new(STANDARD_INPUT)).count();
        if inputs > 1 {
            return Err(LogError::InputTwice);
        }
        let sources = paths.iter().map(|path| Source::open(path.as_ref())).collect::<Result<_, _>>()?;
        LogReader::new(sources, decoder, options)
    }

    /// Reads from sources that are open.
    ///
    /// # Errors
    /// Says which one cannot be read or is no text in UTF-8.
    pub fn new(sources: Vec<Source>, decoder: Decoder, options: ReadOptions) -> Result<LogReader, LogError> {
        let progress = Arc::new(Progress::default());
        let threads = options.threads;
        let merge = Box::new(Merge::new(sources, decoder, options, &progress)?);
        let feed = if threads < 2 { Feed::Here(merge) } else { Feed::Elsewhere(Worker::start(merge)) };
        Ok(LogReader { feed, progress })
    }

    /// The next event; `None` at the end, and after an error.
    ///
    /// # Errors
    /// A file that goes back in time, cannot be read or is damaged; all events before it have been handed out.
    #[expect(clippy::should_implement_trait, reason = "an iterator of results would hide that an error ends it")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Event>, LogError> {
        match &mut self.feed {
            Feed::Here(merge) => merge.next(),
            Feed::Elsewhere(worker) => worker.next(),
        }
    }

    /// How far reading has come.
    #[must_use]
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Ends reading and says what became of every line that was read.
    #[must_use]
    pub fn finish(self) -> Accounts {
        match self.feed {
            Feed::Here(merge) => merge.finish(),
            Feed::Elsewhere(worker) => worker.finish(),
        }
    }
}

/// An event and where it stood.
struct Entry {
    file: usize,
    line: u64,
    event: Event,
}

/// A file that is being read.
struct File {
    lines: Lines,
    /// The line and the time of the last event.
    last: (u64, Instant),
    /// The event read last.
    head: Event,
    /// Whether it has yet to be handed out.
    waiting: bool,
}

/// Reads files, merges them by time and leaves out repeats.
struct Merge {
    files: Vec<File>,
    /// The times of the heads.
    order: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Files whose next event has yet to be read.
    hungry: Vec<usize>,
    /// With `sort`: all events, the next one last.
    sorted: Option<Vec<Entry>>,
    /// With `sort`: what ended the reading, told after the events.
    broken: Option<LogError>,
    seen: Seen,
    ended: bool,
    clerk: Clerk,
}

/// Decodes lines and keeps the accounts.
struct Clerk {
    decoder: Decoder,
    options: ReadOptions,
    accounts: Accounts,
    progress: Arc<Progress>,
    lines: u64,
}

impl Merge {
    fn new(
        sources: Vec<Source>,
        decoder: Decoder,
        options: ReadOptions,
        progress: &Arc<Progress>,
    ) -> Result<Merge, LogError> {
        let mut accounts = Accounts::default();
        let mut files = Vec::new();
        for source in sources {
            let name = source.name.clone();
            let (packing, bytes) = source.unpack(progress)?;
            accounts.files.push(FileAccount { name, packing, ..FileAccount::default() });
            files.push(File { lines: Lines::new(bytes), last: (0, Instant::MIN), head: blank(), waiting: false });
        }
        let hungry = (0..files.len()).rev().collect();
        let clerk = Clerk { decoder, options, accounts, progress: Arc::clone(progress), lines: 0 };
        Ok(Merge {
            files,
            order: BinaryHeap::new(),
            hungry,
            sorted: None,
            broken: None,
            seen: Seen::default(),
            ended: false,
            clerk,
        })
    }

    fn next(&mut self) -> Result<Option<Event>, LogError> {
        if self.ended {
            return Ok(None);
        }
        let next = if self.clerk.options.sort { self.next_sorted() } else { self.next_merged() };
        self.ended = !matches!(next, Ok(Some(_)));
        if self.ended {
            self.clerk.tell();
        }
        next
    }

    fn next_merged(&mut self) -> Result<Option<Event>, LogError> {
        loop {
            while let Some(file) = self.hungry.pop() {
                self.feed(file)?;
            }
            let Some(Reverse((_, file))) = self.order.pop() else {
                return Ok(None);
            };
            self.hungry.push(file);
            if let Some(event) = self.deliver_head(file) {
                return Ok(Some(event));
            }
        }
    }

    /// Reads the next event of a file.
    fn feed(&mut self, file: usize) -> Result<(), LogError> {
        let Some(from) = self.files.get_mut(file) else {
            return Ok(());
        };
        while self.clerk.read(file, &mut from.lines, &mut from.head)? {
            let (line, at) = (from.lines.number(), from.head.at);
            if at >= from.last.1 {
                from.last = (line, at);
                from.waiting = true;
                self.order.push(Reverse((at, file)));
                return Ok(());
            }
            self.clerk.backwards(file, from.last, line, &from.head, &self.seen)?;
        }
        Ok(())
    }

    #[inline]
    fn deliver_head(&mut self, file: usize) -> Option<Event> {
        let from = self.files.get_mut(file)?;
        from.waiting = false;
        let line = from.lines.number();
        let new = self.clerk.clear(&mut self.seen, file, line, &mut from.head);
        new.then(|| std::mem::replace(&mut from.head, blank()))
    }

    fn next_sorted(&mut self) -> Result<Option<Event>, LogError> {
        let mut sorted = self.sorted.take().unwrap_or_else(|| self.sort());
        while let Some(mut entry) = sorted.pop() {
            if self.clerk.clear(&mut self.seen, entry.file, entry.line, &mut entry.event) {
                self.sorted = Some(sorted);
                return Ok(Some(entry.event));
            }
        }
        self.broken.take().map_or(Ok(None), Err)
    }

    /// Reads everything, up to an error; the first event comes last.
    fn sort(&mut self) -> Vec<Entry> {
        let mut all = Vec::new();
        for (file, from) in self.files.iter_mut().enumerate() {
            match self.clerk.read_all(file, &mut from.lines, &mut all) {
                Ok(()) => {}
                Err(error) => self.broken = self.broken.take().or(Some(error)),
            }
        }
        all.sort_by_key(|entry| entry.event.at);
        all.reverse();
        all
    }

    /// What was read and will not be handed out is counted as such.
    fn finish(mut self) -> Accounts {
        let heads = self.files.iter().enumerate().filter(|(_, file)| file.waiting).map(|(i, _)| i);
        let sorted = self.sorted.iter().flatten().map(|entry| entry.file);
        for file in heads.chain(sorted) {
            self.clerk.count(file, |account| account.undelivered += 1);
        }
        self.clerk.accounts
    }
}

impl Clerk {
    fn count(&mut self, file: usize, count: impl FnOnce(&mut FileAccount)) {
        if let Some(account) = self.accounts.files.get_mut(file) {
            count(account);
        }
    }

    /// Whether an event may be handed out: its id has not been met before. One without an id gets one.
    #[inline]
    fn clear(&mut self, seen: &mut Seen, file: usize, line: u64, event: &mut Event) -> bool {
        let new = event.id.is_empty() || seen.insert(&event.id);
        if event.id.is_empty() {
            let several = self.accounts.files.len() > 1;
            event.id =
                if several { format_compact!("{}:line-{line}", file + 1) } else { format_compact!("line-{line}") };
        }
        self.count(file, |account| if new { account.events += 1 } else { account.repeated += 1 });
        new
    }

    /// Reads the next event of a file that lies in the time asked for, if there is one.
    fn read(&mut self, file: usize, lines: &mut Lines, event: &mut Event) -> Result<bool, LogError> {
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(false),
                Err(error) => return Err(self.failed(file, lines.number(), &error)),
            };
            match self.take(file, line, event) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => self.bad(file, lines.number(), *error),
            }
        }
    }

    fn read_all(&mut self, file: usize, lines: &mut Lines, all: &mut Vec<Entry>) -> Result<(), LogError> {
        let mut event = blank();
        while self.read(file, lines, &mut event)? {
            all.push(Entry { file, line: lines.number(), event: std::mem::replace(&mut event, blank()) });
        }
        Ok(())
    }

    /// Whether the line is an event to be handed on; otherwise it has been accounted for.
    #[inline]
    fn take(&mut self, file: usize, line: Line<'_>, event: &mut Event) -> Result<bool, Box<LineError>> {
        self.count(file, |account| account.lines += 1);
        self.lines += 1;
        if self.lines == TELL {
            self.tell();
        }
        let text = match line {
            Line::Text(text) => text,
            Line::TooLong => return Err(Box::new(LineError::LineTooLong)),
        };
        if text.trim_ascii_start().is_empty() {
            self.count(file, |account| account.blank += 1);
            return Ok(false);
        }
        if let Some(name) = self.decoder.decode_into(text, event)? {
            self.unknown(file, &name);
            return Ok(false);
        }
        let wanted = self.wants(event.at);
        if !wanted {
            self.accounts.count_outside(file, event.kind, event.at);
        }
        Ok(wanted)
    }

    fn unknown(&mut self, file: usize, name: &CompactString) {
        self.count(file, |account| account.unknown += 1);
        let similar = || self.decoder.similar_kind(name).map(str::to_owned);
        self.accounts.count_unknown(name, similar);
    }

    fn wants(&self, at: Instant) -> bool {
        self.options.from.is_none_or(|from| at >= from) && self.options.to.is_none_or(|to| at < to)
    }

    fn bad(&mut self, file: usize, line: u64, error: LineError) {
        self.count(file, |account| account.bad += 1);
        *self.accounts.reasons.entry(error.reason()).or_default() += 1;
        if self.accounts.bad.len() < self.options.keep_bad {
            self.accounts.bad.push(BadLine { file, line, error });
        }
    }

    /// An event before the one above it: a repeat that came late, or an error.
    fn backwards(
        &mut self,
        file: usize,
        last: (u64, Instant),
        line: u64,
        event: &Event,
        seen: &Seen,
    ) -> Result<(), LogError> {
        if !event.id.is_empty() && seen.contains(&event.id) {
            self.count(file, |account| account.repeated += 1);
            return Ok(());
        }
        self.count(file, |account| account.undelivered += 1);
        let (before_line, before) = last;
        Err(LogError::Backwards { file: self.name(file), line, at: event.at, before_line, before })
    }

    fn failed(&self, file: usize, after_line: u64, error: &io::Error) -> LogError {
        let packed = self.accounts.files.get(file).is_some_and(|account| account.packing != Default::default());
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

    fn tell(&mut self) {
        self.progress.add_lines(std::mem::take(&mut self.lines));
    }
}

/// A thread that reads ahead.
struct Worker {
    batches: Option<Receiver<Batch>>,
    current: std::vec::IntoIter<Event>,
    /// What comes after the current events.
    error: Option<LogError>,
    thread: Option<JoinHandle<Accounts>>,
    ended: bool,
}

/// Events, and whether an error comes after them.
struct Batch {
    events: Vec<Event>,
    end: Option<Result<(), LogError>>,
}

impl Worker {
    fn start(merge: Box<Merge>) -> Worker {
        let (sender, batches) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || read_ahead(*merge, &sender));
        Worker {
            batches: Some(batches),
            current: Vec::new().into_iter(),
            error: None,
            thread: Some(thread),
            ended: false,
        }
    }

    #[inline]
    fn next(&mut self) -> Result<Option<Event>, LogError> {
        loop {
            if let Some(event) = self.current.next() {
                return Ok(Some(event));
            }
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            if self.ended {
                return Ok(None);
            }
            self.receive();
        }
    }

    fn receive(&mut self) {
        let batch = self.batches.as_ref().and_then(|batches| batches.recv().ok());
        let Batch { events, end } = batch.unwrap_or(Batch { events: Vec::new(), end: Some(Err(LogError::Stopped)) });
        self.current = events.into_iter();
        self.ended = end.is_some();
        self.error = end.and_then(Result::err);
    }

    fn finish(mut self) -> Accounts {
        // Without a receiver the thread ends at its next batch.
        self.batches = None;
        let accounts = self.thread.take().map(JoinHandle::join);
        accounts.and_then(Result::ok).unwrap_or_default()
    }
}

fn read_ahead(mut merge: Merge, sender: &SyncSender<Batch>) -> Accounts {
    loop {
        let batch = next_batch(&mut merge);
        let ended = batch.end.is_some();
        if sender.send(batch).is_err() || ended {
            return merge.finish();
        }
    }
}

fn next_batch(merge: &mut Merge) -> Batch {
    let mut events = Vec::with_capacity(BATCH);
    while events.len() < BATCH {
        match merge.next() {
            Ok(Some(event)) => events.push(event),
            Ok(None) => return Batch { events, end: Some(Ok(())) },
            Err(error) => return Batch { events, end: Some(Err(error)) },
        }
    }
    Batch { events, end: None }
}
