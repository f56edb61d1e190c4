//! Scenarios as one JSON document, with a version.

use super::Played;
use crate::report::pretty;
use crate::scenario::coverage::ItemReached;
use crate::scenario::{Failure, Field, Outcome};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    playbooks: Vec<Playbook<'a>>,
}

#[derive(Serialize)]
struct Playbook<'a> {
    playbook: &'a str,
    passed: usize,
    failed: usize,
    scenarios: Vec<Tested<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Covered<'a>>,
}

#[derive(Serialize)]
struct Tested<'a> {
    scenario: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    place: String,
    passed: bool,
    failures: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    code: &'a str,
    headline: &'a str,
    place: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Side<'a>>,
    why: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
    agrees: bool,
}

#[derive(Serialize)]
struct Covered<'a> {
    percent: f64,
    reached: u64,
    of: u64,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    item: &'a str,
    source: &'a str,
    acted: bool,
    conditions: [u64; 2],
    actions: [u64; 2],
    steps: [u64; 2],
    missing: &'a [String],
}

/// For programs.
#[must_use]
pub fn json(played: &[Played<'_>]) -> String {
    pretty(&Document { version: 1, playbooks: played.iter().map(playbook).collect() })
}

fn playbook<'a>(of: &'a Played<'a>) -> Playbook<'a> {
    let failed = of.failed();
    let coverage = of.reached.map(|reached| {
        let (seen, all) = reached.sum();
        let percent = (reached.percent() * 10.0).round() / 10.0;
        Covered { percent, reached: seen, of: all, items: reached.items.iter().map(item).collect() }
    });
    Playbook {
        playbook: of.playbook,
        passed: of.outcomes.len() - failed,
        failed,
        scenarios: of.outcomes.iter().map(|outcome| tested(of, outcome)).collect(),
        coverage,
    }
}

fn tested<'a>(of: &Played<'_>, outcome: &'a Outcome) -> Tested<'a> {
    Tested {
        scenario: &outcome.name,
        case: outcome.row.as_deref(),
        place: of.place(outcome.span),
        passed: outcome.failures.is_empty(),
        failures: outcome.failures.iter().map(|failure| failed(of, failure)).collect(),
    }
}

fn failed<'a>(of: &Played<'_>, failure: &'a Failure) -> Failed<'a> {
    Failed {
        code: failure.code,
        headline: &failure.headline,
        place: of.place(failure.span),
        fields: failure.fields.iter().map(side).collect(),
        why: &failure.why,
        line: failure.line.as_deref(),
    }
}

fn side(field: &Field) -> Side<'_> {
    let Field { name, expected, actual, agrees } = field;
    Side { name, expected: expected.as_deref(), actual: actual.as_deref(), agrees: *agrees }
}

fn item(item: &ItemReached) -> Item<'_> {
    let pair = |(seen, all): (u64, u64)| [seen, all];
    Item {
        item: &item.title,
        source: &item.source,
        acted: item.acted,
        conditions: pair(item.conditions),
        actions: pair(item.actions),
        steps: pair(item.steps),
        missing: &item.missing,
    }
}
