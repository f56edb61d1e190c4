//! `qun lint`

use super::failure::{Failure, Outcome};
use super::locale::{self, Tongue};
use super::output::Output;
use super::{changes, outlets, playbook, terminal, when};
use crate::engine::{Directory, Program, Watch};
use crate::l10n::Catalogue;
use crate::lint::allow::{Sifted, sift};
use crate::lint::baseline::{Baseline, Rest};
use crate::lint::book::{Book, Given};
use crate::lint::changed::Changed;
use crate::lint::history::{History, Probed, Values};
use crate::lint::mend::mend;
use crate::lint::platform::{self, Platform};
use crate::lint::{Finding, Group, Selection, UnknownLint, lint, misfits};
use crate::log::{Decoder, LogReader, ReadOptions};
use crate::report::findings::{self, Linted};
use crate::run::Config;
use crate::simulate::{Collector, Driver, Misses, Options};
use crate::time::{Instant, Zone};
use crate::{Compiled, compile, compile_in, load};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};

/// Find what a playbook probably does not mean.
///
/// `check` finds what cannot run; this finds what runs and is wrong all the same: a rule that can never act, a schedule
/// inside quiet hours, two rules that undo each other. `qun explain-lint NAME` explains a finding.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The playbooks: folders of *.sop files, or single files.
    #[arg(required = true, value_name = "PLAYBOOK")]
    playbooks: Vec<PathBuf>,

    /// Run these lints or groups (`correctness`, `suspicious`, `style`, `all`) instead of the first two groups.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    select: Vec<String>,

    /// Leave out these lints or groups.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    ignore: Vec<String>,

    /// From which group on findings change the exit code.
    #[arg(long, value_enum, default_value_t, value_name = "GROUP")]
    fail_on: FailOn,

    /// What is written.
    #[arg(long, value_enum, default_value_t)]
    format: LintFormat,

    /// The tongue of what is said; without it that of the locale.
    #[arg(long, value_enum)]
    lang: Option<Tongue>,

    /// Where the community lives: what the platform cannot do is told.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,

    /// The configuration of `qun run`: what no connector of it could do is told, as at the start.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Groups and members at the start, as YAML: what nobody could answer is told.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// A log of what really happened: say how often each item would have acted, which never would, and which thresholds
    /// sit where a small step changes most. May be given several times.
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,

    /// Leave out findings that this file knows.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found to a baseline file, and end well.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    /// Only findings in items that have changed since a commit of git.
    #[arg(long, value_name = "REF")]
    changed_since: Option<String>,

    /// Carry out safe fixes.
    #[arg(long)]
    fix: bool,

    /// Carry out all fixes, also those that may change what is meant.
    #[arg(long)]
    unsafe_fixes: bool,

    /// The day that counts as today.
    #[arg(long, value_name = "DATE", hide = true)]
    today: Option<String>,
}

const EXAMPLES: &str = "Examples:\n  \
    qun lint my-club\n  \
    qun lint my-club --platform discord --fail-on suspicious\n  \
    qun lint my-club --select all --format sarif\n  \
    qun lint my-club --log 2024.jsonl.gz\n  \
    qun lint my-club --changed-since origin/main --format github";

/// From which group on findings are failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// What is wrong.
    #[default]
    Correctness,
    /// What is probably not meant, too.
    Suspicious,
    /// Anything.
    Style,
    /// Nothing.
    Never,
}

impl FailOn {
    fn fails(self, group: Group) -> bool {
        match self {
            FailOn::Correctness => group == Group::Correctness,
            FailOn::Suspicious => group <= Group::Suspicious,
            FailOn::Style => true,
            FailOn::Never => false,
        }
    }
}

/// The forms of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum LintFormat {
    /// For people, with snippets.
    #[default]
    Human,
    /// One line a finding.
    Short,
    /// One JSON document, with a version (`qun schema lint` describes it).
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Annotations of GitHub's workflow runs.
    Github,
}

/// One playbook on its way.
struct Read {
    name: String,
    path: PathBuf,
    compiled: Compiled,
    folder: load::Folder,
    program: Program,
    directory: Option<Directory>,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let selection = Selection::new(&self.select, &self.ignore).map_err(unknown_lint)?;
        let platform = self.platform()?;
        let known = self.baseline()?;
        let mut reads = Vec::new();
        for path in &self.playbooks {
            match self.read(path)? {
                Ok(read) => reads.push(read),
                Err(findings) => return Ok(findings),
            }
        }
        let config = match self.config.as_deref().map(outlets::read).transpose()? {
            Some(Err(findings)) => return Ok(findings),
            read => read.and_then(Result::ok),
        };
        let job = Job { arguments: self, selection, platform, config };
        if self.fix || self.unsafe_fixes {
            for read in &mut reads {
                job.mend(read)?;
            }
        }
        job.tell(&reads, known)
    }

    fn platform(&self) -> Result<Option<&'static Platform>, Failure> {
        let Some(name) = &self.platform else { return Ok(None) };
        let found = platform::named(name);
        found.map(Some).ok_or_else(|| Failure::Usage {
            headline: format!("there is no platform `{name}`"),
            help: Some(format!("there are {}", names())),
        })
    }

    fn baseline(&self) -> Result<Option<Baseline>, Failure> {
        let Some(path) = &self.baseline else { return Ok(None) };
        let text = fs::read_to_string(path).map_err(Failure::open(path))?;
        let read = Baseline::read(&text);
        read.map(Some).map_err(|why| Failure::usage(format!("`{}` is no baseline: {why}", path.display())))
    }

    fn read(&self, path: &Path) -> Result<Result<Read, Outcome>, Failure> {
        let loaded = load::load(path)?;
        let lang = locale::tongue(self.lang);
        let compiled = compile_in(&loaded, lang);
        let Some(plan) = compiled.plan.clone() else {
            playbook::show_errors(&compiled, lang);
            return Ok(Err(Outcome::Findings));
        };
        let directory = match playbook::directory(self.directory.as_deref(), &plan)? {
            Ok(directory) => directory,
            Err(findings) => return Ok(Err(findings)),
        };
        let program = Program::new(plan).map_err(|error| Failure::Internal(error.to_string()))?;
        let name = path.display().to_string();
        Ok(Ok(Read { name, path: path.to_owned(), compiled, folder: loaded.folder, program, directory }))
    }

    /// When today begins; the clock is read here alone.
    fn today(&self, zone: Zone) -> Result<Instant, Failure> {
        match &self.today {
            Some(date) => when::instant("--today", date, zone),
            None => Ok(when::now()),
        }
    }
}

fn names() -> String {
    platform::platforms().iter().map(|platform| format!("`{}`", platform.name)).collect::<Vec<_>>().join(", ")
}

pub(super) fn unknown_lint(unknown: UnknownLint) -> Failure {
    let near = unknown.near.map(|near| format!("did you mean `{near}`?"));
    Failure::Usage {
        headline: format!("there is no lint or group `{}`", unknown.name),
        help: near.or_else(|| Some("`qun explain-lint` lists them".to_owned())),
    }
}

/// What is asked for.
struct Job<'a> {
    arguments: &'a Arguments,
    selection: Selection,
    platform: Option<&'static Platform>,
    config: Option<Config>,
}

/// How often fixes may make room for others.
const ROUNDS: usize = 8;

impl Job<'_> {
    fn book<'r>(&self, read: &'r Read) -> Result<Book<'r>, Failure> {
        let now = self.arguments.today(read.program.plan.community.calendar.zone)?;
        Ok(Book::new(Given {
            compiled: &read.compiled,
            program: &read.program,
            contents: &read.folder,
            directory: read.directory.as_ref(),
            platform: self.platform,
            now,
        }))
    }

    fn sifted(&self, read: &Read, book: &Book<'_>) -> Sifted {
        self.sifted_with(read, book, None)
    }

    fn sifted_with(&self, read: &Read, book: &Book<'_>, history: Option<&History>) -> Sifted {
        let today = book.plan.community.calendar.zone.date(book.now);
        let mut found = lint(book, &self.selection);
        let past = history.into_iter().flat_map(|history| &history.findings);
        found.extend(past.filter(|finding| self.selection.has(finding.lint)).cloned());
        found.extend(self.unfit(read, book));
        crate::lint::sort(book, &mut found);
        sift(book, found, &self.selection, today)
    }

    /// What the connectors cannot do, where a configuration is given.
    fn unfit(&self, read: &Read, book: &Book<'_>) -> Vec<Finding> {
        // Without connectors a run only records.
        let config = self.config.as_ref().filter(|config| !config.connectors.is_empty());
        let Some(config) = config.filter(|_| self.selection.has("connector-cannot")) else { return Vec::new() };
        let told = outlets::misfits(&read.compiled, config, &outlets::policy(config));
        misfits(book, told.into_iter().map(|misfit| (misfit.span, misfit.text)).collect())
    }

    /// What the log says, where one is given.
    fn history(&self, book: &Book<'_>) -> Result<Option<History>, Failure> {
        if self.arguments.log.is_empty() {
            return Ok(None);
        }
        let probed = Probed::new(book).map_err(|error| Failure::Internal(error.to_string()))?;
        let options = ReadOptions { sort: true, ..ReadOptions::default() };
        let mut log = LogReader::open(&self.arguments.log, Decoder::new(book.plan), options)?;
        let (values, misses) = (Values::new(&probed), Misses::new(book.plan.items.len()));
        let mut collector = Collector::new(&probed.program, &misses);
        let mut driver = Driver::new(&probed.program, Options::default())
            .with_directory(book.directory)
            .with_watch(Some(&values as &dyn Watch));
        driver.run(&mut log, &mut collector)?;
        let end = driver.end();
        let report = collector.finish(&end.state, end.unhappened, log.finish());
        Ok(Some(History::of(book, &report, &values)))
    }

    /// Carries out fixes until there is nothing more to mend; a playbook that would no longer check is left as it is.
    fn mend(&self, read: &mut Read) -> Result<(), Failure> {
        let root =
            if read.path.is_dir() { read.path.clone() } else { read.path.parent().unwrap_or(Path::new("")).to_owned() };
        for _ in 0..ROUNDS {
            let book = self.book(read)?;
            let mended = mend(&self.sifted(read, &book).told, book.sources, self.arguments.unsafe_fixes);
            drop(book);
            if mended.count == 0 {
                return Ok(());
            }
            let before: Vec<(PathBuf, String)> = mended
                .files
                .keys()
                .map(|file| root.join(file))
                .map(|file| fs::read_to_string(&file).map(|text| (file.clone(), text)).map_err(Failure::open(&file)))
                .collect::<Result<_, _>>()?;
            for (file, text) in &mended.files {
                Output::print(Some(&root.join(file)), text)?;
            }
            let loaded = load::load(&read.path)?;
            if compile(&loaded).plan.is_none() {
                for (file, text) in &before {
                    Output::print(Some(file), text)?;
                }
                return Err(Failure::Internal(
                    "a fix made a playbook that does not check; nothing was changed".to_owned(),
                ));
            }
            match self.arguments.read(&read.path.clone())? {
                Ok(again) => *read = again,
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    fn tell(&self, reads: &[Read], known: Option<Baseline>) -> Result<Outcome, Failure> {
        let books: Vec<Book<'_>> = reads.iter().map(|read| self.book(read)).collect::<Result<_, _>>()?;
        let mut rest = known.map(|baseline| baseline.rest());
        let mut sifted = Vec::new();
        let mut histories = Vec::new();
        for (read, book) in reads.iter().zip(&books) {
            let history = self.history(book)?;
            sifted.push(self.left(read, book, history.as_ref(), rest.as_mut())?);
            histories.push(history);
        }
        if let Some(path) = &self.arguments.write_baseline {
            let all =
                books.iter().zip(&sifted).flat_map(|(book, of)| of.told.iter().map(move |finding| (book, finding)));
            Output::print(Some(path), &Baseline::of(all).to_json())?;
            return Ok(Outcome::Clean);
        }
        let linted: Vec<Linted<'_>> = reads
            .iter()
            .zip(&books)
            .zip(&sifted)
            .zip(&histories)
            .map(|(((read, book), of), history)| Linted {
                playbook: &read.name,
                book,
                findings: &of.told,
                allowed: &of.allowed,
                history: history.as_ref(),
            })
            .collect();
        Output::print(None, &self.written(&linted)?)?;
        let fails = |finding: &Finding| self.arguments.fail_on.fails(finding.group);
        let failed = sifted.iter().any(|of| of.told.iter().any(fails));
        Ok(if failed { Outcome::Findings } else { Outcome::Clean })
    }

    /// What is told of one playbook, less what is known and what has not changed.
    fn left(
        &self,
        read: &Read,
        book: &Book<'_>,
        history: Option<&History>,
        rest: Option<&mut Rest>,
    ) -> Result<Sifted, Failure> {
        let mut sifted = self.sifted_with(read, book, history);
        if let Some(rest) = rest {
            sifted.told = rest.without_known(book, sifted.told);
        }
        if let Some(reference) = &self.arguments.changed_since {
            let changed: Changed = changes::since(reference, &read.path)?;
            sifted.told.retain(|finding| changed.touches(book, finding));
        }
        Ok(sifted)
    }

    fn written(&self, linted: &[Linted<'_>]) -> Result<String, Failure> {
        let catalogue = Catalogue::new(locale::tongue(self.arguments.lang));
        Ok(match self.arguments.format {
            LintFormat::Human => findings::human(linted, &catalogue, terminal::stdout_style()),
            LintFormat::Short => findings::short(linted, &catalogue),
            LintFormat::Json => findings::json(linted, &catalogue),
            LintFormat::Sarif => findings::sarif(linted, &catalogue),
            LintFormat::Junit => findings::junit(linted, &catalogue).map_err(Failure::Internal)?,
            LintFormat::Github => findings::github(linted, &catalogue),
        })
    }
}
