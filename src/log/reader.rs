//! Files become one stream of events in order of time, and an account of every line.

use super::accounts::{Accounts, KEPT_BAD_LINES};
use super::batch::Merged;
use super::error::LogError;
use super::line::Decoder;
use super::merge::Merge;
use super::source::{Progress, STANDARD_INPUT, Source};
use crate::engine::input::Event;
use crate::time::Instant;
use std::path::Path;
use std::sync::Arc;

/// How a log is read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Sort all events by time, which keeps them all in memory, instead of refusing a file that goes back in time.
    pub sort: bool,
    /// With two or more, a thread of its own reads ahead; the events are the same.
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
    merge: Merge,
    progress: Arc<Progress>,
    /// The events at hand, and how many of them [`LogReader::next`] has handed out.
    current: Arc<Merged>,
    out: usize,
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
        let merge = Merge::new(sources, decoder, &options, &progress)?;
        Ok(LogReader { merge, progress, current: Arc::default(), out: 0 })
    }

    /// The next event; `None` at the end, and after an error.
    ///
    /// # Errors
    /// A file that goes back in time, cannot be read or is damaged; all events before it have been handed out.
    #[expect(clippy::should_implement_trait, reason = "no iterator: an event lies in the reader's memory")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Event<'_>>, LogError> {
        if self.out == self.current.len() {
            self.current = Arc::new(self.merge.next()?.unwrap_or_default());
            self.out = 0;
        }
        let event = self.current.get(self.out);
        self.out += usize::from(event.is_some());
        Ok(event)
    }

    /// The next events, at least one, to be kept or shared; `None` at the end, and after an error.
    ///
    /// # Errors
    /// The same as those of [`LogReader::next`].
    pub fn next_batch(&mut self) -> Result<Option<Arc<Merged>>, LogError> {
        let (current, out) = (std::mem::take(&mut self.current), std::mem::take(&mut self.out));
        if out < current.len() {
            return Ok(Some(Arc::new(current.rest(out))));
        }
        Ok(self.merge.next()?.map(Arc::new))
    }

    /// How far reading has come.
    #[must_use]
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Ends reading and says what became of every line that was read.
    #[must_use]
    pub fn finish(self) -> Accounts {
        self.merge.finish(self.current.files(self.out))
    }
}
