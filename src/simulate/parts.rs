//! A run in parts: each takes some groups of the community, on a thread of its own, and what the parts decide is told in
//! the order in which one run would have decided it.

mod merge;
mod work;

use super::driver::{End, Options, Sink, Stop, Unhappened};
use super::misses::Misses;
use crate::engine::{Directory, Part, Program};
use crate::log::{LogReader, Merged};
use merge::Merger;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use work::{Answers, Ended, Worker};

/// How many batches a part may be behind the log.
const AHEAD: usize = 4;

/// A run of a playbook whose groups can be run apart; see [`Plan::bonds`](crate::plan::Plan::bonds).
pub struct Parts<'a> {
    /// What runs.
    pub program: &'a Program,
    /// How the log is run.
    pub options: Options,
    /// Who is there at the start.
    pub directory: Option<&'a Directory>,
    /// How many parts there are.
    pub count: u32,
}

/// What a part is asked to do.
enum Job {
    /// Some events, and the number of the first.
    Events(u32, Arc<Merged>),
    /// The log has ended, after so many events: the clock runs to its end.
    End(u32),
}

/// A part on its thread.
struct Thread {
    jobs: SyncSender<Job>,
    answers: Receiver<Answers>,
}

impl Parts<'_> {
    /// Runs a whole log; `misses` hears why items do not act.
    ///
    /// # Errors
    /// Where the log cannot be read on, or the sink refuses.
    pub fn run(&self, misses: Option<&Misses>, log: &mut LogReader, sink: &mut dyn Sink) -> Result<End, Stop> {
        let watched = misses.is_some();
        thread::scope(|scope| {
            let mut ends = Vec::new();
            let mut threads = Vec::new();
            for number in 0..self.count {
                let ((jobs, todo), (done, answers)) = (sync_channel(AHEAD), sync_channel(AHEAD));
                let part = Part { number, of: self.count };
                ends.push(scope.spawn(move || self.work(part, watched, &todo, &done)));
                threads.push(Thread { jobs, answers });
            }
            let merger = self.merge(&threads, log, sink);
            // Who waits for another job hears that there is none.
            drop(threads);
            let mut unhappened = Unhappened::default();
            for end in ends {
                let ended: Ended = end.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                unhappened = unhappened.and(ended.unhappened);
                if let (Some(misses), Some(found)) = (misses, ended.misses) {
                    misses.add(found);
                }
            }
            Ok(End { state: merger?.state, unhappened })
        })
    }

    /// What one part does, on its thread.
    fn work(&self, part: Part, watched: bool, jobs: &Receiver<Job>, answers: &SyncSender<Answers>) -> Ended {
        let misses = watched.then(|| Misses::new(self.program.plan.items.len()));
        let mut worker = Worker::new(self, part, misses.as_ref());
        for job in jobs {
            let told = match job {
                Job::Events(first, events) => worker.events(first, &events),
                Job::End(last) => worker.end(last),
            };
            if answers.send(told).is_err() {
                break;
            }
        }
        let unhappened = worker.unhappened();
        Ended { unhappened, misses }
    }

    /// Hands out the log and tells what comes back.
    fn merge(&self, threads: &[Thread], log: &mut LogReader, sink: &mut dyn Sink) -> Result<Merger<'_>, Stop> {
        let mut merger = Merger::new(self.program, threads.len());
        let mut on_the_way: VecDeque<(u32, Arc<Merged>)> = VecDeque::new();
        let mut next = 1_u32;
        let ended = loop {
            let read = if on_the_way.len() < AHEAD { log.next_batch() } else { Ok(None) };
            let more = match read {
                Ok(Some(events)) => {
                    send(threads, || Job::Events(next, Arc::clone(&events)));
                    let first = next;
                    next = next.saturating_add(events.len() as u32);
                    on_the_way.push_back((first, events));
                    on_the_way.len() < AHEAD
                }
                Ok(None) => false,
                Err(error) => break Err(error),
            };
            if more {
                continue;
            }
            let Some((first, events)) = on_the_way.pop_front() else { break Ok(()) };
            merger.events(first, &events, answers(threads), sink)?;
        };
        for (first, events) in on_the_way {
            merger.events(first, &events, answers(threads), sink)?;
        }
        ended?;
        send(threads, || Job::End(next));
        merger.end(next, answers(threads), sink)?;
        Ok(merger)
    }
}

fn send(threads: &[Thread], job: impl Fn() -> Job) {
    for thread in threads {
        // A part that is gone has ended by a panic, which is handed on in the end.
        let _ = thread.jobs.send(job());
    }
}

fn answers(threads: &[Thread]) -> Vec<Answers> {
    threads.iter().map(|thread| thread.answers.recv().unwrap_or_default()).collect()
}
