//! One request, and what its answer, or that there is none, comes to.

use super::{Given, Outcome, Reply, Unbuilt};
use crate::time::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::io::ErrorKind;
use ureq::http::{HeaderMap, Method, Request};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Timeout};

/// How long one request may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 256 * 1024;
/// How much of what the other side says is kept.
const KEPT: usize = 200;
/// How long to rest where the credentials are refused: until people have looked.
const REFUSED: Duration = Duration::from_ms(10 * 60 * 1000);

/// The key that names whoever vouches for a server.
pub(super) const AUTHORITY: &str = "authority";

fn certificates(pem: &str) -> Result<Vec<Certificate<'static>>, Unbuilt> {
    let wanted = Unbuilt { key: AUTHORITY, wanted: "certificates in PEM: `file:authority.pem`" };
    let items = parse_pem(pem.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(|_| wanted.clone())?;
    let certificates = items.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() { Err(wanted) } else { Ok(certificates) }
}

/// Sends requests.
pub(super) struct Http {
    agent: Agent,
    /// What must not be repeated.
    secrets: Vec<SecretString>,
}

/// An answer that came whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    /// The body; nothing where it is no JSON.
    pub(super) json: Value,
    /// Whether the body is JSON.
    pub(super) is_json: bool,
}

impl Http {
    /// Sends by what a connector was told: to servers that its authority vouches for, else one of those that browsers trust.
    pub(super) fn of(given: &Given) -> Result<Http, Unbuilt> {
        let trusted = match given.optional(AUTHORITY) {
            Some(pem) => RootCerts::new_with_certs(&certificates(pem.expose_secret())?),
            None => RootCerts::WebPki,
        };
        let agent: Agent = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(trusted).build())
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // An address that moves is for whoever configures it to follow.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .into();
        Ok(Http { agent, secrets: given.secrets() })
    }

    /// Sends one request; where no whole answer comes, what that means.
    pub(super) fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Reply> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|_| Reply::permanent("the address is none"))?;
        let mut response = self.agent.run(request).map_err(|error| failed(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.body_mut().with_config().limit(LONGEST).read_to_vec();
        let Ok(body) = body else { return Err(Reply::uncertain("the answer is cut short")) };
        let json = serde_json::from_slice(&body);
        Ok(Answer { status, headers, is_json: json.is_ok(), json: json.unwrap_or_default() })
    }

    /// Sends JSON.
    pub(super) fn json(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer, Reply> {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(method, url, &all, body.to_string().as_bytes())
    }

    /// What the other side says, on one line, not too long, and without a secret.
    pub(super) fn plain(&self, said: &str) -> String {
        let mut text = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for secret in self.secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "***");
        }
        text.chars().take(KEPT).collect()
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// `Retry-After`, or another header with seconds.
    pub(super) fn seconds(&self, name: &str) -> Option<Duration> {
        seconds(self.header(name)?.parse().ok()?)
    }

    /// A text of the body.
    pub(super) fn text(&self, key: &str) -> &str {
        self.json.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// A whole number of the body.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.json.get(key).and_then(Value::as_i64)
    }

    /// What its status alone says; `None` where it says that all is well.
    pub(super) fn status(&self) -> Option<Reply> {
        let said = format!("answered {}", self.status);
        match self.status {
            200..=299 => None,
            401 => Some(Reply::retry(said).after_all(REFUSED)),
            // Who answers for somebody else does not know what became of it.
            502 | 504 => Some(Reply::uncertain(said).after(self.seconds("retry-after"))),
            408 | 425 | 429 | 500..=599 => Some(Reply::retry(said).after(self.seconds("retry-after"))),
            _ => Some(Reply::permanent(said)),
        }
    }

    /// The same where the body must be JSON.
    pub(super) fn refused(&self) -> Option<Reply> {
        self.status().or_else(|| (!self.is_json).then(|| Reply::uncertain("the answer was not understood")))
    }
}

/// Adds a field to a body.
pub(super) fn put(body: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(body) = body.as_object_mut() {
        body.insert(key.to_owned(), value.into());
    }
}

/// Some seconds, with their fraction.
pub(super) fn seconds(seconds: f64) -> Option<Duration> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is tested")]
    (0.0..=1e9).contains(&seconds).then(|| Duration::from_ms((seconds * 1000.0).ceil() as i64))
}

/// What it means that no answer came, without the address: it may be a secret.
fn failed(error: &ureq::Error) -> Reply {
    let unsent = |why: &str| Reply::from(Outcome::Retry(why.to_owned()));
    match error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => unsent("the host did not answer in time"),
        ureq::Error::Timeout(_) => Reply::uncertain("timed out"),
        ureq::Error::HostNotFound => unsent("the host is not known"),
        ureq::Error::ConnectionFailed => unsent("the connection failed"),
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => unsent("the connection failed"),
        ureq::Error::Io(error) if is_unsafe(error) => unsent("nobody trusted vouches for the server (`authority`)"),
        ureq::Error::Io(_) => Reply::uncertain("the connection failed"),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Reply::permanent("the address is none"),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => unsent("no safe connection"),
        _ => Reply::uncertain("the answer was not understood"),
    }
}

/// A part of a path, with what would end it written in hexadecimal.
pub(super) fn part(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// Whether a connection was not made, since the server's certificate is not good: nothing has been sent.
fn is_unsafe(error: &std::io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    matches!(error, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented))
}
