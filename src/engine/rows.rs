//! Rows of the past: times and columns that grow at the end and shrink at the beginning.

use crate::plan::Keep;
use crate::plan::value::Value;
use crate::time::Instant;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// How many rows that have been dropped may lie before the first: moving the rest costs no more than adding it did.
const SLACK: usize = 8;

/// The times of rows, the earliest first; one or two take no room of their own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Times {
    times: SmallVec<[Instant; 2]>,
    dropped: u32,
}

impl Times {
    pub(super) fn push(&mut self, at: Instant) {
        self.times.push(at);
    }

    /// The bytes it takes beside its own size.
    pub(super) fn room(&self) -> usize {
        if self.times.spilled() { self.times.capacity() * size_of::<Instant>() } else { 0 }
    }

    pub(super) fn as_slice(&self) -> &[Instant] {
        self.times.get(self.dropped as usize..).unwrap_or_default()
    }

    /// Drops so many of the earliest.
    pub(super) fn drop_first(&mut self, count: usize) {
        let dropped = self.dropped as usize + count;
        if dropped >= self.times.len() {
            // A burst is over: its room is given back.
            if self.times.capacity() > 4 * SLACK {
                self.times = SmallVec::new();
            } else {
                self.times.clear();
            }
            self.dropped = 0;
        } else if !self.times.spilled() || dropped > SLACK && dropped * 2 > self.times.len() {
            self.times.drain(..dropped);
            self.dropped = 0;
        } else {
            self.dropped = dropped as u32;
        }
    }
}

/// One column of rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Column {
    Values(Tail<Value>),
    Sums(Sums),
}

impl Column {
    /// A column of a series by what the series keeps of it.
    pub(super) fn new(position: u8, keep: &Keep) -> Column {
        if keep.sums.contains(&position) && !keep.values.contains(&position) {
            Column::Sums(Sums::default())
        } else {
            Column::Values(Tail::default())
        }
    }

    /// Whether rows keep anything of a column.
    pub(super) fn is_kept(position: u8, keep: &Keep) -> bool {
        keep.values.contains(&position) || keep.sums.contains(&position)
    }

    /// About how many bytes it takes beside its own size.
    pub(super) fn room(&self) -> usize {
        match self {
            Column::Values(values) => values.items.capacity() * size_of::<Value>(),
            Column::Sums(sums) => sums.rows.items.capacity() * size_of::<Sum>(),
        }
    }

    pub(super) fn push(&mut self, value: Value) {
        match self {
            Column::Values(values) => values.push(value),
            Column::Sums(sums) => {
                if !sums.push(&value) {
                    let mut values = sums.values();
                    values.push(value);
                    *self = Column::Values(values);
                }
            }
        }
    }

    pub(super) fn drop_first(&mut self, count: usize) {
        match self {
            Column::Values(values) => values.drop_first(count),
            Column::Sums(sums) => sums.drop_first(count),
        }
    }

    /// Says anew what values are kept.
    pub(super) fn renew(&mut self, value: &mut dyn FnMut(&mut Value)) {
        if let Column::Values(values) = self {
            values.items.iter_mut().for_each(value);
        }
    }

    pub(super) fn value(&self, row: usize) -> Value {
        match self {
            Column::Values(values) => values.as_slice().get(row).cloned().unwrap_or_default(),
            Column::Sums(sums) => sums.value(row),
        }
    }
}

/// A list that shrinks at the beginning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tail<T> {
    items: Vec<T>,
    dropped: usize,
}

impl<T> Default for Tail<T> {
    fn default() -> Self {
        Tail { items: Vec::new(), dropped: 0 }
    }
}

impl<T> Tail<T> {
    fn push(&mut self, item: T) {
        self.items.push(item);
    }

    pub(super) fn as_slice(&self) -> &[T] {
        self.items.get(self.dropped..).unwrap_or_default()
    }

    fn drop_first(&mut self, count: usize) {
        self.dropped = (self.dropped + count).min(self.items.len());
        if self.dropped == self.items.len() {
            *self = Tail::default();
        } else if self.dropped > SLACK && self.dropped * 2 > self.items.len() {
            self.items.drain(..self.dropped);
            self.dropped = 0;
        }
    }
}

/// Numbers or amounts, added up: the sum of any rows in a row is one subtraction.
///
/// Exact: what is added has few digits, so that no sum is ever rounded; a value that has more is refused.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Sums {
    rows: Tail<Sum>,
    /// What had come together before the first row.
    before: Sum,
    money: bool,
}

/// What has come together up to a row.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sum {
    total: Decimal,
    known: u32,
}

/// The most that a sum kept this way may come to, and the most digits after the point: together less than the 28 digits
/// of a decimal.
const MOST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
const PLACES: u32 = 10;

impl Sums {
    /// Adds a row; `false` where its value cannot be added exactly.
    fn push(&mut self, value: &Value) -> bool {
        let last = self.rows.as_slice().last().copied().unwrap_or(self.before);
        let next = match value {
            Value::Unknown => last,
            Value::Number(n) | Value::Money(n) if n.scale() <= PLACES && n.abs() <= MOST => {
                self.money = matches!(value, Value::Money(_));
                Sum { total: last.total + n, known: last.known.wrapping_add(1) }
            }
            _ => return false,
        };
        if next.total.abs() > MOST {
            return false;
        }
        self.rows.push(next);
        true
    }

    fn drop_first(&mut self, count: usize) {
        if let Some(last) = count.checked_sub(1).and_then(|last| self.rows.as_slice().get(last)) {
            self.before = *last;
        }
        self.rows.drop_first(count);
        if self.rows.as_slice().is_empty() {
            self.before = Sum::default();
        }
    }

    /// The sum of some rows, and how many of their values are known.
    pub(super) fn sum(&self, rows: std::ops::Range<usize>) -> (Decimal, u32) {
        let (to, from) = (self.up_to(rows.end), self.up_to(rows.start));
        (to.total - from.total, to.known.wrapping_sub(from.known))
    }

    /// What has come together before a row.
    fn up_to(&self, row: usize) -> Sum {
        let last = row.checked_sub(1).map(|last| self.rows.as_slice().get(last));
        last.flatten().copied().unwrap_or(self.before)
    }

    fn value(&self, row: usize) -> Value {
        match self.sum(row..row + 1) {
            (_, 0) => Value::Unknown,
            (n, _) if self.money => Value::Money(n),
            (n, _) => Value::Number(n),
        }
    }

    /// The single values again.
    fn values(&self) -> Tail<Value> {
        let items = (0..self.rows.as_slice().len()).map(|row| self.value(row)).collect();
        Tail { items, dropped: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(n: i64, scale: u32) -> Value {
        Value::Number(Decimal::new(n, scale))
    }

    /// Steps on a column: a value is added, or some of the earliest rows are dropped.
    fn steps() -> impl Strategy<Value = Vec<Result<Value, usize>>> {
        let value = prop_oneof![
            4 => (-10_000i64..10_000, 0u32..3).prop_map(|(n, scale)| Ok(number(n, scale))),
            1 => Just(Ok(Value::Unknown)),
            1 => (0i64.., 0u32..28).prop_map(|(n, scale)| Ok(number(n, scale))),
            2 => (0usize..12).prop_map(Err),
        ];
        proptest::collection::vec(value, 0..120)
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_values(steps in steps()) {
            let keep = Keep { sums: vec![0], ..Keep::default() };
            let (mut column, mut times) = (Column::new(0, &keep), Times::default());
            let mut naive: Vec<(Instant, Value)> = Vec::new();
            for (n, step) in steps.into_iter().enumerate() {
                match step {
                    Ok(value) => {
                        let at = Instant::from_ms(n as i64);
                        times.push(at);
                        column.push(value.clone());
                        naive.push((at, value));
                    }
                    Err(count) => {
                        let count = count.min(naive.len());
                        naive.drain(..count);
                        times.drop_first(count);
                        column.drop_first(count);
                    }
                }
                let kept: Vec<Instant> = naive.iter().map(|(at, _)| *at).collect();
                prop_assert_eq!(times.as_slice(), &kept[..]);
                for (row, (_, value)) in naive.iter().enumerate() {
                    prop_assert_eq!(&column.value(row), value);
                }
                if let Column::Sums(sums) = &column {
                    for from in 0..=naive.len() {
                        let values = naive[from..].iter().filter_map(|(_, value)| value.decimal());
                        let (sum, known) = sums.sum(from..naive.len());
                        prop_assert_eq!(known as usize, values.clone().count());
                        prop_assert_eq!(sum, values.sum::<Decimal>());
                    }
                }
            }
        }
    }

    #[test]
    fn the_most_is_a_million_billions() {
        assert_eq!(MOST, Decimal::from(1_000_000_000_000_000_i64));
    }
}
