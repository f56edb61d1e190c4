//! Which latches time alone cannot raise: at midnight they need to be tested only for people to whom something has
//! happened since the last midnight.

use super::state::State;
use super::step::Step;
use crate::plan::expr::{Comparison, Expr, Function, Keys, Window};
use crate::plan::ids::{LatchId, MemberId};
use crate::plan::{Latch, LatchSort, Plan, Scope};

/// For each latch, whether it is still: no condition of it becomes true by the passing of time, and all that can make
/// one true happens to the very person it is about.
///
/// Only tiers can be (a segment also falls by time alone), and only those that look at the person's own past and state.
pub(super) fn still_latches(plan: &Plan) -> Vec<bool> {
    plan.latches.iter().map(|latch| is_still(plan, latch)).collect()
}

fn is_still(plan: &Plan, latch: &Latch) -> bool {
    let personal = matches!(latch.subject.scope, Scope::Member | Scope::Membership);
    let tiers = matches!(latch.sort, LatchSort::Tiers(_));
    let conditions = latch.levels.iter().chain(&latch.subject.filter);
    let own = Own { plan, in_group: latch.subject.scope == Scope::Membership };
    tiers && personal && conditions.into_iter().all(|condition| own.still(condition, true))
}

struct Own<'p> {
    plan: &'p Plan,
    in_group: bool,
}

impl Own<'_> {
    /// Whether time alone never makes the expression true (`rising`), or never makes it false.
    fn still(&self, expr: &Expr, rising: bool) -> bool {
        match expr {
            Expr::Const(_) | Expr::HasTag(_) | Expr::MemberHasAttribute(_) => true,
            Expr::HasRole { who, .. } => self.in_group && matches!(**who, Expr::Member),
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

    fn compared(&self, op: Comparison, left: &Expr, right: &Expr, rising: bool) -> bool {
        let constant = matches!(right, Expr::Const(_));
        match op {
            Comparison::Greater | Comparison::GreaterOrEqual => constant && rising && self.counts(left),
            Comparison::Less | Comparison::LessOrEqual => constant && !rising && self.counts(left),
            _ => constant && matches!(left, Expr::Ledger(_) | Expr::MemberAttribute(_)),
        }
    }

    /// A number that time alone only lowers.
    fn counts(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Ledger(_) | Expr::MemberAttribute(_) => true,
            Expr::Aggregate(aggregate) => {
                matches!(aggregate.function, Function::Count | Function::Distinct) && self.shrinks(expr)
            }
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

impl Step<'_> {
    /// The subjects for which a latch is tested at midnight, in order of id.
    pub(super) fn midnight_subjects(&self, id: LatchId, latch: &Latch) -> Vec<Keys> {
        if !self.program.still.get(id.index()).copied().unwrap_or(false) {
            return self.state.living_subjects(latch.subject.scope, Keys::default());
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
        for member in std::mem::take(&mut self.state.touched) {
            if let Some(person) = self.state.person_mut(member) {
                person.touched = false;
            }
        }
    }
}

impl State {
    /// Group, then member, as logs spell them: the order of subjects.
    fn id_order(&self, keys: Keys) -> (&str, &str) {
        let group = keys.group.map_or("", |group| self.group_text(group));
        (group, keys.member.map_or("", |member| self.member_text(member)))
    }
}
