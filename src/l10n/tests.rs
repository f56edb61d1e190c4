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
