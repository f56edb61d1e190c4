//! The process is killed again and again while it takes events and delivers to two receivers that fail at random: one that
//! knows a delivery again by its key, and a chat that does not.
//!
//! `QUN_KILLS` says how often, `QUN_EVENTS` over how many events, `QUN_BINARY` which binary is tried.

use super::{LISTENING, Place, answer, line, post, receiver, until};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Short times, so that what takes hours in a community takes seconds here.
const COMMUNITY: &str = r#"
community { timezone "Asia/Shanghai" }
role owner
action note(text: text)
rule talk for member in group {
  on message.posted when count(message.posted, last 5m) >= 6
  do strike conduct once per 2s
}
ladder conduct for member in group {
  strikes last 30d
  at 1 do warn "{reason}"
  at 2 do mute 1h
  at 3 do remove needs approval by owner within 3s else proceed
}
flow welcome for member in group { start on member.joined  after 1s do dm "hello {member.name}, {event.id}"  after 2s do task "look" for owner due 1s }
limit calm for group { on warn at most 40 per day else skip }
metric reached for group every day at 00:00 = count(delivery.done, today)
rule failed for member in group { on delivery.failed do note("{event.name}") }
"#;

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// How the receiver takes a request: most it carries out and says so.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    Well,
    /// It carries it out, but its answer is lost.
    Unheard,
    /// It does nothing, and says to come again.
    NotAtAll,
}

fn taken(before: usize) -> Taken {
    match Dice(before as u64).below(20) {
        0 => Taken::NotAtAll,
        1 => Taken::Unheard,
        _ => Taken::Well,
    }
}

/// Hands in all events, each batch until it is acknowledged, never far ahead of the kills.
fn hand_in(events: usize, address: &Mutex<Option<SocketAddr>>, killed: &AtomicUsize, kills: usize) {
    let (mut next, mut dice) = (0, Dice(17));
    while next < events {
        if next * kills > (killed.load(Ordering::Relaxed) + 1) * events {
            std::thread::sleep(Duration::from_millis(2));
            continue;
        }
        let many = usize::try_from(1 + dice.below(6)).unwrap().min(events - next);
        let lines: Vec<String> = (next..next + many)
            .map(|n| {
                let kind = if dice.below(9) == 0 { "member.joined" } else { "message.posted" };
                let line = line(&format!("e{n}"), kind, &format!("m{}", dice.below(10)));
                line.replace("\"g1\"", &format!("\"g{}\"", dice.below(5)))
            })
            .collect();
        let lines = lines.join("\n");
        loop {
            let there = *address.lock().unwrap();
            match there.and_then(|there| post(there, "application/x-ndjson", &lines)) {
                Some((200, _)) => break,
                Some((code, body)) => assert!(code == 503 || code == 429, "{code}: {body}"),
                None => {}
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        next += many;
    }
}

/// How often each was carried out, and how many answers were lost.
fn effects(
    received: &[(String, serde_json::Value)],
    key: impl Fn(&serde_json::Value) -> String,
) -> (BTreeMap<String, usize>, usize) {
    let (mut effects, mut unheard) = (BTreeMap::new(), 0);
    for (n, (_, body)) in received.iter().enumerate() {
        unheard += usize::from(taken(n) == Taken::Unheard);
        if taken(n) != Taken::NotAtAll {
            *effects.entry(key(body)).or_default() += 1;
        }
    }
    (effects, unheard)
}

#[test]
fn kills_lose_nothing_and_repeat_little() {
    let (kills, events) = (number("QUN_KILLS", 20), number("QUN_EVENTS", 800));
    let (to, received) = receiver(|_, before| match taken(before) {
        Taken::Well => answer("200 Good"),
        Taken::Unheard => String::new(),
        Taken::NotAtAll => answer("503 Later"),
    });
    let (chat, said) = receiver(|_, before| match taken(before) {
        Taken::Well => "HTTP/1.1 200 Good\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"ok\":true}".to_owned(),
        Taken::Unheard => String::new(),
        Taken::NotAtAll => answer("429 Later"),
    });
    let config = format!(
        "{}allow: [mute, remove]\nattempts: 1000\nsnapshot: 150\nconnectors:\n  bridge:\n    kind: webhook\n    \
         url: http://{to}/in\n  chat:\n    kind: slack\n    server: http://{chat}\n    token: env:QUN_TOKEN\n    \
         per_minute: 60000\nroutes:\n  - actions: [dm]\n    to: chat\n  - to: bridge\n",
        LISTENING.replace("body: 4000", "body: 40000")
    );
    let place = Place::new("crash", &config);
    std::fs::write(place.0.join("club.sop"), COMMUNITY).unwrap();
    let (address, killed) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
    let done = Arc::new(AtomicBool::new(false));
    let sender = {
        let (address, killed, done) = (Arc::clone(&address), Arc::clone(&killed), Arc::clone(&done));
        std::thread::spawn(move || {
            hand_in(events, &address, &killed, kills);
            done.store(true, Ordering::Relaxed);
        })
    };
    let (began, mut dice, mut slowest) = (Instant::now(), Dice(5), Duration::ZERO);
    for _ in 0..kills {
        let started = Instant::now();
        let live = place.start_with("run club.sop");
        slowest = slowest.max(started.elapsed());
        *address.lock().unwrap() = Some(live.address);
        std::thread::sleep(Duration::from_millis(5 + dice.below(300)));
        let (gently, said) = live.end("-KILL");
        assert!(!gently, "{said}");
        killed.fetch_add(1, Ordering::Relaxed);
    }
    let live = place.start_with("run club.sop");
    *address.lock().unwrap() = Some(live.address);
    sender.join().unwrap();
    assert!(done.load(Ordering::Relaxed));
    // What is due within seconds is done, and everything is delivered.
    std::thread::sleep(Duration::from_secs(4));
    let waits = || !place.ok("outbox list qun.db --state pending,sending", "").is_empty();
    for _ in 0..40 {
        if !waits() {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    until("everything is delivered", || !waits());
    assert!(live.end("-TERM").0);

    // No acknowledged event is lost, and a run that was never killed decides the same on them.
    let (decisions, kept) = place.agrees();
    let sent: BTreeSet<String> = (0..events).map(|n| format!("e{n}")).collect();
    let handed: BTreeSet<String> = kept.iter().filter(|id| id.starts_with('e')).cloned().collect();
    assert_eq!(handed, sent);

    // No decision is lost: what reaches beyond the playbook has been delivered.
    let recorded = place.ok("journal decisions qun.db", "");
    let outward: BTreeSet<String> = recorded
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|decision| decision["status"] == "done" && decision["action"] != "strike")
        .map(|decision| decision["id"].as_str().unwrap().to_owned())
        .collect();
    let listed = |state: &str| -> BTreeSet<(String, String)> {
        let list = place.ok(&format!("outbox list qun.db --state {state}"), "");
        let word = |line: &str, position: usize| line.split_whitespace().nth(position).unwrap().to_owned();
        list.lines().map(|line| (word(line, 0), word(line, 3))).collect()
    };
    let ids = |list: &BTreeSet<(String, String)>| list.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>();
    let (done, uncertain) = (listed("done"), listed("uncertain"));
    let settled: BTreeSet<(String, String)> = done.union(&uncertain).cloned().collect();
    assert_eq!(outward, ids(&settled));
    assert!(uncertain.iter().all(|(_, action)| action == "dm"), "{uncertain:?}");

    // Each key was effective, and came again only after a lost answer, or once for a kill.
    let received = received.lock().unwrap();
    let (effects, unheard) = effects(&received, |body| body["id"].as_str().unwrap().to_owned());
    let keys: BTreeSet<String> = effects.keys().cloned().collect();
    assert_eq!(keys, ids(&done.iter().filter(|(_, action)| action != "dm").cloned().collect()));
    let repeats: usize = effects.values().map(|count| count - 1).sum();
    assert!(repeats.saturating_sub(unheard) <= kills, "{repeats} repeats, {unheard} answers lost, {kills} kills");
    assert!(outward.len() > events / 50 && decisions > outward.len(), "{decisions} {}", outward.len());

    // Where keys mean nothing no text came twice; what nobody knows of is left to people: after a lost answer, or a kill.
    let said = said.lock().unwrap();
    let (texts, lost) = self::effects(&said, |body| body["text"].as_str().unwrap().to_owned());
    assert!(texts.values().all(|count| *count == 1), "{texts:?}");
    let greeted = done.iter().filter(|(_, action)| action == "dm").count();
    assert!(greeted > 0 && greeted <= texts.len() && texts.len() <= greeted + uncertain.len());
    assert!(uncertain.len() <= lost + kills, "{} uncertain, {lost} answers lost, {kills} kills", uncertain.len());

    // All that a run remembers is what the journal comes to without any snapshot.
    let waiting = |place: &Place| (place.ok("tasks list qun.db", ""), place.ok("approvals list qun.db", ""));
    let before = waiting(&place);
    let database = rusqlite::Connection::open(place.0.join("qun.db")).unwrap();
    assert_eq!(database.execute("DELETE FROM snapshot", []).unwrap(), 1);
    drop(database);
    assert!(place.start().end("-TERM").0);
    assert_eq!(before, waiting(&place));
    println!(
        "{kills} kills, {events} events, {decisions} decisions; where keys count: {} deliveries, {} requests, {unheard} \
         answers lost, {repeats} repeats; where they do not: {greeted} deliveries, {} requests, {lost} answers lost, {} \
         uncertain, no repeat; slowest start {slowest:?}, {:?} in all",
        keys.len(),
        received.len(),
        said.len(),
        uncertain.len(),
        began.elapsed()
    );
}
