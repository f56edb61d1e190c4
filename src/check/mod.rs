//! From tree to plan: names, scopes, types, and the lowering to what the engine runs.
//!
//! 1. `declare` and `events` enter every name, so that the order of items never matters; the prelude comes first.
//! 2. `expr`, `operators`, `paths`, `past`, `population` and `text` give every expression a type and lower it;
//!    `series` gathers what of the past must be kept.
//! 3. `rules`, `flows`, `ladders`, `tiers`, `metrics`, `calendars`, `limits` and `messages_items` lower one kind of
//!    item each; `actions` and `tasks` what is done; `latches` says which events wake a condition.
//!
//! All mistakes of a playbook are told in one run ([`errors`], with their words in [`messages`]). What follows from a
//! mistake alone is not told: an expression that is wrong has the type `Error`, which fits everywhere.

mod actions;
pub mod aftermath;
mod budgets;
mod calendars;
mod community;
pub mod content;
mod declare;
mod definitions;
mod env;
mod errors;
mod events;
mod expr;
mod flows;
mod foreign;
mod ladders;
mod latches;
mod limits;
mod lower;
mod messages;
mod messages_items;
mod metrics;
mod names;
mod operators;
mod past;
mod paths;
mod patterns;
mod piece_text;
mod population;
mod rules;
mod schedules;
mod scopes;
mod series;
pub mod sites;
mod subject;
pub(crate) mod suggest;
mod tasks;
mod text;
mod tiers;
mod types;

pub(crate) use actions::BUILT_IN;

use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Lang};
use crate::plan::Plan;
use crate::syntax::source::{Sources, parse};
use crate::syntax::tree::{Item, ItemKind, Tree};
use content::Contents;
pub use events::is_internal;
use lower::Lower;
use sites::Sites;

/// The events that every playbook knows, in the language itself.
pub const PRELUDE: &str = include_str!("../prelude.sop");

/// What became of a playbook.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The plan; `None` where there is an error.
    pub plan: Option<Plan>,
    /// Errors and warnings, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the plan's parts stand in the sources.
    pub sites: Sites,
}

/// Checks a playbook and lowers it to a plan; mistakes are told in a tongue.
#[must_use]
pub fn check(tree: &Tree, sources: &Sources, contents: &dyn Contents, lang: Lang) -> Checked {
    let mut lower = Lower::new(sources, contents);
    let prelude = prelude();
    lower.declare_prelude(&prelude);
    lower.community(tree);
    lower.declare(tree);
    lower.lower_defaults(&prelude);
    lower.lower_defaults(tree);
    lower.pool_scopes(tree);
    lower.lower_definitions();
    for item in &tree.items {
        lower.item(item);
    }
    lower.unstarted_flows(tree);
    lower.watch_segments();
    lower.wakes();
    finished(lower, lang)
}

/// The tree of the prelude.
fn prelude() -> Tree {
    let mut sources = Sources::new();
    sources.add("prelude.sop", PRELUDE);
    parse(&sources).0
}

impl Lower<'_> {
    /// Lowers one item; those without a part here are done when they are declared or first read.
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Message(message) => self.message(message),
            ItemKind::Pool { name, members, weight } => self.pool(name, members, weight.as_ref()),
            ItemKind::Metric { head, schedule, .. } => self.metric_item(head, schedule),
            ItemKind::Rule(rule) => self.rule(rule),
            ItemKind::Flow(flow) => self.flow(flow),
            ItemKind::Ladder(ladder) => self.ladder_item(ladder),
            ItemKind::Tiers(tiers) => self.tiers_item(tiers),
            ItemKind::Calendar { head, rows } => self.calendar(head, rows),
            ItemKind::Limit(limit) => self.limit(limit),
            ItemKind::Budget(budget) => self.budget(budget),
            ItemKind::Segment { head, .. } => self.no_per_or_each(head, "noun-segment"),
            ItemKind::Voice { text, .. } => _ = self.plain_text(text, "of-voice-name"),
            _ => {}
        }
    }
}

/// The diagnostics in order of place, each once, and the plan if none is an error.
fn finished(lower: Lower<'_>, lang: Lang) -> Checked {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    // A catalogue is read only where there is something to say.
    let words = (!lower.errors.is_empty()).then(|| Catalogue::new(lang));
    for (error, words) in lower.errors.iter().zip(words.iter().cycle()) {
        let diagnostic = messages::diagnostic(error, words);
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.place(lower.sources));
    let wrong = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Checked { plan: (!wrong).then_some(lower.plan), diagnostics, sites: lower.sites }
}
