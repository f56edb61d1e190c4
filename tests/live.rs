//! `qun run` as a process: events by HTTP and standard input, stopped gently and killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

#[path = "live/crash.rs"]
mod crash;
#[path = "live/faults.rs"]
mod faults;
#[path = "live/operations.rs"]
mod operations;
#[path = "live/reload.rs"]
mod reload;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const CLUB: &str = r#"
community { timezone "Asia/Shanghai" }
role owner, admin
rule flood for member in group { on message.posted when count(message.posted, last 10m) >= 5 do strike conduct once per 1s }
ladder conduct for member in group { strikes last 30d  at 1 do warn "{reason}"  at 2 do mute 1h  at 3 do remove }
flow welcome for member in group { start on member.joined  after 1s do dm "hello {member.name}" }
rule unreachable for member in group {
  on delivery.failed when event.name is "mute" and event.reason contains "answered"
  do task "{member.name} is not muted: {event.how}, {event.reason}" for owner due 1d
}
rule reached for group { on delivery.done when event.name is "task" do tag_seen("{event.action}") }
action tag_seen(id: text)
rule idle for member in group { on no message.posted for 1m do task "look after {member.name}" for owner due 1d }
"#;

const TOKEN: &str = "planted-token-7f3a";

const SECRET: &str = "planted-secret-91be";

/// A folder with a playbook and a configuration.
struct Place(PathBuf);

impl Place {
    fn new(name: &str, config: &str) -> Place {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("live-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("club.sop"), CLUB).unwrap();
        fs::write(folder.join("qun.yaml"), config).unwrap();
        fs::write(folder.join("people.yaml"), "members:\n  m1: { name: Ann, groups: { g1: } }\n").unwrap();
        Place(folder)
    }

    fn command(&self, arguments: &str) -> Command {
        let binary = std::env::var("QUN_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_qun").to_owned());
        let mut command = Command::new(binary);
        command.env("LC_ALL", "C");
        command.args(arguments.split(' ')).current_dir(&self.0).env("QUN_TOKEN", TOKEN).env("QUN_OUT", SECRET);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn ran(&self, arguments: &str, input: &str) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn ok(&self, arguments: &str, input: &str) -> String {
        let output = self.ran(arguments, input);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments}: {err}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A dry run over the exported journal decides what was recorded; how many decisions that is, and the ids of events.
    fn agrees(&self) -> (usize, BTreeSet<String>) {
        let recorded = self.ok("journal decisions qun.db", "");
        let _ = fs::remove_dir_all(self.0.join("versions"));
        let export = self.ran("journal export qun.db --out log.jsonl --directory start.yaml --versions versions", "");
        let said = String::from_utf8(export.stderr).unwrap();
        let command = said.lines().nth(1).unwrap().trim();
        let command = command.strip_prefix("qun ").unwrap();
        assert_eq!(self.ok(command, ""), recorded, "{command}");
        let log = fs::read_to_string(self.0.join("log.jsonl")).unwrap();
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        (recorded.lines().count(), log.lines().map(id).collect())
    }

    fn start(&self) -> Live {
        self.start_with("run club.sop --shadow")
    }

    fn start_with(&self, arguments: &str) -> Live {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(err.read_line(&mut line).unwrap(), 0, "it does not start: {said}");
            said.push_str(&line);
            if let Some((_, address)) = line.split_once("listening on ") {
                let end = address.find(['"', '\n']).unwrap();
                break address[..end].parse().unwrap();
            }
        };
        let rest = std::thread::spawn(move || {
            let _ = err.read_to_string(&mut said);
            said
        });
        Live { child, address, rest }
    }
}

/// A process that runs.
struct Live {
    child: Child,
    address: SocketAddr,
    rest: JoinHandle<String>,
}

impl Live {
    /// Sends a signal and waits for the end; what was said on standard error.
    fn end(mut self, signal: &str) -> (bool, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (status.success(), self.rest.join().unwrap())
    }
}

/// One request; the status, the head and the body. `None` where the other side has gone.
fn request(address: SocketAddr, head: &str, body: &[u8]) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!("{head}\r\nHost: qun\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    // It may be refused before it has been sent.
    let _ = stream.write_all(body);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, head.to_owned(), body.to_owned()))
}

fn post(address: SocketAddr, kind: &str, body: &str) -> Option<(u16, String)> {
    let head = format!("POST /events HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {kind}");
    request(address, &head, body.as_bytes()).map(|(status, _, body)| (status, body))
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

fn line(id: &str, kind: &str, member: &str) -> String {
    format!(r#"{{"id":"{id}","at":{},"kind":"{kind}","group":"g1","member":"{member}"}}"#, now())
}

const LISTENING: &str =
    "store: qun.db\ndirectory: people.yaml\nlisten: 127.0.0.1:0\ntoken: env:QUN_TOKEN\nbody: 4000\n";

#[test]
fn standard_input_is_run_and_journalled() {
    let place = Place::new("stdin", "store: qun.db\ndirectory: people.yaml\n");
    let mut input: String = (0..6).map(|n| line(&format!("e{n}"), "message.posted", "m1") + "\n").collect();
    input.push_str("no event\n");
    let ran = place.ran("run club.sop --shadow --stdin", &input);
    let err = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success(), "{err}");
    assert!(err.contains("line 7: ") && err.contains("stopped with 6 events and 2 decisions"), "{err}");
    let (decisions, ids) = place.agrees();
    assert_eq!((decisions, ids.len()), (2, 6));
    // The directory of the start stays: the file is not read again.
    fs::remove_file(place.0.join("people.yaml")).unwrap();
    place.ok("run club.sop --shadow --stdin", &input.replace("no event\n", ""));
    assert_eq!(place.agrees().1.len(), 6);
    assert!(place.ok("status qun.db", "").contains("events          6\n"));
}

#[test]
fn what_cannot_run_is_told() {
    let place = Place::new("wrong", "store: qun.db\nlisten: 127.0.0.1:0\ntokn: env:QUN_TOKEN\n");
    let told = |arguments: &str, code: i32| {
        let ran = place.ran(arguments, "");
        let err = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{err}");
        err
    };
    assert!(told("pause nothing.db", 2).contains("there is no store"));
    let err = told("run club.sop --shadow", 1);
    assert!(err.contains("qun.yaml:3:1") && err.contains("did you mean `token`?"), "{err}");
    for bare in ["token: hunter2", "tokn: hunter2", "token: [hunter2", "# hunter2", "token: env:A\nsigning: hunter2"] {
        fs::write(place.0.join("qun.yaml"), format!("store: qun.db\nlisten: 127.0.0.1:0\n{bare}\n")).unwrap();
        let err = told("run club.sop --shadow", 1);
        assert!(!err.contains("hunter2"), "{err}");
    }
    fs::write(place.0.join("qun.yaml"), "store: qun.db\n").unwrap();
    assert!(told("run club.sop --shadow", 2).contains("--stdin"));
    assert!(told("run club.sop --stdin", 2).contains("`deliver`"));
    assert!(told("status qun.db", 2).contains("there is no store"));
    fs::write(place.0.join("qun.yaml"), "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_NOT_SET\n").unwrap();
    assert!(told("run club.sop --shadow", 2).contains("env:QUN_NOT_SET"));
}

#[test]
fn requests_are_answered_for_each_event() {
    let place = Place::new("http", LISTENING);
    let live = place.start();
    let post = |kind: &str, body: &str| post(live.address, kind, body).unwrap();
    let status = |body: &str, position: usize| {
        let answer: Value = serde_json::from_str(body).unwrap();
        answer["events"][position]["status"].as_str().unwrap().to_owned()
    };
    let one = line("a", "message.posted", "m1");
    let (code, body) = post("application/json", &one);
    assert_eq!((code, status(&body, 0).as_str()), (200, "taken"));
    let (code, body) = post("application/json", &one);
    assert_eq!((code, status(&body, 0).as_str()), (200, "repeated"));
    let (code, body) = post("application/json", &one.replace("m1", "m2"));
    assert_eq!((code, status(&body, 0).as_str()), (409, "conflict"));
    let both = format!("[{},{}]", line("b", "message.posted", "m1"), line("c", "message.psted", "m1"));
    let (code, body) = post("application/json", &both);
    assert_eq!((code, status(&body, 0).as_str(), status(&body, 1).as_str()), (200, "taken", "unknown"));
    let lines = format!("{}\n{{\"kind\":\"message.posted\"}}\n", line("d", "message.posted", "m1"));
    let (code, body) = post("application/x-ndjson", &lines);
    assert_eq!((code, status(&body, 0).as_str(), status(&body, 1).as_str()), (422, "taken", "refused"));
    let cloud = r#"{"specversion":"1.0","id":"1","source":"/b","type":"member.joined","time":"2026-03-01T09:00:00Z","data":{"group":"g1","member":"m7"}}"#;
    let (code, body) = post("application/cloudevents+json", cloud);
    assert_eq!(code, 200, "{body}");
    assert!(body.contains(r#""id":"/b#1""#) && body.contains(r#""handled":"late""#), "{body}");
    assert_eq!(post("application/json", "").0, 422);
    assert_eq!(post("application/json", "[]").0, 400);
    assert_eq!(post("text/html", "<p>").0, 400);

    // Who shows nothing, or the wrong thing, is refused; so is what is too large.
    let get = |head: &str, body: &[u8]| request(live.address, head, body).unwrap();
    assert_eq!(get("POST /events HTTP/1.1", one.as_bytes()).0, 401);
    assert_eq!(get("POST /events HTTP/1.1\r\nAuthorization: Bearer planted", one.as_bytes()).0, 401);
    assert_eq!(post("application/json", &"x".repeat(4001)).0, 413);
    assert_eq!(get("GET /healthz HTTP/1.1", b"").0, 200);
    assert_eq!(get("GET /readyz HTTP/1.1", b"").0, 200);
    let metrics = get("GET /metrics HTTP/1.1", b"").2;
    for count in ["taken_total 4", "repeated_total 1", "conflicting_total 1", "unknown_total 1", "refused_total 2"] {
        assert!(metrics.contains(&format!("\nqun_events_{count}\n")), "{count}: {metrics}");
    }
    assert!(metrics.contains("\nqun_requests_denied_total 2\n"), "{metrics}");
    assert!(metrics.contains("\nqun_requests_malformed_total 3\n"), "{metrics}");

    let again = place.ran("run club.sop --shadow --stdin", "");
    assert!(String::from_utf8_lossy(&again.stderr).contains("another process runs with the store"));
    // It can be read meanwhile.
    assert!(place.ok("status qun.db", "").contains("events          4\n"));
    let (gently, said) = live.end("-TERM");
    assert!(gently && said.contains("stopped with 4 events"), "{said}");
    assert!(!metrics.contains(TOKEN) && !said.contains(TOKEN));
    assert_eq!(place.agrees().1.len(), 4);
}

#[test]
fn what_was_acknowledged_outlives_kills() {
    let place = Place::new("kill", LISTENING);
    let (mut acknowledged, mut next, mut dice) = (BTreeSet::new(), 0_u32, 11_u64);
    for _ in 0..15 {
        let live = place.start();
        let address = live.address;
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let life = Duration::from_millis(60 + (dice >> 33) % 400);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(life);
            live.end("-KILL")
        });
        loop {
            let ids: Vec<String> = (0..3).map(|n| format!("e{}", next + n)).collect();
            let lines: String = ids
                .iter()
                .map(|id| {
                    let kind = if next % 5 == 0 { "member.joined" } else { "message.posted" };
                    line(id, kind, &format!("m{}", next / 3 % 3)) + "\n"
                })
                .collect();
            next += 3;
            match post(address, "application/x-ndjson", &lines) {
                Some((200, _)) => acknowledged.extend(ids),
                Some((code, body)) => panic!("{code}: {body}"),
                None => break,
            }
        }
        assert!(!killer.join().unwrap().0);
        let (_, kept) = place.agrees();
        assert!(acknowledged.is_subset(&kept), "{:?}", acknowledged.difference(&kept));
    }
    // At most the request that was under way is there beside what was acknowledged.
    let (decisions, kept) = place.agrees();
    assert!(decisions > 10 && acknowledged.len() > 50, "{decisions} {}", acknowledged.len());
    assert!(kept.len() <= acknowledged.len() + 15 * 3);
    let (gently, _) = place.start().end("-TERM");
    assert!(gently);
    place.agrees();
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let place = Place::new("full", "store: qun.db\nbatch: 20\n");
    place.ok("run club.sop --shadow --stdin", "");
    // No file may grow beyond 256 KiB.
    let limited = "trap '' XFSZ; ulimit -f 256; exec \"$0\" run club.sop --shadow --stdin";
    let mut child = Command::new("bash")
        .args(["-c", limited, env!("CARGO_BIN_EXE_qun")])
        .current_dir(&place.0)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let lines = (0..5_000).map(|n| line(&format!("e{n}"), "message.posted", &format!("m{n}")) + "\n");
        // It stops reading when the store fails.
        lines.take_while(|line| stdin.write_all(line.as_bytes()).is_ok()).count()
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("error: the store `qun.db`: ") && output.status.code() == Some(2), "{err}");
    let (_, before) = place.agrees();
    assert!(!before.is_empty() && before.len() < 5_000, "{}", before.len());
    place.ok("run club.sop --shadow --stdin", &(line("after", "message.posted", "m1") + "\n"));
    let (_, after) = place.agrees();
    assert!(after.is_superset(&before) && after.contains("after"));
}

/// What a receiver was sent: head and body.
type Received = Arc<Mutex<Vec<(String, Value)>>>;

/// A receiver that answers as `answer` says: by the body and how many requests came before.
fn receiver(answer: impl Fn(&Value, usize) -> String + Send + 'static) -> (SocketAddr, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, received) = (listener.local_addr().unwrap(), Received::default());
    let kept = Arc::clone(&received);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut head, mut line) = (String::new(), String::new());
            while stream.read_line(&mut line).unwrap_or(0) > 2 {
                head.push_str(&line.to_ascii_lowercase());
                line.clear();
            }
            let Some(length) = header(&head, "content-length") else { continue };
            let mut body = vec![0; length.parse().unwrap()];
            if stream.read_exact(&mut body).is_err() {
                continue;
            }
            let body: Value = serde_json::from_slice(&body).unwrap();
            let before = kept.lock().unwrap().len();
            kept.lock().unwrap().push((head, body.clone()));
            let _ = stream.get_mut().write_all(answer(&body, before).as_bytes());
        }
    });
    (address, received)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::trim)
}

fn answer(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

fn delivering(address: SocketAddr, more: &str) -> String {
    format!("{LISTENING}deliver: http://{address}/in\ndeliver_signing: env:QUN_OUT\n{more}")
}

/// Messages enough for a strike and a warning each second of `m1`.
fn flood(address: SocketAddr, name: &str) {
    let lines: String = (0..5).map(|n| line(&format!("{name}{n}"), "message.posted", "m1") + "\n").collect();
    assert_eq!(post(address, "application/x-ndjson", &lines).unwrap().0, 200);
}

#[test]
fn decisions_are_delivered_once_signed_and_in_order() {
    // The first answers say to come again, one is cut short, one does not come in time for the writer to know.
    let (to, received) = receiver(|_, before| match before {
        0 => answer("503 Later"),
        1 => "HTTP/1.1 429 Slow\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        2 => "HTTP/1.".to_owned(),
        _ => answer("204 Good"),
    });
    let place = Place::new("deliver", &delivering(to, ""));
    let live = place.start_with("run club.sop");
    flood(live.address, "a");
    until("the warning is delivered", || place.ok("outbox list qun.db --state done", "").contains("warn"));
    std::thread::sleep(Duration::from_millis(1100));
    flood(live.address, "b");
    // To mute is not allowed by the configuration.
    until("the mute is dropped", || {
        place.ok("outbox list qun.db --state dropped", "").contains("mute             not allowed")
    });
    // Nobody can let it go out by hand either.
    let dropped = place.ok("outbox list qun.db --state dropped", "");
    place.ok(&format!("outbox retry qun.db {}", &dropped[..20]), "");
    until("the mute is dead", || place.ok("outbox list qun.db --state dead", "").contains("mute"));
    assert_eq!(post(live.address, "application/json", &line("j", "member.joined", "m1")).unwrap().0, 200);
    until("the welcome is delivered", || place.ok("outbox list qun.db --state done", "").contains("dm"));
    let metrics = request(live.address, "GET /metrics HTTP/1.1", b"").unwrap().2;
    assert!(metrics.contains("\nqun_deliveries_done_total 2\n"), "{metrics}");
    assert!(metrics.contains("\nqun_deliveries_retried_total 3\n"), "{metrics}");
    let (gently, said) = live.end("-TERM");
    assert!(gently, "{said}");
    for shown in [&metrics, &said, &place.ok("outbox list qun.db", "")] {
        assert!(!shown.contains(TOKEN) && !shown.contains(SECRET), "{shown}");
    }
    let received = received.lock().unwrap();
    let actions: Vec<&str> = received.iter().map(|(_, body)| body["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["warn", "warn", "warn", "warn", "dm"]);
    for (head, body) in received.iter() {
        // The id of the decision is that of every try.
        assert_eq!(header(head, "webhook-id"), body["id"].as_str());
        assert!(header(head, "webhook-signature").unwrap().starts_with("v1,"));
        assert!(head.starts_with("post /in http/1.1"));
    }
    drop(received);
    place.agrees();
}

#[test]
fn what_cannot_be_delivered_is_kept_for_people() {
    let (to, received) = receiver(|body, before| match body["action"].as_str() {
        Some("warn") if before == 0 => answer("400 No"),
        Some("mute") => answer("500 Broken"),
        _ => answer("200 Good"),
    });
    let place = Place::new("dead", &delivering(to, "allow: [mute]\nattempts: 2\n"));
    let live = place.start_with("run club.sop");
    place.ok("pause qun.db", "");
    flood(live.address, "a");
    std::thread::sleep(Duration::from_millis(1100));
    assert!(received.lock().unwrap().is_empty());
    let list = place.ok("outbox list qun.db", "");
    assert!(list.starts_with("paused: ") && list.contains("pending"), "{list}");
    place.ok("resume qun.db", "");
    until("the warning is dead", || place.ok("outbox list qun.db --state dead", "").contains("answered 400"));
    flood(live.address, "b");
    until("the mute is dead", || place.ok("outbox list qun.db --state dead", "").contains("answered 500"));
    let dead = place.ok("outbox list qun.db --state dead", "");
    let (warn, mute) = (&dead[..20], dead.lines().nth(1).unwrap().split(' ').next().unwrap());
    assert!(place.ok(&format!("outbox show qun.db {mute}"), "").contains(r#""action":"mute""#));
    place.ok(&format!("outbox retry qun.db {warn}"), "");
    until("the warning is delivered", || place.ok("outbox list qun.db --state done", "").contains("warn"));
    place.ok("pause qun.db", "");
    place.ok(&format!("outbox retry qun.db {mute}"), "");
    place.ok(&format!("outbox drop qun.db {mute}"), "");
    assert_eq!(place.ran(&format!("outbox drop qun.db {mute}"), "").status.code(), Some(2));
    assert!(place.ok("outbox list qun.db --state dropped", "").contains("dropped by hand"));
    // The playbook has heard of it, and of what became of its answer.
    let heard = place.ok("outbox list qun.db", "");
    assert!(heard.contains(" task\n"), "{heard}");
    let decided = place.ok("journal decisions qun.db", "");
    assert!(decided.contains(r#""title":"Ann is not muted: dead, answered 500""#), "{decided}");
    place.ok("resume qun.db", "");
    until("an answer of the answer is delivered", || {
        place.ok("outbox list qun.db --state done", "").contains("tag_seen")
    });
    let task = place.ok("outbox list qun.db --state done", "");
    let task = &task.lines().find(|line| line.ends_with(" task")).unwrap()[..20];
    let decided = place.ok("journal decisions qun.db", "");
    assert!(decided.contains(&format!(r#""action":"tag_seen","group":"g1","args":{{"id":"{task}"}}"#)), "{decided}");
    assert!(live.end("-TERM").0);
    place.agrees();
}

#[test]
fn a_delivery_too_old_expires() {
    let (to, received) = receiver(|_, _| answer("200 Good"));
    let place = Place::new("expire", &delivering(to, "expire: 1\n"));
    let live = place.start_with("run club.sop");
    place.ok("pause qun.db", "");
    flood(live.address, "a");
    std::thread::sleep(Duration::from_millis(1500));
    place.ok("resume qun.db", "");
    until("it has expired", || place.ok("outbox list qun.db --state expired", "").contains("warn"));
    assert!(live.end("-TERM").0 && received.lock().unwrap().is_empty());
}

#[test]
fn people_say_their_word_while_it_runs_and_while_it_does_not() {
    let place = Place::new("people", LISTENING);
    let asking = r#"
        community { timezone "Asia/Shanghai" }
        role owner
        rule links for member in group {
          on message.posted when event.links > 0
          do { task "talk to {member.name}" for owner due 1d  remove needs approval by owner within 24h else drop }
        }"#;
    fs::write(place.0.join("club.sop"), asking).unwrap();
    let advertise = |live: &Live, id: &str, member: &str| {
        let line = line(id, "message.posted", member).replace("}", r#","links":1}"#);
        assert_eq!(post(live.address, "application/json", &line).unwrap().0, 200);
    };
    let live = place.start();
    advertise(&live, "a", "m1");
    advertise(&live, "b", "m2");
    let approvals = place.ok("approvals list qun.db", "");
    assert!(
        approvals.lines().count() == 2 && approvals.contains("by owner: remove of links for m1 in g1"),
        "{approvals}"
    );
    let tasks = place.ok("tasks list qun.db", "");
    assert!(tasks.contains(r#"by owner: task of links for m1 in g1 title="talk to Ann""#), "{tasks}");
    assert_eq!(place.ok(&format!("approvals grant qun.db {} --by m9", &approvals[..20]), ""), "done\n");
    assert_eq!(place.ok("approvals list qun.db", "").lines().count(), 1);
    let done: Value =
        serde_json::from_str(&place.ok(&format!("tasks done qun.db {} --format json", &tasks[..20]), "")).unwrap();
    assert_eq!(done["state"], "taken");
    let tasks: Value = serde_json::from_str(&place.ok("tasks list qun.db --format json", "")).unwrap();
    assert_eq!(tasks["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(tasks["tasks"][0]["decision"]["action"], "task");
    let again = place.ran(&format!("approvals grant qun.db {}", &approvals[..20]), "");
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("`qun approvals list` shows what waits"));
    let decided = place.ok("journal decisions qun.db", "");
    assert!(decided.contains(r#""action":"remove","group":"g1","member":"m1","args":{},"status":"done""#), "{decided}");
    let status = place.ok("status qun.db", "");
    assert!(status.contains("running         yes\n") && status.contains("approvals       1\n"), "{status}");
    assert!(live.end("-TERM").0);

    // What is said meanwhile is kept for the next run.
    let waiting = place.ok("approvals list qun.db", "");
    assert!(place.ok(&format!("approvals deny qun.db {}", &waiting[..20]), "").starts_with("noted: "));
    let status: Value = serde_json::from_str(&place.ok("status qun.db --format json", "")).unwrap();
    assert_eq!((&status["running"], &status["requests"]), (&Value::Bool(false), &Value::from(1)));
    assert!(status["snapshot"]["entry"].as_u64().unwrap() > 4, "{status}");
    let live = place.start();
    until("the word is heeded", || place.ok("approvals list qun.db", "").is_empty());
    let (_, said) = live.end("-KILL");
    assert!(said.contains("went on from the snapshot after entry "), "{said}");
    assert!(place.ok("journal decisions qun.db", "").contains("approval denied"));
    assert!(place.start().end("-TERM").0);
    place.agrees();
}

#[test]
fn a_body_that_comes_too_slowly_is_given_up() {
    let place = Place::new("slow", LISTENING);
    let live = place.start();
    let mut stream = TcpStream::connect(live.address).unwrap();
    stream.write_all(b"POST /events HTTP/1.1\r\nHost: qun\r\nContent-Length: 900\r\n\r\n{").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(live.end("-TERM").0);
}
