//! Several files are one playbook.

use qun::syntax::source::{Sources, parse};
use qun::syntax::span::{FileId, Span};
use qun::syntax::tree::ItemKind;

#[test]
fn items_come_in_the_order_of_file_names() {
    let mut sources = Sources::new();
    sources.add("b.sop", "tag third tag fourth");
    sources.add("a.sop", "tag first\ntag second");
    let (tree, errors) = parse(&sources);
    let names = tree.items.iter().map(|item| match &item.kind {
        ItemKind::Words(_, names) => names[0].text.as_str(),
        _ => "",
    });
    assert_eq!(names.collect::<Vec<_>>(), ["first", "second", "third", "fourth"]);
    assert_eq!(errors, []);
}

#[test]
fn errors_name_their_file() {
    let mut sources = Sources::new();
    let good = sources.add("a.sop", "tag a");
    let bad = sources.add("b.sop", "tag b\ntag 1");
    let (tree, errors) = parse(&sources);
    assert_eq!(tree.items.len(), 2);
    assert_eq!(errors.iter().map(|error| error.span.file).collect::<Vec<_>>(), [bad]);
    assert_ne!(good, bad);
    assert_eq!(sources.line_col(errors[0].span), (2, 5));
}

#[test]
fn columns_count_characters() {
    let mut sources = Sources::new();
    let file = sources.add("a.sop", "标签 甲\r\n标签 乙");
    let span = |start, end| Span { file, start, end };
    assert_eq!(sources.line_col(span(7, 10)), (1, 4));
    assert_eq!(sources.line_col(span(12, 12)), (2, 1));
    assert_eq!(sources.line_col(span(19, 22)), (2, 4));
    assert_eq!(sources.slice(span(19, 22)), "乙");
    assert_eq!(sources.slice(span(1, 2)), "");
    assert_eq!(sources.slice(Span { file: FileId(7), start: 0, end: 0 }), "");
}

#[test]
fn a_byte_order_mark_is_no_word() {
    let mut sources = Sources::new();
    sources.add("a.sop", "\u{FEFF}tag a\ntag 1");
    let (tree, errors) = parse(&sources);
    assert_eq!(tree.items.len(), 1);
    assert_eq!(sources.slice(tree.items[0].span), "tag a");
    assert_eq!(sources.slice(errors[0].span), "1");
}
