//! Conditions on the event alone, tested before anything else is looked at: of many handlers that compare a field of
//! one event with a bound, only those are woken whose bound it meets, and the others cost nothing.
//!
//! What is woken still tests its whole condition: a guard only spares what cannot hold. The method is that of predicate
//! indexing (Hanson, Chaabouni, Kim, Wang: A Predicate Matching Algorithm for Database Rule Systems, 1990).

use super::arithmetic::{in_order, order};
use super::happening::Happening;
use crate::plan::expr::{Comparison, Expr};
use crate::plan::ids::{HandlerId, KindId, NameId};
use crate::plan::value::Value;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::mem::discriminant;

/// The handlers that an event of one kind may wake.
#[derive(Debug, Default)]
pub(super) struct Wake {
    /// All of them, in the order of items.
    pub(super) all: Vec<HandlerId>,
    /// Those without a guard.
    always: Vec<HandlerId>,
    guards: Vec<Guard>,
}

/// What guards have in common that look at the same field in the same way.
#[derive(Debug)]
struct Guard {
    field: u8,
    test: Test,
}

#[derive(Debug)]
enum Test {
    /// `>` and `>=`, the lowest bound first: the first that is not met ends the search.
    Above(Vec<Bound>),
    /// `<` and `<=`, the highest bound first.
    Below(Vec<Bound>),
    /// `is` a name.
    Name(FxHashMap<NameId, Vec<HandlerId>>),
}

#[derive(Debug)]
struct Bound {
    op: Comparison,
    limit: Value,
    handler: HandlerId,
}

impl Wake {
    /// Adds a handler of this kind of event, in the order of items, with the condition without which it does nothing.
    pub(super) fn add(&mut self, kind: KindId, id: HandlerId, condition: Option<&Expr>) {
        self.all.push(id);
        match condition.and_then(|condition| Clause::of(condition, kind)) {
            None => self.always.push(id),
            // The kind has no such field: what is unknown is never true.
            Some(Clause { field: None, .. }) => {}
            Some(Clause { field: Some(field), op, limit }) => self.guard(field, op, limit, id),
        }
    }

    fn guard(&mut self, field: u8, op: Comparison, limit: &Value, handler: HandlerId) {
        let alike = self.guards.iter_mut().filter(|guard| guard.field == field);
        let fitting = alike.map(|guard| &mut guard.test).find(|test| test.fits(op, limit));
        if let Some(test) = fitting {
            return test.add(op, limit, handler);
        }
        let mut test = match op {
            Comparison::Greater | Comparison::GreaterOrEqual => Test::Above(Vec::new()),
            Comparison::Less | Comparison::LessOrEqual => Test::Below(Vec::new()),
            Comparison::Equal | Comparison::NotEqual => Test::Name(FxHashMap::default()),
        };
        test.add(op, limit, handler);
        self.guards.push(Guard { field, test });
    }

    /// Tells of every handler that an event may wake, in the order of items.
    pub(super) fn woken(&self, event: &Happening, mut tell: impl FnMut(HandlerId)) {
        let mut met: SmallVec<[HandlerId; 8]> = SmallVec::new();
        for guard in &self.guards {
            guard.test.meet(event.field(guard.field), &mut met);
        }
        met.sort_unstable();
        let mut met = met.into_iter().peekable();
        for id in &self.always {
            while let Some(before) = met.next_if(|met| met < id) {
                tell(before);
            }
            tell(*id);
        }
        met.for_each(tell);
    }
}

impl Test {
    /// Whether a comparison can stand among these: bounds that are not of one sort have no order.
    fn fits(&self, op: Comparison, limit: &Value) -> bool {
        // Those that are there are of one sort already.
        let same =
            |bounds: &[Bound]| bounds.first().is_none_or(|bound| discriminant(&bound.limit) == discriminant(limit));
        match (self, op) {
            (Test::Above(bounds), Comparison::Greater | Comparison::GreaterOrEqual)
            | (Test::Below(bounds), Comparison::Less | Comparison::LessOrEqual) => same(bounds),
            (Test::Name(_), Comparison::Equal) => true,
            _ => false,
        }
    }

    fn add(&mut self, op: Comparison, limit: &Value, handler: HandlerId) {
        let bounds = match self {
            Test::Above(bounds) => bounds,
            Test::Below(bounds) => bounds,
            Test::Name(names) => {
                if let Value::Name(name) = limit {
                    names.entry(*name).or_default().push(handler);
                }
                return;
            }
        };
        // Before the first that this bound does not reach: who fails the one before fails all after it.
        let harder = |other: &Bound| {
            let order = order(&other.limit, limit).unwrap_or(std::cmp::Ordering::Equal);
            let strict = matches!(op, Comparison::Greater | Comparison::Less);
            match op {
                Comparison::Greater | Comparison::GreaterOrEqual => order.is_lt() || order.is_eq() && strict,
                _ => order.is_gt() || order.is_eq() && strict,
            }
        };
        let position = bounds.partition_point(harder);
        bounds.insert(position, Bound { op, limit: limit.clone(), handler });
    }

    /// Adds the handlers whose guard this value meets.
    fn meet(&self, value: &Value, met: &mut SmallVec<[HandlerId; 8]>) {
        match self {
            Test::Above(bounds) | Test::Below(bounds) => {
                let holds = |bound: &&Bound| order(value, &bound.limit).is_some_and(|order| in_order(bound.op, order));
                met.extend(bounds.iter().take_while(holds).map(|bound| bound.handler));
            }
            Test::Name(names) => match value {
                Value::Name(name) => met.extend(names.get(name).into_iter().flatten().copied()),
                // A text may spell a name.
                Value::Text(_) => met.extend(names.values().flatten().copied()),
                _ => {}
            },
        }
    }
}

/// A part of a condition that must hold, and compares a field of the event with what the playbook says.
struct Clause<'p> {
    /// Where the field stands in the event; `None` where the kind has none.
    field: Option<u8>,
    op: Comparison,
    limit: &'p Value,
}

impl<'p> Clause<'p> {
    fn of(condition: &'p Expr, kind: KindId) -> Option<Clause<'p>> {
        let (op, left, right) = match condition {
            Expr::And(parts) => return parts.iter().find_map(|part| Clause::of(part, kind)),
            Expr::Compare { op, left, right } => (*op, left.as_ref(), right.as_ref()),
            _ => return None,
        };
        let (op, field, limit) = match (left, right) {
            (Expr::EventField(field), Expr::Const(limit)) => (op, field, limit),
            (Expr::Const(limit), Expr::EventField(field)) => (op.turned(), field, limit),
            _ => return None,
        };
        let fits = match op {
            Comparison::NotEqual => false,
            Comparison::Equal => matches!(limit, Value::Name(_)),
            _ => matches!(limit, Value::Number(_) | Value::Money(_) | Value::Duration(_)),
        };
        let position = field.iter().find(|(of, _)| *of == kind).map(|(_, position)| *position);
        fits.then_some(Clause { field: position, op, limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    const OPS: [Comparison; 4] =
        [Comparison::Greater, Comparison::GreaterOrEqual, Comparison::Less, Comparison::LessOrEqual];

    fn limit() -> impl Strategy<Value = Value> {
        let number = -3i64..4;
        prop_oneof![
            number.clone().prop_map(|n| Value::Number(Decimal::from(n))),
            number.clone().prop_map(|n| Value::Number(Decimal::new(n * 10 + 5, 1))),
            number.prop_map(|n| Value::Duration(crate::time::Duration::from_ms(n))),
            (0u32..3).prop_map(|n| Value::Name(NameId(n))),
        ]
    }

    /// A comparison of the field at 0 or 1 with a limit.
    fn clause() -> impl Strategy<Value = (u8, Comparison, Value)> {
        (0u8..2, 0usize..4, limit()).prop_map(|(field, op, limit)| {
            let op = if matches!(limit, Value::Name(_)) { Comparison::Equal } else { OPS[op] };
            (field, op, limit)
        })
    }

    fn compare(kind: KindId, (field, op, limit): (u8, Comparison, Value), turned: bool) -> Expr {
        let field = Box::new(Expr::EventField([(kind, field)].into()));
        let limit = Box::new(Expr::Const(limit));
        match turned {
            false => Expr::Compare { op, left: field, right: limit },
            true => Expr::Compare { op: op.turned(), left: limit, right: field },
        }
    }

    fn holds(value: &Value, op: Comparison, limit: &Value) -> bool {
        match op {
            Comparison::Equal => value == limit,
            _ => order(value, limit).is_some_and(|order| in_order(op, order)),
        }
    }

    proptest! {
        #[test]
        fn those_are_woken_whose_guard_holds(
            clauses in proptest::collection::vec(proptest::option::of((clause(), any::<bool>())), 0..30),
            fields in proptest::collection::vec(prop_oneof![1 => Just(Value::Unknown), 4 => limit()], 2),
        ) {
            let kind = KindId(7);
            let mut wake = Wake::default();
            let mut expected = Vec::new();
            for (id, clause) in clauses.into_iter().enumerate() {
                let id = HandlerId(id as u32);
                if clause.as_ref().is_none_or(|((field, op, limit), _)| holds(&fields[*field as usize], *op, limit)) {
                    expected.push(id);
                }
                let when = clause.map(|(clause, turned)| compare(kind, clause, turned));
                wake.add(kind, id, when.as_ref());
            }
            let event = Happening { kind, fields: fields.into(), ..Happening::default() };
            let mut woken = Vec::new();
            wake.woken(&event, |id| woken.push(id));
            prop_assert_eq!(woken, expected);
        }
    }
}
