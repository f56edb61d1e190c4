//! The engine, run as `qun simulate` runs it, without files.

use crate::case::{Case, Outcome};
use qun::check::content::Contents;
use qun::diagnostic::{Diagnostic, Severity};
use qun::engine::{Directory, Output, Program, Reload};
use qun::log::{Decoder, LogReader, ReadOptions, Source, read_directory};
use qun::plan::Plan;
use qun::report::decisions::JsonLines;
use qun::report::metrics::{Metrics, Shape};
use qun::run::{pack, unpack};
use qun::simulate::{AfterRemoval, Driver, Moment, Options, Parts, Sink};
use qun::syntax::source::Sources;
use qun::time::{Duration, Instant};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// The pieces of messages.
struct Pieces<'c>(&'c BTreeMap<String, String>);

impl Contents for Pieces<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

/// The plan of a case's playbook.
///
/// # Errors
/// What the checker finds wrong.
pub fn plan(case: &Case) -> Result<Plan, String> {
    let mut files: Vec<_> = case.files.iter().collect();
    files.sort();
    let mut sources = Sources::new();
    for (path, text) in files {
        sources.add(path, text);
    }
    let compiled = qun::compile_sources(sources, &Pieces(&case.contents));
    compiled.plan.ok_or_else(|| {
        let wrong = compiled.diagnostics.iter().filter(|told| told.severity == Severity::Error);
        wrong.map(|told| describe(told, &compiled.sources)).collect::<Vec<_>>().join("\n")
    })
}

fn describe(told: &Diagnostic, sources: &Sources) -> String {
    let place = told.labels.first().map(|(span, label)| {
        let (line, column) = sources.line_col(*span);
        format!("{}:{line}:{column} `{}` {label}", sources.path(span.file), sources.slice(*span))
    });
    format!("{}: {} ({})", told.code, told.headline, place.unwrap_or_default())
}

/// What the engine makes of a case.
///
/// # Panics
/// Where the checker does not take the playbook, or the log or the directory is wrong.
pub fn simulate(case: &Case) -> Outcome {
    match run(case, 1) {
        Ok(outcome) => outcome,
        Err(why) => panic!("{why}"),
    }
}

/// The same with a number of threads, and with what is wrong as an error.
///
/// # Errors
/// What is wrong with the playbook, the directory or the log.
pub fn run(case: &Case, threads: usize) -> Result<Outcome, String> {
    run_program(&program(case)?, case, threads)
}

/// The program of a case's playbook.
///
/// # Errors
/// What the checker finds wrong.
pub fn program(case: &Case) -> Result<Program, String> {
    Program::new(plan(case)?).map_err(|error| error.to_string())
}

/// What a program that is there makes of a case's log.
///
/// # Errors
/// What is wrong with the directory or the log.
pub fn run_program(program: &Program, case: &Case, threads: usize) -> Result<Outcome, String> {
    drive(program, case, threads)?.finish()
}

/// The decisions that a run calls certain, without that word.
///
/// # Errors
/// What is wrong with the directory or the log.
pub fn certain(program: &Program, case: &Case) -> Result<Vec<String>, String> {
    let decisions = lines(drive(program, case, 1)?.decisions)?;
    let split = decisions.iter().map(|line| without_certainty(line));
    Ok(split.filter(|(_, certainty)| certainty == "certain").map(|(line, _)| line).collect())
}

/// A decision without the field that the oracle does not know, and what that said.
///
/// # Panics
/// Where it has no such field.
pub fn without_certainty(line: &str) -> (String, String) {
    let (before, after) = line.split_once(",\"certainty\":\"").unwrap();
    let (certainty, after) = after.split_once('"').unwrap();
    (format!("{before}{after}"), certainty.to_owned())
}

/// What a case gives to read.
pub struct Log {
    pub directory: Option<Directory>,
    pub to: Option<Instant>,
    pub reader: LogReader,
}

/// Opens a case's log and directory.
///
/// # Errors
/// What is wrong with them.
pub fn log(program: &Program, case: &Case, threads: usize) -> Result<Log, String> {
    let plan = &program.plan;
    let directory = match &case.directory {
        Some(text) => Some(read_directory(text, plan).map_err(|errors| format!("directory: {errors:?}\n{text}"))?),
        None => None,
    };
    let to = match &case.until {
        Some(until) => Some(Instant::parse(until).map_err(|error| format!("until {until}: {error:?}"))?),
        None => None,
    };
    Ok(Log { directory, to, reader: log_between(program, case, threads, [None, to])? })
}

/// A part of a case's log, from a time on and up to one.
fn log_between(
    program: &Program,
    case: &Case,
    threads: usize,
    [from, to]: [Option<Instant>; 2],
) -> Result<LogReader, String> {
    let read = ReadOptions { threads, from, to, ..ReadOptions::default() };
    let bytes: Vec<u8> = case.log.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
    let source = Source::new("log", io::Cursor::new(bytes));
    LogReader::new(vec![source], Decoder::new(&program.plan), read).map_err(|error| error.to_string())
}

fn drive(program: &Program, case: &Case, threads: usize) -> Result<Book, String> {
    let Log { directory, to, mut reader } = log(program, case, threads)?;
    let after_removal = if case.keep_after_removal { AfterRemoval::Keep } else { AfterRemoval::Ignore };
    let mut book = Book::new(program)?;
    let mut driver = Driver::new(program, Options { from: None, to, after_removal }).with_directory(directory.as_ref());
    driver.run(&mut reader, &mut book).map_err(|stop| format!("{stop:?}"))?;
    let bad = reader.finish();
    match bad.bad.first() {
        Some(bad) => Err(format!("line {}: {:?}", bad.line, bad.error)),
        None => Ok(book),
    }
}

/// The same as [`run_program`], but after events that `stops` chooses all that the run remembers is written down, read
/// back, and gone on with.
///
/// # Errors
/// What is wrong with the directory or the log, or what cannot be written or read.
pub fn run_in_parts(program: &Program, case: &Case, stops: &mut dyn FnMut() -> bool) -> Result<Outcome, String> {
    let Log { directory, to, mut reader } = log(program, case, 1)?;
    let after_removal = if case.keep_after_removal { AfterRemoval::Keep } else { AfterRemoval::Ignore };
    let begin = |to| Driver::new(program, Options { from: None, to, after_removal }).with_directory(directory.as_ref());
    let (mut book, mut driver, mut end) = (Book::new(program)?, begin(to), to);
    while let Some(events) = reader.next_batch().map_err(|error| error.to_string())? {
        for event in (0..events.len()).filter_map(|position| events.get(position)) {
            driver.event(&event, &mut book).map_err(|error| error.to_string())?;
            end = to.or(Some(event.at));
            if stops() {
                let state = unpack(&pack(driver.state())?)?;
                driver = begin(end);
                driver.go_on(state);
            }
        }
    }
    if let Some(end) = end {
        driver.advance(end, &mut book).map_err(|error| error.to_string())?;
    }
    book.finish()
}

/// The first line that a run in parts gives otherwise than a run over all groups.
///
/// # Errors
/// What is wrong with the directory or the log.
pub fn apart(program: &Program, case: &Case, count: u32) -> Result<Option<String>, String> {
    let together = drive(program, case, 1)?;
    let Log { directory, to, mut reader } = log(program, case, 1)?;
    let after_removal = if case.keep_after_removal { AfterRemoval::Keep } else { AfterRemoval::Ignore };
    let options = Options { from: None, to, after_removal };
    let mut parts = Book::new(program)?;
    let run = Parts { program, options, directory: directory.as_ref(), count };
    run.run(None, &mut reader, &mut parts).map_err(|stop| format!("{stop:?}"))?;
    let pairs = [(together.decisions, parts.decisions), (together.samples.into_inner(), parts.samples.into_inner())];
    for (together, parts) in pairs {
        let (together, parts) = (lines(together)?, lines(parts)?);
        let most = together.len().max(parts.len());
        if let Some(n) = (0..most).find(|n| together.get(*n) != parts.get(*n)) {
            let told = |lines: &[String]| lines.get(n).map_or("nothing", String::as_str).to_owned();
            return Ok(Some(format!("line {n}\n  one run: {}\n  {count} parts: {}", told(&together), told(&parts))));
        }
    }
    Ok((together.cut != parts.cut).then(|| format!("cut chains: {} and {}", together.cut, parts.cut)))
}

/// The same as [`run_program`], but after events that `stops` chooses another plan takes over; also what each found.
///
/// # Errors
/// What is wrong with the directory or the log, or with the other plan.
pub fn run_reloaded(
    program: &Program,
    case: &Case,
    other: &Plan,
    stops: &mut dyn FnMut() -> bool,
) -> Result<(Outcome, Vec<Reload>), String> {
    let mut book = Book::new(program)?;
    let reports = reloading(program, case, other, stops, false, &mut book)?;
    Ok((book.finish()?, reports))
}

/// The decisions of such a run; `restarts` lets it be written down and read back after each version.
///
/// # Errors
/// What is wrong with the directory or the log, or with the other plan.
pub fn decisions_reloaded(
    program: &Program,
    case: &Case,
    other: &Plan,
    stops: &mut dyn FnMut() -> bool,
    restarts: bool,
) -> Result<(Vec<String>, Vec<Reload>), String> {
    let mut out = Vec::new();
    let reports = reloading(program, case, other, stops, restarts, &mut JsonLines::new(&mut out))?;
    Ok((lines(out)?, reports))
}

fn reloading(
    program: &Program,
    case: &Case,
    other: &Plan,
    stops: &mut dyn FnMut() -> bool,
    restarts: bool,
    sink: &mut dyn Sink,
) -> Result<Vec<Reload>, String> {
    let Log { directory, to, mut reader } = log(program, case, 1)?;
    let after_removal = if case.keep_after_removal { AfterRemoval::Keep } else { AfterRemoval::Ignore };
    let mut driver = Driver::new(program, Options { from: None, to, after_removal }).with_directory(directory.as_ref());
    let (mut end, mut reports) = (to, Vec::new());
    'versions: loop {
        while let Some(events) = reader.next_batch().map_err(|error| error.to_string())? {
            for position in 0..events.len() {
                let Some(event) = events.get(position) else { continue };
                driver.event(&event, sink).map_err(|error| error.to_string())?;
                end = to.or(Some(event.at));
                let apart = events.get(position + 1).is_some_and(|next| next.at > event.at);
                if apart && stops() {
                    let at = event.at + Duration::from_ms(1);
                    let report = driver.reload(other.clone(), at, sink).map_err(|error| format!("{error:?}"))?;
                    let mut before = log_between(driver.program(), case, 1, [None, Some(at)])?;
                    driver.warm_from(&mut before, &report.fresh).map_err(|error| format!("{error:?}"))?;
                    reports.push(report);
                    if restarts {
                        let again = Program::new(driver.program().plan.clone()).map_err(|error| error.to_string())?;
                        let state = unpack(&pack(driver.state())?)?;
                        driver.go_on_with(Arc::new(again), state);
                    }
                    reader = log_between(driver.program(), case, 1, [Some(at), to])?;
                    continue 'versions;
                }
            }
        }
        break;
    }
    if let Some(end) = end {
        driver.advance(end, sink).map_err(|error| error.to_string())?;
    }
    Ok(reports)
}

/// What comes out of a run.
struct Book {
    decisions: Vec<u8>,
    samples: Metrics<Vec<u8>>,
    cut: usize,
}

impl Book {
    fn new(program: &Program) -> Result<Book, String> {
        let samples = Metrics::new(Vec::new(), Shape::JsonLines, &program.plan).map_err(|error| error.to_string())?;
        Ok(Book { decisions: Vec::new(), samples, cut: 0 })
    }

    fn finish(self) -> Result<Outcome, String> {
        let samples = lines(self.samples.into_inner())?;
        let decisions = lines(self.decisions)?.iter().map(|line| without_certainty(line).0).collect();
        Ok(Outcome { decisions, samples, cut: self.cut })
    }
}

impl Sink for Book {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        JsonLines::new(&mut self.decisions).output(moment, output)?;
        self.samples.output(moment, output)?;
        self.cut += output.notes.len();
        Ok(())
    }
}

fn lines(bytes: Vec<u8>) -> Result<Vec<String>, String> {
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}
