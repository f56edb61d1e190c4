//! Real servers, started for a test and ended with it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// Where it keeps what it has.
    pub(crate) folder: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Server {
    pub(crate) fn start(program: &Path, arguments: &[&str], folder: PathBuf) -> Server {
        let log = fs::File::create(folder.join("log")).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&folder).stdin(Stdio::null());
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        Server { child, folder }
    }
}

pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("server-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The program of a server. Where it is missing the test fails, unless `QUN_WITHOUT` names it.
pub(crate) fn program(name: &str, places: &[&str]) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = places.iter().map(|place| root.join(place)).find(|place| place.exists());
    let without = std::env::var("QUN_WITHOUT").unwrap_or_default();
    if found.is_none() && without.split(',').any(|left_out| left_out == name) {
        eprintln!("{name} is left out by QUN_WITHOUT: its connector is not tested against it");
        return None;
    }
    assert!(found.is_some(), "{name} is not there: tests/servers.sh installs it, QUN_WITHOUT={name} leaves it out");
    found
}
