//! Qun: standard operating procedures for online communities, as code.

pub mod diagnostic;
pub mod engine;
pub mod log;
pub mod plan;
pub mod simulate;
pub mod syntax;
pub mod time;
