//! YAML as a tree in which everything knows where it stands.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::{DuplicateKeyPolicy, Options};
use serde_yaml::{Location, Spanned};
use std::fmt;

/// Where something stands: line and column from 1, and bytes of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Nothing,
    /// A truth value or a number, as written.
    Plain(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar; of a number as it is written.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Plain(text) | Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, (Place, String)> {
    if text.trim().is_empty() {
        return Ok(Node { place: Place::default(), content: Content::Nothing });
    }
    serde_yaml::from_str_with_options::<Spanned<Tree>>(text, options()).map(|tree| node(tree, text)).map_err(|error| {
        let error = error.without_snippet();
        let at = error.location().map(|at| place(at, text)).unwrap_or_default();
        (at, said(&error.to_string()))
    })
}

/// A directory may be far longer than a configuration file; how deep it may go stays as it is.
fn options() -> Options {
    let budget = serde_yaml::budget! { max_events: 40_000_000, max_nodes: 10_000_000 };
    serde_yaml::options! {
        budget: budget,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    }
}

/// The parser's message without the place, which is told apart, and in one line.
fn said(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let end = line.find(" at line ").unwrap_or(line.len());
    let text = line.get(..end).unwrap_or(line);
    text.trim_start_matches("error: ").trim_end_matches(['.', ',', ':']).to_owned()
}

/// What the parser tells of a value.
enum Tree {
    Nothing,
    /// To be read from the text itself: a number would be rounded.
    Plain,
    Text(String),
    List(Vec<Spanned<Tree>>),
    Map(Vec<(Spanned<Tree>, Spanned<Tree>)>),
}

fn node(tree: Spanned<Tree>, text: &str) -> Node {
    let content = match tree.value {
        Tree::Nothing => Content::Nothing,
        Tree::Plain => Content::Plain(written(tree.defined, text).to_owned()),
        Tree::Text(text) => Content::Text(text),
        Tree::List(trees) => Content::List(trees.into_iter().map(|tree| node(tree, text)).collect()),
        Tree::Map(pairs) => {
            Content::Map(pairs.into_iter().map(|(key, value)| (node(key, text), node(value, text))).collect())
        }
    };
    Node { place: place(tree.referenced, text), content }
}

fn written(at: Location, text: &str) -> &str {
    let Place { start, end, .. } = place(at, text);
    text.get(start as usize..end as usize).unwrap_or_default().trim()
}

fn place(at: Location, text: &str) -> Place {
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let (start, length) = match (at.span().byte_offset(), at.span().byte_len()) {
        (Some(start), Some(length)) => (start, length),
        _ => (0, 0),
    };
    let end = (start + length).min(text.len() as u64);
    Place { line: small(at.line()), column: small(at.column()), start: small(start), end: small(end) }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
        Ok(Tree::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Tree::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            all.push(pair);
        }
        Ok(Tree::Map(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_knows_its_place_and_numbers_stay_as_written() {
        let text = "a: 007\n中: [199.90, \"x\"]\nb:\n  true: yes\n  c: 1e3\n";
        let Content::Map(pairs) = parse(text).unwrap().content else { panic!("no map") };
        let (key, value) = &pairs[0];
        assert_eq!((key.text(), value.text(), value.place.line, value.place.column), (Some("a"), Some("007"), 1, 4));
        let (key, value) = &pairs[1];
        assert_eq!(text.get(key.place.start as usize..key.place.end as usize), Some("中"));
        let Content::List(list) = &value.content else { panic!("no list") };
        assert_eq!(list[0].content, Content::Plain("199.90".into()));
        assert_eq!(list[1].content, Content::Text("x".into()));
        let Content::Map(inner) = &pairs[2].1.content else { panic!("no map") };
        assert_eq!(inner[0].0.text(), Some("true"));
        assert_eq!(inner[0].1.content, Content::Text("yes".into()));
        assert_eq!(inner[1].1.content, Content::Plain("1e3".into()));
    }
}
