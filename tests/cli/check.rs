use crate::qun::{playbook, qun};
use serde_json::Value;

const GOOD: &str = "rule hello for member in group { on member.joined do task \"greet\" for owner due 1d }";
const BAD: &str = "rule 你好 for member in group { on member.joind do task \"greet\" for owner due 1d }";

#[test]
fn a_good_playbook_is_clean() {
    let ran = qun("check club.sop").file("club.sop", playbook(GOOD)).ends_with(0);
    assert_eq!(ran.out, "no errors in 1 file\n");
    assert_eq!(ran.err, "");
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    let ran = qun("check club").file("club/b.sop", playbook("")).file("club/a.sop", BAD).ends_with(1);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn places_in_json_count_characters() {
    let ran = qun("check --format json club.sop").file("club.sop", playbook(BAD)).ends_with(1);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["version"], 1);
    let playbook = &document["playbooks"][0];
    assert_eq!((&playbook["playbook"], &playbook["errors"]), (&"club.sop".into(), &1.into()));
    let mistake = &playbook["diagnostics"][0];
    assert_eq!((&mistake["file"], &mistake["line"], &mistake["column"]), (&"club.sop".into(), &3.into(), &34.into()));
    assert_eq!((&mistake["end"]["line"], &mistake["end"]["column"]), (&3.into(), &46.into()));
    assert_eq!(mistake["severity"], "error");
}

#[test]
fn several_playbooks_are_all_checked() {
    let ran =
        qun("check good.sop bad.sop").file("good.sop", playbook(GOOD)).file("bad.sop", playbook(BAD)).ends_with(1);
    assert!(ran.out.contains("good.sop: no errors in 1 file"), "{}", ran.out);
    assert!(ran.out.contains("bad.sop: 1 error in 1 file"), "{}", ran.out);
}

#[test]
fn what_is_not_there_is_wrong_usage() {
    let ran = qun("check nowhere").ends_with(2);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
    let ran = qun("check .").ends_with(2);
    assert!(ran.err.contains("qun new"), "{}", ran.err);
}

#[test]
fn a_plan_prints_and_errors_are_refused() {
    let ran = qun("plan club.sop").file("club.sop", playbook(GOOD)).ends_with(0);
    assert!(ran.out.contains("rule hello for member in group"), "{}", ran.out);
    let ran = qun("plan club.sop").file("club.sop", playbook(BAD)).ends_with(1);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("1 error in 1 file"), "{}", ran.err);
}
