//! Days of the week and sets of them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the week, Monday first. Displayed, read and serialized in lower-case English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The seven days, from Monday to Sunday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The name as the language writes it: `monday`.
    pub const fn name(self) -> &'static str {
        match self {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        }
    }

    /// The day of that name, as [`Weekday::name`] writes it.
    pub fn parse(name: &str) -> Option<Weekday> {
        Weekday::ALL.into_iter().find(|day| day.name() == name)
    }

    /// How many days ago the last `start` was, 0 to 6; 0 if this is one.
    pub const fn days_since(self, start: Weekday) -> u8 {
        (self as u8 + 7 - start as u8) % 7
    }
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Weekday {
        match day {
            chrono::Weekday::Mon => Weekday::Monday,
            chrono::Weekday::Tue => Weekday::Tuesday,
            chrono::Weekday::Wed => Weekday::Wednesday,
            chrono::Weekday::Thu => Weekday::Thursday,
            chrono::Weekday::Fri => Weekday::Friday,
            chrono::Weekday::Sat => Weekday::Saturday,
            chrono::Weekday::Sun => Weekday::Sunday,
        }
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of days of the week.
///
/// Displayed as the language writes it after `every`: `day`, `weekday`, `weekend` or the days in
/// order. Serialized as the list of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct DaySet(u8);

impl DaySet {
    /// No day.
    pub const NONE: DaySet = DaySet(0);
    /// All seven days.
    pub const EVERY_DAY: DaySet = DaySet(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: DaySet = DaySet(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: DaySet = DaySet(0b110_0000);

    /// The set with one day more.
    #[must_use]
    pub const fn with(self, day: Weekday) -> DaySet {
        DaySet(self.0 | 1 << day as u8)
    }

    /// The days of either set.
    #[must_use]
    pub const fn union(self, other: DaySet) -> DaySet {
        DaySet(self.0 | other.0)
    }

    /// Whether the day is in the set.
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day as u8) != 0
    }

    /// Whether the set has no day.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days of the set, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL.into_iter().filter(move |day| self.contains(*day))
    }
}

impl FromIterator<Weekday> for DaySet {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> DaySet {
        days.into_iter().fold(DaySet::NONE, DaySet::with)
    }
}

impl From<Vec<Weekday>> for DaySet {
    fn from(days: Vec<Weekday>) -> DaySet {
        days.into_iter().collect()
    }
}

impl From<DaySet> for Vec<Weekday> {
    fn from(days: DaySet) -> Vec<Weekday> {
        days.iter().collect()
    }
}

impl fmt::Display for DaySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DaySet::EVERY_DAY => f.write_str("day"),
            DaySet::WEEKDAYS => f.write_str("weekday"),
            DaySet::WEEKEND => f.write_str("weekend"),
            DaySet::NONE => f.write_str("no day"),
            days => f.write_str(&days.iter().map(Weekday::name).collect::<Vec<_>>().join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_and_counted() {
        for day in Weekday::ALL {
            assert_eq!(Weekday::parse(day.name()), Some(day));
            assert_eq!(day.days_since(day), 0);
            assert_eq!(serde_json::to_string(&day).unwrap(), format!("\"{day}\""));
        }
        assert_eq!(Weekday::Sunday.days_since(Weekday::Monday), 6);
        assert_eq!(Weekday::Monday.days_since(Weekday::Sunday), 1);
        assert_eq!(Weekday::parse("mon"), None);
        assert_eq!(Weekday::from(chrono::Weekday::Sun), Weekday::Sunday);
    }

    #[test]
    fn sets_read_as_in_the_language() {
        let some: DaySet = [Weekday::Thursday, Weekday::Tuesday].into_iter().collect();
        assert_eq!(some.to_string(), "tuesday, thursday");
        assert_eq!(DaySet::EVERY_DAY.to_string(), "day");
        assert_eq!(DaySet::WEEKDAYS.union(DaySet::WEEKEND), DaySet::EVERY_DAY);
        assert!(some.contains(Weekday::Tuesday) && !some.contains(Weekday::Sunday));
        assert!(DaySet::NONE.is_empty());
        assert_eq!(serde_json::to_string(&some).unwrap(), r#"["tuesday","thursday"]"#);
        assert_eq!(serde_json::from_str::<DaySet>(r#"["thursday","tuesday"]"#).unwrap(), some);
    }
}
