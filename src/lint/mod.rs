//! What a playbook that checks probably does not mean, and what shows it.
//!
//! 1. [`book`] sets what is written beside what it has become; [`rules`] has one file a lint (or a few of one subject),
//!    whose doc comment is the lint's page.
//! 2. [`walk`] goes through what is written, [`timed`] has schedules with what hangs on them, [`causes`] which events follow
//!    from which actions, [`platform`] what platforms allow.
//! 3. A [`Finding`] is data. Its words stand in [`l10n`](crate::l10n), what shows it is a [`Witness`], which
//!    [`witness::replay`] runs through the engine.
//! 4. [`allow`] reads `# allow(name) reason="…"`, [`baseline`] and [`changed`] leave out what is known or old, [`mend`]
//!    carries out fixes.
//!
//! A correctness finding is never false: what cannot be decided is silent, and each one carries what shows it, as the
//! engine has made it happen; a finding of such a lint that nothing could be found to show is told as suspicious.

pub mod allow;
pub mod baseline;
pub mod book;
mod casting;
pub mod causes;
pub mod changed;
mod finding;
pub mod history;
pub mod judge;
pub mod mend;
pub mod page;
pub mod platform;
pub mod rules;
pub mod solver;
pub mod stage;
pub mod timed;
pub mod triggers;
pub mod walk;
pub mod witness;

pub use finding::{Edit, Finding, Fix, Group};
pub use witness::Witness;

use crate::l10n::Text;
use crate::syntax::span::Span;
use book::Book;
use rules::{LINTS, Lint};
use std::collections::BTreeSet;

/// Which lints run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    names: BTreeSet<&'static str>,
}

/// A name that is neither a lint nor a group, with the nearest that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLint {
    /// As it was written.
    pub name: String,
    /// The nearest name.
    pub near: Option<&'static str>,
}

impl Default for Selection {
    /// Correctness and suspicious.
    fn default() -> Selection {
        let on = LINTS.iter().filter(|lint| lint.group != Group::Style);
        Selection { names: on.map(|lint| lint.name).collect() }
    }
}

impl Selection {
    /// Those that are on unless something is said, with `select` added and `ignore` taken away; each is the name of a
    /// lint or of a group, or `all`. Where `select` names single lints only these run.
    ///
    /// # Errors
    /// Where a name is neither.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Selection, UnknownLint> {
        let mut selection = Selection::default();
        if !select.is_empty() {
            selection.names.clear();
        }
        for name in select {
            selection.names.extend(named(name)?);
        }
        for name in ignore {
            for lint in named(name)? {
                selection.names.remove(lint);
            }
        }
        Ok(selection)
    }

    /// Whether a lint runs.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The lints that a name stands for.
fn named(name: &str) -> Result<Vec<&'static str>, UnknownLint> {
    let group = Group::ALL.iter().find(|group| group.name() == name);
    let found: Vec<_> = LINTS
        .iter()
        .filter(|lint| name == "all" || lint.name == name || group.is_some_and(|group| lint.group == *group))
        .map(|lint| lint.name)
        .collect();
    if found.is_empty() { Err(UnknownLint { name: name.to_owned(), near: nearest(name) }) } else { Ok(found) }
}

/// The name of a lint or group that looks most like a word.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let names = LINTS.iter().map(|lint| lint.name).chain(Group::ALL.iter().map(|group| group.name()));
    let scored = names.map(|known| (strsim::jaro_winkler(name, known), known)).filter(|(score, _)| *score > 0.8);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

/// A lint by its name.
#[must_use]
pub fn lint_named(name: &str) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.name == name)
}

/// What the selected lints find, in the order of file name, then position, then lint. Suppressions are not applied.
#[must_use]
pub fn lint(book: &Book<'_>, selection: &Selection) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lint in LINTS.iter().filter(|lint| selection.has(lint.name)) {
        let Some(run) = lint.run else { continue };
        findings.extend(run(book).into_iter().map(|found| ranked(Finding { lint: lint.name, ..found })));
    }
    sort(book, &mut findings);
    findings
}

/// What the connectors of a configuration cannot do, and where it is written, told by its lint.
#[must_use]
pub fn misfits(book: &Book<'_>, told: Vec<(Span, Text)>) -> Vec<Finding> {
    rules::connector::misfits(book, told).into_iter().map(ranked).collect()
}

/// What nothing shows does not claim to be certain.
fn ranked(found: Finding) -> Finding {
    let group = lint_named(found.lint).map_or(Group::Suspicious, |lint| lint.group);
    let bare = group == Group::Correctness && found.witness.is_none();
    Finding { group: if bare { Group::Suspicious } else { group }, ..found }
}

/// Puts findings into the order of file name, then position, then lint; of equal ones one is kept.
pub fn sort(book: &Book<'_>, findings: &mut Vec<Finding>) {
    let key = |finding: &Finding| {
        let span = finding.span();
        (book.sources.path(span.file).to_owned(), span.start, finding.lint, finding.text.clone())
    };
    findings.sort_by_cached_key(key);
    findings.dedup_by(|a, b| key(a) == key(b));
}
