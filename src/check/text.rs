//! Texts with holes.

use super::env::Env;
use super::errors::TypeError;
use super::expr::Typed;
use super::lower::Lower;
use super::types::Type;
use crate::l10n;
use crate::plan::expr::{Expr, Show, Template, TemplatePart};
use crate::plan::value::Value;
use crate::syntax::tree::{Text, TextPart};

impl Lower<'_> {
    /// A text as a value: a constant where it has no holes.
    pub(crate) fn text_value(&mut self, text: &Text, env: &Env<'_>) -> Typed {
        if let Some(words) = plain(text) {
            return Typed::constant(Value::text(words), Type::Text);
        }
        let mut missing = false;
        let parts = text.parts.iter().map(|part| {
            let (part, may_be_missing) = self.part(part, env);
            missing |= may_be_missing;
            part
        });
        let parts = parts.collect();
        Typed { expr: Expr::Text(Template { parts }), ty: Type::Text, missing }
    }

    /// A text that an action or a message says: a hole that may be missing is told.
    pub(crate) fn template(&mut self, text: &Text, env: &Env<'_>) -> Template {
        let mut parts = Vec::new();
        for part in &text.parts {
            let (lowered, missing) = self.part(part, env);
            if let TextPart::Hole(hole) = part
                && missing
            {
                let (of, written) = (l10n::Text::new("of-hole"), self.written(hole.span));
                self.error(TypeError::MayBeMissing { at: hole.span, of, written });
            }
            parts.push(lowered);
        }
        Template { parts }
    }

    fn part(&mut self, part: &TextPart, env: &Env<'_>) -> (TemplatePart, bool) {
        match part {
            TextPart::Words(words) => (TemplatePart::Words(words.clone()), false),
            TextPart::Hole(hole) => {
                let typed = self.expr(hole, env, &Type::Error);
                self.showable(&typed, hole);
                (TemplatePart::Hole { show: show(&typed.ty), value: typed.expr }, typed.missing)
            }
        }
    }

    fn showable(&mut self, typed: &Typed, hole: &crate::syntax::tree::Expr) {
        if matches!(typed.ty, Type::Bool | Type::Regex | Type::TimeOfDay) {
            let found = self.describe(&typed.ty);
            self.error(TypeError::NotShowable { at: hole.span, found });
        }
    }

    /// A text of the playbook itself that must have no holes: a file name, a time zone.
    pub(crate) fn plain_text(&mut self, text: &Text, of: &'static str) -> Option<String> {
        let words = plain(text);
        if words.is_none() {
            self.error(TypeError::HoleNotAllowed { at: text.span, of: l10n::Text::new(of) });
        }
        words
    }
}

/// The words of a text without holes.
pub(crate) fn plain(text: &Text) -> Option<String> {
    text.parts
        .iter()
        .map(|part| match part {
            TextPart::Words(words) => Some(words.as_str()),
            TextPart::Hole(_) => None,
        })
        .collect()
}

/// How values of a type are written.
fn show(ty: &Type) -> Show {
    match ty {
        Type::Percent => Show::Percent,
        Type::Date => Show::Date,
        _ => Show::Plain,
    }
}
