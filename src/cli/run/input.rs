//! Events from standard input, and what became of a line.

use crate::log::MAX_LINE;
use crate::run::{Job, Lines, Receipt};
use std::io::{self, BufRead, Read};
use std::sync::mpsc::SyncSender;
use tracing::error;

/// Hands in the lines of standard input; says which are no events.
pub(super) fn read(jobs: &SyncSender<Job>, last: bool) {
    let mut input = io::stdin().lock();
    let mut number = 0_u64;
    loop {
        let mut line = Vec::new();
        match input.by_ref().take(MAX_LINE as u64 + 2).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => number += 1,
            Err(error) => {
                error!("standard input cannot be read on: {error}");
                break;
            }
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = Box::new(move |receipts: Vec<Receipt>| {
            receipts.iter().for_each(|receipt| tell_of(&format!("line {number}"), receipt));
        });
        if jobs.send(Job::Lines(Lines { lines: vec![line], mark: None, answer })).is_err() {
            return;
        }
    }
    if last {
        let _ = jobs.send(Job::Stop);
    }
}

/// Says what became of a line where that is worth saying.
pub(super) fn tell_of(place: &str, receipt: &Receipt) {
    match receipt {
        Receipt::Taken { .. } | Receipt::Repeated => {}
        Receipt::Conflict => error!("{place}: another event was taken under this id"),
        Receipt::Unknown(kind) => error!("{place}: the playbook does not know `{kind}`"),
        Receipt::Refused(why) => error!("{place}: {why}"),
    }
}
