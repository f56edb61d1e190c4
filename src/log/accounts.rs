//! What became of every line.

use super::error::{LineError, Reason};
use super::source::Packing;
use crate::plan::ids::KindId;
use crate::time::Instant;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many bad lines are kept word for word unless the caller says otherwise.
pub const KEPT_BAD_LINES: usize = 20;
/// How many names of unknown kinds are counted one by one.
const MAX_UNKNOWN: usize = 1_000;

/// What became of every line of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// In the order in which the files were given.
    pub files: Vec<FileAccount>,
    /// The first bad lines, in the order in which they were met.
    pub bad: Vec<BadLine>,
    /// How many bad lines there are, by reason.
    pub reasons: BTreeMap<Reason, u64>,
    /// Events of kinds that the playbook does not know, by name.
    pub unknown: BTreeMap<CompactString, Unknown>,
    /// Events of unknown kinds beyond the first thousand names.
    pub more_unknown: u64,
    /// What lies outside the time asked for.
    pub outside: Outside,
}

/// Events outside the time asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Their kinds.
    pub kinds: BTreeSet<KindId>,
    /// The first and the last of them.
    pub span: Option<(Instant, Instant)>,
}

impl Outside {
    fn add(&mut self, kind: KindId, at: Instant) {
        self.kinds.insert(kind);
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }
}

/// What became of the lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileAccount {
    /// The file's name.
    pub name: String,
    /// How it is packed.
    pub packing: Packing,
    /// All lines that were read: the sum of what follows.
    pub lines: u64,
    /// Lines that became events.
    pub events: u64,
    /// Lines with nothing but space.
    pub blank: u64,
    /// Lines that are no events.
    pub bad: u64,
    /// Events with the id of an earlier one.
    pub repeated: u64,
    /// Events of a kind that the playbook does not know.
    pub unknown: u64,
    /// Events before the begin or from the end of the time asked for.
    pub outside: u64,
    /// Events that were read but not handed out because reading ended early.
    pub undelivered: u64,
}

/// Events of one unknown kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// How many there are.
    pub count: u64,
    /// A known kind of nearly that name.
    pub similar: Option<String>,
}

/// A line that is no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file, by its position in [`Accounts::files`].
    pub file: usize,
    /// The line's number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: LineError,
}

impl Accounts {
    /// The sums over all files.
    #[must_use]
    pub fn total(&self) -> FileAccount {
        self.files.iter().fold(FileAccount::default(), |total, file| total.and(file))
    }

    /// A bad line as it is shown: `log.jsonl:12: field `at` is missing`.
    #[must_use]
    pub fn shown<'a>(&'a self, bad: &'a BadLine) -> impl fmt::Display + 'a {
        let file = self.files.get(bad.file).map_or("", |file| &file.name);
        fmt::from_fn(move |f| write!(f, "{file}:{}: {}", bad.line, bad.error))
    }

    pub(crate) fn count_outside(&mut self, file: usize, kind: KindId, at: Instant) {
        if let Some(account) = self.files.get_mut(file) {
            account.outside += 1;
        }
        self.outside.add(kind, at);
    }

    pub(crate) fn count_unknown(&mut self, name: &CompactString, similar: impl FnOnce() -> Option<String>) {
        if let Some(unknown) = self.unknown.get_mut(name) {
            unknown.count += 1;
        } else if self.unknown.len() == MAX_UNKNOWN {
            self.more_unknown += 1;
        } else {
            self.unknown.insert(name.clone(), Unknown { count: 1, similar: similar() });
        }
    }
}

impl FileAccount {
    /// Whether every line has been accounted for; always true.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let parts = [self.events, self.blank, self.bad, self.repeated, self.unknown, self.outside, self.undelivered];
        parts.iter().sum::<u64>() == self.lines
    }

    fn and(mut self, other: &FileAccount) -> FileAccount {
        self.lines += other.lines;
        self.events += other.events;
        self.blank += other.blank;
        self.bad += other.bad;
        self.repeated += other.repeated;
        self.unknown += other.unknown;
        self.outside += other.outside;
        self.undelivered += other.undelivered;
        self
    }
}
