//! Documents: text with places where a line may break, written within a width.

use super::WIDTH;
use unicode_width::UnicodeWidthStr;

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text; it has line breaks only where the playbook's own text has them.
    Text(String),
    /// So many spaces, or a new line where its group is broken.
    Line(usize),
    /// A new line, after a blank one if asked for.
    Hard {
        /// Whether a blank line stands before it.
        blank: bool,
    },
    /// A comment at the end of the line.
    Trailing(String),
    /// Stands on one line if it can.
    Group(Vec<Doc>),
    /// What is indented after line breaks.
    Nest(Vec<Doc>),
}

impl Doc {
    /// Whether it cannot stand on one line.
    fn forced(&self) -> bool {
        match self {
            Doc::Text(_) | Doc::Line(_) => false,
            Doc::Hard { .. } | Doc::Trailing(_) => true,
            Doc::Group(parts) | Doc::Nest(parts) => parts.iter().any(Doc::forced),
        }
    }

    /// Its columns on one line; `None` if it cannot stand on one.
    pub(super) fn flat_width(&self) -> Option<usize> {
        match self {
            Doc::Text(text) if text.contains('\n') => None,
            Doc::Text(text) => Some(text.width()),
            Doc::Line(spaces) => Some(*spaces),
            Doc::Hard { .. } | Doc::Trailing(_) => None,
            Doc::Group(parts) | Doc::Nest(parts) => parts.iter().map(Doc::flat_width).sum(),
        }
    }
}

/// A line with the comment at its end.
#[derive(Debug, Default)]
struct Line {
    indent: usize,
    code: String,
    comment: Option<String>,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.code.is_empty() && self.comment.is_none()
    }

    /// The columns before the comment.
    fn width(&self) -> usize {
        match self.code.rsplit_once('\n') {
            Some((_, last)) => last.width(),
            None => self.indent + self.code.width(),
        }
    }
}

/// The lines of a document.
pub(super) fn lines(docs: &[Doc]) -> Vec<String> {
    let mut writer = Writer::default();
    writer.write(docs);
    writer.new_line(0, false);
    while writer.lines.last().is_some_and(Line::is_empty) {
        writer.lines.pop();
    }
    let columns = comment_columns(&writer.lines);
    writer.lines.iter().zip(columns).map(|(line, column)| written(line, column)).collect()
}

/// Comments at the ends of neighbouring lines stand below one another.
fn comment_columns(lines: &[Line]) -> Vec<usize> {
    let mut columns = vec![0; lines.len()];
    let mut start = 0;
    for run in lines.chunk_by(|a, b| a.comment.is_some() && b.comment.is_some() && a.indent == b.indent) {
        let widest = run.iter().map(Line::width).max().unwrap_or(0);
        columns.iter_mut().skip(start).take(run.len()).for_each(|column| *column = widest);
        start += run.len();
    }
    columns
}

fn written(line: &Line, column: usize) -> String {
    if line.is_empty() {
        return String::new();
    }
    let code = format!("{}{}", " ".repeat(line.indent), line.code);
    match &line.comment {
        Some(comment) => format!("{code}{}  {comment}", " ".repeat(column.saturating_sub(line.width()))),
        None => code,
    }
}

#[derive(Default)]
struct Writer {
    lines: Vec<Line>,
    line: Line,
}

/// What is still to be written, the next on top.
struct Todo<'d> {
    indent: usize,
    broken: bool,
    doc: &'d Doc,
}

impl Writer {
    fn write(&mut self, docs: &[Doc]) {
        let mut stack: Vec<Todo<'_>> = Vec::new();
        push(&mut stack, docs, 0, true);
        while let Some(Todo { indent, broken, doc }) = stack.pop() {
            match doc {
                Doc::Text(text) => self.line.code.push_str(text),
                Doc::Line(_) if broken => self.new_line(indent, false),
                Doc::Line(spaces) => self.line.code.push_str(&" ".repeat(*spaces)),
                Doc::Hard { blank } => self.new_line(indent, *blank),
                Doc::Trailing(comment) => self.trailing(comment),
                Doc::Nest(parts) => push(&mut stack, parts, indent + 2, broken),
                Doc::Group(parts) => {
                    let broken = doc.forced() || !fits(parts, &stack, WIDTH.saturating_sub(self.line.width()));
                    push(&mut stack, parts, indent, broken);
                }
            }
        }
    }

    fn new_line(&mut self, indent: usize, blank: bool) {
        self.line.code.truncate(self.line.code.trim_end_matches(' ').len());
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        if blank && self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Line::default());
        }
        self.line.indent = indent;
    }

    /// A comment goes to the end of the last line that has code, unless there is one already.
    fn trailing(&mut self, comment: &str) {
        self.line.code.truncate(self.line.code.trim_end_matches(' ').len());
        let before = self.lines.last_mut().filter(|_| self.line.is_empty());
        let line = before.unwrap_or(&mut self.line);
        if line.comment.is_none() && !line.code.is_empty() && !line.code.starts_with('#') {
            line.comment = Some(comment.to_owned());
            return;
        }
        let indent = self.line.indent;
        self.new_line(indent, false);
        self.line.code.push_str(comment);
    }
}

fn push<'d>(stack: &mut Vec<Todo<'d>>, parts: &'d [Doc], indent: usize, broken: bool) {
    stack.extend(parts.iter().rev().map(|doc| Todo { indent, broken, doc }));
}

/// Whether some parts stand on the line with what follows them up to the next line break.
fn fits(parts: &[Doc], rest: &[Todo<'_>], width: usize) -> bool {
    let mut left = width;
    let mut waiting: Vec<(&Doc, bool)> = parts.iter().rev().map(|doc| (doc, false)).collect();
    let mut rest = rest.iter().rev();
    loop {
        let next = waiting.pop().or_else(|| rest.next().map(|todo| (todo.doc, todo.broken)));
        let Some((doc, broken)) = next else { return true };
        let needs = match doc {
            Doc::Text(text) => match text.split_once('\n') {
                Some((first, _)) => return first.width() <= left,
                None => text.width(),
            },
            Doc::Line(_) if broken => return true,
            Doc::Line(spaces) => *spaces,
            Doc::Hard { .. } | Doc::Trailing(_) => return true,
            // A group that follows may break by itself.
            Doc::Group(inner) => {
                waiting.extend(inner.iter().rev().map(|doc| (doc, broken)));
                0
            }
            Doc::Nest(inner) => {
                waiting.extend(inner.iter().rev().map(|doc| (doc, broken)));
                0
            }
        };
        match left.checked_sub(needs) {
            Some(after) => left = after,
            None => return false,
        }
    }
}
