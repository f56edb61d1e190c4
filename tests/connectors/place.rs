//! A run as a process: a folder with a playbook and a configuration, and events handed in by HTTP.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A secret that must never be shown.
pub(crate) const SECRET: &str = "planted-secret-91be";

pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    /// `config` is what comes beside the store and the events.
    pub(crate) fn new(name: &str, playbook: &str, config: &str) -> Place {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("connectors-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("club.sop"), playbook).unwrap();
        let place = Place(folder);
        place.configure(config);
        place
    }

    pub(crate) fn configure(&self, config: &str) {
        let head = "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_TOKEN\n";
        fs::write(self.0.join("qun.yaml"), format!("{head}{config}")).unwrap();
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qun"));
        command.args(arguments.split(' ')).current_dir(&self.0).env("QUN_TOKEN", SECRET).env("QUN_SECRET", SECRET);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn ran(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn ok(&self, arguments: &str) -> String {
        let output = self.ran(arguments);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What is said where it does not start.
    pub(crate) fn refused(&self) -> String {
        let output = self.ran("run club.sop");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn start(&self) -> Live {
        let mut child = self.command("run club.sop").spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(err.read_line(&mut line).unwrap(), 0, "it does not start: {said}");
            said.push_str(&line);
            if let Some(address) = line.strip_prefix("listening on ") {
                break address.trim().parse().unwrap();
            }
        };
        let rest = std::thread::spawn(move || {
            let _ = err.read_to_string(&mut said);
            said
        });
        Live { child, address, rest, sent: 0 }
    }

    /// The deliveries in a state.
    pub(crate) fn outbox(&self, state: &str) -> String {
        self.ok(&format!("outbox list qun.db --state {state}"))
    }
}

pub(crate) struct Live {
    child: Child,
    address: SocketAddr,
    rest: JoinHandle<String>,
    sent: u32,
}

impl Live {
    /// Hands in an event.
    pub(crate) fn tell(&mut self, name: &str, kind: &str, group: &str, member: &str) {
        self.sent += 1;
        let id = format!("{name}{}", self.sent);
        self.tell_as(&id, kind, group, member);
    }

    /// Hands in an event under its own id.
    pub(crate) fn tell_as(&self, id: &str, kind: &str, group: &str, member: &str) {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let line = format!(r#"{{"id":"{id}","at":{at},"kind":"{kind}","group":"{group}","member":"{member}"}}"#);
        let head = format!("POST /events HTTP/1.1\r\nAuthorization: Bearer {SECRET}\r\nHost: q\r\nConnection: close");
        let head = format!("{head}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", line.len());
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all((head + &line).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Sends a signal and waits for the end; what was said on both outputs, which must hold no secret.
    pub(crate) fn end(mut self, signal: &str) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.child.wait().unwrap();
        let mut said = self.rest.join().unwrap();
        self.child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!said.contains(SECRET), "{said}");
        said
    }
}

pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}
