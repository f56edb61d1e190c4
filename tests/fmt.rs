//! The formatter keeps what a playbook means, settles at once, and tells it in the other tongue and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use qun::format::format;
use qun::syntax::keywords::Tongue;
use qun::syntax::span::FileId;
use std::fs;
use std::path::{Path, PathBuf};

/// Every playbook file without mistakes in the writing that the project has.
fn playbooks() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["playbooks", "tests/check/ok", "tests/syntax", "benches", "src"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    files.sort();
    assert!(files.len() >= 30, "{}", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "sop") {
            files.push(path);
        }
    }
}

fn laid_out(text: &str, tongue: Option<Tongue>) -> String {
    format(FileId(0), text, tongue).unwrap()
}

/// The comments of a text without their signs and spaces; only for texts whose own words have no `#`.
fn comments(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.contains('"'));
    lines.filter_map(|line| line.split_once(['#', '＃'])).map(|(_, comment)| comment.trim().to_owned()).collect()
}

#[test]
fn every_playbook_keeps_its_meaning_and_its_comments_and_settles_at_once() {
    for path in playbooks() {
        let text = fs::read_to_string(&path).unwrap();
        let once = laid_out(&text, None);
        assert_eq!(laid_out(&once, None), once, "{}", path.display());
        let narrow = text.replace('＃', "#");
        let kept: Vec<_> = narrow.lines().map(str::trim).filter(|line| line.starts_with('#')).collect();
        let now: Vec<_> = once.lines().map(str::trim).filter(|line| line.starts_with('#')).collect();
        assert_eq!(kept, now, "{}", path.display());
    }
}

#[test]
fn shipped_playbooks_stand_in_the_canonical_layout() {
    let mut shipped = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("playbooks"), &mut shipped);
    assert!(shipped.len() >= 30, "{}", shipped.len());
    for path in shipped {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(laid_out(&text, None), text, "{}: `qun fmt playbooks/` mends it", path.display());
    }
}

#[test]
fn every_playbook_goes_to_chinese_and_back() {
    for path in playbooks() {
        let english = laid_out(&fs::read_to_string(&path).unwrap(), Some(Tongue::English));
        let chinese = laid_out(&english, Some(Tongue::Chinese));
        assert_ne!(english, chinese, "{}", path.display());
        assert_eq!(laid_out(&chinese, Some(Tongue::English)), english, "{}", path.display());
    }
}

#[test]
fn comments_stay_wherever_they_stand() {
    let text = "# a\nrule x # b\n for member in group # c\n{ # d\n\n  # e\n on message.posted # f\n when event.links # g\n > 0 # h\n do { # i\n dm # j\n hello # k\n ; # l\n tag t # m\n } # n\n # o\n} # p\n\n\n# q\n";
    let once = laid_out(text, None);
    assert_eq!(comments(&once), comments(text), "{once}");
    assert_eq!(laid_out(&once, None), once);
}

/// A rule that reads everything that has a name in both tongues, and the same in Chinese.
const TWINS: [&str; 2] = [
    r#"rule r for member in group {
  on message.posted, metric.noise
  when event.links > 0 and sum(purchase.made.amount where category is "tea" by member, last 7d) > 3
    or count(strike.given where reason is "spam" and weight > total) > 1
    or event.at is event.starts_at or event.id is event.member
  do emit purchase.made { amount: 3 }
  once per 1d
}
"#,
    r#"规则 r 针对 成员 在 群 {
  当 消息.发布, 指标.noise
  若 事件.链接数 > 0 且 合计(购买.完成.数额 其中 品类 是 "tea" 按 成员, 近7天) > 3
    或 数量(记过.给予 其中 理由 是 "spam" 且 分量 > 总计) > 1
    或 事件.时刻 是 事件.开始时间 或 事件.编号 是 事件.成员
  则 发出 购买.完成 { 数额: 3 }
  一次 每隔1天
}
"#,
];

/// What a text means: its items without their places.
fn meaning(text: &str) -> String {
    let (items, errors) = qun::syntax::parser::parse_file(FileId(0), text);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    regex::Regex::new(r"Span \{[^}]*\}\s*\}|start: \d+, end: \d+")
        .unwrap()
        .replace_all(&format!("{items:?}"), "")
        .into_owned()
}

#[test]
fn built_in_names_have_twins() {
    let chinese = laid_out(TWINS[0], Some(Tongue::Chinese));
    for word in TWINS[1].split_whitespace().filter(|word| !["{", "}"].contains(word)) {
        assert!(chinese.contains(word), "{word} in {chinese}");
    }
    assert_eq!(meaning(TWINS[0]), meaning(TWINS[1]));
    assert_eq!(laid_out(&chinese, Some(Tongue::English)), laid_out(TWINS[0], None));
}

#[test]
fn a_declared_name_that_looks_like_a_twin_keeps_its_meaning() {
    let own = "event shop.visited for member in group { 链接数: number }\n";
    let chinese = format!("{own}rule r for member in group {{ on shop.visited when event.链接数 > 0 do dm x }}\n");
    assert!(meaning(&chinese).contains("链接数"), "an own name stays");
    assert!(!meaning(&chinese).contains("\"links\""), "and does not become a built-in one");
    let english = format!("{own}rule r for member in group {{ on message.posted when event.links > 0 do dm x }}\n");
    for text in [&chinese, &english] {
        let there = laid_out(text, Some(Tongue::Chinese));
        assert_eq!(laid_out(&there, Some(Tongue::English)), laid_out(text, Some(Tongue::English)));
        assert_eq!(meaning(&there), meaning(text));
    }
}

#[test]
fn a_declared_property_keeps_its_meaning() {
    let text = "field 人数: number for group\nlet big for group = group.人数 > 3 or group.size > 3\n";
    let there = laid_out(text, Some(Tongue::Chinese));
    assert!(there.contains("群.人数") && there.contains("群.size"), "{there}");
    assert_eq!(laid_out(&there, Some(Tongue::English)), laid_out(text, None));
}

/// A playbook of made-up items: names of one's own, some spelt like twins, and built-in words in every place.
fn made_up() -> impl Strategy<Value = String> {
    let name =
        || prop_oneof!["[a-f]{3,8}", Just("链接数".to_owned()), Just("数额".to_owned()), Just("links".to_owned())];
    let field = || prop_oneof![Just("links"), Just("mentions"), Just("链接数"), Just("提及数"), Just("images")];
    let event = || prop_oneof![Just("message.posted"), Just("消息.发布"), Just("shop.seen")];
    let gap = || {
        prop_oneof![Just(" "), Just("   "), Just("\n"), Just("\n\n"), Just(" # 事件.链接数 links\n"), Just("\u{3000}")]
    };
    let own = name().prop_map(|name| format!("event shop.seen for member in group {{ {name}: number }}\n"));
    let rule = (0..1000u32, event(), field(), gap(), gap(), 0..99u32, event(), field()).prop_map(
        |(number, event, field, gap, other, bound, past, counted)| {
            format!(
                "rule r{number} for member in group {{ on {event}{gap}when event.{field} >{other}{bound} and \
                 count({past} where {counted} > {bound}, last 7d) ≥ 2{gap}do{other}tag t \"links 链接数\" }}\n"
            )
            .replace(" \"links 链接数\"", "")
        },
    );
    let text = name().prop_map(|name| format!("message m_{name} \"{{event.links}} links 链接数 {{event.链接数}}\"\n"));
    proptest::collection::vec(prop_oneof![own, rule, text], 1..8).prop_map(|items| items.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(6), ..ProptestConfig::default() })]

    #[test]
    fn made_up_playbooks_keep_their_meaning_and_settle(text in made_up()) {
        let once = laid_out(&text, None);
        prop_assert_eq!(laid_out(&once, None), &*once);
        prop_assert_eq!(meaning(&once), meaning(&text));
        let english = laid_out(&text, Some(Tongue::English));
        let chinese = laid_out(&english, Some(Tongue::Chinese));
        prop_assert_eq!(meaning(&chinese), meaning(&text));
        prop_assert_eq!(laid_out(&chinese, Some(Tongue::English)), english);
    }
}
