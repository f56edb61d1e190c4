//! Makes up what shows a finding: a small log in which somebody's condition holds, as far as it can be arranged.

use super::book::Book;
use super::solver::{Cell, Clock, Cube, Cut, Line, Region, Scene, Set, Solver, Sort, Symbol, Trigger, Want};
use super::witness::{Claim, Witness};
use crate::plan::expr::{Aggregate, Expr, Function, Window};
use crate::plan::ids::{EffectId, HandlerId, KindId};
use crate::plan::{Carries, Column, Effect, FieldType, Handler, Plan, Series};
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};

/// A log on its way.
pub struct Stage<'a> {
    plan: &'a Plan,
    /// When the last thing happens.
    pub at: Instant,
    /// Fields and roles of the one member, and fields and kind of the one group.
    member: Map<String, Json>,
    membership: Map<String, Json>,
    group: Map<String, Json>,
    events: Vec<(Instant, Json)>,
}

/// The most events of one sort that are made up.
const MOST: u32 = 200;

impl<'a> Stage<'a> {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(plan: &'a Plan, at: Instant) -> Stage<'a> {
        let empty = Map::new;
        Stage { plan, at, member: empty(), membership: empty(), group: empty(), events: Vec::new() }
    }

    /// Adds an event of a kind about the one member, with some fields given and others made up.
    pub fn happens(&mut self, kind: KindId, at: Instant, given: &[(u8, Cell)]) {
        let Some(declared) = self.plan.kinds.get(kind.index()) else { return };
        let mut event = Map::from_iter([("kind".to_owned(), json!(declared.name))]);
        if declared.group != Carries::Never {
            event.insert("group".to_owned(), json!("g1"));
        }
        if declared.member != Carries::Never {
            event.insert("member".to_owned(), json!("m1"));
        }
        for (position, field) in declared.fields.iter().enumerate() {
            let cell = given.iter().find(|(of, _)| usize::from(*of) == position).map(|(_, cell)| cell);
            let value = match cell {
                Some(cell) if cell.known.is_empty() => None,
                Some(cell) => self.pick(field.ty, &cell.known, at),
                None if field.optional || field.default.is_known() => None,
                None => self.pick(field.ty, &Set::Any, at),
            };
            event.extend(value.map(|value| (field.name.clone(), value)));
        }
        self.events.push((at, Json::Object(event)));
    }

    /// The last event that was added happens once more, so much later.
    fn again(&mut self, later: Duration) {
        let Some((at, event)) = self.events.last().cloned() else { return };
        self.at = at + later;
        self.events.push((self.at, event));
    }

    /// A value of a type out of a set, as logs write it.
    fn pick(&self, ty: FieldType, from: &Set, at: Instant) -> Option<Json> {
        let number = |line: &Line| {
            point(line).and_then(|n| n.to_f64()).map(|n| if n.fract() == 0.0 { json!(n as i64) } else { json!(n) })
        };
        Some(match (ty, from) {
            (FieldType::Time, Set::Line(line)) => json!(point(line)?.to_i64()?),
            (FieldType::Time, _) => json!((at + Duration::from_days(4)).ms()),
            (FieldType::Duration, Set::Line(line)) => json!(point(line)?.to_i64()? / 1000),
            (FieldType::Number | FieldType::Percent | FieldType::Money, Set::Line(line)) => number(line)?,
            (FieldType::Number | FieldType::Percent | FieldType::Money | FieldType::Duration, _) => json!(1),
            (FieldType::Bool, Set::Only(symbols)) => json!(symbols.contains(&Symbol::Bool(true))),
            (FieldType::Bool, _) => json!(true),
            (_, Set::Only(symbols)) => match symbols.first()? {
                Symbol::Word(word) => json!(**word),
                Symbol::Tier(tiers, level) => {
                    let level = self.plan.tiers.get(usize::from(*tiers))?.levels.get(usize::from(*level))?;
                    json!(self.plan.names.get(level.index())?)
                }
                _ => return None,
            },
            (FieldType::List, _) => json!(["x"]),
            (FieldType::Member, _) => json!("m2"),
            (FieldType::Group, _) => json!("g1"),
            (FieldType::Tier, _) => {
                let level = self.plan.tiers.first()?.levels.first()?;
                json!(self.plan.names.get(level.index())?)
            }
            _ => json!("x"),
        })
    }

    /// Arranges a box, as far as it can: what cannot be arranged is left to the replay to notice.
    pub fn arrange(&mut self, solver: &Solver<'_>, cube: &Cube) {
        let minute = cube.0.iter().find_map(|(id, cell)| {
            let term = solver.terms().get(*id)?;
            (term.sort == Sort::Minute
                && matches!(&term.expr, Expr::TimeOfDayBetween { value, .. } if **value == Expr::Now))
            .then_some(cell)
        });
        let weekday = cube
            .0
            .iter()
            .find_map(|(id, cell)| solver.terms().get(*id).filter(|term| term.expr == Expr::NowWeekday).map(|_| cell));
        self.set_clock(minute, weekday);
        let kind = match solver.scene().trigger {
            Trigger::Event(kind) => Some(kind),
            _ => None,
        };
        let mut fields = Vec::new();
        for (id, cell) in &cube.0 {
            let Some(term) = solver.terms().get(*id) else { continue };
            match &term.expr {
                Expr::EventField(of) => {
                    let position = of.iter().find(|(of, _)| Some(*of) == kind).map(|(_, position)| *position);
                    fields.extend(position.map(|position| (position, cell.clone())));
                }
                Expr::Aggregate(aggregate) => self.past(aggregate, cell, kind),
                expr => self.stands(expr, cell),
            }
        }
        if let Some(kind) = kind {
            self.happens(kind, self.at, &fields);
        }
    }

    fn set_clock(&mut self, minute: Option<&Cell>, weekday: Option<&Cell>) {
        let zone = self.plan.community.calendar.zone;
        let wanted = |cell: Option<&Cell>, symbol: &Symbol| match cell.map(|cell| &cell.known) {
            Some(Set::Only(symbols)) => symbols.contains(symbol),
            Some(Set::AllBut(symbols)) => !symbols.contains(symbol),
            _ => true,
        };
        let minute = minute.and_then(|cell| point(cell.known.line()?)?.to_u32());
        for day in 0..14 {
            let day = self.at + Duration::from_days(day);
            let date = zone.date(day);
            let name = chrono::Datelike::weekday(&date);
            let name = match name {
                chrono::Weekday::Mon => "monday",
                chrono::Weekday::Tue => "tuesday",
                chrono::Weekday::Wed => "wednesday",
                chrono::Weekday::Thu => "thursday",
                chrono::Weekday::Fri => "friday",
                chrono::Weekday::Sat => "saturday",
                chrono::Weekday::Sun => "sunday",
            };
            if wanted(weekday, &Symbol::Word(name.into())) {
                self.at = match minute.and_then(|minute| date.and_hms_opt(minute / 60, minute % 60, 0)) {
                    Some(local) => zone.instant(local),
                    None => day,
                };
                return;
            }
        }
    }

    /// Makes a function over the past come to something in a cell.
    fn past(&mut self, aggregate: &Aggregate, cell: &Cell, trigger: Option<KindId>) {
        let Some(series) = self.plan.series.get(aggregate.series.index()) else { return };
        let line = cell.known.line();
        let at = match aggregate.window {
            Window::Last { back, .. } => self.at - back,
            Window::Period { back, .. } if back > 0 => self.at - Duration::from_days(1),
            _ => self.at,
        };
        match aggregate.function {
            Function::Count | Function::Streak | Function::Distinct => {
                let wanted = line.and_then(point).and_then(|n| n.ceil().to_u32()).unwrap_or(0).min(MOST);
                let own = u32::from(Some(series.kind) == trigger);
                let given = self.given(series);
                (own..wanted).for_each(|_| self.happens(series.kind, at, &given));
            }
            Function::Since => {
                let ago = line.and_then(point).and_then(|n| n.to_i64()).unwrap_or(0);
                if ago < Duration::from_days(40_000).ms() {
                    let given = self.given(series);
                    self.happens(series.kind, self.at - Duration::from_ms(ago), &given);
                }
            }
            Function::Sum | Function::Average | Function::Min | Function::Max | Function::First | Function::Last => {
                let column = aggregate.column.and_then(|column| series.columns.get(usize::from(column)));
                if let (Some(Column::Field(position)), false) = (column, cell.known.is_empty()) {
                    let mut given = self.given(series);
                    given.push((*position, cell.clone()));
                    self.happens(series.kind, at, &given);
                }
            }
            _ => {}
        }
    }

    /// Fields with which an event is in a series.
    fn given(&self, series: &Series) -> Vec<(u8, Cell)> {
        let Some(filter) = &series.filter else { return Vec::new() };
        let mut solver = Solver::new(self.plan, super::solver::Scene::anywhere(crate::plan::Scope::Community));
        let region = solver.region(filter, Want::True).unwrap_or_default();
        let Some(cube) = region.0.first() else { return Vec::new() };
        let fields = cube.0.iter().filter_map(|(id, cell)| match solver.terms().get(*id)?.expr {
            Expr::Row(position) => Some((position, cell.clone())),
            _ => None,
        });
        fields.collect()
    }

    /// Puts into the directory what must stand at the start.
    fn stands(&mut self, expr: &Expr, cell: &Cell) {
        let yes = match &cell.known {
            Set::Only(symbols) => symbols.contains(&Symbol::Bool(true)),
            _ => false,
        };
        let named = |id: crate::plan::ids::NameId| self.plan.names.get(id.index()).cloned();
        match expr {
            Expr::HasRole { role, .. } if yes => {
                if let Some(role) = named(*role) {
                    self.member.insert("roles".to_owned(), json!([role]));
                }
            }
            Expr::GroupKind if !cell.known.is_empty() => {
                if let Some(kind) = self.pick(FieldType::Name, &cell.known, self.at) {
                    self.group.insert("kind".to_owned(), kind);
                }
            }
            Expr::MemberAttribute(id)
            | Expr::GroupAttribute(id)
            | Expr::MemberHasAttribute(id)
            | Expr::GroupHasAttribute(id) => {
                let Some(attribute) = self.plan.attributes.get(id.index()) else { return };
                let asks = matches!(expr, Expr::MemberHasAttribute(_) | Expr::GroupHasAttribute(_));
                if cell.known.is_empty() || asks && !yes {
                    return;
                }
                let set = if asks { &Set::Any } else { &cell.known };
                let (Some(name), Some(value)) = (named(attribute.name), self.pick(attribute.ty, set, self.at)) else {
                    return;
                };
                match attribute.scope {
                    crate::plan::Scope::Group => self.group.insert(name, value),
                    crate::plan::Scope::Membership => self.membership.insert(name, value),
                    _ => self.member.insert(name, value),
                };
            }
            _ => {}
        }
    }

    /// What has been arranged, as a witness.
    #[must_use]
    pub fn witness(mut self, until: Option<Instant>, claim: Claim) -> Witness {
        self.events.sort_by_key(|(at, _)| *at);
        let events = self.events.into_iter().enumerate().map(|(number, (at, mut event))| {
            if let Some(event) = event.as_object_mut() {
                event.insert("id".to_owned(), json!(format!("e{}", number + 1)));
                event.insert("at".to_owned(), json!(at.ms()));
            }
            event
        });
        self.member.insert("groups".to_owned(), json!({ "g1": self.membership }));
        self.group.entry("owner").or_insert(json!("m9"));
        let directory = json!({ "groups": { "g1": self.group }, "members": { "m1": self.member } });
        Witness { directory, from: None, until, events: events.collect(), claim }
    }
}

/// A point of a line, as plain as can be.
#[must_use]
pub fn point(line: &Line) -> Option<Decimal> {
    let stretch = line.stretches().first()?;
    let inside = |at: Decimal| line.has(at).then_some(at);
    let candidates = match (stretch.from, stretch.to) {
        (Cut::Before(from), _) => [Some(from), None, None],
        (Cut::After(from), Cut::After(to)) => [from.checked_add(Decimal::ONE), Some(to), None],
        (Cut::After(from), Cut::Before(to)) => {
            [from.checked_add(Decimal::ONE), None, from.checked_add(to).and_then(|sum| sum.checked_div(Decimal::TWO))]
        }
        (Cut::After(from), _) => [from.checked_add(Decimal::ONE), None, None],
        (_, Cut::After(to)) => [Some(Decimal::ONE), Some(Decimal::ZERO), Some(to)],
        (_, Cut::Before(to)) => [Some(Decimal::ONE), Some(Decimal::ZERO), to.checked_sub(Decimal::ONE)],
        _ => [Some(Decimal::ONE), None, None],
    };
    candidates.into_iter().flatten().find_map(inside)
}

/// The witness, if it shows what it claims.
#[must_use]
pub fn proven(book: &Book<'_>, witness: Witness) -> Option<Witness> {
    book.runs.shows(&witness).then_some(witness)
}

/// Something that wakes a handler, whatever its condition says of it.
#[must_use]
pub fn waking(book: &Book<'_>, id: HandlerId, claim: &Claim) -> Option<Witness> {
    let handler = book.plan.handlers.get(id.index())?;
    let events = handler.events.iter().flat_map(|kind| {
        let stages = peopled(book, handler, Trigger::Event(*kind), book.now);
        stages.into_iter().map(|stage| {
            let until = stage.at;
            stage.witness(Some(until), claim.clone())
        })
    });
    let silences = handler.silences.iter().flat_map(|silence| {
        let trigger = Trigger::Silence(silence.kind, silence.during);
        peopled(book, handler, trigger, book.now).into_iter().map(|mut stage| {
            stage.happens(silence.kind, stage.at, &[]);
            let until = stage.at + silence.during;
            stage.witness(Some(until), claim.clone())
        })
    });
    let clocks = book.plan.schedules.iter().flat_map(|scheduled| {
        let mine = matches!(&scheduled.what, crate::plan::ScheduledWork::Handlers(all) if all.contains(&id));
        let at = mine.then(|| scheduled.schedule.next(book.now, &book.plan.community.calendar));
        let stages =
            at.flatten().into_iter().flat_map(|at| peopled(book, handler, Trigger::Clock(Clock::default()), at));
        stages.map(|stage| {
            let (at, minute) = (stage.at, Duration::from_minutes(1));
            Witness { from: Some(at - minute), ..stage.witness(Some(at), claim.clone()) }
        })
    });
    events.chain(silences).chain(clocks).find_map(|witness| proven(book, witness))
}

/// Logs at whose end something wakes a handler, with somebody whom its `where` takes.
fn peopled<'a>(book: &Book<'a>, handler: &Handler, trigger: Trigger, at: Instant) -> Vec<Stage<'a>> {
    const TRIED: usize = 4;
    let mut solver =
        Solver::new(book.plan, Scene { trigger, scope: handler.subject.scope, each: handler.subject.each });
    let taken = match &handler.subject.filter {
        Some(filter) => solver.region(filter, Want::True).unwrap_or_default(),
        None => Region::all(),
    };
    let staged = |cube: &Cube| {
        let mut stage = Stage::new(book.plan, at);
        stage.arrange(&solver, cube);
        stage
    };
    taken.0.iter().take(TRIED).map(staged).collect()
}

/// Something on which a condition over a solver's terms holds: the first of a region's boxes that shows the claim.
#[must_use]
pub fn holding(book: &Book<'_>, solver: &Solver<'_>, region: &super::solver::Region, claim: &Claim) -> Option<Witness> {
    const TRIED: usize = 4;
    region.0.iter().take(TRIED).find_map(|cube| {
        let mut stage = Stage::new(book.plan, book.now);
        stage.arrange(solver, cube);
        let at = stage.at;
        proven(book, stage.witness(Some(at), claim.clone()))
    })
}

/// Something on which a condition holds, and the same event once more a second later: the first of a region's boxes that
/// shows the claim.
#[must_use]
pub fn twice(book: &Book<'_>, solver: &Solver<'_>, region: &super::solver::Region, claim: &Claim) -> Option<Witness> {
    const TRIED: usize = 4;
    region.0.iter().take(TRIED).find_map(|cube| {
        let mut stage = Stage::new(book.plan, book.now);
        stage.arrange(solver, cube);
        stage.again(Duration::from_ms(1000));
        let at = stage.at;
        proven(book, stage.witness(Some(at), claim.clone()))
    })
}

/// Something that makes an effect happen: what wakes its rule where that can be arranged, else a message on which it is
/// carried out, as often as a text needs to have its turn.
#[must_use]
pub fn reached(book: &Book<'_>, effect: &Effect, turns: usize, claim: &Claim) -> Option<Witness> {
    let id =
        book.plan.effects.iter().position(|of| std::ptr::eq(of, effect)).map(|position| EffectId(position as u32))?;
    let by_rule = book.views().iter().find_map(|view| {
        let seat = view
            .seats
            .iter()
            .find(|seat| book.cases.get(seat.case).is_some_and(|case| case.handler.effects.contains(&id)))?;
        holding(book, &view.solver, seat.truth.as_ref()?, claim)
    });
    by_rule.or_else(|| {
        let posted = super::causes::kind_named(book.plan, "message.posted")?;
        let mut stage = Stage::new(book.plan, book.now);
        (0..turns.max(1)).for_each(|_| stage.happens(posted, book.now, &[]));
        let until = stage.at;
        proven(book, stage.witness(Some(until), Claim::Carried(id, Box::new(claim.clone()))))
    })
}
