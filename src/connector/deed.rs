//! A decision made ready for a connector.

use crate::time::{Duration, Instant};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One delivery, as a connector gets it.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    /// The id of the decision: a receiver that keeps ids knows a second time from a first by it.
    pub id: &'a str,
    /// The decision, as a dry run writes it.
    pub record: &'a str,
    /// Where it goes: as the configuration says, else the group, else the member.
    pub destination: &'a str,
    /// The group it concerns, or nothing.
    pub group: String,
    /// The member it concerns, or nothing.
    pub member: String,
    /// The action as it is named.
    pub action: &'a str,
    /// What is to be done.
    pub deed: Deed,
    /// What the clock shows.
    pub now: Instant,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To say something.
    Say {
        /// In which way.
        how: How,
        /// What.
        text: String,
    },
    /// To keep somebody from speaking; for ever without an end.
    Mute(Option<Instant>),
    /// To let somebody speak again.
    Unmute,
    /// To put somebody out, who may come back.
    Remove,
    /// To put somebody out for good, or up to a time.
    Ban(Option<Instant>),
    /// To let somebody come back.
    Unban,
    /// To take a message away, by its id.
    Delete(String),
    /// To ask somebody into a group.
    Invite(String),
    /// To pin a message, by its id: a declared action `pin` with a parameter `message`.
    Pin(String),
    /// Work for people.
    Task {
        /// What is to be done.
        title: String,
        /// Who should.
        role: String,
        /// Until when, as written.
        due: String,
    },
    /// An action that the playbook declares.
    Other,
}

/// In which way something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// In a group, as a post or an announcement.
    Group,
    /// To one member alone.
    Direct,
    /// In a group, to one of its members.
    Warn,
}

#[derive(Deserialize)]
struct Record {
    at: Option<String>,
    #[serde(default)]
    group: String,
    #[serde(default)]
    member: String,
    #[serde(default)]
    args: Map<String, Value>,
}

impl<'a> Delivery<'a> {
    /// Reads a decision; `action` may be another than the one that was decided: what ends it.
    #[must_use]
    pub fn read(
        id: &'a str,
        action: &'a str,
        record: &'a str,
        destination: &'a str,
        now: Instant,
    ) -> Option<Delivery<'a>> {
        let read: Record = serde_json::from_str(record).ok()?;
        let deed = deed(action, &read)?;
        Some(Delivery { id, record, destination, group: read.group, member: read.member, action, deed, now })
    }

    /// What is said or shown to people, where the deed is of that sort.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.deed {
            Deed::Say { text, .. } => Some(text.clone()),
            Deed::Task { title, role, due } => {
                let rest = [role.as_str(), due.as_str()].into_iter().filter(|part| !part.is_empty());
                let rest = rest.collect::<Vec<_>>().join(", ");
                Some(if rest.is_empty() { format!("☐ {title}") } else { format!("☐ {title} ({rest})") })
            }
            _ => None,
        }
    }
}

impl Deed {
    /// Whether doing it twice is the same as doing it once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        !matches!(self, Deed::Say { .. } | Deed::Task { .. } | Deed::Invite(_) | Deed::Other)
    }

    /// When a sanction ends by itself.
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        match self {
            Deed::Mute(until) | Deed::Ban(until) => *until,
            _ => None,
        }
    }
}

fn deed(action: &str, record: &Record) -> Option<Deed> {
    let text = |key: &str| record.args.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let say = |how| Deed::Say { how, text: text("text") };
    Some(match action {
        "post" | "announce" => say(How::Group),
        "dm" => say(How::Direct),
        "warn" => say(How::Warn),
        "mute" => Deed::Mute(until(record)?),
        "unmute" => Deed::Unmute,
        "remove" => Deed::Remove,
        "ban" => Deed::Ban(until(record)?),
        "unban" => Deed::Unban,
        "delete_message" => Deed::Delete(text("message_id")),
        "invite" => Deed::Invite(text("to")),
        "pin" if !text("message").is_empty() => Deed::Pin(text("message")),
        "task" => Deed::Task { title: text("title"), role: text("role"), due: text("due") },
        _ => Deed::Other,
    })
}

/// The end of a sanction: `None` where it is not understood, which must not become for ever.
#[expect(clippy::option_option, reason = "not understood, for ever, and up to a time are three things")]
fn until(record: &Record) -> Option<Option<Instant>> {
    let Some(during) = record.args.get("for_s") else { return Some(None) };
    #[expect(clippy::cast_possible_truncation, reason = "a cast of this sort stays within the bounds of the type")]
    let ms = during.as_f64().map(|seconds| (seconds * 1000.0) as i64)?;
    let at = Instant::parse(record.at.as_deref()?).ok()?;
    Some(Some(at + Duration::from_ms(ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(action: &str, args: &str) -> Option<Deed> {
        let record = format!(r#"{{"at":"2026-03-02T10:00:04+08:00","group":"g1","member":"m2","args":{{{args}}}}}"#);
        Delivery::read("i", action, &record, "g1", Instant::from_ms(0)).map(|delivery| delivery.deed)
    }

    #[test]
    fn decisions_become_deeds() {
        let end = Instant::parse("2026-03-02T11:00:04+08:00").unwrap();
        assert_eq!(read("mute", r#""for_s":3600"#), Some(Deed::Mute(Some(end))));
        assert_eq!(read("ban", ""), Some(Deed::Ban(None)));
        assert_eq!(read("warn", r#""text":"a""#), Some(Deed::Say { how: How::Warn, text: "a".into() }));
        assert_eq!(read("pin", r#""message":"7""#), Some(Deed::Pin("7".into())));
        assert_eq!(read("pin", ""), Some(Deed::Other));
        // A length that is none does not become for ever.
        assert_eq!(read("mute", r#""for_s":"long""#), None);
    }

    #[test]
    fn a_task_is_told_on_one_line() {
        let record = r#"{"args":{"title":"look","role":"owner","due":"2026-03-03"}}"#;
        let delivery = Delivery::read("i", "task", record, "x", Instant::from_ms(0)).unwrap();
        assert_eq!(delivery.text().as_deref(), Some("☐ look (owner, 2026-03-03)"));
    }
}
