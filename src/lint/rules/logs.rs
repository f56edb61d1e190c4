//! # log-never-acts
//!
//! With `--log FILE`: an item that would not have acted a single time over the whole log.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 500
//!   do tag lurker
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 5
//!   do tag lurker
//! }
//! ```
//!
//! Why: either the log is too short, or the rule asks for what never happens there. `qun simulate` says how near it came.
//! The examples are run over a log in which one member posts a message every second for a minute.
//!
//! # log-threshold
//!
//! With `--log FILE`: a threshold that sits where one step up or down changes the result by a quarter or more.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 10
//!   do tag lurker
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule flood for member in group {
//!   on message.posted
//!   when count(message.posted, last 10s) >= 5
//!   do tag lurker
//! }
//! ```
//!
//! Why: a number chosen by feeling there decides most of the cases by accident. The figures say how often the condition held
//! in the log, and how often it would have with the threshold a step lower and higher: by one for whole numbers, by a tenth
//! for amounts and durations. `once` and limits are not part of them.
