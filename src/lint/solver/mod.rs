//! In which situations a condition is true, false, not true and not false.
//!
//! A *term* is what a condition asks about (a field, a count, a tier, the minute of the day); it has a value or is unknown.
//! A [`Region`] is a union of boxes over terms: stretches of a line for what has an order, sets of symbols for the rest, and
//! the comparison of two terms is a term of its own. What is not understood is a term about which nothing is known.
//!
//! A region has every situation that there can be in which the condition comes to that, and perhaps some that there cannot:
//! so that an empty one proves something, and one that is not empty proves nothing.
//!
//! | file | what |
//! | --- | --- |
//! | `line`, `cell`, `region` | stretches of a line; what one term may come to; unions of boxes |
//! | `clock` | what clocks can show when a schedule fires |
//! | `terms` | what each term may come to at all, and how some bound others |
//! | `condition` | from expressions to regions |

mod cell;
mod clock;
mod condition;
mod line;
mod region;
mod terms;

pub use cell::{Cell, Set, Symbol, place};
pub use clock::Clock;
pub use condition::{Solver, Want};
pub use line::{Cut, Line, Stretch};
pub use region::{Cube, MOST, Region, TermId, TooMany};
pub use terms::{Scene, Sort, Term, Terms, Trigger};
