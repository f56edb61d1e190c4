//! `qun check`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::locale::{self, Tongue};
use super::output::Output;
use super::terminal;
use crate::l10n::Catalogue;
use crate::report::diagnostics::{self, Playbook};
use crate::{Compiled, compile_in, load};
use clap::Args;
use std::path::PathBuf;

/// Check playbooks and explain every mistake.
///
/// All mistakes of a playbook are shown in one run, each with the place and the way out. Warnings alone do not change
/// the exit code.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  qun check my-club/\n  qun check my-club/ --lang zh")]
pub(super) struct Arguments {
    /// The playbooks: folders of *.sop files, or single files.
    #[arg(required = true, value_name = "PLAYBOOK")]
    playbooks: Vec<PathBuf>,

    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// The tongue of what is said; without it that of the locale.
    #[arg(long, value_enum)]
    lang: Option<Tongue>,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let lang = locale::tongue(self.lang);
        let mut checked = Vec::new();
        for path in &self.playbooks {
            checked.push((path.display().to_string(), compile_in(&load::load(path)?, lang)));
        }
        let text = match self.format {
            Format::Human => human(&checked, &Catalogue::new(lang)),
            Format::Json => json(&checked),
        };
        Output::print(None, &text)?;
        let clean = checked.iter().all(|(_, compiled)| diagnostics::count(&compiled.diagnostics).0 == 0);
        Ok(if clean { Outcome::Clean } else { Outcome::Findings })
    }
}

fn human(checked: &[(String, Compiled)], words: &Catalogue) -> String {
    let mut text = String::new();
    for (name, compiled) in checked {
        let (told, sources) = (&compiled.diagnostics, &compiled.sources);
        text.push_str(&diagnostics::human(told, sources, terminal::stdout_style(), words));
        if checked.len() > 1 {
            text.push_str(name);
            text.push_str(": ");
        }
        text.push_str(&diagnostics::summary(told, sources.iter().count(), words));
        text.push('\n');
    }
    text
}

fn json(checked: &[(String, Compiled)]) -> String {
    let playbooks: Vec<Playbook<'_>> =
        checked.iter().map(|(name, c)| Playbook::new(name, &c.diagnostics, &c.sources)).collect();
    diagnostics::json(&playbooks)
}
