//! Words for mistakes in the `community` item and in content files.

use super::super::errors::{CommunityError, ContentError};
use super::super::suggest;
use super::{did_you_mean, write};
use crate::diagnostic::Draft;
use crate::l10n::Text;
use crate::syntax::span::Span;
use crate::time::Zone;

pub(super) fn community(wrong: &CommunityError) -> Draft {
    match wrong {
        CommunityError::NoCommunity { at } => one("check-no-community", *at),
        CommunityError::SecondCommunity { at, first } => {
            Draft::new("check-duplicate-community").at(*at, "label").at(*first, "first").help("help")
        }
        CommunityError::SettingTwice { name, first } => Draft::new("check-duplicate-setting")
            .with("name", name.text.replace('_', " "))
            .at(name.span, "label")
            .at(*first, "first")
            .help("help"),
        CommunityError::SettingMissing { setting, example, at } => {
            one("check-setting-missing", *at).with("setting", *setting).with("example", *example)
        }
        CommunityError::SettingForm { setting, at, right } => Draft::new("check-setting-form")
            .with("setting", setting.as_str())
            .at(*at, "label")
            .maybe_help(Some(write(right))),
        CommunityError::UnknownZone { name, at } => {
            one("check-unknown-timezone", *at).with("name", name.as_str()).maybe_help(zone_help(name))
        }
        CommunityError::UnknownCurrency { name } => one("check-unknown-currency", name.span)
            .with("name", name.text.as_str())
            .maybe_help(currency_help(&name.text)),
    }
}

pub(super) fn content(wrong: &ContentError) -> Draft {
    match wrong {
        ContentError::ContentUnreadable { path, why, at } => {
            one("check-content-unreadable", *at).with("path", path.as_str()).with("why", why.clone())
        }
        ContentError::Content { path, line, column, why, at } => one("check-content", *at)
            .with("place", format!("{path}:{line}:{column}"))
            .with("path", path.as_str())
            .with("line", line.to_string())
            .with("why", why.clone()),
        ContentError::InContent { at, .. } => one("check-content", *at),
    }
}

/// A mistake with one place and its way out.
fn one(id: &'static str, at: Span) -> Draft {
    Draft::new(id).at(at, "label").help("help")
}

/// Places that people name and the list of zones does not, in lower case.
const CITIES: [(&[&str], &str); 6] = [
    (&["上海", "北京", "中国", "beijing", "peking", "china", "广州", "深圳", "杭州", "成都"], "Asia/Shanghai"),
    (&["香港"], "Asia/Hong_Kong"),
    (&["台北", "台湾"], "Asia/Taipei"),
    (&["澳门"], "Asia/Macau"),
    (&["新加坡"], "Asia/Singapore"),
    (&["东京", "日本"], "Asia/Tokyo"),
];

/// The zone that was probably meant: one with a similar name, or whose last part is that name.
fn zone_help(name: &str) -> Option<Text> {
    let wanted = name.to_lowercase().replace(' ', "_");
    let zones: Vec<String> = Zone::names().map(str::to_owned).collect();
    let city = zones.iter().find(|zone| zone.to_lowercase().ends_with(&format!("/{wanted}")));
    let same = zones.iter().find(|zone| zone.to_lowercase() == wanted);
    let known = CITIES.iter().find(|(cities, _)| cities.contains(&wanted.as_str())).map(|(_, zone)| *zone);
    let near = same.or(city).map(String::as_str).or(known).or_else(|| suggest::nearest(name, &zones));
    near.map(did_you_mean)
}

fn currency_help(name: &str) -> Option<Text> {
    let upper = name.to_uppercase();
    if crate::syntax::parser::is_currency(&upper) {
        return Some(did_you_mean(&upper));
    }
    let known = match upper.as_str() {
        "RMB" | "YUAN" => Some("CNY"),
        "DOLLAR" | "US" => Some("USD"),
        "EURO" => Some("EUR"),
        "YEN" => Some("JPY"),
        _ => None,
    };
    known.map(did_you_mean)
}
