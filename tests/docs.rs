//! The documents say what the code does: every playbook in them checks, and their tables agree with the code.
//!
//! A fenced block marked `sop` in README.md or docs/*.md is a playbook. One without a `community` of its own is a
//! fragment: it is checked together with the nearest `<!-- with: … -->` comment above it in the same document. A fenced
//! block marked `yaml PATH` is a content file, which the playbooks of the same document may name.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

use qun::check::PRELUDE;
use qun::check::content::Contents;
use qun::engine::{Certainty, Reason, Status};
use qun::log::schema::SCHEMAS;
use qun::plan::ids::NameId;
use qun::syntax::keywords::{self, Sort, TABLE, rows};
use qun::syntax::parser::parse_file;
use qun::syntax::source::Sources;
use qun::syntax::span::FileId;
use qun::syntax::tree::ItemKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

const LANGUAGE: &str = include_str!("../docs/language.md");
const DECISIONS: &str = include_str!("../docs/decisions.md");

/// A fenced block.
struct Block {
    /// What stands after the fence.
    mark: String,
    line: usize,
    text: String,
    /// The nearest `with` comment above it.
    with: String,
}

/// Content files of a document, by path.
struct Files(BTreeMap<String, String>);

impl Contents for Files {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

fn documents() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.push(PathBuf::from("README.md"));
    paths.sort();
    let paths = paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let present = paths.filter(|path| path.exists());
    present.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

fn blocks(document: &str) -> Vec<Block> {
    let (mut blocks, mut with) = (Vec::new(), String::new());
    let mut lines = document.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(first) = line.strip_prefix("<!-- with:") {
            let rest = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "-->");
            with = std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n");
        } else if let Some(mark) = line.strip_prefix("```") {
            let text = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let text = text.collect::<Vec<_>>().join("\n");
            blocks.push(Block { mark: mark.to_owned(), line: number + 1, text, with: with.clone() });
        }
    }
    blocks
}

fn content(blocks: &[Block]) -> Files {
    let files = blocks.iter().filter_map(|block| Some((block.mark.strip_prefix("yaml ")?, &block.text)));
    Files(files.map(|(path, text)| (path.to_owned(), text.clone())).collect())
}

/// What is told about a block: nothing, if all is well.
fn told(block: &Block, files: &Files) -> Vec<String> {
    let mut sources = Sources::new();
    let whole = regex::Regex::new(r"(?m)^(community|社群) \{").unwrap();
    if !whole.is_match(&block.text) {
        sources.add("with", block.with.as_str());
    }
    sources.add("block", block.text.as_str());
    let compiled = qun::compile_sources(sources, files);
    let diagnostics = compiled.diagnostics.iter();
    let told = diagnostics.map(|told| {
        let place = told.labels.first().map(|(span, _)| compiled.sources.slice(*span)).unwrap_or_default();
        format!("{} `{place}` {}", told.headline, told.help.as_deref().unwrap_or_default())
    });
    told.collect()
}

#[test]
fn every_playbook_in_the_documents_checks() {
    let (mut seen, mut wrong) = (0, String::new());
    for (name, document) in documents() {
        let blocks = blocks(&document);
        let files = content(&blocks);
        for block in blocks.iter().filter(|block| block.mark == "sop") {
            seen += 1;
            for line in told(block, &files) {
                wrong += &format!("{name}:{}: {line}\n", block.line);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(seen > 30, "only {seen} blocks were found");
}

#[test]
fn the_lines_of_json_fit_their_schemas() {
    for (document, schema) in [(LANGUAGE, "events"), (DECISIONS, "decisions")] {
        let schema = SCHEMAS.iter().find(|known| known.name == schema).unwrap();
        let schema = jsonschema::draft202012::new(&serde_json::from_str(schema.text).unwrap()).unwrap();
        let blocks = blocks(document);
        let lines: Vec<&str> =
            blocks.iter().filter(|block| block.mark == "json").flat_map(|block| block.text.lines()).collect();
        assert!(!lines.is_empty());
        for line in lines {
            assert!(schema.is_valid(&serde_json::from_str(line).unwrap()), "{line}");
        }
    }
}

/// The cells of the table rows between `<!-- NAME -->` and `<!-- end -->`, without heads.
fn table(document: &str, name: &str) -> Vec<Vec<String>> {
    let start = document.find(&format!("<!-- {name} -->")).unwrap_or_else(|| panic!("there is no table `{name}`"));
    let lines = document[start..].lines().take_while(|line| *line != "<!-- end -->");
    let lines: Vec<&str> = lines.filter(|line| line.starts_with('|')).collect();
    let is_head =
        |i: &usize| lines[*i].starts_with("| ---") || lines.get(i + 1).is_some_and(|l| l.starts_with("| ---"));
    let body = (0..lines.len()).filter(|i| !is_head(i)).map(|i| lines[i]);
    body.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The first `n` cells of each row.
fn first_cells(rows: &[Vec<String>], n: usize) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.iter().take(n).map(String::as_str).collect()).collect()
}

#[test]
fn the_table_of_events_is_that_of_the_prelude() {
    let (items, errors) = parse_file(FileId(0), PRELUDE);
    assert_eq!(errors, []);
    let mut expected: Vec<Vec<String>> = Vec::new();
    for item in items {
        let ItemKind::Event { name, scope, fields } = item.kind else { panic!("the prelude declares events alone") };
        let name: Vec<&str> = name.words.iter().map(|word| word.text.as_str()).collect();
        let optional = |is: bool| if is { "?" } else { "" };
        let second = scope.second.map(|(word, may_lack)| format!(" in {}{}", word.text, optional(may_lack)));
        let scope = format!("{}{}{}", scope.first.text, optional(scope.first_optional), second.unwrap_or_default());
        let fields = fields.iter().map(|field| {
            // All defaults of the prelude are 0.
            let default = if field.default.is_some() { " = 0" } else { "" };
            format!("{}: {}{}{default}", field.name.text, field.ty.name.text, optional(field.optional))
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        let fields = if fields.is_empty() { String::new() } else { format!("`{fields}`") };
        expected.push(vec![format!("`{}`", name.join(".")), format!("`{scope}`"), fields]);
    }
    assert_eq!(first_cells(&table(LANGUAGE, "events"), 3), expected);
}

/// A sort of words as the document calls it.
fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Item => "item",
        Sort::Clause => "clause",
        Sort::Operator => "operator",
        Sort::Window => "window",
        Sort::Action => "action",
        Sort::Unit => "unit",
        Sort::Function => "function",
        Sort::Subject => "subject",
        Sort::Property => "property",
        Sort::Type => "type",
        Sort::Day => "day",
        Sort::Period => "period",
        Sort::Moment => "since",
        Sort::Choice => "approval",
        Sort::Setting => "setting",
        Sort::Event => "event",
        Sort::Field => "field",
    }
}

#[test]
fn the_table_of_keywords_is_that_of_the_code() {
    let expected: Vec<Vec<&str>> =
        TABLE.iter().map(|row| vec![sort_name(row.sort), row.english, row.chinese]).collect();
    assert_eq!(first_cells(&table(LANGUAGE, "keywords"), 3), expected);
}

#[test]
fn the_reserved_words_are_those_of_the_code() {
    let start = LANGUAGE.find("<!-- reserved -->").unwrap();
    let line = LANGUAGE[start..].lines().nth(1).unwrap();
    let words: Vec<&str> = line.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    assert_eq!(words, keywords::RESERVED);
}

#[test]
fn every_action_and_function_is_in_its_table() {
    let all = |name: &str| table(LANGUAGE, name).into_iter().map(|row| row[0].clone()).collect::<Vec<_>>().join("\n");
    for (table, sort) in [("actions", Sort::Action), ("functions", Sort::Function)] {
        let cells = all(table);
        for row in rows(sort) {
            let word = regex::Regex::new(&format!(r"`{}\b", row.english)).unwrap();
            assert!(word.is_match(&cells), "`{}` is not in the table of {table}", row.english);
        }
    }
}

#[test]
fn the_statuses_are_those_of_the_code() {
    let expected: Vec<Vec<String>> = Status::ALL.iter().map(|status| vec![format!("`{}`", status.word())]).collect();
    assert_eq!(first_cells(&table(DECISIONS, "statuses"), 1), expected);
}

#[test]
fn the_certainties_are_those_of_the_code() {
    let expected: Vec<_> = Certainty::ALL.iter().map(|certainty| vec![format!("`{}`", certainty.word())]).collect();
    assert_eq!(first_cells(&table(DECISIONS, "certainty"), 1), expected);
}

/// Every reason; a new one must be added here and to the document.
fn reasons() -> Vec<Reason> {
    let name = NameId(0);
    let all = vec![
        Reason::Limit(name),
        Reason::FlowEnded,
        Reason::StepInThePast,
        Reason::OverruledBy(name),
        Reason::ApprovalDenied,
        Reason::ApprovalExpired,
        Reason::CascadeTooLong,
        Reason::NoChange,
        Reason::BalanceTooLow,
        Reason::MissingValue,
        Reason::Nobody,
        Reason::NotAMember,
        Reason::NoGroup,
        Reason::TooLate,
        Reason::Reloaded,
    ];
    for reason in &all {
        match reason {
            Reason::Limit(_) | Reason::FlowEnded | Reason::StepInThePast | Reason::OverruledBy(_) => {}
            Reason::ApprovalDenied | Reason::ApprovalExpired | Reason::CascadeTooLong | Reason::NoChange => {}
            Reason::BalanceTooLow | Reason::MissingValue | Reason::Nobody | Reason::NotAMember => {}
            Reason::NoGroup | Reason::TooLate | Reason::Reloaded => {}
        }
    }
    all
}

#[test]
fn the_reasons_are_those_of_the_code() {
    let expected: Vec<String> = reasons().iter().map(|reason| format!("`{}`", reason.text(|_| "NAME"))).collect();
    let table = table(DECISIONS, "reasons");
    assert_eq!(table.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), expected);
}

#[test]
fn the_parts_of_a_report_are_those_of_the_code() {
    let code = include_str!("../src/report/run/human.rs");
    let heads = regex::Regex::new(r#"self\.head\(&?(?:format!\()?"([^"(]*)"#).unwrap();
    let expected: Vec<&str> = heads.captures_iter(code).map(|head| head.get(1).unwrap().as_str().trim()).collect();
    let table = table(DECISIONS, "report");
    assert_eq!(table.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), expected);
}
