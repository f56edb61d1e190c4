//! Reads one file: the grammar gives nodes, the builder makes the tree of them and answers slips.
//!
//! This folder is the only place that knows the parser library.
//!
//! - `items` builds the items that declare words, `clauses` those with a subject
//! - `schedules`, `actions`, `expressions`, `literals`, `texts` build what stands in them
//! - `concrete` keeps what the tree leaves out: every token with its comments, for the formatter
//! - `explain` says what is wrong with a piece that the grammar does not read, `habits` knows words of other tongues

mod actions;
mod clauses;
mod concrete;
mod expect;
mod explain;
mod expressions;
mod flows;
mod guess;
mod habits;
mod items;
mod literals;
mod past;
mod rules;
mod scan;
mod schedules;
mod texts;

use super::declared;
use super::error::{Limit, Mistake, Part, Slip, SyntaxError};
use super::keywords::{self, Keyword, Sort, Tongue};
use super::span::{FileId, Span};
use super::tree::{Item, Path, Word};
use pest::Parser as _;
use pest::iterators::Pair;
use std::collections::BTreeSet;
use std::ops::Range;

/// The bytes that a file may have.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// The brackets, texts in holes and choices that may stand in one another.
pub const MAX_DEPTH: usize = 64;
/// The operators that one expression may have.
pub const MAX_OPERATORS: usize = 400;
/// The items that a file may have.
pub const MAX_ITEMS: usize = 10_000;
/// The characters that a name may have.
pub const MAX_NAME: usize = 100;
/// The characters that a text may have.
pub const MAX_TEXT: usize = 10_000;
/// The bytes that guesses about the broken pieces of a file may read in all.
const MAX_GUESSED_BYTES: usize = 2 << 20;
/// The bytes of a broken piece about which there are guesses.
const MAX_GUESSED_PIECE: usize = 1 << 16;

mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/playbook.pest"]
    pub(super) struct Grammar;
}

pub use concrete::read_sheet;
use grammar::{Grammar, Rule};

type Node<'i> = Pair<'i, Rule>;

/// Reads a file: the items that could be read, and all mistakes, in the order of their places.
///
/// An item with a mistake that leaves its meaning clear is among the items too.
#[must_use]
pub fn parse_file(file: FileId, text: &str) -> (Vec<Item>, Vec<SyntaxError>) {
    let read = parse_declared(file, text, &BTreeSet::new());
    let names = declared::names(&read.0);
    if declared::has_twin(&names) { parse_declared(file, text, &names) } else { read }
}

/// Reads a file of a playbook that declares these names: they are its own even where they are spelt like the Chinese
/// word for a built-in field or property.
#[must_use]
pub fn parse_declared(file: FileId, text: &str, declared: &BTreeSet<String>) -> (Vec<Item>, Vec<SyntaxError>) {
    let text_start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut builder = Builder::new(file, text_start, text.get(text_start..).unwrap_or(""), declared);
    let items = if text.len() > MAX_FILE_BYTES { builder.too_large(text) } else { builder.file() };
    builder.errors.sort_by_key(|error| (error.span.start, error.span.end));
    (items, builder.errors)
}

/// Whether a word is a currency code of ISO 4217.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    Grammar::parse(Rule::currency, code).is_ok_and(|mut read| read.next().is_some_and(|node| node.as_str() == code))
}

/// A piece of a file.
enum Piece<'i> {
    Item(Node<'i>),
    Broken(Range<usize>),
    /// An item, and with what follows it on its lines and belongs to nothing.
    Trailed(Node<'i>, Range<usize>),
}

/// Makes the tree of nodes and collects the mistakes.
struct Builder<'t> {
    file: FileId,
    /// Where the text starts in its file.
    base: usize,
    text: &'t str,
    depth: usize,
    operators: usize,
    /// The bytes that guesses about broken pieces may still read.
    guesses: usize,
    errors: Vec<SyntaxError>,
    /// The words that were read as words of the table, with their places.
    read: Vec<(Span, &'static Keyword)>,
    /// The names that the playbook declares.
    declared: &'t BTreeSet<String>,
    /// Whether the condition of a function over the past is being read, where fields of the event stand bare.
    row: bool,
}

impl<'t> Builder<'t> {
    fn new(file: FileId, base: usize, text: &'t str, declared: &'t BTreeSet<String>) -> Builder<'t> {
        Builder {
            file,
            base,
            text,
            depth: 0,
            operators: 0,
            guesses: MAX_GUESSED_BYTES,
            errors: Vec::new(),
            read: Vec::new(),
            declared,
            row: false,
        }
    }

    fn file(&mut self) -> Vec<Item> {
        let Ok(mut read) = Grammar::parse(Rule::file, self.text) else {
            let span = self.bytes(scan::deepest(self.text));
            self.wrong(span, Mistake::Beyond(Limit::Depth));
            return Vec::new();
        };
        let pieces = read.next().map(|file| pieces(file, self.text)).unwrap_or_default();
        let items = pieces.into_iter().filter_map(|piece| self.piece(piece)).collect();
        self.at_most_items(items)
    }

    fn piece(&mut self, piece: Piece<'_>) -> Option<Item> {
        match piece {
            Piece::Item(node) => self.item(node),
            Piece::Broken(range) => self.broken(range),
            Piece::Trailed(node, range) => {
                let told = self.errors.len();
                let item = self.item(node);
                self.errors.truncate(told);
                self.broken(range).or(item)
            }
        }
    }

    /// Reads a broken piece alone, for the exact place of its mistake.
    fn broken(&mut self, range: Range<usize>) -> Option<Item> {
        let text = self.text.get(range.clone()).unwrap_or("");
        let start = self.base + range.start;
        let mut alone = Builder { guesses: self.guesses, ..Builder::new(self.file, start, text, self.declared) };
        let item = match Grammar::parse(Rule::one_item, text) {
            Ok(mut read) => read.next().and_then(|node| node.into_inner().next()).and_then(|node| alone.item(node)),
            Err(error) => {
                alone.explain(&error);
                None
            }
        };
        self.guesses = alone.guesses;
        self.errors.append(&mut alone.errors);
        item
    }

    fn too_large(&mut self, text: &str) -> Vec<Item> {
        let span = self.bytes(0..self.text.chars().next().map_or(0, char::len_utf8));
        self.wrong(span, Mistake::Beyond(Limit::FileBytes(text.len())));
        Vec::new()
    }

    fn at_most_items(&mut self, mut items: Vec<Item>) -> Vec<Item> {
        if let Some(extra) = items.get(MAX_ITEMS) {
            self.wrong(extra.span, Mistake::Beyond(Limit::Items));
            items.truncate(MAX_ITEMS);
        }
        items
    }

    // ---- places and mistakes

    fn bytes(&self, range: Range<usize>) -> Span {
        let byte = |at: usize| u32::try_from(self.base + at).unwrap_or(u32::MAX);
        Span { file: self.file, start: byte(range.start), end: byte(range.end) }
    }

    /// Where a node stands, without the white space and comments that the grammar read after it.
    fn span(&self, node: &Node<'_>) -> Span {
        let read = node.as_span();
        let loose = read.end() == self.text.len() || node.as_str().ends_with(char::is_whitespace);
        let end = if loose { last_end(node.clone()) } else { read.end() };
        self.bytes(read.start()..end)
    }

    fn wrong(&mut self, span: Span, mistake: Mistake) {
        self.errors.push(SyntaxError { span, mistake });
    }

    fn slip(&mut self, slip: Slip, node: &Node<'_>, right: impl Into<String>) {
        let wrong = self.source(node);
        self.wrong(self.span(node), Mistake::Slip { slip, wrong, right: right.into() });
    }

    fn missing(&mut self, part: Part, of: &'static str, node: &Node<'_>) {
        let tongue = Tongue::of(first_word(node.as_str()));
        self.wrong(self.span(node), Mistake::Missing { part, of, tongue });
    }

    /// The source of a node, without what follows it.
    fn source(&self, node: &Node<'_>) -> String {
        let span = self.span(node);
        let start = span.start as usize - self.base;
        self.text.get(start..start + (span.end - span.start) as usize).unwrap_or("").to_owned()
    }

    /// Builds something nested, unless it is nested too deep.
    fn deeper<T>(&mut self, node: &Node<'_>, build: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.wrong(self.span(node), Mistake::Beyond(Limit::Depth));
            return None;
        }
        if self.depth == 0 {
            self.operators = 0;
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }

    // ---- words

    /// A word as written.
    fn word(&mut self, node: &Node<'_>) -> Word {
        let text = node.as_str();
        let span = self.span(node);
        let characters = text.chars().count();
        if characters > MAX_NAME {
            self.wrong(span, Mistake::Beyond(Limit::Name(characters)));
        }
        Word { text: text.to_owned(), span }
    }

    /// A word that is English in the tree if the table has it.
    fn loose(&mut self, sort: Sort, node: &Node<'_>) -> Word {
        let mut word = self.word(node);
        self.translate(&mut word, sort);
        word
    }

    /// Makes a word English if the table has it.
    fn translate(&mut self, word: &mut Word, sort: Sort) -> Option<&'static str> {
        let row = keywords::row(sort, &word.text)?;
        row.english.clone_into(&mut word.text);
        self.read.push((word.span, row));
        Some(row.english)
    }

    /// Makes the word for a built-in field or property English, unless the playbook declares it. One whose twin the
    /// playbook declares is not told in the other tongue.
    fn translate_known(&mut self, word: &mut Word, sort: Sort) {
        let Some(row) = keywords::row(sort, &word.text).filter(|_| !self.declared.contains(&word.text)) else { return };
        row.english.clone_into(&mut word.text);
        if !self.declared.contains(row.english) && !self.declared.contains(row.chinese) {
            self.read.push((word.span, row));
        }
    }

    /// The name of an event: that of a built-in one is English in the tree.
    fn event_path(&mut self, node: &Node<'_>) -> Path {
        let mut path = self.path(node);
        let text = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".");
        let longest_first = path.words.get(..2).into_iter().chain(path.words.get(..1).filter(|_| path.words.len() > 1));
        let found = longest_first.filter_map(|words| {
            let row = keywords::row(Sort::Event, &text(words))?;
            let (first, last) = (words.first()?, words.last()?);
            Some((row, Span { end: last.span.end, ..first.span }))
        });
        let Some((row, span)) = found.into_iter().next() else { return path };
        for (word, english) in path.words.iter_mut().zip(row.english.split('.')) {
            english.clone_into(&mut word.text);
        }
        self.read.push((span, row));
        path
    }

    /// The first name or word in a node.
    fn first_name(&mut self, node: Node<'_>) -> Option<Word> {
        let name = child(node, Rule::name)?;
        Some(self.word(&name))
    }

    fn path(&mut self, node: &Node<'_>) -> Path {
        let words = node.clone().into_inner().map(|word| self.word(&word)).collect();
        Path { words, span: self.span(node) }
    }
}

/// The items and broken pieces of a file. What is left of a broken piece belongs to it, and so does what follows an
/// item without a new line that begins at its start.
fn pieces<'i>(file: Node<'i>, text: &str) -> Vec<Piece<'i>> {
    let mut pieces: Vec<Piece<'i>> = Vec::new();
    for node in file.into_inner() {
        match node.as_rule() {
            Rule::item => pieces.push(Piece::Item(node)),
            Rule::broken => broken_piece(&mut pieces, &node, text),
            _ => {}
        }
    }
    pieces
}

fn broken_piece<'i>(pieces: &mut Vec<Piece<'i>>, node: &Node<'i>, text: &str) {
    let (start, end) = (node.as_span().start(), node.as_span().end());
    let closes = node.as_str().starts_with(['}', '｝']);
    let new_line = text.get(..start).is_none_or(|before| before.is_empty() || before.ends_with('\n'));
    match pieces.pop() {
        Some(Piece::Broken(before)) if closes => pieces.push(Piece::Broken(before.start..end)),
        Some(Piece::Trailed(item, before)) if closes => pieces.push(Piece::Trailed(item, before.start..end)),
        Some(Piece::Item(item)) if !new_line => {
            let whole = item.as_span().start()..end;
            pieces.push(Piece::Trailed(item, whole));
        }
        last => {
            pieces.extend(last);
            pieces.push(Piece::Broken(start..end));
        }
    }
}

/// The end of the last token in a node.
fn last_end(mut node: Node<'_>) -> usize {
    while let Some(last) = node.clone().into_inner().next_back().filter(|_| node.as_rule() != Rule::text) {
        node = last;
    }
    node.as_span().end()
}

/// The first child of a kind.
fn child(node: Node<'_>, kind: Rule) -> Option<Node<'_>> {
    node.into_inner().find(|child| child.as_rule() == kind)
}

/// The word with which a text begins.
fn first_word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("")
}

/// A keyword of the grammar in a tongue.
fn spell(kind: Rule, tongue: Tongue) -> &'static str {
    keywords::of_rule(&format!("{kind:?}")).map_or("", |row| row.in_tongue(tongue))
}
