//! Kinds of events: those of the prelude, and the generator's own.

use super::types::{Carry, Sort, Ty};

/// The events that every playbook knows, as the crate declares them.
const PRELUDE: &str = include_str!("../../../src/prelude.sop");

/// Events of the generator's own, and more fields for built-in ones.
pub const OWN: &str = r#"
event message.posted for member in group { bot: bool = false, sentiment: number?, inviter: member?, message: text? }
event message.reported for member in group { message: text? }
event quiz.answered for member in group { quiz: text, score: number?, correct: bool = true, seat: number?, cash: money?, until: time?, mate: member?, grade: class?, words: list?, wait: duration?, share: percent?, level: tier?, home: group? }
event alert.raised for community { city: text, n: number = 1, until: time? }
event fee.paid for member in group? { amount: money, until: time?, plan: text?, invitee: member? }
event plan.made for group { plan: text, starts_at: time?, n: number = 1, who: member? }
event plan.moved for group { plan: text, starts_at: time?, n: number = 1 }
event plan.cancelled for group { plan: text }
event mail.read for member { n: number?, city: text?, plan: text? }
event loop.tick for member in group { n: number = 0 }
event ping.sent for group { n: number?, word: text = "ping", who: member? }
event note.kept for member { n: number = 0, word: text?, mate: member? }
event alarm.rung for community { n: number = 1, city: text? }
"#;

/// Events that actions may emit without end in sight: nothing but followers wait for them.
pub const EMITTED: [&str; 4] = ["loop.tick", "ping.sent", "note.kept", "alarm.rung"];

/// Recorded events that the engine makes as well.
pub const MADE: [&str; 3] = ["member.removed", "member.banned", "group.closed"];

/// What the engine alone makes.
const INTERNAL: [&str; 14] = [
    "content.posted",
    "member.muted",
    "tag.added",
    "tag.removed",
    "points.changed",
    "strike.given",
    "strike.withdrawn",
    "tier.changed",
    "segment.entered",
    "segment.left",
    "flow.started",
    "flow.ended",
    "task.created",
    "task.overdue",
];

/// A field of an event.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: Ty,
    /// Whether a log may leave it out.
    pub optional: bool,
}

/// A kind of event.
#[derive(Clone, Debug)]
pub struct Kind {
    pub name: String,
    pub member: Carry,
    pub group: Carry,
    pub fields: Vec<Field>,
    /// Whether a log may tell of it.
    pub recorded: bool,
    /// How a playbook declares it.
    pub declared: Option<String>,
}

impl Kind {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether only followers may wait for it: the engine makes it, or an action may.
    pub fn is_made(&self) -> bool {
        !self.recorded || MADE.contains(&self.name.as_str()) || EMITTED.contains(&self.name.as_str())
    }
}

/// All kinds.
pub fn all() -> Vec<Kind> {
    let mut kinds = Vec::new();
    declared(PRELUDE, &mut kinds, false);
    declared(OWN, &mut kinds, true);
    kinds
}

/// Reads declarations as they stand in a playbook.
fn declared(text: &str, kinds: &mut Vec<Kind>, own: bool) {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join(" ");
    for declaration in text.split("event ").filter(|piece| piece.contains(" for ")) {
        let (head, fields) = declaration.split_once('{').expect("fields");
        let (name, scope) = head.split_once(" for ").expect("a scope");
        let (name, scope) = (name.trim(), scope.trim());
        let fields = fields.rsplit_once('}').expect("an end").0;
        let fields: Vec<Field> = fields.split(',').map(str::trim).filter(|f| !f.is_empty()).map(field).collect();
        let text = own.then(|| format!("event {}", declaration.trim()));
        if let Some(known) = kinds.iter_mut().find(|kind| kind.name == name) {
            known.fields.extend(fields);
            known.declared = text;
            continue;
        }
        let carry = |word: &str| match scope {
            _ if scope.contains(&format!("{word}?")) => Carry::Maybe,
            _ if scope.contains(word) => Carry::Always,
            _ => Carry::Never,
        };
        let recorded = !INTERNAL.contains(&name);
        let (member, group) = (carry("member"), carry("group"));
        kinds.push(Kind { name: name.to_owned(), member, group, fields, recorded, declared: text });
    }
}

fn field(text: &str) -> Field {
    let (name, rest) = text.split_once(':').expect("a type");
    let (ty, default) = rest.split_once('=').map_or((rest, false), |(ty, _)| (ty, true));
    let optional = default || ty.contains('?');
    Field { name: name.trim().to_owned(), ty: ty_of(ty.trim().trim_end_matches('?')), optional }
}

fn ty_of(word: &str) -> Ty {
    match word {
        "bool" => Ty::Bool,
        "number" => Ty::Number,
        "percent" => Ty::Percent,
        "money" => Ty::Money,
        "duration" => Ty::Duration,
        "time" => Ty::Time,
        "text" => Ty::Text,
        "list" => Ty::List,
        "member" => Ty::Member,
        "group" => Ty::Group,
        "tier" => Ty::Tier(None),
        "kind" => Ty::Name(Sort::Kind),
        "role" => Ty::Name(Sort::Role),
        "tag" => Ty::Name(Sort::Tag),
        "class" => Ty::Name(Sort::Class),
        "points" => Ty::Name(Sort::Points),
        "message" => Ty::Name(Sort::Message),
        "ladder" => Ty::Name(Sort::Ladder),
        "flow" => Ty::Name(Sort::Flow),
        "segment" => Ty::Name(Sort::Segment),
        "tiers" => Ty::Name(Sort::Tiers),
        "item" => Ty::Name(Sort::Item),
        "task" => Ty::Name(Sort::Task),
        other => panic!("no type `{other}`"),
    }
}
