//! When things happen: a process whose rate follows the day and the week of the community.

use super::random::Random;
use super::tables::{DAYS, EXPONENTIAL, HOURS};
use crate::time::{Instant, Zone};
use chrono::{Datelike, Days, NaiveDate, Timelike};

/// The rate is constant for a quarter of an hour; the clocks of all zones change at one.
const SLOT: u32 = 15 * 60;

/// The moments of a fixed number of events, in order.
///
/// They lie as if each had been thrown at the whole time on its own: of r that are left, the next one lies at the least
/// of r even throws over what is left, an exponential share of its r-th part.
#[derive(Debug)]
pub(super) struct Clock {
    /// The sum of the rates of all slots up to the end of each.
    ends: Vec<u64>,
    /// The slot at hand and the sum at its beginning and end.
    slot: usize,
    begin: u64,
    end: u64,
    /// The sum at the next moment.
    at: u64,
    /// How many moments lie ahead, the next one included.
    left: u64,
    seconds: u32,
}

impl Clock {
    pub(super) fn new(zone: Zone, start: NaiveDate, days: u64, moments: u64, random: &mut Random) -> Clock {
        let first = zone.day_start(start);
        let last = start.checked_add_days(Days::new(days)).map_or(first, |day| zone.day_start(day));
        let seconds = u32::try_from((last.ms() - first.ms()) / 1_000).unwrap_or_default().max(SLOT);
        let ends = (0..seconds / SLOT).scan(0, |sum, slot| {
            *sum += rate(zone, Instant::from_ms(first.ms() + i64::from(slot * SLOT) * 1_000));
            Some(*sum)
        });
        let ends: Vec<u64> = ends.collect();
        let end = ends.first().copied().unwrap_or_default();
        let mut clock = Clock { ends, slot: 0, begin: 0, end, at: 0, left: moments, seconds };
        clock.throw(random);
        clock
    }

    /// The whole time, in seconds.
    pub(super) fn seconds(&self) -> u32 {
        self.seconds
    }

    /// The second of the next moment, if one is left.
    #[inline]
    pub(super) fn next(&self) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        let within = (self.at - self.begin) * u64::from(SLOT) / (self.end - self.begin).max(1);
        Some(self.slot as u32 * SLOT + within as u32)
    }

    /// On to the moment after the next.
    #[inline]
    pub(super) fn advance(&mut self, random: &mut Random) {
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            self.throw(random);
        }
    }

    #[inline]
    fn throw(&mut self, random: &mut Random) {
        let ahead = self.ends.last().copied().unwrap_or_default() - self.at;
        let share = (u128::from(ahead / self.left) * u128::from(random.draw(&EXPONENTIAL))) >> 16;
        // The last moment of all still lies within the time.
        self.at += u64::try_from(share).unwrap_or(u64::MAX).min(ahead.saturating_sub(1));
        while self.at >= self.end && self.slot + 1 < self.ends.len() {
            self.slot += 1;
            self.begin = self.end;
            self.end = self.ends.get(self.slot).copied().unwrap_or(self.end);
        }
    }
}

/// How much happens in the slot that begins then: between full hours in proportion. Scaled up, so that even the time
/// between two of a billion moments is a large number.
fn rate(zone: Zone, at: Instant) -> u64 {
    let local = zone.local(at);
    let (hour, minute) = (local.hour() as usize, u64::from(local.minute()));
    let of = |hour: usize| u64::from(HOURS.get(hour % 24).copied().unwrap_or_default());
    let day = DAYS.get(local.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    ((of(hour) * (60 - minute) + of(hour + 1) * minute) * u64::from(day)) << 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(zone: &str, days: u64, count: u64) -> (Vec<u32>, u32) {
        let mut random = Random::new(1);
        let start = NaiveDate::from_ymd_opt(2025, 3, 1).unwrap();
        let mut clock = Clock::new(Zone::parse(zone).unwrap(), start, days, count, &mut random);
        let seconds = clock.seconds();
        let next = || {
            let moment = clock.next()?;
            clock.advance(&mut random);
            Some(moment)
        };
        (std::iter::from_fn(next).collect(), seconds)
    }

    #[test]
    fn there_are_so_many_moments_in_order_and_within_the_time() {
        for (zone, days, count) in [("UTC", 1, 1), ("Asia/Shanghai", 1, 50_000), ("America/New_York", 60, 7_000)] {
            let (moments, seconds) = moments(zone, days, count);
            assert_eq!(moments.len() as u64, count);
            assert!(moments.windows(2).all(|pair| pair[0] <= pair[1]));
            assert!(moments.last().is_some_and(|last| *last < seconds));
        }
    }

    #[test]
    fn days_with_a_clock_change_are_shorter() {
        assert_eq!(moments("Asia/Shanghai", 30, 1).1, 30 * 86_400);
        // The clocks of New York go forward on the 9th.
        assert_eq!(moments("America/New_York", 30, 1).1, 30 * 86_400 - 3_600);
    }

    #[test]
    fn evenings_have_more_moments_than_nights_and_saturdays_more_than_mondays() {
        let (moments, _) = moments("Asia/Shanghai", 28, 100_000);
        let within = |hours: std::ops::Range<u32>| {
            moments.iter().filter(|moment| hours.contains(&(*moment % 86_400 / 3_600))).count()
        };
        assert!(within(20..22) > 20 * within(2..4), "{} and {}", within(20..22), within(2..4));
        // The 1st is a Saturday.
        let on = |day: u32| moments.iter().filter(|moment| *moment / 86_400 % 7 == day).count();
        assert!(on(0) * 100 > on(2) * 115, "{} and {}", on(0), on(2));
    }
}
