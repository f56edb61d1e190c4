//! The loop of the writer: what waits together is committed together, and answered only then.

use super::deliver::{Delivered, Sending};
use super::executor::{Executor, Receipt};
use super::outbox::Outcome;
use super::store::StoreError;
use crate::time::Instant;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Something for the writer to do.
pub enum Job {
    /// Lines to be taken.
    Lines(Lines),
    /// A delivery about to be sent.
    Sending(Sending),
    /// What became of a delivery.
    Delivered(Delivered),
    /// To finish what waits, and end.
    Stop,
}

/// Lines that came together.
pub struct Lines {
    /// One event each.
    pub lines: Vec<Vec<u8>>,
    /// What is done with the answers once everything is on the disk; it is dropped where that fails.
    pub answer: Box<dyn FnOnce(Vec<Receipt>) + Send>,
}

/// What has been counted since the start.
#[derive(Debug, Default)]
pub struct Figures {
    /// Events that were taken.
    pub taken: AtomicU64,
    /// Of these, late ones.
    pub late: AtomicU64,
    /// Of these, early ones.
    pub early: AtomicU64,
    /// Events that had been taken before.
    pub repeated: AtomicU64,
    /// Other events under an id that was taken.
    pub conflicts: AtomicU64,
    /// Events of kinds that the playbook does not know.
    pub unknown: AtomicU64,
    /// Lines that were no events.
    pub refused: AtomicU64,
    /// Transactions with events.
    pub commits: AtomicU64,
    /// How far behind the clock a timer was worked off, at most, in milliseconds.
    pub lag_ms: AtomicU64,
    /// Requests without or with a wrong token or signature.
    pub denied: AtomicU64,
    /// Requests turned away since too many waited.
    pub overflowed: AtomicU64,
    /// Requests that were too large, too slow or malformed.
    pub malformed: AtomicU64,
    /// Deliveries that were accepted.
    pub delivered: AtomicU64,
    /// Deliveries to be tried again.
    pub retried: AtomicU64,
    /// Deliveries of which nobody knows whether they were accepted.
    pub uncertain: AtomicU64,
    /// Deliveries that were given up.
    pub dead: AtomicU64,
    /// Deliveries that came too late.
    pub expired: AtomicU64,
}

impl Figures {
    pub(super) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self, receipt: &Receipt) {
        use super::arrival::Off;
        let counter = match receipt {
            Receipt::Taken { off, .. } => {
                match off {
                    Off::Not => {}
                    Off::Late => Figures::add(&self.late),
                    Off::Early => Figures::add(&self.early),
                }
                &self.taken
            }
            Receipt::Repeated => &self.repeated,
            Receipt::Conflict => &self.conflicts,
            Receipt::Unknown(_) => &self.unknown,
            Receipt::Refused(_) => &self.refused,
        };
        Figures::add(counter);
    }

    /// Everything in the text form of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        let counters = [
            ("qun_events_taken_total", "counter", "Events taken.", &self.taken),
            ("qun_events_late_total", "counter", "Events taken later than their time.", &self.late),
            ("qun_events_early_total", "counter", "Events taken before their time.", &self.early),
            ("qun_events_repeated_total", "counter", "Events taken before.", &self.repeated),
            ("qun_events_conflicting_total", "counter", "Other events under an id that was taken.", &self.conflicts),
            ("qun_events_unknown_total", "counter", "Events of a kind that the playbook does not know.", &self.unknown),
            ("qun_events_refused_total", "counter", "Lines that are no events.", &self.refused),
            ("qun_commits_total", "counter", "Transactions with events.", &self.commits),
            ("qun_requests_denied_total", "counter", "Requests without a right to hand events in.", &self.denied),
            ("qun_requests_overflowed_total", "counter", "Requests turned away, too many waited.", &self.overflowed),
            ("qun_requests_malformed_total", "counter", "Requests too large, slow or malformed.", &self.malformed),
            ("qun_deliveries_done_total", "counter", "Deliveries accepted.", &self.delivered),
            ("qun_deliveries_retried_total", "counter", "Tries that have to be made again.", &self.retried),
            ("qun_deliveries_uncertain_total", "counter", "Deliveries nobody knows of.", &self.uncertain),
            ("qun_deliveries_dead_total", "counter", "Deliveries given up.", &self.dead),
            ("qun_deliveries_expired_total", "counter", "Deliveries too late to make sense.", &self.expired),
            ("qun_clock_lag_milliseconds_max", "gauge", "How late a timer was worked off, at most.", &self.lag_ms),
        ];
        let text = counters.map(|(name, sort, help, counter)| {
            let count = counter.load(Ordering::Relaxed);
            format!("# HELP {name} {help}\n# TYPE {name} {sort}\n{name} {count}\n")
        });
        text.concat()
    }
}

/// The longest rest: the clock of the machine may be set anew meanwhile, and commands are to be heeded.
const REST: Duration = Duration::from_millis(200);

/// Runs until it is told to stop, or nobody is left who could hand anything in.
///
/// `batch` is how many lines share a commit at most, though what came together stays together; `now` is the clock.
///
/// # Errors
/// The store fails: what was not answered by then is not in the journal.
pub fn serve(
    executor: &mut Executor<'_>,
    jobs: &Receiver<Job>,
    batch: usize,
    now: impl Fn() -> Instant,
    figures: &Figures,
) -> Result<(), StoreError> {
    let mut stopping = false;
    while !stopping {
        let mut waiting = Vec::new();
        match jobs.recv_timeout(rest(executor, now())) {
            Ok(Job::Lines(lines)) => waiting.push(lines),
            Ok(Job::Sending(sending)) => mark(executor, &sending)?,
            Ok(Job::Delivered(delivered)) => settle(executor, &delivered, now(), figures)?,
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
        executor.heed(at)?;
        executor.snapshot_when_due()?;
        if let Some(lag) = due.filter(|due| *due <= at).map(|due| (at - due).ms()) {
            figures.lag_ms.fetch_max(u64::try_from(lag).unwrap_or(0), Ordering::Relaxed);
        }
    }
    executor.take_snapshot().map(drop)
}

/// How long nothing is due.
fn rest(executor: &Executor<'_>, now: Instant) -> Duration {
    let due = executor.next_due().map(|due| (due - now).ms().max(0));
    let due = due.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    due.map_or(REST, |due| due.min(REST))
}

fn mark(executor: &mut Executor<'_>, sending: &Sending) -> Result<(), StoreError> {
    let wanted = executor.sending(sending.number, &sending.way, &sending.meters)?;
    // Who delivers may have ended.
    let _ = sending.marked.send(wanted);
    Ok(())
}

fn settle(
    executor: &mut Executor<'_>,
    delivered: &Delivered,
    now: Instant,
    figures: &Figures,
) -> Result<(), StoreError> {
    if !delivered.rests.is_empty() {
        executor.rest(&delivered.way, &delivered.rests)?;
    }
    executor.settle(delivered.number, &delivered.outcome, now)?;
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

fn commit(executor: &mut Executor<'_>, jobs: Vec<Lines>, now: Instant, figures: &Figures) -> Result<(), StoreError> {
    let lines: Vec<&Vec<u8>> = jobs.iter().flat_map(|job| &job.lines).collect();
    let receipts = executor.take(&lines, now)?;
    Figures::add(&figures.commits);
    receipts.iter().for_each(|receipt| figures.count(receipt));
    let mut receipts = receipts.into_iter();
    for job in jobs {
        let own = receipts.by_ref().take(job.lines.len()).collect();
        (job.answer)(own);
    }
    Ok(())
}
