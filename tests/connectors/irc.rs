//! The IRC connector against ngircd, with a second client as the member.

use crate::place::{Live, Place, until};
use crate::recorder::{Recorder, connector, deliver, done, json, sort};
use crate::server::{Server, folder, free_port, program};
use qun::connector::{Connector, Kind};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A server, and its address.
fn ngircd(name: &str) -> Option<(Server, String)> {
    let program = program("ngircd", &["/usr/sbin/ngircd"])?;
    let (folder, port) = (folder(name), free_port());
    let conf = format!(
        "[Global]\nName = irc.test\nInfo = test\nListen = 127.0.0.1\nPorts = {port}\nMotdPhrase = hi\n\
         [Limits]\nMaxConnectionsIP = 0\nMaxPenaltyTime = 0\n[Options]\nDNS = no\nIdent = no\nPAM = no\n"
    );
    let file = folder.join("ngircd.conf");
    std::fs::write(&file, conf).unwrap();
    let server = Server::start(&program, &["-n", "-f", file.to_str().unwrap()], folder);
    let address = format!("127.0.0.1:{port}");
    until("ngircd listens", || TcpStream::connect(&address).is_ok());
    Some((server, address))
}

/// A client that people would use.
struct Client {
    stream: TcpStream,
    seen: String,
    /// How far it has been read.
    read: usize,
}

impl Client {
    fn new(address: &str, nick: &str) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut client = Client { stream, seen: String::new(), read: 0 };
        client.say(&format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}"));
        client.sees(&format!(" 001 {nick} "));
        client
    }

    fn say(&mut self, line: &str) {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
    }

    /// Waits until something is seen that has not been waited for.
    fn sees(&mut self, what: &str) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(at) = self.seen[self.read..].find(what) {
                self.read += at + what.len();
                return;
            }
            let mut bytes = [0; 4096];
            if let Ok(count) = self.stream.read(&mut bytes) {
                assert!(count > 0, "closed while waiting for {what}: {}", self.seen);
                self.seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        }
        panic!("{what} was not seen: {}", &self.seen[self.read..]);
    }
}

const CLUB: &str = r##"
community { timezone "UTC" }
rule flood for member in group {
  on message.posted
  when count(message.posted, last 1m) >= 3
  do strike conduct
}
ladder conduct for member in group { strikes last 30d  at 1 do warn "slowly, please"  at 2 do mute 2s  at 3 do remove }
"##;

#[test]
fn a_member_who_floods_is_warned_muted_and_kicked() {
    let Some((_server, address)) = ngircd("irc-club") else { return };
    let mut founder = Client::new(&address, "founder");
    founder.say("JOIN #club");
    founder.sees(" JOIN ");
    let connector = format!("  net:\n    kind: irc\n    server: {address}\n    nick: qun\n    channels: \"#club\"\n");
    let place = Place::new("irc", CLUB, &format!("allow: [mute, remove]\nconnectors:\n{connector}"));
    let mut live = place.start();
    founder.sees(":qun!");
    founder.say("MODE #club +mo qun");
    let mut ann = Client::new(&address, "ann");
    ann.say("JOIN #club");
    ann.sees(" JOIN ");
    founder.say("MODE #club +v ann");
    ann.sees("MODE #club +v ann");
    // What the founder's client sees in the channel is what a bridge would hand in.
    let speak = |ann: &mut Client, founder: &mut Client, live: &mut Live| {
        ann.say("PRIVMSG #club :buy now");
        founder.sees(":ann!");
        founder.sees("PRIVMSG #club :buy now");
        live.tell("m", "message.posted", "#club", "ann");
    };
    for _ in 0..3 {
        speak(&mut ann, &mut founder, &mut live);
    }
    ann.sees("PRIVMSG #club :ann: slowly, please");
    speak(&mut ann, &mut founder, &mut live);
    ann.sees("MODE #club -v ann");
    ann.say("PRIVMSG #club :still here");
    ann.sees(" 404 ann #club ");
    // The mute ends by itself.
    ann.sees("MODE #club +v ann");
    speak(&mut ann, &mut founder, &mut live);
    ann.sees("KICK #club ann");
    until("all is noted", || place.outbox("done").lines().count() == 4);
    let said = live.end("-TERM");
    assert!(place.outbox("dead").is_empty(), "{said}");
    assert!(!founder.seen.contains("still here"));
}

#[test]
fn what_ngircd_does_when_it_is_asked() {
    let Some((_server, address)) = ngircd("irc-asked") else { return };
    let none = Recorder::new([json(200, "{}")]);
    let settings = [("server", address.as_str()), ("nick", "qun"), ("channels", "#open")];
    let mut irc: Box<dyn Connector> = connector(Kind::Irc, &settings, &none);
    let decide =
        |irc: &mut Box<dyn Connector>, action: &str, args: &str, to: &str| deliver(&mut **irc, action, args, to);
    // Who comes first is the operator.
    irc.idle();
    let mut ann = Client::new(&address, "ann");
    ann.say("JOIN #open");
    ann.sees(" 366 ");
    assert_eq!(decide(&mut irc, "post", r#""text":"one\ntwo\r\nQUIT :x""#, "#open"), done());
    for line in ["one", "two", "QUIT :x"] {
        ann.sees(&format!(":qun!~qun@127.0.0.1 PRIVMSG #open :{line}"));
    }
    assert_eq!(decide(&mut irc, "dm", r#""text":"psst""#, "ann"), done());
    ann.sees("PRIVMSG ann :psst");
    assert_eq!(sort(&decide(&mut irc, "dm", r#""text":"psst""#, "nobody")).1, "there is nobody of this nick (401)");
    assert_eq!(sort(&decide(&mut irc, "dm", r#""text":"a""#, "a b")).0, "permanent");
    // The channel is not moderated: a mute would do nothing, and is not said to be done.
    let reply = decide(&mut irc, "mute", "", "#open");
    assert!(sort(&reply).1.contains("not moderated"), "{reply:?}");
    // Who is not there need not be put out; in a channel of others we may do nothing.
    assert_eq!(decide(&mut irc, "remove", "", "#open"), done());
    ann.say("JOIN #hers");
    ann.sees(" 366 ");
    assert_eq!(sort(&decide(&mut irc, "ban", "", "#hers")).1, "we are no operator of the channel (482)");
    // A ban keeps somebody out, and its end lets them in.
    let mut banned = Client::new(&address, "x42");
    assert_eq!(decide_about(&mut irc, "ban", "x42"), done());
    banned.say("JOIN #open");
    banned.sees(" 474 x42 #open ");
    assert_eq!(decide_about(&mut irc, "unban", "x42"), done());
    banned.say("JOIN #open");
    banned.sees(" 366 ");
    // What would be a flood of lines is not begun with.
    let long = format!(r#""text":"{}""#, "a\\n".repeat(6));
    assert_eq!(sort(&decide(&mut irc, "post", &long, "#open")).1, "the text takes 6 lines, of 5 at most");
}

fn decide_about(irc: &mut Box<dyn Connector>, action: &str, member: &str) -> qun::connector::Reply {
    let record = format!(r##"{{"at":"2026-03-02T10:00:04+08:00","group":"#open","member":"{member}","args":{{}}}}"##);
    let delivery = qun::connector::Delivery::read("i", action, &record, "#open", crate::recorder::NOW).unwrap();
    irc.deliver(&delivery)
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let none = Recorder::new([json(200, "{}")]);
    let address = format!("127.0.0.1:{}", free_port());
    let mut irc = connector(Kind::Irc, &[("server", address.as_str()), ("nick", "qun")], &none);
    assert_eq!(sort(&deliver(&mut *irc, "post", r#""text":"a""#, "#x")), ("retry", "the connection failed"));
}
