use crate::qun::{Ran, qun};
use serde_json::Value;

const ITEMS: &str = r#"
community { timezone "Asia/Shanghai" }
role owner
limit calm for member { on dm  at most 2 per day  else skip }
rule flood for member in group {
  on message.posted
  when count(message.posted, last 10s) >= 5 and not (member is owner)
  do { strike conduct because "flood"  dm "slow down" }
}
ladder conduct for member in group {
  strikes last 2h
  at 1 do warn "please"
  at 2 do mute 10m
  at 3 do remove needs approval by owner within 1d else drop
}
rule thanks for member in group {
  on message.posted
  when since(member.joined) >= 1h
  do dm "thanks"
  once per 7d
}
flow onboarding for member in group {
  start on member.joined
  after 1d when never(message.posted) do task "talk to {member.name}" for owner due 2d
}
rule daily for group { every day at 12:00 when count(message.posted, last 1d) >= 3 do post "busy" }
"#;

/// m1 floods at 9:23, 10:23 and 12:23, m2 nearly, m3 only joins.
fn log() -> String {
    let mut lines = Vec::new();
    let mut event = |seconds: u32, kind: &str, member: &str| {
        let at = 1_709_510_400 + seconds;
        let id = format!("e{}", lines.len() + 1);
        lines.push(format!(r#"{{"id":"{id}","at":{at}000,"kind":"{kind}","group":"g1","member":"{member}"}}"#));
    };
    event(0, "member.joined", "m1");
    event(10, "member.joined", "m2");
    event(20, "member.joined", "m3");
    for start in [5_000, 8_600, 15_800] {
        (0..5).for_each(|n| event(start + n, "message.posted", "m1"));
    }
    (0..4).for_each(|n| event(20_000 + n, "message.posted", "m2"));
    event(30_000, "message.posted", "m2");
    event(100_000, "message.posted", "m2");
    lines.join("\n")
}

fn explain(arguments: &str) -> Ran {
    qun(&format!("explain a.sop --log log.jsonl {arguments}")).file("a.sop", ITEMS).file("log.jsonl", log()).run()
}

/// The id of the decision at a position among those that an action and a member have.
fn id(action: &str, member: &str, position: usize) -> String {
    let run = qun("simulate a.sop --log log.jsonl --format jsonl").file("a.sop", ITEMS).file("log.jsonl", log());
    let run = run.ends_with(0);
    let lines = run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mine = lines.filter(|line| line["action"] == action && (member.is_empty() || line["member"] == member));
    mine.map(|line| line["id"].as_str().unwrap().to_owned()).nth(position).unwrap()
}

fn answer(arguments: &str) -> String {
    let ran = explain(arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.clone()
}

#[test]
fn a_mute_is_explained_down_to_the_messages_and_the_strikes() {
    insta::assert_snapshot!(answer(&format!("--decision {}", id("mute", "m1", 0))));
}

#[test]
fn a_message_that_a_limit_stopped_names_the_limit() {
    insta::assert_snapshot!(answer(&format!("--events --decision {}", id("dm", "m1", 2))));
}

#[test]
fn a_step_of_a_flow_comes_from_the_event_that_started_it() {
    let text = answer(&format!("--decision {}", id("task", "m3", 0)));
    assert!(text.contains("event member.joined of `m3` in `g1` on 2024-03-04 08:00:20 (`e3`)"), "{text}");
    assert!(text.contains("when never(message.posted): true"), "{text}");
}

#[test]
fn what_happened_to_a_member_is_told_item_by_item() {
    insta::assert_snapshot!(answer("--member m1 --at 2024-03-04T10:30"));
    insta::assert_snapshot!(answer("--member m2 --group g1"));
    assert!(answer("--member m1 --group g9").contains("Nothing was decided about this member"));
}

#[test]
fn a_mute_stands_until_it_has_run_out() {
    let stands = |at: &str| answer(&format!("--member m1 --at 2024-03-04T{at}")).lines().nth(1).unwrap().to_owned();
    assert_eq!(stands("10:30"), "  muted in `g1` until 2024-03-04 10:33");
    assert_eq!(stands("10:40"), "  no sanction, no tier above the lowest, no tags, no points");
}

/// Items whose conditions are tested long before what they lead to.
const EARLIER: &str = r#"
community { timezone "Asia/Shanghai" }
role owner, admin
flow care for member in group {
  start on member.joined when event.channel is "shop" and count(member.joined by group, last 1d) >= 1
  after 2d when never(message.posted) do task "call" for owner due 1d otherwise do task "call now" for admin due 1d
}
rule patient for member in group { on message.posted when since(member.joined) >= 3d do dm "welcome back" }
"#;

fn earlier(arguments: &str) -> String {
    let log = r#"{"id":"a","at":1709510400000,"kind":"member.joined","group":"g1","member":"m1","channel":"shop"}
{"id":"b","at":1709514000000,"kind":"member.joined","group":"g1","member":"m2","channel":"street"}
{"id":"c","at":1709517600000,"kind":"message.posted","group":"g1","member":"m2"}
{"id":"z","at":1709942400000,"kind":"member.joined","group":"g1","member":"m9","channel":"street"}"#;
    qun(arguments).file("b.sop", EARLIER).file("log.jsonl", log).ends_with(0).out.clone()
}

#[test]
fn conditions_of_earlier_instants_are_told_with_their_values_and_their_time() {
    let decided = earlier("simulate b.sop --log log.jsonl --format jsonl");
    let ids: Vec<String> = decided
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2, "{decided}");
    for id in ids {
        let text = earlier(&format!("explain b.sop --log log.jsonl --decision {id}"));
        assert!(text.contains(": true on 2024-03-04 08:00:00\n"), "{text}");
        assert!(text.contains("event.channel = \"shop\""), "{text}");
        assert!(text.contains("when never(message.posted): true"), "{text}");
    }
}

#[test]
fn a_condition_that_time_alone_makes_true_says_from_when_on() {
    let text = earlier("explain b.sop --log log.jsonl --member m2 --item patient --at 2024-03-04T12:00");
    assert!(text.contains("if nothing else happens, that is so from 2024-03-07 09:00:00 on"), "{text}");
    let text = answer("--member m2 --item flood");
    assert!(!text.contains("if nothing else happens"), "{text}");
}

#[test]
fn a_clause_that_could_not_be_known_says_so() {
    let items = "community { timezone \"Asia/Shanghai\" }\nfield age: number for member\n\
        rule adult for member in group { on message.posted when event.links >= 0 and member.age >= 18 do dm \"hi\" }\n";
    let log = r#"{"id":"a","at":1709510400000,"kind":"message.posted","group":"g1","member":"m1"}"#;
    let ran = qun("explain a.sop --log log.jsonl --member m1 --item adult").file("a.sop", items).file("log.jsonl", log);
    let text = ran.ends_with(0).out.clone();
    assert!(text.contains("it stopped at `member.age >= 18`, which could not be known"), "{text}");
}

#[test]
fn events_that_were_counted_are_named_by_their_ids() {
    let id = id("mute", "m1", 0);
    let text = answer(&format!("--events --decision {id}"));
    for (second, event) in [(20, 9), (21, 10), (22, 11), (23, 12), (24, 13)] {
        assert!(text.contains(&format!("2024-03-04 10:23:{second}  `e{event}`")), "{text}");
    }
    assert!(!answer(&format!("--decision {id}")).contains("10:23:22  `"));
}

#[test]
fn answers_fit_the_schema() {
    let schema: Value = serde_json::from_str(&qun("schema explain").ends_with(0).out).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let (mute, dm, task) = (id("mute", "m1", 0), id("dm", "m1", 2), id("task", "m3", 0));
    for arguments in [
        format!("--events --decision {mute}"),
        format!("--decision {dm}"),
        format!("--decision {task}"),
        format!("--decision {}", id("post", "", 0)),
        "--member m2 --item flood".to_owned(),
        "--member m2 --item thanks".to_owned(),
        "--member m1 --item conduct".to_owned(),
        "--member m1 --at 2024-03-04T10:30".to_owned(),
        "--member m3".to_owned(),
    ] {
        let json: Value = serde_json::from_str(&answer(&format!("{arguments} --format json"))).unwrap();
        let errors: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments}\n{json:#}\n{errors:?}");
    }
}

#[test]
fn what_the_clock_woke_says_so() {
    let text = answer(&format!("--decision {}", id("post", "", 0)));
    assert!(text.contains("the clock: `daily` on 2024-03-04T12:00:00+08:00"), "{text}");
    assert!(text.contains("count(message.posted, last 1d) = 10"), "{text}");
    assert!(!text.contains("To the member"), "{text}");
}

#[test]
fn a_beginning_of_an_id_is_enough() {
    let id = id("mute", "m1", 0);
    assert_eq!(answer(&format!("--decision {}", &id[..6])), answer(&format!("--decision {id}")));
}

#[test]
fn the_nearest_miss_is_told_with_what_it_takes() {
    insta::assert_snapshot!(answer("--member m2 --item flood"));
}

#[test]
fn strikes_that_have_faded_are_told_with_their_time() {
    // At the third flood the first strike had faded: a mute again, and no removal.
    let text = answer("--member m1 --item conduct");
    assert!(text.contains("it acted 3 times"), "{text}");
    let text = answer("--member m1 --item conduct --at 2024-03-04T12:24");
    assert!(text.contains("Strikes on `conduct`: 1 (steps at 1, 2, 3)"), "{text}");
    assert!(text.contains("1 in `g1`  faded on 2024-03-04 11:23:24"), "{text}");
}

#[test]
fn once_says_when_it_is_free_again() {
    let text = answer("--member m2 --item thanks");
    assert!(
        text.contains("stopped 5 times: it had acted on 2024-03-04 13:33:20; it may act again on 2024-03-11 13:33:20"),
        "{text}"
    );
}

#[test]
fn both_answers_have_a_form_for_programs() {
    let json = |arguments: &str| serde_json::from_str::<Value>(&answer(&format!("{arguments} --format json"))).unwrap();
    let why = json(&format!("--events --decision {}", id("mute", "m1", 0)));
    let condition = &why["causes"][0]["tests"][0]["condition"];
    assert_eq!(condition["parts"][0]["parts"][0]["value"], "5");
    assert_eq!(condition["parts"][0]["parts"][0]["events"].as_array().unwrap().len(), 5);
    assert_eq!(why["strikes"]["total"], 2);
    let why_not = json("--member m2 --item flood");
    assert_eq!((&why_not["acted"], &why_not["tested"]), (&Value::from(0), &Value::from(6)));
    assert_eq!(why_not["nearest"]["stopped_at"], "count(message.posted, last 10s) >= 5");
}

#[test]
fn the_sentence_names_nobody_else_and_repeats_no_words() {
    let items = r#"
      community { timezone "Asia/Shanghai" name "读书会" }
      event message.posted for member in group { text: text?, mention: member? }
      let busy for group = count(message.posted, last 1m) >= 1
      rule ad for member in group { on message.posted
        when event.text contains "secret" and event.mention is group.owner and count(message.posted, last 1d) >= 1
          and count(message.posted where text contains "secret") >= 1 and group.busy
        do mute 1d }"#;
    let log = r#"{"id":"e1","at":1709510400000,"kind":"group.created","group":"g1","group_kind":"k","owner":"boss"}
{"id":"e2","at":1709510401000,"kind":"message.posted","group":"g1","member":"m1","text":"a secret thing","mention":"boss"}"#;
    let run = |arguments: &str| {
        qun(arguments).file("a.sop", format!("kind k\n{items}")).file("log.jsonl", log).ends_with(0).out.clone()
    };
    let decided = run("simulate a.sop --log log.jsonl --format jsonl");
    let decided: Value = serde_json::from_str(decided.lines().next().unwrap()).unwrap();
    let text = run(&format!("explain a.sop --log log.jsonl --decision {}", decided["id"].as_str().unwrap()));
    let (all, sentence) = text.split_once("To the member\n").unwrap();
    assert!(all.contains("boss") && all.contains("a secret thing"), "{text}");
    assert_eq!(sentence.trim(), "你于 2024-03-04 08:00:01 被「ad」禁言 1d。依据：count(message.posted, last 1d) = 1。");
}

#[test]
fn what_is_not_there_is_told_with_what_is_near() {
    let told = |arguments: &str| {
        let ran = explain(arguments);
        assert_eq!(ran.code, 2, "{}", ran.out);
        ran.err.clone()
    };
    let id = id("mute", "m1", 0);
    let other = if id.ends_with('0') { "1" } else { "0" };
    let near = told(&format!("--decision {}{other}", &id[..19]));
    assert!(near.contains("there is no decision") && near.contains(&format!("near it: `{id}`")), "{near}");
    assert!(told("--decision 1234567890").contains("must be those of the run that wrote it"));
    assert!(told("--decision xyz").contains("is not the id of a decision"));
    assert!(told("--member m22 --item flood").contains("near it: `m2`"));
    assert!(told("--member m2 --item floot").contains("did you mean `flood`?"));
    assert!(told("--member m22").contains("near it: `m2`"));
    assert!(told("").contains("--decision"));
}
