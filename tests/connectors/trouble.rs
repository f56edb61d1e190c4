//! What goes wrong on the way, for every connector that speaks HTTP.

use crate::recorder::{Answer, Recorder, connector, deliver, json, sort};
use qun::connector::{Connector, Kind};
use std::net::TcpListener;

pub(crate) const SPEAKING: [Kind; 7] =
    [Kind::Webhook, Kind::Wecom, Kind::Feishu, Kind::Dingtalk, Kind::Telegram, Kind::Discord, Kind::Slack];

fn every(server: &Recorder) -> Vec<(Kind, Box<dyn Connector>)> {
    let settings = [("url", "@/planted-secret"), ("token", "!planted-secret"), ("server", "@"), ("guild", "9")];
    SPEAKING.into_iter().map(|kind| (kind, connector(kind, &settings, server))).collect()
}

/// What each makes of an answer.
fn all(answer: &Answer) -> Vec<(Kind, String)> {
    let server = Recorder::new([answer.clone()]);
    let threads = every(&server).into_iter().map(|(kind, mut connector)| {
        std::thread::spawn(move || {
            let reply = deliver(&mut *connector, "post", r#""text":"a""#, "77");
            let (sort, why) = sort(&reply);
            assert!(!why.contains("planted-secret") && !why.contains("127.0.0.1"), "{kind:?}: {why}");
            (kind, format!("{sort}: {why}"))
        })
    });
    let threads: Vec<_> = threads.collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

fn each(answer: Answer, expected: &str) {
    for (kind, told) in all(&answer) {
        assert!(told.starts_with(expected), "{kind:?} on {answer:?}: {told}");
    }
}

#[test]
fn an_answer_that_does_not_come_leaves_it_uncertain() {
    each(Answer::Silence, "uncertain: timed out");
}

#[test]
fn an_answer_that_is_cut_short_leaves_it_uncertain() {
    each(Answer::Bytes("HTTP/1.1 2"), "uncertain: ");
    each(Answer::Bytes(""), "uncertain: ");
    each(Answer::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{\"ok\":tr"), "uncertain: ");
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    each(json(503, ""), "retry: ");
    each(json(500, "no json"), "retry: ");
    each(json(504, ""), "uncertain: ");
    each(Answer::Whole(302, "location: http://elsewhere/\r\n", String::new()), "permanent: ");
}

#[test]
fn where_nobody_listens_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}/planted-secret");
    let server = Recorder::new([json(200, "{}")]);
    let settings = [("url", url.as_str()), ("token", "!planted-secret"), ("server", url.as_str()), ("guild", "9")];
    for kind in SPEAKING {
        let reply = deliver(&mut *connector(kind, &settings, &server), "post", r#""text":"a""#, "77");
        assert_eq!(sort(&reply), ("retry", "the connection failed"), "{kind:?}");
    }
}
