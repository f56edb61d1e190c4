//! Comparisons and arithmetic, with their units.

use super::env::Env;
use super::errors::{NameError, TypeError};
use super::expr::{Typed, name_as_text, unknown};
use super::lower::Lower;
use super::types::{Sort, Type};
use crate::l10n::Text;
use crate::plan::expr::{Arithmetic, Comparison, Expr};
use crate::plan::ids::TiersId;
use crate::plan::value::Value;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ExprKind, Op, Word};
use crate::time::Duration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

impl Lower<'_> {
    pub(crate) fn binary(&mut self, op: Op, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>, at: Span) -> Typed {
        if let Some(comparison) = comparison(op) {
            return self.compare(comparison, left, right, env, at);
        }
        if let Some(arithmetic) = arithmetic(op) {
            let (left_typed, right_typed) = (self.expr(left, env, &Type::Error), self.expr(right, env, &Type::Error));
            let spans = [left.span, right.span];
            return self.compute(arithmetic, left_typed, right_typed, spans, at);
        }
        match op {
            Op::In => self.is_in(left, right, env),
            Op::Has => self.has(left, right, env),
            _ => self.contains(left, right, env),
        }
    }

    // ---- comparisons --------------------------------------------------------------------------------------

    fn compare(&mut self, op: Comparison, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>, at: Span) -> Typed {
        let Some(word) = self.bare(right, env).cloned() else {
            let (left_typed, right_typed) = self.both(left, right, env);
            return self.compared(op, left_typed, right_typed, [left.span, right.span], at);
        };
        if is_word(left, "group") && (env.row.is_none() || self.names.is(Sort::Kind, &word.text)) {
            return self.group_is(op, &word, env, at);
        }
        let left_typed = self.expr(left, env, &Type::Error);
        match left_typed.ty {
            Type::Member => self.member_is(op, left_typed, &word, env, at),
            Type::Tier(of) => self.tier_is(op, left_typed, of, &word),
            _ => {
                let right_typed = self.expr(right, env, &left_typed.ty);
                self.compared(op, left_typed, right_typed, [left.span, right.span], at)
            }
        }
    }

    /// Both sides, each with the other's type in mind.
    fn both(&mut self, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>) -> (Typed, Typed) {
        if self.bare(left, env).is_some() {
            let right = self.expr(right, env, &Type::Error);
            return (self.expr(left, env, &right.ty), right);
        }
        let left = self.expr(left, env, &Type::Error);
        let right = self.expr(right, env, &left.ty);
        (left, right)
    }

    /// `group is welfare`
    fn group_is(&mut self, op: Comparison, word: &Word, env: &Env<'_>, at: Span) -> Typed {
        if self.no_state(env, at) || !self.key(env, "group", at) {
            return Typed::new(unknown(), Type::Bool);
        }
        let Some(kind) = self.word_of(word, Sort::Kind) else {
            return Typed::new(unknown(), Type::Bool);
        };
        self.equality_only(op, at, "noun-kind");
        comparison_of(op, Expr::GroupKind, Expr::Const(Value::Name(kind)))
    }

    /// `member is admin`, `event.inviter is admin`
    fn member_is(&mut self, op: Comparison, who: Typed, word: &Word, env: &Env<'_>, at: Span) -> Typed {
        if self.no_state(env, at) {
            return Typed::new(unknown(), Type::Bool);
        }
        self.equality_only(op, at, "noun-role");
        let Some(role) = self.word_of(word, Sort::Role) else {
            return Typed::new(unknown(), Type::Bool);
        };
        let expr = Expr::HasRole { who: Box::new(who.expr), role };
        Typed::new(negated(op, expr), Type::Bool).maybe(who.missing)
    }

    /// `member.membership >= silver`, `event.to is gold`
    fn tier_is(&mut self, op: Comparison, left: Typed, of: Option<TiersId>, word: &Word) -> Typed {
        let levels: Vec<Expr> = self.levels_of(word, of).into_iter().map(Expr::Const).collect();
        let missing = left.missing;
        let typed = match <[Expr; 1]>::try_from(levels) {
            Ok([level]) => comparison_of(op, left.expr, level),
            Err(levels) if levels.is_empty() => Typed::new(unknown(), Type::Bool),
            Err(levels) if matches!(op, Comparison::Equal | Comparison::NotEqual) => {
                let list = super::expr::constant_list(levels);
                Typed::new(negated(op, in_list(left.expr, list)), Type::Bool)
            }
            Err(_) => {
                let names =
                    self.names.levels(&word.text, None).into_iter().map(|(id, _)| self.tiers_name(id)).collect();
                self.error(NameError::AmbiguousTier { name: word.clone(), tiers: names });
                Typed::new(unknown(), Type::Bool)
            }
        };
        typed.maybe(missing)
    }

    /// The levels that a word may mean; a word that means none is an error.
    pub(crate) fn levels_of(&mut self, word: &Word, of: Option<TiersId>) -> Vec<Value> {
        let levels = self.names.levels(&word.text, of);
        if levels.is_empty() {
            self.no_level(word, of);
        }
        levels.into_iter().map(|(id, level)| Value::Tier(id, level)).collect()
    }

    fn no_level(&mut self, word: &Word, of: Option<TiersId>) {
        let tiers = self.names.tiers.iter().enumerate();
        let wanted = tiers.filter(|(id, _)| of.is_none_or(|of| usize::from(of.0) == *id));
        let available = wanted.flat_map(|(_, tiers)| tiers.levels.clone()).collect();
        let others = self.names.levels(&word.text, None);
        self.error(match of {
            Some(of) if !others.is_empty() => NameError::OtherTiers {
                name: word.clone(),
                of: others.into_iter().map(|(id, _)| self.tiers_name(id)).collect(),
                wanted: self.tiers_name(of),
                available,
            },
            _ => NameError::Unknown { what: "noun-tier", name: word.clone(), available, declare: None },
        });
    }

    pub(crate) fn tiers_name(&self, id: TiersId) -> String {
        self.names.tiers.get(usize::from(id.0)).map(|tiers| tiers.name.clone()).unwrap_or_default()
    }

    fn equality_only(&mut self, op: Comparison, at: Span, what: &'static str) {
        if !matches!(op, Comparison::Equal | Comparison::NotEqual) {
            self.error(TypeError::NoOrder { at, found: Text::new(what).part("a") });
        }
    }

    fn compared(&mut self, op: Comparison, left: Typed, right: Typed, spans: [Span; 2], at: Span) -> Typed {
        let (left, right) = same_texts(left, right);
        let missing = left.missing || right.missing;
        if !left.ty.takes(&right.ty) {
            self.cannot(Doing::Compare, &left.ty, &right.ty, spans, at);
            return Typed::new(unknown(), Type::Bool);
        }
        let ordered = left.ty.is_ordered() && right.ty.is_ordered();
        if !ordered && !matches!(op, Comparison::Equal | Comparison::NotEqual) {
            let found = self.describe(&left.ty);
            self.error(TypeError::NoOrder { at, found });
            return Typed::new(unknown(), Type::Bool);
        }
        comparison_of(op, left.expr, right.expr).maybe(missing)
    }

    fn cannot(&mut self, doing: Doing, left: &Type, right: &Type, spans: [Span; 2], at: Span) {
        if left.is_error() || right.is_error() {
            return;
        }
        let [left_at, right_at] = spans;
        let error = TypeError::Units {
            doing,
            at,
            left: (left_at, self.describe(left)),
            right: (right_at, self.describe(right)),
            help: self.conversion(left, right, right_at).or_else(|| self.conversion(right, left, left_at)),
        };
        self.error(error);
    }

    /// How a value of the wrong type is made one of the right type.
    pub(crate) fn conversion(&self, want: &Type, found: &Type, at: Span) -> Option<Text> {
        let written = self.written(at);
        // A playbook that does not name its currency yet is shown the form with one.
        let currency = Some(self.plan.community.currency.as_str()).filter(|own| !own.is_empty()).unwrap_or("CNY");
        Some(match (want, found) {
            (Type::Money, found) if found.is_number() && is_literal(&written) => {
                Text::new("convert-money").with("right", format!("{written} {currency}"))
            }
            (Type::Duration, found) if found.is_number() && is_literal(&written) => {
                Text::new("convert-duration").with("written", written)
            }
            (Type::Text, Type::Name(_)) => Text::new("convert-text").with("written", written),
            (Type::Name(_), Type::Text) => {
                Text::new("convert-name").with("right", written.trim_matches(['"', '“', '”']))
            }
            (want, Type::TimeOfDay) if want.is_time() => Text::new("convert-time-of-day"),
            (want, Type::Duration) if want.is_time() => Text::new("convert-time").with("written", written),
            (want, Type::Money) if want.is_number() => Text::new("convert-money-number").with("currency", currency),
            (want, Type::Duration) if want.is_number() => Text::new("convert-duration-number"),
            (Type::Tier(Some(_)), Type::Tier(Some(_))) => Text::new("convert-tiers"),
            (Type::Member, Type::Text) => Text::new("convert-member"),
            _ => return None,
        })
    }

    /// The source text at a place.
    pub(crate) fn written(&self, at: Span) -> String {
        self.sources.slice(at).to_owned()
    }

    // ---- arithmetic ---------------------------------------------------------------------------------------

    fn compute(&mut self, op: Arithmetic, left: Typed, right: Typed, spans: [Span; 2], at: Span) -> Typed {
        if left.ty.is_error() || right.ty.is_error() {
            return Typed::error();
        }
        let Some(ty) = result(op, &left.ty, &right.ty) else {
            self.cannot(doing(op), &left.ty, &right.ty, spans, at);
            return Typed::error();
        };
        let by_nothing = op == Arithmetic::Divide && !is_nonzero(&right.expr);
        let missing = left.missing || right.missing || by_nothing;
        if let (Expr::Const(a), Expr::Const(b)) = (&left.expr, &right.expr)
            && let Some(value) = folded(op, a, b)
        {
            return Typed { expr: Expr::Const(value), ty, missing };
        }
        let expr = Expr::Arithmetic { op, left: Box::new(left.expr), right: Box::new(right.expr) };
        Typed { expr, ty, missing }
    }

    pub(crate) fn negate(&mut self, inner: &tree::Expr, env: &Env<'_>) -> Typed {
        let typed = self.expr(inner, env, &Type::Error);
        if !matches!(typed.ty, Type::Number | Type::Percent | Type::Money | Type::Duration | Type::Error) {
            let found = self.describe(&typed.ty);
            self.error(TypeError::CannotNegate { at: inner.span, found });
            return Typed::error();
        }
        let negative = match &typed.expr {
            Expr::Const(Value::Number(n)) => Some(Value::Number(-*n)),
            Expr::Const(Value::Money(n)) => Some(Value::Money(-*n)),
            Expr::Const(Value::Duration(d)) => Some(Value::Duration(-*d)),
            _ => None,
        };
        let expr = match negative {
            Some(value) => Expr::Const(value),
            None => Expr::Negate(Box::new(typed.expr)),
        };
        Typed { expr, ty: typed.ty, missing: typed.missing }
    }

    // ---- between, in, has, contains -----------------------------------------------------------------------

    pub(crate) fn between(&mut self, value: &tree::Expr, low: &tree::Expr, high: &tree::Expr, env: &Env<'_>) -> Typed {
        let typed = self.expr(value, env, &Type::Error);
        let (low_typed, high_typed) = (self.expr(low, env, &typed.ty), self.expr(high, env, &typed.ty));
        let missing = typed.missing || low_typed.missing || high_typed.missing;
        if typed.ty.is_time() && low_typed.ty == Type::TimeOfDay && high_typed.ty == Type::TimeOfDay {
            return time_of_day_between(typed, &low_typed.expr, &high_typed.expr).maybe(missing);
        }
        for (end, at) in [(&low_typed, low.span), (&high_typed, high.span)] {
            if !typed.ty.takes(&end.ty) {
                self.cannot(Doing::Compare, &typed.ty, &end.ty, [value.span, at], at);
                return Typed::new(unknown(), Type::Bool);
            }
        }
        if !typed.ty.is_ordered() {
            let found = self.describe(&typed.ty);
            self.error(TypeError::NoOrder { at: value.span, found });
        }
        let half_open = typed.ty.is_time();
        let (value, low, high) = (Box::new(typed.expr), Box::new(low_typed.expr), Box::new(high_typed.expr));
        Typed { expr: Expr::Between { value, low, high, half_open }, ty: Type::Bool, missing }
    }

    fn is_in(&mut self, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>) -> Typed {
        if let Some(word) = self.bare(right, env).cloned() {
            return self.in_segment(left, &word, env);
        }
        if let ExprKind::List(items) = &right.kind
            && let Some(words) = self.all_bare(items, env)
        {
            let member = is_word(left, "group") && env.row.is_none();
            if member || is_word(left, "member") {
                return self.one_of(left, &words, env);
            }
        }
        let value = self.expr(left, env, &Type::Error);
        let hint = Type::List(Box::new(value.ty.clone()));
        let list = self.expr(right, env, &hint);
        let missing = value.missing || list.missing;
        match &list.ty {
            Type::Error => {}
            Type::List(of) if of.takes(&value.ty) => {}
            found => {
                let (found, wanted) = (self.describe(found), self.describe(&hint));
                self.error(TypeError::NotAList { at: right.span, found, wanted });
            }
        }
        Typed { expr: in_list(value.expr, list.expr), ty: Type::Bool, missing }
    }

    /// `group in [lead, welfare]`, `member in [admin, kol]`
    fn one_of(&mut self, left: &tree::Expr, words: &[Word], env: &Env<'_>) -> Typed {
        let tests = words.iter().map(|word| {
            let right = tree::Expr {
                span: word.span,
                kind: ExprKind::Path(tree::Path { words: vec![word.clone()], span: word.span }),
            };
            self.compare(Comparison::Equal, left, &right, env, left.span).expr
        });
        let tests: Vec<Expr> = tests.collect();
        Typed::new(Expr::Or(tests.into()), Type::Bool)
    }

    fn all_bare(&self, items: &[tree::Expr], env: &Env<'_>) -> Option<Vec<Word>> {
        items.iter().map(|item| self.bare(item, env).cloned()).collect()
    }

    fn contains(&mut self, left: &tree::Expr, right: &tree::Expr, env: &Env<'_>) -> Typed {
        let whole = self.expr(left, env, &Type::Error);
        let want = match &whole.ty {
            Type::List(of) => (**of).clone(),
            Type::Text | Type::Error => whole.ty.clone(),
            found => {
                let found = self.describe(found);
                self.error(TypeError::CannotContain { at: left.span, found });
                return Typed::new(unknown(), Type::Bool);
            }
        };
        let part = self.value(right, env, &want, "of-after-contains");
        let missing = whole.missing || part.missing;
        let expr = Expr::Contains { whole: Box::new(whole.expr), part: Box::new(part.expr) };
        Typed { expr, ty: Type::Bool, missing }
    }
}

/// What two values were to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Compare,
    Add,
    Subtract,
    Multiply,
    Divide,
}

fn doing(op: Arithmetic) -> Doing {
    match op {
        Arithmetic::Add => Doing::Add,
        Arithmetic::Subtract => Doing::Subtract,
        Arithmetic::Multiply => Doing::Multiply,
        Arithmetic::Divide => Doing::Divide,
    }
}

/// Whether the text of a value is a plain number, so that a unit can be set beside it.
fn is_literal(written: &str) -> bool {
    !written.is_empty() && written.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// A message compared with a text counts as what a log calls it.
fn same_texts(left: Typed, right: Typed) -> (Typed, Typed) {
    match (&left.ty, &right.ty) {
        (Type::Text, Type::Name(Sort::Message)) => (left, name_as_text(right)),
        (Type::Name(Sort::Message), Type::Text) => (name_as_text(left), right),
        _ => (left, right),
    }
}

/// Whether an expression is this one word.
pub(crate) fn is_word(expr: &tree::Expr, word: &str) -> bool {
    matches!(&expr.kind, ExprKind::Path(path) if matches!(path.words.as_slice(), [one] if one.text == word))
}

pub(crate) fn comparison_of(op: Comparison, left: Expr, right: Expr) -> Typed {
    Typed::new(Expr::Compare { op, left: Box::new(left), right: Box::new(right) }, Type::Bool)
}

fn in_list(value: Expr, list: Expr) -> Expr {
    Expr::In { value: Box::new(value), list: Box::new(list) }
}

/// The test itself, or its opposite for `!=`.
fn negated(op: Comparison, test: Expr) -> Expr {
    if op == Comparison::NotEqual { Expr::Not(Box::new(test)) } else { test }
}

fn time_of_day_between(value: Typed, low: &Expr, high: &Expr) -> Typed {
    let minutes = |end: &Expr| match end {
        Expr::Const(Value::Number(minutes)) => minutes.to_u16().unwrap_or_default(),
        _ => 0,
    };
    let (low, high) = (minutes(low), minutes(high));
    Typed::new(Expr::TimeOfDayBetween { value: Box::new(value.expr), low, high }, Type::Bool)
}

fn comparison(op: Op) -> Option<Comparison> {
    Some(match op {
        Op::Equal => Comparison::Equal,
        Op::NotEqual => Comparison::NotEqual,
        Op::Less => Comparison::Less,
        Op::LessOrEqual => Comparison::LessOrEqual,
        Op::Greater => Comparison::Greater,
        Op::GreaterOrEqual => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn arithmetic(op: Op) -> Option<Arithmetic> {
    Some(match op {
        Op::Add => Arithmetic::Add,
        Op::Subtract => Arithmetic::Subtract,
        Op::Multiply => Arithmetic::Multiply,
        Op::Divide => Arithmetic::Divide,
        _ => return None,
    })
}

/// The type of a result, or `None` where the units do not go together.
fn result(op: Arithmetic, left: &Type, right: &Type) -> Option<Type> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let numbers = left.is_number() && right.is_number();
    Some(match (op, left, right) {
        (Add | Subtract, Type::Percent, Type::Percent) => Type::Percent,
        _ if numbers => Type::Number,
        (Add | Subtract, Type::Money, Type::Money) => Type::Money,
        (Add | Subtract, Type::Duration, Type::Duration) => Type::Duration,
        (Multiply | Divide, Type::Money | Type::Duration, right) if right.is_number() => left.clone(),
        (Multiply, left, Type::Money | Type::Duration) if left.is_number() => right.clone(),
        (Divide, Type::Money, Type::Money) | (Divide, Type::Duration, Type::Duration) => Type::Number,
        (Subtract, left, right) if left.is_time() && right.is_time() => Type::Duration,
        (Add | Subtract, left, Type::Duration) if left.is_time() => Type::Time,
        (Add, Type::Duration, right) if right.is_time() => Type::Time,
        _ => return None,
    })
}

/// Whether a divisor is a constant other than zero.
fn is_nonzero(expr: &Expr) -> bool {
    match expr {
        Expr::Const(Value::Number(n) | Value::Money(n)) => !n.is_zero(),
        Expr::Const(Value::Duration(d)) => *d != Duration::ZERO,
        _ => false,
    }
}

/// The result of constants, where it is exact.
fn folded(op: Arithmetic, left: &Value, right: &Value) -> Option<Value> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    match (op, left, right) {
        (_, Value::Number(a), Value::Number(b)) => Some(Value::Number(decimal(op, *a, *b)?)),
        (Add | Subtract, Value::Money(a), Value::Money(b)) => Some(Value::Money(decimal(op, *a, *b)?)),
        (Multiply | Divide, Value::Money(a), Value::Number(b)) => Some(Value::Money(decimal(op, *a, *b)?)),
        (Multiply, Value::Number(a), Value::Money(b)) => Some(Value::Money(decimal(op, *a, *b)?)),
        (Add, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(*a + *b)),
        (Subtract, Value::Duration(a), Value::Duration(b)) => Some(Value::Duration(*a - *b)),
        (Multiply, Value::Duration(a), Value::Number(b)) | (Multiply, Value::Number(b), Value::Duration(a)) => {
            let ms = Decimal::from(a.ms()).checked_mul(*b)?.to_i64()?;
            Some(Value::Duration(Duration::from_ms(ms)))
        }
        _ => None,
    }
}

fn decimal(op: Arithmetic, left: Decimal, right: Decimal) -> Option<Decimal> {
    match op {
        Arithmetic::Add => left.checked_add(right),
        Arithmetic::Subtract => left.checked_sub(right),
        Arithmetic::Multiply => left.checked_mul(right),
        Arithmetic::Divide => left.checked_div(right),
    }
}
