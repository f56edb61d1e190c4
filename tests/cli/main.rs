//! The program as its users meet it: arguments in, text and an exit code out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

mod apart;
mod budgets;
mod check;
mod explain;
mod fmt;
mod generate;
mod help;
mod new;
mod qun;
mod report;
mod simulate;
