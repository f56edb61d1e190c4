//! What changes, as data; how it looks is up to [`report`](crate::report).

use super::book::Change;
use crate::engine::Outlook;
use crate::log::Accounts;
use crate::simulate::budget::BudgetFigures;
use crate::time::{Instant, Zone};

/// What changes between two versions on one log.
#[derive(Debug)]
pub struct Outcome {
    /// The zone of the new version, in which all times are shown.
    pub zone: Zone,
    /// What is written differently.
    pub changes: Vec<Change>,
    /// What became of every line of the log, as the old and the new version read it.
    pub accounts: [Accounts; 2],
    /// Events that the new version handled, and the first and last of them.
    pub events: u64,
    /// The first and the last event.
    pub span: Option<(Instant, Instant)>,
    /// Decisions of the old and the new version.
    pub decisions: [u64; 2],
    /// Records that are the same in both.
    pub same: u64,
    /// Items of either version, in the order of sort and name.
    pub items: Vec<Row>,
    /// What differing decisions stem from, the one with most members first.
    pub causes: Vec<Group>,
    /// Members who end differently, in the order of causes, then of time.
    pub members: Vec<Member>,
    /// Members with differing decisions who end alike.
    pub alike: u64,
    /// Tasks by role and day, where either version gives any.
    pub staff: Vec<Load>,
    /// Budgets of either version, in the order of the new one, then of the old one.
    pub budgets: Vec<BudgetRow>,
    /// How many decisions differ.
    pub differing: u64,
    /// All of them in the order of time, where they were asked for.
    pub full: Vec<Differing>,
}

impl Outcome {
    /// Whether anything differs.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.differing > 0
    }

    /// Whether the new version breaks a budget of its own.
    #[must_use]
    pub fn breaks_budget(&self) -> bool {
        self.budgets.iter().any(|row| row.came_to[1].as_ref().is_some_and(BudgetFigures::is_broken))
    }
}

/// An item before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `rule`, `flow` …
    pub sort: &'static str,
    /// Its name in the new version, or in the old one where it is gone.
    pub name: String,
    /// Its name in the old version, where it was another one.
    pub renamed_from: Option<String>,
    /// How often it fired; none where the version has no such item.
    pub fired: [Option<u64>; 2],
    /// Its decisions.
    pub decisions: [Option<u64>; 2],
    /// Its decisions that differ.
    pub differing: u64,
}

/// Where differing decisions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// A change, by its place in [`Outcome::changes`].
    Change(usize),
    /// No change that could be found.
    Unknown,
}

/// What stems from one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Where it comes from.
    pub root: Root,
    /// Differing decisions.
    pub decisions: u64,
    /// Members who end differently, by their first differing decision.
    pub members: u64,
}

/// A decision of one version only, or one that came out differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// When.
    pub at: Instant,
    /// The item, by its new name.
    pub item: String,
    /// The action.
    pub action: String,
    /// The group, if it concerns one.
    pub group: Option<String>,
    /// The member, if it concerns one.
    pub member: Option<String>,
    /// What the old version decides; nothing where it does not.
    pub old: Option<Decided>,
    /// What the new version decides.
    pub new: Option<Decided>,
    /// Where it comes from.
    pub root: Root,
    /// Whether it was found by what came before, not by what is written.
    pub follows: bool,
}

/// One version's side of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The arguments, as a JSON object.
    pub args: String,
    /// What became of it.
    pub status: String,
    /// Why it was not simply done; else empty.
    pub reason: String,
    /// `file:line:col`
    pub source: String,
}

/// A member who ends differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's id.
    pub member: String,
    /// The first decision that differs.
    pub first: Differing,
    /// How many decisions about the member differ.
    pub differing: u64,
    /// Where the member stands at the end, with the old and the new version.
    pub ends: [Outlook; 2],
    /// Messages received.
    pub messages: [u32; 2],
}

/// A budget before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRow {
    /// Its name.
    pub name: String,
    /// What it came to with the old and the new version; none where a version has no such budget.
    pub came_to: [Option<BudgetFigures>; 2],
}

/// Tasks of a role on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// For whom.
    pub role: String,
    /// The local day.
    pub day: String,
    /// With the old and the new version.
    pub tasks: [u64; 2],
}
