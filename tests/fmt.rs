//! The formatter keeps what a playbook means, settles at once, and tells it in the other tongue and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use qun::format::format;
use qun::syntax::keywords::Tongue;
use qun::syntax::span::FileId;
use std::fs;
use std::path::{Path, PathBuf};

/// Every playbook file without mistakes in the writing that the project has.
fn playbooks() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["playbooks", "tests/check/ok", "tests/syntax", "benches", "src"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() >= 30, "{}", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "sop") {
            files.push(path);
        }
    }
}

fn laid_out(text: &str, tongue: Option<Tongue>) -> String {
    format(FileId(0), text, tongue).unwrap()
}

/// The comments of a text without their signs and spaces; only for texts whose own words have no `#`.
fn comments(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.contains('"'));
    lines.filter_map(|line| line.split_once(['#', '＃'])).map(|(_, comment)| comment.trim().to_owned()).collect()
}

#[test]
fn every_playbook_keeps_its_meaning_and_its_comments_and_settles_at_once() {
    for path in playbooks() {
        let text = fs::read_to_string(&path).unwrap();
        let once = laid_out(&text, None);
        assert_eq!(laid_out(&once, None), once, "{}", path.display());
        let narrow = text.replace('＃', "#");
        let kept: Vec<_> = narrow.lines().map(str::trim).filter(|line| line.starts_with('#')).collect();
        let now: Vec<_> = once.lines().map(str::trim).filter(|line| line.starts_with('#')).collect();
        assert_eq!(kept, now, "{}", path.display());
    }
}

#[test]
fn every_playbook_goes_to_chinese_and_back() {
    for path in playbooks() {
        let english = laid_out(&fs::read_to_string(&path).unwrap(), Some(Tongue::English));
        let chinese = laid_out(&english, Some(Tongue::Chinese));
        assert_ne!(english, chinese, "{}", path.display());
        assert_eq!(laid_out(&chinese, Some(Tongue::English)), english, "{}", path.display());
    }
}

#[test]
fn comments_stay_wherever_they_stand() {
    let text = "# a\nrule x # b\n for member in group # c\n{ # d\n\n  # e\n on message.posted # f\n when event.links # g\n > 0 # h\n do { # i\n dm # j\n hello # k\n ; # l\n tag t # m\n } # n\n # o\n} # p\n\n\n# q\n";
    let once = laid_out(text, None);
    assert_eq!(comments(&once), comments(text), "{once}");
    assert_eq!(laid_out(&once, None), once);
}
