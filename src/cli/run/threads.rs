//! What goes on beside the writer: the file that is followed, deliveries, requests and signals, each on a thread of its own.

use super::super::failure::Failure;
use super::super::when;
use super::asked::Asked;
use super::input::tell_of;
use crate::run::{Config, Desk, Figures, Followed, Gate, Job, Outlet, Receipt, Store, deliver, follow, listen};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};
use tracing::{error, warn};

/// What the threads share.
pub(super) struct Threads<'c> {
    config: &'c Config,
    jobs: SyncSender<Job>,
    /// That they are to end.
    stop: Arc<AtomicBool>,
    /// That one has ended by a failure.
    failed: Arc<AtomicBool>,
}

/// What the last thread to end needs.
pub(super) struct Doors {
    pub(super) asked: Asked,
    pub(super) listener: Option<TcpListener>,
    pub(super) desk: Desk,
    pub(super) deliverers: Vec<JoinHandle<()>>,
}

impl<'c> Threads<'c> {
    pub(super) fn new(config: &'c Config, jobs: SyncSender<Job>) -> Threads<'c> {
        Threads { config, jobs, stop: Arc::default(), failed: Arc::default() }
    }

    pub(super) fn failed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.failed)
    }

    pub(super) fn desk(&self, gate: Gate, figures: Arc<Figures>) -> Desk {
        Desk { gate, jobs: self.jobs.clone(), figures, body: self.config.body, now: when::now }
    }

    fn shared(&self) -> (SyncSender<Job>, Arc<AtomicBool>, Arc<AtomicBool>) {
        (self.jobs.clone(), Arc::clone(&self.stop), Arc::clone(&self.failed))
    }

    /// Takes events from a file as it grows.
    pub(super) fn follow(&self, path: &Path) -> Result<(), Failure> {
        let (jobs, stop, failed) = self.shared();
        let mark = Store::read(&self.config.store)?.marked()?;
        let path = path.to_owned();
        spawn("tail", move || {
            let tell = |what| warn!("`{}`: {}", path.display(), followed(what));
            let answer = |at: u64, receipt: &Receipt| {
                tell_of(&format!("`{}`, at byte {at}", path.display()), receipt);
            };
            if let Err(error) = follow(&path, mark, &jobs, &stop, tell, answer) {
                error!("`{}` cannot be read: {error}", path.display());
                failed.store(true, Ordering::Relaxed);
                let _ = jobs.send(Job::Stop);
            }
        })
        .map(drop)
    }

    /// Delivers through each connector.
    pub(super) fn deliver(&self, outlets: Vec<Outlet>) -> Result<Vec<JoinHandle<()>>, Failure> {
        let mut deliverers = Vec::new();
        for mut outlet in outlets {
            let store = Store::read(&self.config.store)?;
            let (jobs, stop, failed) = self.shared();
            deliverers.push(spawn("deliver", move || {
                if let Err(error) = deliver(&store, &mut outlet, &jobs, when::now, &stop) {
                    error!(help = error.help(), "no more can be delivered: {error}");
                    failed.store(true, Ordering::Relaxed);
                    let _ = jobs.send(Job::Stop);
                }
            })?);
        }
        Ok(deliverers)
    }

    /// Takes requests until a signal asks the process to stop; then ends the other threads, and the writer last.
    pub(super) fn listen(self, runtime: tokio::runtime::Runtime, doors: Doors) -> Result<(), Failure> {
        let Doors { asked, listener, desk, deliverers } = doors;
        let (jobs, stop) = (self.jobs, self.stop);
        let again = jobs.clone();
        spawn("http", move || {
            let told = runtime.block_on(async {
                match listener {
                    Some(listener) => listen(listener, desk, asked.wait(again)).await,
                    None => {
                        asked.wait(again).await;
                        Ok(())
                    }
                }
            });
            if let Err(error) = told {
                error!("no more requests can be taken: {error}");
            }
            // What is being delivered is finished and noted first.
            stop.store(true, Ordering::Relaxed);
            for deliverer in deliverers {
                let _ = deliverer.join();
            }
            // Where the writer has ended there is nobody to be told.
            let _ = jobs.send(Job::Stop);
        })
        .map(drop)
    }
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Failure> {
    Ok(thread::Builder::new().name(name.to_owned()).spawn(work)?)
}

fn followed(what: Followed) -> &'static str {
    match what {
        Followed::Rotated => "another file has its name now; the one before was read to its end",
        Followed::Replaced => "another file has its name now; what had not been read of the one before is not read",
        Followed::Cut => "it has been cut short, and is read from the beginning",
    }
}
