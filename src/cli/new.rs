//! `qun new`

use super::failure::{Failure, Outcome};
use super::output::Output;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

/// Write a first playbook to start from.
///
/// The playbook is small and commented, and comes with a log and a directory to try it on.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun new my-club\n  qun check my-club\n  \
    qun simulate my-club --log my-club/log.jsonl --directory my-club/directory.yaml")]
pub(super) struct Arguments {
    /// The folder to write to; it is made if it is not there, and must be empty.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// What is written.
const FILES: [(&str, &str); 4] = [
    ("playbook.sop", include_str!("new/playbook.sop")),
    ("directory.yaml", include_str!("new/directory.yaml")),
    ("log.jsonl", include_str!("new/log.jsonl")),
    ("README.md", include_str!("new/README.md")),
];

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let folder = &self.folder;
        refuse_used(folder)?;
        fs::create_dir_all(folder).map_err(Failure::write(folder))?;
        for (name, text) in FILES {
            let file = folder.join(name);
            fs::write(&file, text).map_err(Failure::write(&file))?;
        }
        Output::print(None, &next_steps(folder)).map(|()| Outcome::Clean)
    }
}

/// Nothing that is there is overwritten.
fn refuse_used(folder: &Path) -> Result<(), Failure> {
    let used = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.exists(),
    };
    if !used {
        return Ok(());
    }
    let headline = format!("`{}` is there and is not an empty folder", folder.display());
    Err(Failure::Usage { headline, help: Some("name a folder that is not there yet".to_owned()) })
}

fn next_steps(folder: &Path) -> String {
    let dir = folder.display();
    format!(
        "wrote {dir}: a playbook, a small log and a directory\n\n\
         next:\n  qun check {dir}\n  qun simulate {dir} --log {dir}/log.jsonl --directory {dir}/directory.yaml\n"
    )
}
