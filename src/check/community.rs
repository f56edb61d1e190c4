//! The `community` item: time zone, currency, the first day of the week, the name.

use super::errors::{CommunityError, NameError};
use super::lower::Lower;
use crate::syntax::parser::is_currency;
use crate::syntax::span::Span;
use crate::syntax::tree::{ItemKind, Setting, SettingValue, Text, Tree, Word};
use crate::time::{Calendar, Weekday, Zone};

/// The settings of a community.
const SETTINGS: [&str; 4] = ["timezone", "currency", "week_starts", "name"];

impl Lower<'_> {
    /// Exactly one item must say in which zone the playbook speaks.
    pub(crate) fn community(&mut self, tree: &Tree) {
        let items: Vec<(Span, &[Setting])> = tree
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Community(settings) => Some((item.span, settings.as_slice())),
                _ => None,
            })
            .collect();
        let mut items = items.into_iter();
        let Some((first, settings)) = items.next() else {
            let at = tree.items.first().map(|item| item.span);
            self.error(CommunityError::NoCommunity { at: at.unwrap_or_default() });
            return;
        };
        for (second, _) in items {
            self.error(CommunityError::SecondCommunity { at: second, first });
        }
        self.settings(settings, first);
    }

    fn settings(&mut self, settings: &[Setting], at: Span) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for setting in settings {
            let key = setting.key.text.as_str();
            match seen.iter().find(|(known, _)| *known == key) {
                Some((_, first)) => {
                    self.error(CommunityError::SettingTwice { name: setting.key.clone(), first: *first })
                }
                None => self.setting(setting),
            }
            seen.push((key, setting.key.span));
        }
        let missing = |needed: &str| !seen.iter().any(|(key, _)| *key == needed);
        // Where no money occurs a currency would say nothing.
        self.no_currency = missing("currency").then_some(at);
        if missing("timezone") {
            let example = "timezone \"Asia/Shanghai\"";
            self.error(CommunityError::SettingMissing { setting: "timezone", example, at });
        }
    }

    fn setting(&mut self, setting: &Setting) {
        match (setting.key.text.as_str(), &setting.value) {
            ("timezone", SettingValue::Text(text)) => self.timezone(text),
            ("currency", SettingValue::Word(word)) => self.currency(word),
            ("week_starts", SettingValue::Word(word)) => self.week_starts(word),
            ("name", SettingValue::Text(text)) => {
                self.plan.community.name = self.plain_text(text, "of-community-name");
            }
            ("timezone" | "name", SettingValue::Word(word)) => self.setting_form(setting, word.span, true),
            ("currency" | "week_starts", SettingValue::Text(text)) => self.setting_form(setting, text.span, false),
            _ => {
                let available = SETTINGS.iter().map(|name| name.replace('_', " ")).collect();
                let name = setting.key.clone();
                self.error(NameError::Unknown { what: "noun-setting", name, available, declare: None });
            }
        }
    }

    fn setting_form(&mut self, setting: &Setting, at: Span, text: bool) {
        let written = self.written(at);
        let value = if text { format!("\"{written}\"") } else { written.trim_matches(['"', '“', '”']).to_owned() };
        let key = setting.key.text.replace('_', " ");
        self.error(CommunityError::SettingForm { setting: key.clone(), at, right: format!("{key} {value}") });
    }

    fn timezone(&mut self, text: &Text) {
        let Some(name) = self.plain_text(text, "of-timezone") else {
            return;
        };
        match Zone::parse(&name) {
            Some(zone) => {
                let week_starts = self.plan.community.calendar.week_starts;
                self.plan.community.calendar = Calendar { week_starts, ..Calendar::new(zone) };
            }
            None => self.error(CommunityError::UnknownZone { name, at: text.span }),
        }
    }

    fn currency(&mut self, word: &Word) {
        if is_currency(&word.text) {
            self.plan.community.currency = word.text.clone();
        } else {
            self.error(CommunityError::UnknownCurrency { name: word.clone() });
        }
    }

    fn week_starts(&mut self, word: &Word) {
        match Weekday::parse(&word.text) {
            Some(day) => self.plan.community.calendar.week_starts = day,
            None => {
                let available = Weekday::ALL.iter().map(|day| day.name().to_owned()).collect();
                self.error(NameError::Unknown { what: "noun-weekday", name: word.clone(), available, declare: None });
            }
        }
    }
}
