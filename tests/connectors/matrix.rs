//! The Matrix connector against Synapse, with a second client as the member.

use crate::place::{Live, Place, until};
use crate::recorder::{Recorder, connector, deliver, done, json, sort};
use crate::server::{Server, folder, free_port, program};
use qun::connector::{Connector, Delivery, Kind, Reply};
use serde_json::{Value, json as value};
use std::process::Command;
use std::time::Duration;

const PYTHON: &str = "target/servers/synapse/bin/python";

/// A server, and its address.
fn synapse(name: &str) -> Option<(Server, String)> {
    let python = program("synapse", &[PYTHON])?;
    let (folder, port) = (folder(name), free_port());
    let config = format!(
        "server_name: localhost\nreport_stats: false\nsigning_key_path: {0}/key\nmedia_store_path: {0}/media\n\
         listeners: [{{ port: {port}, type: http, bind_addresses: [127.0.0.1], resources: [{{ names: [client] }}] }}]\n\
         database: {{ name: sqlite3, args: {{ database: {0}/db }} }}\nregistration_shared_secret: shared\n\
         macaroon_secret_key: m\nform_secret: f\ntrusted_key_servers: []\nfederation_domain_whitelist: []\n",
        folder.display()
    );
    let file = folder.join("homeserver.yaml");
    std::fs::write(&file, config).unwrap();
    let module = ["-m", "synapse.app.homeserver", "-c", file.to_str().unwrap()];
    assert!(
        Command::new(&python)
            .args(module)
            .arg("--generate-keys")
            .current_dir(&folder)
            .output()
            .unwrap()
            .status
            .success()
    );
    let server = Server::start(&python, &module, folder);
    let address = format!("http://127.0.0.1:{port}");
    let versions = format!("{address}/_matrix/client/versions");
    until("Synapse answers", || ureq::get(&versions).call().is_ok());
    Some((server, address))
}

/// Somebody with an account.
struct Person {
    server: String,
    token: String,
}

impl Person {
    fn new(server: &Server, address: &str, name: &str) -> Person {
        let register = program("synapse", &["target/servers/synapse/bin/register_new_matrix_user"]).unwrap();
        let config = server.folder.join("homeserver.yaml");
        let arguments = ["-u", name, "-p", "pw", "--no-admin", "-c", config.to_str().unwrap(), address];
        assert!(Command::new(register).args(arguments).output().unwrap().status.success());
        let mut person = Person { server: address.to_owned(), token: String::new() };
        let login = value!({
            "type": "m.login.password", "password": "pw", "identifier": { "type": "m.id.user", "user": name },
        });
        let (status, told) = person.call("POST", "login", &login);
        assert_eq!(status, 200, "{told}");
        person.token = told["access_token"].as_str().unwrap().to_owned();
        person
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder().method(method);
        let request = request.uri(format!("{}/_matrix/client/v3/{path}", self.server));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let mut response = agent.run(request.body(body).unwrap()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap())
    }

    fn get(&self, path: &str) -> Value {
        self.call("GET", path, &Value::Null).1
    }

    fn says(&self, room: &str, id: &str) -> (u16, Value) {
        let message = value!({ "msgtype": "m.text", "body": "buy now" });
        self.call("PUT", &format!("rooms/{room}/send/m.room.message/{id}"), &message)
    }

    /// The texts of a room, the newest first.
    fn texts(&self, room: &str) -> Vec<String> {
        let messages = self.get(&format!("rooms/{room}/messages?dir=b&limit=50"));
        let all = messages["chunk"].as_array().unwrap().iter();
        all.filter_map(|event| event["content"]["body"].as_str()).map(str::to_owned).collect()
    }

    fn makes_a_room(&self) -> String {
        let (status, room) = self.call("POST", "createRoom", &value!({ "preset": "public_chat" }));
        assert_eq!(status, 200, "{room}");
        room["room_id"].as_str().unwrap().to_owned()
    }
}

const CLUB: &str = r#"
community { timezone "UTC" }
rule flood for member in group {
  on message.posted
  when count(message.posted, last 1m) >= 3
  do { delete message  strike conduct }
}
ladder conduct for member in group { strikes last 30d  at 1 do warn "slowly, please"  at 2 do mute 8s  at 3 do remove }
"#;

const ANN: &str = "@ann:localhost";

#[test]
fn synapse_does_what_it_is_asked() {
    let Some((server, address)) = synapse("matrix") else { return };
    let (bot, ann) = (Person::new(&server, &address, "qun"), Person::new(&server, &address, "ann"));
    a_member_who_floods_is_warned_muted_and_kicked(&address, &bot, &ann);
    each_deed_is_done(&address, &bot, &ann);
}

fn a_member_who_floods_is_warned_muted_and_kicked(address: &str, bot: &Person, ann: &Person) {
    let room = bot.makes_a_room();
    assert_eq!(ann.call("POST", &format!("join/{room}"), &value!({})).0, 200);
    let config = format!(
        "allow: [mute, remove, delete_message]\nconnectors:\n  home:\n    kind: matrix\n    server: {address}\n    token: file:token\n"
    );
    let place = Place::new("matrix", CLUB, &config);
    std::fs::write(place.0.join("token"), &bot.token).unwrap();
    let mut live = place.start();
    // What the room shows is what a bridge would hand in, each message under its own id.
    let speak = |id: &str, live: &mut Live| {
        let (status, sent) = ann.says(&room, id);
        assert_eq!(status, 200, "{sent}");
        let event = sent["event_id"].as_str().unwrap().to_owned();
        live.tell_as(&event, "message.posted", &room, ANN);
        event
    };
    let mut last = String::new();
    for id in ["a", "b", "c"] {
        last = speak(id, &mut live);
    }
    let warning = format!("{ANN}: slowly, please");
    until("ann is warned", || ann.texts(&room).contains(&warning));
    let gone = || ann.get(&format!("rooms/{room}/event/{last}"))["unsigned"]["redacted_because"].is_object();
    until("the message is taken away", gone);
    speak("d", &mut live);
    let level = || bot.get(&format!("rooms/{room}/state/m.room.power_levels"))["users"][ANN].as_i64();
    until("ann is muted", || level() == Some(-1));
    assert_eq!(ann.says(&room, "e").0, 403);
    until("the mute is over", || place.outbox("done").contains("unmute"));
    speak("f", &mut live);
    let members = || bot.get(&format!("rooms/{room}/joined_members"))["joined"].clone();
    until("ann is put out", || members().get(ANN).is_none());
    assert_eq!(ann.says(&room, "g").0, 403);
    until("all is noted", || place.outbox("pending").is_empty());
    assert!(place.outbox("dead").is_empty(), "{}", place.outbox("dead"));
    let said = live.end("-TERM");
    assert!(!said.contains(&bot.token) && !place.ok("outbox list qun.db").contains(&bot.token));
}

fn each_deed_is_done(address: &str, bot: &Person, ann: &Person) {
    let room = bot.makes_a_room();
    assert_eq!(ann.call("POST", &format!("join/{room}"), &value!({})).0, 200);
    let none = Recorder::new([json(200, "{}")]);
    let token = format!("!{}", bot.token);
    let matrix = |token: &str| connector(Kind::Matrix, &[("server", address), ("token", token)], &none);
    let mut home = matrix(&token);
    let decide = |home: &mut Box<dyn Connector>, id: &str, action: &str, args: &str| {
        let at = "2026-03-02T10:00:04+08:00";
        let record = format!(r#"{{"at":"{at}","group":"{room}","member":"{ANN}","args":{{{args}}}}}"#);
        home.deliver(&Delivery::read(id, action, &record, &room, crate::recorder::NOW).unwrap())
    };
    // As a run does it: where the server asks for a pause, the same is tried again after it.
    let settle = |home: &mut Box<dyn Connector>, id: &str, action: &str, args: &str| {
        let rests = |reply: &Reply| reply.rest.filter(|_| sort(reply).0 == "retry");
        let mut reply = decide(home, id, action, args);
        while let Some(rest) = rests(&reply) {
            std::thread::sleep(Duration::from_millis(rest.during.ms().unsigned_abs()));
            reply = decide(home, id, action, args);
        }
        reply
    };
    // The same id twice is said once.
    for _ in 0..2 {
        assert_eq!(settle(&mut home, "first", "post", r#""text":"hello""#), done());
    }
    assert_eq!(ann.texts(&room), ["hello"]);
    assert_eq!(settle(&mut home, "a", "ban", ""), done());
    assert_eq!(ann.call("POST", &format!("join/{room}"), &value!({})).0, 403);
    // Who is banned need not be put out.
    assert_eq!(settle(&mut home, "b", "remove", ""), done());
    assert_eq!(settle(&mut home, "c", "unban", ""), done());
    assert_eq!(settle(&mut home, "d", "unban", ""), done());
    assert_eq!(ann.call("POST", &format!("join/{room}"), &value!({})).0, 200);
    // A member may not put anybody out.
    let mut hers = matrix(&format!("!{}", ann.token));
    assert!(sort(&settle(&mut hers, "e", "mute", "")).1.starts_with("403 M_FORBIDDEN"));
    // The server itself says when it is too much, and when to come again.
    let replies: Vec<_> = (0..15).map(|n| decide(&mut home, &format!("n{n}"), "post", r#""text":"n""#)).collect();
    let limited = replies.iter().find(|reply| sort(reply).0 == "retry").unwrap();
    assert!(limited.rest.is_some_and(|rest| rest.all && rest.during.ms() > 0), "{limited:?}");
    let wrong = deliver(&mut *matrix("!planted-token"), "post", r#""text":"a""#, &room);
    assert!(sort(&wrong).0 == "retry" && wrong.rest.is_some_and(|rest| rest.all), "{wrong:?}");
    assert!(!sort(&wrong).1.contains("planted-token"));
}
