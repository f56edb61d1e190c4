//! A look at a broken piece without the grammar: texts, holes and brackets alone.

use std::ops::Range;

/// How far out a bracket looks for the one that it belongs to.
const FAR: usize = 64;

/// What the look found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The first thing that is wrong with texts or brackets, with its place.
    pub(super) trouble: Option<(usize, Trouble)>,
    /// The end of the last token.
    pub(super) end: usize,
    /// The holes of texts.
    pub(super) holes: Vec<Range<usize>>,
    /// What would close all that is open at the end.
    pub(super) closers: String,
}

/// What can be wrong with texts and brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A text is not closed; with the quote that would close it, and another one on its line.
    Text(&'static str, Option<char>),
    /// A hole is not closed before its text ends.
    Hole,
    /// A bracket closes nothing.
    Unopened(char),
    /// A bracket closes one of another kind.
    Crossed { open: char, open_at: usize, close: char },
    /// A bracket is never closed.
    Unclosed(char),
}

/// Something open.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Kind,
    at: usize,
    /// The indentation of its line.
    indent: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bracket(char),
    Hole,
    /// A text, with its closing quote.
    Text(&'static str),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// The indentation of this line, and whether nothing stood on it yet.
    indent: usize,
    fresh: bool,
    stack: Vec<Open>,
    /// How many texts of one line are open.
    line_texts: usize,
    /// An open bracket that a bracket of less indentation closed.
    suspect: Option<Open>,
    /// The last word or sign before here, for the `/` of a pattern.
    before: &'t str,
    scan: Scan,
}

/// Looks at a piece.
pub(super) fn scan(text: &str) -> Scan {
    let (stack, scan) = (Vec::new(), Scan::default());
    let mut scanner = Scanner {
        text,
        at: 0,
        indent: indent(text),
        fresh: true,
        stack,
        line_texts: 0,
        suspect: None,
        before: "",
        scan,
    };
    while scanner.scan.trouble.is_none() && scanner.at < text.len() {
        scanner.step();
    }
    scanner.finish()
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn step(&mut self) {
        if let Some(line) = self.rest().strip_prefix('\n') {
            (self.indent, self.fresh) = (indent(line), true);
        }
        match self.stack.last().map(|open| open.kind) {
            Some(Kind::Text(close)) => self.in_text(close),
            _ => self.in_code(),
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes.max(1);
        self.fresh = false;
        self.scan.end = self.at.min(self.text.len());
    }

    // ---- inside a text

    fn in_text(&mut self, close: &'static str) {
        let rest = self.rest();
        if rest.starts_with(close) {
            self.stack.pop();
            self.line_texts -= usize::from(!is_long(close));
            self.advance(close.len());
        } else if rest.starts_with("{{") {
            self.advance(2);
        } else if rest.starts_with('{') {
            self.open(Kind::Hole, 1);
        } else if rest.starts_with(['\n', '\r']) && !is_long(close) {
            self.open_text();
        } else {
            let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '{' | '"' | '”' | '\n' | '\r'));
            self.advance(end.map_or(rest.len(), |(at, _)| at));
        }
    }

    /// The line ends in a text; the fault is that of the hole it stands in, if it stands in one.
    fn open_text(&mut self) {
        let hole = self.stack.iter().find(|open| open.kind == Kind::Hole);
        let text = self.stack.last().copied();
        self.scan.trouble = match (hole, text) {
            (Some(hole), _) => Some((hole.at, Trouble::Hole)),
            (None, Some(Open { kind: Kind::Text(close), at, .. })) => {
                Some((at, Trouble::Text(close, self.other_quote(at, close))))
            }
            _ => None,
        };
    }

    fn other_quote(&self, at: usize, close: &str) -> Option<char> {
        let line = self.text.get(at..)?.lines().next()?;
        let quotes = line.chars().skip(1).filter(|c| matches!(c, '"' | '“' | '”' | '＂' | '\'' | '’' | '」'));
        quotes.filter(|quote| !close.contains(*quote)).last()
    }

    // ---- outside of texts

    fn in_code(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        match c {
            '#' | '＃' => self.at += rest.find('\n').unwrap_or(rest.len()).max(1),
            '\n' | '\r' if self.line_texts > 0 => self.open_text(),
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '"' if rest.starts_with("\"\"\"") => self.open(Kind::Text("\"\"\""), 3),
            '"' => self.open(Kind::Text("\""), 1),
            '“' => self.open(Kind::Text("”"), c.len_utf8()),
            '(' | '[' | '{' | '（' | '｛' => self.open(Kind::Bracket(c), c.len_utf8()),
            ')' | ']' | '}' | '）' | '｝' => self.close(c),
            '/' if matches!(self.before, "matches" | "匹配" | "=" | "＝") => self.pattern(rest),
            _ => self.token(rest, c),
        }
    }

    fn open(&mut self, kind: Kind, bytes: usize) {
        self.line_texts += usize::from(matches!(kind, Kind::Text(close) if !is_long(close)));
        self.stack.push(Open { kind, at: self.at, indent: self.indent });
        self.before = "";
        self.advance(bytes);
    }

    fn pattern(&mut self, rest: &str) {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let found = matches!(c, '/' | '\n') && !escaped;
            escaped = *c == '\\' && !escaped;
            found
        });
        self.before = "";
        self.advance(end.map_or(rest.len(), |(at, _)| at + 1));
    }

    fn token(&mut self, rest: &'t str, first: char) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end =
            if is_word(first) { rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        self.before = rest.get(..end).unwrap_or("");
        self.advance(end);
    }

    fn close(&mut self, c: char) {
        let at = self.at;
        match self.stack.last().copied() {
            None => self.scan.trouble = Some((at, Trouble::Unopened(c))),
            Some(Open { kind: Kind::Hole, at: start, .. }) if ascii(c) == '}' => self.scan.holes.push(start..at + 1),
            Some(Open { kind: Kind::Hole, at: start, .. }) => self.scan.trouble = Some((start, Trouble::Hole)),
            Some(Open { kind: Kind::Bracket(open), at: open_at, .. }) if pair(open) != ascii(c) => {
                self.scan.trouble = Some((at, Trouble::Crossed { open, open_at, close: c }));
            }
            Some(open) => self.suspect_indent(open),
        }
        self.stack.pop();
        self.before = "";
        self.advance(c.len_utf8());
    }

    /// A bracket at the start of a line belongs to one whose line is indented as much.
    fn suspect_indent(&mut self, open: Open) {
        let own = self.indent;
        let outer = || self.stack.iter().rev().skip(1).take(FAR).any(|outer| outer.indent == own);
        if self.fresh && open.indent > own && outer() {
            self.suspect.get_or_insert(open);
        }
    }

    fn finish(mut self) -> Scan {
        let open_text = self.stack.iter().any(|open| matches!(open.kind, Kind::Text(_)));
        if self.scan.trouble.is_none() && open_text {
            self.open_text();
        }
        let brackets = self.stack.iter().rev().filter_map(|open| match open.kind {
            Kind::Bracket(bracket) => Some(pair(bracket)),
            _ => None,
        });
        self.scan.closers = brackets.collect();
        let open = self.suspect.filter(|_| !self.stack.is_empty()).or(self.stack.last().copied());
        if let (None, Some(Open { kind: Kind::Bracket(bracket), at, .. })) = (self.scan.trouble, open) {
            self.scan.trouble = Some((at, Trouble::Unclosed(bracket)));
        }
        let holes = self.stack.iter().filter(|open| open.kind == Kind::Hole).map(|open| open.at..self.text.len());
        self.scan.holes.extend(holes);
        self.scan
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn is_long(close: &str) -> bool {
    close == "\"\"\""
}

/// The closing twin of an open bracket.
fn pair(open: char) -> char {
    match open {
        '(' | '（' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn ascii(close: char) -> char {
    match close {
        '）' => ')',
        '｝' => '}',
        other => other,
    }
}

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
