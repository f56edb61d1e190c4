//! What holds for every log, and the shape of one.

use super::{Generator, Settings, SettingsError};
use crate::check::content::NoContents;
use crate::log::{Accounts, Decoder, LogReader, ReadOptions, Source, read_directory};
use crate::plan::Plan;
use crate::syntax::source::Sources;
use crate::time::{Instant, Zone};
use chrono::NaiveDate;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;

const DAY: i64 = 86_400_000;

pub(super) fn settings(events: u64) -> Settings {
    let kinds = ["lead", "welfare"].map(str::to_owned).to_vec();
    let (start, zone) = (NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(), Zone::parse("Asia/Shanghai").unwrap());
    Settings {
        events,
        members: (events / 50).max(20),
        groups: (events / 1_000).max(1),
        days: 120,
        start,
        zone,
        seed: 1,
        kinds,
    }
}

fn log(settings: &Settings) -> Vec<u8> {
    let mut generator = Generator::new(settings).unwrap();
    let mut log = Vec::new();
    while let Some(page) = generator.page() {
        log.extend_from_slice(page);
    }
    assert_eq!(generator.written(), settings.events);
    log
}

fn lines(log: &[u8]) -> Vec<Value> {
    std::str::from_utf8(log).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn hash(log: &[u8]) -> String {
    Sha256::digest(log).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn text<'v>(line: &'v Value, key: &str) -> &'v str {
    line[key].as_str().unwrap_or_default()
}

fn at(line: &Value) -> i64 {
    Instant::parse(text(line, "at")).unwrap().ms()
}

fn plan() -> Plan {
    let playbook = "community { timezone \"Asia/Shanghai\" currency CNY }\n\
        kind lead, welfare\nrole owner, admin\nclass engage, convert, brand\n";
    let mut sources = Sources::new();
    sources.add("test.sop", playbook);
    crate::compile_sources(sources, &NoContents).plan.unwrap()
}

fn read(log: Vec<u8>) -> Accounts {
    let sources = vec![Source::new("log", Cursor::new(log))];
    let mut reader = LogReader::new(sources, Decoder::new(&plan()), ReadOptions::default()).unwrap();
    while reader.next().unwrap().is_some() {}
    reader.finish()
}

#[test]
fn the_same_settings_give_the_same_bytes_on_every_machine() {
    assert_eq!(hash(&log(&settings(2_000))), "7c1d816162c01933");
}

#[test]
fn another_seed_gives_another_log() {
    assert_ne!(log(&settings(500)), log(&Settings { seed: 2, ..settings(500) }));
}

#[test]
fn the_number_of_events_is_exact_and_the_log_is_read_without_complaint() {
    for events in [1, 2, 3, 10, 199, 500, 1_000, 20_000] {
        for seed in 1..4 {
            let accounts = read(log(&Settings { seed, ..settings(events) }));
            let total = accounts.total();
            assert_eq!((total.events, total.bad, total.unknown), (events, 0, 0), "{:?}", accounts.bad);
        }
    }
}

#[test]
fn odd_settings_are_kept_too() {
    let odd = |members, groups, days, zone: &str| Settings {
        members,
        groups,
        days,
        zone: Zone::parse(zone).unwrap(),
        ..settings(3_000)
    };
    let all = [
        odd(1, 1, 1, "UTC"),
        odd(2, 2, 2, "America/New_York"),
        odd(50, 50, 400, "Australia/Lord_Howe"),
        odd(9_000, 3, 15, "Asia/Kathmandu"),
        odd(9_000, 9_000, 3_660, "Pacific/Apia"),
    ];
    for settings in all {
        let total = read(log(&settings)).total();
        assert_eq!((total.events, total.bad), (3_000, 0), "{settings:?}");
    }
}

#[test]
fn times_rise_within_the_days_and_ids_differ() {
    let settings = settings(20_000);
    let lines = lines(&log(&settings));
    assert!(lines.windows(2).all(|pair| at(&pair[0]) <= at(&pair[1])));
    let begin = Instant::parse("2025-01-01T00:00:00+08:00").unwrap().ms();
    let (first, last) = (at(&lines[0]), at(lines.last().unwrap()));
    assert!(first >= begin && last < begin + 120 * DAY);
    assert!(last > begin + 118 * DAY, "the log covers its days");
    assert!(lines.iter().all(|line| text(line, "at").ends_with("+08:00")));
    let ids: HashSet<&str> = lines.iter().map(|line| text(line, "id")).collect();
    assert_eq!(ids.len(), lines.len());
}

#[test]
fn the_kinds_of_events_have_their_shares() {
    let lines = lines(&log(&settings(100_000)));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        *kinds.entry(text(line, "kind")).or_default() += 1;
    }
    let known = [
        ("checkin.done", 1_000),
        ("content.opened", 1_000),
        ("group.created", 100),
        ("link.clicked", 1_000),
        ("live.attended", 100),
        ("live.cancelled", 0),
        ("live.moved", 0),
        ("live.scheduled", 20),
        ("member.joined", 1_000),
        ("member.left", 100),
        ("member.removed", 1),
        ("member.renamed", 20),
        ("message.posted", 55_000),
        ("message.reported", 20),
        ("purchase.made", 2_000),
        ("purchase.refunded", 50),
        ("reaction.added", 2_000),
        ("red_packet.claimed", 200),
        ("red_packet.sent", 50),
        ("referral.succeeded", 50),
        ("role.granted", 50),
        ("role.revoked", 1),
    ];
    for (kind, least) in known {
        let count = kinds.remove(kind).unwrap_or_default();
        assert!(count >= least, "{kind}: {count}");
    }
    assert_eq!(kinds, BTreeMap::new());
}

#[test]
fn the_night_is_quiet_and_some_write_most() {
    let lines = lines(&log(&settings(100_000)));
    let messages: Vec<&Value> = lines.iter().filter(|line| text(line, "kind") == "message.posted").collect();
    let hour = |line: &Value| text(line, "at").get(11..13).unwrap().parse::<u32>().unwrap();
    let night = messages.iter().filter(|line| hour(line) < 6).count();
    let evening = messages.iter().filter(|line| (19..23).contains(&hour(line))).count();
    assert!(night * 100 / messages.len() <= 6, "{night} of {} at night", messages.len());
    assert!((20..45).contains(&(evening * 100 / messages.len())), "{evening} of {} in the evening", messages.len());
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &messages {
        *written.entry(text(line, "member")).or_default() += 1;
    }
    let mut written: Vec<usize> = written.into_values().collect();
    written.sort_unstable_by(|a, b| b.cmp(a));
    // A hundredth of the 2,000 members.
    let head: usize = written.iter().take(20).sum();
    assert!((10..50).contains(&(head * 100 / messages.len())), "{head} of {}", messages.len());
}

#[test]
fn there_are_floods_campaigns_and_silence() {
    let lines = lines(&log(&settings(100_000)));
    let mut recent: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    let mut linked: BTreeMap<&str, (HashSet<&str>, HashSet<&str>)> = BTreeMap::new();
    let mut spoken: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut floods, mut silences) = (0, 0);
    for line in lines.iter().filter(|line| text(line, "kind") == "message.posted") {
        let (group, member, now) = (text(line, "group"), text(line, "member"), at(line));
        let times = recent.entry((group, member)).or_default();
        times.retain(|earlier| *earlier > now - 10_000);
        times.push(now);
        floods += usize::from(times.len() == 5);
        silences += usize::from(spoken.insert(group, now).is_some_and(|before| now - before > 7 * DAY));
        if line["links"] == 1 {
            let (members, groups) = linked.entry(text(line, "text_hash")).or_default();
            members.insert(member);
            groups.insert(group);
        }
    }
    let campaigns = linked.values().filter(|(members, groups)| members.len() >= 3 && groups.len() >= 2).count();
    assert!(floods >= 25, "{floods} floods");
    assert!(campaigns >= 2, "{campaigns} campaigns");
    assert!(silences >= 5, "{silences} silences");
}

#[test]
fn nobody_acts_in_a_group_that_they_have_left() {
    let lines = lines(&log(&settings(20_000)));
    let mut gone: HashSet<(&str, &str)> = HashSet::new();
    for line in &lines {
        let who = (text(line, "group"), text(line, "member"));
        match text(line, "kind") {
            "member.left" | "member.removed" => assert!(gone.insert(who), "{line}"),
            "member.joined" => drop(gone.remove(&who)),
            _ => assert!(!gone.contains(&who), "{line}"),
        }
    }
    assert!(!gone.is_empty());
}

#[test]
fn the_directory_is_that_of_the_log() {
    let settings = settings(20_000);
    let mut yaml = Vec::new();
    Generator::new(&settings).unwrap().write_directory(&mut yaml).unwrap();
    let directory = read_directory(std::str::from_utf8(&yaml).unwrap(), &plan()).unwrap();
    assert_eq!((directory.groups.len(), directory.members.len()), (14, 160));
    assert!(directory.members.iter().all(|member| !member.groups.is_empty()));
    let there: HashSet<(&str, &str)> = directory
        .members
        .iter()
        .flat_map(|member| member.groups.iter().map(|group| (group.group.as_str(), member.id.as_str())))
        .collect();
    let mut met: HashSet<(String, String)> = HashSet::new();
    for line in lines(&log(&settings)) {
        let who = (text(&line, "group").to_owned(), text(&line, "member").to_owned());
        if who.0.is_empty() || who.1.is_empty() || !met.insert(who.clone()) {
            continue;
        }
        let was_there = there.contains(&(who.0.as_str(), who.1.as_str()));
        assert_eq!(was_there, text(&line, "kind") != "member.joined", "{line}");
    }
}

#[test]
fn what_cannot_be_had_is_told() {
    let told = |settings: Settings| Generator::new(&settings).unwrap_err().to_string();
    let base = settings(100);
    assert_eq!(told(Settings { events: 0, ..base.clone() }), "`--events 0`: a log needs some events");
    assert_eq!(told(Settings { days: 4_000, ..base.clone() }), "`--days 4000` is more than can be made, which is 3660");
    let groups = Generator::new(&Settings { groups: 21, ..base.clone() }).unwrap_err();
    assert_eq!(groups, SettingsError::Groups { groups: 21, members: 20 });
    assert_eq!(told(Settings { kinds: vec!["a b".to_owned()], ..base }), "`a b` cannot be a kind of group");
}
