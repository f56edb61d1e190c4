//! What an expression comes to, by walking its tree.

use super::agenda::weekday;
use super::book::{Book, Scope, scope_of};
use super::text::fill;
use super::value::{Value, add, and, divide, multiply, negate, or, order, same, subtract};
use super::world::{Event, Keys, Memory, World};
use super::zone::{DAY, Ms};
use chrono::{NaiveTime, Timelike};
use qun::syntax::tree::{Expr, ExprKind, Op, Path, WordSort};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Where an expression is read: the state, the subject, the event, and what else it sees.
#[derive(Clone)]
pub struct Scene<'w, 'b> {
    pub book: &'w Book<'b>,
    pub world: &'w World<'b>,
    pub memory: Memory,
    /// In the `where` of a function over the past: the event that is looked at.
    pub counted: Option<&'w Event>,
}

impl<'w, 'b> Scene<'w, 'b> {
    pub fn new(book: &'w Book<'b>, world: &'w World<'b>, keys: Keys) -> Scene<'w, 'b> {
        let memory = Memory { keys, ..Memory::default() };
        Scene { book, world, memory, counted: None }
    }

    pub fn keys(&self) -> &Keys {
        &self.memory.keys
    }

    /// Whose past is looked at.
    pub fn subject(&self) -> Keys {
        let keys = self.keys();
        self.memory.of.and_then(|scope| keys.within(scope)).unwrap_or_else(|| keys.clone())
    }

    pub fn now(&self) -> Ms {
        self.world.now
    }

    /// The same state for another subject, without event and parameters.
    pub fn of(&self, keys: Keys) -> Scene<'w, 'b> {
        Scene::new(self.book, self.world, keys)
    }

    /// This subject, as far as a scope knows it.
    fn narrowed(&self, scope: Scope) -> Option<Scene<'w, 'b>> {
        Some(self.of(self.keys().within(scope)?))
    }

    pub fn holds(&self, condition: Option<&Expr>) -> bool {
        self.truth(condition) == Some(true)
    }

    /// Kleene's truth; no condition is true.
    pub fn truth(&self, condition: Option<&Expr>) -> Option<bool> {
        condition.map_or(Some(true), |condition| self.value(condition).truth())
    }

    pub fn value(&self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Bool(truth) => Value::Bool(*truth),
            ExprKind::Number(n) | ExprKind::Percent(n) => Value::Number(*n),
            ExprKind::Money { amount, .. } => Value::Money(*amount),
            ExprKind::Duration(during) => Value::Duration(during.ms()),
            ExprKind::TimeOfDay(_) | ExprKind::Regex(_) | ExprKind::Call { .. } => Value::Unknown,
            ExprKind::Date(date) => Value::Time(self.book.zone.day_start(*date)),
            ExprKind::DateTime(time) => Value::Time(self.book.zone.instant(*time)),
            ExprKind::Text(text) => fill(self, text).map_or(Value::Unknown, Value::Text),
            ExprKind::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            ExprKind::Path(path) => self.path(path),
            ExprKind::Not(inner) => Value::of_truth(self.value(inner).truth().map(|truth| !truth)),
            ExprKind::Negate(inner) => negate(&self.value(inner)),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Matches { left, pattern } => self.matches(left, pattern),
            ExprKind::Between { value, low, high } => self.between(value, low, high),
            ExprKind::Else { value, fallback } => match self.value(value) {
                Value::Unknown => self.value(fallback),
                known => known,
            },
            ExprKind::If { condition, then, otherwise } => match self.value(condition).truth() {
                Some(true) => self.value(then),
                Some(false) => self.value(otherwise),
                None => Value::Unknown,
            },
            ExprKind::Past(past) => self.past(past),
        }
    }

    // ---- paths ----------------------------------------------------------------------------------------------------

    fn path(&self, path: &Path) -> Value {
        let words: Vec<&str> = path.words.iter().map(|word| word.text.as_str()).collect();
        if let (Some(event), [field]) = (self.counted, words.as_slice())
            && let Some(value) = self.counted_field(event, field)
        {
            return value;
        }
        match words.as_slice() {
            [name] if self.memory.params.contains_key(*name) => self.memory.params[*name].clone(),
            ["member"] => self.keys().member.clone().map_or(Value::Unknown, Value::Member),
            ["group"] => self.keys().group.clone().map_or(Value::Unknown, Value::Group),
            ["now"] => Value::Time(self.now()),
            ["now", part] => self.now_part(part),
            ["event", field] => self.event_field(field),
            ["member", property] => self.member_property(property),
            ["group", property] => self.group_property(property),
            ["community", property] => self.community_property(property),
            [name] => self.bare(name),
            _ => Value::Unknown,
        }
    }

    /// A constant, or a name for itself.
    fn bare(&self, name: &str) -> Value {
        match self.book.let_of(name, |scope| scope.is_none()) {
            Some((_, value)) => self.of(Keys::default()).value(value),
            None => Value::Name(name.to_owned()),
        }
    }

    fn counted_field(&self, event: &Event, field: &str) -> Option<Value> {
        Some(match field {
            "at" => Value::Time(event.at),
            "member" => event.keys.member.clone().map_or(Value::Unknown, Value::Member),
            "group" => event.keys.group.clone().map_or(Value::Unknown, Value::Group),
            _ if self.book.kinds[&event.kind].ty(field).is_some() => event.field(field),
            _ => return None,
        })
    }

    pub fn event_field(&self, field: &str) -> Value {
        let Some(event) = &self.memory.event else { return Value::Unknown };
        match field {
            "at" => Value::Time(event.at),
            "id" => Value::Text(event.id.clone()),
            "member" => event.keys.member.clone().map_or(Value::Unknown, Value::Member),
            "group" => event.keys.group.clone().map_or(Value::Unknown, Value::Group),
            _ => event.field(field),
        }
    }

    fn now_part(&self, part: &str) -> Value {
        let zone = &self.book.zone;
        match part {
            "hour" => Value::Number(Decimal::from(zone.local(self.now()).hour())),
            "weekday" => Value::Name(weekday(zone.date(self.now())).to_owned()),
            "date" => Value::Time(zone.day_start(zone.date(self.now()))),
            _ => Value::Unknown,
        }
    }

    pub fn member_property(&self, property: &str) -> Value {
        let Some(member) = &self.keys().member else { return Value::Unknown };
        let membership = self.keys().within(Scope::Membership);
        let person = self.world.persons.get(member);
        let text = |words: String| Value::Text(words);
        match property {
            "name" => return text(self.member_name(member)),
            "id" => return text(member.clone()),
            _ => {}
        }
        if membership.is_some() && self.book.field(property, Scope::Membership).is_some() {
            let key = (self.keys().group.clone().unwrap(), member.clone());
            let fields = self.world.memberships.get(&key).map(|membership| &membership.fields);
            return fields.and_then(|fields| fields.get(property)).cloned().unwrap_or(Value::Unknown);
        }
        if self.book.field(property, Scope::Member).is_some() {
            return person.and_then(|person| person.fields.get(property)).cloned().unwrap_or(Value::Unknown);
        }
        if self.book.is(WordSort::Points, property) {
            let points = person.and_then(|person| person.points.get(property)).copied();
            return Value::Number(points.unwrap_or_default());
        }
        let scopes = if membership.is_some() { vec![Scope::Membership, Scope::Member] } else { vec![Scope::Member] };
        self.item_property(property, &scopes)
    }

    pub fn group_property(&self, property: &str) -> Value {
        let Some(id) = &self.keys().group else { return Value::Unknown };
        let group = self.world.groups.get(id);
        match property {
            "id" => return Value::Text(id.clone()),
            "name" => return Value::Text(self.group_name(id)),
            "kind" => return group.and_then(|group| group.kind.clone()).map_or(Value::Unknown, Value::Name),
            "size" => return Value::Number(Decimal::from(self.world.members_of(id).len())),
            "capacity" => return group.and_then(|group| group.capacity.clone()).unwrap_or(Value::Unknown),
            "seats" => return self.seats(id),
            "owner" => return group.and_then(|group| group.owner.clone()).map_or(Value::Unknown, Value::Member),
            _ => {}
        }
        if self.book.field(property, Scope::Group).is_some() {
            return group.and_then(|group| group.fields.get(property)).cloned().unwrap_or(Value::Unknown);
        }
        self.item_property(property, &[Scope::Group])
    }

    pub fn community_property(&self, property: &str) -> Value {
        match property {
            "size" => Value::Number(Decimal::from(self.world.people().len())),
            "name" => self.book.name.clone().map_or(Value::Unknown, Value::Text),
            _ => self.item_property(property, &[Scope::Community]),
        }
    }

    /// A tiers, a `let` or a metric of one of these scopes.
    fn item_property(&self, property: &str, scopes: &[Scope]) -> Value {
        if let Some((position, tiers)) = self.book.tiers(property)
            && let Some(scene) = self.narrowed(scope_of(&tiers.head))
        {
            let level = self.world.levels.get(&(position, scene.keys().clone())).map_or(0, |(level, _)| *level);
            return Value::Tier(property.to_owned(), level);
        }
        let fits = |scope: Option<Scope>| scope.is_some_and(|scope| scopes.contains(&scope));
        if let Some((Some(scope), value)) = self.book.let_of(property, fits)
            && let Some(scene) = self.narrowed(scope)
        {
            return scene.value(value);
        }
        if let Some((head, _)) = self.book.metric(property)
            && let Some(scene) = self.narrowed(scope_of(head))
        {
            let sampled = self.world.metrics.get(&(property.to_owned(), scene.keys().clone()));
            return sampled.cloned().unwrap_or(Value::Unknown);
        }
        Value::Unknown
    }

    /// Capacity less size less the invitations of the last 24 hours that have not been followed.
    fn seats(&self, id: &str) -> Value {
        let capacity = self.world.groups.get(id).and_then(|group| group.capacity.clone());
        let Some(Value::Number(capacity)) = capacity else { return Value::Unknown };
        let open = self.world.invitations.iter();
        let open = open.filter(|(group, _, at)| group == id && self.now() - at < DAY).count();
        Value::Number(capacity - Decimal::from(self.world.members_of(id).len()) - Decimal::from(open))
    }

    /// The card in the group, else the person's name, else the id.
    pub fn member_name(&self, member: &str) -> String {
        let card = self.keys().group.as_ref().and_then(|group| {
            let key = (group.clone(), member.to_owned());
            self.world.memberships.get(&key).and_then(|membership| membership.card.clone())
        });
        let name = || self.world.persons.get(member).and_then(|person| person.name.clone());
        card.or_else(name).unwrap_or_else(|| member.to_owned())
    }

    pub fn group_name(&self, group: &str) -> String {
        let name = self.world.groups.get(group).and_then(|group| group.name.clone());
        name.unwrap_or_else(|| group.to_owned())
    }

    // ---- operators ------------------------------------------------------------------------------------------------

    fn binary(&self, op: Op, left: &Expr, right: &Expr) -> Value {
        match op {
            Op::And => Value::of_truth(and(self.value(left).truth(), self.value(right).truth())),
            Op::Or => Value::of_truth(or(self.value(left).truth(), self.value(right).truth())),
            Op::Equal => Value::of_truth(self.equal(left, right)),
            Op::NotEqual => Value::of_truth(self.equal(left, right).map(|truth| !truth)),
            Op::Less => self.compared(left, right, |order| order == Ordering::Less),
            Op::LessOrEqual => self.compared(left, right, |order| order != Ordering::Greater),
            Op::Greater => self.compared(left, right, |order| order == Ordering::Greater),
            Op::GreaterOrEqual => self.compared(left, right, |order| order != Ordering::Less),
            Op::In => Value::of_truth(self.is_in(left, right)),
            Op::Has => Value::of_truth(self.has(left, right)),
            Op::Contains => Value::of_truth(self.contains(left, right)),
            Op::Add => add(&self.value(left), &self.value(right)),
            Op::Subtract => subtract(&self.value(left), &self.value(right)),
            Op::Multiply => multiply(&self.value(left), &self.value(right)),
            Op::Divide => divide(&self.value(left), &self.value(right)),
        }
    }

    /// A level's name beside a tier is that level.
    pub fn levelled(&self, value: Value, beside: &Value) -> Value {
        match (&value, beside) {
            (Value::Name(name), Value::Tier(tiers, _)) => {
                let levels = &self.book.tiers(tiers).unwrap().1.levels;
                let level = levels.iter().position(|level| level.name.text == *name);
                level.map_or(value.clone(), |level| Value::Tier(tiers.clone(), level))
            }
            _ => value,
        }
    }

    fn both(&self, left: &Expr, right: &Expr) -> (Value, Value) {
        let (left, right) = (self.value(left), self.value(right));
        let levelled = self.levelled(left.clone(), &right);
        (levelled, self.levelled(right, &left))
    }

    fn compared(&self, left: &Expr, right: &Expr, fits: impl Fn(Ordering) -> bool) -> Value {
        let (left, right) = self.both(left, right);
        Value::of_truth(order(&left, &right).map(fits))
    }

    fn equal(&self, left: &Expr, right: &Expr) -> Option<bool> {
        match (only_word(left), only_word(right)) {
            (Some("member"), Some(role)) if self.book.is(WordSort::Role, role) => {
                self.is_role(self.keys().member.as_ref()?, role)
            }
            (_, Some(role)) if self.book.is(WordSort::Role, role) && self.value(left).member().is_some() => {
                self.is_role(self.value(left).member()?, role)
            }
            (Some("group"), Some(kind)) if self.book.is(WordSort::Kind, kind) => {
                same(&self.group_property("kind"), &Value::Name(kind.to_owned()))
            }
            _ => {
                let (left, right) = self.both(left, right);
                same(&left, &right)
            }
        }
    }

    /// Whether the member holds a role: everywhere, in the group, or without a group in any.
    fn is_role(&self, member: &str, role: &str) -> Option<bool> {
        let everywhere = self.world.persons.get(member).is_some_and(|person| person.roles.contains(role));
        let groups = match &self.keys().group {
            Some(group) => vec![group.clone()],
            None => self.world.groups_of(member),
        };
        Some(everywhere || groups.iter().any(|group| self.holds_in(group, member, role)))
    }

    fn holds_in(&self, group: &str, member: &str, role: &str) -> bool {
        let owner = self.world.groups.get(group).and_then(|group| group.owner.as_deref());
        let membership = self.world.memberships.get(&(group.to_owned(), member.to_owned()));
        let granted = membership.is_some_and(|membership| membership.roles.contains(role));
        self.world.is_member(group, member) && (granted || (role == "owner" && owner == Some(member)))
    }

    fn is_in(&self, left: &Expr, right: &Expr) -> Option<bool> {
        if let Some(segment) = only_word(right)
            && self.book.segment(segment).is_some()
        {
            return self.in_segment(segment);
        }
        if let ExprKind::List(items) = &right.kind {
            return items.iter().map(|item| self.equal(left, item)).fold(Some(false), or);
        }
        let value = self.value(left);
        match self.value(right) {
            Value::List(items) => items.iter().map(|item| same(&value, item)).fold(Some(false), or),
            _ => None,
        }
    }

    /// Whether a segment's condition is true there and then.
    pub fn in_segment(&self, name: &str) -> Option<bool> {
        let (head, when) = self.book.segment(name)?;
        let scene = self.narrowed(scope_of(head))?;
        and(scene.truth(head.where_.as_ref()), scene.truth(Some(when)))
    }

    fn has(&self, left: &Expr, right: &Expr) -> Option<bool> {
        let (subject, name) = (only_word(left)?, only_word(right)?);
        if subject == "group" {
            return Some(!self.group_property(name).is_unknown());
        }
        let member = self.keys().member.as_ref()?;
        if self.book.is(WordSort::Tag, name) {
            return Some(self.world.persons.get(member).is_some_and(|person| person.tags.contains(name)));
        }
        Some(!self.member_property(name).is_unknown())
    }

    fn contains(&self, left: &Expr, right: &Expr) -> Option<bool> {
        match (self.value(left), self.value(right)) {
            (Value::Unknown, _) | (_, Value::Unknown) => None,
            (Value::List(items), part) => items.iter().map(|item| same(item, &part)).fold(Some(false), or),
            (whole, part) => Some(whole.words()?.contains(part.words()?)),
        }
    }

    fn matches(&self, left: &Expr, pattern: &Expr) -> Value {
        let value = self.value(left);
        let Some(words) = value.words() else { return Value::Unknown };
        let pattern = match &pattern.kind {
            ExprKind::Regex(pattern) => pattern,
            _ => match self.book.let_of(only_word(pattern).unwrap(), |scope| scope.is_none()) {
                Some((_, Expr { kind: ExprKind::Regex(pattern), .. })) => pattern,
                other => panic!("a pattern: {other:?}"),
            },
        };
        Value::Bool(regex::Regex::new(pattern).unwrap().is_match(words))
    }

    /// Both ends for numbers, the first alone for times.
    fn between(&self, value: &Expr, low: &Expr, high: &Expr) -> Value {
        if let (ExprKind::TimeOfDay(low), ExprKind::TimeOfDay(high)) = (&low.kind, &high.kind) {
            return self.time_of_day_between(value, low.naive(), high.naive());
        }
        let (from, value_) = self.both(low, value);
        let (to, _) = self.both(high, value);
        let from = order(&value_, &from).map(|order| order != Ordering::Less);
        let includes_end = value_.time().is_none();
        let fits = |order| order == Ordering::Less || (includes_end && order == Ordering::Equal);
        Value::of_truth(and(from, order(&value_, &to).map(fits)))
    }

    /// From the first up to the second, over midnight if need be.
    fn time_of_day_between(&self, value: &Expr, low: NaiveTime, high: NaiveTime) -> Value {
        let Some(at) = self.value(value).time() else { return Value::Unknown };
        let minutes = |time: NaiveTime| time.hour() * 60 + time.minute();
        Value::Bool(is_within(self.book.zone.minute_of_day(at), minutes(low), minutes(high)))
    }
}

/// Whether a minute of the day lies from one up to another, over midnight if the second comes first.
pub fn is_within(minute: u32, from: u32, to: u32) -> bool {
    if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// The word of a path of one word.
pub fn only_word(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Path(path) if path.words.len() == 1 => Some(&path.words[0].text),
        _ => None,
    }
}
