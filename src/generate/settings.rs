//! What is asked for, and whether it can be had.

use crate::time::Zone;
use chrono::{Datelike, NaiveDate};
use std::fmt;
use std::ops::RangeInclusive;

/// The most events of a log.
pub const MAX_EVENTS: u64 = 1_000_000_000;
/// The most members.
pub const MAX_MEMBERS: u64 = 100_000_000;
/// The most groups.
pub const MAX_GROUPS: u64 = 1_000_000;
/// The longest log, in days.
pub const MAX_DAYS: u64 = 3_660;
/// The years in which a log may begin: those in which every zone's offset is known and of whole minutes.
pub const YEARS: RangeInclusive<i32> = 1980..=2089;

/// What log is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many events, exactly.
    pub events: u64,
    /// How many people there are at most, with those who come in over time.
    pub members: u64,
    /// How many groups, with those that are founded over time.
    pub groups: u64,
    /// How many days the log covers.
    pub days: u64,
    /// The first day.
    pub start: NaiveDate,
    /// Where the community lives: its days and nights, and the offset of all times.
    pub zone: Zone,
    /// Another seed gives another log of the same shape.
    pub seed: u64,
    /// The kinds of groups.
    pub kinds: Vec<String>,
}

/// Why a log cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// A number that is too small or too large.
    Number {
        /// What is counted: `events`.
        what: &'static str,
        /// As given.
        given: u64,
        /// The most there may be.
        most: u64,
    },
    /// More groups than members.
    Groups {
        /// As given.
        groups: u64,
        /// As given.
        members: u64,
    },
    /// A first day outside [`YEARS`].
    Start(NaiveDate),
    /// A kind that is not a word.
    Kind(String),
    /// No kind at all.
    NoKind,
}

impl Settings {
    /// Says what cannot be had.
    ///
    /// # Errors
    /// The first thing that is out of range or contradicts another.
    pub fn check(&self) -> Result<(), SettingsError> {
        within("events", self.events, MAX_EVENTS)?;
        within("members", self.members, MAX_MEMBERS)?;
        within("groups", self.groups, MAX_GROUPS)?;
        within("days", self.days, MAX_DAYS)?;
        if self.groups > self.members {
            return Err(SettingsError::Groups { groups: self.groups, members: self.members });
        }
        if !YEARS.contains(&self.start.year()) {
            return Err(SettingsError::Start(self.start));
        }
        if self.kinds.is_empty() {
            return Err(SettingsError::NoKind);
        }
        match self.kinds.iter().find(|kind| !is_word(kind)) {
            Some(kind) => Err(SettingsError::Kind(kind.clone())),
            None => Ok(()),
        }
    }
}

fn within(what: &'static str, given: u64, most: u64) -> Result<(), SettingsError> {
    if (1..=most).contains(&given) { Ok(()) } else { Err(SettingsError::Number { what, given, most }) }
}

/// A name as playbooks declare it.
fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

impl SettingsError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            SettingsError::Number { .. } => None,
            SettingsError::Groups { .. } => Some("every group needs an owner: give more `--members`".to_owned()),
            SettingsError::Start(_) => Some(format!("choose a year from {} to {}", YEARS.start(), YEARS.end())),
            SettingsError::Kind(_) | SettingsError::NoKind => {
                Some("write them as your playbook declares them: `--kinds welfare,vip`".to_owned())
            }
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingsError::Number { what, given: 0, .. } => write!(f, "`--{what} 0`: a log needs some {what}"),
            SettingsError::Number { what, given, most } => {
                write!(f, "`--{what} {given}` is more than can be made, which is {most}")
            }
            SettingsError::Groups { groups, members } => {
                write!(f, "there cannot be more groups ({groups}) than members ({members})")
            }
            SettingsError::Start(day) => write!(f, "`--start {day}` is too far away"),
            SettingsError::Kind(kind) => write!(f, "`{kind}` cannot be a kind of group"),
            SettingsError::NoKind => f.write_str("there is no kind of group"),
        }
    }
}

impl std::error::Error for SettingsError {}
