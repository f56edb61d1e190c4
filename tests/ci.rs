//! What `docs/ci.md` promises: its files are valid, the commands in them run, and every option that they name exists.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CLUB: &str = "playbooks/flash-sale";
const WORKFLOW: &str = ".github/workflows/playbooks.yml";
const HOOKS: &str = ".pre-commit-hooks.yaml";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The fenced blocks of the document with this mark.
fn blocks(mark: &str) -> Vec<String> {
    let document = read("docs/ci.md");
    let fenced = document.split("\n```").skip(1).step_by(2);
    fenced.filter_map(|block| Some(block.strip_prefix(mark)?.strip_prefix('\n')?.to_owned())).collect()
}

fn qun(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qun"))
        .env("LC_ALL", "C")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap()
}

/// What the workflow runs, step by step.
fn steps() -> Vec<String> {
    let workflow = yaml(&read(WORKFLOW));
    let steps = workflow["jobs"]["playbooks"]["steps"].as_array().unwrap().clone();
    steps.iter().filter_map(|step| step["run"].as_str()).map(str::to_owned).collect()
}

fn hooks() -> Vec<Value> {
    yaml(&read(HOOKS)).as_array().unwrap().clone()
}

/// Every command of `qun` that a user is shown, with a shipped playbook in place of theirs.
fn commands() -> Vec<String> {
    let document = read("docs/ci.md");
    let inline = document.split('`').skip(1).step_by(2).filter(|code| code.starts_with("qun ") && !code.contains('\n'));
    let fenced = blocks("sh").join("\n");
    let hooks: Vec<String> = hooks().iter().map(|hook| format!("{} {CLUB}", hook["entry"].as_str().unwrap())).collect();
    let all =
        steps().into_iter().chain(hooks).chain(inline.map(str::to_owned)).chain(fenced.lines().map(str::to_owned));
    let all = all.filter(|command| command.starts_with("qun "));
    all.map(|command| command.replace("$PLAYBOOKS", CLUB).replace("my-club", CLUB)).collect()
}

#[test]
fn every_option_that_is_named_exists() {
    let commands = commands();
    assert!(commands.len() >= 12, "{commands:#?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let help = String::from_utf8(qun(&[words[1], "--help"]).stdout).unwrap();
        for option in words.iter().filter(|word| word.starts_with("--")) {
            let known = help.split_whitespace().any(|word| word.trim_end_matches(',') == *option);
            assert!(known, "`qun {}` has no `{option}`: {command}", words[1]);
        }
    }
}

#[test]
fn every_command_that_is_shown_runs() {
    let baseline = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci-known.json");
    let baseline = baseline.to_str().unwrap();
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci-qun.yaml");
    let lines = "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_NONE\nconnectors:\n  out:\n    kind: console\n";
    fs::write(&config, lines).unwrap();
    let config = config.to_str().unwrap();
    for command in commands() {
        // Where a command writes to is the shell's affair, and a copy that is no checkout has no history.
        let command = command.split(" > ").next().unwrap().replace("known.json", baseline);
        let command = command.replace("qun.yaml", config);
        if command.contains("--changed-since") && !Path::new(env!("CARGO_MANIFEST_DIR")).join(".git").exists() {
            continue;
        }
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let output = qun(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{command}\n{said}");
    }
}

#[test]
fn the_workflow_is_one_that_others_can_call() {
    let workflow = yaml(&read(WORKFLOW));
    let inputs = workflow["on"]["workflow_call"]["inputs"].as_object().unwrap();
    let text = read(WORKFLOW);
    for input in inputs.keys() {
        assert!(text.contains(&format!("${{{{ inputs.{input} }}}}")), "nothing reads {input}");
    }
    // An input in a command could bring a command of its own.
    assert!(steps().iter().all(|run| !run.contains("${{")), "{:?}", steps());
    let run = steps();
    for command in ["check", "fmt", "lint", "test"] {
        assert!(run.iter().any(|run| run.starts_with(&format!("qun {command} "))), "{command} is not run");
    }
    let caller = yaml(&blocks("yaml")[0]);
    let job = &caller["jobs"]["playbooks"];
    assert_eq!(job["uses"], format!("OWNER/qun/{WORKFLOW}@main"));
    let given = job["with"].as_object().unwrap();
    assert!(given.keys().all(|key| inputs.contains_key(key)), "{given:?}");
    let required = inputs.iter().filter(|(_, input)| input["required"] == true);
    required.for_each(|(name, _)| assert!(given.contains_key(name), "{name} is not given"));
}

#[test]
fn the_document_names_the_hooks_that_there_are() {
    let ids = |hooks: &Value| -> Vec<String> {
        hooks.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap().to_owned()).collect()
    };
    let config = yaml(&blocks("yaml")[1]);
    assert_eq!(ids(&config["repos"][0]["hooks"]), ids(&Value::Array(hooks())));
    for hook in hooks() {
        for key in ["name", "entry", "language", "files"] {
            assert!(hook[key].is_string(), "{hook}");
        }
        assert_eq!(hook["pass_filenames"], false, "{hook}");
        let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
        assert!(files.is_match("my-club/rules.sop") && !files.is_match("README.md"), "{hook}");
    }
}
