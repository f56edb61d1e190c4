//! The times of a scenario: from its start, or local.

use super::mistake::Mistake;
use crate::time::{Duration, Instant, TimeOfDay, Zone};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// When a scenario starts, and the zone of its local times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The start.
    pub start: Instant,
    /// Whose clock its local times are read from.
    pub zone: Zone,
}

impl Clock {
    /// A time from the start: `+2h`, `+0s`.
    pub(super) fn offset(&self, text: &str) -> Option<Result<Instant, Mistake>> {
        let length = text.strip_prefix('+')?;
        Some(match Duration::parse(length) {
            Ok(length) => Ok(self.start + length),
            Err(why) => Err(Mistake::Time { text: text.to_owned(), help: why.help().to_owned() }),
        })
    }

    /// `day N` at a time of day: the start's local date is day 1.
    pub(super) fn day(&self, day: u64, time: TimeOfDay) -> Option<Instant> {
        let date = self.zone.date(self.start).checked_add_days(Days::new(day.checked_sub(1)?))?;
        Some(self.zone.instant(date.and_time(time.naive())))
    }

    /// A time as a field or an argument has it, in one word: `+2h`, `2026-03-01T09:00`, or with an offset.
    pub(super) fn word(&self, text: &str) -> Option<Instant> {
        match self.offset(text) {
            Some(at) => at.ok(),
            None => Instant::parse(text).ok().or_else(|| local(text, self.zone)),
        }
    }

    /// An instant as a scenario would write it: `+2h (2026-03-01 11:00)`.
    #[must_use]
    pub fn shown(&self, at: Instant) -> String {
        format!("{} ({})", self.since(at), self.local(at))
    }

    /// How long after the start.
    #[must_use]
    pub fn since(&self, at: Instant) -> String {
        let since = at - self.start;
        if since.ms() < 0 { since.to_string() } else { format!("+{since}") }
    }

    /// The local time, with seconds where there are some.
    #[must_use]
    pub fn local(&self, at: Instant) -> String {
        let local = self.zone.local(at);
        let form = if at.ms() % 60_000 == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        local.format(form).to_string()
    }
}

/// A local time: a date, or a date with a time after a space or a `T`.
pub(super) fn local(text: &str, zone: Zone) -> Option<Instant> {
    if let Some(date) = date(text) {
        return Some(zone.instant(date.and_time(NaiveTime::MIN)));
    }
    let text = text.replacen(' ', "T", 1);
    let read = |form: &&str| NaiveDateTime::parse_from_str(&text, form).ok();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(read).map(|local| zone.instant(local))
}

/// A date alone.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown() {
        let zone = Zone::parse("Asia/Shanghai").unwrap();
        let clock = Clock { start: local("2026-03-01 09:00", zone).unwrap(), zone };
        let shown = |text: &str| clock.word(text).map(|at| clock.shown(at));
        assert_eq!(shown("+2h").as_deref(), Some("+2h (2026-03-01 11:00)"));
        assert_eq!(shown("+4s").as_deref(), Some("+4s (2026-03-01 09:00:04)"));
        assert_eq!(shown("2026-03-02T00:00").as_deref(), Some("+15h (2026-03-02 00:00)"));
        assert_eq!(shown("2026-03-01T00:00:00Z").as_deref(), Some("-1h (2026-03-01 08:00)"));
        assert_eq!(shown("soon"), None);
        assert_eq!(
            clock.day(2, TimeOfDay::parse("10:00").unwrap()).map(|at| clock.since(at)).as_deref(),
            Some("+1d1h")
        );
    }
}
