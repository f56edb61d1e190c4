//! Ids as a log spells them.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;

/// Ids as a log spells them, each with a small number, and their order.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    number: FxHashMap<CompactString, u32>,
    text: Vec<CompactString>,
    /// Numbers in the order of the texts; the last `text.len() - sorted.len()` are still missing.
    sorted: Vec<u32>,
    mark: std::marker::PhantomData<T>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names { number: FxHashMap::default(), text: Vec::new(), sorted: Vec::new(), mark: std::marker::PhantomData }
    }
}

/// Texts and their order say it all.
impl<T> Serialize for Names<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.sorted).serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Names<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (text, sorted): (Vec<CompactString>, Vec<u32>) = Deserialize::deserialize(deserializer)?;
        let number = text.iter().cloned().zip(0..).collect();
        Ok(Names { number, text, sorted, mark: std::marker::PhantomData })
    }
}

impl<T> Names<T> {
    /// The number of an id, and whether it is new.
    pub(super) fn intern(&mut self, text: &str) -> (u32, bool) {
        if let Some(&number) = self.number.get(text) {
            return (number, false);
        }
        let number = self.text.len() as u32;
        self.text.push(text.into());
        self.number.insert(text.into(), number);
        (number, true)
    }

    pub(super) fn get(&self, text: &str) -> Option<u32> {
        self.number.get(text).copied()
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.text.get(number as usize).map_or("", CompactString::as_str)
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The texts of all numbers from one on.
    pub(super) fn since(&self, number: usize) -> Vec<CompactString> {
        self.text.get(number..).unwrap_or_default().to_vec()
    }

    /// About how many bytes it takes.
    pub(super) fn room(&self) -> usize {
        let entry = size_of::<(CompactString, u32)>();
        self.number.capacity() * entry + (self.text.capacity() + self.sorted.capacity()) * size_of::<CompactString>()
    }

    /// Brings the order up to date; cheap where nothing is new.
    pub(super) fn sort(&mut self) {
        if let Cow::Owned(sorted) = self.in_order() {
            self.sorted = sorted;
        }
    }

    fn order(&self, a: u32, b: u32) -> Ordering {
        self.text.get(a as usize).cmp(&self.text.get(b as usize))
    }

    /// The numbers in the order of their texts; cheap after [`sort`](Names::sort).
    fn in_order(&self) -> Cow<'_, [u32]> {
        if self.sorted.len() == self.text.len() {
            return Cow::Borrowed(&self.sorted);
        }
        let mut new: Vec<u32> = (self.sorted.len() as u32..self.text.len() as u32).collect();
        new.sort_by(|a, b| self.order(*a, *b));
        // Few are new and many are in order: looking for the place of each spares comparing all texts.
        let (mut merged, mut rest) = (Vec::with_capacity(self.text.len()), self.sorted.as_slice());
        for number in new {
            let (before, after) = rest.split_at(rest.partition_point(|other| self.order(*other, number).is_lt()));
            merged.extend_from_slice(before);
            merged.push(number);
            rest = after;
        }
        merged.extend_from_slice(rest);
        Cow::Owned(merged)
    }

    /// The same, one after the other.
    pub(super) fn numbers_in_order(&self) -> impl Iterator<Item = u32> {
        let order = self.in_order();
        (0..order.len()).filter_map(move |position| order.get(position).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_in_the_order_of_their_texts(
            steps in proptest::collection::vec(("[a-c]{0,3}", any::<bool>()), 0..60),
        ) {
            let mut names: Names<()> = Names::default();
            let mut texts: Vec<String> = Vec::new();
            for (text, sorts) in steps {
                let (number, new) = names.intern(&text);
                prop_assert_eq!(names.text(number), text.as_str());
                prop_assert_eq!(new, !texts.contains(&text));
                if new {
                    texts.push(text);
                    texts.sort();
                }
                if sorts {
                    names.sort();
                }
                let in_order: Vec<&str> = names.numbers_in_order().map(|number| names.text(number)).collect();
                prop_assert_eq!(in_order, texts.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
}
