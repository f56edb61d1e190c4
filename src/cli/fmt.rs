//! `qun fmt`

use super::failure::{Failure, Outcome, complain};
use super::output::Output;
use super::terminal;
use crate::diagnostic::Diagnostic;
use crate::format::{FormatError, format};
use crate::load;
use crate::report::diagnostics;
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::Tongue;
use crate::syntax::source::Sources;
use clap::{Args, ValueEnum};
use similar::TextDiff;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Lay playbooks out in the one canonical form, or tell them in the other tongue.
///
/// Comments, and blank lines between groups, stay; texts, numbers and dates stay as written; full-width punctuation
/// becomes narrow outside of texts and comments. A file with mistakes in the writing is left alone.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The playbooks: folders of *.sop files, single files, or `-` for standard input.
    #[arg(required = true, value_name = "PLAYBOOK")]
    playbooks: Vec<PathBuf>,

    /// Write nothing; name the files that would change, and end with 1 if there are any.
    #[arg(long)]
    check: bool,

    /// Write nothing; show what would change.
    #[arg(long)]
    diff: bool,

    /// Tell keywords, units and built-in names in this tongue. Names of your own, texts and comments stay.
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

const EXAMPLES: &str = "Examples:\n  qun fmt my-club/\n  qun fmt --check playbooks/\n  qun fmt --lang zh - < club.sop";

/// A tongue of the language.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// A file to be laid out.
struct Page {
    /// None for standard input.
    path: Option<PathBuf>,
    name: String,
    text: String,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut findings = false;
        let mut pages = Vec::new();
        for path in &self.playbooks {
            pages.extend(self::pages(path)?);
        }
        for page in &pages {
            findings |= self.page(page)?;
        }
        Ok(if findings { Outcome::Findings } else { Outcome::Clean })
    }

    /// Lays out a file; answers whether there is something to find.
    fn page(&self, page: &Page) -> Result<bool, Failure> {
        let tongue = self.lang.map(|lang| match lang {
            Lang::Zh => Tongue::Chinese,
            Lang::En => Tongue::English,
        });
        let mut sources = Sources::new();
        let file = sources.add(&page.name, &page.text);
        match format(file, &page.text, tongue) {
            Ok(written) => self.deliver(page, &written),
            Err(FormatError::Mistakes(mistakes)) => {
                let told: Vec<Diagnostic> = mistakes.iter().map(SyntaxError::diagnostic).collect();
                let text = diagnostics::human(&told, &sources, terminal::stderr_style());
                let _ = writeln!(io::stderr().lock(), "{text}{}", diagnostics::summary(&told, 1));
                Ok(true)
            }
            Err(FormatError::Changed) => {
                Err(Failure::Internal(format!("`{}` would not mean the same; it is left as it is", page.name)))
            }
        }
    }

    fn deliver(&self, page: &Page, written: &str) -> Result<bool, Failure> {
        let same = written == page.text;
        if self.diff && !same {
            let diff = TextDiff::from_lines(page.text.as_str(), written);
            Output::print(None, &diff.unified_diff().header(&page.name, &page.name).to_string())?;
        }
        if self.check && !same {
            complain(&format!("`{}` is not in the canonical layout", page.name), Some("`qun fmt` rewrites it"));
        }
        if self.check || self.diff {
            return Ok(self.check && !same);
        }
        match &page.path {
            None => Output::print(None, written)?,
            Some(path) if !same => Output::replace(path, written)?,
            Some(_) => {}
        }
        Ok(false)
    }
}

/// The files of a playbook, or standard input.
fn pages(path: &Path) -> Result<Vec<Page>, Failure> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map_err(Failure::open(path))?;
        return Ok(vec![Page { path: None, name: "standard input".to_owned(), text }]);
    }
    let loaded = load::load(path)?;
    let files = loaded.sources.iter().map(|(_, file)| {
        let place = if path.is_dir() { path.join(file.path()) } else { path.to_owned() };
        Page { name: place.display().to_string(), path: Some(place), text: file.text().to_owned() }
    });
    Ok(files.collect())
}
