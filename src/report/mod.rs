//! How findings look: text for people, JSON for programs. The only room that knows how to draw snippets and tables.

pub mod decisions;
pub mod diagnostics;
pub mod metrics;
pub mod run;

pub use diagnostics::Style;

use serde::Serialize;

/// `1 file`, `2 files`
#[must_use]
pub fn plural(count: u64, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {word}{ending}", grouped(count))
}

/// A number with commas between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// JSON for reading, with a line break at its end.
fn pretty(document: &impl Serialize) -> String {
    // Structures of texts and numbers always have a JSON form.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
