//! Another version of the playbook takes over in a process that runs.

use super::{CLUB, LISTENING, Live, Place, line, post, request, until};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// The version with an action more, and one that is no playbook.
fn other() -> String {
    CLUB.replace(">= 5", ">= 2").replace("after 1s do dm \"hello {member.name}\"", "after 1s do dm \"good day\"")
}

fn talk(live: &Live, from: usize) {
    let lines: Vec<String> = (from..from + 3).map(|n| line(&format!("e{n}"), "message.posted", "m1")).collect();
    assert_eq!(post(live.address, "application/x-ndjson", &lines.join("\n")).unwrap().0, 200);
}

fn metrics(live: &Live) -> String {
    request(live.address, "GET /metrics HTTP/1.1", b"").unwrap().2
}

#[test]
fn a_reload_by_command_and_by_signal_survives_a_kill() {
    let place = Place::new("reload", LISTENING);
    assert_eq!(place.ran("reload qun.db", "").status.code(), Some(2));
    let live = place.start();
    assert_eq!(post(live.address, "application/json", &line("j1", "member.joined", "m7")).unwrap().0, 200);
    talk(&live, 0);
    let version = || -> Value {
        let status: Value = serde_json::from_str(&place.ok("status qun.db --format json", "")).unwrap();
        status["version"].clone()
    };
    let first = version();

    // A wrong one is told, and changes nothing.
    fs::write(place.0.join("club.sop"), "rule x for member in group { on member.joned do dm \"hi\" }").unwrap();
    let ran = place.ran("reload qun.db", "");
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{err}");
    assert!(err.contains("club.sop:1:") && err.contains("the version before goes on"), "{err}");
    assert_eq!(version(), first);

    // It is tried, and then done.
    fs::write(place.0.join("club.sop"), other()).unwrap();
    let tried = place.ok("reload qun.db --dry-run", "");
    assert!(tried.starts_with("it would be reloaded\n"), "{tried}");
    for told in ["changed rule `flood`", "changed flow `welcome`"] {
        assert!(tried.contains(told), "{told}: {tried}");
    }
    assert_eq!(version(), first);
    let done = place.ok("reload qun.db", "");
    assert_eq!(done.replacen("reloaded", "it would be reloaded", 1).lines().next(), tried.lines().next());
    assert_ne!(version(), first);
    assert_eq!(place.ok("reload qun.db", ""), "the playbook says what it said before\n");
    let metrics = metrics(&live);
    for count in ["qun_reloads_total 1", "qun_reloads_refused_total 1"] {
        assert!(metrics.contains(&format!("\n{count}\n")), "{count}: {metrics}");
    }
    talk(&live, 3);

    // The signal does the same, and a kill right after it loses nothing.
    fs::write(place.0.join("club.sop"), CLUB.replace(">= 5", ">= 4")).unwrap();
    let second = version();
    let id = live.child.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    until("the signal is heeded", || version() != second);
    talk(&live, 6);
    assert!(!live.end("-KILL").0);
    let live = place.start();
    talk(&live, 9);
    until("the journey is over", || place.ok("journal decisions qun.db", "").contains("\"action\":\"dm\""));
    assert!(live.end("-TERM").0);
    let (decisions, ids) = place.agrees();
    assert!(decisions >= 3 && ids.len() >= 13, "{decisions} {}", ids.len());
    assert!(place.0.join("versions/3/club.sop").exists());

    // Changed while nothing runs, it takes over at the start.
    fs::write(place.0.join("club.sop"), other()).unwrap();
    let (gently, said) = place.start().end("-TERM");
    assert!(gently && said.contains("another version of the playbook is in force"), "{said}");
    assert!(said.contains("changed rule `flood`"), "{said}");
    place.agrees();
    let (_, said) = place.start().end("-TERM");
    assert!(!said.contains("another version"), "{said}");
}
