//! Findings as one JSON document, with a version; `schemas/lint.json` describes it.

use super::{Linted, say};
use crate::l10n::Catalogue;
use crate::lint::Finding;
use crate::lint::history::Acted;
use crate::report::pretty;
use crate::syntax::span::Span;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    lang: &'static str,
    playbooks: Vec<Playbook<'a>>,
}

#[derive(Serialize)]
struct Playbook<'a> {
    playbook: &'a str,
    files: usize,
    findings: Vec<Entry<'a>>,
    allowed: Vec<Allowed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Past<'a>>,
}

/// What a log says.
#[derive(Serialize)]
struct Past<'a> {
    events: u64,
    acted: &'a [Acted],
}

#[derive(Serialize)]
struct Allowed<'a> {
    reason: &'a str,
    finding: Entry<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    lint: &'a str,
    group: &'a str,
    level: &'a str,
    headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    places: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Witness<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
}

/// Lines and columns count from 1, columns in characters; the end lies behind the last character.
#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end: End,
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
}

#[derive(Serialize)]
struct End {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Witness<'a> {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Value::is_null")]
    directory: &'a Value,
    events: &'a [Value],
}

#[derive(Serialize)]
struct Fix<'a> {
    safe: bool,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place,
    new: &'a str,
}

/// Findings as JSON.
#[must_use]
pub fn json(linted: &[Linted<'_>], catalogue: &Catalogue) -> String {
    let playbooks = linted.iter().map(|of| Playbook {
        playbook: of.playbook,
        files: of.book.sources.iter().count(),
        findings: of.findings.iter().map(|finding| entry(of, finding, catalogue)).collect(),
        allowed: of
            .allowed
            .iter()
            .map(|(finding, reason)| Allowed { reason, finding: entry(of, finding, catalogue) })
            .collect(),
        history: of.history.map(|history| Past { events: history.events, acted: &history.acted }),
    });
    pretty(&Document { version: 1, lang: catalogue.lang().tag(), playbooks: playbooks.collect() })
}

fn entry<'a>(of: &Linted<'_>, finding: &'a Finding, catalogue: &Catalogue) -> Entry<'a> {
    let said = say(of.book, finding, catalogue);
    let zone = of.book.plan.community.calendar.zone;
    let witness = finding.witness.as_ref().map(|witness| Witness {
        text: catalogue.say(&witness.brief(of.book)),
        from: witness.from.map(|at| zone.format(at)),
        until: witness.until.map(|at| zone.format(at)),
        directory: &witness.directory,
        events: &witness.events,
    });
    let fix = finding.fix.as_ref().map(|fix| Fix {
        safe: fix.safe,
        edits: fix
            .edits
            .iter()
            .map(|edit| Edit { place: place(of, edit.span, String::new()), new: &edit.text })
            .collect(),
    });
    Entry {
        lint: finding.lint,
        group: finding.group.name(),
        level: finding.group.level(),
        headline: said.headline,
        help: said.help,
        places: said.labels.into_iter().map(|(span, text)| place(of, span, text)).collect(),
        witness,
        fix,
    }
}

fn place(of: &Linted<'_>, span: Span, text: String) -> Place {
    let (line, column) = of.book.sources.line_col(span);
    let end = of.book.sources.line_col(Span { start: span.end, ..span });
    Place { file: of.path(span), line, column, end: End { line: end.0, column: end.1 }, text }
}
