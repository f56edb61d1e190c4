//! Words for mistakes in names.

use super::super::errors::NameError;
use super::super::past::function_names;
use super::super::suggest;
use super::{Draft, a, error};
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::Word;

pub(super) fn told(wrong: &NameError) -> Diagnostic {
    match wrong {
        NameError::Unknown { what, name, available, declare } => unknown(what, name, available, *declare),
        NameError::WrongSort { name, is, declared, wanted, available } => {
            error("wrong-sort", format!("`{}` is {}, not {}", name.text, a(is), a(wanted)))
                .at(name.span, format!("{} is wanted here", a(wanted)))
                .maybe_at(*declared, format!("`{}` is declared here", name.text))
                .maybe_help(suggest::listed(available).map(|words| format!("there is {words}")))
        }
        NameError::Duplicate { name, is, at, first, first_is } => duplicate(name, (is, *at), (first_is, *first)),
        NameError::DuplicateParam { name } => error("duplicate-name", format!("`{}` is given twice", name.text))
            .at(name.span, "the second one of this name")
            .help("give each a name of its own, or leave one out"),
        NameError::DuplicateLevel { name, item } => {
            error("duplicate-name", format!("`{item}` has two tiers of the name `{}`", name.text))
                .at(name.span, "the second tier of this name")
                .help("give each tier a name of its own")
        }
        NameError::LedgerIsCurrency { name } => {
            error("ledger-is-currency", format!("`{}` is a currency and cannot be a points ledger", name.text))
                .at(name.span, "the code of a currency")
                .help(format!("choose another name, as `points {}_points`", name.text.to_lowercase()))
        }
        NameError::BuiltInProperty { name, of } => {
            error("built-in-name", format!("every {of} has `{}` already", name.text))
                .at(name.span, format!("`{of}.{}` is built in", name.text))
                .help("choose another name")
        }
        NameError::BuiltInAction { name } => {
            error("built-in-name", format!("`{}` is an action of the language", name.text))
                .at(name.span, "this action is built in")
                .help("choose another name")
        }
        NameError::UnknownWord { name, near, text } => {
            let quoted = text.as_ref().map(|text| format!("a text stands in quotes: `\"{text}\"`"));
            let near = suggest::nearest(&name.text, near).map(|near| format!("did you mean `{near}`?"));
            error("unknown-name", format!("`{}` is not declared", name.text))
                .at(name.span, "nothing has this name")
                .maybe_help(near.or(quoted))
        }
        NameError::NotAValue { name, is: "", .. } => {
            error("not-a-value", format!("`{}` is no value by itself", name.text))
                .at(name.span, "something of it is wanted")
                .help(format!(
                    "write a property of it, as `{}.{}`",
                    name.text,
                    if name.text == "event" { "at" } else { "size" }
                ))
        }
        NameError::NotAValue { name, is, help } => {
            error("not-a-value", format!("`{}` is {}, not a value", name.text, a(is)))
                .at(name.span, format!("the name of {}", a(is)))
                .maybe_help(help.as_ref().map(|right| format!("write {right}")))
        }
        NameError::UnknownPath { name } => error("unknown-name", format!("`{}` means nothing here", name.text))
            .at(name.span, "nothing can be read this way")
            .help(
                "what can be read is `member.x`, `group.x`, \
                 `community.x`, `event.x`, `now.hour` and the like",
            ),
        NameError::UnknownProperty { of, name, available } => {
            error("unknown-property", format!("`{of}` has no `{}`", name.text))
                .at(name.span, format!("`{of}.{}` is not declared", name.text))
                .maybe_help(suggest::help(&name.text, available))
        }
        NameError::OtherwiseRead { name, is, right } => {
            error("read-otherwise", format!("`{}` is {} and is read otherwise", name.text, a(is)))
                .at(name.span, format!("the name of {}", a(is)))
                .help(format!("write `{right}`"))
        }
        NameError::OtherTiers { name, of, wanted, available } => {
            error("other-tiers", format!("`{}` is a tier of {}, not of `{wanted}`", name.text, suggest::all(of)))
                .at(name.span, format!("a tier of `{wanted}` is wanted here"))
                .maybe_help(suggest::listed(available).map(|words| format!("there is {words}")))
        }
        NameError::Circle { names, at } => circle(names, *at),
        NameError::LogKey { name } => error("log-key", format!("no field can have the name `{}`", name.text))
            .at(name.span, "every line of a log uses this name for itself")
            .help("choose another name; `at`, `id`, `kind`, `member` and `group` are taken"),
        NameError::UnknownFunction { name } => {
            error("unknown-function", format!("there is no function `{}`", name.text))
                .at(name.span, "unknown function")
                .help(match suggest::nearest(&name.text, &function_names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the functions are {}", suggest::all(&function_names())),
                })
        }
        NameError::AmbiguousTier { name, tiers } => {
            error("ambiguous-tier", format!("`{}` is a tier of {}", name.text, suggest::all(tiers)))
                .at(name.span, "it is not said which of them is meant")
                .help("compare the tier of a member, as `member.membership >= silver`")
        }
        NameError::FieldAgain { event, name, known } => {
            error("duplicate-name", format!("`{event}` has a field `{}` already, {known}", name.text))
                .at(name.span, "the second field of this name")
                .help("choose another name, or leave it out")
        }
        NameError::ScopeChanged { event, is, at } => {
            error("scope-changed", format!("`{event}` is a built-in event for {is}"))
                .at(*at, "another scope")
                .help(format!("to add fields to it, write `event {event} for {is} {{ … }}`"))
        }
    }
}

fn unknown(what: &str, name: &Word, available: &[String], declare: Option<&'static str>) -> Diagnostic {
    let help = match (suggest::nearest(&name.text, available), declare) {
        (Some(near), _) => Some(format!("did you mean `{near}`?")),
        (None, Some("event")) => Some(format!("declare it: `event {} for member in group {{ … }}`", name.text)),
        (None, Some("action")) => Some(match suggest::listed(available) {
            Some(words) => format!("there is {words}"),
            None => format!("declare it: `action {}(…)`", name.text),
        }),
        (None, Some(keyword)) => {
            let there = suggest::listed(available).map(|words| format!("; there is {words}"));
            Some(format!("declare it: `{keyword} {}`{}", name.text, there.unwrap_or_default()))
        }
        (None, None) => suggest::help(&name.text, available),
    };
    error("unknown-name", format!("there is no {what} `{}`", name.text))
        .at(name.span, format!("unknown {what}"))
        .maybe_help(help)
}

fn duplicate(
    name: &str,
    (is, at): (&str, crate::syntax::span::Span),
    (first_is, first): (&str, Option<crate::syntax::span::Span>),
) -> Diagnostic {
    let headline = match first {
        Some(_) => format!("the name `{name}` is taken: it is {} already", a(first_is)),
        None => format!("the name `{name}` is taken: it is a built-in {first_is}"),
    };
    error("duplicate-name", headline)
        .at(at, format!("declared again, as {}", a(is)))
        .maybe_at(first, format!("first declared here, as {}", a(first_is)))
        .help("all names of a playbook are one list: give one of the two another name")
}

fn circle(names: &[String], at: crate::syntax::span::Span) -> Diagnostic {
    let first = names.first().map_or("", String::as_str);
    let headline = match names.len() {
        0..=2 => format!("`{first}` is defined by itself"),
        _ => format!("`{first}` is defined by itself, over others"),
    };
    let circle: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    error("circle", headline)
        .at(at, format!("this closes the circle {}", circle.join(" → ")))
        .help("break the circle: let one of them read events or fields instead")
}
