//! Words for mistakes in the writing of a playbook: which message of the catalogues says it, with which arguments.
//!
//! A headline states the fact in the writer's words, a label makes sense alone, the help holds the way out: if possible
//! the corrected text itself, in the tongue in which the playbook speaks.

mod expected;
mod missing;
mod slips;

use super::error::{BadLiteral, Belongs, Found, Hint, Limit, Mistake, SyntaxError};
use super::keywords::{self, Sort};
use super::parser::{MAX_DEPTH, MAX_FILE_BYTES, MAX_ITEMS, MAX_NAME, MAX_OPERATORS, MAX_TEXT};
use super::span::Span;
use crate::diagnostic::{Diagnostic, Draft};
use crate::l10n::{Arg, Catalogue, Join, Lang, Text};

impl SyntaxError {
    /// The mistake as it is told to the writer.
    #[must_use]
    pub fn diagnostic(&self, words: &Catalogue) -> Diagnostic {
        draft(&self.mistake, self.span).say(words)
    }
}

/// All mistakes as they are told to the writer; a catalogue is read only where there is something to say.
#[must_use]
pub fn diagnostics(mistakes: &[SyntaxError], lang: Lang) -> Vec<Diagnostic> {
    if mistakes.is_empty() {
        return Vec::new();
    }
    let words = Catalogue::new(lang);
    mistakes.iter().map(|mistake| mistake.diagnostic(&words)).collect()
}

fn draft(mistake: &Mistake, span: Span) -> Draft {
    match mistake {
        Mistake::Beyond(limit) => beyond(*limit).at(span, "label").help("help"),
        Mistake::Slip { slip, wrong, right } => slips::draft(*slip, wrong, right, span),
        Mistake::Missing { part, of, tongue } => missing::draft(*part, of, *tongue, span),
        Mistake::Literal { why, text } => literal(*why, text, span),
        Mistake::Order { clause, belongs, other, other_span } => order(clause, *belongs, other, (span, *other_span)),
        Mistake::Twice { clause, first } => twice(clause, *first, span),
        Mistake::Chained { right } => chained(right.as_deref(), span),
        Mistake::Reserved(word) => {
            Draft::new("syntax-reserved-word").with("word", word.as_str()).at(span, "label").help("help")
        }
        Mistake::UnknownItem { word, near } => unknown_item(word, *near, span),
        Mistake::Unclosed { bracket, end } => Draft::new("syntax-unclosed")
            .with("bracket", bracket.to_string())
            .with("closing", closing(*bracket).to_string())
            .at(span, "label")
            .at(*end, "end")
            .help("help"),
        Mistake::Unopened(bracket) => {
            Draft::new("syntax-unopened").with("bracket", bracket.to_string()).at(span, "label").help("help")
        }
        Mistake::Crossed { open, open_span, close } => crossed(*open, *open_span, *close, span),
        Mistake::OpenText { close, other } => open_text(close, *other, span),
        Mistake::Unexpected { found, expected, near, tongue } => {
            expected::draft(found, *expected, near.as_deref(), *tongue, span)
        }
        Mistake::Habit { text, hint } => Draft::new("syntax-habit")
            .code("unexpected")
            .with("text", text.as_str())
            .at(span, "label")
            .maybe_help(Some(habit(hint))),
        Mistake::NotAWindow { text, near, tongue } => expected::not_a_window(text, *near, *tongue, span),
        Mistake::OpenPattern => Draft::new("syntax-open-pattern").at(span, "label").help("help"),
        Mistake::EmptyHole => hole("syntax-bad-hole-empty", span),
        Mistake::OpenHole => hole("syntax-bad-hole-open", span),
        Mistake::InHole(found) => hole("syntax-bad-hole-in", span).with("found", token(found)),
        Mistake::HoleOverLines => hole("syntax-bad-hole-lines", span),
    }
}

fn token(found: &Found) -> Arg {
    match found {
        Found::End => Text::new("found-end").into(),
        Found::Token(token) => format!("`{token}`").into(),
        Found::Foreign(c, _) => format!("`{c}`").into(),
    }
}

fn habit(hint: &Hint) -> Text {
    match hint {
        Hint::Write(right) => write(right),
        Hint::Count(right) => Text::new("habit-count").with("right", right.as_str()),
        Hint::LeaveOut(sign) => Text::new("habit-leave-out").with("sign", sign.as_str()),
    }
}

fn write(right: &str) -> Text {
    Text::new("write-right").with("right", right)
}

fn did_you_mean(near: &str) -> Text {
    Text::new("did-you-mean").with("near", near)
}

fn beyond(limit: Limit) -> Draft {
    match limit {
        Limit::FileBytes(bytes) => {
            Draft::new("syntax-file-too-large").with("bytes", bytes).with("most", MAX_FILE_BYTES)
        }
        Limit::Items => Draft::new("syntax-too-many-items").with("most", MAX_ITEMS),
        Limit::Depth => Draft::new("syntax-too-deep").with("most", MAX_DEPTH),
        Limit::Operators => Draft::new("syntax-too-long").with("most", MAX_OPERATORS),
        Limit::Name(characters) => {
            Draft::new("syntax-name-too-long").with("characters", characters).with("most", MAX_NAME)
        }
        Limit::Text(characters) => {
            Draft::new("syntax-text-too-long").with("characters", characters).with("most", MAX_TEXT)
        }
    }
}

fn literal(why: BadLiteral, text: &str, span: Span) -> Draft {
    let told = |id| Draft::new(id).with("text", text).at(span, "label");
    match why {
        BadLiteral::Midnight => told("syntax-bad-time").help("help-midnight"),
        BadLiteral::NoSuchTime => told("syntax-bad-time").help("help"),
        BadLiteral::NoSuchDate => told("syntax-bad-date").help("help"),
        BadLiteral::UnknownUnit => told("syntax-unknown-unit").help("help"),
        BadLiteral::NoUnit => told("syntax-no-unit").help("help"),
        BadLiteral::UnitOrder => told("syntax-unit-order").help("help"),
        BadLiteral::TooLarge => told("syntax-too-large"),
    }
}

fn order(clause: &str, belongs: Belongs, other: &str, (span, other_span): (Span, Span)) -> Draft {
    let (stands, help) = match belongs {
        Belongs::Before => ("after", "help-before"),
        Belongs::After => ("before", "help-end"),
    };
    let draft = Draft::new("syntax-clause-order")
        .with("clause", clause)
        .with("other", other)
        .with("stands", stands)
        .at(span, "label")
        .help(help);
    if span == other_span { draft } else { draft.at(other_span, "other") }
}

fn twice(clause: &str, first: Span, span: Span) -> Draft {
    let help = match clause {
        "when" | "若" => "help-when",
        "do" | "则" => "help-do",
        _ => "help",
    };
    Draft::new("syntax-twice").with("clause", clause).at(span, "label").at(first, "first").help(help)
}

fn chained(right: Option<&str>, span: Span) -> Draft {
    Draft::new("syntax-chained-comparison").at(span, "label").help("help").maybe_help(right.map(write))
}

fn unknown_item(word: &str, near: Option<&str>, span: Span) -> Draft {
    let tongue = keywords::Tongue::of(word);
    let draft = Draft::new("syntax-unknown-item").with("word", word).at(span, "label");
    match near {
        Some(near) => draft.maybe_help(Some(did_you_mean(near))),
        None if keywords::is_keyword(word) => draft.help("help-clause"),
        None => {
            let all = keywords::rows(Sort::Item).map(|row| row.in_tongue(tongue).to_owned()).collect();
            draft.with("items", Arg::Names(all, Join::Comma)).help("help")
        }
    }
}

fn crossed(open: char, open_span: Span, close: char, span: Span) -> Draft {
    Draft::new("syntax-crossed")
        .with("open", open.to_string())
        .with("close", close.to_string())
        .with("closing", closing(open).to_string())
        .at(span, "label")
        .at(open_span, "open")
        .help("help")
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

fn open_text(close: &str, other: Option<char>, span: Span) -> Draft {
    let id = if close == "\"\"\"" { "syntax-open-long-text" } else { "syntax-open-text" };
    let draft = Draft::new(id).code("open-text").with("close", close).at(span, "label");
    match other {
        Some(other) => draft.with("other", other.to_string()).help("help-other"),
        None => draft.help("help"),
    }
}

fn hole(id: &'static str, span: Span) -> Draft {
    Draft::new(id).code("bad-hole").at(span, "label").maybe_help(Some(Text::new("hole-help")))
}
