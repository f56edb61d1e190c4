//! Where the time of a run went, as text.

use super::super::{Style, grouped, percent};
use super::table::{Columns, INDENT, NUMBERS, WORDS};
use crate::simulate::profile::{Cost, Costs};
use std::fmt::Write;
use std::time::Duration;

/// For people.
#[must_use]
pub fn profile(costs: &Costs, style: Style) -> String {
    let mut text = String::from("Where the time went\n");
    let (engine, whole) = (seconds(costs.engine), seconds(costs.whole));
    let _ = writeln!(text, "{INDENT}{engine} of {whole} in the engine; the rest is reading, writing and measuring\n");
    let heads = [
        ("what", WORDS),
        ("time", NUMBERS),
        ("share", NUMBERS),
        ("turns", NUMBERS),
        ("each", NUMBERS),
        ("remembers", NUMBERS),
        ("memory", NUMBERS),
        ("read by", WORDS),
    ];
    let mut table = Columns::new(&heads, style);
    costs.lines.iter().for_each(|cost| table.row(row(cost, costs.engine)));
    text + &table.text()
}

fn row(cost: &Cost, engine: Duration) -> [String; 8] {
    let (spent, whole) = (nanoseconds(cost.spent.time), nanoseconds(engine));
    let each = spent.checked_div(cost.spent.turns).map_or_else(String::new, |each| format!("{} ns", grouped(each)));
    [
        cost.what.clone(),
        seconds(cost.spent.time),
        percent(spent, whole),
        grouped(cost.spent.turns),
        each,
        grouped(cost.kept.entries),
        bytes(cost.kept.bytes),
        cost.readers.join(", "),
    ]
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{} B", grouped(bytes)),
        10_000..10_000_000 => format!("{} kB", grouped(bytes / 1_000)),
        _ => format!("{} MB", grouped(bytes / 1_000_000)),
    }
}
