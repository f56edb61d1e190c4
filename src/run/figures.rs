//! What a run counts and measures since its start, and how Prometheus is told.

use super::executor::Receipt;
use crate::time::Instant;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// What has been counted since the start.
#[derive(Debug, Default)]
pub struct Figures {
    /// Events that were taken.
    pub taken: AtomicU64,
    /// Of these, late ones.
    pub late: AtomicU64,
    /// Of these, early ones.
    pub early: AtomicU64,
    /// Events that had been taken before.
    pub repeated: AtomicU64,
    /// Other events under an id that was taken.
    pub conflicts: AtomicU64,
    /// Events of kinds that the playbook does not know.
    pub unknown: AtomicU64,
    /// Lines that were no events.
    pub refused: AtomicU64,
    /// Transactions with events.
    pub commits: AtomicU64,
    /// How far behind the clock a timer was worked off, at most, in milliseconds.
    pub lag_ms: AtomicU64,
    /// How far behind the clock the last timer was.
    pub last_lag_ms: AtomicU64,
    /// Requests without or with a wrong token or signature.
    pub denied: AtomicU64,
    /// Requests turned away since too many waited.
    pub overflowed: AtomicU64,
    /// Requests that were too large, too slow or malformed.
    pub malformed: AtomicU64,
    /// Connections closed since the head of a request did not come.
    pub slow: AtomicU64,
    /// Deliveries that were accepted.
    pub delivered: AtomicU64,
    /// Deliveries to be tried again.
    pub retried: AtomicU64,
    /// Deliveries of which nobody knows whether they were accepted.
    pub uncertain: AtomicU64,
    /// Deliveries that were given up.
    pub dead: AtomicU64,
    /// Deliveries that came too late.
    pub expired: AtomicU64,
    /// Deliveries that wait for their first or next try.
    pub pending: AtomicU64,
    /// Ends of sanctions whose time has not come.
    pub later: AtomicU64,
    /// Deliveries being sent.
    pub sending: AtomicU64,
    /// Deliveries that people have to decide on, since nobody knows whether they were accepted.
    pub unsettled: AtomicU64,
    /// When the first of them was decided, in milliseconds; 0 where none waits.
    pub oldest: AtomicI64,
    /// Whether deliveries are held.
    pub paused: AtomicU64,
    /// Snapshots taken.
    pub snapshots: AtomicU64,
    /// Versions of the playbook that have taken over.
    pub reloads: AtomicU64,
    /// Versions that were to take over and are wrong.
    pub reloads_refused: AtomicU64,
    /// How long the engine and the writing of its answers took, by transaction.
    pub step: Histogram,
    /// How long it took until a transaction was on the disk.
    pub commit: Histogram,
}

/// How often something took how long.
#[derive(Debug, Default)]
pub struct Histogram {
    counts: [AtomicU64; BOUNDS.len()],
    beyond: AtomicU64,
    micros: AtomicU64,
}

/// The upper bounds of the counts, in microseconds, and as they are told, in seconds.
const BOUNDS: [(u64, &str); 14] = [
    (100, "0.0001"),
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (5_000_000, "5"),
];

impl Histogram {
    /// Counts one more.
    pub fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS.iter().zip(&self.counts).find(|((bound, _), _)| micros <= *bound);
        place.map_or(&self.beyond, |(_, count)| count).fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn tell(&self, text: &mut String, name: &str, help: &str) {
        let mut sum = 0;
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram");
        for ((_, bound), count) in BOUNDS.iter().zip(&self.counts) {
            sum += count.load(Ordering::Relaxed);
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {sum}");
        }
        sum += self.beyond.load(Ordering::Relaxed);
        let micros = self.micros.load(Ordering::Relaxed);
        let _ = writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {sum}");
        let _ = writeln!(text, "{name}_sum {}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let _ = writeln!(text, "{name}_count {sum}");
    }
}

impl Figures {
    pub(super) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self, receipt: &Receipt) {
        use super::arrival::Off;
        let counter = match receipt {
            Receipt::Taken { off, .. } => {
                match off {
                    Off::Not => {}
                    Off::Late => Figures::add(&self.late),
                    Off::Early => Figures::add(&self.early),
                }
                &self.taken
            }
            Receipt::Repeated => &self.repeated,
            Receipt::Conflict => &self.conflicts,
            Receipt::Unknown(_) => &self.unknown,
            Receipt::Refused(_) => &self.refused,
        };
        Figures::add(counter);
    }

    /// Everything in the text form of Prometheus.
    #[must_use]
    pub fn metrics(&self, now: Instant) -> String {
        let oldest = self.oldest.load(Ordering::Relaxed);
        let age = if oldest == 0 { 0 } else { u64::try_from(now.ms() - oldest).unwrap_or(0) };
        let counters = [
            ("qun_events_taken_total", "counter", "Events taken.", &self.taken),
            ("qun_events_late_total", "counter", "Events taken later than their time.", &self.late),
            ("qun_events_early_total", "counter", "Events taken before their time.", &self.early),
            ("qun_events_repeated_total", "counter", "Events taken before.", &self.repeated),
            ("qun_events_conflicting_total", "counter", "Other events under an id that was taken.", &self.conflicts),
            ("qun_events_unknown_total", "counter", "Events of a kind that the playbook does not know.", &self.unknown),
            ("qun_events_refused_total", "counter", "Lines that are no events.", &self.refused),
            ("qun_commits_total", "counter", "Transactions with events.", &self.commits),
            ("qun_snapshots_total", "counter", "Snapshots taken.", &self.snapshots),
            ("qun_reloads_total", "counter", "Versions of the playbook that took over.", &self.reloads),
            ("qun_reloads_refused_total", "counter", "Versions that were wrong.", &self.reloads_refused),
            ("qun_requests_denied_total", "counter", "Requests without a right to hand events in.", &self.denied),
            ("qun_requests_overflowed_total", "counter", "Requests turned away, too many waited.", &self.overflowed),
            ("qun_requests_malformed_total", "counter", "Requests too large, slow or malformed.", &self.malformed),
            (
                "qun_requests_slow_total",
                "counter",
                "Connections closed, the head of a request did not come.",
                &self.slow,
            ),
            ("qun_deliveries_done_total", "counter", "Deliveries accepted.", &self.delivered),
            ("qun_deliveries_retried_total", "counter", "Tries that have to be made again.", &self.retried),
            ("qun_deliveries_uncertain_total", "counter", "Deliveries nobody knows of.", &self.uncertain),
            ("qun_deliveries_dead_total", "counter", "Deliveries given up.", &self.dead),
            ("qun_deliveries_expired_total", "counter", "Deliveries too late to make sense.", &self.expired),
            ("qun_outbox_age_milliseconds", "gauge", "How long the first of them has waited.", &AtomicU64::new(age)),
            ("qun_paused", "gauge", "Whether deliveries are held.", &self.paused),
            ("qun_clock_lag_milliseconds", "gauge", "How late the last timer was worked off.", &self.last_lag_ms),
            ("qun_clock_lag_milliseconds_max", "gauge", "How late a timer was worked off, at most.", &self.lag_ms),
        ];
        let mut text = String::new();
        for (name, sort, help, counter) in counters {
            let count = counter.load(Ordering::Relaxed);
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {sort}\n{name} {count}");
        }
        let states = [
            ("pending", &self.pending),
            ("later", &self.later),
            ("sending", &self.sending),
            ("uncertain", &self.unsettled),
        ];
        let _ = writeln!(text, "# HELP qun_outbox_waiting Deliveries not settled.\n# TYPE qun_outbox_waiting gauge");
        for (state, count) in states {
            let _ = writeln!(text, "qun_outbox_waiting{{state=\"{state}\"}} {}", count.load(Ordering::Relaxed));
        }
        self.step.tell(&mut text, "qun_step_seconds", "How long the work of a transaction took.");
        self.commit.tell(&mut text, "qun_commit_seconds", "How long it took until a transaction was on the disk.");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_how_long_adds_up() {
        let histogram = Histogram::default();
        for micros in [50, 100, 101, 2_000_000, 9_000_000] {
            histogram.add(Duration::from_micros(micros));
        }
        let mut text = String::new();
        histogram.tell(&mut text, "x", "y");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2..4], ["x_bucket{le=\"0.0001\"} 2", "x_bucket{le=\"0.00025\"} 3"]);
        assert_eq!(lines[15..], ["x_bucket{le=\"5\"} 4", "x_bucket{le=\"+Inf\"} 5", "x_sum 11.000251", "x_count 5"]);
    }

    #[test]
    fn the_first_delivery_that_waits_has_an_age() {
        let figures = Figures::default();
        assert!(figures.metrics(Instant::from_ms(9_000)).contains("\nqun_outbox_age_milliseconds 0\n"));
        figures.oldest.store(2_000, Ordering::Relaxed);
        assert!(figures.metrics(Instant::from_ms(9_000)).contains("\nqun_outbox_age_milliseconds 7000\n"));
    }
}
