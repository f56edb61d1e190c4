use crate::qun::qun;

const COMMANDS: [&str; 15] = [
    "new",
    "check",
    "lint",
    "explain-lint",
    "fmt",
    "test",
    "simulate",
    "diff",
    "explain",
    "generate",
    "plan",
    "graph",
    "schema",
    "completions",
    "man",
];

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in COMMANDS {
        let ran = qun(&format!("{command} --help")).ends_with(0);
        assert!(ran.out.contains("Example"), "{command}:\n{}", ran.out);
        assert!(ran.out.contains(&format!("qun {command}")), "{command}:\n{}", ran.out);
    }
    let ran = qun("--help").ends_with(0);
    assert!(COMMANDS.iter().all(|command| ran.out.contains(command)));
}

#[test]
fn misspelt_words_are_wrong_usage() {
    for arguments in
        ["simulat", "check --fromat json x", "schema decision", "simulate x", "completions csh", "man frob"]
    {
        let ran = qun(arguments).ends_with(2);
        assert!(ran.err.contains("error: "), "{arguments}: {}", ran.err);
    }
}

#[test]
fn schemas_are_printed() {
    for what in ["decisions", "diff", "events", "directory", "scenario"] {
        let ran = qun(&format!("schema {what}")).ends_with(0);
        let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(schema["$id"], format!("qun:{what}/1"));
    }
}

#[test]
fn completions_and_manual_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(qun(&format!("completions {shell}")).ends_with(0).out.contains("after-removal"), "{shell}");
    }
    assert!(qun("man").ends_with(0).out.contains(".TH qun"));
    let page = qun("man simulate").ends_with(0);
    assert!(page.out.contains("qun\\-simulate"), "{}", page.out);
    assert!(page.out.contains("after\\-removal"), "{}", page.out);
}
