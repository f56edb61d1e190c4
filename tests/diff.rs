//! `qun diff`: a change in each shipped playbook is found, told with its line, and the same on one thread and on two.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A change in a shipped playbook: a file, a text in it and what it becomes.
struct Seed {
    playbook: &'static str,
    log: &'static str,
    directory: Option<&'static str>,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// The definition that the change must be told of.
    title: (&'static str, &'static str),
}

const HELP: Seed = Seed {
    playbook: "playbooks/help-channel",
    log: "tests/data/irc-ubuntu-slice.jsonl.zst",
    directory: None,
    file: "order.sop",
    from: "  when count(message.posted, last 1m) >= 10\n    and not group.crammed",
    to: "  when count(message.posted, last 1m) >= 5\n    and not group.crammed",
    title: ("rule", "flood"),
};

const READING: Seed = Seed {
    playbook: "playbooks/reading-club",
    log: "tests/data/reading-club.jsonl",
    directory: Some("playbooks/reading-club/directory.yaml"),
    file: "discipline.sop",
    from: "  at 1  do warn \"第一次提醒：{reason}\"",
    to: "  at 1  do mute 1h",
    title: ("ladder", "conduct"),
};

/// A window.
const ARCHIVE: Seed = Seed {
    playbook: "playbooks/topic-archive",
    log: "tests/data/gitter-fcc-slice.jsonl.zst",
    directory: None,
    file: "threads.sop",
    from: "  after 2h  do task",
    to: "  after 3h  do task",
    title: ("flow", "open_question"),
};

/// A text.
const GROCERY: Seed = Seed {
    playbook: "playbooks/grocery-club",
    log: "tests/data/retail-completejourney-slice.jsonl.zst",
    directory: None,
    file: "club.sop",
    from: "four weeks without you. Is there",
    to: "a month without you. Is there",
    title: ("message", "miss_you"),
};

/// A change that shows in the first week of five new groups of different kinds.
const fn new_groups(
    playbook: &'static str,
    file: &'static str,
    [from, to]: [&'static str; 2],
    title: (&'static str, &'static str),
) -> Seed {
    Seed { playbook, log: "tests/data/new-groups.jsonl", directory: None, file, from, to, title }
}

/// A text, a step, a sanction, a time of a calendar, and how long somebody has for a task.
const OTHERS: [Seed; 5] = [
    new_groups(
        "playbooks/welfare-group",
        "admission.sop",
        ["今天开群！晚上八点开群仪式", "今天开群！今晚八点开群仪式"],
        ("message", "ceremony_soon"),
    ),
    new_groups(
        "playbooks/flash-sale",
        "sale.sop",
        ["after 2h   do post tips as engage", "after 3h   do post tips as engage"],
        ("flow", "flash_life"),
    ),
    new_groups(
        "playbooks/paid-community",
        "admission.sop",
        ["  do { dm gate_closed  remove }", "  do { dm gate_closed }"],
        ("rule", "gate_open"),
    ),
    new_groups(
        "playbooks/knowledge-group",
        "content.sop",
        ["  every day at 09:00     when exists", "  every day at 09:30     when exists"],
        ("calendar", "papers"),
    ),
    new_groups(
        "playbooks/community-network",
        "setting_up.sop",
        ["新群 {group.name}\" for manager due 1d", "新群 {group.name}\" for manager due 2d"],
        ("rule", "opened_early"),
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn qun(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qun")).env("LC_ALL", "C").current_dir(root()).args(arguments).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy of a playbook in a folder of its own.
fn copied(playbook: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("diff-{}-{number}", std::process::id()));
    copy(&root().join(playbook), &folder);
    folder
}

fn replace(folder: &Path, file: &str, from: &str, to: &str) -> usize {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {file}"));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
    text[..at].matches('\n').count() + 1
}

impl Seed {
    /// The changed playbook, and the number of the changed line.
    fn sown(&self) -> (PathBuf, usize) {
        let folder = copied(self.playbook);
        let line = replace(&folder, self.file, self.from, self.to);
        (folder, line)
    }

    fn diff(&self, new: &Path, more: &[&str]) -> Output {
        let mut arguments = vec!["diff", self.playbook, new.to_str().unwrap(), "--log", self.log];
        arguments.extend(self.directory.iter().flat_map(|directory| ["--directory", directory]));
        arguments.extend(more);
        qun(&arguments)
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The change is the only one, stands where it was sown, and everything that differs stems from it.
fn assert_found(seed: &Seed) {
    let (new, line) = seed.sown();
    let output = seed.diff(&new, &["--format", "json", "--full", "--exit-code"]);
    assert_eq!(output.status.code(), Some(10), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes = found["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!((changes[0]["sort"].as_str(), changes[0]["name"].as_str()), (Some(seed.title.0), Some(seed.title.1)));
    assert_eq!(
        (changes[0]["new"]["file"].as_str(), changes[0]["new"]["line"].as_u64()),
        (Some(seed.file), Some(line as u64))
    );
    let differing = found["differing"].as_array().unwrap();
    assert!(!differing.is_empty());
    assert_eq!(differing.len() as u64, found["decisions"]["differing"].as_u64().unwrap());
    assert!(differing.iter().all(|decision| decision["change"] == 0), "{differing:?}");
    for threads in ["1", "2"] {
        let again = seed.diff(&new, &["--format", "json", "--full", "--threads", threads]);
        assert_eq!(again.status.code(), Some(0));
        assert_eq!(again.stdout, output.stdout, "on {threads}");
    }
    fs::remove_dir_all(new).unwrap();
}

#[test]
fn a_threshold_is_found() {
    assert_found(&HELP);
}

#[test]
fn a_step_of_a_ladder_is_found() {
    assert_found(&READING);
}

#[test]
fn a_change_in_each_of_the_other_playbooks_is_found() {
    OTHERS.iter().for_each(assert_found);
}

/// `git` in a folder, as somebody whose settings do not matter.
fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=q", "-c", "user.email=q@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(who).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_revision_of_git_is_the_old_version_and_tasks_are_told_by_role() {
    let folder = copied("playbooks/community-network");
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "first"]);
    replace(&folder, "setting_up.sop", "新群 {group.name}\" for manager", "新群 {group.name}\" for owner");
    let log = "tests/data/new-groups.jsonl";
    let output = qun(&["diff", folder.to_str().unwrap(), "--against", "HEAD", "--log", log, "--exit-code"]);
    assert_eq!(output.status.code(), Some(10), "{}", said(&output));
    let text = said(&output);
    assert!(text.contains(" at HEAD to "), "{text}");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    for row in [["manager", "2026-03-02", "4", "0"], ["owner", "2026-03-02", "0", "4"]] {
        assert!(rows.iter().any(|cells| cells[..] == row), "{row:?}\n{text}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_window_is_found() {
    assert_found(&ARCHIVE);
}

#[test]
fn a_text_is_found() {
    assert_found(&GROCERY);
}

#[test]
fn versions_that_mean_the_same_are_not_run() {
    let folder = copied(HELP.playbook);
    replace(&folder, "order.sop", "# order.sop", "#\n# order.sop");
    let output = HELP.diff(&folder, &["--exit-code"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(said(&output), "the two playbooks are the same; nothing to compare\n");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn wrong_input_is_told() {
    let folder = copied(HELP.playbook);
    replace(&folder, "order.sop", "message.posted", "message.psted");
    let output = HELP.diff(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(" has errors:"), "{}", said(&output));
    fs::remove_dir_all(&folder).unwrap();
    let (new, _) = HELP.sown();
    let output = HELP.diff(&new, &["--from", "2030-01-01"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("no events in this time"), "{}", said(&output));
    let input = qun(&["diff", HELP.playbook, new.to_str().unwrap(), "--log", "-"]);
    assert_eq!(input.status.code(), Some(2));
    let nowhere = qun(&["diff", HELP.playbook, "--against", "no-such-revision", "--log", HELP.log]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", said(&nowhere));
    fs::remove_dir_all(new).unwrap();
}

#[test]
fn the_forms_read_well() {
    let (new, _) = READING.sown();
    for form in ["human", "json", "markdown"] {
        for depth in ["--summary", "--full", ""] {
            let more: Vec<&str> = ["--format", form, depth].into_iter().filter(|word| !word.is_empty()).collect();
            let output = READING.diff(&new, &more);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            let text = String::from_utf8(output.stdout).unwrap().replace(new.to_str().unwrap(), "NEW");
            let depth = depth.trim_start_matches('-');
            insta::assert_snapshot!(format!("{form}_{}", if depth.is_empty() { "usual" } else { depth }), text);
        }
    }
    fs::remove_dir_all(new).unwrap();
}

#[test]
fn documents_fit_the_schema() {
    let schema: Value = serde_json::from_slice(&qun(&["schema", "diff"]).stdout).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let (new, _) = READING.sown();
    for (folder, depth) in
        [(new.as_path(), "--summary"), (new.as_path(), "--full"), (Path::new(READING.playbook), "--full")]
    {
        let output = READING.diff(folder, &["--format", "json", depth]);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    fs::remove_dir_all(new).unwrap();
}
