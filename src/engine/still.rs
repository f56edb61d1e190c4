//! Which latches time alone cannot raise: at midnight they need to be tested only for people to whom something has
//! happened since the last midnight, or for nobody.

use super::state::State;
use super::step::Step;
use crate::plan::expr::{Comparison, Expr, Function, Keys, Window};
use crate::plan::ids::{LatchId, MemberId, SeriesId};
use crate::plan::{Latch, LatchSort, Plan, Scope};
use std::cell::{Cell, RefCell};

/// For whom a latch must be tested at midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Midnight {
    /// For everybody: time alone may change where they stand.
    Everybody,
    /// Time alone raises nobody, as long as these columns have held no negative amount: of a sum that only shrinks.
    Still {
        /// Whether only events that it names can raise somebody: then it is tested at those.
        by_events: bool,
        sums: Vec<(SeriesId, u8)>,
    },
}

/// For each latch, whom midnight concerns: nobody whom time alone does not raise, where all that can raise one happens to
/// the very person it is about.
///
/// Only tiers can be so (a segment also falls by time alone), and only those that look at the person's own past and state.
pub(super) fn midnights(plan: &Plan) -> Vec<Midnight> {
    plan.latches.iter().map(|latch| midnight(plan, latch)).collect()
}

fn midnight(plan: &Plan, latch: &Latch) -> Midnight {
    let personal = matches!(latch.subject.scope, Scope::Member | Scope::Membership);
    let tiers = matches!(latch.sort, LatchSort::Tiers(_));
    let conditions = latch.levels.iter().chain(&latch.subject.filter);
    let own = Own {
        plan,
        in_group: latch.subject.scope == Scope::Membership,
        by_events: Cell::new(true),
        sums: RefCell::default(),
    };
    if tiers && personal && conditions.into_iter().all(|condition| own.still(condition, true)) {
        Midnight::Still { by_events: own.by_events.get(), sums: own.sums.into_inner() }
    } else {
        Midnight::Everybody
    }
}

struct Own<'p> {
    plan: &'p Plan,
    in_group: bool,
    /// What has been met so far: see [`Midnight::Still`].
    by_events: Cell<bool>,
    sums: RefCell<Vec<(SeriesId, u8)>>,
}

impl Own<'_> {
    /// Whether time alone never makes the expression true (`rising`), or never makes it false.
    fn still(&self, expr: &Expr, rising: bool) -> bool {
        match expr {
            // What is true without any event is found at the midnight after the person was first seen.
            Expr::Const(_) => self.of_state(),
            Expr::HasTag(_) | Expr::MemberHasAttribute(_) => self.of_state(),
            Expr::HasRole { who, .. } => self.in_group && matches!(**who, Expr::Member) && self.of_state(),
            Expr::Not(inner) => self.still(inner, !rising),
            Expr::And(parts) | Expr::Or(parts) => parts.iter().all(|part| self.still(part, rising)),
            Expr::Compare { op, left, right } => self.compared(*op, left, right, rising),
            Expr::Aggregate(aggregate) => match aggregate.function {
                Function::Exists => rising && self.shrinks(expr),
                Function::Never => !rising && self.shrinks(expr),
                _ => false,
            },
            Expr::Let(id) => self.plan.lets.get(id.index()).is_some_and(|named| self.still(&named.value, rising)),
            _ => false,
        }
    }

    /// What is known of the person changes by other things than the events that a condition names.
    fn of_state(&self) -> bool {
        self.by_events.set(false);
        true
    }

    fn compared(&self, op: Comparison, left: &Expr, right: &Expr, rising: bool) -> bool {
        let constant = matches!(right, Expr::Const(_));
        match op {
            Comparison::Greater | Comparison::GreaterOrEqual => constant && rising && self.counts(left),
            Comparison::Less | Comparison::LessOrEqual => constant && !rising && self.counts(left),
            _ => constant && matches!(left, Expr::Ledger(_) | Expr::MemberAttribute(_)) && self.of_state(),
        }
    }

    /// A number that time alone only lowers.
    fn counts(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Ledger(_) | Expr::MemberAttribute(_) => self.of_state(),
            Expr::Aggregate(aggregate) => match aggregate.function {
                Function::Count | Function::Distinct => self.shrinks(expr),
                Function::Sum => {
                    let column = (aggregate.series, aggregate.column.unwrap_or_default());
                    self.sums.borrow_mut().push(column);
                    self.shrinks(expr)
                }
                _ => false,
            },
            Expr::Let(id) => self.plan.lets.get(id.index()).is_some_and(|named| self.counts(&named.value)),
            _ => false,
        }
    }

    /// An aggregate over the subject's own events in a window that only ever loses some by time.
    fn shrinks(&self, expr: &Expr) -> bool {
        let Expr::Aggregate(aggregate) = expr else { return false };
        let mut wanted: Vec<&Expr> =
            if self.in_group { vec![&Expr::Group, &Expr::Member] } else { vec![&Expr::Member] };
        let own = aggregate.key.iter().all(|key| match wanted.iter().position(|want| *want == key) {
            Some(position) => {
                wanted.remove(position);
                true
            }
            None => false,
        });
        let window = match &aggregate.window {
            Window::Ever => true,
            Window::Last { back, .. } => back.ms() == 0,
            Window::Period { back, .. } => *back == 0,
            _ => false,
        };
        own && wanted.is_empty() && window && aggregate.rest.is_none()
    }
}

impl State {
    /// Something has happened to a person: still latches are tested for them at the next midnight.
    pub(super) fn touch(&mut self, member: MemberId) {
        if let Some(person) = self.person_mut(member)
            && !std::mem::replace(&mut person.touched, true)
        {
            self.touched.push(member);
        }
    }
}

/// For whom a latch is tested at one midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Everybody,
    Touched,
    Nobody,
}

impl Step<'_> {
    fn test_at_midnight(&self, id: LatchId) -> Test {
        match self.program.midnights.get(id.index()) {
            _ if self.state.retest => Test::Everybody,
            Some(Midnight::Still { by_events, sums }) if sums.iter().all(|column| !self.state.has_fallen(*column)) => {
                if *by_events {
                    Test::Nobody
                } else {
                    Test::Touched
                }
            }
            _ => Test::Everybody,
        }
    }

    /// Whether midnight walks through all subjects of some latch.
    pub(super) fn midnight_is_for_everybody(&self) -> bool {
        let mut latches = (0..self.program.midnights.len()).map(|id| LatchId(id as u32));
        latches.any(|id| self.test_at_midnight(id) == Test::Everybody)
    }

    /// The subjects for which a latch is tested at midnight, in order of id.
    pub(super) fn midnight_subjects(&self, id: LatchId, latch: &Latch) -> Vec<Keys> {
        match self.test_at_midnight(id) {
            Test::Everybody => return self.state.living_subjects(latch.subject.scope, Keys::default()),
            Test::Nobody => return Vec::new(),
            Test::Touched => {}
        }
        let touched = self.state.touched.iter();
        let of = |member: &MemberId| {
            self.state.living_subjects(latch.subject.scope, Keys { group: None, member: Some(*member) })
        };
        let mut subjects: Vec<Keys> = touched.flat_map(of).collect();
        subjects.sort_by(|a, b| self.state.id_order(*a).cmp(&self.state.id_order(*b)));
        subjects
    }

    /// Everybody has been tested.
    pub(super) fn forget_touched(&mut self) {
        self.state.retest = false;
        for member in std::mem::take(&mut self.state.touched) {
            if let Some(person) = self.state.person_mut(member) {
                person.touched = false;
            }
        }
    }
}

impl State {
    /// Whether a column of a series has ever held a negative amount.
    fn has_fallen(&self, (series, column): (SeriesId, u8)) -> bool {
        self.series.get(series.index()).is_none_or(|state| state.has_fallen(column))
    }

    /// Group, then member, as logs spell them: the order of subjects.
    pub(super) fn id_order(&self, keys: Keys) -> (&str, &str) {
        let group = keys.group.map_or("", |group| self.group_text(group));
        (group, keys.member.map_or("", |member| self.member_text(member)))
    }
}
