//! A line of a scenario as words, each of which knows where it stands.
//!
//! Words are separated by space; quotes hold a word with spaces together, and brackets a list. `name=value`, `name!=value`
//! and `name~value` are one word each.

use super::mistake::{Mistake, Wrong};
use crate::syntax::span::Span;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The name before the sign, where there is one.
    pub key: Option<(String, Sign)>,
    /// The word, or what stands after the sign; without its quotes.
    pub text: String,
    /// Whether it stands in quotes: then it is never one of the notation's own words.
    pub quoted: bool,
    /// Where it stands.
    pub span: Span,
}

/// What stands between a name and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `~`: a text contains it.
    Contains,
}

impl Sign {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Sign::Is => "=",
            Sign::IsNot => "!=",
            Sign::Contains => "~",
        }
    }
}

impl Word {
    /// One of the notation's own words.
    pub(super) fn is(&self, word: &str) -> bool {
        self.key.is_none() && !self.quoted && self.text == word
    }
}

/// A line and where it stands.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its words.
    pub words: Vec<Word>,
    /// All of it.
    pub span: Span,
}

/// Splits a line; `exact` says whether each of its bytes stands in the file as it is.
pub(super) fn split(text: &str, span: Span, exact: bool) -> Result<Line, Wrong> {
    let mut words = Vec::new();
    let mut splitter = Splitter { text, at: 0, span, exact };
    while let Some(word) = splitter.next()? {
        words.push(word);
    }
    Ok(Line { words, span })
}

struct Splitter<'t> {
    text: &'t str,
    at: usize,
    span: Span,
    exact: bool,
}

impl Splitter<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn place(&self, start: usize, end: usize) -> Span {
        if !self.exact {
            return self.span;
        }
        let small = |n: usize| self.span.start + u32::try_from(n).unwrap_or(u32::MAX);
        Span { start: small(start), end: small(end), ..self.span }
    }

    fn next(&mut self) -> Result<Option<Word>, Wrong> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        let start = self.at;
        let (mut key, mut text, mut quoted) = (None, String::new(), false);
        while let Some(c) = self.rest().chars().next() {
            match c {
                c if c.is_whitespace() => break,
                '"' | '“' => {
                    quoted = true;
                    text.push_str(&self.quoted(c)?);
                }
                '[' => text.push_str(&self.list()?),
                '=' | '~' | '!' if key.is_none() && !quoted && !text.is_empty() => match self.sign() {
                    Some(sign) => key = Some((std::mem::take(&mut text), sign)),
                    None => self.take(c, &mut text),
                },
                c => self.take(c, &mut text),
            }
        }
        if self.at == start {
            return Ok(None);
        }
        Ok(Some(Word { key, text, quoted, span: self.place(start, self.at) }))
    }

    fn take(&mut self, c: char, text: &mut String) {
        text.push(c);
        self.at += c.len_utf8();
    }

    fn sign(&mut self) -> Option<Sign> {
        let sign =
            [Sign::IsNot, Sign::Is, Sign::Contains].into_iter().find(|sign| self.rest().starts_with(sign.word()));
        self.at += sign.map_or(0, |sign| sign.word().len());
        sign
    }

    /// What stands between quotes; `\"` is a quote, `\n` a line break, `\\` a backslash.
    fn quoted(&mut self, open: char) -> Result<String, Wrong> {
        let close = if open == '“' { '”' } else { '"' };
        let start = self.at;
        self.at += open.len_utf8();
        let mut text = String::new();
        let mut escaped = false;
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                'n' if escaped => text.push('\n'),
                c if escaped => text.push(c),
                '\\' => {}
                c if c == close => return Ok(text),
                c => text.push(c),
            }
            escaped = !escaped && c == '\\';
        }
        Err(Wrong::new(self.place(start, self.at), Mistake::OpenText))
    }

    /// A list in brackets, as it is written.
    fn list(&mut self) -> Result<String, Wrong> {
        let start = self.at;
        let Some(length) = self.rest().find(']') else {
            return Err(Wrong::new(self.place(start, self.text.len()), Mistake::OpenList));
        };
        self.at += length + 1;
        Ok(self.text.get(start..self.at).unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, String)> {
        let line = split(text, Span::default(), true).unwrap();
        let shown = |word: Word| (word.key.map(|(key, sign)| key + sign.word()).unwrap_or_default(), word.text);
        line.words.into_iter().map(shown).collect()
    }

    #[test]
    fn a_line_is_words_and_pairs() {
        let pair = |key: &str, text: &str| (key.to_owned(), text.to_owned());
        assert_eq!(
            words("+4s  warn m1 in \"g 1\" text=\"two \\\"words\\\"\" text~“中 文” tag!=x list=[a, b] a=b=c"),
            [
                pair("", "+4s"),
                pair("", "warn"),
                pair("", "m1"),
                pair("", "in"),
                pair("", "g 1"),
                pair("text=", "two \"words\""),
                pair("text~", "中 文"),
                pair("tag!=", "x"),
                pair("list=", "[a, b]"),
                pair("a=", "b=c"),
            ]
        );
        assert_eq!(words("  "), []);
    }

    #[test]
    fn an_open_quote_is_told_with_its_place() {
        let wrong = split("a text=\"open", Span { start: 10, end: 22, ..Span::default() }, true).unwrap_err();
        assert_eq!((wrong.span.start, wrong.span.end), (17, 22));
    }
}
