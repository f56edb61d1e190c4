//! Robots of a group: WeCom, Feishu, DingTalk; and the webhook.

use crate::recorder::{NOW, Recorder, connector, deliver, done, json, rest, sort};
use qun::connector::{Delivery, Kind};
use serde_json::{Value, json as value};

fn golden() -> Value {
    serde_json::from_str(include_str!("signatures.json")).unwrap()
}

#[test]
fn a_wecom_robot_is_told_a_text() {
    let server = Recorder::new([json(200, r#"{"errcode":0,"errmsg":"ok"}"#)]);
    let mut robot = connector(Kind::Wecom, &[("url", "@/cgi-bin/webhook/send?key=planted-key-693a91f6")], &server);
    assert_eq!(deliver(&mut *robot, "post", r#""text":"你好 \"g\"""#, "77"), done());
    let task = r#""title":"look","role":"owner","due":"2026-03-03T10:00:00+08:00""#;
    assert_eq!(deliver(&mut *robot, "task", task, "77"), done());
    let received = server.received();
    assert_eq!(received[0].line, "POST /cgi-bin/webhook/send?key=planted-key-693a91f6");
    assert_eq!(received[0].headers["content-type"], "application/json");
    assert_eq!(received[0].json(), value!({ "msgtype": "text", "text": { "content": "你好 \"g\"" } }));
    assert_eq!(received[1].json()["text"]["content"], "☐ look (owner, 2026-03-03T10:00:00+08:00)");
    // 683 Chinese characters are 2049 bytes: they are neither sent nor cut.
    let long = format!(r#""text":"{}""#, "好".repeat(683));
    assert_eq!(
        sort(&deliver(&mut *robot, "post", &long, "77")),
        ("permanent", "the text has 2049 bytes, of 2048 at most")
    );
    assert_eq!(deliver(&mut *robot, "post", &format!(r#""text":"{}""#, "a".repeat(2048)), "77"), done());
    assert_eq!(sort(&deliver(&mut *robot, "mute", "", "77")).0, "permanent");
    assert_eq!(server.received().len(), 3);
}

#[test]
fn a_wecom_robot_refuses_with_200() {
    let cases = [
        (
            r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#,
            "retry",
            "errcode 45009 api freq out of limit",
            60_000,
        ),
        (r#"{"errcode":-1,"errmsg":"system busy"}"#, "retry", "errcode -1 system busy", 0),
        (r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#, "permanent", "errcode 93000 invalid webhook url", 0),
        (r#"{"errmsg":"?"}"#, "uncertain", "the answer was not understood", 0),
    ];
    for (body, expected, why, pause) in cases {
        let server = Recorder::new([json(200, body)]);
        let mut robot = connector(Kind::Wecom, &[("url", "@/x")], &server);
        let reply = deliver(&mut *robot, "post", r#""text":"a""#, "77");
        assert_eq!(sort(&reply), (expected, why));
        assert_eq!(reply.rest, if pause > 0 { rest(pause, false) } else { None });
    }
}

#[test]
fn a_secret_that_comes_back_is_not_repeated() {
    let echo = r#"{"errcode":93000,"errmsg":"bad key planted-key-693a91f6"}"#;
    let server = Recorder::new([json(200, echo)]);
    let url = "!@/cgi-bin/webhook/send?key=planted-key-693a91f6";
    let mut robot = connector(Kind::Wecom, &[("url", url)], &server);
    let reply = deliver(&mut *robot, "post", r#""text":"a""#, "77");
    assert_eq!(sort(&reply).1, "errcode 93000 bad key ***");
}

#[test]
fn a_feishu_robot_wants_its_signature() {
    let golden = &golden()["feishu"];
    let server = Recorder::new([json(200, r#"{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}"#)]);
    let signing = format!("!{}", golden["secret"].as_str().unwrap());
    let mut robot = connector(Kind::Feishu, &[("url", "@/open-apis/bot/v2/hook/x"), ("signing", &signing)], &server);
    assert_eq!(deliver(&mut *robot, "announce", r#""text":"hello""#, "77"), done());
    let expected = value!({
        "timestamp": golden["timestamp"], "sign": golden["sign"], "msg_type": "text", "content": { "text": "hello" },
    });
    assert_eq!(server.received()[0].line, "POST /open-apis/bot/v2/hook/x");
    assert_eq!(server.received()[0].json(), expected);
    let long = format!(r#""text":"{}""#, "a".repeat(20_480));
    assert_eq!(sort(&deliver(&mut *robot, "post", &long, "77")).0, "permanent");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_feishu_robot_refuses() {
    let cases = [
        (
            200,
            r#"{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}"#,
            "permanent",
        ),
        (200, r#"{"code":19024,"msg":"Key Words Not Found"}"#, "permanent"),
        (200, r#"{"code":11232,"msg":"frequency limited"}"#, "retry"),
        (400, r#"{"code":9499,"msg":"too many request"}"#, "retry"),
        (400, r#"{"code":9499999,"msg":"Bad Request"}"#, "permanent"),
        (500, "oops", "retry"),
    ];
    for (status, body, expected) in cases {
        let server = Recorder::new([json(status, body)]);
        let mut robot = connector(Kind::Feishu, &[("url", "@/x")], &server);
        let reply = deliver(&mut *robot, "post", r#""text":"a""#, "77");
        assert_eq!(sort(&reply).0, expected, "{body}");
        assert!(server.received()[0].json().get("sign").is_none());
    }
}

#[test]
fn a_dingtalk_robot_wants_its_signature_in_the_address() {
    let golden = golden();
    let server = Recorder::new([json(200, r#"{"errcode":0,"errmsg":"ok"}"#)]);
    let signing = format!("!{}", golden["dingtalk"]["secret"].as_str().unwrap());
    let url = "@/robot/send?access_token=planted";
    let mut robot = connector(Kind::Dingtalk, &[("url", url), ("signing", &signing)], &server);
    assert_eq!(golden["ms"].as_i64(), Some(NOW.ms()));
    assert_eq!(deliver(&mut *robot, "post", r#""text":"a & b""#, "77"), done());
    let query = golden["dingtalk"]["query"].as_str().unwrap();
    assert_eq!(server.received()[0].line, format!("POST /robot/send?access_token=planted&{query}"));
    assert_eq!(server.received()[0].json(), value!({ "msgtype": "text", "text": { "content": "a & b" } }));
}

#[test]
fn a_dingtalk_robot_refuses_with_200() {
    let cases = [
        (r#"{"errcode":130101,"errmsg":"send too fast"}"#, "retry", rest(600_000, false)),
        (r#"{"errcode":310000,"errmsg":"sign not match"}"#, "permanent", None),
        (r#"{"errcode":-1,"errmsg":"system busy"}"#, "retry", None),
    ];
    for (body, expected, pause) in cases {
        let server = Recorder::new([json(200, body)]);
        let mut robot = connector(Kind::Dingtalk, &[("url", "@/x")], &server);
        let reply = deliver(&mut *robot, "post", r#""text":"a""#, "77");
        assert_eq!((sort(&reply).0, reply.rest), (expected, pause), "{body}");
    }
}

#[test]
fn a_webhook_is_signed() {
    let golden = &golden()["webhook"];
    let server = Recorder::new([json(204, "")]);
    let signing = format!("!{}", golden["secret"].as_str().unwrap());
    let mut hook = connector(Kind::Webhook, &[("url", "@/in"), ("signing", &signing)], &server);
    let (id, body) = (golden["id"].as_str().unwrap(), golden["body"].as_str().unwrap());
    assert_eq!(hook.deliver(&Delivery::read(id, "coupon", body, "", NOW).unwrap()), done());
    let received = &server.received()[0];
    assert_eq!(received.headers["webhook-id"], id);
    assert_eq!(received.headers["webhook-timestamp"], "1772416804");
    assert_eq!(received.headers["webhook-signature"], golden["signature"].as_str().unwrap());
    assert_eq!(received.body, body);
}
