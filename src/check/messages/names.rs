//! Words for mistakes in names.

use super::super::errors::NameError;
use super::super::past::function_names;
use super::super::suggest;
use super::{a, all, did_you_mean, write};
use crate::diagnostic::Draft;
use crate::l10n::{Arg, Join, Text};
use crate::syntax::span::Span;
use crate::syntax::tree::Word;

pub(super) fn told(wrong: &NameError) -> Draft {
    match wrong {
        NameError::Unknown { what, name, available, declare } => unknown(what, name, available, *declare),
        NameError::WrongSort { name, is, declared, wanted, available } => Draft::new("check-wrong-sort")
            .with("name", name.text.as_str())
            .with("is", a(is))
            .with("wanted", a(wanted))
            .at(name.span, "label")
            .maybe_at(*declared, "declared")
            .maybe_help(suggest::listed(available)),
        NameError::Duplicate { name, is, at, first, first_is } => duplicate(name, (is, *at), (first_is, *first)),
        NameError::DuplicateParam { name } => again("check-duplicate-param", name),
        NameError::DuplicateLevel { name, item } => again("check-duplicate-level", name).with("item", item.as_str()),
        NameError::LedgerIsCurrency { name } => named("check-ledger-is-currency", name)
            .with("right", format!("points {}_points", name.text.to_lowercase()))
            .help("help"),
        NameError::BuiltInProperty { name, of } => {
            named("check-built-in-property", name).code("built-in-name").with("of", *of).help("help")
        }
        NameError::BuiltInAction { name } => named("check-built-in-action", name).code("built-in-name").help("help"),
        NameError::UnknownWord { name, near, text } => unknown_word(name, near, text.as_deref()),
        NameError::NotAValue { name, is: "", .. } => {
            let property = if name.text == "event" { "at" } else { "size" };
            let right = format!("{}.{property}", name.text);
            named("check-not-a-value-alone", name).code("not-a-value").with("right", right).help("help")
        }
        NameError::NotAValue { name, is, help } => named("check-not-a-value", name)
            .with("is", a(is))
            .maybe_help(help.as_ref().map(|right| write(right.as_str()))),
        NameError::UnknownPath { name } => named("check-unknown-path", name).code("unknown-name").help("help"),
        NameError::UnknownProperty { of, name, available } => named("check-unknown-property", name)
            .with("of", of.as_str())
            .maybe_help(suggest::way_out(&name.text, available)),
        NameError::OtherwiseRead { name, is, right } => {
            named("check-read-otherwise", name).with("is", a(is)).maybe_help(Some(write(right)))
        }
        NameError::OtherTiers { name, of, wanted, available } => named("check-other-tiers", name)
            .with("of", all(of))
            .with("wanted", wanted.as_str())
            .maybe_help(suggest::listed(available)),
        NameError::Circle { names, at } => circle(names, *at),
        NameError::LogKey { name } => named("check-log-key", name).help("help"),
        NameError::UnknownFunction { name } => unknown_function(name),
        NameError::AmbiguousTier { name, tiers } => {
            named("check-ambiguous-tier", name).with("tiers", all(tiers)).help("help")
        }
        NameError::FieldAgain { event, name, known } => {
            again("check-field-again", name).with("event", event.as_str()).with("known", known.clone())
        }
        NameError::ScopeChanged { event, is, at } => Draft::new("check-scope-changed")
            .with("event", event.as_str())
            .with("scope", is.as_str())
            .at(*at, "label")
            .help("help"),
    }
}

/// A mistake in a name, at its place.
fn named(id: &'static str, name: &Word) -> Draft {
    Draft::new(id).with("name", name.text.as_str()).at(name.span, "label")
}

/// A second thing of a name.
fn again(id: &'static str, name: &Word) -> Draft {
    named(id, name).code("duplicate-name").help("help")
}

fn unknown(what: &'static str, name: &Word, available: &[String], declare: Option<&'static str>) -> Draft {
    let draft = named("check-unknown-name", name).with("what", Text::new(what));
    let near = suggest::nearest(&name.text, available).map(did_you_mean);
    let listed = suggest::listed(available);
    match (declare, listed) {
        _ if near.is_some() => draft.maybe_help(near),
        (Some("event"), _) => draft.help("help-event"),
        (Some("action"), None) => draft.help("help-action"),
        (Some("action") | None, listed) => draft.maybe_help(listed),
        (Some(keyword), Some(_)) => {
            draft.with("keyword", keyword).with("names", all(available)).help("help-declare-or")
        }
        (Some(keyword), None) => draft.with("keyword", keyword).help("help-declare"),
    }
}

fn unknown_word(name: &Word, near: &[String], text: Option<&str>) -> Draft {
    let draft = named("check-unknown-word", name).code("unknown-name");
    match (suggest::nearest(&name.text, near), text) {
        (Some(near), _) => draft.maybe_help(Some(did_you_mean(near))),
        (None, Some(text)) => draft.with("text", text).help("help-quotes"),
        (None, None) => draft,
    }
}

fn unknown_function(name: &Word) -> Draft {
    let draft = named("check-unknown-function", name);
    match suggest::nearest(&name.text, &function_names()) {
        Some(near) => draft.maybe_help(Some(did_you_mean(near))),
        None => draft.with("functions", all(&function_names())).help("help"),
    }
}

fn duplicate(name: &str, (is, at): (&'static str, Span), (first_is, first): (&'static str, Option<Span>)) -> Draft {
    let draft = match first {
        Some(_) => Draft::new("check-duplicate-name").with("first", a(first_is)),
        None => Draft::new("check-duplicate-built-in").code("duplicate-name").with("first", Text::new(first_is)),
    };
    draft.with("name", name).with("is", a(is)).at(at, "label").maybe_at(first, "first").help("help")
}

fn circle(names: &[String], at: Span) -> Draft {
    let first = names.first().map_or("", String::as_str);
    let draft = match names.len() {
        0..=2 => Draft::new("check-circle"),
        _ => Draft::new("check-circle-over-others").code("circle"),
    };
    draft.with("name", first).with("circle", Arg::Names(names.to_vec(), Join::Arrow)).at(at, "label").help("help")
}
