//! Definitions that others read: `let`, segments, metrics. Each is lowered once, when it is first needed.

use super::env::Env;
use super::errors::{NameError, TypeError};
use super::expr::Typed;
use super::lower::Lower;
use super::names::Progress;
use super::types::Type;
use crate::l10n::Text;
use crate::plan::Scope;
use crate::plan::expr::Expr;
use crate::plan::ids::{LetId, MetricId, SegmentId};
use crate::plan::value::Value;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Word};
use crate::time::Duration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

impl Lower<'_> {
    /// Lowers all definitions, also those that nobody reads.
    pub(crate) fn lower_definitions(&mut self) {
        for id in 0..self.names.constants.len() {
            if let Some(name) = self.names.constants.get(id).map(|info| info.name) {
                self.constant_let(id, name);
            }
        }
        for id in 0..u16::try_from(self.names.lets.len()).unwrap_or(u16::MAX) {
            let span = self.names.lets.get(usize::from(id)).map(|info| info.name.span);
            self.let_type(LetId(id), span.unwrap_or_default());
        }
        for id in 0..u16::try_from(self.names.segments.len()).unwrap_or(u16::MAX) {
            let span = self.names.segments.get(usize::from(id)).map(|info| info.head.name.span);
            self.lower_segment_on_demand(SegmentId(id), span.unwrap_or_default());
        }
        for id in 0..u16::try_from(self.names.metrics.len()).unwrap_or(u16::MAX) {
            self.metric_type(MetricId(id));
        }
    }

    /// Notes that a definition is being lowered. False, with an error, where that closes a circle.
    fn enter_definition(&mut self, name: &str, at: Span) -> bool {
        let Some(start) = self.in_work.iter().position(|(open, _)| open == name) else {
            self.in_work.push((name.to_owned(), at));
            return true;
        };
        let mut circle: Vec<String> = self.in_work.iter().skip(start).map(|(name, _)| name.clone()).collect();
        circle.push(name.to_owned());
        self.error(NameError::Circle { names: circle, at });
        false
    }

    /// The value of a `let` without a scope, which stands in its place.
    pub(crate) fn constant_let(&mut self, id: usize, at: &Word) -> Typed {
        let Some(info) = self.names.constants.get(id).cloned() else {
            return Typed::error();
        };
        if let Progress::Done(typed) = info.progress {
            return typed;
        }
        if !self.enter_definition(&info.name.text, at.span) {
            return Typed::error();
        }
        let env = Env::of(Scope::Community, "place-let");
        let typed = self.expr(info.value, &env, &Type::Error);
        self.in_work.pop();
        if let Some(info) = self.names.constants.get_mut(id) {
            info.progress = Progress::Done(typed.clone());
        }
        typed
    }

    /// The type of a `let` with a scope, and whether it may be missing.
    pub(crate) fn let_type(&mut self, id: LetId, at: Span) -> (Type, bool) {
        let Some(info) = self.names.lets.get(usize::from(id.0)).cloned() else {
            return (Type::Error, false);
        };
        if let Progress::Done(known) = info.progress {
            return known;
        }
        if !self.enter_definition(&info.name.text, at) {
            return (Type::Error, false);
        }
        let env = Env::of(info.scope, "place-let");
        let typed = self.expr(info.value, &env, &Type::Error);
        self.in_work.pop();
        let known = (typed.ty, typed.missing);
        if let Some(info) = self.names.lets.get_mut(usize::from(id.0)) {
            info.progress = Progress::Done(known.clone());
        }
        if let Some(named) = self.plan.lets.get_mut(usize::from(id.0)) {
            named.value = typed.expr;
        }
        known
    }

    /// Lowers a segment's condition, `where` and `when` together.
    pub(crate) fn lower_segment_on_demand(&mut self, id: SegmentId, at: Span) {
        let Some(info) = self.names.segments.get(usize::from(id.0)).cloned() else {
            return;
        };
        if matches!(info.progress, Progress::Done(())) || !self.enter_definition(&info.head.name.text, at) {
            return;
        }
        let env = Env::of(info.scope, "place-segment");
        let mut parts: Vec<Expr> = Vec::new();
        for part in info.head.where_.iter().chain([info.when]) {
            match self.condition(part, &env).expr {
                Expr::And(more) => parts.extend(more),
                one => parts.push(one),
            }
        }
        self.in_work.pop();
        if let Some(info) = self.names.segments.get_mut(usize::from(id.0)) {
            info.progress = Progress::Done(());
        }
        if let Some(segment) = self.plan.segments.get_mut(usize::from(id.0)) {
            segment.when = conjunction(parts).unwrap_or_else(super::expr::unknown);
        }
    }

    /// The type of a metric's samples. One that reads its own past is taken for a number.
    pub(crate) fn metric_type(&mut self, id: MetricId) -> Type {
        let Some(info) = self.names.metrics.get(usize::from(id.0)).cloned() else {
            return Type::Error;
        };
        let kind = info.kind;
        if matches!(info.progress, Progress::Waiting) {
            self.set_metric_progress(id, Progress::InWork);
            let per = info.per.as_ref().map(|per| per.text.as_str());
            let env = Env { per, metric: Some(id), ..Env::of(info.scope, "place-metric") };
            let typed = self.expr(info.value, &env, &Type::Number);
            self.metric_measures(&typed, info.value);
            self.set_field_type(kind, 0, &typed.ty);
            self.set_metric_progress(id, Progress::Done(typed.expr));
        }
        let slot = self.names.events.get(usize::from(kind.0)).and_then(|info| info.fields.first());
        slot.map_or(Type::Error, |slot| slot.ty.clone())
    }

    fn set_metric_progress(&mut self, id: MetricId, progress: Progress<Expr>) {
        if let Some(info) = self.names.metrics.get_mut(usize::from(id.0)) {
            info.progress = progress;
        }
    }

    fn metric_measures(&mut self, typed: &Typed, value: &tree::Expr) {
        let measures = matches!(typed.ty, Type::Error | Type::Number | Type::Percent | Type::Money | Type::Duration);
        if !measures {
            let found = self.describe(&typed.ty);
            self.error(TypeError::MetricMeasures { at: value.span, found });
        }
    }

    // ---- constants ----------------------------------------------------------------------------------------

    /// An expression that must be a constant of a type.
    pub(crate) fn constant(&mut self, expr: &tree::Expr, want: &Type) -> Option<Value> {
        self.constant_of(expr, want, Text::new("of-value"))
    }

    fn constant_of(&mut self, expr: &tree::Expr, want: &Type, of: Text) -> Option<Value> {
        let env = Env::of(Scope::Community, "place-constant");
        let typed = self.value(expr, &env, want, of.clone());
        match typed.expr {
            Expr::Const(Value::Unknown) => None,
            Expr::Const(value) => Some(value),
            _ if typed.ty.is_error() => None,
            _ => {
                self.error(TypeError::NotConstant { at: expr.span, of });
                None
            }
        }
    }

    /// A duration longer than nothing.
    pub(crate) fn duration(&mut self, expr: &tree::Expr, of: &'static str) -> Option<Duration> {
        match self.constant_of(expr, &Type::Duration, Text::new(of))? {
            Value::Duration(duration) if duration > Duration::ZERO => Some(duration),
            _ => {
                self.error(TypeError::NotPositive { at: expr.span, of: Text::new(of), wanted: "wanted-duration" });
                None
            }
        }
    }

    /// A whole number, at least `least`.
    pub(crate) fn whole(&mut self, expr: &tree::Expr, of: &'static str, least: u32) -> Option<u32> {
        let value = self.constant_of(expr, &Type::Number, Text::new(of))?;
        let number = match value {
            Value::Number(number) => whole(number),
            _ => None,
        };
        let number = number.filter(|number| *number >= least);
        if number.is_none() {
            let wanted = if least == 0 { "wanted-whole" } else { "wanted-whole-above-zero" };
            self.error(TypeError::NotPositive { at: expr.span, of: Text::new(of), wanted });
        }
        number
    }
}

fn whole(number: Decimal) -> Option<u32> {
    (number.fract().is_zero()).then(|| number.to_u32()).flatten()
}

/// All conditions together; none where there are none.
pub(crate) fn conjunction(mut parts: Vec<Expr>) -> Option<Expr> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Expr::And(parts.into())),
    }
}
