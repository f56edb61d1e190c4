//! From text to tree.

pub mod span;
pub mod tree;
