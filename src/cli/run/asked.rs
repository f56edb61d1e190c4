//! Signals.

use crate::run::Job;
use std::io;
use std::sync::mpsc::SyncSender;
use tracing::warn;

/// What asks the process to stop: from when this is made on it no longer ends it at once.
#[cfg(unix)]
pub(super) struct Asked {
    terminated: tokio::signal::unix::Signal,
    interrupted: tokio::signal::unix::Signal,
    hung_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    /// Must be called inside the runtime.
    pub(super) fn new() -> io::Result<Asked> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Asked {
            terminated: signal(SignalKind::terminate())?,
            interrupted: signal(SignalKind::interrupt())?,
            hung_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits until the process is to stop; the hang-up lets the playbook be read again.
    pub(super) async fn wait(mut self, jobs: SyncSender<Job>) {
        loop {
            tokio::select! {
                _ = self.terminated.recv() => return,
                _ = self.interrupted.recv() => return,
                _ = self.hung_up.recv() => {
                    if jobs.try_send(Job::Reload).is_err() {
                        warn!("too much waits: the playbook is not read again");
                    }
                }
            }
        }
    }
}

/// What asks the process to stop.
#[cfg(not(unix))]
pub(super) struct Asked;

#[cfg(not(unix))]
impl Asked {
    pub(super) fn new() -> io::Result<Asked> {
        Ok(Asked)
    }

    pub(super) async fn wait(self, _jobs: SyncSender<Job>) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
