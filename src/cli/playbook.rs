//! A playbook for the commands that need one without errors.

use super::failure::{Failure, Outcome};
use super::terminal;
use crate::plan::Plan;
use crate::report::diagnostics;
use crate::{compile, load};
use std::io::{self, Write};
use std::path::Path;

/// Reads and checks a playbook. Its errors are shown on standard error; warnings are only counted there.
pub(super) fn plan(path: &Path) -> Result<Result<Plan, Outcome>, Failure> {
    let compiled = compile(&load::load(path)?);
    let files = compiled.sources.iter().count();
    let summary = diagnostics::summary(&compiled.diagnostics, files);
    let mut err = io::stderr().lock();
    match compiled.plan {
        Some(plan) => {
            if !compiled.diagnostics.is_empty() {
                let _ = writeln!(err, "{summary}: see `qun check {}`", path.display());
            }
            Ok(Ok(plan))
        }
        None => {
            let text = diagnostics::human(&compiled.diagnostics, &compiled.sources, terminal::stderr_style());
            let _ = writeln!(err, "{text}{summary}");
            Ok(Err(Outcome::Findings))
        }
    }
}
