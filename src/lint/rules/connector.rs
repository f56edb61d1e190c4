//! # connector-cannot
//!
//! An action that the platform (`--platform NAME`) does not let an account carry out, or a mute longer than it keeps.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule rude for member in group {
//!   on message.reported
//!   do mute 1d
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule rude for member in group {
//!   on message.reported
//!   do task "Mute {member.name} for a day" for owner due 1h
//! }
//! ```
//!
//! Why: the decision would be made and nothing would happen. What a platform cannot do is work for people: write it as a
//! task. The examples are linted for `wecom`, whose group robots speak and do nothing else; a time-out of Discord ends after
//! 28 days.
//!
//! # message-too-long
//!
//! A text whose fixed words alone are longer than one message of the platform may be.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule read for group {
//!   every day at 09:00
//!   do post "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十。"
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule read for group {
//!   every day at 09:00
//!   do post "Today's text stands in the group's files."
//! }
//! ```
//!
//! Why: the platform refuses it, or cuts it off. WeCom counts bytes of UTF-8 and takes 2,048: 682 Chinese characters.
//!
//! # schedule-too-frequent
//!
//! A schedule posts more often than the platform takes from one sender, and no condition, `once` or limit holds any of it
//! back.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule ticker for group {
//!   every 2s
//!   do post "Tick."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule ticker for group {
//!   every 5m
//!   do post "Tick."
//! }
//! ```
//!
//! Why: what comes too fast is refused, and on some platforms the sender with it, for minutes.

use crate::l10n::Text;
use crate::lint::book::{Book, Case};
use crate::lint::platform::{Length, Unit};
use crate::lint::stage::reached;
use crate::lint::timed::{shown, timed};
use crate::lint::walk;
use crate::lint::witness::Claim;
use crate::lint::{Finding, Witness};
use crate::plan::expr::Expr;
use crate::plan::ids::PlaceId;
use crate::plan::value::Value;
use crate::plan::{self, Act, Effect, Say};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, ActionKind, ItemKind, MessageBody, Said, TextPart};
use crate::time::{Duration, Schedule};

pub(super) fn cannot(book: &Book<'_>) -> Vec<Finding> {
    let Some(platform) = book.platform else { return Vec::new() };
    let mut found = Vec::new();
    for item in &book.tree.items {
        walk::actions(item, &mut |action| {
            for effect in book.effects(action) {
                let name = book.name(effect.name);
                if !platform.can(name) {
                    let text = Text::new("connector-cannot").with("platform", platform.title.as_str());
                    let text = text.with("action", name.replace('_', " "));
                    let shown = reached(book, effect, 1, &Claim::Acts(effect.place));
                    found.push(Finding::new(text, action.span).shown_by(shown));
                } else if let Act::Mute { during: Expr::Const(Value::Duration(during)), .. } = &effect.act
                    && let Some(most) = platform.longest_mute().filter(|most| during > most)
                {
                    let text = Text::new("connector-cannot-mute").with("platform", platform.title.as_str());
                    let text = text.with("most", most.to_string()).with("during", during.to_string());
                    let shown = reached(book, effect, 1, &Claim::Acts(effect.place));
                    found.push(Finding::new(text, action.span).shown_by(shown));
                }
            }
        });
    }
    found
}

/// What the connectors of a configuration cannot do, as `qun run` would tell it at its start.
pub(in crate::lint) fn misfits(book: &Book<'_>, told: Vec<(Span, Text)>) -> Vec<Finding> {
    let found = told.into_iter().map(|(span, text)| {
        let effect = book.plan.effects.iter().find(|effect| book.span(effect.place) == span);
        let shown = effect.and_then(|effect| reached(book, effect, 1, &Claim::Acts(effect.place)));
        Finding { lint: "connector-cannot", ..Finding::new(text, span).shown_by(shown) }
    });
    found.collect()
}

/// Every text that somebody will read, with its place.
pub(super) fn texts<'a>(book: &Book<'a>) -> Vec<(&'a tree::Text, Span)> {
    let mut found = Vec::new();
    for item in &book.tree.items {
        if let ItemKind::Message(message) = &item.kind
            && let MessageBody::Texts(texts) = &message.body
        {
            found.extend(texts.iter().map(|text| (text, text.span)));
        }
        walk::actions(item, &mut |action| match &action.kind {
            ActionKind::Say { what: Said::Text(text), .. } => found.push((text, text.span)),
            ActionKind::Task(task) => found.push((&task.title, task.title.span)),
            _ => {}
        });
    }
    found
}

/// The fixed words of a text.
pub(super) fn fixed(text: &tree::Text) -> String {
    let words = text.parts.iter().filter_map(|part| match part {
        TextPart::Words(words) => Some(words.as_str()),
        TextPart::Hole(_) => None,
    });
    words.collect()
}

pub(super) fn too_long(book: &Book<'_>) -> Vec<Finding> {
    let Some((platform, Length { most, unit })) = book.platform.and_then(|platform| Some((platform, platform.text?)))
    else {
        return Vec::new();
    };
    let long = texts(book).into_iter().filter_map(|(text, span)| {
        let length = unit.of(&fixed(text));
        let said = Text::new("message-too-long").with("platform", platform.title.as_str()).with("most", most);
        let said = said.with("length", length).with("unit", unit.name());
        (length > most).then(|| Finding::new(said, span).shown_by(spoken(book, span, most, unit)))
    });
    long.collect()
}

/// A text being said that is longer than so.
fn spoken(book: &Book<'_>, span: Span, most: usize, unit: Unit) -> Option<Witness> {
    let inside = |outer: Span| outer.file == span.file && outer.start <= span.start && span.end <= outer.end;
    let message = book.tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Message(message) if inside(item.span) => Some(message.name.text.as_str()),
        _ => None,
    });
    let says = |effect: &&Effect| match (&effect.act, message) {
        (Act::Say { what: plan::Said::Message { message: id, .. }, .. }, Some(name)) => {
            book.plan.messages.get(id.index()).is_some_and(|message| book.name(message.name) == name)
        }
        (_, Some(_)) => false,
        (_, None) => inside(book.span(effect.place)),
    };
    const TURNS: usize = 8;
    book.plan
        .effects
        .iter()
        .filter(says)
        .find_map(|effect| reached(book, effect, TURNS, &Claim::Longer { place: effect.place, most, unit }))
}

pub(super) fn too_frequent(book: &Book<'_>) -> Vec<Finding> {
    let Some((platform, most)) = book.platform.and_then(|platform| Some((platform, platform.per_minute?))) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for timed in timed(book) {
        let Schedule::Every(distance) = timed.schedule else { continue };
        // What a condition, a memory or a limit may hold back is not known to be posted.
        let always = |case: &Case<'_>| {
            let handler = case.handler;
            handler.when.is_none() && handler.once.is_none() && handler.select.is_none()
        };
        let limited = |effect: &Effect| book.plan.limits.iter().any(|limit| limit.actions.contains(&effect.name));
        let posts = |case: &Case<'_>, effect: &Effect| {
            let says = matches!(effect.act, Act::Say { how: Say::Post | Say::Announce, .. });
            says && effect.approval.is_none() && always(case) && !limited(effect)
        };
        let posting = timed.effects(book).filter(|(case, effect)| posts(case, effect));
        let places: Vec<PlaceId> = posting.map(|(_, effect)| effect.place).collect();
        let per_minute = 60_000 * places.len() as i64 / distance.ms().max(1);
        if per_minute > i64::from(most) {
            let text = Text::new("schedule-too-frequent").with("platform", platform.title.as_str()).with("most", most);
            let calendar = &book.plan.community.calendar;
            let Some(first) = timed.schedule.next(book.now, calendar) else { continue };
            let claim = Claim::Oftener(places, most as usize);
            let witness = Witness::during(first - Duration::from_ms(1), first + Duration::from_ms(59_999), claim);
            found.push(Finding::new(text.with("often", per_minute), timed.span).shown_by(shown(book, witness)));
        }
    }
    found
}
