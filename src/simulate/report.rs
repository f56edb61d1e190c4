//! What a dry run comes to, in figures and names. How it looks is up to [`report`](crate::report).

use super::budget::BudgetFigures;
use super::driver::Unhappened;
use crate::engine::{Certainty, Note, Program, Status};
use crate::log::Accounts;
use crate::time::{Instant, Zone};
use std::collections::BTreeMap;

/// How many of the busiest days are kept.
pub const BUSIEST_DAYS: usize = 5;
/// How many of the members who would receive most are kept.
pub const TOP_MEMBERS: usize = 10;
/// How many errors of the run are kept word for word.
pub const KEPT_NOTES: usize = 20;

/// A dry run in figures.
#[derive(Clone, Debug)]
pub struct Report {
    /// The community's zone, in which all times are shown.
    pub zone: Zone,
    /// What became of every line.
    pub accounts: Accounts,
    /// What was handled.
    pub read: Read,
    /// What the playbook would have prevented.
    pub unhappened: Unhappened,
    /// How many sanctions were done that put somebody out or mute.
    pub put_out_or_muted: u64,
    /// All decisions, each once however often it was recorded.
    pub decisions: u64,
    /// How sure these are.
    pub certainties: Certainties,
    /// How often each status was recorded.
    pub statuses: Statuses,
    /// Decisions that still waited for a limit or an approval when the clock stopped.
    pub waiting: u64,
    /// Items that can decide, in the order of the playbook.
    pub items: Vec<ItemFigures>,
    /// Limits, in the order of the playbook.
    pub limits: Vec<LimitFigures>,
    /// Budgets, in the order of the playbook.
    pub budgets: Vec<BudgetFigures>,
    /// Metrics, in the order of the playbook.
    pub metrics: Vec<MetricFigures>,
    /// The days with most decisions, the busiest first.
    pub days: Vec<DayFigures>,
    /// The members who would receive most.
    pub members: Vec<MemberFigures>,
    /// How many members would receive anything.
    pub receiving: u64,
    /// The first errors of the run.
    pub notes: Vec<String>,
    /// All errors of the run.
    pub note_count: u64,
}

/// What was handled.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Events of each kind, the most frequent first.
    pub kinds: Vec<(String, u64)>,
    /// All events.
    pub events: u64,
    /// Groups met.
    pub groups: u64,
    /// Members met.
    pub members: u64,
    /// The first and the last event.
    pub span: Option<(Instant, Instant)>,
    /// Kinds of which there are events outside the time asked for.
    pub outside: Vec<String>,
    /// Events that grant or revoke a role that the playbook does not declare.
    pub undeclared_roles: u64,
    /// The first and the last event of the log, also outside the time asked for.
    pub whole_span: Option<(Instant, Instant)>,
}

/// How often each status was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses([u64; Status::ALL.len()]);

impl Statuses {
    /// Counts one more.
    pub fn add(&mut self, status: Status) {
        if let Some(count) = Status::ALL.iter().position(|s| *s == status).and_then(|i| self.0.get_mut(i)) {
            *count += 1;
        }
    }

    /// How many of a status.
    #[must_use]
    pub fn of(&self, status: Status) -> u64 {
        let position = Status::ALL.iter().position(|s| *s == status);
        position.and_then(|i| self.0.get(i)).copied().unwrap_or_default()
    }

    /// All statuses with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Status, u64)> {
        Status::ALL.into_iter().zip(self.0)
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// How many decisions there are of each certainty, each decision once, as it was when it was first recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certainties([u64; Certainty::ALL.len()]);

impl Certainties {
    /// Counts one more.
    pub fn add(&mut self, certainty: Certainty) {
        if let Some(count) = Certainty::ALL.iter().position(|c| *c == certainty).and_then(|i| self.0.get_mut(i)) {
            *count += 1;
        }
    }

    /// All certainties with their counts, the surest first.
    pub fn iter(&self) -> impl Iterator<Item = (Certainty, u64)> {
        Certainty::ALL.into_iter().zip(self.0)
    }
}

/// One item.
#[derive(Clone, Debug)]
pub struct ItemFigures {
    /// Its name.
    pub name: String,
    /// `rule`, `flow` …
    pub sort: &'static str,
    /// `file:line:col`
    pub source: String,
    /// How often it acted.
    pub fired: u64,
    /// Its decisions, each once.
    pub decisions: u64,
    /// How sure these are.
    pub certainties: Certainties,
    /// How many members its decisions concern.
    pub members: u64,
    /// How often each status was recorded.
    pub statuses: Statuses,
    /// When it first and last acted.
    pub span: Option<(Instant, Instant)>,
    /// The hour in which it acted most, and how often.
    pub busiest: Option<(String, u64)>,
    /// Why it decided nothing; none where it did.
    pub silence: Option<Silence>,
}

/// Why an item decided nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Silence {
    /// How often a condition of it was tested and was not true.
    pub tested: u64,
    /// The part of a condition that was furthest on the way, and how near it came.
    pub nearest: Option<Nearest>,
    /// The part of a condition that stopped it most often, and how often.
    pub stopped_by: Option<(String, u64)>,
    /// What never happened, where nothing was tested.
    pub unheard: Vec<String>,
    /// Of a ladder: the highest sum of strikes, and what its first step needs.
    pub strikes: Option<(u64, u32)>,
}

/// How near a condition came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nearest {
    /// The part of the condition.
    pub part: String,
    /// How often everything before it was true and it was not.
    pub reached: u64,
    /// How often that was because it could not be known.
    pub unknown: u64,
    /// What stood on its left at the best.
    pub left: Option<String>,
    /// What it was compared with then, where that is not a constant.
    pub right: Option<String>,
}

/// One limit.
#[derive(Clone, Debug)]
pub struct LimitFigures {
    /// Its name.
    pub name: String,
    /// `file:line:col`
    pub source: String,
    /// What it did to actions.
    pub statuses: Statuses,
}

/// One metric.
#[derive(Clone, Debug)]
pub struct MetricFigures {
    /// Its name.
    pub name: String,
    /// How many samples were taken.
    pub samples: u64,
    /// How many of these are unknown.
    pub unknown: u64,
    /// The lowest and the highest.
    pub range: Option<(String, String)>,
    /// The time of the last.
    pub last: Option<Instant>,
}

/// One day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayFigures {
    /// The local date.
    pub date: String,
    /// Decisions, each once.
    pub decisions: u64,
    /// What was done.
    pub done: u64,
    /// How many members it concerned.
    pub members: u64,
    /// Events of the log on that day.
    pub events: u64,
}

/// One member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberFigures {
    /// The member's id.
    pub member: String,
    /// What was done, all actions together.
    pub received: u64,
    /// By action.
    pub actions: BTreeMap<String, u64>,
}

impl Report {
    /// Whether the log or the run has an error: bad lines, or a cascade that was cut.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.note_count > 0 || self.accounts.total().bad > 0
    }

    /// Items that decided something.
    pub fn active(&self) -> impl Iterator<Item = &ItemFigures> {
        self.items.iter().filter(|item| item.silence.is_none())
    }

    /// Items that decided nothing.
    pub fn silent(&self) -> impl Iterator<Item = (&ItemFigures, &Silence)> {
        self.items.iter().filter_map(|item| item.silence.as_ref().map(|silence| (item, silence)))
    }
}

/// An error of the run in words.
#[must_use]
pub fn note_text(program: &Program, note: &Note) -> String {
    let Note::CascadeCut { at, kind, root, wide } = note;
    let kind = program.plan.kinds.get(kind.index()).map_or("", |kind| &kind.name);
    let at = program.plan.community.calendar.zone.format(*at);
    match wide {
        false => format!("{at}: a chain of more than 64 events, begun by `{root}`, was cut before `{kind}`"),
        true => format!("{at}: an avalanche of events, begun by `{root}`, was cut before `{kind}`"),
    }
}
