//! What a differing decision stems from.
//!
//! Asked in this order: the limit that stood in its way, its own item, the decisions in its chain of causes, what its item
//! names, the one change there is, and at last what differed before for the same member, in the same group, at all.

use super::book::Changes;
use super::lane::Record;
use super::outcome::{Differing, Root};
use crate::engine::{DecisionId, Program};
use rustc_hash::FxHashMap;

/// What has been found so far.
pub(super) struct Tracer<'a> {
    changes: &'a Changes,
    programs: [&'a Program; 2],
    /// Differing decisions of each version.
    known: [FxHashMap<DecisionId, Root>; 2],
    last_of_member: FxHashMap<String, Root>,
    last_of_group: FxHashMap<String, Root>,
    last: Root,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(changes: &'a Changes, programs: [&'a Program; 2]) -> Tracer<'a> {
        Tracer {
            changes,
            programs,
            known: Default::default(),
            last_of_member: FxHashMap::default(),
            last_of_group: FxHashMap::default(),
            last: Root::Unknown,
        }
    }

    /// Finds where a decision comes from, and remembers it for what follows.
    pub(super) fn trace(&mut self, differing: &mut Differing, sides: [Option<&Record>; 2]) {
        let written = self.written(differing, sides);
        differing.root = written.unwrap_or_else(|| self.before(differing));
        differing.follows = written.is_none();
        for (known, record) in self.known.iter_mut().zip(sides) {
            if let Some(record) = record {
                known.insert(record.id, differing.root);
            }
        }
        if let Some(member) = &differing.member {
            self.last_of_member.insert(member.clone(), differing.root);
        }
        if let Some(group) = &differing.group {
            self.last_of_group.insert(group.clone(), differing.root);
        }
        self.last = differing.root;
    }

    fn written(&self, differing: &Differing, sides: [Option<&Record>; 2]) -> Option<Root> {
        self.by_limit(differing)
            .or_else(|| self.by_item(differing, sides))
            .or_else(|| self.by_chain(sides))
            .or_else(|| self.changes.named_by(&differing.item).map(Root::Change))
            .or_else(|| (self.changes.list.len() == 1).then_some(Root::Change(0)))
    }

    fn by_limit(&self, differing: &Differing) -> Option<Root> {
        let reasons = [&differing.old, &differing.new].into_iter().flatten().map(|side| side.reason.as_str());
        let mut limits = reasons.filter_map(|reason| reason.strip_prefix("limit "));
        limits.find_map(|limit| self.changes.within("limit", limit, None, None)).map(Root::Change)
    }

    fn by_item(&self, differing: &Differing, sides: [Option<&Record>; 2]) -> Option<Root> {
        let (program, record) = self.programs.into_iter().zip(sides).find_map(|(p, r)| Some((p, r?)))?;
        let sort = program.plan.items.get(record.item.index())?.sort;
        let old = differing.old.as_ref().map(|side| side.source.as_str());
        let new = differing.new.as_ref().map(|side| side.source.as_str());
        self.changes.within(sort.word(), &differing.item, old, new).map(Root::Change)
    }

    fn by_chain(&self, sides: [Option<&Record>; 2]) -> Option<Root> {
        let mut chains = self.known.iter().zip(sides).filter_map(|(known, record)| Some((known, record?)));
        chains.find_map(|(known, record)| record.cause.ids().find_map(|id| known.get(&DecisionId::parse(id)?).copied()))
    }

    fn before(&self, differing: &Differing) -> Root {
        let of =
            |map: &FxHashMap<String, Root>, key: &Option<String>| key.as_ref().and_then(|key| map.get(key)).copied();
        of(&self.last_of_member, &differing.member)
            .or_else(|| of(&self.last_of_group, &differing.group))
            .unwrap_or(self.last)
    }
}
