//! Every mistake is told in words, with its way out.

use super::read;
use qun::diagnostic::Diagnostic;
use qun::l10n::Lang;
use qun::syntax::messages::diagnostics;
use std::fmt::Write as _;

const MISTAKES: &str = include_str!("mistakes.txt");

fn all_told(lang: Lang) -> String {
    cases().map(|(name, text)| format!("=== {name}\n{text}\n{}\n", told(text, lang))).collect()
}

#[test]
fn mistakes_are_told() {
    insta::assert_snapshot!(all_told(Lang::En));
}

#[test]
fn mistakes_are_told_in_chinese() {
    insta::assert_snapshot!(all_told(Lang::Zh));
}

#[test]
fn every_case_but_one_is_a_mistake() {
    let fine: Vec<_> = cases().filter(|(_, text)| read(text).1.is_empty()).map(|(name, _)| name).collect();
    // The checker answers it.
    assert_eq!(fine, ["no subject"]);
}

#[test]
fn help_speaks_of_the_language_alone() {
    for (name, text) in cases() {
        let told = Lang::ALL.map(|lang| told(text, lang)).concat();
        for word in ["Rule", "kw_", "Pos(", "pest", "EOI", "token"] {
            assert!(!told.contains(word), "{name}: {told}");
        }
    }
}

fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    let cases = MISTAKES.split("=== ").skip(1).filter_map(|case| case.split_once('\n'));
    cases.map(|(name, text)| (name, text.strip_suffix('\n').unwrap_or(text)))
}

fn told(text: &str, lang: Lang) -> String {
    diagnostics(&read(text).1, lang).iter().map(|told| plain(told, text)).collect()
}

/// A diagnostic as plain text.
fn plain(diagnostic: &Diagnostic, text: &str) -> String {
    let mut plain = format!("  {}: {}\n", diagnostic.code, diagnostic.headline);
    for (span, label) in &diagnostic.labels {
        let place = text.get(span.start as usize..span.end as usize).unwrap();
        let line = text[..span.start as usize].matches('\n').count() + 1;
        writeln!(plain, "    {line}: [{place}] {label}").unwrap();
    }
    if let Some(help) = &diagnostic.help {
        writeln!(plain, "    help: {help}").unwrap();
    }
    plain
}
