//! Says what is wrong with a piece that the grammar does not read.

use super::super::error::{Expected, Found, Mistake};
use super::{Builder, Rule};
use pest::error::{Error, InputLocation};

impl Builder<'_> {
    pub(super) fn explain(&mut self, error: &Error<Rule>) {
        let at = match error.location {
            InputLocation::Pos(at) => at,
            InputLocation::Span((at, _)) => at,
        };
        let span = self.bytes(at..self.text.len().min(at + 1).max(at));
        let found = Found::Token(format!("{:?}", error.variant));
        self.wrong(span, Mistake::Unexpected { found, expected: Expected::Other, near: None });
    }
}
