//! `qun lint`: every page's example is found and its better form is not, forms of output, suppressions.
//!
//! `QUN_WRITE_PAGES=1 cargo test --test lint pages` writes `docs/lints/` anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

use qun::check::content::Contents;
use qun::engine::Program;
use qun::l10n::{Catalogue, Lang};
use qun::lint::allow::{Sifted, sift};
use qun::lint::book::{Book, Given};
use qun::lint::history::{History, Probed, Values};
use qun::lint::mend::mend;
use qun::lint::page::{GROUND, blocks, page};
use qun::lint::platform;
use qun::lint::rules::LINTS;
use qun::lint::witness::replay;
use qun::lint::{Finding, Group, Selection, lint};
use qun::log::{Accounts, Decoded, Decoder};
use qun::report::Style;
use qun::report::findings::{self, Linted};
use qun::simulate::{Collector, Driver, Misses, Options};
use qun::syntax::source::Sources;
use qun::time::Instant;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

const TODAY: &str = "2026-11-26T12:00:00+08:00";

/// The content files of the pages' examples.
struct Shelf;

impl Contents for Shelf {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "content/dated.yaml" => {
                Ok("- { date: 2026-11-29, text: One. }\n- { date: 2026-11-30, text: Two. }\n".to_owned())
            }
            "content/ordered.yaml" => Ok("- One.\n- Two.\n".to_owned()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

/// Lints an example on the common ground, and hands what is found to a look at it.
fn linted<T>(text: &str, selection: &Selection, look: impl FnOnce(&Book<'_>, Sifted) -> T) -> T {
    let mut sources = Sources::new();
    sources.add("example.sop", text);
    if !text.contains("timezone ") {
        sources.add("ground.sop", GROUND);
    }
    let compiled = qun::compile_sources(sources, &Shelf);
    let plan = compiled.plan.clone().unwrap_or_else(|| panic!("{text}\n{:#?}", compiled.diagnostics));
    let program = Program::new(plan).unwrap();
    let now = Instant::parse(TODAY).unwrap();
    let platform = platform::named("wecom");
    let directory = qun::log::read_directory("members: { m1: { roles: [owner] } }", &program.plan).ok();
    let directory = directory.as_ref();
    let given = Given { compiled: &compiled, program: &program, contents: &Shelf, directory, platform, now };
    let book = Book::new(given);
    let today = book.plan.community.calendar.zone.date(now);
    let mut found = lint(&book, selection);
    found.extend(history(&book).into_iter().filter(|finding| selection.has(finding.lint)));
    let sifted = sift(&book, found, selection, today);
    look(&book, sifted)
}

/// What a log says in which one member posts a message every second for a minute.
fn history(book: &Book<'_>) -> Vec<Finding> {
    let probed = Probed::new(book).unwrap();
    let (values, misses) = (Values::new(&probed), Misses::new(book.plan.items.len()));
    let mut collector = Collector::new(&probed.program, &misses);
    let mut driver = Driver::new(&probed.program, Options::default()).with_watch(Some(&values));
    let decoder = Decoder::new(book.plan);
    for second in 0..60 {
        let at = 1_767_600_000_000u64 + second * 1000;
        let line = format!(r#"{{"at": {at}, "kind": "message.posted", "group": "g1", "member": "m1"}}"#);
        let Ok(Decoded::Event(event)) = decoder.decode(line.as_bytes()) else { panic!("{line}") };
        driver.event(&event.event(), &mut collector).unwrap();
    }
    driver.finish(&mut collector).unwrap();
    let end = driver.end();
    let report = collector.finish(&end.state, end.unhappened, Accounts::default());
    History::of(book, &report, &values).findings
}

fn alone(name: &str) -> Selection {
    Selection::new(&[name.to_owned()], &[]).unwrap()
}

/// For suppressions the lint that is let stand must run as well.
fn selection(name: &str) -> Selection {
    if name.starts_with("suppression-") { Selection::new(&["all".to_owned()], &[]).unwrap() } else { alone(name) }
}

/// What a lint finds in the example, be it the main place or another.
fn here<'f>(name: &str, found: &'f [Finding], book: &Book<'_>) -> Vec<&'f Finding> {
    let inside = |f: &Finding| f.labels.iter().any(|(span, _)| book.sources.path(span.file) == "example.sop");
    found.iter().filter(|f| f.lint == name && inside(f)).collect()
}

fn examples(name: &str, mark: &str) -> Vec<String> {
    let lint = LINTS.iter().find(|lint| lint.name == name).unwrap();
    blocks(&page(lint)).into_iter().filter(|(of, _)| of == mark).map(|(_, text)| text).collect()
}

#[test]
fn what_pages_avoid_is_found_and_what_they_prefer_is_not() {
    for name in LINTS.iter().map(|lint| lint.name) {
        let (avoid, prefer) = (examples(name, "sop avoid"), examples(name, "sop prefer"));
        assert!(!avoid.is_empty() && !prefer.is_empty(), "{name} has no examples");
        for text in avoid {
            linted(&text, &selection(name), |book, sifted| {
                assert!(!here(name, &sifted.told, book).is_empty(), "{name} does not find\n{text}{:#?}", sifted.told);
            });
        }
        for text in prefer {
            linted(&text, &selection(name), |book, sifted| {
                let found = here(name, &sifted.told, book);
                assert!(found.is_empty(), "{name} finds\n{text}{found:#?}");
            });
        }
    }
}

#[test]
fn every_finding_is_said_in_both_tongues() {
    for (name, lang) in LINTS.iter().flat_map(|lint| Lang::ALL.map(|lang| (lint.name, lang))) {
        let catalogue = Catalogue::new(lang);
        for text in examples(name, "sop avoid") {
            linted(&text, &selection(name), |_, sifted| {
                for finding in sifted.told {
                    let headline = catalogue.say(&finding.text);
                    assert!(headline != finding.text.id && !headline.contains('{'), "{name} {lang:?}: {headline}");
                    assert!(catalogue.attribute(&finding.text, "help").is_some(), "{name} {lang:?} has no help");
                    for (_, label) in &finding.labels {
                        assert!(catalogue.attribute(&finding.text, label).is_some(), "{name} {lang:?}: .{label}");
                    }
                }
            });
        }
    }
}

#[test]
fn every_witness_shows_what_is_claimed() {
    let mut shown = BTreeSet::new();
    for name in LINTS.iter().map(|lint| lint.name) {
        for text in examples(name, "sop avoid") {
            linted(&text, &alone(name), |book, sifted| {
                for finding in sifted.told.iter().filter(|finding| finding.group == Group::Correctness) {
                    assert!(finding.witness.is_some(), "{name}: nothing shows {finding:#?}");
                }
                for witness in sifted.told.iter().filter_map(|finding| finding.witness.as_ref()) {
                    assert_eq!(replay(witness, book.program), Ok(true), "{name}\n{text}{witness:#?}");
                    shown.insert(name);
                }
            });
        }
    }
    let sure = LINTS.iter().filter(|lint| lint.group == Group::Correctness).map(|lint| lint.name);
    let bare: Vec<&str> = sure.filter(|name| !shown.contains(name)).collect();
    assert_eq!(bare, Vec::<&str>::new(), "a correctness finding shows what it claims");
    let others = ["cap-vs-schedule", "clock-change", "day-rare", "flow-after-leaving", "quiet-hours-swallow"];
    assert!(others.iter().all(|name| shown.contains(name)), "{shown:?}");
}

#[path = "../benches/made/rules.rs"]
mod rules_made;

/// Lints made rules, and hands what is found to a look at it.
fn made<T>(text: &str, look: impl FnOnce(&Book<'_>, Vec<Finding>) -> T) -> T {
    let mut sources = Sources::new();
    sources.add("made.sop", text);
    let compiled = qun::compile_sources(sources, &Shelf);
    let program = Program::new(compiled.plan.clone().unwrap()).unwrap();
    let (now, platform) = (Instant::parse("2026-11-26T12:34:56+08:00").unwrap(), platform::named("wecom"));
    let given = Given { compiled: &compiled, program: &program, contents: &Shelf, directory: None, platform, now };
    let book = Book::new(given);
    let found = lint(&book, &Selection::new(&["all".to_owned()], &[]).unwrap());
    look(&book, found)
}

/// Rules of one sort, of which none has to do with another.
fn apart(rules: usize, rule: impl Fn(usize) -> String) -> String {
    let rule = |n| format!("rule r{n} for member in group {{ {} }}\n", rule(n));
    format!("community {{ timezone \"Asia/Shanghai\" }}\nrole owner\n{}", (0..rules).map(rule).collect::<String>())
}

#[test]
fn twice_as_many_rules_cost_about_twice_as_much() {
    let effort = |text: &str| made(text, |book, found| (book.effort(), found.len()));
    let grows = |what: &str, few: usize, of: &dyn Fn(usize) -> String| {
        let costs: Vec<(u64, usize)> = [few, 2 * few, 4 * few].into_iter().map(|rules| effort(&of(rules))).collect();
        assert!(costs.iter().all(|(effort, found)| *effort > 0 && *found > 0), "{what}: {costs:?}");
        for (less, more) in costs.iter().zip(&costs[1..]) {
            assert!(more.0 * 10 <= less.0 * 24, "{what}: {costs:?}");
        }
    };
    // The copies among them have few others to be held against where there are few.
    grows("of every sort", 400, &rules_made::playbook);
    let never = |n| format!("on message.posted when event.links > {} and event.links < {n} do dm \"{n}\"", n + 2);
    grows("that never act", 60, &|rules| apart(rules, never));
    let silent = |n| format!("on no message.posted for {}h when exists(message.posted, last 1h) do mute 1h", n + 1);
    grows("that wait", 60, &|rules| apart(rules, silent));
    let windows = |n| format!("on message.posted when count(message.posted, last {}m) > {} do mute 1h", n + 1, n % 5);
    grows("that count", 60, &|rules| apart(rules, windows));
}

/// Where rules are left asleep while a finding is looked for, the whole playbook shows the same.
#[test]
fn what_few_rules_show_all_show() {
    let (few, of_all) = made(&rules_made::playbook(300), |book, found| {
        let shown: Vec<_> = found.into_iter().filter_map(|finding| Some((finding.lint, finding.witness?))).collect();
        for (lint, witness) in &shown {
            assert_eq!(replay(witness, book.program), Ok(true), "{lint}: {witness:#?}");
        }
        (shown.len(), book.program.plan.handlers.len())
    });
    assert!(few > 50 && of_all >= 300, "{few} of {of_all}");
}

/// Other forms of what the lints of the correctness group find than those of their pages.
const FORMS: &[(&str, &str)] = &[
    (
        "condition-never-true",
        "rule r for member in group { on member.joined  when event.channel is \"a\" and event.channel is \"b\"  do tag vip }",
    ),
    (
        "condition-never-true",
        "rule r for member in group where member is admin { on message.posted  when event.links > 3 and event.links < 2  do tag vip }",
    ),
    (
        "condition-never-true",
        "rule r for member in group where member has city { on message.posted  when event.links > 3 and event.links < 2  do tag vip }",
    ),
    (
        "condition-never-true",
        "rule r for group where group is lead { every day at 09:00  when group.size > 9 and group.size < 3  do post \"x\" }",
    ),
    (
        "condition-never-true",
        "rule r for member in group { on no message.posted for 3d  when exists(message.posted, last 1d)  do dm \"x\" }",
    ),
    ("condition-never-true", "rule r for member { on purchase.made  when never(purchase.made)  do tag vip }"),
    (
        "condition-never-true",
        "rule r for member in group { on message.posted  when member has vip and not member has vip  do dm \"x\" }",
    ),
    (
        "condition-always-true",
        "rule r for member in group where member is admin { on message.posted  when exists(message.posted, last 1h)  do tag vip }",
    ),
    ("condition-always-true", "rule r for member { on purchase.made  when count(purchase.made) > 0  do tag vip }"),
    (
        "condition-always-true",
        "rule r for member in group { on no message.posted for 3d  when not exists(message.posted, last 1d)  do dm \"x\" }",
    ),
    (
        "comparison-out-of-range",
        "rule r for member in group { on message.posted  when count(message.posted, last 1d) < 0  do tag vip }",
    ),
    ("comparison-out-of-range", "rule r for group { every day at 09:00  when group.size >= 0  do post \"x\" }"),
    ("comparison-out-of-range", "rule r for member { on purchase.made  when since(purchase.made) < 0s  do tag vip }"),
    (
        "comparison-out-of-range",
        "rule r for member in group { every monday at 09:00  top 200% by count(message.posted, last week) per group  do tag vip }",
    ),
    (
        "cascade-cycle",
        "rule r for member { on tag.added  when event.tag is vip  do untag vip }\nrule s for member { on tag.removed  when event.tag is vip  do tag vip }",
    ),
    (
        "cascade-cycle",
        "event a.b for member {}\nevent c.d for member {}\nrule r for member { on a.b  do emit c.d {} }\nrule s for member { on c.d  do emit a.b {} }",
    ),
    (
        "ladder-step-unreachable",
        "ladder l for member { strikes for ever  at 1 do warn \"x\"  at 2 do tag vip  appeal within 3d to owner }\nrule r for member { on purchase.made  do strike l because \"x\"  once }",
    ),
    ("regex-always", "rule r for member in group { on message.posted  when member.city matches /x*/  do tag vip }"),
    (
        "regex-always",
        "rule r for member in group { on message.posted  when event.text matches /|a/ and event.links > 2  do tag vip }",
    ),
    (
        "regex-always",
        "rule r for member in group { on message.posted  when count(message.posted where text matches /a?/, last 1d) > 3  do tag vip }",
    ),
    (
        "flow-dead-step",
        "flow f for member in group { start on message.posted  stop on member.left, member.removed, member.banned  after 1d when event.links > 3 and event.links < 2 do dm \"x\" }",
    ),
    (
        "flow-step-after-end",
        "flow f for member in group where member is admin { start on member.joined  stop on member.left, member.removed, member.banned  after 1d do stop f  after 2d do dm \"x\" }",
    ),
    (
        "connector-cannot",
        "flow f for member in group { start on member.joined  stop on member.left, member.removed, member.banned  after 1d do mute 1h }",
    ),
    (
        "connector-cannot",
        "ladder l for member in group { strikes last 7d  at 1 do mute 1d  appeal within 3d to owner }\nrule r for member in group { on message.reported  do strike l because \"x\" }",
    ),
    ("schedule-too-frequent", "rule r for group { every 1s  do { post \"a\"  post \"b\" } }"),
];

#[test]
fn whatever_is_certain_is_shown_in_every_form() {
    let mut wrong = Vec::new();
    for (name, text) in FORMS {
        linted(text, &alone(name), |book, sifted| {
            let found = here(name, &sifted.told, book);
            match found.first() {
                None => wrong.push(format!("{name} does not find\n{text}")),
                Some(finding) if finding.group != Group::Correctness => {
                    wrong.push(format!("{name}: nothing shows\n{text}"))
                }
                Some(finding) => {
                    let shown = finding.witness.as_ref().map(|witness| replay(witness, book.program));
                    assert_eq!(shown, Some(Ok(true)), "{name}\n{text}");
                }
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_mend_what_is_found() {
    for name in LINTS.iter().map(|lint| lint.name) {
        for text in examples(name, "sop avoid") {
            let mended = linted(&text, &selection(name), |book, sifted| {
                let mine: Vec<Finding> =
                    sifted.told.into_iter().filter(|f| f.lint == name && f.fix.is_some()).collect();
                mend(&mine, book.sources, true).files.remove("example.sop")
            });
            let Some(mended) = mended else { continue };
            linted(&mended, &selection(name), |book, sifted| {
                assert!(here(name, &sifted.told, book).is_empty(), "{name} is still found in\n{mended}");
            });
        }
    }
}

/// The catalogue of the design, and what has been added to it.
const CATALOGUE: &str = "condition-never-true condition-always-true comparison-out-of-range rule-shadowed rule-redundant \
    actions-conflict cascade-cycle ladder-step-unreachable ladder-exempts sanction-without-warning no-appeal tier-gap \
    tier-overlap tier-flaps cap-vs-schedule quiet-hours-swallow quiet-hours-burst clock-change day-rare \
    schedule-too-frequent connector-cannot reads-without-trigger window-unbounded window-key threshold-boundary \
    flow-step-after-end flow-no-end flow-dead-step message-unused declared-unused never-emitted message-missing-value \
    message-too-long message-secret message-mention-all regex-literal regex-always content-runs-out confusable-names \
    approval-nobody suppression-unused suppression-expired suppression-invalid flow-after-leaving muted-cannot-answer \
    person-by-id message-twins-drift log-never-acts log-threshold \
    acts-again award-without-limit";

/// The lints that mend their own examples.
const MENDING: &str = "flow-after-leaving message-unused muted-cannot-answer regex-literal rule-redundant suppression-expired \
    suppression-unused";

#[test]
fn every_lint_of_the_catalogue_has_all_that_is_promised() {
    let names: BTreeSet<&str> = LINTS.iter().map(|lint| lint.name).collect();
    assert_eq!(names, CATALOGUE.split_whitespace().collect());
    let mut mending = Vec::new();
    let mut said = String::new();
    let style = Style { width: 100, ..Style::default() };
    for name in names {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/lints/{name}.md"));
        let page = std::fs::read_to_string(page).unwrap_or_default();
        assert!(
            page.contains("Of the first example it prints:\n\n```text\n"),
            "{name} has no page with what it prints"
        );
        let (failing, passing) = (examples(name, "sop avoid"), examples(name, "sop prefer"));
        assert!(!failing.is_empty() && !passing.is_empty(), "{name} has no examples");
        let fixes = linted(&failing[0], &selection(name), |book, mut sifted| {
            sifted.told.retain(|finding| finding.lint == name);
            let linted = Linted { playbook: "example.sop", book, findings: &sifted.told, allowed: &[], history: None };
            said += &findings::human(&[linted], &Catalogue::new(Lang::Zh), style);
            sifted.told.iter().any(|finding| finding.fix.is_some())
        });
        mending.extend(fixes.then_some(name));
    }
    assert_eq!(mending, MENDING.split_whitespace().collect::<Vec<_>>());
    insta::assert_snapshot!("catalogue_zh", said);
}

/// The page of a lint with what it prints of its first example.
fn document(name: &str) -> String {
    let lint = LINTS.iter().find(|lint| lint.name == name).unwrap();
    let text = examples(name, "sop avoid").remove(0);
    let printed = linted(&text, &selection(name), |book, mut sifted| {
        sifted.told.retain(|finding| finding.lint == name);
        let linted = Linted { playbook: "example.sop", book, findings: &sifted.told, allowed: &[], history: None };
        findings::human(&[linted], &Catalogue::new(Lang::En), Style { width: 100, ..Style::default() })
    });
    format!("{}\nOf the first example it prints:\n\n```text\n{}```\n", page(lint), printed.trim_start_matches('\n'))
}

#[test]
fn pages_are_as_they_are_generated() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints");
    let write = std::env::var_os("QUN_WRITE_PAGES").is_some();
    let mut index = String::from("# Lints\n\nWhat `qun lint` looks for. `qun explain-lint NAME` prints a page.\n");
    for group in Group::ALL {
        index += &format!("\n## {}\n\n", group.name());
        for lint in LINTS.iter().filter(|lint| lint.group == group) {
            index += &format!("- [`{0}`]({0}.md)\n", lint.name);
        }
    }
    let mut pages: Vec<(String, String)> =
        LINTS.iter().map(|lint| (format!("{}.md", lint.name), document(lint.name))).collect();
    pages.push(("README.md".to_owned(), index));
    if write {
        std::fs::create_dir_all(&folder).unwrap();
        pages.iter().for_each(|(file, text)| std::fs::write(folder.join(file), text).unwrap());
    }
    for (file, text) in &pages {
        let there = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert!(there == *text, "docs/lints/{file} is stale: QUN_WRITE_PAGES=1 cargo test --test lint pages");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), pages.len(), "docs/lints has other files");
}

// ---- the command ------------------------------------------------------------------------------------------------------

fn qun(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_qun"));
    command.current_dir(root).env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG");
    command.args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8(output.stderr.clone()).unwrap()
}

const SOP: &str = "community { timezone \"Asia/Shanghai\" }\ntag vip\nmessage unsaid for member \"Hello.\"\n\
    rule tea for member in group {\n  on message.posted\n  when event.text matches /(tea)*/\n  do tag vip\n}\n";

/// A playbook of one file in a folder of its own.
fn folder(name: &str, text: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.sop"), text).unwrap();
    folder
}

#[test]
fn exit_codes_are_promises() {
    let club = folder("lint-exit", SOP);
    let club = club.to_str().unwrap();
    let code = |arguments: &[&str]| qun(arguments).status.code();
    assert_eq!(code(&["lint", club]), Some(1));
    assert_eq!(code(&["lint", club, "--ignore", "regex-always"]), Some(0));
    assert_eq!(code(&["lint", club, "--ignore", "regex-always", "--fail-on", "suspicious"]), Some(1));
    assert_eq!(code(&["lint", club, "--fail-on", "never"]), Some(0));
    assert_eq!(code(&["lint", "no-such-folder"]), Some(2));
    let misspelt = qun(&["lint", club, "--select", "regex-allways"]);
    assert_eq!(misspelt.status.code(), Some(2));
    assert!(text(&misspelt).contains("did you mean `regex-always`?"), "{}", text(&misspelt));
    assert_eq!(code(&["lint", club, "--platform", "discrod"]), Some(2));
    assert_eq!(code(&["explain-lint", "regex-always"]), Some(0));
    assert_eq!(code(&["explain-lint", "regex-allways"]), Some(2));
}

#[test]
fn findings_are_written_in_every_form() {
    let club = folder("lint-forms", SOP);
    let club = club.to_str().unwrap();
    let of = |format: &str| text(&qun(&["lint", club, "--today", "2026-11-26", "--format", format]));
    assert!(
        of("short").contains("a.sop:3:9: warning[message-unused] nothing says the message `unsaid`"),
        "{}",
        of("short")
    );
    assert!(of("github").contains("::error file="), "{}", of("github"));
    assert!(
        of("junit").contains("<failure message=\"nothing says the message `unsaid`\" type=\"message-unused\">"),
        "{}",
        of("junit")
    );
    let schema: serde_json::Value = serde_json::from_str(&text(&qun(&["schema", "lint"]))).unwrap();
    let json: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{json:#}");
    let chinese = text(&qun(&["lint", club, "--lang", "zh"]));
    assert!(chinese.contains("没有任何地方发送文案 `unsaid`"), "{chinese}");
}

/// The schema that OASIS publishes.
fn schema_of_sarif() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let published = include_str!("data/sarif-schema-2.1.0.json");
        // One pattern has a bracket that closes nothing, which only some readers of patterns take for itself.
        let plain = published.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}\\\\]?$");
        assert_ne!(plain, published);
        jsonschema::draft7::new(&serde_json::from_str(&plain).unwrap()).unwrap()
    })
}

/// What is written as SARIF, which keeps to its schema.
fn sarif(arguments: &[&str]) -> serde_json::Value {
    let output = qun(&[&["lint", "--format", "sarif", "--today", "2026-11-26"], arguments].concat());
    let written: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let wrong: Vec<String> =
        schema_of_sarif().iter_errors(&written).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{arguments:?}: {wrong:#?}");
    let read: serde_sarif::sarif::Sarif = serde_json::from_value(written.clone()).unwrap();
    // Whatever the typed form does not know would be missing when it is written again.
    assert_eq!(serde_json::to_value(&read).unwrap(), written);
    written
}

#[test]
fn sarif_is_sarif() {
    let club = folder(
        "lint-sarif",
        &SOP.replace("message unsaid", "# allow(message-unused) reason=\"later\"\nmessage unsaid"),
    );
    let written = sarif(&[club.to_str().unwrap()]);
    let runs = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": {} }] });
    assert!(!schema_of_sarif().is_valid(&runs), "a tool without a driver is none");
    let suppressed = written["runs"][0]["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "message-unused");
    assert_eq!(suppressed.unwrap()["suppressions"][0]["justification"], "later");
}

/// With fixes, witnesses and other places, in both tongues, with a log, of several playbooks, of none with findings.
#[test]
fn sarif_keeps_to_its_schema_whatever_it_tells() {
    let results = |written: &serde_json::Value| written["runs"][0]["results"].as_array().unwrap().clone();
    for lang in ["en", "zh"] {
        let told = results(&sarif(&["tests/lint/flawed", "--select", "all", "--lang", lang]));
        for part in ["fixes", "relatedLocations"] {
            assert!(told.iter().any(|result| result[part].as_array().is_some_and(|all| !all.is_empty())), "{part}");
        }
    }
    let (log, help) = ("tests/data/irc-ubuntu-slice.jsonl.zst", "playbooks/help-channel");
    assert!(results(&sarif(&[help, "--log", log])).iter().any(|result| result["ruleId"] == "log-threshold"));
    assert!(!results(&sarif(&["playbooks/reading-club", "tests/lint/flawed", "--platform", "wecom"])).is_empty());
    assert!(results(&sarif(&["playbooks/flash-sale", "--select", "correctness"])).is_empty());
}

/// Another reader counts in it what the other forms tell.
#[test]
fn junit_is_read_as_it_was_meant() {
    let of = |format: &str| {
        let playbooks = ["lint", "tests/lint/flawed", "playbooks/reading-club"];
        text(&qun(&[&playbooks[..], &["--today", "2026-11-26", "--ignore", "suspicious", "--format", format]].concat()))
    };
    let report = quick_junit::Report::deserialize_from_str(&of("junit")).unwrap();
    let found = of("short").lines().count();
    assert!(found > 3, "{}", of("short"));
    assert_eq!((report.failures, report.tests, report.errors), (found, found + 1, 0));
    let suites: Vec<(&str, usize)> =
        report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.failures)).collect();
    assert_eq!(suites, [("tests/lint/flawed", found), ("playbooks/reading-club", 0)]);
}

#[test]
fn a_baseline_leaves_out_what_is_known() {
    let club = folder("lint-baseline", SOP);
    let baseline = club.join("known.json");
    let (club, known) = (club.to_str().unwrap(), baseline.to_str().unwrap());
    assert_eq!(qun(&["lint", club, "--write-baseline", known]).status.code(), Some(0));
    assert!(text(&qun(&["lint", club, "--baseline", known])).contains("no findings"));
    let more = SOP.to_owned() + "message another for member \"Hello.\"\n";
    std::fs::write(Path::new(club).join("a.sop"), "\n".to_owned() + &more).unwrap();
    let told = text(&qun(&["lint", club, "--baseline", known, "--format", "short"]));
    assert_eq!((told.lines().count(), told.contains("another")), (1, true), "{told}");
}

#[test]
fn only_what_has_changed_is_told() {
    let club = folder("lint-changed", SOP);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        let output = Command::new("git").current_dir(&club).args(identity).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    std::fs::write(club.join("a.sop"), SOP.to_owned() + "message another for member \"Hello.\"\n").unwrap();
    let told = text(&qun(&["lint", club.to_str().unwrap(), "--changed-since", "HEAD", "--format", "short"]));
    assert_eq!((told.lines().count(), told.contains("another")), (1, true), "{told}");
    assert_eq!(qun(&["lint", club.to_str().unwrap(), "--changed-since", "no-such-ref"]).status.code(), Some(2));
}

#[test]
fn a_suppression_covers_its_item_and_no_other() {
    let hidden = "# allow(regex-always) reason=\"a trial\"\n";
    let told = |text: &str| {
        linted(text, &Selection::default(), |_, sifted| sifted.told.iter().filter(|f| f.lint == "regex-always").count())
    };
    assert_eq!(told(SOP), 1);
    assert_eq!(told(&SOP.replace("rule tea", &format!("{hidden}rule tea"))), 0);
    assert_eq!(told(&SOP.replace("tag vip\nmessage", &format!("{hidden}tag vip\nmessage"))), 1);
    assert_eq!(told(&SOP.replace("/(tea)*/", "/(tea)*/   # 允许(regex-always) 理由=“试用”")), 0);
}

/// A finding about two places is let stand at either: by the item, on the line above, at the end of the line.
#[test]
fn a_finding_about_two_places_is_let_stand_at_either() {
    let club = "message news for group from \"content/dated.yaml\"\n\
        calendar morning for group {\n  every day at 08:30  do post news\n}\n";
    let allow = "# allow(content-runs-out) reason=\"the season ends\"";
    let told = |text: &str| {
        let all = Selection::new(&["all".to_owned()], &[]).unwrap();
        let here = |f: &&Finding| matches!(f.lint, "content-runs-out" | "suppression-unused");
        linted(text, &all, |_, sifted| sifted.told.iter().filter(here).map(|f| f.lint).collect::<Vec<_>>())
    };
    assert_eq!(told(club), ["content-runs-out"]);
    for line in ["message", "calendar", "  every"] {
        let above = club.replace(&format!("{line} "), &format!("{allow}\n{line} "));
        assert_eq!(told(&above), Vec::<&str>::new(), "{above}");
    }
    for end in ["dated.yaml\"", "group {", "post news"] {
        let beside = club.replace(&format!("{end}\n"), &format!("{end}  {allow}\n"));
        assert_eq!(told(&beside), Vec::<&str>::new(), "{beside}");
    }
    let elsewhere = format!("{club}{allow}\ntag x\n");
    assert_eq!(told(&elsewhere), ["content-runs-out", "suppression-unused"], "{elsewhere}");
}

/// Every shipped playbook is free of correctness findings.
#[test]
fn shipped_playbooks_are_right() {
    let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("playbooks")).unwrap();
    let mut shipped: Vec<String> =
        folder.map(|entry| format!("playbooks/{}", entry.unwrap().file_name().to_str().unwrap())).collect();
    shipped.sort();
    assert!(shipped.len() >= 4, "{shipped:?}");
    let mut arguments = vec!["lint", "--select", "correctness", "--format", "short"];
    arguments.extend(shipped.iter().map(String::as_str));
    let output = qun(&arguments);
    assert_eq!((output.status.code(), text(&output).as_str()), (Some(0), ""));
}

/// A log is asked the same as by `qun simulate`, and its figures stand in every form that has room for them.
#[test]
fn a_log_says_how_often_each_item_acts() {
    let (playbook, log) = ("playbooks/help-channel", "tests/data/irc-ubuntu-slice.jsonl.zst");
    let json = |arguments: &[&str]| -> serde_json::Value { serde_json::from_str(&text(&qun(arguments))).unwrap() };
    let linted = json(&["lint", playbook, "--log", log, "--format", "json"]);
    let schema = json(&["schema", "lint"]);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(validator.is_valid(&linted), "{linted:#}");
    let report = json(&["simulate", playbook, "--log", log, "--format", "json"]);
    let fired: Vec<(&str, u64)> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["name"].as_str().unwrap(), item["fired"].as_u64().unwrap()))
        .collect();
    let acted = linted["playbooks"][0]["history"]["acted"].as_array().unwrap();
    let acted: Vec<(&str, u64)> =
        acted.iter().map(|acted| (acted["item"].as_str().unwrap(), acted["times"].as_u64().unwrap())).collect();
    assert!(acted.len() > 20 && acted.iter().any(|(_, times)| *times > 100), "{acted:?}");
    assert!(acted.iter().all(|one| fired.contains(one)), "{acted:?}\n{fired:?}");
    let told = linted["playbooks"][0]["findings"].as_array().unwrap().iter().filter(|f| f["lint"] == "log-threshold");
    let told: Vec<&str> = told.map(|finding| finding["headline"].as_str().unwrap()).collect();
    assert!(told.iter().any(|headline| headline.contains("with 4 it is 46, with 6 27")), "{told:?}");
}

/// Whoever writes `流程` is shown `停止 当`, and whoever writes `flow` `stop on`.
#[test]
fn findings_quote_code_in_the_tongue_of_the_playbook() {
    const LEAVERS: &str = "community { timezone \"Asia/Shanghai\" }\nrole owner\n\
        flow hello for member in group {\n  start on member.joined\n  after 3d do dm \"Hello.\"\n}\n";
    let told = |text: &str, lang: &str| text_of_lint(text, lang);
    let english = folder("lint-quotes", LEAVERS).join("a.sop");
    assert_eq!(qun(&["fmt", "--lang", "zh", english.to_str().unwrap()]).status.code(), Some(0));
    let chinese = std::fs::read_to_string(&english).unwrap();
    assert!(chinese.contains("流程 hello"), "{chinese}");
    assert!(told(LEAVERS, "zh").contains("`stop on member.left`"), "{}", told(LEAVERS, "zh"));
    assert!(told(&chinese, "zh").contains("`停止 当 成员.离开`"), "{}", told(&chinese, "zh"));
    assert!(told(&chinese, "en").contains("`stop on member.left`"), "{}", told(&chinese, "en"));
}

/// What `qun run` would refuse at its start is told by lint with the configuration, and fails the build.
#[test]
fn what_no_connector_can_do_is_told_before_a_run() {
    const ROBOT: &str = "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_NONE\nallow: [mute]\nconnectors:\n  office:\n    \
        kind: wecom\n    url: env:QUN_NONE\n";
    let mute = SOP.replace("do tag vip", "do mute 1d").replace("/(tea)*/", "/tea/");
    let club = folder("lint-config", &mute);
    let config = club.join("qun.yaml");
    let arguments = ["lint", club.to_str().unwrap(), "--config", config.to_str().unwrap(), "--format", "short"];
    std::fs::write(&config, ROBOT).unwrap();
    let told = qun(&arguments);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    assert!(text(&told).contains("error[connector-cannot]"), "{}", text(&told));
    let chinese = qun(&[&arguments[..], &["--lang", "zh"]].concat());
    assert!(text(&chinese).contains("无法执行 `mute`"), "{}", text(&chinese));
    let started = qun(&["run", club.to_str().unwrap(), "--config", config.to_str().unwrap()]);
    let headline = text(&told).lines().find(|line| line.contains("connector-cannot")).unwrap().to_owned();
    let headline = headline.split_once("] ").unwrap().1;
    assert_eq!(started.status.code(), Some(1), "{}", text(&started));
    assert!(text(&started).contains(headline), "{headline}\n{}", text(&started));
    // What is dropped on purpose is no mistake, and a run that only records needs no connector.
    std::fs::write(&config, format!("{ROBOT}routes:\n  - actions: [mute]\n    to: none\n  - to: office\n")).unwrap();
    assert_eq!(qun(&arguments).status.code(), Some(0), "{}", text(&qun(&arguments)));
    std::fs::write(&config, "store: qun.db\nlisten: 127.0.0.1:0\ntoken: env:QUN_NONE\n").unwrap();
    assert_eq!(qun(&arguments).status.code(), Some(0), "{}", text(&qun(&arguments)));
    std::fs::write(&config, "stoer: qun.db\n").unwrap();
    assert_eq!(qun(&arguments).status.code(), Some(1));
}

/// A playbook that is begun with `qun new` starts without a finding.
#[test]
fn the_starter_is_clean() {
    let club = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint-starter");
    let _ = std::fs::remove_dir_all(&club);
    let club = club.to_str().unwrap();
    assert_eq!(qun(&["new", club]).status.code(), Some(0));
    assert_eq!(text(&qun(&["lint", club, "--format", "short"])), "");
}

/// Days that months lack and hours that clocks skip are told wherever a schedule stands.
#[test]
fn reviews_and_samples_have_schedules_too() {
    let told = |text: &str, lint: &str| linted(text, &alone(lint), |book, sifted| here(lint, &sifted.told, book).len());
    let tiers = "tiers level for member {\n  tier plain\n  tier good when count(purchase.made) > 3\n  \
        review every month on day 31 at 03:00\n  demote after 1 reviews\n}\n";
    assert_eq!(told(tiers, "day-rare"), 1);
    assert_eq!(told(&tiers.replace("day 31", "last day"), "day-rare"), 0);
    let york = "community { timezone \"America/New_York\" }\nmetric crowd for group every day at 02:30 = group.size\n";
    assert_eq!(told(york, "clock-change"), 1);
    assert_eq!(told(&york.replace("02:30", "03:30"), "clock-change"), 0);
    // What is said of spring is not said of autumn.
    let dates = linted(york, &alone("clock-change"), |_, sifted| Catalogue::new(Lang::En).say(&sifted.told[0].text));
    assert!(dates.ends_with("skip 02:30 on 2027-03-14, 2028-03-12"), "{dates}");
}

/// What lint tells of a playbook to people.
fn text_of_lint(playbook: &str, lang: &str) -> String {
    let folder = folder("lint-quoted", playbook);
    text(&qun(&["lint", folder.to_str().unwrap(), "--lang", lang]))
}

/// One playbook with a defect of many kinds, read as its owner would.
#[test]
fn a_flawed_playbook_is_told_what_is_wrong() {
    let told = |lang: &str| {
        let arguments = ["lint", "tests/lint/flawed", "--today", "2026-11-26", "--format", "short", "--lang", lang];
        text(&qun(&arguments))
    };
    insta::assert_snapshot!("flawed_en", told("en"));
    insta::assert_snapshot!("flawed_zh", told("zh"));
}
