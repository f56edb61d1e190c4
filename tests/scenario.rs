//! `qun test`: what passes, what fails and how it is told, mistakes in scenarios, what is reached, forms of output.
//!
//! Each file in `tests/scenario/fails` and `tests/scenario/wrong` tests `tests/scenario/club.sop`; what is said has a snapshot.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
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

const CLUB: &str = include_str!("scenario/club.sop");
const DOCUMENT: &str = include_str!("../docs/testing.md");

/// A playbook `club` in a folder of its own.
struct Club {
    folder: PathBuf,
}

impl Club {
    fn new(playbook: &str, scenarios: &[(&str, &str)]) -> Club {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scenario-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("club/tests")).unwrap();
        fs::write(folder.join("club/club.sop"), playbook).unwrap();
        for (name, text) in scenarios {
            fs::write(folder.join("club/tests").join(name), text).unwrap();
        }
        Club { folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qun"));
        command.env("LC_ALL", "C");
        command.current_dir(&self.folder).arg("test").args(arguments).output().unwrap()
    }

    /// What is said, and the exit code.
    fn told(&self, arguments: &[&str]) -> (String, i32) {
        let output = self.run(arguments);
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (text, output.status.code().unwrap())
    }
}

impl Drop for Club {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What stands before the table of what was reached.
fn without_coverage(text: &str) -> String {
    let (before, rest) = text.split_once("What the scenarios reached").unwrap();
    let last = rest.lines().last().unwrap();
    format!("{before}{last}\n")
}

/// The fenced blocks of a document with this mark.
fn blocks(mark: &str) -> Vec<&'static str> {
    let blocks = DOCUMENT.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| block.strip_prefix(mark)?.strip_prefix('\n')).collect()
}

#[test]
fn failures_are_told_with_expected_and_actual() {
    insta::glob!("scenario/fails/*.yaml", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (text, code) = Club::new(CLUB, &[(name, &fs::read_to_string(path).unwrap())]).told(&["club"]);
        assert_eq!(code, 1, "{text}");
        insta::assert_snapshot!(without_coverage(&text));
    });
}

#[test]
fn mistakes_in_scenarios_are_told_with_their_places() {
    insta::glob!("scenario/wrong/*.yaml", |path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (text, code) = Club::new(CLUB, &[(name, &fs::read_to_string(path).unwrap())]).told(&["club"]);
        assert_eq!(code, 2, "{text}");
        insta::assert_snapshot!(text);
    });
}

#[test]
fn the_example_of_the_document_passes() {
    let club = Club::new(blocks("sop")[0], &[("club.yaml", blocks("yaml")[0])]);
    let (text, code) = club.told(&["club"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn scenarios_fit_their_schema() {
    let schema = qun::log::schema::SCHEMAS.iter().find(|schema| schema.name == "scenario").unwrap();
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema.text).unwrap()).unwrap();
    let mut files = vec![blocks("yaml")[0].to_owned()];
    for playbook in fs::read_dir("playbooks").unwrap() {
        let tests = playbook.unwrap().path().join("tests");
        for file in fs::read_dir(tests).into_iter().flatten() {
            files.push(fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    for text in files {
        let value: Value = serde_yaml::from_str(&text).unwrap();
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{text}\n{errors:?}");
    }
    for wrong in ["[{start: 2026-03-01, expect: []}]", "{scenario: a, start: b}", "{scenario: a, start: b, expct: []}"]
    {
        assert!(!schema.is_valid(&serde_yaml::from_str::<Value>(wrong).unwrap()), "{wrong}");
    }
}

const FLOOD: &str = "\
- scenario: a flood
  start: 2026-03-01 09:00
  watch: flood
  events: ['+0s every 1s x<count> message.posted m1 in g1']
  expect: ['+4s strike m1 in g1 x<strikes>']
  cases: [{ count: 5, strikes: 1 }, { count: 4, strikes: 0 }]
";
const FAILING: &str = "\
scenario: nothing happens
start: 2026-03-01 09:00
events: ['+0s checkin.done m1 in g1']
expect: ['+0s award m1 in g1']
";

#[test]
fn the_exit_code_says_what_happened() {
    let good = Club::new(CLUB, &[("flood.yaml", FLOOD)]);
    assert_eq!(good.told(&["club"]).1, 0);
    assert_eq!(good.told(&["club", "--min-coverage", "90"]).1, 1);
    assert_eq!(good.told(&["club", "--min-coverage", "5"]).1, 0);
    assert_eq!(good.told(&["club", "--min-coverage", "101"]).1, 2);
    assert_eq!(good.told(&["nowhere"]).1, 2);
    let mixed = Club::new(CLUB, &[("a.yaml", FLOOD), ("b.yaml", FAILING)]);
    assert_eq!(mixed.told(&["club"]).1, 1);
    let broken = Club::new("rule x for member { }", &[("a.yaml", FLOOD)]);
    assert_eq!(broken.told(&["club"]).1, 2);
    let empty = Club::new(CLUB, &[]);
    assert_eq!(empty.told(&["club"]).1, 0);
    let (text, code) = empty.told(&["club", "--fail-on-empty"]);
    assert_eq!((text.contains("has no scenarios"), code), (true, 1), "{text}");
}

#[test]
fn a_filter_looks_at_file_name_and_case() {
    let club = Club::new(CLUB, &[("a.yaml", FLOOD), ("b.yaml", FAILING)]);
    let count =
        |filter: &str| club.told(&["club", "--filter", filter]).0.lines().filter(|l| l.starts_with("  ok")).count();
    assert_eq!((count("FLOOD"), count("a.yaml"), count("count: 4"), count("nobody")), (2, 2, 1, 0));
    assert_eq!(club.told(&["club", "--filter", "nobody", "--fail-on-empty"]).1, 1);
}

#[test]
fn programs_read_json_and_junit() {
    let club = Club::new(CLUB, &[("a.yaml", FLOOD), ("b.yaml", FAILING)]);
    let output = club.run(&["club", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = qun::log::schema::SCHEMAS.iter().find(|schema| schema.name == "tested").unwrap();
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema.text).unwrap()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{json:#}\n{errors:?}");
    let of = &json["playbooks"][0];
    assert_eq!((&json["version"], &of["passed"], &of["failed"]), (&1.into(), &2.into(), &1.into()));
    let failure = &of["scenarios"][2]["failures"][0];
    assert_eq!((&failure["code"], &failure["place"]), (&"missing-decision".into(), &"club/tests/b.yaml:4:11".into()));
    let items = of["coverage"]["items"].as_array().unwrap();
    let flood = items.iter().find(|item| item["item"] == "rule flood").unwrap();
    assert_eq!((&flood["acted"], &flood["actions"]), (&true.into(), &serde_json::json!([1, 1])));
    let output = club.run(&["club", "--format", "junit"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("tests=\"3\"") && text.contains("failures=\"1\""), "{text}");
}

#[test]
fn a_folder_of_playbooks_stands_for_all_of_them() {
    let club = Club::new(CLUB, &[("a.yaml", FLOOD)]);
    fs::create_dir_all(club.folder.join("all/one/tests")).unwrap();
    fs::create_dir_all(club.folder.join("all/two")).unwrap();
    fs::write(club.folder.join("all/one/a.sop"), CLUB).unwrap();
    fs::write(club.folder.join("all/two/a.sop"), CLUB).unwrap();
    fs::write(club.folder.join("all/one/tests/a.yaml"), FLOOD).unwrap();
    let (text, code) = club.told(&["all"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("all/one") && text.contains("all/two"), "{text}");
}

#[test]
fn a_directory_may_lie_beside_the_playbook() {
    let scenario = "scenario: an owner may flood\nstart: 2026-03-01\ndirectory: ../people.yaml\n\
        events: ['+0s every 1s x9 message.posted w in g1']\nexpect: []\n";
    let club = Club::new(CLUB, &[("a.yaml", scenario)]);
    fs::write(club.folder.join("club/people.yaml"), "members: { w: { roles: [owner] } }").unwrap();
    let (text, code) = club.told(&["club"]);
    assert_eq!(code, 0, "{text}");
    let outside = Club::new(CLUB, &[("a.yaml", &scenario.replace("../people", "../../people"))]);
    assert_eq!(outside.told(&["club"]).1, 2);
}

#[test]
fn the_same_scenarios_say_the_same_bytes() {
    let club = Club::new(CLUB, &[("a.yaml", FLOOD), ("b.yaml", FAILING)]);
    assert_eq!(club.run(&["club"]).stdout, club.run(&["club"]).stdout);
}

/// Records a member of the reading club's log beside a copy of the playbook.
fn recorded(member: &str, more: &[&str]) -> (Club, String, i32) {
    let club = Club::new("", &[]);
    fs::remove_dir_all(club.folder.join("club")).unwrap();
    copy(Path::new("playbooks/reading-club"), &club.folder.join("club"));
    let _ = fs::remove_dir_all(club.folder.join("club/tests"));
    fs::create_dir(club.folder.join("club/tests")).unwrap();
    fs::copy("tests/data/reading-club.jsonl", club.folder.join("log.jsonl")).unwrap();
    let mut arguments = vec!["club", "--record", "--log", "log.jsonl", "--member", member];
    arguments.extend(["--directory", "club/directory.yaml"]);
    arguments.extend(more);
    let (text, code) = club.told(&arguments);
    fs::write(club.folder.join("club/tests/recorded.yaml"), &text).unwrap();
    (club, text, code)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_recorded_history_is_small_has_other_names_and_passes() {
    for (member, most) in [("ad1", 12), ("m05", 30), ("m04", 40)] {
        let (club, text, code) = recorded(member, &[]);
        assert_eq!(code, 0, "{text}");
        assert!(!text.contains(member), "{text}");
        let events = text.split("events:").nth(1).unwrap().split("expect:").next().unwrap();
        assert!(events.lines().count() <= most, "{member}: {} events\n{text}", events.lines().count());
        let (told, code) = club.told(&["club"]);
        assert_eq!(code, 0, "{text}\n{told}");
    }
}

#[test]
fn a_recorded_history_looks_so() {
    let (_, text, _) = recorded("ad1", &["--group", "welfare-1"]);
    insta::assert_snapshot!(text);
}

#[test]
fn nothing_can_be_recorded_of_somebody_unknown() {
    let (_, text, code) = recorded("nobody", &[]);
    assert_eq!((code, text.contains("nothing is decided about `nobody`")), (1, true), "{text}");
    let club = Club::new(CLUB, &[]);
    assert_eq!(club.told(&["club", "--record"]).1, 2);
    assert_eq!(club.told(&["club", "--member", "m1"]).1, 2);
}
