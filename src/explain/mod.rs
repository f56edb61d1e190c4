//! Why something was decided, and why not: conditions with all their values, as they were when they were tested.
//!
//! | file | what |
//! | --- | --- |
//! | `node` | an expression with what each part of it came to |
//! | `looker` | looks on while a log is run, and keeps what may be asked for |
//! | `why` | one decision: its causes, conditions, strikes and limits |
//! | `why_not` | one member and one item: how often it acted, and the nearest it came |
//! | `overview` | one member: where the member stands, what was decided, how near all items came |
//! | `remedy` | what would make a condition true, and from when on time alone does |
//! | `seen` | the events of the log by their time, to name those that were counted |
//! | `sentence` | what may be told to the member |

mod looker;
mod node;
mod overview;
mod remedy;
mod seen;
mod sentence;
mod why;
mod why_not;

pub use looker::{Asked, Looker, Test};
pub use node::{Counted, Node, Truth};
pub use overview::{ItemSeen, Overview, OverviewSink};
pub use why::{CauseSeen, CauseSort, DecisionSeen, LimitSeen, StrikeLine, Strikes, Why, WhySink};
pub use why_not::{Acted, Miss, WhyNot, WhyNotSink};
