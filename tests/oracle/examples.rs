//! The shipped playbooks over slices of real logs.

use crate::case::Case;
use crate::{engine, evaluate};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Asks both, and shows the first line in which they differ.
pub fn compare(case: &Case) {
    let (engine, oracle) = (engine::simulate(case), evaluate::evaluate(case));
    if engine == oracle {
        return;
    }
    for (what, ours, theirs) in
        [("decision", &oracle.decisions, &engine.decisions), ("sample", &oracle.samples, &engine.samples)]
    {
        let differ = (0..ours.len().max(theirs.len())).find(|n| ours.get(*n) != theirs.get(*n));
        if let Some(n) = differ {
            let from = n.saturating_sub(3);
            let show =
                |lines: &Vec<String>| lines.iter().skip(from).take(6).map(|l| format!("  {l}\n")).collect::<String>();
            panic!("{what} {n} differs\nengine:\n{}oracle:\n{}", show(theirs), show(ours));
        }
    }
    panic!("cut: engine {}, oracle {}", engine.cut, oracle.cut);
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn texts(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    files_below(folder, ending).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn lines(path: &str) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    if path.ends_with(".zst") {
        zstd::stream::read::Decoder::new(bytes.as_slice()).unwrap().read_to_string(&mut text).unwrap();
    } else if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().map(str::to_owned).collect()
}

fn shipped(playbook: &str, log: &str, directory: Option<&str>, count: usize) {
    let folder = Path::new(playbook);
    let case = Case {
        files: texts(folder, "sop"),
        contents: texts(folder, "yaml").into_iter().collect::<BTreeMap<_, _>>(),
        directory: directory.map(|path| fs::read_to_string(path).unwrap()),
        log: lines(log).into_iter().take(count).collect(),
        until: None,
        keep_after_removal: false,
    };
    compare(&case);
    compare(&Case { keep_after_removal: true, ..case });
}

#[test]
fn the_reading_club() {
    shipped(
        "playbooks/reading-club",
        "tests/data/reading-club.jsonl",
        Some("playbooks/reading-club/directory.yaml"),
        400,
    );
}

#[test]
fn the_help_channel() {
    shipped("playbooks/help-channel", "tests/data/irc-ubuntu-slice.jsonl.zst", None, 300);
}

#[test]
fn the_topic_archive() {
    shipped("playbooks/topic-archive", "tests/data/gitter-fcc-slice.jsonl.zst", None, 300);
}

#[test]
fn the_grocery_club() {
    shipped("playbooks/grocery-club", "tests/data/retail-completejourney-slice.jsonl.zst", None, 300);
}

#[test]
fn the_starter() {
    shipped("src/cli/new", "src/cli/new/log.jsonl", Some("src/cli/new/directory.yaml"), 400);
}
