//! Sets of situations: unions of boxes, each of which bounds some terms.

use super::cell::Cell;
use std::collections::BTreeMap;

/// The number of a term within its solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub u32);

/// One box: what each term may come to; a term that is not named may come to whatever it ever does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cube(pub BTreeMap<TermId, Cell>);

impl Cube {
    /// The box that bounds one term.
    #[must_use]
    pub fn of(term: TermId, cell: Cell) -> Cube {
        Cube(BTreeMap::from([(term, cell)]))
    }

    /// What is in both boxes; nothing where a term is left without a value.
    #[must_use]
    pub fn meet(&self, other: &Cube) -> Option<Cube> {
        let mut both = self.0.clone();
        for (term, cell) in &other.0 {
            let met = match both.get(term) {
                Some(mine) => mine.meet(cell),
                None => cell.clone(),
            };
            if met.is_empty() {
                return None;
            }
            both.insert(*term, met);
        }
        Some(Cube(both))
    }

    /// Whether all of it is in the other box.
    #[must_use]
    pub fn is_within(&self, other: &Cube) -> bool {
        other.0.iter().all(|(term, cell)| self.0.get(term).is_some_and(|mine| mine.is_within(cell)))
    }
}

/// A union of boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region(pub Vec<Cube>);

/// There are more boxes than are worth looking at: nothing is said then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The most boxes of one region.
pub const MOST: usize = 256;

impl Region {
    /// Every situation.
    #[must_use]
    pub fn all() -> Region {
        Region(vec![Cube::default()])
    }

    /// No situation.
    #[must_use]
    pub fn none() -> Region {
        Region::default()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a box, unless it is within one that is there.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn add(&mut self, cube: Cube) -> Result<(), TooMany> {
        if self.0.iter().any(|known| cube.is_within(known)) {
            return Ok(());
        }
        self.0.retain(|known| !known.is_within(&cube));
        self.0.push(cube);
        if self.0.len() > MOST { Err(TooMany) } else { Ok(()) }
    }
}
