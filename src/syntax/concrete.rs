//! A file as it was written, for the formatter: every token in its place with the comments before it.
//!
//! The [`tree`](super::tree) keeps what a playbook means; a [`Sheet`] keeps how it is told. Both come of one grammar.

use super::keywords::{Keyword, Tongue};
use super::tree::Item;
use std::ops::Range;

/// A file without mistakes.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it means.
    pub items: Vec<Item>,
    /// What is written: one node an item.
    pub nodes: Vec<Node>,
    /// The end of the file, with the comments before it.
    pub end: Token,
}

/// A token, or something made of several.
#[derive(Clone, Debug)]
pub enum Node {
    /// A token.
    Token(Token),
    /// A part of the language with its parts.
    Branch(Kind, Vec<Node>),
}

impl Node {
    /// The first token; nothing is without one.
    #[must_use]
    pub fn first(&self) -> Option<&Token> {
        match self {
            Node::Token(token) => Some(token),
            Node::Branch(_, parts) => parts.iter().find_map(Node::first),
        }
    }

    /// What kind of part it is.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Node::Token(_) => None,
            Node::Branch(kind, _) => Some(*kind),
        }
    }

    /// Whether it is a token of a sort.
    #[must_use]
    pub fn is(&self, sort: Sort) -> bool {
        matches!(self, Node::Token(token) if token.sort == sort)
    }
}

/// The parts of the language that have a layout of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `community { … }`
    Community,
    /// `kind a, b`, and the other lists of words; `field …`; `voice …`
    Declaration,
    /// `event …`
    Event,
    /// `message …`
    Message,
    /// `pool …`
    Pool,
    /// `limit …`, `budget …`
    Limit,
    /// `let …`, `segment …`, `metric …`, `action …`
    Line,
    /// `rule …`, `flow …`, `ladder …`, `tiers …`, `calendar …`
    Body,
    /// `for …`, `where …`, `per …` of a head, `by VOICE` of a message
    HeadClause,
    /// A line of a body that is laid out like a sentence.
    Clause,
    /// `when …`
    When,
    /// `do …`
    Do,
    /// `otherwise do …`
    Otherwise,
    /// `start on …`, `stop on …`, `goal when …`, `anchor …`
    Edge,
    /// A step of a flow or a ladder, a row of a calendar, a level of tiers.
    Row,
    /// Fields in braces.
    Fields,
    /// Something in braces or parentheses with commas around it.
    Element,
    /// Parameters, arguments, a list.
    Brackets,
    /// `(…)` around an expression.
    Paren,
    /// The texts of a message, or the file they come from.
    Texts,
    /// Actions in braces.
    Block,
    /// An action.
    Action,
    /// What stands at the end of an action: `to …`, `due …`.
    Tail,
    /// `needs approval …`, `otherwise do …` of a task.
    LateTail,
    /// Operands with operators between them.
    Operation,
    /// A comparison, a negation, a path with its arguments: what stands between operators.
    Operand,
    /// `if … then … else …`
    Choice,
    /// An argument of a function over the past.
    Argument,
}

/// A token.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is for its neighbours.
    pub sort: Sort,
    /// Its text in pieces, so that words of the table can be told in the other tongue.
    pub pieces: Vec<Piece>,
    /// Its bytes in the file.
    pub place: Range<usize>,
    /// The comments between it and the token before.
    pub before: Vec<Comment>,
    /// Whether a blank line stands right before it.
    pub blank: bool,
}

/// A piece of a token.
#[derive(Clone, Debug)]
pub struct Piece {
    /// As written, with narrow punctuation.
    pub text: String,
    /// The word of the table that it is.
    pub keyword: Option<&'static Keyword>,
    /// Its bytes in the file.
    pub place: Range<usize>,
}

/// What a token is for its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A keyword that the grammar spells.
    Keyword,
    /// A name, a path or any other word.
    Word,
    /// A number or another literal.
    Literal,
    /// A text.
    Text,
    /// An operator between two operands.
    Operator,
    /// A sign before its operand.
    Prefix,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `(` around an expression.
    Paren,
    /// `(` right after a name.
    Call,
    /// `[`
    Bracket,
    /// `)`, `]`
    End,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// The end of the file.
    File,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// With its `#`, without the white space at its end.
    pub text: String,
    /// Whether it stands on a line of its own.
    pub own_line: bool,
    /// Whether a blank line stands right before it.
    pub blank: bool,
}

impl Token {
    /// Its text as written, or in a tongue.
    #[must_use]
    pub fn spelled(&self, tongue: Option<Tongue>) -> String {
        let mut text = String::new();
        let mut apart = false;
        for piece in &self.pieces {
            let word = match (piece.keyword, tongue) {
                (Some(keyword), Some(tongue)) => keyword.in_tongue(tongue),
                _ => &piece.text,
            };
            // Chinese keywords need no space beside a number, English ones do.
            let keyword = tongue.is_some() && piece.keyword.is_some_and(|row| !row.rule.is_empty());
            if (keyword || apart) && text.ends_with(char::is_alphanumeric) && word.starts_with(char::is_alphanumeric) {
                text.push(' ');
            }
            text.push_str(word);
            apart = keyword;
        }
        text
    }

    /// The word of the table that the whole token is.
    #[must_use]
    pub fn keyword(&self) -> Option<&'static Keyword> {
        match self.pieces.as_slice() {
            [piece] => piece.keyword,
            _ => None,
        }
    }
}
