//! Points in time, and their reading from RFC 3339.

use super::civil::{DAY, HOUR, MINUTE, SECOND, days_from_civil, days_in_month};
use super::{Duration, Zone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Arithmetic saturates. [`Instant::MAX`] also stands for "never" and [`Instant::MIN`] for "before
/// everything": they are what adding or subtracting [`Duration::FOREVER`] gives. Serialized as the
/// number of milliseconds; displayed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// Before every other instant.
    pub const MIN: Instant = Instant(i64::MIN);
    /// After every other instant.
    pub const MAX: Instant = Instant(i64::MAX);

    /// The instant that many milliseconds after the Unix epoch.
    pub const fn from_ms(ms: i64) -> Instant {
        Instant(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with an offset: `2024-03-01T08:30:00.250+08:00`.
    ///
    /// Years 0001 to 9999; `t`, `z` and a space for the `T` are taken too. Any number of digits of
    /// a second is taken and cut off after the third. The second 60 (a leap second) is the first
    /// of the next minute.
    ///
    /// # Errors
    /// Says which part is wrong: see [`InstantError`].
    pub fn parse(text: &str) -> Result<Instant, InstantError> {
        let (date, rest) = text.as_bytes().split_first_chunk().ok_or(InstantError::Layout)?;
        let Some((b'T' | b't' | b' ', rest)) = rest.split_first() else {
            return Err(InstantError::Layout);
        };
        let (time, rest) = rest.split_first_chunk().ok_or(InstantError::Layout)?;
        let (date, time) = (date_ms(*date)?, time_ms(*time)?);
        let (fraction, offset) = fraction_ms(rest)?;
        Ok(Instant(date + time + fraction - offset_ms(offset)?))
    }
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Result<i64, InstantError> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens > 9 || ones > 9 {
        return Err(InstantError::Layout);
    }
    Ok(i64::from(tens * 10 + ones))
}

/// `YYYY-MM-DD`.
#[inline]
fn date_ms(text: [u8; 10]) -> Result<i64, InstantError> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else {
        return Err(InstantError::Layout);
    };
    let year = two_digits(y0, y1)? * 100 + two_digits(y2, y3)?;
    let (month, day) = (two_digits(m0, m1)?, two_digits(d0, d1)?);
    if year == 0 {
        return Err(InstantError::Year);
    }
    if !(1..=12).contains(&month) {
        return Err(InstantError::Month { month });
    }
    // The month's length is wanted only for the last few days.
    if day == 0 || (day > 28 && day > days_in_month(year, month)) {
        return Err(InstantError::Day { year, month, day });
    }
    Ok(days_from_civil(year, month, day) * DAY)
}

/// `HH:MM:SS`.
#[inline]
fn time_ms(text: [u8; 8]) -> Result<i64, InstantError> {
    let [h0, h1, b':', m0, m1, b':', s0, s1] = text else {
        return Err(InstantError::Layout);
    };
    let (hour, minute, second) = (two_digits(h0, h1)?, two_digits(m0, m1)?, two_digits(s0, s1)?);
    if hour > 23 {
        return Err(InstantError::Hour { hour });
    }
    if minute > 59 {
        return Err(InstantError::Minute { minute });
    }
    if second > 60 {
        return Err(InstantError::Second { second });
    }
    Ok(hour * HOUR + minute * MINUTE + second * SECOND)
}

/// The milliseconds of a fraction, if there is one, and what follows it.
fn fraction_ms(text: &[u8]) -> Result<(i64, &[u8]), InstantError> {
    let Some((b'.', mut rest)) = text.split_first() else {
        return Ok((0, text));
    };
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return Err(InstantError::Fraction);
    }
    let (mut ms, mut scale) = (0, 100);
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        ms += i64::from(digit - b'0') * scale;
        scale /= 10;
        rest = tail;
    }
    Ok((ms, rest))
}

fn offset_ms(text: &[u8]) -> Result<i64, InstantError> {
    match text {
        [b'Z' | b'z'] => Ok(0),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
            let wrong = |_| InstantError::Offset;
            let hour = two_digits(*h0, *h1).map_err(wrong)?;
            let minute = two_digits(*m0, *m1).map_err(wrong)?;
            if hour > 23 || minute > 59 {
                return Err(InstantError::Offset);
            }
            let offset = hour * HOUR + minute * MINUTE;
            Ok(if *sign == b'-' { -offset } else { offset })
        }
        [] => Err(InstantError::NoOffset),
        _ => Err(InstantError::Offset),
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Zone::UTC.format(*self))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, rhs: Duration) -> Instant {
        if rhs.is_forever() {
            return Instant::MAX;
        }
        Instant(self.0.saturating_add(rhs.ms()))
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    fn sub(self, rhs: Duration) -> Instant {
        if rhs.is_forever() {
            return Instant::MIN;
        }
        Instant(self.0.saturating_sub(rhs.ms()))
    }
}

/// The time from `rhs` to `self`; [`Duration::FOREVER`] from [`Instant::MIN`] or up to
/// [`Instant::MAX`].
impl Sub for Instant {
    type Output = Duration;

    fn sub(self, rhs: Instant) -> Duration {
        if self != rhs && (self == Instant::MAX || rhs == Instant::MIN) {
            return Duration::FOREVER;
        }
        Duration::from_ms(self.0.saturating_sub(rhs.0))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, rhs: Duration) {
        *self = *self + rhs;
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, rhs: Duration) {
        *self = *self - rhs;
    }
}

/// What is wrong with a text that should be an RFC 3339 time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstantError {
    /// The text is not laid out as `YYYY-MM-DDTHH:MM:SS…`.
    Layout,
    /// The time is complete, but nothing says at which offset from UTC.
    NoOffset,
    /// What follows the time is neither `Z` nor an offset between `-23:59` and `+23:59`.
    Offset,
    /// A point with no digit after it.
    Fraction,
    /// The year 0000.
    Year,
    /// A month outside 1 to 12.
    Month {
        /// The month as written.
        month: i64,
    },
    /// A day that its month does not have.
    Day {
        /// The year as written.
        year: i64,
        /// The month as written.
        month: i64,
        /// The day as written.
        day: i64,
    },
    /// An hour above 23.
    Hour {
        /// The hour as written.
        hour: i64,
    },
    /// A minute above 59.
    Minute {
        /// The minute as written.
        minute: i64,
    },
    /// A second above 60.
    Second {
        /// The second as written.
        second: i64,
    },
}

impl InstantError {
    /// What to write instead.
    pub fn help(&self) -> String {
        match *self {
            InstantError::NoOffset | InstantError::Offset => {
                "end the time with `Z` or an offset such as `+08:00`".to_owned()
            }
            InstantError::Day { year, month, .. } => {
                let last = days_in_month(year, month);
                format!("{year:04}-{month:02} has the days 1 to {last}")
            }
            InstantError::Hour { hour: 24 } => "write `00:00` of the next day".to_owned(),
            _ => "write it as `2024-03-01T08:30:00+08:00`".to_owned(),
        }
    }
}

impl fmt::Display for InstantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstantError::Layout => f.write_str("not a time in RFC 3339"),
            InstantError::NoOffset => f.write_str("the time has no offset from UTC"),
            InstantError::Offset => f.write_str("the time's offset is not `Z` or `±HH:MM`"),
            InstantError::Fraction => f.write_str("no digit follows the point of the seconds"),
            InstantError::Year => f.write_str("there is no year `0000`"),
            InstantError::Month { month } => write!(f, "there is no month `{month:02}`"),
            InstantError::Day { year, month, day } => {
                write!(f, "there is no day `{year:04}-{month:02}-{day:02}`")
            }
            InstantError::Hour { hour } => write!(f, "there is no hour `{hour:02}`"),
            InstantError::Minute { minute } => write!(f, "there is no minute `{minute:02}`"),
            InstantError::Second { second } => write!(f, "there is no second `{second:02}`"),
        }
    }
}

impl std::error::Error for InstantError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        Instant::parse(text).unwrap().ms()
    }

    fn error(text: &str) -> InstantError {
        Instant::parse(text).unwrap_err()
    }

    #[test]
    fn reads_every_shape_of_rfc_3339() {
        assert_eq!(ms("1970-01-01T00:00:00Z"), 0);
        assert_eq!(ms("2024-03-01T08:30:00+08:00"), 1_709_253_000_000);
        assert_eq!(ms("2024-03-01t00:30:00z"), 1_709_253_000_000);
        assert_eq!(ms("2024-03-01 00:30:00-00:00"), 1_709_253_000_000);
        assert_eq!(ms("2024-02-29T19:00:00-05:30"), 1_709_253_000_000);
        assert_eq!(ms("2024-03-01T00:30:00.25Z"), 1_709_253_000_250);
        assert_eq!(ms("2024-03-01T00:30:00.123999999999Z"), 1_709_253_000_123);
        assert_eq!(ms("1969-12-31T23:59:59.999Z"), -1);
        assert_eq!(ms("0001-01-01T00:00:00Z"), -62_135_596_800_000);
        assert_eq!(ms("9999-12-31T23:59:59.999Z"), 253_402_300_799_999);
    }

    #[test]
    fn a_leap_second_is_the_first_of_the_next_minute() {
        assert_eq!(ms("2016-12-31T23:59:60Z"), ms("2017-01-01T00:00:00Z"));
        assert_eq!(ms("2017-01-01T05:29:60.5+05:30"), ms("2017-01-01T00:00:00.5Z"));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(error("2024-03-01T08:30:00"), InstantError::NoOffset);
        assert_eq!(error("2024-03-01T08:30:00.5"), InstantError::NoOffset);
        assert_eq!(error("2024-03-01T08:30:00+0800"), InstantError::Offset);
        assert_eq!(error("2024-03-01T08:30:00+24:00"), InstantError::Offset);
        assert_eq!(error("2024-03-01T08:30:00+08:60"), InstantError::Offset);
        assert_eq!(error("2024-03-01T08:30:00+x8:00"), InstantError::Offset);
        assert_eq!(error("2024-03-01T08:30:00Z "), InstantError::Offset);
        assert_eq!(error("2024-03-01T08:30:00.Z"), InstantError::Fraction);
        assert_eq!(error("0000-01-01T00:00:00Z"), InstantError::Year);
        assert_eq!(error("2024-13-01T00:00:00Z"), InstantError::Month { month: 13 });
        assert_eq!(error("2024-00-01T00:00:00Z"), InstantError::Month { month: 0 });
        assert_eq!(error("2024-01-01T24:00:00Z"), InstantError::Hour { hour: 24 });
        assert_eq!(error("2024-01-01T00:60:00Z"), InstantError::Minute { minute: 60 });
        assert_eq!(error("2024-01-01T00:00:61Z"), InstantError::Second { second: 61 });
        for text in ["", "2024-03-01", "2024-03-01T08:30Z", "1709253000", "２０２４-03-01T08:30:00Z"] {
            assert_eq!(error(text), InstantError::Layout, "{text}");
        }
    }

    #[test]
    fn impossible_days_are_refused() {
        let day = error("2023-02-29T00:00:00Z");
        assert_eq!(day, InstantError::Day { year: 2023, month: 2, day: 29 });
        assert_eq!(day.to_string(), "there is no day `2023-02-29`");
        assert_eq!(day.help(), "2023-02 has the days 1 to 28");
        for text in ["2024-02-30", "2024-04-31", "1900-02-29", "2024-01-00", "2024-01-32"] {
            let text = format!("{text}T00:00:00Z");
            assert!(matches!(error(&text), InstantError::Day { .. }), "{text}");
        }
        assert!(Instant::parse("2000-02-29T00:00:00Z").is_ok());
    }

    #[test]
    fn arithmetic_saturates_and_keeps_forever() {
        let now = Instant::from_ms(1_000);
        assert_eq!(now + Duration::from_secs(2), Instant::from_ms(3_000));
        assert_eq!(now - Duration::from_secs(2), Instant::from_ms(-1_000));
        assert_eq!(now - Instant::from_ms(400), Duration::from_ms(600));
        assert_eq!(now + Duration::FOREVER, Instant::MAX);
        assert_eq!(now - Duration::FOREVER, Instant::MIN);
        assert_eq!(Instant::from_ms(-5) + Duration::FOREVER, Instant::MAX);
        assert_eq!(now - Instant::MIN, Duration::FOREVER);
        assert_eq!(Instant::MAX - now, Duration::FOREVER);
        assert_eq!(Instant::MAX - Instant::MAX, Duration::ZERO);
        assert_eq!(Instant::MAX + Duration::from_days(1), Instant::MAX);
    }

    #[test]
    fn serialized_as_a_number() {
        assert_eq!(serde_json::to_string(&Instant::from_ms(-7)).unwrap(), "-7");
        assert_eq!(serde_json::from_str::<Instant>("12").unwrap(), Instant::from_ms(12));
        assert_eq!(Instant::from_ms(0).to_string(), "1970-01-01T00:00:00+00:00");
    }
}
