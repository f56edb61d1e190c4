//! Lengths of time, and the literals that stand for them.

use super::civil::{DAY, HOUR, MINUTE, SECOND};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Neg, Sub};

/// A length of time in milliseconds; negative ones point into the past. A day is 24 hours.
///
/// Arithmetic saturates, and whatever is added to or taken from [`Duration::FOREVER`] leaves it as
/// it is. Displayed as the language writes it: `1d12h`, `1.5s`, `-3d`, `0s`, `forever`. Serialized
/// as the number of milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration(i64);

/// The units from the longest to the shortest: the two spellings and the milliseconds.
const UNITS: [(&str, &str, i64); 5] =
    [("w", "周", 7 * DAY), ("d", "天", DAY), ("h", "小时", HOUR), ("m", "分钟", MINUTE), ("s", "秒", SECOND)];

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);
    /// Longer than any other: time without end.
    pub const FOREVER: Duration = Duration(i64::MAX);

    /// That many milliseconds.
    pub const fn from_ms(ms: i64) -> Duration {
        Duration(ms)
    }

    /// That many seconds, saturating.
    pub const fn from_secs(secs: i64) -> Duration {
        Duration(secs.saturating_mul(SECOND))
    }

    /// That many minutes, saturating.
    pub const fn from_minutes(minutes: i64) -> Duration {
        Duration(minutes.saturating_mul(MINUTE))
    }

    /// That many hours, saturating.
    pub const fn from_hours(hours: i64) -> Duration {
        Duration(hours.saturating_mul(HOUR))
    }

    /// That many days of 24 hours, saturating.
    pub const fn from_days(days: i64) -> Duration {
        Duration(days.saturating_mul(DAY))
    }

    /// The length in milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The length in seconds, the rest cut off.
    pub const fn secs(self) -> i64 {
        self.0 / SECOND
    }

    /// Whether this is [`Duration::FOREVER`].
    pub const fn is_forever(self) -> bool {
        self.0 == i64::MAX
    }

    /// Reads a literal such as `10s`, `1d12h`, `2w` or `3天`.
    ///
    /// The units are `w d h m s` and `周 天 小时 分钟 秒`, from the longest to the shortest, each at
    /// most once, without spaces. A sign may stand before the literal, and seconds may have up to
    /// three decimals, so that whatever a finite duration displays as can be read again.
    ///
    /// # Errors
    /// Says which part is wrong: see [`DurationError`].
    pub fn parse(text: &str) -> Result<Duration, DurationError> {
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest.is_empty() {
            return Err(DurationError::Empty);
        }
        let (mut total, mut shorter_than) = (0i64, i64::MAX);
        while !rest.is_empty() {
            let part = Part::take(rest)?;
            if part.unit >= shorter_than {
                return Err(DurationError::Order { unit: part.name });
            }
            shorter_than = part.unit;
            total = total.checked_add(part.ms).ok_or(DurationError::Overflow)?;
            rest = part.rest;
        }
        finite(total).map(|ms| Duration(if negative { -ms } else { ms }))
    }
}

/// Refuses the one number that means forever.
fn finite(ms: i64) -> Result<i64, DurationError> {
    if ms == i64::MAX { Err(DurationError::Overflow) } else { Ok(ms) }
}

/// One number with its unit, and what follows.
struct Part<'a> {
    ms: i64,
    unit: i64,
    name: String,
    rest: &'a str,
}

impl<'a> Part<'a> {
    fn take(text: &'a str) -> Result<Part<'a>, DurationError> {
        let (number, rest) = split_while(text, |c| c.is_ascii_digit() || c == '.');
        let (name, rest) = split_while(rest, |c| !c.is_ascii_digit() && c != '.');
        if number.is_empty() {
            return Err(DurationError::NoNumber { before: name.to_owned() });
        }
        if name.is_empty() {
            return Err(DurationError::NoUnit { number: number.to_owned() });
        }
        let unit = unit_ms(name)?;
        let ms = number_ms(number, unit)?;
        Ok(Part { ms, unit, name: name.to_owned(), rest })
    }
}

fn split_while(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !keep(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn unit_ms(name: &str) -> Result<i64, DurationError> {
    if name.contains(char::is_whitespace) {
        return Err(DurationError::Space);
    }
    UNITS
        .iter()
        .find(|(latin, chinese, _)| name == *latin || name == *chinese)
        .map(|(_, _, ms)| *ms)
        .ok_or_else(|| DurationError::UnknownUnit { unit: name.to_owned() })
}

fn number_ms(number: &str, unit: i64) -> Result<i64, DurationError> {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let ms = decimals.map_or(Ok(0), |decimals| decimals_ms(decimals, unit, number))?;
    let whole: i64 = whole.parse().map_err(|_| not_read(whole, number))?;
    let whole = whole.checked_mul(unit).ok_or(DurationError::Overflow)?;
    whole.checked_add(ms).ok_or(DurationError::Overflow)
}

fn not_read(whole: &str, number: &str) -> DurationError {
    if whole.is_empty() {
        return DurationError::Decimals { number: number.to_owned() };
    }
    DurationError::Overflow
}

fn decimals_ms(decimals: &str, unit: i64, number: &str) -> Result<i64, DurationError> {
    let wrong = || DurationError::Decimals { number: number.to_owned() };
    if unit != SECOND || decimals.is_empty() || decimals.len() > 3 {
        return Err(wrong());
    }
    format!("{decimals:0<3}").parse().map_err(|_| wrong())
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match self.0.unsigned_abs() {
            0 => f.write_str("0s"),
            ms if ms >= i64::MAX.unsigned_abs() => f.write_str("forever"),
            ms => write_parts(f, ms),
        }
    }
}

fn write_parts(f: &mut fmt::Formatter<'_>, mut ms: u64) -> fmt::Result {
    // Weeks are written as days: a reader compares `30d` and `14d` at a glance.
    for (name, _, unit) in UNITS.into_iter().skip(1) {
        let unit = unit.unsigned_abs();
        let (count, rest) = (ms / unit, ms % unit);
        ms = rest;
        if name == "s" {
            return write_seconds(f, count, rest);
        }
        if count > 0 {
            write!(f, "{count}{name}")?;
        }
    }
    Ok(())
}

fn write_seconds(f: &mut fmt::Formatter<'_>, seconds: u64, ms: u64) -> fmt::Result {
    match (seconds, ms) {
        (0, 0) => Ok(()),
        (_, 0) => write!(f, "{seconds}s"),
        _ => write!(f, "{seconds}.{}s", format!("{ms:03}").trim_end_matches('0')),
    }
}

impl Add for Duration {
    type Output = Duration;

    fn add(self, rhs: Duration) -> Duration {
        if self.is_forever() || rhs.is_forever() {
            return Duration::FOREVER;
        }
        Duration(self.0.saturating_add(rhs.0))
    }
}

impl Sub for Duration {
    type Output = Duration;

    fn sub(self, rhs: Duration) -> Duration {
        if self.is_forever() {
            return self;
        }
        self + -rhs
    }
}

impl Neg for Duration {
    type Output = Duration;

    fn neg(self) -> Duration {
        Duration(self.0.saturating_neg())
    }
}

/// What is wrong with a text that should be a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// Nothing at all, or only a sign.
    Empty,
    /// A unit with no number before it.
    NoNumber {
        /// The text that stands where the number should.
        before: String,
    },
    /// A number with no unit after it.
    NoUnit {
        /// The number as written.
        number: String,
    },
    /// A unit that is none.
    UnknownUnit {
        /// The unit as written.
        unit: String,
    },
    /// A unit that comes twice or after a shorter one.
    Order {
        /// The unit that stands too late.
        unit: String,
    },
    /// Decimals of another unit than seconds, or other than one to three of them.
    Decimals {
        /// The number as written.
        number: String,
    },
    /// A space inside.
    Space,
    /// More than a duration can hold: some 292 million years.
    Overflow,
}

impl DurationError {
    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            DurationError::Order { .. } => "write each unit once, from the longest to the shortest: `1d12h`",
            DurationError::Decimals { .. } => "use a smaller unit: `1h30m`",
            DurationError::Space => "write it without spaces: `1d12h`",
            DurationError::Overflow => "the longest is some 292 million years",
            _ => "the units are `s m h d w` or `秒 分钟 小时 天 周`, as in `10s` or `1d12h`",
        }
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DurationError::Empty => f.write_str("the duration is empty"),
            DurationError::NoNumber { before } => write!(f, "no number before `{before}`"),
            DurationError::NoUnit { number } => write!(f, "no unit after `{number}`"),
            DurationError::UnknownUnit { unit } => write!(f, "`{unit}` is not a unit of time"),
            DurationError::Order { unit } => write!(f, "the unit `{unit}` stands too late"),
            DurationError::Decimals { number } => {
                write!(f, "`{number}` is not a whole number")
            }
            DurationError::Space => f.write_str("a duration has no space inside"),
            DurationError::Overflow => f.write_str("the duration is too long"),
        }
    }
}

impl std::error::Error for DurationError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Duration {
        Duration::parse(text).unwrap()
    }

    fn error(text: &str) -> DurationError {
        Duration::parse(text).unwrap_err()
    }

    #[test]
    fn reads_literals_of_both_tongues() {
        assert_eq!(parsed("10s"), Duration::from_secs(10));
        assert_eq!(parsed("1d12h"), Duration::from_hours(36));
        assert_eq!(parsed("2w"), Duration::from_days(14));
        assert_eq!(parsed("10秒"), Duration::from_secs(10));
        assert_eq!(parsed("1周2天3小时4分钟5秒"), parsed("1w2d3h4m5s"));
        assert_eq!(parsed("1d12小时"), Duration::from_hours(36));
        assert_eq!(parsed("90m"), Duration::from_minutes(90));
        assert_eq!(parsed("0s"), Duration::ZERO);
        assert_eq!(parsed("-3d"), Duration::from_days(-3));
        assert_eq!(parsed("+1h"), Duration::from_hours(1));
        assert_eq!(parsed("1.5s"), Duration::from_ms(1_500));
        assert_eq!(parsed("0.025s"), Duration::from_ms(25));
    }

    #[test]
    fn displays_as_the_language_writes_it() {
        let cases = [
            (Duration::ZERO, "0s"),
            (Duration::from_secs(10), "10s"),
            (Duration::from_hours(36), "1d12h"),
            (Duration::from_days(14), "14d"),
            (Duration::from_ms(1_500), "1.5s"),
            (Duration::from_ms(25), "0.025s"),
            (Duration::from_ms(-DAY * 3), "-3d"),
            (Duration::from_ms(DAY + SECOND), "1d1s"),
            (Duration::from_minutes(1), "1m"),
            (Duration::FOREVER, "forever"),
            (-Duration::FOREVER, "-forever"),
            (Duration::from_ms(i64::MIN), "-forever"),
        ];
        for (duration, text) in cases {
            assert_eq!(duration.to_string(), text);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let owned = str::to_owned;
        assert_eq!(error(""), DurationError::Empty);
        assert_eq!(error("-"), DurationError::Empty);
        assert_eq!(error("d"), DurationError::NoNumber { before: owned("d") });
        assert_eq!(error("10"), DurationError::NoUnit { number: owned("10") });
        assert_eq!(error("1d5"), DurationError::NoUnit { number: owned("5") });
        assert_eq!(error("10min"), DurationError::UnknownUnit { unit: owned("min") });
        assert_eq!(error("10分"), DurationError::UnknownUnit { unit: owned("分") });
        assert_eq!(error("1h1d"), DurationError::Order { unit: owned("d") });
        assert_eq!(error("1h2h"), DurationError::Order { unit: owned("h") });
        assert_eq!(error("1.5h"), DurationError::Decimals { number: owned("1.5") });
        for number in ["1.", ".5", "1.2.3", "1.2345"] {
            let text = format!("{number}s");
            assert_eq!(error(&text), DurationError::Decimals { number: owned(number) });
        }
        assert_eq!(error("1d 12h"), DurationError::Space);
    }

    #[test]
    fn overflow_is_an_error_and_forever_is_no_literal() {
        for text in ["99999999999999999999s", "15250284453w", "106751991167d8h", "forever"] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
        assert_eq!(error("106751991168d"), DurationError::Overflow);
        // The largest number of milliseconds is taken by forever.
        let forever = "9223372036854775.807s";
        assert_eq!(error(forever), DurationError::Overflow);
        assert_eq!(error(&format!("-{forever}")), DurationError::Overflow);
        assert_eq!(parsed("9223372036854775.806s").ms(), i64::MAX - 1);
    }

    #[test]
    fn forever_stays_forever() {
        let day = Duration::from_days(1);
        assert_eq!(Duration::FOREVER + day, Duration::FOREVER);
        assert_eq!(Duration::FOREVER - day, Duration::FOREVER);
        assert_eq!(-day + Duration::FOREVER, Duration::FOREVER);
        assert_eq!(Duration::from_days(i64::MAX), Duration::FOREVER);
        assert!(day - Duration::FOREVER < Duration::from_days(-1_000_000));
        assert_eq!(day - Duration::from_hours(30), Duration::from_hours(-6));
    }
}
