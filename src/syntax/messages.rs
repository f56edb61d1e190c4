//! Words for mistakes.
