//! Playbooks are checked and lowered; what is wrong with them is told in the user's words.

use qun::diagnostic::{Diagnostic, Severity};
use qun::syntax::source::Sources;
use std::fmt::Write;
use std::path::Path;

/// Diagnostics as plain text.
fn rendered(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(text, "{severity}[{}]: {}", diagnostic.code, diagnostic.headline).unwrap();
        for (span, label) in &diagnostic.labels {
            let (line, column) = sources.line_col(*span);
            let file = sources.path(span.file);
            writeln!(text, "  {file}:{line}:{column} `{}` {label}", sources.slice(*span)).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(text, "  help: {help}").unwrap();
        }
    }
    text
}

/// A playbook on disk: its plan, if it has no error, and what is told about it.
fn compiled(path: &Path) -> (Option<qun::plan::Plan>, String) {
    let compiled = qun::compile(&qun::load::load(path).unwrap());
    let told = rendered(&compiled.diagnostics, &compiled.sources);
    (compiled.plan, told)
}

#[test]
fn the_glance_has_no_error() {
    let (plan, told) = compiled(Path::new("tests/check/ok/glance"));
    assert_eq!(told, "");
    assert!(plan.is_some());
}

#[test]
fn correct_playbooks_have_no_error() {
    insta::glob!("check/ok/*", |path| {
        let (plan, told) = compiled(path);
        assert!(plan.is_some(), "{told}");
        assert_eq!(told, "");
    });
}

#[test]
fn the_plan_of_the_glance_reads_well() {
    let (plan, _) = compiled(Path::new("tests/check/ok/glance"));
    insta::assert_snapshot!(plan.unwrap().to_string());
}
