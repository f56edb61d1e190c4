use super::*;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;
use std::collections::{BTreeMap, BTreeSet};

/// The arguments of each message and attribute of a catalogue: `name`, `name.help`.
fn arguments(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let read = |words| parse(words).unwrap_or_else(|(_, wrong)| panic!("{lang:?}: {wrong:?}")).body;
    let mut found = BTreeMap::new();
    for entry in lang.words().into_iter().flat_map(read) {
        let Entry::Message(message) = entry else { continue };
        let mut add = |name: String, pattern: &Pattern<&str>| {
            let mut of = BTreeSet::new();
            pattern_arguments(pattern, &mut of);
            assert!(found.insert(name.clone(), of).is_none(), "{lang:?}: `{name}` stands twice");
        };
        if let Some(value) = &message.value {
            add(message.id.name.to_owned(), value);
        }
        for attribute in &message.attributes {
            add(format!("{}.{}", message.id.name, attribute.id.name), &attribute.value);
        }
    }
    found
}

fn pattern_arguments(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_arguments(expression, found);
        }
    }
}

fn expression_arguments(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => inline_arguments(inline, found),
        Expression::Select { selector, variants } => {
            inline_arguments(selector, found);
            variants.iter().for_each(|variant| pattern_arguments(&variant.value, found));
        }
    }
}

fn inline_arguments(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => _ = found.insert(id.name.to_owned()),
        InlineExpression::Placeable { expression } => expression_arguments(expression, found),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("the catalogues do without {other:?}"),
    }
}

#[test]
fn both_tongues_have_the_same_messages_with_the_same_arguments() {
    let (en, zh) = (arguments(Lang::En), arguments(Lang::Zh));
    let only = |a: &BTreeMap<String, BTreeSet<String>>, b: &BTreeMap<String, BTreeSet<String>>| -> Vec<String> {
        a.iter().filter(|(name, of)| b.get(*name) != Some(of)).map(|(name, of)| format!("{name} {of:?}")).collect()
    };
    assert_eq!((only(&en, &zh), only(&zh, &en)), (Vec::new(), Vec::new()));
}

#[test]
fn every_line_of_a_catalogue_is_read() {
    for lang in Lang::ALL {
        let junk: Vec<_> = lang.words().into_iter().filter_map(|words| parse(words).err()).map(|(_, it)| it).collect();
        assert!(junk.is_empty(), "{lang:?}: {junk:?}");
    }
}

#[test]
fn a_locale_names_a_tongue() {
    let of = ["zh_CN.UTF-8", "zh-TW", "zh", "en_GB.UTF-8", "de_DE", "C", "POSIX", ""].map(Lang::of_locale);
    assert_eq!(of, [Lang::Zh, Lang::Zh, Lang::Zh, Lang::En, Lang::En, Lang::En, Lang::En, Lang::En]);
}

#[test]
fn a_message_is_said_in_both_tongues() {
    let text = Text::new("lint-summary").with("findings", 2u32).with("files", 1u32);
    let said = Lang::ALL.map(|lang| Catalogue::new(lang).say(&text));
    assert_eq!(said, ["2 findings in 1 file".to_owned(), "1 个文件中有 2 处发现".to_owned()]);
}

#[test]
fn a_message_that_is_not_there_is_said_by_its_name() {
    let catalogue = Catalogue::new(Lang::Zh);
    assert_eq!(catalogue.say(&Text::new("no-such-message")), "no-such-message");
    assert_eq!(catalogue.attribute(&Text::new("lint-summary"), "no-such-part"), None);
}

/// The text of all Rust files of the program, but for tests.
fn program() -> String {
    fn read(folder: &std::path::Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else if path.extension().is_some_and(|ext| ext == "rs")
                && path.file_name().is_some_and(|n| n != "tests.rs")
            {
                text.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    text
}

#[test]
fn every_message_that_the_program_names_is_there_and_every_message_is_named() {
    let program = program();
    let literals: BTreeSet<&str> = regex::Regex::new(r#""([a-z0-9]+(?:-[a-z0-9]+)*)""#)
        .unwrap()
        .captures_iter(&program)
        .map(|c| c.get(1).unwrap().as_str())
        .collect();
    let of_messages = r"^(check|syntax|noun|place|wakes|of|wanted|wants|many|clause|convert|cron|pattern|why|missing|expected|habit|summary)-";
    let of_messages = regex::Regex::new(of_messages).unwrap();
    // Words of the program that begin like a message.
    let others = ["missing-part", "missing-decision", "missing-field", "missing-key"];
    let catalogue = arguments(Lang::En);
    let lacking: Vec<&&str> = literals
        .iter()
        .filter(|name| of_messages.is_match(name) && !others.contains(name) && !catalogue.contains_key(**name))
        .collect();
    assert_eq!(lacking, Vec::<&&str>::new());
    let parts = catalogue.keys().flat_map(|name| name.split('.')).filter(|part| !literals.contains(part));
    let unnamed: BTreeSet<&str> = parts.collect();
    assert_eq!(unnamed, BTreeSet::new());
}
