//! A WeCom (企业微信) group robot: its address is its secret and leads to one group.

use super::http::Http;
use super::{Connector, Delivery, Given, Reply};
use crate::time::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use ureq::http::Method;

/// The most bytes of a text.
const LONGEST: usize = 2048;
/// How long it refuses where it was called too often.
const TOO_OFTEN: Duration = Duration::from_ms(60_000);

/// A robot.
pub(super) struct Wecom {
    http: Http,
    url: SecretString,
}

impl Wecom {
    pub(super) fn new(http: Http, given: &Given) -> Wecom {
        Wecom { http, url: given.secret("url") }
    }
}

impl Connector for Wecom {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Some(text) = delivery.text() else { return Reply::permanent("a WeCom group robot only speaks") };
        if text.len() > LONGEST {
            return Reply::permanent(format!("the text has {} bytes, of {LONGEST} at most", text.len()));
        }
        let body = json!({ "msgtype": "text", "text": { "content": text } });
        let answer = match self.http.json(Method::POST, self.url.expose_secret(), &[], &body) {
            Ok(answer) => answer,
            Err(reply) => return reply,
        };
        if let Some(reply) = answer.refused() {
            return reply;
        }
        let code = answer.number("errcode");
        let said = || self.http.plain(&format!("errcode {} {}", code.unwrap_or_default(), answer.text("errmsg")));
        match code {
            Some(0) => Reply::done(),
            Some(45009 | 45033) => Reply::retry(said()).after(Some(TOO_OFTEN)),
            // The system is busy.
            Some(-1) => Reply::retry(said()),
            Some(_) => Reply::permanent(said()),
            None => Reply::uncertain("the answer was not understood"),
        }
    }
}
