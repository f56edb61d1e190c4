//! Says what is wrong with a piece that the grammar does not read.
//!
//! The grammar tells the place and the rules it tried there. From the token at that place follow some guesses of what
//! was meant; a guess counts only if the piece, so corrected, reads on.

use super::super::error::{Expected, Found, Limit, Mistake, Slip};
use super::super::keywords::{self, Keyword, Sort, TABLE, Tongue};
use super::expect::{Before, expected};
use super::guess;
use super::literals::meant_unit;
use super::scan::{Scan, Trouble, scan};
use super::{Builder, Grammar, MAX_GUESSED_PIECE, Node, Rule, first_word};
use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::collections::BTreeSet;
use std::ops::Range;

/// A mistake and its bytes in the piece.
pub(super) type Answer = (Range<usize>, Mistake);

/// A broken piece and the place at which the grammar gave up.
pub(super) struct Problem<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) token: &'t str,
    tried: Vec<Rule>,
    seen: Scan,
    /// The bytes that guesses may still read.
    budget: usize,
}

impl Builder<'_> {
    pub(super) fn explain(&mut self, error: &Error<Rule>) {
        let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
            let span = self.bytes(super::scan::deepest(self.text));
            return self.wrong(span, Mistake::Beyond(Limit::Depth));
        };
        let at = place(error);
        let token = token_at(self.text, at);
        let (tried, seen) = (positives.clone(), scan(self.text));
        let mut problem = Problem { text: self.text, at, token, tried, seen, budget: self.guesses };
        let (range, mistake) = problem.answer();
        self.guesses = problem.budget;
        let span = self.bytes(range);
        let mistake = self.placed(mistake);
        self.wrong(span, mistake);
    }

    /// Spans inside a mistake are counted from the start of the piece until here.
    fn placed(&self, mistake: Mistake) -> Mistake {
        match mistake {
            Mistake::Crossed { open, open_span, close } => {
                let open_span = self.bytes(open_span.start as usize..open_span.end as usize);
                Mistake::Crossed { open, open_span, close }
            }
            Mistake::Unclosed { bracket, end } => {
                Mistake::Unclosed { bracket, end: self.bytes(end.start as usize..end.end as usize) }
            }
            other => other,
        }
    }
}

impl<'t> Problem<'t> {
    fn answer(&mut self) -> Answer {
        self.in_texts_and_brackets()
            .or_else(|| self.in_hole())
            .or_else(|| self.habit())
            .or_else(|| self.glued())
            .or_else(|| self.unknown_item())
            .or_else(|| self.reserved())
            .or_else(|| self.pattern())
            .or_else(|| self.number())
            .or_else(|| self.sign())
            .or_else(|| self.similar())
            .or_else(|| self.left_out())
            .unwrap_or_else(|| self.unexpected())
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.at..self.at + self.token.len()
    }

    fn is_end(&self) -> bool {
        self.token.is_empty() || self.at >= self.seen.end
    }

    /// Where to point at the end: right after the last token.
    fn last(&self) -> Range<usize> {
        self.seen.end..self.seen.end
    }

    // ---- texts and brackets

    fn in_texts_and_brackets(&mut self) -> Option<Answer> {
        let (at, trouble) = self.seen.trouble?;
        let reached = match trouble {
            Trouble::Unclosed(_) => self.is_end() && self.closes(),
            _ => at <= self.at,
        };
        reached.then(|| self.trouble(at, trouble))
    }

    /// Whether brackets are all that the end of the piece lacks.
    fn closes(&mut self) -> bool {
        let closed = format!("{}{}", self.text.get(..self.seen.end).unwrap_or(""), self.seen.closers);
        Grammar::parse(Rule::one_item, &closed).is_ok() || expected(&self.tried, self.before()) == Expected::Other
    }

    fn trouble(&self, at: usize, trouble: Trouble) -> Answer {
        let one = at..at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        match trouble {
            Trouble::Text(close, other) => (self.line(at), Mistake::OpenText { close, other }),
            Trouble::Hole => (one, Mistake::OpenHole),
            Trouble::Unopened(bracket) => (one, Mistake::Unopened(bracket)),
            Trouble::Crossed { open, open_at, close } => {
                let open_span = loose(open_at..open_at + open.len_utf8());
                (one, Mistake::Crossed { open, open_span, close })
            }
            Trouble::Unclosed(bracket) => (one, Mistake::Unclosed { bracket, end: loose(self.last()) }),
        }
    }

    /// From a place to the end of its line, without white space at the end.
    fn line(&self, at: usize) -> Range<usize> {
        let line = self.text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
        at..at + line.trim_end().len()
    }

    fn in_hole(&self) -> Option<Answer> {
        let inside = self.seen.holes.iter().any(|hole| hole.contains(&self.at) && hole.start < self.at);
        inside.then(|| (self.range(), Mistake::InHole(self.found())))
    }

    // ---- words

    /// `规则刷屏`
    fn glued(&mut self) -> Option<Answer> {
        let (keyword, rest) = keywords::glued(self.token)?;
        let right = format!("{keyword} {rest}");
        self.reads(self.range(), &right).then(|| self.slip(Slip::Glued, self.range(), right))
    }

    fn unknown_item(&mut self) -> Option<Answer> {
        let starts = self.at == 0 && self.token.chars().all(guess::is_word_char) && !self.token.is_empty();
        let known = keywords::rows(Sort::Item).any(|row| row.english == self.token || row.chinese == self.token);
        if !starts || known {
            return None;
        }
        let near = guess::near(self.token, keywords::rows(Sort::Item));
        let near = near.into_iter().find(|word| self.reads(self.range(), word));
        Some((self.range(), Mistake::UnknownItem { word: self.token.to_owned(), near }))
    }

    fn reserved(&mut self) -> Option<Answer> {
        let stands = keywords::is_reserved(self.token) && self.reads(self.range(), "x");
        stands.then(|| (self.range(), Mistake::Reserved(self.token.to_owned())))
    }

    /// A keyword that is spelled nearly so, or a common word for one: the token, or the word before it.
    fn similar(&mut self) -> Option<Answer> {
        let before = self.text.get(..self.at)?.trim_end();
        let word = before.chars().rev().take_while(|c| guess::is_word_char(*c)).map(char::len_utf8).sum::<usize>();
        self.similar_at(self.range()).or_else(|| self.similar_at(before.len() - word..before.len()))
    }

    fn similar_at(&mut self, range: Range<usize>) -> Option<Answer> {
        let word = self.text.get(range.clone()).filter(|word| !word.is_empty() && !keywords::is_keyword(word))?;
        let meant = guess::synonyms(word);
        let rows = TABLE.iter().filter(|row| !row.rule.is_empty());
        let near = guess::near(word, rows).into_iter().map(|word| (word, word));
        let candidates: Vec<_> = meant.chain(near).collect();
        let (_, say) = candidates.into_iter().find(|(with, _)| self.reads(range.clone(), with))?;
        let (found, expected) = (Found::Token(word.to_owned()), expected(&self.tried, self.before()));
        Some((range, self.mistake(found, expected, Some(say.to_owned()))))
    }

    /// A pattern that is not closed.
    fn pattern(&self) -> Option<Answer> {
        let begins = self.token == "/" && matches!(self.before().token, "matches" | "匹配" | "=" | "＝");
        begins.then(|| (self.line(self.at), Mistake::OpenPattern))
    }

    // ---- numbers

    /// `10分`, `199元`, `199 RMB`, `$5`, full-width digits
    fn number(&mut self) -> Option<Answer> {
        let before = self.text.get(..self.at)?.trim_end();
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let start = before.len() - digits;
        let number = before.get(start..)?;
        let wrong = start..self.at + self.token.len();
        let (slip, right) = if let Some(after) = self.token.strip_prefix(['$', '€', '£']).and(self.text.get(self.at..))
        {
            return self.foreign_money(after);
        } else if digits == 0 {
            return self.wide_digits();
        } else if matches!(self.token, "元" | "块" | "圆") {
            (Slip::Currency, format!("¥{number}"))
        } else if let Some(code) = guess::currency(self.token) {
            (Slip::Currency, format!("{number} {code}"))
        } else {
            (Slip::LongUnit, format!("{number}{}", meant_unit(self.token)?))
        };
        self.reads(wrong.clone(), &right).then(|| self.slip(slip, wrong, right))
    }

    fn foreign_money(&mut self, text: &str) -> Option<Answer> {
        let sign = text.chars().next()?;
        let digits: String = text.chars().skip(1).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let right = format!("{digits} {}", guess::sign_currency(sign)?);
        let wrong = self.at..self.at + sign.len_utf8() + digits.len();
        self.reads(wrong.clone(), &right).then(|| self.slip(Slip::Currency, wrong, right))
    }

    fn wide_digits(&mut self) -> Option<Answer> {
        let right: String = self.token.chars().map(guess::narrow_digit).collect();
        let first = self.token.chars().next()?;
        let wide = right != self.token && self.reads(self.range(), &right);
        wide.then(|| (self.range(), self.mistake(Found::Foreign(first, None), Expected::Value, Some(right))))
    }

    // ---- signs

    fn sign(&mut self) -> Option<Answer> {
        self.comment()
            .or_else(|| self.quotes())
            .or_else(|| self.dot())
            .or_else(|| self.hyphen())
            .or_else(|| self.twin())
            .or_else(|| self.other_sign())
    }

    fn comment(&mut self) -> Option<Answer> {
        (self.token == "//").then(|| self.slip(Slip::Comment, self.range(), "#".to_owned()))
    }

    /// `'hello'`, `「你好」`
    fn quotes(&mut self) -> Option<Answer> {
        let first = self.token.chars().next()?;
        let close = guess::closing_quote(first)?;
        let line = self.text.get(self.at + first.len_utf8()..)?.lines().next()?;
        let inside = line.get(..line.find(close)?)?;
        let wrong = self.at..self.at + first.len_utf8() + inside.len() + close.len_utf8();
        let right = format!("\"{inside}\"");
        self.reads(wrong.clone(), &right).then(|| self.slip(Slip::Quotes, wrong, right))
    }

    /// `message . posted`, `message。posted`
    fn dot(&mut self) -> Option<Answer> {
        if !matches!(self.token, "." | "。" | "．" | "·") {
            return None;
        }
        let before = self.text.get(..self.at)?.trim_end();
        let start = before.len()
            - before
                .chars()
                .rev()
                .take_while(|c| guess::is_word_char(*c) || *c == '.')
                .map(char::len_utf8)
                .sum::<usize>();
        let rest = self.text.get(self.at + self.token.len()..)?;
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let after = first_word(rest.get(gap..)?);
        let end = self.at + self.token.len() + gap + after.len();
        let right = format!("{}.{after}", before.get(start..)?);
        self.reads(start..end, &right).then(|| self.slip(Slip::SpacedDot, start..end, right))
    }

    /// `kol-candidate`
    fn hyphen(&mut self) -> Option<Answer> {
        let before = self.text.get(..self.at)?;
        let left = before.chars().rev().take_while(|c| guess::is_word_char(*c)).map(char::len_utf8).sum::<usize>();
        let after = first_word(self.text.get(self.at + 1..).unwrap_or(""));
        if self.token != "-" || left == 0 || after.is_empty() {
            return None;
        }
        let wrong = self.at - left..self.at + 1 + after.len();
        let right = format!("{}_{after}", before.get(self.at - left..)?);
        self.reads(wrong.clone(), &right).then(|| self.slip(Slip::Hyphen, wrong, right))
    }

    /// A character that the language does not have, for one that it has.
    fn twin(&mut self) -> Option<Answer> {
        let first = self.token.chars().next()?;
        let twin = guess::twin(first)?;
        let range = self.at..self.at + first.len_utf8();
        let (found, expected) = (Found::Foreign(first, Some(twin)), Expected::Other);
        let near = Some(twin.to_owned()).filter(|twin| !twin.is_empty());
        self.reads(range.clone(), twin).then(|| (range, self.mistake(found, expected, near)))
    }

    /// A sign in the place of another.
    fn other_sign(&mut self) -> Option<Answer> {
        if self.token.chars().all(guess::is_word_char) {
            return None;
        }
        let meant = guess::signs(self.token).find(|sign| self.reads(self.range(), sign))?;
        Some((self.range(), self.mistake(self.found(), Expected::Just(meant), None)))
    }

    // ---- what is left out

    fn left_out(&mut self) -> Option<Answer> {
        if self.is_end() || self.token.starts_with([')', ']', '}', '）', '｝']) {
            return self.closer();
        }
        let tongue = self.before().tongue;
        let words = guess::LEFT_OUT.iter().filter_map(|word| keywords::of_rule(word)).map(|row| row.in_tongue(tongue));
        let candidates: Vec<_> = ["{", ",", ")", "}", ":", "="].into_iter().chain(words).collect();
        let do_word = keywords::of_rule("kw_do").map_or("", |row| row.in_tongue(tongue));
        let because = keywords::of_rule("kw_because").map_or("", |row| row.in_tongue(tongue));
        let is_text = self.token.starts_with(['"', '“']);
        let fits = |word: &&str| (*word != do_word || keywords::is_action(self.token)) && (*word != because || is_text);
        let candidates: Vec<_> = candidates.into_iter().filter(fits).collect();
        let meant = candidates.into_iter().find(|word| self.reads_with(word))?;
        Some((self.range(), self.mistake(self.found(), Expected::First(meant), None)))
    }

    /// A closing bracket before which another one is left out.
    fn closer(&mut self) -> Option<Answer> {
        let meant = [")", "]", "}"].into_iter().find(|closer| !self.is_end() && self.reads_with(closer))?;
        Some((self.range(), self.mistake(self.found(), Expected::First(meant), None)))
    }

    fn unexpected(&self) -> Answer {
        let range = if self.is_end() { self.last() } else { self.range() };
        (range, self.mistake(self.found(), expected(&self.tried, self.before()), None))
    }

    pub(super) fn mistake(&self, found: Found, expected: Expected, near: Option<String>) -> Mistake {
        Mistake::Unexpected { found, expected, near, tongue: self.before().tongue }
    }

    /// The item, and what stands before the place.
    pub(super) fn before(&self) -> Before<'t> {
        let text = self.text.get(..self.at.min(self.seen.end)).unwrap_or("").trim_end();
        let word = text.chars().rev().take_while(|c| guess::is_word_char(*c)).map(char::len_utf8).sum::<usize>();
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        let token = text.get(text.len() - word.max(last)..).unwrap_or("");
        Before { item: item_of(self.text), token, tongue: Tongue::of(first_word(self.text)) }
    }

    pub(super) fn found(&self) -> Found {
        let foreign = self.token.chars().next().filter(|c| self.token.chars().count() == 1 && guess::is_foreign(*c));
        match foreign {
            _ if self.is_end() => Found::End,
            Some(c) => Found::Foreign(c, None),
            None => Found::Token(self.token.to_owned()),
        }
    }

    fn slip(&self, slip: Slip, range: Range<usize>, right: String) -> Answer {
        let wrong = self.text.get(range.clone()).unwrap_or("").to_owned();
        (range, Mistake::Slip { slip, wrong, right })
    }

    // ---- guesses

    /// Whether the piece reads on with another text in a place.
    pub(super) fn reads(&mut self, range: Range<usize>, with: &str) -> bool {
        let start = range.start + with.len();
        self.reads_to(range, with, start)
    }

    /// Whether the piece reads on with a word before the token.
    fn reads_with(&mut self, word: &str) -> bool {
        let with = format!("{word} ");
        let after = self.at + with.len() + self.token.len();
        self.reads_to(self.at..self.at, &with, after)
    }

    /// Whether the corrected piece reads on beyond the token that begins at or after a place.
    pub(super) fn reads_to(&mut self, range: Range<usize>, with: &str, place_of: usize) -> bool {
        if self.budget < self.text.len() || self.text.len() > MAX_GUESSED_PIECE {
            return false;
        }
        self.budget -= self.text.len();
        let (Some(before), Some(after)) = (self.text.get(..range.start), self.text.get(range.end..)) else {
            return false;
        };
        let corrected = format!("{before}{with}{after}");
        let next = place_of + trivia(corrected.get(place_of..).unwrap_or(""));
        match Grammar::parse(Rule::one_item, &corrected) {
            Ok(mut item) => item.next().is_some_and(|item| makes_sense(&corrected, item)),
            Err(error) => place(&error) > next || next >= corrected.len() && place(&error) >= next,
        }
    }
}

/// Whether an item lacks nothing and has its clauses in order; a corrected piece that does not was meant otherwise.
fn makes_sense(text: &str, item: Node<'_>) -> bool {
    let names = BTreeSet::new();
    let mut builder = Builder::new(super::FileId(0), 0, text, &names);
    item.into_inner().next().map(|item| builder.item(item));
    let senseless = |mistake: &Mistake| match mistake {
        Mistake::Missing { .. } | Mistake::Order { .. } | Mistake::Twice { .. } => true,
        Mistake::Slip { slip, .. } => matches!(slip, Slip::NoParentheses | Slip::NoBraces | Slip::CommaBetween),
        _ => false,
    };
    !builder.errors.iter().any(|error| senseless(&error.mistake))
}

fn place(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// White space and comments at the start of a text.
fn trivia(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix(['#', '＃']) {
            Some(comment) => rest = comment.get(comment.find('\n').unwrap_or(comment.len())..).unwrap_or(""),
            None => return text.len() - rest.len(),
        }
    }
}

/// A word, a number or a sign.
fn token_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let Some(first) = rest.chars().next() else { return "" };
    let signs = ["\"\"\"", "==", "=>", "->", "//", ":=", "||", "&&"];
    if let Some(sign) = signs.into_iter().find(|sign| rest.starts_with(sign)) {
        return sign;
    }
    let end = match first {
        c if guess::is_word_char(c) => rest.find(|c| !guess::is_word_char(c)).unwrap_or(rest.len()),
        c => c.len_utf8(),
    };
    rest.get(..end).unwrap_or("")
}

/// The item whose keyword begins a piece.
fn item_of(text: &str) -> Option<&'static Keyword> {
    let word = first_word(text);
    keywords::rows(Sort::Item).find(|row| row.english == word || row.chinese == word)
}

/// A span counted from the start of the piece.
fn loose(range: Range<usize>) -> super::Span {
    let byte = |at| u32::try_from(at).unwrap_or(u32::MAX);
    super::Span { start: byte(range.start), end: byte(range.end), ..super::Span::default() }
}
