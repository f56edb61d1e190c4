//! IRC: groups are channels, members are nicks; one connection is kept, and each thing done is confirmed by a ping after it.
//!
//! Who is muted loses the voice: that keeps somebody silent in a moderated channel (`+m`), and in no other.

use super::{Connector, Deed, Delivery, Given, How, Reply, Unbuilt};
use crate::time::Duration as Span;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one look for something new takes.
const LOOK: Duration = Duration::from_millis(50);
/// How long to wait before the connection is tried again for its own sake.
const AGAIN: Duration = Duration::from_secs(5);
/// How long to rest where the server does not let us in.
const REFUSED: Span = Span::from_ms(60_000);
/// The most bytes of a text in one line: a line has 512 with all that the server puts before it.
const LINE: usize = 400;
/// The most lines of a text.
const LINES: usize = 5;
/// The most bytes that may wait for the end of a line.
const WAITING: usize = 64 * 1024;

/// An account.
pub(super) struct Irc {
    server: String,
    nick: String,
    password: Option<SecretString>,
    channels: Vec<String>,
    line: Option<Line>,
    tried: Option<Instant>,
}

/// A connection.
struct Line {
    stream: TcpStream,
    waiting: Vec<u8>,
    joined: BTreeSet<String>,
    pings: u32,
}

/// What came from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Message {
    from: String,
    command: String,
    params: Vec<String>,
}

/// Why there is no connection any more.
type Lost = String;

impl Message {
    fn read(line: &str) -> Option<Message> {
        let (from, rest) = match line.strip_prefix(':') {
            Some(line) => line.split_once(' ')?,
            None => ("", line),
        };
        let (words, last) = match rest.split_once(" :") {
            Some((words, last)) => (words, Some(last)),
            None => (rest, None),
        };
        let mut words = words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
        let command = words.next()?.to_ascii_uppercase();
        let from = from.split('!').next().unwrap_or_default().to_owned();
        Some(Message { from, command, params: words.chain(last.map(str::to_owned)).collect() })
    }

    fn param(&self, position: usize) -> &str {
        self.params.get(position).map_or("", String::as_str)
    }

    /// The number of a reply that says that something went wrong.
    fn error(&self) -> Option<u32> {
        self.command.parse().ok().filter(|number| (400..600).contains(number))
    }
}

impl Line {
    fn open(irc: &Irc) -> Result<Line, Reply> {
        let unsent = |why: &str| Reply::retry(why).after_all(REFUSED);
        let address = irc.server.to_socket_addrs().ok().and_then(|mut found| found.next());
        let address = address.ok_or_else(|| unsent("the host is not known"))?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE);
        let stream = stream.map_err(|_| Reply::retry("the connection failed"))?;
        let ready = stream.set_read_timeout(Some(LOOK)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        ready.map_err(|_| Reply::retry("the connection failed"))?;
        let mut line = Line { stream, waiting: Vec::new(), joined: BTreeSet::new(), pings: 0 };
        let password = irc.password.as_ref().map(|password| format!("PASS {}", password.expose_secret()));
        let hello = [format!("NICK {}", irc.nick), format!("USER {} 0 * :qun", irc.nick)];
        let hello: Vec<String> = password.into_iter().chain(hello).collect();
        line.write(&hello).map_err(Reply::retry)?;
        let welcome = line.wait(&irc.nick, |message| message.command == "001" || message.error().is_some_and(is_final));
        match welcome.map_err(Reply::retry)?.last() {
            Some(message) if message.command == "001" => {}
            Some(message) if message.command == "433" => return Err(unsent("the nick is taken")),
            Some(message) => return Err(unsent(&format!("the server does not let us in: {}", message.command))),
            None => return Err(unsent("the server does not let us in")),
        }
        for channel in &irc.channels {
            line.join(&irc.nick, channel)?;
        }
        Ok(line)
    }

    fn write(&mut self, lines: &[String]) -> Result<(), Lost> {
        let mut text = lines.join("\r\n");
        text.push_str("\r\n");
        self.stream.write_all(text.as_bytes()).map_err(|_| "the connection failed".to_owned())
    }

    /// Reads what is there; what concerns the connection itself is seen to.
    fn look(&mut self, nick: &str) -> Result<Vec<Message>, Lost> {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => return Err("the server closed the connection".to_owned()),
            Ok(count) => self.waiting.extend(bytes.iter().take(count)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return Err("the connection failed".to_owned()),
        }
        let mut came = Vec::new();
        while let Some(end) = self.waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.waiting.drain(..=end).collect();
            came.extend(Message::read(String::from_utf8_lossy(&line).trim_end()));
        }
        if self.waiting.len() > WAITING {
            return Err("the server sends no lines".to_owned());
        }
        for message in &came {
            match message.command.as_str() {
                "PING" => self.write(&[format!("PONG :{}", message.param(0))])?,
                "ERROR" => return Err("the server closed the connection".to_owned()),
                "KICK" if is_same(message.param(1), nick) => {
                    self.joined.remove(&message.param(0).to_ascii_lowercase());
                }
                _ => {}
            }
        }
        Ok(came)
    }

    /// Waits for a message; all that came up to it.
    fn wait(&mut self, nick: &str, wanted: impl Fn(&Message) -> bool) -> Result<Vec<Message>, Lost> {
        let begun = Instant::now();
        let mut came = Vec::new();
        while begun.elapsed() < PATIENCE {
            for message in self.look(nick)? {
                let found = wanted(&message);
                came.push(message);
                if found {
                    return Ok(came);
                }
            }
        }
        Err("the server did not answer in time".to_owned())
    }

    /// Says something to the server, and a ping: what is answered before its echo is about what was said.
    fn ask(&mut self, nick: &str, mut lines: Vec<String>) -> Result<Vec<Message>, Lost> {
        self.pings += 1;
        let token = format!("qun-{}", self.pings);
        lines.push(format!("PING :{token}"));
        self.write(&lines)?;
        self.wait(nick, |message| message.command == "PONG" && message.params.contains(&token))
    }

    fn join(&mut self, nick: &str, channel: &str) -> Result<(), Reply> {
        if self.joined.contains(&channel.to_ascii_lowercase()) {
            return Ok(());
        }
        let came = self.ask(nick, vec![format!("JOIN {channel}")]).map_err(Reply::retry)?;
        let joined = |message: &Message| message.command == "JOIN" && is_same(&message.from, nick);
        if came.iter().any(joined) {
            self.joined.insert(channel.to_ascii_lowercase());
            return Ok(());
        }
        let error = came.iter().find_map(Message::error).unwrap_or_default();
        Err(Reply::retry(format!("the channel cannot be joined: {error}")))
    }
}

/// Whether a reply to the first words ends them.
fn is_final(number: u32) -> bool {
    matches!(number, 432 | 433 | 436 | 437 | 464 | 465)
}

/// Nicks and channels do not differ by their letters' size.
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether a text may stand as one word of a command.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(':') && !text.contains([' ', ',', '\r', '\n', '\0', '\u{7}'])
}

/// A text as lines, each short enough.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for whole in text.split(['\r', '\n', '\0']).map(str::trim_end).filter(|line| !line.is_empty()) {
        let mut line = String::new();
        for word in whole.split_inclusive(' ') {
            if line.len() + word.len() > LINE && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for sign in word.chars() {
                if line.len() + sign.len_utf8() > LINE {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(sign);
            }
        }
        lines.push(line);
    }
    lines
}

impl Irc {
    pub(super) fn new(given: &Given) -> Result<Irc, Unbuilt> {
        let text = |key: &str| given.text(key).unwrap_or_default();
        let channels = text("channels").split([',', ' ']).filter(|channel| !channel.is_empty()).map(str::to_owned);
        let channels: Vec<String> = channels.collect();
        if !is_word(text("nick")) {
            return Err(Unbuilt { key: "nick", wanted: "one word" });
        }
        if !channels.iter().all(|channel| is_word(channel) && channel.starts_with(['#', '&', '+', '!'])) {
            return Err(Unbuilt { key: "channels", wanted: "channels, such as `#club, #office`" });
        }
        Ok(Irc {
            server: text("server").to_owned(),
            nick: text("nick").to_owned(),
            password: given.optional("password"),
            channels,
            line: None,
            tried: None,
        })
    }

    /// The connection, made where there is none.
    fn line(&mut self) -> Result<&mut Line, Reply> {
        if let Some(line) = &mut self.line
            && line.look(&self.nick).is_err()
        {
            self.line = None;
        }
        let line = match self.line.take() {
            Some(line) => line,
            None => {
                self.tried = Some(Instant::now());
                Line::open(self)?
            }
        };
        Ok(self.line.insert(line))
    }

    /// Does something in a channel, or to a person; which errors mean that it is so already.
    fn act(&mut self, channel: Option<&str>, commands: Vec<String>, fine: &[u32]) -> Reply {
        let nick = self.nick.clone();
        let line = match self.line() {
            Ok(line) => line,
            Err(reply) => return reply,
        };
        if let Some(Err(reply)) = channel.map(|channel| line.join(&nick, channel)) {
            return reply;
        }
        match line.ask(&nick, commands) {
            Ok(came) => match came.iter().find_map(Message::error).filter(|error| !fine.contains(error)) {
                None => Reply::done(),
                Some(482) => Reply::permanent("we are no operator of the channel (482)"),
                Some(404) => Reply::permanent("the channel does not let us speak (404)"),
                Some(401) => Reply::permanent("there is nobody of this nick (401)"),
                Some(error) => Reply::permanent(format!("the server answered {error}")),
            },
            Err(why) => {
                self.line = None;
                Reply::uncertain(why)
            }
        }
    }

    fn say(&mut self, channel: Option<&str>, to: &str, text: &str) -> Reply {
        let lines = lines(text);
        if lines.len() > LINES {
            return Reply::permanent(format!("the text takes {} lines, of {LINES} at most", lines.len()));
        }
        self.act(channel, lines.iter().map(|line| format!("PRIVMSG {to} :{line}")).collect(), &[])
    }

    /// Whether a channel is moderated.
    fn is_moderated(&mut self, channel: &str) -> Result<bool, Reply> {
        let nick = self.nick.clone();
        let line = self.line()?;
        line.join(&nick, channel)?;
        let came = line.ask(&nick, vec![format!("MODE {channel}")]).map_err(Reply::retry)?;
        Ok(came.iter().any(|message| message.command == "324" && message.param(2).contains('m')))
    }

    fn mute(&mut self, channel: &str, member: &str) -> Reply {
        match self.is_moderated(channel) {
            // Who is not there has no voice when coming back.
            Ok(true) => self.act(Some(channel), vec![format!("MODE {channel} -v {member}")], &[401, 441]),
            Ok(false) => Reply::permanent("the channel is not moderated (+m): who loses the voice speaks on"),
            Err(reply) => reply,
        }
    }
}

impl Connector for Irc {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let (to, member) = (delivery.destination, delivery.member.as_str());
        let about_member = !matches!(delivery.deed, Deed::Say { how: How::Group, .. } | Deed::Task { .. });
        if !is_word(to) || (about_member && !is_word(member)) {
            return Reply::permanent("this is no name on IRC");
        }
        let channel = Some(to).filter(|to| to.starts_with(['#', '&', '+', '!']));
        match &delivery.deed {
            Deed::Say { how: How::Warn, text } => self.say(channel, to, &format!("{member}: {text}")),
            Deed::Say { text, .. } => self.say(channel, to, text),
            Deed::Task { .. } => self.say(channel, to, &delivery.text().unwrap_or_default()),
            Deed::Mute(_) => self.mute(to, member),
            Deed::Unmute => self.act(channel, vec![format!("MODE {to} +v {member}")], &[]),
            Deed::Remove => self.act(channel, vec![format!("KICK {to} {member}")], &[401, 441]),
            Deed::Ban(_) => {
                let ban = format!("MODE {to} +b {member}!*@*");
                self.act(channel, vec![ban, format!("KICK {to} {member}")], &[401, 441])
            }
            Deed::Unban => self.act(channel, vec![format!("MODE {to} -b {member}!*@*")], &[]),
            Deed::Invite(group) if is_word(group) => {
                self.act(Some(group), vec![format!("INVITE {member} {group}")], &[443])
            }
            Deed::Invite(_) | Deed::Delete(_) | Deed::Pin(_) | Deed::Other => Reply::permanent("IRC cannot do this"),
        }
    }

    fn idle(&mut self) {
        let rested = self.tried.is_none_or(|tried| tried.elapsed() >= AGAIN);
        if self.line.is_some() || (rested && !self.channels.is_empty()) {
            // What keeps it from connecting is told when something is to be delivered.
            let _ = self.line();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_becomes_lines() {
        assert_eq!(lines("a\r\nb\n\n c"), ["a", "b", " c"]);
        let long = lines(&"好".repeat(200));
        assert_eq!(long.iter().map(String::len).collect::<Vec<_>>(), [399, 201]);
        let words = lines(&"abcde ".repeat(100));
        assert!(words.iter().all(|line| line.len() <= LINE && line.starts_with("abcde")));
        assert_eq!(words.concat().trim_end(), "abcde ".repeat(100).trim_end());
    }

    #[test]
    fn messages_are_taken_apart() {
        let message = Message::read(":irc.x 404 qun #club :Cannot send to channel").unwrap();
        assert_eq!((message.from.as_str(), message.error(), message.param(1)), ("irc.x", Some(404), "#club"));
        let message = Message::read(":ann!~a@h JOIN :#club").unwrap();
        assert_eq!((message.from.as_str(), message.command.as_str(), message.param(0)), ("ann", "JOIN", "#club"));
        assert_eq!(Message::read("PING :x").unwrap().param(0), "x");
        assert!(!is_word("a b") && !is_word("a\r\nQUIT") && !is_word(":a") && is_word("#club"));
    }
}
