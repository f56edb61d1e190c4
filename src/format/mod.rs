//! One canonical layout for playbooks, in either tongue.
//!
//! 1. `layout` makes a document of a file's tokens: what may stand on one line, what is a row of a table;
//! 2. `table` sets rows with equal columns;
//! 3. [`doc`] writes a document within a width;
//! 4. what comes out is read again and must mean the same.
//!
//! The layout depends on the tokens, the comments and the blank lines alone, never on where lines were broken before.

mod doc;
mod layout;
mod table;

use crate::syntax::concrete::Sheet;
use crate::syntax::declared;
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::Tongue;
use crate::syntax::parser::{parse_file, read_sheet};
use crate::syntax::span::FileId;
use crate::syntax::tree::Item;
use std::collections::BTreeSet;

/// The columns that a line should not exceed.
pub const WIDTH: usize = 100;

/// Why a file cannot be laid out.
#[derive(Clone, Debug)]
pub enum FormatError {
    /// It has mistakes in the writing.
    Mistakes(Vec<SyntaxError>),
    /// What would be written does not mean the same: an error in the formatter.
    Changed,
}

/// The canonical layout of a file that is a whole playbook, with its words as written or in a tongue.
///
/// # Errors
/// See [`FormatError`].
pub fn format(file: FileId, text: &str, tongue: Option<Tongue>) -> Result<String, FormatError> {
    format_among(file, text, tongue, &declared::names(&parse_file(file, text).0))
}

/// The canonical layout of a file of a playbook that declares these names; a word for something built in that is spelt
/// like one of them in either tongue stays as written.
///
/// # Errors
/// See [`FormatError`].
pub fn format_among(
    file: FileId,
    text: &str,
    tongue: Option<Tongue>,
    declared: &BTreeSet<String>,
) -> Result<String, FormatError> {
    let sheet = read_sheet(file, text, declared).map_err(FormatError::Mistakes)?;
    let written = write(&sheet, text, tongue);
    let again = read_sheet(file, &written, declared).map_err(|_| FormatError::Changed)?;
    let same = meaning(&sheet.items) == meaning(&again.items);
    if same { Ok(written) } else { Err(FormatError::Changed) }
}

fn write(sheet: &Sheet, text: &str, tongue: Option<Tongue>) -> String {
    let lines = doc::lines(&layout::file(sheet, tongue));
    // A file keeps its kind of line break.
    let first = text.find('\n').and_then(|at| text.get(..at));
    let line_break = if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    lines.iter().map(|line| format!("{line}{line_break}")).collect()
}

/// Items without their places.
fn meaning(items: &[Item]) -> String {
    let tree = format!("{items:?}");
    let mut parts = tree.split("Span { file: FileId(");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |text, part| text + part.split_once('}').map_or(part, |(_, rest)| rest))
}
