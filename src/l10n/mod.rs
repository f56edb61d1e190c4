//! What is said to people, in their own tongue: logic names a message and its arguments, the catalogues have the words.
//!
//! 1. [`Text`] is a message as data: a name in the catalogues and its arguments.
//! 2. [`Lang`] is a tongue, and how one is chosen.
//! 3. [`Catalogue`] has all the words of one tongue (`en.ftl`, `zh.ftl`, in Fluent's own form); a message may have
//!    attributes, as `.help`, which are said apart.
//!
//! Both catalogues have the same messages with the same arguments: the tests of this room see to it.

#[cfg(test)]
mod tests;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use unic_langid::LanguageIdentifier;

/// A tongue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English
    #[default]
    En,
    /// 中文
    Zh,
}

impl Lang {
    /// Every tongue there is a catalogue for.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The tongue of a locale's name: `zh_CN.UTF-8` is Chinese, whatever has no catalogue is English.
    #[must_use]
    pub fn of_locale(locale: &str) -> Lang {
        let name = locale.split(['.', '@']).next().unwrap_or_default();
        match LanguageIdentifier::from_str(name) {
            Ok(id) if id.language.as_str() == "zh" => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The tag of the language: `en`, `zh`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Lang::En => include_str!("en.ftl"),
            Lang::Zh => include_str!("zh.ftl"),
        }
    }
}

/// A message as data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// Its name in the catalogues.
    pub id: &'static str,
    /// Its arguments.
    pub args: Vec<(&'static str, Arg)>,
}

/// An argument of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arg {
    /// Set in as it is.
    Text(String),
    /// Chooses between one and many, too.
    Number(i64),
}

impl Text {
    /// A message without arguments.
    #[must_use]
    pub fn new(id: &'static str) -> Text {
        Text { id, args: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Text {
        self.args.push((name, value.into()));
        self
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Arg {
        Arg::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Number(i64::from(number))
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

/// All the words of one tongue.
pub struct Catalogue {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The catalogue of a tongue.
    #[must_use]
    pub fn new(lang: Lang) -> Catalogue {
        // A line that cannot be read is left out alone; the tests of this room let none through.
        let resource = FluentResource::try_new(lang.words().to_owned()).unwrap_or_else(|(read, _)| read);
        let id = LanguageIdentifier::from_str(lang.tag()).unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        // Marks that keep two directions of writing apart would only disturb terminals.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Catalogue { lang, bundle }
    }

    /// Which tongue it is.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A message in words; one that is not in the catalogue is said by its name.
    #[must_use]
    pub fn say(&self, text: &Text) -> String {
        self.find(text, None).unwrap_or_else(|| text.id.to_owned())
    }

    /// A part of a message that is said apart: `label`, `help`.
    #[must_use]
    pub fn attribute(&self, text: &Text, attribute: &str) -> Option<String> {
        self.find(text, Some(attribute))
    }

    fn find(&self, text: &Text, attribute: Option<&str>) -> Option<String> {
        let message = self.bundle.get_message(text.id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::new();
        for (name, value) in &text.args {
            args.set(*name, fluent(value));
        }
        let mut mistakes = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(&args), &mut mistakes).into_owned())
    }
}

fn fluent(arg: &Arg) -> FluentValue<'_> {
    match arg {
        Arg::Text(text) => FluentValue::from(text.as_str()),
        Arg::Number(number) => FluentValue::from(*number),
    }
}
