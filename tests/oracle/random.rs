//! The differential test: random playbooks and logs, in the engine and in the oracle.
//!
//! `QUN_CASES` says how many cases are tried, `QUN_SEED` from which seed on, `QUN_TOLD` how many sorts of
//! disagreement are told, `QUN_ENOUGH` how many end the run; `QUN_COVERAGE` prints what the cases came to.

use crate::case::{Case, Outcome};
use crate::coverage::Coverage;
use crate::generate;
use crate::generate::draft::Draft;
use crate::{engine, evaluate, regressions, shrink};
use qun::engine::Program;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

/// How many cases a plain run of the tests tries; a build without optimisation is slow.
const FEW: u64 = if cfg!(debug_assertions) { 150 } else { 1_500 };

/// How many cases that disagree end a run.
const ENOUGH: u64 = 60;

/// How many sorts of disagreement are made small and told, each once.
const TOLD: u64 = 4;

/// Seeds of cases in which engine and oracle disagree and nobody has settled yet which of them is right, or why: these
/// alone are passed over. The list only ever gets shorter.
const UNSETTLED: &str = include_str!("unsettled.txt");

fn unsettled() -> BTreeSet<u64> {
    UNSETTLED.split_whitespace().filter_map(|seed| seed.parse().ok()).collect()
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(otherwise)
}

/// A case of a seed with its program; `None` where the checker does not take it, which is another test's matter.
fn case_of(seed: u64) -> Option<(Draft, Program)> {
    let draft = generate::playbook(seed);
    let program = engine::program(&draft.case()).ok()?;
    let simulate = |draft: &Draft| {
        let run = || engine::run_program(&program, &draft.case(), 1).ok();
        catch_unwind(AssertUnwindSafe(run)).ok().flatten()
    };
    Some((generate::answered(draft, seed, &simulate), program))
}

/// In what engine and oracle disagree.
pub struct Disagreement {
    /// Of what sort it is: alike for alike disagreements.
    pub sort: String,
    pub told: String,
}

impl Disagreement {
    fn new(sort: &str, told: String) -> Disagreement {
        Disagreement { sort: sort.to_owned(), told }
    }
}

/// What is wrong with a case: `None` where engine and oracle agree, or the checker does not take it.
pub fn disagreement(draft: &Draft) -> Option<Disagreement> {
    let case = draft.case();
    compare(&engine::program(&case).ok()?, &case)
}

fn compare(program: &Program, case: &Case) -> Option<Disagreement> {
    let engine = match catch_unwind(AssertUnwindSafe(|| engine::run_program(program, case, 1))) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => return None,
        Err(why) => return Some(Disagreement::new("the engine panics", words(&why))),
    };
    match catch_unwind(AssertUnwindSafe(|| evaluate::evaluate(case))) {
        Ok(oracle) => difference(&engine, &oracle),
        Err(why) => Some(Disagreement::new("the oracle panics", words(&why))),
    }
}

fn words(why: &Box<dyn std::any::Any + Send>) -> String {
    let text = why.downcast_ref::<String>().cloned();
    text.or_else(|| why.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// The first record in which two outcomes differ.
pub fn difference(engine: &Outcome, oracle: &Outcome) -> Option<Disagreement> {
    for (what, engine, oracle) in
        [("decision", &engine.decisions, &oracle.decisions), ("sample", &engine.samples, &oracle.samples)]
    {
        let most = engine.len().max(oracle.len());
        if let Some(n) = (0..most).find(|n| engine.get(*n) != oracle.get(*n)) {
            let before = n.checked_sub(1).and_then(|n| engine.get(n)).map_or("", String::as_str);
            let (engine, oracle) = (engine.get(n).map(String::as_str), oracle.get(n).map(String::as_str));
            let sort = format!("{what}: {}", sort_of(engine, oracle));
            let (engine, oracle) = (engine.unwrap_or("nothing"), oracle.unwrap_or("nothing"));
            let told = format!("{what} {n} differs\n  before: {before}\n  engine: {engine}\n  oracle: {oracle}");
            return Some(Disagreement { sort, told });
        }
    }
    let told = || format!("cut chains: engine {}, oracle {}", engine.cut, oracle.cut);
    (engine.cut != oracle.cut).then(|| Disagreement::new("cut chains", told()))
}

/// Of what sort a difference of two records is.
fn sort_of(engine: Option<&str>, oracle: Option<&str>) -> String {
    let read = |line: Option<&str>| line.and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
    let (engine, oracle) = (read(engine), read(oracle));
    let about = |record: &Value| {
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        let reason = word("reason");
        let reason = reason.split(' ').next().unwrap_or_default().to_owned();
        [word("action"), word("status"), reason].join(" ")
    };
    if engine.is_null() || oracle.is_null() || engine["id"] != oracle["id"] {
        return format!("engine {}, oracle {}", about(&engine), about(&oracle));
    }
    let keys =
        ["at", "action", "group", "member", "args", "status", "reason", "item", "source", "causes", "value", "per"];
    let differ: Vec<&str> = keys.into_iter().filter(|key| engine[*key] != oracle[*key]).collect();
    format!("{} in {}", about(&engine), differ.join(", "))
}

/// Tries cases on both cores; calls `each` for every one.
fn all(first: u64, many: u64, each: &(dyn Fn(u64) + Sync)) {
    let next = AtomicU64::new(first);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(2) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + many {
                        break;
                    }
                    each(seed);
                }
            });
        }
    });
}

#[test]
fn engine_and_oracle_agree() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", FEW));
    let (found, unsettled) = (Mutex::new(Vec::new()), unsettled());
    let enough = number("QUN_ENOUGH", ENOUGH) as usize;
    let coverage = Mutex::new(Coverage::default());
    let counts = std::env::var_os("QUN_COVERAGE").is_some();
    std::panic::set_hook(Box::new(|_| {}));
    all(first, many, &|seed| {
        if found.lock().unwrap().len() >= enough && !counts {
            return;
        }
        let Some((draft, program)) = case_of(seed) else { return };
        let case = draft.case();
        if counts {
            let outcome = engine::run_program(&program, &case, 1).unwrap_or_default();
            coverage.lock().unwrap().add(&draft, &outcome);
        }
        if unsettled.contains(&seed) {
            return;
        }
        if let Some(why) = compare(&program, &case) {
            found.lock().unwrap().push((seed, draft, why));
        }
    });
    if counts {
        println!("{}", coverage.into_inner().unwrap());
    }
    let mut sorts: BTreeMap<String, Vec<(u64, Draft)>> = BTreeMap::new();
    let found = found.into_inner().unwrap();
    let seeds: BTreeSet<u64> = found.iter().map(|(seed, _, _)| *seed).collect();
    for (seed, draft, why) in found {
        sorts.entry(why.sort).or_default().push((seed, draft));
    }
    let mut sorts: Vec<_> = sorts.into_iter().collect();
    sorts.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    let all: Vec<String> = sorts.iter().map(|(sort, cases)| format!("{} times {sort}", cases.len())).collect();
    let first = sorts.into_iter().take(number("QUN_TOLD", TOLD) as usize);
    let told: Vec<String> = first.map(|(sort, mut cases)| told(&sort, cases.swap_remove(0))).collect();
    let _ = std::panic::take_hook();
    assert!(seeds.is_empty(), "\n{}\n\n{}\n\nseeds {seeds:?}", told.join("\n"), all.join("\n"));
}

/// Makes a disagreement small, writes it down and says where.
fn told(sort: &str, (seed, draft): (u64, Draft)) -> String {
    let remains = |draft: &Draft| disagreement(draft).is_some_and(|why| why.sort == sort);
    let small = shrink::smallest(draft, &remains);
    let why = disagreement(&small).map(|why| why.told).unwrap_or_default();
    let case = small.case();
    let path = regressions::write(&format!("seed-{seed}"), &case);
    let files: String = case.files.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
    let contents: String = case.contents.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
    let directory = case.directory.map(|text| format!("--- directory.yaml\n{text}")).unwrap_or_default();
    let (until, log) = (case.until.unwrap_or_default(), case.log.join("\n"));
    let path = path.display();
    format!("seed {seed}, {sort}: {path}\n{files}{contents}{directory}--- log.jsonl until {until}\n{log}\n{why}\n")
}

#[test]
fn every_playbook_is_taken() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", FEW));
    let wrong = Mutex::new(BTreeMap::<String, (usize, u64, String)>::new());
    all(first, many, &|seed| {
        let case = generate::playbook(seed).case();
        if let Err(why) = engine::plan(&case) {
            let head: String = why.lines().next().unwrap_or_default().to_owned();
            let key = head.split('(').next().unwrap_or_default().to_owned();
            let key = key.split('`').next().unwrap_or_default().to_owned();
            wrong.lock().unwrap().entry(key).or_insert((0, seed, head)).0 += 1;
        }
    });
    let wrong = wrong.into_inner().unwrap();
    let told: Vec<String> =
        wrong.values().map(|(count, seed, head)| format!("{count} times, as with seed {seed}: {head}")).collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

#[test]
fn the_same_case_comes_to_the_same() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", FEW) / 4);
    let bad = Mutex::new(Vec::new());
    let done = AtomicUsize::new(0);
    all(first, many, &|seed| {
        let case = case_of(seed).unwrap().0.case();
        let answers: Vec<_> = [1, 1, 2].iter().map(|threads| engine::run(&case, *threads)).collect();
        if answers.iter().any(|answer| *answer != answers[0]) {
            bad.lock().unwrap().push((seed, answers[0].clone().err()));
        }
        done.fetch_add(1, Ordering::Relaxed);
    });
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(done.into_inner() as u64, many);
}
