//! Live: what is acknowledged is kept, a restart goes on where it stopped, and a dry run over the journal decides the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

#[path = "run/outbox.rs"]
mod outbox;
#[path = "run/reload.rs"]
mod reload;

use qun::check::content::NoContents;
use qun::engine::Program;
use qun::l10n::Lang;
use qun::log::{Decoder, LogReader, ReadOptions};
use qun::report::decisions::JsonLines;
use qun::run::{
    Desk, Executor, Figures, Gate, How, Job, Off, Opening, Receipt, Store, StoreError, Version, decisions, export,
    listen,
};
use qun::simulate::{AfterRemoval, Driver, Options};
use qun::syntax::source::Sources;
use qun::time::Instant;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

const CLUB: &str = r#"
community { timezone "Asia/Shanghai" }
role owner, admin
rule flood for member in group { on message.posted when count(message.posted, last 10m) >= 5 do strike conduct once per 5m }
ladder conduct for member in group { strikes last 30d  at 1 do warn "{reason}"  at 2 do mute 1h  at 3 do remove }
rule morning for group { every day at 09:00 do task "look" for owner due 1d }
flow welcome for member in group {
  start on member.joined
  after 10m do dm "hello"
  after 2h do dm "still here?"
}
"#;

/// 2024-03-01 08:00 in Shanghai.
const START: i64 = 1_709_251_200_000;

fn at(ms: i64) -> Instant {
    Instant::from_ms(START + ms)
}

fn version(text: &str) -> Version {
    let mut sources = Sources::new();
    sources.add("club.sop", text);
    Version::of_sources(sources, &NoContents, Lang::En).map_err(|compiled| compiled.diagnostics).unwrap().1
}

fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("run-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder.join("qun.db")
}

fn line(id: &str, ms: i64, kind: &str, member: &str) -> String {
    format!(r#"{{"id":"{id}","at":"{}","kind":"{kind}","group":"g1","member":"{member}"}}"#, at(ms))
}

fn opening(ms: i64, adopt: bool) -> Opening {
    Opening { now: at(ms), adopt, policy: None, snapshot: 1 << 40 }
}

fn open(version: &Version, path: &Path, ms: i64) -> Executor {
    Executor::open(version, "", Store::open(path).unwrap(), opening(ms, false)).unwrap()
}

/// What was recorded.
fn recorded(path: &Path) -> String {
    let mut out = Vec::new();
    decisions(&Store::read(path).unwrap(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a dry run over the exported journal decides, with the versions that were in force.
fn simulated(path: &Path) -> String {
    let log = path.with_extension("jsonl");
    let mut text = Vec::new();
    let exported = export(&Store::read(path).unwrap(), &mut text).unwrap();
    fs::write(&log, text).unwrap();
    let mut versions = exported.versions.iter().map(|(at, written)| (*at, Version::again(written).unwrap())).peekable();
    let options = Options { from: exported.from, to: exported.to, after_removal: AfterRemoval::Keep };
    let mut out = Vec::new();
    let mut driver = Driver::new(versions.next().unwrap().1.program, options);
    let (mut sink, mut from, mut events) = (JsonLines::new(&mut out), exported.from, 0);
    loop {
        let reload = versions.next();
        let to = reload.as_ref().map(|(at, _)| *at).or(exported.to);
        let open = |program: &Program, from, to| {
            let read = ReadOptions { from, to, ..ReadOptions::default() };
            LogReader::open(std::slice::from_ref(&log), Decoder::new(&program.plan), read).unwrap()
        };
        let mut reader = open(driver.program(), from, to);
        driver.feed(&mut reader, &mut sink).unwrap();
        events += reader.finish().total().events;
        let Some((at, version)) = reload else { break };
        let report = driver.reload(version.program.plan.clone(), at, &mut sink).unwrap();
        let mut before = open(driver.program(), exported.from, Some(at));
        driver.warm_from(&mut before, &report.fresh).unwrap();
        from = Some(at);
    }
    driver.finish(&mut sink).unwrap();
    assert_eq!(events, exported.events);
    String::from_utf8(out).unwrap()
}

/// A small random source: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Drives a run over some hours: `stops` says after which step it is let go and opened again.
fn drive(version: &Version, path: &Path, stops: impl FnMut(usize) -> bool) {
    drive_with(version, path, |_| false, stops);
}

/// The same; `snaps` says after which step a snapshot is taken.
fn drive_with(
    version: &Version,
    path: &Path,
    mut snaps: impl FnMut(usize) -> bool,
    mut stops: impl FnMut(usize) -> bool,
) {
    let mut executor = open(version, path, 0);
    let (mut dice, mut now, mut next) = (Dice(7), 0, 0);
    for step in 0..400 {
        now += i64::try_from(dice.below(240_000)).unwrap();
        executor.tick(at(now)).unwrap();
        let lines: Vec<String> = (0..dice.below(6))
            .map(|_| {
                next += 1;
                // Some come late, some are ahead of their time.
                let own = now - 60_000 + i64::try_from(dice.below(70_000)).unwrap();
                let kind = if dice.below(8) == 0 { "member.joined" } else { "message.posted" };
                line(&format!("e{next}"), own, kind, &format!("m{}", dice.below(4)))
            })
            .collect();
        let receipts = executor.take(&lines, at(now)).unwrap();
        assert!(receipts.iter().all(|receipt| matches!(receipt, Receipt::Taken { .. })), "{receipts:?}");
        if snaps(step) {
            assert!(executor.take_snapshot().unwrap());
        }
        if stops(step) {
            drop(executor);
            executor = open(version, path, now);
            // What was acknowledged is known again.
            let again = executor.take(&lines, at(now)).unwrap();
            assert!(again.iter().all(|receipt| *receipt == Receipt::Repeated), "{again:?}");
        }
    }
}

#[test]
fn a_dry_run_over_the_journal_decides_the_same() {
    let (version, path) = (version(CLUB), file("same"));
    drive(&version, &path, |_| false);
    let recorded = recorded(&path);
    assert!(recorded.lines().count() > 100, "{recorded}");
    assert_eq!(recorded, simulated(&path));
    for action in ["strike", "warn", "mute", "remove", "dm"] {
        assert!(recorded.contains(&format!(r#""action":"{action}""#)), "{action}");
    }
}

#[test]
fn restarts_change_nothing() {
    let version = version(CLUB);
    let (through, stopped) = (file("through"), file("stopped"));
    drive(&version, &through, |_| false);
    drive(&version, &stopped, |step| step % 23 == 7);
    assert_eq!(recorded(&through), recorded(&stopped));
    assert_eq!(recorded(&stopped), simulated(&stopped));
}

#[test]
fn a_snapshot_spares_the_journal_before_it_and_changes_nothing() {
    let version = version(CLUB);
    let (through, snapped) = (file("unsnapped"), file("snapped"));
    drive(&version, &through, |_| false);
    drive_with(&version, &snapped, |step| step % 31 == 3, |step| step % 23 == 7);
    assert_eq!(recorded(&through), recorded(&snapped));
    assert_eq!(recorded(&snapped), simulated(&snapped));
    let now = 1 << 40;
    let entries = {
        let executor = open(&version, &snapped, now);
        let How::Restored { seq, entries } = executor.restart().how.clone() else {
            panic!("{:?}", executor.restart().how)
        };
        assert!(seq > 500 && (1..100).contains(&entries), "{seq} {entries}");
        seq + entries
    };
    // One that does not fit or is damaged is told, and everything comes from the journal.
    for (harm, told) in [
        ("UPDATE snapshot SET stamp = 'other'", "it was taken by another version"),
        ("UPDATE snapshot SET state = zeroblob(length(state))", "it is damaged"),
        ("UPDATE snapshot SET state = substr(state, 1, 100)", "it is damaged"),
    ] {
        let copy = file("harmed");
        Store::read(&snapped).unwrap().back_up(&copy).unwrap();
        rusqlite::Connection::open(&copy).unwrap().execute(harm, []).unwrap();
        let mut executor = open(&version, &copy, now);
        assert_eq!(executor.restart().how, How::Replayed { entries, without: Some(told.into()) });
        assert!(executor.take_snapshot().unwrap());
        drop(executor);
        let executor = open(&version, &copy, now);
        assert_eq!(executor.restart().how, How::Restored { seq: entries, entries: 0 });
        assert_eq!(recorded(&snapped), recorded(&copy));
    }
    // What it holds is not what was written, though its digest says so: told, too.
    let copy = file("unreadable");
    Store::read(&snapped).unwrap().back_up(&copy).unwrap();
    let database = rusqlite::Connection::open(&copy).unwrap();
    let digest = Sha256::digest(b"nothing");
    database.execute("UPDATE snapshot SET state = ?1, digest = ?2", (&b"nothing"[..], &digest[..])).unwrap();
    drop(database);
    let executor = open(&version, &copy, now);
    assert!(
        matches!(&executor.restart().how, How::Replayed { without: Some(why), .. } if why.starts_with("it cannot be read"))
    );
}

#[test]
fn late_and_early_events_are_handled_when_they_arrive() {
    let (version, path) = (version(CLUB), file("late"));
    let mut executor = open(&version, &path, 0);
    let mut take = |text: String, now| executor.take(&[text], at(now)).unwrap().remove(0);
    let off = |receipt| match receipt {
        Receipt::Taken { off, .. } => off,
        other => panic!("{other:?}"),
    };
    assert_eq!(off(take(line("a", 50_000, "message.posted", "m1"), 60_000)), Off::Not);
    assert_eq!(off(take(line("b", 49_000, "message.posted", "m1"), 61_000)), Off::Late);
    assert_eq!(off(take(line("c", 99_000, "message.posted", "m1"), 62_000)), Off::Early);
    // The machine's clock goes back: the run's does not.
    assert_eq!(off(take(line("d", 10_000, "message.posted", "m1"), 10_000)), Off::Late);
    let mut text = Vec::new();
    export(&Store::read(&path).unwrap(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let handled: Vec<Instant> = rows.iter().map(|row| Instant::parse(row["at"].as_str().unwrap()).unwrap()).collect();
    assert_eq!(handled, [at(50_000), at(50_000), at(62_000), at(62_000)]);
    assert_eq!(rows[1]["qun.occurred"], at(49_000).to_string());
    assert!(rows[0].get("qun.occurred").is_none());
}

#[test]
fn an_id_stands_for_one_event() {
    let (version, path) = (version(CLUB), file("ids"));
    let mut executor = open(&version, &path, 0);
    let first = line("a", 0, "message.posted", "m1");
    let nameless = first.replace(r#""id":"a","#, "");
    let lines = [
        first.clone(),
        first.clone(),
        line("a", 0, "message.posted", "m2"),
        nameless.clone(),
        nameless,
        line("x", 0, "message.psted", "m1"),
        "{".to_owned(),
    ];
    let receipts = executor.take(&lines, at(0)).unwrap();
    let ids: Vec<String> = receipts
        .iter()
        .map(|receipt| match receipt {
            Receipt::Taken { id, .. } => id.to_string(),
            Receipt::Repeated => "repeated".into(),
            Receipt::Conflict => "conflict".into(),
            Receipt::Unknown(kind) => kind.to_string(),
            Receipt::Refused(_) => "refused".into(),
        })
        .collect();
    assert_eq!(ids, ["a", "repeated", "conflict", "input-4", "input-5", "message.psted", "refused"]);
    assert_eq!(executor.summary().unwrap().events, 3);
}

#[test]
fn a_number_with_many_digits_stays_as_it_was_written() {
    let (version, path) = (version(CLUB), file("digits"));
    let mut executor = open(&version, &path, 0);
    let text = r#"{"kind":"message.posted","member":"m","at":0,"group":"g","more":1.2345678901234567890123,
        "links":2}"#;
    executor.take(&[text], at(5)).unwrap();
    let mut out = Vec::new();
    export(&Store::read(&path).unwrap(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out.lines().count(), 1);
    assert!(out.contains(r#""more":1.2345678901234567890123"#), "{out}");
}

#[test]
fn two_writers_never_share_a_store() {
    let (version, path) = (version(CLUB), file("lock"));
    let executor = open(&version, &path, 0);
    assert!(matches!(Store::open(&path), Err(StoreError::Taken(_))));
    drop(executor);
    assert!(Store::open(&path).is_ok());
}

#[test]
fn another_version_is_as_if_it_had_always_been_in_force_where_that_is_asked() {
    let (one, two, path) = (version(CLUB), version(&CLUB.replace(">= 5", ">= 3")), file("versions"));
    let mut executor = open(&one, &path, 0);
    let talk = |from: i64| -> Vec<String> {
        (from..from + 4).map(|n| line(&format!("e{n}"), n * 1000, "message.posted", "m1")).collect()
    };
    executor.take(&talk(0), at(4_000)).unwrap();
    drop(executor);
    assert_eq!(recorded(&path), "");
    let mut adopted = Executor::open(&two, "", Store::open(&path).unwrap(), opening(5_000, true)).unwrap();
    // What the new version would have done before is not done.
    assert_eq!(recorded(&path), "");
    adopted.take(&talk(400), at(500_000)).unwrap();
    let after = recorded(&path);
    assert!(after.contains(r#""action":"mute""#), "the first strike was the new version's in the past: {after}");
    drop(adopted);
    open(&two, &path, 500_000);
    assert_eq!(recorded(&path), after);
}

#[test]
fn what_is_decided_otherwise_is_told() {
    let (version, path) = (version(CLUB), file("diverged"));
    let mut executor = open(&version, &path, 0);
    let talk: Vec<String> = (0..5).map(|n| line(&format!("e{n}"), n, "message.posted", "m1")).collect();
    executor.take(&talk, at(4_000)).unwrap();
    drop(executor);
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute("UPDATE decision SET record = replace(record, 'warn', 'wave')", []).unwrap();
    drop(database);
    let opened = Executor::open(&version, "", Store::open(&path).unwrap(), opening(5_000, false));
    assert!(matches!(opened, Err(StoreError::Diverged { seq: 7, .. })));
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let path = file("foreign");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE other (x)").unwrap();
    drop(other);
    assert!(matches!(Store::open(&path), Err(StoreError::Foreign { .. })));
    fs::write(&path, "no database at all, but long enough to be taken for one by its first bytes").unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Database { .. })));
}

#[test]
fn a_log_of_writes_cut_anywhere_leaves_whole_transactions() {
    let (version, path) = (version(CLUB), file("cut"));
    let mut executor = open(&version, &path, 0);
    for n in 0..60 {
        let lines: Vec<String> =
            (0..3).map(|m| line(&format!("e{n}-{m}"), n * 20_000, "message.posted", &format!("m{m}"))).collect();
        executor.take(&lines, at(n * 20_000)).unwrap();
    }
    // As the machine would have left it: the process has not closed anything.
    let database = fs::read(&path).unwrap();
    let wal = fs::read(path.with_extension("db-wal")).unwrap();
    let whole = recorded(&path);
    assert!(wal.len() > 100_000 && whole.lines().count() > 10);
    let copy = file("cut-copy");
    let mut dice = Dice(3);
    let mut lengths = Vec::new();
    for _ in 0..25 {
        let kept = usize::try_from(dice.below(wal.len() as u64)).unwrap();
        fs::write(&copy, &database).unwrap();
        fs::write(copy.with_extension("db-wal"), &wal[..kept]).unwrap();
        let _ = fs::remove_file(copy.with_extension("db-shm"));
        let executor = open(&version, &copy, 0);
        let events = executor.summary().unwrap().events;
        assert_eq!(events % 3, 0, "a batch is whole or not there");
        drop(executor);
        let recorded = recorded(&copy);
        assert!(whole.starts_with(&recorded));
        assert_eq!(recorded, simulated(&copy));
        lengths.push(events);
        fs::remove_file(&copy).unwrap();
    }
    assert!(lengths.iter().any(|events| (1..180).contains(events)), "{lengths:?}");
}

#[test]
fn who_comes_when_too_many_wait_is_told_to_come_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (jobs, waiting) = sync_channel(1);
    let gate = Gate { token: Some("t".into()), signing: None };
    let figures = Arc::new(Figures::default());
    let desk = Desk { gate, jobs, figures: Arc::clone(&figures), body: 100, now: || at(0) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || runtime.block_on(listen(listener, desk, std::future::pending())));
    let ask = || {
        let mut stream = TcpStream::connect(address).unwrap();
        let head =
            "POST /events HTTP/1.1\r\nHost: qun\r\nAuthorization: Bearer t\r\nContent-Length: 2\r\nConnection: close";
        stream.write_all(format!("{head}\r\n\r\n{{}}").as_bytes()).unwrap();
        stream
    };
    let read = |mut stream: TcpStream| {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    // Whichever comes first takes the only place, and is answered once somebody has done the work.
    let (one, two) = (ask(), ask());
    while figures.overflowed.load(Ordering::Relaxed) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let Job::Lines(lines) = waiting.recv().unwrap() else { panic!("no lines") };
    (lines.answer)(vec![Receipt::Repeated]);
    let mut answers = [read(one), read(two)];
    answers.sort();
    assert!(answers[0].starts_with("HTTP/1.1 200"), "{answers:?}");
    assert!(answers[1].starts_with("HTTP/1.1 429") && answers[1].contains("retry-after: 1"), "{answers:?}");
}

#[test]
fn a_hundred_thousand_timers_of_one_minute_come_in_order() {
    let text = r#"
        community { timezone "Asia/Shanghai" }
        flow welcome for member in group { start on member.joined  after 1h do dm "hello" }"#;
    let (version, path) = (version(text), file("timers"));
    let mut executor = open(&version, &path, 0);
    let (mut dice, many) = (Dice(1), 100_000);
    // They come within one minute.
    let mut joined: Vec<i64> = (0..many).map(|_| i64::try_from(dice.below(60_000)).unwrap()).collect();
    joined.sort_unstable();
    for (n, some) in joined.chunks(10_000).enumerate() {
        let lines: Vec<String> = some
            .iter()
            .enumerate()
            .map(|(m, ms)| line(&format!("e{n}-{m}"), *ms, "member.joined", &format!("m{n}-{m}")))
            .collect();
        let receipts = executor.take(&lines, at(60_000)).unwrap();
        assert!(receipts.iter().all(|receipt| matches!(receipt, Receipt::Taken { off: Off::Not, .. })));
    }
    let began = std::time::Instant::now();
    let mut now = 3_600_000;
    while now < 3_670_000 {
        executor.tick(at(now)).unwrap();
        now += 1_000;
    }
    println!("{many} timers in {:?}", began.elapsed());
    drop(executor);
    let recorded = recorded(&path);
    let times = recorded.lines().map(|line| line[..40].to_owned()).collect::<Vec<_>>();
    assert_eq!(times.len(), many);
    assert!(times.is_sorted());
    let last = at(3_600_000 + joined.last().unwrap());
    assert!(times.last().unwrap().contains(&version.program.plan.community.calendar.zone.format(last)));
}
