//! Faults of the disk are told plainly, and nothing is lost by them.

use super::{Place, line};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

fn talk(n: usize) -> String {
    (0..n).map(|n| line(&format!("e{n}"), "message.posted", &format!("m{}", n % 3)) + "\n").collect()
}

#[test]
fn a_store_that_cannot_be_written_is_told() {
    // Whoever may do everything writes all the same: somebody else tries, in a place that everybody can reach.
    let folder = std::env::temp_dir().join(format!("qun-readonly-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let place = Place::new("readonly", "store: qun.db\n");
    place.ok("run club.sop --shadow --stdin", &talk(6));
    for file in ["club.sop", "qun.yaml", "qun.db", "qun.db.lock"] {
        fs::copy(place.0.join(file), folder.join(file)).unwrap();
        fs::set_permissions(folder.join(file), fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::copy(env!("CARGO_BIN_EXE_qun"), folder.join("qun")).unwrap();
    fs::set_permissions(folder.join("qun"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let before = fs::read(folder.join("qun.db")).unwrap();
    let mut command = Command::new(folder.join("qun"));
    command.args(["run", "club.sop", "--shadow", "--stdin"]).current_dir(&folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root {
        command.uid(65_534).gid(65_534);
    }
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(talk(9).as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("qun.db") && said.contains("ermission denied"), "{said}");
    assert_eq!(fs::read(folder.join("qun.db")).unwrap(), before);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_damaged_page_is_told_or_does_no_harm() {
    const PAGE: usize = 4096;
    let place = Place::new("page", "store: qun.db\n");
    place.ok("run club.sop --shadow --stdin", &talk(300));
    let (path, decided) = (place.0.join("qun.db"), place.ok("journal decisions qun.db", ""));
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / PAGE;
    assert!(pages > 20 && whole.len() % PAGE == 0);
    let mut told = 0;
    for page in (1..pages).step_by(5).chain([pages - 1]) {
        let mut harmed = whole.clone();
        harmed[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        fs::write(&path, &harmed).unwrap();
        for file in ["qun.db-wal", "qun.db-shm"] {
            let _ = fs::remove_file(place.0.join(file));
        }
        let output = place.ran("run club.sop --shadow --stdin", "");
        let said = String::from_utf8(output.stderr).unwrap();
        if output.status.success() {
            assert_eq!(place.ok("journal decisions qun.db", ""), decided, "page {page}: {said}");
        } else {
            told += 1;
            assert!([Some(1), Some(2)].contains(&output.status.code()), "page {page}: {said}");
            assert!(said.contains("error: ") && !said.contains("panicked"), "page {page}: {said}");
            // It is left as it is.
            assert_eq!(fs::read(&path).unwrap().len(), whole.len());
        }
    }
    assert!(told > pages / 10, "{told} of {pages}");
    fs::write(&path, &whole).unwrap();
    assert_eq!(place.ok("journal decisions qun.db", ""), decided);
    place.agrees();
}
