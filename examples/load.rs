//! Measures how many events a second `qun run` takes with a durable acknowledgement, and how long each waits for it,
//! beside how often a second the disk can be told to keep something.
//!
//! ```sh
//! cargo build --release && cargo run --release --example load -- target/release/qun
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "what goes wrong ends the measurement"
)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const PLAYBOOK: &str = r#"
community { timezone "Asia/Shanghai" }
role owner
rule flood for member in group { on message.posted when count(message.posted, last 10m) >= 50 do strike conduct once per 10m }
ladder conduct for member in group { strikes last 30d  at 1 do warn "{reason}"  at 2 do mute 1h }
flow welcome for member in group { start on message.posted  after 1h do dm "hello {member.name}" }
"#;

/// How long each measurement takes.
const SPAN: Duration = Duration::from_secs(8);

fn main() {
    let binary = std::env::args().nth(1).unwrap_or_else(|| "target/release/qun".to_owned());
    let binary = fs::canonicalize(binary).unwrap();
    let folder = binary.with_file_name(format!("load-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    println!("{:.0} times a second the disk keeps 4 KiB (fdatasync)", syncs(&folder));
    for (clients, batch) in [(1, 1), (32, 1), (1, 100), (8, 100)] {
        measure(&binary, &folder, clients, batch);
    }
    fs::remove_dir_all(&folder).unwrap();
}

fn syncs(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("raw")).unwrap();
    let (began, mut count) = (Instant::now(), 0.0);
    while began.elapsed() < SPAN / 4 {
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1.0;
    }
    count / began.elapsed().as_secs_f64()
}

fn start(binary: &Path, folder: &Path) -> (Child, SocketAddr) {
    for file in ["qun.db", "qun.db-wal", "qun.db-shm"] {
        let _ = fs::remove_file(folder.join(file));
    }
    fs::write(folder.join("club.sop"), PLAYBOOK).unwrap();
    fs::write(folder.join("qun.yaml"), "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_TOKEN\n").unwrap();
    let mut command = Command::new(binary);
    command.args(["run", "club.sop", "--shadow"]).current_dir(folder).env("QUN_TOKEN", "load").stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        if said.read_line(&mut line).unwrap() == 0 {
            child.wait().unwrap();
            panic!("it does not start");
        }
        if let Some(address) = line.strip_prefix("listening on ") {
            break address.trim().parse().unwrap();
        }
    };
    std::thread::spawn(move || said.read_to_string(&mut String::new()));
    (child, address)
}

fn measure(binary: &Path, folder: &Path, clients: usize, batch: usize) {
    let (mut child, address) = start(binary, folder);
    let began = Instant::now();
    let work = (0..clients).map(|client| std::thread::spawn(move || hand_in(address, client, batch)));
    let work: Vec<_> = work.collect();
    let mut waits: Vec<Duration> = work.into_iter().flat_map(|work| work.join().unwrap()).collect();
    let took = began.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    waits.sort_unstable();
    let part = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
    println!(
        "{clients:>3} clients, {batch:>3} events a request: {:>6.0} events/s, p50 {:.1} ms, p99 {:.1} ms",
        (waits.len() * batch) as f64 / took.as_secs_f64(),
        part(50).as_secs_f64() * 1e3,
        part(99).as_secs_f64() * 1e3
    );
}

/// One client: the next request leaves when the one before is answered.
fn hand_in(address: SocketAddr, client: usize, batch: usize) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let (began, mut waits, mut next) = (Instant::now(), Vec::new(), 0_usize);
    while began.elapsed() < SPAN {
        let mut body = String::new();
        for _ in 0..batch {
            next += 1;
            let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
            body.push_str(&format!(
                "{{\"id\":\"{client}-{next}\",\"at\":{at},\"kind\":\"message.posted\",\"group\":\"g{}\",\"member\":\"m{}\"}}\n",
                next % 20,
                (next * 7 + client) % 5000
            ));
        }
        let head = format!(
            "POST /events HTTP/1.1\r\nHost: qun\r\nAuthorization: Bearer load\r\nContent-Type: application/x-ndjson\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let asked = Instant::now();
        stream.write_all((head + &body).as_bytes()).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        answers.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        while line != "\r\n" {
            line.clear();
            answers.read_line(&mut line).unwrap();
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = text.trim().parse().unwrap();
            }
        }
        answers.read_exact(&mut vec![0; length]).unwrap();
        waits.push(asked.elapsed());
    }
    waits
}
