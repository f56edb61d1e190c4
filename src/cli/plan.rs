//! `qun plan`

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::playbook;
use clap::Args;
use std::path::PathBuf;

/// Show what a playbook comes to.
///
/// Rules, flows, ladders, tiers and calendars are all made of a few simple parts: triggers, conditions, timers, counts of
/// the past, actions and limits. This prints them, to see what exactly will run.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  qun plan my-club/")]
pub(super) struct Arguments {
    /// A folder of *.sop files, or a single file.
    playbook: PathBuf,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        match playbook::plan(&self.playbook)? {
            Ok(plan) => Output::print(None, &format!("{plan}")).map(|()| Outcome::Clean),
            Err(findings) => Ok(findings),
        }
    }
}
