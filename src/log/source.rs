//! Where a log comes from: a file or standard input, plain or compressed.

use super::error::LogError;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// How far reading has come; shared with whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: AtomicU64,
    total: AtomicU64,
    lines: AtomicU64,
}

impl Progress {
    /// Bytes read so far, as they lie on the disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The size of all files together; standard input has none.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Lines read so far, in steps.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }

    pub(crate) fn add_lines(&self, lines: u64) {
        self.lines.fetch_add(lines, Ordering::Relaxed);
    }
}

/// A log that can be read: a name for messages, and bytes.
pub struct Source {
    /// What messages call it.
    pub name: String,
    bytes: Box<dyn Read + Send>,
    size: u64,
}

/// How a log is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, also several members one after the other.
    Gzip,
    /// zstd, also several frames one after the other.
    Zstd,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// Says which file cannot be opened.
    pub fn open(path: &Path) -> Result<Source, LogError> {
        if path == Path::new(STANDARD_INPUT) {
            return Ok(Source::new("standard input", io::stdin()));
        }
        let name = path.display().to_string();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        match opened {
            Ok((about, file)) if !about.is_dir() => Ok(Source { name, bytes: Box::new(file), size: about.len() }),
            Ok(_) => Err(LogError::Open { file: name, why: "it is a folder".to_owned() }),
            Err(error) => Err(LogError::Open { file: name, why: said(&error) }),
        }
    }

    /// Anything that can be read.
    pub fn new(name: impl Into<String>, bytes: impl Read + Send + 'static) -> Source {
        Source { name: name.into(), bytes: Box::new(bytes), size: 0 }
    }

    /// The unpacked bytes, counted as they are read; what they are packed with is seen from their beginning.
    pub(crate) fn unpack(self, progress: &Arc<Progress>) -> Result<(Packing, Box<dyn Read + Send>), LogError> {
        let Source { name, bytes, size } = self;
        progress.total.fetch_add(size, Ordering::Relaxed);
        let mut bytes = Counted { bytes, progress: Arc::clone(progress) };
        let failed = |error: io::Error| LogError::Read { file: name.clone(), after_line: 0, why: said(&error) };
        let start = beginning(&mut bytes).map_err(failed)?;
        let packing = packing(&start);
        let utf16 = matches!(start.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        let whole = Cursor::new(start).chain(bytes);
        match packing {
            Packing::Plain if utf16 => Err(LogError::Utf16 { file: name }),
            Packing::Plain => Ok((packing, Box::new(whole))),
            Packing::Gzip => Ok((packing, Box::new(flate2::read::MultiGzDecoder::new(whole)))),
            Packing::Zstd => {
                let unpacked = zstd::stream::read::Decoder::new(whole).map_err(failed)?;
                Ok((packing, Box::new(unpacked)))
            }
        }
    }
}

/// What an error of the system says, without its number.
pub(crate) fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// The first four bytes, or fewer where there are no more.
fn beginning(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(4);
    bytes.take(4).read_to_end(&mut start)?;
    Ok(start)
}

fn packing(start: &[u8]) -> Packing {
    match start {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        // A frame, or one to be skipped that comes first.
        [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => Packing::Zstd,
        _ => Packing::Plain,
    }
}

/// Counts the bytes that pass.
struct Counted {
    bytes: Box<dyn Read + Send>,
    progress: Arc<Progress>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.progress.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
