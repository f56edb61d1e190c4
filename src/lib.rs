//! Standard operating procedures for online communities, as code.

pub mod diagnostic;
pub mod syntax;
pub mod time;
