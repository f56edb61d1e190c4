//! `docs/connectors.md` says what the connectors do.

use qun::connector::{Kind, Of};
use qun::run::read_config;
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../docs/connectors.md");

#[test]
fn its_table_is_that_of_the_facts() {
    let table = DOCUMENT.split("<!-- kinds -->").nth(1).unwrap().split("<!-- end -->").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let expected = Kind::ALL.map(|kind| {
        let facts = kind.facts();
        let who = match kind {
            Kind::Webhook => "whoever receives it",
            Kind::Console => "you",
            _ => facts.title,
        };
        let can = facts.can.map_or("every action, declared ones too".to_owned(), |can| can.join(", "));
        let text = facts.text.map(|length| format!("{} {}", length.most, length.unit.name())).unwrap_or_default();
        let rates = facts.rates.iter().map(|rate| {
            let of = match rate.of {
                Of::All => "all",
                Of::Destination => "destination",
                Of::Group => "group",
            };
            format!("{of}: {} in {} s, {} at once", rate.most, rate.seconds, rate.burst)
        });
        let cells = [format!("`{}`", kind.word()), who.to_owned(), can, text, rates.collect::<Vec<_>>().join("; ")];
        format!("| {} |", cells.join(" | ")).replace("|  |", "| |").replace("|  |", "| |")
    });
    assert_eq!(rows, expected);
}

#[test]
fn every_kind_has_an_example_that_reads() {
    let blocks = DOCUMENT.split("\n```").skip(1).step_by(2);
    let mut shown = BTreeSet::new();
    for block in blocks.filter_map(|block| block.strip_prefix("yaml qun\n")) {
        let config = read_config(block).unwrap_or_else(|errors| panic!("{errors:?}\n{block}"));
        shown.extend(config.connectors.iter().map(|line| line.kind));
    }
    assert_eq!(shown, BTreeSet::from(Kind::ALL));
}
