//! `qun test`

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::{locale, playbook, terminal};
use crate::diagnostic::Diagnostic;
use crate::engine::Program;
use crate::l10n::{Catalogue, Lang};
use crate::log::{Decoder, LogReader, OwnedEvent, ReadOptions};
use crate::report::diagnostics;
use crate::report::scenario::{self, Played};
use crate::scenario::coverage::Reached;
use crate::scenario::record::{History, MAX_HISTORY, Unrecorded, record};
use crate::scenario::{self as scenarios, Coverage, Files, Scenario};
use crate::syntax::source::Sources;
use crate::{compile_in, load};
use clap::{Args, ValueEnum};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// Test playbooks with the scenarios beside them.
///
/// Scenarios are the `tests/*.yaml` in a playbook's folder: what happens, and what must be decided. They run through the
/// engine of `qun simulate`; the notation is explained in docs/testing.md.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The playbooks: folders of *.sop files, single files, or a folder of playbooks.
    #[arg(required = true, value_name = "PLAYBOOK")]
    playbooks: Vec<PathBuf>,

    /// Only scenarios whose file, name or case contains this.
    #[arg(long, value_name = "TEXT", conflicts_with = "min_coverage")]
    filter: Option<String>,

    /// What is written.
    #[arg(long, value_enum, default_value_t)]
    format: TestFormat,

    /// A playbook of which less is reached is a failure.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_coverage: Option<f64>,

    /// A playbook without scenarios (or none that the filter lets through) is a failure.
    #[arg(long)]
    fail_on_empty: bool,

    /// Instead of testing, make a scenario of one member's history in a log: as few events as bring about the same
    /// decisions, with other names.
    #[arg(long, requires = "log", requires = "member")]
    record: bool,

    /// With `--record`: logs, as for `qun simulate`.
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "record")]
    log: Vec<PathBuf>,

    /// With `--record`: whose history; the member's id in the log.
    #[arg(long, value_name = "ID", requires = "record")]
    member: Option<String>,

    /// With `--record`: only decisions in this group.
    #[arg(long, value_name = "ID", requires = "record")]
    group: Option<String>,

    /// With `--record`: groups and members at the start, as YAML.
    #[arg(long, value_name = "FILE", requires = "record")]
    directory: Option<PathBuf>,

    /// With `--record`: write the scenario to a file.
    #[arg(long, value_name = "FILE", requires = "record")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:\n  \
    qun test my-club\n  \
    qun test my-club --filter flood\n  \
    qun test playbooks/ --min-coverage 90 --fail-on-empty --format junit\n  \
    qun test my-club --record --log 2024.jsonl.gz --member 4711 --out my-club/tests/4711.yaml\n\n\
    Exit codes: 0 all scenarios pass, 1 one fails, 2 a playbook or a scenario cannot be read.";

/// The forms of what became of scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON document, with a version.
    Json,
    /// JUnit XML.
    Junit,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse::<f64>().ok().filter(|n| (0.0..=100.0).contains(n));
    number.ok_or_else(|| "write a number from 0 to 100".to_owned())
}

/// A playbook and what became of its scenarios.
struct Tested {
    name: String,
    sources: Sources,
    outcomes: Vec<scenarios::Outcome>,
    reached: Reached,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        if self.record {
            return self.recorded();
        }
        let mut all = Vec::new();
        for path in self.paths()? {
            match self.test(&path)? {
                Some(tested) => all.push(tested),
                None => return Ok(Outcome::Unusable),
            }
        }
        Output::print(None, &self.written(&all)?)?;
        Ok(if self.passes(&all) { Outcome::Clean } else { Outcome::Findings })
    }

    /// Makes a scenario of a member's history.
    fn recorded(&self) -> Result<Outcome, Failure> {
        let [path] = self.playbooks.as_slice() else {
            return Err(Failure::usage("`--record` takes one playbook"));
        };
        let plan = match playbook::plan(path)? {
            Ok(plan) => plan,
            Err(_) => return Ok(Outcome::Unusable),
        };
        let directory = match playbook::directory(self.directory.as_deref(), &plan)? {
            Ok(directory) => directory.unwrap_or_default(),
            Err(_) => return Ok(Outcome::Unusable),
        };
        let mut log = LogReader::open(&self.log, Decoder::new(&plan), ReadOptions::default())?;
        let mut events = Vec::new();
        while let Some(event) = log.next()? {
            if events.len() == MAX_HISTORY {
                return Err(Failure::usage(format!(
                    "the log has more than {MAX_HISTORY} events; cut it to the time in question"
                )));
            }
            events.push(OwnedEvent::from(event));
        }
        let program = Program::new(plan).map_err(|error| Failure::Internal(error.to_string()))?;
        let member = self.member.clone().unwrap_or_default();
        let history = History { events, directory, member: member.clone(), group: self.group.clone() };
        let text = record(&program, history).map_err(|why| unrecorded(&why, &member))?;
        Output::print(self.out.as_deref(), &text)?;
        Ok(Outcome::Clean)
    }

    /// The playbooks; a folder that only holds folders of playbooks stands for these.
    fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut paths = Vec::new();
        for path in &self.playbooks {
            match inner(path) {
                Some(inner) => paths.extend(inner),
                None => paths.push(path.clone()),
            }
        }
        Ok(paths)
    }

    fn test(&self, path: &Path) -> Result<Option<Tested>, Failure> {
        let compiled = compile_in(&load::load(path)?, locale::lang());
        let Some(plan) = compiled.plan.clone() else {
            playbook::show_errors(&compiled, locale::lang());
            return Ok(None);
        };
        let program = Program::new(plan).map_err(|error| Failure::Internal(error.to_string()))?;
        let Some((sources, scenarios)) = read(path, &program)? else { return Ok(None) };
        let coverage = Coverage::new(&program);
        let mut outcomes = Vec::new();
        for scenario in &scenarios {
            for case in &scenario.cases {
                let outcome = scenarios::Outcome {
                    name: scenario.name.clone(),
                    row: case.row.clone(),
                    span: scenario.span,
                    failures: Vec::new(),
                };
                if !self.wants(&outcome, &sources) {
                    continue;
                }
                let tried = scenarios::run(&program, scenario, case, &coverage).map_err(Failure::Internal)?;
                let failures = scenarios::compare::compare(&program, &sources, scenario, case, &tried);
                outcomes.push(scenarios::Outcome { failures, ..outcome });
            }
        }
        let reached = coverage.reached(&program);
        Ok(Some(Tested { name: path.display().to_string(), sources, outcomes, reached }))
    }

    fn wants(&self, outcome: &scenarios::Outcome, sources: &Sources) -> bool {
        let Some(filter) = &self.filter else { return true };
        let whole = format!("{} {}", sources.path(outcome.span.file), outcome.title());
        whole.to_lowercase().contains(&filter.to_lowercase())
    }

    fn written(&self, all: &[Tested]) -> Result<String, Failure> {
        let played: Vec<Played<'_>> = all.iter().map(|tested| self.played(tested)).collect();
        Ok(match self.format {
            TestFormat::Human => scenario::human(&played, terminal::stdout_style()),
            TestFormat::Json => scenario::json(&played),
            TestFormat::Junit => scenario::junit(&played).map_err(Failure::Internal)?,
        })
    }

    fn played<'t>(&self, tested: &'t Tested) -> Played<'t> {
        let whole = self.filter.is_none() && !tested.outcomes.is_empty();
        Played {
            playbook: &tested.name,
            sources: &tested.sources,
            outcomes: &tested.outcomes,
            reached: whole.then_some(&tested.reached),
        }
    }

    /// Whether all is as it must be; what is too little is said on standard error.
    fn passes(&self, all: &[Tested]) -> bool {
        let mut passes = all.iter().flat_map(|tested| &tested.outcomes).all(|outcome| outcome.failures.is_empty());
        let mut too_little = |said: String| {
            passes = false;
            let _ = writeln!(io::stderr().lock(), "error: {said}");
        };
        for tested in all {
            if self.fail_on_empty && tested.outcomes.is_empty() {
                too_little(format!("`{}` has no scenarios", tested.name));
            }
            if let Some(least) = self.min_coverage.filter(|least| tested.reached.percent() < *least) {
                let percent = tested.reached.percent();
                too_little(format!("the scenarios of `{}` reach {percent:.1}% of it, not {least}%", tested.name));
            }
        }
        passes
    }
}

fn unrecorded(why: &Unrecorded, member: &str) -> Failure {
    let (headline, help) = match why {
        Unrecorded::NoEvents => ("the log holds no events that the playbook knows".to_owned(), None),
        Unrecorded::NoDecisions => (
            format!("nothing is decided about `{member}`"),
            Some("`qun simulate --format jsonl` shows about whom something is decided".to_owned()),
        ),
        Unrecorded::Fragile => (
            format!(
                "what is decided about `{member}` depends on the ids of people or groups, so they cannot be replaced"
            ),
            None,
        ),
    };
    Failure::Finding { headline, help }
}

/// The folders of playbooks in a folder that has no `*.sop` file of its own.
fn inner(path: &Path) -> Option<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(path).ok()? {
        let entry = entry.ok()?.path();
        if entry.extension().is_some_and(|ending| ending == "sop") {
            return None;
        }
        let holds = |name: &Path| name.extension().is_some_and(|ending| ending == "sop");
        let mut files = fs::read_dir(&entry).into_iter().flatten().flatten();
        if files.any(|file| holds(&file.path())) {
            folders.push(entry);
        }
    }
    folders.sort();
    // One such folder alone is the sub-folder of a playbook like any other.
    (!folders.is_empty() && !path.join(TESTS).is_dir()).then_some(folders)
}

/// Where the scenarios of a playbook lie.
const TESTS: &str = "tests";

/// Reads all scenarios of a playbook; their mistakes are shown on standard error.
fn read(path: &Path, program: &Program) -> Result<Option<(Sources, Vec<Scenario>)>, Failure> {
    let root = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let folder = Folder(root.join(TESTS));
    let mut sources = Sources::new();
    let (mut scenarios, mut wrong): (Vec<Scenario>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for file in folder.files()? {
        let bytes = fs::read(&file).map_err(Failure::open(&file))?;
        let text =
            String::from_utf8(bytes).map_err(|_| Failure::usage(format!("`{}` is not UTF-8", file.display())))?;
        let id = sources.add(file.display().to_string(), text);
        match scenarios::read(id, &mut sources, program, &folder) {
            Ok(some) => scenarios.extend(some),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() {
        return Ok(Some((sources, scenarios)));
    }
    let words = Catalogue::new(Lang::En);
    let text = diagnostics::human(&wrong, &sources, terminal::stderr_style(), &words);
    let summary = diagnostics::summary(&wrong, sources.iter().count(), &words);
    let _ = writeln!(io::stderr().lock(), "{text}{summary}");
    Ok(None)
}

/// The folder of a playbook's scenarios.
struct Folder(PathBuf);

impl Folder {
    /// The files of scenarios, by name.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(Failure::open(&self.0))?.path();
            if path.extension().is_some_and(|ending| ending == "yaml") && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let below = Path::new(path);
        // A directory of the playbook itself may be meant: one step up, and no more.
        let inside = below.strip_prefix("..").unwrap_or(below);
        if !inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err("it lies outside the playbook's folder".to_owned());
        }
        fs::read_to_string(self.0.join(below)).map_err(|error| crate::log::said(&error))
    }
}
