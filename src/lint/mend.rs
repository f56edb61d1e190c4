//! Carrying out fixes: edits that overlap wait for the next round.

use super::finding::{Edit, Finding};
use crate::syntax::source::Sources;
use std::collections::BTreeMap;

/// The text of each file that fixes change, by its path, and how many findings were mended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The files that change.
    pub files: BTreeMap<String, String>,
    /// How many findings were mended.
    pub count: usize,
}

/// Carries out the safe fixes and, if asked for, the others.
#[must_use]
pub fn mend(findings: &[Finding], sources: &Sources, also_unsafe: bool) -> Mended {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut mended = Mended::default();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe || also_unsafe) {
        let free = |edit: &Edit| {
            !taken.iter().any(|other| {
                other.span.file == edit.span.file
                    && other.span.start < edit.span.end.max(edit.span.start + 1)
                    && edit.span.start < other.span.end.max(other.span.start + 1)
            })
        };
        if fix.edits.iter().all(free) {
            taken.extend(&fix.edits);
            mended.count += 1;
        }
    }
    taken.sort_by_key(|edit| (edit.span.file, std::cmp::Reverse(edit.span.start)));
    for edit in taken {
        let path = sources.path(edit.span.file);
        let text = mended.files.entry(path.to_owned()).or_insert_with(|| sources.text(edit.span.file).to_owned());
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end && end <= text.len() {
            text.replace_range(start..end, &edit.text);
        }
    }
    mended
}
