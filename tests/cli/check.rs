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
fn mistakes_are_told_in_the_tongue_that_is_asked_for_or_in_that_of_the_locale() {
    let told = |command: &str, locale: &str| qun(command).file("club.sop", playbook(BAD)).locale(locale).ends_with(1);
    let asked = told("check club.sop --lang zh", "C");
    insta::assert_snapshot!(asked.out);
    assert_eq!(told("check club.sop", "zh_CN.UTF-8").out, asked.out);
    assert!(told("check club.sop --lang en", "zh_CN.UTF-8").out.contains("1 error in 1 file"));
    let others =
        ["plan club.sop", "lint club.sop", "graph club.sop", "test club.sop", "simulate club.sop --log none.jsonl"];
    for command in others {
        let ran = qun(command).file("club.sop", playbook(BAD)).locale("zh_CN.UTF-8").run();
        assert!(ran.err.contains("1 个文件，1 处错误"), "{command}: {}", ran.err);
    }
    assert!(told("lint club.sop --lang en", "zh_CN.UTF-8").err.contains("1 error in 1 file"));
}

#[test]
fn warnings_are_counted_in_the_tongue_of_the_locale() {
    let flow = "flow hello for member in group { after 1d do task \"greet\" for owner due 1d }";
    let ran = qun("plan club.sop").file("club.sop", playbook(flow)).locale("zh_CN.UTF-8").ends_with(0);
    assert_eq!(ran.err, "1 个文件，1 处提醒；详情请看 `qun check club.sop`\n");
}

#[test]
fn a_file_that_cannot_be_laid_out_is_told_in_the_tongue_of_the_locale() {
    let ran = qun("fmt club.sop").file("club.sop", "ruel x for member { }").locale("zh_CN.UTF-8").run();
    assert!(ran.err.contains("1 个文件，") && ran.err.contains("办法："), "{}", ran.err);
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
