//! Suggestions for a word that is not known: careful, and the same every time.

use crate::l10n::{Arg, Join, Text};
use strsim::damerau_levenshtein;

/// How many words are listed where no word is near.
const LISTED: usize = 16;

/// The word that was probably meant: few slips away for its length; of equals the first in the alphabet.
pub(crate) fn nearest<'a>(word: &str, available: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = if length <= 2 { 1 } else { (length / 3).max(1) };
    let near = available.into_iter().filter_map(|name| {
        let distance = damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
        let other = name.chars().count();
        (distance <= allowed && distance < length.max(other).min(other + length - 1)).then_some((distance, name))
    });
    near.min().map(|(_, name)| name.as_str())
}

/// The way out: the word that was meant, or the words that there are.
pub(crate) fn help(word: &str, available: &[String]) -> Option<String> {
    if let Some(near) = nearest(word, available) {
        return Some(format!("did you mean `{near}`?"));
    }
    can_be_listed(available).then(|| format!("there is {}", all(available)))
}

/// The way out, in every tongue.
pub(crate) fn way_out(word: &str, available: &[String]) -> Option<Text> {
    match nearest(word, available) {
        Some(near) => Some(Text::new("did-you-mean").with("near", near)),
        None => listed(available),
    }
}

/// A short list of the words that there are, in the order given; `None` where there are none or too many.
pub(crate) fn listed(words: &[String]) -> Option<Text> {
    can_be_listed(words).then(|| Text::new("there-is").with("names", Arg::Names(words.to_vec(), Join::And)))
}

fn can_be_listed(words: &[String]) -> bool {
    (1..=LISTED).contains(&words.len())
}

/// A list of words.
pub(crate) fn all(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => quoted.join(""),
    }
}
