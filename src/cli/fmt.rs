//! `qun fmt`

use super::failure::{Failure, Outcome, complain};
use super::locale;
use super::output::Output;
use super::terminal;
use crate::diagnostic::Diagnostic;
use crate::format::{FormatError, format_among};
use crate::l10n::Catalogue;
use crate::load;
use crate::report::diagnostics;
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::Tongue;
use crate::syntax::source::{Sources, declared_names};
use crate::syntax::span::FileId;
use crate::syntax::twins;
use clap::{Args, ValueEnum};
use similar::TextDiff;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Lay playbooks out in the one canonical form, or tell them in the other tongue.
///
/// Comments, and blank lines between groups, stay; texts, numbers and dates stay as written; full-width punctuation
/// becomes narrow outside of texts and comments. Where one file has mistakes in the writing, nothing is written.
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
        let mut pages = Vec::new();
        for path in &self.playbooks {
            pages.extend(self::pages(path, self.tongue())?);
        }
        // Nothing is written where something is refused: a folder is laid out as a whole or left as it is.
        let (mut written, mut refused) = (Vec::new(), false);
        for (page, laid_out) in pages {
            match laid_out {
                Ok(text) => written.push((page, text)),
                Err(FormatError::Mistakes(mistakes)) => {
                    refused = true;
                    tell(&page, &mistakes);
                }
                Err(FormatError::Changed) => {
                    let said = format!("`{}` would not mean the same; everything is left as it is", page.name);
                    return Err(Failure::Internal(said));
                }
            }
        }
        let mut findings = refused;
        for (page, text) in &written {
            if !refused || self.check || self.diff {
                findings |= self.deliver(page, text)?;
            }
        }
        Ok(if findings { Outcome::Findings } else { Outcome::Clean })
    }

    fn tongue(&self) -> Option<Tongue> {
        self.lang.map(|lang| match lang {
            Lang::Zh => Tongue::Chinese,
            Lang::En => Tongue::English,
        })
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

/// Says why a file is refused.
fn tell(page: &Page, mistakes: &[SyntaxError]) {
    let mut sources = Sources::new();
    sources.add(&page.name, &page.text);
    let words = Catalogue::new(locale::lang());
    let mut told: Vec<Diagnostic> = mistakes.iter().map(|mistake| mistake.diagnostic(&words)).collect();
    twins::retell(&mut told, &sources, words.lang());
    let text = diagnostics::human(&told, &sources, terminal::stderr_style(), &words);
    let _ = writeln!(io::stderr().lock(), "{text}{}", diagnostics::summary(&told, 1, &words));
}

/// A file and what it is laid out as.
type LaidOut = (Page, Result<String, FormatError>);

/// The files of a playbook, or standard input, laid out as parts of one playbook.
fn pages(path: &Path, tongue: Option<Tongue>) -> Result<Vec<LaidOut>, Failure> {
    let stdin = path.as_os_str() == "-";
    let sources = if stdin { standard_input(path)? } else { load::load(path)?.sources };
    let declared = declared_names(&sources);
    let pages = sources.iter().map(|(_, file)| {
        let place = if path.is_dir() { path.join(file.path()) } else { path.to_owned() };
        let name = if stdin { file.path().to_owned() } else { place.display().to_string() };
        let page = Page { name, path: (!stdin).then_some(place), text: file.text().to_owned() };
        // Each page is told about alone, as the first file.
        let laid_out = format_among(FileId(0), &page.text, tongue, &declared);
        (page, laid_out)
    });
    Ok(pages.collect())
}

fn standard_input(path: &Path) -> Result<Sources, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(Failure::open(path))?;
    let mut sources = Sources::new();
    sources.add("standard input", text);
    Ok(sources)
}
