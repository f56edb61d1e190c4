//! What a playbook does itself, and which of its items read that: known before anything happens.

use super::certainty::Certainty;
use super::program::Known;
use crate::plan::expr::{Aggregate, Crowd, Expr};
use crate::plan::ids::{AttributeId, EffectId, HandlerId, KindId, MetricId, TimelineId};
use crate::plan::{Act, Body, EdgeSort, Handler, KeyPart, Plan, Said, Say, Scope, SelectBy, Step, Timeline, walk};
use rustc_hash::FxHashSet;

/// For each thing that decides, how sure it can be at best.
#[derive(Debug, Default)]
pub(super) struct Own {
    handlers: Vec<Certainty>,
    effects: Vec<Certainty>,
    timelines: Vec<OfTimeline>,
    /// How far a doubt about one member reaches: `Member`, `Group` or `Community`. A playbook whose sanctions go by what a
    /// member did reaches that member alone; where they go by what happens in a group, all who are there.
    pub(super) spread: Scope,
    /// Whether the playbook puts members out.
    pub(super) puts_out: bool,
}

/// How sure a timeline's steps can be.
#[derive(Debug, Default)]
struct OfTimeline {
    /// Whether it goes on only as long as people do not do something.
    waits: bool,
    steps: Vec<OfStep>,
}

#[derive(Clone, Copy, Debug, Default)]
struct OfStep {
    certainty: Certainty,
    /// Whether it reads what people did.
    looks: bool,
}

impl Own {
    pub(super) fn of(plan: &Plan, known: &Known) -> Own {
        let made = Made::of(plan, known);
        let handlers = plan.handlers.iter().map(|handler| made.handler(handler)).collect();
        let effects = (0..plan.effects.len()).map(|i| made.effect(EffectId(i as u32))).collect();
        let timelines = plan.timelines.iter().map(|timeline| made.timeline(timeline)).collect();
        Own { handlers, effects, timelines, spread: made.spread(), puts_out: made.puts_out }
    }

    pub(super) fn handler(&self, id: HandlerId) -> Certainty {
        self.handlers.get(id.index()).copied().unwrap_or_default()
    }

    pub(super) fn effect(&self, id: EffectId) -> Certainty {
        self.effects.get(id.index()).copied().unwrap_or_default()
    }

    /// A step of a run; `spoke` says whether the run has said something before.
    pub(super) fn step(&self, id: TimelineId, position: usize, spoke: bool) -> Certainty {
        let Some(timeline) = self.timelines.get(id.index()) else { return Certainty::Depends };
        let step = timeline.steps.get(position).copied().unwrap_or_default();
        if spoke && (timeline.waits || step.looks) {
            return Certainty::Unknowable;
        }
        step.certainty.max(Certainty::Depends)
    }

    /// Whether a timeline goes on only as long as people do not do something.
    pub(super) fn waits(&self, id: TimelineId) -> bool {
        self.timelines.get(id.index()).is_some_and(|timeline| timeline.waits)
    }
}

/// What the items of a plan make.
struct Made<'p> {
    plan: &'p Plan,
    known: &'p Known,
    kinds: FxHashSet<KindId>,
    attributes: FxHashSet<AttributeId>,
    /// Kinds by which people answer what is said.
    answers: Vec<KindId>,
    /// Kinds that something of the playbook waits for or counts.
    heard: FxHashSet<KindId>,
    says: bool,
    puts_out: bool,
    invites: bool,
    dissolves: bool,
}

/// The kinds that wake something, are counted, move a timeline or have a latch tested.
fn heard(plan: &Plan) -> FxHashSet<KindId> {
    let woken = plan.handlers.iter().flat_map(|handler| &handler.events).copied();
    let counted = plan.series.iter().map(|series| series.kind);
    let edges = plan.timelines.iter().flat_map(|timeline| &timeline.edges).map(|edge| edge.kind);
    let goals =
        plan.timelines.iter().filter_map(|timeline| timeline.goal.as_ref()).flat_map(|goal| &goal.wakes).copied();
    let tested = plan.latches.iter().flat_map(|latch| &latch.wakes).copied();
    woken.chain(counted).chain(edges).chain(goals).chain(tested).collect()
}

/// How people take what is said to them: that they do not shows nothing where it was never said.
const ANSWERS: [&str; 3] = ["content.opened", "link.clicked", "survey.answered"];

impl<'p> Made<'p> {
    fn of(plan: &'p Plan, known: &'p Known) -> Made<'p> {
        let acts = || plan.effects.iter().map(|effect| &effect.act);
        let has = |test: &dyn Fn(&Act) -> bool| acts().any(test);
        let kinds = acts().filter_map(|act| match act {
            Act::Emit { kind, .. } => Some(*kind),
            Act::Remove { .. } | Act::Ban { .. } | Act::Dissolve => Some(known.told(act)),
            _ => None,
        });
        let attributes = acts().filter_map(|act| match act {
            Act::Set { attribute, .. } => Some(*attribute),
            _ => None,
        });
        let named = |name: &&str| plan.kinds.iter().position(|kind| kind.name == **name).map(|i| KindId(i as u16));
        Made {
            plan,
            known,
            kinds: kinds.chain(known.told_by_engine()).collect(),
            attributes: attributes.collect(),
            answers: ANSWERS.iter().filter_map(named).collect(),
            heard: heard(plan),
            says: has(&|act| matches!(act, Act::Say { .. })),
            puts_out: has(&|act| matches!(act, Act::Remove { .. } | Act::Ban { .. })),
            invites: has(&|act| matches!(act, Act::Invite(_) | Act::InviteWhere(_))),
            dissolves: has(&|act| matches!(act, Act::Dissolve)),
        }
    }

    // ---- how sure -----------------------------------------------------------------------------------------------

    fn handler(&self, handler: &Handler) -> Certainty {
        let mut worst = Certainty::Certain;
        self.plan.of_handler(handler, &mut |expr| worst = worst.max(self.read(expr)));
        worst
    }

    fn effect(&self, id: EffectId) -> Certainty {
        let Some(effect) = self.plan.effects.get(id.index()) else { return Certainty::Depends };
        let mut worst = Certainty::Certain;
        self.plan.of_effect(effect, &mut |expr| worst = worst.max(self.read(expr)));
        let rotates = match &effect.act {
            Act::Say { what: Said::Pool(_), .. } => true,
            Act::Say { what: Said::Message { message, .. }, .. } => {
                let body = self.plan.messages.get(message.index()).map(|message| &message.body);
                matches!(body, Some(Body::Texts(texts)) if texts.len() > 1)
            }
            _ => false,
        };
        if rotates { worst.max(Certainty::Depends) } else { worst }
    }

    fn timeline(&self, timeline: &Timeline) -> OfTimeline {
        let leaving = [self.known.left, self.known.removed, self.known.banned, self.known.group_closed];
        let by_people = |kind: &KindId| !leaving.contains(kind) && !self.kinds.contains(kind);
        let stops = timeline.edges.iter().filter(|edge| edge.sort == EdgeSort::Stop);
        let waits = timeline.goal.is_some() || stops.map(|edge| edge.kind).any(|kind| by_people(&kind));
        OfTimeline { waits, steps: timeline.steps.iter().map(|step| self.step(step)).collect() }
    }

    fn step(&self, step: &Step) -> OfStep {
        let mut of_step = OfStep::default();
        let mut see = |expr: &Expr| {
            of_step.certainty = of_step.certainty.max(self.read(expr));
            self.all(expr, &mut |part| of_step.looks |= self.looks(part));
        };
        step.when.iter().for_each(&mut see);
        step.effects.iter().filter_map(|id| self.plan.effects.get(id.index())).for_each(|effect| {
            self.plan.of_effect(effect, &mut see);
        });
        of_step
    }

    fn looks(&self, part: &Expr) -> bool {
        matches!(part, Expr::Aggregate(aggregate) if self.kind(aggregate).is_some_and(|kind| !self.kinds.contains(&kind)))
    }

    fn kind(&self, aggregate: &Aggregate) -> Option<KindId> {
        self.plan.series.get(aggregate.series.index()).map(|series| series.kind)
    }

    /// How sure what an expression reads can be at best.
    fn read(&self, expr: &Expr) -> Certainty {
        let mut worst = Certainty::Certain;
        self.all(expr, &mut |part| worst = worst.max(self.part(part)));
        worst
    }

    fn part(&self, part: &Expr) -> Certainty {
        let own = match part {
            Expr::Ledger(_) | Expr::Tier(_) | Expr::HasTag(_) => true,
            Expr::MemberAttribute(id) | Expr::MemberHasAttribute(id) => self.attributes.contains(id),
            Expr::GroupAttribute(id) | Expr::GroupHasAttribute(id) => self.attributes.contains(id),
            Expr::GroupSize | Expr::CommunitySize => self.puts_out,
            Expr::GroupSeats => self.puts_out || self.invites,
            Expr::Population(_) => self.puts_out || self.dissolves,
            Expr::Aggregate(aggregate) => {
                let kind = self.kind(aggregate);
                if self.says && kind.is_some_and(|kind| self.answers.contains(&kind)) {
                    return Certainty::Unknowable;
                }
                kind.is_some_and(|kind| self.kinds.contains(&kind))
            }
            _ => false,
        };
        if own { Certainty::Depends } else { Certainty::Certain }
    }

    /// Calls `f` with the expression and all its parts, also those behind names.
    fn all<'e>(&'e self, expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
        walk::all(expr, &mut |part| {
            f(part);
            match part {
                Expr::Let(id) => self.plan.lets.get(id.index()).into_iter().for_each(|named| self.all(&named.value, f)),
                Expr::InSegment(id) => {
                    self.plan.segments.get(id.index()).into_iter().for_each(|segment| self.all(&segment.when, f));
                }
                Expr::Metric(id) => self.samples(*id).for_each(|value| self.all(value, f)),
                _ => {}
            }
        });
    }

    fn samples(&self, id: MetricId) -> impl Iterator<Item = &Expr> {
        self.plan.effects.iter().filter_map(move |effect| match &effect.act {
            Act::Sample { metric, value } if *metric == id => Some(value),
            _ => None,
        })
    }

    // ---- how far a doubt reaches ------------------------------------------------------------------------------------

    /// The widest past by which something is decided that may lead to a sanction.
    fn spread(&self) -> Scope {
        let mut spread = Scope::Member;
        let mut widen = |to: Scope| {
            if rank(to) > rank(spread) {
                spread = to;
            }
        };
        for handler in &self.plan.handlers {
            if !self.may_punish(handler.effects.iter().chain(&handler.otherwise)) {
                continue;
            }
            self.plan.of_handler(handler, &mut |expr| widen(self.width(expr)));
            if let Some(select) = &handler.select {
                widen(select.per);
                if matches!(select.by, SelectBy::Draw) {
                    widen(Scope::Group);
                }
            }
            if !handler.silences.is_empty() && matches!(handler.subject.scope, Scope::Group | Scope::Community) {
                widen(handler.subject.scope);
            }
        }
        for timeline in &self.plan.timelines {
            if self.may_punish(timeline.steps.iter().flat_map(|step| &step.effects)) {
                self.plan.of_timeline(timeline, &mut |expr| widen(self.width(expr)));
                widen(timeline.subject.scope);
            }
        }
        for latch in &self.plan.latches {
            latch.levels.iter().for_each(|level| widen(self.width(level)));
            widen(latch.subject.scope);
        }
        for effect in self.plan.effects.iter().filter(|effect| self.punishes(&effect.act)) {
            self.plan.of_effect(effect, &mut |expr| widen(self.width(expr)));
            // Somebody else than the subject is meant.
            if effect.to.is_some() {
                widen(Scope::Community);
            }
        }
        let limits = self.plan.limits.iter().filter(|limit| {
            let acts = self.plan.effects.iter().filter(|effect| limit.actions.contains(&effect.name));
            !limit.caps.is_empty() && acts.map(|effect| &effect.act).any(|act| self.punishes(act))
        });
        limits.for_each(|limit| widen(limit.subject.scope));
        spread
    }

    fn may_punish<'e>(&self, effects: impl Iterator<Item = &'e EffectId>) -> bool {
        let mut acts = effects.filter_map(|id| self.plan.effects.get(id.index())).map(|effect| &effect.act);
        acts.any(|act| self.punishes(act))
    }

    /// Whether an action may be, or lead to, a sanction: all but words and tasks that nobody waits for.
    fn punishes(&self, act: &Act) -> bool {
        let heard = |kind: KindId| self.heard.contains(&kind);
        match act {
            Act::Say { how: Say::Warn, .. } => true,
            Act::Say { .. } => heard(self.known.content_posted),
            Act::Task(task) => {
                !task.otherwise.is_empty() || heard(self.known.task_created) || heard(self.known.task_overdue)
            }
            Act::DeleteMessage | Act::Custom { .. } | Act::Invite(_) | Act::InviteWhere(_) => false,
            _ => true,
        }
    }

    fn width(&self, expr: &Expr) -> Scope {
        let mut widest = Scope::Member;
        self.all(expr, &mut |part| {
            let width = match part {
                Expr::Aggregate(aggregate) => self.width_of(aggregate),
                Expr::Population(population) if population.of == Crowd::GroupMembers => Scope::Group,
                Expr::Population(_) | Expr::CommunitySize => Scope::Community,
                Expr::GroupSize | Expr::GroupSeats | Expr::GroupAttribute(_) | Expr::GroupHasAttribute(_) => {
                    Scope::Group
                }
                _ => Scope::Member,
            };
            if rank(width) > rank(widest) {
                widest = width;
            }
        });
        widest
    }

    fn width_of(&self, aggregate: &Aggregate) -> Scope {
        let Some(series) = self.plan.series.get(aggregate.series.index()) else { return Scope::Community };
        let mut parts = series.key.iter().zip(&aggregate.key);
        let of_subject = parts.any(|(part, key)| {
            *part == KeyPart::Member && matches!(key, Expr::Member | Expr::EventMember | Expr::RowMember)
        });
        match (of_subject, series.key.contains(&KeyPart::Member), series.key.contains(&KeyPart::Group)) {
            (true, ..) => Scope::Member,
            (false, false, true) => Scope::Group,
            _ => Scope::Community,
        }
    }
}

/// The wider the scope, the higher; what is kept by membership reaches no further than the member.
fn rank(scope: Scope) -> u8 {
    match scope {
        Scope::Member | Scope::Membership => 0,
        Scope::Group => 1,
        Scope::Community => 2,
    }
}
