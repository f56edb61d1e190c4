//! Connectors against servers that record what they are sent and answer as the platforms do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

mod bots;
mod document;
mod irc;
mod live;
mod mail;
mod matrix;
mod place;
mod recorder;
mod robots;
mod secure;
mod server;
mod trouble;
