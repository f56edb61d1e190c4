//! Budgets: what was done is measured, nothing is changed, and a broken one can end a command with 1.

use crate::qun::{Qun, Ran, event, messages, playbook, qun};
use serde_json::Value;

/// A dry run of these items over a log, with a JSON report.
fn simulate(items: &str, log: &str, arguments: &str) -> Qun {
    qun(&format!("simulate club.sop --log log.jsonl {arguments}"))
        .file("club.sop", playbook(items))
        .file("log.jsonl", log)
}

/// What the only budget came to.
fn measured(items: &str, log: &str) -> Value {
    let ran = simulate(items, log, "--format json").ends_with(0);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let budgets = report["budgets"].as_array().unwrap();
    assert_eq!(budgets.len(), 1, "{budgets:?}");
    budgets[0].clone()
}

/// Overruns, actions beyond the budget, subjects.
fn figures(budget: &Value) -> [u64; 3] {
    ["overruns", "beyond", "subjects"].map(|name| budget[name].as_u64().unwrap())
}

const ECHO: &str = "rule echo for member in group { on message.posted do dm \"ok\" }\n";
/// The hour of the first event is 08:00; minutes to the next local midnight.
const MIDNIGHT: i64 = 16 * 60;

#[test]
fn a_calendar_period_begins_at_local_midnight() {
    let budget = format!("{ECHO}budget b for member {{ on dm  at most 3 per day }}");
    let log = messages(MIDNIGHT - 3, 6, "m1");
    assert_eq!(figures(&measured(&budget, &log)), [0, 0, 0], "three before midnight and three from midnight on");
    let broken = measured(&budget, &messages(MIDNIGHT - 4, 10, "m1"));
    assert_eq!(figures(&broken), [2, 4, 1], "four before midnight, six from midnight on");
    let largest = &broken["largest"][0];
    assert_eq!((&largest["count"], &largest["most"]), (&Value::from(6), &Value::from(3)));
    assert_eq!(largest["from"], "2024-03-02T00:00:00+08:00");
    assert_eq!(largest["first"]["at"], "2024-03-02T00:03:00+08:00");
    assert_eq!(largest["member"], "m1");
    assert_eq!(largest["first"]["source"], "club.sop:3:54");
}

#[test]
fn a_trailing_time_is_left_at_its_old_end() {
    let budget = format!("{ECHO}budget b for member {{ on dm  at most 3 per 1h }}");
    let log = messages(0, 3, "m1") + &event(60, "message.posted", "g1", "m1");
    assert_eq!(figures(&measured(&budget, &log)), [0, 0, 0], "the first is an hour ago: (now - 1h, now]");
    let log = messages(0, 3, "m1") + &event(59, "message.posted", "g1", "m1") + &messages(200, 5, "m1");
    let broken = measured(&budget, &log);
    assert_eq!(figures(&broken), [2, 3, 1], "it was within the budget again in between");
    assert_eq!(broken["largest"][0]["count"], 5);
    assert_eq!(broken["largest"][1]["from"], "2024-03-01T08:00:00+08:00");
}

#[test]
fn what_is_said_to_a_group_reaches_each_of_its_members() {
    let items = "rule news for group { on message.posted do post \"news\" }\n\
        budget b for member { on post  at most 1 per day }";
    let joined: String = ["m1", "m2", "m3"].iter().map(|m| event(0, "member.joined", "g1", m)).collect();
    let left = event(2, "member.left", "g1", "m3");
    let log = joined + &messages(1, 1, "m1") + &left + &messages(3, 1, "m1");
    assert_eq!(figures(&measured(items, &log)), [2, 2, 2], "m3 heard one of two");
}

#[test]
fn a_class_and_a_condition_narrow_it() {
    let items = "class ad, tip\n\
        rule a for group { on message.posted do { post \"buy\" as ad  post \"hint\" as tip } }\n\
        budget b for group { on post as ad  at most 1 per day }";
    let joined = event(0, "member.joined", "g1", "m1");
    assert_eq!(figures(&measured(items, &(joined.clone() + &messages(1, 3, "m1")))), [1, 2, 1]);
    let items = format!(
        "tag quiet\nrule t for member in group {{ on member.joined when event.channel is \"form\" do tag quiet }}\n{ECHO}\
         budget b for member where not member has quiet {{ on dm  at most 1 per day }}"
    );
    let by_form = joined.replace("}\n", ",\"channel\":\"form\"}\n").replace("m1", "m2");
    let log = joined + &by_form + &messages(1, 3, "m1") + &messages(5, 3, "m2");
    let broken = measured(&items, &log);
    assert_eq!((figures(&broken), &broken["largest"][0]["member"]), ([1, 2, 1], &Value::from("m1")));
}

#[test]
fn each_role_has_tasks_of_its_own() {
    let items = "rule a for member in group { on message.posted do { task \"see\" for owner due 1d  task \"look\" for admin due 1d } }\n\
        budget b for community { on task  at most 3 per day per role }";
    let three = event(0, "member.joined", "g1", "m1") + &messages(1, 3, "m1");
    assert_eq!(figures(&measured(items, &three)), [0, 0, 0]);
    let four = event(0, "member.joined", "g1", "m1") + &messages(1, 4, "m1");
    let broken = measured(items, &four);
    assert_eq!(figures(&broken), [2, 2, 2]);
    assert_eq!(broken["largest"][0]["role"], "owner");
    assert_eq!(broken["largest"][1]["role"], "admin");
}

#[test]
fn only_what_was_done_counts() {
    let limited = format!(
        "{ECHO}limit l for member {{ on dm  at most 2 per day  else skip }}\nbudget b for member {{ on dm  at most 2 per day }}"
    );
    assert_eq!(figures(&measured(&limited, &messages(0, 9, "m1"))), [0, 0, 0]);
}

const BROKEN: &str = "rule echo for member in group { on message.posted do dm \"ok\" }\n\
    budget calm for member { on dm  at most 2 per day }\nbudget loud for community { on dm  at most 90 per day }";

#[test]
fn a_budget_changes_nothing() {
    let log = event(0, "member.joined", "g1", "m1") + &messages(1, 5, "m1");
    let with = simulate(BROKEN, &log, "--format jsonl").ends_with(0).out.clone();
    let without = simulate(BROKEN.lines().next().unwrap(), &log, "--format jsonl").ends_with(0).out.clone();
    assert_eq!(with, without);
    assert_eq!(with.lines().count(), 5);
}

#[test]
fn enforced_it_ends_with_one_in_every_form() {
    let log = event(0, "member.joined", "g1", "m1") + &messages(1, 5, "m1");
    for form in ["human", "json", "jsonl", "csv"] {
        simulate(BROKEN, &log, &format!("--format {form}")).ends_with(0);
        let ran = simulate(BROKEN, &log, &format!("--enforce-budgets --format {form}")).ends_with(1);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains("calm") && told.contains("at most 2 per day"), "{form}: {told}");
    }
    let kept = BROKEN.replace("at most 2", "at most 5");
    simulate(&kept, &log, "--enforce-budgets").ends_with(0);
}

#[test]
fn a_report_names_who_and_when_and_which_line() {
    let log = event(0, "member.joined", "g1", "m1") + &messages(1, 5, "m1") + &messages(6, 3, "m2");
    let out = simulate(BROKEN, &log, "").ends_with(0).out.clone();
    let from = out.find("What budgets allow").unwrap();
    let section: String =
        out[from..].lines().take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(section);
    let err = simulate(BROKEN, &log, "--format csv").ends_with(0).err.clone();
    insta::assert_snapshot!(err);
}

fn diff(old: &str, new: &str, arguments: &str) -> Qun {
    qun(&format!("diff old.sop new.sop --log log.jsonl {arguments}"))
        .file("old.sop", playbook(old))
        .file("new.sop", playbook(new))
        .file("log.jsonl", event(0, "member.joined", "g1", "m1") + &messages(1, 5, "m1"))
}

#[test]
fn a_change_that_breaks_a_budget_is_told_beside_it() {
    let old = BROKEN.replace("do dm \"ok\"", "do dm \"ok\" once per 1h");
    let ran: Ran = diff(&old, BROKEN, "--enforce-budgets").ends_with(1);
    let from = ran.out.find("What budgets allow").unwrap();
    insta::assert_snapshot!(&ran.out[from..]);
    diff(&old, BROKEN, "").ends_with(0);
    diff(BROKEN, &old, "--enforce-budgets").ends_with(0);
    diff(BROKEN, BROKEN, "--enforce-budgets").ends_with(1);
    let markdown = diff(&old, BROKEN, "--format markdown --summary").ends_with(0).out.clone();
    assert!(
        markdown.contains("- Budget `calm: kept → broken once by 1 member, 3 actions beyond it (new.sop:4:8)`"),
        "{markdown}"
    );
    let json: Value = serde_json::from_str(&diff(&old, BROKEN, "--format json").ends_with(0).out).unwrap();
    assert_eq!(json["budgets"][0]["before"]["overruns"], 0);
    assert_eq!(json["budgets"][0]["after"]["beyond"], 3);
    let schema: Value = serde_json::from_str(&qun("schema diff").ends_with(0).out).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    assert!(schema.is_valid(&json), "{:?}", schema.iter_errors(&json).map(|e| e.to_string()).collect::<Vec<_>>());
}
