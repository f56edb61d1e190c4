//! Slack's Web API: groups are channels, `C…`, and members `U…`.

use super::http::{Answer, Http};
use super::{Connector, Deed, Delivery, Given, How, Reply};
use crate::time::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

/// The most characters of a text: what is beyond would be cut off.
const LONGEST: usize = 40_000;
/// How long to rest where nobody says.
const TOO_OFTEN: Duration = Duration::from_ms(30_000);
/// How long to rest where the token is refused: until people have looked.
const REFUSED: Duration = Duration::from_ms(10 * 60 * 1000);

/// An app.
pub(super) struct Slack {
    http: Http,
    server: String,
    token: SecretString,
}

impl Slack {
    pub(super) fn new(http: Http, given: &Given) -> Slack {
        let server = given.text("server").unwrap_or("https://slack.com/api").trim_end_matches('/').to_owned();
        Slack { http, server, token: given.secret("token") }
    }

    fn call(&self, method: &str, body: &Value, fine: Option<&str>) -> Reply {
        let authorization = format!("Bearer {}", self.token.expose_secret());
        let url = format!("{}/{method}", self.server);
        let headers = [("authorization", authorization.as_str())];
        self.http.json(Method::POST, &url, &headers, body).map_or_else(|reply| reply, |answer| self.done(&answer, fine))
    }

    /// `fine` is the error that says that it is so already.
    fn done(&self, answer: &Answer, fine: Option<&str>) -> Reply {
        if let Some(reply) = answer.refused() {
            return reply;
        }
        let error = answer.text("error");
        let said = || self.http.plain(error);
        match answer.json.get("ok").and_then(Value::as_bool) {
            Some(true) => Reply::done(),
            Some(false) => match error {
                "ratelimited" | "rate_limited" => {
                    Reply::retry(said()).after(answer.seconds("retry-after").or(Some(TOO_OFTEN)))
                }
                "internal_error" | "service_unavailable" | "request_timeout" | "team_added_to_org" => {
                    Reply::retry(said())
                }
                "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
                    Reply::retry(said()).after_all(REFUSED)
                }
                // Some of it may have been done.
                "fatal_error" => Reply::uncertain(said()),
                _ if fine == Some(error) => Reply::done(),
                _ => Reply::permanent(said()),
            },
            None => Reply::uncertain("the answer was not understood"),
        }
    }

    fn say(&self, to: &str, text: &str) -> Reply {
        let length = text.chars().count();
        if length > LONGEST {
            return Reply::permanent(format!("the text has {length} characters, of {LONGEST} at most"));
        }
        self.call("chat.postMessage", &json!({ "channel": to, "text": text }), None)
    }
}

/// A text with its signs that mean something written so that they mean nothing.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Connector for Slack {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let to = delivery.destination;
        match &delivery.deed {
            Deed::Say { how: How::Warn, text } => self.say(to, &format!("<@{}> {}", delivery.member, escaped(text))),
            Deed::Say { text, .. } => self.say(to, &escaped(text)),
            Deed::Task { .. } => self.say(to, &escaped(&delivery.text().unwrap_or_default())),
            Deed::Remove => self.call(
                "conversations.kick",
                &json!({ "channel": to, "user": delivery.member }),
                Some("not_in_channel"),
            ),
            Deed::Delete(message) => {
                self.call("chat.delete", &json!({ "channel": to, "ts": message }), Some("message_not_found"))
            }
            Deed::Pin(message) => {
                self.call("pins.add", &json!({ "channel": to, "timestamp": message }), Some("already_pinned"))
            }
            Deed::Mute(_) | Deed::Unmute | Deed::Ban(_) | Deed::Unban | Deed::Invite(_) | Deed::Other => {
                Reply::permanent("a Slack app cannot do this")
            }
        }
    }
}
