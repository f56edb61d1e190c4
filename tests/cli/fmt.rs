//! `qun fmt`: what it writes, and what it leaves alone.

use super::qun::qun;

const LOOSE: &str = "kind   a,b\nrole owner\n";
const TIGHT: &str = "kind a, b\nrole owner\n";
const BROKEN: &str = "rule {{{\n";

#[test]
fn a_folder_is_laid_out_in_place() {
    let ran = qun("fmt club").file("club/a.sop", LOOSE).file("club/deep/b.sop", LOOSE).ends_with(0);
    assert_eq!([ran.read("club/a.sop"), ran.read("club/deep/b.sop")], [TIGHT, TIGHT]);
}

#[test]
fn where_one_file_is_refused_nothing_is_written() {
    let ran =
        qun("fmt club").file("club/a.sop", LOOSE).file("club/b.sop", BROKEN).file("club/c.sop", LOOSE).ends_with(1);
    assert_eq!([ran.read("club/a.sop"), ran.read("club/b.sop"), ran.read("club/c.sop")], [LOOSE, BROKEN, LOOSE]);
    assert!(ran.err.contains("b.sop"), "{}", ran.err);
}

#[test]
fn check_names_what_would_change_and_writes_nothing() {
    let ran = qun("fmt --check club").file("club/a.sop", LOOSE).file("club/b.sop", TIGHT).ends_with(1);
    assert_eq!(ran.read("club/a.sop"), LOOSE);
    assert!(ran.err.contains("a.sop") && !ran.err.contains("b.sop"), "{}", ran.err);
    qun("fmt --check club").file("club/a.sop", TIGHT).ends_with(0);
}

#[test]
fn diff_shows_what_would_change_and_writes_nothing() {
    let ran = qun("fmt --diff club").file("club/a.sop", LOOSE).ends_with(0);
    assert_eq!(ran.read("club/a.sop"), LOOSE);
    assert!(ran.out.contains("-kind   a,b\n+kind a, b\n"), "{}", ran.out);
}

#[test]
fn standard_input_goes_to_standard_output() {
    assert_eq!(qun("fmt -").input(LOOSE).ends_with(0).out, TIGHT);
    assert_eq!(qun("fmt --lang zh -").input(LOOSE).ends_with(0).out, "群类 a, b\n角色 owner\n");
    assert_eq!(qun("fmt -").input(BROKEN).ends_with(1).out, "");
}

#[test]
fn a_name_that_one_file_declares_is_no_built_in_word_in_another() {
    let rule = "rule x for member in group { on message.posted when event.links > 0 do dm y }\n";
    let field = "event shop.visited for member in group { 链接数: number }\n";
    let ran = qun("fmt --lang zh club").file("club/a.sop", rule).file("club/b.sop", field).ends_with(0);
    assert!(ran.read("club/a.sop").contains("事件.links"), "{}", ran.read("club/a.sop"));
    let ran = qun("fmt --lang zh club").file("club/a.sop", rule).ends_with(0);
    assert!(ran.read("club/a.sop").contains("事件.链接数"), "{}", ran.read("club/a.sop"));
}
