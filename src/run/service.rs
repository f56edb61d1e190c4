//! The loop of the writer: what waits together is committed together, and answered only then.

use super::deliver::{Delivered, Sending};
use super::executor::{Executor, Loader, Receipt};
use super::figures::Figures;
use super::outbox::Outcome;
use super::store::StoreError;
use super::tail::Mark;
use crate::time::Instant;
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use tracing::{error, info, warn};

/// Something for the writer to do.
pub enum Job {
    /// Lines to be taken.
    Lines(Lines),
    /// A delivery about to be sent.
    Sending(Sending),
    /// What became of a delivery.
    Delivered(Delivered),
    /// To let the version of the playbook on disk take over.
    Reload,
    /// To finish what waits, and end.
    Stop,
}

/// Lines that came together.
pub struct Lines {
    /// One event each.
    pub lines: Vec<Vec<u8>>,
    /// Where they end in the file that they come from; kept with them.
    pub mark: Option<Mark>,
    /// What is done with the answers once everything is on the disk; it is dropped where that fails.
    pub answer: Box<dyn FnOnce(Vec<Receipt>) + Send>,
}

/// The longest rest: the clock of the machine may be set anew meanwhile, and commands are to be heeded.
const REST: Duration = Duration::from_millis(200);

/// How often the outbox is looked at for figures.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until it is told to stop, or nobody is left who could hand anything in.
///
/// `batch` is how many lines share a commit at most, though what came together stays together; `now` is the clock, and `load`
/// reads the version of the playbook on disk.
///
/// # Errors
/// The store fails: what was not answered by then is not in the journal.
pub fn serve(
    executor: &mut Executor,
    jobs: &Receiver<Job>,
    batch: usize,
    now: impl Fn() -> Instant,
    figures: &Figures,
    load: Loader<'_>,
) -> Result<(), StoreError> {
    let (mut stopping, mut looked) = (false, None);
    while !stopping {
        let mut waiting = Vec::new();
        match jobs.recv_timeout(rest(executor, now())) {
            Ok(Job::Lines(lines)) => waiting.push(lines),
            Ok(Job::Sending(sending)) => mark(executor, &sending)?,
            Ok(Job::Delivered(delivered)) => settle(executor, &delivered, now(), figures)?,
            Ok(Job::Reload) => tell_of_reload(&executor.reload(load, now())?),
            Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => stopping = true,
            Err(RecvTimeoutError::Timeout) => {}
        }
        loop {
            let mut count: usize = waiting.iter().map(|job| job.lines.len()).sum();
            while count < batch
                && let Ok(job) = jobs.try_recv()
            {
                match job {
                    Job::Lines(lines) => {
                        count += lines.lines.len();
                        waiting.push(lines);
                    }
                    Job::Sending(sending) => mark(executor, &sending)?,
                    Job::Delivered(delivered) => settle(executor, &delivered, now(), figures)?,
                    Job::Reload => tell_of_reload(&executor.reload(load, now())?),
                    Job::Stop => stopping = true,
                }
            }
            if waiting.is_empty() {
                break;
            }
            commit(executor, std::mem::take(&mut waiting), now(), figures)?;
            // What is due comes in its turn even while events keep coming; who stops leaves nothing waiting.
            if !stopping {
                break;
            }
        }
        let (due, at) = (executor.next_due(), now());
        executor.tick(at)?;
        let heeded = executor.heed(load, at)?;
        if heeded > 0 {
            info!(requests = heeded, "heeded what was asked for by a command");
        }
        if executor.snapshot_when_due()? {
            Figures::add(&figures.snapshots);
            info!("took a snapshot");
        }
        if looked.is_none_or(|looked: std::time::Instant| looked.elapsed() >= LOOK) {
            executor.look_at_outbox(figures, at)?;
            looked = Some(std::time::Instant::now());
        }
        let lag = due.map_or(0, |due| u64::try_from((at - due).ms()).unwrap_or(0));
        figures.lag_ms.fetch_max(lag, Ordering::Relaxed);
        figures.last_lag_ms.store(lag, Ordering::Relaxed);
    }
    executor.take_snapshot().map(drop)
}

/// Says what came of letting another version take over.
pub fn tell_of_reload(told: &Value) {
    let text = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("state") {
        "reloaded" => {
            info!(version = text("version"), "another version of the playbook is in force");
            reload_lines(told).for_each(|line| info!("{line}"));
        }
        "same" => info!("the playbook says what it said before"),
        _ => error!("the playbook is wrong, the version before goes on: {}", text("why")),
    }
}

/// The lines of what a reload has come to.
pub fn reload_lines(told: &Value) -> impl Iterator<Item = &str> {
    told.get("lines").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// How long nothing is due.
fn rest(executor: &Executor, now: Instant) -> Duration {
    let due = executor.next_due().map(|due| (due - now).ms().max(0));
    let due = due.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    due.map_or(REST, |due| due.min(REST))
}

fn mark(executor: &mut Executor, sending: &Sending) -> Result<(), StoreError> {
    let wanted = executor.sending(sending.number, &sending.way, &sending.meters)?;
    // Who delivers may have ended.
    let _ = sending.marked.send(wanted);
    Ok(())
}

fn settle(executor: &mut Executor, delivered: &Delivered, now: Instant, figures: &Figures) -> Result<(), StoreError> {
    if !delivered.rests.is_empty() {
        executor.rest(&delivered.way, &delivered.rests)?;
    }
    executor.settle(delivered.number, &delivered.outcome, now)?;
    match &delivered.outcome {
        Outcome::Dead(why) => warn!(number = delivered.number, why, "a delivery is given up"),
        Outcome::Expired => warn!(number = delivered.number, "a delivery came too late"),
        _ => {}
    }
    Figures::add(match delivered.outcome {
        Outcome::Done => &figures.delivered,
        Outcome::RetryAt(..) => &figures.retried,
        Outcome::Uncertain(_) => &figures.uncertain,
        Outcome::Dead(_) => &figures.dead,
        Outcome::Expired => &figures.expired,
    });
    // Who delivers may have ended.
    let _ = delivered.kept.send(());
    Ok(())
}

fn commit(executor: &mut Executor, jobs: Vec<Lines>, now: Instant, figures: &Figures) -> Result<(), StoreError> {
    let lines: Vec<&Vec<u8>> = jobs.iter().flat_map(|job| &job.lines).collect();
    let marks: Vec<&Mark> = jobs.iter().filter_map(|job| job.mark.as_ref()).collect();
    let receipts = executor.take_from(&lines, &marks, now)?;
    Figures::add(&figures.commits);
    receipts.iter().for_each(|receipt| figures.count(receipt));
    let mut receipts = receipts.into_iter();
    for job in jobs {
        let own = receipts.by_ref().take(job.lines.len()).collect();
        (job.answer)(own);
    }
    Ok(())
}
