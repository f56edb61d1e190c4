//! Words for mistakes in the `community` item and in content files.

use super::super::errors::{CommunityError, ContentError};
use super::super::suggest;
use super::{Draft, error};
use crate::diagnostic::Diagnostic;
use crate::time::Zone;

pub(super) fn community(wrong: &CommunityError) -> Diagnostic {
    match wrong {
        CommunityError::NoCommunity { at } => error("no-community", "the playbook has no `community` item")
            .at(*at, "the playbook begins here")
            .help("add `community { timezone \"Asia/Shanghai\"  currency CNY }`"),
        CommunityError::SecondCommunity { at, first } => {
            error("duplicate-community", "the playbook has two `community` items")
                .at(*at, "the second one")
                .at(*first, "the first one")
                .help("keep one of them")
        }
        CommunityError::SettingTwice { name, first } => {
            error("duplicate-setting", format!("`{}` is set twice", name.text.replace('_', " ")))
                .at(name.span, "set again")
                .at(*first, "first set here")
                .help("keep one of them")
        }
        CommunityError::SettingMissing { setting, example, at } => {
            error("setting-missing", format!("the community has no {setting}"))
                .at(*at, format!("`{setting}` is missing in it"))
                .help(format!("add `{example}`"))
        }
        CommunityError::SettingForm { setting, at, right } => {
            error("setting-form", format!("`{setting}` is written otherwise"))
                .at(*at, "not what stands after it")
                .help(format!("write `{right}`"))
        }
        CommunityError::UnknownZone { name, at } => {
            error("unknown-timezone", format!("there is no time zone `{name}`"))
                .at(*at, "unknown time zone")
                .help(zone_help(name))
        }
        CommunityError::UnknownCurrency { name } => {
            error("unknown-currency", format!("there is no currency `{}`", name.text))
                .at(name.span, "not a code of ISO 4217")
                .help(currency_help(&name.text))
        }
    }
}

pub(super) fn content(wrong: &ContentError) -> Diagnostic {
    match wrong {
        ContentError::ContentUnreadable { path, why, at } => {
            error("content-unreadable", format!("the content file `{path}` cannot be read: {why}"))
                .at(*at, why)
                .help("its path is relative to the playbook's folder, and it must lie inside")
        }
        ContentError::Content { path, line, column, why, at } => {
            error("content", format!("{path}:{line}:{column}: {why}"))
                .at(*at, format!("at line {line} of `{path}`"))
                .help(
                    "a content file is a list of pieces: each a \
                 text, or `text: …` with `date: 2026-01-05`",
                )
        }
        ContentError::InContent { .. } => error("content", "a content file is wrong"),
    }
}

/// The zone that was probably meant: one with a similar name, or whose last part is that name.
fn zone_help(name: &str) -> String {
    let wanted = name.to_lowercase().replace(' ', "_");
    let zones: Vec<String> = Zone::names().map(str::to_owned).collect();
    let city = zones.iter().find(|zone| zone.to_lowercase().ends_with(&format!("/{wanted}")));
    let same = zones.iter().find(|zone| zone.to_lowercase() == wanted);
    match same.or(city).map(String::as_str).or_else(|| suggest::nearest(name, &zones)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "zones are named as in the IANA list, as `Asia/Shanghai` or `America/New_York`".to_owned(),
    }
}

fn currency_help(name: &str) -> String {
    let upper = name.to_uppercase();
    if crate::syntax::parser::is_currency(&upper) {
        return format!("did you mean `{upper}`?");
    }
    let known = match upper.as_str() {
        "RMB" | "YUAN" => Some("CNY"),
        "DOLLAR" | "US" => Some("USD"),
        "EURO" => Some("EUR"),
        "YEN" => Some("JPY"),
        _ => None,
    };
    match known {
        Some(code) => format!("did you mean `{code}`?"),
        None => "currencies are named by three letters, as `CNY` or `USD`".to_owned(),
    }
}
