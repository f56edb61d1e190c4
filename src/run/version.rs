//! One version of a playbook: what it is made of, as the journal keeps it, and what is made of that.

use crate::Compiled;
use crate::check::content::Contents;
use crate::compile_sources_in;
use crate::diagnostic::Severity;
use crate::diff::book::{Book, Change, Changes};
use crate::engine::Program;
use crate::l10n::Lang;
use crate::load::Loaded;
use crate::plan::Plan;
use crate::syntax::source::{Sources, parse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The texts of a playbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The `*.sop` files by their paths below the folder.
    pub files: BTreeMap<String, String>,
    /// What was read of files beside them.
    pub contents: BTreeMap<String, String>,
}

impl Contents for Written {
    fn read(&self, path: &str) -> Result<String, String> {
        self.contents.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

/// Reads contents, and keeps what was read.
struct Kept<'c> {
    from: &'c dyn Contents,
    read: RefCell<BTreeMap<String, String>>,
}

impl Contents for Kept<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        let text = self.from.read(path)?;
        self.read.borrow_mut().insert(path.to_owned(), text.clone());
        Ok(text)
    }
}

/// A version that can be run.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its texts.
    pub written: Written,
    /// What tells it from others: the digest of all that its plan says.
    pub digest: String,
    /// Its plan made ready.
    pub program: Arc<Program>,
}

/// The digest of all that a plan says.
#[must_use]
pub fn plan_digest(plan: &Plan) -> String {
    // A plan is made to be written.
    let text = serde_json::to_vec(plan).unwrap_or_default();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Version {
    /// The version that lies on disk; what was made of it is answered where it cannot be run.
    ///
    /// # Errors
    /// There are mistakes in it, which are among what is answered, told in a tongue.
    pub fn compile(loaded: &Loaded, lang: Lang) -> Result<(Compiled, Version), Box<Compiled>> {
        Version::of_sources(loaded.sources.clone(), &loaded.folder, lang)
    }

    /// The version that the texts make.
    ///
    /// # Errors
    /// There are mistakes in them, which are among what is answered.
    pub fn of_sources(
        sources: Sources,
        contents: &dyn Contents,
        lang: Lang,
    ) -> Result<(Compiled, Version), Box<Compiled>> {
        let kept = Kept { from: contents, read: RefCell::default() };
        let compiled = compile_sources_in(sources, &kept, lang);
        let program = compiled.plan.clone().and_then(|plan| Program::new(plan).ok());
        let Some(program) = program else { return Err(Box::new(compiled)) };
        let files = compiled.sources.iter().map(|(_, file)| (file.path().to_owned(), file.text().to_owned()));
        let written = Written { files: files.collect(), contents: kept.read.into_inner() };
        let version = Version { written, digest: plan_digest(&program.plan), program: Arc::new(program) };
        Ok((compiled, version))
    }

    /// A version that has run before.
    ///
    /// # Errors
    /// What is wrong with it by this version of qun.
    pub fn again(written: &Written) -> Result<Version, String> {
        let made = Version::of_sources(written.sources(), written, Lang::En);
        made.map(|(_, version)| version).map_err(|compiled| {
            let wrong = compiled.diagnostics.iter().filter(|told| told.severity == Severity::Error);
            wrong.map(|told| told.headline.clone()).collect::<Vec<_>>().join("; ")
        })
    }
}

impl Written {
    fn sources(&self) -> Sources {
        let mut sources = Sources::new();
        for (path, text) in &self.files {
            sources.add(path, text);
        }
        sources
    }

    fn book(&self) -> Book {
        let sources = self.sources();
        let (tree, _) = parse(&sources);
        Book::new(&tree, &sources, &|_| String::new())
    }

    /// What another version says differently, a line for each definition; files beside the playbook as a whole.
    #[must_use]
    pub fn changes(&self, other: &Written) -> Vec<String> {
        let changes = Changes::between(&self.book(), &other.book());
        let mut lines: Vec<String> = changes.list.iter().map(told).collect();
        lines.dedup();
        let both = self.contents.keys().chain(other.contents.keys());
        let mut beside: Vec<&String> =
            both.filter(|path| self.contents.get(*path) != other.contents.get(*path)).collect();
        beside.sort();
        beside.dedup();
        lines.extend(beside.into_iter().map(|path| format!("changed `{path}`")));
        lines
    }
}

fn told(change: &Change) -> String {
    match (&change.old, &change.new, &change.renamed_from) {
        (_, _, Some(from)) => format!("renamed {}, which was `{from}`", change.title()),
        (None, _, _) => format!("added {}", change.title()),
        (_, None, _) => format!("removed {}", change.title()),
        _ => format!("changed {}", change.title()),
    }
}

/// How a version came into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Came {
    /// With the run.
    Start,
    /// As if it had always been in force.
    Adopted,
    /// From then on.
    Reloaded,
}

/// A version in force, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// How it came.
    pub came: Came,
    /// Its digest.
    pub digest: String,
    /// Its texts.
    #[serde(flatten)]
    pub written: Written,
}
