//! Findings that were there when a playbook was first linted: they are left out until they are mended.
//!
//! A finding is known again by its lint, its file and what is written at its place, so that it may move.

use super::book::Book;
use super::finding::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's form.
const VERSION: u32 = 1;

/// A baseline file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: Vec<Known>,
}

/// Findings that look the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    lint: String,
    file: String,
    written: String,
    count: usize,
}

type Mark = (String, String, String);

fn mark(book: &Book<'_>, finding: &Finding) -> Mark {
    let span = finding.span();
    (finding.lint.to_owned(), book.sources.path(span.file).to_owned(), book.written(span))
}

/// How often each finding is known.
#[derive(Clone, Debug, Default)]
pub struct Rest(BTreeMap<Mark, usize>);

impl Baseline {
    /// The baseline that knows these findings, each of a playbook.
    #[must_use]
    pub fn of<'f>(findings: impl IntoIterator<Item = (&'f Book<'f>, &'f Finding)>) -> Baseline {
        let mut counts: BTreeMap<Mark, usize> = BTreeMap::new();
        for (book, finding) in findings {
            *counts.entry(mark(book, finding)).or_default() += 1;
        }
        let known = counts.into_iter().map(|((lint, file, written), count)| Known { lint, file, written, count });
        Baseline { version: VERSION, findings: known.collect() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let baseline: Baseline = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.version == VERSION {
            return Ok(baseline);
        }
        Err(format!("its version is {}, and {VERSION} is read", baseline.version))
    }

    /// As it is written to a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What it still has to give.
    #[must_use]
    pub fn rest(&self) -> Rest {
        let known = self.findings.iter();
        Rest(known.map(|k| ((k.lint.clone(), k.file.clone(), k.written.clone()), k.count)).collect())
    }
}

impl Rest {
    /// Leaves out what is known, each as often as it is known.
    #[must_use]
    pub fn without_known(&mut self, book: &Book<'_>, findings: Vec<Finding>) -> Vec<Finding> {
        let mut is_new = |finding: &Finding| match self.0.get_mut(&mark(book, finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        findings.into_iter().filter(|finding| is_new(finding)).collect()
    }
}
