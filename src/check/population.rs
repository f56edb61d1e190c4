//! Functions over living members and open groups.

use super::env::Env;
use super::errors::{EventError, NameError};
use super::expr::Typed;
use super::lower::Lower;
use super::types::Type;
use crate::plan::Scope;
use crate::plan::expr::{Crowd, Expr, Function, Population};
use crate::syntax::tree::{Expr as TreeExpr, ExprKind, Past, Path, Word};

impl Lower<'_> {
    pub(crate) fn population(&mut self, past: &Past, function: Function, env: &Env<'_>) -> Typed {
        let (first, value) = match past.source.words.as_slice() {
            [first] => (first, None),
            [first, value] => (first, Some(value)),
            _ => {
                self.error(NameError::UnknownPath {
                    name: Word { text: super::events::dotted(&past.source), span: past.source.span },
                });
                return Typed::error();
            }
        };
        if !self.population_fits(past, function, first, value) {
            return Typed::error();
        }
        let (of, candidate) = crowd(first, env);
        let filter = past.where_.as_ref().map(|condition| self.condition(condition, &candidate).expr);
        let value = value.map(|value| self.candidate_value(first, value, &candidate));
        let Some(ty) = self.population_type(function, value.as_ref(), past) else {
            return Typed::error();
        };
        let missing = matches!(function, Function::Average | Function::Min | Function::Max);
        let population = Population { function, of, filter, value: value.map(|value| value.expr), zero: ty.zero() };
        Typed { expr: Expr::Population(Box::new(population)), ty, missing }
    }

    /// Only some functions, with a value where one is needed, without `by` and window.
    fn population_fits(&mut self, past: &Past, function: Function, first: &Word, value: Option<&Word>) -> bool {
        let counts = function == Function::Count;
        let measures =
            matches!(function, Function::Sum | Function::Average | Function::Min | Function::Max | Function::List);
        let crowd = first.text.clone();
        let error = if !counts && !measures {
            Some(EventError::NotOverCrowd { function: past.function.clone(), crowd })
        } else if counts && let Some(value) = value {
            Some(EventError::CrowdValue { function: past.function.clone(), crowd, at: value.span, wanted: false })
        } else if measures && value.is_none() {
            Some(EventError::CrowdValue { function: past.function.clone(), crowd, at: first.span, wanted: true })
        } else if let Some(by) = past.by.first() {
            Some(EventError::CrowdClause { clause: "clause-by", crowd, at: by.name.span })
        } else {
            let window = past.window.as_ref();
            window.map(|window| EventError::CrowdClause { clause: "clause-window", crowd, at: window.span })
        };
        let fits = error.is_none();
        self.errors.extend(error.map(Into::into));
        fits
    }

    /// `members.city` is `member.city` of each candidate.
    fn candidate_value(&mut self, crowd: &Word, value: &Word, candidate: &Env<'_>) -> Typed {
        let of = crowd.text.trim_end_matches('s').to_owned();
        let words = vec![Word { text: of, span: crowd.span }, value.clone()];
        let span = crowd.span.to(value.span);
        let path = TreeExpr { span, kind: ExprKind::Path(Path { words, span }) };
        self.expr(&path, candidate, &Type::Error)
    }

    fn population_type(&mut self, function: Function, value: Option<&Typed>, past: &Past) -> Option<Type> {
        let ty = value.map_or(Type::Error, |value| value.ty.clone());
        match function {
            Function::Count => Some(Type::Number),
            Function::List => Some(Type::List(Box::new(ty))),
            _ => self.measured(function, ty, past.source.span),
        }
    }
}

/// Who is meant by `members` and `groups`, and what their conditions see.
fn crowd<'a>(word: &Word, env: &Env<'a>) -> (Crowd, Env<'a>) {
    let (crowd, keys) = match word.text.as_str() {
        "groups" => (Crowd::Groups, Scope::Group),
        _ if env.group => (Crowd::GroupMembers, Scope::Membership),
        _ => (Crowd::Persons, Scope::Member),
    };
    let member = env.member || crowd != Crowd::Groups;
    let group = crowd != Crowd::Persons;
    (crowd, Env { member, group, keys, known: Vec::new(), ..env.clone() })
}
