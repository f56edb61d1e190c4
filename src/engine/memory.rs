//! What is remembered for some of the subjects of one scope.

use crate::plan::value::Value;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Something remembered by a subject's number (see [`State::number`](super::state::State::number)) and, where the item
/// is kept `per` a value, by that too. Where nothing is remembered, it takes no room and a look costs next to nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Memory<T> {
    plain: FxHashMap<u32, T>,
    per: FxHashMap<u32, FxHashMap<Value, T>>,
    /// How much is remembered under `per`.
    per_count: usize,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Memory { plain: FxHashMap::default(), per: FxHashMap::default(), per_count: 0 }
    }
}

impl<T> Memory<T> {
    /// Where there is no number, nothing has been remembered.
    pub(super) fn get(&self, number: Option<u32>, per: &Value) -> Option<&T> {
        if self.len() == 0 {
            return None;
        }
        match per {
            Value::Unknown => self.plain.get(&number?),
            per => self.per.get(&number?)?.get(per),
        }
    }

    pub(super) fn get_mut(&mut self, number: u32, per: &Value) -> Option<&mut T> {
        match per {
            Value::Unknown => self.plain.get_mut(&number),
            per => self.per.get_mut(&number)?.get_mut(per),
        }
    }

    pub(super) fn insert(&mut self, number: u32, per: &Value, value: T) {
        if !per.is_known() {
            self.plain.insert(number, value);
        } else if self.per.entry(number).or_default().insert(per.clone(), value).is_none() {
            self.per_count += 1;
        }
    }

    pub(super) fn remove(&mut self, number: u32, per: &Value) {
        if !per.is_known() {
            self.plain.remove(&number);
            return;
        }
        let Some(of_subject) = self.per.get_mut(&number) else { return };
        if of_subject.remove(per).is_some() {
            self.per_count -= 1;
        }
        if of_subject.is_empty() {
            self.per.remove(&number);
        }
    }

    /// All that is remembered of a subject, in no order.
    pub(super) fn of(&self, number: u32) -> impl Iterator<Item = &T> {
        self.plain.get(&number).into_iter().chain(self.per.get(&number).into_iter().flat_map(FxHashMap::values))
    }

    /// How much is remembered.
    pub(super) fn len(&self) -> usize {
        self.plain.len() + self.per_count
    }

    /// Forgets what is not worth keeping.
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(&T) -> bool) {
        self.plain.retain(|_, value| keeps(value));
        self.per_count = 0;
        self.per.retain(|_, of_subject| {
            of_subject.retain(|_, value| keeps(value));
            self.per_count += of_subject.len();
            !of_subject.is_empty()
        });
    }
}

impl<T> Memory<T> {
    /// Says anew under which `per` values things are remembered, and changes what is.
    pub(super) fn renew(&mut self, mut per: impl FnMut(&mut Value), mut each: impl FnMut(&mut T)) {
        self.plain.values_mut().for_each(&mut each);
        for of_subject in self.per.values_mut() {
            for (mut value, mut thing) in std::mem::take(of_subject) {
                per(&mut value);
                each(&mut thing);
                of_subject.insert(value, thing);
            }
        }
        self.per_count = self.per.values().map(FxHashMap::len).sum();
    }
}

impl<T: Default> Memory<T> {
    /// What is remembered of a subject without `per`, made where there is nothing.
    pub(super) fn or_default(&mut self, number: u32) -> &mut T {
        self.plain.entry(number).or_default()
    }
}

/// What few have: where it is as at the beginning, it takes the room of a pointer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Rare<T>(Option<Box<T>>);

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Rare(None)
    }
}

impl<T: Default> Rare<T> {
    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// As it is, to be changed; made where it is not there.
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }

    /// As it is, to be changed, if it is there.
    pub(super) fn existing(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}
