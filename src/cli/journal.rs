//! `qun journal`

use super::failure::{Failure, Outcome};
use super::output::Output;
use crate::run::{Exported, Store, decisions, export, write_version};
use clap::{Args, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;

/// Read what a run has kept: its events and its decisions.
///
/// All of it can be read while the run goes on.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Export(Export),
    Decisions(Decisions),
    Backup(Backup),
}

/// Write the events as a log for `qun simulate`.
///
/// Each event stands at the time at which it was handled. Standard error says how a dry run over the log decides the same
/// as the run has.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  qun journal export qun.db --out log.jsonl --directory people.yaml --versions versions"
)]
pub(super) struct Export {
    /// The store of the run.
    store: PathBuf,

    /// Write to a file; it appears when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Also write the directory with which the run began.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// Also write the versions of the playbook that were in force, each into a folder `1`, `2` … of this one.
    #[arg(long, value_name = "FOLDER")]
    versions: Option<PathBuf>,
}

/// Write every decision as `qun simulate --format jsonl` does.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun journal decisions qun.db --out decisions.jsonl")]
pub(super) struct Decisions {
    /// The store of the run.
    store: PathBuf,

    /// Write to a file; it appears when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Write a copy of the store that is whole.
///
/// To restore it, stop the run and put the copy in the store's place, without the files `-wal` and `-shm` beside it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun journal backup qun.db --out monday.db")]
pub(super) struct Backup {
    /// The store of the run.
    store: PathBuf,

    /// The copy; there must be no such file yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Backup {
    fn run(&self) -> Result<Outcome, Failure> {
        if self.out.exists() {
            return Err(Failure::usage(format!("`{}` is there already", self.out.display())));
        }
        Store::read(&self.store)?.back_up(&self.out)?;
        Ok(Outcome::Clean)
    }
}

impl Command {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match self {
            Command::Export(arguments) => arguments.run(),
            Command::Decisions(arguments) => arguments.run(),
            Command::Backup(arguments) => arguments.run(),
        }
    }
}

impl Export {
    fn run(&self) -> Result<Outcome, Failure> {
        let store = Store::read(&self.store)?;
        let mut out = Output::open(self.out.as_deref())?;
        let exported = export(&store, &mut out)?;
        out.finish()?;
        if let Some(path) = &self.directory {
            Output::print(Some(path), &exported.directory)?;
        }
        if let Some(folder) = &self.versions {
            for (number, (_, written)) in (1..).zip(&exported.versions) {
                write_version(written, &folder.join(number.to_string()))?;
            }
        }
        self.tell(&exported);
        Ok(Outcome::Clean)
    }

    fn tell(&self, exported: &Exported) {
        let mut command = format!("qun simulate {}", self.version(1));
        for (number, (at, _)) in (1..).zip(&exported.versions).skip(1) {
            command.push_str(&format!(" --reload {at}={}", self.version(number)));
        }
        command.push_str(" --format jsonl --after-removal keep --log ");
        match &self.out {
            Some(path) => command.push_str(&path.display().to_string()),
            None => command.push_str("LOG"),
        }
        for (option, at) in [("--from", exported.from), ("--to", exported.to)] {
            if let Some(at) = at {
                command.push_str(&format!(" {option} {at}"));
            }
        }
        if !exported.directory.is_empty() {
            let path = self.directory.as_ref().map_or("DIRECTORY".to_owned(), |path| path.display().to_string());
            command.push_str(&format!(" --directory {path}"));
        }
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{} events; the same decisions come from:\n  {command}", exported.events);
        if exported.adopted {
            let _ = writeln!(err, "  but what was decided before a version was adopted");
        }
    }

    /// Where a version is written, or a word for it.
    fn version(&self, number: usize) -> String {
        match &self.versions {
            Some(folder) => folder.join(number.to_string()).display().to_string(),
            None if number == 1 => "PLAYBOOK".to_owned(),
            None => format!("PLAYBOOK-{number}"),
        }
    }
}

impl Decisions {
    fn run(&self) -> Result<Outcome, Failure> {
        let mut out = Output::open(self.out.as_deref())?;
        decisions(&Store::read(&self.store)?, &mut out)?;
        out.finish()?;
        Ok(Outcome::Clean)
    }
}
