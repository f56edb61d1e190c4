//! Text becomes a tree.

pub mod span;
pub mod tree;
