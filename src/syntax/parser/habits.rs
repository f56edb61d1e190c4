//! Turns of plain speech that the language says otherwise.

use super::super::error::{Hint, Mistake};
use super::explain::{Answer, Problem};
use super::guess::is_word_char;
use std::ops::Range;

/// Comparisons in words and their signs; a longer one stands before its beginning.
const COMPARISONS: [(&str, &str); 17] = [
    ("is more than", ">"),
    ("is greater than", ">"),
    ("is less than", "<"),
    ("more than", ">"),
    ("greater than", ">"),
    ("less than", "<"),
    ("fewer than", "<"),
    ("at least", ">="),
    ("at most", "<="),
    ("大于等于", ">="),
    ("小于等于", "<="),
    ("大于", ">"),
    ("超过", ">"),
    ("小于", "<"),
    ("少于", "<"),
    ("不等于", "!="),
    ("等于", "=="),
];

impl Problem<'_> {
    pub(super) fn habit(&mut self) -> Option<Answer> {
        self.comparison()
            .or_else(|| self.first_event())
            .or_else(|| self.without_event())
            .or_else(|| self.not_a_role())
            .or_else(|| self.colon())
    }

    /// `more than 5`, `大于5`
    fn comparison(&mut self) -> Option<Answer> {
        let (start, (words, sign)) = COMPARISONS.iter().find_map(|pair| Some((self.around(pair.0)?, *pair)))?;
        let rest = self.text.get(start + words.len()..)?;
        let space = rest.len() - rest.trim_start().len();
        let number: String = rest.trim_start().chars().take_while(|c| is_word_char(*c) || *c == '.').collect();
        let with = format!("{sign} {number}");
        let wrong = start..start + words.len() + space + number.len();
        self.instead(wrong, &with, Hint::Write(with.clone()))
    }

    /// Where words begin that stand around the place.
    fn around(&self, words: &str) -> Option<usize> {
        let starts = words.char_indices().map(|(at, _)| at).filter_map(|before| self.at.checked_sub(before));
        let mut starts = starts.filter(|start| self.text.get(*start..).is_some_and(|text| text.starts_with(words)));
        starts.next()
    }

    /// `on first message.posted`
    fn first_event(&mut self) -> Option<Answer> {
        let (word, on) = self.words_before()?;
        let event = self.event();
        let count = match (self.word(&on), self.word(&word)) {
            ("on", "first") => format!("when count({event}) == 1"),
            ("当", "首次" | "第一次") => format!("若 数量({event}) == 1"),
            _ => return None,
        };
        self.instead(word, "", Hint::Count(count))
    }

    /// `当 没有 message.posted`
    fn without_event(&mut self) -> Option<Answer> {
        let (word, on) = self.words_before()?;
        let event = self.event();
        let meant = match (self.word(&on), self.word(&word)) {
            ("当", "没有" | "没") => format!("无 {event} 满 7天"),
            ("on", "without" | "missing") => format!("no {event} for 7d"),
            _ => return None,
        };
        let end = self.at + event.len();
        let text = self.word(&word).to_owned();
        let reads = self.reads(word.start..end, &meant);
        reads.then_some((word, Mistake::Habit { text, hint: Hint::Write(meant) }))
    }

    /// `member not op`
    fn not_a_role(&mut self) -> Option<Answer> {
        let (not, subject) = self.words_before()?;
        let (not_word, is) = match self.word(&not) {
            "not" => ("not", "is"),
            "非" => ("非", "是"),
            _ => return None,
        };
        let right = format!("{not_word} {} {is} {}", self.word(&subject), self.token);
        let known = matches!(self.word(&subject), "member" | "成员");
        let wrong = subject.start..self.at + self.token.len();
        if known { self.instead(wrong, &right, Hint::Write(right.clone())) } else { None }
    }

    /// `when: x`, `at 1: warn`
    fn colon(&mut self) -> Option<Answer> {
        if !matches!(self.token, ":" | "：") {
            return None;
        }
        let before = self.before().token;
        let clause = matches!(before, "when" | "do" | "on" | "otherwise" | "若" | "则" | "当" | "不然");
        match clause {
            true => self.instead(self.range(), " ", Hint::LeaveOut(self.token.to_owned())),
            false => {
                let do_ = if self.before().tongue == super::Tongue::Chinese { "则" } else { "do" };
                self.instead(self.range(), &format!(" {do_} "), Hint::Write(do_.to_owned()))
            }
        }
    }

    /// The mistake, if the piece reads on with another text in its place.
    fn instead(&mut self, wrong: Range<usize>, with: &str, hint: Hint) -> Option<Answer> {
        let text = self.word(&wrong).to_owned();
        self.reads(wrong.clone(), with).then_some((wrong, Mistake::Habit { text, hint }))
    }

    fn word(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The event's name at the place.
    fn event(&self) -> String {
        let rest = self.text.get(self.at..).unwrap_or("");
        rest.chars().take_while(|c| is_word_char(*c) || *c == '.').collect()
    }

    /// The word before the place and the one before that.
    fn words_before(&self) -> Option<(Range<usize>, Range<usize>)> {
        let last = last_word(self.text.get(..self.at)?)?;
        let before = last_word(self.text.get(..last.start)?)?;
        Some((last, before))
    }
}

fn last_word(text: &str) -> Option<Range<usize>> {
    let text = text.trim_end();
    let length: usize = text.chars().rev().take_while(|c| is_word_char(*c)).map(char::len_utf8).sum();
    (length > 0).then(|| text.len() - length..text.len())
}
