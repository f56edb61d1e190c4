use crate::qun::qun;
use std::fs;
use std::process::Command;

/// Runs the program again in the folder of an earlier run.
fn again(ran: &crate::qun::Ran, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_qun"))
        .env("LC_ALL", "C")
        .args(arguments)
        .current_dir(&ran.folder)
        .output()
        .unwrap()
}

#[test]
fn a_new_playbook_passes_and_simulates() {
    let ran = qun("new club").ends_with(0);
    assert!(ran.out.contains("qun check club"), "{}", ran.out);
    let check = again(&ran, &["check", "club"]);
    assert_eq!(String::from_utf8(check.stdout).unwrap(), "no errors in 1 file\n");
    let run = again(&ran, &["simulate", "club", "--log", "club/log.jsonl", "--directory", "club/directory.yaml"]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
    insta::assert_snapshot!(String::from_utf8(run.stdout).unwrap());
}

#[test]
fn nothing_is_overwritten() {
    let ran = qun("new club").file("club/mine.txt", "mine").ends_with(2);
    assert!(ran.err.contains("not an empty folder"), "{}", ran.err);
    assert_eq!(fs::read_dir(ran.folder.join("club")).unwrap().count(), 1);
    let ran = qun("new club").file("club", "a file").ends_with(2);
    assert_eq!(ran.read("club"), "a file");
}

#[test]
fn an_empty_folder_is_filled() {
    let ran = qun("new .").ends_with(0);
    assert_eq!(ran.files(), ["README.md", "directory.yaml", "log.jsonl", "playbook.sop"]);
}
