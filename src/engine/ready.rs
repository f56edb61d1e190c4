//! An action made ready: its arguments are known (or known to be missing) before any effect of its input happens.

use super::decision::Reason;
use super::eval::Scene;
use super::happening::Happening;
use super::part::Place;
use super::program::Program;
use super::state::{Ground, Who};
use super::step::{Origin, Step};
use super::text::template;
use crate::plan::expr::{Expr, Keys};
use crate::plan::ids::{EffectId, GroupId, MessageId, PoolId};
use crate::plan::value::Value;
use crate::plan::{Act, Body as MessageBody, Due, Effect, Said, Task};
use crate::time::{Duration, Instant};
use compact_str::CompactString;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// One action with its target and arguments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    pub(super) effect: EffectId,
    /// Whom it is carried out on.
    pub(super) keys: Keys,
    /// The subject of the item, which is the target but for `… to MEMBER` and `everywhere`.
    pub(super) who: Who,
    pub(super) body: Body,
}

impl Ready {
    /// Whether there is nobody to carry it out on: sums of the subject are not meant.
    pub(super) fn is_for_nobody(&self) -> bool {
        matches!(self.body, Body::Refused(Reason::Nobody | Reason::NotAMember))
    }
}

/// The arguments of an action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Body {
    /// It cannot be done, for this reason.
    Refused(Reason),
    /// The effect says it all.
    Plain,
    Say(Words),
    Pool(PoolId),
    Value(Value),
    Amount(Decimal),
    Group(GroupId),
    /// A group that nobody has met yet, by its id.
    NewGroup(CompactString),
    Message(CompactString),
    /// `None` is for ever.
    During(Option<Duration>),
    Strike {
        weight: u32,
        reason: Arc<str>,
    },
    Task {
        title: Arc<str>,
        due: Instant,
    },
    /// Arguments of a flow, fields of an event, parameters of a declared action.
    Values(SmallVec<[Value; 2]>),
}

/// A text, or several that rotate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Words {
    pub(super) message: Option<MessageId>,
    /// Each text with its holes filled; `None` where one is missing.
    pub(super) texts: SmallVec<[Option<Arc<str>>; 1]>,
}

/// An action on its way, with everything that its decision needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) ready: Ready,
    pub(super) id: super::decision::DecisionId,
    pub(super) origin: Origin,
    pub(super) run: Option<u64>,
    pub(super) ground: Option<Ground>,
    /// The event that woke the item, for what is evaluated later (a task's `otherwise`).
    pub(super) event: Option<Arc<Happening>>,
    /// The firing for its subject.
    pub(super) firing: u64,
    /// The firing for all its subjects, whose actions may share an approval.
    pub(super) together: u64,
    /// A limit that an approval has waived.
    pub(super) waived: Option<crate::plan::ids::LimitId>,
    /// Whether it has been approved already.
    pub(super) approved: bool,
    /// Where it came to be considered.
    #[serde(skip)]
    pub(super) place: Option<Arc<Place>>,
}

/// What stands behind `scene.value` for a text argument.
fn text_of(value: Value) -> Option<Arc<str>> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

impl Step<'_> {
    /// Makes the effects of one firing ready; an action `everywhere` becomes one for each living membership.
    pub(super) fn ready(&self, effects: &[EffectId], scene: &Scene<'_>) -> Vec<Ready> {
        let mut ready = Vec::with_capacity(effects.len());
        for id in effects {
            if let Some(effect) = self.program.plan.effects.get(id.index()) {
                ready_effect(*id, effect, scene, &mut ready);
            }
        }
        ready
    }
}

fn ready_effect(id: EffectId, effect: &Effect, scene: &Scene<'_>, ready: &mut Vec<Ready>) {
    let who = Who { keys: scene.keys, per: scene.per.clone() };
    let mut push = |keys: Keys, body: Body| ready.push(Ready { effect: id, keys, who: who.clone(), body });
    let target = match target(effect, scene) {
        Ok(target) => target,
        Err(reason) => return push(scene.keys, Body::Refused(reason)),
    };
    let body = body(effect, scene, target);
    if !is_everywhere(&effect.act) {
        return push(target, body);
    }
    let groups = target.member.map(|member| scene.state.living_groups(member)).unwrap_or_default();
    // Who lifts a ban everywhere means the groups that the member is out of, too.
    let ever = || target.member.map(|member| scene.state.groups_ever(member)).unwrap_or_default();
    let groups = if lifts(&effect.act) { ever() } else { groups };
    if groups.is_empty() {
        return push(target, Body::Refused(Reason::NotAMember));
    }
    for group in groups {
        push(Keys { group: Some(group), ..target }, body.clone());
    }
}

fn is_everywhere(act: &Act) -> bool {
    match act {
        Act::Mute { everywhere, .. } | Act::Ban { everywhere, .. } => *everywhere,
        Act::Unmute { everywhere } | Act::Remove { everywhere } | Act::Unban { everywhere } => *everywhere,
        _ => false,
    }
}

fn lifts(act: &Act) -> bool {
    matches!(act, Act::Unmute { .. } | Act::Unban { .. })
}

/// Whether an action needs a membership that lives.
fn needs_membership(act: &Act) -> bool {
    matches!(act, Act::Mute { .. } | Act::Unmute { .. } | Act::Remove { .. } | Act::Ban { .. } | Act::Strike { .. })
        || matches!(act, Act::Say { how: crate::plan::Say::Warn, .. })
}

/// Whom the action is carried out on.
fn target(effect: &Effect, scene: &Scene<'_>) -> Result<Keys, Reason> {
    let Some(to) = &effect.to else { return Ok(scene.keys) };
    let Value::Member(member) = scene.value(to) else { return Err(Reason::Nobody) };
    let keys = Keys { member: Some(member), ..scene.keys };
    let somewhere = keys.group.is_none() || is_everywhere(&effect.act) || scene.state.is_member(keys);
    if needs_membership(&effect.act) && !somewhere { Err(Reason::NotAMember) } else { Ok(keys) }
}

fn body(effect: &Effect, scene: &Scene<'_>, target: Keys) -> Body {
    try_body(effect, scene, target).unwrap_or(Body::Refused(Reason::MissingValue))
}

/// The arguments; `None` where one is unknown.
fn try_body(effect: &Effect, scene: &Scene<'_>, target: Keys) -> Option<Body> {
    Some(match &effect.act {
        Act::Say { what: Said::Pool(pool), .. } => Body::Pool(*pool),
        Act::Say { what, .. } => Body::Say(words(what, scene, target)),
        Act::Set { value, .. } | Act::Sample { value, .. } => Body::Value(known(scene.value(value))?),
        Act::Award { amount, .. } | Act::Redeem { amount, .. } => Body::Amount(scene.value(amount).decimal()?),
        Act::Invite(group) => group_of(scene, scene.value(group))?,
        Act::InviteWhere(condition) => match first_group(scene, condition) {
            Some(group) => Body::Group(group),
            None => Body::Refused(Reason::NoGroup),
        },
        Act::DeleteMessage => Body::Message(message_id(scene)?),
        Act::Mute { during, .. } => Body::During(lasting(scene, during)?),
        Act::Ban { during: Some(during), .. } => Body::During(lasting(scene, during)?),
        Act::Ban { during: None, .. } => Body::During(None),
        Act::Strike { weight, because, .. } => {
            let weight = scene.value(weight).decimal()?.to_u32()?;
            Body::Strike { weight, reason: strike_reason(effect, scene, because.as_ref())? }
        }
        Act::Task(task) => Body::Task { title: template(scene, &task.title)?, due: due(task, scene, None)? },
        Act::Start { args, .. } => Body::Values(args.iter().map(|arg| known(scene.value(arg))).collect::<Option<_>>()?),
        Act::Emit { kind, fields } => Body::Values(emitted(scene, *kind, fields)?),
        Act::Custom { params } => {
            Body::Values(params.iter().map(|(_, arg)| known(scene.value(arg))).collect::<Option<_>>()?)
        }
        _ => Body::Plain,
    })
}

fn known(value: Value) -> Option<Value> {
    value.is_known().then_some(value)
}

fn duration(scene: &Scene<'_>, expr: &Expr) -> Option<Duration> {
    match scene.value(expr) {
        Value::Duration(during) => Some(during),
        _ => None,
    }
}

/// How long a sanction lasts; `None` inside is for ever.
fn lasting(scene: &Scene<'_>, expr: &Expr) -> Option<Option<Duration>> {
    duration(scene, expr).map(|during| Some(during).filter(|during| !during.is_forever()))
}

fn strike_reason(effect: &Effect, scene: &Scene<'_>, because: Option<&Expr>) -> Option<Arc<str>> {
    match because {
        Some(text) => text_of(scene.value(text)),
        None => Some(Arc::from(scene.program.item_name(effect.item))),
    }
}

/// The message that the event is, or the one whose id is in its field `message`.
fn message_id(scene: &Scene<'_>) -> Option<CompactString> {
    let event = scene.event?;
    let kind = scene.program.plan.kinds.get(event.kind.index())?;
    if scene.program.is_speech(event.kind) {
        return Some(event.id.clone());
    }
    let about = kind.fields.iter().zip(&event.fields).find(|(field, _)| field.name == "message");
    match about {
        Some((_, Value::Text(id))) => Some(CompactString::from(&**id)),
        _ => None,
    }
}

fn group_of(scene: &Scene<'_>, value: Value) -> Option<Body> {
    match value {
        Value::Group(group) => Some(Body::Group(group)),
        Value::Text(text) => Some(match scene.state.group_ids.get(&text) {
            Some(number) => Body::Group(GroupId(number)),
            None => Body::NewGroup(CompactString::from(&*text)),
        }),
        _ => None,
    }
}

/// The first open group, in order of id, for which the condition is true.
fn first_group(scene: &Scene<'_>, condition: &Expr) -> Option<GroupId> {
    let mut groups: Vec<GroupId> = scene.state.open_groups().collect();
    groups.sort_by(|a, b| scene.state.group_text(*a).cmp(scene.state.group_text(*b)));
    let holds = |group: &GroupId| scene.about(Keys { group: Some(*group), ..scene.keys }).holds(Some(condition));
    groups.into_iter().find(holds)
}

/// When a task is due; `anchor` is that of its run.
pub(super) fn due(task: &Task, scene: &Scene<'_>, anchor: Option<Instant>) -> Option<Instant> {
    match &task.due {
        Due::After(during) => match scene.value(during) {
            Value::Duration(during) if during.is_forever() => None,
            Value::Duration(during) => Some(scene.now + during),
            _ => None,
        },
        Due::Offset(offset) => Some(anchor.or(scene.anchor)? + *offset),
        Due::At(time) => match scene.value(time) {
            Value::Time(at) => Some(at),
            _ => None,
        },
    }
}

fn emitted(scene: &Scene<'_>, kind: crate::plan::ids::KindId, fields: &[(u8, Expr)]) -> Option<SmallVec<[Value; 2]>> {
    let declared = &scene.program.plan.kinds.get(kind.index())?.fields;
    let mut values: SmallVec<[Value; 2]> = declared.iter().map(|field| field.default.clone()).collect();
    for (position, expr) in fields {
        let value = scene.value(expr);
        let place = values.get_mut(*position as usize)?;
        let optional = declared.get(*position as usize).is_some_and(|field| field.optional);
        // What is missing counts as the default.
        match value.is_known() {
            true => *place = value,
            false if place.is_known() || optional => {}
            false => return None,
        }
    }
    Some(values)
}

/// The texts of what is said, each with its holes filled for the target.
fn words(what: &Said, scene: &Scene<'_>, target: Keys) -> Words {
    let program = scene.program;
    match what {
        Said::Text(text) => Words { message: None, texts: SmallVec::from_iter([template(scene, text)]) },
        Said::Message { message, args } => {
            let args: SmallVec<[Value; 4]> = args.iter().map(|arg| scene.value(arg)).collect();
            message_words(program, *message, &Scene { event: None, params: &args, keys: target, ..*scene })
        }
        Said::Pool(_) => Words { message: None, texts: SmallVec::new() },
    }
}

/// The texts of a message; of dated pieces the one of the local day, if there is one.
pub(super) fn message_words(program: &Program, id: MessageId, scene: &Scene<'_>) -> Words {
    let body = program.plan.messages.get(id.index()).map(|message| &message.body);
    let texts = match body {
        Some(MessageBody::Texts(texts)) => texts.iter().map(|text| template(scene, text)).collect(),
        Some(MessageBody::Dated(pieces)) => {
            let zone = program.plan.community.calendar.zone;
            let today = zone.date(scene.now);
            let piece = pieces.iter().find(|(date, _)| *date == today);
            SmallVec::from_iter([piece.and_then(|(_, text)| template(scene, text))])
        }
        None => SmallVec::new(),
    };
    Words { message: Some(id), texts }
}

impl super::state::State {
    fn open_groups(&self) -> impl Iterator<Item = GroupId> {
        let groups = self.groups.iter().enumerate().filter(|(_, group)| group.seen && !group.closed);
        groups.map(|(number, _)| GroupId(number as u32))
    }
}
