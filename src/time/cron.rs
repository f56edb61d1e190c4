//! Cron lines of five fields, as crontab(5) defines them.
//!
//! The line is read here, because the `cron` crate speaks another dialect: it wants seconds,
//! numbers weekdays from 1, and fires only when both kinds of day match. What it gets are plain
//! lists of numbers; it enumerates local times, without a zone.

use super::{CronError, CronProblem};
use chrono::{DateTime, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;
use std::{fmt, iter};

/// A cron line of five fields: minute, hour, day of month, month, day of week.
///
/// Fields are `*`, numbers, ranges `1-5`, steps `*/2` and `1-9/2`, lists of these, and for months
/// and weekdays the first three letters of English names. Sunday is 0 or 7. When both kinds of day
/// are restricted (do not begin with `*`), *either* fires; else both must match.
///
/// Displayed and serialized as its text, with single spaces; equal when the texts are.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronLine {
    text: String,
    /// Compiled: it fires when one of them does.
    schedules: Arc<[::cron::Schedule]>,
}

impl CronLine {
    /// Reads and compiles a line.
    ///
    /// # Errors
    /// Says which field and which word of it is wrong: see [`CronError`].
    pub fn parse(text: &str) -> Result<CronLine, CronError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = *words.as_slice() else {
            return Err(CronError::field_count(&words));
        };
        let time = [CronField::Minute.parse(minute)?, CronField::Hour.parse(hour)?];
        let day = CronField::DayOfMonth.parse(day)?;
        let month = CronField::Month.parse(month)?;
        let weekday = CronField::DayOfWeek.parse(weekday)?;
        let line = CronLine { text: words.join(" "), schedules: compile(time, day, month, weekday)? };
        line.next_local(DateTime::UNIX_EPOCH.naive_utc()).ok_or(CronError::NeverFires)?;
        Ok(line)
    }

    /// The line's text, with single spaces.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first local time strictly after another that the line names, up to the year 2100.
    pub fn next_local(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        // A zone without clock changes makes the crate count wall-clock times.
        let after = after.and_utc();
        let nexts = self.schedules.iter().filter_map(|schedule| schedule.after(&after).next());
        nexts.min().map(|next| next.naive_utc())
    }
}

/// One schedule where both kinds of day must match, two where either may.
fn compile(
    [minute, hour]: [Values; 2],
    day: Values,
    month: Values,
    weekday: Values,
) -> Result<Arc<[::cron::Schedule]>, CronError> {
    let schedule = |day: &str, weekday: &str| {
        let line = format!("0 {minute} {hour} {day} {month} {weekday}");
        ::cron::Schedule::from_str(&line).map_err(|error| CronError::Refused(error.to_string()))
    };
    let (days, weekdays) = (day.to_string(), weekday.numbered_from_one().to_string());
    if day.starred || weekday.starred {
        Ok(Arc::new([schedule(&days, &weekdays)?]))
    } else {
        Ok(Arc::new([schedule(&days, "*")?, schedule("*", &weekdays)?]))
    }
}

/// The values that a field takes, as a set of bits.
#[derive(Clone, Copy, Default)]
struct Values {
    bits: u64,
    /// Whether the field begins with `*`, which crontab(5) calls not restricted.
    starred: bool,
}

impl Values {
    fn contains(self, value: u32) -> bool {
        self.bits & (1 << value) != 0
    }

    /// Weekdays 0 to 7 become 1 to 7, Sunday first, as the crate numbers them.
    fn numbered_from_one(self) -> Values {
        let sunday = self.contains(0) || self.contains(7);
        let days = self.bits & 0b111_1110;
        Values { bits: days << 1 | u64::from(sunday) << 1, ..self }
    }
}

/// The list of values, as the crate reads it.
impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = (0..u64::BITS).filter(|value| self.contains(*value));
        let values: Vec<String> = values.map(|value| value.to_string()).collect();
        f.write_str(&values.join(","))
    }
}

/// One of the five fields of a cron line. Displayed as `minute`, `day of month` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CronField {
    /// The first field: 0 to 59.
    Minute,
    /// The second field: 0 to 23.
    Hour,
    /// The third field: 1 to 31.
    DayOfMonth,
    /// The fourth field: 1 to 12, or names.
    Month,
    /// The fifth field: 0 to 7, both ends Sunday, or names.
    DayOfWeek,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl CronField {
    /// The least and the greatest number that the field takes.
    pub const fn bounds(self) -> (u32, u32) {
        match self {
            CronField::Minute => (0, 59),
            CronField::Hour => (0, 23),
            CronField::DayOfMonth => (1, 31),
            CronField::Month => (1, 12),
            CronField::DayOfWeek => (0, 7),
        }
    }

    /// The names that the field takes, in the order of their numbers; none for most fields.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            CronField::Month => &MONTHS,
            CronField::DayOfWeek => &WEEKDAYS,
            _ => &[],
        }
    }

    fn parse(self, text: &str) -> Result<Values, CronError> {
        let mut values = Values { bits: 0, starred: text.starts_with('*') };
        for part in text.split(',') {
            let (first, last, step) = self.part(part).map_err(|problem| CronError::Field {
                field: self,
                token: if part.is_empty() { text } else { part }.to_owned(),
                problem,
            })?;
            let taken = iter::successors(Some(first), |value| value.checked_add(step));
            for value in taken.take_while(|value| *value <= last) {
                values.bits |= 1 << value;
            }
        }
        Ok(values)
    }

    /// One part of a list, as its first and last value and the step between values.
    fn part(self, part: &str) -> Result<(u32, u32, u32), CronProblem> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = self.range(range)?;
        let step = step.map(|step| self.step(step, range)).transpose()?;
        Ok((first, last, step.unwrap_or(1)))
    }

    fn range(self, range: &str) -> Result<(u32, u32), CronProblem> {
        if range == "*" {
            return Ok(self.bounds());
        }
        let Some((first, last)) = range.split_once('-') else {
            let value = self.value(range)?;
            return Ok((value, value));
        };
        let (first, last) = (self.value(first)?, self.last_value(last)?);
        if first > last {
            return Err(CronProblem::Backwards);
        }
        Ok((first, last))
    }

    /// The end of a range: there Sunday by name is the day after Saturday.
    fn last_value(self, text: &str) -> Result<u32, CronProblem> {
        match self.value(text)? {
            0 if self == CronField::DayOfWeek && text != "0" => Ok(7),
            value => Ok(value),
        }
    }

    fn value(self, text: &str) -> Result<u32, CronProblem> {
        if let Some(value) = self.named(text) {
            return Ok(value);
        }
        let (least, greatest) = self.bounds();
        match number(text) {
            Some(value) if (least..=greatest).contains(&value) => Ok(value),
            Some(_) => Err(CronProblem::OutOfRange),
            None => Err(self.not_a_value(text)),
        }
    }

    fn named(self, text: &str) -> Option<u32> {
        let names = self.names().iter();
        let mut numbers = names.zip(self.bounds().0..);
        numbers.find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, number)| number)
    }

    fn not_a_value(self, text: &str) -> CronProblem {
        if text.is_empty() {
            return CronProblem::Empty;
        }
        match self.extension(text) {
            Some(sign) => CronProblem::Unsupported(sign),
            None => CronProblem::NotAValue,
        }
    }

    /// The sign of another cron dialect that a value has: `L`, `15W`, `5L`, `LW`, `fri#2`, `?`.
    fn extension(self, text: &str) -> Option<char> {
        if let Some(sign) = text.chars().find(|c| matches!(c, '#' | '?')) {
            return Some(sign);
        }
        let text = text.to_ascii_uppercase();
        let (rest, sign) = ['L', 'W'].into_iter().find_map(|sign| text.strip_suffix(sign).map(|rest| (rest, sign)))?;
        let known = ["", "L"].contains(&rest) || number(rest).is_some();
        (known || self.named(rest).is_some()).then_some(sign)
    }

    fn step(self, step: &str, range: &str) -> Result<u32, CronProblem> {
        let value = number(step).ok_or(CronProblem::Step)?;
        if range != "*" && !range.contains('-') {
            return Err(CronProblem::StepWithoutRange);
        }
        let (_, greatest) = self.bounds();
        if (1..=greatest).contains(&value) { Ok(value) } else { Err(CronProblem::Step) }
    }
}

/// A number of digits alone; one that is too large is as large as can be.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

impl fmt::Display for CronField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CronField::Minute => "minute",
            CronField::Hour => "hour",
            CronField::DayOfMonth => "day of month",
            CronField::Month => "month",
            CronField::DayOfWeek => "day of week",
        })
    }
}

impl PartialEq for CronLine {
    fn eq(&self, other: &CronLine) -> bool {
        self.text == other.text
    }
}

impl Eq for CronLine {}

impl Hash for CronLine {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for CronLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CronLine").field(&self.text).finish()
    }
}

impl fmt::Display for CronLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for CronLine {
    type Err = CronError;

    fn from_str(text: &str) -> Result<CronLine, CronError> {
        CronLine::parse(text)
    }
}

impl TryFrom<String> for CronLine {
    type Error = CronError;

    fn try_from(text: String) -> Result<CronLine, CronError> {
        CronLine::parse(&text)
    }
}

impl From<CronLine> for String {
    fn from(line: CronLine) -> String {
        line.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first firings after Friday 2024-03-01 00:00, as `MM-DD HH:MM`.
    fn firings(text: &str, count: usize) -> Vec<String> {
        let line = CronLine::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let start = "2024-02-29T23:59:59".parse().unwrap();
        let next = |after: &NaiveDateTime| line.next_local(*after);
        let all = iter::successors(line.next_local(start), next);
        all.take(count).map(|local| local.format("%m-%d %H:%M").to_string()).collect()
    }

    fn error(text: &str) -> CronError {
        CronLine::parse(text).unwrap_err()
    }

    fn problem(text: &str) -> CronProblem {
        match error(text) {
            CronError::Field { problem, .. } => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table_of_crontab() {
        let table: [(&str, &[&str]); 30] = [
            // Sunday is 0 or 7; 1 is Monday.
            ("0 9 * * 0", &["03-03 09:00", "03-10 09:00"]),
            ("0 9 * * 7", &["03-03 09:00", "03-10 09:00"]),
            ("0 9 * * 1", &["03-04 09:00", "03-11 09:00"]),
            ("0 9 * * 6", &["03-02 09:00", "03-09 09:00"]),
            ("0 9 * * 1-5", &["03-01 09:00", "03-04 09:00", "03-05 09:00"]),
            ("0 9 * * 5-7", &["03-01 09:00", "03-02 09:00", "03-03 09:00", "03-08 09:00"]),
            ("0 9 * * 0-7", &["03-01 09:00", "03-02 09:00"]),
            ("0 9 * * 0,6", &["03-02 09:00", "03-03 09:00", "03-09 09:00"]),
            ("0 9 * * */2", &["03-02 09:00", "03-03 09:00", "03-05 09:00", "03-07 09:00"]),
            // Names, in any case, also in ranges and lists.
            ("0 9 * * sun", &["03-03 09:00", "03-10 09:00"]),
            ("0 9 * * MON-Fri", &["03-01 09:00", "03-04 09:00"]),
            ("0 9 * * fri-sun", &["03-01 09:00", "03-02 09:00", "03-03 09:00", "03-08 09:00"]),
            ("0 9 * * sun-tue", &["03-03 09:00", "03-04 09:00", "03-05 09:00", "03-10 09:00"]),
            ("0 9 * * tue,thu", &["03-05 09:00", "03-07 09:00", "03-12 09:00"]),
            ("0 9 1 jan,JUL *", &["07-01 09:00", "01-01 09:00"]),
            ("0 9 1 apr-jun *", &["04-01 09:00", "05-01 09:00", "06-01 09:00", "04-01 09:00"]),
            // Minutes and hours.
            ("* * * * *", &["03-01 00:00", "03-01 00:01", "03-01 00:02"]),
            ("30 8 * * *", &["03-01 08:30", "03-02 08:30"]),
            ("*/20 * * * *", &["03-01 00:00", "03-01 00:20", "03-01 00:40", "03-01 01:00"]),
            ("5-59/25 * * * *", &["03-01 00:05", "03-01 00:30", "03-01 00:55", "03-01 01:05"]),
            ("0 0-23/8 * * *", &["03-01 00:00", "03-01 08:00", "03-01 16:00", "03-02 00:00"]),
            ("0,15 9,18 * * *", &["03-01 09:00", "03-01 09:15", "03-01 18:00", "03-01 18:15"]),
            // Days of the month.
            ("0 9 1 * *", &["03-01 09:00", "04-01 09:00"]),
            ("0 9 31 * *", &["03-31 09:00", "05-31 09:00", "07-31 09:00"]),
            ("0 0 29 2 *", &["02-29 00:00", "02-29 00:00"]),
            // Both kinds of day restricted: either.
            ("0 9 13 * 5", &["03-01 09:00", "03-08 09:00", "03-13 09:00", "03-15 09:00"]),
            ("0 9 1,15 * sun", &["03-01 09:00", "03-03 09:00", "03-10 09:00", "03-15 09:00"]),
            ("0 9 31 2 1", &["02-03 09:00", "02-10 09:00"]),
            // A field that begins with `*` is not restricted: both.
            ("0 9 */2 * 1", &["03-11 09:00", "03-25 09:00", "04-01 09:00"]),
            ("0 9 1-7 * */7", &["03-03 09:00", "04-07 09:00", "05-05 09:00"]),
        ];
        for (line, expected) in table {
            assert_eq!(firings(line, expected.len()), expected, "{line}");
        }
    }

    #[test]
    fn a_leap_day_comes_every_four_years_and_the_century_ends() {
        let line = CronLine::parse("0 0 29 2 *").unwrap();
        let years: Vec<String> =
            iter::successors(line.next_local("2024-03-01T00:00:00".parse().unwrap()), |after| line.next_local(*after))
                .map(|local| local.format("%Y").to_string())
                .collect();
        assert_eq!(years.first().unwrap(), "2028");
        assert_eq!(years.last().unwrap(), "2096");
    }

    #[test]
    fn a_day_that_no_month_has_is_an_error() {
        for line in ["0 0 31 2 *", "0 0 30 feb *", "* * 31 4,6,9,11 *", "0 0 31 2 */2"] {
            assert_eq!(error(line), CronError::NeverFires, "{line}");
        }
    }

    #[test]
    fn the_number_of_fields_is_told() {
        assert_eq!(error(""), CronError::FieldCount { found: 0 });
        assert_eq!(error("0 9 1 *"), CronError::FieldCount { found: 4 });
        assert_eq!(error("0 9 1 * * * * *"), CronError::FieldCount { found: 8 });
        let seconds = error("0 30 8 * * 1-5");
        assert_eq!(seconds, CronError::Seconds { without: "30 8 * * 1-5".to_owned() });
        assert_eq!(seconds.to_string(), "a cron line has no field for seconds");
        assert_eq!(error("0 30 8 * * 1-5 2024"), seconds);
    }

    #[test]
    fn signs_of_other_dialects_are_recognised() {
        for (line, sign) in [
            ("0 9 L * *", 'L'),
            ("0 9 L-3 * *", 'L'),
            ("0 9 15W * *", 'W'),
            ("0 9 lw * *", 'W'),
            ("0 9 * * 5L", 'L'),
            ("0 9 * * friL", 'L'),
            ("0 9 * * 1#2", '#'),
            ("0 9 * * fri#2", '#'),
            ("0 9 ? * 1", '?'),
        ] {
            assert_eq!(problem(line), CronProblem::Unsupported(sign), "{line}");
        }
        assert_eq!(error("0 9 L * *").to_string(), "`L` in `L`, the day of month, is not known here");
    }

    #[test]
    fn every_problem_names_the_field_and_the_word() {
        use CronProblem::*;
        for (line, expected) in [
            ("60 9 * * *", OutOfRange),
            ("0 24 * * *", OutOfRange),
            ("0 9 0 * *", OutOfRange),
            ("0 9 32 * *", OutOfRange),
            ("0 9 * 13 *", OutOfRange),
            ("0 9 * * 8", OutOfRange),
            ("0 9 * * 99999999999", OutOfRange),
            ("0 9 * * 5-1", Backwards),
            ("0 9 * * 5-0", Backwards),
            ("0 9 * * sat-mon", Backwards),
            ("*/0 * * * *", Step),
            ("*/90 * * * *", Step),
            ("*/x * * * *", Step),
            ("5/15 * * * *", StepWithoutRange),
            ("0 9 * * monday", NotAValue),
            ("0 9 mon * *", NotAValue),
            ("0 9 * * bow", NotAValue),
            ("+5 9 * * *", NotAValue),
            ("1,,2 * * * *", Empty),
            ("1- * * * *", Empty),
            ("-5 * * * *", Empty),
            ("/5 * * * *", Empty),
        ] {
            assert_eq!(problem(line), expected, "{line}");
        }
        let wrong = error("0 9 * * mon,9");
        assert_eq!(wrong.to_string(), "`9` is out of range for the day of week");
    }

    #[test]
    fn lines_are_their_text() {
        let line = CronLine::parse("  0  9 1\t* * ").unwrap();
        assert_eq!(line.to_string(), "0 9 1 * *");
        assert_eq!(format!("{line:?}"), "CronLine(\"0 9 1 * *\")");
        let json = serde_json::to_string(&line).unwrap();
        assert_eq!(json, "\"0 9 1 * *\"");
        assert_eq!(serde_json::from_str::<CronLine>(&json).unwrap(), line);
        assert!(serde_json::from_str::<CronLine>("\"0 0 31 2 *\"").is_err());
    }
}
