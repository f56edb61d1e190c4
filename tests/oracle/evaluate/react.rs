//! What an event or an instant sets off: rules, ladders, tiers, calendars.

use super::book::{Act, Scope, head, scope_of};
use super::ids::lot;
use super::run::Run;
use super::scene::Scene;
use super::text::plain;
use super::value::{Value, order};
use super::world::{Event, Ground, Keys, Memory, Origin, Pending, Ready};
use super::zone::{Ms, later};
use qun::syntax::tree::{Branch, Expr, ExprKind, Head, ItemKind, Path, Select, SelectKind, Trigger};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Something that will be done once all conditions have been tested.
pub struct Intent<'b> {
    /// The position of its item: effects come in this order.
    pub item: usize,
    pub wish: Wish<'b>,
}

pub enum Wish<'b> {
    /// Actions of one firing for one subject.
    Act {
        once: Option<OnceKey>,
        ready: Vec<(&'b Act<'b>, Ready)>,
        origin: Origin,
        ground: Option<Ground>,
        firing: u64,
    },
    Sample {
        keys: Keys,
        per: Value,
        value: Value,
        origin: Origin,
    },
    Stand {
        keys: Keys,
        level: usize,
        origin: Origin,
    },
    Goal {
        run: u64,
        origin: Origin,
    },
    Edge(super::flows::EdgeWish),
}

pub type OnceKey = (usize, usize, Keys, String);

/// One rule: an item's part with a condition, a choice and its actions.
pub struct Part<'b> {
    pub item: usize,
    pub part: usize,
    pub head: &'b Head,
    pub when: Option<&'b Expr>,
    pub select: Option<&'b Select>,
    pub once: Option<Option<Ms>>,
    pub params: BTreeMap<String, Value>,
    pub ground: Option<Ground>,
}

/// The event of a path is the one that happened.
pub fn is(path: &Path, event: &Event) -> bool {
    super::book::dotted(path) == event.kind
}

impl<'b> Run<'b> {
    /// Everything that an event sets off, tested on one state.
    pub fn react(&mut self, event: &Rc<Event>) -> Vec<Intent<'b>> {
        let mut intents = Vec::new();
        for (item, kind) in self.book.items() {
            match kind {
                ItemKind::Rule(rule) => {
                    let heard = |trigger: &Trigger| matches!(trigger, Trigger::Event(path) if is(path, event));
                    if rule.triggers.iter().any(heard) {
                        let subjects = self.concerned(&rule.head, event);
                        self.branches(item, &subjects, Some(event), &Origin::of(event), &mut intents);
                    }
                }
                ItemKind::Ladder(_) if event.kind == "strike.given" => self.ladder_steps(item, event, &mut intents),
                ItemKind::Tiers(tiers) => {
                    if event.kind == "tier.changed" && event.field("tiers").words() == Some(&tiers.head.name.text) {
                        self.on_change(item, event, &mut intents);
                    }
                    self.test_level(item, event, &mut intents);
                }
                ItemKind::Segment { .. } => self.test_level(item, event, &mut intents),
                ItemKind::Flow(_) => {
                    self.edges(item, event, &mut intents);
                    self.goals(item, event, &mut intents);
                }
                _ => {}
            }
        }
        intents
    }

    /// The subjects of an item that an event concerns, with their `per` value.
    pub fn concerned(&self, head: &Head, event: &Event) -> Vec<(Keys, Value)> {
        let scope = scope_of(head);
        let per = match &head.per {
            Some(per) => event.field(&per.words.last().unwrap().text),
            None => Value::Unknown,
        };
        if head.per.is_some() && per.is_unknown() {
            return Vec::new();
        }
        let keys = match event.keys.within(scope) {
            Some(keys) => vec![keys],
            None if head.each => self.world.subjects(scope, &event.keys),
            None => Vec::new(),
        };
        keys.into_iter().map(|keys| (keys, per.clone())).collect()
    }

    /// All branches of a rule.
    fn branches(
        &mut self,
        item: usize,
        subjects: &[(Keys, Value)],
        event: Option<&Rc<Event>>,
        origin: &Origin,
        intents: &mut Vec<Intent<'b>>,
    ) {
        let ItemKind::Rule(rule) = self.book.item(item) else { return };
        let once = rule.once.as_ref().map(|once| once.per.as_ref().map(super::book::duration));
        for (part, branch) in rule.branches.iter().enumerate() {
            let Branch { when, select, .. } = branch;
            let part = Part {
                item,
                part,
                head: &rule.head,
                when: when.as_ref(),
                select: select.as_ref(),
                once,
                params: BTreeMap::new(),
                ground: None,
            };
            self.fire(&part, subjects, event, origin, intents);
        }
    }

    /// One firing of a rule: its candidates, those who are taken, and the others.
    pub fn fire(
        &mut self,
        part: &Part<'b>,
        subjects: &[(Keys, Value)],
        event: Option<&Rc<Event>>,
        origin: &Origin,
        intents: &mut Vec<Intent<'b>>,
    ) {
        self.firing += 1;
        let acts = &self.book.acts[part.item].parts[part.part];
        let mut found = Vec::new();
        for (keys, per) in subjects {
            let memory = Memory {
                keys: keys.clone(),
                event: event.map(Rc::clone),
                params: part.params.clone(),
                counts: Some(scope_of(part.head)),
                ..Memory::default()
            };
            let scene = self.scene_of(memory);
            let once = part.once.map(|_| (part.item, part.part, keys.clone(), plain(&scene, per)));
            if !scene.holds(part.head.where_.as_ref()) || !self.is_allowed(once.as_ref(), part.once.flatten()) {
                continue;
            }
            if let Some(truth) = scene.truth(part.when) {
                found.push((scene.memory.clone(), per.clone(), once, truth));
            }
        }
        let taken = self.select(part, &found, origin);
        for (position, (memory, per, once, _)) in found.into_iter().enumerate() {
            let Some(taken) = taken[position] else { continue };
            let scene = self.scene_of(memory);
            let (acts, once) = if taken { (&acts.0, once) } else { (&acts.1, None) };
            let ready: Vec<_> = acts.iter().flat_map(|act| self.ready(act, &scene, &per)).collect();
            let origin = origin.clone();
            let wish = Wish::Act { once, ready, origin, ground: part.ground.clone(), firing: self.firing };
            intents.push(Intent { item: part.item, wish });
        }
    }

    /// Whether `once` allows a firing now.
    pub fn is_allowed(&self, once: Option<&OnceKey>, per: Option<Ms>) -> bool {
        let last = once.and_then(|once| self.world.once.get(once));
        last.is_none_or(|last| per.is_some_and(|per| self.world.now >= later(*last, per)))
    }

    /// Who of the candidates is taken: `None` for who is no candidate at all.
    fn select(
        &self,
        part: &Part<'b>,
        found: &[(Memory, Value, Option<OnceKey>, bool)],
        origin: &Origin,
    ) -> Vec<Option<bool>> {
        let mut taken: Vec<Option<bool>> = found.iter().map(|(.., truth)| Some(*truth)).collect();
        let Some(select) = part.select else { return taken };
        let candidates: Vec<usize> = (0..found.len()).filter(|position| found[*position].3).collect();
        let within_group = select.per.as_ref().map(Scope::of) == Some(Scope::Group);
        let unit = |position: &usize| found[*position].0.keys.group.clone().filter(|_| within_group);
        let mut units: Vec<_> = candidates.iter().map(unit).collect();
        units.sort();
        units.dedup();
        for of in units {
            let mine: Vec<usize> = candidates.iter().copied().filter(|position| unit(position) == of).collect();
            let ranked = self.ranked(part, select, &mine, found, origin);
            for position in mine {
                taken[position] = None;
            }
            let count = self.how_many(select, found, &ranked);
            for (rank, position) in ranked.into_iter().enumerate() {
                taken[position] = Some(rank < count);
            }
        }
        taken
    }

    fn how_many(&self, select: &Select, found: &[(Memory, Value, Option<OnceKey>, bool)], ranked: &[usize]) -> usize {
        let Some(first) = ranked.first() else { return 0 };
        let memory = Memory { event: found[*first].0.event.clone(), ..Memory::default() };
        let scene = self.scene_of(memory);
        let Some(amount) = scene.value(&select.amount).decimal() else { return 0 };
        let is_share = scene.show(&select.amount) == super::text::Show::Percent
            || matches!(select.amount.kind, ExprKind::Percent(_));
        let count = if is_share { (amount * Decimal::from(ranked.len())).ceil() } else { amount };
        count.floor().to_usize().unwrap_or(0)
    }

    /// Candidates from the first on; who has no value to rank by is none.
    fn ranked(
        &self,
        part: &Part<'b>,
        select: &Select,
        mine: &[usize],
        found: &[(Memory, Value, Option<OnceKey>, bool)],
        origin: &Origin,
    ) -> Vec<usize> {
        let id = |position: &usize| {
            let keys = &found[*position].0.keys;
            (keys.member.clone(), keys.group.clone())
        };
        let mut ranked = mine.to_vec();
        match &select.kind {
            SelectKind::Top(by) => {
                let value = |position: &usize| self.scene_of(found[*position].0.clone()).value(by);
                ranked.retain(|position| !value(position).is_unknown());
                ranked.sort_by_key(id);
                ranked.sort_by(|a, b| order(&value(b), &value(a)).unwrap());
            }
            SelectKind::Draw => {
                let item = self.book.item_name(part.item);
                let lot = |position: &usize| {
                    let member = found[*position].0.keys.member.clone().unwrap_or_default();
                    lot(&origin.cause.id, item, &member)
                };
                ranked.sort_by_key(|position| (lot(position), id(position)));
            }
        }
        ranked
    }

    /// The effects of all intents, in the order of file name and position.
    pub fn apply(&mut self, mut intents: Vec<Intent<'b>>) {
        intents.sort_by_key(|intent| intent.item);
        for intent in intents {
            match intent.wish {
                Wish::Act { once, ready, origin, ground, firing } => {
                    if let Some(once) = once {
                        self.world.once.insert(once, self.world.now);
                    }
                    self.act(ready, &origin, None, ground, firing);
                }
                Wish::Sample { keys, per, value, origin } => self.take_sample(intent.item, keys, per, value, &origin),
                Wish::Stand { keys, level, origin } => self.stand(intent.item, &keys, level, &origin),
                Wish::Goal { run, origin } => self.end_run(run, super::flows::How::Goal, &origin),
                Wish::Edge(edge) => self.edge(intent.item, edge),
            }
        }
    }

    /// The actions of one firing for one subject.
    pub fn act(
        &mut self,
        ready: Vec<(&'b Act<'b>, Ready)>,
        origin: &Origin,
        run: Option<u64>,
        ground: Option<Ground>,
        firing: u64,
    ) {
        for (act, ready) in ready {
            let id = self.decision_id(origin, &ready, act);
            let (origin, ground) = (origin.clone(), ground.clone());
            self.consider(Pending { act, id, ready, origin, run, approved: false, waived: None, ground, firing });
        }
    }

    // ---- ladders and tiers ----------------------------------------------------------------------------------------

    /// The highest step at or below the sum acts.
    fn ladder_steps(&mut self, item: usize, event: &Rc<Event>, intents: &mut Vec<Intent<'b>>) {
        let ItemKind::Ladder(ladder) = self.book.item(item) else { return };
        if event.field("ladder").words() != Some(&ladder.head.name.text) {
            return;
        }
        let Some(part) = self.step_at(item, &event.field("total")) else { return };
        let keys = match scope_of(&ladder.head) {
            Scope::Member => event.keys.clone(),
            scope => event.keys.within(scope).unwrap(),
        };
        let params = ["reason", "weight", "total"].map(|name| (name.to_owned(), event.field(name)));
        let part = Part {
            item,
            part,
            head: &ladder.head,
            when: None,
            select: None,
            once: None,
            params: params.into(),
            ground: Some(Ground { ladder: item, strike: event.id.clone() }),
        };
        self.fire(&part, &[(keys, Value::Unknown)], Some(event), &Origin::of(event), intents);
    }

    /// The highest step of a ladder at or below a sum.
    pub fn step_at(&self, ladder: usize, total: &Value) -> Option<usize> {
        let ItemKind::Ladder(it) = self.book.item(ladder) else { return None };
        let total = total.decimal()?;
        let at = |step: &qun::syntax::tree::LadderStep| match step.at.kind {
            ExprKind::Number(n) => n,
            _ => panic!("a step is a literal"),
        };
        let steps = it.steps.iter().enumerate().filter(|(_, step)| at(step) <= total);
        steps.max_by_key(|(_, step)| at(step)).map(|(position, _)| position)
    }

    /// What tiers do on promotion and on demotion.
    fn on_change(&mut self, item: usize, event: &Rc<Event>, intents: &mut Vec<Intent<'b>>) {
        let head = head(self.book.item(item)).unwrap();
        let Some(keys) = event.keys.within(scope_of(head)) else { return };
        let rises = order(&event.field("to"), &event.field("from")) == Some(std::cmp::Ordering::Greater);
        let acts = &self.book.acts[item].parts[0];
        let acts = if rises { &acts.0 } else { &acts.1 };
        if acts.is_empty() {
            return;
        }
        self.firing += 1;
        let memory = Memory { keys, event: Some(Rc::clone(event)), ..Memory::default() };
        let scene = self.scene_of(memory);
        let ready: Vec<_> = acts.iter().flat_map(|act| self.ready(act, &scene, &Value::Unknown)).collect();
        let wish = Wish::Act { once: None, ready, origin: Origin::of(event), ground: None, firing: self.firing };
        intents.push(Intent { item, wish });
    }

    // ---- schedules and silences -----------------------------------------------------------------------------------

    /// One instant of a rule or of a row of a calendar is one input for all its living subjects.
    pub fn schedule_due(&mut self, item: usize, row: usize, at: Ms) {
        let kind = self.book.item(item);
        let head = head(kind).unwrap();
        let subjects = self.world.subjects(scope_of(head), &Keys::default());
        let subjects: Vec<_> = subjects.into_iter().map(|keys| (keys, Value::Unknown)).collect();
        let origin = self.instant_origin(item, at);
        let mut intents = Vec::new();
        match kind {
            ItemKind::Calendar { rows, .. } => {
                let part = Part {
                    item,
                    part: row,
                    head,
                    when: rows[row].when.as_ref(),
                    select: None,
                    once: None,
                    params: BTreeMap::new(),
                    ground: None,
                };
                self.fire(&part, &subjects, None, &origin, &mut intents);
            }
            _ => self.branches(item, &subjects, None, &origin, &mut intents),
        }
        self.apply(intents);
    }

    /// The event has not come for so long.
    pub fn silence_due(&mut self, item: usize, trigger: usize, keys: Keys) {
        let ItemKind::Rule(rule) = self.book.item(item) else { return };
        let Trigger::Silence { event, .. } = &rule.triggers[trigger] else { return };
        let armed = self.last_heard(&super::book::dotted(event), &keys);
        self.world.fired.insert((item, trigger, keys.clone()), armed.sequence);
        let origin = Origin { cause: armed.cause, depth: 0 };
        let mut intents = Vec::new();
        self.branches(item, &[(keys, Value::Unknown)], None, &origin, &mut intents);
        self.apply(intents);
    }

    // ---- metrics --------------------------------------------------------------------------------------------------

    /// One sample for each living subject and each value of the `per` field; what is unknown is not sampled.
    pub fn sample(&mut self, item: usize, at: Ms) {
        let ItemKind::Metric { head, value, .. } = self.book.item(item) else { return };
        let mut intents = Vec::new();
        let origin = self.instant_origin(item, at);
        for keys in self.world.subjects(scope_of(head), &Keys::default()) {
            for per in self.pers(head, value, &keys) {
                let field = head.per.as_ref().map(|per| per.words.last().unwrap().text.clone());
                let per_field = field.map(|field| (field, per.clone()));
                let scene = self.scene_of(Memory { keys: keys.clone(), per: per_field, ..Memory::default() });
                let value = scene.value(value);
                if !value.is_unknown() && self.scene(keys.clone()).holds(head.where_.as_ref()) {
                    let wish = Wish::Sample { keys: keys.clone(), per: per.clone(), value, origin: origin.clone() };
                    intents.push(Intent { item, wish });
                }
            }
        }
        self.apply(intents);
    }

    /// The values of a metric's `per` field that were seen in what it counts, in the order of their texts.
    fn pers(&self, head: &Head, value: &Expr, keys: &Keys) -> Vec<Value> {
        let Some(per) = &head.per else { return vec![Value::Unknown] };
        let field = &per.words.last().unwrap().text;
        let counted = super::levels::named(self.book, value);
        let agrees = |own: &Option<String>, its: &Option<String>| own.is_none() || own == its;
        let mine = self.world.past.iter().filter(|event| {
            counted.contains(&event.kind)
                && agrees(&keys.group, &event.keys.group)
                && agrees(&keys.member, &event.keys.member)
        });
        let mut seen: Vec<Value> = mine.map(|event| event.field(field)).filter(|value| !value.is_unknown()).collect();
        let scene: Scene<'_, '_> = self.scene(Keys::default());
        seen.sort_by_key(|value| plain(&scene, value));
        seen.dedup();
        seen
    }

    fn take_sample(&mut self, item: usize, keys: Keys, per: Value, value: Value, origin: &Origin) {
        let name = self.book.item_name(item);
        self.world.metrics.insert((name.to_owned(), keys.clone()), value.clone());
        self.out.samples.push(super::json::sample(self.book, self.world.now, name, &keys, &per, &value));
        let text = plain(&self.scene(Keys::default()), &per);
        let id = self.id_of(origin, &keys, &[b"sample", name.as_bytes(), text.as_bytes()]);
        let mut fields = vec![("value", value)];
        let head = head(self.book.item(item)).unwrap();
        if let Some(field) = &head.per {
            fields.push((&field.words.last().unwrap().text, per));
        }
        let event = self.internal(&format!("metric.{name}"), &keys, id, origin, fields);
        self.emit(event);
    }
}
