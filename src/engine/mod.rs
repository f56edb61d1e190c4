//! The engine: one pure function from state and one input to state and decisions.
//!
//! It reads no clock, no file and no random source, and no result depends on the order of a hash table. Simulator and
//! executor drive the same [`step`].
//!
//! | file | what |
//! | --- | --- |
//! | `step` | the loop: one input, its cascade, its sanctions |
//! | `facts` | what events change by being so |
//! | `past`, `rows`, `aggregate` | what of the past can still be seen, functions over it |
//! | `eval`, `arithmetic`, `text` | what expressions come to, units, values in texts |
//! | `react` | who acts: every condition of an input, on one state |
//! | `ready`, `apply`, `perform`, `say` | an action's arguments, what stands in its way, its doing |
//! | `sanction`, `limit`, `hold` | the strongest sanction; limits; approvals and deferrals |
//! | `certainty`, `doubts`, `own` | how sure a decision is |
//! | `flow`, `task`, `tally`, `latch`, `still`, `schedule` | runs, tasks, strikes, segments and tiers, the clock |
//! | `reload` | another version of the playbook takes over a state |
//! | `program`, `guard` | the plan made ready; who is woken by what |
//! | `state`, `names`, `memory`, `timers` | all that a run remembers |
//! | `part` | running groups apart, and the order in which what the parts decide is put together |
//! | `outlook`, `waiting` | where a member stands, what waits for people, for those who look on from outside |
//! | `watch`, `meter`, `look` | looking on while conditions are tested; whose turn it is, what is kept for whom; asking a state |

mod aggregate;
mod apply;
mod arithmetic;
mod cast;
mod cause;
mod certainty;
mod decision;
mod doubts;
mod eval;
mod facts;
mod flow;
mod guard;
mod happening;
mod hold;
pub mod input;
mod latch;
mod limit;
mod look;
mod memory;
mod meter;
mod names;
mod outlook;
mod own;
mod part;
mod past;
mod perform;
mod program;
mod react;
mod ready;
mod reload;
mod rows;
mod sanction;
mod say;
mod schedule;
mod state;
mod step;
mod still;
mod tally;
mod task;
mod text;
mod timers;
mod waiting;
mod watch;

pub use cast::Cast;
pub use cause::Cause;
pub use certainty::Certainty;
pub use decision::{ArgName, Args, Decision, DecisionId, Note, Output, Reason, Sample, Status};
pub use facts::People;
pub use happening::Happening;
pub use input::{Directory, DirectoryGroup, DirectoryMember, DirectoryMembership, Event};
pub use limit::Counted;
pub use look::{StrikeSeen, StrikesSeen};
pub use meter::{Kept, Meter, Work};
pub use outlook::{InForce, Outlook};
pub use part::{Mark, Part, Place, Turn};
pub use program::{Program, ProgramError};
pub use reload::{Fate, Fresh, Journey, Reload, Reloaded, reload};
pub use state::State;
pub use step::{Input, Onlookers, step, step_before};
pub use waiting::{Waiting, WaitsFor};
pub use watch::{Gate, Limited, Spent, Tested, Watch};
