//! A playbook as it was at a revision: git is asked for its files.

use super::changes::git;
use super::failure::Failure;
use crate::check::content::Contents;
use crate::l10n::Lang;
use crate::syntax::source::Sources;
use crate::{Compiled, compile_sources_in, load};
use std::path::{Component, Path, PathBuf};

/// Compiles a playbook as it was at a revision.
pub(super) fn compile_at(revision: &str, playbook: &Path, lang: Lang) -> Result<Compiled, Failure> {
    let is_file = playbook.extension().is_some_and(|ending| ending == "sop");
    let folder = if is_file { playbook.parent().unwrap_or(Path::new("")) } else { playbook };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if !folder.is_dir() {
        return Err(Failure::usage(format!("there is no folder `{}`", folder.display())));
    }
    git(folder, &["rev-parse", "--is-inside-work-tree"]).map_err(|error| match error {
        Failure::Usage { headline, .. } if headline.starts_with("git: ") => Failure::Usage {
            headline: format!("`{}` lies in no git repository", folder.display()),
            help: Some("name the folder of the old version instead of `--against`".to_owned()),
        },
        other => other,
    })?;
    let commit = format!("{revision}^{{commit}}");
    let commit = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
    let commit = commit.map_err(|_| Failure::Usage {
        headline: format!("git knows no revision `{revision}` in `{}`", folder.display()),
        help: Some("name a branch, a tag or a commit of the repository that the playbook lies in".to_owned()),
    })?;
    let past = Past { folder: folder.to_owned(), commit: commit.trim().to_owned() };
    let sources = past.sources(playbook.file_name().filter(|_| is_file).and_then(|name| name.to_str()))?;
    if sources.iter().next().is_none() {
        return Err(Failure::usage(format!("there is no `*.sop` file in `{}` at `{revision}`", playbook.display())));
    }
    Ok(compile_sources_in(sources, &past, lang))
}

/// A folder at a commit.
struct Past {
    folder: PathBuf,
    commit: String,
}

impl Past {
    fn sources(&self, only: Option<&str>) -> Result<Sources, Failure> {
        let listed = git(&self.folder, &["ls-tree", "-r", "-z", "--name-only", &self.commit])?;
        let mut names: Vec<&str> = listed.split('\0').filter(|name| is_playbook(name)).collect();
        names.retain(|name| only.is_none_or(|only| only == *name));
        names.sort_unstable();
        if names.len() > load::MAX_FILES {
            return Err(Failure::usage(format!("more than {} playbook files at `{}`", load::MAX_FILES, self.commit)));
        }
        let mut sources = Sources::new();
        for name in names {
            sources.add(name, self.show(name)?);
        }
        Ok(sources)
    }

    fn show(&self, name: &str) -> Result<String, Failure> {
        git(&self.folder, &["show", "--no-textconv", &format!("{}:./{name}", self.commit)])
    }
}

/// Files of a playbook: nothing that is hidden.
fn is_playbook(name: &str) -> bool {
    name.ends_with(".sop") && !name.split('/').any(|part| part.starts_with('.'))
}

impl Contents for Past {
    fn read(&self, path: &str) -> Result<String, String> {
        let mut parts = Path::new(path).components();
        if !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err("it lies outside the playbook's folder".to_owned());
        }
        self.show(path).map_err(|_| "there is no such file".to_owned())
    }
}
