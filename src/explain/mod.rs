//! Why something was decided, and why not: conditions with all their values, as they were when they were tested.
//!
//! | file | what |
//! | --- | --- |
//! | `node` | an expression with what each part of it came to |
//! | `looker` | looks on while a log is run, and keeps what may be asked for |
//! | `why` | one decision: its causes, conditions, strikes and limits |
//! | `why_not` | one member and one item: how often it acted, and the nearest it came |
//! | `remedy` | what would make a condition true |
//! | `sentence` | what may be told to the member |

mod looker;
mod node;
mod remedy;
mod sentence;
mod why;
mod why_not;

pub use looker::{Asked, Looker, Test};
pub use node::{Node, Truth};
pub use why::{CauseSeen, CauseSort, DecisionSeen, LimitSeen, StrikeLine, Strikes, Why, WhySink};
pub use why_not::{Acted, Miss, WhyNot, WhyNotSink};
