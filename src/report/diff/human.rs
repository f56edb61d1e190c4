//! For people, at a terminal.

use super::super::Style;
use super::super::run::table::{Columns, NUMBERS, WORDS};
use super::{
    Depth, Versions, alike, ends, headline, kept_budgets, members_of, patch, read, rest_of_items, root, rows, share,
    staff, title, what,
};
use crate::diff::Outcome;
use crate::diff::outcome::Differing;
use std::fmt::Write;

/// The report as text.
#[must_use]
pub fn human(versions: &Versions, outcome: &Outcome, depth: Depth, style: Style) -> String {
    let mut text = format!("From {} to {}, on {}\n\n", versions.old, versions.new, read(outcome));
    text += &format!("{}\n", headline(outcome));
    text += "\nWhat is written differently\n";
    for change in &outcome.changes {
        let _ = writeln!(text, "  {}", title(change));
        for line in patch(change) {
            let _ = writeln!(text, "    {line}");
        }
    }
    if outcome.differs() {
        items(&mut text, outcome, depth, style);
        causes(&mut text, outcome, depth);
    }
    load(&mut text, outcome, depth, style);
    budgets(&mut text, outcome, depth);
    if depth == Depth::Full && outcome.differs() {
        text += "\nEvery decision that differs\n";
        outcome.full.iter().for_each(|differing| decision(&mut text, outcome, differing));
    }
    text
}

fn items(text: &mut String, outcome: &Outcome, depth: Depth, style: Style) {
    let (rows, rest) = rows(outcome, depth);
    *text += "\nHow often items fire\n";
    let heads = [
        ("item", WORDS),
        ("before", NUMBERS),
        ("after", NUMBERS),
        ("change", NUMBERS),
        ("differing decisions", NUMBERS),
    ];
    let mut table = Columns::new(&heads, style);
    rows.into_iter().for_each(|row| table.row(row));
    *text += &table.text();
    if let Some(rest) = rest_of_items(rest) {
        let _ = writeln!(text, "  {rest}");
    }
}

fn causes(text: &mut String, outcome: &Outcome, depth: Depth) {
    *text += "\nWhy, and for whom\n";
    for group in &outcome.causes {
        let _ = writeln!(text, "  {}: because of {}", share(outcome, group), root(outcome, group.root));
        if depth == Depth::Summary {
            continue;
        }
        let (members, more) = members_of(outcome, group.root, depth);
        for member in members {
            let _ = writeln!(text, "    {}: {}", member.member, ends(member, outcome.zone).join("; "));
            let group = member.first.group.as_ref().map_or(String::new(), |group| format!(" in {group}"));
            let at = outcome.zone.short(member.first.at);
            let _ = writeln!(text, "      first at {at}{group}: {}", what(&member.first));
        }
        if more > 0 {
            let _ = writeln!(text, "    and {more} more: see `--full`");
        }
    }
    if let Some(alike) = alike(outcome) {
        let _ = writeln!(text, "  {alike}");
    }
}

fn load(text: &mut String, outcome: &Outcome, depth: Depth, style: Style) {
    let rows = staff(outcome, depth);
    if rows.is_empty() {
        return;
    }
    *text += "\nTasks for the staff\n";
    let heads = [("role", WORDS), ("day", WORDS), ("before", NUMBERS), ("after", NUMBERS)];
    let mut table = Columns::new(&heads, style);
    rows.into_iter().for_each(|row| table.row(row));
    *text += &table.text();
}

fn budgets(text: &mut String, outcome: &Outcome, depth: Depth) {
    let budgets = kept_budgets(outcome, depth);
    if !budgets.is_empty() {
        *text += "\nWhat budgets allow\n";
    }
    for (verdict, overruns) in budgets {
        let _ = writeln!(text, "  {verdict}");
        overruns.iter().for_each(|overrun| _ = writeln!(text, "    {overrun}"));
    }
}

fn decision(text: &mut String, outcome: &Outcome, differing: &Differing) {
    let about = [&differing.member, &differing.group].into_iter().flatten().cloned().collect::<Vec<_>>().join(" in ");
    let about = if about.is_empty() { String::new() } else { format!(" {about}:") };
    let _ = writeln!(text, "  {}{about} {}", outcome.zone.short(differing.at), what(differing));
}
