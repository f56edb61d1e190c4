//! `qun explain`

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use super::{playbook, when};
use crate::check::suggest;
use crate::engine::{Directory, Program, State, Watch};
use crate::explain::{Asked, Looker, OverviewSink, WhyNotSink, WhySink};
use crate::log::{Decoder, LogReader, ReadOptions};
use crate::plan::ids::ItemId;
use crate::report::explain;
use crate::simulate::{AfterRemoval, Driver, Options, Sink, Stop};
use crate::time::Instant;
use clap::Args;
use std::path::PathBuf;

/// Say why something was decided, what happened to a member, or why an item did not act for a member.
///
/// The log is run as by `qun simulate`, up to the decision. Every condition is shown with the values that its parts had
/// when it was tested; of a ladder also the strikes that counted, and the limits that were asked. The last lines of an
/// answer to `--decision` can be sent to the member: they name nobody else.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder of *.sop files, or a single file.
    playbook: PathBuf,

    /// Logs, as for `qun simulate`.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    log: Vec<PathBuf>,

    /// Why this decision: its id, or how the id begins.
    #[arg(long, value_name = "ID", required_unless_present = "member", conflicts_with_all = ["member", "item", "group"])]
    decision: Option<String>,

    /// What happened to this member, and how near the items came that did not act; with `--item` why not.
    #[arg(long, value_name = "ID")]
    member: Option<String>,

    /// Why this item did not act for the member.
    #[arg(long, value_name = "NAME", requires = "member")]
    item: Option<String>,

    /// Only in this group.
    #[arg(long, value_name = "ID", requires = "member")]
    group: Option<String>,

    /// Up to when to look; without it to the end of the log.
    #[arg(long, value_name = "TIME", conflicts_with = "decision")]
    at: Option<String>,

    /// Groups and members at the start, as YAML.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// When the clock starts, as for `qun simulate`.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// Let events of members whom the playbook has put out through, as `qun simulate --after-removal keep` does.
    #[arg(long)]
    keep_after_removal: bool,

    /// Show the times of all events that were counted.
    #[arg(long)]
    events: bool,

    /// Sort the log by time first; this keeps all of it in memory.
    #[arg(long)]
    sort: bool,

    /// What is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const EXAMPLES: &str = "Examples:\n  \
    qun explain my-club --log 2024.jsonl.gz --decision 4f1c9a\n  \
    qun explain my-club --log 2024.jsonl.gz --member m17 --group g2\n  \
    qun explain my-club --log 2024.jsonl.gz --member m17 --item flood --at 2024-03-01";

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let plan = match playbook::plan(&self.playbook)? {
            Ok(plan) => plan,
            Err(findings) => return Ok(findings),
        };
        let zone = plan.community.calendar.zone;
        let read = |option: &str, text: &Option<String>| {
            text.as_deref().map(|text| when::instant(option, text, zone)).transpose()
        };
        let (from, to) = (read("--from", &self.from)?, read("--at", &self.at)?);
        let directory = match playbook::directory(self.directory.as_deref(), &plan)? {
            Ok(directory) => directory,
            Err(findings) => return Ok(findings),
        };
        let options = ReadOptions { sort: self.sort, from, to: to.map(just_after), ..ReadOptions::default() };
        let log = LogReader::open(&self.log, Decoder::new(&plan), options)?;
        let program = Program::new(plan).map_err(|error| Failure::Internal(error.to_string()))?;
        let after_removal = if self.keep_after_removal { AfterRemoval::Keep } else { AfterRemoval::Ignore };
        let run =
            Run { program: &program, options: Options { from, to, after_removal }, directory: directory.as_ref() };
        let text = match (&self.decision, &self.member, &self.item) {
            (Some(id), _, _) => self.why(&run, log, id)?,
            (None, Some(member), Some(item)) => self.why_not(&run, log, member, item)?,
            (None, Some(member), None) => self.overview(&run, log, member)?,
            _ => return Err(Failure::usage("say which `--decision`, or which `--member`")),
        };
        Output::print(None, &text).map(|()| Outcome::Clean)
    }

    fn why(&self, run: &Run<'_>, log: LogReader, id: &str) -> Result<String, Failure> {
        if id.is_empty() || id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Failure::Usage {
                headline: format!("`{id}` is not the id of a decision"),
                help: Some("ids are 20 digits from 0 to f: `qun simulate … --format jsonl` writes them".to_owned()),
            });
        }
        let looker = Looker::new(run.program, Asked::Decision, self.events);
        let mut sink = WhySink::new(run.program, &looker, &id.to_ascii_lowercase());
        run.drive(log, &looker, &mut sink, WhySink::is_done)?;
        match sink.answer() {
            Ok(why) if self.format == Format::Json => Ok(explain::why_json(&why)),
            Ok(why) => Ok(explain::why(&why)),
            Err(near) => Err(Failure::Usage {
                headline: format!("there is no decision `{id}` in this run"),
                help: Some(or_else(
                    &near,
                    "the playbook, the log and the options must be those of the run that wrote it",
                )),
            }),
        }
    }

    fn why_not(&self, run: &Run<'_>, log: LogReader, member: &str, item: &str) -> Result<String, Failure> {
        let items = &run.program.plan.items;
        let named = items.iter().position(|known| run.program.name(known.name) == item);
        let Some(position) = named else {
            let names: Vec<String> = items.iter().map(|item| run.program.name(item.name).to_owned()).collect();
            return Err(Failure::Usage {
                headline: format!("the playbook has no item `{item}`"),
                help: suggest::help(item, &names),
            });
        };
        let asked = Asked::Member {
            item: Some(ItemId(u32::try_from(position).unwrap_or_default())),
            member: member.to_owned(),
            group: self.group.clone(),
        };
        let looker = Looker::new(run.program, asked, self.events);
        let mut sink = WhyNotSink::new(run.program, &looker);
        let state = run.drive(log, &looker, &mut sink, |_| false)?;
        match sink.answer(&state, run.until(&state)) {
            Ok(answer) if self.format == Format::Json => Ok(explain::why_not_json(&answer)),
            Ok(answer) => Ok(explain::why_not(&answer)),
            Err(near) => Err(never_seen(member, &near)),
        }
    }

    fn overview(&self, run: &Run<'_>, log: LogReader, member: &str) -> Result<String, Failure> {
        let asked = Asked::Member { item: None, member: member.to_owned(), group: self.group.clone() };
        let looker = Looker::new(run.program, asked, self.events);
        let mut sink = OverviewSink::new(run.program, &looker);
        let state = run.drive(log, &looker, &mut sink, |_| false)?;
        match sink.answer(&state, run.until(&state)) {
            Ok(answer) if self.format == Format::Json => {
                Ok(explain::overview_json(&answer, run.program.plan.community.calendar.zone))
            }
            Ok(answer) => Ok(explain::overview(&answer, run.program.plan.community.calendar.zone)),
            Err(near) => Err(never_seen(member, &near)),
        }
    }
}

fn never_seen(member: &str, near: &[String]) -> Failure {
    Failure::Usage {
        headline: format!("no event up to then is about a member `{member}`"),
        help: Some(or_else(near, "ids of members are those of the log")),
    }
}

/// The ids that were probably meant, or something that helps otherwise.
fn or_else(near: &[String], otherwise: &str) -> String {
    if near.is_empty() { otherwise.to_owned() } else { format!("near it: {}", suggest::all(near)) }
}

/// The end of a time that is itself still looked at.
fn just_after(at: Instant) -> Instant {
    Instant::from_ms(at.ms().saturating_add(1))
}

/// A run with somebody who looks on.
struct Run<'a> {
    program: &'a Program,
    options: Options,
    directory: Option<&'a Directory>,
}

impl Run<'_> {
    /// The time up to which was looked.
    fn until(&self, state: &State) -> Instant {
        self.options.to.map_or(state.now(), |to| to.max(state.now()))
    }

    /// Runs until the sink has seen enough.
    fn drive<S: Sink>(
        &self,
        mut log: LogReader,
        watch: &dyn Watch,
        sink: &mut S,
        enough: impl Fn(&S) -> bool,
    ) -> Result<State, Failure> {
        let driver = Driver::new(self.program, self.options.clone()).with_directory(self.directory);
        let mut driver = driver.with_watch(Some(watch));
        while let Some(events) = log.next_batch()? {
            for event in (0..events.len()).map_while(|position| events.get(position)) {
                driver.event(&event, sink).map_err(Stop::Sink)?;
                if enough(sink) {
                    return Ok(driver.end().state);
                }
            }
        }
        driver.finish(sink).map_err(Stop::Sink)?;
        Ok(driver.end().state)
    }
}
