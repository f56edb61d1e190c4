//! What changes between two versions of a playbook on one log.
//!
//! [`book`] finds what is written differently; [`lane`] runs one version and tells its decisions as it goes;
//! [`compare`] goes through the decisions of both by time and keeps those that differ; [`trace`] finds for each the change
//! it stems from; [`outcome`] is what all of it comes to.

pub mod book;
pub mod compare;
pub mod lane;
pub mod outcome;
mod people;
mod trace;

pub use book::{Book, Change};
pub use compare::compare;
pub use lane::Threads;
pub use outcome::Outcome;
