//! Where what was recorded and what would have been part ways: about whom, and about which pasts, there are doubts.

use super::certainty::Certainty;
use super::past::Which;
use crate::plan::Scope;
use crate::plan::expr::Keys;
use crate::plan::ids::{GroupId, MetricId, SeriesId};
use crate::time::Instant;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Where what was recorded and what would have been part ways.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Doubts {
    /// Whether the playbook looks at each group for itself: then so do doubts about members.
    apart: bool,
    /// Whether there was a recorded event that would not have happened.
    parted: bool,
    /// The groups in which there was one.
    parted_groups: FxHashSet<GroupId>,
    /// By member; where groups are apart, by membership.
    members: FxHashMap<Keys, Mark>,
    groups: FxHashMap<GroupId, Mark>,
    community: Mark,
    /// Pasts that hold, or lack, events about which there is a doubt.
    rows: FxHashMap<(SeriesId, Which), Shadow>,
    /// Subjects whose latest sample stands on such: by metric and number of the subject.
    samples: FxHashMap<(MetricId, u32), Certainty>,
}

/// What there is to doubt about a subject.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Mark {
    /// Events of it may not have happened.
    facts: bool,
    /// The playbook changed something about it that cannot be known.
    own: bool,
    /// Something was done to it that cannot be known, as limits count it.
    counted: bool,
}

/// The first and the last of the doubtful events of a past, by how doubtful they are.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Shadow {
    depends: Option<(Instant, Instant)>,
    unknowable: Option<(Instant, Instant)>,
}

impl Shadow {
    fn add(&mut self, at: Instant, certainty: Certainty) {
        let span = if certainty == Certainty::Unknowable { &mut self.unknowable } else { &mut self.depends };
        *span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    fn within(&self, window: Option<&Range<Instant>>) -> Certainty {
        let meets = |span: Option<(Instant, Instant)>| {
            span.is_some_and(|(first, last)| window.is_none_or(|w| first < w.end && last >= w.start))
        };
        match (meets(self.unknowable), meets(self.depends)) {
            (true, _) => Certainty::Unknowable,
            (_, true) => Certainty::Depends,
            _ => Certainty::Certain,
        }
    }
}

impl Doubts {
    /// Whether there is none at all.
    pub(super) fn is_empty(&self) -> bool {
        !self.parted && self.rows.is_empty() && self.samples.is_empty()
    }

    /// How sure the part of a past is that lies within a window.
    pub(super) fn past(&self, series: SeriesId, which: Which, window: Option<&Range<Instant>>) -> Certainty {
        self.rows.get(&(series, which)).map_or(Certainty::Certain, |shadow| shadow.within(window))
    }

    /// No doubts yet, of a playbook that looks at each group for itself (`apart`) or at what people do in all of them.
    pub(super) fn new(apart: bool) -> Doubts {
        Doubts { apart, ..Doubts::default() }
    }

    /// Whom a doubt about a member concerns: what somebody does in one group says nothing to a playbook that looks at
    /// each group for itself about the next.
    fn whom(&self, keys: Keys) -> Option<Keys> {
        let group = if self.apart { Some(keys.group?) } else { None };
        Some(Keys { group, member: Some(keys.member?) })
    }

    /// Whether there was a recorded event that would not have happened, as far as it concerns whom these keys name.
    pub(super) fn has_parted(&self, keys: Keys) -> bool {
        if self.apart { keys.group.is_some_and(|group| self.parted_groups.contains(&group)) } else { self.parted }
    }

    /// What may be doubted of whom these keys name.
    pub(super) fn of(&self, keys: Keys) -> Certainty {
        let member = self.whom(keys).and_then(|whom| self.members.get(&whom));
        let group = keys.group.and_then(|group| self.groups.get(&group));
        let facts = self.community.facts || member.is_some_and(|mark| mark.facts) || group.is_some_and(|m| m.facts);
        if facts { Certainty::Depends } else { Certainty::Certain }
    }

    /// How sure what the playbook itself has done to a subject is; never certain.
    pub(super) fn of_own(&self, keys: Keys) -> Certainty {
        if self.mark(keys).own { Certainty::Unknowable } else { Certainty::Depends }
    }

    /// How sure it is how often something was done to a subject; never certain.
    pub(super) fn of_counted(&self, keys: Keys) -> Certainty {
        if self.mark(keys).counted { Certainty::Unknowable } else { Certainty::Depends }
    }

    fn mark(&self, keys: Keys) -> Mark {
        let mark = match keys {
            Keys { member: Some(_), .. } => self.whom(keys).and_then(|whom| self.members.get(&whom)).copied(),
            Keys { group: Some(group), .. } => self.groups.get(&group).copied(),
            Keys { group: None, member: None } => Some(self.community),
        };
        mark.unwrap_or_default()
    }

    /// Something was done to a subject that cannot be known; `changes` where that changed more than what limits count.
    pub(super) fn done(&mut self, keys: Keys, changes: bool) {
        let member = self.whom(keys).map(|whom| self.members.entry(whom).or_default());
        let group = keys.group.map(|group| self.groups.entry(group).or_default());
        for mark in member.into_iter().chain(group).chain([&mut self.community]) {
            mark.counted = true;
            mark.own |= changes;
        }
    }

    /// An event may not have happened: nor, then, what its member does later; `spread` says who else that may reach.
    pub(super) fn spread(&mut self, spread: Scope, keys: Keys) {
        self.parted = true;
        self.parted_groups.extend(keys.group.filter(|_| self.apart));
        if let Some(whom) = self.whom(keys) {
            self.members.entry(whom).or_default().facts = true;
        }
        if let Some(group) = keys.group.filter(|_| spread != Scope::Member) {
            self.groups.entry(group).or_default().facts = true;
        }
        self.community.facts |= spread == Scope::Community && !self.apart;
    }

    /// A row of a past is doubtful, or lacks.
    pub(super) fn row(&mut self, series: SeriesId, which: Which, at: Instant, certainty: Certainty) {
        self.rows.entry((series, which)).or_default().add(at, certainty);
    }

    /// A sample was taken.
    pub(super) fn sampled(&mut self, metric: MetricId, number: u32, certainty: Certainty) {
        if certainty > Certainty::Certain {
            self.samples.insert((metric, number), certainty);
        } else if !self.samples.is_empty() {
            self.samples.remove(&(metric, number));
        }
    }

    /// Another playbook may look at what people do in all groups: then so do doubts.
    pub(super) fn look_at_all(&mut self) {
        if !std::mem::replace(&mut self.apart, false) {
            return;
        }
        for (keys, mark) in std::mem::take(&mut self.members) {
            let whole = self.members.entry(Keys { group: None, ..keys }).or_default();
            whole.facts |= mark.facts;
            whole.own |= mark.own;
            whole.counted |= mark.counted;
        }
        self.community.facts |= self.parted;
    }

    /// Says anew which series and metrics there are doubts about.
    pub(super) fn renew(
        &mut self,
        mut series: impl FnMut(SeriesId, &mut Which) -> Vec<SeriesId>,
        mut metric: impl FnMut(MetricId) -> Option<MetricId>,
    ) {
        for ((id, mut which), shadow) in std::mem::take(&mut self.rows) {
            for id in series(id, &mut which) {
                self.rows.insert((id, which.clone()), shadow);
            }
        }
        for ((id, number), certainty) in std::mem::take(&mut self.samples) {
            self.samples.extend(metric(id).map(|id| ((id, number), certainty)));
        }
    }

    pub(super) fn sample(&self, metric: MetricId, number: Option<u32>) -> Certainty {
        number.and_then(|number| self.samples.get(&(metric, number))).copied().unwrap_or_default()
    }
}
