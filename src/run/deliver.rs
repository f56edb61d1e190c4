//! Deliveries: decisions are posted to one address, signed by Standard Webhooks, under the id of the decision.
//!
//! A delivery may come twice (the answer was lost, the process was killed): the receiver knows it again by its id.

use super::outbox::{NOT_ALLOWED, Outcome, Policy, Row};
use super::service::Job;
use super::signature::sign;
use super::store::{Store, StoreError};
use crate::time::{Duration, Instant};
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// How long one try may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// How long to rest where nothing is due.
const REST: std::time::Duration = std::time::Duration::from_millis(100);

/// What became of a delivery, on its way to the writer.
pub struct Delivered {
    /// Its number.
    pub number: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Told once that is on the disk.
    pub kept: SyncSender<()>,
}

/// Where decisions go.
pub struct Outlet {
    /// The address, which may be a secret.
    pub url: SecretString,
    /// By what it is signed.
    pub signing: Option<SecretString>,
    /// What may be delivered, and how hard it is tried.
    pub policy: Policy,
}

/// Delivers what is due until it is told to stop, or the writer has ended.
///
/// # Errors
/// The store cannot be read.
pub fn deliver(
    store: &Store,
    outlet: &Outlet,
    jobs: &SyncSender<Job>,
    now: fn() -> Instant,
    stop: &AtomicBool,
) -> Result<(), StoreError> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // An address that moves is for whoever configures it to follow.
        .max_redirects(0)
        .build()
        .into();
    while !stop.load(Ordering::Relaxed) {
        let Some(row) = store.due(now())? else {
            thread::sleep(REST);
            continue;
        };
        let outcome = outlet.attempt(&agent, &row, now);
        let (kept, done) = sync_channel(1);
        if jobs.send(Job::Delivered(Delivered { number: row.number, outcome, kept })).is_err() || done.recv().is_err() {
            return Ok(());
        }
    }
    Ok(())
}

impl Outlet {
    fn attempt(&self, agent: &Agent, row: &Row, now: fn() -> Instant) -> Outcome {
        let at = now();
        // The configuration may be another one than when it was decided.
        if !self.policy.allows(&row.action) {
            return Outcome::Dead(NOT_ALLOWED.to_owned());
        }
        if row.at + self.policy.expire < at {
            return Outcome::Expired;
        }
        let timestamp = at.ms().div_euclid(1000).to_string();
        let mut request = agent
            .post(self.url.expose_secret())
            .header("content-type", "application/json")
            .header("webhook-id", &row.id)
            .header("webhook-timestamp", &timestamp);
        if let Some(secret) = &self.signing {
            match sign(secret, &row.id, &timestamp, row.record.as_bytes()) {
                Some(signature) => request = request.header("webhook-signature", signature),
                None => return self.policy.again(row, now(), None, "the secret is no base64".to_owned()),
            }
        }
        match request.send(row.record.as_bytes()) {
            Ok(response) => self.answered(row, &response, now()),
            Err(error) => self.policy.again(row, now(), None, failed(&error).to_owned()),
        }
    }

    fn answered<B>(&self, row: &Row, response: &Response<B>, now: Instant) -> Outcome {
        let status = response.status();
        let said = format!("answered {}", status.as_u16());
        let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
        if status.is_success() {
            Outcome::Done
        } else if status.is_server_error() || later.contains(&status) {
            let wanted = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let wanted = wanted.and_then(|text| text.trim().parse::<u32>().ok());
            let wanted = wanted.map(|seconds| Duration::from_ms(i64::from(seconds) * 1000));
            self.policy.again(row, now, wanted, said)
        } else {
            Outcome::Dead(said)
        }
    }
}

/// What went wrong, without the address: it may be a secret.
fn failed(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "timed out",
        ureq::Error::HostNotFound => "the host is not known",
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => "the connection failed",
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "the address is none",
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "no safe connection",
        _ => "the answer was not understood",
    }
}
