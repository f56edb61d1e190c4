//! The directory: what it says becomes data, and every mistake is told with its place.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

#[path = "log/plan.rs"]
mod plan;

use qun::log::read_directory;
use std::fmt::Write as _;

/// What the user is told, or what the directory holds.
fn shown(name: &str, text: &str) -> String {
    let errors = match read_directory(text, &plan::plan()) {
        Ok(directory) => return format!("{directory:#?}"),
        Err(errors) => errors,
    };
    let mut shown = String::new();
    for error in errors {
        writeln!(shown, "{name}:{error}").unwrap();
        let bytes = error.bytes.start as usize..error.bytes.end as usize;
        writeln!(shown, "  at: {:?}", &text[bytes]).unwrap();
        if let Some(help) = error.help() {
            writeln!(shown, "  help: {help}").unwrap();
        }
    }
    shown
}

#[test]
fn directories_are_read_or_explained() {
    insta::glob!("log/directory/*.yaml", |path| {
        let name = path.file_name().unwrap().to_string_lossy();
        insta::assert_snapshot!(shown(&name, &std::fs::read_to_string(path).unwrap()));
    });
}

#[test]
fn a_large_directory_is_read() {
    let members: String = (0..20_000).map(|n| format!("  m{n}: {{ name: n{n}, roles: [owner] }}\n")).collect();
    let directory = read_directory(&format!("members:\n{members}"), &plan::plan()).unwrap();
    assert_eq!(directory.members.len(), 20_000);
}

#[test]
fn a_directory_made_to_blow_up_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let before = format!("*a{}, ", n - 1).repeat(9);
        writeln!(text, "a{n}: &a{n} [{before}]").unwrap();
    }
    assert!(read_directory(&text, &plan::plan()).is_err());
    assert!(read_directory(&"[".repeat(100_000), &plan::plan()).is_err());
}
