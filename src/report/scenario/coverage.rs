//! What scenarios reached, as a table.

use crate::report::Style;
use crate::report::run::table::{Columns, INDENT, NUMBERS, WORDS};
use crate::scenario::coverage::Reached;
use std::fmt::Write;

/// A row for each item, and what was not reached below.
pub(super) fn human(reached: &Reached, style: Style) -> String {
    let (seen, all) = reached.sum();
    let mut text = format!("What the scenarios reached: {:.1}% ({seen} of {all})\n", reached.percent());
    let heads = [("item", WORDS), ("acted", WORDS), ("conditions", NUMBERS), ("actions", NUMBERS), ("steps", NUMBERS)];
    let mut table = Columns::new(&heads, style);
    let of = |(seen, all): (u64, u64)| if all == 0 { String::new() } else { format!("{seen}/{all}") };
    for item in &reached.items {
        let acted = if item.acted { "yes" } else { "no" }.to_owned();
        table.row([item.title.clone(), acted, of(item.conditions), of(item.actions), of(item.steps)]);
    }
    text.push_str(&table.text());
    let missing: Vec<&String> = reached.items.iter().flat_map(|item| &item.missing).collect();
    if !missing.is_empty() {
        text.push_str("\nNot reached\n");
        for line in missing {
            let _ = writeln!(text, "{INDENT}{line}");
        }
    }
    text
}
