//! What follows from an item that could not be read: its names are missing everywhere else, and that is not told.

use crate::diagnostic::Diagnostic;
use crate::syntax::error::{Mistake, SyntaxError};
use crate::syntax::source::Sources;
use crate::syntax::span::Span;

/// What may be told only because an item is missing.
const FOLLOWING: [&str; 6] =
    ["unknown-name", "unknown-property", "unknown-field", "no-community", "setting-missing", "never-started"];

/// What may be told only because a part of its own place could not be read.
const LACKING: [&str; 2] = ["nothing-done", "time-missing"];

/// The texts of the items in which something could not be read.
#[derive(Debug)]
pub struct Unread<'s> {
    items: Vec<&'s str>,
    places: Vec<Span>,
    /// The items with a literal that is none.
    literals: Vec<&'s str>,
}

impl<'s> Unread<'s> {
    /// The items around the mistakes in the writing.
    #[must_use]
    pub fn around(mistakes: &[SyntaxError], sources: &'s Sources) -> Unread<'s> {
        let literals = mistakes.iter().filter(|mistake| matches!(mistake.mistake, Mistake::Literal { .. }));
        Unread {
            items: mistakes.iter().map(|mistake| item_around(sources, mistake.span)).collect(),
            places: mistakes.iter().map(|mistake| mistake.span).collect(),
            literals: literals.map(|mistake| item_around(sources, mistake.span)).collect(),
        }
    }

    /// Whether a diagnostic may be a mere consequence: what it misses stands in such an item.
    #[must_use]
    pub fn explain(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        let place = diagnostic.labels.first().map(|(span, _)| *span).unwrap_or_default();
        if LACKING.contains(&diagnostic.code) {
            return self.places.iter().any(|wrong| encloses(place, *wrong));
        }
        if diagnostic.code == "no-trigger" {
            return self.literals.iter().any(|item| std::ptr::eq(*item, item_around(sources, place)));
        }
        if !FOLLOWING.contains(&diagnostic.code) {
            return false;
        }
        let missed = diagnostic.labels.first().map_or("", |(span, _)| sources.slice(*span));
        let community = matches!(diagnostic.code, "no-community" | "setting-missing");
        self.items.iter().any(|item| match community {
            true => item.contains("community") || item.contains("社群"),
            false => !missed.is_empty() && item.contains(missed),
        })
    }
}

fn encloses(whole: Span, part: Span) -> bool {
    whole.file == part.file && whole.start <= part.start && part.end <= whole.end
}

/// From the last line before a place that begins in the first column to the next one after it.
fn item_around(sources: &Sources, place: Span) -> &str {
    let text = sources.text(place.file);
    let at = usize::try_from(place.start).unwrap_or(usize::MAX).min(text.len());
    let begins = |line: &str| line.starts_with(|c: char| !c.is_whitespace() && c != '}' && c != '#');
    let (mut start, mut end, mut offset) = (0, text.len(), 0);
    for line in text.split_inclusive('\n') {
        if begins(line) && offset <= at {
            start = offset;
        } else if begins(line) {
            end = offset;
            break;
        }
        offset += line.len();
    }
    text.get(start..end).unwrap_or("")
}
