//! The items that declare words; those with a subject are built in `clauses`.

use super::super::error::{Part, Slip};
use super::super::keywords::{Sort, Tongue};
use super::super::tree::{
    FieldDecl, Item, ItemKind, Message, MessageBody, ScopeRef, Setting, SettingValue, TypeRef, Word, WordSort,
};
use super::{Builder, Node, Rule, child, first_word, spell};

impl Builder<'_> {
    pub(super) fn item(&mut self, node: Node<'_>) -> Option<Item> {
        let span = self.span(&node);
        let kind = self.item_kind(node.into_inner().next()?)?;
        Some(Item { span, kind })
    }

    fn item_kind(&mut self, node: Node<'_>) -> Option<ItemKind> {
        match node.as_rule() {
            Rule::community => Some(self.community(node)),
            Rule::words => self.words(node),
            Rule::voice => self.voice(node),
            Rule::field => self.field(node),
            Rule::event => self.event(node),
            Rule::action_item => self.action_item(node),
            Rule::message => self.message(node),
            Rule::pool => self.pool(node),
            Rule::let_item => self.let_item(node),
            _ => self.subject_item(node),
        }
    }

    fn community(&mut self, node: Node<'_>) -> ItemKind {
        let settings = node.into_inner().filter(|child| child.as_rule() == Rule::setting);
        ItemKind::Community(settings.filter_map(|setting| self.setting(setting)).collect())
    }

    fn setting(&mut self, node: Node<'_>) -> Option<Setting> {
        let (mut key, mut value) = (None, None);
        let mut sign = false;
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::setting_key => key = Some(self.setting_key(&part)),
                Rule::text => value = self.text(part).map(SettingValue::Text),
                Rule::word => value = Some(SettingValue::Word(self.loose(Sort::Day, &part))),
                _ => sign = true,
            }
        }
        if sign {
            let right = self.source(&node).replacen([':', '=', '：', '＝'], " ", 1);
            self.slip(Slip::SettingSign, &node, right.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        Some(Setting { key: key?, value: value? })
    }

    fn setting_key(&mut self, node: &Node<'_>) -> Word {
        let two_words = node.clone().into_inner().any(|child| child.as_rule() == Rule::kw_week_starts);
        let word = self.loose(Sort::Setting, node);
        if two_words { Word { text: "week_starts".to_owned(), ..word } } else { word }
    }

    fn words(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let mut inner = node.into_inner();
        let sort = word_sort(inner.next()?)?;
        Some(ItemKind::Words(sort, self.names(inner)))
    }

    /// All names among some nodes.
    pub(super) fn names<'i>(&mut self, nodes: impl Iterator<Item = Node<'i>>) -> Vec<Word> {
        nodes.filter(|node| node.as_rule() == Rule::name).map(|node| self.word(&node)).collect()
    }

    fn voice(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let text = child(node.clone(), Rule::text).and_then(|text| self.text(text));
        Some(ItemKind::Voice { name: self.first_name(node)?, text: text? })
    }

    fn field(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let ty = child(node.clone(), Rule::type_name).map(|ty| self.type_ref(&ty));
        let scope = child(node.clone(), Rule::for_clause).and_then(|clause| self.plain_scope(clause));
        Some(ItemKind::Field { name: self.first_name(node)?, ty: ty?, scope: scope? })
    }

    fn event(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let scope = child(node.clone(), Rule::for_clause).and_then(|clause| self.plain_scope(clause));
        if scope.is_none() {
            let place = child(node.clone(), Rule::path)?;
            self.missing(Part::Scope, "event", &place);
        }
        let fields = child(node.clone(), Rule::fields).map(|fields| self.declarations(fields)).unwrap_or_default();
        let name = child(node, Rule::path).map(|path| self.event_path(&path))?;
        Some(ItemKind::Event { name, scope: scope?, fields })
    }

    fn action_item(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let name = self.first_name(node.clone())?;
        let params = child(node.clone(), Rule::params);
        if params.is_none() {
            let place = child(node, Rule::name)?;
            self.slip(Slip::NoParentheses, &place, format!("{}()", name.text));
        }
        Some(ItemKind::Action { name, params: params.map(|params| self.declarations(params)).unwrap_or_default() })
    }

    pub(super) fn declarations(&mut self, node: Node<'_>) -> Vec<FieldDecl> {
        let declared = [Rule::declaration, Rule::event_field];
        let declarations = node.into_inner().filter(|child| declared.contains(&child.as_rule()));
        declarations.filter_map(|declaration| self.declaration(declaration)).collect()
    }

    fn declaration(&mut self, node: Node<'_>) -> Option<FieldDecl> {
        let (mut name, mut ty, mut optional, mut default) = (None, None, false, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::name | Rule::word => name = Some(self.word(&part)),
                Rule::type_name => ty = Some(self.type_ref(&part)),
                Rule::question => optional = true,
                Rule::expr => default = self.value(part),
                _ => {}
            }
        }
        Some(FieldDecl { name: name?, ty: ty?, optional, default })
    }

    fn type_ref(&mut self, node: &Node<'_>) -> TypeRef {
        TypeRef { name: self.loose(Sort::Type, node) }
    }

    fn message(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let name = self.first_name(node.clone())?;
        let mut message = (Vec::new(), None, None, None);
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::params => message.0 = self.declarations(part),
                Rule::by_voice => message.1 = self.first_name(part),
                Rule::for_clause => message.2 = self.plain_scope(part),
                Rule::text_choice => message.3 = Some(MessageBody::Texts(self.texts(part))),
                Rule::from_file => {
                    message.3 = child(part, Rule::text).and_then(|t| self.text(t)).map(MessageBody::From)
                }
                _ => {}
            }
        }
        let (params, voice, scope, body) = message;
        if body.is_none() && !node.clone().into_inner().any(|part| is_body(&part)) {
            self.missing(Part::Words, "message", &child(node, Rule::name)?);
        }
        Some(ItemKind::Message(Message { name, params, voice, scope, body: body? }))
    }

    fn pool(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let weight = child(node.clone(), Rule::weight).and_then(|weight| self.value(child(weight, Rule::expr)?));
        let mut names = self.names(node.into_inner());
        let name = names.drain(..1.min(names.len())).next()?;
        Some(ItemKind::Pool { name, members: names, weight })
    }

    fn let_item(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let scope = child(node.clone(), Rule::for_clause).and_then(|clause| self.plain_scope(clause));
        let value = node.clone().into_inner().last().and_then(|value| self.value(value));
        Some(ItemKind::Let { name: self.first_name(node)?, scope, value: value? })
    }

    /// A scope where `each` has no place.
    fn plain_scope(&mut self, clause: Node<'_>) -> Option<ScopeRef> {
        let scope = child(clause.clone(), Rule::scope)?;
        if child(clause.clone(), Rule::kw_each).is_some() {
            let tongue = Tongue::of(first_word(clause.as_str()));
            let right = format!("{} {}", spell(Rule::kw_for, tongue), self.source(&scope));
            self.slip(Slip::EachInMessage, &clause, right);
        }
        self.scope(scope)
    }

    pub(super) fn scope(&mut self, node: Node<'_>) -> Option<ScopeRef> {
        let span = self.span(&node);
        let (mut words, mut optional) = (Vec::new(), Vec::new());
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::name => words.push(self.loose(Sort::Subject, &part)),
                Rule::question => optional.push(words.len()),
                _ => {}
            }
        }
        let mut words = words.into_iter();
        let first = words.next()?;
        let second = words.next().map(|word| (word, optional.contains(&2)));
        Some(ScopeRef { first, first_optional: optional.contains(&1), second, span })
    }
}

fn word_sort(node: Node<'_>) -> Option<WordSort> {
    match node.into_inner().next()?.as_rule() {
        Rule::kw_kind => Some(WordSort::Kind),
        Rule::kw_role => Some(WordSort::Role),
        Rule::kw_tag_item => Some(WordSort::Tag),
        Rule::kw_class => Some(WordSort::Class),
        Rule::kw_points => Some(WordSort::Points),
        _ => None,
    }
}

fn is_body(node: &Node<'_>) -> bool {
    matches!(node.as_rule(), Rule::text_choice | Rule::from_file)
}
