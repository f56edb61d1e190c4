//! A DingTalk (钉钉) custom robot: its address is a secret and leads to one group; it may want a signature.

use super::http::{Http, part};
use super::{Connector, Delivery, Given, Reply};
use crate::time::Duration;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use ureq::http::Method;

/// How long it refuses everything where it was called too often.
const TOO_OFTEN: Duration = Duration::from_ms(10 * 60 * 1000);

/// A robot.
pub(super) struct Dingtalk {
    http: Http,
    url: SecretString,
    signing: Option<SecretString>,
}

impl Dingtalk {
    pub(super) fn new(http: Http, given: &Given) -> Dingtalk {
        Dingtalk { http, url: given.secret("url"), signing: given.optional("signing") }
    }

    /// The address, with the time in milliseconds and the signature of it where there is a secret.
    fn address(&self, ms: i64) -> String {
        let url = self.url.expose_secret();
        let signature = self.signing.as_ref().and_then(|secret| {
            let secret = secret.expose_secret();
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
            mac.update(format!("{ms}\n{secret}").as_bytes());
            Some(STANDARD.encode(mac.finalize().into_bytes()))
        });
        match signature {
            None => url.to_owned(),
            Some(signature) => {
                let join = if url.contains('?') { '&' } else { '?' };
                format!("{url}{join}timestamp={ms}&sign={}", part(&signature))
            }
        }
    }
}

impl Connector for Dingtalk {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Some(text) = delivery.text() else { return Reply::permanent("a DingTalk custom robot only speaks") };
        let body = json!({ "msgtype": "text", "text": { "content": text } });
        let answer = match self.http.json(Method::POST, &self.address(delivery.now.ms()), &[], &body) {
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
            Some(130_101 | 660_026) => Reply::retry(said()).after(Some(TOO_OFTEN)),
            Some(-1) => Reply::retry(said()),
            Some(_) => Reply::permanent(said()),
            None => Reply::uncertain("the answer was not understood"),
        }
    }
}
