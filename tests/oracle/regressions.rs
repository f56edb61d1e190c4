//! Cases on which engine and oracle once disagreed: each a folder with a playbook, a log, perhaps a directory.

use crate::case::Case;
use crate::random::difference;
use crate::{engine, evaluate};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDER: &str = "tests/oracle/regressions";

/// Writes a case down; its folder.
pub fn write(name: &str, case: &Case) -> PathBuf {
    let folder = Path::new(FOLDER).join(name);
    let put = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (path, text) in case.files.iter().map(|(path, text)| (path, text)).chain(&case.contents) {
        put(path, text);
    }
    put("log.jsonl", &case.log.iter().map(|line| format!("{line}\n")).collect::<String>());
    if let Some(directory) = &case.directory {
        put("directory.yaml", directory);
    }
    let until = case.until.as_ref().map(|until| format!("until: \"{until}\"\n")).unwrap_or_default();
    let keep = if case.keep_after_removal { "keep_after_removal: true\n" } else { "" };
    put("case.yaml", &format!("# How the case is run.\n{until}{keep}"));
    folder
}

/// Reads a case that was written down.
pub fn read(folder: &Path) -> Case {
    let mut case = Case::default();
    let mut contents = BTreeMap::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        match name.as_str() {
            "log.jsonl" => case.log = text.lines().map(str::to_owned).collect(),
            "directory.yaml" => case.directory = Some(text),
            "case.yaml" => {
                case.keep_after_removal = text.contains("keep_after_removal: true");
                let until = text.lines().find_map(|line| line.strip_prefix("until: "));
                case.until = until.map(|until| until.trim_matches('"').to_owned());
            }
            name if name.ends_with(".sop") => case.files.push((name.to_owned(), text)),
            _ => _ = contents.insert(name, text),
        }
    }
    Case { contents, ..case }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn what_was_once_wrong_stays_right() {
    let Ok(folders) = fs::read_dir(FOLDER) else { return };
    let mut folders: Vec<PathBuf> = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let mut wrong = Vec::new();
    for folder in folders {
        let case = read(&folder);
        if let Some(why) = difference(&engine::simulate(&case), &evaluate::evaluate(&case)) {
            wrong.push(format!("{}: {}", folder.display(), why.told));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
