//! The console: a line for people, to try a playbook with.

use super::{Connector, Delivery, Given, Reply};
use std::io;

/// Where lines go.
pub(super) struct Console {
    print: fn(&str) -> io::Result<()>,
}

impl Console {
    pub(super) fn new(given: &Given) -> Console {
        Console { print: given.print }
    }
}

impl Connector for Console {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Delivery { action, destination, member, .. } = delivery;
        let text = delivery.text().unwrap_or_default();
        let whom = if destination == member { "" } else { member.as_str() };
        let words = [*action, *destination, whom, text.as_str()];
        let words = words.into_iter().flat_map(str::split_whitespace).collect::<Vec<_>>();
        match (self.print)(&format!("{}\n", words.join(" "))) {
            Ok(()) => Reply::done(),
            Err(_) => Reply::retry("the console cannot be written"),
        }
    }
}
