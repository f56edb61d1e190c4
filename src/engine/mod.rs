//! The pure core: state and one input in, state and decisions out.

pub mod input;
