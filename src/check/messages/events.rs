//! Words for mistakes about events and the past.

use super::super::errors::EventError;
use super::super::suggest;
use super::{Draft, error};
use crate::diagnostic::Diagnostic;

pub(super) fn told(wrong: &EventError) -> Diagnostic {
    match wrong {
        EventError::NoEvent { at, place } => error("no-event", format!("{place} has no `event`"))
            .at(*at, "there is no event at hand")
            .maybe_help(match *place {
                "a message" => Some(
                    "give the message a parameter and pass it: \
                 `message m(x: text) …`, `post m(event.x)`"
                        .to_owned(),
                ),
                "a flow without `start on`" => Some("add `start on EVENT`, or give the flow a parameter".to_owned()),
                _ => None,
            }),
        EventError::SometimesNoEvent { at, what, trigger } => {
            error("no-event", format!("`event` is not always there: {what} also wakes this rule"))
                .at(*at, "an event is needed here")
                .at(*trigger, "this brings no event")
                .help("make two rules, one for each kind of trigger")
        }
        EventError::UnknownEventField { event, name, available, trigger } => {
            error("unknown-field", format!("`{event}` has no field `{}`", name.text))
                .at(name.span, format!("unknown field of `{event}`"))
                .maybe_at(*trigger, format!("`{event}` is one of several events here, and each must have the field"))
                .maybe_help(suggest::help(&name.text, available))
        }
        EventError::FieldsDiffer { name, first, second } => {
            error("fields-differ", format!("`{}` is not the same in all events of this item", name.text))
                .at(name.span, format!("in `{}` it is {}, in `{}` {}", first.0, first.1, second.0, second.1))
                .help("make one item for each of the events")
        }
        EventError::PerForm { at, right } => error("per-form", "`per` takes a field of the event")
            .at(*at, "no field of the event")
            .help(format!("write `{right}`")),
        EventError::PerNotCounted { name, metric } => {
            error("per-not-counted", format!("`{metric}` counts nothing that has a field `{}`", name.text))
                .at(name.span, "no counted event has this field")
                .help("count an event with this field, or leave out `per`")
        }
        EventError::StateInWhere { at } => {
            error("state-in-where", "the `where` of a function over the past sees no state")
                .at(*at, "this is as it is now, and not as it was then")
                .help(
                    "only the fields of the counted event, constants and `event.x` \
                 can be read there; test the rest outside the brackets",
                )
        }
        EventError::TakesEvent { function, event, field, known, at } => {
            let help = match known {
                true => format!("write `{}({event})`, or `sum({event}.{field})` for the field", function.text),
                false => format!("write `{}({event})`", function.text),
            };
            error("takes-event", format!("`{}` takes an event, not a field of it", function.text))
                .at(*at, format!("`{field}` of `{event}`"))
                .help(help)
        }
        EventError::TakesField { function, event, fields, at } => {
            let right = fields.first().map_or("member", String::as_str);
            error("takes-field", format!("`{}` takes a field of an event", function.text))
                .at(*at, "the event alone")
                .help(format!("write which field, as `{}({event}.{right})`", function.text))
        }
        EventError::ByNoTrigger { name, counted } => {
            error("by-without-value", format!("there is no event here that could say which `{}`", name.text))
                .at(name.span, format!("a field of `{counted}`"))
                .help(format!("say what it must be: `by {} = …`", name.text))
        }
        EventError::ByNotInTrigger { name, counted, trigger } => {
            error("by-without-value", format!("`{trigger}` has no `{}` to compare with that of `{counted}`", name.text))
                .at(name.span, format!("a field of `{counted}`, and not of `{trigger}`"))
                .help(format!("say what it must be: `by {} = …`", name.text))
        }
        EventError::KeyTwice { at } => {
            error("key-twice", "a key stands twice after `by`").at(*at, "the same key twice").help("leave one out")
        }
        EventError::StreakOfEvent { at } => {
            error("streak-of-event", "the condition of a streak must not depend on the event at hand")
                .at(*at, "it reads the event")
                .help("use constants, or name the field as a key: `by member, field`")
        }
        EventError::StreakWindow { at } => error("streak-window", "a streak has no window")
            .at(*at, "a window")
            .help("leave it out: a streak reaches back to the first day without the event"),
        EventError::SinceStartOutside { at } => error("since-start", "`since start` is only in flows")
            .at(*at, "nothing has a start here")
            .help("name a window, as `last 7d`"),
        EventError::SinceJoinedOutside { at, subject } => {
            error("since-joined", format!("an item for {subject} has no membership that began"))
                .at(*at, "nobody has joined here")
                .help("make the item `for member in group`, or name a window, as `last 7d`")
        }
        EventError::NotOverCrowd { function, crowd } => {
            error("not-over-crowd", format!("`{}` cannot be asked of `{crowd}`", function.text))
                .at(function.span, format!("`{crowd}` have no past"))
                .help("`count`, `sum`, `avg`, `min`, `max` and `list` can")
        }
        EventError::CrowdValue { function, crowd, at, wanted: true } => {
            error("crowd-value", format!("`{}` needs to know what of `{crowd}`", function.text))
                .at(*at, "nothing of them is named")
                .help(format!(
                    "name it, as `{}({crowd}.{})`",
                    function.text,
                    if crowd == "groups" { "size" } else { "name" }
                ))
        }
        EventError::CrowdValue { function, crowd, at, .. } => {
            error("crowd-value", format!("`{}` counts heads of `{crowd}`, without a value", function.text))
                .at(*at, "a value")
                .help(format!("write `{}({crowd})`", function.text))
        }
        EventError::CrowdClause { clause, crowd, at } => {
            error("crowd-clause", format!("`{crowd}` are as they are now, so {} has no meaning", a_clause(clause)))
                .at(*at, "no part of such a question")
                .help("leave it out")
        }
    }
}

fn a_clause(clause: &str) -> String {
    if clause.contains(' ') { clause.to_owned() } else { format!("`{clause}`") }
}
