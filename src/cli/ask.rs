//! Asks the process that runs with a store for something, or leaves it there for the next one.

use super::failure::{Failure, Outcome};
use super::formats::Format;
use super::output::Output;
use crate::run::{Store, is_running};
use serde_json::{Value, json};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer is waited for, and how often it is looked for.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(20);

/// Hands in an event and says what became of it.
pub(super) fn hand_in(path: &Path, event: &Value, format: Format) -> Result<Outcome, Failure> {
    let store = Store::control(path)?;
    let number = store.ask(&event.to_string())?;
    let noted = || json!({ "state": "noted" });
    let answer = if is_running(path) { wait(&store, number)?.unwrap_or_else(noted) } else { noted() };
    let said = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if said("state") == "refused" {
        return Err(Failure::usage(format!("it was refused: {}", said("why"))));
    }
    let text = match (format, said("state").as_str()) {
        (Format::Json, _) => format!("{answer}\n"),
        (Format::Human, "taken") => "done\n".to_owned(),
        (Format::Human, _) => "noted: it is done when `qun run` goes on with this store\n".to_owned(),
    };
    Output::print(None, &text).map(|()| Outcome::Clean)
}

/// Waits for an answer to a request, for some time.
pub(super) fn wait(store: &Store, number: i64) -> Result<Option<Value>, Failure> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(answer) = store.answer_to(number)? {
            let answer = serde_json::from_str(&answer).map_err(|error| Failure::Internal(error.to_string()))?;
            return Ok(Some(answer));
        }
        thread::sleep(LOOK);
    }
    Ok(None)
}
