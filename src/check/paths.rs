//! What words stand for: `member.city`, `event.links`, `now.hour`, `gold`.

use super::env::{Env, EventEnv};
use super::errors::{EventError, NameError, ScopeError, TypeError};
use super::events::{EVENT_PROPERTIES, join};
use super::expr::Typed;
use super::lower::Lower;
use super::names::{Symbol, scope_words};
use super::operators::is_word;
use super::types::{Sort, Type};
use crate::plan::expr::Expr;
use crate::plan::ids::{KindId, LedgerId, LetId, MetricId, TiersId};
use crate::plan::value::Value;
use crate::plan::{Carries, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ExprKind, Path, Word};
use crate::time::Weekday;

/// Who the properties of a scope are read from, and their names.
pub(crate) fn properties(scope: Scope) -> (&'static str, &'static [&'static str]) {
    match scope {
        Scope::Member | Scope::Membership => ("member", &["name", "id"]),
        Scope::Group => ("group", &["id", "name", "kind", "size", "capacity", "seats", "owner"]),
        Scope::Community => ("community", &["name", "size"]),
    }
}

impl Lower<'_> {
    /// The word that an expression is, where it stands for nothing at this place but may be a declared name.
    pub(crate) fn bare<'e>(&self, expr: &'e tree::Expr, env: &Env<'_>) -> Option<&'e Word> {
        let ExprKind::Path(path) = &expr.kind else {
            return None;
        };
        match path.words.as_slice() {
            [word] if !self.is_local(&word.text, env) => Some(word),
            _ => None,
        }
    }

    /// Whether a word stands for a value at this place.
    fn is_local(&self, word: &str, env: &Env<'_>) -> bool {
        env.row.is_some_and(|kind| self.slot(kind, word).is_some() || word == "at")
            || ["member", "group", "community", "event", "now"].contains(&word)
            || env.params.iter().any(|param| param.name == word)
            || (env.strike.is_some() && ["reason", "weight", "total"].contains(&word))
            || (env.piece && word == "piece")
            || matches!(self.names.symbol(word), Some(Symbol::Constant(_)))
    }

    pub(crate) fn path(&mut self, path: &Path, env: &Env<'_>, hint: &Type) -> Typed {
        match path.words.as_slice() {
            [word] => self.word(word, env, hint),
            [of, property] => self.property(of, property, env, path.span),
            _ => self.no_such_path(path),
        }
    }

    // ---- one word -----------------------------------------------------------------------------------------

    fn word(&mut self, word: &Word, env: &Env<'_>, hint: &Type) -> Typed {
        if let Some(typed) = self.row_word(word, env) {
            return typed;
        }
        if let Some(position) = env.params.iter().position(|param| param.name == word.text) {
            let param = env.params.get(position);
            let (ty, missing) = param.map_or((Type::Error, false), |param| (param.ty.clone(), param.missing));
            return Typed::new(Expr::Param(u8::try_from(position).unwrap_or(u8::MAX)), ty).maybe(missing);
        }
        if let Some(strike) = env.strike
            && ["reason", "weight", "total"].contains(&word.text.as_str())
        {
            return self.field_of(&[(strike, word.span)], word);
        }
        match word.text.as_str() {
            "piece" if env.piece => Typed::new(Expr::Piece, Type::Name(Sort::Message)),
            "member" => self.keyed(env, "member", word.span, Expr::Member, Type::Member),
            "group" => self.keyed(env, "group", word.span, Expr::Group, Type::Group),
            "now" => Typed::new(Expr::Now, Type::Time),
            "event" | "community" => {
                self.error(NameError::NotAValue { name: word.clone(), is: "", help: None });
                Typed::error()
            }
            _ => self.declared_word(word, hint),
        }
    }

    /// A field of the counted event.
    fn row_word(&mut self, word: &Word, env: &Env<'_>) -> Option<Typed> {
        let id = env.row?;
        if let Some((position, ty)) = self.position(id, &word.text) {
            let missing = self.slot(id, &word.text).is_some_and(|slot| slot.missing);
            self.use_field(id, position);
            return Some(Typed::new(Expr::Row(position), ty).maybe(missing));
        }
        let kind = self.kind(id)?;
        let key = |carries: Carries, expr: Expr, ty: Type| {
            let there = carries != Carries::Never;
            there.then(|| Typed::new(expr, ty).maybe(carries == Carries::Maybe))
        };
        let (member, group) = (kind.member, kind.group);
        match word.text.as_str() {
            "at" => Some(Typed::new(Expr::RowAt, Type::Time)),
            "member" => key(member, Expr::RowMember, Type::Member).or_else(|| self.no_row_key(id, word)),
            "group" => key(group, Expr::RowGroup, Type::Group).or_else(|| self.no_row_key(id, word)),
            _ => None,
        }
    }

    fn no_row_key(&mut self, id: KindId, word: &Word) -> Option<Typed> {
        let event = self.kind(id).map(|kind| kind.name.clone()).unwrap_or_default();
        self.error(ScopeError::EventLacksKey { event, key: word.text.clone(), at: word.span });
        Some(Typed::error())
    }

    /// `member` or `group`, which must be there.
    fn keyed(&mut self, env: &Env<'_>, which: &'static str, at: Span, expr: Expr, ty: Type) -> Typed {
        if self.key(env, which, at) { Typed::new(expr, ty) } else { Typed::error() }
    }

    /// Whether there is a `member` or `group` here; where there is none it is said.
    pub(crate) fn key(&mut self, env: &Env<'_>, which: &'static str, at: Span) -> bool {
        let there = if which == "member" { env.member } else { env.group };
        if !there {
            self.error(ScopeError::NoKey { which, subject: scope_words(env.subject), at });
        }
        there
    }

    /// A name of the playbook that is a value by itself.
    fn declared_word(&mut self, word: &Word, hint: &Type) -> Typed {
        if let Some(Symbol::Constant(id)) = self.names.symbol(&word.text) {
            return self.constant_let(id, word);
        }
        match hint {
            Type::Name(sort) => match self.word_of(word, *sort) {
                Some(name) => Typed::constant(Value::Name(name), Type::Name(*sort)),
                None => Typed::error(),
            },
            Type::Tier(of) => self.level(word, *of),
            _ => self.any_word(word, hint),
        }
    }

    fn level(&mut self, word: &Word, of: Option<TiersId>) -> Typed {
        let levels = self.levels_of(word, of);
        match levels.as_slice() {
            [] => Typed::error(),
            [Value::Tier(id, level)] => Typed::constant(Value::Tier(*id, *level), Type::Tier(Some(*id))),
            _ => {
                let tiers = self.names.levels(&word.text, of).into_iter().map(|(id, _)| self.tiers_name(id)).collect();
                self.error(NameError::AmbiguousTier { name: word.clone(), tiers });
                Typed::error()
            }
        }
    }

    fn any_word(&mut self, word: &Word, hint: &Type) -> Typed {
        if let Some(symbol) = self.names.symbol(&word.text) {
            let Some(sort) = symbol.sort() else {
                return self.not_a_value(word, symbol);
            };
            let name = self.name(&word.text);
            return Typed::constant(Value::Name(name), Type::Name(sort));
        }
        if Weekday::parse(&word.text).is_some() {
            let name = self.name(&word.text);
            return Typed::constant(Value::Name(name), Type::Name(Sort::Weekday));
        }
        if !self.names.levels(&word.text, None).is_empty() {
            return self.level(word, None);
        }
        let near = self.names.where_symbol(|symbol| symbol.sort().is_some() || matches!(symbol, Symbol::Constant(_)));
        let text = (*hint == Type::Text).then(|| word.text.clone());
        self.error(NameError::UnknownWord { name: word.clone(), near, text });
        Typed::error()
    }

    fn not_a_value(&mut self, word: &Word, symbol: Symbol) -> Typed {
        let help = match symbol {
            Symbol::Let(id) => {
                let scope = self.names.lets.get(usize::from(id.0)).map(|info| info.scope);
                scope.map(|scope| format!("{}.{}", properties(scope).0, word.text))
            }
            Symbol::Field => {
                let field = self.names.attributes.iter().find(|field| field.name == word.text);
                field.map(|field| format!("{}.{}", properties(field.scope).0, word.text))
            }
            Symbol::Event(_) => Some(format!("count({})", word.text)),
            _ => None,
        };
        self.error(NameError::NotAValue { name: word.clone(), is: symbol.noun(), help });
        Typed::error()
    }

    // ---- two words ----------------------------------------------------------------------------------------

    fn property(&mut self, of: &Word, property: &Word, env: &Env<'_>, at: Span) -> Typed {
        match of.text.as_str() {
            "event" => self.event_property(property, env),
            "now" => self.now_property(property),
            "member" => self.state(env, at).unwrap_or_else(|| self.member_property(property, env, at)),
            "group" => self.state(env, at).unwrap_or_else(|| self.group_property(property, env, at)),
            "community" => self.state(env, at).unwrap_or_else(|| self.community_property(property, env)),
            _ => self.no_such_path(&Path { words: vec![of.clone(), property.clone()], span: at }),
        }
    }

    /// In the `where` of a function over the past there is no state.
    fn state(&mut self, env: &Env<'_>, at: Span) -> Option<Typed> {
        self.no_state(env, at).then(Typed::error)
    }

    /// Says that state cannot be read here, if so.
    pub(crate) fn no_state(&mut self, env: &Env<'_>, at: Span) -> bool {
        if env.row.is_some() {
            self.error(EventError::StateInWhere { at });
        }
        env.row.is_some()
    }

    fn now_property(&mut self, property: &Word) -> Typed {
        match property.text.as_str() {
            "hour" => Typed::new(Expr::NowHour, Type::Number),
            "weekday" => Typed::new(Expr::NowWeekday, Type::Name(Sort::Weekday)),
            "date" => Typed::new(Expr::NowDate, Type::Date),
            _ => self.no_property("now", property, vec!["hour".into(), "weekday".into(), "date".into()]),
        }
    }

    fn no_property(&mut self, of: &'static str, name: &Word, available: Vec<String>) -> Typed {
        self.error(NameError::UnknownProperty { of: of.to_owned(), name: name.clone(), available });
        Typed::error()
    }

    fn member_property(&mut self, property: &Word, env: &Env<'_>, at: Span) -> Typed {
        if !self.key(env, "member", at) {
            return Typed::error();
        }
        match property.text.as_str() {
            "name" => Typed::new(Expr::MemberName, Type::Text),
            "id" => Typed::new(Expr::MemberId, Type::Text),
            _ => self.kept_property("member", &[Scope::Membership, Scope::Member], property, env),
        }
    }

    fn group_property(&mut self, property: &Word, env: &Env<'_>, at: Span) -> Typed {
        if !self.key(env, "group", at) {
            return Typed::error();
        }
        match property.text.as_str() {
            "id" => Typed::new(Expr::GroupId, Type::Text),
            "name" => Typed::new(Expr::GroupName, Type::Text),
            "kind" => Typed::new(Expr::GroupKind, Type::Name(Sort::Kind)),
            "size" => Typed::new(Expr::GroupSize, Type::Number),
            "capacity" => Typed::new(Expr::GroupCapacity, Type::Number).maybe(true),
            "seats" => Typed::new(Expr::GroupSeats, Type::Number).maybe(true),
            "owner" => Typed::new(Expr::GroupOwner, Type::Member).maybe(true),
            _ => self.kept_property("group", &[Scope::Group], property, env),
        }
    }

    fn community_property(&mut self, property: &Word, env: &Env<'_>) -> Typed {
        match property.text.as_str() {
            "size" => Typed::new(Expr::CommunitySize, Type::Number),
            "name" => Typed::new(Expr::CommunityName, Type::Text).maybe(self.plan.community.name.is_none()),
            _ => self.kept_property("community", &[Scope::Community], property, env),
        }
    }

    /// A field, ledger, tiers, `let` or metric, of the first scope that has one of this name.
    fn kept_property(&mut self, of: &'static str, scopes: &[Scope], property: &Word, env: &Env<'_>) -> Typed {
        let there = |scope: &Scope| *scope != Scope::Membership || env.group;
        for scope in scopes.iter().filter(|scope| there(scope)) {
            if let Some(typed) = self.kept(*scope, property) {
                return typed;
            }
        }
        if !env.group && of == "member" && self.is_kept(Scope::Membership, &property.text) {
            let subject = scope_words(env.subject);
            self.error(ScopeError::NeedsMembership { name: property.clone(), subject });
            return Typed::error();
        }
        self.no_kept_property(of, scopes, property)
    }

    fn is_kept(&self, scope: Scope, name: &str) -> bool {
        self.names.attribute(name, scope).is_some()
            || self.names.symbol(name).is_some_and(|symbol| self.scope_of(symbol) == Some(scope))
    }

    /// The scope of what is read as a property of its name.
    fn scope_of(&self, symbol: Symbol) -> Option<Scope> {
        match symbol {
            Symbol::Points(_) => Some(Scope::Member),
            Symbol::Tiers(id) => self.names.tiers.get(usize::from(id.0)).map(|tiers| tiers.scope),
            Symbol::Let(id) => self.names.lets.get(usize::from(id.0)).map(|info| info.scope),
            Symbol::Metric(id) => self.names.metrics.get(usize::from(id.0)).map(|metric| metric.scope),
            _ => None,
        }
    }

    fn kept(&mut self, scope: Scope, property: &Word) -> Option<Typed> {
        if let Some((id, ty)) = self.attribute(&property.text, scope) {
            let expr = if scope == Scope::Group { Expr::GroupAttribute(id) } else { Expr::MemberAttribute(id) };
            return Some(Typed::new(expr, ty).maybe(true));
        }
        let symbol = self.names.symbol(&property.text)?;
        if self.scope_of(symbol) != Some(scope) {
            return None;
        }
        match symbol {
            Symbol::Points(id) => Some(self.ledger(id)),
            Symbol::Tiers(id) => Some(Typed::new(Expr::Tier(id), Type::Tier(Some(id)))),
            Symbol::Let(id) => Some(self.named_value(id, property)),
            Symbol::Metric(id) => Some(self.metric_value(id)),
            _ => None,
        }
    }

    fn ledger(&self, id: LedgerId) -> Typed {
        Typed::new(Expr::Ledger(id), Type::Number)
    }

    fn metric_value(&mut self, id: MetricId) -> Typed {
        let ty = self.metric_type(id);
        Typed::new(Expr::Metric(id), ty).maybe(true)
    }

    fn named_value(&mut self, id: LetId, at: &Word) -> Typed {
        let (ty, missing) = self.let_type(id, at.span);
        if ty.is_error() { Typed::error() } else { Typed::new(Expr::Let(id), ty).maybe(missing) }
    }

    fn no_kept_property(&mut self, of: &'static str, scopes: &[Scope], property: &Word) -> Typed {
        let symbol = self.names.symbol(&property.text);
        let right = match symbol {
            Some(Symbol::Tag) if of == "member" => Some(format!("member has {}", property.text)),
            Some(Symbol::Segment(_)) => Some(format!("{of} in {}", property.text)),
            Some(Symbol::Role) if of == "member" => Some(format!("member is {}", property.text)),
            Some(symbol) => self.scope_of(symbol).map(|scope| format!("{}.{}", properties(scope).0, property.text)),
            None => None,
        };
        if let Some((right, symbol)) = right.zip(symbol) {
            self.error(NameError::OtherwiseRead { name: property.clone(), is: symbol.noun(), right });
            return Typed::error();
        }
        let mut available: Vec<String> = Vec::new();
        for scope in scopes {
            let names = self.names.table.keys().filter(|name| self.is_kept(*scope, name));
            available.extend(names.cloned());
        }
        let built_in = scopes.first().map_or(&[][..], |scope| properties(*scope).1);
        available.extend(built_in.iter().map(|name| (*name).to_owned()));
        self.no_property(of, property, available)
    }

    // ---- the event ----------------------------------------------------------------------------------------

    fn event_property(&mut self, property: &Word, env: &Env<'_>) -> Typed {
        match env.event {
            EventEnv::Never(place) => {
                self.error(EventError::NoEvent { at: property.span, place });
                Typed::error()
            }
            EventEnv::Sometimes(what, trigger) => {
                self.error(EventError::SometimesNoEvent { at: property.span, what, trigger });
                Typed::error()
            }
            EventEnv::Kinds(kinds) => self.field_of(kinds, property),
        }
    }

    /// A field that every one of the kinds must have.
    pub(crate) fn field_of(&mut self, kinds: &[(KindId, Span)], field: &Word) -> Typed {
        match field.text.as_str() {
            "at" => return Typed::new(Expr::EventAt, Type::Time),
            "id" => return Typed::new(Expr::EventId, Type::Text),
            "member" | "group" => return self.event_key(kinds, field),
            _ => {}
        }
        let mut places: Vec<(KindId, u8)> = Vec::new();
        let mut found: Option<(KindId, Type)> = None;
        let mut missing = false;
        for (id, trigger) in kinds {
            let Some((position, ty)) = self.position(*id, &field.text) else {
                return self.no_event_field(*id, *trigger, field, kinds.len() > 1);
            };
            if let Some((first, first_ty)) = &found
                && *first_ty != ty
            {
                return self.fields_differ(field, (*first, first_ty), (*id, &ty));
            }
            missing |= self.slot(*id, &field.text).is_some_and(|slot| slot.missing);
            self.use_field(*id, position);
            if !places.contains(&(*id, position)) {
                places.push((*id, position));
            }
            found.get_or_insert((*id, ty));
        }
        match found {
            Some((_, ty)) => Typed::new(Expr::EventField(places.into()), ty).maybe(missing),
            None => Typed::error(),
        }
    }

    fn event_key(&mut self, kinds: &[(KindId, Span)], key: &Word) -> Typed {
        let member = key.text == "member";
        let mut missing = false;
        for (id, _) in kinds {
            let Some(kind) = self.kind(*id) else {
                continue;
            };
            let carries = if member { kind.member } else { kind.group };
            missing |= carries == Carries::Maybe;
            if carries == Carries::Never {
                let event = kind.name.clone();
                self.error(ScopeError::EventLacksKey { event, key: key.text.clone(), at: key.span });
                return Typed::error();
            }
        }
        let (expr, ty) = if member { (Expr::EventMember, Type::Member) } else { (Expr::EventGroup, Type::Group) };
        Typed::new(expr, ty).maybe(missing)
    }

    fn no_event_field(&mut self, id: KindId, trigger: Span, field: &Word, several: bool) -> Typed {
        let event = self.kind(id).map(|kind| kind.name.clone()).unwrap_or_default();
        let mut available = self.field_names(id);
        available.extend(EVENT_PROPERTIES.iter().map(|name| (*name).to_owned()));
        let trigger = several.then_some(trigger);
        self.error(EventError::UnknownEventField { event, name: field.clone(), available, trigger });
        Typed::error()
    }

    /// The names of the fields of a kind of event.
    pub(crate) fn field_names(&self, id: KindId) -> Vec<String> {
        let info = self.names.events.get(usize::from(id.0));
        info.into_iter().flat_map(|info| &info.fields).map(|slot| slot.name.clone()).collect()
    }

    fn fields_differ(&mut self, field: &Word, first: (KindId, &Type), second: (KindId, &Type)) -> Typed {
        let of = |lower: &Self, (id, ty): (KindId, &Type)| {
            (lower.kind(id).map(|kind| kind.name.clone()).unwrap_or_default(), lower.describe(ty))
        };
        let (first, second) = (of(self, first), of(self, second));
        self.error(EventError::FieldsDiffer { name: field.clone(), first, second });
        Typed::error()
    }

    fn no_such_path(&mut self, path: &Path) -> Typed {
        let name = Word { text: join(&path.words), span: path.span };
        if let Some(symbol @ Symbol::Event(_)) = self.names.symbol(&name.text) {
            return self.not_a_value(&name, symbol);
        }
        self.error(NameError::UnknownPath { name });
        Typed::error()
    }

    // ---- `has`, segments ----------------------------------------------------------------------------------

    /// `member has TAG`, `member has FIELD`, `group has FIELD`
    pub(crate) fn has(&mut self, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>) -> Typed {
        let bad = Typed::new(super::expr::unknown(), Type::Bool);
        if self.no_state(env, left.span) {
            return bad;
        }
        let which = if is_word(left, "member") { "member" } else { "group" };
        if which == "group" && !is_word(left, "group") {
            self.error(TypeError::HasOfWhat { at: left.span });
            return bad;
        }
        let ExprKind::Path(Path { words, .. }) = &right.kind else {
            self.error(TypeError::HasWhat { at: right.span });
            return bad;
        };
        match words.as_slice() {
            [word] if self.key(env, which, left.span) => self.has_word(which, word, env),
            [_] => bad,
            _ => {
                self.error(TypeError::HasWhat { at: right.span });
                bad
            }
        }
    }

    fn has_word(&mut self, which: &'static str, word: &Word, env: &Env<'_>) -> Typed {
        let bool = |expr: Expr| Typed::new(expr, Type::Bool);
        if which == "group" {
            return match self.attribute(&word.text, Scope::Group) {
                Some((id, _)) => bool(Expr::GroupHasAttribute(id)),
                None => self.has_unknown(which, word, false),
            };
        }
        let membership = self.attribute(&word.text, Scope::Membership).filter(|_| env.group);
        let attribute = membership.or_else(|| self.attribute(&word.text, Scope::Member));
        if let Some((id, _)) = attribute {
            return bool(Expr::MemberHasAttribute(id));
        }
        if self.names.is(Sort::Tag, &word.text) {
            return bool(Expr::HasTag(self.name(&word.text)));
        }
        self.has_unknown(which, word, true)
    }

    fn has_unknown(&mut self, which: &'static str, word: &Word, tags: bool) -> Typed {
        let mut available = if tags { self.names.all(Sort::Tag) } else { Vec::new() };
        let fields = self.names.attributes.iter();
        let wanted = fields.filter(|field| (field.scope == Scope::Group) == (which == "group"));
        available.extend(wanted.map(|field| field.name.clone()));
        let what = if tags { "noun-tag-or-field" } else { "noun-group-field" };
        let error = match self.names.table.get(&word.text) {
            Some(declared) => NameError::WrongSort {
                name: word.clone(),
                is: declared.symbol.noun(),
                declared: declared.span,
                wanted: what,
                available,
            },
            None => NameError::Unknown { what, name: word.clone(), available, declare: Some("tag") },
        };
        self.error(error);
        Typed::new(super::expr::unknown(), Type::Bool)
    }

    /// `member in loyal`
    pub(crate) fn in_segment(&mut self, left: &tree::Expr, word: &Word, env: &Env<'_>) -> Typed {
        let bad = Typed::new(super::expr::unknown(), Type::Bool);
        let pick = |symbol| match symbol {
            Symbol::Segment(id) => Some(id),
            _ => None,
        };
        let Some(id) = self.symbol_of(word, "noun-segment", pick) else {
            return bad;
        };
        if self.no_state(env, left.span) {
            return bad;
        }
        let scope = self.names.segments.get(usize::from(id.0)).map(|info| info.scope).unwrap_or_default();
        let (of, _) = properties(scope);
        if !is_word(left, of) {
            self.error(ScopeError::SegmentOf {
                at: left.span,
                segment: word.text.clone(),
                of,
                scope: scope_words(scope),
            });
            return bad;
        }
        let (member, group) = super::names::keys_of(scope);
        let there = (!member || self.key(env, "member", left.span)) && (!group || self.key(env, "group", left.span));
        self.lower_segment_on_demand(id, word.span);
        if there { Typed::new(Expr::InSegment(id), Type::Bool) } else { bad }
    }
}
