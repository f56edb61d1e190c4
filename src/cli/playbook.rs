//! A playbook for the commands that need one without errors.

use super::failure::{Failure, Outcome};
use super::{locale, terminal};
use crate::diagnostic::Diagnostic;
use crate::engine::Directory;
use crate::l10n::{Catalogue, Lang, Text};
use crate::log::read_directory;
use crate::plan::Plan;
use crate::report::diagnostics;
use crate::run::Version;
use crate::syntax::source::Sources;
use crate::{Compiled, compile_in, load};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Reads and checks a playbook. Its errors are shown on standard error, in the tongue of the locale; warnings are only
/// counted there.
pub(super) fn plan(path: &Path) -> Result<Result<Plan, Outcome>, Failure> {
    Ok(compiled(path)?.map(|(_, plan)| plan))
}

/// The same with what it was made of.
pub(super) fn compiled(path: &Path) -> Result<Result<(Compiled, Plan), Outcome>, Failure> {
    let lang = locale::lang();
    let compiled = compile_in(&load::load(path)?, lang);
    let Some(plan) = compiled.plan.clone() else {
        show_errors(&compiled, lang);
        return Ok(Err(Outcome::Findings));
    };
    tell_of_warnings(&compiled, path, lang);
    Ok(Ok((compiled, plan)))
}

/// The same as a version that can be run and kept.
pub(super) fn version(path: &Path) -> Result<Result<(Compiled, Version), Outcome>, Failure> {
    let lang = locale::lang();
    match Version::compile(&load::load(path)?, lang) {
        Ok(made) => {
            tell_of_warnings(&made.0, path, lang);
            Ok(Ok(made))
        }
        Err(compiled) => {
            show_errors(&compiled, lang);
            Ok(Err(Outcome::Findings))
        }
    }
}

fn tell_of_warnings(compiled: &Compiled, path: &Path, lang: Lang) {
    if compiled.diagnostics.is_empty() {
        return;
    }
    let words = Catalogue::new(lang);
    let summary = diagnostics::summary(&compiled.diagnostics, compiled.sources.iter().count(), &words);
    let see = Text::new("summary-see").with("summary", summary).with("playbook", path.display().to_string());
    let _ = writeln!(io::stderr().lock(), "{}", words.say(&see));
}

/// Shows the errors of a playbook, which are told in this tongue, on standard error.
pub(super) fn show_errors(compiled: &Compiled, lang: Lang) {
    let words = Catalogue::new(lang);
    let text = diagnostics::human(&compiled.diagnostics, &compiled.sources, terminal::stderr_style(), &words);
    let summary = diagnostics::summary(&compiled.diagnostics, compiled.sources.iter().count(), &words);
    let _ = writeln!(io::stderr().lock(), "{text}{summary}");
}

/// Reads a directory file, where one is named; its mistakes are shown on standard error.
pub(super) fn directory(path: Option<&Path>, plan: &Plan) -> Result<Result<Option<Directory>, Outcome>, Failure> {
    let Some(path) = path else { return Ok(Ok(None)) };
    let text = text(path)?;
    directory_text(&path.display().to_string(), &text, plan).map(|read| read.map(Some))
}

/// A file as text.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let text = fs::read(path).map_err(Failure::open(path))?;
    String::from_utf8(text).map_err(|_| Failure::Finding {
        headline: format!("`{}` is not UTF-8", path.display()),
        help: Some("save it as UTF-8".to_owned()),
    })
}

/// Reads a directory that is at hand; its mistakes are shown on standard error.
pub(super) fn directory_text(name: &str, text: &str, plan: &Plan) -> Result<Result<Directory, Outcome>, Failure> {
    match read_directory(text, plan) {
        Ok(directory) => Ok(Ok(directory)),
        Err(errors) => {
            let mut sources = Sources::new();
            let file = sources.add(name.to_owned(), text.to_owned());
            let found: Vec<_> = errors.iter().map(|error| error.diagnostic(file)).collect();
            Ok(Err(tell(&found, &sources)))
        }
    }
}

/// Shows mistakes in another file than a playbook on standard error.
pub(super) fn tell(found: &[Diagnostic], sources: &Sources) -> Outcome {
    let words = Catalogue::new(Lang::En);
    let text = diagnostics::human(found, sources, terminal::stderr_style(), &words);
    let _ = writeln!(io::stderr().lock(), "{text}{}", diagnostics::summary(found, 1, &words));
    Outcome::Findings
}
