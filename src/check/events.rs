//! Kinds of events: the prelude's, the playbook's own, and one for each metric.

use super::declare::MOST;
use super::errors::{ItemError, NameError};
use super::lower::Lower;
use super::names::{EventInfo, Slot, Symbol, carries, keys_of};
use super::types::Type;
use crate::plan::ids::{AttributeId, KindId};
use crate::plan::value::Value;
use crate::plan::{Carries, EventField, EventKind, FieldType, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::{FieldDecl, Head, ItemKind, Path, ScopeRef, Tree, Word};

/// What every event has, beside its fields.
pub(crate) const EVENT_PROPERTIES: [&str; 4] = ["at", "id", "member", "group"];

/// Words that a line of a log uses for itself.
const LOG_KEYS: [&str; 5] = ["at", "id", "kind", "member", "group"];

/// Built-in events whose fields the engine itself reads.
const ENGINE_READS: [&str; 7] = [
    "member.joined",
    "member.renamed",
    "role.granted",
    "role.revoked",
    "appeal.decided",
    "task.done",
    "approval.decided",
];

/// Events that only the engine makes: they set no attributes.
const INTERNAL: [&str; 14] = [
    "content.posted",
    "member.muted",
    "tag.added",
    "tag.removed",
    "points.changed",
    "strike.given",
    "strike.withdrawn",
    "tier.changed",
    "segment.entered",
    "segment.left",
    "flow.started",
    "flow.ended",
    "task.created",
    "task.overdue",
];

/// Whether events of this kind are made by the engine alone.
#[must_use]
pub fn is_internal(kind: &str) -> bool {
    INTERNAL.contains(&kind)
}

/// A dotted name as one text.
pub(crate) fn dotted(path: &Path) -> String {
    join(&path.words)
}

/// Words with dots between them.
pub(crate) fn join(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".")
}

impl<'t> Lower<'t> {
    /// Declares the events of the prelude.
    pub(crate) fn declare_prelude(&mut self, tree: &Tree) {
        for item in &tree.items {
            let ItemKind::Event { name, scope, fields } = &item.kind else {
                continue;
            };
            let id = self.new_kind(dotted(name), self::keys(scope), None);
            self.add_fields(id, fields);
        }
        for name in ENGINE_READS.iter().chain(&["group.created"]) {
            self.use_all_fields(name);
        }
    }

    fn use_all_fields(&mut self, name: &str) {
        let kind = self.plan.kinds.iter_mut().find(|kind| kind.name == name);
        for field in kind.into_iter().flat_map(|kind| &mut kind.fields) {
            field.used = true;
        }
    }

    /// Adds a kind; a built-in one has no place.
    fn new_kind(&mut self, name: String, keys: (Carries, Carries), span: Option<Span>) -> KindId {
        let id = KindId(u16::try_from(self.plan.kinds.len()).unwrap_or(u16::MAX));
        let symbol = Symbol::Event(id);
        match span {
            Some(span) => self.enter_text(&name, span, symbol),
            None => _ = self.names.table.insert(name.clone(), super::names::Declared { symbol, span }),
        }
        let (member, group) = keys;
        self.plan.kinds.push(EventKind { name, member, group, built_in: span.is_none(), ..EventKind::default() });
        self.names.events.push(EventInfo { fields: Vec::new() });
        id
    }

    /// `event NAME for SCOPE { … }`: a new kind, or more fields of a built-in one.
    pub(crate) fn declare_event(&mut self, name: &'t Path, scope: &'t ScopeRef, fields: &'t [FieldDecl]) {
        let keys = self.carried(scope);
        let built_in = match self.names.symbol(&dotted(name)) {
            Some(Symbol::Event(id)) if self.kind(id).is_some_and(|kind| kind.built_in) => Some(id),
            _ => None,
        };
        let id = match built_in {
            Some(id) => self.again(id, keys, scope),
            None => self.new_kind(dotted(name), keys, Some(name.span)),
        };
        self.add_fields(id, fields);
    }

    fn again(&mut self, id: KindId, keys: (Carries, Carries), scope: &ScopeRef) -> KindId {
        let Some(kind) = self.kind(id) else {
            return id;
        };
        if (kind.member, kind.group) != keys {
            let (event, is) = (kind.name.clone(), scope_of_kind(kind));
            self.error(NameError::ScopeChanged { event, is, at: scope.span });
        }
        id
    }

    fn add_fields(&mut self, id: KindId, fields: &[FieldDecl]) {
        if let Some(extra) = fields.get(MOST) {
            self.error(ItemError::TooMany { what: "many-event-fields", most: MOST, at: extra.name.span });
        }
        for field in fields {
            let ty = self.type_of(&field.ty);
            if LOG_KEYS.contains(&field.name.text.as_str()) {
                self.error(NameError::LogKey { name: field.name.clone() });
            }
            let known = self.slot(id, &field.name.text).map(|slot| slot.ty.clone());
            match known {
                Some(known) if self.is_redeclared(id, &known, &ty) => {}
                Some(known) => self.field_again(id, field, &known),
                None => self.add_field(id, &field.name.text, ty, field.optional, field.default.is_some()),
            }
        }
    }

    /// A field that the prelude has already may be written again.
    fn is_redeclared(&self, id: KindId, known: &Type, ty: &Type) -> bool {
        self.kind(id).is_some_and(|kind| kind.built_in) && known.takes(ty)
    }

    fn field_again(&mut self, id: KindId, field: &FieldDecl, known: &Type) {
        let event = self.kind(id).map(|kind| kind.name.clone()).unwrap_or_default();
        let known = self.describe(known);
        self.error(NameError::FieldAgain { event, name: field.name.clone(), known });
    }

    /// Adds a field; a default is lowered when all names are known.
    fn add_field(&mut self, id: KindId, name: &str, ty: Type, optional: bool, default: bool) {
        let field = EventField {
            name: name.to_owned(),
            ty: ty.field_type().unwrap_or(FieldType::Text),
            optional: optional || default,
            default: Value::Unknown,
            used: false,
        };
        if let Some(kind) = self.plan.kinds.get_mut(usize::from(id.0)) {
            kind.fields.push(field);
        }
        let slot = Slot { name: name.to_owned(), ty, missing: optional && !default };
        if let Some(info) = self.names.events.get_mut(usize::from(id.0)) {
            info.fields.push(slot);
        }
    }

    /// Lowers what missing fields count as.
    pub(crate) fn lower_defaults(&mut self, tree: &Tree) {
        for item in &tree.items {
            let ItemKind::Event { name, fields, .. } = &item.kind else {
                continue;
            };
            let Some(Symbol::Event(id)) = self.names.symbol(&dotted(name)) else {
                continue;
            };
            for field in fields.iter().filter(|field| field.default.is_some()) {
                self.lower_default(id, field);
            }
        }
    }

    fn lower_default(&mut self, id: KindId, field: &FieldDecl) {
        let Some((position, ty)) = self.position(id, &field.name.text) else {
            return;
        };
        let Some(value) = field.default.as_ref().and_then(|default| self.constant(default, &ty)) else {
            return;
        };
        let kind = self.plan.kinds.get_mut(usize::from(id.0));
        if let Some(slot) = kind.and_then(|kind| kind.fields.get_mut(usize::from(position))) {
            slot.default = value;
        }
    }

    /// The kind `metric.NAME { value, per? }`.
    pub(crate) fn new_metric_kind(&mut self, head: &Head, scope: Scope, per: Option<&Word>) -> KindId {
        let (member, group) = keys_of(scope);
        let key = |there: bool| if there { Carries::Always } else { Carries::Never };
        let name = format!("metric.{}", head.name.text);
        let id = self.new_kind(name, (key(member), key(group)), Some(head.name.span));
        // The type is known when the metric is lowered, before anything reads it.
        self.add_field(id, "value", Type::Number, false, false);
        if let Some(per) = per {
            self.add_field(id, &per.text, Type::Text, false, false);
        }
        id
    }

    /// Corrects the type of a field that was not known when its kind was declared.
    pub(crate) fn set_field_type(&mut self, id: KindId, position: usize, ty: &Type) {
        let Some(field_type) = ty.field_type() else {
            return;
        };
        let kind = self.plan.kinds.get_mut(usize::from(id.0));
        if let Some(field) = kind.and_then(|kind| kind.fields.get_mut(position)) {
            field.ty = field_type;
        }
        let info = self.names.events.get_mut(usize::from(id.0));
        if let Some(slot) = info.and_then(|info| info.fields.get_mut(position)) {
            slot.ty = ty.clone();
        }
    }

    /// `member.updated` and `group.created` carry every attribute, and events set those of their fields' names.
    pub(crate) fn events_set_attributes(&mut self) {
        let attributes: Vec<_> =
            self.names.attributes.iter().map(|a| (a.name.clone(), a.scope, a.ty.clone())).collect();
        for (name, scope, ty) in &attributes {
            let event = match scope {
                Scope::Member => "member.updated",
                Scope::Group => "group.created",
                _ => continue,
            };
            if let Some(Symbol::Event(id)) = self.names.symbol(event)
                && self.slot(id, name).is_none()
            {
                self.add_field(id, name, ty.clone(), true, false);
            }
        }
        for (id, (name, scope, ty)) in attributes.iter().enumerate() {
            self.set_by_events(AttributeId(u16::try_from(id).unwrap_or(u16::MAX)), name, *scope, ty);
        }
    }

    fn set_by_events(&mut self, attribute: AttributeId, name: &str, scope: Scope, ty: &Type) {
        for (kind, info) in self.plan.kinds.iter_mut().zip(&self.names.events) {
            if is_internal(&kind.name) || !sets(kind, scope) {
                continue;
            }
            let position = info.fields.iter().position(|slot| slot.name == name && slot.ty == *ty);
            if let Some(position) = position
                && let Some(field) = kind.fields.get_mut(position)
            {
                field.used = true;
                kind.sets.push((u8::try_from(position).unwrap_or(u8::MAX), attribute));
            }
        }
    }

    /// A kind of event.
    pub(crate) fn kind(&self, id: KindId) -> Option<&EventKind> {
        self.plan.kinds.get(usize::from(id.0))
    }

    /// A field of a kind of event.
    pub(crate) fn slot(&self, id: KindId, name: &str) -> Option<&Slot> {
        self.names.events.get(usize::from(id.0))?.fields.iter().find(|slot| slot.name == name)
    }

    /// Where a field stands in its kind, and its type.
    pub(crate) fn position(&self, id: KindId, name: &str) -> Option<(u8, Type)> {
        let fields = &self.names.events.get(usize::from(id.0))?.fields;
        let position = fields.iter().position(|slot| slot.name == name)?;
        let ty = fields.get(position)?.ty.clone();
        Some((u8::try_from(position).ok()?, ty))
    }

    /// Marks a field as read.
    pub(crate) fn use_field(&mut self, id: KindId, position: u8) {
        let kind = self.plan.kinds.get_mut(usize::from(id.0));
        if let Some(field) = kind.and_then(|kind| kind.fields.get_mut(usize::from(position))) {
            field.used = true;
        }
    }

    /// The kind of a dotted name; another name is an error with a suggestion.
    pub(crate) fn event(&mut self, path: &Path) -> Option<KindId> {
        let name = dotted(path);
        match self.names.table.get(&name).map(|declared| (declared.symbol, declared.span)) {
            Some((Symbol::Event(id), _)) => return Some(id),
            Some((symbol, declared)) => {
                let name = Word { text: name, span: path.span };
                let (is, wanted) = (symbol.noun(), "noun-event");
                self.error(NameError::WrongSort { name, is, declared, wanted, available: Vec::new() });
            }
            None => {
                let available = self.names.where_symbol(|symbol| matches!(symbol, Symbol::Event(_)));
                let name = Word { text: name, span: path.span };
                self.error(NameError::Unknown { what: "noun-event", name, available, declare: Some("event") });
            }
        }
        None
    }
}

fn keys(scope: &ScopeRef) -> (Carries, Carries) {
    super::scopes::carried(scope).unwrap_or_default()
}

/// Whether events of a kind set attributes of a scope.
fn sets(kind: &EventKind, scope: Scope) -> bool {
    match scope {
        Scope::Community => false,
        Scope::Group => kind.member == Carries::Never && kind.group != Carries::Never,
        scope => carries(kind, scope),
    }
}

/// The scope of a kind of event, as the language writes it.
pub(crate) fn scope_of_kind(kind: &EventKind) -> String {
    let key = |name: &str, carries: Carries| match carries {
        Carries::Never => None,
        Carries::Maybe => Some(format!("{name}?")),
        Carries::Always => Some(name.to_owned()),
    };
    match (key("member", kind.member), key("group", kind.group)) {
        (Some(member), Some(group)) => format!("{member} in {group}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "community".to_owned(),
    }
}
