//! A Feishu (飞书, Lark) custom robot: its address is a secret and leads to one group; it may want a signature.

use super::http::{Http, put};
use super::{Connector, Delivery, Given, Reply};
use crate::time::Duration;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use ureq::http::Method;

/// The most bytes of a whole request.
const LONGEST: usize = 20 * 1024;
/// How long to rest where it was called too often.
const TOO_OFTEN: Duration = Duration::from_ms(10_000);

/// A robot.
pub(super) struct Feishu {
    http: Http,
    url: SecretString,
    signing: Option<SecretString>,
}

impl Feishu {
    pub(super) fn new(http: Http, given: &Given) -> Feishu {
        Feishu { http, url: given.secret("url"), signing: given.optional("signing") }
    }
}

/// The time and the secret are the key, and nothing is what is signed.
fn sign(secret: &SecretString, seconds: i64) -> Option<String> {
    let key = format!("{seconds}\n{}", secret.expose_secret());
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

impl Connector for Feishu {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Some(text) = delivery.text() else { return Reply::permanent("a Feishu custom robot only speaks") };
        let mut body = json!({ "msg_type": "text", "content": { "text": text } });
        if let Some(secret) = &self.signing {
            let seconds = delivery.now.ms().div_euclid(1000);
            put(&mut body, "timestamp", seconds.to_string());
            put(&mut body, "sign", sign(secret, seconds));
        }
        let length = body.to_string().len();
        if length > LONGEST {
            return Reply::permanent(format!("the request has {length} bytes, of {LONGEST} at most"));
        }
        let answer = match self.http.json(Method::POST, self.url.expose_secret(), &[], &body) {
            Ok(answer) => answer,
            Err(reply) => return reply,
        };
        // What is wrong it also tells with 400.
        let code = answer.number("code").or_else(|| answer.number("StatusCode"));
        let said = || self.http.plain(&format!("code {} {}", code.unwrap_or_default(), answer.text("msg")));
        match code {
            Some(0) if answer.status == 200 => Reply::done(),
            Some(9499 | 11232) => Reply::retry(said()).after(Some(TOO_OFTEN)),
            Some(code) if code != 0 && answer.status < 500 => Reply::permanent(said()),
            _ => answer.refused().unwrap_or_else(|| Reply::uncertain("the answer was not understood")),
        }
    }
}
