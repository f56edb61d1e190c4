//! SARIF 2.1.0: one run, a rule for each lint, a result for each finding; what is let stand is a suppressed result.

use super::{Linted, say};
use crate::l10n::Catalogue;
use crate::lint::page::page;
use crate::lint::rules::LINTS;
use crate::lint::{Finding, Fix};
use crate::report::pretty;
use crate::syntax::span::Span;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Findings as SARIF.
#[must_use]
pub fn sarif(linted: &[Linted<'_>], catalogue: &Catalogue) -> String {
    let mut results: Vec<Value> = Vec::new();
    for of in linted {
        results.extend(of.findings.iter().map(|finding| result(of, finding, None, catalogue)));
        results.extend(of.allowed.iter().map(|(finding, reason)| result(of, finding, Some(reason), catalogue)));
    }
    let rules: Vec<Value> = LINTS
        .iter()
        .map(|lint| {
            json!({
                "id": lint.name,
                "help": { "text": page(lint), "markdown": page(lint) },
                "defaultConfiguration": { "level": lint.group.level() },
                "properties": { "tags": [lint.group.name()] },
            })
        })
        .collect();
    let driver = json!({
        "name": "qun",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "language": catalogue.lang().tag(),
        "rules": rules,
    });
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    }))
}

fn result(of: &Linted<'_>, finding: &Finding, reason: Option<&str>, catalogue: &Catalogue) -> Value {
    let said = say(of.book, finding, catalogue);
    let help = said.help.map(|help| format!("\n{help}")).unwrap_or_default();
    let index = LINTS.iter().position(|lint| lint.name == finding.lint);
    let mut places = said.labels.into_iter().map(|(span, text)| location(of, span, &text));
    let mut result = json!({
        "ruleId": finding.lint,
        "ruleIndex": index,
        "level": finding.group.level(),
        "message": { "text": format!("{}{help}", said.headline) },
        "locations": places.next().into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "written/v1": written(of, finding) },
    });
    let Some(object) = result.as_object_mut() else { return result };
    let related: Vec<Value> = places.collect();
    if !related.is_empty() {
        object.insert("relatedLocations".to_owned(), related.into());
    }
    if let Some(fix) = &finding.fix {
        object.insert("fixes".to_owned(), json!([change(of, fix)]));
    }
    if let Some(reason) = reason {
        object.insert("suppressions".to_owned(), json!([{ "kind": "inSource", "justification": reason }]));
    }
    result
}

/// What is written at a finding's place, by which it is known again when it has moved.
fn written(of: &Linted<'_>, finding: &Finding) -> String {
    format!("{}:{}", of.book.sources.path(finding.span().file), of.book.written(finding.span()))
}

fn location(of: &Linted<'_>, span: Span, text: &str) -> Value {
    let mut location = json!({
        "physicalLocation": { "artifactLocation": { "uri": uri(&of.path(span)) }, "region": region(of, span) },
    });
    if !text.is_empty()
        && let Some(object) = location.as_object_mut()
    {
        object.insert("message".to_owned(), json!({ "text": text }));
    }
    location
}

fn region(of: &Linted<'_>, span: Span) -> Value {
    let (line, column) = of.book.sources.line_col(span);
    let (end_line, end_column) = of.book.sources.line_col(Span { start: span.end, ..span });
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

fn change(of: &Linted<'_>, fix: &Fix) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(of.path(edit.span)).or_default().push(json!({
            "deletedRegion": region(of, edit.span),
            "insertedContent": { "text": edit.text },
        }));
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(path, replacements)| json!({ "artifactLocation": { "uri": uri(&path) }, "replacements": replacements }))
        .collect();
    json!({ "artifactChanges": changes })
}

/// A path as a relative reference: what has a meaning there is written in percent.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
