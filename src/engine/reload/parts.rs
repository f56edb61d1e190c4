//! What an old plan says, said by a new one: expressions, texts, actions, whole flows.

use super::link::{Link, Table};
use crate::plan::expr::{Expr, FieldOf, Template, TemplatePart};
use crate::plan::ids::{EffectId, LetId, MessageId, PoolId, SegmentId, SeriesId, TimelineId};
use crate::plan::{
    Act, Approval, Body, Column, Due, Edge, EdgeSort, Effect, Goal, KeyPart, Let, Message, Pinned, Pool, Reach, Said,
    Segment, Series, Step, StepAt, Subject, Task, Timeline, walk,
};

impl Link<'_> {
    // ---- expressions ------------------------------------------------------------------------------------------------

    pub(super) fn expr(&mut self, old: &Expr) -> Expr {
        let mut new = old.clone();
        walk::all_mut(&mut new, &mut |part| self.part(part));
        new
    }

    fn some(&mut self, old: Option<&Expr>) -> Option<Expr> {
        old.map(|old| self.expr(old))
    }

    fn all(&mut self, old: &[Expr]) -> Vec<Expr> {
        old.iter().map(|old| self.expr(old)).collect()
    }

    /// One part of an expression; its own parts come by themselves.
    fn part(&mut self, part: &mut Expr) {
        match part {
            Expr::Const(value) => self.value(value),
            Expr::EventField(of) => *of = self.field_of(of),
            Expr::MemberAttribute(id)
            | Expr::MemberHasAttribute(id)
            | Expr::GroupAttribute(id)
            | Expr::GroupHasAttribute(id) => *id = self.attribute(*id),
            Expr::Ledger(id) => *id = self.ledger(*id),
            Expr::Tier(id) => *id = self.tiers(*id),
            Expr::HasTag(name) | Expr::HasRole { role: name, .. } => *name = self.name(*name),
            Expr::InSegment(id) => *id = self.segment(*id),
            Expr::Metric(id) => *id = self.metric(*id),
            Expr::Let(id) => *id = self.named(*id),
            Expr::Matches { pattern, .. } => *pattern = self.pattern(*pattern),
            Expr::Aggregate(aggregate) => {
                aggregate.series = self.series(aggregate.series);
                self.value(&mut aggregate.zero);
            }
            Expr::Population(population) => self.value(&mut population.zero),
            _ => {}
        }
    }

    fn field_of(&mut self, of: &FieldOf) -> FieldOf {
        of.iter().map(|(kind, position)| (self.kind(*kind), self.field(*kind, *position))).collect()
    }

    fn template(&mut self, old: &Template) -> Template {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Words(words) => TemplatePart::Words(words.clone()),
            TemplatePart::Hole { value, show } => TemplatePart::Hole { value: self.expr(value), show: *show },
        };
        Template { parts: old.parts.iter().map(part).collect() }
    }

    fn named(&mut self, id: LetId) -> LetId {
        let found = self.find(Table::Lets, id.0.into(), |link| {
            let old = link.old.lets.get(id.index())?;
            let new = link.looking(|link| link.let_of(old))?;
            link.new.lets.iter().position(|it| *it == new)
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.lets.get(id.index()) {
                let new = link.let_of(old);
                link.new.lets.push(new);
            }
            link.added(Table::Lets, id.0.into(), link.new.lets.len())
        });
        LetId(new as u16)
    }

    fn let_of(&mut self, old: &Let) -> Let {
        Let { name: self.name(old.name), scope: old.scope, value: self.expr(&old.value) }
    }

    fn segment(&mut self, id: SegmentId) -> SegmentId {
        let found = self.find(Table::Segments, id.0.into(), |link| {
            let old = link.old.segments.get(id.index())?;
            let new = link.looking(|link| link.segment_of(old))?;
            link.new.segments.iter().position(|it| *it == new)
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.segments.get(id.index()) {
                let new = link.segment_of(old);
                link.new.segments.push(new);
            }
            link.added(Table::Segments, id.0.into(), link.new.segments.len())
        });
        SegmentId(new as u16)
    }

    fn segment_of(&mut self, old: &Segment) -> Segment {
        Segment { name: self.name(old.name), scope: old.scope, when: self.expr(&old.when) }
    }

    // ---- the past -------------------------------------------------------------------------------------------------

    /// The same series with all that it keeps.
    fn series(&mut self, id: SeriesId) -> SeriesId {
        let found = self.find(Table::Series, id.0, |link| {
            let old = link.old.series.get(id.index())?;
            let new = link.looking(|link| link.series_of(old))?;
            link.new.series.iter().position(|it| *it == new)
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.series.get(id.index()) {
                let new = link.series_of(old);
                link.new.series.push(new);
            }
            link.added(Table::Series, id.0, link.new.series.len())
        });
        SeriesId(new)
    }

    pub(super) fn series_of(&mut self, old: &Series) -> Series {
        let mut new = old.clone();
        new.kind = self.kind(old.kind);
        if let Some(filter) = &mut new.filter {
            walk::all_mut(filter, &mut |part| match part {
                Expr::Row(position) => *position = self.field(old.kind, *position),
                part => self.part(part),
            });
        }
        for part in &mut new.key {
            if let KeyPart::Field(position) = part {
                *position = self.field(old.kind, *position);
            }
        }
        for column in &mut new.columns {
            if let Column::Field(position) = column {
                *position = self.field(old.kind, *position);
            }
        }
        self.reach(&mut new.keep.rows);
        self.reach(&mut new.keep.last);
        new
    }

    fn reach(&mut self, reach: &mut Reach) {
        for timeline in &mut reach.since_start {
            let kept = if self.by_name { None } else { self.kept(*timeline) };
            *timeline = kept.unwrap_or_else(|| self.timeline(*timeline));
        }
    }

    // ---- words ----------------------------------------------------------------------------------------------------

    pub(super) fn message(&mut self, id: MessageId) -> MessageId {
        let found = self.find(Table::Messages, id.0, |link| {
            let old = link.old.messages.get(id.index())?;
            let new = link.looking(|link| link.message_of(old))?;
            link.new.messages.iter().position(|it| *it == new)
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.messages.get(id.index()) {
                let new = link.message_of(old);
                link.new.messages.push(new);
            }
            link.added(Table::Messages, id.0, link.new.messages.len())
        });
        MessageId(new)
    }

    fn message_of(&mut self, old: &Message) -> Message {
        let body = match &old.body {
            Body::Texts(texts) => Body::Texts(texts.iter().map(|text| self.template(text)).collect()),
            Body::Dated(texts) => Body::Dated(texts.iter().map(|(date, text)| (*date, self.template(text))).collect()),
        };
        let (name, voice) = (self.name(old.name), old.voice.map(|voice| self.name(voice)));
        Message { name, params: old.params.clone(), voice, scope: old.scope, body }
    }

    pub(super) fn pool(&mut self, id: PoolId) -> PoolId {
        let found = self.find(Table::Pools, id.0.into(), |link| {
            let old = link.old.pools.get(id.index())?;
            let new = link.looking(|link| link.pool_of(old))?;
            link.new.pools.iter().position(|it| *it == new)
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.pools.get(id.index()) {
                let new = link.pool_of(old);
                link.new.pools.push(new);
            }
            link.added(Table::Pools, id.0.into(), link.new.pools.len())
        });
        PoolId(new as u16)
    }

    fn pool_of(&mut self, old: &Pool) -> Pool {
        let members = old.members.iter().map(|message| self.message(*message)).collect();
        Pool { name: self.name(old.name), members, weight: self.some(old.weight.as_ref()) }
    }

    fn said(&mut self, old: &Said) -> Said {
        match old {
            Said::Message { message, args } => Said::Message { message: self.message(*message), args: self.all(args) },
            Said::Text(text) => Said::Text(self.template(text)),
            Said::Pool(pool) => Said::Pool(self.pool(*pool)),
        }
    }

    // ---- actions --------------------------------------------------------------------------------------------------

    /// The same action of the same item, wherever it is written now.
    pub(super) fn effect(&mut self, id: EffectId) -> EffectId {
        let found = self.find(Table::Effects, id.0, |link| {
            let old = link.old.effects.get(id.index())?;
            let new = link.looking(|link| link.effect_of(old))?;
            let alike = |it: &&Effect| Effect { place: new.place, ordinal: new.ordinal, ..(*it).clone() } == new;
            let same = link.new.effects.iter().position(|it| it.ordinal == new.ordinal && alike(&it));
            same.or_else(|| link.new.effects.iter().position(|it| it.item == new.item && alike(&it)))
        });
        let new = self.or_add(found, |link| {
            if let Some(old) = link.old.effects.get(id.index()) {
                let new = link.effect_of(old);
                link.new.effects.push(new);
            }
            link.added(Table::Effects, id.0, link.new.effects.len())
        });
        EffectId(new)
    }

    fn effects(&mut self, ids: &[EffectId]) -> Vec<EffectId> {
        ids.iter().map(|id| self.effect(*id)).collect()
    }

    fn effect_of(&mut self, old: &Effect) -> Effect {
        Effect {
            item: self.item(old.item),
            place: self.place(old.place),
            ordinal: old.ordinal,
            name: self.name(old.name),
            act: self.act(&old.act),
            to: self.some(old.to.as_ref()),
            approval: old.approval.as_ref().map(|old| Approval { role: self.name(old.role), ..old.clone() }),
        }
    }

    fn act(&mut self, old: &Act) -> Act {
        match old {
            Act::Say { how, what, class } => {
                Act::Say { how: *how, what: self.said(what), class: class.map(|class| self.name(class)) }
            }
            Act::Tag(tag) => Act::Tag(self.name(*tag)),
            Act::Untag(tag) => Act::Untag(self.name(*tag)),
            Act::Set { attribute, value } => {
                Act::Set { attribute: self.attribute(*attribute), value: self.expr(value) }
            }
            Act::Award { ledger, amount } => Act::Award { ledger: self.ledger(*ledger), amount: self.expr(amount) },
            Act::Redeem { ledger, amount } => Act::Redeem { ledger: self.ledger(*ledger), amount: self.expr(amount) },
            Act::Invite(group) => Act::Invite(self.expr(group)),
            Act::InviteWhere(condition) => Act::InviteWhere(self.expr(condition)),
            Act::Mute { during, everywhere } => Act::Mute { during: self.expr(during), everywhere: *everywhere },
            Act::Ban { during, everywhere } => Act::Ban { during: self.some(during.as_ref()), everywhere: *everywhere },
            Act::Strike { tally, weight, because } => Act::Strike {
                tally: self.tally(*tally),
                weight: self.expr(weight),
                because: self.some(because.as_ref()),
            },
            Act::Pardon { tally } => Act::Pardon { tally: self.tally(*tally) },
            Act::Task(task) => Act::Task(self.task(task)),
            Act::Start { timeline, args } => Act::Start { timeline: self.timeline(*timeline), args: self.all(args) },
            Act::Stop { timeline } => Act::Stop { timeline: self.timeline(*timeline) },
            Act::Emit { kind, fields } => {
                let fields = fields.iter().map(|(at, value)| (self.field(*kind, *at), self.expr(value))).collect();
                Act::Emit { kind: self.kind(*kind), fields }
            }
            Act::Custom { params } => {
                Act::Custom { params: params.iter().map(|(name, value)| (name.clone(), self.expr(value))).collect() }
            }
            Act::Sample { metric, value } => Act::Sample { metric: self.metric(*metric), value: self.expr(value) },
            Act::Dissolve | Act::DeleteMessage | Act::Unmute { .. } | Act::Remove { .. } | Act::Unban { .. } => {
                old.clone()
            }
        }
    }

    fn task(&mut self, old: &Task) -> Task {
        let due = match &old.due {
            Due::After(after) => Due::After(self.expr(after)),
            Due::Offset(offset) => Due::Offset(*offset),
            Due::At(at) => Due::At(self.expr(at)),
        };
        Task {
            name: old.name.map(|name| self.name(name)),
            title: self.template(&old.title),
            role: self.name(old.role),
            due,
            otherwise: self.effects(&old.otherwise),
        }
    }

    // ---- flows ----------------------------------------------------------------------------------------------------

    /// The flow of the same name.
    pub(super) fn find_timeline(&mut self, id: TimelineId) -> Option<TimelineId> {
        let found = self.find(Table::Timelines, id.0, |link| {
            let old = link.old.timelines.get(id.index()).filter(|old| old.pinned.is_none())?;
            link.new.timelines.iter().position(|new| link.same(old.name, new.name))
        });
        found.map(TimelineId)
    }

    /// The old flow itself, where it stands beside those of the new version.
    pub(super) fn kept(&mut self, id: TimelineId) -> Option<TimelineId> {
        self.find(Table::Kept, id.0, |_| None).map(TimelineId)
    }

    /// The flow of the same name, else the old one itself.
    pub(super) fn timeline(&mut self, id: TimelineId) -> TimelineId {
        let found = self.find_timeline(id).or_else(|| self.kept(id)).map(|id| id.0);
        let new = self.or_add(found, |link| link.keep_timeline(id, None).0);
        TimelineId(new)
    }

    /// Keeps an old flow beside those of the new version: nobody starts on it any more.
    pub(super) fn keep_timeline(&mut self, id: TimelineId, successor: Option<TimelineId>) -> TimelineId {
        let Some(old) = self.old.timelines.get(id.index()) else { return id };
        // Its own actions and pasts may name it: it has its place before they are said.
        self.new.timelines.push(old.clone());
        let new = TimelineId(self.added(Table::Kept, id.0, self.new.timelines.len()));
        let kept = self.timeline_of(old, successor);
        if let Some(place) = self.new.timelines.get_mut(new.index()) {
            *place = kept;
        }
        new
    }

    fn timeline_of(&mut self, old: &Timeline, successor: Option<TimelineId>) -> Timeline {
        let edges = old.edges.iter().filter(|edge| edge.sort != EdgeSort::Start);
        let edges =
            edges.map(|edge| Edge { sort: edge.sort, kind: self.kind(edge.kind), when: self.some(edge.when.as_ref()) });
        Timeline {
            edges: edges.collect(),
            item: self.item(old.item),
            name: self.name(old.name),
            subject: Subject {
                filter: self.some(old.subject.filter.as_ref()),
                per: self.some(old.subject.per.as_ref()),
                ..old.subject.clone()
            },
            params: old.params.clone(),
            goal: old.goal.as_ref().map(|goal| Goal {
                when: self.expr(&goal.when),
                wakes: goal.wakes.iter().map(|kind| self.kind(*kind)).collect(),
            }),
            anchor: self.some(old.anchor.as_ref()),
            once: None,
            on_change: old.on_change,
            pinned: Some(Pinned { successor }),
            steps: old.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn step(&mut self, old: &Step) -> Step {
        Step {
            place: self.place(old.place),
            at: self.step_at(&old.at),
            when: self.some(old.when.as_ref()),
            effects: self.effects(&old.effects),
        }
    }

    pub(super) fn step_at(&mut self, old: &StepAt) -> StepAt {
        match old {
            StepAt::Time(time) => StepAt::Time(self.expr(time)),
            StepAt::Tasks(tasks) => StepAt::Tasks(tasks.iter().map(|task| self.name(*task)).collect()),
            StepAt::Start | StepAt::Offset(_) | StepAt::Day { .. } => old.clone(),
        }
    }
}
