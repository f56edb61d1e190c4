//! Terms: what a condition asks about, what each may come to, and how some bound others.

use super::cell::{Cell, Set, Symbol};
use super::clock::Clock;
use super::line::{Cut, Line};
use super::region::{Cube, TermId};
use crate::plan::expr::{Aggregate, Arithmetic, Comparison, Expr, Function, Population, Window};
use crate::plan::ids::{KindId, SeriesId};
use crate::plan::value::Value;
use crate::plan::{Carries, KeyPart, Plan, Scope, Series};
use crate::time::{Duration, Weekday};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// What wakes those whose conditions are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// An event of this kind, about the subject.
    Event(KindId),
    /// That none of this kind has come for so long.
    Silence(KindId, Duration),
    /// The clock, which can show this.
    Clock(Clock),
    /// Not known.
    Unknown,
}

/// The circumstances in which conditions are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scene {
    /// What wakes.
    pub trigger: Trigger,
    /// Who the item is about.
    pub scope: Scope,
    /// Whether events that lack keys of the scope wake it, too.
    pub each: bool,
}

impl Scene {
    /// Nothing is known but whose the condition is.
    #[must_use]
    pub fn anywhere(scope: Scope) -> Scene {
        Scene { trigger: Trigger::Unknown, scope, each: false }
    }

    fn clock(&self) -> Option<&Clock> {
        match &self.trigger {
            Trigger::Clock(clock) => Some(clock),
            _ => None,
        }
    }

    fn kind(&self) -> Option<KindId> {
        match self.trigger {
            Trigger::Event(kind) => Some(kind),
            _ => None,
        }
    }
}

/// Something that is asked about.
#[derive(Clone, Debug)]
pub struct Term {
    /// The expression; of two terms compared, the comparison `left == right`; of a time of day, `at between` nothing.
    pub expr: Expr,
    /// What sort of answer it has.
    pub sort: Sort,
    /// What it may come to at all.
    pub domain: Cell,
}

/// What sort of answer a term has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The value of its expression.
    Value,
    /// How two values compare: -1, 0 or 1.
    Order,
    /// The minute of the local day of a time.
    Minute,
}

/// That one term bounds another.
#[derive(Clone, Copy, Debug)]
enum Tie {
    /// The first count is never above the second: its window lies within.
    Below(TermId, TermId),
    /// The second is the time since the last of what the first counts in so long.
    Since(TermId, TermId, Duration),
    /// The first says how the second and the third compare.
    Order(TermId, TermId, TermId),
}

/// What functions over the past have in common that look at the same events.
type Family = (SeriesId, Box<[Expr]>, Option<Expr>);

/// All terms of a solver.
#[derive(Clone, Debug)]
pub struct Terms<'p> {
    plan: &'p Plan,
    scene: Scene,
    terms: Vec<Term>,
    index: FxHashMap<Expr, TermId>,
    ties: FxHashMap<TermId, Vec<Tie>>,
    /// Counts and times since the last, numbered by what they look at.
    families: FxHashMap<Family, u32>,
    family_of: FxHashMap<TermId, u32>,
}

impl<'p> Terms<'p> {
    pub(super) fn new(plan: &'p Plan, scene: Scene) -> Terms<'p> {
        Terms {
            plan,
            scene,
            terms: Vec::new(),
            index: FxHashMap::default(),
            ties: FxHashMap::default(),
            families: FxHashMap::default(),
            family_of: FxHashMap::default(),
        }
    }

    /// The plan whose conditions are looked at.
    #[must_use]
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    pub(super) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// A term by its number.
    #[must_use]
    pub fn get(&self, id: TermId) -> Option<&Term> {
        self.terms.get(id.0 as usize)
    }

    /// Every term, by number.
    pub fn iter(&self) -> impl Iterator<Item = (TermId, &Term)> {
        self.terms.iter().enumerate().map(|(number, term)| (TermId(number as u32), term))
    }

    /// The term of an expression.
    pub(super) fn value(&mut self, expr: &Expr) -> TermId {
        if let Some(id) = self.index.get(expr) {
            return *id;
        }
        let domain = self.domain(expr);
        let id = self.add(Term { expr: expr.clone(), sort: Sort::Value, domain });
        self.tie(id);
        id
    }

    /// The term that says how two expressions compare, and whether they stand the other way round in it.
    pub(super) fn order(&mut self, left: &Expr, right: &Expr) -> (TermId, bool) {
        let pair = |a: &Expr, b: &Expr| Expr::Compare {
            op: Comparison::Equal,
            left: a.clone().into(),
            right: b.clone().into(),
        };
        if let Some(id) = self.index.get(&pair(right, left)) {
            return (*id, true);
        }
        let expr = pair(left, right);
        if let Some(id) = self.index.get(&expr) {
            return (*id, false);
        }
        let (a, b) = (self.value(left), self.value(right));
        let may = |id: TermId| self.get(id).is_none_or(|term| term.domain.unknown);
        let known = Set::Line(Line::closed(Decimal::NEGATIVE_ONE, Decimal::ONE).whole_numbers());
        let domain = Cell { unknown: may(a) || may(b), known };
        let id = self.add(Term { expr, sort: Sort::Order, domain });
        for term in [id, a, b] {
            self.ties.entry(term).or_default().push(Tie::Order(id, a, b));
        }
        (id, false)
    }

    /// The term of the minute of the local day.
    pub(super) fn minute(&mut self, of: &Expr) -> TermId {
        let expr = Expr::TimeOfDayBetween { value: of.clone().into(), low: 0, high: 0 };
        if let Some(id) = self.index.get(&expr) {
            return *id;
        }
        let unknown = self.domain(of).unknown;
        let shown = self.scene.clock().filter(|_| *of == Expr::Now).and_then(|clock| clock.minutes.clone());
        let known = Set::Line(shown.unwrap_or_else(|| Line::closed(Decimal::ZERO, Decimal::from(1439))));
        self.add(Term { expr, sort: Sort::Minute, domain: Cell { unknown, known } })
    }

    fn add(&mut self, term: Term) -> TermId {
        let id = TermId(self.terms.len() as u32);
        self.index.insert(term.expr.clone(), id);
        self.terms.push(term);
        id
    }

    /// Whether only whole numbers come about on a line: those of the domain, milliseconds.
    pub(super) fn is_whole(&self, expr: &Expr, constant: &Value) -> bool {
        matches!(constant, Value::Duration(_) | Value::Time(_) | Value::Tier(..)) || counts(expr)
    }

    /// Whether an expression counts things: between two neighbouring numbers there is none.
    #[must_use]
    pub fn is_counted(&self, expr: &Expr) -> bool {
        counts(expr)
    }

    // ---- what a term may come to --------------------------------------------------------------------------------

    fn domain(&self, expr: &Expr) -> Cell {
        match expr {
            Expr::Now | Expr::NowDate | Expr::NowHour | Expr::NowWeekday => self.of_clock(expr),
            Expr::EventField(of) => self.field(of),
            Expr::EventAt | Expr::EventId => Cell { unknown: self.scene.kind().is_none(), known: Set::Any },
            Expr::EventMember | Expr::EventGroup => Cell { unknown: !self.key_is_known(expr), known: Set::Any },
            Expr::Member | Expr::Group | Expr::MemberId | Expr::MemberName | Expr::GroupId | Expr::GroupName => {
                Cell { unknown: !self.key_is_known(expr), known: Set::Any }
            }
            Expr::MemberHasAttribute(_) | Expr::HasTag(_) => truth(!self.key_is_known(&Expr::Member)),
            Expr::GroupHasAttribute(_) => truth(!self.key_is_known(&Expr::Group)),
            Expr::HasRole { who, .. } => truth(!self.key_is_known(who)),
            Expr::Matches { .. } | Expr::Contains { .. } | Expr::In { .. } => truth(true),
            Expr::GroupSize => at_least_nothing(!self.key_is_known(&Expr::Group)),
            Expr::CommunitySize => at_least_nothing(false),
            // A balance is never below zero.
            Expr::Ledger(_) => {
                let known = Set::Line(Line::between(Cut::Before(Decimal::ZERO), Cut::Highest));
                Cell { unknown: !self.key_is_known(&Expr::Member), known }
            }
            Expr::Tier(tiers) => {
                let levels = self.plan.tiers.get(tiers.index()).map_or(0, |tiers| tiers.levels.len());
                let top = Decimal::from(levels.saturating_sub(1));
                Cell { unknown: true, known: Set::Line(Line::closed(Decimal::ZERO, top)) }
            }
            Expr::Aggregate(aggregate) => self.of_past(aggregate),
            Expr::Population(population) if population.function == Function::Count => at_least_nothing(false),
            Expr::Arithmetic { .. } if self.never_negative(expr) => {
                Cell { unknown: true, known: Set::Line(Line::between(Cut::Before(Decimal::ZERO), Cut::Highest)) }
            }
            _ => Cell::any(),
        }
    }

    fn of_clock(&self, expr: &Expr) -> Cell {
        let clock = self.scene.clock();
        Cell::known(match expr {
            Expr::NowHour => {
                let hours = clock.and_then(Clock::hours);
                Set::Line(hours.unwrap_or_else(|| Line::closed(Decimal::ZERO, Decimal::from(23))))
            }
            Expr::NowWeekday => {
                let all = || Weekday::ALL.into_iter().map(|day| Symbol::Word(day.name().into())).collect();
                Set::Only(clock.and_then(|clock| clock.days.clone()).unwrap_or_else(all))
            }
            Expr::NowDate => clock.and_then(|clock| clock.dates.clone()).map_or(Set::Any, Set::Line),
            _ => clock.and_then(|clock| clock.moments.clone()).map_or(Set::Any, Set::Line),
        })
    }

    fn field(&self, of: &crate::plan::expr::FieldOf) -> Cell {
        let Some(kind) = self.scene.kind() else { return Cell::any() };
        let position = of.iter().find(|(of, _)| *of == kind).map(|(_, position)| *position);
        let declared = self.plan.kinds.get(kind.index());
        let field = position.and_then(|position| declared?.fields.get(usize::from(position)));
        let Some(field) = field else { return Cell { unknown: true, known: Set::none() } };
        let unknown = field.optional && !field.default.is_known();
        let known = match field.ty {
            crate::plan::FieldType::Bool => truth(false).known,
            _ => Set::Any,
        };
        Cell { unknown, known }
    }

    /// Whether a part of the subject, or of the event, is always there.
    fn key_is_known(&self, expr: &Expr) -> bool {
        let kind = self.scene.kind().and_then(|kind| self.plan.kinds.get(kind.index()));
        match expr {
            Expr::Member | Expr::MemberId | Expr::MemberName => {
                matches!(self.scene.scope, Scope::Member | Scope::Membership)
            }
            Expr::Group | Expr::GroupId | Expr::GroupName => {
                matches!(self.scene.scope, Scope::Group | Scope::Membership)
            }
            Expr::EventMember => kind.is_some_and(|kind| kind.member == Carries::Always),
            Expr::EventGroup => kind.is_some_and(|kind| kind.group == Carries::Always),
            Expr::Const(value) => value.is_known(),
            _ => false,
        }
    }

    fn of_past(&self, aggregate: &Aggregate) -> Cell {
        let unknown = !aggregate.key.iter().all(|key| self.key_is_known(key));
        let counted = self.counts_the_event(aggregate);
        let silent = self.counts_silence(aggregate);
        match aggregate.function {
            Function::Count if silent => Cell { unknown, known: Set::Line(Line::closed(Decimal::ZERO, Decimal::ZERO)) },
            Function::Count => {
                let least = if counted { Decimal::ONE } else { Decimal::ZERO };
                Cell { unknown, known: Set::Line(Line::between(Cut::Before(least), Cut::Highest)) }
            }
            Function::Distinct | Function::Streak => at_least_nothing(unknown),
            Function::Since if counted => {
                Cell { unknown, known: Set::Line(Line::closed(Decimal::ZERO, Decimal::ZERO)) }
            }
            Function::Since => {
                let forever = Decimal::from(Duration::FOREVER.ms());
                Cell { unknown, known: Set::Line(Line::closed(Decimal::ZERO, forever)) }
            }
            Function::Exists | Function::Never => truth(unknown),
            Function::Sum | Function::List => Cell { unknown: true, known: Set::Any },
            _ => Cell::any(),
        }
    }

    /// Facts come first: the event that wakes the item is part of what the function sees.
    fn counts_the_event(&self, aggregate: &Aggregate) -> bool {
        let Some(series) = self.plan.series.get(aggregate.series.index()) else { return false };
        let seen = match &aggregate.window {
            Window::Ever => true,
            Window::Last { during, back } => back.ms() == 0 && during.ms() > 0,
            Window::Period { back, .. } => *back == 0,
            _ => false,
        };
        Some(series.kind) == self.scene.kind()
            && !self.scene.each
            && seen
            && series.filter.is_none()
            && aggregate.rest.is_none()
            && self.is_own(series, &aggregate.key)
    }

    /// The item acts because there was none for so long.
    fn counts_silence(&self, aggregate: &Aggregate) -> bool {
        let Trigger::Silence(kind, silent) = self.scene.trigger else { return false };
        let Some(series) = self.plan.series.get(aggregate.series.index()) else { return false };
        let within = matches!(aggregate.window, Window::Last { during, back } if back.ms() == 0 && during <= silent);
        // What others do besides the subject is not silent.
        let wanted: &[Expr] = match self.scene.scope {
            Scope::Community => &[],
            Scope::Group => &[Expr::Group],
            Scope::Member => &[Expr::Member],
            Scope::Membership => &[Expr::Group, Expr::Member],
        };
        let own = wanted.iter().all(|part| aggregate.key.contains(part));
        series.kind == kind && within && own && self.is_own(series, &aggregate.key)
    }

    /// Whether a key is that of the subject itself.
    fn is_own(&self, series: &Series, key: &[Expr]) -> bool {
        series.key.len() == key.len()
            && series.key.iter().zip(key).all(|(part, key)| match (part, key) {
                (KeyPart::Member, Expr::Member | Expr::EventMember)
                | (KeyPart::Group, Expr::Group | Expr::EventGroup) => true,
                (KeyPart::Field(position), Expr::EventField(of)) => of.contains(&(series.kind, *position)),
                _ => false,
            })
    }

    fn never_negative(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Const(value) => super::cell::place(value).is_some_and(|at| at >= Decimal::ZERO),
            Expr::Arithmetic { op: Arithmetic::Add | Arithmetic::Multiply | Arithmetic::Divide, left, right } => {
                self.never_negative(left) && self.never_negative(right)
            }
            Expr::Arithmetic { .. } => false,
            expr => self.domain(expr).known.line().is_some_and(|line| line.lowest() >= Cut::Before(Decimal::ZERO)),
        }
    }

    // ---- how terms bound each other -----------------------------------------------------------------------------

    /// Notes the family of a term.
    fn tie(&mut self, id: TermId) {
        let Some(Expr::Aggregate(new)) = self.get(id).map(|term| &term.expr) else { return };
        if !matches!(new.function, Function::Count | Function::Since) {
            return;
        }
        let family: Family = (new.series, new.key.clone(), new.rest.clone());
        let next = self.families.len() as u32;
        let number = *self.families.entry(family).or_insert(next);
        self.family_of.insert(id, number);
    }

    /// How two functions over the past of one family bound each other.
    fn relation(&self, one: TermId, other: TermId) -> Option<Tie> {
        let (Expr::Aggregate(a), Expr::Aggregate(b)) = (&self.get(one)?.expr, &self.get(other)?.expr) else {
            return None;
        };
        match (a.function, b.function) {
            (Function::Count, Function::Count) if is_within(&a.window, &b.window) => Some(Tie::Below(one, other)),
            (Function::Count, Function::Count) if is_within(&b.window, &a.window) => Some(Tie::Below(other, one)),
            (Function::Count, Function::Since) if b.window == Window::Ever => {
                trailing(&a.window).map(|during| Tie::Since(one, other, during))
            }
            (Function::Since, Function::Count) if a.window == Window::Ever => {
                trailing(&b.window).map(|during| Tie::Since(other, one, during))
            }
            _ => None,
        }
    }

    /// Whether no two functions over the past of one family contradict each other.
    fn agree(&self, cube: &Cube) -> bool {
        let mut kin = cube.0.keys().filter_map(|id| Some((*id, *self.family_of.get(id)?)));
        let mut before: SmallVec<[(TermId, u32); 4]> = SmallVec::new();
        kin.all(|(id, family)| {
            let mut others = before.iter().filter(|(_, of)| *of == family);
            let agrees = others.all(|(other, _)| self.relation(*other, id).is_none_or(|tie| self.allows(tie, cube)));
            before.push((id, family));
            agrees
        })
    }

    /// Whether nothing is known that speaks against a box.
    #[must_use]
    pub fn is_possible(&self, cube: &Cube) -> bool {
        self.agree(cube)
            && cube
                .0
                .keys()
                .all(|term| self.ties.get(term).is_none_or(|ties| ties.iter().all(|tie| self.allows(*tie, cube))))
    }

    fn cell<'c>(&'c self, cube: &'c Cube, id: TermId) -> Option<&'c Cell> {
        cube.0.get(&id).or_else(|| self.get(id).map(|term| &term.domain))
    }

    fn allows(&self, tie: Tie, cube: &Cube) -> bool {
        let known = |id| self.cell(cube, id).filter(|cell| !cell.unknown);
        let line = |id| known(id).and_then(|cell| cell.known.line());
        match tie {
            Tie::Below(less, more) => match (line(less), line(more)) {
                (Some(less), Some(more)) => !more.is_before(less),
                _ => true,
            },
            Tie::Since(count, since, during) => {
                let border = Decimal::from(during.ms());
                let some = line(count).is_some_and(|line| line.lowest() >= Cut::Before(Decimal::ONE));
                let none = line(count).is_some_and(|line| line.highest() <= Cut::After(Decimal::ZERO));
                let long = line(since).is_some_and(|line| line.lowest() >= Cut::Before(border));
                let short =
                    line(since).is_some_and(|line| line.highest() <= Cut::Before(border) || !reaches(line, border));
                !(some && long || none && short)
            }
            Tie::Order(order, left, right) => self.order_allows(order, left, right, cube),
        }
    }

    fn order_allows(&self, order: TermId, left: TermId, right: TermId, cube: &Cube) -> bool {
        let Some(order) = self.cell(cube, order) else { return true };
        let (Some(left), Some(right)) = (self.cell(cube, left), self.cell(cube, right)) else { return true };
        if !order.unknown && (left.known.is_empty() || right.known.is_empty()) {
            return false;
        }
        let (Some(order_line), Some(a), Some(b)) = (order.known.line(), left.known.line(), right.known.line()) else {
            return true;
        };
        if order.unknown || left.unknown || right.unknown {
            return true;
        }
        let less = !b.is_before(a) && order_line.has(Decimal::NEGATIVE_ONE);
        let more = !a.is_before(b) && order_line.has(Decimal::ONE);
        less || more || order_line.has(Decimal::ZERO) && !a.meet(b).is_empty()
    }
}

/// Whether a line has a point at a border or beyond it.
fn reaches(line: &Line, border: Decimal) -> bool {
    !line.meet(&Line::between(Cut::Before(border), Cut::Highest)).is_empty()
}

/// What can only be true or false.
fn truth(unknown: bool) -> Cell {
    Cell { unknown, known: Set::Only([Symbol::Bool(false), Symbol::Bool(true)].into()) }
}

/// A number of things.
fn at_least_nothing(unknown: bool) -> Cell {
    Cell { unknown, known: Set::Line(Line::between(Cut::Before(Decimal::ZERO), Cut::Highest)) }
}

/// Whether an expression comes to whole numbers only.
fn counts(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate(aggregate) => {
            matches!(aggregate.function, Function::Count | Function::Distinct | Function::Streak)
        }
        Expr::Population(population) => matches!(**population, Population { function: Function::Count, .. }),
        Expr::NowHour | Expr::GroupSize | Expr::CommunitySize | Expr::Tier(_) => true,
        _ => false,
    }
}

/// How long a trailing window reaches back.
fn trailing(window: &Window) -> Option<Duration> {
    match window {
        Window::Ever => Some(Duration::FOREVER),
        Window::Last { during, back } if back.ms() == 0 => Some(*during),
        _ => None,
    }
}

/// Whether whatever is in one window is in the other, too.
fn is_within(inner: &Window, outer: &Window) -> bool {
    match (inner, outer) {
        (_, Window::Ever) => true,
        (Window::Last { during: a, back: b }, Window::Last { during: c, back: d }) => b >= d && *a + *b <= *c + *d,
        (a, b) => a == b,
    }
}
