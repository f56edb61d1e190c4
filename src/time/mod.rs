//! Instants, local calendars and schedules, with one stated policy for clock changes.
//!
//! Time is handled on two levels that never mix by accident. An [`Instant`] is a point on the one
//! time line of the world, in milliseconds; a local wall-clock time is a [`chrono::NaiveDateTime`]
//! and means nothing without a [`Zone`]. The zone alone turns one into the other:
//!
//! * a local time that the clocks skip stands for the first instant after the gap;
//! * a local time that comes twice stands for the first of the two.
//!
//! Both are one rule: *a local time happens when the clock first shows it or a later time*. So a
//! later local time never happens before an earlier one, and a [`Schedule`] can enumerate local
//! times without a thought for clock changes.
//!
//! Nothing here reads the clock of the machine.

mod calendar;
mod civil;
mod clock;
mod cron;
mod cron_error;
mod duration;
mod instant;
mod schedule;
mod weekday;
mod zone;

#[cfg(test)]
mod tests;

pub use calendar::{Calendar, DayCache, Period};
pub use clock::{TimeOfDay, TimeOfDayError};
pub use cron::{CronField, CronLine};
pub use cron_error::{CronError, CronProblem};
pub use duration::{Duration, DurationError};
pub use instant::{Instant, InstantError};
pub use schedule::{MonthDay, Schedule};
pub use weekday::{DaySet, Weekday};
pub use zone::{Gap, Occurrence, Zone};
