//! Stretches of a line: numbers, amounts, durations and times, cut at the constants that occur.

use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A place between two points of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cut {
    /// Before every point.
    Lowest,
    /// Right before a point.
    Before(Decimal),
    /// Right after a point.
    After(Decimal),
    /// After every point.
    Highest,
}

impl Cut {
    fn key(self) -> (u8, Decimal, u8) {
        match self {
            Cut::Lowest => (0, Decimal::ZERO, 0),
            Cut::Before(at) => (1, at, 0),
            Cut::After(at) => (1, at, 1),
            Cut::Highest => (2, Decimal::ZERO, 0),
        }
    }
}

impl PartialOrd for Cut {
    fn partial_cmp(&self, other: &Cut) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cut {
    fn cmp(&self, other: &Cut) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// All points between two cuts; never empty inside a [`Line`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// Where it begins.
    pub from: Cut,
    /// Where it ends.
    pub to: Cut,
}

/// Some stretches of a line, in order, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Line(Vec<Stretch>);

impl Line {
    /// Every point.
    #[must_use]
    pub fn whole() -> Line {
        Line::between(Cut::Lowest, Cut::Highest)
    }

    /// The points between two cuts.
    #[must_use]
    pub fn between(from: Cut, to: Cut) -> Line {
        Line(if from < to { vec![Stretch { from, to }] } else { Vec::new() })
    }

    /// From one point to another, both included.
    #[must_use]
    pub fn closed(from: Decimal, to: Decimal) -> Line {
        Line::between(Cut::Before(from), Cut::After(to))
    }

    /// Some whole numbers, neighbours joined.
    #[must_use]
    pub fn of_whole(numbers: impl IntoIterator<Item = i64>) -> Line {
        let mut numbers: Vec<i64> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let runs = numbers.chunk_by(|one, next| one.checked_add(1) == Some(*next));
        let stretch = |run: &[i64]| Some((Decimal::from(*run.first()?), Decimal::from(*run.last()?)));
        let stretch = |run| stretch(run).map(|(a, b)| Stretch { from: Cut::Before(a), to: Cut::After(b) });
        Line(runs.filter_map(stretch).collect())
    }

    /// The stretches.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.0
    }

    /// Whether there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a point is in it.
    #[must_use]
    pub fn has(&self, at: Decimal) -> bool {
        self.0.iter().any(|stretch| stretch.from <= Cut::Before(at) && Cut::After(at) <= stretch.to)
    }

    /// The points in both.
    #[must_use]
    pub fn meet(&self, other: &Line) -> Line {
        let mut both = Vec::new();
        for one in &self.0 {
            for two in &other.0 {
                let (from, to) = (one.from.max(two.from), one.to.min(two.to));
                if from < to {
                    both.push(Stretch { from, to });
                }
            }
        }
        Line(both)
    }

    /// The points in either.
    #[must_use]
    pub fn join(&self, other: &Line) -> Line {
        let mut all: Vec<Stretch> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_by_key(|stretch| stretch.from);
        let mut joined: Vec<Stretch> = Vec::new();
        for next in all {
            match joined.last_mut() {
                Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
                _ => joined.push(next),
            }
        }
        Line(joined)
    }

    /// The points that are not in it.
    #[must_use]
    pub fn rest(&self) -> Line {
        let mut rest = Vec::new();
        let mut from = Cut::Lowest;
        for stretch in &self.0 {
            if from < stretch.from {
                rest.push(Stretch { from, to: stretch.from });
            }
            from = stretch.to;
        }
        if from < Cut::Highest {
            rest.push(Stretch { from, to: Cut::Highest });
        }
        Line(rest)
    }

    /// Its whole numbers alone, each stretch from its first to its last, neighbours joined.
    #[must_use]
    pub fn whole_numbers(&self) -> Line {
        let mut whole: Vec<Stretch> = Vec::new();
        for stretch in &self.0 {
            let from = match stretch.from {
                Cut::Before(at) => Cut::Before(at.ceil()),
                Cut::After(at) => at.floor().checked_add(Decimal::ONE).map_or(Cut::Highest, Cut::Before),
                cut => cut,
            };
            let to = match stretch.to {
                Cut::After(at) => Cut::After(at.floor()),
                Cut::Before(at) => at.ceil().checked_sub(Decimal::ONE).map_or(Cut::Lowest, Cut::After),
                cut => cut,
            };
            let touches = |last: &Stretch| match (last.to, from) {
                (Cut::After(a), Cut::Before(b)) => a.checked_add(Decimal::ONE) == Some(b),
                _ => false,
            };
            match whole.last_mut() {
                Some(last) if touches(last) && from < to => last.to = to,
                _ if from < to => whole.push(Stretch { from, to }),
                _ => {}
            }
        }
        Line(whole)
    }

    /// The cut before its first point.
    #[must_use]
    pub fn lowest(&self) -> Cut {
        self.0.first().map_or(Cut::Highest, |stretch| stretch.from)
    }

    /// The cut after its last point.
    #[must_use]
    pub fn highest(&self) -> Cut {
        self.0.last().map_or(Cut::Lowest, |stretch| stretch.to)
    }

    /// Whether every point of one lies before every point of the other.
    #[must_use]
    pub fn is_before(&self, other: &Line) -> bool {
        self.highest() <= other.lowest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut() -> impl Strategy<Value = Cut> {
        let at = (-6i64..7).prop_map(|n| Decimal::new(n * 5, 1));
        prop_oneof![
            1 => Just(Cut::Lowest),
            4 => at.clone().prop_map(Cut::Before),
            4 => at.prop_map(Cut::After),
            1 => Just(Cut::Highest),
        ]
    }

    fn line() -> impl Strategy<Value = Line> {
        proptest::collection::vec((cut(), cut()), 0..4)
            .prop_map(|cuts| cuts.into_iter().fold(Line::default(), |all, (a, b)| all.join(&Line::between(a, b))))
    }

    fn points() -> impl Iterator<Item = Decimal> {
        (-20..21).map(|n| Decimal::new(n * 25, 2))
    }

    proptest! {
        #[test]
        fn lines_are_sets_of_points(a in line(), b in line()) {
            for at in points() {
                prop_assert_eq!(a.meet(&b).has(at), a.has(at) && b.has(at));
                prop_assert_eq!(a.join(&b).has(at), a.has(at) || b.has(at));
                prop_assert_eq!(a.rest().has(at), !a.has(at));
                if at.fract().is_zero() {
                    prop_assert_eq!(a.whole_numbers().has(at), a.has(at));
                }
            }
            let whole = (-5i64..6).filter(|n| a.has(Decimal::from(*n)));
            let bounds = Line::closed(Decimal::from(-5), Decimal::from(5));
            prop_assert_eq!(Line::of_whole(whole), a.meet(&bounds).whole_numbers());
            prop_assert_eq!(a.rest().rest(), a.clone());
            prop_assert_eq!(a.meet(&a.rest()), Line::default());
        }
    }
}
