//! Makes a case small: leaves out whatever can be left out while the disagreement remains.

use crate::generate::draft::Draft;
use crate::generate::marks::{CLOSE, END, OPEN, WHOLE, plain};

/// How many tries a case is worth.
const TRIES: usize = 6_000;

struct Shrinker<'f> {
    remains: &'f dyn Fn(&Draft) -> bool,
    tries: usize,
}

/// The smallest case found for which `remains` still holds.
pub fn smallest(draft: Draft, remains: &dyn Fn(&Draft) -> bool) -> Draft {
    let mut shrinker = Shrinker { remains, tries: 0 };
    let mut best = draft;
    loop {
        let before = size(&best);
        shrinker.simple_parts(&mut best);
        shrinker.log(&mut best);
        shrinker.texts(&mut best);
        shrinker.lines(&mut best);
        if size(&best) >= before || shrinker.tries >= TRIES {
            return best;
        }
    }
}

fn size(draft: &Draft) -> usize {
    let texts = draft.files.iter().map(|(_, text)| plain(text).len()).sum::<usize>();
    let log = draft.log.iter().map(|(_, line)| plain(line).len() + 1).sum::<usize>();
    let directory = draft.directory.as_ref().map_or(0, |text| plain(text).len() + 1);
    texts + log + directory + draft.contents.values().map(|text| plain(text).len()).sum::<usize>()
}

impl Shrinker<'_> {
    /// Takes a smaller case if the disagreement remains.
    fn take(&mut self, best: &mut Draft, smaller: Draft) -> bool {
        self.tries += 1;
        let takes = self.tries < TRIES && (self.remains)(&smaller);
        if takes {
            *best = smaller;
        }
        takes
    }

    /// The directory, the end of the clock, what is kept after a removal, whole files.
    fn simple_parts(&mut self, best: &mut Draft) {
        if best.directory.is_some() {
            self.take(best, Draft { directory: None, ..best.clone() });
        }
        if best.until.is_some() {
            self.take(best, Draft { until: None, ..best.clone() });
        }
        if best.keep_after_removal {
            self.take(best, Draft { keep_after_removal: false, ..best.clone() });
        }
        if best.files.len() > 1 {
            // All in one file, in the order of names.
            let mut files = best.files.clone();
            files.sort();
            let text = files.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
            self.take(best, Draft { files: vec![("a.sop".to_owned(), text)], ..best.clone() });
        }
        for path in best.contents.keys().cloned().collect::<Vec<_>>() {
            let mut smaller = best.clone();
            smaller.contents.remove(&path);
            self.take(best, smaller);
        }
        for position in (0..best.files.len()).rev() {
            let mut smaller = best.clone();
            smaller.files.remove(position);
            self.take(best, smaller);
        }
    }

    /// Lines of the log: halves, quarters, down to single ones.
    fn log(&mut self, best: &mut Draft) {
        let mut step = best.log.len().div_ceil(2).max(1);
        loop {
            let mut from = 0;
            while from < best.log.len() {
                let mut smaller = best.clone();
                let to = (from + step).min(smaller.log.len());
                smaller.log.drain(from..to);
                if !self.take(best, smaller) {
                    from += step;
                }
            }
            if step == 1 {
                break;
            }
            step = step.div_ceil(2);
        }
    }

    /// What is marked in the playbook, its contents and the directory.
    fn texts(&mut self, best: &mut Draft) {
        for position in 0..best.files.len() {
            self.marked(best, &|draft| draft.files.get_mut(position).map(|(_, text)| text));
        }
        for path in best.contents.keys().cloned().collect::<Vec<_>>() {
            self.marked(best, &|draft| draft.contents.get_mut(&path));
        }
        self.marked(best, &|draft| draft.directory.as_mut());
    }

    /// What is marked in each line.
    fn lines(&mut self, best: &mut Draft) {
        for position in 0..best.log.len() {
            self.marked(best, &|draft| draft.log.get_mut(position).map(|(_, line)| line));
        }
    }

    fn marked(&mut self, best: &mut Draft, text: &dyn Fn(&mut Draft) -> Option<&mut String>) {
        let mut at = 0;
        loop {
            let Some(whole) = text(&mut best.clone()).cloned() else { return };
            let candidates = candidates(&whole);
            let Some(candidate) = candidates.get(at) else { return };
            let mut smaller = best.clone();
            if let Some(text) = text(&mut smaller) {
                text.clone_from(candidate);
            }
            if !self.take(best, smaller) {
                at += 1;
            }
            if self.tries >= TRIES {
                return;
            }
        }
    }
}

/// A marked piece of a text: where its marks stand.
struct Piece {
    mark: char,
    from: usize,
    to: usize,
}

fn pieces(text: &str) -> Vec<Piece> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            OPEN | WHOLE => open.push((c, at)),
            CLOSE | END => {
                if let Some((mark, from)) = open.pop() {
                    found.push(Piece { mark, from, to: at + c.len_utf8() });
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|piece| (piece.from, std::cmp::Reverse(piece.to)));
    found
}

/// The texts with one thing less.
fn candidates(text: &str) -> Vec<String> {
    let pieces = pieces(text);
    let mut found = Vec::new();
    for piece in &pieces {
        let (before, inside, after) = (&text[..piece.from], &text[piece.from..piece.to], &text[piece.to..]);
        if piece.mark == OPEN {
            found.push(format!("{before}{after}"));
            continue;
        }
        let inner = pieces.iter().filter(|inner| inner.from > piece.from && inner.to < piece.to);
        for inner in inner.filter(|inner| inner.mark == WHOLE) {
            found.push(format!("{before}{}{after}", &text[inner.from..inner.to]));
        }
        if plain(inside).len() > "true".len() {
            for simple in ["true", "1"] {
                found.push(format!("{before}{simple}{after}"));
            }
        }
    }
    found
}
