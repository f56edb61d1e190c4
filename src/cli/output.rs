//! Where output goes: to the terminal, or to a file that appears only when it is complete.

use super::failure::Failure;
use std::fs::{self, File};
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

/// Standard output or a file.
pub(super) enum Output {
    Standard(BufWriter<StdoutLock<'static>>),
    File(Box<NewFile>),
}

/// A file under a temporary name until it is complete.
pub(super) struct NewFile {
    file: BufWriter<File>,
    path: PathBuf,
    /// None where the file is written in place: a device or a pipe.
    temporary: Option<PathBuf>,
}

impl Output {
    /// Opens a file, or standard output where none is named.
    pub(super) fn open(path: Option<&Path>) -> Result<Output, Failure> {
        match path {
            None => Ok(Output::Standard(BufWriter::new(io::stdout().lock()))),
            Some(path) => Ok(Output::File(Box::new(NewFile::create(path).map_err(Failure::open(path))?))),
        }
    }

    /// Writes a whole text.
    pub(super) fn print(path: Option<&Path>, text: &str) -> Result<(), Failure> {
        let mut output = Output::open(path)?;
        output.write_all(text.as_bytes())?;
        output.finish()
    }

    /// Gives a file another text; its permissions stay, and a link still leads to it.
    pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
        let path = path.canonicalize().map_err(Failure::open(path))?;
        let mut file = NewFile::create(&path).map_err(Failure::write(&path))?;
        file.file.write_all(text.as_bytes()).map_err(Failure::write(&path))?;
        let permissions = fs::metadata(&path).map_err(Failure::open(&path))?.permissions();
        file.file.get_ref().set_permissions(permissions).map_err(Failure::write(&path))?;
        file.finish().map_err(Failure::write(&path))
    }

    /// Everything has been written: a file gets its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            Output::Standard(mut out) => Ok(out.flush()?),
            Output::File(file) => {
                let path = file.path.clone();
                file.finish().map_err(Failure::write(&path))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Standard(out) => out.write(bytes),
            Output::File(file) => file.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Standard(out) => out.flush(),
            Output::File(file) => file.file.flush(),
        }
    }
}

impl NewFile {
    fn create(path: &Path) -> io::Result<NewFile> {
        let in_place = fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
        let temporary = if in_place { None } else { Some(temporary(path)?) };
        let file = File::create(temporary.as_deref().unwrap_or(path))?;
        Ok(NewFile { file: BufWriter::new(file), path: path.to_owned(), temporary })
    }

    fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for NewFile {
    /// What was not finished leaves nothing behind.
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// A name beside the file that nobody else uses.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    if path.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no file name"))?;
    Ok(path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id())))
}
