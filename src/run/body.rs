//! The body of a request as lines: JSON, JSON Lines, CloudEvents alone or in a batch.

use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Takes a body apart.
///
/// # Errors
/// Why it is none.
pub(super) fn lines(content_type: &str, body: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" | "" => {
            if body.trim_ascii_start().starts_with(b"[") {
                let events: Vec<&RawValue> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
                Ok(events.into_iter().map(|event| event.get().as_bytes().to_vec()).collect())
            } else {
                Ok(vec![body.to_vec()])
            }
        }
        "application/x-ndjson" | "application/jsonl" | "application/x-jsonlines" => {
            let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
            Ok(lines.map(<[u8]>::to_vec).collect())
        }
        "application/cloudevents+json" => {
            let event: CloudEvent<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            Ok(vec![event.line()?])
        }
        "application/cloudevents-batch+json" => {
            let events: Vec<CloudEvent<'_>> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            events.iter().map(CloudEvent::line).collect()
        }
        _ => Err("the content type is none of JSON, JSON Lines and CloudEvents".to_owned()),
    }
}

/// What we need of an event in CloudEvents 1.0; attributes beyond these are passed over.
#[derive(Deserialize)]
struct CloudEvent<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: BTreeMap<String, &'a RawValue>,
}

impl CloudEvent<'_> {
    /// As a line of a log: the data hold its fields; source and id together name it.
    fn line(&self) -> Result<Vec<u8>, String> {
        let said = |error: serde_json::Error| error.to_string();
        let Some(time) = &self.time else { return Err("a CloudEvent has no `time`".to_owned()) };
        let id = to_raw_value(&format!("{}#{}", self.source, self.id)).map_err(said)?;
        let (at, kind) = (to_raw_value(time).map_err(said)?, to_raw_value(&self.kind).map_err(said)?);
        let mut pairs: BTreeMap<&str, &RawValue> =
            self.data.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        pairs.insert("id", &id);
        pairs.insert("at", &at);
        pairs.insert("kind", &kind);
        serde_json::to_vec(&pairs).map_err(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(content_type: &str, body: &str) -> Vec<String> {
        lines(content_type, body.as_bytes()).unwrap().into_iter().map(|line| String::from_utf8(line).unwrap()).collect()
    }

    #[test]
    fn json_and_json_lines() {
        assert_eq!(texts("application/json", r#"{"a":1}"#), [r#"{"a":1}"#]);
        assert_eq!(
            texts("application/json; charset=utf-8", r#" [{"a":1.10}, {"b":2}]"#),
            [r#"{"a":1.10}"#, r#"{"b":2}"#]
        );
        assert_eq!(texts("application/x-ndjson", "{\"a\":1}\n\n{\"b\":2}\n"), [r#"{"a":1}"#, r#"{"b":2}"#]);
        assert!(lines("application/json", b"[{]").is_err());
        assert!(lines("text/html", b"{}").is_err());
    }

    #[test]
    fn cloud_events() {
        let one = r#"{"specversion":"1.0","id":"7","source":"/bridge","type":"purchase.made","time":"2026-03-01T09:00:00Z",
            "data":{"group":"g1","member":"m1","amount":199.90}}"#;
        let line = r##"{"amount":199.90,"at":"2026-03-01T09:00:00Z","group":"g1","id":"/bridge#7","kind":"purchase.made","member":"m1"}"##;
        assert_eq!(texts("application/cloudevents+json", one), [line]);
        assert_eq!(texts("application/cloudevents-batch+json", &format!("[{one},{one}]")), [line, line]);
        let timeless = one.replace("\"time\":\"2026-03-01T09:00:00Z\",", "");
        assert!(lines("application/cloudevents+json", timeless.as_bytes()).is_err());
    }
}
