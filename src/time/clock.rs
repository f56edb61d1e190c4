//! Times of day, as a clock on the wall shows them.

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A time of day from `00:00` to `23:59`, in whole minutes since midnight.
///
/// Displayed, read and serialized as `HH:MM`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// `00:00`.
    pub const MIDNIGHT: TimeOfDay = TimeOfDay(0);

    /// The time with that hour (0 to 23) and minute (0 to 59).
    pub fn new(hour: u16, minute: u16) -> Option<TimeOfDay> {
        (hour < 24 && minute < 60).then(|| TimeOfDay(hour * 60 + minute))
    }

    /// Minutes since midnight, 0 to 1439.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> u16 {
        self.0 / 60
    }

    /// The minute of the hour, 0 to 59.
    pub const fn minute(self) -> u16 {
        self.0 % 60
    }

    /// The same time for `chrono`, with no seconds.
    pub fn naive(self) -> NaiveTime {
        NaiveTime::from_hms_opt(u32::from(self.hour()), u32::from(self.minute()), 0).unwrap_or_default()
    }

    /// Whether the time lies from `start` up to, not including, `end`; over midnight where `end`
    /// is the earlier. From a time to itself is the whole day.
    pub fn is_between(self, start: TimeOfDay, end: TimeOfDay) -> bool {
        if start < end { start <= self && self < end } else { start <= self || self < end }
    }

    /// Reads `HH:MM`, two digits each.
    ///
    /// # Errors
    /// Says which part is wrong: see [`TimeOfDayError`].
    pub fn parse(text: &str) -> Result<TimeOfDay, TimeOfDayError> {
        let (hour, minute) = text.split_once(':').ok_or(TimeOfDayError::Layout)?;
        let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
        match (hour, minute) {
            (24, 0) => Err(TimeOfDayError::EndOfDay),
            (24.., _) => Err(TimeOfDayError::Hour { hour }),
            (_, 60..) => Err(TimeOfDayError::Minute { minute }),
            _ => Ok(TimeOfDay(hour * 60 + minute)),
        }
    }
}

fn two_digits(text: &str) -> Result<u16, TimeOfDayError> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(u16::from(tens - b'0') * 10 + u16::from(ones - b'0')),
        _ => Err(TimeOfDayError::Layout),
    }
}

/// The time a clock without seconds shows: seconds are cut off.
impl From<NaiveTime> for TimeOfDay {
    fn from(time: NaiveTime) -> TimeOfDay {
        let minutes = time.num_seconds_from_midnight() / 60;
        TimeOfDay(u16::try_from(minutes).unwrap_or_default())
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeOfDayError;

    fn try_from(text: String) -> Result<TimeOfDay, TimeOfDayError> {
        TimeOfDay::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

/// What is wrong with a text that should be a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeOfDayError {
    /// The text is not laid out as `HH:MM`.
    Layout,
    /// `24:00`: no clock shows it.
    EndOfDay,
    /// An hour above 23.
    Hour {
        /// The hour as written.
        hour: u16,
    },
    /// A minute above 59.
    Minute {
        /// The minute as written.
        minute: u16,
    },
}

impl TimeOfDayError {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            TimeOfDayError::Layout => "write two digits each, as in `08:30`",
            TimeOfDayError::EndOfDay => "write `00:00`: it begins the next day and ends a span",
            TimeOfDayError::Hour { .. } => "hours go from 00 to 23",
            TimeOfDayError::Minute { .. } => "minutes go from 00 to 59",
        }
    }
}

impl fmt::Display for TimeOfDayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeOfDayError::Layout => f.write_str("not a time of day"),
            TimeOfDayError::EndOfDay => f.write_str("`24:00` is not a time of day"),
            TimeOfDayError::Hour { hour } => write!(f, "there is no hour `{hour:02}`"),
            TimeOfDayError::Minute { minute } => write!(f, "there is no minute `{minute:02}`"),
        }
    }
}

impl std::error::Error for TimeOfDayError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn every_minute_of_the_day_is_read_as_it_is_displayed() {
        for minutes in 0..1440 {
            let time = TimeOfDay::new(minutes / 60, minutes % 60).unwrap();
            assert_eq!(time.minutes(), minutes);
            assert_eq!(at(&time.to_string()), time);
            assert_eq!(TimeOfDay::from(time.naive()), time);
        }
        assert_eq!(TimeOfDay::new(24, 0), None);
        assert_eq!(TimeOfDay::new(0, 60), None);
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |text| TimeOfDay::parse(text).unwrap_err();
        assert_eq!(error("24:00"), TimeOfDayError::EndOfDay);
        assert_eq!(error("24:01"), TimeOfDayError::Hour { hour: 24 });
        assert_eq!(error("08:60"), TimeOfDayError::Minute { minute: 60 });
        for text in ["", "8:30", "08:5", "0830", "08:30:00", "08：30", "+8:30"] {
            assert_eq!(error(text), TimeOfDayError::Layout, "{text}");
        }
    }

    #[test]
    fn between_reaches_over_midnight() {
        let quiet = |time: &str| at(time).is_between(at("22:30"), at("08:00"));
        assert!(quiet("22:30") && quiet("00:00") && quiet("07:59"));
        assert!(!quiet("08:00") && !quiet("22:29"));
        assert!(at("12:00").is_between(at("12:00"), at("13:00")));
        assert!(!at("13:00").is_between(at("12:00"), at("13:00")));
        assert!(at("05:00").is_between(at("12:00"), at("12:00")));
    }

    #[test]
    fn serialized_as_text() {
        assert_eq!(serde_json::to_string(&at("08:05")).unwrap(), "\"08:05\"");
        assert_eq!(serde_json::from_str::<TimeOfDay>("\"08:05\"").unwrap(), at("08:05"));
        assert!(serde_json::from_str::<TimeOfDay>("\"24:00\"").is_err());
    }
}
