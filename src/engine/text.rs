//! Values in texts, and which text comes next where several rotate.

use super::eval::Scene;
use crate::plan::expr::{Show, Template, TemplatePart};
use crate::plan::value::Value;
use crate::time::{Duration, Instant};
use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt::Write;
use std::sync::Arc;

/// A text with its holes filled; `None` where a hole is unknown.
pub(super) fn template(scene: &Scene<'_>, template: &Template) -> Option<Arc<str>> {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Words(words) => text.push_str(words),
            TemplatePart::Hole { value, show } => write_value(scene, &mut text, &scene.value(value), *show)?,
        }
    }
    Some(text.into())
}

fn write_value(scene: &Scene<'_>, text: &mut String, value: &Value, show: Show) -> Option<()> {
    match value {
        Value::Unknown => return None,
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(n) => write_number(text, *n, show),
        Value::Money(n) => write_money(text, *n, &scene.program.plan.community.currency),
        Value::Duration(during) => write_duration(text, *during),
        Value::Time(at) => write_time(scene, text, *at, show),
        Value::Text(words) => text.push_str(words),
        Value::Name(name) => text.push_str(scene.program.name(*name)),
        Value::Tier(tiers, level) => text.push_str(scene.program.tier_name(*tiers, *level)),
        Value::Member(member) => write_value(scene, text, &scene.member_name(*member), Show::Plain)?,
        Value::Group(group) => {
            let name = scene.state.group(*group).and_then(|g| g.name.as_deref());
            text.push_str(name.unwrap_or_else(|| scene.state.group_text(*group)));
        }
        Value::List(items) => {
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    text.push('、');
                }
                write_value(scene, text, item, show)?;
            }
        }
    }
    Some(())
}

/// At most four digits after the point, no zeros at the end; a percent at most two.
fn write_number(text: &mut String, n: Decimal, show: Show) {
    let shown =
        |n: Decimal, places| n.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize();
    let _ = match show {
        Show::Percent => write!(text, "{}%", shown(n.saturating_mul(Decimal::ONE_HUNDRED), 2)),
        _ => write!(text, "{}", shown(n, 4)),
    };
}

/// `¥199.90` in yuan, `199.90 USD` otherwise; whole amounts without the point.
fn write_money(text: &mut String, n: Decimal, currency: &str) {
    let rounded = n.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let amount = if rounded.is_integer() { format!("{}", rounded.normalize()) } else { format!("{rounded:.2}") };
    let _ = match (currency, amount.strip_prefix('-')) {
        ("CNY", Some(positive)) => write!(text, "-¥{positive}"),
        ("CNY", None) => write!(text, "¥{amount}"),
        _ => write!(text, "{amount} {currency}"),
    };
}

fn write_duration(text: &mut String, during: Duration) {
    // Below a second nobody reads on; a shorter duration keeps its fraction.
    let whole = Duration::from_secs(during.secs());
    let shown = if during.is_forever() || whole == Duration::from_ms(0) { during } else { whole };
    let _ = write!(text, "{shown}");
}

fn write_time(scene: &Scene<'_>, text: &mut String, at: Instant, show: Show) {
    let zone = scene.program.plan.community.calendar.zone;
    let _ = match show {
        Show::Date => write!(text, "{}", zone.date(at)),
        _ => write!(text, "{}", zone.short(at)),
    };
}

/// A value as it stands in hashes and reports: without the settings of a community.
pub(super) fn plain(
    program: &super::program::Program,
    state: &super::state::State,
    value: &Value,
) -> std::borrow::Cow<'static, str> {
    match value {
        Value::Unknown => "".into(),
        Value::Text(text) => text.to_string().into(),
        Value::Name(name) => program.name(*name).to_owned().into(),
        Value::Member(member) => state.member_text(*member).to_owned().into(),
        Value::Group(group) => state.group_text(*group).to_owned().into(),
        Value::Number(n) | Value::Money(n) => n.normalize().to_string().into(),
        Value::Time(at) => at.ms().to_string().into(),
        Value::Duration(during) => during.ms().to_string().into(),
        Value::Bool(truth) => truth.to_string().into(),
        Value::Tier(tiers, level) => program.tier_name(*tiers, *level).to_owned().into(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| plain(program, state, item)).collect();
            items.join(",").into()
        }
    }
}
