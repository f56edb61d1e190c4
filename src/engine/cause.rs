//! What led to something: ids back to the recorded event.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One link of a chain of causes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// An event's id, a decision's id, or `ITEM@TIME` for an instant of a schedule.
    pub id: CompactString,
    /// What caused that.
    pub parent: Option<Arc<Cause>>,
}

impl Cause {
    /// A cause that nothing caused.
    #[must_use]
    pub fn root(id: CompactString) -> Arc<Cause> {
        Arc::new(Cause { id, parent: None })
    }

    /// The ids, the nearest first.
    pub fn ids(self: &Arc<Self>) -> impl Iterator<Item = &str> {
        let mut next = Some(self.as_ref());
        std::iter::from_fn(move || {
            let here = next?;
            next = here.parent.as_deref();
            Some(here.id.as_str())
        })
    }

    /// The id at the end of the chain.
    #[must_use]
    pub fn origin(self: &Arc<Self>) -> &str {
        self.ids().last().unwrap_or_default()
    }
}
