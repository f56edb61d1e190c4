//! Words for mistakes in subjects and keys.

use super::super::errors::ScopeError;
use super::super::suggest;
use super::{a, did_you_mean};
use crate::diagnostic::Draft;
use crate::l10n::Text;
use crate::syntax::span::Span;

pub(super) fn told(wrong: &ScopeError) -> Draft {
    match wrong {
        ScopeError::ScopeMissing { item, at } => one("check-scope-missing", *at).with("item", Text::new(item)),
        ScopeError::ScopeOptional { item, at } => one("check-scope-optional", *at).with("item", a(item)),
        ScopeError::ScopeUnknown { at, word } => scope_unknown(*at, word),
        ScopeError::NoKey { which, subject, at } => one("check-no-subject", *at)
            .with("which", *which)
            .with("subject", *subject)
            .with("wider", wider(subject, which)),
        ScopeError::NeedsMembership { name, subject } => one("check-needs-membership", name.span)
            .code("no-subject")
            .with("name", name.text.as_str())
            .with("subject", *subject),
        ScopeError::SegmentOf { at, segment, of, scope } => {
            one("check-segment-of", *at).with("segment", segment.as_str()).with("scope", *scope).with("of", *of)
        }
        ScopeError::EventLacksKey { event, key, at } => Draft::new("check-event-lacks-key")
            .code("no-subject")
            .with("event", event.as_str())
            .with("key", key.as_str())
            .at(*at, "label"),
        ScopeError::TriggerLacksKey { event, scope, subject, at, absence } => Draft::new("check-trigger-lacks-key")
            .with("event", event.as_str())
            .with("scope", scope.as_str())
            .with("subject", *subject)
            .with("lacking", lacking(scope, subject))
            .at(*at, "label")
            .help(if *absence { "help-absence" } else { "help" }),
        ScopeError::CountLacksKey { event, scope, subject, key, at } => {
            let narrower = *key == "group" && scope.contains("member") && subject.contains("member");
            Draft::new("check-count-lacks-key")
                .with("event", event.as_str())
                .with("scope", scope.as_str())
                .with("subject", *subject)
                .with("key", *key)
                .at(*at, "label")
                .help(if narrower { "help-member" } else { "help" })
        }
        ScopeError::ActionLacksKey { action, member, group, subject, at } => {
            action_lacks_key(action, (*member, *group), subject, *at)
        }
        ScopeError::MessageLacksKey { message, scope, subject, at, declared } => Draft::new("check-message-lacks-key")
            .with("message", message.as_str())
            .with("scope", *scope)
            .with("subject", *subject)
            .with("lacking", lacking(subject, scope))
            .at(*at, "label")
            .at(*declared, "declared")
            .help("help"),
        ScopeError::LadderScope { at } => one("check-ladder-scope", *at),
        ScopeError::LimitScope { action, scope } => {
            one("check-limit-scope", action.span).with("action", action.text.as_str()).with("scope", *scope)
        }
        ScopeError::PoolScopes { name, scope, first, first_scope } => Draft::new("check-pool-scopes")
            .with("name", name.text.as_str())
            .with("scope", *scope)
            .with("first", first.text.as_str())
            .with("first-scope", *first_scope)
            .at(name.span, "label")
            .at(first.span, "first")
            .help("help"),
        ScopeError::SelectPer { at } => one("check-select-per", *at),
        ScopeError::ClauseNotAllowed { clause, item, at } => {
            one("check-clause-not-allowed", *at).with("clause", *clause).with("item", a(item))
        }
        ScopeError::ParamsNotAllowed { item, at } => one("check-params-not-allowed", *at).with("item", a(item)),
    }
}

/// A mistake with one place and its way out.
fn one(id: &'static str, at: Span) -> Draft {
    Draft::new(id).at(at, "label").help("help")
}

fn scope_unknown(at: Span, word: &str) -> Draft {
    let words = ["member", "group", "community"].map(str::to_owned);
    let near = suggest::nearest(word, &words).map(did_you_mean);
    one("check-unknown-scope", at).with("word", word).maybe_help(near)
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

fn action_lacks_key(action: &str, (member, group): (bool, bool), subject: &'static str, at: Span) -> Draft {
    let (needs, scope) = match (member, group, subject) {
        (true, true, _) => ("both", "member in group"),
        (true, false, "group") => ("member", "member in group"),
        (true, false, _) => ("member", "member"),
        (false, _, "member") => ("group", "member in group"),
        (false, _, _) => ("group", "group"),
    };
    let everywhere = matches!(action, "mute" | "unmute" | "remove" | "ban" | "unban") && subject == "member";
    let help = match () {
        () if everywhere => "help-everywhere",
        () if member && !group => "help-to",
        () => "help",
    };
    Draft::new("check-action-lacks-key")
        .with("action", action)
        .with("needs", needs)
        .with("subject", subject)
        .with("scope", scope)
        .at(at, "label")
        .help(help)
}
