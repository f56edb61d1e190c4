//! What platforms allow: read from one data file, `platforms.yaml`, which names the source of each fact.

use crate::connector::Abilities;
use crate::time::Duration;
use serde::Deserialize;
use std::sync::OnceLock;

/// A platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// As `--platform` names it.
    pub name: String,
    /// As people call it.
    pub title: String,
    /// The actions that an account can carry out by itself.
    pub can: Vec<String>,
    /// The longest text of one message, where a source says it.
    pub text: Option<Length>,
    /// How many messages one sender may post into one group in a minute.
    pub per_minute: Option<u32>,
    /// What the connector of `qun run` to it does.
    pub connector: Option<Abilities>,
    /// The longest time-out, in the language's form.
    mute_at_most: Option<String>,
    /// Where this comes from.
    pub sources: Vec<String>,
}

/// A length of text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// How much at most.
    pub most: usize,
    /// Of what.
    pub unit: Unit,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Characters.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// How long a text is.
    #[must_use]
    pub fn of(self, text: &str) -> usize {
        match self {
            Unit::Characters => text.chars().count(),
            Unit::Bytes => text.len(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Characters => "characters",
            Unit::Bytes => "bytes",
        }
    }
}

impl Platform {
    /// Whether an account can carry out an action by itself. What changes nothing on the platform can always be done.
    #[must_use]
    pub fn can(&self, action: &str) -> bool {
        !ASKED.contains(&action) || self.can.iter().any(|can| can == action)
    }

    /// The longest time-out that it keeps.
    #[must_use]
    pub fn longest_mute(&self) -> Option<Duration> {
        Duration::parse(self.mute_at_most.as_deref()?).ok()
    }
}

/// Actions that a platform must be able to do; tags, strikes and the like are kept by the playbook itself.
const ASKED: [&str; 10] =
    ["post", "announce", "dm", "warn", "delete_message", "mute", "unmute", "remove", "ban", "unban"];

/// Every platform of the data file.
#[must_use]
pub fn platforms() -> &'static [Platform] {
    static PLATFORMS: OnceLock<Vec<Platform>> = OnceLock::new();
    // The file is part of the program, and a test reads it.
    PLATFORMS.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Vec<Platform>, String> {
    serde_yaml::from_str(include_str!("platforms.yaml")).map_err(|error| error.to_string())
}

/// A platform by its name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Platform> {
    platforms().iter().find(|platform| platform.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_reads_and_every_platform_names_its_sources() {
        let platforms = read().unwrap();
        let names: Vec<&str> = platforms.iter().map(|platform| platform.name.as_str()).collect();
        let wanted = ["wecom", "wechat", "qq", "feishu", "dingtalk", "telegram", "discord", "slack", "matrix", "irc"];
        assert_eq!(names, wanted);
        for platform in &platforms {
            assert!(!platform.sources.is_empty(), "{}", platform.name);
            assert!(
                platform
                    .can
                    .iter()
                    .all(|can| ASKED.contains(&can.as_str()) || matches!(can.as_str(), "tag" | "untag" | "pin"))
            );
            assert_eq!(platform.longest_mute().is_some(), platform.mute_at_most.is_some(), "{}", platform.name);
        }
    }
}
