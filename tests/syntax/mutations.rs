//! Whatever a file holds, reading ends, and mistakes lie inside of it.

use super::{GLANCE, read};
use proptest::prelude::*;
use qun::l10n::Lang;
use qun::syntax::messages::diagnostics;
use qun::syntax::span::Span;

const GLANCE_ZH: &str = include_str!("glance_zh.sop");

/// What a slip of the hand does.
#[derive(Clone, Debug)]
enum Change {
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, String),
    Swap(prop::sample::Index, prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), 1..20_usize).prop_map(|(at, count)| Change::Delete(at, count)),
        (place(), inserted()).prop_map(|(at, text)| Change::Insert(at, text)),
        (place(), place()).prop_map(|(a, b)| Change::Swap(a, b)),
    ]
}

fn inserted() -> impl Strategy<Value = String> {
    let signs = [
        "{", "}", "(", ")", "\"", "“", "”", "\"\"\"", "#", "\n", ",", "=", "/", "规则", "do", "每", "10", "。",
        "\u{200B}", "¥",
    ];
    prop_oneof![prop::sample::select(signs.to_vec()).prop_map(str::to_owned), "\\PC{0,3}"]
}

fn apply(text: &str, change: &Change) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return String::new();
    }
    match change {
        Change::Delete(at, count) => {
            let start = at.index(chars.len());
            chars.drain(start..(start + count).min(chars.len()));
        }
        Change::Insert(at, text) => {
            let start = at.index(chars.len());
            chars.splice(start..start, text.chars());
        }
        Change::Swap(a, b) => {
            let (a, b) = (a.index(chars.len()), b.index(chars.len()));
            chars.swap(a, b);
        }
    }
    chars.into_iter().collect()
}

fn lies_inside(text: &str, span: Span) -> bool {
    text.get(span.start as usize..span.end as usize).is_some()
}

fn check(text: &str) {
    let (items, errors) = read(text);
    assert!(items.iter().all(|item| lies_inside(text, item.span)));
    for told in diagnostics(&errors, Lang::En) {
        assert!(told.labels.iter().all(|(span, _)| lies_inside(text, *span)), "{told:?}");
        assert!(!told.headline.is_empty() && !told.headline.ends_with('.'));
    }
}

/// A few in every test run; `PROPTEST_CASES` asks for as many as one has time for.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn changed_playbooks_are_read(changes in prop::collection::vec(change(), 1..6)) {
        for glance in [GLANCE, GLANCE_ZH] {
            check(&changes.iter().fold(glance.to_owned(), |text, change| apply(&text, change)));
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        check(&text);
        check(&format!("rule {text}"));
        check(&format!("let x = {text}"));
    }
}
