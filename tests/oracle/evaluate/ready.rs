//! Making an action ready: whom it concerns, and its arguments, on the state in which its condition was tested.

use super::book::{Act, Pieces, Scope};
use super::run::Run;
use super::scene::Scene;
use super::text::fill;
use super::value::Value;
use super::world::{Keys, Memory, Ready};
use super::zone::{FOREVER, later};
use qun::syntax::tree::{ActionKind, Due, Expr, FieldDecl, Said, Say};
use std::collections::BTreeMap;

/// What an action needs of its subject.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// A group, and no member.
    Group,
    /// A sanction or a strike: a member of the group.
    Membership,
    /// Whatever the subject is.
    Subject,
}

pub fn concerns(action: &ActionKind) -> Concerns {
    match action {
        ActionKind::Say { how: Say::Post | Say::Announce, .. } | ActionKind::Dissolve => Concerns::Group,
        ActionKind::Say { how: Say::Warn, .. }
        | ActionKind::Mute { .. }
        | ActionKind::Unmute { .. }
        | ActionKind::Remove { .. }
        | ActionKind::Ban { .. }
        | ActionKind::Unban { .. }
        | ActionKind::Strike { .. } => Concerns::Membership,
        _ => Concerns::Subject,
    }
}

/// Whether an action is written `everywhere`.
pub fn is_everywhere(action: &ActionKind) -> bool {
    matches!(
        action,
        ActionKind::Mute { everywhere: true, .. }
            | ActionKind::Unmute { everywhere: true }
            | ActionKind::Remove { everywhere: true }
            | ActionKind::Ban { everywhere: true, .. }
            | ActionKind::Unban { everywhere: true }
    )
}

impl<'b> Run<'b> {
    /// One action, ready for each whom it concerns.
    pub fn ready(&self, act: &'b Act<'b>, scene: &Scene<'_, 'b>, per: &Value) -> Vec<(&'b Act<'b>, Ready)> {
        let whom = self.whom(act, scene);
        let make = |(keys, refusal): (Keys, Option<&'static str>)| {
            let (mut args, memory, missing) = self.args(act, scene, &keys);
            let lost = matches!(act.action.kind, ActionKind::InviteWhere(_)) && args.is_empty();
            let outside = refusal.filter(|refusal| *refusal == "no group");
            let refusal = refusal.filter(|refusal| *refusal != "no group");
            let refusal = refusal.or(if missing { Some("missing value") } else { None });
            let refusal = refusal.or(if lost { Some("no group") } else { outside });
            if refusal.is_some_and(|refusal| refusal != "no group") {
                args.retain(|(name, _)| is_always_told(&act.action.kind, name));
            }
            if matches!(refusal, Some("nobody" | "not a member")) && matches!(act.action.kind, ActionKind::Say { .. }) {
                args.retain(|(name, _)| name == "class");
            }
            let pieces = self.pieces(act, &keys, &memory);
            let subject = scene.keys().clone();
            (act, Ready { keys, subject, per: per.clone(), refusal, args, pieces, scene: memory })
        };
        whom.into_iter().map(make).collect()
    }

    /// Whom an action concerns, and why it cannot be done for them, if so.
    fn whom(&self, act: &Act<'b>, scene: &Scene<'_, 'b>) -> Vec<(Keys, Option<&'static str>)> {
        let kind = &act.action.kind;
        let concerns = concerns(kind);
        let mut keys = scene.keys().clone();
        if let Some(to) = &act.action.to {
            match scene.value(to) {
                Value::Member(member) => keys.member = Some(member),
                _ => return vec![(keys, Some("nobody"))],
            }
        }
        if is_everywhere(kind) {
            return self.everywhere(act, &keys);
        }
        let of_group = match kind {
            ActionKind::Set { field, .. } => super::act::field_scope(self.book, &field.text, &keys).has_group(),
            _ => false,
        };
        let member_ladder = match kind {
            ActionKind::Strike { ladder, .. } => {
                super::book::scope_of(&self.book.ladder(&ladder.text).1.head) == Scope::Member
            }
            _ => false,
        };
        if (concerns == Concerns::Membership && !member_ladder || of_group) && keys.group.is_none() {
            return vec![(keys, Some("no group"))];
        }
        let outside = act.action.to.is_some()
            && concerns == Concerns::Membership
            && !matches!(kind, ActionKind::Unban { .. })
            && matches!((&keys.group, &keys.member), (Some(g), Some(m)) if !self.world.is_member(g, m));
        match outside {
            true => vec![(scene.keys().clone(), Some("not a member"))],
            false => vec![(keys, None)],
        }
    }

    /// In all groups of the member, one decision each.
    fn everywhere(&self, act: &Act<'b>, keys: &Keys) -> Vec<(Keys, Option<&'static str>)> {
        let Some(member) = &keys.member else { return Vec::new() };
        let undoes = matches!(act.action.kind, ActionKind::Unmute { .. } | ActionKind::Unban { .. });
        let groups: Vec<String> = match undoes {
            true => self.world.memberships.keys().filter(|(_, m)| m == member).map(|(g, _)| g.clone()).collect(),
            false => self.world.groups_of(member),
        };
        if groups.is_empty() {
            return vec![(keys.clone(), Some("not a member"))];
        }
        groups.iter().map(|group| (Keys::of(Some(group), Some(member)), None)).collect()
    }

    /// The arguments, what is still to be read later, and whether something is missing.
    fn args(&self, act: &Act<'b>, scene: &Scene<'_, 'b>, keys: &Keys) -> (Vec<(String, Value)>, Memory, bool) {
        let mut memory = scene.memory.clone();
        let name = |name: &str| Value::Name(name.to_owned());
        let arg = |label: &str, value: Value| (label.to_owned(), value);
        let one = |label: &str, value: Value| vec![arg(label, value)];
        let args = match &act.action.kind {
            ActionKind::Say { what, class, .. } => {
                let class = class.as_ref().map_or(Value::Unknown, |class| name(&class.text));
                let (mut said, missing) = self.said(what, scene, keys, &mut memory);
                let position = said.iter().position(|(label, _)| label == "voice").unwrap_or(said.len());
                said.insert(position, arg("class", class));
                return (said, memory, missing);
            }
            ActionKind::Dissolve | ActionKind::Unmute { .. } | ActionKind::Remove { .. } | ActionKind::Unban { .. } => {
                Vec::new()
            }
            ActionKind::InviteWhere(condition) => self.first_group(condition, scene).into_iter().collect(),
            ActionKind::Tag(tag) | ActionKind::Untag(tag) => one("tag", name(&tag.text)),
            ActionKind::Set { field, value } => vec![arg("field", name(&field.text)), arg("value", scene.value(value))],
            ActionKind::Award { amount, ledger } | ActionKind::Redeem { amount, ledger } => {
                vec![arg("points", name(&ledger.text)), arg("amount", scene.value(amount))]
            }
            ActionKind::Invite(group) => one("to", invited(scene.value(group))),
            ActionKind::DeleteMessage => one("message_id", message_id(scene)),
            ActionKind::Mute { during, .. } => one("for_s", scene.value(during)),
            ActionKind::Ban { during, .. } => {
                one("for_s", during.as_ref().map_or(Value::Duration(FOREVER), |during| scene.value(during)))
            }
            ActionKind::Strike { ladder, weight, because } => {
                let weight = weight.as_ref().map_or(super::past::number(1), |weight| scene.value(weight));
                let reason = match because {
                    Some(because) => fill(scene, because).map_or(Value::Unknown, Value::Text),
                    None => Value::Text(self.book.item_name(act.item).to_owned()),
                };
                memory.params.insert("reason".to_owned(), reason.clone());
                let missing = reason.is_unknown() || weight.is_unknown();
                let whole = weight.decimal().map(|weight| weight.trunc()).filter(|weight| *weight >= 0.into());
                let missing = missing || whole.is_none();
                let weight = whole.map_or(Value::Unknown, Value::Number);
                return (vec![arg("ladder", name(&ladder.text)), arg("weight", weight)], memory, missing);
            }
            ActionKind::Pardon { ladder } => one("ladder", name(&ladder.text)),
            ActionKind::Task(task) => {
                let due = self.due(&task.due, scene);
                let title = fill(scene, &task.title).map_or(Value::Unknown, Value::Text);
                let mut args = vec![arg("title", title), arg("role", name(&task.role.text)), arg("due", due)];
                args.extend(task.name.as_ref().map(|task| arg("name", name(&task.text))));
                args
            }
            ActionKind::Start { flow, args } => {
                let params = &self.book.flow(&flow.text).1.head.params;
                let missing = self.params(params, args, scene, &mut memory);
                return (one("flow", name(&flow.text)), memory, missing);
            }
            ActionKind::Stop { flow } => one("flow", name(&flow.text)),
            ActionKind::Emit { event, fields } => return self.emitted(&super::book::dotted(event), fields, scene),
            ActionKind::Custom { name, args } => {
                let params = self.book.custom(&name.text).iter().map(|param| param.name.text.clone());
                params.zip(args.iter().map(|arg| scene.value(arg))).collect()
            }
        };
        let missing = args.iter().any(|(_, value)| value.is_unknown());
        (args, memory, missing)
    }

    /// The first open group for which a condition is true.
    fn first_group(&self, condition: &Expr, scene: &Scene<'_, 'b>) -> Option<(String, Value)> {
        let fits = |group: &String| {
            let mut scene = scene.clone();
            scene.memory.keys.group = Some(group.clone());
            scene.memory.counts = Some(Scope::Group);
            scene.holds(Some(condition))
        };
        let group = self.world.open_groups().into_iter().find(fits)?;
        Some(("to".to_owned(), Value::Group(group)))
    }

    /// When a task that is given now is due.
    pub fn due(&self, due: &Due, scene: &Scene<'_, 'b>) -> Value {
        match due {
            Due::After(after) => match scene.value(after) {
                Value::Duration(FOREVER) => Value::Unknown,
                Value::Duration(after) => Value::Time(later(self.world.now, after)),
                _ => Value::Unknown,
            },
            Due::Offset(offset) => scene.memory.anchor.map_or(Value::Unknown, |at| Value::Time(later(at, offset.ms()))),
            Due::At(time) => scene.value(time),
        }
    }

    fn emitted(
        &self,
        event: &str,
        fields: &[(qun::syntax::tree::Word, Expr)],
        scene: &Scene<'_, 'b>,
    ) -> (Vec<(String, Value)>, Memory, bool) {
        let kind = &self.book.kinds[event];
        let mut all = super::log::defaults(self.book, kind);
        let given = fields.iter().map(|(field, value)| (field.text.clone(), scene.value(value)));
        all.extend(given.filter(|(_, value)| !value.is_unknown()));
        let required = |field: &&FieldDecl| !field.optional && field.default.is_none();
        let missing = kind.fields.iter().copied().filter(required).any(|field| !all.contains_key(&field.name.text));
        let mut args = vec![("event".to_owned(), Value::Name(event.to_owned()))];
        let declared = kind.names().into_iter();
        args.extend(declared.filter_map(|field| Some((field.clone(), all.get(&field)?.clone()))));
        (args, scene.memory.clone(), missing)
    }

    /// Parameters with their arguments; whether one is missing.
    fn params(&self, params: &[FieldDecl], args: &[Expr], scene: &Scene<'_, 'b>, memory: &mut Memory) -> bool {
        let given: BTreeMap<String, Value> =
            params.iter().zip(args).map(|(param, arg)| (param.name.text.clone(), scene.value(arg))).collect();
        let missing = given.values().any(Value::is_unknown);
        memory.params = given;
        missing
    }

    // ---- what is said ---------------------------------------------------------------------------------------------

    fn said(
        &self,
        what: &Said,
        scene: &Scene<'_, 'b>,
        keys: &Keys,
        memory: &mut Memory,
    ) -> (Vec<(String, Value)>, bool) {
        match what {
            Said::Text(text) => {
                let text = fill(scene, text).map_or(Value::Unknown, Value::Text);
                let missing = text.is_unknown();
                (vec![("text".to_owned(), text)], missing)
            }
            Said::Message { name, args } => {
                let message = self.book.message(&name.text);
                let missing = self.params(&message.params, args, scene, memory);
                let said = self.message_args(&name.text);
                let pieces = self.texts(&name.text, keys, &memory.params);
                let _ = missing;
                (said, pieces.iter().all(Option::is_none))
            }
            Said::Pool(_) => (Vec::new(), false),
        }
    }

    /// A message's name and voice.
    pub fn message_args(&self, name: &str) -> Vec<(String, Value)> {
        let mut said = vec![("message".to_owned(), Value::Name(name.to_owned()))];
        let voice = self.book.message(name).voice.as_ref();
        said.extend(voice.map(|voice| ("voice".to_owned(), Value::Name(voice.text.clone()))));
        said
    }

    fn pieces(&self, act: &Act<'b>, keys: &Keys, memory: &Memory) -> Vec<Option<String>> {
        match &act.action.kind {
            ActionKind::Say { what: Said::Message { name, .. }, .. } => self.texts(&name.text, keys, &memory.params),
            _ => Vec::new(),
        }
    }

    /// What each piece of a message says to somebody now; of dated pieces that of today.
    pub fn texts(&self, name: &str, keys: &Keys, params: &BTreeMap<String, Value>) -> Vec<Option<String>> {
        let scope = self.book.message(name).scope.as_ref().map_or(Scope::Community, Scope::of);
        let memory = Memory { keys: keys.clone(), of: Some(scope), params: params.clone(), ..Memory::default() };
        let scene = self.scene_of(memory);
        match &self.book.pieces[name] {
            Pieces::Texts(texts) => texts.iter().map(|text| fill(&scene, text)).collect(),
            Pieces::Dated(days) => {
                let today = self.book.zone.date(self.world.now);
                let text = days.iter().find(|(date, _)| *date == today);
                vec![text.and_then(|(_, text)| fill(&scene, text))]
            }
        }
    }

    /// The place of the piece whose turn it is, or of the next one that has a value in all its holes.
    pub fn turn(&self, name: &str, keys: &Keys, pieces: &[Option<String>]) -> Option<usize> {
        let turn = self.world.turns.get(&(name.to_owned(), keys.group.clone())).copied().unwrap_or(0);
        let places = (0..pieces.len()).map(|n| (turn + n) % pieces.len());
        places.into_iter().find(|place| pieces[*place].is_some())
    }
}

/// Whether an argument is told although others are missing, or nobody is concerned.
fn is_always_told(action: &ActionKind, arg: &str) -> bool {
    match action {
        ActionKind::Say { .. } => arg != "text",
        ActionKind::Tag(_) | ActionKind::Untag(_) | ActionKind::Pardon { .. } => true,
        ActionKind::Start { .. } | ActionKind::Stop { .. } => true,
        ActionKind::Set { .. } => arg == "field",
        ActionKind::Award { .. } | ActionKind::Redeem { .. } => arg == "points",
        ActionKind::Emit { .. } => arg == "event",
        _ => false,
    }
}

/// A group by value, or by the text of its id.
fn invited(value: Value) -> Value {
    match value {
        Value::Text(id) | Value::Name(id) => Value::Group(id),
        other => other,
    }
}

/// The message that the event is, or the one whose id is in its field `message`.
fn message_id(scene: &Scene<'_, '_>) -> Value {
    let Some(event) = &scene.memory.event else { return Value::Unknown };
    match (event.kind.as_str(), event.field("message")) {
        ("message.posted", _) => Value::Text(event.id.clone()),
        (_, Value::Text(id)) => Value::Text(id),
        _ => Value::Unknown,
    }
}
