//! A playbook under way: what has been declared, and what the case prefers.

use super::dice::Dice;
use super::kinds::{self, Field, Kind};
use super::types::{Carry, Env, Scope, Ty};
use super::words::{CLOCKS, DAYS, FIELDS, GROUPS, MEMBERS, PATTERNS, PLACES, Place, SPANS};

pub struct Flow {
    pub name: String,
    pub scope: Scope,
    pub params: Vec<(String, Ty)>,
    /// Whether events start it, so that it has an event.
    pub by_event: bool,
}

pub struct Tiers {
    pub name: String,
    pub scope: Scope,
    pub levels: Vec<String>,
}

/// What other items read: a `let`, a segment.
pub struct Definition {
    pub name: String,
    pub scope: Scope,
    /// A segment has none.
    pub ty: Option<Ty>,
}

pub struct Metric {
    pub name: String,
    pub scope: Scope,
    pub ty: Ty,
    pub per: Option<(String, Ty)>,
}

pub struct Message {
    pub name: String,
    pub scope: Scope,
    pub params: Vec<(String, Ty)>,
}

/// What an item may do without beginning a cascade that never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Anything.
    Free,
    /// Only what no other item waits for.
    Quiet,
    /// One action that may wake itself again.
    Loop,
}

pub struct Book {
    pub d: Dice,
    pub place: &'static Place,
    pub day: &'static str,
    pub kinds: Vec<Kind>,
    /// The recorded kinds that this case is about.
    pub hot: Vec<usize>,
    /// The durations, times of day, members and groups that this case prefers.
    pub spans: Vec<(&'static str, i64)>,
    pub clocks: Vec<&'static str>,
    pub members: Vec<&'static str>,
    pub groups: Vec<&'static str>,
    pub ladders: Vec<(String, Scope)>,
    pub flows: Vec<Flow>,
    pub tiers: Vec<Tiers>,
    pub definitions: Vec<Definition>,
    pub metrics: Vec<Metric>,
    pub messages: Vec<Message>,
    pub pools: Vec<(String, Scope)>,
    /// Constants of numbers and durations, and patterns.
    pub constants: Vec<(String, Ty)>,
    pub patterns: Vec<String>,
    pub items: Vec<String>,
    pub tasks: Vec<String>,
    /// Kinds that somebody waits for.
    pub awaited: Vec<usize>,
    /// The actions that there are, for limits.
    pub acts: Vec<String>,
    pub manner: Manner,
    /// Whether an item that may wake itself is there.
    pub looped: bool,
    /// Whether schedules come many times a day.
    pub dense: bool,
    /// Flows that may be started by the item at hand: those from here on.
    pub next_flow: usize,
    /// Whether items look at their own group alone, as far as can be chosen.
    pub narrow: bool,
}

impl Book {
    pub fn new(seed: u64, narrow: bool) -> Book {
        let mut d = Dice::new(seed);
        let place = d.one(&PLACES);
        let at_change = !place.changes.is_empty() && d.chance(55);
        let day = if at_change { d.pick(place.changes) } else { d.pick(&DAYS) };
        let mut spans = vec![*d.one(&SPANS[..6]), *d.one(&SPANS[4..14]), *d.one(&SPANS[9..])];
        spans.push(*d.one(&SPANS));
        let clocks = (0..3).map(|_| *d.one(&CLOCKS)).collect();
        let members = MEMBERS[..d.between(2, 5) as usize].to_vec();
        let groups = GROUPS[..if narrow { 3 } else { d.weighted(&[(4, 1), (4, 2), (2, 3)]) }].to_vec();
        let mut book = Book {
            d,
            place,
            day,
            kinds: kinds::all(),
            hot: Vec::new(),
            spans,
            clocks,
            members,
            groups,
            ladders: Vec::new(),
            flows: Vec::new(),
            tiers: Vec::new(),
            definitions: Vec::new(),
            metrics: Vec::new(),
            messages: Vec::new(),
            pools: Vec::new(),
            constants: Vec::new(),
            patterns: PATTERNS.iter().map(|p| (*p).to_owned()).collect(),
            items: Vec::new(),
            tasks: Vec::new(),
            awaited: Vec::new(),
            acts: Vec::new(),
            manner: Manner::Free,
            looped: false,
            dense: false,
            next_flow: 0,
            narrow,
        };
        book.fields_of_updates();
        book.choose_hot();
        book
    }

    /// `member.updated` carries every field for member, `group.created` every one for group.
    fn fields_of_updates(&mut self) {
        for (name, ty, scope) in FIELDS {
            let event = match scope {
                Scope::Member => "member.updated",
                Scope::Group => "group.created",
                _ => continue,
            };
            let kind = self.kind(event);
            if self.kinds[kind].field(name).is_none() {
                self.kinds[kind].fields.push(Field { name: name.to_owned(), ty, optional: true });
            }
        }
    }

    fn choose_hot(&mut self) {
        let weights: Vec<(usize, &str)> = vec![
            (30, "message.posted"),
            (14, "quiz.answered"),
            (12, "member.joined"),
            (8, "purchase.made"),
            (8, "fee.paid"),
            (6, "checkin.done"),
            (6, "plan.made"),
            (5, "mail.read"),
            (5, "message.reported"),
            (4, "alert.raised"),
            (4, "member.left"),
            (3, "reaction.added"),
            (3, "content.opened"),
            (3, "live.scheduled"),
            (2, "member.updated"),
            (2, "referral.succeeded"),
            (2, "red_packet.claimed"),
            (2, "live.attended"),
            (2, "role.granted"),
            (2, "group.created"),
            (2, "member.renamed"),
            (2, "purchase.refunded"),
            (1, "survey.answered"),
            (1, "plan.moved"),
            (1, "link.clicked"),
            (1, "message.deleted"),
            (1, "red_packet.sent"),
            (1, "member.removed"),
            (1, "appeal.filed"),
        ];
        let most = self.d.between(2, 5);
        for _ in 0..most {
            let name = self.d.weighted(&weights);
            let kind = self.kind(name);
            if !self.hot.contains(&kind) {
                self.hot.push(kind);
            }
        }
        let also = |book: &mut Book, one: &str, other: &str| {
            let (one, other) = (book.kind(one), book.kind(other));
            if book.hot.contains(&one) && !book.hot.contains(&other) {
                book.hot.push(other);
            }
        };
        also(self, "plan.made", "plan.moved");
        also(self, "live.scheduled", "live.moved");
    }

    pub fn kind(&self, name: &str) -> usize {
        self.kinds.iter().position(|kind| kind.name == name).unwrap_or_else(|| panic!("a kind {name}"))
    }

    /// Whether events of a kind always or sometimes carry the keys of a scope.
    pub fn carries(&self, kind: usize, scope: Scope) -> bool {
        let kind = &self.kinds[kind];
        (!scope.has_member() || kind.member != Carry::Never) && (!scope.has_group() || kind.group != Carry::Never)
    }

    pub fn span(&mut self) -> &'static str {
        self.d.one(&self.spans).0
    }

    /// A span of at least so many milliseconds.
    pub fn long_span(&mut self, least: i64) -> &'static str {
        let long: Vec<_> = self.spans.iter().filter(|(_, ms)| *ms >= least).copied().collect();
        if long.is_empty() { "1d" } else { self.d.one(&long).0 }
    }

    pub fn clock(&mut self) -> &'static str {
        let clock: &&str = self.d.one(&self.clocks);
        clock
    }

    pub fn name(&mut self, sort: &str) -> String {
        // Names of their own, so that no two items meet.
        let name = format!("{sort}{}", self.items.len() + 1);
        self.items.push(name.clone());
        name
    }

    pub fn scope(&mut self) -> Scope {
        let scope =
            self.d.weighted(&[(10, Scope::Membership), (5, Scope::Member), (5, Scope::Group), (1, Scope::Community)]);
        self.within(scope)
    }

    /// A scope, or the one within a group that is nearest to it.
    pub fn within(&self, scope: Scope) -> Scope {
        match scope {
            Scope::Member if self.narrow => Scope::Membership,
            Scope::Community if self.narrow => Scope::Group,
            scope => scope,
        }
    }

    /// Kinds of events whose items may go on for ever are for followers; `None` where none fits.
    pub fn recorded_trigger(&mut self, scope: Scope, each: bool) -> Option<usize> {
        let fits: Vec<usize> = self
            .hot
            .iter()
            .copied()
            .filter(|kind| !self.kinds[*kind].is_made() && (each || self.carries(*kind, scope)))
            .collect();
        if !fits.is_empty() {
            return Some(*self.d.one(&fits));
        }
        let all: Vec<usize> = (0..self.kinds.len())
            .filter(|kind| !self.kinds[*kind].is_made() && self.kinds[*kind].recorded && self.carries(*kind, scope))
            .collect();
        let kind = (!all.is_empty()).then(|| *self.d.one(&all))?;
        if !self.hot.contains(&kind) {
            self.hot.push(kind);
        }
        Some(kind)
    }

    /// A kind that the engine makes in this playbook, which reaches the scope.
    pub fn made_trigger(&mut self, scope: Scope, each: bool) -> Option<usize> {
        let mut names = vec!["content.posted", "tag.added", "tag.removed", "points.changed", "member.muted"];
        names.extend(["member.removed", "member.banned", "group.closed", "task.created", "task.overdue"]);
        names.extend(kinds::EMITTED);
        if !self.ladders.is_empty() {
            names.extend(["strike.given", "strike.given", "strike.withdrawn"]);
        }
        if !self.tiers.is_empty() {
            names.extend(["tier.changed", "tier.changed"]);
        }
        if self.definitions.iter().any(|definition| definition.ty.is_none()) {
            names.extend(["segment.entered", "segment.left", "segment.entered"]);
        }
        if !self.flows.is_empty() {
            names.extend(["flow.started", "flow.ended", "flow.ended"]);
        }
        let mut fits: Vec<usize> = names.into_iter().map(|name| self.kind(name)).collect();
        for metric in &self.metrics {
            let kind = self.kind(&format!("metric.{}", metric.name));
            fits.extend([kind, kind]);
        }
        fits.retain(|kind| each || self.carries(*kind, scope));
        (!fits.is_empty()).then(|| *self.d.one(&fits))
    }

    /// The fields that all kinds have, with one type.
    pub fn common_fields(&self, kinds: &[usize]) -> Vec<(String, Ty)> {
        let Some((first, rest)) = kinds.split_first() else { return Vec::new() };
        let fields = self.kinds[*first].fields.iter();
        let common = fields.filter(|field| {
            rest.iter().all(|kind| self.kinds[*kind].field(&field.name).is_some_and(|other| other.ty == field.ty))
        });
        common.map(|field| (field.name.clone(), field.ty)).collect()
    }

    /// Whether all kinds at hand carry the member, or the group.
    pub fn event_has(&self, env: &Env, member: bool) -> bool {
        let carry = |kind: &usize| if member { self.kinds[*kind].member } else { self.kinds[*kind].group };
        !env.event.is_empty() && env.event.iter().all(|kind| carry(kind) != Carry::Never)
    }
}
