//! Playbooks become trees; mistakes in the writing are told in the writer's words.

use qun::syntax::error::SyntaxError;
use qun::syntax::parser::parse_file;
use qun::syntax::span::FileId;
use qun::syntax::tree::Item;

const GLANCE: &str = include_str!("syntax/glance.sop");

fn read(text: &str) -> (Vec<Item>, Vec<SyntaxError>) {
    parse_file(FileId(0), text)
}

#[test]
fn the_glance_parses() {
    let (items, errors) = read(GLANCE);
    for e in &errors {
        println!("{:?} at {}", e.mistake, &GLANCE[e.span.start as usize..(e.span.end as usize + 20).min(GLANCE.len())]);
    }
    assert_eq!(errors, []);
    assert_eq!(items.len(), 34);
}
