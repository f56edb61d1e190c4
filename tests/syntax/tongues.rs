//! Both tongues and full-width punctuation make the same tree.

use super::{GLANCE, items, tree};
use qun::syntax::keywords::{self, RESERVED, Sort, TABLE};
use std::collections::{BTreeMap, BTreeSet};

const GLANCE_ZH: &str = include_str!("glance_zh.sop");
const REST: &str = include_str!("rest.sop");
const REST_ZH: &str = include_str!("rest_zh.sop");
const GRAMMAR: &str = include_str!("../../grammar/playbook.pest");

#[test]
fn the_glance_parses() {
    assert_eq!(items(GLANCE).len(), 34);
}

#[test]
fn the_chinese_twins_make_the_same_trees() {
    same_trees(GLANCE, GLANCE_ZH);
    same_trees(REST, REST_ZH);
}

fn same_trees(english: &str, chinese: &str) {
    let (english, chinese) = (tree(english), tree(chinese));
    for (line, (a, b)) in english.lines().zip(chinese.lines()).enumerate() {
        let near: Vec<_> = english.lines().skip(line.saturating_sub(40)).take(45).collect();
        assert_eq!(a, b, "line {line}:\n{}", near.join("\n"));
    }
    assert_eq!(english.lines().count(), chinese.lines().count());
}

#[test]
fn full_width_punctuation_is_as_good_as_ascii() {
    let wide = |c| match c {
        '(' => '（',
        ')' => '）',
        ',' => '，',
        ':' => '：',
        '{' => '｛',
        '}' => '｝',
        '=' => '＝',
        '>' => '＞',
        '<' => '＜',
        '%' => '％',
        '¥' => '￥',
        ' ' => '\u{3000}',
        other => other,
    };
    // Texts, patterns and comments stay as they are.
    let kept = regex::Regex::new("\"\"\"[^\"]*\"\"\"|\"(\\{[^}]*\\}|[^\"\n])*\"|(matches|=) /(\\\\.|[^/\n])*/|#[^\n]*")
        .unwrap();
    let shipped = shipped();
    assert!(shipped.len() >= 30, "{}", shipped.len());
    for text in [GLANCE, REST].into_iter().chain(shipped.iter().map(String::as_str)) {
        let (mut widened, mut last) = (String::new(), 0);
        for found in kept.find_iter(text) {
            widened.extend(text[last..found.start()].chars().map(wide));
            widened.push_str(found.as_str());
            last = found.end();
        }
        widened.extend(text[last..].chars().map(wide));
        assert_eq!(tree(text), tree(&widened));
    }
}

/// Every file of the shipped playbooks.
fn shipped() -> Vec<String> {
    let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/playbooks")).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let paths =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "sop"));
    paths.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// The grammar's keyword rules: name to spellings.
fn grammar_keywords() -> BTreeMap<&'static str, BTreeSet<String>> {
    let quoted = regex::Regex::new("\"([^\"]+)\"").unwrap();
    let rules = GRAMMAR.lines().filter(|line| line.starts_with("kw_")).map(|line| {
        let (name, body) = line.split_once('=').unwrap();
        let body = body.replace("!(\"隔\" | \"个\")", "").replace("\" ~ gap ~ \"", " ");
        (name.trim(), quoted.captures_iter(&body).map(|found| found[1].to_owned()).collect())
    });
    rules.collect()
}

#[test]
fn the_grammar_knows_exactly_the_spellings_of_the_table() {
    let spellings = |row: &keywords::Keyword| [row.english, row.chinese].map(str::to_owned).into_iter().collect();
    let table: BTreeMap<_, BTreeSet<_>> =
        TABLE.iter().filter(|row| !row.rule.is_empty()).map(|row| (row.rule, spellings(row))).collect();
    assert_eq!(grammar_keywords(), table);
}

#[test]
fn the_grammar_knows_exactly_the_units_of_the_table() {
    let line = GRAMMAR.lines().find(|line| line.starts_with("unit ")).unwrap();
    for row in keywords::rows(Sort::Unit) {
        assert!(line.contains(&format!("\"{}\"", row.english)) && line.contains(&format!("\"{}\"", row.chinese)));
    }
}

#[test]
fn the_grammar_reserves_exactly_the_reserved_words() {
    let rule = GRAMMAR.split_once("reserved = @{").unwrap().1.split_once('}').unwrap().0;
    let quoted = regex::Regex::new("\"([^\"]+)\"").unwrap();
    let reserved: BTreeSet<_> = quoted.captures_iter(rule).map(|found| found[1].to_owned()).collect();
    let twins = TABLE.iter().map(|row| row.chinese).filter(|word| keywords::is_reserved(word));
    let table: BTreeSet<_> = RESERVED.iter().copied().chain(twins).map(str::to_owned).collect();
    assert_eq!(reserved, table);
}

#[test]
fn no_chinese_word_stands_for_two_things() {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    // A unit stands right after its number: there `天` and `周` are what they are as periods, too.
    for row in TABLE.iter().filter(|row| row.sort != Sort::Unit) {
        let other = seen.insert(row.chinese, row.english);
        assert!(other.is_none_or(|other| other == row.english), "{}: {other:?} and {}", row.chinese, row.english);
    }
}

#[test]
fn every_sort_is_one_to_one() {
    for row in TABLE.iter().filter(|row| row.rule.is_empty()) {
        assert_eq!(keywords::english(row.sort, row.chinese), Some(row.english));
        assert_eq!(keywords::chinese(row.sort, row.english), Some(row.chinese));
    }
}

#[test]
fn an_event_may_have_a_field_with_a_reserved_name() {
    let tree = tree("event points.given for member in group { by: member?, where: text = \"here\" }");
    assert!(tree.contains("\"by\"") && tree.contains("\"where\""), "{tree}");
}
