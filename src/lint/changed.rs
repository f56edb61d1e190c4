//! Which lines have changed: findings in items that nobody has touched can be left out.

use super::book::Book;
use super::finding::Finding;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The changed lines of each file, by its path in the playbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed(BTreeMap<String, Vec<RangeInclusive<usize>>>);

impl Changed {
    /// Adds lines of a file, counted from 1.
    pub fn add(&mut self, path: &str, lines: RangeInclusive<usize>) {
        self.0.entry(path.to_owned()).or_default().push(lines);
    }

    /// Adds what `git diff --unified=0` says, whose paths begin with `prefix`.
    pub fn add_diff(&mut self, diff: &str, prefix: &str) {
        let mut file = None;
        for line in diff.lines() {
            if let Some(path) = line.strip_prefix("+++ b/") {
                file = path.strip_prefix(prefix).map(str::to_owned);
            } else if line.starts_with("+++ ") {
                file = None;
            } else if let (Some(lines), Some(path)) = (hunk(line), &file) {
                self.add(path, lines);
            }
        }
    }

    /// Whether a finding stands in an item with a changed line, or on one.
    #[must_use]
    pub fn touches(&self, book: &Book<'_>, finding: &Finding) -> bool {
        finding.labels.iter().any(|(span, _)| {
            let item = book.tree.items.iter().map(|item| item.span);
            let mut around =
                item.filter(|item| item.file == span.file && item.start <= span.start && span.start < item.end);
            let whole = around.next_back().unwrap_or(*span);
            let first = book.sources.line_col(whole).0;
            let last = book.sources.line_col(crate::syntax::span::Span { start: whole.end, ..whole }).0;
            let lines = self.0.get(book.sources.path(span.file));
            lines.is_some_and(|lines| lines.iter().any(|l| *l.start() <= last && first <= *l.end()))
        })
    }
}

/// `@@ -3,2 +5,4 @@`: the lines 5 to 8; where lines were only taken out, the line before and the one after.
fn hunk(line: &str) -> Option<RangeInclusive<usize>> {
    let new = line.strip_prefix("@@ ")?.split(' ').nth(1)?.strip_prefix('+')?;
    let (start, count) = new.split_once(',').unwrap_or((new, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    Some(if count == 0 { start..=start + 1 } else { start..=start + count - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_changed_lines() {
        let diff =
            "diff --git a/p/a.sop b/p/a.sop\n--- a/p/a.sop\n+++ b/p/a.sop\n@@ -3,2 +5,4 @@\n+x\n@@ -9 +12,0 @@\n-y\n";
        let mut changed = Changed::default();
        changed.add_diff(diff, "p/");
        assert_eq!(changed.0.get("a.sop"), Some(&vec![5..=8, 12..=13]));
    }
}
