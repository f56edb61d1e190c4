//! What other libraries say about a file or a pattern, in the words of the catalogues where they are known.

use crate::l10n::Text;

/// Sentences that stand for themselves.
const KNOWN: [(&str, &str); 18] = [
    ("there is no such file", "why-no-file"),
    ("it lies outside the playbook's folder", "why-outside"),
    ("it is empty", "why-empty"),
    ("permission denied", "why-denied"),
    ("it would become too large", "pattern-too-large"),
    ("unclosed group", "pattern-unclosed-group"),
    ("unopened group", "pattern-unopened-group"),
    ("unclosed character class", "pattern-unclosed-class"),
    ("unclosed counted repetition", "pattern-unclosed-repetition"),
    ("repetition operator missing expression", "pattern-repetition"),
    ("repetition quantifier expects a valid decimal", "pattern-repetition-number"),
    ("unrecognized escape sequence", "pattern-escape"),
    ("incomplete escape sequence, reached end of pattern prematurely", "pattern-escape-end"),
    ("look-around, including look-ahead and look-behind, is not supported", "pattern-look-around"),
    ("backreferences are not supported", "pattern-backreference"),
    ("empty alternate", "pattern-empty-alternate"),
    ("expected sequence start", "content-list"),
    ("this is not YAML", "content-not-yaml"),
];

/// Beginnings of sentences with what follows them.
const BEGINNINGS: [(&str, &str); 3] = [
    ("it is not UTF-8: the first wrong byte is number ", "why-not-utf8"),
    ("unclosed bracket ", "content-unclosed"),
    ("duplicate mapping key: ", "content-key-twice"),
];

/// A sentence of a library as a message; one that is not known is said as it is.
pub(crate) fn said(sentence: &str) -> Text {
    if let Some((_, id)) = KNOWN.iter().find(|(known, _)| *known == sentence) {
        return Text::new(id);
    }
    if let Some((key, known)) =
        sentence.strip_prefix("unknown field ").and_then(|it| it.split_once(", expected one of "))
    {
        return Text::new("content-unknown-key").with("rest", key).with("known", known);
    }
    let begun = BEGINNINGS.iter().find_map(|(begins, id)| Some((sentence.strip_prefix(begins)?, *id)));
    match begun {
        Some((rest, id)) => Text::new(id).with("rest", rest),
        None => Text::verbatim(sentence),
    }
}
