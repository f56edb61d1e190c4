//! The first pass: every item declares its name, so that the order of items never matters.

use super::errors::{ItemError, NameError, ScopeError};
use super::lower::{Lower, number};
use super::names::{
    ActionInfo, AttributeInfo, ConstantInfo, Declared, FlowInfo, LadderInfo, LetInfo, MessageInfo, MetricInfo,
    Progress, SegmentInfo, Slot, Symbol, TiersInfo,
};
use super::types::{OFFERED_TYPE_WORDS, TYPE_WORDS, Type};
use crate::plan::ids::{
    AttributeId, ItemId, LedgerId, LetId, MessageId, MetricId, PoolId, SegmentId, TallyId, TiersId, TimelineId,
};
use crate::plan::{self, FieldType, ItemSort, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, FieldDecl, Head, ItemKind, Tree, TypeRef, Word, WordSort};

/// The most parameters, fields of an event, or tiers that one item may have.
pub(crate) const MOST: usize = 200;

/// A position as the number of a table that is small.
fn small(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

impl<'t> Lower<'t> {
    /// Declares all items of the playbook.
    pub(crate) fn declare(&mut self, tree: &'t Tree) {
        for item in &tree.items {
            self.declare_item(item);
        }
        for item in &tree.items {
            self.declare_metric(item);
        }
        self.declare_tasks(tree);
        self.events_set_attributes();
    }

    fn declare_item(&mut self, item: &'t tree::Item) {
        match &item.kind {
            ItemKind::Community(_) => {}
            ItemKind::Words(sort, words) => words.iter().for_each(|word| self.declare_word(*sort, word)),
            ItemKind::Voice { name, .. } => self.enter(name, Symbol::Voice),
            ItemKind::Field { name, ty, scope } => self.declare_field(name, ty, scope),
            ItemKind::Event { name, scope, fields } => self.declare_event(name, scope, fields),
            ItemKind::Action { name, params } => self.declare_action(name, params),
            ItemKind::Message(message) => self.declare_message(message),
            ItemKind::Pool { name, .. } => {
                self.enter(name, Symbol::Pool(PoolId(small(self.names.pools.len()))));
                self.names.pools.push(Scope::Community);
            }
            ItemKind::Let { name, scope, value } => self.declare_let(name, scope.as_ref(), value),
            ItemKind::Segment { head, when } => self.declare_segment(head, when),
            ItemKind::Metric { .. } => {}
            ItemKind::Rule(rule) => self.declare_head(&rule.head, ItemSort::Rule, Symbol::Rule),
            ItemKind::Flow(flow) => self.declare_flow(&flow.head),
            ItemKind::Ladder(ladder) => self.declare_ladder(&ladder.head),
            ItemKind::Tiers(tiers) => self.declare_tiers(tiers),
            ItemKind::Calendar { head, .. } => self.declare_head(head, ItemSort::Calendar, Symbol::Calendar),
            ItemKind::Limit(limit) => self.declare_head(&limit.head, ItemSort::Limit, Symbol::Limit),
            ItemKind::Budget(budget) => self.declare_head(&budget.head, ItemSort::Budget, Symbol::Budget),
        }
        // Metrics declare their kinds last, but stand in the order of items.
        if let ItemKind::Metric { head, .. } = &item.kind {
            self.new_item(head, ItemSort::Metric);
        }
    }

    /// Enters a name; one that is taken is an error that names both places.
    pub(crate) fn enter(&mut self, name: &Word, symbol: Symbol) {
        self.enter_text(&name.text, name.span, symbol);
    }

    /// Enters a name that may be dotted.
    pub(crate) fn enter_text(&mut self, name: &str, span: Span, symbol: Symbol) {
        if let Some(first) = self.names.table.get(name).copied() {
            self.error(NameError::Duplicate {
                name: name.to_owned(),
                is: symbol.noun(),
                at: span,
                first: first.span,
                first_is: first.symbol.noun(),
            });
            return;
        }
        self.names.table.insert(name.to_owned(), Declared { symbol, span: Some(span) });
    }

    fn declare_word(&mut self, sort: WordSort, word: &'t Word) {
        let name = self.name(&word.text);
        let symbol = match sort {
            WordSort::Kind => Symbol::Kind,
            WordSort::Role => Symbol::Role,
            WordSort::Tag => Symbol::Tag,
            WordSort::Class => Symbol::Class,
            WordSort::Points => Symbol::Points(LedgerId(small(self.plan.ledgers.len()))),
        };
        self.enter(word, symbol);
        match sort {
            WordSort::Kind => self.plan.group_kinds.push(name),
            WordSort::Role => self.plan.roles.push(name),
            WordSort::Tag => self.plan.tags.push(name),
            WordSort::Class => self.plan.classes.push(name),
            WordSort::Points => {
                self.not_a_currency(word);
                self.not_a_property(word, Scope::Member);
                self.plan.ledgers.push(name);
            }
        }
    }

    fn not_a_currency(&mut self, word: &Word) {
        if crate::syntax::parser::is_currency(&word.text) {
            self.error(NameError::LedgerIsCurrency { name: word.clone() });
        }
    }

    /// `name`, `size` and the like are read the same way and stay what they are.
    pub(crate) fn not_a_property(&mut self, word: &Word, scope: Scope) {
        let (of, properties) = super::paths::properties(scope);
        if properties.contains(&word.text.as_str()) {
            self.error(NameError::BuiltInProperty { name: word.clone(), of });
        }
    }

    /// The type that a word stands for.
    pub(crate) fn type_of(&mut self, ty: &TypeRef) -> Type {
        Type::parse(&ty.name.text).unwrap_or_else(|| {
            let available = TYPE_WORDS.iter().take(OFFERED_TYPE_WORDS).map(|(word, _)| (*word).to_owned()).collect();
            let name = ty.name.clone();
            self.error(NameError::Unknown { what: "noun-type", name, available, declare: None });
            Type::Error
        })
    }

    fn declare_field(&mut self, name: &'t Word, ty: &'t TypeRef, scope: &'t tree::ScopeRef) {
        let ty = self.type_of(ty);
        let Some(scope) = self.scope(Some(scope), "noun-field", name.span) else {
            return;
        };
        self.not_a_property(name, scope);
        let same = self.names.attribute(&name.text, scope).map(|(_, first)| first.span);
        match self.names.symbol(&name.text) {
            Some(Symbol::Field) if same.is_none() => {}
            _ => self.enter(name, Symbol::Field),
        }
        let plan_name = self.name(&name.text);
        let field_type = ty.field_type().unwrap_or(FieldType::Text);
        if self.plan.attributes.len() == MOST {
            self.error(ItemError::TooMany { what: "many-fields", most: MOST, at: name.span });
        }
        self.plan.attributes.push(plan::Attribute { name: plan_name, scope, ty: field_type });
        self.names.attributes.push(AttributeInfo { name: name.text.clone(), scope, ty, span: name.span });
    }

    /// Parameters of messages, flows and actions.
    pub(crate) fn params(&mut self, params: &[FieldDecl]) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        if let Some(extra) = params.get(MOST) {
            self.error(ItemError::TooMany { what: "many-parameters", most: MOST, at: extra.name.span });
        }
        for param in params {
            let ty = self.type_of(&param.ty);
            if slots.iter().any(|slot| slot.name == param.name.text) {
                self.error(NameError::DuplicateParam { name: param.name.clone() });
            }
            if param.default.is_some() {
                self.error(ItemError::ParamDefault { at: param.name.span });
            }
            slots.push(Slot { name: param.name.text.clone(), ty, missing: param.optional });
        }
        slots
    }

    fn declare_action(&mut self, name: &'t Word, params: &'t [FieldDecl]) {
        if super::actions::BUILT_IN.contains(&name.text.as_str()) {
            self.error(NameError::BuiltInAction { name: name.clone() });
        }
        self.enter(name, Symbol::Action(self.names.actions.len()));
        let params = self.params(params);
        self.names.actions.push(ActionInfo { params, span: name.span });
    }

    fn declare_message(&mut self, message: &'t tree::Message) {
        self.enter(&message.name, Symbol::Message(MessageId(number(self.names.messages.len()))));
        let params = self.params(&message.params);
        let scope = match &message.scope {
            Some(scope) => self.scope(Some(scope), "noun-message", message.name.span).unwrap_or_default(),
            None => Scope::Community,
        };
        let name = message.name.text.clone();
        self.names.messages.push(MessageInfo { name, scope, params, span: message.name.span });
    }

    fn declare_let(&mut self, name: &'t Word, scope: Option<&'t tree::ScopeRef>, value: &'t tree::Expr) {
        let Some(scope) = scope else {
            self.enter(name, Symbol::Constant(self.names.constants.len()));
            self.names.constants.push(ConstantInfo { name, value, progress: Progress::Waiting });
            return;
        };
        let scope = self.scope(Some(scope), "noun-let-item", name.span).unwrap_or_default();
        self.not_a_property(name, scope);
        self.enter(name, Symbol::Let(LetId(small(self.names.lets.len()))));
        let plan_name = self.name(&name.text);
        self.plan.lets.push(plan::Let { name: plan_name, scope, value: super::expr::unknown() });
        self.names.lets.push(LetInfo { name, scope, value, progress: Progress::Waiting });
    }

    /// Gives an item its number.
    fn new_item(&mut self, head: &Head, sort: ItemSort) {
        let id = ItemId(number(self.plan.items.len()));
        let (name, place) = (self.name(&head.name.text), self.place(head.name.span));
        self.plan.items.push(plan::Item { name, sort, place });
        self.items.insert((head.name.span.file.0, head.name.span.start), id);
    }

    fn declare_head(&mut self, head: &'t Head, sort: ItemSort, symbol: Symbol) {
        self.enter(&head.name, symbol);
        self.new_item(head, sort);
        self.scope(head.scope.as_ref(), symbol.noun(), head.name.span);
        if sort != ItemSort::Flow
            && let Some(param) = head.params.first()
        {
            self.error(ScopeError::ParamsNotAllowed { item: symbol.noun(), at: param.name.span });
        }
    }

    fn declare_segment(&mut self, head: &'t Head, when: &'t tree::Expr) {
        let symbol = Symbol::Segment(SegmentId(small(self.names.segments.len())));
        self.declare_head(head, ItemSort::Segment, symbol);
        let scope = super::scopes::item_scope(head.scope.as_ref()).unwrap_or_default();
        let name = self.name(&head.name.text);
        self.plan.segments.push(plan::Segment { name, scope, when: super::expr::unknown() });
        self.names.segments.push(SegmentInfo { head, when, scope, progress: Progress::Waiting });
    }

    fn declare_flow(&mut self, head: &'t Head) {
        self.declare_head(head, ItemSort::Flow, Symbol::Flow(TimelineId(number(self.names.flows.len()))));
        let params = self.params(&head.params);
        let scope = super::scopes::item_scope(head.scope.as_ref()).unwrap_or_default();
        self.names.flows.push(FlowInfo { scope, params, span: head.name.span });
    }

    fn declare_ladder(&mut self, head: &'t Head) {
        self.declare_head(head, ItemSort::Ladder, Symbol::Ladder(TallyId(small(self.names.ladders.len()))));
        let scope = super::scopes::item_scope(head.scope.as_ref()).unwrap_or_default();
        self.names.ladders.push(LadderInfo { scope });
    }

    fn declare_tiers(&mut self, tiers: &'t tree::Tiers) {
        let head = &tiers.head;
        self.declare_head(head, ItemSort::Tiers, Symbol::Tiers(TiersId(small(self.names.tiers.len()))));
        let scope = super::scopes::item_scope(head.scope.as_ref()).unwrap_or_default();
        self.not_a_property(&head.name, scope);
        if let Some(extra) = tiers.levels.get(MOST) {
            self.error(ItemError::TooMany { what: "many-tiers", most: MOST, at: extra.name.span });
        }
        let mut levels: Vec<String> = Vec::new();
        for level in &tiers.levels {
            if levels.contains(&level.name.text) {
                let item = head.name.text.clone();
                self.error(NameError::DuplicateLevel { name: level.name.clone(), item });
            }
            levels.push(level.name.text.clone());
        }
        self.names.tiers.push(TiersInfo { name: head.name.text.clone(), scope, levels });
    }

    fn declare_metric(&mut self, item: &'t tree::Item) {
        let ItemKind::Metric { head, value, .. } = &item.kind else {
            return;
        };
        self.enter(&head.name, Symbol::Metric(MetricId(small(self.names.metrics.len()))));
        let scope = self.scope(head.scope.as_ref(), "noun-metric", head.name.span).unwrap_or_default();
        self.not_a_property(&head.name, scope);
        let per = head.per.as_ref().and_then(|per| per.words.last()).cloned();
        let kind = self.new_metric_kind(head, scope, per.as_ref());
        let name = self.name(&head.name.text);
        let plan_per = per.as_ref().map(|per| plan::MetricPer { field: per.text.clone(), seen_in: Vec::new() });
        self.plan.metrics.push(plan::Metric { name, scope, kind, per: plan_per });
        self.names.metrics.push(MetricInfo { value, scope, kind, per, progress: Progress::Waiting });
    }

    /// Collects the names of tasks, which may be compared with `event.name`.
    fn declare_tasks(&mut self, tree: &Tree) {
        for item in &tree.items {
            super::tasks::each_action(item, &mut |action| {
                if let tree::ActionKind::Task(task) = &action.kind
                    && let Some(name) = &task.name
                {
                    self.names.tasks.insert(name.text.clone());
                }
            });
        }
    }

    /// The attribute of a name for a scope.
    pub(crate) fn attribute(&self, name: &str, scope: Scope) -> Option<(AttributeId, Type)> {
        self.names.attribute(name, scope).map(|(id, info)| (id, info.ty.clone()))
    }
}
