//! Marks in generated texts: what may be left out, and what may stand for the whole around it.
//!
//! The generator writes them where a smaller playbook may still be a playbook; the shrinker tries what they offer, and
//! the checker has the last word.

/// Around what may be left out.
pub const OPEN: char = '\u{E000}';
/// Its end.
pub const CLOSE: char = '\u{E001}';
/// Around an expression, for which an expression inside it may stand.
pub const WHOLE: char = '\u{E002}';
/// Its end.
pub const END: char = '\u{E003}';

/// What may be left out.
pub fn part(text: impl AsRef<str>) -> String {
    format!("{OPEN}{}{CLOSE}", text.as_ref())
}

/// An expression.
pub fn whole(text: impl AsRef<str>) -> String {
    format!("{WHOLE}{}{END}", text.as_ref())
}

/// The text without marks.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(*c, OPEN..=END)).collect()
}
