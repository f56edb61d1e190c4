//! A run of the program in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder with files, and arguments.
pub(crate) struct Qun {
    folder: PathBuf,
    arguments: Vec<String>,
    input: Vec<u8>,
    locale: String,
}

/// What came of it.
pub(crate) struct Ran {
    pub(crate) folder: PathBuf,
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// `qun` with these arguments, split at spaces.
pub(crate) fn qun(arguments: &str) -> Qun {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let arguments = arguments.split(' ').filter(|a| !a.is_empty()).map(str::to_owned).collect();
    Qun { folder, arguments, input: Vec::new(), locale: "C".to_owned() }
}

impl Qun {
    /// A file in the folder.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Qun {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The locale of the run.
    pub(crate) fn locale(self, locale: &str) -> Qun {
        Qun { locale: locale.to_owned(), ..self }
    }

    /// Standard input.
    pub(crate) fn input(self, input: impl Into<Vec<u8>>) -> Qun {
        Qun { input: input.into(), ..self }
    }

    pub(crate) fn run(self) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qun"));
        command.env("LC_ALL", &self.locale);
        command.args(&self.arguments).current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input;
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        Ran { folder: self.folder, code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs; the exit code must be this one.
    pub(crate) fn ends_with(self, code: i32) -> Ran {
        let ran = self.run();
        assert_eq!(ran.code, code, "standard output:\n{}\nstandard error:\n{}", ran.out, ran.err);
        ran
    }
}

impl Ran {
    /// The text of a file in the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// The names in the folder, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Ran {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The head of every playbook.
pub(crate) const COMMUNITY: &str = "community { timezone \"Asia/Shanghai\" currency CNY }\nrole owner, admin\n";

/// A playbook with these items.
pub(crate) fn playbook(items: &str) -> String {
    format!("{COMMUNITY}{items}\n")
}

/// One event as a line: minutes after a fixed morning.
pub(crate) fn event(minute: i64, kind: &str, group: &str, member: &str) -> String {
    let at = 1_709_251_200_000 + minute * 60_000;
    format!("{{\"at\":{at},\"kind\":\"{kind}\",\"group\":\"{group}\",\"member\":\"{member}\"}}\n")
}

/// Messages of one member, one a minute from a minute on.
pub(crate) fn messages(from: i64, count: i64, member: &str) -> String {
    (from..from + count).map(|minute| event(minute, "message.posted", "g1", member)).collect()
}
