//! Mail against a small server that speaks SMTP and keeps what it is told.

use crate::recorder::{Recorder, connector, deliver, done, json, sort};
use qun::connector::{Connector, Given, Kind};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was said to the server, line by line.
type Said = Arc<Mutex<Vec<String>>>;

/// A server that answers a command as `answer` says, and else as one that takes everything; nothing ends the connection.
fn server(answer: impl Fn(&str) -> Option<&'static str> + Send + 'static) -> (SocketAddr, Said) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, said) = (listener.local_addr().unwrap(), Said::default());
    let kept = Arc::clone(&said);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            talk(stream.unwrap(), &answer, &kept);
        }
    });
    (address, said)
}

fn talk(stream: TcpStream, answer: &impl Fn(&str) -> Option<&'static str>, said: &Said) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut stream = stream;
    stream.write_all(b"220 test ESMTP\r\n").unwrap();
    let mut in_data = false;
    while let Some(Ok(line)) = lines.next() {
        said.lock().unwrap().push(line.clone());
        let verb = if in_data { "." } else { line.split([' ', ':']).next().unwrap() };
        if in_data && line != "." {
            continue;
        }
        let told = answer(verb).unwrap_or(match verb {
            "EHLO" => "250-test\r\n250 8BITMIME",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        });
        in_data = verb == "DATA" && told.starts_with("354");
        if told.is_empty() || stream.write_all(format!("{told}\r\n").as_bytes()).is_err() || verb == "QUIT" {
            return;
        }
    }
}

fn mail(address: SocketAddr, security: &str) -> Box<dyn Connector> {
    let none = Recorder::new([json(200, "{}")]);
    let address = address.to_string();
    let settings = [("server", address.as_str()), ("security", security), ("from", "Qun <qun@club.example>")];
    connector(Kind::Mail, &settings, &none)
}

const TASK: &str = r#""title":"看看 42","role":"owner","due":"2026-03-03T10:00:00+08:00""#;
const TO: &str = "Ann <ann@club.example>, bob@club.example";

#[test]
fn a_task_is_a_mail_with_the_id_of_its_decision() {
    let (address, said) = server(|_| None);
    assert_eq!(deliver(&mut *mail(address, "none"), "task", TASK, TO), done());
    let said = said.lock().unwrap();
    let has = |wanted: &str| assert!(said.iter().any(|line| line == wanted), "{wanted}: {said:#?}");
    has("MAIL FROM:<qun@club.example>");
    has("RCPT TO:<ann@club.example>");
    has("RCPT TO:<bob@club.example>");
    has("Message-ID: <0123456789abcdef0123@club.example>");
    has("From: Qun <qun@club.example>");
    has("Subject: =?utf-8?b?55yL55yL?= 42");
    has("Date: Mon, 02 Mar 2026 02:00:04 +0000");
    drop(said);
    for (action, to) in [("post", TO), ("task", "nobody")] {
        assert_eq!(sort(&deliver(&mut *mail(address, "none"), action, TASK, to)).0, "permanent");
    }
}

#[test]
fn a_server_may_refuse() {
    let cases = [
        ("RCPT", "550 5.1.1 no such user ann", "permanent", "the server answered 550"),
        ("RCPT", "451 4.7.1 greylisted", "retry", "the server answered 451"),
        (".", "554 5.7.1 spam", "permanent", "the server answered 554"),
        ("MAIL", "421 too busy", "retry", "the server answered 421"),
        // It ends the connection when the message has been handed over.
        (".", "", "uncertain", "the connection failed"),
    ];
    for (verb, told, expected, why) in cases {
        let (address, _) = server(move |asked| (asked == verb).then_some(told));
        let reply = deliver(&mut *mail(address, "none"), "task", TASK, TO);
        assert_eq!(sort(&reply), (expected, why), "{verb} {told}");
    }
}

#[test]
fn nothing_is_said_over_a_connection_that_is_not_safe() {
    // The server offers no STARTTLS, and speaks no TLS.
    for security in ["starttls", "tls"] {
        let (address, said) = server(|_| None);
        assert_eq!(sort(&deliver(&mut *mail(address, security), "task", TASK, TO)).0, "retry");
        assert!(!said.lock().unwrap().iter().any(|line| line.starts_with("MAIL")));
    }
    let mut given = Given { texts: BTreeMap::new(), secrets: BTreeMap::new(), print: |_| Ok(()) };
    for (key, value) in [("server", "a:25"), ("from", "a@b.example"), ("security", "none"), ("user", "u")] {
        given.texts.insert(key, value.to_owned());
    }
    given.secrets.insert("password", "planted-secret".into());
    let Err(unbuilt) = Kind::Mail.build(&given) else { panic!("a password goes out in the open") };
    assert_eq!(unbuilt.key, "security");
}
