//! What of an old plan is what of a new one: known by name, or by saying the same. What the new plan lacks and somebody
//! still needs is added to it.

use crate::plan::ids::{
    AttributeId, GroupId, ItemId, KindId, LatchId, LedgerId, MemberId, MetricId, NameId, PatternId, PlaceId, TallyId,
    TiersId,
};
use crate::plan::value::Value;
use crate::plan::{EventField, Item, Latch, LatchSort, LimitElse, Metric, Plan, Subject, Tally, Tiers};
use rustc_hash::FxHashMap;

/// A table of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Table {
    Kinds,
    Items,
    Places,
    Attributes,
    Ledgers,
    Messages,
    Pools,
    Lets,
    Segments,
    Tiers,
    Metrics,
    Patterns,
    Series,
    Timelines,
    /// Flows of the old plan that stand beside those of the new one.
    Kept,
    Tallies,
    Limits,
    Effects,
}

/// A number that stands for nothing in the new plan.
pub(super) const GONE: u32 = u32::MAX;

/// From an old plan to a new one.
pub(super) struct Link<'o> {
    pub(super) old: &'o Plan,
    pub(super) new: Plan,
    /// Whether what is needed and is not there is added to the new plan; else it is [`GONE`], and `missed` tells of it.
    pub(super) adds: bool,
    pub(super) missed: bool,
    /// Whether a past that reaches back to the start of a flow is meant for the flow of its name, also where the old one is kept.
    pub(super) by_name: bool,
    /// What has been found out: `None` where the new plan has no such thing.
    known: FxHashMap<(Table, u32), Option<u32>>,
    names: FxHashMap<String, u32>,
}

impl<'o> Link<'o> {
    pub(super) fn new(old: &'o Plan, new: Plan) -> Link<'o> {
        let names = new.names.iter().cloned().zip(0..).collect();
        Link { old, new, adds: false, missed: false, by_name: false, known: FxHashMap::default(), names }
    }

    /// Looks something up once; what was found out stays.
    pub(super) fn find(&mut self, table: Table, id: u32, look: impl FnOnce(&mut Self) -> Option<usize>) -> Option<u32> {
        if let Some(known) = self.known.get(&(table, id)) {
            return *known;
        }
        let found = look(self).map(|position| position as u32);
        self.known.insert((table, id), found);
        found
    }

    /// From now on the old thing is this one.
    pub(super) fn is(&mut self, table: Table, id: u32, new: u32) {
        self.known.insert((table, id), Some(new));
    }

    /// Some work in which what is not there is not added; `None` where something was not there.
    pub(super) fn looking<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let (adds, missed) = (std::mem::replace(&mut self.adds, false), std::mem::replace(&mut self.missed, false));
        let done = work(self);
        let all = !self.missed;
        (self.adds, self.missed) = (adds, missed);
        all.then_some(done)
    }

    /// What was found; where that is nothing, what is added, or that it is missed.
    pub(super) fn or_add(&mut self, found: Option<u32>, add: impl FnOnce(&mut Self) -> u32) -> u32 {
        match found {
            Some(found) => found,
            None if self.adds => add(self),
            None => {
                self.missed = true;
                GONE
            }
        }
    }

    // ---- words ----------------------------------------------------------------------------------------------------

    fn old_text(&self, id: NameId) -> &'o str {
        self.old.names.get(id.index()).map_or("", String::as_str)
    }

    fn new_text(&self, id: NameId) -> &str {
        self.new.names.get(id.index()).map_or("", String::as_str)
    }

    /// Whether a name of the old plan and one of the new one are the same word.
    pub(super) fn same(&self, old: NameId, new: NameId) -> bool {
        self.old_text(old) == self.new_text(new)
    }

    /// A name; no name is ever lost.
    pub(super) fn name(&mut self, id: NameId) -> NameId {
        let Some(text) = self.old.names.get(id.index()) else { return id };
        if let Some(known) = self.names.get(text) {
            return NameId(*known);
        }
        self.new.names.push(text.clone());
        let new = self.new.names.len() as u32 - 1;
        self.names.insert(text.clone(), new);
        NameId(new)
    }

    pub(super) fn place(&mut self, id: PlaceId) -> PlaceId {
        let found = self.find(Table::Places, id.0, |link| {
            let text = link.old.places.get(id.index())?;
            Some(link.new.places.iter().position(|place| place == text).unwrap_or_else(|| {
                link.new.places.push(text.clone());
                link.new.places.len() - 1
            }))
        });
        PlaceId(found.unwrap_or(GONE))
    }

    pub(super) fn pattern(&mut self, id: PatternId) -> PatternId {
        let text = self.old.patterns.get(id.index());
        let found =
            self.find(Table::Patterns, id.0.into(), |link| link.new.patterns.iter().position(|p| Some(p) == text));
        let new = self.or_add(found, |link| {
            link.new.patterns.extend(text.cloned());
            link.added(Table::Patterns, id.0.into(), link.new.patterns.len())
        });
        PatternId(new as u16)
    }

    /// What was just put at the end of a table is what the old thing has become.
    pub(super) fn added(&mut self, table: Table, id: u32, length: usize) -> u32 {
        let new = length as u32 - 1;
        self.is(table, id, new);
        new
    }

    // ---- items and kinds ------------------------------------------------------------------------------------------

    pub(super) fn find_item(&mut self, id: ItemId) -> Option<ItemId> {
        let found = self.find(Table::Items, id.0, |link| {
            let old = link.old.items.get(id.index())?;
            link.new.items.iter().position(|item| item.sort == old.sort && link.same(old.name, item.name))
        });
        found.map(ItemId)
    }

    pub(super) fn item(&mut self, id: ItemId) -> ItemId {
        let found = self.find_item(id).map(|item| item.0);
        let new = self.or_add(found, |link| {
            if let Some(Item { name, sort, place }) = link.old.items.get(id.index()) {
                let item = Item { name: link.name(*name), sort: *sort, place: link.place(*place) };
                link.new.items.push(item);
            }
            link.added(Table::Items, id.0, link.new.items.len())
        });
        ItemId(new)
    }

    pub(super) fn find_kind(&mut self, id: KindId) -> Option<KindId> {
        let found = self.find(Table::Kinds, id.0.into(), |link| {
            let old = link.old.kinds.get(id.index())?;
            link.new.kinds.iter().position(|kind| kind.name == old.name)
        });
        found.map(|id| KindId(id as u16))
    }

    pub(super) fn kind(&mut self, id: KindId) -> KindId {
        let found = self.find_kind(id).map(|kind| kind.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.kinds.get(id.index()) {
                let mut kind = old.clone();
                kind.fields.iter_mut().for_each(|field| link.value(&mut field.default));
                kind.sets = Vec::new();
                link.new.kinds.push(kind);
            }
            link.added(Table::Kinds, id.0.into(), link.new.kinds.len())
        });
        KindId(new as u16)
    }

    /// Where a field of an old kind stands now. The kind is known by then.
    pub(super) fn find_field(&mut self, kind: KindId, position: u8) -> Option<u8> {
        let old = self.old.kinds.get(kind.index())?.fields.get(usize::from(position))?;
        let new = self.find_kind(kind)?;
        let fields = &self.new.kinds.get(new.index())?.fields;
        let found = fields.iter().position(|field| field.name == old.name && field.ty == old.ty)?;
        u8::try_from(found).ok()
    }

    /// The same, to be read by what comes from the old plan.
    pub(super) fn field(&mut self, kind: KindId, position: u8) -> u8 {
        if let Some(found) = self.find_field(kind, position) {
            self.mark_used(kind, found);
            return found;
        }
        if !self.adds {
            self.missed = true;
            return u8::MAX;
        }
        self.add_field(kind, position).unwrap_or(u8::MAX)
    }

    fn mark_used(&mut self, kind: KindId, position: u8) {
        let new = if self.adds { self.find_kind(kind) } else { None };
        let fields = new.and_then(|kind| self.new.kinds.get_mut(kind.index())).map(|kind| &mut kind.fields);
        if let Some(field) = fields.and_then(|fields| fields.get_mut(usize::from(position))) {
            field.used = true;
        }
    }

    /// A field that the new version has left out of a kind stays as long as somebody reads it; one of another type does not.
    fn add_field(&mut self, kind: KindId, position: u8) -> Option<u8> {
        let old = self.old.kinds.get(kind.index())?.fields.get(usize::from(position))?;
        let new = self.find_kind(kind)?;
        let fields = &mut self.new.kinds.get_mut(new.index())?.fields;
        if fields.iter().any(|field| field.name == old.name) {
            return None;
        }
        let position = u8::try_from(fields.len()).ok()?;
        fields.push(EventField { optional: true, used: true, default: Value::Unknown, ..old.clone() });
        Some(position)
    }

    // ---- what is known about subjects -------------------------------------------------------------------------------

    pub(super) fn find_attribute(&mut self, id: AttributeId) -> Option<AttributeId> {
        let found = self.find(Table::Attributes, id.0.into(), |link| {
            let old = link.old.attributes.get(id.index())?;
            let same = |new: &crate::plan::Attribute| {
                new.scope == old.scope && new.ty == old.ty && link.same(old.name, new.name)
            };
            link.new.attributes.iter().position(same)
        });
        found.map(|id| AttributeId(id as u16))
    }

    pub(super) fn attribute(&mut self, id: AttributeId) -> AttributeId {
        let found = self.find_attribute(id).map(|id| id.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.attributes.get(id.index()) {
                let name = link.name(old.name);
                link.new.attributes.push(crate::plan::Attribute { name, ..old.clone() });
            }
            link.added(Table::Attributes, id.0.into(), link.new.attributes.len())
        });
        AttributeId(new as u16)
    }

    pub(super) fn find_ledger(&mut self, id: LedgerId) -> Option<LedgerId> {
        let found = self.find(Table::Ledgers, id.0.into(), |link| {
            let old = *link.old.ledgers.get(id.index())?;
            link.new.ledgers.iter().position(|new| link.same(old, *new))
        });
        found.map(|id| LedgerId(id as u16))
    }

    pub(super) fn ledger(&mut self, id: LedgerId) -> LedgerId {
        let found = self.find_ledger(id).map(|id| id.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.ledgers.get(id.index()) {
                let name = link.name(*old);
                link.new.ledgers.push(name);
            }
            link.added(Table::Ledgers, id.0.into(), link.new.ledgers.len())
        });
        LedgerId(new as u16)
    }

    pub(super) fn find_metric(&mut self, id: MetricId) -> Option<MetricId> {
        let found = self.find(Table::Metrics, id.0.into(), |link| {
            let old = link.old.metrics.get(id.index())?;
            link.new.metrics.iter().position(|new| new.scope == old.scope && link.same(old.name, new.name))
        });
        found.map(|id| MetricId(id as u16))
    }

    pub(super) fn metric(&mut self, id: MetricId) -> MetricId {
        let found = self.find_metric(id).map(|id| id.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.metrics.get(id.index()) {
                let metric =
                    Metric { name: link.name(old.name), scope: old.scope, kind: link.kind(old.kind), per: None };
                link.new.metrics.push(metric);
            }
            link.added(Table::Metrics, id.0.into(), link.new.metrics.len())
        });
        MetricId(new as u16)
    }

    pub(super) fn find_tally(&mut self, id: TallyId) -> Option<TallyId> {
        let found = self.find(Table::Tallies, id.0.into(), |link| {
            let old = link.old.tallies.get(id.index())?;
            link.new.tallies.iter().position(|new| new.scope == old.scope && link.same(old.name, new.name))
        });
        found.map(|id| TallyId(id as u16))
    }

    /// A ladder that is not there any more still keeps strikes, which lead to nothing.
    pub(super) fn tally(&mut self, id: TallyId) -> TallyId {
        let found = self.find_tally(id).map(|id| id.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.tallies.get(id.index()) {
                let tally = Tally {
                    item: link.item(old.item),
                    name: link.name(old.name),
                    steps: Vec::new(),
                    appeal: None,
                    ..old.clone()
                };
                link.new.tallies.push(tally);
            }
            link.added(Table::Tallies, id.0.into(), link.new.tallies.len())
        });
        TallyId(new as u16)
    }

    pub(super) fn find_limit(&mut self, id: crate::plan::ids::LimitId) -> Option<crate::plan::ids::LimitId> {
        let found = self.find(Table::Limits, id.0.into(), |link| {
            let old = link.old.limits.get(id.index())?;
            let same =
                |new: &crate::plan::Limit| new.subject.scope == old.subject.scope && link.same(old.name, new.name);
            link.new.limits.iter().position(same)
        });
        found.map(|id| crate::plan::ids::LimitId(id as u16))
    }

    /// The same limit, if it still asks somebody.
    pub(super) fn find_waivable(&mut self, id: crate::plan::ids::LimitId) -> Option<crate::plan::ids::LimitId> {
        let found = self.find_limit(id)?;
        let limit = self.new.limits.get(found.index())?;
        matches!(limit.otherwise, LimitElse::Hold { .. }).then_some(found)
    }

    // ---- tiers ----------------------------------------------------------------------------------------------------

    pub(super) fn find_tiers(&mut self, id: TiersId) -> Option<TiersId> {
        let found = self.find(Table::Tiers, id.0.into(), |link| {
            let old = link.old.tiers.get(id.index())?;
            link.new.tiers.iter().position(|new| link.same(old.name, new.name))
        });
        found.map(|id| TiersId(id as u16))
    }

    /// Tiers that are not there any more are kept as they stand: nobody rises or falls.
    pub(super) fn tiers(&mut self, id: TiersId) -> TiersId {
        let found = self.find_tiers(id).map(|id| id.0.into());
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.tiers.get(id.index()) {
                let latch = link.stiff_latch(old.latch, TiersId(link.new.tiers.len() as u16));
                let levels = old.levels.iter().map(|level| link.name(*level)).collect();
                let tiers = Tiers { name: link.name(old.name), levels, latch };
                link.new.tiers.push(tiers);
            }
            link.added(Table::Tiers, id.0.into(), link.new.tiers.len())
        });
        TiersId(new as u16)
    }

    fn stiff_latch(&mut self, id: LatchId, tiers: TiersId) -> LatchId {
        if let Some(old) = self.old.latches.get(id.index()) {
            let subject = Subject { scope: old.subject.scope, ..Subject::default() };
            let item = self.item(old.item);
            let (levels, wakes) = (Vec::new(), Vec::new());
            let sort = LatchSort::Tiers(tiers);
            self.new.latches.push(Latch { item, subject, sort, levels, wakes, demote_after: None });
        }
        LatchId(self.new.latches.len() as u32 - 1)
    }

    /// Where a level stands now: itself, or the nearest below it that is still there.
    pub(super) fn level(&self, old: TiersId, new: TiersId, level: u8) -> u8 {
        let (Some(old), Some(new)) = (self.old.tiers.get(old.index()), self.new.tiers.get(new.index())) else {
            return level;
        };
        let below = old.levels.iter().take(usize::from(level) + 1).rev();
        let found = below.filter_map(|was| new.levels.iter().position(|is| self.same(*was, *is))).next();
        found.map_or(0, |level| level as u8)
    }

    // ---- values ---------------------------------------------------------------------------------------------------

    /// A value with the numbers of the new plan; a tier of tiers that are gone cannot be known any more.
    pub(super) fn value(&mut self, value: &mut Value) {
        match value {
            Value::Name(id) => *id = self.name(*id),
            Value::Tier(tiers, level) => {
                let found = if self.adds { Some(self.tiers(*tiers)) } else { self.find_tiers(*tiers) };
                self.missed |= found.is_none();
                *value = match found {
                    Some(new) => Value::Tier(new, self.level(*tiers, new, *level)),
                    None => Value::Unknown,
                };
            }
            Value::List(items) => {
                let mut new = items.to_vec();
                new.iter_mut().for_each(|item| self.value(item));
                *items = new.into();
            }
            Value::Member(MemberId(_)) | Value::Group(GroupId(_)) => {}
            Value::Unknown
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Money(_)
            | Value::Duration(_)
            | Value::Time(_)
            | Value::Text(_) => {}
        }
    }
}
