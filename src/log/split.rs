//! Bytes become lines, without a copy of each.

use super::line::MAX_LINE;
use memchr::memchr;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// How much is read at once.
const BLOCK: usize = 128 << 10;
/// What some editors put before the first line.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The lines of a file.
pub(crate) struct Lines {
    bytes: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// What has been read and not yet been given out.
    waiting: Range<usize>,
    /// How many lines have been given out.
    number: u64,
    ended: bool,
}

/// A line without its line break.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'a> {
    Text(&'a [u8]),
    /// Longer than [`MAX_LINE`]; passed over.
    TooLong,
}

/// Where the next line lies.
enum Found {
    Line(Range<usize>),
    TooLong,
    End,
}

impl Lines {
    pub(crate) fn new(bytes: Box<dyn Read + Send>) -> Lines {
        Lines { bytes, buffer: Vec::new(), waiting: 0..0, number: 0, ended: false }
    }

    /// The number of the line given out last, from 1; 0 before the first.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line; a last one without a line break counts, unless it is empty.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let found = self.find()?;
        let first = self.number == 0;
        self.number += u64::from(!matches!(found, Found::End));
        Ok(match found {
            Found::Line(place) => {
                let line = self.buffer.get(place).unwrap_or_default();
                let line = if first { line.strip_prefix(BOM).unwrap_or(line) } else { line };
                Some(Line::Text(line.strip_suffix(b"\r").unwrap_or(line)))
            }
            Found::TooLong => Some(Line::TooLong),
            Found::End => None,
        })
    }

    fn find(&mut self) -> io::Result<Found> {
        let mut searched = 0;
        loop {
            let unsearched = self.buffer.get(self.waiting.start + searched..self.waiting.end).unwrap_or_default();
            if let Some(end) = memchr(b'\n', unsearched) {
                return Ok(self.give(searched + end, 1));
            }
            searched = self.waiting.len();
            if self.ended {
                return Ok(if searched == 0 { Found::End } else { self.give(searched, 0) });
            }
            // A line break and a carriage return may come on top.
            if searched > MAX_LINE + 1 {
                return self.pass_over();
            }
            self.fill()?;
        }
    }

    /// Takes a line of that length and its line break off what waits.
    fn give(&mut self, length: usize, line_break: usize) -> Found {
        let start = self.waiting.start;
        self.waiting.start += length + line_break;
        Found::Line(start..start + length)
    }

    /// Throws away what is left of a line.
    fn pass_over(&mut self) -> io::Result<Found> {
        while !self.ended {
            self.waiting.start = self.waiting.end;
            self.fill()?;
            let read = self.buffer.get(self.waiting.clone()).unwrap_or_default();
            if let Some(end) = memchr(b'\n', read) {
                self.waiting.start += end + 1;
                break;
            }
        }
        Ok(Found::TooLong)
    }

    /// Reads a block more, behind what waits, which moves to the front.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.waiting.clone(), 0);
        self.waiting = 0..self.waiting.len();
        if self.buffer.len() < self.waiting.end + BLOCK / 2 {
            self.buffer.resize(self.waiting.end + BLOCK, 0);
        }
        let space = self.buffer.get_mut(self.waiting.end..).unwrap_or_default();
        let read = read_some(&mut self.bytes, space)?;
        self.waiting.end += read;
        self.ended = read == 0;
        Ok(())
    }
}

fn read_some(bytes: &mut impl Read, space: &mut [u8]) -> io::Result<usize> {
    loop {
        match bytes.read(space) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a few bytes at a time.
    struct Drip(Vec<u8>, usize);

    impl Read for Drip {
        fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(space.len());
            space[..n].copy_from_slice(&self.0[..n]);
            self.0.drain(..n);
            Ok(n)
        }
    }

    fn lines(text: &[u8], drip: usize) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::new(Box::new(Drip(text.to_vec(), drip)));
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(match line {
                Line::Text(text) => Some(text.to_vec()),
                Line::TooLong => None,
            });
        }
        assert_eq!(lines.number(), all.len() as u64);
        all
    }

    fn texts(text: &[u8]) -> Vec<String> {
        lines(text, 7).into_iter().map(|line| String::from_utf8(line.unwrap()).unwrap()).collect()
    }

    #[test]
    fn line_breaks_of_every_sort() {
        assert_eq!(texts(b""), [""; 0]);
        assert_eq!(texts(b"a\nb\n"), ["a", "b"]);
        assert_eq!(texts(b"a\r\nb"), ["a", "b"]);
        assert_eq!(texts(b"\n\na"), ["", "", "a"]);
        assert_eq!(texts(b"\xEF\xBB\xBFa\n\xEF\xBB\xBFb"), ["a", "\u{feff}b"]);
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        for length in [MAX_LINE, MAX_LINE + 1, MAX_LINE + 2, 3 * MAX_LINE] {
            let mut text = b"a\n".to_vec();
            text.extend(vec![b'x'; length]);
            text.extend(b"\nb");
            let found = lines(&text, 100_000);
            assert_eq!(found.len(), 3, "{length}");
            assert_eq!(found[2], Some(b"b".to_vec()), "{length}");
        }
        assert_eq!(lines(&vec![b'x'; 3 * MAX_LINE], 100_000), [None]);
    }

    proptest! {
        #[test]
        fn blocks_do_not_matter(text in "(a|bc|\n|\r\n|中){0,40}", drip in 1usize..9) {
            let whole: Vec<_> = text.lines().map(|line| Some(line.as_bytes().to_vec())).collect();
            prop_assert_eq!(lines(text.as_bytes(), drip), whole);
        }
    }
}
