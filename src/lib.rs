//! Standard operating procedures for online communities, as code.
//!
//! Text becomes a checked plan, in this order:
//!
//! 1. [`load`] reads the folder of a playbook;
//! 2. [`syntax`] makes the tree of what is written;
//! 3. [`check`] looks up names, finds types, and lowers the tree to a plan;
//! 4. [`plan`] is what the engine runs, and what `qun plan` prints.
//!
//! Then a plan runs: [`engine`] is one pure step over a state and one input, [`log`] reads what happened, and
//! [`simulate`] drives the one with the other.
//!
//! [`run`] drives it live, keeps a journal of what it was fed with, and records the same decisions; [`connector`] carries
//! them out.
//!
//! [`explain`] answers why something was decided, and why not.
//!
//! [`scenario`] says what must come of a few events, and tests it.
//!
//! [`lint`] tells what a checked playbook probably does not mean, in the tongues of [`l10n`].
//!
//! [`time`] has the instants, calendars and schedules that all of them speak of, and [`diagnostic`] what is told about
//! mistakes; [`report`] renders what was found, and [`cli`] is the command line, the only room that prints.

pub mod check;
pub mod cli;
pub mod connector;
pub mod diagnostic;
pub mod diff;
pub mod engine;
pub mod explain;
pub mod format;
pub mod generate;
pub mod l10n;
pub mod lint;
pub mod load;
pub mod log;
pub mod plan;
pub mod report;
pub mod run;
pub mod scenario;
pub mod simulate;
pub mod syntax;
pub mod time;

use check::aftermath::Unread;
use check::content::Contents;
use check::sites::Sites;
use diagnostic::{Diagnostic, Severity};
use l10n::Lang;
use load::Loaded;
use plan::Plan;
use syntax::source::Sources;
use syntax::tree::Tree;

/// A playbook that went through the whole pipeline.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The plan; `None` where there is an error.
    pub plan: Option<Plan>,
    /// Errors and warnings in the order of file name, then position.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics point into.
    pub sources: Sources,
    /// What is written.
    pub tree: Tree,
    /// Where the plan's parts stand.
    pub sites: Sites,
}

/// Makes a plan of a playbook on disk; mistakes are told in English.
#[must_use]
pub fn compile(loaded: &Loaded) -> Compiled {
    compile_in(loaded, Lang::En)
}

/// Makes a plan of a playbook on disk; mistakes are told in a tongue.
#[must_use]
pub fn compile_in(loaded: &Loaded, lang: Lang) -> Compiled {
    compile_sources_in(loaded.sources.clone(), &loaded.folder, lang)
}

/// Makes a plan of a playbook's files, whose contents may lie anywhere; mistakes are told in English.
#[must_use]
pub fn compile_sources(sources: Sources, contents: &dyn Contents) -> Compiled {
    compile_sources_in(sources, contents, Lang::En)
}

/// Makes a plan of a playbook's files, whose contents may lie anywhere; mistakes are told in a tongue.
#[must_use]
pub fn compile_sources_in(sources: Sources, contents: &dyn Contents, lang: Lang) -> Compiled {
    let (tree, mistakes) = syntax::source::parse(&sources);
    let mut diagnostics = syntax::messages::diagnostics(&mistakes, lang);
    let checked = check::check(&tree, &sources, contents, lang);
    let unread = Unread::around(&mistakes, &sources);
    diagnostics.extend(checked.diagnostics.into_iter().filter(|told| !unread.explain(told, &sources)));
    diagnostics.sort_by_key(|diagnostic| diagnostic.place(&sources));
    syntax::twins::retell(&mut diagnostics, &sources, lang);
    let wrong = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Compiled { plan: checked.plan.filter(|_| !wrong), diagnostics, sources, tree, sites: checked.sites }
}
