//! A webhook: decisions are posted as they are, signed by Standard Webhooks, under the id of the decision.

use super::http::Http;
use super::{Connector, Delivery, Given, Reply};
use crate::run::sign;
use secrecy::{ExposeSecret, SecretString};
use ureq::http::Method;

/// A webhook.
pub(super) struct Webhook {
    http: Http,
    url: SecretString,
    signing: Option<SecretString>,
}

impl Webhook {
    pub(super) fn new(http: Http, given: &Given) -> Webhook {
        Webhook { http, url: given.secret("url"), signing: given.optional("signing") }
    }
}

impl Connector for Webhook {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let timestamp = delivery.now.ms().div_euclid(1000).to_string();
        let mut headers = vec![
            ("content-type", "application/json"),
            ("webhook-id", delivery.id),
            ("webhook-timestamp", timestamp.as_str()),
        ];
        let signature = self.signing.as_ref().map(|secret| {
            sign(secret, delivery.id, &timestamp, delivery.record.as_bytes()).ok_or("the secret is no base64")
        });
        let signature = match signature.transpose() {
            Ok(signature) => signature,
            Err(why) => return Reply::retry(why),
        };
        if let Some(signature) = &signature {
            headers.push(("webhook-signature", signature));
        }
        match self.http.send(Method::POST, self.url.expose_secret(), &headers, delivery.record.as_bytes()) {
            // Whether the receiver knows us is for it to say: as any other answer.
            Ok(answer) if answer.status == 401 => Reply::permanent("answered 401"),
            Ok(answer) => answer.status().unwrap_or_else(Reply::done),
            Err(reply) => reply,
        }
    }
}
