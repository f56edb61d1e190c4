//! `qun completions`

use super::Cli;
use super::failure::{Failure, Outcome};
use super::output::Output;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun completions bash > ~/.local/share/bash-completion/completions/qun")]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "qun", &mut script);
        Output::print(None, &String::from_utf8_lossy(&script)).map(|()| Outcome::Clean)
    }
}
