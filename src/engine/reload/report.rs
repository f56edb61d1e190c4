//! What a reload comes to, for those who ask before and for those who look back.

use crate::plan::OnChange;
use crate::plan::ids::SeriesId;
use crate::time::Instant;
use std::collections::BTreeMap;

/// What becomes of the state of a run when another version of its playbook takes over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reload {
    /// From when on the new version is in force.
    pub at: Instant,
    /// Subjects in flight: by flow, step and what becomes of them.
    pub journeys: BTreeMap<Journey, usize>,
    /// What is not remembered any more, and of how many: by what it is (`tag`, `strikes`, …) and its name.
    pub dropped: BTreeMap<(&'static str, String), usize>,
    /// Pasts that begin with this version.
    pub fresh: Vec<Fresh>,
}

/// Subjects in flight that share their fate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Journey {
    /// The flow.
    pub flow: String,
    /// The step they wait for, by its time; none where no step is to come in time.
    pub step: Option<String>,
    /// What becomes of them.
    pub fate: Fate,
}

/// What becomes of a subject in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It goes on in the new version.
    GoesOn,
    /// It finishes on the old version.
    Pinned,
    /// Its journey ends, as the flow says (`on change drop`).
    Dropped,
    /// Its journey ends, since the step it waits for is not there any more.
    StepGone,
    /// Its journey ends, since the flow is not there any more, or is for other subjects now.
    FlowGone,
}

impl Fate {
    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Fate::GoesOn => "go on",
            Fate::Pinned => "finish on the old version",
            Fate::Dropped => "end: `on change drop`",
            Fate::StepGone => "end: the step is gone",
            Fate::FlowGone => "end: the flow is gone",
        }
    }

    /// Whether the journey ends.
    #[must_use]
    pub fn ends(self) -> bool {
        !matches!(self, Fate::GoesOn | Fate::Pinned)
    }

    /// What a policy makes of a journey for which there is no way on.
    pub(super) fn of(policy: OnChange, other: Fate) -> Fate {
        match policy {
            OnChange::Pin => Fate::Pinned,
            OnChange::Drop => Fate::Dropped,
            OnChange::Follow => other,
        }
    }
}

/// A past that nobody has kept until now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The series.
    pub series: SeriesId,
    /// The kind of its events.
    pub kind: String,
    /// The items that read it.
    pub items: Vec<String>,
    /// Whether the playbook itself may tell such events: they are in no journal, and such a past begins empty.
    pub own: bool,
}

impl Reload {
    pub(super) fn drop(&mut self, what: &'static str, name: &str, count: usize) {
        if count > 0 {
            *self.dropped.entry((what, name.to_owned())).or_default() += count;
        }
    }

    /// What becomes of subjects in flight and of what is remembered, a line for each.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let journeys = self.journeys.iter().map(|(journey, count)| {
            let at = journey.step.as_ref().map(|step| format!(" before the step `{step}`")).unwrap_or_default();
            format!("flow `{}`: {count}{at} {}", journey.flow, journey.fate.words())
        });
        let dropped = self
            .dropped
            .iter()
            .map(|((what, name), count)| format!("not remembered any more: {what} `{name}` of {count}"));
        let fresh = self.fresh.iter().map(|fresh| {
            let without = if fresh.own { ", without what the playbook did itself" } else { "" };
            let items = fresh.items.join(", ");
            format!("a past of `{}` begins, counted from the journal{without}; it is read by {items}", fresh.kind)
        });
        journeys.chain(dropped).chain(fresh).collect()
    }
}
