//! A server that records requests and answers as it is told, and connectors that are pointed at it.

use qun::connector::{Connector, Delivery, Given, Kind, Outcome, Reply, Rest};
use qun::time::{Duration, Instant};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `POST /path?query`
    pub(crate) line: String,
    /// Names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What comes back.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A whole answer: its status, more headers, its body.
    Whole(u16, &'static str, String),
    /// These bytes, then the end.
    Bytes(&'static str),
    /// Nothing, for longer than anybody waits.
    Silence,
}

pub(crate) fn json(status: u16, body: &str) -> Answer {
    Answer::Whole(status, "", body.to_owned())
}

pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Request>>>,
}

impl Recorder {
    /// Answers one after another; where none is left, the last again.
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Recorder {
        let mut answers: VecDeque<Answer> = answers.into_iter().collect();
        Recorder::with(move |_| {
            let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
            next.unwrap()
        })
    }

    pub(crate) fn with(answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Recorder {
        Recorder::over(|stream| Box::new(stream), answer)
    }

    /// The same over TLS, with a certificate that `tls/authority.pem` vouches for.
    pub(crate) fn secure(answer: Answer) -> Recorder {
        let chain = CertificateDer::pem_slice_iter(include_bytes!("tls/server.pem")).collect::<Result<_, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/key.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let secured = move |stream| -> Box<dyn Stream> {
            Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream))
        };
        Recorder::over(secured, move |_| answer.clone())
    }

    fn over(
        secured: impl Fn(TcpStream) -> Box<dyn Stream> + Send + 'static,
        mut answer: impl FnMut(&Request) -> Answer + Send + 'static,
    ) -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received: Arc<Mutex<Vec<Request>>> = Arc::default();
        let kept = Arc::clone(&received);
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = BufReader::new(secured(stream.unwrap()));
                let Some(request) = read(&mut stream) else { continue };
                let answer = answer(&request);
                kept.lock().unwrap().push(request);
                match answer {
                    Answer::Whole(status, headers, body) => {
                        let length = body.len();
                        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}");
                        let head = format!("{head}content-length: {length}\r\nconnection: close\r\n\r\n");
                        let _ = stream.get_mut().write_all((head + &body).as_bytes());
                        let _ = stream.get_mut().flush();
                    }
                    Answer::Bytes(bytes) => drop(stream.get_mut().write_all(bytes.as_bytes())),
                    Answer::Silence => silent.push(stream),
                }
            }
        });
        Recorder { address, received }
    }

    pub(crate) fn received(&self) -> Vec<Request> {
        self.received.lock().unwrap().clone()
    }
}

/// What a client is talked to by.
trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

fn read(stream: &mut BufReader<Box<dyn Stream>>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let headers: BTreeMap<String, String> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let line = lines.first()?.strip_suffix(" HTTP/1.1")?.to_owned();
    Some(Request { line, headers, body: String::from_utf8(body).unwrap() })
}

/// The moment of every delivery.
pub(crate) const NOW: Instant = Instant::from_ms(1_772_416_804_250);

/// A connector with these settings; a value that begins with `!` is a secret, and one that begins with `@` is an address of the server.
pub(crate) fn connector(kind: Kind, settings: &[(&'static str, &str)], server: &Recorder) -> Box<dyn Connector> {
    let mut given = Given { texts: BTreeMap::new(), secrets: BTreeMap::new(), print: |_| Ok(()) };
    for (key, value) in settings {
        let at = format!("http://{}", server.address);
        let value = match (value.strip_prefix('@'), value.strip_prefix("!@")) {
            (Some(path), _) => at + path,
            (_, Some(path)) => format!("!{at}{path}"),
            _ => (*value).to_owned(),
        };
        match value.strip_prefix('!') {
            Some(secret) => drop(given.secrets.insert(key, secret.into())),
            None => drop(given.texts.insert(key, value)),
        }
    }
    kind.build(&given).unwrap()
}

/// A decision about `m2` in `g1`, with these arguments, delivered to a destination.
pub(crate) fn deliver(connector: &mut dyn Connector, action: &str, args: &str, destination: &str) -> Reply {
    let at = "2026-03-02T10:00:04.250+08:00";
    let record = format!(r#"{{"at":"{at}","action":"{action}","group":"77","member":"42","args":{{{args}}}}}"#);
    let delivery = Delivery::read("0123456789abcdef0123", action, &record, destination, NOW).unwrap();
    connector.deliver(&delivery)
}

pub(crate) fn done() -> Reply {
    Reply { outcome: Outcome::Done, rest: None }
}

/// A pause of some milliseconds, of everything or of one destination.
pub(crate) fn rest(ms: i64, all: bool) -> Option<Rest> {
    Some(Rest { during: Duration::from_ms(ms), all })
}

/// Which sort of outcome it is, and what was said.
pub(crate) fn sort(reply: &Reply) -> (&'static str, &str) {
    match &reply.outcome {
        Outcome::Done => ("done", ""),
        Outcome::Retry(why) => ("retry", why),
        Outcome::Permanent(why) => ("permanent", why),
        Outcome::Uncertain(why) => ("uncertain", why),
    }
}
