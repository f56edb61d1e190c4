//! `qun simulate`

use super::failure::{Failure, Outcome, complain};
use super::formats::RunFormat;
use super::output::Output;
use super::progress::Bar;
use super::{playbook, terminal, when};
use crate::engine::{Certainty, Directory, Event, Meter, Output as Decided, Program, Watch};
use crate::log::{Accounts, Decoder, LogReader, ReadOptions};
use crate::plan::Plan;
use crate::report;
use crate::report::decisions::{Csv, JsonLines};
use crate::report::{metrics, run};
use crate::simulate::budget::{BudgetFigures, Budgets};
use crate::simulate::report::{KEPT_NOTES, note_text};
use crate::simulate::{
    AfterRemoval, Collector, Driver, End, Misses, Moment, Options, Parts, Profile, ReloadError, Sink,
};
use crate::time::{Instant, Zone};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Try a playbook on a log of what really happened.
///
/// Nothing is sent to anybody. The log is read from beginning to end, the clock is that of the log, and the report says
/// what the playbook would have done: how often each item acts, on which days, for whom, and what never happened.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder of *.sop files, or a single file.
    playbook: PathBuf,

    /// Logs: JSON Lines, also packed with gzip or zstd; `-` is standard input. Several are merged by time.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    log: Vec<PathBuf>,

    /// Groups and members at the start, as YAML.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// When the clock starts; earlier events are left out and not remembered: the run knows nobody from before.
    /// `2024-03-01` or `2024-03-01T08:00` in the community's time zone, or with an offset.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// When the clock stops: what is due at that time is still done, events at that time or later are left out. Without
    /// it the clock stops with the last event.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,

    /// What becomes of events of members whom the playbook has put out of the group.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    after_removal: Removed,

    /// Sort the log by time first; this keeps all of it in memory.
    #[arg(long)]
    sort: bool,

    /// Whether events of kinds that the playbook does not know are a warning or an error.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    unknown: Unknown,

    /// What is written.
    #[arg(long, value_enum, default_value_t)]
    format: RunFormat,

    /// Write only decisions of this certainty; several are separated by commas. For `--format jsonl` and `csv`: a report
    /// gives the share of each.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CERTAINTY")]
    only: Vec<Only>,

    /// Write to a file; it appears when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Also write the samples of metrics to a file: CSV, or JSON Lines where the name ends in `.jsonl`.
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,

    /// From a time on, let another version of the playbook take over, as `qun reload` does in a live run; may stand several
    /// times, in their order. For `--format jsonl` and `csv`.
    #[arg(long, value_name = "TIME=PLAYBOOK")]
    reload: Vec<String>,

    /// End with 1 where what would have been done breaks a budget of the playbook.
    #[arg(long)]
    enforce_budgets: bool,

    /// Say on standard error where the time went and how much is remembered for which item. A report also looks for near
    /// misses, which takes time of its own: with `--format jsonl` the engine alone is measured.
    #[arg(long)]
    profile: bool,

    /// With 2 or more, a second thread helps to read the log, and where groups can be run apart (`qun plan` says so)
    /// each thread takes some of them. What comes out is the same.
    #[arg(long, value_name = "N", default_value_t = threads(), hide_default_value = true)]
    threads: usize,
}

const EXAMPLES: &str = "Examples:\n  \
    qun simulate my-club --log 2024.jsonl.gz --directory members.yaml\n  \
    qun simulate my-club --log 2024.jsonl.gz --from 2024-03-01 --to 2024-04-01\n  \
    qun simulate my-club --log 2024.jsonl.gz --metrics metrics.csv\n  \
    qun simulate my-club --log 2024.jsonl.gz --reload 2024-03-01=my-club-2 --format jsonl\n  \
    qun simulate my-club --log 2024.jsonl.gz --format jsonl --out decisions.jsonl";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Removed {
    /// Leave them out, and count them.
    #[default]
    Ignore,
    /// Let them through, and count what comes of them.
    Keep,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Unknown {
    /// They are counted, and the run is in order.
    #[default]
    Warn,
    /// They are counted, and the exit code is 1.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// What reads nothing but recorded facts.
    Certain,
    /// What holds if people had behaved as recorded.
    Depends,
    /// What nobody can know.
    Unknowable,
}

impl Only {
    fn certainty(self) -> Certainty {
        match self {
            Only::Certain => Certainty::Certain,
            Only::Depends => Certainty::Depends,
            Only::Unknowable => Certainty::Unknowable,
        }
    }
}

/// Two where the machine has them.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(2)
}

/// Adds the way out where a log stands without its option.
pub(super) fn explained(mut error: clap::Error) -> clap::Error {
    let simulates = std::env::args_os().nth(1).is_some_and(|command| command == "simulate");
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => !argument.starts_with('-'),
        _ => false,
    };
    if simulates && stray && error.kind() == ErrorKind::UnknownArgument {
        let help = vec!["logs are given with `--log`".into()];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(help));
    }
    error
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        if !self.only.is_empty() && matches!(self.format, RunFormat::Human | RunFormat::Json) {
            return Err(Failure::usage(
                "`--only` goes with `--format jsonl` or `csv`: a report gives the share of each",
            ));
        }
        if !self.reload.is_empty() {
            self.reloads_fit()?;
        }
        let plan = match playbook::plan(&self.playbook)? {
            Ok(plan) => plan,
            Err(findings) => return Ok(findings),
        };
        let reloads = match self.reloads(plan.community.calendar.zone)? {
            Ok(reloads) => reloads,
            Err(findings) => return Ok(findings),
        };
        let options = self.options(plan.community.calendar.zone)?;
        let directory = match playbook::directory(self.directory.as_deref(), &plan)? {
            Ok(directory) => directory,
            Err(findings) => return Ok(findings),
        };
        let first = reloads.first().map(|(at, _)| *at).or(options.to);
        let log = self.open_log(&plan, options.from, first)?;
        let program = Program::new(plan).map_err(|error| Failure::Internal(error.to_string()))?;
        Run { arguments: self, program: &program, options, directory: directory.as_ref(), reloads }.run(log)
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

    /// With another version in force item by item cannot be reported, since items have come and gone.
    fn reloads_fit(&self) -> Result<(), Failure> {
        let streams = matches!(self.format, RunFormat::Jsonl | RunFormat::Csv);
        if !streams || self.metrics.is_some() || self.enforce_budgets || self.profile {
            return Err(Failure::usage(
                "`--reload` goes with `--format jsonl` or `csv`, without `--metrics`, `--enforce-budgets` and `--profile`",
            ));
        }
        if self.log.iter().any(|path| path.as_os_str() == "-") {
            return Err(Failure::usage(
                "`--reload` reads the log again for each version: give a file, not standard input",
            ));
        }
        Ok(())
    }

    /// The versions that take over, with their times.
    fn reloads(&self, zone: Zone) -> Result<Result<Vec<(Instant, Plan)>, Outcome>, Failure> {
        let mut reloads: Vec<(Instant, Plan)> = Vec::new();
        for text in &self.reload {
            let Some((time, path)) = text.split_once('=') else {
                return Err(Failure::usage(format!("`--reload {text}` is not `TIME=PLAYBOOK`")));
            };
            let at = when::instant("--reload", time, zone)?;
            if reloads.last().is_some_and(|(last, _)| *last >= at) {
                return Err(Failure::usage("several `--reload` stand in the order of their times"));
            }
            match playbook::plan(Path::new(path))? {
                Ok(plan) => reloads.push((at, plan)),
                Err(findings) => return Ok(Err(findings)),
            }
        }
        Ok(Ok(reloads))
    }

    fn open_log(&self, plan: &Plan, from: Option<Instant>, to: Option<Instant>) -> Result<LogReader, Failure> {
        let read = ReadOptions { sort: self.sort, threads: self.threads, from, to, ..ReadOptions::default() };
        Ok(LogReader::open(&self.log, Decoder::new(plan), read)?)
    }
}

/// One dry run with everything it needs.
struct Run<'a> {
    arguments: &'a Arguments,
    program: &'a Program,
    options: Options,
    directory: Option<&'a Directory>,
    /// Versions that take over in turn, and from when on.
    reloads: Vec<(Instant, Plan)>,
}

/// What a run found wrong.
struct Found {
    accounts: Accounts,
    notes: u64,
    broken: Vec<BudgetFigures>,
}

impl Run<'_> {
    fn run(self, log: LogReader) -> Result<Outcome, Failure> {
        let unknown_is_error = self.arguments.unknown == Unknown::Error;
        let mut metrics = self.metrics()?;
        let found = match self.arguments.format {
            RunFormat::Human | RunFormat::Json => self.report(log, metrics.as_mut())?,
            RunFormat::Jsonl => {
                let mut out = Output::open(self.arguments.out.as_deref())?;
                let found = self.stream(log, &mut JsonLines::new(&mut out), metrics.as_mut())?;
                out.finish()?;
                found
            }
            RunFormat::Csv => {
                let mut out = Output::open(self.arguments.out.as_deref())?;
                let mut table = Csv::new(&mut out)?;
                let found = self.stream(log, &mut table, metrics.as_mut())?;
                table.flush()?;
                drop(table);
                out.finish()?;
                found
            }
        };
        if let Some(metrics) = metrics {
            metrics.into_inner().finish()?;
        }
        let total = found.accounts.total();
        let over = self.arguments.enforce_budgets && !found.broken.is_empty();
        let wrong = found.notes > 0 || total.bad > 0 || unknown_is_error && total.unknown > 0 || over;
        Ok(if wrong { Outcome::Findings } else { Outcome::Clean })
    }

    fn metrics(&self) -> Result<Option<metrics::Metrics<Output>>, Failure> {
        let Some(path) = &self.arguments.metrics else { return Ok(None) };
        let shape = if path.extension().is_some_and(|ending| ending == "jsonl") {
            metrics::Shape::JsonLines
        } else {
            metrics::Shape::Csv
        };
        let out = Output::open(Some(path))?;
        Ok(Some(metrics::Metrics::new(out, shape, &self.program.plan)?))
    }

    /// Runs and reports on the whole.
    fn report(&self, log: LogReader, metrics: Option<&mut metrics::Metrics<Output>>) -> Result<Found, Failure> {
        let misses = Misses::new(self.program.plan.items.len());
        let mut collector = Collector::new(self.program, &misses);
        let (end, accounts) = self.drive(Some(&misses), log, vec![&mut collector], metrics)?;
        let report = collector.finish(&end.state, end.unhappened, accounts);
        let text = match self.arguments.format {
            RunFormat::Json => run::json(&report),
            _ => run::human(&report, self.style()),
        };
        Output::print(self.arguments.out.as_deref(), &text)?;
        let broken = report.budgets.into_iter().filter(BudgetFigures::is_broken).collect();
        Ok(Found { notes: report.note_count, accounts: report.accounts, broken })
    }

    /// Runs and writes every decision as it comes; what is wrong with the log is said on standard error.
    fn stream(
        &self,
        log: LogReader,
        out: &mut dyn Sink,
        metrics: Option<&mut metrics::Metrics<Output>>,
    ) -> Result<Found, Failure> {
        let mut notes = Notes::default();
        let mut out = Chosen { certainties: self.arguments.only.iter().map(|only| only.certainty()).collect(), out };
        let mut budgets = Budgets::new(self.program);
        let mut sinks: Vec<&mut dyn Sink> = vec![&mut out, &mut notes];
        if self.reloads.is_empty() {
            sinks.push(&mut budgets);
        }
        let (end, accounts) = self.drive(None, log, sinks, metrics)?;
        for line in run::findings(&accounts, &notes.kept, notes.count) {
            complain(&line, None);
        }
        let broken: Vec<BudgetFigures> =
            budgets.finish(&end.state).into_iter().filter(BudgetFigures::is_broken).collect();
        let zone = self.program.plan.community.calendar.zone;
        for budget in &broken {
            let verdict = format!("the budget `{}` was {}", budget.name, report::budgets::verdict(budget));
            let lines: Vec<String> = std::iter::once(verdict).chain(report::budgets::overruns(budget, zone)).collect();
            complain(&lines.join("\n  "), None);
        }
        Ok(Found { accounts, notes: notes.count, broken })
    }

    /// Drives the log through the engine into all sinks.
    fn drive(
        &self,
        misses: Option<&Misses>,
        mut log: LogReader,
        sinks: Vec<&mut dyn Sink>,
        metrics: Option<&mut metrics::Metrics<Output>>,
    ) -> Result<(End, Accounts), Failure> {
        let mut bar = Bar::new(log.progress());
        let mut sinks: Vec<&mut dyn Sink> = sinks.into_iter().map(|sink| sink as &mut dyn Sink).collect();
        sinks.extend(metrics.map(|metrics| metrics as &mut dyn Sink));
        sinks.extend(bar.as_mut().map(|bar| bar as &mut dyn Sink));
        let profile = self.arguments.profile.then(|| Profile::new(self.program));
        let meter = profile.as_ref().map(|profile| profile as &dyn Meter);
        let alike = misses.is_none() || self.program.tests_alike_apart();
        let apart = self.program.can_run_apart() && self.reloads.is_empty() && alike;
        if self.arguments.threads > 1 && profile.is_none() && apart {
            let (options, count) = (self.options.clone(), u32::try_from(self.arguments.threads).unwrap_or(u32::MAX));
            let parts = Parts { program: self.program, options, directory: self.directory, count };
            let end = parts.run(misses, &mut log, &mut Fan(sinks))?;
            return Ok((end, log.finish()));
        }
        let mut driver = Driver::new(self.program, self.options.clone())
            .with_directory(self.directory)
            .with_watch(misses.map(|misses| misses as &dyn Watch))
            .with_meter(meter);
        let mut sink = Fan(sinks);
        driver.feed(&mut log, &mut sink)?;
        let log = self.reload(&mut driver, log, &mut sink)?;
        driver.finish(&mut sink)?;
        if let Some(profile) = &profile {
            let costs = profile.costs(self.program, driver.state());
            let _ = write!(io::stderr().lock(), "{}", run::profile(&costs, terminal::stderr_style()));
        }
        Ok((driver.end(), log.finish()))
    }

    /// Lets the other versions take over, each with the part of the log that is its own; the last part.
    fn reload(&self, driver: &mut Driver<'_>, log: LogReader, sink: &mut dyn Sink) -> Result<LogReader, Failure> {
        let mut last = log;
        for (number, (at, plan)) in (1..).zip(&self.reloads) {
            if self.options.to.is_some_and(|to| to < *at) {
                break;
            }
            let report = driver.reload(plan.clone(), *at, sink).map_err(|error| match error {
                ReloadError::Program(error) => Failure::Internal(error.to_string()),
                ReloadError::Sink(error) => error.into(),
            })?;
            if !report.fresh.is_empty() {
                let mut before = self.arguments.open_log(&driver.program().plan, self.options.from, Some(*at))?;
                driver.warm_from(&mut before, &report.fresh)?;
            }
            for line in report.lines() {
                let _ = writeln!(io::stderr().lock(), "{at}: {line}");
            }
            let to = self.reloads.get(number).map(|(next, _)| *next).or(self.options.to);
            last = self.arguments.open_log(&driver.program().plan, Some(*at), to)?;
            driver.feed(&mut last, sink)?;
        }
        Ok(last)
    }

    fn style(&self) -> crate::report::Style {
        match self.arguments.out {
            Some(_) => crate::report::Style::default(),
            None => terminal::stdout_style(),
        }
    }
}

/// Several sinks as one.
struct Fan<'s>(Vec<&'s mut dyn Sink>);

impl Sink for Fan<'_> {
    fn event(&mut self, moment: &Moment<'_>, event: &Event<'_>, left_out: bool) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.event(moment, event, left_out))
    }

    fn output(&mut self, moment: &Moment<'_>, output: &Decided) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.output(moment, output))
    }
}

/// Lets through decisions of some certainties; all, where none is named.
struct Chosen<'s> {
    certainties: Vec<Certainty>,
    out: &'s mut dyn Sink,
}

impl Sink for Chosen<'_> {
    fn output(&mut self, moment: &Moment<'_>, output: &Decided) -> io::Result<()> {
        if self.certainties.is_empty() {
            return self.out.output(moment, output);
        }
        let chosen = output.decisions.iter().filter(|decision| self.certainties.contains(&decision.certainty));
        let chosen = Decided { decisions: chosen.cloned().collect(), ..Decided::default() };
        self.out.output(moment, &chosen)
    }
}

/// Errors of the run, for forms that have no place for them.
#[derive(Default)]
struct Notes {
    kept: Vec<String>,
    count: u64,
}

impl Sink for Notes {
    fn output(&mut self, moment: &Moment<'_>, output: &Decided) -> io::Result<()> {
        for note in &output.notes {
            self.count += 1;
            if self.kept.len() < KEPT_NOTES {
                self.kept.push(note_text(moment.program, note));
            }
        }
        Ok(())
    }
}
