//! Values in texts.

use super::scene::Scene;
use super::value::Value;
use super::zone::{DAY, FOREVER, HOUR, MINUTE, Ms, SECOND};
use qun::syntax::tree::{Text, TextPart};
use rust_decimal::{Decimal, RoundingStrategy};

/// How a value of an expression is shown, where its value alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    Plain,
    Percent,
    Date,
}

/// A text with its holes filled; `None` where a hole has no value.
pub fn fill(scene: &Scene<'_, '_>, text: &Text) -> Option<String> {
    let mut words = String::new();
    for part in &text.parts {
        match part {
            TextPart::Words(plain) => words += plain,
            TextPart::Hole(expr) => words += &written(scene, &scene.value(expr), scene.show(expr))?,
        }
    }
    Some(words)
}

fn written(scene: &Scene<'_, '_>, value: &Value, show: Show) -> Option<String> {
    let zone = &scene.book.zone;
    Some(match value {
        Value::Unknown => return None,
        Value::Bool(truth) => truth.to_string(),
        Value::Number(n) if show == Show::Percent => format!("{}%", rounded(*n * Decimal::ONE_HUNDRED, 2)),
        Value::Number(n) => rounded(*n, 4),
        Value::Money(n) => money(*n, &scene.book.currency),
        Value::Duration(ms) => duration(*ms),
        Value::Time(at) if show == Show::Date => zone.date(*at).to_string(),
        Value::Time(at) => zone.short(*at),
        Value::Text(words) | Value::Name(words) => words.clone(),
        Value::Tier(tiers, level) => scene.book.level_name(tiers, *level),
        Value::Member(id) => scene.member_name(id),
        Value::Group(id) => scene.group_name(id),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| written(scene, item, show)).collect();
            items?.join("、")
        }
    })
}

fn rounded(n: Decimal, places: u32) -> String {
    let n = n.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize();
    if n.is_zero() { "0".to_owned() } else { n.to_string() }
}

/// `¥199.90` in yuan, `199.90 USD` otherwise; whole amounts without the point.
fn money(n: Decimal, currency: &str) -> String {
    let n = n.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let amount = if n.is_integer() { n.normalize().to_string() } else { format!("{n:.2}") };
    match (currency, amount.strip_prefix('-')) {
        ("CNY", Some(amount)) => format!("-¥{amount}"),
        ("CNY", None) => format!("¥{amount}"),
        _ => format!("{amount} {currency}"),
    }
}

/// `1d12h30m`; whole seconds, unless it is shorter than one.
fn duration(ms: Ms) -> String {
    if ms == FOREVER {
        return "forever".to_owned();
    }
    let sign = if ms < 0 { "-" } else { "" };
    let whole = ms.abs() / SECOND;
    if whole == 0 {
        return match ms {
            0 => "0s".to_owned(),
            _ => format!("{sign}{}s", Decimal::new(ms.abs(), 3).normalize()),
        };
    }
    let mut left = whole * SECOND;
    let mut words = sign.to_owned();
    for (unit, length) in [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)] {
        if left >= length {
            words += &format!("{}{unit}", left / length);
            left %= length;
        }
    }
    words
}

/// A value as a part of an id.
pub fn plain(scene: &Scene<'_, '_>, value: &Value) -> String {
    match value {
        Value::Unknown => String::new(),
        Value::Text(words) | Value::Name(words) | Value::Member(words) | Value::Group(words) => words.clone(),
        Value::Number(n) | Value::Money(n) => n.normalize().to_string(),
        Value::Time(ms) | Value::Duration(ms) => ms.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Tier(tiers, level) => scene.book.level_name(tiers, *level),
        Value::List(items) => items.iter().map(|item| plain(scene, item)).collect::<Vec<_>>().join(","),
    }
}
