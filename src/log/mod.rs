//! Reading event logs and the directory file.
//!
//! A line becomes an [`Event`](crate::engine::input::Event) by way of a [`Decoder`]; a [`LogReader`] opens, decompresses and
//! merges files, and its [`Accounts`] say what became of every line. Files are read in blocks of whole lines; a block becomes
//! a batch of events that lie in its own text, and nothing is copied for a single event. A [`Directory`](crate::engine::input::Directory) says
//! what a log does not hold: who is there at the start.

mod accounts;
mod batch;
mod blocks;
mod clock;
mod directory;
mod error;
mod feed;
mod json;
mod line;
mod merge;
mod number;
mod quick;
mod reader;
pub mod schema;
mod seen;
mod source;
pub(crate) mod yaml;

pub use accounts::{Accounts, BadLine, FileAccount, KEPT_BAD_LINES, Outside, Unknown};
pub use batch::{Merged, OwnedEvent};
pub(crate) use directory::read_directory_node;
pub use directory::{DirectoryError, DirectoryProblem, MAX_DIRECTORY, read_directory};
pub use error::{Found, LineError, LogError, Reason};
pub use json::JsonProblem;
pub use line::{Decoded, Decoder, MAX_FIELDS, MAX_ID, MAX_LINE, MAX_TEXT};
pub use reader::{LogReader, ReadOptions};
pub(crate) use source::said;
pub use source::{Packing, Progress, STANDARD_INPUT, Source};

/// The nearest of some words, if one is near enough to be meant; ties go to the first in alphabetical order.
pub(crate) fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    let near = among.map(|known| (strsim::damerau_levenshtein(word, known), known));
    near.filter(|(distance, known)| *distance <= most && *distance < known.chars().count())
        .min()
        .map(|(_, known)| known)
}
