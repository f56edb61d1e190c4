//! Discord's REST interface: groups are channels, named by their numbers like members; sanctions hold for the server.

use super::http::{Answer, Http, part, seconds};
use super::{Connector, Deed, Delivery, Given, How, Reply, Rest};
use crate::time::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

/// The most characters of a text.
const LONGEST: usize = 2000;
/// The longest time-out.
const LONGEST_MUTE: Duration = Duration::from_ms(28 * 86_400_000);
/// Unknown channel member, message, user, ban: what is to be undone or taken away is gone already.
const GONE: [i64; 4] = [10_007, 10_008, 10_013, 10_026];

/// A bot.
pub(super) struct Discord {
    http: Http,
    server: String,
    guild: String,
    token: SecretString,
}

impl Discord {
    pub(super) fn new(http: Http, given: &Given) -> Discord {
        let server = given.text("server").unwrap_or("https://discord.com/api/v10").trim_end_matches('/').to_owned();
        let guild = given.text("guild").unwrap_or_default().to_owned();
        Discord { http, server, guild, token: given.secret("token") }
    }

    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Reply> {
        let authorization = format!("Bot {}", self.token.expose_secret());
        let headers = [("authorization", authorization.as_str()), ("user-agent", "DiscordBot (qun, 0.1)")];
        let url = format!("{}{path}", self.server);
        match body {
            Some(body) => self.http.json(method, &url, &headers, body),
            None => self.http.send(method, &url, &headers, &[]),
        }
    }

    fn done(&self, answer: &Answer) -> Reply {
        let code = answer.number("code").unwrap_or_default();
        let said = self.http.plain(&format!("{} code {code} {}", answer.status, answer.text("message")));
        match answer.status {
            // What is used up is told before it is refused.
            200..=299 if answer.header("x-ratelimit-remaining") == Some("0") => {
                Reply::done().after(answer.seconds("x-ratelimit-reset-after"))
            }
            204 => Reply::done(),
            200..=299 if answer.is_json => Reply::done(),
            429 => {
                let told = answer.json.get("retry_after").and_then(Value::as_f64).and_then(seconds);
                let during = told.or_else(|| answer.seconds("retry-after")).unwrap_or(Duration::from_ms(1000));
                let all = answer.json.get("global").and_then(Value::as_bool) == Some(true)
                    || answer.header("x-ratelimit-global") == Some("true");
                Reply { rest: Some(Rest { during, all }), ..Reply::retry(said) }
            }
            404 if GONE.contains(&code) => Reply::done(),
            400 | 403 | 404 => Reply::permanent(said),
            _ => answer.refused().unwrap_or_else(|| Reply::uncertain("the answer was not understood")),
        }
    }

    fn finish(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        self.call(method, path, body).map_or_else(|reply| reply, |answer| self.done(&answer))
    }

    fn say(&self, channel: &str, id: &str, text: &str, whom: Option<&str>) -> Reply {
        let text = whom.map_or_else(|| text.to_owned(), |whom| format!("<@{whom}> {text}"));
        let length = text.chars().count();
        if length > LONGEST {
            return Reply::permanent(format!("the text has {length} characters, of {LONGEST} at most"));
        }
        // Names of groups and people in a text call nobody.
        let users: Vec<&str> = whom.into_iter().collect();
        let nonce: String = id.chars().take(25).collect();
        let body = json!({
            "content": text, "nonce": nonce, "enforce_nonce": true,
            "allowed_mentions": { "parse": [], "users": users },
        });
        self.finish(Method::POST, &format!("/channels/{}/messages", part(channel)), Some(&body))
    }

    /// The channel of one person: it is the same each time it is asked for.
    fn direct(&self, delivery: &Delivery<'_>, text: &str) -> Reply {
        let asked =
            self.call(Method::POST, "/users/@me/channels", Some(&json!({ "recipient_id": delivery.destination })));
        let answer = match asked {
            Ok(answer) => answer,
            // Nothing has been said yet.
            Err(Reply { outcome: super::Outcome::Uncertain(why), rest }) => {
                return Reply { rest, ..Reply::retry(why) };
            }
            Err(reply) => return reply,
        };
        match answer.text("id") {
            "" => match self.done(&answer) {
                Reply { outcome: super::Outcome::Done, .. } => Reply::retry("the answer was not understood"),
                reply => reply,
            },
            channel => self.say(channel, delivery.id, text, None),
        }
    }
}

impl Connector for Discord {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let to = part(delivery.destination);
        let member = format!("/guilds/{}/members/{}", part(&self.guild), part(&delivery.member));
        let ban = format!("/guilds/{}/bans/{}", part(&self.guild), part(&delivery.member));
        match &delivery.deed {
            Deed::Say { how: How::Direct, text } => self.direct(delivery, text),
            Deed::Say { how: How::Warn, text } => {
                self.say(delivery.destination, delivery.id, text, Some(&delivery.member))
            }
            Deed::Say { how: How::Group, text } => self.say(delivery.destination, delivery.id, text, None),
            Deed::Task { .. } => {
                self.say(delivery.destination, delivery.id, &delivery.text().unwrap_or_default(), None)
            }
            Deed::Mute(None) => Reply::permanent("Discord keeps no time-out for ever: 28 days at most"),
            Deed::Mute(Some(end)) if *end > delivery.now + LONGEST_MUTE => {
                Reply::permanent("the time-out is longer than 28 days, which Discord does not keep")
            }
            Deed::Mute(Some(end)) => {
                let body = json!({ "communication_disabled_until": end.to_string() });
                self.finish(Method::PATCH, &member, Some(&body))
            }
            Deed::Unmute => self.finish(Method::PATCH, &member, Some(&json!({ "communication_disabled_until": null }))),
            Deed::Remove => self.finish(Method::DELETE, &member, None),
            Deed::Ban(_) => self.finish(Method::PUT, &ban, Some(&json!({}))),
            Deed::Unban => self.finish(Method::DELETE, &ban, None),
            Deed::Delete(message) => {
                self.finish(Method::DELETE, &format!("/channels/{to}/messages/{}", part(message)), None)
            }
            Deed::Pin(message) => {
                self.finish(Method::PUT, &format!("/channels/{to}/messages/pins/{}", part(message)), None)
            }
            Deed::Invite(_) | Deed::Other => Reply::permanent("a Discord bot cannot do this"),
        }
    }
}
