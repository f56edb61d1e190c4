//! Arithmetic of the civil calendar that the other files share.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The farthest wall-clock time on either side of 1970, in milliseconds: some 250,000 years,
/// which leaves room for an offset within what `chrono` can hold.
const FARTHEST: i64 = 91_000_000 * DAY;

/// The wall-clock time that many milliseconds after 1970-01-01T00:00, held within
/// [`FARTHEST`].
pub(super) fn wall(ms: i64) -> NaiveDateTime {
    let ms = ms.clamp(-FARTHEST, FARTHEST);
    DateTime::from_timestamp_millis(ms).unwrap_or_default().naive_utc()
}

/// Milliseconds from 1970-01-01T00:00 to a wall-clock time; anything finer is cut off.
pub(super) fn wall_ms(wall: NaiveDateTime) -> i64 {
    wall.and_utc().timestamp_millis()
}

/// Days from 1970-01-01 to a date; negative before it.
pub(super) fn day_number(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// The date that many days after 1970-01-01, held within what `chrono` can hold.
pub(super) fn date_of(day_number: i64) -> NaiveDate {
    wall(day_number.saturating_mul(DAY)).date()
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, years 0 to 9999.
///
/// Years are counted from March, so that the leap day is the last of its year and a month's first
/// day is a linear function of its number.
#[inline]
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + day_of_year - 719_468
}

/// The number of days of a month 1 to 12.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;

    #[test]
    fn every_day_of_ten_thousand_years_agrees_with_chrono() {
        let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        for date in first.iter_days().take_while(|date| *date <= last) {
            let (year, month) = (i64::from(date.year()), i64::from(date.month()));
            let days = days_from_civil(year, month, i64::from(date.day()));
            assert_eq!(days, i64::from(day_number(date)));
            assert_eq!(date_of(days), date);
            assert_eq!(days_in_month(year, month), i64::from(date.num_days_in_month()));
        }
    }

    #[test]
    fn what_is_too_far_is_held_at_the_end() {
        assert_eq!(wall(i64::MAX), wall(FARTHEST));
        assert_eq!(wall(i64::MIN), wall(-FARTHEST));
        assert_eq!(date_of(i64::MIN), wall(-FARTHEST).date());
        assert_ne!(wall(FARTHEST), wall(0));
    }
}
