//! The command line: one file a command. The only room that prints, reads the environment or ends the program.

mod approvals;
mod ask;
mod changes;
mod check;
mod completions;
mod diff;
mod explain;
mod explain_lint;
mod failure;
mod fmt;
mod formats;
mod generate;
mod graph;
mod journal;
mod lint;
mod locale;
mod logging;
mod man;
mod matters;
mod new;
mod outbox;
mod outlets;
mod output;
mod packed;
mod pause;
mod plan;
mod playbook;
mod progress;
mod reload;
mod revision;
mod run;
mod schema;
mod simulate;
mod status;
mod tasks;
mod terminal;
mod test;
mod when;

use clap::{Parser, Subcommand};
use failure::{Failure, Outcome};
use std::process::ExitCode;

/// Standard operating procedures for online communities, as code.
///
/// Write the procedures of a community in a playbook (a folder of *.sop files), check it, and try it on a log of what
/// really happened before it runs.
#[derive(Debug, Parser)]
#[command(name = "qun", version, propagate_version = true, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all is well, 1 something was found (errors in the playbook or in the log), \
    2 wrong usage (a file that is not there, a misspelt option), 3 an error in qun itself, \
    10 two versions decide differently (`qun diff --exit-code`).";

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Arguments),
    Check(check::Arguments),
    Lint(Box<lint::Arguments>),
    ExplainLint(explain_lint::Arguments),
    Fmt(fmt::Arguments),
    Test(test::Arguments),
    Simulate(simulate::Arguments),
    Explain(explain::Arguments),
    Diff(Box<diff::Arguments>),
    Generate(generate::Arguments),
    Plan(plan::Arguments),
    Graph(graph::Arguments),
    Run(run::Arguments),
    Status(status::Arguments),
    #[command(subcommand)]
    Approvals(approvals::Command),
    #[command(subcommand)]
    Tasks(tasks::Command),
    Reload(reload::Arguments),
    Pause(pause::Pause),
    Resume(pause::Resume),
    #[command(subcommand)]
    Journal(journal::Command),
    #[command(subcommand)]
    Outbox(outbox::Command),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    // A panic is an error in qun itself; its message has been shown by then.
    match std::panic::catch_unwind(|| run(&parse())) {
        Ok(Ok(Outcome::Clean)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::Findings)) => ExitCode::from(1),
        Ok(Ok(Outcome::Unusable)) => ExitCode::from(2),
        Ok(Ok(Outcome::Differences)) => ExitCode::from(10),
        Ok(Err(failure)) => failure.tell(),
        Err(_) => ExitCode::from(3),
    }
}

/// Reads the arguments; ends the program where they are wrong or ask for help.
fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| simulate::explained(error).exit())
}

fn run(cli: &Cli) -> Result<Outcome, Failure> {
    match &cli.command {
        Command::New(arguments) => arguments.run(),
        Command::Check(arguments) => arguments.run(),
        Command::Lint(arguments) => arguments.run(),
        Command::ExplainLint(arguments) => arguments.run(),
        Command::Fmt(arguments) => arguments.run(),
        Command::Test(arguments) => arguments.run(),
        Command::Simulate(arguments) => arguments.run(),
        Command::Explain(arguments) => arguments.run(),
        Command::Diff(arguments) => arguments.run(),
        Command::Generate(arguments) => arguments.run(),
        Command::Plan(arguments) => arguments.run(),
        Command::Graph(arguments) => arguments.run(),
        Command::Run(arguments) => arguments.run(),
        Command::Status(arguments) => arguments.run(),
        Command::Approvals(command) => command.run(),
        Command::Tasks(command) => command.run(),
        Command::Reload(arguments) => arguments.run(),
        Command::Pause(arguments) => arguments.run(),
        Command::Resume(arguments) => arguments.run(),
        Command::Journal(command) => command.run(),
        Command::Outbox(command) => command.run(),
        Command::Schema(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(),
        Command::Man(arguments) => arguments.run(),
    }
}
