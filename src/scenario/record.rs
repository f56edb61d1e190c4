//! One member's history in a log becomes a scenario: as few events as bring about the same decisions about this member,
//! with other names.
//!
//! Events are dropped in ever smaller pieces as long as the decisions stay the same; then people and groups get names such
//! as `m1` and `g1`, and texts are replaced wherever no decision depends on them. What is written has been run: it says
//! what the log says.

use super::clock::Clock;
use super::compare::{line, quoted};
use super::run::{Shown, Told, told};
use crate::engine::{Directory, Output, Program};
use crate::log::OwnedEvent;
use crate::plan::ids::KindId;
use crate::plan::value::Value;
use crate::plan::{EventKind, FieldType};
use crate::simulate::{Driver, Moment, Options, Recorder, Sink};
use crate::time::{Duration, Instant};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;

/// How many events a history may have before it is shrunk.
pub const MAX_HISTORY: usize = 2_000_000;

/// Whose history, and where it comes from.
#[derive(Clone, Debug)]
pub struct History {
    /// Everything that the log tells, in order of time.
    pub events: Vec<OwnedEvent>,
    /// Who is there at the start.
    pub directory: Directory,
    /// The member.
    pub member: String,
    /// Only decisions in this group, where one is named.
    pub group: Option<String>,
}

/// Why no scenario can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrecorded {
    /// The log holds nothing.
    NoEvents,
    /// Nothing is decided about this member.
    NoDecisions,
    /// The decisions depend on what must be replaced.
    Fragile,
}

/// A history on its way to a scenario.
#[derive(Clone)]
struct Draft {
    start: Instant,
    end: Instant,
    events: Vec<OwnedEvent>,
    directory: Directory,
    member: String,
    group: Option<String>,
}

/// Makes a scenario; answers the text of its file.
///
/// # Errors
/// Says why there is none.
pub fn record(program: &Program, history: History) -> Result<String, Unrecorded> {
    let (first, last) = history.events.first().zip(history.events.last()).ok_or(Unrecorded::NoEvents)?;
    let (start, end) = (first.at, last.at);
    let History { events, directory, member, group } = history;
    let mut draft = Draft { start, end, events, directory, member, group };
    let wanted = draft.decisions(program);
    let last = wanted.last().ok_or(Unrecorded::NoDecisions)?.at;
    draft.end = last;
    draft.events.retain(|event| event.at <= last);
    let mut shrinking = Shrinking { program, wanted: core(&wanted), draft };
    shrinking.narrow();
    shrinking.drop_events();
    shrinking.drop_people();
    shrinking.round_start();
    shrinking.rename()
}

impl Draft {
    /// What is decided about the member.
    fn decisions(&self, program: &Program) -> Vec<Told> {
        let options = Options { from: Some(self.start), to: Some(self.end), ..Options::default() };
        let mut driver = Driver::new(program, options).with_directory(Some(&self.directory));
        let mut ear = Ear { draft: self, told: Vec::new() };
        // The ear never refuses.
        let mut run = || -> io::Result<()> {
            self.events.iter().try_for_each(|event| driver.event(&event.event(), &mut ear))?;
            driver.finish(&mut ear)
        };
        let _ = run();
        ear.told
    }

    /// Whether a decision is one of those that count.
    fn concerns(&self, told: &Told) -> bool {
        let here = self.group.is_none() || told.group.is_none() || told.group == self.group;
        here && told.member.as_ref() == Some(&self.member)
    }
}

struct Ear<'a> {
    draft: &'a Draft,
    told: Vec<Told>,
}

impl Sink for Ear<'_> {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let recorder = Recorder::new(moment.program, moment.state);
        let all = output.decisions.iter().map(|decision| told(moment, &recorder, decision));
        self.told.extend(all.filter(|told| self.draft.concerns(told)));
        Ok(())
    }
}

/// What of a decision must stay the same: all but ids and texts, which other names change.
type Core = (Instant, String, &'static str, Option<String>, u32, Vec<(String, Shown)>);

fn core(told: &[Told]) -> Vec<Core> {
    let of = |told: &Told| -> Core {
        let fixed = |(_, value): &&(String, Shown)| !matches!(value, Shown::Text(_));
        let args = told.args.iter().filter(fixed).cloned().collect();
        (told.at, told.action.clone(), told.status.word(), told.reason.clone(), told.item.0, args)
    };
    told.iter().map(of).collect()
}

struct Shrinking<'a> {
    program: &'a Program,
    wanted: Vec<Core>,
    draft: Draft,
}

impl Shrinking<'_> {
    fn is_same(&self, draft: &Draft) -> bool {
        core(&draft.decisions(self.program)) == self.wanted
    }

    /// Takes a draft that still says the same; answers whether it does.
    fn takes(&mut self, draft: Draft) -> bool {
        let same = self.is_same(&draft);
        if same {
            self.draft = draft;
        }
        same
    }

    // ---- fewer events -------------------------------------------------------------------------------------------

    /// Tries the member's own events, then those of the member's groups.
    fn narrow(&mut self) {
        let member = self.draft.member.clone();
        let mine = |event: &&OwnedEvent| event.member.as_deref() == Some(&member) || names(event, &member);
        let own: Vec<OwnedEvent> = self.draft.events.iter().filter(mine).cloned().collect();
        let groups: BTreeSet<CompactString> = own.iter().filter_map(|event| event.group.clone()).collect();
        let near = |event: &&OwnedEvent| event.group.as_ref().is_none_or(|group| groups.contains(group));
        let near: Vec<OwnedEvent> = self.draft.events.iter().filter(near).cloned().collect();
        for events in [own, near] {
            if self.takes(Draft { events, ..self.draft.clone() }) {
                return;
            }
        }
    }

    /// Drops events in ever smaller pieces, from the end to the beginning.
    fn drop_events(&mut self) {
        let mut size = (self.draft.events.len() / 2).max(1);
        loop {
            let mut end = self.draft.events.len();
            let mut dropped = false;
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut draft = self.draft.clone();
                draft.events.drain(start..end);
                dropped |= self.takes(draft);
                end = start;
            }
            if size == 1 && !dropped {
                return;
            }
            size = (size / 2).max(1);
        }
    }

    /// Drops people and groups of the directory, first all that no event names.
    fn drop_people(&mut self) {
        let named: BTreeSet<CompactString> = self
            .draft
            .events
            .iter()
            .flat_map(|event| [event.member.clone(), event.group.clone()])
            .flatten()
            .chain([CompactString::from(self.draft.member.as_str())])
            .collect();
        let mut draft = self.draft.clone();
        draft.directory.members.retain(|member| named.contains(&member.id));
        draft.directory.groups.retain(|group| named.contains(&group.id));
        self.takes(draft);
        for position in (0..self.draft.directory.members.len()).rev() {
            let mut draft = self.draft.clone();
            draft.directory.members.remove(position);
            self.takes(draft);
        }
        for position in (0..self.draft.directory.groups.len()).rev() {
            let mut draft = self.draft.clone();
            draft.directory.groups.remove(position);
            self.takes(draft);
        }
    }

    /// Lets the clock start at the full hour before the first event.
    fn round_start(&mut self) {
        let first = self.draft.events.first().map_or(self.draft.start, |event| event.at);
        let hour = Duration::from_hours(1).ms();
        let start = Instant::from_ms(first.ms() - first.ms().rem_euclid(hour));
        self.takes(Draft { start, ..self.draft.clone() });
    }

    // ---- other names --------------------------------------------------------------------------------------------

    /// Other names for people, groups and texts; the text of the file.
    fn rename(&mut self) -> Result<String, Unrecorded> {
        let kinds = &self.program.plan.kinds;
        let mut pseudonyms = Pseudonyms::default();
        pseudonyms.member(&self.draft.member);
        let renamed = pseudonyms.draft(&self.draft, kinds);
        for ids in [false, true] {
            let mut draft = renamed.clone();
            if !ids {
                draft.events.iter_mut().zip(1..).for_each(|(event, n)| event.id = format!("e{n}").into());
            }
            if self.takes(draft) {
                self.replace_texts();
                return Ok(self.written(ids));
            }
        }
        Err(Unrecorded::Fragile)
    }

    /// Replaces every text on which no decision depends; equal ones by equal ones.
    fn replace_texts(&mut self) {
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for event in &self.draft.events {
            for (field, value) in fields(self.program, event.kind).iter().zip(&event.fields) {
                if let (FieldType::Text, Value::Text(text)) = (field.ty, value) {
                    texts.insert(text.to_string());
                }
            }
        }
        let group_names = self.draft.directory.groups.iter().filter_map(|group| group.name.clone());
        let member_names = self.draft.directory.members.iter().flat_map(|member| {
            member.name.iter().chain(member.groups.iter().filter_map(|at| at.name.as_ref())).cloned()
        });
        texts.extend(group_names.chain(member_names));
        for (text, number) in texts.into_iter().zip(1..) {
            let draft = self.with_text(&text, &format!("t{number}"));
            self.takes(draft);
        }
    }

    fn with_text(&self, old: &str, new: &str) -> Draft {
        let mut draft = self.draft.clone();
        for event in &mut draft.events {
            for (field, value) in fields(self.program, event.kind).iter().zip(event.fields.iter_mut()) {
                if field.ty == FieldType::Text && matches!(value, Value::Text(text) if **text == *old) {
                    *value = Value::text(new);
                }
            }
        }
        let swap = |name: &mut Option<String>| {
            if name.as_deref() == Some(old) {
                *name = Some(new.to_owned());
            }
        };
        draft.directory.groups.iter_mut().for_each(|group| swap(&mut group.name));
        for member in &mut draft.directory.members {
            swap(&mut member.name);
            member.groups.iter_mut().for_each(|at| swap(&mut at.name));
        }
        draft
    }

    // ---- the file -----------------------------------------------------------------------------------------------

    fn written(&self, ids: bool) -> String {
        let plan = &self.program.plan;
        let draft = &self.draft;
        let clock = Clock { start: draft.start, zone: plan.community.calendar.zone };
        let told = draft.decisions(self.program);
        let mut text =
            String::from("# Recorded from a log: as few events as bring about these decisions, with other names.\n");
        let what: BTreeSet<&str> = told.iter().map(|told| self.program.item_name(told.item)).collect();
        let what: Vec<&str> = what.into_iter().collect();
        let _ = writeln!(text, "scenario: \"recorded: {}\"", what.join(", "));
        let _ = writeln!(text, "start: {}", clock.zone.format(draft.start));
        self.directory(&mut text, clock);
        text.push_str("others: allowed\nevents:\n");
        for event in &draft.events {
            let _ = writeln!(text, "  - {}", yaml(&self.event(event, clock, ids)));
        }
        let last = draft.events.last().map_or(draft.start, |event| event.at);
        if draft.end > last {
            let _ = writeln!(text, "  - {}", clock.since(draft.end));
        }
        text.push_str("expect:\n");
        for told in &told {
            let _ = writeln!(text, "  - {}", yaml(&line(self.program, clock, told)));
        }
        text
    }

    fn event(&self, event: &OwnedEvent, clock: Clock, ids: bool) -> String {
        let kind = self.program.plan.kinds.get(event.kind.index());
        let mut line = format!("{} {}", clock.since(event.at), kind.map_or("", |kind| kind.name.as_str()));
        if let Some(member) = &event.member {
            let _ = write!(line, " {}", quoted(member));
        }
        if let Some(group) = &event.group {
            let _ = write!(line, " in {}", quoted(group));
        }
        if ids {
            let _ = write!(line, " id={}", quoted(&event.id));
        }
        for (field, value) in fields(self.program, event.kind).iter().zip(&event.fields) {
            if *value != field.default
                && let Some(value) = self.value(value, clock)
            {
                let _ = write!(line, " {}={value}", field.name);
            }
        }
        line
    }

    fn value(&self, value: &Value, clock: Clock) -> Option<String> {
        Some(match value {
            Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
            Value::Number(n) | Value::Money(n) => n.normalize().to_string(),
            Value::Duration(length) => length.to_string(),
            Value::Time(at) => clock.zone.format(*at),
            Value::Text(text) => quoted(text),
            Value::Name(name) => quoted(self.program.name(*name)),
            Value::Tier(tiers, level) => quoted(self.program.tier_name(*tiers, *level)),
            Value::List(items) => {
                let items: Vec<String> = items.iter().filter_map(|item| self.value(item, clock)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Unknown | Value::Member(_) | Value::Group(_) => return None,
        })
    }

    /// Who is there at the start, as JSON, which is YAML.
    fn directory(&self, text: &mut String, clock: Clock) {
        let Directory { groups, members } = &self.draft.directory;
        if groups.is_empty() && members.is_empty() {
            return;
        }
        let plan = &self.program.plan;
        let attributes = |all: &[(crate::plan::ids::AttributeId, Value)]| {
            let named = all.iter().filter_map(|(id, value)| {
                let name = self.program.name(plan.attributes.get(id.index())?.name);
                Some((name.to_owned(), self.scalar(value, clock)?))
            });
            named.collect::<Vec<_>>()
        };
        let roles = |roles: &[crate::plan::ids::NameId]| {
            let names: Vec<String> = roles.iter().map(|role| self.program.name(*role).to_owned()).collect();
            (!names.is_empty()).then(|| ("roles".to_owned(), format!("[{}]", names.join(", "))))
        };
        let name = |name: &Option<String>| name.as_ref().map(|name| ("name".to_owned(), json(name)));
        text.push_str("directory:\n");
        section(text, "groups", groups.is_empty());
        for group in groups {
            let mut pairs = attributes(&group.attributes);
            pairs.extend(group.kind.map(|kind| ("kind".to_owned(), self.program.name(kind).to_owned())));
            pairs.extend(name(&group.name));
            pairs.extend(group.capacity.map(|capacity| ("capacity".to_owned(), capacity.to_string())));
            pairs.extend(group.owner.as_ref().map(|owner| ("owner".to_owned(), json(owner))));
            let _ = writeln!(text, "    {}: {}", json(&group.id), map(&pairs));
        }
        section(text, "members", members.is_empty());
        for member in members {
            let mut pairs = attributes(&member.attributes);
            pairs.extend(name(&member.name));
            pairs.extend(roles(&member.roles));
            let at: Vec<(String, String)> = member
                .groups
                .iter()
                .map(|at| {
                    let mut pairs = attributes(&at.attributes);
                    pairs.extend(name(&at.name));
                    pairs.extend(roles(&at.roles));
                    (json(&at.group), map(&pairs))
                })
                .collect();
            if !at.is_empty() {
                pairs.push(("groups".to_owned(), map(&at)));
            }
            let _ = writeln!(text, "    {}: {}", json(&member.id), map(&pairs));
        }
    }

    /// A value as a directory has it.
    fn scalar(&self, value: &Value, clock: Clock) -> Option<String> {
        match value {
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Text(text) => Some(json(text)),
            Value::Time(at) => Some(json(&clock.zone.format(*at))),
            Value::Duration(length) => Some(json(&length.to_string())),
            Value::List(items) => {
                let items: Vec<String> = items.iter().filter_map(|item| self.scalar(item, clock)).collect();
                Some(format!("[{}]", items.join(", ")))
            }
            other => self.value(other, clock),
        }
    }
}

fn section(text: &mut String, name: &str, empty: bool) {
    if !empty {
        let _ = writeln!(text, "  {name}:");
    }
}

fn map(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A line as YAML wants it.
fn yaml(line: &str) -> String {
    if line.contains(": ") || line.contains(" #") || line.ends_with(':') {
        format!("'{}'", line.replace('\'', "''"))
    } else {
        line.to_owned()
    }
}

fn fields(program: &Program, kind: KindId) -> &[crate::plan::EventField] {
    program.plan.kinds.get(kind.index()).map_or(&[], |kind| &kind.fields)
}

/// Whether a field of an event is this id.
fn names(event: &OwnedEvent, id: &str) -> bool {
    event.fields.iter().any(|value| matches!(value, Value::Text(text) if **text == *id))
}

/// Other names for people and groups, in the order in which they are met.
#[derive(Default)]
struct Pseudonyms {
    members: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
}

impl Pseudonyms {
    fn member(&mut self, id: &str) -> String {
        let next = format!("m{}", self.members.len() + 1);
        self.members.entry(id.to_owned()).or_insert(next).clone()
    }

    fn group(&mut self, id: &str) -> String {
        let next = format!("g{}", self.groups.len() + 1);
        self.groups.entry(id.to_owned()).or_insert(next).clone()
    }

    fn draft(&mut self, draft: &Draft, kinds: &[EventKind]) -> Draft {
        let mut renamed = draft.clone();
        renamed.member = self.member(&draft.member);
        renamed.group = draft.group.as_ref().map(|group| self.group(group));
        for event in &mut renamed.events {
            event.group = event.group.take().map(|id| self.group(&id).into());
            event.member = event.member.take().map(|id| self.member(&id).into());
            let fields = kinds.get(event.kind.index()).map_or(&[][..], |kind| &kind.fields);
            for (field, value) in fields.iter().zip(event.fields.iter_mut()) {
                let Value::Text(id) = value else { continue };
                match field.ty {
                    FieldType::Member => *value = Value::text(self.member(id)),
                    FieldType::Group => *value = Value::text(self.group(id)),
                    _ => {}
                }
            }
        }
        for group in &mut renamed.directory.groups {
            group.id = self.group(&group.id).into();
            group.owner = group.owner.take().map(|id| self.member(&id).into());
        }
        for member in &mut renamed.directory.members {
            member.id = self.member(&member.id).into();
            member.groups.iter_mut().for_each(|at| at.group = self.group(&at.group).into());
        }
        renamed
    }
}
