//! Deliveries: each connector has a thread that sends what is due, below the rates of its platform.
//!
//! Where a receiver does not know what it had before, a delivery is marked before it leaves: after a crash it is then known
//! that it may have arrived, and people decide whether it is sent again, unless the configuration says that it is.

use super::outbox::{NOT_ALLOWED, Outcome, Policy, Row};
use super::service::Job;
use super::store::{Store, StoreError};
use crate::connector::{self, Connector, Delivery, Facts, Meter, Meters, Rate};
use crate::time::Instant;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// How long to rest where nothing is due.
const REST: std::time::Duration = std::time::Duration::from_millis(100);

/// A delivery about to be sent, on its way to the writer.
pub struct Sending {
    /// Its number.
    pub number: i64,
    /// The connector.
    pub way: String,
    /// The meters of the connector as they stand with it.
    pub meters: Vec<Meter>,
    /// Told whether it may go, once that is on the disk.
    pub marked: SyncSender<bool>,
}

/// What became of a delivery, on its way to the writer.
pub struct Delivered {
    /// Its number.
    pub number: i64,
    /// The connector.
    pub way: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Pauses that the other side asks for.
    pub rests: Vec<Meter>,
    /// Told once that is on the disk.
    pub kept: SyncSender<()>,
}

/// Where decisions go by one connector.
pub struct Outlet {
    /// Its name.
    pub name: String,
    /// What carries them out.
    pub connector: Box<dyn Connector>,
    /// What is known of it.
    pub facts: Facts,
    /// How often it may be used.
    pub rates: Vec<Rate>,
    /// What may be delivered, and how hard it is tried.
    pub policy: Policy,
}

/// Delivers what is due until it is told to stop, or the writer has ended.
///
/// # Errors
/// The store cannot be read.
pub fn deliver(
    store: &Store,
    outlet: &mut Outlet,
    jobs: &SyncSender<Job>,
    now: fn() -> Instant,
    stop: &AtomicBool,
) -> Result<(), StoreError> {
    let mut meters = Meters::new(outlet.rates.clone(), store.meters(&outlet.name)?);
    while !stop.load(Ordering::Relaxed) {
        let due = store.due(&outlet.name, now())?;
        let Some(turn) = due.iter().find_map(|row| outlet.turn(row, &meters, now())) else {
            outlet.connector.idle();
            thread::sleep(REST);
            continue;
        };
        let (row, told) = match turn {
            Turn::Settled(row, outcome) => (row, (outcome, Vec::new())),
            Turn::Send(row, delivery) => {
                if (meters.is_needed() || !outlet.facts.keys) && !outlet.mark(row, &delivery, &mut meters, jobs, now())
                {
                    continue;
                }
                (row, outlet.send(row, &delivery, &mut meters, now))
            }
        };
        let (kept, done) = sync_channel(1);
        let (outcome, rests) = told;
        let delivered = Delivered { number: row.number, way: outlet.name.clone(), outcome, rests, kept };
        if jobs.send(Job::Delivered(delivered)).is_err() || done.recv().is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// What is to be done with a delivery whose turn it is.
enum Turn<'a> {
    /// Nothing is sent.
    Settled(&'a Row, Outcome),
    /// It is sent.
    Send(&'a Row, Delivery<'a>),
}

impl Outlet {
    /// What is to be done now; `None` where its meters say to wait.
    fn turn<'r>(&self, row: &'r Row, meters: &Meters, now: Instant) -> Option<Turn<'r>> {
        // The configuration may be another one than when it was decided.
        if !self.policy.allows(&row.action) {
            return Some(Turn::Settled(row, Outcome::Dead(NOT_ALLOWED.to_owned())));
        }
        if row.at + self.policy.expire < now {
            return Some(Turn::Settled(row, Outcome::Expired));
        }
        let Some(delivery) = Delivery::read(&row.id, &row.action, &row.record, &row.destination, now) else {
            return Some(Turn::Settled(row, Outcome::Dead("the decision was not understood".to_owned())));
        };
        if delivery.deed.until().is_some_and(|until| until <= now) {
            return Some(Turn::Settled(row, Outcome::Dead("its time was over before it was delivered".to_owned())));
        }
        (meters.ready(&delivery, now) <= now).then_some(Turn::Send(row, delivery))
    }

    /// Marks a delivery as being sent; whether it may go.
    fn mark(
        &self,
        row: &Row,
        delivery: &Delivery<'_>,
        meters: &mut Meters,
        jobs: &SyncSender<Job>,
        now: Instant,
    ) -> bool {
        let (marked, told) = sync_channel(1);
        let meters = meters.spend(delivery, now);
        let sending = Sending { number: row.number, way: self.name.clone(), meters, marked };
        jobs.send(Job::Sending(sending)).is_ok() && told.recv().unwrap_or(false)
    }

    fn send(
        &mut self,
        row: &Row,
        delivery: &Delivery<'_>,
        meters: &mut Meters,
        now: fn() -> Instant,
    ) -> (Outcome, Vec<Meter>) {
        let reply = self.connector.deliver(delivery);
        let at = now();
        let rest = reply.rest.map(|rest| meters.rest(delivery, rest, at));
        let wanted = reply.rest.map(|rest| rest.during);
        let repeats = self.policy.routes.way(&self.name).is_some_and(|way| way.repeats);
        let outcome = match reply.outcome {
            connector::Outcome::Done => Outcome::Done,
            connector::Outcome::Permanent(why) => Outcome::Dead(why),
            connector::Outcome::Retry(why) => self.policy.again(row, at, wanted, why),
            connector::Outcome::Uncertain(why) if repeats || delivery.deed.is_repeatable() => {
                self.policy.again(row, at, wanted, why)
            }
            connector::Outcome::Uncertain(why) => Outcome::Uncertain(why),
        };
        (outcome, rest.into_iter().collect())
    }
}
