//! Segments and tiers: when they are tested, how one rises and falls.

use super::book::{Book, head, scope_of};
use super::react::{Intent, Wish};
use super::run::Run;
use super::value::Value;
use super::world::{Decision, Event, Keys, Origin};
use super::zone::Ms;
use qun::syntax::tree::{Expr, ExprKind, ItemKind, Past, TextPart};
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The kinds of event that an expression counts, also by way of segments and named values.
pub fn named(book: &Book<'_>, expr: &Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(book, expr, &mut found);
    found
}

fn collect(book: &Book<'_>, expr: &Expr, found: &mut BTreeSet<String>) {
    let mut each = |exprs: &[&Expr]| exprs.iter().for_each(|expr| collect(book, expr, found));
    match &expr.kind {
        ExprKind::List(items) => items.iter().for_each(|item| each(&[item])),
        ExprKind::Not(inner) | ExprKind::Negate(inner) => each(&[inner]),
        ExprKind::Binary { left, right, .. } => each(&[left, right]),
        ExprKind::Matches { left, .. } => each(&[left]),
        ExprKind::Between { value, low, high } => each(&[value, low, high]),
        ExprKind::Else { value, fallback } => each(&[value, fallback]),
        ExprKind::If { condition, then, otherwise } => each(&[condition, then, otherwise]),
        ExprKind::Text(text) => text.parts.iter().for_each(|part| match part {
            TextPart::Hole(hole) => each(&[hole]),
            TextPart::Words(_) => {}
        }),
        ExprKind::Past(past) => counted(book, past, found),
        ExprKind::Path(path) => {
            let last = &path.words.last().unwrap().text;
            if let Some((head, when)) = book.segment(last) {
                collect(book, when, found);
                head.where_.iter().for_each(|where_| collect(book, where_, found));
            }
            if let Some((_, value)) = book.let_of(last, |_| true) {
                collect(book, value, found);
            }
        }
        _ => {}
    }
}

fn counted(book: &Book<'_>, past: &Past, found: &mut BTreeSet<String>) {
    let first = past.source.words[0].text.as_str();
    if first != "members" && first != "groups" {
        found.insert(book.event_of(&past.source).0);
    } else if let Some(word) = past.source.words.get(1)
        && let Some((_, value)) = book.let_of(&word.text, |_| true)
    {
        collect(book, value, found);
    }
    let by = past.by.iter().filter_map(|key| key.value.as_ref());
    past.where_.iter().chain(by).for_each(|expr| collect(book, expr, found));
}

impl<'b> Run<'b> {
    /// The conditions of a segment or of tiers above the lowest.
    fn conditions(&self, item: usize) -> Vec<&'b Expr> {
        match self.book.item(item) {
            ItemKind::Segment { when, .. } => vec![when],
            ItemKind::Tiers(tiers) => tiers.levels.iter().skip(1).filter_map(|level| level.when.as_ref()).collect(),
            _ => Vec::new(),
        }
    }

    /// An event arrives that the conditions may count.
    pub fn test_level(&self, item: usize, event: &Rc<Event>, intents: &mut Vec<Intent<'b>>) {
        let head = head(self.book.item(item)).unwrap();
        // Whom a segment is for is a part of its condition.
        let whom = head.where_.as_ref().filter(|_| matches!(self.book.item(item), ItemKind::Segment { .. }));
        let conditions = self.conditions(item).into_iter().chain(whom);
        if !conditions.into_iter().any(|condition| named(self.book, condition).contains(&event.kind)) {
            return;
        }
        let scope = scope_of(head);
        let subjects = match event.keys.within(scope) {
            Some(keys) => vec![keys],
            None => self.world.subjects(scope, &event.keys),
        };
        for keys in subjects {
            intents.extend(self.tested(item, &keys, &Origin::of(event)));
        }
    }

    /// A rise, or a segment's fall, that the conditions ask for now; what is unknown changes nothing.
    fn tested(&self, item: usize, keys: &Keys, origin: &Origin) -> Option<Intent<'b>> {
        let scene = self.scene(keys.clone());
        let stands = self.level(item, keys).0;
        let level = match self.book.item(item) {
            ItemKind::Segment { head, when } => {
                let inside = super::value::and(scene.truth(head.where_.as_ref()), scene.truth(Some(when)));
                inside.map_or(stands, usize::from)
            }
            _ => {
                if !self.is_for(item, &scene) {
                    return None;
                }
                let conditions = self.conditions(item);
                let highest = conditions.iter().rposition(|condition| scene.holds(Some(condition)));
                highest.map_or(0, |position| position + 1).max(stands)
            }
        };
        let wish = Wish::Stand { keys: keys.clone(), level, origin: origin.clone() };
        (level != stands).then_some(Intent { item, wish })
    }

    pub fn level(&self, item: usize, keys: &Keys) -> (usize, u32) {
        self.world.levels.get(&(item, keys.clone())).copied().unwrap_or_default()
    }

    /// At local midnight every segment, tier and goal is tested.
    pub fn midnight(&mut self, at: Ms) {
        let mut intents = Vec::new();
        for (item, kind) in self.book.items() {
            if matches!(kind, ItemKind::Segment { .. } | ItemKind::Tiers(_)) {
                let origin = self.instant_origin(item, at);
                for keys in self.world.subjects(scope_of(head(kind).unwrap()), &Keys::default()) {
                    intents.extend(self.tested(item, &keys, &origin));
                }
            }
        }
        self.midnight_goals(at, &mut intents);
        self.apply(intents);
    }

    /// Who has failed often enough in a row falls by one level.
    pub fn review(&mut self, item: usize, at: Ms) {
        let ItemKind::Tiers(tiers) = self.book.item(item) else { return };
        let after = tiers.demote_after.as_ref().map_or(1, |after| match &after.kind {
            ExprKind::Number(n) => n.to_u32().unwrap(),
            _ => panic!("a literal"),
        });
        let origin = self.instant_origin(item, at);
        let mut intents = Vec::new();
        for keys in self.world.subjects(scope_of(&tiers.head), &Keys::default()) {
            let (level, failed) = self.level(item, &keys);
            let scene = self.scene(keys.clone());
            if level == 0 || !self.is_for(item, &scene) {
                continue;
            }
            let failed = if scene.truth(tiers.levels[level].when.as_ref()) == Some(false) { failed + 1 } else { 0 };
            if failed >= after {
                let wish = Wish::Stand { keys, level: level - 1, origin: origin.clone() };
                intents.push(Intent { item, wish });
            } else {
                self.world.levels.insert((item, keys), (level, failed));
            }
        }
        self.apply(intents);
    }

    /// A subject stands on another level from now on, and it is told.
    pub fn stand(&mut self, item: usize, keys: &Keys, level: usize, origin: &Origin) {
        let before = self.level(item, keys).0;
        self.world.levels.insert((item, keys.clone()), (level, 0));
        let name = self.book.item_name(item);
        if let ItemKind::Segment { .. } = self.book.item(item) {
            let kind = if level > 0 { "segment.entered" } else { "segment.left" };
            let id = self.id_of(origin, keys, &[b"segment", name.as_bytes(), &[level as u8]]);
            let told = self.internal(kind, keys, id, origin, vec![("segment", Value::Name(name.to_owned()))]);
            return self.emit(told);
        }
        let id = self.id_of(origin, keys, &[b"tiers", name.as_bytes()]);
        let given = [
            ("tiers", Value::Name(name.to_owned())),
            ("from", Value::Tier(name.to_owned(), before)),
            ("to", Value::Tier(name.to_owned(), level)),
        ];
        let decision = Decision {
            at: self.world.now,
            id: id.clone(),
            action: if level > before { "promote" } else { "demote" }.to_owned(),
            keys: keys.clone(),
            args: given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            status: "done",
            reason: None,
            item: name.to_owned(),
            source: self.book.place(head(self.book.item(item)).unwrap().name.span),
            cause: Rc::clone(&origin.cause),
        };
        self.record(&decision);
        let told = self.internal("tier.changed", keys, id, origin, given.to_vec());
        self.emit(told);
    }
}
