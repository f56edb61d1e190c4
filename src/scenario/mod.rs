//! Scenarios: what happens, and what must come of it.
//!
//! A scenario lies in a YAML file beside the playbook. Its lines are split into words ([`words`]), read against what the
//! playbook declares ([`lines`], [`read`]), run through the same driver as a dry run ([`run`]), and compared with what was
//! decided ([`compare`]); [`coverage`] tells which parts of the playbook no scenario has reached, and
//! [`record`] makes a scenario of one member's history in a log.

pub mod clock;
pub mod compare;
pub mod coverage;
mod lexicon;
pub mod lines;
pub mod mistake;
pub mod read;
pub mod record;
pub mod run;
pub mod words;

pub use compare::{Failure, Field};
pub use coverage::Coverage;
pub use lexicon::Topic;
pub use read::{Case, Files, Scenario, read};
pub use run::{Told, Tried, run};

/// The largest file of scenarios, in bytes.
pub const MAX_FILE: usize = 4 << 20;

/// The most scenarios of one file.
pub const MAX_SCENARIOS: usize = 2_000;

/// One case that was tried.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the scenario says must hold.
    pub name: String,
    /// The row of its table.
    pub row: Option<String>,
    /// Where its name stands.
    pub span: crate::syntax::span::Span,
    /// What is not as it must be; none where it passes.
    pub failures: Vec<Failure>,
}

impl Outcome {
    /// Its name, with the row.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.row {
            Some(row) => format!("{} [{row}]", self.name),
            None => self.name.clone(),
        }
    }
}
