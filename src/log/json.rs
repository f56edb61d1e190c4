//! A strict scanner for one line of JSON that copies nothing.
//!
//! A log is mostly flat objects of short texts, so one pass finds every key and value as a piece of the line. Numbers stay
//! text: they can be turned into decimals exactly, and one too large to keep is a wrong field instead of a wrong line.

use std::borrow::Cow;

/// How deep lists and objects may stand in each other.
pub(crate) const MAX_DEPTH: usize = 64;

/// A value as it stands in the line.
///
/// Not an enum with payloads: a plain piece of the line and a tag are copied in whole words, which halves the time of a scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Raw<'a> {
    /// Of a text what stands between its quotes.
    written: &'a str,
    sort: Sort,
}

/// What a value is; as wide as a word, so that a [`Raw`] has no gap that must be copied piecemeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Sort {
    Null,
    Bool,
    Number,
    Text,
    /// A text with at least one backslash.
    Escaped,
    List,
    Object,
}

/// What is wrong with a line of JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) at: usize,
    pub(crate) problem: JsonProblem,
}

/// Boxed, so that what is sound is copied in whole words.
type Wrong = Box<JsonError>;

/// What is wrong with a line of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonProblem {
    /// The line ends too early.
    End,
    /// A key must stand here, in double quotes.
    Key,
    /// A key must be followed by a colon.
    Colon,
    /// Neither a comma nor the closing bracket.
    Comma,
    /// None of the things that a value can be.
    Value,
    /// A number that JSON does not know, such as `01` or `1.`.
    Number,
    /// A text without its closing quote.
    OpenText,
    /// A control character inside a text.
    Control,
    /// A backslash before something it does not go with.
    Escape,
    /// Half of a pair of surrogates.
    Surrogate,
    /// Something follows the object.
    Trailing,
    /// Lists and objects too deep in each other.
    Depth,
}

/// What stops a scan: the text itself, or the receiver of its pairs.
pub(crate) enum Stop<E> {
    Json(Wrong),
    NotObject,
    Receiver(E),
}

impl<E> From<Wrong> for Stop<E> {
    fn from(error: Wrong) -> Self {
        Stop::Json(error)
    }
}

/// Hands every pair of the object that the line is to `each`.
pub(crate) fn object<'a, E>(
    text: &'a str,
    mut each: impl FnMut(Raw<'a>, Raw<'a>) -> Result<(), E>,
) -> Result<(), Stop<E>> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.space();
    if scanner.peek() != Some(b'{') {
        scanner.document()?;
        return Err(Stop::NotObject);
    }
    scanner.at += 1;
    scanner.pairs(1, |key, value| each(key, value).map_err(Stop::Receiver))?;
    Ok(scanner.end()?)
}

/// The elements of a list that has been scanned before.
pub(crate) fn elements(list: &str) -> impl Iterator<Item = Raw<'_>> {
    let mut scanner = Scanner { text: list, at: 1 };
    std::iter::from_fn(move || {
        scanner.space();
        if scanner.peek() == Some(b',') {
            scanner.at += 1;
            scanner.space();
        }
        scanner.value(0).ok()
    })
}

/// The value at the beginning of a text, and its length.
pub(crate) fn value(text: &str) -> Option<(Raw<'_>, usize)> {
    let mut scanner = Scanner { text, at: 0 };
    let raw = scanner.value(1).ok()?;
    Some((raw, scanner.at))
}

impl<'a> Raw<'a> {
    /// A text without escapes.
    #[inline]
    pub(crate) fn plain(written: &'a str) -> Raw<'a> {
        Raw { written, sort: Sort::Text }
    }

    /// What it is.
    #[inline]
    pub(crate) fn sort(self) -> Sort {
        self.sort
    }

    /// Whether it is a text.
    #[inline]
    pub(crate) fn is_text(self) -> bool {
        matches!(self.sort, Sort::Text | Sort::Escaped)
    }

    /// As it is written, brackets and signs included, quotes not.
    #[inline]
    pub(crate) fn written(self) -> &'a str {
        self.written
    }

    /// Of a text: what it says, escapes resolved.
    #[inline]
    pub(crate) fn text(self) -> Cow<'a, str> {
        if self.sort == Sort::Escaped { Cow::Owned(unescape(self.written)) } else { Cow::Borrowed(self.written) }
    }

    /// Of a text: whether it is this one.
    #[inline]
    pub(crate) fn is(self, other: &str) -> bool {
        if self.sort == Sort::Escaped { unescape(self.written) == other } else { self.written == other }
    }

    /// Of two texts: whether they are the same.
    #[inline]
    pub(crate) fn same(self, other: Raw<'_>) -> bool {
        if other.sort == Sort::Escaped { self.is(&other.text()) } else { self.is(other.written) }
    }
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (c, after) = escaped_char(escape);
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The character of an escape (after its backslash) and what follows it.
fn escaped_char(escape: &str) -> (char, &str) {
    let mut chars = escape.chars();
    let c = match chars.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unicode_escape(chars.as_str()),
        other => other.unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    (c, chars.as_str())
}

fn unicode_escape(escape: &str) -> (char, &str) {
    let (high, rest) = hex_unit(escape);
    if !(0xD800..0xDC00).contains(&high) {
        return (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), rest);
    }
    let (low, rest) = hex_unit(rest.strip_prefix("\\u").unwrap_or(""));
    let point = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
    (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), rest)
}

fn hex_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or(("", ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0), rest)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The value from `start` up to here.
    #[inline]
    fn raw(&self, start: usize, sort: Sort) -> Raw<'a> {
        Raw { written: self.text.get(start..self.at).unwrap_or_default(), sort }
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// An error here, or at the end of the line that it has run out.
    #[cold]
    fn wrong(&self, problem: JsonProblem) -> Wrong {
        let problem = if self.at >= self.text.len() { JsonProblem::End } else { problem };
        Box::new(JsonError { at: self.at, problem })
    }

    /// One value and nothing else.
    fn document(&mut self) -> Result<(), Wrong> {
        self.value(0)?;
        self.end()
    }

    fn end(&mut self) -> Result<(), Wrong> {
        self.space();
        if self.at < self.text.len() { Err(self.wrong(JsonProblem::Trailing)) } else { Ok(()) }
    }

    /// The pairs of an object and its closing bracket, after the opening one.
    #[inline]
    fn pairs<E: From<Wrong>>(
        &mut self,
        depth: usize,
        mut each: impl FnMut(Raw<'a>, Raw<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            let value = self.value(depth)?;
            each(key, value)?;
            if self.closes(b'}')? {
                return Ok(());
            }
        }
    }

    /// A key, its colon and the space around them.
    #[inline]
    fn key(&mut self) -> Result<Raw<'a>, Wrong> {
        self.space();
        if self.peek() != Some(b'"') {
            return Err(self.wrong(JsonProblem::Key));
        }
        let key = self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.wrong(JsonProblem::Colon));
        }
        self.at += 1;
        self.space();
        Ok(key)
    }

    /// After a value: whether the bracket closes; otherwise a comma has been passed.
    #[inline]
    fn closes(&mut self, bracket: u8) -> Result<bool, Wrong> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(other) if other == bracket => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.wrong(JsonProblem::Comma)),
        }
    }

    #[inline]
    fn value(&mut self, depth: usize) -> Result<Raw<'a>, Wrong> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{') => self.nested_object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Raw<'a>, Wrong> {
        let start = self.at;
        for (word, sort) in [("true", Sort::Bool), ("false", Sort::Bool), ("null", Sort::Null)] {
            if self.rest().starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(self.raw(start, sort));
            }
        }
        Err(self.wrong(JsonProblem::Value))
    }

    fn nested_object(&mut self, depth: usize) -> Result<Raw<'a>, Wrong> {
        let start = self.at;
        self.enter(depth)?;
        self.pairs(depth, |_, _| Ok::<(), Wrong>(()))?;
        Ok(self.raw(start, Sort::Object))
    }

    fn list(&mut self, depth: usize) -> Result<Raw<'a>, Wrong> {
        let start = self.at;
        self.enter(depth)?;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(self.raw(start, Sort::List));
        }
        loop {
            self.space();
            self.value(depth)?;
            if self.closes(b']')? {
                return Ok(self.raw(start, Sort::List));
            }
        }
    }

    /// Passes an opening bracket.
    fn enter(&mut self, depth: usize) -> Result<(), Wrong> {
        if depth > MAX_DEPTH {
            return Err(self.wrong(JsonProblem::Depth));
        }
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<Raw<'a>, Wrong> {
        let quote = self.at;
        self.at += 1;
        let mut sort = Sort::Text;
        loop {
            self.at += plain_bytes(self.rest());
            match self.peek() {
                Some(b'"') => {
                    let text = self.raw(quote + 1, sort);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.wrong(JsonProblem::Control)),
                None => return Err(Box::new(JsonError { at: quote, problem: JsonProblem::OpenText })),
            }
            sort = Sort::Escaped;
        }
    }

    fn escape(&mut self) -> Result<(), Wrong> {
        match self.rest() {
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => self.at += 2,
            [_, b'u', rest @ ..] => self.at += unicode_length(rest).map_err(|problem| self.wrong(problem))?,
            _ => return Err(self.wrong(JsonProblem::Escape)),
        }
        Ok(())
    }

    #[inline]
    fn number(&mut self) -> Result<Raw<'a>, Wrong> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading_zero = self.peek() == Some(b'0');
        if self.digits()? > 1 && leading_zero {
            return Err(Box::new(JsonError { at: start, problem: JsonProblem::Number }));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(self.raw(start, Sort::Number))
    }

    /// Passes digits, at least one; how many.
    #[inline]
    fn digits(&mut self) -> Result<usize, Wrong> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.wrong(JsonProblem::Number)) } else { Ok(self.at - start) }
    }
}

/// The length of `\uXXXX`, or of a pair of them, given what follows the `\u`.
fn unicode_length(rest: &[u8]) -> Result<usize, JsonProblem> {
    match hex(rest)? {
        0xD800..=0xDBFF => match rest.get(4..) {
            Some([b'\\', b'u', low @ ..]) if (0xDC00..=0xDFFF).contains(&hex(low)?) => Ok(12),
            _ => Err(JsonProblem::Surrogate),
        },
        0xDC00..=0xDFFF => Err(JsonProblem::Surrogate),
        _ => Ok(6),
    }
}

fn hex(text: &[u8]) -> Result<u32, JsonProblem> {
    let digits = text.first_chunk::<4>().ok_or(JsonProblem::Escape)?;
    digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(JsonProblem::Escape)?;
        Ok(unit * 16 + digit)
    })
}

/// How many bytes come before the first quote, backslash or control character: eight at a time.
#[inline]
pub(crate) fn plain_bytes(text: &[u8]) -> usize {
    let (words, tail) = text.as_chunks::<8>();
    let mut plain = 0;
    for word in words {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return plain + (special.trailing_zeros() / 8) as usize;
        }
        plain += 8;
    }
    plain + tail.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).unwrap_or(tail.len())
}

/// The high bit of each byte that is a quote, a backslash or a control character.
///
/// Subtracting may borrow from the byte above one that is found, so only the lowest bit is sure: it is the one wanted.
#[inline]
fn special_bytes(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let quote = word ^ (EACH * b'"' as u64);
    let slash = word ^ (EACH * b'\\' as u64);
    let zero_in = |word: u64, below: u64| word.wrapping_sub(EACH * below) & !word;
    (zero_in(quote, 1) | zero_in(slash, 1) | zero_in(word, 0x20)) & (EACH * 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str) -> Option<(usize, JsonProblem)> {
        match object(text, |_, _| Ok::<(), ()>(())) {
            Err(Stop::Json(error)) => Some((error.at, error.problem)),
            _ => None,
        }
    }

    fn only_text(text: &str) -> String {
        let mut found = String::new();
        let scanned = object(text, |_, value| {
            found = value.text().into_owned();
            if value.is_text() { Ok(()) } else { Err(()) }
        });
        assert!(scanned.is_ok());
        found
    }

    #[test]
    fn names_the_problem_and_its_place() {
        use JsonProblem::*;
        let cases = [
            ("{", 1, End),
            ("{\"a\"", 4, End),
            ("{\"a\":", 5, End),
            ("{\"a\":1", 6, End),
            ("{a:1}", 1, Key),
            ("{\"a\" 1}", 5, Colon),
            ("{\"a\":1 \"b\":2}", 7, Comma),
            ("{\"a\":1,}", 7, Key),
            ("{\"a\":NaN}", 5, Value),
            ("{\"a\":01}", 5, Number),
            ("{\"a\":1.}", 7, Number),
            ("{\"a\":-}", 6, Number),
            ("{\"a\":\"b}", 5, OpenText),
            ("{\"a\":\"b\tc\"}", 7, Control),
            ("{\"a\":\"\\x\"}", 6, Escape),
            ("{\"a\":\"\\u12g4\"}", 6, Escape),
            ("{\"a\":\"\\ud800\"}", 6, Surrogate),
            ("{\"a\":\"\\udc00\"}", 6, Surrogate),
            ("{} {}", 3, Trailing),
            ("[1,]", 3, Value),
        ];
        for (text, at, what) in cases {
            assert_eq!(problem(text), Some((at, what)), "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert_eq!(problem(&nested(MAX_DEPTH - 1)), None);
        assert_eq!(problem(&nested(MAX_DEPTH)).unwrap().1, JsonProblem::Depth);
        assert_eq!(problem(&nested(200_000)).unwrap().1, JsonProblem::Depth);
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(only_text(r#"{"a":"\"\\\/\b\f\n\r\t中"}"#), "\"\\/\u{8}\u{c}\n\r\t中");
        assert_eq!(only_text(r#"{"a":"x\u4e2d\ud83d\ude00y"}"#), "x中😀y");
    }

    #[test]
    fn elements_of_a_list() {
        let found: Vec<_> = elements("[ \"a\" , 1,null ,[2], {\"b\":[]} ]").collect();
        assert_eq!(found.len(), 5);
        assert_eq!(found[1], Raw { written: "1", sort: Sort::Number });
        assert_eq!(found[3], Raw { written: "[2]", sort: Sort::List });
        assert_eq!(elements("[]").count(), 0);
    }

    /// Whether a widely used parser takes the text as an object.
    fn peer_takes(text: &str) -> Option<bool> {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => Some(value.is_object()),
            Err(error) if error.to_string().starts_with("number out of range") => None,
            Err(_) => Some(false),
        }
    }

    fn agrees(text: &str) {
        if let Some(taken) = peer_takes(text) {
            let ours = object(text, |_, _| Ok::<(), ()>(())).is_ok();
            assert_eq!(ours, taken, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_peer_on_json_like_texts(text in r#"(\{|\}|\[|\]|"|:|,|"a"|"\\u[dD][89c]00"|\\|\\n|[0-9]|-|\.|e|E|\+|true|null| |中|\x01){0,24}"#) {
            agrees(&text);
            agrees(&format!("{{\"a\":{text}}}"));
        }

        #[test]
        fn agrees_with_a_peer_on_numbers(text in r"-?[0-9]{1,3}(\.[0-9]{0,3})?([eE][+-]?[0-9]{0,2})?") {
            agrees(&format!("{{\"a\":{text}}}"));
        }

        #[test]
        fn texts_come_back(text in any::<String>()) {
            let line = serde_json::json!({ "a": &text }).to_string();
            prop_assert_eq!(only_text(&line), text);
        }

        #[test]
        fn plain_bytes_stops_at_the_first_special_one(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let naive = text.iter().position(|b| *b == b'"' || *b == b'\\' || *b < 0x20).unwrap_or(text.len());
            prop_assert_eq!(plain_bytes(&text), naive);
        }
    }
}
