//! Words for mistakes about events and the past.

use super::super::errors::EventError;
use super::super::suggest;
use super::write;
use crate::diagnostic::Draft;
use crate::l10n::Text;
use crate::syntax::span::Span;
use crate::syntax::tree::Word;

pub(super) fn told(wrong: &EventError) -> Draft {
    match wrong {
        EventError::NoEvent { at, place } => {
            let draft = Draft::new("check-no-event").with("place", Text::new(place)).at(*at, "label");
            match *place {
                "place-message" => draft.help("help-message"),
                "place-flow" => draft.help("help-flow"),
                _ => draft,
            }
        }
        EventError::SometimesNoEvent { at, what, trigger } => Draft::new("check-sometimes-no-event")
            .code("no-event")
            .with("what", Text::new(what))
            .at(*at, "label")
            .at(*trigger, "trigger")
            .help("help"),
        EventError::UnknownEventField { event, name, available, trigger } => of("check-unknown-field", name)
            .with("event", event.as_str())
            .at(name.span, "label")
            .maybe_at(*trigger, "trigger")
            .maybe_help(suggest::way_out(&name.text, available)),
        EventError::FieldsDiffer { name, first, second } => of("check-fields-differ", name)
            .with("first", first.0.as_str())
            .with("first-type", first.1.clone())
            .with("second", second.0.as_str())
            .with("second-type", second.1.clone())
            .at(name.span, "label")
            .help("help"),
        EventError::PerForm { at, right } => {
            Draft::new("check-per-form").at(*at, "label").maybe_help(Some(write(right)))
        }
        EventError::PerNotCounted { name, metric } => {
            of("check-per-not-counted", name).with("metric", metric.as_str()).at(name.span, "label").help("help")
        }
        EventError::StateInWhere { at } => one("check-state-in-where", *at),
        EventError::TakesEvent { function, event, field, known, at } => Draft::new("check-takes-event")
            .with("function", function.text.as_str())
            .with("event", event.as_str())
            .with("field", field.as_str())
            .at(*at, "label")
            .help(if *known { "help-field" } else { "help" }),
        EventError::TakesField { function, event, fields, at } => one("check-takes-field", *at)
            .with("function", function.text.as_str())
            .with("event", event.as_str())
            .with("field", fields.first().map_or("member", String::as_str)),
        EventError::ByNoTrigger { name, counted } => of("check-by-without-event", name)
            .code("by-without-value")
            .with("counted", counted.as_str())
            .at(name.span, "label")
            .help("help"),
        EventError::ByNotInTrigger { name, counted, trigger } => of("check-by-without-value", name)
            .with("counted", counted.as_str())
            .with("trigger", trigger.as_str())
            .at(name.span, "label")
            .help("help"),
        EventError::KeyTwice { at } => one("check-key-twice", *at),
        EventError::StreakOfEvent { at } => one("check-streak-of-event", *at),
        EventError::StreakWindow { at } => one("check-streak-window", *at),
        EventError::SinceStartOutside { at } => one("check-since-start", *at),
        EventError::SinceJoinedOutside { at, subject } => one("check-since-joined", *at).with("subject", *subject),
        EventError::NotOverCrowd { function, crowd } => {
            crowded("check-not-over-crowd", crowd, function.span).with("function", function.text.as_str())
        }
        EventError::CrowdValue { function, crowd, at, wanted: true } => {
            let value = if crowd == "groups" { "size" } else { "name" };
            crowded("check-crowd-value", crowd, *at).with("function", function.text.as_str()).with("value", value)
        }
        EventError::CrowdValue { function, crowd, at, .. } => {
            crowded("check-crowd-count", crowd, *at).code("crowd-value").with("function", function.text.as_str())
        }
        EventError::CrowdClause { clause, crowd, at } => {
            crowded("check-crowd-clause", crowd, *at).with("clause", Text::new(clause))
        }
    }
}

fn of(id: &'static str, name: &Word) -> Draft {
    Draft::new(id).with("name", name.text.as_str())
}

/// A mistake with one place and its way out.
fn one(id: &'static str, at: Span) -> Draft {
    Draft::new(id).at(at, "label").help("help")
}

fn crowded(id: &'static str, crowd: &str, at: Span) -> Draft {
    one(id, at).with("crowd", crowd)
}
