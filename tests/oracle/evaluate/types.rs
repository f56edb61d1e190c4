//! The little that must be known of an expression besides its value: how a number is shown, and what a sum of nothing is.

use super::book::{Book, Scope};
use super::scene::Scene;
use super::text::Show;
use super::value::Value;
use qun::syntax::tree::{Expr, ExprKind, ItemKind, Op, Past, WordSort};
use rust_decimal::Decimal;

impl<'w, 'b> Scene<'w, 'b> {
    pub fn show(&self, expr: &Expr) -> Show {
        match self.ty(expr).as_str() {
            "percent" => Show::Percent,
            "date" => Show::Date,
            _ => Show::Plain,
        }
    }

    /// A sum of nothing, in the unit of what would be summed.
    pub fn nothing(&self, past: &Past) -> Value {
        match self.source_ty(past).as_str() {
            "money" => Value::Money(Decimal::ZERO),
            "duration" => Value::Duration(0),
            _ => Value::Number(Decimal::ZERO),
        }
    }

    /// The type's word, or an empty one where it does not matter.
    fn ty(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Number(_) => "number".to_owned(),
            ExprKind::Percent(_) => "percent".to_owned(),
            ExprKind::Money { .. } => "money".to_owned(),
            ExprKind::Duration(_) => "duration".to_owned(),
            ExprKind::Date(_) => "date".to_owned(),
            ExprKind::DateTime(_) => "time".to_owned(),
            ExprKind::List(items) => items.first().map_or(String::new(), |item| self.ty(item)),
            ExprKind::Negate(inner) => self.ty(inner),
            ExprKind::Else { value: left, fallback: right } | ExprKind::If { then: left, otherwise: right, .. } => {
                self.either(left, right)
            }
            ExprKind::Binary { op, left, right } => self.computed(*op, &self.ty(left), &self.ty(right)),
            ExprKind::Past(past) => match past.function.text.as_str() {
                "since" => "duration".to_owned(),
                "sum" | "avg" | "min" | "max" | "first" | "last" | "list" => self.source_ty(past),
                _ => "number".to_owned(),
            },
            ExprKind::Path(path) => {
                let words: Vec<&str> = path.words.iter().map(|word| word.text.as_str()).collect();
                self.path_ty(&words)
            }
            _ => String::new(),
        }
    }

    fn either(&self, left: &Expr, right: &Expr) -> String {
        let (left, right) = (self.ty(left), self.ty(right));
        if left.is_empty() { right } else { left }
    }

    fn computed(&self, op: Op, left: &str, right: &str) -> String {
        let has = |ty: &str| left == ty || right == ty;
        let timed = |ty: &str| ty == "time" || ty == "date";
        let ty = match op {
            Op::Add | Op::Subtract if timed(left) && timed(right) => "duration",
            Op::Add | Op::Subtract if timed(left) || timed(right) => "time",
            Op::Divide if left == right => "number",
            Op::Add | Op::Subtract if left == "percent" && right == "percent" => "percent",
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide if has("money") => "money",
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide if has("duration") => "duration",
            _ => "number",
        };
        ty.to_owned()
    }

    fn source_ty(&self, past: &Past) -> String {
        let first = past.source.words[0].text.as_str();
        if first == "members" || first == "groups" {
            let property = past.source.words.get(1).map_or("", |word| &word.text);
            return self.path_ty(&[if first == "members" { "member" } else { "group" }, property]);
        }
        let (kind, field) = self.book.event_of(&past.source);
        self.field_ty(&kind, field.unwrap_or_default())
    }

    fn field_ty(&self, kind: &str, field: &str) -> String {
        match self.book.kinds[kind].ty(field) {
            Some("metric") => self.metric_ty(kind.trim_start_matches("metric.")),
            Some(ty) => ty.to_owned(),
            None => String::new(),
        }
    }

    /// The type of an event's field where no event is at hand: alike in all that have it.
    fn of_any_event(&self, field: &str) -> String {
        let kinds = self.book.kinds.iter().find(|(_, kind)| kind.ty(field).is_some());
        kinds.map_or(String::new(), |(name, _)| self.field_ty(name, field))
    }

    fn metric_ty(&self, name: &str) -> String {
        self.book.metric(name).map_or(String::new(), |(_, value)| self.of(self.keys().clone()).ty(value))
    }

    fn path_ty(&self, words: &[&str]) -> String {
        if let (Some(event), [field]) = (self.counted, words)
            && self.book.kinds[&event.kind].ty(field).is_some()
        {
            return self.field_ty(&event.kind, field);
        }
        match words {
            [name] if self.memory.params.contains_key(*name) => param_ty(self.book, name),
            ["now", "date"] => "date".to_owned(),
            ["now", "hour"] => "number".to_owned(),
            ["now"] | ["event", "at"] => "time".to_owned(),
            ["event", field] => match &self.memory.event {
                Some(event) => self.field_ty(&event.kind, field),
                None => self.of_any_event(field),
            },
            [subject @ ("member" | "group" | "community"), property] => self.property_ty(subject, property),
            [name] => match self.book.let_of(name, |scope| scope.is_none()) {
                Some((_, value)) => self.ty(value),
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    fn property_ty(&self, subject: &str, property: &str) -> String {
        let scopes = match subject {
            "member" => vec![Scope::Membership, Scope::Member],
            "group" => vec![Scope::Group],
            _ => vec![Scope::Community],
        };
        if let Some(field) = scopes.iter().find_map(|scope| self.book.field(property, *scope)) {
            return field.ty.to_owned();
        }
        if matches!(property, "size" | "capacity" | "seats") || self.book.is(WordSort::Points, property) {
            return "number".to_owned();
        }
        let fits = |scope: Option<Scope>| scope.is_some_and(|scope| scopes.contains(&scope));
        match self.book.let_of(property, fits) {
            Some((_, value)) => self.ty(value),
            None => self.metric_ty(property),
        }
    }

    /// A property of the member, the group or the community.
    pub fn property(&self, subject: &str, property: &str) -> Value {
        match subject {
            "member" => self.member_property(property),
            "group" => self.group_property(property),
            _ => self.community_property(property),
        }
    }
}

/// The type of a parameter of some message or flow of that name.
fn param_ty(book: &Book<'_>, name: &str) -> String {
    let found = book.items().find_map(|(_, item)| {
        let params = match item {
            ItemKind::Message(message) => &message.params,
            ItemKind::Flow(flow) => &flow.head.params,
            _ => return None,
        };
        params.iter().find(|param| param.name.text == name)
    });
    match (name, found) {
        (_, Some(param)) => param.ty.name.text.clone(),
        ("total" | "weight", None) => "number".to_owned(),
        _ => String::new(),
    }
}
