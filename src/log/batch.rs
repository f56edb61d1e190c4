//! Events of a log that share the memory they lie in.

use super::error::LineError;
use crate::engine::input::Event;
use crate::plan::ids::KindId;
use crate::plan::value::Value;
use crate::time::Instant;
use compact_str::CompactString;
use smallvec::SmallVec;
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

/// What the lines of one block became.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The lines, and behind them what does not stand in them: texts with escapes resolved, names of events without id.
    pub(crate) text: String,
    /// The values of all events, one after the other.
    pub(crate) values: Vec<Value>,
    /// The events, in the order of their lines.
    pub(crate) entries: Vec<Entry>,
    /// The lines that are no events to be handed out, in their order.
    pub(crate) others: Vec<(u32, Other)>,
    /// How many lines there are.
    pub(crate) lines: u32,
    /// Whether there are events without an id.
    pub(crate) nameless: bool,
    /// The file they come from, by its position.
    pub(crate) file: usize,
    /// How many lines of the file come before.
    pub(crate) before: u64,
}

/// An event, in pieces of its batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) at: Instant,
    pub(crate) id: Piece,
    /// Empty where there is none: an id never is.
    pub(crate) group: Piece,
    /// Empty where there is none.
    pub(crate) member: Piece,
    /// Where its values begin.
    pub(crate) values: u32,
    /// The number of its line in the batch, from 1.
    pub(crate) line: u32,
    pub(crate) kind: KindId,
    /// How many values it has.
    pub(crate) width: u16,
    /// Whether the log gives it no id.
    pub(crate) nameless: bool,
}

/// A piece of a batch's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What else a line can be.
#[derive(Debug)]
pub(crate) enum Other {
    /// Nothing but space.
    Blank,
    /// No event.
    Bad(Box<LineError>),
    /// An event of a kind that the plan does not know.
    Unknown(CompactString),
    /// An event outside the time asked for.
    Outside(KindId, Instant),
}

impl Piece {
    /// A piece of a text that is far shorter than 4 GiB.
    #[inline]
    pub(crate) fn new(range: Range<usize>) -> Piece {
        Piece { start: range.start as u32, end: range.end as u32 }
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    #[inline]
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl Batch {
    /// Puts a text behind the others.
    pub(crate) fn keep(&mut self, text: &str) -> Piece {
        let start = self.text.len();
        self.text.push_str(text);
        Piece::new(start..self.text.len())
    }

    /// Gives every event without an id the name of its line.
    pub(crate) fn name(&mut self, file: Option<usize>) {
        if !std::mem::take(&mut self.nameless) {
            return;
        }
        let Batch { text, entries, before, .. } = self;
        for entry in entries.iter_mut().filter(|entry| entry.nameless) {
            let start = text.len();
            if let Some(file) = file {
                let _ = write!(text, "{}:", file + 1);
            }
            let _ = write!(text, "line-{}", *before + u64::from(entry.line));
            entry.id = Piece::new(start..text.len());
        }
    }

    #[inline]
    pub(crate) fn id(&self, entry: &Entry) -> &str {
        entry.id.of(&self.text)
    }

    #[inline]
    pub(crate) fn event(&self, entry: &Entry) -> Event<'_> {
        let values = entry.values as usize..entry.values as usize + usize::from(entry.width);
        Event {
            id: self.id(entry),
            at: entry.at,
            kind: entry.kind,
            group: Some(entry.group.of(&self.text)).filter(|id| !id.is_empty()),
            member: Some(entry.member.of(&self.text)).filter(|id| !id.is_empty()),
            fields: self.values.get(values).unwrap_or_default(),
        }
    }
}

/// Events of a log in their final order; threads may share them.
#[derive(Debug)]
pub struct Merged {
    parts: Arc<[Arc<Batch>]>,
    order: Order,
}

impl Default for Merged {
    fn default() -> Merged {
        Merged { parts: [].into(), order: Order::Part(0..0) }
    }
}

/// Which events, and in which order.
#[derive(Debug)]
enum Order {
    /// Those of the first part, as they stand there.
    Part(Range<usize>),
    /// Part and position of each.
    Picked(Vec<Pick>),
}

/// An event of some batches: which batch, and where in it.
pub(crate) type Pick = (u32, u32);

impl Merged {
    /// All events of one batch.
    pub(crate) fn whole(batch: Batch) -> Merged {
        let order = Order::Part(0..batch.entries.len());
        Merged { parts: [Arc::new(batch)].into(), order }
    }

    /// Some events of some batches.
    pub(crate) fn picked(parts: Arc<[Arc<Batch>]>, picks: Vec<Pick>) -> Merged {
        Merged { parts, order: Order::Picked(picks) }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.order {
            Order::Part(range) => range.len(),
            Order::Picked(picks) => picks.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of the events, by position.
    #[must_use]
    #[inline]
    pub fn get(&self, position: usize) -> Option<Event<'_>> {
        let (batch, entry) = self.find(position)?;
        Some(batch.event(entry))
    }

    /// The events.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Event<'_>> {
        Events { merged: self, next: 0 }
    }

    #[inline]
    fn find(&self, position: usize) -> Option<(&Batch, &Entry)> {
        let (part, entry) = match &self.order {
            Order::Part(range) if position < range.len() => (0, range.start + position),
            Order::Part(_) => return None,
            Order::Picked(picks) => picks.get(position).map(|(part, entry)| (*part as usize, *entry as usize))?,
        };
        let batch = self.parts.get(part)?;
        Some((batch, batch.entries.get(entry)?))
    }

    /// What is left from a position on.
    pub(crate) fn rest(&self, position: usize) -> Merged {
        let order = match &self.order {
            Order::Part(range) => Order::Part((range.start + position).min(range.end)..range.end),
            Order::Picked(picks) => Order::Picked(picks.get(position..).unwrap_or_default().to_vec()),
        };
        Merged { parts: Arc::clone(&self.parts), order }
    }

    /// The files of the events from a position on.
    pub(crate) fn files(&self, position: usize) -> impl Iterator<Item = usize> {
        (position..self.len()).filter_map(|position| self.find(position)).map(|(batch, _)| batch.file)
    }
}

/// The events that [`Merged::iter`] gives.
struct Events<'a> {
    merged: &'a Merged,
    next: usize,
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    #[inline]
    fn next(&mut self) -> Option<Event<'a>> {
        let event = self.merged.get(self.next)?;
        self.next += 1;
        Some(event)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.merged.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Events<'_> {}

/// An event that outlives the batch it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedEvent {
    /// Empty where the source has none.
    pub id: CompactString,
    /// When it happened.
    pub at: Instant,
    /// What happened.
    pub kind: KindId,
    /// The group it happened in.
    pub group: Option<CompactString>,
    /// The member it is about.
    pub member: Option<CompactString>,
    /// By position in the kind.
    pub fields: SmallVec<[Value; 4]>,
}

impl OwnedEvent {
    /// The event as the engine takes it.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        Event {
            id: &self.id,
            at: self.at,
            kind: self.kind,
            group: self.group.as_deref(),
            member: self.member.as_deref(),
            fields: &self.fields,
        }
    }
}

impl From<Event<'_>> for OwnedEvent {
    fn from(event: Event<'_>) -> OwnedEvent {
        OwnedEvent {
            id: event.id.into(),
            at: event.at,
            kind: event.kind,
            group: event.group.map(CompactString::from),
            member: event.member.map(CompactString::from),
            fields: event.fields.into(),
        }
    }
}
