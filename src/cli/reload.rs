//! `qun reload`

use super::ask;
use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use crate::run::{RELOAD, Store, is_running, reload_lines};
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;

/// Let the playbook as it lies on disk take over in a run that goes on.
///
/// It is checked first: where it is wrong, the version before goes on, and what is wrong is said (exit code 1). What is known
/// by name goes on by name, and subjects in flight do as their flow says (`on change`). A start of `qun run` does the same.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The store of the run.
    store: PathBuf,

    /// Only say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,

    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const EXAMPLES: &str = "Examples:\n  \
    qun reload qun.db --dry-run\n  \
    qun reload qun.db";

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let store = Store::control(&self.store)?;
        if !is_running(&self.store) {
            return Err(Failure::Usage {
                headline: format!("no run goes on with `{}`", self.store.display()),
                help: Some("start it: `qun run` takes up the playbook as it is".to_owned()),
            });
        }
        let how = if self.dry_run { "try" } else { "now" };
        let number = store.ask(&json!({ RELOAD: how }).to_string())?;
        let Some(answer) = ask::wait(&store, number)? else {
            return Err(Failure::usage("the run has not answered yet: `qun status` shows the version in force"));
        };
        let wrong = answer.get("state").and_then(Value::as_str) == Some("wrong");
        if wrong {
            let why = answer.get("why").and_then(Value::as_str).unwrap_or_default();
            let _ = writeln!(io::stderr().lock(), "{}\nthe version before goes on", why.trim_end());
        }
        let text = if self.format == Format::Json { format!("{answer}\n") } else { human(&answer) };
        Output::print(None, &text)?;
        Ok(if wrong { Outcome::Findings } else { Outcome::Clean })
    }
}

fn human(answer: &Value) -> String {
    let head = match answer.get("state").and_then(Value::as_str) {
        Some("reloaded") => "reloaded",
        Some("tried") => "it would be reloaded",
        Some("same") => "the playbook says what it said before",
        _ => return String::new(),
    };
    let lines = reload_lines(answer).map(|line| format!("  {line}\n"));
    std::iter::once(format!("{head}\n")).chain(lines).collect()
}
