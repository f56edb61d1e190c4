//! Matrix: groups are rooms (`!…:server`), members are `@…:server`; what is said twice under one id is said once.

use super::http::{Answer, Http, part, put};
use super::{Connector, Deed, Delivery, Given, How, Reply};
use crate::time::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

/// The most bytes of a text: an event has 65,536 with all that is around it.
const LONGEST: usize = 60_000;
/// How long to rest where nobody says.
const TOO_OFTEN: Duration = Duration::from_ms(5_000);
/// The level of a muted member.
const MUTED: i64 = -1;

/// An account.
pub(super) struct Matrix {
    http: Http,
    server: String,
    token: SecretString,
}

impl Matrix {
    pub(super) fn new(http: Http, given: &Given) -> Matrix {
        let server = given.text("server").unwrap_or_default().trim_end_matches('/').to_owned();
        Matrix { http, server, token: given.secret("token") }
    }

    fn call(&self, method: Method, room: &str, path: &str, body: Option<&Value>) -> Result<Answer, Reply> {
        let authorization = format!("Bearer {}", self.token.expose_secret());
        let headers = [("authorization", authorization.as_str())];
        let url = format!("{}/_matrix/client/v3/rooms/{}/{path}", self.server, part(room));
        match body {
            Some(body) => self.http.json(method, &url, &headers, body),
            None => self.http.send(method, &url, &headers, &[]),
        }
    }

    /// What an answer says; `so` where what is in no state for it is so already.
    fn done(&self, answer: &Answer, so: bool) -> Reply {
        let code = answer.text("errcode");
        let said = || self.http.plain(&format!("{} {code} {}", answer.status, answer.text("error")));
        match (answer.status, code) {
            (200..=299, _) if answer.is_json => Reply::done(),
            (429, _) => {
                let told = answer.number("retry_after_ms").filter(|ms| (0..=86_400_000).contains(ms));
                let told = answer.seconds("retry-after").or(told.map(Duration::from_ms));
                Reply::retry(said()).after_all(told.unwrap_or(TOO_OFTEN))
            }
            (403, "M_BAD_STATE") if so => Reply::done(),
            (400 | 403 | 404 | 413, code) if code.starts_with("M_") => Reply::permanent(said()),
            _ => answer.refused().unwrap_or_else(|| Reply::uncertain("the answer was not understood")),
        }
    }

    fn ask(&self, method: Method, room: &str, path: &str, body: &Value, so: bool) -> Reply {
        self.call(method, room, path, Some(body)).map_or_else(|reply| reply, |answer| self.done(&answer, so))
    }

    fn say(&self, delivery: &Delivery<'_>, text: &str, whom: Option<&str>) -> Reply {
        if text.len() > LONGEST {
            return Reply::permanent(format!("the text has {} bytes, of {LONGEST} at most", text.len()));
        }
        let whom: Vec<&str> = whom.into_iter().collect();
        let body = json!({ "msgtype": "m.notice", "body": text, "m.mentions": { "user_ids": whom } });
        let path = format!("send/m.room.message/{}", part(delivery.id));
        self.ask(Method::PUT, delivery.destination, &path, &body, false)
    }

    /// Sets how much a member may: below nothing keeps somebody from speaking.
    fn level(&self, room: &str, member: &str, level: Option<i64>) -> Reply {
        const LEVELS: &str = "state/m.room.power_levels";
        let answer = match self.call(Method::GET, room, LEVELS, None) {
            Ok(answer) if answer.status == 200 && answer.is_json => answer,
            Ok(answer) => return self.done(&answer, false),
            Err(reply) => return reply,
        };
        let mut levels = answer.json;
        let mut users = levels.get("users").cloned().unwrap_or_else(|| json!({}));
        match level {
            Some(level) => put(&mut users, member, level),
            None => drop(users.as_object_mut().and_then(|users| users.remove(member))),
        }
        put(&mut levels, "users", users);
        self.ask(Method::PUT, room, LEVELS, &levels, false)
    }
}

impl Connector for Matrix {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let (room, member) = (delivery.destination, delivery.member.as_str());
        let whom = json!({ "user_id": member });
        match &delivery.deed {
            Deed::Say { how: How::Warn, text } => self.say(delivery, &format!("{member}: {text}"), Some(member)),
            Deed::Say { how: How::Group, text } => self.say(delivery, text, None),
            Deed::Task { .. } => self.say(delivery, &delivery.text().unwrap_or_default(), None),
            Deed::Mute(_) => self.level(room, member, Some(MUTED)),
            Deed::Unmute => self.level(room, member, None),
            Deed::Remove => self.ask(Method::POST, room, "kick", &whom, true),
            Deed::Ban(_) => self.ask(Method::POST, room, "ban", &whom, false),
            Deed::Unban => self.ask(Method::POST, room, "unban", &whom, true),
            Deed::Invite(group) => self.ask(Method::POST, group, "invite", &whom, false),
            Deed::Delete(event) => {
                let path = format!("redact/{}/{}", part(event), part(delivery.id));
                self.ask(Method::PUT, room, &path, &json!({}), false)
            }
            Deed::Say { how: How::Direct, .. } | Deed::Pin(_) | Deed::Other => {
                Reply::permanent("a Matrix account cannot do this here")
            }
        }
    }
}
