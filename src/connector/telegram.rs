//! Telegram's Bot API: groups and members are named by their numbers; the bot is an administrator of the supergroup.

use super::http::{Http, put, seconds};
use super::{Connector, Deed, Delivery, Given, How, Reply};
use crate::time::{Duration, Instant};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

/// The most characters of a text.
const LONGEST: usize = 4096;
/// What ends sooner, or later, is kept for ever: it is moved to the nearest time that is not.
const SHORTEST_BAN: Duration = Duration::from_ms(35_000);
const LONGEST_BAN: Duration = Duration::from_ms(365 * 86_400_000);

/// A bot.
pub(super) struct Telegram {
    http: Http,
    server: String,
    token: SecretString,
}

impl Telegram {
    pub(super) fn new(http: Http, given: &Given) -> Telegram {
        let server = given.text("server").unwrap_or("https://api.telegram.org").trim_end_matches('/').to_owned();
        Telegram { http, server, token: given.secret("token") }
    }

    fn call(&self, method: &str, body: &Value) -> Reply {
        let url = format!("{}/bot{}/{method}", self.server, self.token.expose_secret());
        let answer = match self.http.json(Method::POST, &url, &[], body) {
            Ok(answer) => answer,
            Err(reply) => return reply,
        };
        let said = self.http.plain(&format!("{} {}", answer.status, answer.text("description")));
        match answer.json.get("ok").and_then(Value::as_bool) {
            Some(true) if answer.status == 200 => Reply::done(),
            Some(false) if answer.status == 429 || answer.number("error_code") == Some(429) => {
                let wanted = answer.json.pointer("/parameters/retry_after").and_then(Value::as_f64);
                Reply::retry(said).after(wanted.and_then(seconds).or(Some(Duration::from_ms(1000))))
            }
            Some(false) if is_so_already(answer.text("description")) => Reply::done(),
            Some(false) if matches!(answer.status, 200 | 400 | 403 | 409 | 413) => Reply::permanent(said),
            _ => answer.refused().unwrap_or_else(|| Reply::uncertain("the answer was not understood")),
        }
    }

    fn say(&self, to: &str, text: &str, whom: Option<&str>) -> Reply {
        let length = text.chars().count();
        if length > LONGEST {
            return Reply::permanent(format!("the text has {length} characters, of {LONGEST} at most"));
        }
        let mut body = json!({ "chat_id": to, "text": text });
        // A member is called by a link in the first sign of the text: what it shows stays as it is written.
        if let Some((first, whom)) = text.chars().next().zip(whom.and_then(|whom| whom.parse::<i64>().ok())) {
            let link =
                json!([{ "type": "text_mention", "offset": 0, "length": first.len_utf16(), "user": { "id": whom } }]);
            put(&mut body, "entities", link);
        }
        self.call("sendMessage", &body)
    }
}

/// What is refused since it is so already.
fn is_so_already(description: &str) -> bool {
    let so = ["message to delete not found", "USER_NOT_PARTICIPANT", "PARTICIPANT_ID_INVALID", "CHAT_NOT_MODIFIED"];
    so.iter().any(|so| description.contains(so))
}

/// The end of a sanction in seconds, moved where it would be taken for ever.
fn until(end: Instant, now: Instant) -> i64 {
    let end = end.clamp(now + SHORTEST_BAN, now + LONGEST_BAN);
    end.ms().div_euclid(1000)
}

/// What a muted member may not, and one who speaks again may.
fn permissions(may: bool) -> Value {
    let all = [
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
    ];
    all.into_iter().map(|one| (one.to_owned(), json!(may))).collect::<serde_json::Map<_, _>>().into()
}

impl Connector for Telegram {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Delivery { destination: to, member, now, .. } = delivery;
        let mut body = json!({ "chat_id": to, "user_id": member });
        let (method, more) = match &delivery.deed {
            Deed::Say { how, text } => return self.say(to, text, (*how == How::Warn).then_some(member)),
            Deed::Task { .. } => return self.say(to, &delivery.text().unwrap_or_default(), None),
            Deed::Mute(end) => {
                put(&mut body, "permissions", permissions(false));
                ("restrictChatMember", end.map(|end| ("until_date", json!(until(end, *now)))))
            }
            Deed::Unmute => {
                put(&mut body, "permissions", permissions(true));
                ("restrictChatMember", None)
            }
            Deed::Ban(end) => ("banChatMember", end.map(|end| ("until_date", json!(until(end, *now))))),
            Deed::Unban => ("unbanChatMember", Some(("only_if_banned", json!(true)))),
            Deed::Remove => {
                // Somebody who is put out is banned and let in again.
                let banned = self.call("banChatMember", &body);
                if banned != Reply::done() {
                    return banned;
                }
                ("unbanChatMember", Some(("only_if_banned", json!(true))))
            }
            Deed::Delete(message) => {
                body = json!({ "chat_id": to, "message_id": message });
                ("deleteMessage", None)
            }
            Deed::Pin(message) => {
                body = json!({ "chat_id": to, "message_id": message });
                ("pinChatMessage", None)
            }
            Deed::Invite(_) | Deed::Other => return Reply::permanent("a Telegram bot cannot do this"),
        };
        if let Some((key, value)) = more {
            put(&mut body, key, value);
        }
        self.call(method, &body)
    }
}
