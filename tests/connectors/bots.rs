//! Bots: Telegram, Discord, Slack.

use crate::recorder::{Answer, Recorder, connector, deliver, done, json, rest, sort};
use qun::connector::{Connector, Kind};
use serde_json::{Value, json as value};

fn telegram(server: &Recorder) -> Box<dyn Connector> {
    connector(Kind::Telegram, &[("token", "!123:planted-token-abc"), ("server", "@")], server)
}

fn discord(server: &Recorder) -> Box<dyn Connector> {
    let settings = [("token", "!planted-token-abc"), ("guild", "9"), ("server", "@/api/v10")];
    connector(Kind::Discord, &settings, server)
}

fn slack(server: &Recorder) -> Box<dyn Connector> {
    connector(Kind::Slack, &[("token", "!xoxb-planted-token"), ("server", "@/api")], server)
}

/// What each deed becomes: the request lines and the bodies, in order.
fn becomes(mut bot: Box<dyn Connector>, server: &Recorder, action: &str, args: &str, to: &str) -> Vec<(String, Value)> {
    let before = server.received().len();
    assert_eq!(deliver(&mut *bot, action, args, to), done(), "{action}");
    server.received()[before..].iter().map(|request| (request.line.clone(), request.json())).collect()
}

#[test]
fn what_telegram_is_asked() {
    let server = Recorder::new([json(200, r#"{"ok":true,"result":true}"#)]);
    let asked = |action: &str, args: &str, to: &str| {
        let asked = becomes(telegram(&server), &server, action, args, to);
        let method = |line: String| line.strip_prefix("POST /bot123:planted-token-abc/").unwrap().to_owned();
        asked.into_iter().map(|(line, body)| (method(line), body)).collect::<Vec<_>>()
    };
    let one = |method: &str, body: Value| vec![(method.to_owned(), body)];
    let say = value!({ "chat_id": "-1001", "text": "hi" });
    assert_eq!(asked("post", r#""text":"hi""#, "-1001"), one("sendMessage", say));
    assert_eq!(asked("dm", r#""text":"hi""#, "42"), one("sendMessage", value!({ "chat_id": "42", "text": "hi" })));
    let mention = value!([{ "type": "text_mention", "offset": 0, "length": 2, "user": { "id": 42 } }]);
    let warn = value!({ "chat_id": "-1001", "text": "🛑 stop", "entities": mention });
    assert_eq!(asked("warn", r#""text":"🛑 stop""#, "-1001"), one("sendMessage", warn));
    let mute = asked("mute", r#""for_s":3600"#, "-1001");
    assert_eq!(mute[0].0, "restrictChatMember");
    assert_eq!(mute[0].1["until_date"], 1_772_416_804 + 3600);
    assert_eq!(mute[0].1["user_id"], "42");
    assert_eq!(mute[0].1["permissions"]["can_send_messages"], false);
    // Less than 30 seconds, or more than 366 days, would be for ever.
    assert_eq!(asked("mute", r#""for_s":5"#, "-1001")[0].1["until_date"], 1_772_416_804 + 35);
    let year = asked("ban", r#""for_s":99999999"#, "-1001");
    assert_eq!(
        (year[0].0.as_str(), &year[0].1["until_date"]),
        ("banChatMember", &value!(1_772_416_804 + 365 * 86_400))
    );
    assert!(asked("ban", "", "-1001")[0].1.get("until_date").is_none());
    assert_eq!(asked("unmute", "", "-1001")[0].1["permissions"]["can_send_messages"], true);
    let remove = asked("remove", "", "-1001");
    let unban = value!({ "chat_id": "-1001", "user_id": "42", "only_if_banned": true });
    assert_eq!((remove[0].0.as_str(), &remove[1]), ("banChatMember", &("unbanChatMember".to_owned(), unban.clone())));
    assert_eq!(asked("unban", "", "-1001"), one("unbanChatMember", unban));
    let message = value!({ "chat_id": "-1001", "message_id": "5" });
    assert_eq!(asked("delete_message", r#""message_id":"5""#, "-1001"), one("deleteMessage", message.clone()));
    assert_eq!(asked("pin", r#""message":"5""#, "-1001"), one("pinChatMessage", message));
}

#[test]
fn what_telegram_answers() {
    let cases = [
        (
            429,
            r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 14","parameters":{"retry_after":14}}"#,
            "retry",
            rest(14_000, false),
        ),
        (400, r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#, "permanent", None),
        (
            403,
            r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the supergroup chat"}"#,
            "permanent",
            None,
        ),
        (200, r#"{"ok":false,"error_code":400,"description":"Bad Request: x"}"#, "permanent", None),
        (401, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#, "retry", rest(600_000, true)),
        (500, r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#, "retry", None),
        (502, "<html>", "uncertain", None),
        (200, "<html>", "uncertain", None),
    ];
    for (status, body, expected, pause) in cases {
        let server = Recorder::new([json(status, body)]);
        let reply = deliver(&mut *telegram(&server), "post", r#""text":"a""#, "-1001");
        assert_eq!((sort(&reply).0, reply.rest), (expected, pause), "{status} {body}");
    }
    let server = Recorder::new([json(
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: message to delete not found"}"#,
    )]);
    assert_eq!(deliver(&mut *telegram(&server), "delete_message", r#""message_id":"5""#, "-1001"), done());
    // Whoever could not be banned is not let in again.
    let server =
        Recorder::new([json(400, r#"{"ok":false,"error_code":400,"description":"Bad Request: not enough rights"}"#)]);
    assert_eq!(sort(&deliver(&mut *telegram(&server), "remove", "", "-1001")).0, "permanent");
    assert_eq!(server.received().len(), 1);
    let long = format!(r#""text":"{}""#, "a".repeat(4097));
    assert_eq!(sort(&deliver(&mut *telegram(&server), "post", &long, "-1001")).0, "permanent");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_discord_is_asked() {
    let server = Recorder::with(|request| match request.line.as_str() {
        "POST /api/v10/users/@me/channels" => json(200, r#"{"id":"555","type":1}"#),
        line if line.starts_with("POST ") => json(200, r#"{"id":"1"}"#),
        _ => json(204, ""),
    });
    let asked = |action: &str, args: &str, to: &str| becomes(discord(&server), &server, action, args, to);
    let say = value!({
        "content": "hi", "nonce": "0123456789abcdef0123", "enforce_nonce": true,
        "allowed_mentions": { "parse": [], "users": [] },
    });
    let sent = |path: &str, body: Value| (path.to_owned(), body);
    let post = asked("post", r#""text":"hi""#, "77");
    assert_eq!(post, [sent("POST /api/v10/channels/77/messages", say.clone())]);
    let to = sent("POST /api/v10/users/@me/channels", value!({ "recipient_id": "42" }));
    assert_eq!(asked("dm", r#""text":"hi""#, "42"), [to, sent("POST /api/v10/channels/555/messages", say)]);
    let warn = &asked("warn", r#""text":"stop""#, "77")[0].1;
    assert_eq!((&warn["content"], &warn["allowed_mentions"]["users"]), (&value!("<@42> stop"), &value!(["42"])));
    let until = value!({ "communication_disabled_until": "2026-03-02T03:00:04.250+00:00" });
    assert_eq!(asked("mute", r#""for_s":3600"#, "77"), [sent("PATCH /api/v10/guilds/9/members/42", until)]);
    let never = value!({ "communication_disabled_until": null });
    assert_eq!(asked("unmute", "", "77"), [sent("PATCH /api/v10/guilds/9/members/42", never)]);
    assert_eq!(asked("remove", "", "77"), [sent("DELETE /api/v10/guilds/9/members/42", Value::Null)]);
    assert_eq!(asked("ban", "", "77"), [sent("PUT /api/v10/guilds/9/bans/42", value!({}))]);
    assert_eq!(asked("unban", "", "77"), [sent("DELETE /api/v10/guilds/9/bans/42", Value::Null)]);
    let message = asked("delete_message", r#""message_id":"5""#, "77");
    assert_eq!(message, [sent("DELETE /api/v10/channels/77/messages/5", Value::Null)]);
    assert!(server.received().iter().all(|request| request.headers["authorization"] == "Bot planted-token-abc"));
    let before = server.received().len();
    for long in ["", r#""for_s":2419201"#] {
        assert_eq!(sort(&deliver(&mut *discord(&server), "mute", long, "77")).0, "permanent");
    }
    let long = format!(r#""text":"{}""#, "a".repeat(2001));
    assert_eq!(sort(&deliver(&mut *discord(&server), "post", &long, "77")).0, "permanent");
    assert_eq!(server.received().len(), before);
}

#[test]
fn what_discord_answers() {
    let limited = r#"{"message":"You are being rate limited.","retry_after":1.337,"global":false}"#;
    let global = r#"{"message":"You are being rate limited.","retry_after":64.57,"global":true}"#;
    let used = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset-after: 2.5\r\n";
    let whole = |status, headers, body: &str| Answer::Whole(status, headers, body.to_owned());
    let cases = [
        (whole(429, "retry-after: 2\r\n", limited), "retry", rest(1337, false)),
        (whole(429, "retry-after: 65\r\nx-ratelimit-global: true\r\n", global), "retry", rest(64_570, true)),
        (whole(200, used, r#"{"id":"1"}"#), "done", rest(2500, false)),
        (whole(403, "", r#"{"message":"Missing Permissions","code":50013}"#), "permanent", None),
        (whole(401, "", r#"{"message":"401: Unauthorized","code":0}"#), "retry", rest(600_000, true)),
        (whole(404, "", r#"{"message":"Unknown Channel","code":10003}"#), "permanent", None),
        (whole(503, "retry-after: 3\r\n", ""), "retry", rest(3000, false)),
    ];
    for (answer, expected, pause) in cases {
        let server = Recorder::new([answer.clone()]);
        let reply = deliver(&mut *discord(&server), "post", r#""text":"a""#, "77");
        assert_eq!((sort(&reply).0, reply.rest), (expected, pause), "{answer:?}");
    }
    let server = Recorder::new([json(404, r#"{"message":"Unknown Ban","code":10026}"#)]);
    assert_eq!(deliver(&mut *discord(&server), "unban", "", "77"), done());
}

#[test]
fn what_slack_is_asked() {
    let server = Recorder::new([json(200, r#"{"ok":true,"ts":"1.2"}"#)]);
    let asked = |action: &str, args: &str, to: &str| becomes(slack(&server), &server, action, args, to);
    let sent = |path: &str, body: Value| vec![(format!("POST /api/{path}"), body)];
    let post = asked("post", r#""text":"a < b & <!channel>""#, "C1");
    let text = "a &lt; b &amp; &lt;!channel&gt;";
    assert_eq!(post, sent("chat.postMessage", value!({ "channel": "C1", "text": text })));
    let warn = asked("warn", r#""text":"stop""#, "C1");
    assert_eq!(warn, sent("chat.postMessage", value!({ "channel": "C1", "text": "<@42> stop" })));
    assert_eq!(asked("remove", "", "C1"), sent("conversations.kick", value!({ "channel": "C1", "user": "42" })));
    let delete = asked("delete_message", r#""message_id":"1.2""#, "C1");
    assert_eq!(delete, sent("chat.delete", value!({ "channel": "C1", "ts": "1.2" })));
    let pin = asked("pin", r#""message":"1.2""#, "C1");
    assert_eq!(pin, sent("pins.add", value!({ "channel": "C1", "timestamp": "1.2" })));
    assert!(server.received().iter().all(|request| request.headers["authorization"] == "Bearer xoxb-planted-token"));
}

#[test]
fn what_slack_answers() {
    let limited = Answer::Whole(429, "retry-after: 30\r\n", r#"{"ok":false,"error":"ratelimited"}"#.to_owned());
    let cases = [
        (limited, "retry", rest(30_000, false)),
        (json(200, r#"{"ok":false,"error":"ratelimited"}"#), "retry", rest(30_000, false)),
        (json(200, r#"{"ok":false,"error":"channel_not_found"}"#), "permanent", None),
        (json(200, r#"{"ok":false,"error":"not_in_channel"}"#), "permanent", None),
        (json(200, r#"{"ok":false,"error":"token_revoked"}"#), "retry", rest(600_000, true)),
        (json(200, r#"{"ok":false,"error":"fatal_error"}"#), "uncertain", None),
        (json(200, r#"{"ok":false,"error":"internal_error"}"#), "retry", None),
        (json(200, "{}"), "uncertain", None),
    ];
    for (answer, expected, pause) in cases {
        let server = Recorder::new([answer.clone()]);
        let reply = deliver(&mut *slack(&server), "post", r#""text":"a""#, "C1");
        assert_eq!((sort(&reply).0, reply.rest), (expected, pause), "{answer:?}");
    }
    // Who is not there need not be put out.
    let server = Recorder::new([json(200, r#"{"ok":false,"error":"not_in_channel"}"#)]);
    assert_eq!(deliver(&mut *slack(&server), "remove", "", "C1"), done());
}
