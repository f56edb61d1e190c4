//! Playbooks are checked and lowered; what is wrong with them is told in the user's words.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use qun::diagnostic::{Diagnostic, Severity};
use qun::l10n::Lang;
use qun::syntax::source::Sources;
use qun::syntax::span::Span;
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

/// What is told beside its words: code, severity, places, and whether there is a way out.
fn facts(told: &[Diagnostic]) -> Vec<(&'static str, Severity, Vec<Span>, bool)> {
    let places = |told: &Diagnostic| told.labels.iter().map(|label| label.0).collect();
    told.iter().map(|told| (told.code, told.severity, places(told), told.help.is_some())).collect()
}

#[test]
fn mistakes_are_told_in_both_tongues() {
    // A message or a part of it that a catalogue lacks is said by its name.
    let by_name =
        regex::Regex::new(r"\b(check|syntax|noun|type|of|place|convert|cron|missing|expected)-[a-z]+").unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("check/err/*.sop", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            let loaded = qun::load::load(path).unwrap();
            let [en, zh] = Lang::ALL.map(|lang| qun::compile_in(&loaded, lang));
            assert_eq!(facts(&en.diagnostics), facts(&zh.diagnostics), "{}", path.display());
            for (compiled, folder) in [(en, "check/err/snapshots"), (zh, "check/err/snapshots/zh")] {
                for told in &compiled.diagnostics {
                    let said = format!("{} {:?} {:?}", told.headline, told.labels, told.help);
                    assert!(!by_name.is_match(&said), "{said}");
                }
                let told = rendered(&compiled.diagnostics, &compiled.sources);
                insta::with_settings!({ snapshot_path => folder }, {
                    insta::assert_snapshot!("mistakes_are_told", format!("{text}----\n{told}"));
                });
            }
        });
    });
}

#[test]
fn a_chinese_playbook_is_told_in_its_own_words() {
    let mut sources = Sources::new();
    sources.add("club.sop", std::fs::read_to_string("tests/check/club_zh.txt").unwrap());
    let compiled = qun::compile_sources_in(sources, &qun::check::content::NoContents, Lang::Zh);
    insta::assert_snapshot!(rendered(&compiled.diagnostics, &compiled.sources));
}

#[test]
fn the_plan_of_practices_reads_well() {
    let (plan, _) = compiled(Path::new("tests/check/ok/practices.sop"));
    insta::assert_snapshot!(plan.unwrap().to_string());
}

/// A text compiled by itself, as one file.
fn compiled_text(text: &str) -> (Option<qun::plan::Plan>, String) {
    let mut sources = Sources::new();
    sources.add("test.sop", text);
    let compiled = qun::compile_sources(sources, &qun::check::content::NoContents);
    (compiled.plan, rendered(&compiled.diagnostics, &compiled.sources))
}

#[test]
fn no_missing_line_or_word_makes_the_checker_panic() {
    let text = std::fs::read_to_string("tests/check/ok/practices.sop").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for left_out in (0..lines.len()).step_by(9) {
        let kept: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, line)| *line).collect();
        compiled_text(&kept.join("\n"));
    }
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    for left_out in (0..words.len()).step_by(67) {
        let kept: Vec<&str> = words.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, word)| *word).collect();
        compiled_text(&kept.concat());
    }
}

#[test]
fn an_item_that_cannot_be_read_is_told_alone() {
    let text = "community { timezone \"Asia/Shanghai\"  currency CNY }\n\
        role admin, owner crew\n\
        rule r for member in group { on message.posted  when member is owner  do task \"x\" for admin due 1d }\n";
    let (plan, told) = compiled_text(text);
    assert!(plan.is_none());
    assert_eq!(told.matches("error[").count(), 1, "{told}");
}

#[test]
fn the_same_playbook_makes_the_same_plan() {
    let path = Path::new("tests/check/ok/practices.sop");
    let plans: Vec<String> = (0..3).map(|_| serde_json::to_string(&compiled(path).0.unwrap()).unwrap()).collect();
    assert!(plans.iter().all(|plan| plan == &plans[0]));
}

#[test]
fn a_plan_survives_being_written_and_read() {
    let plan = compiled(Path::new("tests/check/ok/glance")).0.unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    let read: qun::plan::Plan = serde_json::from_str(&json).unwrap();
    assert_eq!(read.to_string(), plan.to_string());
}

#[test]
fn both_tongues_make_the_same_plan() {
    let rest = std::fs::read_to_string("tests/check/ok/glance/club.sop").unwrap();
    let start = rest.find("# ---- the messages that the glance leaves out").unwrap();
    let plans: Vec<String> = ["glance.sop", "glance_zh.sop"]
        .iter()
        .map(|name| {
            let glance = std::fs::read_to_string(format!("tests/syntax/{name}")).unwrap();
            let text = format!(
                "{glance}\n{}",
                rest.get(start..).unwrap_or_default().replace("from \"content/topics.yaml\"", "\"话题\"")
            );
            let text = text.replace("from \"content/morning.yaml\"", "\"早报\"");
            let text = text.replace("取自 “content/morning.yaml”", "\"早报\"");
            let (plan, told) = compiled_text(&text);
            without_places(&plan.unwrap_or_else(|| panic!("{told}")).to_string())
        })
        .collect();
    assert_eq!(plans[0], plans[1]);
}

/// A printed plan without its lines and columns.
fn without_places(plan: &str) -> String {
    regex::Regex::new(r"test\.sop:\d+:\d+").unwrap().replace_all(plan, "_").into_owned()
}

#[test]
fn a_playbook_that_cannot_be_read_says_why() {
    let why = |path: &str| qun::load::load(Path::new(path)).unwrap_err().to_string();
    assert!(why("tests/none").starts_with("`tests/none` cannot be opened"));
    assert_eq!(why("tests/check/ok/glance/content"), "there is no `*.sop` file in `tests/check/ok/glance/content`");
}

#[test]
fn files_of_a_folder_come_in_order_of_their_paths() {
    let loaded = qun::load::load(Path::new("tests/check/ok")).unwrap();
    let paths: Vec<&str> = loaded.sources.iter().map(|(_, file)| file.path()).collect();
    assert_eq!(paths, ["budgets.sop", "glance/club.sop", "known_values.sop", "no_currency.sop", "practices.sop"]);
}
