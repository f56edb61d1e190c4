//! Words for mistakes in subjects and keys.

use super::super::errors::ScopeError;
use super::super::suggest;
use super::{Draft, a, error};
use crate::diagnostic::Diagnostic;

/// The scopes of items.
const SCOPES: &str = "`member`, `member in group`, `group` or `community`";

pub(super) fn told(wrong: &ScopeError) -> Diagnostic {
    match wrong {
        ScopeError::ScopeMissing { item, at } => {
            error("scope-missing", format!("this {item} does not say for whom it is"))
                .at(*at, "`for …` is missing after this name")
                .help(format!("add `for` and one of {SCOPES}"))
        }
        ScopeError::ScopeOptional { item, at } => {
            error("scope-optional", format!("{} has its subject always", a(item)))
                .at(*at, "`?` stands only in the scope of an event")
                .help("leave out the `?`")
        }
        ScopeError::ScopeUnknown { at, word } => scope_unknown(*at, word),
        ScopeError::NoKey { which, subject, at } => {
            error("no-subject", format!("there is no `{which}` in an item for {subject}"))
                .at(*at, format!("no {which} is known here"))
                .help(format!("make the item for {}", wider(subject, which)))
        }
        ScopeError::NeedsMembership { name, subject } => {
            error("no-subject", format!("`{}` belongs to a member in a group, and there is no group here", name.text))
                .at(name.span, format!("the item is for {subject}"))
                .help("make the item `for member in group`")
        }
        ScopeError::SegmentOf { at, segment, of, scope } => {
            error("segment-of", format!("`{segment}` is a segment for {scope}"))
                .at(*at, format!("only `{of}` can be asked for"))
                .help(format!("write `{of} in {segment}`"))
        }
        ScopeError::EventLacksKey { event, key, at } => {
            error("no-subject", format!("`{event}` names no {key}")).at(*at, format!("this event has no {key}"))
        }
        ScopeError::TriggerLacksKey { event, scope, subject, at, absence } => {
            let help = match absence {
                true => format!("name an event that is for {subject}"),
                false => format!("write `for each {subject}` to act for every {subject} that the event concerns"),
            };
            error("trigger-lacks-key", format!("`{event}` is for {scope} and cannot wake an item for {subject}"))
                .at(*at, format!("this event does not say which {}", lacking(scope, subject)))
                .help(help)
        }
        ScopeError::CountLacksKey { event, scope, subject, key, at } => {
            let narrower = if *key == "group" && scope.contains("member") && subject.contains("member") {
                "`by member`, or "
            } else {
                ""
            };
            error("count-lacks-key", format!("`{event}` is for {scope} and cannot be counted for each {subject}"))
                .at(*at, format!("this event does not say which {key}"))
                .help(format!(
                    "write {narrower}`by community` to count all of them, \
                 or make the item `for each` of what the event names"
                ))
        }
        ScopeError::ActionLacksKey { action, member, group, subject, at } => {
            action_lacks_key(action, (*member, *group), subject).at(*at, format!("the item is for {subject}"))
        }
        ScopeError::MessageLacksKey { message, scope, subject, at, declared } => {
            error("message-lacks-key", format!("the message `{message}` is for {scope}, but the item is for {subject}"))
                .at(*at, format!("there is no {} here to speak of", lacking(subject, scope)))
                .at(*declared, format!("`{message}` is for {scope}"))
                .help(format!("make the item for {scope}, or use a message for {subject}"))
        }
        ScopeError::LadderScope { at } => error("ladder-scope", "a ladder is for a member or for a member in a group")
            .at(*at, "nobody can be given a strike here")
            .help("write `for member in group`, or `for member` to count over all groups"),
        ScopeError::LimitScope { action, scope } => {
            error("limit-scope", format!("`{}` concerns a group, so a limit for {scope} never meets it", action.text))
                .at(action.span, "this action has no member")
                .help("write `for group` or `for community`")
        }
        ScopeError::PoolScopes { name, scope, first, first_scope } => {
            error("pool-scopes", "the messages of a pool are all for one scope")
                .at(name.span, format!("`{}` is for {scope}", name.text))
                .at(first.span, format!("`{}` is for {first_scope}", first.text))
                .help(format!("make two pools, or both messages for {first_scope}"))
        }
        ScopeError::SelectPer { at } => {
            error("select-per", "candidates are taken per group or over the whole community")
                .at(*at, "not a scope to choose within")
                .help("write `per group` or `per community`")
        }
        ScopeError::ClauseNotAllowed { clause, item, at } => {
            error("clause-not-allowed", format!("{} takes no `{clause}`", a(item)))
                .at(*at, format!("`{clause}` has no meaning here"))
                .help("leave it out")
        }
        ScopeError::ParamsNotAllowed { item, at } => {
            error("params-not-allowed", format!("{} takes no parameters", a(item)))
                .at(*at, "a parameter")
                .help("leave them out; flows, messages and actions have parameters")
        }
    }
}

fn scope_unknown(at: crate::syntax::span::Span, word: &str) -> Diagnostic {
    let words = ["member", "group", "community"].map(str::to_owned);
    let help = match suggest::nearest(word, &words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the scopes are {SCOPES}"),
    };
    error("unknown-scope", format!("nothing is for `{word}`")).at(at, "not a scope").help(help)
}

/// What the one scope says and the other does not.
fn lacking(has: &str, wants: &str) -> &'static str {
    let lacks = |key: &str| wants.contains(key) && !has.contains(key);
    match (lacks("member"), lacks("group")) {
        (true, true) => "member in group",
        (true, false) => "member",
        _ => "group",
    }
}

fn wider(subject: &str, which: &str) -> &'static str {
    match (subject, which) {
        ("community", "member") => "member",
        ("community", _) => "group",
        _ => "member in group",
    }
}

fn action_lacks_key(action: &str, (member, group): (bool, bool), subject: &str) -> Diagnostic {
    let (needs, scope) = match (member, group, subject) {
        (true, true, _) => ("a member in a group", "member in group"),
        (true, false, "group") => ("a member", "member in group"),
        (true, false, _) => ("a member", "member"),
        (false, _, "member") => ("a group", "member in group"),
        (false, _, _) => ("a group", "group"),
    };
    let everywhere = matches!(action, "mute" | "unmute" | "remove" | "ban" | "unban") && subject == "member";
    let to = if member && !group { ", or name the member at the end: `… to event.member`" } else { "" };
    let help = if everywhere {
        format!("write `{action} everywhere`, or make the item `for member in group`")
    } else {
        format!("make the item `for {scope}`, or `for each {scope}`{to}")
    };
    error("action-lacks-key", format!("`{action}` needs {needs}, and an item for {subject} has none")).help(help)
}
