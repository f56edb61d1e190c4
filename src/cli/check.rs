//! `qun check`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use super::terminal;
use crate::report::diagnostics::{self, Playbook};
use crate::{Compiled, compile, load};
use clap::Args;
use std::path::PathBuf;

/// Check playbooks and explain every mistake.
///
/// All mistakes of a playbook are shown in one run, each with the place and the way out. Warnings alone do not change
/// the exit code.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun check my-club/")]
pub(super) struct Arguments {
    /// The playbooks: folders of *.sop files, or single files.
    #[arg(required = true, value_name = "PLAYBOOK")]
    playbooks: Vec<PathBuf>,

    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut checked = Vec::new();
        for path in &self.playbooks {
            checked.push((path.display().to_string(), compile(&load::load(path)?)));
        }
        let text = match self.format {
            Format::Human => human(&checked),
            Format::Json => json(&checked),
        };
        Output::print(None, &text)?;
        let clean = checked.iter().all(|(_, compiled)| diagnostics::count(&compiled.diagnostics).0 == 0);
        Ok(if clean { Outcome::Clean } else { Outcome::Findings })
    }
}

fn human(checked: &[(String, Compiled)]) -> String {
    let mut text = String::new();
    for (name, compiled) in checked {
        text.push_str(&diagnostics::human(&compiled.diagnostics, &compiled.sources, terminal::stdout_style()));
        if checked.len() > 1 {
            text.push_str(name);
            text.push_str(": ");
        }
        text.push_str(&diagnostics::summary(&compiled.diagnostics, compiled.sources.iter().count()));
        text.push('\n');
    }
    text
}

fn json(checked: &[(String, Compiled)]) -> String {
    let playbooks: Vec<Playbook<'_>> =
        checked.iter().map(|(name, c)| Playbook::new(name, &c.diagnostics, &c.sources)).collect();
    diagnostics::json(&playbooks)
}
