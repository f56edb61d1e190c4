//! For a comment on a change: tables, folded details, ids in code quotes.

use super::{
    Depth, Versions, alike, ends, headline, kept_budgets, members_of, patch, read, rest_of_items, root, rows, share,
    staff, title, what,
};
use crate::diff::Outcome;
use std::fmt::Write;

/// The report as Markdown.
#[must_use]
pub fn markdown(versions: &Versions, outcome: &Outcome, depth: Depth) -> String {
    let mut text = format!("### From {} to {}\n\n", code(&versions.old), code(&versions.new));
    let _ = write!(text, "**{}** On {}.\n\n", headline(outcome), read(outcome));
    changes(&mut text, outcome);
    if outcome.differs() {
        let (rows, rest) = rows(outcome, depth);
        text += "| item | before | after | change | differing decisions |\n| --- | ---: | ---: | ---: | ---: |\n";
        rows.iter().for_each(|row| table_row(&mut text, row));
        if let Some(rest) = rest_of_items(rest) {
            let _ = write!(text, "\n{rest}\n");
        }
        text.push('\n');
        causes(&mut text, outcome, depth);
    }
    let load = staff(outcome, depth);
    if !load.is_empty() {
        text += "| tasks for | day | before | after |\n| --- | --- | ---: | ---: |\n";
        load.iter().for_each(|row| table_row(&mut text, row));
        text.push('\n');
    }
    budgets(&mut text, outcome, depth);
    if depth == Depth::Full && outcome.differs() {
        full(&mut text, outcome);
    }
    text
}

fn changes(text: &mut String, outcome: &Outcome) {
    let lines: Vec<String> = outcome
        .changes
        .iter()
        .flat_map(|change| std::iter::once(format!("@@ {} @@", title(change))).chain(patch(change)))
        .collect();
    // A fence that no line closes.
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(text, "{fence}diff\n{}\n{fence}\n\n", lines.join("\n"));
}

fn causes(text: &mut String, outcome: &Outcome, depth: Depth) {
    for group in &outcome.causes {
        let why = format!("{}: because of {}", share(outcome, group), root(outcome, group.root));
        let (members, more) = members_of(outcome, group.root, depth);
        if depth == Depth::Summary || members.is_empty() {
            let _ = writeln!(text, "- {why}");
            continue;
        }
        let _ = write!(text, "<details><summary>{}</summary>\n\n", html(&why));
        *text += "| member | ends differently | first | what differs first |\n| --- | --- | --- | --- |\n";
        for member in members {
            let ends = ends(member, outcome.zone).join("; ");
            let at = outcome.zone.short(member.first.at);
            table_row(text, &[code(&member.member), code(&ends), at, code(&what(&member.first).replace('`', "'"))]);
        }
        if more > 0 {
            let _ = write!(text, "\nand {more} more: see `--full`\n");
        }
        *text += "\n</details>\n\n";
    }
    if let Some(alike) = alike(outcome) {
        let _ = write!(text, "{alike}\n\n");
    }
}

fn budgets(text: &mut String, outcome: &Outcome, depth: Depth) {
    let budgets = kept_budgets(outcome, depth);
    for (verdict, overruns) in &budgets {
        let _ = writeln!(text, "- Budget {}", code(verdict));
        overruns.iter().for_each(|overrun| _ = writeln!(text, "  - {}", code(&overrun.replace('`', "'"))));
    }
    if !budgets.is_empty() {
        text.push('\n');
    }
}

fn full(text: &mut String, outcome: &Outcome) {
    let _ = write!(text, "<details><summary>Every decision that differs</summary>\n\n");
    *text += "| at | member | group | what |\n| --- | --- | --- | --- |\n";
    for differing in &outcome.full {
        let id = |id: &Option<String>| id.as_deref().map(code).unwrap_or_default();
        let what = code(&what(differing).replace('`', "'"));
        table_row(text, &[outcome.zone.short(differing.at), id(&differing.member), id(&differing.group), what]);
    }
    *text += "\n</details>\n";
}

fn table_row(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " ")).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// In code quotes, whatever quotes it has itself.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let quotes = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{quotes}{space}{text}{space}{quotes}")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "")
}
