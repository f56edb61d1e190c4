//! Connectors in a run: where decisions go, how often, and what is done where nobody knows what became of one.

use crate::place::{Place, SECRET, until};
use crate::recorder::{Answer, Recorder, json};
use std::time::{Duration, Instant};

const CLUB: &str = r#"
community { timezone "UTC" }
role owner
rule hello for member in group { on member.joined  do post "welcome" }
rule look for member in group { on member.left  do task "ask why" for owner due 1d }
"#;

const GREETER: &str =
    "community { timezone \"UTC\" }\nrule hello for member in group { on member.joined  do post \"welcome\" }\n";

const OK: &str = r#"{"ok":true,"errcode":0,"code":0}"#;

fn telegram(server: &Recorder, more: &str) -> String {
    let server = server.address;
    format!("connectors:\n  forum:\n    kind: telegram\n    token: env:QUN_SECRET\n    server: http://{server}\n{more}")
}

fn robot(more: &str) -> String {
    format!("  robot:\n    kind: wecom\n    url: file:url\n{more}")
}

#[test]
fn each_decision_goes_its_way() {
    let (forum, office) = (Recorder::new([json(200, OK)]), Recorder::new([json(200, OK)]));
    let routes = "routes:\n  - actions: [task]\n    to: robot\n  - groups: [g9]\n    to: none\n  - groups: [g2]\n    to: forum\n    destination: \"-1002\"\n  - to: forum\n";
    let place = Place::new("ways", CLUB, &format!("{}{}{routes}", telegram(&forum, ""), robot("")));
    std::fs::write(place.0.join("url"), format!("http://{}/send?key={SECRET}\n", office.address)).unwrap();
    let mut live = place.start();
    for (kind, group) in
        [("member.joined", "-1001"), ("member.joined", "g2"), ("member.joined", "g9"), ("member.left", "-1001")]
    {
        live.tell("a", kind, group, "42");
    }
    until("all is settled", || place.outbox("done").lines().count() == 3 && !place.outbox("dropped").is_empty());
    let dropped = place.outbox("dropped");
    assert!(dropped.contains("no route leads anywhere") && dropped.lines().count() == 1, "{dropped}");
    // Nobody can send by hand what has nowhere to go.
    assert_eq!(place.ran(&format!("outbox retry qun.db {}", &dropped[..20])).status.code(), Some(2));
    live.end("-TERM");
    let mut chats: Vec<_> = forum.received().iter().map(|request| request.json()["chat_id"].to_string()).collect();
    chats.sort();
    assert_eq!(chats, [r#""-1001""#, r#""-1002""#]);
    assert!(office.received()[0].json()["text"]["content"].as_str().unwrap().starts_with("☐ ask why (owner, "));
    assert!(!place.ok("outbox list qun.db").contains(SECRET));
}

#[test]
fn what_a_connector_cannot_do_is_told_at_the_start() {
    let server = Recorder::new([json(200, OK)]);
    let strict = r#"
community { timezone "UTC" }
role owner
message long for member in group "LONG"
rule hello for member in group { on member.joined  do post long }
rule rude for member in group { on message.reported  do mute 400d }
rule left for member in group { on member.left  do task "ask" for owner due 1d }
"#;
    let strict = strict.replace("LONG", &"好".repeat(700));
    let place = Place::new("cannot", &strict, &format!("connectors:\n{}allow: [mute]\n", robot("")));
    std::fs::write(place.0.join("url"), "http://127.0.0.1:9/x").unwrap();
    let told = place.refused();
    for wanted in [
        "connector-cannot",
        "`robot` (WeCom group robot) cannot mute",
        "`robot` (WeCom group robot) takes texts of 2048 bytes, and this has 2100",
        "[club.sop:5:55]",
        "[club.sop:6:57]",
        "`actions: [mute]` with another",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    // What is not allowed does not go out and need not be possible.
    place.configure(&format!("connectors:\n{}", robot("")));
    assert!(!place.refused().contains("cannot mute"));
    place.configure(&telegram(&server, "allow: [mute]\n"));
    let told = place.refused();
    assert!(told.contains("`forum` (Telegram bot) mutes for 366d at most"), "{told}");
    assert!(told.contains("`forum` (Telegram bot) is not told where tasks go"), "{told}");
    place.configure(&telegram(&server, "routes:\n  - groups: [g1]\n    to: forum\n"));
    assert!(place.refused().contains("no route takes `post` of every group"));
    place.configure(&telegram(&server, "routs:\n  - to: forum\n    destination: x\n"));
    let told = place.refused();
    assert!(told.contains("did you mean `routes`?") && !told.contains(SECRET), "{told}");
}

#[test]
fn a_restart_does_not_make_it_faster() {
    let server = Recorder::new([json(200, OK)]);
    let place = Place::new("rate", GREETER, &format!("connectors:\n{}", robot("    per_minute: 60\n")));
    std::fs::write(place.0.join("url"), format!("http://{}/send?key={SECRET}", server.address)).unwrap();
    // Five at once, then one in 60/56 seconds.
    let begun = Instant::now();
    let mut live = place.start();
    for _ in 0..7 {
        live.tell("a", "member.joined", "g1", "42");
    }
    until("five are sent", || server.received().len() >= 5);
    live.end("-KILL");
    let live = place.start();
    until("seven are sent", || server.received().len() >= 7);
    assert!(begun.elapsed() >= Duration::from_millis(2140), "{:?}", begun.elapsed());
    live.end("-TERM");
    assert_eq!(server.received().len(), 7);
}

#[test]
fn the_other_side_may_ask_for_a_pause() {
    let limited = Answer::Whole(
        429,
        "",
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":2}}"#.to_owned(),
    );
    let server = Recorder::new([limited, json(200, OK)]);
    let place = Place::new("pause", GREETER, &telegram(&server, ""));
    let mut live = place.start();
    live.tell("a", "member.joined", "-1001", "42");
    until("it is refused", || server.received().len() == 1);
    let refused = Instant::now();
    until("it is sent again", || server.received().len() == 2);
    assert!(refused.elapsed() >= Duration::from_millis(1900), "{:?}", refused.elapsed());
    live.end("-TERM");
    assert!(place.outbox("done").contains("post"));
}

#[test]
fn what_may_have_arrived_is_held_for_people_or_sent_again_as_the_configuration_says() {
    let server = Recorder::new([Answer::Bytes(""), json(200, OK)]);
    let place = Place::new("uncertain", GREETER, &telegram(&server, ""));
    let mut live = place.start();
    live.tell("a", "member.joined", "-1001", "42");
    until("it is uncertain", || place.outbox("uncertain").contains("post"));
    // It does not hold up what comes after it.
    live.tell("b", "member.joined", "-1001", "43");
    until("the next is done", || place.outbox("done").contains("post"));
    assert_eq!(server.received().len(), 2);
    let held = place.outbox("uncertain");
    place.ok(&format!("outbox retry qun.db {}", &held[..20]));
    until("it is done", || place.outbox("done").lines().count() == 2);
    live.end("-TERM");

    let server = Recorder::new([Answer::Bytes(""), json(200, OK)]);
    let place = Place::new("again", GREETER, &telegram(&server, "    on_uncertain: retry\n"));
    let mut live = place.start();
    live.tell("a", "member.joined", "-1001", "42");
    until("it is done", || place.outbox("done").contains("post"));
    assert_eq!(server.received().len(), 2);
    live.end("-TERM");
}

#[test]
fn a_kill_while_something_is_sent_is_known_afterwards() {
    let server = Recorder::new([Answer::Silence, json(200, OK)]);
    let place = Place::new("killed", GREETER, &telegram(&server, ""));
    let mut live = place.start();
    live.tell("a", "member.joined", "-1001", "42");
    until("it is being sent", || server.received().len() == 1);
    assert!(place.outbox("sending").contains("post"));
    live.end("-KILL");
    let live = place.start();
    let held = place.outbox("uncertain");
    assert!(held.contains("the process ended while it was sent"), "{held}");
    place.ok(&format!("outbox drop qun.db {}", &held[..20]));
    assert!(place.outbox("dropped").contains("dropped by hand"));
    live.end("-TERM");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_ban_that_the_platform_does_not_end_is_ended() {
    let server = Recorder::new([json(200, "{}")]);
    let banning = "community { timezone \"UTC\" }\nrule rude for member in group { on member.left  do ban 2s }\n";
    let discord = format!(
        "connectors:\n  forum:\n    kind: discord\n    token: env:QUN_SECRET\n    guild: \"9\"\n    server: http://{}\nallow: [ban]\n",
        server.address
    );
    let place = Place::new("end", banning, &discord);
    let mut live = place.start();
    live.tell("a", "member.joined", "77", "42");
    live.tell("a", "member.left", "77", "42");
    let begun = Instant::now();
    until("the ban is done", || place.outbox("done").contains("ban"));
    assert!(place.outbox("pending").contains("unban"));
    until("the ban is over", || server.received().iter().any(|request| request.line.starts_with("DELETE ")));
    assert!(begun.elapsed() >= Duration::from_millis(1900), "{:?}", begun.elapsed());
    live.end("-TERM");
    let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["PUT /guilds/9/bans/42", "DELETE /guilds/9/bans/42"]);
}

#[test]
fn the_console_is_for_people() {
    let place = Place::new("console", GREETER, "connectors:\n  it:\n    kind: console\n");
    let mut live = place.start();
    live.tell("a", "member.joined", "g1", "m1");
    until("it is printed", || place.outbox("done").contains("post"));
    let said = live.end("-TERM");
    assert!(said.contains("post g1 welcome\n"), "{said}");
}
