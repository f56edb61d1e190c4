//! What led to something: ids back to the recorded event.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// One link of a chain of causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// An event's id, a decision's id, or `ITEM@TIME` for an instant of a schedule.
    pub id: CompactString,
    /// What caused that.
    pub parent: Option<Arc<Cause>>,
}

/// As a list of ids, the nearest first: chains may be long.
impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(std::iter::successors(Some(self), |cause| cause.parent.as_deref()).map(|cause| &cause.id))
    }
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ids: Vec<CompactString> = Deserialize::deserialize(deserializer)?;
        let add = |parent: Option<Cause>, id| Some(Cause { id, parent: parent.map(Arc::new) });
        let cause = ids.into_iter().rev().fold(None, add);
        cause.ok_or_else(|| serde::de::Error::custom("a chain of causes without any"))
    }
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
