//! What is delivered, in the transactions of the writer.

use super::{at, file, line, version};
use qun::run::{Executor, Opening, Outcome, Policy, Row, Store, read_config};
use qun::time::Duration;
use std::path::{Path, PathBuf};

const MUTES: &str = r#"
community { timezone "Asia/Shanghai" }
rule loud for member in group { on message.posted do mute 1h }
rule calm for member in group { on member.renamed do unmute }
"#;

const CONFIG: &str = "store: qun.db\nallow: [mute]\nconnectors:\n  home:\n    kind: matrix\n    \
    server: https://matrix.example.org\n    token: env:TOKEN\n";

fn muting(name: &str) -> (Executor, PathBuf) {
    let path = file(name);
    let config = read_config(CONFIG).unwrap();
    let policy = Policy { allow: config.allow, attempts: 3, expire: Duration::from_days(1), routes: config.routes };
    let opening = Opening { now: at(0), adopt: false, policy: Some(policy), snapshot: 1 << 40 };
    (Executor::open(&version(MUTES), "", Store::open(&path).unwrap(), opening).unwrap(), path)
}

fn rows(path: &Path) -> Vec<Row> {
    Store::read(path).unwrap().outbox(&[]).unwrap()
}

/// Action and state of every delivery.
fn states(path: &Path) -> Vec<String> {
    rows(path).iter().map(|row| format!("{} {}", row.action, row.state)).collect()
}

fn settle(executor: &mut Executor, path: &Path, position: usize, outcome: Outcome, ms: i64) {
    let row = &rows(path)[position];
    assert!(executor.sending(row.number, &row.way, &[]).unwrap());
    executor.settle(row.number, &outcome, at(ms)).unwrap();
}

#[test]
fn the_end_of_a_mute_stays_until_another_is_done() {
    let (mut executor, path) = muting("ends");
    executor.take(&[line("a", 0, "message.posted", "m1")], at(0)).unwrap();
    settle(&mut executor, &path, 0, Outcome::Done, 1);
    executor.take(&[line("b", 1_000, "message.posted", "m1")], at(1_000)).unwrap();
    assert_eq!(states(&path), ["mute done", "unmute pending", "mute pending", "unmute pending"]);
    // The second is never carried out: the first must still be ended.
    settle(&mut executor, &path, 2, Outcome::Dead("no".to_owned()), 1_001);
    assert_eq!(states(&path), ["mute done", "unmute pending", "mute dead", "unmute pending"]);
    // The third is: only its own end is wanted.
    executor.take(&[line("c", 2_000, "message.posted", "m1")], at(2_000)).unwrap();
    settle(&mut executor, &path, 4, Outcome::Done, 2_001);
    assert_eq!(
        states(&path),
        ["mute done", "unmute dropped", "mute dead", "unmute dropped", "mute done", "unmute pending"]
    );
    // Somebody else's end is not touched, and an earlier end by hand drops the rest.
    executor.take(&[line("d", 3_000, "message.posted", "m2")], at(3_000)).unwrap();
    executor.take(&[line("e", 4_000, "member.renamed", "m1").replace('}', ",\"name\":\"x\"}")], at(4_000)).unwrap();
    settle(&mut executor, &path, 6, Outcome::Done, 4_001);
    settle(&mut executor, &path, 8, Outcome::Done, 4_002);
    assert_eq!(states(&path)[4..], ["mute done", "unmute dropped", "mute done", "unmute pending", "unmute done"]);
}

#[test]
fn the_end_of_a_mute_is_not_what_has_waited_longest() {
    let (mut executor, path) = muting("oldest");
    executor.take(&[line("a", 0, "message.posted", "m1")], at(0)).unwrap();
    let oldest = |ms: i64| Store::read(&path).unwrap().outbox_figures(at(ms)).unwrap().oldest;
    assert_eq!(oldest(10), Some(at(0)));
    settle(&mut executor, &path, 0, Outcome::Done, 10);
    assert_eq!(oldest(20), None);
    assert_eq!(oldest(3_600_000), Some(at(3_600_000)));
}
