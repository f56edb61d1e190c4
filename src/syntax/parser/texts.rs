//! Texts and their holes.

use super::super::error::{Limit, Mistake};
use super::super::tree::{Text, TextPart};
use super::{Builder, MAX_TEXT, Node, Rule, child};

impl Builder<'_> {
    pub(super) fn text(&mut self, node: Node<'_>) -> Option<Text> {
        let span = self.span(&node);
        let characters = node.as_str().chars().count();
        if characters > MAX_TEXT {
            self.wrong(span, Mistake::Beyond(Limit::Text(characters)));
            return None;
        }
        let kind = node.into_inner().next()?;
        let long = kind.as_rule() == Rule::long_text;
        let parts: Vec<_> = kind.into_inner().map(|part| self.text_part(part, long)).collect();
        let mut parts = joined(parts.into_iter().collect::<Option<Vec<_>>>()?);
        if long {
            unindented(&mut parts);
        }
        Some(Text { parts, span })
    }

    pub(super) fn texts(&mut self, node: Node<'_>) -> Vec<Text> {
        let texts = node.into_inner().filter(|child| child.as_rule() == Rule::text);
        texts.filter_map(|text| self.text(text)).collect()
    }

    fn text_part(&mut self, node: Node<'_>, long: bool) -> Option<TextPart> {
        match node.as_rule() {
            Rule::brace => Some(TextPart::Words("{".to_owned())),
            Rule::hole => self.hole(node, long),
            _ => Some(TextPart::Words(node.as_str().to_owned())),
        }
    }

    fn hole(&mut self, node: Node<'_>, long: bool) -> Option<TextPart> {
        if !long && node.as_str().contains(['\n', '\r']) {
            self.wrong(self.span(&node), Mistake::HoleOverLines);
        }
        let Some(value) = child(node.clone(), Rule::expr) else {
            self.wrong(self.span(&node), Mistake::EmptyHole);
            return None;
        };
        self.value(value).map(TextPart::Hole)
    }
}

/// Neighbouring words are one part.
fn joined(parts: Vec<TextPart>) -> Vec<TextPart> {
    let mut joined: Vec<TextPart> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(TextPart::Words(before)), TextPart::Words(words)) => before.push_str(&words),
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// A long text that begins on a line of its own loses that line break, the indentation common to its lines, and a last
/// line of white space alone.
fn unindented(parts: &mut Vec<TextPart>) {
    let begins_below = matches!(parts.first(), Some(TextPart::Words(words)) if words.starts_with(['\n', '\r']));
    if !begins_below {
        return;
    }
    let indent =
        parts.iter().enumerate().filter_map(|(index, part)| smallest_indent(part, index + 1 == parts.len())).min();
    for part in parts.iter_mut() {
        if let TextPart::Words(words) = part {
            *words = without_indent(words, indent.unwrap_or(0));
        }
    }
    trim_ends(parts);
}

/// The smallest indentation of the lines that begin in a part; blank lines do not count, unless a hole follows.
fn smallest_indent(part: &TextPart, last: bool) -> Option<usize> {
    let TextPart::Words(words) = part else { return None };
    let mut lines = words.split('\n').skip(1).peekable();
    let mut smallest = None;
    while let Some(line) = lines.next() {
        let before_hole = lines.peek().is_none() && !last;
        if before_hole || !line.trim().is_empty() {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            smallest = Some(smallest.map_or(indent, |smallest: usize| smallest.min(indent)));
        }
    }
    smallest
}

fn without_indent(words: &str, indent: usize) -> String {
    let mut lines = words.split('\n');
    let first = lines.next().unwrap_or("").to_owned();
    lines.fold(first, |text, line| {
        let cut = line.bytes().take(indent).take_while(|b| matches!(b, b' ' | b'\t')).count();
        text + "\n" + line.get(cut..).unwrap_or("")
    })
}

fn trim_ends(parts: &mut Vec<TextPart>) {
    if let Some(TextPart::Words(first)) = parts.first_mut() {
        let below = first.trim_start_matches('\r').strip_prefix('\n').map(str::to_owned);
        *first = below.unwrap_or_else(|| first.clone());
    }
    if let Some(TextPart::Words(last)) = parts.last_mut()
        && let Some((before, line)) = last.rsplit_once('\n')
        && line.trim().is_empty()
    {
        *last = before.trim_end_matches('\r').to_owned();
    }
    parts.retain(|part| !matches!(part, TextPart::Words(words) if words.is_empty()));
}
