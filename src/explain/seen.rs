//! The events of a log by their time, to name those that were counted.

use crate::engine::Event;
use crate::plan::KeyPart;
use crate::plan::ids::KindId;
use crate::time::Instant;
use std::collections::BTreeMap;

/// All events so far.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<Instant, Vec<One>>);

#[derive(Debug)]
struct One {
    kind: KindId,
    group: Option<String>,
    member: Option<String>,
    id: String,
}

impl Seen {
    /// Remembers one more.
    pub(super) fn add(&mut self, event: &Event<'_>) {
        let one = One {
            kind: event.kind,
            group: event.group.map(str::to_owned),
            member: event.member.map(str::to_owned),
            id: event.id.to_owned(),
        };
        self.0.entry(event.at).or_default().push(one);
    }

    /// The ids of the events of an instant that are of a kind and about this group and member.
    pub(super) fn ids(&self, at: Instant, kind: KindId, keys: &[(KeyPart, String)]) -> Vec<&str> {
        let agrees = |one: &&One| {
            one.kind == kind
                && keys.iter().all(|(part, key)| match part {
                    KeyPart::Group => one.group.as_ref() == Some(key),
                    KeyPart::Member => one.member.as_ref() == Some(key),
                    KeyPart::Field(_) => true,
                })
        };
        self.0.get(&at).into_iter().flatten().filter(agrees).map(|one| one.id.as_str()).collect()
    }
}
