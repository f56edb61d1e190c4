//! Meters that keep a connector below what a platform takes: a token bucket each, and pauses that were asked for.
//!
//! A bucket holds `burst` tokens and gains one every so often that in no stretch of `seconds` more than `most` are spent.
//! What it holds follows from one instant (when it will be full again), which is kept in the store: a restart does not
//! begin with full buckets.

use super::facts::{Of, Rate};
use super::{Deed, Delivery, How, Rest};
use crate::time::{Duration, Instant};
use std::collections::BTreeMap;

/// One meter: its name, and the instant that says how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Which.
    pub name: String,
    /// Of a bucket, when it is full again; of a pause, when it ends.
    pub at: Instant,
}

/// All meters of one connector.
#[derive(Debug, Default)]
pub struct Meters {
    rates: Vec<Rate>,
    stand: BTreeMap<String, Instant>,
}

impl Rate {
    /// How long it takes to gain a token.
    fn interval(self) -> i64 {
        let (window, gained) = (i64::from(self.seconds) * 1000, i64::from(self.most.saturating_sub(self.burst)) + 1);
        // Rounded up: rather a little less than a little too much.
        (window + gained - 1) / gained
    }

    /// How long before it is full a bucket still has a token.
    fn slack(self) -> i64 {
        i64::from(self.burst.saturating_sub(1)) * self.interval()
    }
}

impl Meters {
    /// With what the store has kept.
    #[must_use]
    pub fn new(rates: Vec<Rate>, kept: Vec<Meter>) -> Meters {
        Meters { rates, stand: kept.into_iter().map(|meter| (meter.name, meter.at)).collect() }
    }

    /// Whether there is anything to keep before something is sent.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        !self.rates.is_empty()
    }

    /// When this may be sent.
    #[must_use]
    pub fn ready(&self, delivery: &Delivery<'_>, now: Instant) -> Instant {
        let pauses = [pause(Some(delivery.destination)), pause(None)];
        let paused = pauses.iter().filter_map(|name| self.stand.get(name)).copied();
        let spent = self.buckets(delivery).filter_map(|(name, rate)| {
            // Where the clock was set back, a bucket is at worst empty.
            let full = (*self.stand.get(&name)?).min(now + Duration::from_ms(rate.slack() + rate.interval()));
            Some(full - Duration::from_ms(rate.slack()))
        });
        paused.chain(spent).max().unwrap_or(now).max(now)
    }

    /// Takes a token of every bucket that counts this; the meters as they stand then.
    pub fn spend(&mut self, delivery: &Delivery<'_>, now: Instant) -> Vec<Meter> {
        let buckets: Vec<(String, Rate)> = self.buckets(delivery).collect();
        let spent = buckets.into_iter().map(|(name, rate)| {
            let before = self.stand.get(&name).copied().unwrap_or(now).max(now);
            let before = before.min(now + Duration::from_ms(rate.slack()));
            Meter { name, at: before + Duration::from_ms(rate.interval()) }
        });
        let spent: Vec<Meter> = spent.collect();
        self.stand.extend(spent.iter().map(|meter| (meter.name.clone(), meter.at)));
        spent
    }

    /// Sends nothing for a while, as the other side asks.
    pub fn rest(&mut self, delivery: &Delivery<'_>, rest: Rest, now: Instant) -> Meter {
        let name = pause(Some(delivery.destination).filter(|_| !rest.all));
        let meter = Meter { name, at: now + rest.during };
        self.stand.insert(meter.name.clone(), meter.at);
        meter
    }

    fn buckets(&self, delivery: &Delivery<'_>) -> impl Iterator<Item = (String, Rate)> {
        let direct = matches!(delivery.deed, Deed::Say { how: How::Direct, .. });
        self.rates.iter().enumerate().filter_map(move |(number, rate)| match rate.of {
            Of::All => Some((format!("rate {number}"), *rate)),
            Of::Group if direct => None,
            Of::Group | Of::Destination => Some((format!("rate {number} {}", delivery.destination), *rate)),
        })
    }
}

fn pause(destination: Option<&str>) -> String {
    destination.map_or_else(|| "pause".to_owned(), |destination| format!("pause {destination}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery<'a>(destination: &'a str, action: &'a str) -> Delivery<'a> {
        Delivery::read("i", action, "{}", destination, Instant::from_ms(0)).unwrap()
    }

    /// When each of so many would be sent.
    fn sent(meters: &mut Meters, delivery: &Delivery<'_>, count: usize) -> Vec<i64> {
        let mut now = Instant::from_ms(0);
        let mut sent = Vec::new();
        for _ in 0..count {
            now = meters.ready(delivery, now);
            meters.spend(delivery, now);
            sent.push(now.ms());
        }
        sent
    }

    #[test]
    fn no_stretch_of_time_has_too_many() {
        for (most, seconds, burst) in [(20, 60, 5), (1, 1, 1), (18, 60, 3), (30, 1, 5), (34, 60, 5), (7, 10, 7)] {
            let rate = Rate { most, seconds, burst, of: Of::Group };
            let sent = sent(&mut Meters::new(vec![rate], Vec::new()), &delivery("g", "post"), 100);
            for (position, at) in sent.iter().enumerate() {
                let window = i64::from(seconds) * 1000;
                let within = sent.iter().skip(position).take_while(|later| **later < at + window).count();
                assert!(within <= most as usize, "{rate:?}: {within} from {at}");
            }
            assert_eq!(sent[burst as usize - 1], 0, "{rate:?}");
        }
    }

    #[test]
    fn a_restart_goes_on_with_what_was_spent() {
        let rate = Rate { most: 20, seconds: 60, burst: 5, of: Of::Destination };
        let post = delivery("g", "post");
        let (mut meters, mut kept) = (Meters::new(vec![rate], Vec::new()), Vec::new());
        for _ in 0..5 {
            kept = meters.spend(&post, Instant::from_ms(0));
        }
        let again = Meters::new(vec![rate], kept.clone());
        assert_eq!(again.ready(&post, Instant::from_ms(0)).ms(), 3750);
        assert_eq!(again.ready(&delivery("h", "post"), Instant::from_ms(0)).ms(), 0);
        // A clock that was set back by an hour does not hold everything up for an hour.
        let back = Instant::from_ms(-3_600_000);
        assert_eq!((again.ready(&post, back) - back).ms(), 3750);
    }

    #[test]
    fn what_goes_to_one_person_is_not_counted_for_a_group() {
        let rate = Rate { most: 1, seconds: 60, burst: 1, of: Of::Group };
        let mut meters = Meters::new(vec![rate], Vec::new());
        assert_eq!(sent(&mut meters, &delivery("m", "dm"), 3), [0, 0, 0]);
        assert_eq!(sent(&mut meters, &delivery("m", "post"), 2), [0, 60_000]);
    }

    #[test]
    fn a_pause_holds_for_a_destination_or_for_all() {
        let mut meters = Meters::default();
        let (a, b, zero) = (delivery("a", "post"), delivery("b", "post"), Instant::from_ms(0));
        let rest = |all| Rest { during: Duration::from_ms(500), all };
        meters.rest(&a, rest(false), zero);
        assert_eq!((meters.ready(&a, zero).ms(), meters.ready(&b, zero).ms()), (500, 0));
        let kept = meters.rest(&a, rest(true), zero);
        assert_eq!(meters.ready(&b, zero).ms(), 500);
        assert_eq!(Meters::new(Vec::new(), vec![kept]).ready(&b, zero).ms(), 500);
    }
}
