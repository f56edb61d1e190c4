//! Standard operating procedures for online communities, as code.

pub mod diagnostic;
pub mod engine;
pub mod log;
pub mod plan;
pub mod syntax;
pub mod time;

/// UTC, until a playbook says otherwise.
impl Default for time::Calendar {
    fn default() -> Self {
        time::Calendar::new(time::Zone::UTC)
    }
}
