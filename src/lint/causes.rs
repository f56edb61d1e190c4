//! Which events follow from which actions.

use crate::plan::ids::KindId;
use crate::plan::{Act, LatchSort, Plan};
use rustc_hash::FxHashSet;

/// The names of the events that an action may bring about; those of the ladder that a strike climbs are not among them.
#[must_use]
pub fn follows(act: &Act) -> &'static [&'static str] {
    match act {
        Act::Say { how: crate::plan::Say::Post | crate::plan::Say::Announce, .. } => &["content.posted"],
        Act::Dissolve => &["group.closed", "flow.ended"],
        Act::Tag(_) => &["tag.added"],
        Act::Untag(_) => &["tag.removed"],
        Act::Award { .. } | Act::Redeem { .. } => &["points.changed"],
        Act::Mute { .. } => &["member.muted"],
        Act::Remove { .. } => &["member.removed"],
        Act::Ban { .. } => &["member.banned"],
        Act::Strike { .. } => &["strike.given"],
        Act::Pardon { .. } => &["strike.withdrawn"],
        Act::Task(_) => &["task.created", "task.overdue"],
        Act::Start { .. } => &["flow.started", "flow.ended"],
        Act::Stop { .. } => &["flow.ended"],
        _ => &[],
    }
}

/// The kind of event of a name.
#[must_use]
pub fn kind_named(plan: &Plan, name: &str) -> Option<KindId> {
    plan.kinds.iter().position(|kind| kind.name == name).map(|id| KindId(id as u16))
}

/// Every kind of event that the playbook itself may bring about.
#[must_use]
pub fn told_by(plan: &Plan) -> FxHashSet<KindId> {
    let mut names: Vec<&str> = plan.effects.iter().flat_map(|effect| follows(&effect.act)).copied().collect();
    if !plan.timelines.is_empty() {
        names.extend(["flow.started", "flow.ended"]);
    }
    if plan.tallies.iter().any(|tally| tally.appeal.is_some()) {
        names.extend(["strike.withdrawn", "task.created", "task.overdue"]);
    }
    for latch in &plan.latches {
        names.extend(match latch.sort {
            LatchSort::Segment(_) => ["segment.entered", "segment.left"].as_slice(),
            LatchSort::Tiers(_) => ["tier.changed"].as_slice(),
        });
    }
    let mut kinds: FxHashSet<KindId> = names.into_iter().filter_map(|name| kind_named(plan, name)).collect();
    for effect in &plan.effects {
        if let Act::Emit { kind, .. } = &effect.act {
            kinds.insert(*kind);
        }
    }
    kinds.extend(plan.metrics.iter().map(|metric| metric.kind));
    kinds
}
