//! A look at a broken piece without the grammar.

use std::ops::Range;

/// The place at which brackets stand deepest in one another.
pub(super) fn deepest(text: &str) -> Range<usize> {
    let (mut depth, mut most, mut place) = (0_i32, 0, 0..text.chars().next().map_or(0, char::len_utf8));
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '（' | '｛' => depth += 1,
            ')' | ']' | '}' | '）' | '｝' => depth -= 1,
            _ => continue,
        }
        if depth > most {
            (most, place) = (depth, at..at + c.len_utf8());
        }
    }
    place
}
