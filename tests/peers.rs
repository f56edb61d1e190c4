//! The peers' workload beside a program that does the same six rules by hand, over a made-up log.
//!
//! The hand-written program has no clock and no windows of its own: it keeps everything that happened and looks through
//! all of it whenever it must know something. So it can be read against `benches/peers.sop` line by line.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use chrono::{DateTime, NaiveDate};
use qun::check::content::NoContents;
use qun::engine::Program;
use qun::generate::{Generator, Settings};
use qun::log::{Decoder, LogReader, ReadOptions, Source};
use qun::report::decisions::JsonLines;
use qun::simulate::{AfterRemoval, Driver, Options};
use qun::syntax::source::Sources;
use qun::time::Zone;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Cursor;

const PLAYBOOK: &str = include_str!("../benches/peers.sop");
const RULES: [&str; 9] = ["R1", "R2", "R3.1", "R3.2", "R3.3", "R3.4", "R4", "R5", "R6"];
const EVENTS: u64 = 60_000;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// How often each rule fired, and the sum of the times, each modulo a prime.
#[derive(Debug, Default, PartialEq, Eq)]
struct Firings(BTreeMap<&'static str, (u64, i64)>);

impl Firings {
    fn fire(&mut self, rule: &'static str, at: i64) {
        let (count, sum) = self.0.entry(rule).or_default();
        *count += 1;
        *sum += at % 1_000_003;
    }
}

type Membership = (String, String);

/// A run of the flow of R5.
struct Run {
    start: i64,
    posted: bool,
}

#[derive(Default)]
struct ByHand {
    firings: Firings,
    messages: HashMap<Membership, Vec<i64>>,
    flooded: HashMap<Membership, i64>,
    joined: HashMap<Membership, i64>,
    strikes: HashMap<String, Vec<i64>>,
    /// In cents.
    purchases: HashMap<String, Vec<(i64, i64)>>,
    gold: HashSet<String>,
    runs: HashMap<Membership, Run>,
    /// When each group last had a message, or was first seen.
    heard: HashMap<String, i64>,
}

impl ByHand {
    fn event(&mut self, event: &Value) {
        let at = ms(event);
        let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (group, member) = (text("group"), text("member"));
        let who = (group.clone(), member.clone());
        if !group.is_empty() {
            self.heard.entry(group.clone()).or_insert(at);
        }
        match text("kind").as_str() {
            "member.joined" => {
                self.firings.fire("R1", at);
                self.joined.insert(who.clone(), at);
                self.end_run_if_due(&who, at);
                // A flow has one run at a time: who was removed, which does not stop it, and comes back within the day is
                // still in the first one.
                self.runs.entry(who).or_insert(Run { start: at, posted: false });
            }
            "member.left" => {
                self.end_run_if_due(&who, at);
                self.runs.remove(&who);
            }
            "message.posted" => self.message(&who, at, event.get("links").and_then(Value::as_i64).unwrap_or_default()),
            "purchase.made" => {
                self.purchase(member, at, event.get("amount").and_then(Value::as_f64).expect("an amount"))
            }
            _ => {}
        }
    }

    fn message(&mut self, who: &Membership, at: i64, links: i64) {
        let (group, member) = who;
        self.end_run_if_due(who, at);
        if let Some(run) = self.runs.get_mut(who) {
            run.posted = true;
        }
        self.end_silence_if_due(group, at);
        self.heard.insert(group.clone(), at);

        let messages = self.messages.entry(who.clone()).or_default();
        messages.push(at);
        let many = messages.iter().filter(|time| **time > at - 10 * SECOND).count() >= 5;
        if many && self.flooded.get(who).is_none_or(|last| at - last >= 60 * SECOND) {
            self.flooded.insert(who.clone(), at);
            self.firings.fire("R2", at);
        }

        if links > 0 && self.joined.get(who).is_some_and(|joined| at - joined < 72 * HOUR) {
            let strikes = self.strikes.entry(member.clone()).or_default();
            strikes.push(at);
            let rule = match strikes.iter().filter(|time| **time > at - 30 * DAY).count() {
                1 => "R3.1",
                2 => "R3.2",
                3 => "R3.3",
                _ => "R3.4",
            };
            self.firings.fire(rule, at);
        }
    }

    fn purchase(&mut self, member: String, at: i64, amount: f64) {
        let purchases = self.purchases.entry(member.clone()).or_default();
        purchases.push((at, (amount * 100.0).round() as i64));
        let sum: i64 = purchases.iter().filter(|(time, _)| *time > at - 90 * DAY).map(|(_, cents)| cents).sum();
        // Nobody is demoted without a review.
        if sum >= 100_000 && self.gold.insert(member) {
            self.firings.fire("R4", at);
        }
    }

    /// The clock comes before an event of the same time.
    fn end_run_if_due(&mut self, who: &Membership, now: i64) {
        if let Some(run) = self.runs.get(who).filter(|run| run.start + DAY <= now) {
            if !run.posted {
                self.firings.fire("R5", run.start + DAY);
            }
            self.runs.remove(who);
        }
    }

    fn end_silence_if_due(&mut self, group: &str, now: i64) {
        if let Some(due) = self.heard.get(group).map(|heard| heard + 7 * DAY).filter(|due| *due <= now) {
            self.firings.fire("R6", due);
        }
    }

    /// The clock stops with the last event.
    fn finish(mut self, now: i64) -> Firings {
        for who in self.runs.keys().cloned().collect::<Vec<_>>() {
            self.end_run_if_due(&who, now);
        }
        for group in self.heard.keys().cloned().collect::<Vec<_>>() {
            self.end_silence_if_due(&group, now);
        }
        self.firings
    }
}

fn ms(line: &Value) -> i64 {
    let at = line.get("at").and_then(Value::as_str).expect("a time");
    DateTime::parse_from_rfc3339(at).expect("a time").timestamp_millis()
}

fn lines(text: &[u8]) -> impl Iterator<Item = Value> {
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
}

fn log() -> Vec<u8> {
    let mut generator = Generator::new(&Settings {
        events: EVENTS,
        members: 2_000,
        groups: 40,
        days: 120,
        start: NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date"),
        zone: Zone::parse("Asia/Shanghai").expect("a zone"),
        seed: 1,
        kinds: vec!["welfare".to_owned()],
    })
    .expect("such a log can be had");
    let mut log = Vec::new();
    while let Some(page) = generator.page() {
        log.extend_from_slice(page);
    }
    log
}

fn by_hand(log: &[u8]) -> Firings {
    let (mut program, mut last) = (ByHand::default(), 0);
    for event in lines(log) {
        program.event(&event);
        last = ms(&event);
    }
    program.finish(last)
}

/// What a decision is a firing of, whatever became of it: a sanction that was skipped since its member is gone is one.
fn rule(decision: &Value) -> Option<&'static str> {
    let text = |key: &str| decision.get(key).and_then(Value::as_str).unwrap_or_default();
    let days = || decision.pointer("/args/for_s").and_then(Value::as_i64).map(|seconds| seconds * SECOND / DAY);
    Some(match (text("item"), text("action")) {
        ("welcome_all", "dm") => "R1",
        ("flood", "task") => "R2",
        // What the strike leads to is told by the ladder.
        ("ad_link", "strike") => return None,
        ("ads", "warn") => "R3.1",
        ("ads", "mute") if days() == Some(1) => "R3.2",
        ("ads", "mute") if days() == Some(7) => "R3.3",
        ("ads", "remove") => "R3.4",
        ("promotion", "promote") => "R4",
        ("silent_onboarding", "dm") => "R5",
        ("dormant", "task") => "R6",
        _ => panic!("of no rule: {decision}"),
    })
}

fn by_playbook(log: Vec<u8>) -> Firings {
    let mut sources = Sources::new();
    sources.add("peers.sop", PLAYBOOK);
    let compiled = qun::compile_sources(sources, &NoContents);
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let source = Source::new("made up", Cursor::new(log));
    let mut log = LogReader::new(vec![source], Decoder::new(&plan), ReadOptions::default()).expect("a log");
    let program = Program::new(plan).expect("a program");
    let options = Options { after_removal: AfterRemoval::Keep, ..Options::default() };
    let mut written = Vec::new();
    Driver::new(&program, options).run(&mut log, &mut JsonLines::new(&mut written)).expect("a run");
    assert_eq!(log.finish().total().bad, 0);
    let mut firings = Firings::default();
    for decision in lines(&written) {
        if let Some(rule) = rule(&decision) {
            firings.fire(rule, ms(&decision));
        }
    }
    firings
}

#[test]
fn six_rules_fire_as_a_program_written_by_hand_does() {
    let log = log();
    let by_hand = by_hand(&log);
    assert_eq!(by_hand.0.keys().copied().collect::<Vec<_>>(), RULES, "every rule has something to do");
    assert_eq!(by_playbook(log), by_hand);
}
