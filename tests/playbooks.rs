//! The shipped playbooks: each checks without a word, and a dry run over its slice of a log ends well.

#![expect(clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

/// A playbook, the log it is run over, a directory, and the least number of decisions worth reading.
struct Case {
    playbook: &'static str,
    log: &'static str,
    directory: Option<&'static str>,
    least: usize,
}

const CASES: [Case; 9] = [
    Case {
        playbook: "playbooks/reading-club",
        log: "tests/data/reading-club.jsonl",
        directory: Some("playbooks/reading-club/directory.yaml"),
        least: 100,
    },
    Case {
        playbook: "playbooks/help-channel",
        log: "tests/data/irc-ubuntu-slice.jsonl.zst",
        directory: None,
        least: 200,
    },
    Case {
        playbook: "playbooks/topic-archive",
        log: "tests/data/gitter-fcc-slice.jsonl.zst",
        directory: None,
        least: 400,
    },
    Case {
        playbook: "playbooks/grocery-club",
        log: "tests/data/retail-completejourney-slice.jsonl.zst",
        directory: None,
        least: 2_000,
    },
    Case {
        playbook: "playbooks/welfare-group",
        log: "tests/data/irc-ubuntu-slice.jsonl.zst",
        directory: None,
        least: 2_000,
    },
    Case {
        playbook: "playbooks/knowledge-group",
        log: "tests/data/slack-houston.jsonl.gz",
        directory: None,
        least: 500,
    },
    Case {
        playbook: "playbooks/community-network",
        log: "tests/data/gitter-fcc-slice.jsonl.zst",
        directory: None,
        least: 500,
    },
    Case {
        playbook: "playbooks/paid-community",
        log: "tests/data/retail-completejourney-slice.jsonl.zst",
        directory: None,
        least: 1_000,
    },
    Case {
        playbook: "playbooks/flash-sale",
        log: "tests/data/retail-completejourney-slice.jsonl.zst",
        directory: None,
        least: 30,
    },
];

fn qun(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO_BIN_EXE_qun"))
        .env("LC_ALL", "C")
        .current_dir(root)
        .args(arguments)
        .output()
        .expect("qun runs")
}

/// The decisions of a dry run, one JSON line each.
fn decisions(case: &Case) -> String {
    let mut arguments = vec!["simulate", case.playbook, "--log", case.log, "--format", "jsonl"];
    arguments.extend(case.directory.iter().flat_map(|directory| ["--directory", directory]));
    let output = qun(&arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{}: {errors}", case.playbook);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// How often each item came to each status.
fn counts(lines: &str) -> String {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in lines.lines() {
        let decision: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| decision.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        *counts.entry((field("item"), field("status"))).or_default() += 1;
    }
    let mut table = String::new();
    for ((item, status), count) in counts {
        writeln!(table, "{item:20} {status:10} {count:6}").expect("a string takes it");
    }
    table
}

#[test]
fn every_playbook_checks_without_a_word() {
    for folder in std::fs::read_dir("playbooks").expect("there are playbooks") {
        let path = folder.expect("a folder").path();
        let output = qun(&["check", path.to_str().expect("UTF-8")]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.starts_with("no errors in"), "{said}");
    }
}

#[test]
fn every_playbook_has_no_finding_that_is_certain() {
    for case in &CASES {
        let output = qun(&["lint", case.playbook]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
}

#[test]
fn the_scenarios_of_every_playbook_pass_and_reach_nearly_all() {
    let output = qun(&["test", "playbooks/", "--min-coverage", "90", "--fail-on-empty"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

/// The rows of the table in docs/practices.md: number, what does it, what tests it.
fn practices() -> Vec<(String, String, String)> {
    let document = std::fs::read_to_string("docs/practices.md").expect("there is the document");
    let rows = document.lines().filter(|line| line.starts_with("| S"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let cell = |i: usize| cells.get(i).copied().unwrap_or_default().trim_matches('|').trim().to_owned();
        (cell(0), cell(2), cell(3))
    })
    .collect()
}

/// All `*.sop` files of a playbook as one text.
fn written(playbook: &str) -> String {
    let files = std::fs::read_dir(playbook).expect("there is the playbook").map(|file| file.expect("a file").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "sop")).collect();
    files.sort();
    files.into_iter().map(|path| std::fs::read_to_string(path).expect("UTF-8")).collect()
}

#[test]
fn every_practice_is_an_item_with_a_comment_and_a_scenario() {
    let rows = practices();
    let numbers: Vec<String> = (1..=50).map(|number| format!("S{number:02}")).collect();
    assert_eq!(rows.iter().map(|(number, _, _)| number).collect::<Vec<_>>(), numbers.iter().collect::<Vec<_>>());
    for (number, items, tests) in rows {
        for of in items.split(';') {
            let mut names = of.split('`').skip(1).step_by(2);
            let playbook = format!("playbooks/{}", names.next().expect("a playbook"));
            let text = written(&playbook);
            let comment = text.lines().any(|line| line.starts_with('#') && line.contains(&number));
            assert!(comment, "{number}: no comment in {playbook}");
            for name in names {
                let second =
                    |line: &str| line.split_whitespace().nth(1).map(|word| word.split('(').next() == Some(name));
                let declared = text.lines().any(|line| second(line).unwrap_or_default());
                assert!(declared, "{number}: {playbook} has no `{name}`");
            }
        }
        for file in tests.split('`').skip(1).step_by(2) {
            let text = std::fs::read_to_string(format!("playbooks/{file}")).expect("there is the file");
            let named = text.lines().any(|line| line.starts_with("- scenario:") && line.contains(&number));
            assert!(named, "{number}: no scenario of it in {file}");
        }
        assert!(!tests.is_empty(), "{number} has no scenario");
    }
}

#[test]
fn every_playbook_has_a_case_here() {
    let folders = std::fs::read_dir("playbooks").expect("there are playbooks");
    assert_eq!(folders.count(), CASES.len());
}

#[test]
fn every_playbook_decides_over_its_log() {
    for case in &CASES {
        let lines = decisions(case);
        let made = lines.lines().count();
        assert!(made >= case.least, "{}: {made} decisions", case.playbook);
        let name = case.playbook.trim_start_matches("playbooks/");
        insta::assert_snapshot!(format!("counts_{name}"), counts(&lines));
    }
}
