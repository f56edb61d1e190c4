use crate::qun::{Qun, qun};
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};

/// The six rules of the bench, which fire on everything that a log should have.
const PEERS: &str = include_str!("../../benches/peers.sop");

fn simulated(log: &str, arguments: &str) -> Qun {
    qun(&format!("simulate peers.sop --log - {arguments}")).file("peers.sop", PEERS).input(log)
}

#[test]
fn a_log_makes_every_rule_fire_and_has_nothing_unknown() {
    let log = qun("generate --events 30000 --members 800 --groups 20").ends_with(0);
    assert_eq!((log.out.lines().count(), log.err.as_str()), (30_000, ""));
    let ran = simulated(&log.out, "--format json --after-removal keep --unknown error").ends_with(0);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let items: Vec<&Value> = report["items"].as_array().unwrap().iter().collect();
    assert!(items.len() >= 7, "{report}");
    for item in items {
        assert!(item["fired"].as_u64().unwrap() > 0, "{item}");
    }
}

#[test]
fn packed_or_not_the_log_is_the_same() {
    let plain = qun("generate --events 3000 --out log.jsonl").ends_with(0);
    assert_eq!(plain.out, "");
    let plain = plain.read("log.jsonl");
    assert_eq!(qun("generate --events 3000").ends_with(0).out, plain);
    let zstd = qun("generate --events 3000 --out log.jsonl.zst").ends_with(0);
    let bytes = std::fs::read(zstd.folder.join("log.jsonl.zst")).unwrap();
    assert_eq!(zstd::decode_all(bytes.as_slice()).unwrap(), plain.as_bytes());
    let gzip = qun("generate --events 3000 --out log.jsonl.gz").ends_with(0);
    let bytes = std::fs::read(gzip.folder.join("log.jsonl.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, plain);
}

#[test]
fn a_new_playbook_runs_over_a_log_and_its_directory() {
    let made = qun("generate --events 5000 --groups 5 --kinds reading,chat --out log.jsonl --directory people.yaml");
    let made = made.ends_with(0);
    let (log, directory) = (made.read("log.jsonl"), made.read("people.yaml"));
    let playbook = include_str!("../../src/cli/new/playbook.sop");
    let ran = qun("simulate club.sop --log log.jsonl --directory people.yaml --format json --unknown error");
    let ran = ran.file("club.sop", playbook).file("log.jsonl", log).file("people.yaml", directory).ends_with(0);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let fired = report["items"].as_array().unwrap().iter().filter(|item| item["fired"].as_u64() > Some(0)).count();
    assert_eq!(fired, 6, "{report}");
}

#[test]
fn what_cannot_be_had_is_wrong_usage() {
    let all = [
        ("--events 0", "`--events 0`: a log needs some events"),
        ("--events 10 --days 0", "`--days 0`: a log needs some days"),
        ("--events 10 --days 4000", "`--days 4000` is more than can be made"),
        ("--events 10 --members 5 --groups 6", "more groups (6) than members (5)"),
        ("--events 10 --start 2025-02-30", "`--start 2025-02-30` is not a date"),
        ("--events 10 --start 1812-02-20", "too far away"),
        ("--events 10 --timezone Asia/Shangai", "did you mean `Asia/Shanghai`?"),
        ("--events 10 --kinds a-b", "`a-b` cannot be a kind of group"),
        ("--events many", "invalid value 'many'"),
        ("--members 10", "--events"),
        ("--events 10 --out no/such/folder", "cannot be opened"),
    ];
    for (arguments, told) in all {
        let ran = qun(&format!("generate {arguments}")).ends_with(2);
        assert!(ran.err.contains(told), "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qun"))
        .env("LC_ALL", "C")
        .args(["generate", "--events", "100000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
