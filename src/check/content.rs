//! Content files: lists of pieces in YAML, dated or in order.

use super::env::Env;
use super::errors::{CheckError, ContentError};
use super::foreign;
use super::lower::Lower;
use crate::l10n::Text;
use crate::plan::Body;
use crate::plan::expr::Template;
use crate::syntax::span::Span;
use crate::syntax::tree;
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::{self, Visitor};
use serde_yaml::Spanned;
use std::fmt;

/// Where content files are read.
pub trait Contents {
    /// The text of a file, by its path relative to the playbook's folder.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words: `there is no such file`.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// A playbook without content files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoContents;

impl Contents for NoContents {
    fn read(&self, _: &str) -> Result<String, String> {
        Err("there is no such file".to_owned())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    text: String,
    date: Option<String>,
}

/// Reads a piece that is a text alone, or a text with a date.
struct PieceVisitor;

impl<'de> Visitor<'de> for PieceVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or `text: …` with a `date: …`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written(Piece { text: text.to_owned(), date: None }))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
        Piece::deserialize(de::value::MapAccessDeserializer::new(map)).map(Written)
    }
}

/// A piece as it is written.
#[derive(Debug)]
struct Written(Piece);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Written, D::Error> {
        deserializer.deserialize_any(PieceVisitor)
    }
}

/// A piece with its place.
struct Placed {
    text: String,
    date: Option<NaiveDate>,
    line: u64,
    column: u64,
}

impl Lower<'_> {
    /// What the file of a message says.
    pub(crate) fn content(&mut self, file: &tree::Text, env: &Env<'_>) -> Body {
        let nothing = Body::Texts(Vec::new());
        let Some(path) = self.plain_text(file, "of-content-file") else {
            return nothing;
        };
        let text = match self.contents.read(&path) {
            Ok(text) => text,
            Err(why) => {
                self.error(ContentError::ContentUnreadable { path, why: foreign::said(&why), at: file.span });
                return nothing;
            }
        };
        let Some(pieces) = self.pieces(&path, &text, file.span) else {
            return nothing;
        };
        self.body(&path, pieces, env, file.span)
    }

    fn content_error(&mut self, path: &str, (line, column): (u64, u64), why: Text, at: Span) {
        self.error(ContentError::Content { path: path.to_owned(), line, column, why, at });
    }

    fn pieces(&mut self, path: &str, text: &str, at: Span) -> Option<Vec<Placed>> {
        let written: Vec<Spanned<Written>> = match serde_yaml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let place = error.location().map_or((1, 1), |place| (place.line(), place.column()));
                self.content_error(path, place, in_short(&error), at);
                return None;
            }
        };
        let placed = written.into_iter().map(|piece| self.placed(path, piece, at)).collect::<Option<Vec<_>>>()?;
        if placed.is_empty() {
            self.content_error(path, (1, 1), Text::new("content-empty"), at);
            return None;
        }
        Some(placed)
    }

    fn placed(&mut self, path: &str, piece: Spanned<Written>, at: Span) -> Option<Placed> {
        let (line, column) = (piece.referenced.line(), piece.referenced.column());
        let Written(Piece { text, date }) = piece.value;
        let date = match date {
            None => None,
            Some(date) => match NaiveDate::parse_from_str(&date, "%Y-%m-%d") {
                Ok(date) => Some(date),
                Err(_) => {
                    let why = Text::new("content-bad-date").with("date", date);
                    self.content_error(path, (line, column), why, at);
                    return None;
                }
            },
        };
        Some(Placed { text, date, line, column })
    }

    /// Either all pieces have dates, each its own, or none has one.
    fn body(&mut self, path: &str, pieces: Vec<Placed>, env: &Env<'_>, at: Span) -> Body {
        let dated = pieces.iter().filter(|piece| piece.date.is_some()).count();
        if dated > 0
            && let Some(undated) = pieces.iter().find(|piece| piece.date.is_none())
        {
            let why = Text::new("content-no-date");
            self.content_error(path, (undated.line, undated.column), why, at);
            return Body::Texts(Vec::new());
        }
        if dated == 0 {
            return Body::Texts(pieces.iter().map(|piece| self.piece(path, piece, env, at)).collect());
        }
        let mut days: Vec<(NaiveDate, Template)> = Vec::new();
        for piece in &pieces {
            let Some(date) = piece.date else {
                continue;
            };
            if days.iter().any(|(known, _)| *known == date) {
                let why = Text::new("content-same-date").with("date", date.to_string());
                self.content_error(path, (piece.line, piece.column), why, at);
            }
            days.push((date, self.piece(path, piece, env, at)));
        }
        days.sort_by_key(|(date, _)| *date);
        Body::Dated(days)
    }

    /// A piece's text, holes included. What is wrong in it is told at its place in the file.
    fn piece(&mut self, path: &str, piece: &Placed, env: &Env<'_>, at: Span) -> Template {
        let text = match super::piece_text::parse(&piece.text) {
            Ok(text) => text,
            Err(why) => {
                self.content_error(path, (piece.line, piece.column), why, at);
                return Template::default();
            }
        };
        let before = self.errors.len();
        let template = self.template(&text, env);
        let wrong: Vec<CheckError> = self.errors.drain(before..).collect();
        for error in wrong {
            let (path, error) = (path.to_owned(), Box::new(error));
            self.error(ContentError::InContent { path, line: piece.line, column: piece.column, error, at });
        }
        template
    }
}

/// What the YAML reader says, without its drawing and its words for programmers.
fn in_short(error: &serde_yaml::Error) -> Text {
    let text = error.without_snippet().to_string();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("this is not YAML");
    let first = first.split_once(" at line ").map_or(first, |(before, _)| before);
    let first = first.split_once(", set ").map_or(first, |(before, _)| before).trim_start_matches("error:").trim();
    foreign::said(first)
}
