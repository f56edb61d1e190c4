//! Over TLS: what is sent where the server is vouched for, and that nothing is where it is not.

use crate::recorder::{Recorder, connector, deliver, json, sort};
use crate::trouble::SPEAKING;
use qun::connector::{Connector, Given, Kind, Unbuilt};
use std::collections::BTreeMap;

const AUTHORITY: &str = include_str!("tls/authority.pem");

fn over_tls(kind: Kind, server: &Recorder, authority: Option<&str>) -> Result<Box<dyn Connector>, Unbuilt> {
    let mut given = Given { texts: BTreeMap::new(), secrets: BTreeMap::new(), print: |_| Ok(()) };
    let at = format!("https://{}", server.address);
    given.texts.extend([("url", format!("{at}/hook")), ("server", at), ("guild", "9".to_owned())]);
    given.secrets.extend([("token", "planted".into()), ("signing", "whsec_cGxhbnRlZA==".into())]);
    given.secrets.extend(authority.map(|pem| ("authority", pem.into())));
    kind.build(&given)
}

#[test]
fn over_tls_the_same_is_sent_to_whom_the_authority_vouches_for() {
    for kind in SPEAKING {
        let (secure, open) =
            (Recorder::secure(json(200, r#"{"ok":true}"#)), Recorder::new([json(200, r#"{"ok":true}"#)]));
        let settings = [
            ("url", "@/hook"),
            ("token", "!planted"),
            ("signing", "!whsec_cGxhbnRlZA=="),
            ("server", "@"),
            ("guild", "9"),
        ];
        let plain = deliver(&mut *connector(kind, &settings, &open), "post", r#""text":"a""#, "77");
        let reply = deliver(&mut *over_tls(kind, &secure, Some(AUTHORITY)).unwrap(), "post", r#""text":"a""#, "77");
        assert_eq!(sort(&reply), sort(&plain), "{kind:?}");
        let (sent, expected) = (secure.received(), open.received());
        assert_eq!(sent.len(), 1, "{kind:?}");
        assert_eq!((&sent[0].line, &sent[0].body), (&expected[0].line, &expected[0].body), "{kind:?}");
        let without_host = |headers: &BTreeMap<String, String>| {
            headers.iter().filter(|(name, _)| *name != "host").map(|(n, v)| (n.clone(), v.clone())).collect::<Vec<_>>()
        };
        assert_eq!(without_host(&sent[0].headers), without_host(&expected[0].headers), "{kind:?}");
    }
}

#[test]
fn to_whom_nobody_vouches_for_nothing_is_sent() {
    for kind in SPEAKING {
        let server = Recorder::secure(json(200, "{}"));
        let reply = deliver(&mut *over_tls(kind, &server, None).unwrap(), "post", r#""text":"a""#, "77");
        let (sort, why) = sort(&reply);
        assert!(sort == "retry" && !why.contains("planted"), "{kind:?}: {sort}: {why}");
        assert!(server.received().is_empty(), "{kind:?}");
    }
}

#[test]
fn an_authority_that_is_none_is_told_at_the_start() {
    let server = Recorder::new([json(200, "{}")]);
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA", include_str!("tls/key.pem")] {
        let unbuilt = over_tls(Kind::Webhook, &server, Some(pem)).err().unwrap();
        assert_eq!((unbuilt.key, unbuilt.wanted), ("authority", "certificates in PEM: `file:authority.pem`"), "{pem}");
    }
}
