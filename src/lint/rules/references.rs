//! # message-unused
//!
//! A message that nothing says.
//!
//! Avoid:
//!
//! ```sop avoid
//! message hello for member "Hello, {member.name}."
//! message welcome for member "Welcome, {member.name}."
//! rule greet for member { on survey.answered  do dm hello }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! message hello for member "Hello, {member.name}."
//! rule greet for member { on survey.answered  do dm hello }
//! ```
//!
//! Why: somebody wrote it to be read. Either a rule is missing, or the text is a leftover that will be kept up for nothing.
//!
//! # declared-unused
//!
//! A tag, ledger, action, voice, pool, `let` or segment that nothing else names.
//!
//! Avoid:
//!
//! ```sop avoid
//! tag night_owl
//! rule vips for member { on purchase.made  do tag vip }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! rule vips for member { on purchase.made  do tag vip }
//! ```
//!
//! Why: what nobody uses is either forgotten or misspelt elsewhere. Roles, kinds, classes, events and fields are the words of
//! logs and directories, too, and a metric is written out by `qun simulate --metrics`: none of these is told.
//!
//! # never-emitted
//!
//! A rule or flow waits for an event that only the playbook itself could bring about, and nothing in it does.
//!
//! Avoid:
//!
//! ```sop avoid
//! rule told for member in group {
//!   on strike.given
//!   do dm "You were given a strike, {member.name}."
//! }
//! ```
//!
//! Prefer:
//!
//! ```sop prefer
//! ladder manners for member in group { at 1 do warn "{reason}"  appeal within 3d to owner }
//! rule rude for member in group { on message.reported  do strike manners }
//! rule told for member in group {
//!   on strike.given
//!   do dm "You were given a strike, {member.name}."
//! }
//! ```
//!
//! Why: the rule never acts.

use crate::l10n::Text;
use crate::lint::Finding;
use crate::lint::allow::words;
use crate::lint::book::Book;
use crate::lint::causes::told_by;
use crate::plan::ids::KindId;
use crate::syntax::span::Span;
use crate::syntax::tree::{Item, ItemKind, Path, Trigger, WordSort};
use rustc_hash::FxHashMap;

/// How often each word stands in code, holes of texts and of content files included.
fn uses(book: &Book<'_>) -> FxHashMap<String, usize> {
    let mut count: FxHashMap<String, usize> = FxHashMap::default();
    let mut add = |text: &str| words(text).into_iter().for_each(|word| *count.entry(word.to_owned()).or_default() += 1);
    for (_, file) in book.sources.iter() {
        add(file.text());
    }
    for item in &book.tree.items {
        if let ItemKind::Message(message) = &item.kind
            && let crate::syntax::tree::MessageBody::From(path) = &message.body
            && let [crate::syntax::tree::TextPart::Words(path)] = path.parts.as_slice()
            && let Ok(content) = book.contents.read(path)
        {
            // A content file as one long text: only its holes hold code.
            add(&format!("\"\"\"{}\"\"\"", content.replace("\"\"\"", "")));
        }
    }
    count
}

pub(super) fn messages(book: &Book<'_>) -> Vec<Finding> {
    let uses = uses(book);
    let found = book.tree.items.iter().filter_map(|item| {
        let ItemKind::Message(message) = &item.kind else { return None };
        let once = uses.get(&message.name.text).copied() == Some(1);
        let text = || Text::new("message-unused").with("name", message.name.text.as_str());
        once.then(|| Finding::new(text(), message.name.span).mended_by(false, vec![(item.span, String::new())]))
    });
    found.collect()
}

pub(super) fn declared(book: &Book<'_>) -> Vec<Finding> {
    let uses = uses(book);
    let found = book.tree.items.iter().flat_map(watched).filter(|(_, name, _)| uses.get(name).copied() == Some(1));
    found
        .map(|(sort, name, span)| {
            Finding::new(Text::new("declared-unused").with("sort", sort).with("name", name), span)
        })
        .collect()
}

/// What an item declares that ought to be named elsewhere.
fn watched(item: &Item) -> Vec<(&'static str, String, Span)> {
    let one = |sort, word: &crate::syntax::tree::Word| vec![(sort, word.text.clone(), word.span)];
    match &item.kind {
        ItemKind::Words(sort, words) => {
            // Logs and directories use kinds, roles and classes, whether a rule asks for them or not.
            let sort = match sort {
                WordSort::Tag => "tag",
                WordSort::Points => "points",
                WordSort::Kind | WordSort::Role | WordSort::Class => return Vec::new(),
            };
            words.iter().map(|word| (sort, word.text.clone(), word.span)).collect()
        }
        ItemKind::Voice { name, .. } => one("voice", name),
        ItemKind::Action { name, .. } => one("action", name),
        ItemKind::Pool { name, .. } => one("pool", name),
        ItemKind::Let { name, .. } => one("let", name),
        ItemKind::Segment { head, .. } => one("segment", &head.name),
        _ => Vec::new(),
    }
}

pub(super) fn never_emitted(book: &Book<'_>) -> Vec<Finding> {
    let told = told_by(book.plan);
    let silent = |name: &str| {
        let id = book.plan.kinds.iter().position(|kind| kind.name == name).map(|id| KindId(id as u16));
        // A mute also stands in logs, where an administrator gave it.
        crate::check::is_internal(name) && name != "member.muted" && id.is_some_and(|id| !told.contains(&id))
    };
    let mut found = Vec::new();
    for path in book.tree.items.iter().flat_map(awaited) {
        let name = path.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".");
        if silent(&name) {
            found.push(Finding::new(Text::new("never-emitted").with("event", name), path.span));
        }
    }
    found
}

/// The events that an item waits for.
pub(super) fn awaited(item: &Item) -> Vec<&Path> {
    match &item.kind {
        ItemKind::Rule(rule) => {
            let of = |trigger| match trigger {
                &Trigger::Event(ref path) | &Trigger::Silence { event: ref path, .. } => Some(path),
                Trigger::Schedule(_) => None,
            };
            rule.triggers.iter().filter_map(of).collect()
        }
        ItemKind::Flow(flow) => flow.edges.iter().flat_map(|edge| &edge.events).collect(),
        _ => Vec::new(),
    }
}
