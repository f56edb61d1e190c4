//! Numbers, money, durations, dates and times.

use super::super::error::{BadLiteral, Mistake, Slip};
use super::super::keywords::{Tongue, is_han};
use super::super::tree::{Expr, ExprKind};
use super::{Builder, Node, Rule, child};
use crate::time::{Duration, TimeOfDay};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// The units from the longest: English, Chinese, milliseconds.
const UNITS: [(&str, &str, i64); 5] = [
    ("w", "周", 7 * 86_400_000),
    ("d", "天", 86_400_000),
    ("h", "小时", 3_600_000),
    ("m", "分钟", 60_000),
    ("s", "秒", 1_000),
];

/// Other ways in which units are written.
const LONG_UNITS: [(&str, &str); 32] = [
    ("seconds", "s"),
    ("second", "s"),
    ("secs", "s"),
    ("sec", "s"),
    ("S", "s"),
    ("秒钟", "s"),
    ("minutes", "m"),
    ("minute", "m"),
    ("mins", "m"),
    ("min", "m"),
    ("M", "m"),
    ("分", "m"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("H", "h"),
    ("时", "h"),
    ("个小时", "h"),
    ("钟头", "h"),
    ("days", "d"),
    ("day", "d"),
    ("D", "d"),
    ("日", "d"),
    ("weeks", "w"),
    ("week", "w"),
    ("W", "w"),
    ("星期", "w"),
    ("个星期", "w"),
    ("周", "w"),
    ("小时", "h"),
    ("天", "d"),
];

impl Builder<'_> {
    pub(super) fn literal(&mut self, node: &Node<'_>) -> Option<ExprKind> {
        match node.as_rule() {
            Rule::number => self.decimal(node, node.as_str()).map(ExprKind::Number),
            Rule::percent => self.percent(node, false),
            Rule::spaced_percent => self.percent(node, true),
            Rule::money => self.money(node),
            Rule::bad_money => self.bad_money(node),
            Rule::duration => self.duration(node).map(ExprKind::Duration),
            Rule::spaced_duration | Rule::bad_literal => self.long_duration(node).map(ExprKind::Duration),
            Rule::time => self.time(node).map(ExprKind::TimeOfDay),
            Rule::date => self.date(node).map(ExprKind::Date),
            Rule::date_time => self.date_time(node).map(ExprKind::DateTime),
            _ => None,
        }
    }

    fn bad_literal<T>(&mut self, node: &Node<'_>, why: BadLiteral) -> Option<T> {
        let text = self.source(node);
        self.wrong(self.span(node), Mistake::Literal { why, text });
        None
    }

    fn decimal(&mut self, node: &Node<'_>, digits: &str) -> Option<Decimal> {
        match Decimal::from_str_exact(digits) {
            Ok(number) => Some(number),
            Err(_) => self.bad_literal(node, BadLiteral::TooLarge),
        }
    }

    fn percent(&mut self, node: &Node<'_>, spaced: bool) -> Option<ExprKind> {
        let digits = node.as_str().trim_end_matches(['%', '％']).trim_end();
        if spaced {
            self.slip(Slip::InnerSpace, node, format!("{digits}%"));
        }
        let percent = self.decimal(node, digits)?;
        percent.checked_div(Decimal::ONE_HUNDRED).map(|share| ExprKind::Percent(share.normalize()))
    }

    fn money(&mut self, node: &Node<'_>) -> Option<ExprKind> {
        let amount = child(node.clone(), Rule::decimal)?;
        let currency = child(node.clone(), Rule::currency).map(|code| code.as_str().to_owned());
        Some(ExprKind::Money { amount: self.decimal(node, amount.as_str())?, currency })
    }

    /// `¥2,000`, `¥ 5`
    fn bad_money(&mut self, node: &Node<'_>) -> Option<ExprKind> {
        let text = node.as_str();
        let right: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，')).collect();
        let digits: String = right.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let code =
            right.get(right.len().saturating_sub(3)..).filter(|code| code.bytes().all(|b| b.is_ascii_uppercase()));
        let right = code.map_or_else(|| right.clone(), |code| format!("{digits} {code}"));
        let slip = if text.contains([',', '，']) { Slip::Thousands } else { Slip::InnerSpace };
        self.slip(slip, node, right.replace('￥', "¥"));
        Some(ExprKind::Money { amount: self.decimal(node, &digits)?, currency: code.map(str::to_owned) })
    }

    pub(super) fn duration(&mut self, node: &Node<'_>) -> Option<Duration> {
        let (mut rest, mut total, mut longest) = (node.as_str(), 0_i64, i64::MAX);
        while !rest.is_empty() {
            let (count, after) = split_digits(rest);
            let (unit, size) = unit_at(after)?;
            if size >= longest {
                return self.bad_literal(node, BadLiteral::UnitOrder);
            }
            longest = size;
            let part = count.parse::<i64>().ok().and_then(|count| count.checked_mul(size));
            let Some(sum) = part.and_then(|part| total.checked_add(part)) else {
                return self.bad_literal(node, BadLiteral::TooLarge);
            };
            total = sum;
            rest = after.get(unit..).unwrap_or("");
        }
        Some(Duration::from_ms(total))
    }

    /// `10 s`, `5 minutes`, `1.5h`: slips if the unit is known.
    fn long_duration(&mut self, node: &Node<'_>) -> Option<Duration> {
        let text = node.as_str();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let (digits, unit) = match text.find(|c: char| !(c.is_ascii_digit() || c == '.')) {
            Some(at) => (text.get(..at).unwrap_or(digits), text.get(at..).unwrap_or("")),
            None => (digits, ""),
        };
        let unit = unit.trim_start();
        let Some(size) = unit_size(unit) else { return self.bad_literal(node, BadLiteral::UnknownUnit) };
        let ms = self.decimal(node, digits)?.checked_mul(Decimal::from(size));
        let Some(ms) = ms.filter(Decimal::is_integer).and_then(|ms| i64::try_from(ms).ok()) else {
            return self.bad_literal(node, BadLiteral::TooLarge);
        };
        let right = spelled(ms, Tongue::of(unit));
        let inner_space = text.contains(char::is_whitespace) && UNITS.iter().any(|u| u.0 == unit || u.1 == unit);
        self.slip(if inner_space { Slip::InnerSpace } else { Slip::LongUnit }, node, right);
        Some(Duration::from_ms(ms))
    }

    /// A duration, or parentheses, where nothing else can stand.
    pub(super) fn time_span(&mut self, node: Node<'_>) -> Option<Expr> {
        let inner = node.into_inner().next()?;
        if inner.as_rule() == Rule::number {
            return self.bad_literal(&inner, BadLiteral::NoUnit);
        }
        self.value(inner)
    }

    pub(super) fn time(&mut self, node: &Node<'_>) -> Option<TimeOfDay> {
        let ascii = node.as_str().replace('：', ":");
        let mut parts = ascii.split(':').map(|part| part.parse::<u16>().unwrap_or(u16::MAX));
        let (hour, minute) = (parts.next()?, parts.next()?);
        if (hour, minute) == (24, 0) {
            return self.bad_literal(node, BadLiteral::Midnight);
        }
        let Some(time) = TimeOfDay::new(hour, minute) else { return self.bad_literal(node, BadLiteral::NoSuchTime) };
        let right = format!("{hour:02}:{minute:02}");
        match parts.next() {
            Some(_) => self.slip(Slip::Seconds, node, right),
            None if !ascii.starts_with(&right) => self.slip(Slip::ShortTime, node, right),
            None => {}
        }
        Some(time)
    }

    /// A time of the day, or the slips `8` and `8pm`.
    pub(super) fn clock(&mut self, node: Node<'_>) -> Option<TimeOfDay> {
        let inner = node.into_inner().next()?;
        if inner.as_rule() == Rule::time {
            return self.time(&inner);
        }
        let (digits, half) = split_digits(inner.as_str());
        let hour = digits.parse::<u16>().ok().and_then(|hour| whole_hour(hour, half));
        let Some(time) = hour.and_then(|hour| TimeOfDay::new(hour, 0)) else {
            return self.bad_literal(&inner, BadLiteral::NoSuchTime);
        };
        self.slip(Slip::ShortTime, &inner, format!("{:02}:00", hour.unwrap_or_default()));
        Some(time)
    }

    pub(super) fn date(&mut self, node: &Node<'_>) -> Option<NaiveDate> {
        let mut parts = node.as_str().split('-');
        let year = parts.next()?.parse().ok()?;
        let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => Some(self.two_digits(node, date)),
            None => self.bad_literal(node, BadLiteral::NoSuchDate),
        }
    }

    fn two_digits(&mut self, node: &Node<'_>, date: NaiveDate) -> NaiveDate {
        let right = date.format("%Y-%m-%d").to_string();
        if right != node.as_str() {
            self.slip(Slip::ShortTime, node, right);
        }
        date
    }

    pub(super) fn date_time(&mut self, node: &Node<'_>) -> Option<NaiveDateTime> {
        let (date, clock) = node.as_str().split_once('T')?;
        let clock = clock.replace('：', ":");
        let parsed = NaiveDateTime::parse_from_str(&format!("{date}T{clock}"), "%Y-%m-%dT%H:%M");
        let Ok(moment) = parsed else { return self.bad_literal(node, BadLiteral::NoSuchDate) };
        let right = moment.format("%Y-%m-%dT%H:%M").to_string();
        if right != format!("{date}T{clock}") {
            self.slip(Slip::ShortTime, node, right);
        }
        Some(moment)
    }
}

/// Leading digits and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The unit that a text begins with: its length and its size.
fn unit_at(text: &str) -> Option<(usize, i64)> {
    UNITS.iter().find_map(|&(english, chinese, size)| {
        let unit = [english, chinese].into_iter().find(|unit| text.starts_with(unit))?;
        Some((unit.len(), size))
    })
}

fn unit_size(unit: &str) -> Option<i64> {
    let short = LONG_UNITS.iter().find(|(long, _)| *long == unit).map_or(unit, |(_, short)| short);
    UNITS.iter().find(|(english, chinese, _)| *english == short || *chinese == short).map(|(_, _, size)| *size)
}

/// Milliseconds as the language writes them.
fn spelled(ms: i64, tongue: Tongue) -> String {
    let (mut rest, mut text) = (ms, String::new());
    let smaller = if ms % UNITS[0].2 == 0 { UNITS.as_slice() } else { UNITS.split_at(1).1 };
    for (english, chinese, size) in smaller {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push_str(if tongue == Tongue::Chinese { chinese } else { english });
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// The hour of `8`, `8am`, `8pm`, `8点`.
fn whole_hour(hour: u16, half: &str) -> Option<u16> {
    match half.to_ascii_lowercase().as_str() {
        "" | "点" | "h" => Some(hour).filter(|hour| *hour < 24),
        "am" if (1..=12).contains(&hour) => Some(hour % 12),
        "pm" if (1..=12).contains(&hour) => Some(hour % 12 + 12),
        _ => None,
    }
}

/// What follows a number, if it could be meant as its unit: `分`, `个小时`.
pub(super) fn meant_unit(word: &str) -> Option<&'static str> {
    let tongue = word.chars().next().filter(|c| is_han(*c)).map_or(Tongue::English, |_| Tongue::Chinese);
    let size = unit_size(word)?;
    UNITS.iter().find(|unit| unit.2 == size).map(|unit| if tongue == Tongue::Chinese { unit.1 } else { unit.0 })
}
