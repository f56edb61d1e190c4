//! Output that is packed as its name says.

use super::failure::Failure;
use super::output::Output;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};
use std::path::Path;

/// zstd's own choice.
const ZSTD_LEVEL: i32 = 3;

/// Standard output, or a file, packed where its name ends in `.gz` or `.zst`.
pub(super) enum Packed {
    Plain(Output),
    Gzip(GzEncoder<Output>),
    Zstd(zstd::Encoder<'static, Output>),
}

impl Packed {
    pub(super) fn open(path: Option<&Path>) -> Result<Packed, Failure> {
        let out = Output::open(path)?;
        let ending = path.and_then(Path::extension).and_then(|ending| ending.to_str());
        Ok(match ending {
            Some("gz") => Packed::Gzip(GzEncoder::new(out, Compression::default())),
            Some("zst") => Packed::Zstd(zstd::Encoder::new(out, ZSTD_LEVEL)?),
            _ => Packed::Plain(out),
        })
    }

    /// Everything has been written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            Packed::Plain(out) => out.finish(),
            Packed::Gzip(packer) => packer.finish()?.finish(),
            Packed::Zstd(packer) => packer.finish()?.finish(),
        }
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packed::Plain(out) => out.write(bytes),
            Packed::Gzip(packer) => packer.write(bytes),
            Packed::Zstd(packer) => packer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packed::Plain(out) => out.flush(),
            Packed::Gzip(packer) => packer.flush(),
            Packed::Zstd(packer) => packer.flush(),
        }
    }
}
