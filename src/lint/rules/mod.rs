//! Every lint: one file a subject, whose doc comment has the page of each of its lints.

mod again;
mod approvals;
mod cascades;
mod clocks;
mod conditions;
pub(super) mod connector;
mod contents;
mod flows;
mod ladders;
mod logs;
mod messages;
mod names;
mod overlaps;
mod patterns;
mod quiet;
mod reads;
mod references;
mod steps;
pub(super) mod suppressions;
mod tiers;
mod windows;

use super::book::Book;
use super::finding::{Finding, Group};
use Group::{Correctness, Style, Suspicious};

/// A lint.
#[derive(Debug)]
pub struct Lint {
    /// Its name: reads well after "allow".
    pub name: &'static str,
    /// How sure it is.
    pub group: Group,
    /// The file with its page.
    pub(super) source: &'static str,
    /// Looks for findings; `None` where they arise elsewhere: among suppressions, from a log.
    pub(super) run: Option<Run>,
}

/// Looks for what one lint finds.
pub(super) type Run = fn(&Book<'_>) -> Vec<Finding>;

/// The lints of a file.
macro_rules! lints {
    ($($file:literal { $($name:literal $group:ident $run:expr),* $(,)? })*) => {
        &[$($(Lint { name: $name, group: $group, source: include_str!($file), run: $run }),*),*]
    };
}

/// Every lint, by file.
pub const LINTS: &[Lint] = lints! {
    "again.rs" {
        "acts-again" Suspicious Some(again::again),
        "award-without-limit" Suspicious Some(again::award),
    }
    "approvals.rs" {
        "approval-nobody" Suspicious Some(approvals::nobody),
    }
    "cascades.rs" {
        "cascade-cycle" Correctness Some(cascades::cycle),
    }
    "clocks.rs" {
        "clock-change" Suspicious Some(clocks::changes),
        "day-rare" Suspicious Some(clocks::rare),
    }
    "conditions.rs" {
        "condition-never-true" Correctness Some(conditions::never),
        "condition-always-true" Correctness Some(conditions::always),
        "comparison-out-of-range" Correctness Some(conditions::ranges),
    }
    "connector.rs" {
        "connector-cannot" Correctness Some(connector::cannot),
        "message-too-long" Correctness Some(connector::too_long),
        "schedule-too-frequent" Correctness Some(connector::too_frequent),
    }
    "contents.rs" {
        "content-runs-out" Suspicious Some(contents::runs_out),
        "message-twins-drift" Suspicious Some(contents::twins),
        "muted-cannot-answer" Suspicious Some(contents::muted),
    }
    "flows.rs" {
        "flow-after-leaving" Suspicious Some(flows::after_leaving),
    }
    "ladders.rs" {
        "no-appeal" Suspicious Some(ladders::no_appeal),
        "sanction-without-warning" Suspicious Some(ladders::without_warning),
        "ladder-exempts" Style Some(ladders::exempts),
        "ladder-step-unreachable" Correctness Some(ladders::unreachable),
    }
    "logs.rs" {
        "log-never-acts" Suspicious None,
        "log-threshold" Suspicious None,
    }
    "messages.rs" {
        "message-missing-value" Suspicious Some(messages::missing),
        "message-secret" Suspicious Some(messages::secret),
        "message-mention-all" Suspicious Some(messages::everybody),
    }
    "names.rs" {
        "confusable-names" Suspicious Some(names::confusable),
        "person-by-id" Suspicious Some(names::by_id),
    }
    "overlaps.rs" {
        "rule-shadowed" Suspicious Some(overlaps::shadowed),
        "rule-redundant" Suspicious Some(overlaps::redundant),
        "threshold-boundary" Suspicious Some(overlaps::boundary),
        "actions-conflict" Suspicious Some(overlaps::conflict),
    }
    "patterns.rs" {
        "regex-literal" Style Some(patterns::literal),
        "regex-always" Correctness Some(patterns::always),
    }
    "quiet.rs" {
        "quiet-hours-swallow" Suspicious Some(quiet::swallow),
        "quiet-hours-burst" Suspicious Some(quiet::burst),
        "cap-vs-schedule" Suspicious Some(quiet::caps),
    }
    "reads.rs" {
        "reads-without-trigger" Suspicious Some(reads::without_trigger),
        "window-key" Suspicious Some(reads::key),
    }
    "references.rs" {
        "message-unused" Suspicious Some(references::messages),
        "declared-unused" Suspicious Some(references::declared),
        "never-emitted" Suspicious Some(references::never_emitted),
    }
    "steps.rs" {
        "flow-dead-step" Correctness Some(steps::dead),
        "flow-step-after-end" Correctness Some(steps::after_end),
        "flow-no-end" Suspicious Some(steps::no_end),
    }
    "suppressions.rs" {
        "suppression-unused" Suspicious None,
        "suppression-expired" Suspicious None,
        "suppression-invalid" Suspicious None,
    }
    "tiers.rs" {
        "tier-gap" Suspicious Some(tiers::gap),
        "tier-overlap" Suspicious Some(tiers::overlap),
        "tier-flaps" Suspicious Some(tiers::flaps),
    }
    "windows.rs" {
        "window-unbounded" Suspicious Some(windows::unbounded),
    }
};
