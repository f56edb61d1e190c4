//! `qun diff`

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::{locale, playbook, revision, terminal, when};
use crate::diff::book::Changes;
use crate::diff::lane::Side;
use crate::diff::{Book, Threads, compare};
use crate::engine::Program;
use crate::log::{Decoder, LogReader, ReadOptions};
use crate::plan::Plan;
use crate::report::diff::{Depth, Versions, human, json, markdown};
use crate::report::run;
use crate::simulate::{AfterRemoval, Options};
use crate::time::Zone;
use crate::{Compiled, compile_in, load};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Say what changes between two versions of a playbook on a log of what really happened.
///
/// Both versions run over the same log. Told are: how often each item acts before and after, which members end
/// differently, the line that explains it, and what the staff has to do.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The old version: a folder of *.sop files, or a single file. With `--against`: the playbook itself.
    #[arg(value_name = "OLD")]
    first: PathBuf,

    /// The new version.
    #[arg(value_name = "NEW", required_unless_present = "against", conflicts_with = "against")]
    new: Option<PathBuf>,

    /// Compare the playbook with what it was at a revision of git.
    #[arg(long, value_name = "REV")]
    against: Option<String>,

    /// Logs: JSON Lines, also packed with gzip or zstd. Several are merged by time.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    log: Vec<PathBuf>,

    /// Groups and members at the start, as YAML.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// When the clock starts; earlier events are left out and not remembered.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// When the clock stops; events at that time or later are left out.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,

    /// What becomes of events of members whom the playbook has put out of the group.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    after_removal: Removed,

    /// Sort the log by time first; this keeps all of it in memory, twice.
    #[arg(long)]
    sort: bool,

    /// Only the table of items, the causes and the tasks.
    #[arg(long, conflicts_with = "full")]
    summary: bool,

    /// Also every decision that differs.
    #[arg(long)]
    full: bool,

    /// What is written.
    #[arg(long, value_enum, default_value_t)]
    format: Form,

    /// Write to a file; it appears when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// End with 10 where a decision differs.
    #[arg(long)]
    exit_code: bool,

    /// End with 1 where the new version breaks a budget of its own.
    #[arg(long)]
    enforce_budgets: bool,

    /// With 2, each version has a thread; what comes out is the same.
    #[arg(long, value_name = "N", default_value_t = threads(), hide_default_value = true)]
    threads: usize,
}

const EXAMPLES: &str = "Examples:\n  \
    qun diff my-club.old my-club --log 2024.jsonl.gz\n  \
    qun diff my-club --against origin/main --log 2024.jsonl.gz --format markdown --out comment.md\n  \
    qun diff my-club --against HEAD --log 2024.jsonl.gz --summary --exit-code";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Removed {
    /// Leave them out.
    #[default]
    Ignore,
    /// Let them through.
    Keep,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    Human,
    /// One JSON document (`qun schema diff` describes it).
    Json,
    /// For a comment on a change.
    Markdown,
}

/// Two where the machine has them.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(2)
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        if self.log.iter().any(|log| log == Path::new(crate::log::STANDARD_INPUT)) {
            return Err(Failure::Usage {
                headline: "a log from standard input can be read only once, and two versions read it".to_owned(),
                help: Some("write it to a file first".to_owned()),
            });
        }
        let (versions, old, new) = self.compile()?;
        let (old_book, new_book) = (book(&old), book(&new));
        let (Some(old_plan), Some(new_plan)) = (wanted(old, &versions.old), wanted(new, &versions.new)) else {
            return Ok(Outcome::Findings);
        };
        if !self.enforce_budgets && meaning(&old_plan) == meaning(&new_plan) {
            let _ = writeln!(io::stderr().lock(), "the two playbooks are the same; nothing to compare");
            return self.nothing(&versions);
        }
        self.compare(&versions, [old_plan, new_plan], &Changes::between(&old_book, &new_book))
    }

    /// Both versions, and what they are called.
    fn compile(&self) -> Result<(Versions, Compiled, Compiled), Failure> {
        let shown = |path: &Path| path.display().to_string();
        let lang = locale::lang();
        match (&self.against, &self.new) {
            (Some(revision), _) => {
                let versions =
                    Versions { old: format!("{} at {revision}", shown(&self.first)), new: shown(&self.first) };
                let old = revision::compile_at(revision, &self.first, lang)?;
                Ok((versions, old, compile_in(&load::load(&self.first)?, lang)))
            }
            (None, new) => {
                let new = new.as_deref().unwrap_or(&self.first);
                let versions = Versions { old: shown(&self.first), new: shown(new) };
                Ok((versions, compile_in(&load::load(&self.first)?, lang), compile_in(&load::load(new)?, lang)))
            }
        }
    }

    fn compare(&self, versions: &Versions, plans: [Plan; 2], changes: &Changes) -> Result<Outcome, Failure> {
        let options = self.options(plans[1].community.calendar.zone)?;
        let [old_plan, new_plan] = plans;
        let (old_log, new_log) = (self.open(&old_plan, &options)?, self.open(&new_plan, &options)?);
        let directory = |plan| playbook::directory(self.directory.as_deref(), plan);
        let (old_directory, new_directory) = match (directory(&old_plan)?, directory(&new_plan)?) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(findings), _) | (_, Err(findings)) => return Ok(findings),
        };
        let program = |plan| Program::new(plan).map_err(|error| Failure::Internal(error.to_string()));
        let (old, new) = (program(old_plan)?, program(new_plan)?);
        let side = |program, directory| Side { program, directory, options: options.clone() };
        let (old, new) = (side(&old, old_directory.as_ref()), side(&new, new_directory.as_ref()));
        let threads = if self.threads > 1 { Threads::Two } else { Threads::One };
        let outcome = compare([&old, &new], [old_log, new_log], changes, threads, self.full)?;
        for line in run::findings(&outcome.accounts[1], &[], 0) {
            super::failure::complain(&line, None);
        }
        if outcome.events == 0 {
            return Err(Failure::Finding {
                headline: "the log has no events in this time: nothing to compare".to_owned(),
                help: Some("look at `--from` and `--to`, and at the log itself".to_owned()),
            });
        }
        self.print(versions, &outcome)?;
        let bad = outcome.accounts.iter().any(|accounts| accounts.total().bad > 0)
            || self.enforce_budgets && outcome.breaks_budget();
        Ok(match (bad, self.exit_code && outcome.differs()) {
            (true, _) => Outcome::Findings,
            (false, true) => Outcome::Differences,
            (false, false) => Outcome::Clean,
        })
    }

    /// What is written where there is nothing to compare: programs still get a document.
    fn nothing(&self, versions: &Versions) -> Result<Outcome, Failure> {
        if self.format == Form::Json {
            Output::print(self.out.as_deref(), &json::same(versions))?;
        }
        if self.format == Form::Markdown {
            Output::print(self.out.as_deref(), "The two playbooks are the same; nothing to compare.\n")?;
        }
        Ok(Outcome::Clean)
    }

    fn print(&self, versions: &Versions, outcome: &crate::diff::Outcome) -> Result<(), Failure> {
        let depth = match (self.summary, self.full) {
            (true, _) => Depth::Summary,
            (_, true) => Depth::Full,
            _ => Depth::Usual,
        };
        let style = if self.out.is_some() { crate::report::Style::default() } else { terminal::stdout_style() };
        let text = match self.format {
            Form::Human => human::human(versions, outcome, depth, style),
            Form::Json => json::json(versions, outcome, depth),
            Form::Markdown => markdown::markdown(versions, outcome, depth),
        };
        Output::print(self.out.as_deref(), &text)
    }

    fn options(&self, zone: Zone) -> Result<Options, Failure> {
        let read = |option: &str, text: &Option<String>| {
            text.as_deref().map(|text| when::instant(option, text, zone)).transpose()
        };
        let (from, to) = (read("--from", &self.from)?, read("--to", &self.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Failure::usage("`--from` is later than `--to`"));
        }
        let after_removal = match self.after_removal {
            Removed::Ignore => AfterRemoval::Ignore,
            Removed::Keep => AfterRemoval::Keep,
        };
        Ok(Options { from, to, after_removal })
    }

    fn open(&self, plan: &Plan, options: &Options) -> Result<LogReader, Failure> {
        let read = ReadOptions { sort: self.sort, from: options.from, to: options.to, ..ReadOptions::default() };
        Ok(LogReader::open(&self.log, Decoder::new(plan), read)?)
    }
}

/// The plan of a version; its errors are shown with the name of the version.
fn wanted(compiled: Compiled, name: &str) -> Option<Plan> {
    if compiled.plan.is_none() {
        let _ = writeln!(io::stderr().lock(), "{name} has errors:");
        playbook::show_errors(&compiled, locale::lang());
    }
    compiled.plan
}

/// What a plan means: everything but the places where it is written.
fn meaning(plan: &Plan) -> Option<String> {
    let plan = Plan { places: Vec::new(), ..plan.clone() };
    serde_json::to_string(&plan).ok()
}

fn book(compiled: &Compiled) -> Book {
    let content = |name: &str| {
        let plan = compiled.plan.as_ref();
        let is_it = |message: &&crate::plan::Message| {
            plan.is_some_and(|plan| plan.names.get(message.name.index()).is_some_and(|n| n == name))
        };
        let message = plan.and_then(|plan| plan.messages.iter().find(is_it));
        match message.map(|message| &message.body) {
            Some(crate::plan::Body::Dated(pieces)) => serde_json::to_string(pieces).unwrap_or_default(),
            _ => String::new(),
        }
    };
    Book::new(&compiled.tree, &compiled.sources, &content)
}
