//! What people say by a command: it comes in by the store, and becomes an input like any other.

use super::{Executor, Loader, Receipt};
use crate::engine::{DecisionId, Waiting};
use crate::run::store::StoreError;
use crate::time::Instant;
use compact_str::CompactString;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The key of a request that is no event: whether the version on disk is to take over `now`, or to be tried.
pub const RELOAD: &str = "qun.reload";

impl Executor {
    /// Handles what other processes have asked for since the last time, and answers it; how many requests there were.
    ///
    /// # Errors
    /// The store fails, and the run must be opened anew.
    pub fn heed(&mut self, load: Loader<'_>, now: Instant) -> Result<usize, StoreError> {
        let version = self.store.version_of_others()?;
        if self.heeded == Some(version) {
            return Ok(0);
        }
        let requests = self.store.requests()?;
        if !requests.is_empty() {
            self.whole(|executor| {
                requests.iter().try_for_each(|(number, body)| {
                    let answer = executor.request(body, load, now)?;
                    executor.store.answer(*number, &answer.to_string())
                })
            })?;
        }
        self.heeded = Some(version);
        Ok(requests.len())
    }

    fn request(&mut self, body: &str, load: Loader<'_>, now: Instant) -> Result<Value, StoreError> {
        let Ok(mut event) = serde_json::from_str::<Map<String, Value>>(body) else {
            return Ok(json!({ "state": "refused", "why": "it is no event" }));
        };
        match event.get(RELOAD).and_then(Value::as_str) {
            Some("now") => return self.take_over(load, now),
            Some(_) => return Ok(self.try_reload(load, now)),
            None => {}
        }
        event.insert("id".to_owned(), self.own_id()?.as_str().into());
        event.insert("at".to_owned(), now.max(self.clock).to_string().into());
        let line = Value::Object(event).to_string();
        Ok(match self.line(line.as_bytes(), now)? {
            Receipt::Taken { id, .. } => json!({ "state": "taken", "id": id.as_str() }),
            Receipt::Refused(why) => json!({ "state": "refused", "why": why }),
            Receipt::Unknown(kind) => json!({ "state": "refused", "why": format!("there is no kind `{kind}`") }),
            Receipt::Repeated | Receipt::Conflict => json!({ "state": "refused", "why": "its id is taken" }),
        })
    }

    /// An id for an event of our own.
    pub(super) fn own_id(&self) -> Result<CompactString, StoreError> {
        let mut id = CompactString::from(format!("input-{}", self.seq + 1));
        while self.store.digest_of(&id)?.is_some() {
            id.push('+');
        }
        Ok(id)
    }

    /// What waits is to be noted anew: another version may name it otherwise.
    pub(super) fn forget_waiting(&mut self) -> Result<(), StoreError> {
        self.waits.clear();
        self.waits_of = None;
        self.store.nothing_waits()
    }

    /// Keeps what waits for people where commands can read it, in the transaction that has changed it.
    pub(super) fn note_waiting(&mut self) -> Result<(), StoreError> {
        let changes = self.driver.state().waiting_changes();
        if self.waits_of == Some(changes) {
            return Ok(());
        }
        let waiting = self.driver.state().waiting(self.driver.program()).map(|waiting| (waiting.id, waiting));
        let waiting: BTreeMap<DecisionId, Waiting> = waiting.collect();
        for (id, before) in &self.waits {
            if !waiting.contains_key(id) {
                self.store.waits_no_more(before)?;
            }
        }
        for (id, now) in &waiting {
            if self.waits.get(id) != Some(now) {
                self.store.waits(now, now.role.map_or("", |role| self.driver.program().name(role)))?;
            }
        }
        (self.waits, self.waits_of) = (waiting, Some(changes));
        Ok(())
    }
}
