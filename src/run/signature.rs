//! Who may hand events in: whoever knows a token, or signs by Standard Webhooks.

use crate::time::{Duration, Instant};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// How far a signature's time may lie from the clock.
const WINDOW: Duration = Duration::from_ms(5 * 60 * 1000);
/// What secrets of Standard Webhooks begin with.
const MARK: &str = "whsec_";

/// Who may hand events in.
#[derive(Debug, Default)]
pub struct Gate {
    /// The token, if there is one.
    pub token: Option<SecretString>,
    /// The secret for signatures, if there is one.
    pub signing: Option<SecretString>,
}

/// What a request brings to show that it may.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// `Authorization`
    pub authorization: Option<&'a str>,
    /// `webhook-id`
    pub id: Option<&'a str>,
    /// `webhook-timestamp`: seconds
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`: one or more, after a space each
    pub signature: Option<&'a str>,
}

impl Gate {
    /// Whether a request may hand its body in.
    #[must_use]
    pub fn admits(&self, shown: Shown<'_>, body: &[u8], now: Instant) -> bool {
        self.knows(shown) || self.is_signed(shown, body, now)
    }

    fn knows(&self, shown: Shown<'_>) -> bool {
        let Some((token, given)) = self.token.as_ref().zip(shown.authorization) else { return false };
        let Some(given) = given.strip_prefix("Bearer ") else { return false };
        // Digests are compared, so that how long it takes tells nothing of the token.
        Sha256::digest(given.trim()) == Sha256::digest(token.expose_secret())
    }

    fn is_signed(&self, shown: Shown<'_>, body: &[u8], now: Instant) -> bool {
        let Shown { id: Some(id), timestamp: Some(timestamp), signature: Some(signatures), .. } = shown else {
            return false;
        };
        let Some(key) = self.signing.as_ref().and_then(key) else { return false };
        let Some(at) = timestamp.parse().ok().and_then(|seconds: i64| seconds.checked_mul(1000)) else { return false };
        let at = Instant::from_ms(at);
        if at > now + WINDOW || at < now - WINDOW {
            return false;
        }
        let given = signatures.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        let mut given = given.filter_map(|one| STANDARD.decode(one).ok());
        given.any(|given| signed(&key, id, timestamp, body).is_some_and(|mac| mac.verify_slice(&given).is_ok()))
    }
}

/// The signature of a body: what `webhook-signature` says. `None` where the secret is marked as base64 and is none.
pub(crate) fn sign(secret: &SecretString, id: &str, timestamp: &str, body: &[u8]) -> Option<String> {
    let mac = signed(&key(secret)?, id, timestamp, body)?;
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

fn signed(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

/// The bytes of a secret: base64 after its mark, else as it is written.
fn key(secret: &SecretString) -> Option<Vec<u8>> {
    let text = secret.expose_secret();
    match text.strip_prefix(MARK) {
        Some(coded) => STANDARD.decode(coded).ok(),
        None => Some(text.as_bytes().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification's own libraries test with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn gate() -> Gate {
        Gate { token: Some("open sesame".into()), signing: Some(SECRET.into()) }
    }

    fn shown() -> Shown<'static> {
        Shown { authorization: None, id: Some(ID), timestamp: Some(TIME), signature: Some(SIGNATURE) }
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_ms((1_614_265_330 + seconds) * 1000)
    }

    #[test]
    fn a_signature_holds_for_its_body_and_time() {
        assert!(gate().admits(shown(), BODY, at(0)));
        let several = format!("v1,AAAA v1a,xxxx {SIGNATURE}");
        assert!(gate().admits(Shown { signature: Some(&several), ..shown() }, BODY, at(0)));
        assert!(!gate().admits(shown(), b"{}", at(0)));
        assert!(!gate().admits(Shown { id: Some("other"), ..shown() }, BODY, at(0)));
        assert!(!gate().admits(Shown { timestamp: Some("1614265331"), ..shown() }, BODY, at(0)));
        assert!(!gate().admits(Shown { signature: None, ..shown() }, BODY, at(0)));
        assert!(!gate().admits(Shown { signature: Some("v1,"), ..shown() }, BODY, at(0)));
    }

    #[test]
    fn what_is_signed_here_is_taken_there() {
        assert_eq!(sign(&SECRET.into(), ID, TIME, BODY).as_deref(), Some(SIGNATURE));
        assert_eq!(sign(&"whsec_?".into(), ID, TIME, BODY), None);
    }

    #[test]
    fn an_old_signature_is_no_longer_good() {
        assert!(gate().admits(shown(), BODY, at(300)) && gate().admits(shown(), BODY, at(-300)));
        assert!(!gate().admits(shown(), BODY, at(301)) && !gate().admits(shown(), BODY, at(-301)));
    }

    #[test]
    fn a_token_is_the_whole_token() {
        let bearing = |text| Shown { authorization: Some(text), ..Shown::default() };
        assert!(gate().admits(bearing("Bearer open sesame"), b"", at(0)));
        for wrong in ["Bearer open", "open sesame", "Basic open sesame", "Bearer ", ""] {
            assert!(!gate().admits(bearing(wrong), b"", at(0)), "{wrong}");
        }
        assert!(!Gate::default().admits(bearing("Bearer "), b"", at(0)));
    }

    #[test]
    fn secrets_are_not_shown() {
        assert!(!format!("{:?}", gate()).contains("sesame"));
    }
}
