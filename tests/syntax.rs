//! Playbooks become trees; mistakes in the writing are told in the writer's words.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

use qun::syntax::error::SyntaxError;
use qun::syntax::parser::parse_file;
use qun::syntax::span::FileId;
use qun::syntax::tree::Item;

#[path = "syntax/expressions.rs"]
mod expressions;
#[path = "syntax/limits.rs"]
mod limits;
#[path = "syntax/mistakes.rs"]
mod mistakes;
#[path = "syntax/mutations.rs"]
mod mutations;
#[path = "syntax/sources.rs"]
mod sources;
#[path = "syntax/tongues.rs"]
mod tongues;

const GLANCE: &str = include_str!("syntax/glance.sop");

fn read(text: &str) -> (Vec<Item>, Vec<SyntaxError>) {
    parse_file(FileId(0), text)
}

/// The items of a text without mistakes.
fn items(text: &str) -> Vec<Item> {
    let (items, errors) = read(text);
    assert_eq!(errors, [], "{text}");
    items
}

/// The tree of a text, without its places.
fn tree(text: &str) -> String {
    without_spans(&format!("{:#?}", items(text)))
}

fn without_spans(tree: &str) -> String {
    let span = regex::Regex::new(r"(?s)Span \{\s*file: FileId\(\s*\d+,\s*\),\s*start: \d+,\s*end: \d+,\s*\}").unwrap();
    span.replace_all(tree, "_").into_owned()
}
