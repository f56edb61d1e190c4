//! Bytes become blocks of whole lines.

use super::line::MAX_LINE;
use memchr::{memchr, memrchr};
use std::io::{self, ErrorKind, Read};

/// How much is read at once.
const BLOCK: usize = 128 << 10;
/// What some editors put before the first line.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The blocks of a file.
pub(crate) struct Blocks {
    bytes: Box<dyn Read + Send>,
    /// How much a block holds at least, where there is as much.
    least: usize,
    /// What has been read behind the last block.
    rest: Vec<u8>,
    /// An error to be told after the lines that came before it.
    failed: Option<io::Error>,
    begun: bool,
    ended: bool,
}

/// What comes next in a file.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// Whole lines, each with its line break.
    Lines,
    /// A line longer than [`MAX_LINE`], passed over.
    TooLong,
    End,
}

impl Blocks {
    /// What a packed file gives piecemeal is worth waiting for; what comes from elsewhere may come slowly.
    pub(crate) fn new(bytes: Box<dyn Read + Send>, packed: bool) -> Blocks {
        let least = if packed { BLOCK / 2 } else { 1 };
        Blocks { bytes, least, rest: Vec::new(), failed: None, begun: false, ended: false }
    }

    /// Puts the next lines into `text`; a last one without a line break gets one, unless it is empty.
    pub(crate) fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Next> {
        text.clear();
        text.append(&mut self.rest);
        loop {
            let over = self.ended || self.failed.is_some();
            match memrchr(b'\n', text) {
                Some(end) if over || text.len() >= self.least => return Ok(self.cut(text, end + 1)),
                Some(_) => {}
                None if over => return self.last(text),
                // A line break and a carriage return may come on top.
                None if text.len() > MAX_LINE + 1 => return self.pass_over(text),
                None => {}
            }
            self.fill(text);
        }
    }

    /// Gives out so many bytes, whole lines, and keeps the others.
    fn cut(&mut self, text: &mut Vec<u8>, length: usize) -> Next {
        self.rest.extend_from_slice(text.get(length..).unwrap_or_default());
        text.truncate(length);
        self.pass_mark(text);
        Next::Lines
    }

    /// What is left of the file, without a line break; what an error cut off is no line.
    fn last(&mut self, text: &mut Vec<u8>) -> io::Result<Next> {
        if let Some(error) = self.failed.take() {
            self.ended = true;
            return Err(error);
        }
        self.pass_mark(text);
        if text.is_empty() {
            return Ok(Next::End);
        }
        text.push(b'\n');
        Ok(Next::Lines)
    }

    /// Takes the mark off that some editors put before the first line.
    fn pass_mark(&mut self, text: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) && text.starts_with(BOM) {
            text.drain(..BOM.len());
        }
    }

    /// Throws away what is left of a line.
    fn pass_over(&mut self, text: &mut Vec<u8>) -> io::Result<Next> {
        self.begun = true;
        while !self.ended && self.failed.is_none() {
            text.clear();
            self.fill(text);
            if let Some(end) = memchr(b'\n', text) {
                self.rest.extend_from_slice(text.get(end + 1..).unwrap_or_default());
                return Ok(Next::TooLong);
            }
        }
        self.ended |= self.failed.is_some();
        self.failed.take().map_or(Ok(Next::TooLong), Err)
    }

    /// Reads more, behind what there is.
    fn fill(&mut self, text: &mut Vec<u8>) {
        let start = text.len();
        text.resize(start + BLOCK, 0);
        let read = read_some(&mut self.bytes, text.get_mut(start..).unwrap_or_default());
        text.truncate(start + read.as_ref().copied().unwrap_or(0));
        match read {
            Ok(read) => self.ended = read == 0,
            Err(error) => self.failed = Some(error),
        }
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
        let mut blocks = Blocks::new(Box::new(Drip(text.to_vec(), drip)), drip.is_multiple_of(2));
        let (mut all, mut block) = (Vec::new(), Vec::new());
        loop {
            match blocks.next(&mut block).unwrap() {
                Next::Lines => {
                    let lines = block.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n');
                    all.extend(lines.map(|line| Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec())));
                }
                Next::TooLong => all.push(None),
                Next::End => return all,
            }
        }
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
