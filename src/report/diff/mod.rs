//! What changes between two versions: for people, for comments on a change, for programs.

pub mod human;
pub mod json;
pub mod markdown;

use super::{budgets, grouped, plural};
use crate::diff::book::{Change, Lines};
use crate::diff::outcome::{BudgetRow, Decided, Differing, Group, Load, Member, Outcome, Root, Row};
use crate::engine::Outlook;
use crate::simulate::budget::BudgetFigures;
use crate::time::Zone;
use std::collections::BTreeMap;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Tables alone.
    Summary,
    /// Members as well.
    Usual,
    /// Every differing decision as well.
    Full,
}

/// What the versions are called.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The old one.
    pub old: String,
    /// The new one.
    pub new: String,
}

/// How many members of one cause are shown unless everything is asked for.
const SHOWN_MEMBERS: usize = 10;
/// How many days of a role are shown unless everything is asked for.
const SHOWN_DAYS: usize = 10;

/// What differs at all, in one sentence.
fn headline(outcome: &Outcome) -> String {
    if !outcome.differs() {
        return "Both versions decide the same on this log.".to_owned();
    }
    let [before, after] = outcome.decisions;
    let members = outcome.members.len() as u64;
    let members = match members {
        0 => "no member ends differently".to_owned(),
        1 => "1 member ends differently".to_owned(),
        n => format!("{} members end differently", grouped(n)),
    };
    let differ = if outcome.differing == 1 {
        "1 decision differs"
    } else {
        &format!("{} decisions differ", grouped(outcome.differing))
    };
    format!("{differ} ({} before, {} after); {members}.", grouped(before), grouped(after))
}

fn read(outcome: &Outcome) -> String {
    let span =
        outcome.span.map(|(first, last)| format!(", {} to {}", outcome.zone.short(first), outcome.zone.short(last)));
    format!("{}{}", plural(outcome.events, "event"), span.unwrap_or_default())
}

/// `order.sop:16` or, where it moved, `order.sop:16 → order.sop:18`.
fn place(change: &Change) -> String {
    match (change.old.as_ref().map(Lines::place), change.new.as_ref().map(Lines::place)) {
        (Some(old), Some(new)) if old == new => new,
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(old), None) => format!("{old}, gone"),
        (None, Some(new)) => format!("{new}, new"),
        (None, None) => String::new(),
    }
}

/// `` rule `flood` (order.sop:16) ``
fn title(change: &Change) -> String {
    match &change.renamed_from {
        Some(old) => format!("{}, once `{old}` ({})", change.title(), place(change)),
        None => format!("{} ({})", change.title(), place(change)),
    }
}

/// The lines before and after, as a patch has them.
fn patch(change: &Change) -> Vec<String> {
    let signed = |sign: char, lines: &Option<Lines>| -> Vec<String> {
        let lines = lines.iter().flat_map(|lines| &lines.text).filter(|line| !line.is_empty());
        lines.map(|line| format!("{sign} {line}")).collect()
    };
    let (old, new) = (signed('-', &change.old), signed('+', &change.new));
    if old.iter().zip(&new).all(|(a, b)| a.get(1..) == b.get(1..)) && old.len() == new.len() {
        return vec!["  (the file that it reads has changed)".to_owned()];
    }
    old.into_iter().chain(new).collect()
}

/// Why, in words.
fn root(outcome: &Outcome, root: Root) -> String {
    match root {
        Root::Change(at) => outcome.changes.get(at).map(title).unwrap_or_default(),
        Root::Unknown => "no single line that changed".to_owned(),
    }
}

/// `31 of 37 members, 62 decisions`
fn share(outcome: &Outcome, group: &Group) -> String {
    let members = outcome.members.len() as u64;
    let decisions = plural(group.decisions, "decision");
    match members {
        0 => decisions,
        all => format!("{} of {}, {decisions}", grouped(group.members), plural(all, "member")),
    }
}

/// Items that differ, and how many do not.
fn rows(outcome: &Outcome, depth: Depth) -> (Vec<[String; 5]>, usize) {
    let differs = |row: &&Row| row.differing > 0 || row.fired[0] != row.fired[1] || row.renamed_from.is_some();
    let shown = outcome.items.iter().filter(|row| depth == Depth::Full || differs(row));
    let count = |n: Option<u64>| n.map_or("–".to_owned(), grouped);
    let shown: Vec<[String; 5]> = shown
        .map(|row| {
            let once = row.renamed_from.as_ref().map_or(String::new(), |old| format!(" (once {old})"));
            let [before, after] = row.fired;
            [
                format!("{} {}{once}", row.sort, row.name),
                count(before),
                count(after),
                signed(before.unwrap_or_default(), after.unwrap_or_default()),
                grouped(row.differing),
            ]
        })
        .collect();
    let rest = outcome.items.len() - shown.len();
    (shown, rest)
}

/// What is told of items that are not shown.
fn rest_of_items(rest: usize) -> Option<String> {
    match rest {
        0 => None,
        1 => Some("1 other item acts as before.".to_owned()),
        rest => Some(format!("{rest} other items act as before.")),
    }
}

fn signed(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Less => format!("-{}", grouped(before - after)),
        std::cmp::Ordering::Equal => "0".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", grouped(after - before)),
    }
}

/// Tasks by role, where they differ: all together, then the days that differ most.
fn staff(outcome: &Outcome, depth: Depth) -> Vec<[String; 4]> {
    let mut roles: BTreeMap<&str, Vec<&Load>> = BTreeMap::new();
    outcome.staff.iter().for_each(|load| roles.entry(&load.role).or_default().push(load));
    let mut rows = Vec::new();
    for (role, loads) in roles {
        // Who has as much to do as before is of interest where everything is asked for.
        if depth < Depth::Full && loads.iter().all(|load| load.tasks[0] == load.tasks[1]) {
            continue;
        }
        let of = |version: fn(&Load) -> u64| loads.iter().map(|load| version(load)).sum::<u64>();
        let (before, after) = (of(|load| load.tasks[0]), of(|load| load.tasks[1]));
        rows.push([role.to_owned(), "all days".to_owned(), grouped(before), grouped(after)]);
        if depth == Depth::Summary {
            continue;
        }
        let mut days: Vec<&Load> = loads.into_iter().filter(|load| load.tasks[0] != load.tasks[1]).collect();
        let most = if depth == Depth::Full { days.len() } else { SHOWN_DAYS };
        days.sort_by_key(|load| std::cmp::Reverse(load.tasks[0].abs_diff(load.tasks[1])));
        let more = days.len().saturating_sub(most);
        days.truncate(most);
        days.sort_by_key(|load| &load.day);
        rows.extend(days.iter().map(|l| [role.to_owned(), l.day.clone(), grouped(l.tasks[0]), grouped(l.tasks[1])]));
        if more > 0 {
            rows.push([
                role.to_owned(),
                format!("and {}", plural(more as u64, "more day")),
                String::new(),
                String::new(),
            ]);
        }
    }
    rows
}

/// One line a budget, what it came to before and after; of the new version the overruns as well, one line each.
fn kept_budgets(outcome: &Outcome, depth: Depth) -> Vec<(String, Vec<String>)> {
    let said = |figures: &Option<BudgetFigures>| figures.as_ref().map_or("none".to_owned(), budgets::verdict);
    let row = |row: &BudgetRow| {
        let [before, after] = &row.came_to;
        if before == after && depth < Depth::Full {
            return (format!("{}: {}, as before", row.name, said(after)), Vec::new());
        }
        let overruns = after.as_ref().filter(|_| depth > Depth::Summary);
        let overruns = overruns.map(|after| budgets::overruns(after, outcome.zone)).unwrap_or_default();
        (format!("{}: {} → {}", row.name, said(before), said(after)), overruns)
    };
    outcome.budgets.iter().map(row).collect()
}

/// What a version decides, or that it does not.
fn decided(side: Option<&Decided>) -> String {
    let Some(side) = side else { return "nothing".to_owned() };
    let reason = if side.reason.is_empty() { String::new() } else { format!(" ({})", side.reason) };
    format!("{}{reason}", side.status)
}

/// `file:line` of `file:line:column`
fn line(side: &Decided) -> &str {
    side.source.rsplit_once(':').map_or(side.source.as_str(), |(line, _)| line)
}

/// One differing decision: `warn by conduct: nothing → done at order.sop:72`.
fn what(differing: &Differing) -> String {
    let (old, new) = (differing.old.as_ref(), differing.new.as_ref());
    let place = match (old.map(line), new.map(line)) {
        (Some(old), Some(new)) if old != new => format!("{old}, now {new}"),
        (Some(place), _) | (None, Some(place)) => place.to_owned(),
        (None, None) => String::new(),
    };
    let what = match (old, new) {
        (Some(old), Some(new)) if old.status == new.status && old.reason == new.reason => {
            format!("{} with {} instead of {}", differing.action, new.args, old.args)
        }
        (old, new) => format!("{}: {} → {}", differing.action, decided(old), decided(new)),
    };
    let follows = if differing.follows { ", follows from what differed before" } else { "" };
    format!("`{}` {what} ({place}{follows})", differing.item)
}

/// How a member ends, as far as it differs: `messages 1 → 2`.
fn ends(member: &Member, zone: Zone) -> Vec<String> {
    let [before, after] = &member.ends;
    let mut told = Vec::new();
    let mut tell = |what: &str, old: String, new: String| {
        if old != new {
            let word = |text: String| if text.is_empty() { "none".to_owned() } else { text };
            told.push(format!("{what} {} → {}", word(old), word(new)));
        }
    };
    let sanctions = |outlook: &Outlook| {
        let one = |force: &crate::engine::InForce| {
            let until = force.until.map_or(String::new(), |until| {
                if until == crate::time::Instant::MAX {
                    " for ever".to_owned()
                } else {
                    format!(" until {}", zone.short(until))
                }
            });
            format!("{} in {}{until}", force.what, force.group)
        };
        outlook.sanctions.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    tell("sanction", sanctions(before), sanctions(after));
    let tiers = |outlook: &Outlook| {
        let one = |(name, group, level): &(String, Option<String>, String)| match group {
            Some(group) => format!("{name} {level} in {group}"),
            None => format!("{name} {level}"),
        };
        outlook.tiers.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    tell("tier", tiers(before), tiers(after));
    tell("messages", member.messages[0].to_string(), member.messages[1].to_string());
    tell("tags", before.tags.join(", "), after.tags.join(", "));
    let points =
        |outlook: &Outlook| outlook.points.iter().map(|(name, n)| format!("{n} {name}")).collect::<Vec<_>>().join(", ");
    tell("points", points(before), points(after));
    told
}

/// Members of one cause, and how many more there are than are shown.
fn members_of(outcome: &Outcome, root: Root, depth: Depth) -> (Vec<&Member>, usize) {
    let mut members: Vec<&Member> = outcome.members.iter().filter(|member| member.first.root == root).collect();
    let most = if depth == Depth::Full { members.len() } else { SHOWN_MEMBERS };
    let more = members.len().saturating_sub(most);
    members.truncate(most);
    (members, more)
}

/// What is told of members whose decisions differ and who end alike.
fn alike(outcome: &Outcome) -> Option<String> {
    match outcome.alike {
        0 => None,
        1 => Some("1 more member has decisions that differ and ends alike.".to_owned()),
        n => Some(format!("{} more members have decisions that differ and end alike.", grouped(n))),
    }
}
