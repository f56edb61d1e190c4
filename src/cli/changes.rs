//! What has changed since a commit: git is asked.

use super::failure::Failure;
use crate::lint::changed::Changed;
use std::path::Path;
use std::process::Command;

/// The lines of a playbook that have changed since a commit, files that git does not know yet included.
pub(super) fn since(reference: &str, playbook: &Path) -> Result<Changed, Failure> {
    let folder = if playbook.is_dir() { playbook } else { playbook.parent().unwrap_or(Path::new("")) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let commit = format!("{reference}^{{commit}}");
    git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|_| Failure::Usage {
        headline: format!("git knows no commit `{reference}` in `{}`", folder.display()),
        help: Some("name a branch, a tag or a commit of the repository that the playbook lies in".to_owned()),
    })?;
    let mut changed = Changed::default();
    let diff = ["-c", "core.quotePath=false", "diff", "--no-color", "--no-ext-diff", "--unified=0", "--relative"];
    let diff: Vec<&str> = diff.into_iter().chain(["--dst-prefix=b/", reference, "--", "."]).collect();
    changed.add_diff(&git(folder, &diff)?, "");
    let new = git(folder, &["-c", "core.quotePath=false", "ls-files", "--others", "--exclude-standard", "--", "."])?;
    new.lines().for_each(|path| changed.add(path, 1..=usize::MAX));
    Ok(changed)
}

pub(super) fn git(folder: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new("git").current_dir(folder).args(arguments).output();
    let output = output.map_err(|error| Failure::usage(format!("git cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::usage(format!("git: {}", said.lines().next().unwrap_or("it failed"))))
}
