//! Texts of content files, with the holes of the language.

use crate::l10n;
use crate::syntax::parser::parse_file;
use crate::syntax::span::FileId;
use crate::syntax::tree::{ItemKind, MessageBody, Text, TextPart};

/// The file number of a text that is no file of the playbook.
const NO_FILE: FileId = FileId(u32::MAX);

/// A text with its holes, or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Text, l10n::Text> {
    if !text.contains(['{', '}', '｛', '｝']) {
        return Ok(Text { parts: vec![TextPart::Words(text.to_owned())], span: Default::default() });
    }
    // A space keeps a quote at the end of the piece apart from those that close the text.
    let (items, errors) = parse_file(NO_FILE, &format!("message piece \"\"\"{text} \"\"\""));
    if !errors.is_empty() || items.len() != 1 {
        return Err(unread());
    }
    match items.into_iter().next().map(|item| item.kind) {
        Some(ItemKind::Message(message)) => match message.body {
            MessageBody::Texts(texts) => texts.into_iter().next().map(without_space).ok_or_else(unread),
            MessageBody::From(_) => Err(unread()),
        },
        _ => Err(unread()),
    }
}

fn unread() -> l10n::Text {
    l10n::Text::new("content-hole")
}

/// The text without the space at its end.
fn without_space(mut text: Text) -> Text {
    if let Some(TextPart::Words(words)) = text.parts.last_mut()
        && words.ends_with(' ')
    {
        words.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{TextPart, parse};

    #[test]
    fn a_piece_may_end_in_a_quote() {
        let text = parse("{group.name}说\"好\"").unwrap();
        assert!(matches!(text.parts.last(), Some(TextPart::Words(words)) if words == "说\"好\""));
    }

    #[test]
    fn a_piece_may_end_in_a_hole() {
        assert!(parse("你好 {group.name}").is_ok());
        assert!(parse("你好 {group.name").is_err());
    }
}
