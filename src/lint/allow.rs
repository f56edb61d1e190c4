//! `# allow(name) reason="…" until=2026-12-31`: findings that somebody has looked at and lets stand.
//!
//! The comment stands at the end of a line, or on lines of its own above it. What it lets stand is what is found on that
//! line or, where an item begins there, anywhere in the item; a finding about two places is let stand at either. In Chinese: `# 允许(name) 理由="…" 至=2026-12-31`.

use super::Selection;
use super::book::Book;
use super::finding::Finding;
use super::rules::suppressions;
use crate::syntax::source::Sources;
use crate::syntax::span::{FileId, Span};
use chrono::NaiveDate;
use std::ops::Range;

/// One suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The comment.
    pub span: Span,
    /// The names of lints, each with its place.
    pub names: Vec<(String, Span)>,
    /// Why it is let stand; without one nothing is.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<NaiveDate>,
    /// Whether something of it cannot be read.
    pub broken: bool,
    /// The bytes of the file that it speaks of.
    pub reach: Range<u32>,
}

/// What is left when suppressions have been applied, and what they hide.
#[derive(Debug, Default)]
pub struct Sifted {
    /// Findings that are told.
    pub told: Vec<Finding>,
    /// Findings that are let stand, each with the reason.
    pub allowed: Vec<(Finding, String)>,
}

/// Applies the suppressions of a playbook, and adds what is to be said about them.
#[must_use]
pub fn sift(book: &Book<'_>, findings: Vec<Finding>, selection: &Selection, today: NaiveDate) -> Sifted {
    let allows = suppressions_of(book);
    let mut used: Vec<Vec<bool>> = allows.iter().map(|allow| vec![false; allow.names.len()]).collect();
    let mut sifted = Sifted::default();
    for finding in findings {
        match hiding(&allows, &finding, today) {
            Some((allow, name)) => {
                if let Some(mark) = used.get_mut(allow).and_then(|of| of.get_mut(name)) {
                    *mark = true;
                }
                let reason = allows.get(allow).and_then(|allow| allow.reason.clone()).unwrap_or_default();
                sifted.allowed.push((finding, reason));
            }
            None => sifted.told.push(finding),
        }
    }
    for (allow, used) in allows.iter().zip(&used) {
        sifted.told.extend(suppressions::about(allow, used, selection, today));
    }
    super::sort(book, &mut sifted.told);
    sifted
}

/// The suppression that lets a finding stand, and which of its names.
fn hiding(allows: &[Allow], finding: &Finding, today: NaiveDate) -> Option<(usize, usize)> {
    allows.iter().enumerate().find_map(|(position, allow)| {
        let near =
            finding.labels.iter().any(|(span, _)| allow.span.file == span.file && allow.reach.contains(&span.start));
        let holds = allow.reason.is_some() && !allow.broken && allow.until.is_none_or(|until| today <= until);
        let name = allow.names.iter().position(|(name, _)| name == finding.lint)?;
        (near && holds).then_some((position, name))
    })
}

/// All suppressions of a playbook.
#[must_use]
pub fn suppressions_of(book: &Book<'_>) -> Vec<Allow> {
    let mut found = Vec::new();
    for (file, source) in book.sources.iter() {
        let items: Vec<Span> = book.tree.items.iter().map(|item| item.span).filter(|span| span.file == file).collect();
        for comment in comments(source.text()) {
            if let Some(allow) = read(book.sources, file, comment, &items) {
                found.push(allow);
            }
        }
    }
    found
}

fn read(sources: &Sources, file: FileId, comment: Range<usize>, items: &[Span]) -> Option<Allow> {
    let whole = sources.text(file);
    let text = whole.get(comment.clone())?;
    let body = text.trim_start_matches(['#', '＃']).trim_start();
    let rest = body.strip_prefix("allow").or_else(|| body.strip_prefix("允许"))?.trim_start();
    let rest = rest.strip_prefix(['(', '（'])?;
    let at = |part: &str| comment.start + (part.as_ptr() as usize - text.as_ptr() as usize);
    let span = |part: &str| Span { file, start: at(part) as u32, end: (at(part) + part.len()) as u32 };
    let close = rest.find([')', '）'])?;
    let inside = rest.get(..close)?;
    let names = inside.split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty());
    let after = rest.get(close..)?.trim_start_matches([')', '）']);
    let (reason, until, broken) = attributes(after);
    Some(Allow {
        span: Span { file, start: comment.start as u32, end: comment.end as u32 },
        names: names.map(|name| (name.to_owned(), span(name))).collect(),
        reason,
        until,
        broken,
        reach: reach(whole, &comment, items),
    })
}

/// `reason="…" until=2026-12-31`; what else stands there makes it broken.
fn attributes(mut rest: &str) -> (Option<String>, Option<NaiveDate>, bool) {
    let (mut reason, mut until, mut broken) = (None, None, false);
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',', '，']);
        if rest.is_empty() {
            return (reason, until, broken);
        }
        let Some((key, value)) = rest.split_once(['=', '＝']) else { return (reason, until, true) };
        let value = value.trim_start();
        match key.trim() {
            "reason" | "理由" => {
                let quoted = [('"', '"'), ('“', '”')]
                    .into_iter()
                    .find_map(|(open, close)| value.strip_prefix(open)?.split_once(close));
                let Some((text, after)) = quoted else { return (reason, until, true) };
                reason = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                rest = after;
            }
            "until" | "至" => {
                let end = value.find([' ', '\t']).unwrap_or(value.len());
                let (date, after) = value.split_at_checked(end).unwrap_or((value, ""));
                until = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
                broken |= until.is_none();
                rest = after;
            }
            _ => return (reason, until, true),
        }
    }
}

/// The line that a comment speaks of, or the item that begins there.
fn reach(text: &str, comment: &Range<usize>, items: &[Span]) -> Range<u32> {
    let line_start = text.get(..comment.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let alone = text.get(line_start..comment.start).is_some_and(|before| before.trim().is_empty());
    let mut start = line_start;
    if alone {
        start = comment.end;
        for line in text.get(comment.end..).unwrap_or_default().split_inclusive('\n') {
            let shown = line.trim();
            if !(shown.is_empty() || shown.starts_with(['#', '＃'])) {
                break;
            }
            start += line.len();
        }
    }
    let line = text.get(start..).unwrap_or_default();
    let end = start + line.find('\n').unwrap_or(line.len());
    let begins = |item: &&Span| (start..end.max(start + 1)).contains(&(item.start as usize));
    let item = items.iter().find(begins).map_or(end as u32, |item| item.end);
    start as u32..item.max(end as u32)
}

/// The comments of a file, from the sign to the end of the line.
#[must_use]
pub fn comments(text: &str) -> Vec<Range<usize>> {
    scan(text).0
}

/// The words of a file, those in holes of texts included, those in texts and comments not.
#[must_use]
pub fn words(text: &str) -> Vec<&str> {
    let words = scan(text).1.into_iter().filter_map(|range| text.get(range));
    words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_')).collect()
}

/// The comments and the words and signs of a file.
fn scan(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut found, mut words) = (Vec::new(), Vec::new());
    let mut open: Vec<Inside> = Vec::new();
    let mut before = "";
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = match open.last() {
            Some(Inside::Text(close)) => in_text(rest, close),
            _ => in_code(rest, before),
        };
        match step {
            Step::Comment(length) => found.push(at..at + length),
            Step::Open(inside, _) => open.push(inside),
            Step::Close(_) => _ = open.pop(),
            Step::Word(length) => words.push(at..at + length.max(1)),
            Step::Skip(_) => {}
        }
        let length = step.length().max(1);
        if !matches!(step, Step::Skip(_)) {
            before = text.get(at..at + length).unwrap_or_default();
        }
        at += length;
    }
    (found, words)
}

/// What is open.
#[derive(Clone, Copy)]
enum Inside {
    /// A text, with what closes it.
    Text(&'static str),
    /// A hole of a text.
    Hole,
    /// Braces of an item.
    Braces,
}

/// One step of reading, with its length in bytes.
#[derive(Clone, Copy)]
enum Step {
    Comment(usize),
    Open(Inside, usize),
    Close(usize),
    Word(usize),
    Skip(usize),
}

impl Step {
    fn length(self) -> usize {
        match self {
            Step::Comment(n) | Step::Open(_, n) | Step::Close(n) | Step::Word(n) | Step::Skip(n) => n,
        }
    }
}

fn in_text(rest: &str, close: &str) -> Step {
    if rest.starts_with(close) {
        Step::Close(close.len())
    } else if rest.starts_with("{{") {
        Step::Skip(2)
    } else if rest.starts_with('{') {
        Step::Open(Inside::Hole, 1)
    } else {
        Step::Skip(rest.chars().next().map_or(1, char::len_utf8))
    }
}

fn in_code(rest: &str, before: &str) -> Step {
    let line = rest.find('\n').unwrap_or(rest.len());
    let Some(first) = rest.chars().next() else { return Step::Skip(1) };
    match first {
        '#' | '＃' => Step::Comment(rest.get(..line).map_or(line, |line| line.trim_end_matches('\r').len())),
        '"' if rest.starts_with("\"\"\"") => Step::Open(Inside::Text("\"\"\""), 3),
        '"' => Step::Open(Inside::Text("\""), 1),
        '“' => Step::Open(Inside::Text("”"), first.len_utf8()),
        '{' | '｛' => Step::Open(Inside::Braces, first.len_utf8()),
        '}' | '｝' => Step::Close(first.len_utf8()),
        '/' if matches!(before, "matches" | "匹配" | "=" | "＝") => Step::Word(pattern(rest)),
        c if c.is_alphanumeric() || c == '_' => {
            Step::Word(rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()))
        }
        c if c.is_whitespace() => Step::Skip(c.len_utf8()),
        c => Step::Word(c.len_utf8()),
    }
}

/// The length of a regular expression with its slashes; 1 where it is none.
fn pattern(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return 1,
            '/' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    1
}
