//! Words for mistakes in the writing of a playbook.
//!
//! A headline states the fact in the writer's words, a label makes sense alone, the help holds the way out: if possible
//! the corrected text itself, in the tongue in which the playbook speaks.

mod expected;
mod missing;
mod slips;

use super::error::{BadLiteral, Belongs, Found, Limit, Mistake, SyntaxError};
use super::keywords::{self, Sort};
use super::parser::{MAX_DEPTH, MAX_FILE_BYTES, MAX_ITEMS, MAX_NAME, MAX_OPERATORS, MAX_TEXT};
use super::span::Span;
use crate::diagnostic::{Diagnostic, Severity};

/// What is said about a mistake.
struct Said {
    code: &'static str,
    headline: String,
    label: String,
    more: Vec<(Span, String)>,
    help: Option<String>,
}

impl Said {
    fn new(code: &'static str, headline: impl Into<String>, label: impl Into<String>) -> Said {
        Said { code, headline: headline.into(), label: label.into(), more: Vec::new(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Said {
        Said { help: Some(help.into()), ..self }
    }

    fn and_at(mut self, span: Span, label: impl Into<String>) -> Said {
        self.more.push((span, label.into()));
        self
    }
}

impl SyntaxError {
    /// The mistake as it is told to the writer.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let said = said(&self.mistake, self.span);
        let mut labels = vec![(self.span, said.label)];
        labels.extend(said.more);
        Diagnostic { code: said.code, severity: Severity::Error, headline: said.headline, labels, help: said.help }
    }
}

fn said(mistake: &Mistake, span: Span) -> Said {
    match mistake {
        Mistake::Beyond(limit) => beyond(*limit),
        Mistake::Slip { slip, wrong, right } => slips::said(*slip, wrong, right),
        Mistake::Missing { part, of, tongue } => missing::said(*part, of, *tongue),
        Mistake::Literal { why, text } => literal(*why, text),
        Mistake::Order { clause, belongs, other, other_span } => order(clause, *belongs, other, (span, *other_span)),
        Mistake::Twice { clause, first } => twice(clause, *first),
        Mistake::Chained { right } => chained(right.as_deref()),
        Mistake::Reserved(word) => reserved(word),
        Mistake::UnknownItem { word, near } => unknown_item(word, *near),
        Mistake::Unclosed { bracket, end } => unclosed(*bracket, *end),
        Mistake::Unopened(bracket) => unopened(*bracket),
        Mistake::Crossed { open, open_span, close } => crossed(*open, *open_span, *close),
        Mistake::OpenText { close, other } => open_text(close, *other),
        Mistake::Unexpected { found, expected, near, tongue } => {
            expected::said(found, *expected, near.as_deref(), *tongue)
        }
        Mistake::Habit { text, help } => {
            Said::new("unexpected", format!("`{text}` does not fit here"), "the language says this otherwise")
                .help(help.clone())
        }
        Mistake::NotAWindow { text, near, tongue } => expected::not_a_window(text, *near, *tongue),
        Mistake::OpenPattern => {
            Said::new("open-pattern", "the pattern is not closed on its line", "the pattern begins here")
                .help("add `/` at its end; a `/` inside of it is written `\\/`")
        }
        Mistake::EmptyHole => hole("the hole is empty", "a value is needed between the braces"),
        Mistake::OpenHole => hole("the hole is not closed before its text ends", "the hole begins here"),
        Mistake::InHole(found) => hole(format!("{} does not fit into a hole", token(found)), "a hole holds one value"),
        Mistake::HoleOverLines => hole("a hole runs over the end of its line", "the text ends on its line"),
    }
}

fn token(found: &Found) -> String {
    match found {
        Found::End => "the end".to_owned(),
        Found::Token(token) => format!("`{token}`"),
        Found::Foreign(c, _) => format!("`{c}`"),
    }
}

fn beyond(limit: Limit) -> Said {
    match limit {
        Limit::FileBytes(bytes) => {
            Said::new("file-too-large", format!("the file has {bytes} bytes"), "the file begins here").help(format!(
                "a file has at most {MAX_FILE_BYTES} bytes: split it, all files of a folder are one playbook"
            ))
        }
        Limit::Items => Said::new(
            "too-many-items",
            "the file has too many items",
            format!("more than {MAX_ITEMS} items come before this"),
        )
        .help("split the file, all files of a folder are one playbook"),
        Limit::Depth => Said::new("too-deep", "this is nested too deep", format!("more than {MAX_DEPTH} levels"))
            .help("give parts of it names with `let`"),
        Limit::Operators => {
            Said::new("too-long", "the expression is too long", format!("more than {MAX_OPERATORS} operators"))
                .help("give parts of it names with `let`, or compare with a list: `x in [a, b, c]`")
        }
        Limit::Name(characters) => {
            Said::new("name-too-long", format!("the name has {characters} characters"), "this name")
                .help(format!("a name has at most {MAX_NAME} characters"))
        }
        Limit::Text(characters) => {
            Said::new("text-too-long", format!("the text has {characters} characters"), "this text").help(format!(
                "a text has at most {MAX_TEXT} characters; longer ones are kept in a file: `from \"content/file.yaml\"`"
            ))
        }
    }
}

fn literal(why: BadLiteral, text: &str) -> Said {
    let units = "the units are `s`, `m`, `h`, `d` and `w`, as in `1d12h` (`秒`, `分钟`, `小时`, `天`, `周`)";
    match why {
        BadLiteral::Midnight => no_time(text).help("write `00:00`, with which the next day begins"),
        BadLiteral::NoSuchTime => no_time(text).help("write hours and minutes, as in `08:30`"),
        BadLiteral::NoSuchDate => Said::new("bad-date", format!("`{text}` is not in the calendar"), "no such day")
            .help("write year, month and day, as in `2026-12-24` or `2026-12-24T20:00`"),
        BadLiteral::UnknownUnit => {
            Said::new("unknown-unit", format!("`{text}` has an unknown unit"), "not a unit of time").help(units)
        }
        BadLiteral::NoUnit => Said::new("no-unit", format!("`{text}` has no unit"), "a duration is needed here")
            .help(format!("write `{text}d` for days; {units}")),
        BadLiteral::UnitOrder => Said::new(
            "unit-order",
            format!("`{text}` has its units in the wrong order"),
            "not from the longest to the shortest",
        )
        .help("write the longest unit first and each only once, as in `1d12h`"),
        BadLiteral::TooLarge => Said::new("too-large", format!("`{text}` cannot be counted with"), "too many digits"),
    }
}

fn no_time(text: &str) -> Said {
    Said::new("bad-time", format!("`{text}` is not a time of the day"), "a day runs from 00:00 to 23:59")
}

fn order(clause: &str, belongs: Belongs, other: &str, (span, other_span): (Span, Span)) -> Said {
    let (stands, move_it) = match belongs {
        Belongs::Before => ("after", format!("move `{clause}` before `{other}`")),
        Belongs::After => ("before", format!("move `{clause}` to the end")),
    };
    let said =
        Said::new("clause-order", format!("`{clause}` stands {stands} `{other}`"), "in the wrong place").help(move_it);
    if span == other_span { said } else { said.and_at(other_span, format!("`{other}` stands here")) }
}

fn twice(clause: &str, first: Span) -> Said {
    let help = match clause {
        "when" | "若" => "join the conditions with `and`",
        "do" | "则" => "put all actions between one pair of braces: `do { … }`",
        _ => "leave one of them out",
    };
    Said::new("twice", format!("`{clause}` stands twice"), "the second time").and_at(first, "the first time").help(help)
}

fn chained(right: Option<&str>) -> Said {
    let said = Said::new("chained-comparison", "comparisons do not chain", "a second comparison");
    said.help(right.map_or("join two comparisons with `and`".to_owned(), |right| format!("write `{right}`")))
}

fn reserved(word: &str) -> Said {
    Said::new("reserved-word", format!("`{word}` is a word of the language, not a name"), "a name is needed here")
        .help("choose another name")
}

fn unknown_item(word: &str, near: Option<&str>) -> Said {
    let tongue = keywords::Tongue::of(word);
    let said = Said::new("unknown-item", format!("`{word}` does not begin an item"), "an item begins here");
    match near {
        Some(near) => said.help(format!("did you mean `{near}`?")),
        None if keywords::is_keyword(word) => {
            said.help("clauses stand between the braces of an item: is it closed too early?")
        }
        None => {
            let all: Vec<_> = keywords::rows(Sort::Item).map(|row| format!("`{}`", row.in_tongue(tongue))).collect();
            said.help(format!("items begin with {}", all.join(", ")))
        }
    }
}

fn unclosed(bracket: char, end: Span) -> Said {
    Said::new("unclosed", format!("`{bracket}` is never closed"), "opened here")
        .and_at(end, "still open here")
        .help(format!("add `{}`", closing(bracket)))
}

fn unopened(bracket: char) -> Said {
    Said::new("unopened", format!("`{bracket}` closes nothing"), "no bracket is open here")
        .help("leave it out, or add the bracket that it should close")
}

fn crossed(open: char, open_span: Span, close: char) -> Said {
    Said::new("crossed", format!("`{open}` is closed by `{close}`"), "a bracket of another kind")
        .and_at(open_span, "opened here")
        .help(format!("write `{}`", closing(open)))
}

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        '｛' => '｝',
        _ => '}',
    }
}

fn open_text(close: &str, other: Option<char>) -> Said {
    let headline = if close == "\"\"\"" { "the text is never closed" } else { "the text is not closed on its line" };
    let help = match other {
        Some(other) => format!("a text ends only at the quote of its kind: write `{close}`, not `{other}`"),
        None if close == "\"\"\"" => format!("add `{close}` at its end"),
        None => format!("add `{close}` at its end, or write a text of several lines between `\"\"\"` and `\"\"\"`"),
    };
    Said::new("open-text", headline, "the text begins here").help(help)
}

fn hole(headline: impl Into<String>, label: &str) -> Said {
    Said::new("bad-hole", headline, label)
        .help("a hole holds one value, as in `{member.name}`; a brace that is meant as such is written `{{`")
}
