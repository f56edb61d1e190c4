//! What those who run it rely on: files that are followed, logs, figures, and no secret in any of them.

use super::{LISTENING, Place, SECRET, TOKEN, answer, flood, line, post, receiver, request, until};
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn said(id: &str) -> String {
    line(id, "message.posted", "m1") + "\n"
}

#[test]
fn a_file_is_followed_through_growth_rotation_cuts_and_kills() {
    let place = Place::new("tail", &format!("{LISTENING}tail: events.jsonl\n"));
    let path = place.0.join("events.jsonl");
    let has = |ids: &[&str]| {
        let export = place.ok("journal export qun.db", "");
        ids.iter().all(|id| export.contains(&format!(r#""id":"{id}""#)))
    };
    let live = place.start();
    append(&path, &said("a"));
    append(&path, "no event\n");
    let half = said("b");
    append(&path, &half[..20]);
    until("the first line is taken", || has(&["a"]));
    append(&path, &half[20..]);
    until("a line is taken once it has an end", || has(&["b"]));
    let (_, told) = live.end("-KILL");
    assert!(told.contains("at byte") && !told.contains("another file"), "{told}");

    // What comes while nobody looks is read by the next run, and nothing twice: events without an id would be others.
    let nameless = said("x").replace(r#""id":"x","#, "");
    append(&path, &nameless);
    let live = place.start();
    until("the nameless line is taken", || place.ok("journal export qun.db", "").lines().count() == 3);
    let (_, _) = live.end("-KILL");
    let live = place.start();
    append(&path, &said("c"));
    until("what comes after is taken", || has(&["c"]));
    assert_eq!(place.ok("journal export qun.db", "").lines().count(), 4);

    // Rotated: what stands at the end of the old file, even without a line break, comes first.
    append(&path, said("d").trim_end());
    fs::rename(&path, place.0.join("events.jsonl.1")).unwrap();
    append(&path, &(said("e") + &said("e2")));
    until("both files are read", || has(&["d", "e", "e2"]));
    fs::write(&path, said("f")).unwrap();
    until("the file that was cut is read", || has(&["f"]));
    let (gently, told) = live.end("-TERM");
    assert!(gently && told.contains("the one before was read to its end"), "{told}");
    place.agrees();
}

#[test]
fn no_secret_is_told_anywhere() {
    let bridge = "planted-address-c0de";
    let (to, received) = receiver(|_, before| match before {
        0 => String::new(),
        1 => answer("503 Later"),
        _ => answer("400 No"),
    });
    let config =
        format!("{LISTENING}signing: file:secret\ndeliver: file:address\ndeliver_signing: env:QUN_OUT\nattempts: 5\n");
    let place = Place::new("secrets", &config);
    fs::write(place.0.join("secret"), "planted-signing-77aa\n").unwrap();
    fs::write(place.0.join("address"), format!("http://{to}/{bridge}\n")).unwrap();
    let live = place.start_with("run club.sop --log-format json");
    flood(live.address, "a");
    let denied =
        request(live.address, "POST /events HTTP/1.1\r\nAuthorization: Bearer planted-guess-1234", b"{}").unwrap();
    assert_eq!(denied.0, 401);
    until("the warning is given up", || place.ok("outbox list qun.db --state dead", "").contains("answered 400"));
    let metrics = request(live.address, "GET /metrics HTTP/1.1", b"").unwrap().2;
    let mut shown = vec![denied.2, metrics];
    for command in ["status qun.db", "outbox list qun.db", "journal decisions qun.db", "journal export qun.db"] {
        shown.push(place.ok(command, ""));
    }
    let (_, told) = live.end("-TERM");
    // What is told is JSON, line by line.
    for line in told.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    assert!(
        told.contains(r#""message":"a delivery is given up""#) && told.contains(r#""why":"answered 400""#),
        "{told}"
    );
    shown.push(told);
    // Mistakes in a configuration do not repeat what may be one.
    for wrong in [format!("token: {TOKEN}\n"), format!("deliver: {bridge}\n"), format!("sgning: {SECRET}\n")] {
        fs::write(place.0.join("wrong.yaml"), format!("store: other.db\n{wrong}")).unwrap();
        let output = place.ran("run club.sop --config wrong.yaml", "");
        assert_eq!(output.status.code(), Some(1));
        shown.push(String::from_utf8(output.stderr).unwrap());
    }
    let store = fs::read(place.0.join("qun.db")).unwrap();
    shown.push(String::from_utf8_lossy(&store).into_owned());
    for text in &shown {
        assert!(!text.contains("planted-"), "{text}");
    }
    assert!(received.lock().unwrap().iter().all(|(head, _)| head.contains(bridge)));
}

#[test]
fn figures_tell_of_time_and_of_what_waits() {
    let (to, _) = receiver(|_, _| answer("200 Good"));
    let place = Place::new("figures", &format!("{LISTENING}deliver: http://{to}/in\n"));
    let live = place.start_with("run club.sop");
    place.ok("pause qun.db", "");
    flood(live.address, "a");
    let metrics = || request(live.address, "GET /metrics HTTP/1.1", b"").unwrap().2;
    until("one delivery waits", || metrics().contains("\nqun_outbox_waiting{state=\"pending\"} 1\n"));
    let metrics_now = metrics();
    assert!(metrics_now.contains("\nqun_paused 1\n"), "{metrics_now}");
    for name in ["qun_step_seconds", "qun_commit_seconds"] {
        let count = metrics_now.lines().find_map(|line| line.strip_prefix(&format!("{name}_count "))).unwrap();
        assert!(count.parse::<u64>().unwrap() > 0, "{metrics_now}");
        assert!(metrics_now.contains(&format!("\n{name}_bucket{{le=\"+Inf\"}} {count}\n")), "{metrics_now}");
    }
    let age = || -> u64 {
        let metrics = metrics();
        metrics.lines().find_map(|line| line.strip_prefix("qun_outbox_age_milliseconds ")).unwrap().parse().unwrap()
    };
    let before = age();
    std::thread::sleep(Duration::from_millis(200));
    assert!(age() >= before + 200);
    place.ok("resume qun.db", "");
    until("nothing waits", || metrics().contains("\nqun_outbox_waiting{state=\"pending\"} 0\n"));
    assert_eq!(age(), 0);
    assert!(live.end("-TERM").0);
}

#[test]
fn a_head_that_comes_too_slowly_is_given_up_and_counted() {
    let place = Place::new("head", LISTENING);
    let live = place.start();
    let mut streams: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(live.address).unwrap()).collect();
    for stream in &mut streams {
        stream.write_all(b"POST /events HTTP/1.1\r\nHost: qun\r\nX-Slow").unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    }
    // Others are served meanwhile.
    assert_eq!(post(live.address, "application/json", &said("a")).unwrap().0, 200);
    for stream in &mut streams {
        let mut rest = Vec::new();
        // It is closed, with or without a word.
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&rest));
    }
    let metrics = request(live.address, "GET /metrics HTTP/1.1", b"").unwrap().2;
    assert!(metrics.contains("\nqun_requests_slow_total 20\n"), "{metrics}");
    assert!(live.end("-TERM").0);
}

#[test]
fn the_documented_unit_is_the_one_that_is_shipped() {
    let (unit, document) = (include_str!("../../deploy/qun.service"), include_str!("../../docs/operations.md"));
    assert!(document.contains(&format!("```ini\n{unit}```")));
}

/// The commands of a section of the page, block by block.
fn commands(heading: &str) -> Vec<String> {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// The page's commands for backup and restore, as they stand there.
#[test]
fn a_backup_is_taken_and_restored_by_the_commands_of_the_page() {
    let place = Place::new("backup", LISTENING);
    fs::create_dir(place.0.join("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_qun"), place.0.join("bin/qun")).unwrap();
    let shell = |commands: &str| {
        let path = format!("{}:{}", place.0.join("bin").display(), std::env::var("PATH").unwrap());
        let mut shell = std::process::Command::new("bash");
        shell.args(["-ec", commands]).current_dir(&place.0).env("PATH", path).status().unwrap().success()
    };
    let [backup, restore] = commands("Backup and restore").try_into().unwrap();
    let live = place.start();
    let lines = |from: u32| -> String {
        (from..from + 6).map(|n| line(&format!("e{n}"), "message.posted", "m1") + "\n").collect()
    };
    assert_eq!(post(live.address, "application/x-ndjson", &lines(0)).unwrap().0, 200);
    assert!(shell(&backup));
    assert_eq!(post(live.address, "application/x-ndjson", &lines(6)).unwrap().0, 200);
    assert!(!shell(&backup), "a copy is not written over another");
    assert!(live.end("-TERM").0);
    assert_eq!(place.agrees().1.len(), 12);
    assert!(shell(&restore));
    assert!(place.start().end("-TERM").0);
    assert_eq!(place.agrees().1.len(), 6);
}
