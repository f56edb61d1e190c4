//! One line as it arrives, and what the journal keeps of it.

use crate::log::{Decoded, Decoder, OwnedEvent};
use crate::time::Instant;
use compact_str::CompactString;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Under which key a line of the journal keeps the time that an event was given where it is handled at another one. No
/// field of a playbook can have this name.
const OCCURRED: &str = "qun.occurred";

/// How an event's own time lies to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// It is handled at its own time.
    Not,
    /// The clock had passed it: it is handled when it arrives.
    Late,
    /// Its time has not come yet: it is handled when it arrives.
    Early,
}

/// A line that is an event.
pub(super) struct Arrival {
    pub(super) event: OwnedEvent,
    /// One line of text.
    line: String,
    /// What tells it from another event of the same id.
    pub(super) digest: [u8; 32],
}

/// What a line is not.
pub(super) enum Unfit {
    /// No event: why.
    Refused(String),
    /// Of a kind that the playbook does not know.
    Unknown(CompactString),
}

/// An event at the time at which it is handled.
pub(super) struct Handled {
    pub(super) event: OwnedEvent,
    pub(super) line: String,
    pub(super) off: Off,
}

impl Arrival {
    pub(super) fn read(decoder: &Decoder, line: &[u8]) -> Result<Arrival, Unfit> {
        let event = match decoder.decode(line) {
            Ok(Decoded::Event(event)) => event,
            Ok(Decoded::UnknownKind(kind)) => return Err(Unfit::Unknown(kind)),
            Err(error) => return Err(Unfit::Refused(error.to_string())),
        };
        let digest = Sha256::digest(line.trim_ascii()).into();
        // In JSON a line break stands between words only.
        let line = String::from_utf8_lossy(line.trim_ascii()).replace(['\n', '\r'], " ");
        Ok(Arrival { event, line, digest })
    }

    /// Places the event between what the clock has reached and the time at which it arrives; `name` is its id where it
    /// brings none.
    pub(super) fn handle(
        self,
        decoder: &Decoder,
        clock: Instant,
        now: Instant,
        name: impl FnOnce() -> String,
    ) -> Result<Handled, String> {
        let at = self.event.at;
        let (handled, off) = if at < clock {
            (clock, Off::Late)
        } else if at > now {
            (now, Off::Early)
        } else {
            (at, Off::Not)
        };
        if off == Off::Not && !self.event.id.is_empty() {
            return Ok(Handled { event: self.event, line: self.line, off });
        }
        let line = self.rewritten(handled, off, name)?;
        match decoder.decode(line.as_bytes()) {
            Ok(Decoded::Event(event)) => Ok(Handled { event, line, off }),
            Ok(Decoded::UnknownKind(kind)) => Err(format!("there is no kind `{kind}`")),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The line with another time or an id; every other value stays as it is written.
    fn rewritten(&self, at: Instant, off: Off, name: impl FnOnce() -> String) -> Result<String, String> {
        let said = |error: serde_json::Error| error.to_string();
        let mut pairs: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&self.line).map_err(said)?;
        let text = |text: &str| serde_json::value::to_raw_value(text).map_err(said);
        if self.event.id.is_empty() {
            pairs.insert("id".to_owned(), text(&name())?);
        }
        if off != Off::Not
            && let Some(occurred) = pairs.insert("at".to_owned(), text(&at.to_string())?)
        {
            pairs.insert(OCCURRED.to_owned(), occurred);
        }
        serde_json::to_string(&pairs).map_err(said)
    }
}
