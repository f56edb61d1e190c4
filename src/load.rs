//! Reading a playbook from disk: a folder of `*.sop` files, or one such file.

use crate::check::content::Contents;
use crate::log::said;
use crate::syntax::source::Sources;
use std::path::{Component, Path, PathBuf};
use std::{fmt, fs, io};

/// The largest file of a playbook, in bytes.
pub const MAX_FILE: u64 = crate::syntax::parser::MAX_FILE_BYTES as u64;

/// The most files of a playbook.
pub const MAX_FILES: usize = 2_000;

/// How deep folders may lie in each other.
pub const MAX_DEPTH: usize = 16;

/// A playbook as it lies on disk.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The `*.sop` files, by their paths relative to the folder.
    pub sources: Sources,
    /// Where its content files lie.
    pub folder: Folder,
}

/// The folder of a playbook. Nothing outside it is read.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// Why a playbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file or folder, or it cannot be opened.
    #[error("`{}` cannot be opened: {}", path.display(), said(error))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A folder without any playbook file.
    #[error("there is no `*.sop` file in `{}`", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is not UTF-8.
    #[error("`{}` is not UTF-8: the first wrong byte is number {at}", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// How many bytes are right.
        at: usize,
    },
    /// Something has a limit and is beyond it.
    #[error("`{}` has {found}, and at most {most} are read", path.display())]
    Beyond {
        /// The file or folder.
        path: PathBuf,
        /// What was found: `5000000 bytes`.
        found: String,
        /// The limit.
        most: u64,
    },
}

/// Reads a playbook.
///
/// # Errors
/// See [`LoadError`].
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let meta = fs::metadata(path).map_err(|error| unreadable(path, error))?;
    let root = if meta.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut files = Vec::new();
    if meta.is_dir() {
        playbook_files(path, 0, &mut files)?;
    } else {
        files.push(path.to_owned());
    }
    if files.is_empty() {
        return Err(LoadError::Empty { path: path.to_owned() });
    }
    let mut named: Vec<(String, PathBuf)> = files.into_iter().map(|file| (relative(&file, root), file)).collect();
    named.sort();
    let mut sources = Sources::new();
    for (name, file) in named {
        sources.add(name, read(&file)?);
    }
    Ok(Loaded { sources, folder: Folder { root: root.to_owned() } })
}

fn unreadable(path: &Path, error: io::Error) -> LoadError {
    LoadError::Unreadable { path: path.to_owned(), error }
}

/// The playbook files of a folder and its sub-folders; links are not followed.
fn playbook_files(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), LoadError> {
    if depth > MAX_DEPTH {
        return Err(beyond(folder, format!("folders {depth} deep"), MAX_DEPTH as u64));
    }
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), error))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            playbook_files(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() && !hidden && entry.path().extension().is_some_and(|ending| ending == "sop") {
            files.push(entry.path());
        }
        if files.len() > MAX_FILES {
            return Err(beyond(folder, "more playbook files".to_owned(), MAX_FILES as u64));
        }
    }
    Ok(())
}

fn beyond(path: &Path, found: String, most: u64) -> LoadError {
    LoadError::Beyond { path: path.to_owned(), found, most }
}

/// A path below the root with `/` between its parts, on every system.
fn relative(file: &Path, root: &Path) -> String {
    let below = file.strip_prefix(root).unwrap_or(file);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn read(file: &Path) -> Result<String, LoadError> {
    let size = fs::metadata(file).map_err(|error| unreadable(file, error))?.len();
    if size > MAX_FILE {
        return Err(beyond(file, format!("{size} bytes"), MAX_FILE));
    }
    let bytes = fs::read(file).map_err(|error| unreadable(file, error))?;
    String::from_utf8(bytes)
        .map_err(|error| LoadError::NotUtf8 { path: file.to_owned(), at: error.utf8_error().valid_up_to() })
}

impl Contents for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let below = Path::new(path);
        let inside = below.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(OUTSIDE.to_owned());
        }
        let file = self.root.join(below);
        let (Ok(file), Ok(root)) = (file.canonicalize(), self.root.canonicalize()) else {
            return Err("there is no such file".to_owned());
        };
        if !file.starts_with(&root) {
            return Err(OUTSIDE.to_owned());
        }
        read(&file).map_err(|error| reason(&error).to_string())
    }
}

/// Content lies in the playbook's folder.
const OUTSIDE: &str = "it lies outside the playbook's folder";

/// Why a content file cannot be read, without its path.
fn reason(error: &LoadError) -> impl fmt::Display {
    match error {
        LoadError::Unreadable { error, .. } => said(error),
        LoadError::NotUtf8 { at, .. } => format!("it is not UTF-8: the first wrong byte is number {at}"),
        LoadError::Beyond { found, most, .. } => format!("it has {found}, and at most {most} are read"),
        LoadError::Empty { .. } => "it is empty".to_owned(),
    }
}
