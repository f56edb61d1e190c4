//! The shared vocabulary, and what a case picks from it.

use super::types::{Scope, Sort, Ty};

pub const KINDS: [&str; 3] = ["lead", "welfare", "vip"];
pub const ROLES: [&str; 3] = ["owner", "admin", "crew"];
pub const TAGS: [&str; 3] = ["lurker", "star", "core"];
pub const CLASSES: [&str; 3] = ["engage", "convert", "brand"];
pub const POINTS: [&str; 2] = ["feathers", "coins"];
pub const VOICES: [&str; 2] = ["fish", "bird"];
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
pub const MEMBERS: [&str; 5] = ["m1", "m2", "m3", "m10", "ann"];
pub const GROUPS: [&str; 3] = ["g1", "g2", "g10"];
pub const TEXTS: [&str; 6] = ["a", "b", "tea", "Bo", "tea time", "群"];

/// Fields: name, type, whose.
pub const FIELDS: [(&str, Ty, Scope); 18] = [
    ("city", Ty::Text, Scope::Member),
    ("city", Ty::Text, Scope::Group),
    ("score", Ty::Number, Scope::Member),
    ("seat", Ty::Number, Scope::Membership),
    ("cash", Ty::Money, Scope::Member),
    ("mate", Ty::Member, Scope::Member),
    ("until", Ty::Time, Scope::Membership),
    ("wait", Ty::Duration, Scope::Member),
    ("home", Ty::Group, Scope::Member),
    ("topic", Ty::Text, Scope::Group),
    ("mood", Ty::Name(Sort::Class), Scope::Group),
    ("open", Ty::Bool, Scope::Group),
    ("words", Ty::List, Scope::Member),
    ("share", Ty::Percent, Scope::Member),
    ("sort_of", Ty::Name(Sort::Kind), Scope::Group),
    ("best", Ty::Name(Sort::Tag), Scope::Member),
    ("duty", Ty::Name(Sort::Role), Scope::Membership),
    ("level", Ty::Tier(None), Scope::Member),
];

/// Actions of the playbook's own.
pub const ACTIONS: [(&str, &[(&str, Ty)]); 3] = [
    ("coupon", &[("code", Ty::Text), ("value", Ty::Money)]),
    ("ring", &[]),
    ("feed", &[("words", Ty::Text), ("n", Ty::Number), ("who", Ty::Member)]),
];

pub const PATTERNS: [&str; 4] = ["/^t/", "/a|群/", "/e$/", "/[A-Z]/"];

/// Durations and their milliseconds.
pub const SPANS: [(&str, i64); 20] = [
    ("1s", 1_000),
    ("10s", 10_000),
    ("1m", 60_000),
    ("5m", 300_000),
    ("30m", 1_800_000),
    ("1h", 3_600_000),
    ("90m", 5_400_000),
    ("2h", 7_200_000),
    ("6h", 21_600_000),
    ("12h", 43_200_000),
    ("23h", 82_800_000),
    ("1d", 86_400_000),
    ("24h", 86_400_000),
    ("25h", 90_000_000),
    ("1d12h", 129_600_000),
    ("2d", 172_800_000),
    ("3d", 259_200_000),
    ("1w", 604_800_000),
    ("7d", 604_800_000),
    ("14d", 1_209_600_000),
];

pub const CLOCKS: [&str; 16] = [
    "00:00", "00:30", "01:00", "01:30", "02:00", "02:15", "02:30", "03:00", "08:00", "09:30", "12:00", "20:00",
    "22:30", "23:00", "23:30", "23:59",
];

/// A zone, its days of clock changes, and its currency.
pub struct Place {
    pub zone: &'static str,
    pub changes: &'static [&'static str],
    pub currency: &'static str,
}

pub const PLACES: [Place; 7] = [
    Place { zone: "Asia/Shanghai", changes: &["1991-04-14", "1991-09-15"], currency: "CNY" },
    Place { zone: "UTC", changes: &[], currency: "EUR" },
    Place { zone: "America/New_York", changes: &["2024-03-10", "2024-11-03"], currency: "USD" },
    Place { zone: "Europe/London", changes: &["2024-03-31", "2024-10-27"], currency: "GBP" },
    Place { zone: "Australia/Lord_Howe", changes: &["2024-04-07", "2024-10-06"], currency: "AUD" },
    Place { zone: "America/Santiago", changes: &["2024-04-07", "2024-09-08"], currency: "CLP" },
    Place { zone: "Asia/Kolkata", changes: &[], currency: "JPY" },
];

/// Days on which something may begin, beside those of clock changes.
pub const DAYS: [&str; 9] = [
    "2024-01-01",
    "2024-02-28",
    "2024-02-29",
    "2023-12-30",
    "2024-03-04",
    "2024-03-31",
    "2025-06-29",
    "2024-12-23",
    "2024-07-13",
];
