//! The files of a playbook: their text, lines and columns.

use super::declared;
use super::error::SyntaxError;
use super::parser::parse_declared;
use super::span::{FileId, Span};
use super::tree::Tree;
use std::collections::BTreeSet;

/// The files of a playbook.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    /// The byte at which each line starts.
    lines: Vec<usize>,
}

impl SourceFile {
    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let (path, text) = (path.into(), text.into());
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        self.files.push(SourceFile { path, text, lines });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// A file, if there is one of this number.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(file.0).ok()?)
    }

    /// All files with their numbers, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The path of a file, empty for a file that is not there.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", SourceFile::path)
    }

    /// The text of a file, empty for a file that is not there.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", SourceFile::text)
    }

    /// The text at a span, empty if it lies outside its file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column at which a span begins, both from 1, the column in characters.
    #[must_use]
    pub fn line_col(&self, span: Span) -> (usize, usize) {
        let Some(file) = self.get(span.file) else { return (1, 1) };
        let start = (span.start as usize).min(file.text.len());
        let line = file.lines.partition_point(|&first| first <= start);
        let first = line.checked_sub(1).and_then(|index| file.lines.get(index)).copied().unwrap_or(0);
        let before = file.text.get(first..start).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// The files in the order of their paths.
    fn sorted(&self) -> Vec<(FileId, &SourceFile)> {
        let mut files: Vec<_> = self.iter().collect();
        files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        files
    }
}

/// Reads all files: items and errors in the order of file name, then position.
#[must_use]
pub fn parse(sources: &Sources) -> (Tree, Vec<SyntaxError>) {
    let read = parse_all(sources, &BTreeSet::new());
    let names = declared::names(&read.0.items);
    if declared::has_twin(&names) { parse_all(sources, &names) } else { read }
}

/// The names that the files declare together.
#[must_use]
pub fn declared_names(sources: &Sources) -> BTreeSet<String> {
    declared::names(&parse_all(sources, &BTreeSet::new()).0.items)
}

fn parse_all(sources: &Sources, declared: &BTreeSet<String>) -> (Tree, Vec<SyntaxError>) {
    let (mut tree, mut errors) = (Tree::default(), Vec::new());
    for (id, file) in sources.sorted() {
        let (items, wrong) = parse_declared(id, &file.text, declared);
        tree.items.extend(items);
        errors.extend(wrong);
    }
    (tree, errors)
}
