//! Everything has a limit and says so; nothing takes long.

use super::{GLANCE, items, read};
use qun::syntax::error::{Limit, Mistake};
use qun::syntax::parser::{MAX_DEPTH, MAX_FILE_BYTES, MAX_ITEMS, MAX_NAME, MAX_OPERATORS, MAX_TEXT};

#[track_caller]
fn beyond(text: &str) -> Limit {
    let (_, errors) = read(text);
    match errors.first().map(|error| &error.mistake) {
        Some(Mistake::Beyond(limit)) => *limit,
        other => panic!("no limit but {other:?}"),
    }
}

fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!("let x = {}{inside}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn a_file_has_a_limit() {
    assert_eq!(beyond(&"#".repeat(MAX_FILE_BYTES + 1)), Limit::FileBytes(MAX_FILE_BYTES + 1));
    assert_eq!(read(&"#".repeat(MAX_FILE_BYTES)).1, []);
}

#[test]
fn items_have_a_limit() {
    assert_eq!(items(&"tag a\n".repeat(MAX_ITEMS)).len(), MAX_ITEMS);
    assert_eq!(beyond(&"tag a\n".repeat(MAX_ITEMS + 1)), Limit::Items);
}

#[test]
fn names_have_a_limit() {
    items(&format!("tag {}", "名".repeat(MAX_NAME)));
    assert_eq!(beyond(&format!("tag {}", "名".repeat(MAX_NAME + 1))), Limit::Name(MAX_NAME + 1));
}

#[test]
fn texts_have_a_limit() {
    assert_eq!(beyond(&format!("let x = \"{}\"", "字".repeat(MAX_TEXT))), Limit::Text(MAX_TEXT + 2));
}

#[test]
fn nesting_has_a_limit() {
    let within = MAX_DEPTH - 1;
    items(&nested("(", "x > 1", ")", within));
    assert_eq!(beyond(&nested("(", "x > 1", ")", within + 1)), Limit::Depth);
    items(&nested("\"{", "x", "}\"", within));
    assert_eq!(beyond(&nested("\"{", "x", "}\"", within + 1)), Limit::Depth);
    assert_eq!(beyond(&nested("[", "x", "]", within + 1)), Limit::Depth);
    assert_eq!(beyond(&nested("if a then 1 else ", "x", "", within + 1)), Limit::Depth);
    assert_eq!(beyond(&nested("count(a where ", "x", ")", within + 1)), Limit::Depth);
}

#[test]
fn actions_nest_to_a_limit() {
    let task = "task \"a\" for b due 1d otherwise do ".repeat(MAX_DEPTH + 1);
    assert_eq!(beyond(&format!("rule x for member {{ on a.b do {task} post c }}")), Limit::Depth);
}

#[test]
fn expressions_have_a_limit() {
    items(&nested("a + ", "x", "", MAX_OPERATORS));
    for operator in ["a + ", "a or ", "not ", "- ", "a else "] {
        assert_eq!(beyond(&nested(operator, "x", "", MAX_OPERATORS + 1)), Limit::Operators);
    }
}

#[test]
fn deep_brackets_do_not_overflow_the_stack() {
    for (open, close) in [("(", ")"), ("[", "]"), ("\"{", "}\""), ("count(", ")"), ("if ", "")] {
        for times in [3_000, 20_000] {
            let (_, errors) = read(&nested(open, "x", close, times));
            assert!(!errors.is_empty());
        }
    }
    let (_, errors) = read(&format!("rule x for member {}", "{ do ".repeat(10_000)));
    assert!(!errors.is_empty());
}

#[test]
fn brackets_take_no_time() {
    let start = std::time::Instant::now();
    items(&nested("(", "x > 1", ")", 60));
    assert!(start.elapsed().as_secs() < 1);
}

#[test]
fn a_hopeless_file_takes_little_time() {
    let start = std::time::Instant::now();
    let (_, errors) = read(&"rule x for member { on a.b wehn c > 1 do post d\n".repeat(2_000));
    assert!(!errors.is_empty());
    let (_, errors) = read(&"(\n".repeat(50_000));
    assert!(!errors.is_empty());
    let (_, errors) = read(&"\"{".repeat(50_000));
    assert!(!errors.is_empty());
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn broken_items_leave_the_others_alone() {
    let broken = ["rule a for member {", "flow b for member { start }", "kind c d"];
    let text = format!("{}\n{GLANCE}\n{}\ntag last\n{}\n", broken[0], broken[1], broken[2]);
    let (items, errors) = read(&text);
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(items.len(), 34 + 2);
}
