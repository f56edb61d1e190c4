//! A plan made ready to run: who is woken by what, compiled patterns, the kinds the engine itself knows.

use super::guard::Wake;
use super::own::Own;
use super::still::Midnight;
use crate::plan::ids::{HandlerId, ItemId, KindId, LatchId, NameId, SeriesId, TallyId, TimelineId};
use crate::plan::{Act, Handler, KeyPart, Plan, Scope, Timeline};
use crate::time::Duration;
use regex::Regex;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A plan with the tables that make a step cheap: an event touches only what names its kind.
#[derive(Debug)]
pub struct Program {
    /// What runs.
    pub plan: Plan,
    /// By kind of event.
    dispatch: Vec<Dispatch>,
    /// What a kind wakes that the plan does not have.
    nothing: Dispatch,
    pub(super) patterns: Vec<Regex>,
    pub(super) known: Known,
    /// The names of the plan, to be shared by values.
    pub(super) texts: Vec<Arc<str>>,
    pub(super) words: Words,
    /// Latches and timelines with a goal exist: local midnights are inputs.
    pub(super) needs_midnight: bool,
    /// Whether some latch is tested at midnight for people to whom something has happened.
    pub(super) touches: bool,
    /// By latch, for whom midnight needs to test it.
    pub(super) midnights: Vec<Midnight>,
    /// Every `on no E`, in the order of handlers.
    pub(super) silences: Vec<Hush>,
    /// How each series is kept.
    shapes: Vec<Shape>,
    /// What reads the playbook's own deeds.
    pub(super) own: Own,
    /// Whether the groups of the community can be run apart.
    pub(super) apart: bool,
}

/// One `on no E for D`, by its position in [`Program::silences`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct HushId(u32);

impl HushId {
    pub(super) fn at(position: usize) -> HushId {
        HushId(position as u32)
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where an `on no E for D` stands, and what it waits for.
#[derive(Clone, Debug)]
pub(super) struct Hush {
    /// The branches of one rule: they fire together.
    pub(super) handlers: Vec<HandlerId>,
    pub(super) scope: Scope,
    pub(super) kind: KindId,
    pub(super) during: Duration,
}

fn silences(plan: &Plan) -> Vec<Hush> {
    let mut silences = Vec::new();
    let handlers: Vec<(HandlerId, &Handler)> = (0..).map(HandlerId).zip(&plan.handlers).collect();
    for branches in handlers.chunk_by(|(_, one), (_, other)| one.item == other.item) {
        let Some((_, first)) = branches.first() else { continue };
        silences.extend(first.silences.iter().map(|silence| Hush {
            handlers: branches.iter().map(|(id, _)| *id).collect(),
            scope: first.subject.scope,
            kind: silence.kind,
            during: silence.during,
        }));
    }
    silences
}

/// By what the pasts of a series are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Community,
    Group,
    Member,
    /// By group and member together.
    Pair,
    /// By fields, too.
    Other,
}

impl Shape {
    fn of(key: &[KeyPart]) -> Shape {
        match key {
            [] => Shape::Community,
            [KeyPart::Group] => Shape::Group,
            [KeyPart::Member] => Shape::Member,
            [KeyPart::Group, KeyPart::Member] => Shape::Pair,
            _ => Shape::Other,
        }
    }
}

/// What an event of one kind wakes, in the order of items.
#[derive(Debug, Default)]
pub(super) struct Dispatch {
    pub(super) series: Vec<SeriesId>,
    pub(super) wake: Wake,
    /// What waits for it to be missing.
    pub(super) silences: Vec<HushId>,
    /// Timelines that an edge of this kind concerns.
    pub(super) timelines: Vec<TimelineId>,
    /// Timelines whose goal names this kind.
    pub(super) goals: Vec<TimelineId>,
    pub(super) latches: Vec<LatchId>,
}

impl Dispatch {
    /// Whether nothing is woken.
    pub(super) fn is_empty(&self) -> bool {
        let Dispatch { series, wake, silences, timelines, goals, latches } = self;
        series.is_empty()
            && wake.all.is_empty()
            && silences.is_empty()
            && timelines.is_empty()
            && goals.is_empty()
            && latches.is_empty()
    }
}

/// Why a plan cannot be run: a table of it does not fit, or a pattern does not compile.
#[derive(Debug)]
pub struct ProgramError(String);

impl fmt::Display for ProgramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProgramError {}

impl Program {
    /// Makes the tables.
    ///
    /// # Errors
    /// Where the plan names a built-in event or pattern that is not there: a plan that `check` made has them all.
    pub fn new(mut plan: Plan) -> Result<Program, ProgramError> {
        let patterns = plan.patterns.iter().map(|p| Regex::new(p)).collect::<Result<_, _>>();
        let patterns = patterns.map_err(|e| ProgramError(format!("a pattern does not compile: {e}")))?;
        let known = Known::find(&plan)?;
        let words = Words::ensure(&mut plan);
        let texts = plan.names.iter().map(|n| Arc::from(n.as_str())).collect();
        let silences = silences(&plan);
        let dispatch = dispatch(&plan, &silences);
        let needs_midnight = !plan.latches.is_empty() || plan.timelines.iter().any(|t| t.goal.is_some());
        let own = Own::of(&plan, &known);
        let shapes = plan.series.iter().map(|series| Shape::of(&series.key)).collect();
        let midnights = super::still::midnights(&plan);
        let touches = midnights.iter().any(|midnight| matches!(midnight, Midnight::Still { by_events: false, .. }));
        Ok(Program {
            apart: plan.bonds().is_empty(),
            midnights,
            plan,
            dispatch,
            nothing: Dispatch::default(),
            patterns,
            known,
            texts,
            words,
            needs_midnight,
            touches,
            silences,
            shapes,
            own,
        })
    }

    /// Whether the groups of the community can be run apart.
    #[must_use]
    pub fn can_run_apart(&self) -> bool {
        self.apart
    }

    /// Whether parts also test the same conditions as one run over all groups does, for those who look on: whom a midnight
    /// passes over hangs on what has happened in other groups, too.
    #[must_use]
    pub fn tests_alike_apart(&self) -> bool {
        self.midnights.iter().all(|midnight| match midnight {
            Midnight::Everybody => true,
            Midnight::Still { by_events, sums } => *by_events && sums.is_empty(),
        })
    }

    /// A name of the playbook; of what a log names beyond it, `(undeclared)`.
    #[must_use]
    pub fn name(&self, id: NameId) -> &str {
        self.plan.names.get(id.index()).map_or("(undeclared)", String::as_str)
    }

    /// The name of an item.
    #[must_use]
    pub fn item_name(&self, id: ItemId) -> &str {
        self.plan.items.get(id.index()).map_or("", |item| self.name(item.name))
    }

    pub(super) fn shared_name(&self, id: NameId) -> Arc<str> {
        self.texts.get(id.index()).map_or_else(|| Arc::from("(undeclared)"), Arc::clone)
    }

    pub(super) fn shape(&self, series: SeriesId) -> Shape {
        self.shapes.get(series.index()).copied().unwrap_or(Shape::Other)
    }

    /// All silences, in the order of their rules.
    pub(super) fn all_silences(&self) -> impl Iterator<Item = (HushId, &Hush)> {
        (0..).map(HushId).zip(&self.silences)
    }

    /// The item of each silence, by position.
    pub(super) fn silences(&self) -> impl Iterator<Item = ItemId> {
        self.silences.iter().filter_map(|hush| Some(self.plan.handlers.get(hush.handlers.first()?.index())?.item))
    }

    /// The silences that a handler waits for.
    pub(super) fn silences_of(&self, id: HandlerId) -> impl Iterator<Item = HushId> {
        // The branches of a rule wait together, and rules stand in the order of their handlers.
        let first = self.silences.partition_point(|hush| hush.handlers.last().is_some_and(|last| *last < id));
        let mine = self.silences.iter().skip(first).take_while(move |hush| hush.handlers.contains(&id));
        (first as u32..).map(HushId).zip(mine).map(|(hush, _)| hush)
    }

    pub(super) fn hush(&self, id: HushId) -> Option<&Hush> {
        self.silences.get(id.index())
    }

    pub(super) fn dispatch_of(&self, kind: KindId) -> &Dispatch {
        self.dispatch.get(kind.index()).unwrap_or(&self.nothing)
    }
}

fn dispatch(plan: &Plan, silences: &[Hush]) -> Vec<Dispatch> {
    let mut table: Vec<Dispatch> = plan.kinds.iter().map(|_| Dispatch::default()).collect();
    let mut with = |kind: KindId, add: &mut dyn FnMut(&mut Dispatch)| {
        if let Some(row) = table.get_mut(kind.index()) {
            add(row);
        }
    };
    for (id, series) in plan.series.iter().enumerate() {
        with(series.kind, &mut |row| row.series.push(SeriesId(id as u32)));
    }
    for (id, handler) in plan.handlers.iter().enumerate() {
        let id = HandlerId(id as u32);
        // Who does something where the condition does not hold must hear of it.
        let condition = handler.when.as_ref().filter(|_| handler.otherwise.is_empty());
        for &kind in &handler.events {
            with(kind, &mut |row| row.wake.add(kind, id, condition));
        }
    }
    for (id, hush) in (0..).map(HushId).zip(silences) {
        with(hush.kind, &mut |row| row.silences.push(id));
    }
    // An event that stops a run on an older version may start one on the new version.
    let mut timelines: Vec<(TimelineId, &Timeline)> = (0..).map(TimelineId).zip(&plan.timelines).collect();
    timelines.sort_by_key(|(_, timeline)| timeline.pinned.is_none());
    for (id, timeline) in timelines {
        for edge in &timeline.edges {
            with(edge.kind, &mut |row| {
                if row.timelines.last() != Some(&id) {
                    row.timelines.push(id);
                }
            });
        }
        for kind in timeline.goal.iter().flat_map(|goal| &goal.wakes) {
            with(*kind, &mut |row| row.goals.push(id));
        }
    }
    for (id, latch) in plan.latches.iter().enumerate() {
        for &kind in &latch.wakes {
            with(kind, &mut |row| row.latches.push(LatchId(id as u32)));
        }
    }
    table
}

macro_rules! known {
    ($($field:ident = $name:literal $(($($slot:ident = $label:literal),*))?;)*) => {
        /// The kinds of events that the engine itself reads or tells, with the positions of their fields.
        #[derive(Debug)]
        pub(super) struct Known {
            $(pub(super) $field: KindId, $($(pub(super) $slot: u8,)*)?)*
        }

        impl Known {
            fn find(plan: &Plan) -> Result<Known, ProgramError> {
                let by_name: FxHashMap<&str, usize> =
                    plan.kinds.iter().enumerate().map(|(i, kind)| (kind.name.as_str(), i)).collect();
                let kind = |name: &str| {
                    by_name.get(name).copied().ok_or_else(|| ProgramError(format!("no event `{name}` in the plan")))
                };
                let slot = |kind: usize, field: &str| {
                    let fields = plan.kinds.get(kind).map_or(&[][..], |k| &k.fields);
                    let found = fields.iter().position(|f| f.name == field);
                    found.map(|i| i as u8).ok_or_else(|| ProgramError(format!("no field `{field}` in the plan")))
                };
                Ok(Known {
                    $($field: KindId(kind($name)? as u16), $($($slot: slot(kind($name)?, $label)?,)*)?)*
                })
            }
        }
    };
}

known! {
    joined = "member.joined" (joined_name = "name");
    left = "member.left";
    removed = "member.removed";
    banned = "member.banned";
    muted = "member.muted";
    renamed = "member.renamed" (renamed_name = "name");
    message_posted = "message.posted";
    role_granted = "role.granted" (granted_role = "role");
    role_revoked = "role.revoked" (revoked_role = "role");
    group_created = "group.created"
        (created_kind = "group_kind", created_name = "name", created_capacity = "capacity", created_owner = "owner");
    group_closed = "group.closed";
    appeal_filed = "appeal.filed";
    appeal_decided = "appeal.decided" (decided_upheld = "upheld", decided_strike = "strike");
    task_done = "task.done" (done_task = "task", done_name = "name");
    approval_decided = "approval.decided" (approval_action = "action", approval_approved = "approved");
    delivery_done = "delivery.done";
    delivery_failed = "delivery.failed";
    content_posted = "content.posted" (content_message = "message", content_class = "class");
    tag_added = "tag.added" (added_tag = "tag");
    tag_removed = "tag.removed" (removed_tag = "tag");
    points_changed = "points.changed"
        (points_ledger = "ledger", points_amount = "amount", points_balance = "balance");
    strike_given = "strike.given"
        (strike_ladder = "ladder", strike_weight = "weight", strike_total = "total", strike_reason = "reason");
    strike_withdrawn = "strike.withdrawn" (withdrawn_ladder = "ladder");
    tier_changed = "tier.changed" (tier_tiers = "tiers", tier_from = "from", tier_to = "to");
    segment_entered = "segment.entered" (entered_segment = "segment");
    segment_left = "segment.left" (left_segment = "segment");
    flow_started = "flow.started" (started_flow = "flow");
    flow_ended = "flow.ended" (ended_flow = "flow", ended_how = "how");
    task_created = "task.created"
        (created_task = "task", created_task_name = "name", created_title = "title", created_role = "role",
         created_due = "due", created_item = "item");
    task_overdue = "task.overdue"
        (overdue_task = "task", overdue_task_name = "name", overdue_title = "title", overdue_role = "role",
         overdue_due = "due", overdue_item = "item");
}

impl Known {
    /// The kind of the event that tells of an action.
    pub(super) fn told(&self, act: &Act) -> KindId {
        match act {
            Act::Say { .. } => self.content_posted,
            Act::Tag(_) => self.tag_added,
            Act::Untag(_) => self.tag_removed,
            Act::Award { .. } | Act::Redeem { .. } => self.points_changed,
            Act::Strike { .. } => self.strike_given,
            Act::Pardon { .. } => self.strike_withdrawn,
            Act::Mute { .. } => self.muted,
            Act::Remove { .. } => self.removed,
            Act::Ban { .. } => self.banned,
            Act::Dissolve => self.group_closed,
            Act::Task(_) => self.task_created,
            Act::Stop { .. } => self.flow_ended,
            _ => self.flow_started,
        }
    }

    /// The kinds that nobody but the engine tells.
    pub(super) fn told_by_engine(&self) -> [KindId; 14] {
        [
            self.content_posted,
            self.muted,
            self.tag_added,
            self.tag_removed,
            self.points_changed,
            self.strike_given,
            self.strike_withdrawn,
            self.tier_changed,
            self.segment_entered,
            self.segment_left,
            self.flow_started,
            self.flow_ended,
            self.task_created,
            self.task_overdue,
        ]
    }
}

macro_rules! words {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Names that the engine itself gives: actions, weekdays, and the role of a group's owner.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $field: NameId,)*
        }

        impl Words {
            fn ensure(plan: &mut Plan) -> Words {
                let mut by_name: FxHashMap<String, u32> =
                    plan.names.iter().enumerate().map(|(i, name)| (name.clone(), i as u32)).collect();
                let mut ensure = |text: &str| {
                    NameId(*by_name.entry(text.to_owned()).or_insert_with(|| {
                        plan.names.push(text.to_owned());
                        plan.names.len() as u32 - 1
                    }))
                };
                Words { $($field: ensure($text),)* }
            }
        }
    };
}

words! {
    promote = "promote", demote = "demote", invite = "invite", unmute = "unmute", unban = "unban", mute = "mute",
    task = "task", owner = "owner",
    monday = "monday", tuesday = "tuesday", wednesday = "wednesday", thursday = "thursday", friday = "friday",
    saturday = "saturday", sunday = "sunday",
}

impl Program {
    pub(super) fn tally_of_name(&self, name: NameId) -> Option<TallyId> {
        self.plan.tallies.iter().position(|t| t.name == name).map(|i| TallyId(i as u16))
    }
}
