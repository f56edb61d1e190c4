//! What connectors can do: of platforms from the data file that lint reads, of the rest from here.

use super::Kind;
use crate::lint::platform::{self, Length};
use crate::time::Duration;
use serde::Deserialize;
use std::sync::OnceLock;

/// What the connector to a platform can do, as the data file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abilities {
    /// The actions that it carries out.
    pub can: Vec<String>,
    /// Which sanctions the platform ends by itself.
    #[serde(default)]
    pub timed: Vec<Timed>,
    /// How often it may be used.
    #[serde(default)]
    pub rates: Vec<Rate>,
    /// Whether the other side does nothing the second time under the same id.
    #[serde(default)]
    pub keys: bool,
}

/// A sanction that can have an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Timed {
    /// A mute.
    Mute,
    /// A ban.
    Ban,
}

/// How much is taken in how much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How much at most …
    pub most: u32,
    /// … in so many seconds.
    pub seconds: u32,
    /// How much of it at once.
    pub burst: u32,
    /// Of what.
    pub of: Of,
}

/// What a rate counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// Everything together.
    All,
    /// What goes to one destination.
    Destination,
    /// What goes to one group.
    Group,
}

/// All that is known of a kind of connector.
#[derive(Clone, Debug)]
pub struct Facts {
    /// As people call it.
    pub title: &'static str,
    /// The actions that it carries out; `None` for every action.
    pub can: Option<&'static [String]>,
    /// Which sanctions the other side ends by itself.
    pub timed: &'static [Timed],
    /// The longest text.
    pub text: Option<Length>,
    /// The longest mute.
    pub longest_mute: Option<Duration>,
    /// How often it may be used.
    pub rates: &'static [Rate],
    /// Whether the other side does nothing the second time under the same id.
    pub keys: bool,
}

impl Facts {
    /// Whether it carries an action out.
    #[must_use]
    pub fn can(&self, action: &str) -> bool {
        self.can.is_none_or(|can| can.iter().any(|can| can == action))
    }
}

impl Kind {
    /// What is known of it.
    #[must_use]
    pub fn facts(self) -> Facts {
        const BOTH: &[Timed] = &[Timed::Mute, Timed::Ban];
        let own =
            |title, can, keys| Facts { title, can, timed: BOTH, text: None, longest_mute: None, rates: &[], keys };
        match self {
            // Whoever receives them carries decisions out as they are.
            Kind::Webhook => own("webhook", None, true),
            Kind::Console => own("console", None, false),
            Kind::Mail => own("mail server", Some(tasks()), false),
            _ => match platform::named(self.word()).and_then(|platform| Some((platform, platform.connector.as_ref()?)))
            {
                Some((platform, abilities)) => Facts {
                    title: &platform.title,
                    can: Some(&abilities.can),
                    timed: &abilities.timed,
                    text: platform.text,
                    longest_mute: platform.longest_mute(),
                    rates: &abilities.rates,
                    keys: abilities.keys,
                },
                // Every kind has its facts: a test sees to it.
                None => own(self.word(), Some(&[]), false),
            },
        }
    }
}

/// What mail is for.
fn tasks() -> &'static [String] {
    static TASKS: OnceLock<Vec<String>> = OnceLock::new();
    TASKS.get_or_init(|| vec!["task".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_facts() {
        for kind in Kind::ALL {
            let facts = kind.facts();
            assert!(facts.can("task") && (facts.can.is_none() || !facts.can("dissolve")), "{kind:?}");
            for rate in facts.rates {
                assert!(rate.burst >= 1 && rate.burst <= rate.most && rate.seconds >= 1, "{kind:?}");
            }
        }
        assert!(Kind::Telegram.facts().can("mute") && !Kind::Wecom.facts().can("mute"));
        assert_eq!(Kind::Discord.facts().longest_mute, Duration::parse("28d").ok());
    }
}
