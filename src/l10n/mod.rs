//! What is said to people, in their own tongue: logic names a message and its arguments, the catalogues have the words.
//!
//! 1. [`Text`] is a message as data: a name in the catalogues and its arguments.
//! 2. [`Lang`] is a tongue, and how one is chosen.
//! 3. [`Catalogue`] has all the words of one tongue (`en/`, `zh/`: one file a room, in Fluent's own form); a message may
//!    have attributes, as `.help`, which are said apart.
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

    /// The files of its catalogue.
    fn words(self) -> [&'static str; 4] {
        match self {
            Lang::En => [
                include_str!("en/shared.ftl"),
                include_str!("en/syntax.ftl"),
                include_str!("en/check.ftl"),
                include_str!("en/lint.ftl"),
            ],
            Lang::Zh => [
                include_str!("zh/shared.ftl"),
                include_str!("zh/syntax.ftl"),
                include_str!("zh/check.ftl"),
                include_str!("zh/lint.ftl"),
            ],
        }
    }
}

/// A message as data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// Its name in the catalogues.
    pub id: &'static str,
    /// The part of it that is meant, where it is not the whole: `help`.
    pub part: Option<&'static str>,
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
    /// Another message, said in the same tongue.
    Said(Box<Text>),
    /// Names, each in backticks, one after the other.
    Names(Vec<String>, Join),
}

/// What stands before the last of several names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Join {
    /// `a`, `b`, `c`
    Comma,
    /// `a`, `b` and `c`
    And,
    /// `a`, `b` or `c`
    Or,
    /// `a` → `b` → `c`
    Arrow,
}

impl Text {
    /// A message without arguments.
    #[must_use]
    pub fn new(id: &'static str) -> Text {
        Text { id, part: None, args: Vec::new() }
    }

    /// Words that are the same in every tongue, or come from elsewhere.
    #[must_use]
    pub fn verbatim(text: impl Into<String>) -> Text {
        Text::new("verbatim").with("text", text.into())
    }

    /// A part of the message, in the place of the whole.
    #[must_use]
    pub fn part(self, part: &'static str) -> Text {
        Text { part: Some(part), ..self }
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

impl From<Text> for Arg {
    fn from(text: Text) -> Arg {
        Arg::Said(Box::new(text))
    }
}

impl From<&'static str> for Text {
    fn from(id: &'static str) -> Text {
        Text::new(id)
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
        let id = LanguageIdentifier::from_str(lang.tag()).unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![id]);
        // Marks that keep two directions of writing apart would only disturb terminals.
        bundle.set_use_isolating(false);
        for words in lang.words() {
            // A line that cannot be read is left out alone; the tests of this room let none through.
            let resource = FluentResource::try_new(words.to_owned()).unwrap_or_else(|(read, _)| read);
            bundle.add_resource_overriding(resource);
        }
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
        self.find(text, text.part).unwrap_or_else(|| match text.part {
            Some(part) => format!("{}.{part}", text.id),
            None => text.id.to_owned(),
        })
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
            args.set(*name, self.fluent(value));
        }
        let mut mistakes = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(&args), &mut mistakes).into_owned())
    }

    fn fluent<'a>(&self, arg: &'a Arg) -> FluentValue<'a> {
        match arg {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Said(text) => FluentValue::from(self.say(text)),
            Arg::Names(names, join) => FluentValue::from(self.names(names, *join)),
        }
    }

    /// Names in a row: `a`, `b` and `c`.
    fn names(&self, names: &[String], join: Join) -> String {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        if join == Join::Arrow {
            return quoted.join(" → ");
        }
        let comma = self.say(&Text::new("names"));
        let last = match join {
            Join::Comma | Join::Arrow => comma.clone(),
            Join::And => self.say(&Text::new("names").part("and")),
            Join::Or => self.say(&Text::new("names").part("or")),
        };
        match quoted.split_last() {
            Some((one, [])) => one.clone(),
            Some((one, before)) => format!("{}{last}{one}", before.join(&comma)),
            None => String::new(),
        }
    }
}
