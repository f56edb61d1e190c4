//! Another version of the playbook takes over while a run goes on.

use super::{CLUB, at, file, line, open, recorded, simulated, version};
use qun::run::{Executor, Figures, Version};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn reload(executor: &mut Executor, version: &Version, ms: i64) -> Value {
    executor.reload(&|| Ok(version.clone()), at(ms)).unwrap()
}

fn post(executor: &mut Executor, id: &str, ms: i64, kind: &str, member: &str) {
    executor.take(&[line(id, ms, kind, member)], at(ms)).unwrap();
}

/// The actions that were recorded: what, for whom, and what became of it.
fn done(path: &Path) -> Vec<String> {
    let recorded = recorded(path);
    let lines = recorded.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .map(|it| [word(&it["action"]), word(&it["member"]), word(&it["status"]), word(&it["reason"])].join(" "))
        .collect()
}

const MINUTE: i64 = 60_000;

/// The same run again, from its journal alone and from a snapshot, and a dry run of it.
fn agrees(path: &Path, version: &Version, ms: i64) {
    let before = recorded(path);
    assert_eq!(before, simulated(path));
    for _ in 0..2 {
        let mut executor = open(version, path, ms);
        assert_eq!(executor.restart().changed, None);
        executor.take_snapshot().unwrap();
        drop(executor);
        assert_eq!(before, recorded(path));
    }
    let database = rusqlite::Connection::open(path).unwrap();
    database.execute("DELETE FROM snapshot", []).unwrap();
}

#[test]
fn versions_in_turn_decide_the_same_after_a_restart_and_in_a_dry_run() {
    let two = CLUB.replace(">= 5", ">= 3").replace("after 2h do dm \"still here?\"", "after 3h do dm \"still there?\"");
    let three = two.replace("rule morning", "rule dawn").replace("mute 1h", "mute 2h");
    let (one, two, three, path) = (version(CLUB), version(&two), version(&three), file("turns"));
    let mut executor = open(&one, &path, 0);
    let mut ms = 0;
    let mut talk = |executor: &mut Executor, many: i64| {
        for _ in 0..many {
            ms += 50_000;
            let kind = if ms % 350_000 == 0 { "member.joined" } else { "message.posted" };
            post(executor, &format!("e{ms}"), ms, kind, &format!("m{}", ms / 50_000 % 3));
            executor.tick(at(ms + 1_000)).unwrap();
        }
        ms
    };
    let now = talk(&mut executor, 60);
    assert_eq!(reload(&mut executor, &two, now)["state"], "reloaded");
    assert_eq!(reload(&mut executor, &two, now)["state"], "same");
    // What comes at the very time of the reload comes after it.
    post(&mut executor, "late", now, "message.posted", "m1");
    let now = talk(&mut executor, 60);
    drop(executor);
    agrees(&path, &two, now);
    // A version that is another when the run starts again takes over then.
    let mut executor = open(&three, &path, now + 1_000);
    assert_eq!(executor.restart().changed.as_ref().unwrap()["state"], "reloaded");
    let now = talk(&mut executor, 2_000);
    drop(executor);
    agrees(&path, &three, now);
    let done = done(&path);
    assert!(done.iter().any(|it| it.starts_with("mute")) && done.iter().any(|it| it.starts_with("task")), "{done:?}");
}

fn flow(body: &str) -> String {
    format!("community {{ timezone \"Asia/Shanghai\" }}\nrole owner\n{body}")
}

/// Some who are in a flow, and the version that takes over when it is as old as `ms`.
fn in_flight(name: &str, old: &str, new: &str, ms: i64) -> (Executor, std::path::PathBuf, Value, Version) {
    let (one, two, path) = (version(&flow(old)), version(&flow(new)), file(name));
    let mut executor = open(&one, &path, 0);
    post(&mut executor, "a", 0, "member.joined", "m1");
    executor.tick(at(ms)).unwrap();
    let tried = executor.try_reload(&|| Ok(two.clone()), at(ms));
    assert_eq!(executor.version().digest, one.digest);
    let told = reload(&mut executor, &two, ms);
    for key in ["journeys", "dropped", "fresh", "changes", "at"] {
        assert_eq!(tried[key], told[key]);
    }
    (executor, path, told, two)
}

const STEPS: &str =
    "start on member.joined  after 10m do dm \"one\"  after 30m do dm \"two\"  after 60m do dm \"three\"";

#[test]
fn those_in_flight_follow() {
    let old = format!("flow f for member in group {{ {STEPS} }}");
    // A step moves, one is new and lies in the past, one is new and lies ahead.
    let new = "flow f for member in group { start on member.joined  after 5m do dm \"new\"  after 10m do dm \"one\"
        after 40m do dm \"two\"  after 60m do dm \"three\"  after 70m do dm \"four\" }";
    let (mut executor, path, told, two) = in_flight("follow", &old, new, 20 * MINUTE);
    assert_eq!(told["journeys"][0]["step"], "at +30m");
    assert_eq!((&told["journeys"][0]["fate"], &told["journeys"][0]["subjects"]), (&"go on".into(), &1.into()));
    executor.tick(at(35 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 1);
    executor.tick(at(90 * MINUTE)).unwrap();
    let texts: Vec<String> = recorded(&path)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["args"]["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["one", "two", "three", "four"]);
    drop(executor);
    agrees(&path, &two, 90 * MINUTE);
}

#[test]
fn a_step_that_is_gone_ends_the_journey_and_its_tasks() {
    let old = "flow f for member in group { start on member.joined  after 10m do task look \"look\" for owner due 1d
        day 2 at 10:00 do dm \"two\"  after 60h do dm \"three\" }";
    let new = "flow f for member in group { start on member.joined  after 10m do task look \"look\" for owner due 1d
        after 60h do dm \"three\" }";
    let (mut executor, path, told, two) = in_flight("gone", old, new, 20 * MINUTE);
    assert_eq!(told["journeys"][0]["fate"], "end: the step is gone");
    assert_eq!(told["journeys"][0]["step"], "day 2 at 10:00");
    executor.tick(at(5_000 * MINUTE)).unwrap();
    assert_eq!(done(&path), ["task m1 done ", "task m1 dropped playbook changed"]);
    // Who comes now is on the new version.
    post(&mut executor, "b", 5_000 * MINUTE, "member.joined", "m1");
    executor.tick(at(10_000 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 4);
    drop(executor);
    agrees(&path, &two, 10_000 * MINUTE);
}

#[test]
fn who_is_pinned_finishes_on_the_old_version() {
    let old = format!("let often for member in group = count(message.posted, last 1d)
        flow f for member in group {{ {STEPS}  after 80m when member.often == 1 and count(message.posted, since start) == 1 do task \"told\" for owner due 1d }}");
    let new = "event member.joined for member in group { extra: text? }
        flow f for member in group { start on member.joined  after 15m do dm \"other\"  on change pin }
        rule stop_it for member in group { on member.left do stop f }";
    let (mut executor, path, told, two) = in_flight("pin", &old, new, 20 * MINUTE);
    assert_eq!(told["journeys"][0]["fate"], "finish on the old version");
    post(&mut executor, "m", 21 * MINUTE, "message.posted", "m1");
    // Meanwhile nothing begins anew for whoever is still on it; others begin on the new one.
    post(&mut executor, "again", 25 * MINUTE, "member.joined", "m1");
    post(&mut executor, "other", 25 * MINUTE, "member.joined", "m2");
    executor.tick(at(100 * MINUTE)).unwrap();
    let all = ["dm m1 done ", "dm m1 done ", "dm m2 done ", "dm m1 done ", "task m1 done "];
    assert_eq!(done(&path), all);
    // It is over, and the new one counts.
    post(&mut executor, "third", 200 * MINUTE, "member.joined", "m1");
    executor.tick(at(230 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 6);
    drop(executor);
    agrees(&path, &two, 230 * MINUTE);
}

#[test]
fn a_pinned_journey_is_stopped_and_outlives_another_version() {
    let old = format!("flow f for member in group {{ {STEPS}  on change pin }}");
    let (mut executor, path, _, _) =
        in_flight("pinned-twice", &old, &format!("{old} # the same\nrole admin"), 20 * MINUTE);
    let gone = version(&flow("rule r for member in group { on message.posted do dm \"hi\" }"));
    let told = reload(&mut executor, &gone, 25 * MINUTE);
    assert_eq!(told["journeys"][0]["fate"], "finish on the old version", "{told}");
    executor.tick(at(40 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 2);
    let back = version(&flow(&format!(
        "flow f for member in group {{ {STEPS}  stop on member.left }}
        rule stop_it for member in group {{ on message.posted do stop f }}"
    )));
    assert_eq!(reload(&mut executor, &back, 45 * MINUTE)["journeys"][0]["subjects"], 1);
    executor.tick(at(100 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 3, "{:?}", done(&path));
    drop(executor);
    agrees(&path, &back, 100 * MINUTE);
}

#[test]
fn who_is_dropped_ends() {
    let old = format!("flow f for member in group {{ {STEPS} }}");
    let (mut executor, path, told, two) =
        in_flight("drop", &old, &old.replace(" }", "  on change drop }"), 20 * MINUTE);
    assert_eq!(told["journeys"][0]["fate"], "end: `on change drop`");
    executor.tick(at(100 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 1);
    drop(executor);
    agrees(&path, &two, 100 * MINUTE);
}

#[test]
fn what_is_known_by_name_goes_on_and_what_is_not_is_told() {
    let one = flow("tag vip, old
        points stars, coins
        ladder conduct for member in group { strikes last 30d  at 3 do mute 1h }
        tiers level for member in group { tier low  tier mid when count(message.posted, last 7d) >= 2  tier high when count(message.posted, last 7d) >= 100 }
        rule r for member in group { on message.posted do { tag vip  tag old  award 1 stars  award 1 coins  strike conduct } }
        rule asks for member in group { on purchase.made do remove needs approval by owner within 7d else proceed }
        rule gone for member in group { on purchase.made do task \"gone\" for owner due 1d }
        limit calm for member in group { on dm at most 1 per 24h  else skip }
        rule hello for member in group { on member.joined do dm \"hi\" }");
    let two = flow("points gold, stars
        tag new, vip
        tiers level for member in group { tier low  tier start when count(message.posted, last 7d) >= 1  tier mid when count(message.posted, last 7d) >= 2 }
        limit calm for member in group { on dm at most 1 per 24h  else skip }
        rule hello for member in group { on member.joined do dm \"hi\" }
        ladder conduct for member in group { strikes last 30d  at 3 do mute 2h }
        rule asks for member in group { on purchase.made do remove needs approval by owner within 7d else proceed }
        rule r for member in group { on message.posted do strike conduct }
        rule shows for member in group { on appeal.filed when member has vip do task \"{member.stars} {member.level}\" for owner due 1d }");
    let (one, two, path) = (version(&one), version(&two), file("known"));
    let mut executor = open(&one, &path, 0);
    post(&mut executor, "j", 0, "member.joined", "m1");
    post(&mut executor, "a", MINUTE, "message.posted", "m1");
    post(&mut executor, "b", 2 * MINUTE, "message.posted", "m1");
    executor
        .take(&[line("p", 3 * MINUTE, "purchase.made", "m1").replace('}', ",\"amount\":1}")], at(3 * MINUTE))
        .unwrap();
    let told = reload(&mut executor, &two, 4 * MINUTE);
    let dropped: Vec<String> = told["dropped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["what"].as_str().unwrap(), it["name"].as_str().unwrap(), it["count"]))
        .collect();
    assert_eq!(dropped, ["points coins 1", "tag old 1", "task gone 1"]);
    post(&mut executor, "j2", 5 * MINUTE, "member.joined", "m1");
    post(&mut executor, "f", 6 * MINUTE, "appeal.filed", "m1");
    post(&mut executor, "c", 7 * MINUTE, "message.posted", "m1");
    let recorded = recorded(&path);
    // The limit remembers the first greeting, the ladder two strikes, and standing, points and tags are what they were.
    assert!(done(&path).contains(&"dm m1 skipped limit calm".to_owned()), "{recorded}");
    assert!(recorded.contains("\"title\":\"2 mid\""), "{recorded}");
    assert!(done(&path).contains(&"mute m1 done ".to_owned()), "{recorded}");
    // What waits for approval goes on without one.
    executor.tick(at(8 * 24 * 60 * MINUTE)).unwrap();
    assert!(done(&path).contains(&"remove m1 done ".to_owned()), "{:?}", done(&path));
    drop(executor);
    agrees(&path, &two, 8 * 24 * 60 * MINUTE);
}

#[test]
fn a_past_that_begins_is_filled_from_the_journal() {
    let one = "rule r for member in group { on member.joined do dm \"hi\" }";
    let two = "rule r for member in group { on member.joined do dm \"hi\" }
        rule many for member in group { on message.posted when count(message.posted, last 1h) >= 4 do warn \"many\" }
        rule silent for member in group { on no message.posted for 10m do dm \"still there?\" }";
    let (mut executor, path, _, two) = {
        let (one, two, path) = (version(&flow(one)), version(&flow(two)), file("warm"));
        let mut executor = open(&one, &path, 0);
        post(&mut executor, "j", 0, "member.joined", "m1");
        for n in 1..4 {
            post(&mut executor, &format!("e{n}"), n * MINUTE, "message.posted", "m1");
        }
        let told = reload(&mut executor, &two, 50 * MINUTE);
        let fresh = &told["fresh"][0];
        assert_eq!((&fresh["kind"], &fresh["own"]), (&"message.posted".into(), &false.into()), "{told}");
        (executor, path, told, two)
    };
    post(&mut executor, "e4", 51 * MINUTE, "message.posted", "m1");
    // Of the three before, all lie within the hour; silence counts from the reload on.
    assert_eq!(done(&path), ["dm m1 done ", "warn m1 done "]);
    executor.tick(at(62 * MINUTE)).unwrap();
    assert_eq!(done(&path).len(), 3);
    drop(executor);
    agrees(&path, &two, 62 * MINUTE);
}

#[test]
fn a_wrong_version_changes_nothing() {
    let (one, path, figures) = (version(CLUB), file("wrong"), Arc::new(Figures::default()));
    let mut executor = open(&one, &path, 0);
    executor.measure(Arc::clone(&figures));
    let told = executor.reload(&|| Err("a mistake".to_owned()), at(1_000)).unwrap();
    assert_eq!((&told["state"], &told["why"]), (&"wrong".into(), &"a mistake".into()));
    assert_eq!(figures.reloads_refused.load(Ordering::Relaxed), 1);
    assert_eq!((executor.version().digest.as_str(), executor.summary().unwrap().plans), (one.digest.as_str(), 1));
    let other = version(&CLUB.replace(">= 5", ">= 3"));
    assert_eq!(reload(&mut executor, &other, 2_000)["version"], other.digest.as_str());
    assert_eq!((figures.reloads.load(Ordering::Relaxed), executor.summary().unwrap().plans), (1, 2));
}
