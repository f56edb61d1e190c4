//! The process is killed again and again while it takes events and delivers to a receiver that fails at random.
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
flow welcome for member in group { start on member.joined  after 1s do dm "hello {member.name}"  after 2s do task "look" for owner due 1s }
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

#[test]
fn kills_lose_nothing_and_repeat_little() {
    let (kills, events) = (number("QUN_KILLS", 20), number("QUN_EVENTS", 800));
    let (to, received) = receiver(|_, before| match taken(before) {
        Taken::Well => answer("200 Good"),
        Taken::Unheard => String::new(),
        Taken::NotAtAll => answer("503 Later"),
    });
    let config = format!(
        "{}deliver: http://{to}/in\nallow: [mute, remove]\nattempts: 1000\nsnapshot: 150\n",
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
    for _ in 0..40 {
        if place.ok("outbox list qun.db --state pending", "").is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    until("everything is delivered", || place.ok("outbox list qun.db --state pending", "").is_empty());
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
    let list = place.ok("outbox list qun.db --state done", "");
    let delivered: BTreeSet<String> = list.lines().map(|line| line[..20].to_owned()).collect();
    assert_eq!(outward, delivered);

    // Each key was effective, and came again only after a lost answer, or once for a kill.
    let received = received.lock().unwrap();
    let mut effects: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unheard = 0;
    for (n, (_, body)) in received.iter().enumerate() {
        unheard += usize::from(taken(n) == Taken::Unheard);
        if taken(n) != Taken::NotAtAll {
            *effects.entry(body["id"].as_str().unwrap()).or_default() += 1;
        }
    }
    let keys: BTreeSet<String> = effects.keys().map(|id| (*id).to_owned()).collect();
    assert_eq!(keys, delivered);
    let repeats: usize = effects.values().map(|count| count - 1).sum();
    assert!(repeats.saturating_sub(unheard) <= kills, "{repeats} repeats, {unheard} answers lost, {kills} kills");
    assert!(outward.len() > events / 50 && decisions > outward.len(), "{decisions} {}", outward.len());

    // All that a run remembers is what the journal comes to without any snapshot.
    let waiting = |place: &Place| (place.ok("tasks list qun.db", ""), place.ok("approvals list qun.db", ""));
    let before = waiting(&place);
    let database = rusqlite::Connection::open(place.0.join("qun.db")).unwrap();
    assert_eq!(database.execute("DELETE FROM snapshot", []).unwrap(), 1);
    drop(database);
    assert!(place.start().end("-TERM").0);
    assert_eq!(before, waiting(&place));
    println!(
        "{kills} kills, {events} events, {decisions} decisions, {} deliveries, {} requests, {unheard} answers lost, \
         {repeats} repeats, slowest start {slowest:?}, {:?} in all",
        delivered.len(),
        received.len(),
        began.elapsed()
    );
}
