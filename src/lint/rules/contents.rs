//! # content-runs-out
//!
//! A file of dated pieces ends within two weeks, or has ended, and what says them goes on.
//!
//! Avoid:
//!
//! ```sop avoid
//! message news for group from "content/dated.yaml"
//! calendar morning for group { every day at 08:30  do post news }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! message topics for group from "content/ordered.yaml"
//! calendar morning for group { every day at 08:30  do post topics }
//! ```
//!
//! Why: on a day without a piece nothing is said. Add pieces, or keep a file without dates, whose pieces take turns for ever.
//! The first example's file has pieces up to the end of November 2026.
//!
//! # message-twins-drift
//!
//! Two messages of one name in two tongues (`welcome_en`, `welcome_zh`) with different holes, parameters or numbers of texts.
//!
//! Avoid:
//!
//! ```sop avoid
//! message welcome_en for member in group "Welcome to {group.name}, {member.name}! The rules are pinned."
//! message welcome_zh for member in group "欢迎来到{group.name}！群规见置顶。"
//! rule greet for member in group { on member.joined  do { dm welcome_en  dm welcome_zh } }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! message welcome_en for member in group "Welcome to {group.name}, {member.name}! The rules are pinned."
//! message welcome_zh for member in group "{member.name}，欢迎来到{group.name}！群规见置顶。"
//! rule greet for member in group { on member.joined  do { dm welcome_en  dm welcome_zh } }
//! ```
//!
//! Why: one was changed and the other forgotten; readers of the two are told different things.
//!
//! # muted-cannot-answer
//!
//! A member is muted and asked something in the group in the same breath.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule rude for member in group {
//!   on message.reported
//!   do { mute 1d  post "{member.name}, what was that about?" }
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule rude for member in group {
//!   on message.reported
//!   do { mute 1d  dm "What was that about?" }
//! }
//! ```
//!
//! Why: who is muted cannot answer there. Ask by a direct message, or ask before muting.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::book::Book;
use crate::lint::timed::timed;
use crate::plan::expr::{Template, TemplatePart};
use crate::plan::ids::{EffectId, MessageId};
use crate::plan::{Act, Body, Effect, Said, Say};
use crate::syntax::keywords::{self, Tongue};
use crate::syntax::span::Span;
use crate::syntax::tree::{ItemKind, Message, MessageBody, TextPart};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A file that ends so many days from now is told of.
const SOON: i64 = 14;

pub(super) fn runs_out(book: &Book<'_>) -> Vec<Finding> {
    let zone = book.plan.community.calendar.zone;
    let today = zone.date(book.now);
    let mut found = Vec::new();
    for timed in timed(book) {
        for (_, effect) in timed.effects(book) {
            let Act::Say { what: Said::Message { message, .. }, .. } = &effect.act else { continue };
            let Some(message) = book.plan.messages.get(message.index()) else { continue };
            let Body::Dated(pieces) = &message.body else { continue };
            let Some(last) = pieces.iter().map(|(date, _)| *date).max() else { continue };
            let after = last.succ_opt().unwrap_or(last).max(today).and_time(chrono::NaiveTime::MIN);
            let Some(next) = timed.schedule.next_local(after - chrono::TimeDelta::seconds(1)) else { continue };
            if (last - today).num_days() > SOON {
                continue;
            }
            let name = book.name(message.name);
            let text = Text::new("content-runs-out").with("message", name).with("last", last.to_string());
            let finding = Finding::new(text.with("next", next.format("%Y-%m-%d %H:%M").to_string()), timed.span);
            let declared = book.tree.items.iter().find_map(|item| match &item.kind {
                ItemKind::Message(message) if message.name.text == name => Some(message.name.span),
                _ => None,
            });
            found.push(match declared {
                Some(declared) => finding.and(declared, "file"),
                None => finding,
            });
        }
    }
    found
}

/// Endings that name a tongue.
const TONGUES: [&str; 8] = ["_en", "_zh", "_cn", "_english", "_chinese", "_英文", "_中文", "_英"];

fn base(name: &str) -> Option<&str> {
    TONGUES.iter().find_map(|ending| name.strip_suffix(ending)).filter(|base| !base.is_empty())
}

/// The holes of a message, as written.
fn holes(book: &Book<'_>, message: &Message) -> BTreeSet<String> {
    let MessageBody::Texts(texts) = &message.body else { return BTreeSet::new() };
    let parts = texts.iter().flat_map(|text| &text.parts);
    let holes = parts.filter_map(|part| match part {
        TextPart::Hole(expr) => Some(book.written(expr.span)),
        TextPart::Words(_) => None,
    });
    holes.collect()
}

pub(super) fn twins(book: &Book<'_>) -> Vec<Finding> {
    let mut first: FxHashMap<&str, &Message> = FxHashMap::default();
    let mut found = Vec::new();
    for item in &book.tree.items {
        let ItemKind::Message(message) = &item.kind else { continue };
        let Some(base) = base(&message.name.text) else { continue };
        let Some(twin) = first.get(base) else {
            first.insert(base, message);
            continue;
        };
        let (MessageBody::Texts(one), MessageBody::Texts(two)) = (&twin.body, &message.body) else { continue };
        let (ours, theirs) = (holes(book, message), holes(book, twin));
        let only: Vec<String> = ours.symmetric_difference(&theirs).map(|hole| format!("`{hole}`")).collect();
        let text = if !only.is_empty() {
            Text::new("message-twins-drift").with("holes", only.join(", "))
        } else if one.len() != two.len() {
            Text::new("message-twins-drift-texts").with("one", one.len()).with("two", two.len())
        } else {
            continue;
        };
        let text = text.with("name", message.name.text.as_str()).with("other", twin.name.text.as_str());
        found.push(Finding::new(text, message.name.span).and(twin.name.span, "other"));
    }
    found
}

pub(super) fn muted(book: &Book<'_>) -> Vec<Finding> {
    let handlers = book.plan.handlers.iter().flat_map(|handler| [&handler.effects, &handler.otherwise]);
    let steps = book.plan.timelines.iter().flat_map(|timeline| &timeline.steps).map(|step| &step.effects);
    handlers.chain(steps).filter_map(|effects| asked(book, effects)).collect()
}

/// A question in the group beside a mute.
fn asked(book: &Book<'_>, effects: &[EffectId]) -> Option<Finding> {
    let all: Vec<&Effect> = effects.iter().filter_map(|id| book.effect(*id)).collect();
    let mute = all.iter().find(|effect| matches!(effect.act, Act::Mute { .. }) && effect.to.is_none())?;
    let asks = |effect: &&&Effect| match &effect.act {
        Act::Say { how: Say::Post | Say::Announce, what, .. } => match what {
            Said::Text(text) => is_question(text),
            Said::Message { message, .. } => texts(book, *message).iter().any(is_question),
            Said::Pool(_) => false,
        },
        _ => false,
    };
    let question = all.iter().find(asks)?;
    let span = book.span(question.place);
    let finding = Finding::new(Text::new("muted-cannot-answer"), span).and(book.span(mute.place), "mute");
    Some(match direct(book, span).filter(|_| question.to.is_none()) {
        Some(edit) => finding.mended_by(false, vec![edit]),
        None => finding,
    })
}

/// The word that says something in the group, and the one that says it to the member.
fn direct(book: &Book<'_>, action: Span) -> Option<(Span, String)> {
    let word = book.sources.slice(action).split_whitespace().next()?;
    let says = [keywords::of_rule("kw_post")?, keywords::of_rule("kw_announce")?];
    says.iter().find(|row| [row.english, row.chinese].contains(&word))?;
    let dm = keywords::of_rule("kw_dm")?.in_tongue(Tongue::of(word));
    let end = action.start + u32::try_from(word.len()).ok()?;
    Some((Span { end, ..action }, dm.to_owned()))
}

fn texts<'a>(book: &Book<'a>, id: MessageId) -> &'a [Template] {
    match book.plan.messages.get(id.index()).map(|message| &message.body) {
        Some(Body::Texts(texts)) => texts,
        _ => &[],
    }
}

fn is_question(text: &Template) -> bool {
    text.parts.iter().any(|part| matches!(part, TemplatePart::Words(words) if words.contains(['?', '？'])))
}
