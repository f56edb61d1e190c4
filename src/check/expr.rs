//! Expressions: each becomes a typed expression of the plan.

use super::env::Env;
use super::errors::{CommunityError, NameError, TypeError};
use super::lower::Lower;
use super::types::{Sort, Type};
use crate::l10n::Text;
use crate::plan::expr::{Expr, Show, Template, TemplatePart};
use crate::plan::ids::PatternId;
use crate::plan::value::Value;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ExprKind, Op};
use regex::RegexBuilder;
use rust_decimal::Decimal;

/// The largest size of a compiled pattern, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

/// How deeply expressions may be nested.
const DEPTH: usize = 200;

/// An expression with its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub expr: Expr,
    pub ty: Type,
    /// Whether the value may be missing.
    pub missing: bool,
}

/// What stands for an expression that could not be lowered.
pub(crate) fn unknown() -> Expr {
    Expr::Const(Value::Unknown)
}

impl Typed {
    /// A value that is always there.
    pub(crate) fn new(expr: Expr, ty: Type) -> Typed {
        Typed { expr, ty, missing: false }
    }

    /// A constant.
    pub(crate) fn constant(value: Value, ty: Type) -> Typed {
        Typed::new(Expr::Const(value), ty)
    }

    /// What stands for a mistake that has been said.
    pub(crate) fn error() -> Typed {
        Typed::new(unknown(), Type::Error)
    }

    /// The same, maybe missing.
    pub(crate) fn maybe(self, missing: bool) -> Typed {
        Typed { missing: self.missing || missing, ..self }
    }
}

impl Lower<'_> {
    /// Lowers an expression. `hint` is the type that is hoped for, and says what bare words mean.
    pub(crate) fn expr(&mut self, expr: &tree::Expr, env: &Env<'_>, hint: &Type) -> Typed {
        if self.depth >= DEPTH {
            self.error(TypeError::TooDeep { at: expr.span, most: DEPTH });
            return Typed::error();
        }
        self.depth += 1;
        let typed = self.expr_kind(expr, env, hint);
        self.depth -= 1;
        self.sites.lowered(expr.span, &typed);
        let missing = typed.missing && !env.known.contains(&typed.expr);
        Typed { missing, ..typed }
    }

    fn expr_kind(&mut self, expr: &tree::Expr, env: &Env<'_>, hint: &Type) -> Typed {
        match &expr.kind {
            ExprKind::Bool(value) => Typed::constant(Value::Bool(*value), Type::Bool),
            ExprKind::Number(value) => Typed::constant(Value::Number(*value), Type::Number),
            ExprKind::Percent(value) => Typed::constant(Value::Number(*value), Type::Percent),
            ExprKind::Money { amount, currency } => self.money(*amount, currency.as_deref(), expr.span),
            ExprKind::Duration(value) => Typed::constant(Value::Duration(*value), Type::Duration),
            ExprKind::TimeOfDay(value) => {
                Typed::constant(Value::Number(Decimal::from(value.minutes())), Type::TimeOfDay)
            }
            ExprKind::Date(date) => {
                let at = self.plan.community.calendar.zone.day_start(*date);
                Typed::constant(Value::Time(at), Type::Date)
            }
            ExprKind::DateTime(local) => {
                let at = self.plan.community.calendar.zone.instant(*local);
                Typed::constant(Value::Time(at), Type::Time)
            }
            ExprKind::Text(text) => self.text_value(text, env),
            ExprKind::Regex(pattern) => self.pattern(pattern, expr.span),
            ExprKind::List(items) => self.list(items, env, hint),
            ExprKind::Path(path) => self.path(path, env, hint),
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, env);
                Typed::new(Expr::Not(Box::new(inner.expr)), Type::Bool).maybe(inner.missing)
            }
            ExprKind::Negate(inner) => self.negate(inner, env),
            ExprKind::Binary { op: Op::And | Op::Or, .. } => self.logic(expr, env),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, env, expr.span),
            ExprKind::Matches { left, pattern } => self.matches(left, pattern, env),
            ExprKind::Between { value, low, high } => self.between(value, low, high, env),
            ExprKind::Else { value, fallback } => self.otherwise(value, fallback, env, hint),
            ExprKind::If { condition, then, otherwise } => self.choice(condition, [then, otherwise], env, hint),
            ExprKind::Past(past) => self.past(past, env, expr.span),
            ExprKind::Call { name, .. } => {
                self.error(NameError::UnknownFunction { name: name.clone() });
                Typed::error()
            }
        }
    }

    /// An expression that must be true or false.
    pub(crate) fn condition(&mut self, expr: &tree::Expr, env: &Env<'_>) -> Typed {
        let typed = self.expr(expr, env, &Type::Bool);
        if matches!(typed.ty, Type::Bool | Type::Error) {
            return typed;
        }
        let found = self.describe(&typed.ty);
        let role = self.role_alone(expr);
        self.error(TypeError::NotACondition { at: expr.span, found, role });
        Typed::error()
    }

    /// `op` for `member is op`
    fn role_alone(&self, expr: &tree::Expr) -> Option<String> {
        let ExprKind::Path(path) = &expr.kind else { return None };
        let [word] = path.words.as_slice() else { return None };
        matches!(self.names.symbol(&word.text), Some(super::names::Symbol::Role)).then(|| word.text.clone())
    }

    /// An expression that must have a type; `of` says whose value it is: `the parameter `code` of `coupon``.
    pub(crate) fn value(&mut self, expr: &tree::Expr, env: &Env<'_>, want: &Type, of: impl Into<Text>) -> Typed {
        let typed = self.expr(expr, env, want);
        self.fitted(typed, want, of, expr.span)
    }

    /// The value as the wanted type, or an error.
    pub(crate) fn fitted(&mut self, typed: Typed, want: &Type, of: impl Into<Text>, at: Span) -> Typed {
        if *want == Type::Text && typed.ty == Type::Name(Sort::Message) {
            return name_as_text(typed);
        }
        if want.takes(&typed.ty) {
            return typed;
        }
        let error = TypeError::WrongType {
            at,
            of: of.into(),
            wanted: self.describe(want),
            found: self.describe(&typed.ty),
            help: self.conversion(want, &typed.ty, at),
        };
        self.error(error);
        Typed::error()
    }

    fn money(&mut self, amount: Decimal, currency: Option<&str>, at: Span) -> Typed {
        let own = self.plan.community.currency.clone();
        let typed = Typed::constant(Value::Money(amount), Type::Money);
        if let Some(at) = self.no_currency.take() {
            self.error(CommunityError::SettingMissing { setting: "currency", example: "currency CNY", at });
        }
        match currency {
            _ if own.is_empty() => typed,
            Some(code) if code == own => typed,
            None if own == "CNY" || own == "JPY" => typed,
            code => {
                let code = code.map(str::to_owned);
                self.error(TypeError::OtherCurrency { at, amount: amount.to_string(), code, own });
                Typed::error()
            }
        }
    }

    /// A regular expression; what carries it is the number of its pattern.
    fn pattern(&mut self, pattern: &str, at: Span) -> Typed {
        let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).dfa_size_limit(PATTERN_SIZE).build();
        if let Err(error) = built {
            self.error(TypeError::BadPattern {
                at,
                why: super::foreign::said(&super::patterns::reason(pattern, &error)),
            });
            return Typed::error();
        }
        let known = self.plan.patterns.iter().position(|known| known == pattern);
        let id = known.unwrap_or_else(|| {
            self.plan.patterns.push(pattern.to_owned());
            self.plan.patterns.len() - 1
        });
        Typed::constant(Value::count(id as u64), Type::Regex)
    }

    fn list(&mut self, items: &[tree::Expr], env: &Env<'_>, hint: &Type) -> Typed {
        let mut of = match hint {
            Type::List(of) => (**of).clone(),
            _ => Type::Error,
        };
        let (mut exprs, mut missing) = (Vec::new(), false);
        for item in items {
            let typed = self.expr(item, env, &of);
            let typed = self.fitted(typed, &of, "of-list-item", item.span);
            if of.is_error() {
                of = typed.ty;
            }
            missing |= typed.missing;
            exprs.push(typed.expr);
        }
        Typed { expr: constant_list(exprs), ty: Type::List(Box::new(of)), missing }
    }

    /// `a and b and c` is one conjunction of three.
    fn logic(&mut self, expr: &tree::Expr, env: &Env<'_>) -> Typed {
        let ExprKind::Binary { op, .. } = &expr.kind else {
            return Typed::error();
        };
        let (mut exprs, mut missing) = (Vec::new(), false);
        for part in flattened(expr, *op) {
            let typed = self.condition(part, env);
            missing |= typed.missing;
            exprs.push(typed.expr);
        }
        let expr = if *op == Op::And { Expr::And(exprs.into()) } else { Expr::Or(exprs.into()) };
        Typed { expr, ty: Type::Bool, missing }
    }

    fn matches(&mut self, left: &tree::Expr, pattern: &tree::Expr, env: &Env<'_>) -> Typed {
        let value = self.value(left, env, &Type::Text, "of-before-matches");
        let typed = self.expr(pattern, env, &Type::Regex);
        if !matches!(typed.ty, Type::Regex | Type::Error) {
            let found = self.describe(&typed.ty);
            self.error(TypeError::NotAPattern { at: pattern.span, found });
        }
        let Some(pattern) = pattern_id(&typed) else {
            return Typed::new(unknown(), Type::Bool);
        };
        let expr = Expr::Matches { value: Box::new(value.expr), pattern };
        Typed::new(expr, Type::Bool).maybe(value.missing)
    }

    fn otherwise(&mut self, value: &tree::Expr, fallback: &tree::Expr, env: &Env<'_>, hint: &Type) -> Typed {
        let value = self.expr(value, env, hint);
        let hint = if value.ty.is_error() { hint.clone() } else { value.ty.clone() };
        let other = self.value(fallback, env, &hint, "of-after-else");
        let missing = value.missing && other.missing;
        let expr = Expr::Else { value: Box::new(value.expr), fallback: Box::new(other.expr) };
        let ty = if value.ty.is_error() { other.ty } else { value.ty };
        Typed { expr, ty, missing }
    }

    fn choice(&mut self, condition: &tree::Expr, branches: [&tree::Expr; 2], env: &Env<'_>, hint: &Type) -> Typed {
        let condition = self.condition(condition, env);
        let [then, otherwise] = branches;
        let then = self.expr(then, &env.knowing([&condition.expr]), hint);
        let hint = if then.ty.is_error() { hint.clone() } else { then.ty.clone() };
        let otherwise = self.value(otherwise, env, &hint, "of-after-else");
        let missing = condition.missing || then.missing || otherwise.missing;
        let ty = if then.ty.is_error() { otherwise.ty } else { then.ty };
        let expr = Expr::If {
            condition: Box::new(condition.expr),
            then: Box::new(then.expr),
            otherwise: Box::new(otherwise.expr),
        };
        Typed { expr, ty, missing }
    }

    /// A type in words, with its article.
    pub(crate) fn describe(&self, ty: &Type) -> Text {
        let id = match ty {
            Type::Error => "type-unknown",
            Type::Bool => "type-bool",
            Type::Number => "type-number",
            Type::Percent => "type-percent",
            Type::Money if self.plan.community.currency.is_empty() => "type-money",
            Type::Money => {
                return Text::new("type-money-in").with("currency", self.plan.community.currency.as_str());
            }
            Type::Duration => "type-duration",
            Type::Time => "type-time",
            Type::Date => "type-date",
            Type::TimeOfDay => "type-time-of-day",
            Type::Text => "type-text",
            Type::Regex => "type-regex",
            Type::List(of) if of.is_error() => "type-list",
            Type::List(of) => return Text::new("type-list-of").with("of", self.describe(of)),
            Type::Name(Sort::Item) => "type-item",
            Type::Name(sort) => return Text::new("type-name").with("noun", Text::new(sort.noun())),
            Type::Tier(None) => "type-tier",
            Type::Tier(Some(id)) => {
                let name = self.names.tiers.get(usize::from(id.0)).map_or("", |tiers| tiers.name.as_str());
                return Text::new("type-tier-of").with("tiers", name);
            }
            Type::Member => "type-member",
            Type::Group => "type-group",
        };
        Text::new(id)
    }
}

/// The parts of a chain of one operator.
pub(crate) fn flattened(expr: &tree::Expr, op: Op) -> Vec<&tree::Expr> {
    match &expr.kind {
        ExprKind::Binary { op: this, left, right } if *this == op => {
            let mut parts = flattened(left, op);
            parts.extend(flattened(right, op));
            parts
        }
        _ => vec![expr],
    }
}

/// A name written as a text: what a log calls it.
pub(crate) fn name_as_text(typed: Typed) -> Typed {
    let part = TemplatePart::Hole { value: typed.expr, show: Show::Plain };
    Typed { expr: Expr::Text(Template { parts: vec![part] }), ty: Type::Text, missing: typed.missing }
}

/// The pattern that a typed expression carries.
fn pattern_id(typed: &Typed) -> Option<PatternId> {
    match (&typed.ty, &typed.expr) {
        (Type::Regex, Expr::Const(Value::Number(id))) => u16::try_from(*id).ok().map(PatternId),
        _ => None,
    }
}

/// A list of constants is a constant.
pub(crate) fn constant_list(items: Vec<Expr>) -> Expr {
    let values: Option<Vec<Value>> = items
        .iter()
        .map(|item| match item {
            Expr::Const(value) => Some(value.clone()),
            _ => None,
        })
        .collect();
    match values {
        Some(values) => Expr::Const(Value::List(values.into())),
        None => Expr::List(items.into()),
    }
}
