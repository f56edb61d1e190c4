//! `qun man`

use super::Cli;
use super::failure::{Failure, Outcome};
use super::output::Output;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

/// Print a page of the manual.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun man > qun.1\n  qun man simulate > qun-simulate.1")]
pub(super) struct Arguments {
    /// The command; without one the page of qun itself.
    command: Option<String>,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut page = Vec::new();
        Man::new(self.page()?).render(&mut page)?;
        Output::print(None, &String::from_utf8_lossy(&page)).map(|()| Outcome::Clean)
    }

    fn page(&self) -> Result<Command, Failure> {
        let mut qun = Cli::command();
        qun.build();
        let Some(name) = &self.command else { return Ok(qun) };
        let command = qun.find_subcommand(name).cloned();
        command.ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))
    }
}
