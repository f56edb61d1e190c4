//! From conditions to regions, by the three values of the language.

use super::cell::{Cell, Set, Symbol, place};
use super::line::{Cut, Line};
use super::region::{Cube, Region, TermId, TooMany};
use super::terms::{Scene, Terms};
use crate::plan::Plan;
use crate::plan::expr::{Aggregate, Comparison, Expr, Function};
use crate::plan::value::Value;
use rust_decimal::Decimal;
use std::cell::Cell as Counter;

/// What a condition is to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// True.
    True,
    /// False.
    False,
    /// False or unknown.
    NotTrue,
    /// True or unknown.
    NotFalse,
}

impl Want {
    /// All four.
    pub const ALL: [Want; 4] = [Want::True, Want::False, Want::NotTrue, Want::NotFalse];

    /// What the opposite is to come to.
    #[must_use]
    pub fn opposite(self) -> Want {
        match self {
            Want::True => Want::False,
            Want::False => Want::True,
            Want::NotTrue => Want::NotFalse,
            Want::NotFalse => Want::NotTrue,
        }
    }

    /// Whether this is what was wanted; `None` is unknown.
    #[must_use]
    pub fn is(self, truth: Option<bool>) -> bool {
        match self {
            Want::True => truth == Some(true),
            Want::False => truth == Some(false),
            Want::NotTrue => truth != Some(true),
            Want::NotFalse => truth != Some(false),
        }
    }

    fn has_unknown(self) -> bool {
        self.is(None)
    }
}

/// Finds regions, all over the same terms.
#[derive(Clone, Debug)]
pub struct Solver<'p> {
    terms: Terms<'p>,
    /// What constants alone decide counts as undecided: such a part is a switch that somebody may turn.
    switches: bool,
    /// How many boxes have been held against others.
    met: Counter<u64>,
}

type Found = Result<Region, TooMany>;

impl<'p> Solver<'p> {
    /// A solver for conditions looked at in one scene.
    #[must_use]
    pub fn new(plan: &'p Plan, scene: Scene) -> Solver<'p> {
        Solver { terms: Terms::new(plan, scene), switches: false, met: Counter::new(0) }
    }

    /// The same, for whom what constants alone decide is undecided.
    #[must_use]
    pub fn with_switches(self) -> Solver<'p> {
        Solver { switches: true, ..self }
    }

    /// How many boxes it has held against others so far: what its answers have cost, on every machine the same.
    #[must_use]
    pub fn met(&self) -> u64 {
        self.met.get()
    }

    /// The terms met so far.
    #[must_use]
    pub fn terms(&self) -> &Terms<'p> {
        &self.terms
    }

    /// The circumstances.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        self.terms.scene()
    }

    /// The situations in which a condition comes to what is wanted.
    ///
    /// # Errors
    /// Where there are too many boxes.
    pub fn region(&mut self, expr: &Expr, want: Want) -> Found {
        match expr {
            Expr::Const(Value::Bool(truth)) if !self.switches => Ok(when(want.is(Some(*truth)))),
            Expr::Const(value) if !value.is_known() => Ok(when(want.has_unknown())),
            Expr::Not(inner) => self.region(inner, want.opposite()),
            Expr::And(parts) => self.all(parts, want, matches!(want, Want::True | Want::NotFalse)),
            Expr::Or(parts) => self.all(parts, want, matches!(want, Want::False | Want::NotTrue)),
            Expr::Let(id) => match self.terms.plan().lets.get(id.index()) {
                Some(named) => self.region(&named.value, want),
                None => Ok(when(want.has_unknown())),
            },
            Expr::InSegment(id) => match self.terms.plan().segments.get(id.index()) {
                Some(segment) => self.region(&segment.when, want),
                None => Ok(when(want.has_unknown())),
            },
            Expr::Compare { op, left, right } => self.compare(*op, left, right, want),
            Expr::Between { value, low, high, half_open } => {
                let below = if *half_open { Comparison::Less } else { Comparison::LessOrEqual };
                let above = self.compare(Comparison::GreaterOrEqual, value, low, want)?;
                let below = self.compare(below, value, high, want)?;
                if matches!(want, Want::True | Want::NotFalse) { self.meet(&above, &below) } else { join(above, below) }
            }
            Expr::In { value, list } => self.one_of(expr, value, list, want),
            Expr::TimeOfDayBetween { value, low, high } => {
                let stretch = |from: u16, to: u16| Line::between(Cut::Before(from.into()), Cut::Before(to.into()));
                let inside =
                    if low <= high { stretch(*low, *high) } else { stretch(0, *high).join(&stretch(*low, 1440)) };
                let term = self.terms.minute(value);
                Ok(self.on_line(term, inside.whole_numbers(), want, true))
            }
            Expr::If { condition, then, otherwise } => {
                self.chosen(condition, then, otherwise, want, &mut |s, e| s.region(e, want))
            }
            Expr::Else { value, fallback } => self.stand_in(value, fallback, &mut |s, e| s.region(e, want)),
            Expr::Aggregate(aggregate) => match counted(aggregate) {
                Some((count, exists)) => {
                    let op = if exists { Comparison::GreaterOrEqual } else { Comparison::Less };
                    self.compare(op, &count, &Expr::Const(Value::count(1)), want)
                }
                None => Ok(self.plain(expr, want)),
            },
            expr => Ok(self.plain(expr, want)),
        }
    }

    /// The situations in both.
    ///
    /// # Errors
    /// Where there are too many boxes.
    pub fn meet(&self, one: &Region, two: &Region) -> Found {
        let mut both = Region::none();
        self.met.set(self.met.get() + (one.0.len() * two.0.len()) as u64);
        for a in &one.0 {
            for b in &two.0 {
                if let Some(cube) = a.meet(b).filter(|cube| self.terms.is_possible(cube)) {
                    both.add(cube)?;
                }
            }
        }
        Ok(both)
    }

    fn all(&mut self, parts: &[Expr], want: Want, every: bool) -> Found {
        let mut found = if every { Region::all() } else { Region::none() };
        for part in parts {
            let region = self.region(part, want)?;
            found = if every { self.meet(&found, &region)? } else { join(found, region)? };
        }
        Ok(found)
    }

    /// A condition about which nothing is known but that it has a truth.
    fn plain(&mut self, expr: &Expr, want: Want) -> Region {
        let term = self.terms.value(expr);
        let one = |truth| Set::Only([Symbol::Bool(truth)].into());
        self.on_term(term, one(true), one(false), want)
    }

    /// `value in list`, as far as the list is written out.
    fn one_of(&mut self, expr: &Expr, value: &Expr, list: &Expr, want: Want) -> Found {
        let items: Vec<Expr> = match list {
            Expr::List(items) => items.to_vec(),
            Expr::Const(Value::List(items)) => items.iter().cloned().map(Expr::Const).collect(),
            _ => return Ok(self.plain(expr, want)),
        };
        if items.is_empty() {
            return Ok(self.plain(expr, want));
        }
        let mut found = if matches!(want, Want::True | Want::NotFalse) { Region::none() } else { Region::all() };
        for item in &items {
            let region = self.compare(Comparison::Equal, value, item, want)?;
            found = match want {
                Want::True | Want::NotFalse => join(found, region)?,
                Want::False | Want::NotTrue => self.meet(&found, &region)?,
            };
        }
        Ok(found)
    }

    // ---- comparisons --------------------------------------------------------------------------------------------

    fn compare(&mut self, op: Comparison, left: &Expr, right: &Expr, want: Want) -> Found {
        for (side, other, turned) in [(left, right, false), (right, left, true)] {
            let (op, other) = (if turned { op.turned() } else { op }, other.clone());
            match side {
                Expr::Let(id) => {
                    let Some(named) = self.terms.plan().lets.get(id.index()) else {
                        return Ok(when(want.has_unknown()));
                    };
                    return self.compare(op, &named.value, &other, want);
                }
                Expr::Else { value, fallback } => {
                    return self.stand_in(value, fallback, &mut |s, e| s.compare(op, e, &other, want));
                }
                Expr::If { condition, then, otherwise } => {
                    return self.chosen(condition, then, otherwise, want, &mut |s, e| s.compare(op, e, &other, want));
                }
                _ => {}
            }
        }
        match (constant(left), constant(right)) {
            (Some(a), Some(b)) => Ok(self.constants(op, &a, &b, want)),
            (None, Some(b)) => self.with_constant(op, left, &b, want),
            (Some(a), None) => self.with_constant(op.turned(), right, &a, want),
            (None, None) => Ok(self.two_terms(op, left, right, want)),
        }
    }

    fn constants(&mut self, op: Comparison, left: &Value, right: &Value, want: Want) -> Region {
        if !left.is_known() || !right.is_known() {
            return when(want.has_unknown());
        }
        if self.switches {
            let of = |value: &Value| Box::new(Expr::Const(value.clone()));
            return self.plain(&Expr::Compare { op, left: of(left), right: of(right) }, want);
        }
        let truth = match (place(left), place(right)) {
            (Some(a), Some(b)) => Some(points(op, b).has(a)),
            _ => {
                let same = Symbol::of(self.terms.plan(), left) == Symbol::of(self.terms.plan(), right);
                match op {
                    Comparison::Equal => Some(same),
                    Comparison::NotEqual => Some(!same),
                    _ => None,
                }
            }
        };
        match truth {
            Some(truth) => when(want.is(Some(truth))),
            None => {
                let of = |value: &Value| Box::new(Expr::Const(value.clone()));
                self.plain(&Expr::Compare { op, left: of(left), right: of(right) }, want)
            }
        }
    }

    fn with_constant(&mut self, op: Comparison, expr: &Expr, constant: &Value, want: Want) -> Found {
        let whole = || Expr::Compare { op, left: expr.clone().into(), right: Expr::Const(constant.clone()).into() };
        if !constant.is_known() {
            return Ok(when(want.has_unknown()));
        }
        if let Value::Bool(truth) = constant {
            return match op {
                Comparison::Equal => self.region(expr, if *truth { want } else { want.opposite() }),
                Comparison::NotEqual => self.region(expr, if *truth { want.opposite() } else { want }),
                _ => Ok(self.plain(&whole(), want)),
            };
        }
        let level = match (expr, constant) {
            (Expr::Tier(tiers), Value::Tier(of, level)) if tiers == of => Some(Decimal::from(*level)),
            _ => None,
        };
        if let (Expr::NowHour, Some(at)) = (expr, place(constant)) {
            return Ok(self.hours(op, at, want));
        }
        if let Some(at) = level.or_else(|| place(constant)) {
            let term = self.terms.value(expr);
            let whole = self.terms.is_whole(expr, constant);
            return Ok(self.on_line(term, points(op, at), want, whole));
        }
        if matches!(constant, Value::List(_)) || !matches!(op, Comparison::Equal | Comparison::NotEqual) {
            return Ok(self.plain(&whole(), want));
        }
        let symbol = Symbol::of(self.terms.plan(), constant);
        let term = self.terms.value(expr);
        let (one, others) = (Set::Only([symbol.clone()].into()), Set::AllBut([symbol].into()));
        Ok(match op {
            Comparison::Equal => self.on_term(term, one, others, want),
            _ => self.on_term(term, others, one, want),
        })
    }

    /// `now.hour` against a number: hours are stretches of the day's minutes.
    fn hours(&mut self, op: Comparison, at: Decimal, want: Want) -> Region {
        let hours = (0u16..24).filter(|hour| points(op, at).has(Decimal::from(*hour)));
        let minutes = hours.fold(Line::default(), |line, hour| {
            line.join(&Line::between(Cut::Before((hour * 60).into()), Cut::Before((hour * 60 + 60).into())))
        });
        let term = self.terms.minute(&Expr::Now);
        self.on_line(term, minutes.whole_numbers(), want, true)
    }

    fn two_terms(&mut self, op: Comparison, left: &Expr, right: &Expr, want: Want) -> Region {
        if left == right {
            let term = self.terms.value(left);
            let equal = matches!(op, Comparison::Equal | Comparison::LessOrEqual | Comparison::GreaterOrEqual);
            let (yes, no) = if equal { (Set::Any, Set::none()) } else { (Set::none(), Set::Any) };
            return self.on_term(term, yes, no, want);
        }
        let (term, turned) = self.terms.order(left, right);
        let op = if turned { op.turned() } else { op };
        self.on_line(term, points(op, Decimal::ZERO), want, true)
    }

    /// A term on a line, true at these points.
    fn on_line(&mut self, term: TermId, points: Line, want: Want, whole: bool) -> Region {
        let (yes, no) = (points.clone(), points.rest());
        let (yes, no) = if whole { (yes.whole_numbers(), no.whole_numbers()) } else { (yes, no) };
        self.on_term(term, Set::Line(yes), Set::Line(no), want)
    }

    fn on_term(&self, term: TermId, yes: Set, no: Set, want: Want) -> Region {
        let cell = match want {
            Want::True => Cell::known(yes),
            Want::False => Cell::known(no),
            Want::NotTrue => Cell { unknown: true, known: no },
            Want::NotFalse => Cell { unknown: true, known: yes },
        };
        self.bounded(term, &cell)
    }

    fn bounded(&self, term: TermId, cell: &Cell) -> Region {
        let domain = self.terms.get(term).map_or_else(Cell::any, |term| term.domain.clone());
        let cell = domain.meet(cell);
        let cube = Cube::of(term, cell);
        let possible = cube.0.values().all(|cell| !cell.is_empty()) && self.terms.is_possible(&cube);
        Region(if possible { vec![cube] } else { Vec::new() })
    }

    // ---- values with conditions in them -------------------------------------------------------------------------

    /// `if condition then … else …`
    fn chosen(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        want: Want,
        of: &mut dyn FnMut(&mut Self, &Expr) -> Found,
    ) -> Found {
        let (yes, no) = (self.region(condition, Want::True)?, self.region(condition, Want::False)?);
        let (then, otherwise) = (of(self, then)?, of(self, otherwise)?);
        let mut found = join(self.meet(&yes, &then)?, self.meet(&no, &otherwise)?)?;
        if want.has_unknown() {
            let not = (self.region(condition, Want::NotTrue)?, self.region(condition, Want::NotFalse)?);
            found = join(found, self.meet(&not.0, &not.1)?)?;
        }
        Ok(found)
    }

    /// `value else fallback`
    fn stand_in(&mut self, value: &Expr, fallback: &Expr, of: &mut dyn FnMut(&mut Self, &Expr) -> Found) -> Found {
        let (known, unknown) = (self.known(value, true)?, self.known(value, false)?);
        let (value, fallback) = (of(self, value)?, of(self, fallback)?);
        join(self.meet(&known, &value)?, self.meet(&unknown, &fallback)?)
    }

    /// The situations in which a value is known, or is not.
    fn known(&mut self, expr: &Expr, known: bool) -> Found {
        match expr {
            Expr::Const(value) => Ok(when(value.is_known() == known)),
            Expr::Let(id) => match self.terms.plan().lets.get(id.index()) {
                Some(named) => self.known(&named.value, known),
                None => Ok(when(!known)),
            },
            Expr::Else { value, fallback } => {
                let (of_value, of_fallback) = (self.known(value, true)?, self.known(fallback, known)?);
                if known {
                    return join(of_value, of_fallback);
                }
                let not = self.known(value, false)?;
                self.meet(&not, &of_fallback)
            }
            expr if is_condition(expr) => {
                let (a, b) = if known { (Want::True, Want::False) } else { (Want::NotTrue, Want::NotFalse) };
                let (a, b) = (self.region(expr, a)?, self.region(expr, b)?);
                if known { join(a, b) } else { self.meet(&a, &b) }
            }
            expr => {
                let term = self.terms.value(expr);
                let cell = if known { Cell::known(Set::Any) } else { Cell { unknown: true, known: Set::none() } };
                Ok(self.bounded(term, &cell))
            }
        }
    }
}

/// Whether an expression is made of conditions, so that its truth is looked for in its parts.
fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Not(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InSegment(_)
            | Expr::TimeOfDayBetween { .. }
    ) || matches!(expr, Expr::Aggregate(aggregate) if counted(aggregate).is_some())
}

/// `exists` and `never` as the count they ask about, and which of the two it is.
fn counted(aggregate: &Aggregate) -> Option<(Expr, bool)> {
    let exists = match aggregate.function {
        Function::Exists => true,
        Function::Never => false,
        _ => return None,
    };
    let count = Aggregate { function: Function::Count, column: None, zero: Value::count(0), ..aggregate.clone() };
    Some((Expr::Aggregate(Box::new(count)), exists))
}

/// The value of an expression that is one.
fn constant(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Const(value) => Some(value.clone()),
        Expr::Negate(inner) => match constant(inner)? {
            Value::Number(n) => Some(Value::Number(-n)),
            Value::Money(n) => Some(Value::Money(-n)),
            _ => None,
        },
        _ => None,
    }
}

/// The points that compare so with one.
fn points(op: Comparison, at: Decimal) -> Line {
    match op {
        Comparison::Equal => Line::closed(at, at),
        Comparison::NotEqual => Line::closed(at, at).rest(),
        Comparison::Less => Line::between(Cut::Lowest, Cut::Before(at)),
        Comparison::LessOrEqual => Line::between(Cut::Lowest, Cut::After(at)),
        Comparison::Greater => Line::between(Cut::After(at), Cut::Highest),
        Comparison::GreaterOrEqual => Line::between(Cut::Before(at), Cut::Highest),
    }
}

fn when(always: bool) -> Region {
    if always { Region::all() } else { Region::none() }
}

fn join(mut one: Region, two: Region) -> Found {
    for cube in two.0 {
        one.add(cube)?;
    }
    Ok(one)
}
