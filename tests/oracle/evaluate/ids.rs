//! The ids of decisions and internal events: a hash of cause, subject, moment and place.

use super::book::Act;
use super::run::Run;
use super::text::plain;
use super::world::{Keys, Origin, Ready};
use super::zone::Ms;
use sha2::{Digest, Sha256};

/// The first 80 bits of a SHA-256 over parts, each with its length, as hexadecimal digits.
pub fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// The lot of a member at a draw.
pub fn lot(cause: &str, item: &str, member: &str) -> Vec<u8> {
    Sha256::digest(format!("{cause}\n{item}\n{member}")).to_vec()
}

impl Run<'_> {
    /// The id of what the engine decides or tells now: `what` names it.
    pub fn id_of(&self, origin: &Origin, keys: &Keys, what: &[&[u8]]) -> String {
        let at = self.world.now.to_le_bytes();
        let (group, member) = (keys.group.as_deref().unwrap_or(""), keys.member.as_deref().unwrap_or(""));
        let mut parts: Vec<&[u8]> = vec![origin.cause.id.as_bytes(), group.as_bytes(), member.as_bytes(), &at];
        parts.extend(what);
        hash(&parts)
    }

    /// The id of an action's decision; the subject belongs to it where another is meant.
    pub fn decision_id(&self, origin: &Origin, ready: &Ready, act: &Act<'_>) -> String {
        let per = plain(&self.scene(Keys::default()), &ready.per);
        let ordinal = act.ordinal.to_le_bytes();
        let mut what: Vec<&[u8]> = vec![per.as_bytes(), self.book.item_name(act.item).as_bytes(), &ordinal];
        let Keys { group, member } = &ready.subject;
        if ready.subject != ready.keys {
            what.extend([group, member].map(|id| id.as_deref().unwrap_or("").as_bytes()));
        }
        self.id_of(origin, &ready.keys, &what)
    }

    /// The cause of what a clock does: `ITEM@TIME`.
    pub fn instant_origin(&self, item: usize, at: Ms) -> Origin {
        Origin::root(format!("{}@{}", self.book.item_name(item), self.book.zone.rfc3339(at)))
    }
}
