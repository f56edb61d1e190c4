//! Which connectors there are, and what each is told in the configuration.

use super::Connector;
use super::console::Console;
use super::dingtalk::Dingtalk;
use super::discord::Discord;
use super::feishu::Feishu;
use super::http::Http;
use super::irc::Irc;
use super::mail::Mail;
use super::matrix::Matrix;
use super::slack::Slack;
use super::telegram::Telegram;
use super::webhook::Webhook;
use super::wecom::Wecom;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::io;

/// A kind of connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Decisions are posted as they are.
    Webhook,
    /// Lines for people.
    Console,
    /// A WeCom group robot.
    Wecom,
    /// A Feishu custom robot.
    Feishu,
    /// A DingTalk custom robot.
    Dingtalk,
    /// A Telegram bot.
    Telegram,
    /// A Discord bot.
    Discord,
    /// A Slack app.
    Slack,
    /// A Matrix account.
    Matrix,
    /// An IRC account.
    Irc,
    /// A mail server.
    Mail,
}

/// What a kind is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Of which sort.
    pub what: What,
    /// Whether it must be there.
    pub needed: bool,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A secret, or something long: only where it is.
    Secret,
    /// An address that may be a secret, too.
    Address,
    /// An address that is none.
    Server,
    /// A host and a port.
    Host,
    /// A text.
    Text,
    /// One of some words.
    OneOf(&'static [&'static str]),
}

/// What a connector of the configuration was told, with secrets read.
pub struct Given {
    /// Texts and open addresses.
    pub texts: BTreeMap<&'static str, String>,
    /// Secrets.
    pub secrets: BTreeMap<&'static str, SecretString>,
    /// How something is printed.
    pub print: fn(&str) -> io::Result<()>,
}

/// A connector that cannot be made of what it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// The key that is wrong.
    pub key: &'static str,
    /// What it should be.
    pub wanted: &'static str,
}

const fn key(name: &'static str, what: What, needed: bool) -> Key {
    Key { name, what, needed }
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 11] = [
        Kind::Webhook,
        Kind::Console,
        Kind::Wecom,
        Kind::Feishu,
        Kind::Dingtalk,
        Kind::Telegram,
        Kind::Discord,
        Kind::Slack,
        Kind::Matrix,
        Kind::Irc,
        Kind::Mail,
    ];

    /// Its word in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Webhook => "webhook",
            Kind::Console => "console",
            Kind::Wecom => "wecom",
            Kind::Feishu => "feishu",
            Kind::Dingtalk => "dingtalk",
            Kind::Telegram => "telegram",
            Kind::Discord => "discord",
            Kind::Slack => "slack",
            Kind::Matrix => "matrix",
            Kind::Irc => "irc",
            Kind::Mail => "mail",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it is told.
    #[must_use]
    pub fn keys(self) -> &'static [Key] {
        const URL: Key = key("url", What::Address, true);
        const SIGNING: Key = key("signing", What::Secret, false);
        const TOKEN: Key = key("token", What::Secret, true);
        const SERVER: Key = key("server", What::Server, false);
        const AUTHORITY: Key = key(super::http::AUTHORITY, What::Secret, false);
        const SIGNED: &[Key] = &[URL, SIGNING, AUTHORITY];
        const ROBOT: &[Key] = &[URL, AUTHORITY];
        const BOT: &[Key] = &[TOKEN, SERVER, AUTHORITY];
        const GUILD: &[Key] = &[TOKEN, key("guild", What::Text, true), SERVER, AUTHORITY];
        const HOME: &[Key] = &[TOKEN, key("server", What::Server, true), AUTHORITY];
        const CHAT: &[Key] = &[
            key("server", What::Host, true),
            key("nick", What::Text, true),
            key("password", What::Secret, false),
            key("channels", What::Text, false),
        ];
        const POST: &[Key] = &[
            key("server", What::Host, true),
            key("security", What::OneOf(&["tls", "starttls", "none"]), false),
            key("user", What::Text, false),
            key("password", What::Secret, false),
            key("from", What::Text, true),
        ];
        match self {
            Kind::Webhook | Kind::Feishu | Kind::Dingtalk => SIGNED,
            Kind::Console => &[],
            Kind::Wecom => ROBOT,
            Kind::Telegram | Kind::Slack => BOT,
            Kind::Discord => GUILD,
            Kind::Matrix => HOME,
            Kind::Irc => CHAT,
            Kind::Mail => POST,
        }
    }

    /// Whether it must be told where tasks go: else they would be seen by those whom they are about.
    #[must_use]
    pub fn needs_destination(self) -> bool {
        !matches!(self, Kind::Webhook | Kind::Console | Kind::Wecom | Kind::Feishu | Kind::Dingtalk)
    }

    /// Makes one.
    ///
    /// # Errors
    /// What it was told cannot be right.
    pub fn build(self, given: &Given) -> Result<Box<dyn Connector>, Unbuilt> {
        Ok(match self {
            Kind::Webhook => Box::new(Webhook::new(Http::of(given)?, given)),
            Kind::Console => Box::new(Console::new(given)),
            Kind::Wecom => Box::new(Wecom::new(Http::of(given)?, given)),
            Kind::Feishu => Box::new(Feishu::new(Http::of(given)?, given)),
            Kind::Dingtalk => Box::new(Dingtalk::new(Http::of(given)?, given)),
            Kind::Telegram => Box::new(Telegram::new(Http::of(given)?, given)),
            Kind::Discord => Box::new(Discord::new(Http::of(given)?, given)),
            Kind::Slack => Box::new(Slack::new(Http::of(given)?, given)),
            Kind::Matrix => Box::new(Matrix::new(Http::of(given)?, given)),
            Kind::Irc => Box::new(Irc::new(given)?),
            Kind::Mail => Box::new(Mail::new(given)?),
        })
    }
}

impl Given {
    /// A text, where it is given.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// A secret, or an address that is none.
    #[must_use]
    pub fn optional(&self, key: &str) -> Option<SecretString> {
        self.secrets.get(key).cloned().or_else(|| self.text(key).map(Into::into))
    }

    /// One that the configuration must give.
    #[must_use]
    pub fn secret(&self, key: &str) -> SecretString {
        self.optional(key).unwrap_or_default()
    }

    /// Everything that must not be repeated: of an address also what in it is secret.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        let mut secrets: Vec<SecretString> = self.secrets.values().cloned().collect();
        for secret in self.secrets.values().map(ExposeSecret::expose_secret).filter(|secret| secret.contains("://")) {
            let parts = secret.split(['/', '?', '&', '=']).filter(|part| part.len() >= 12);
            secrets.extend(parts.map(SecretString::from));
        }
        secrets
    }
}
