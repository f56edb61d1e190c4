//! The differential test: random playbooks and logs, in the engine and in the oracle.
//!
//! `QUN_CASES` says how many cases are tried, `QUN_SEED` from which seed on, `QUN_TOLD` how many sorts of
//! disagreement are told, `QUN_ENOUGH` how many end the run; `QUN_COVERAGE` prints what the cases came to.

use crate::case::{Case, Outcome};
use crate::coverage::Coverage;
use crate::generate;
use crate::generate::draft::Draft;
use crate::{certainty, engine, evaluate, regressions, shrink};
use qun::engine::Program;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

/// How many cases a plain run of the tests tries.
const PLAIN: u64 = 20_000;

/// How many cases that disagree end a run.
const ENOUGH: u64 = 60;

/// The name of the threads that try cases.
const CASES: &str = "cases";

/// How many sorts of disagreement are made small and told, each once.
const TOLD: u64 = 4;

pub fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(otherwise)
}

/// A case of a seed with its program, or why the checker does not take it.
pub fn case_of(seed: u64, narrow: bool) -> Result<(Draft, Program), Box<(Draft, String)>> {
    let draft = generate::playbook(seed, narrow);
    let program = match engine::program(&draft.case()) {
        Ok(program) => program,
        Err(why) => return Err(Box::new((draft, why))),
    };
    let simulate = |draft: &Draft| {
        let run = || engine::run_program(&program, &draft.case(), 1).ok();
        catch_unwind(AssertUnwindSafe(run)).ok().flatten()
    };
    Ok((generate::answered(draft, seed, &simulate), program))
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

/// Makes an outcome wrong on purpose, to see that this is found and made small.
type Falsify<'f> = &'f dyn Fn(&mut Outcome);

/// What is wrong with a case: `None` where engine and oracle agree, or the checker does not take it.
fn disagreement(draft: &Draft, falsify: Falsify<'_>) -> Option<Disagreement> {
    let case = draft.case();
    compare(&engine::program(&case).ok()?, &case, falsify)
}

fn compare(program: &Program, case: &Case, falsify: Falsify<'_>) -> Option<Disagreement> {
    let engine = match catch_unwind(AssertUnwindSafe(|| engine::run_program(program, case, 1))) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(why)) => return Some(Disagreement::new(why.lines().next().unwrap_or_default(), why.clone())),
        Err(why) => return Some(Disagreement::new("the engine panics", words(&why))),
    };
    match catch_unwind(AssertUnwindSafe(|| evaluate::evaluate(case))) {
        Ok(mut oracle) => {
            falsify(&mut oracle);
            difference(&engine, &oracle).or_else(|| never_wrong(program, case)).or_else(|| apart(program, case))
        }
        Err(why) => Some(Disagreement::new("the oracle panics", words(&why))),
    }
}

/// What is called certain holds also where the playbook really acts.
fn never_wrong(program: &Program, case: &Case) -> Option<Disagreement> {
    let wrong = certainty::wrong(program, case).unwrap_or_else(Some)?;
    Some(Disagreement::new("certain", wrong))
}

/// Where groups can be run apart, parts come to what one run does.
fn apart(program: &Program, case: &Case) -> Option<Disagreement> {
    let differs = |count| engine::apart(program, case, count).unwrap_or_else(Some);
    let wrong = if program.can_run_apart() { differs(2).or_else(|| differs(3)) } else { None };
    Some(Disagreement::new("apart", wrong?))
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
pub fn all(first: u64, many: u64, each: &(dyn Fn(u64) + Sync)) {
    let next = AtomicU64::new(first);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(2) {
            let work = || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + many {
                        break;
                    }
                    each(seed);
                }
            };
            thread::Builder::new().name(CASES.to_owned()).spawn_scoped(scope, work).unwrap();
        }
    });
}

#[test]
fn engine_and_oracle_agree() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", PLAIN));
    let found = Mutex::new(Vec::new());
    let enough = number("QUN_ENOUGH", ENOUGH) as usize;
    let coverage = Mutex::new(Coverage::default());
    let counts = std::env::var_os("QUN_COVERAGE").is_some();
    let usual = std::panic::take_hook();
    // What panics in a case is told in the end, and only once.
    std::panic::set_hook(Box::new(move |why| {
        if thread::current().name() != Some(CASES) {
            usual(why);
        }
    }));
    all(first, many, &|seed| {
        if found.lock().unwrap().len() >= enough && !counts {
            return;
        }
        let (draft, program) = match case_of(seed, false) {
            Ok(taken) => taken,
            Err(refused) => {
                let (draft, why) = *refused;
                let why = Disagreement::new("the checker does not take it", why);
                return found.lock().unwrap().push((seed, draft, why));
            }
        };
        let case = draft.case();
        if counts {
            let outcome = engine::run_program(&program, &case, 1).unwrap_or_default();
            coverage.lock().unwrap().add(&draft, &outcome);
        }
        if let Some(why) = compare(&program, &case, &|_| {}) {
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
    let wrong = |draft: &Draft| disagreement(draft, &|_| {});
    let remains = |draft: &Draft| wrong(draft).is_some_and(|why| why.sort == sort);
    let small = shrink::smallest(draft, &remains);
    let why = wrong(&small).map(|why| why.told).unwrap_or_default();
    let case = small.case();
    let path = regressions::write(&format!("seed-{seed}"), &case);
    let files: String = case.files.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
    let contents: String = case.contents.iter().map(|(path, text)| format!("--- {path}\n{text}\n")).collect();
    let directory = case.directory.map(|text| format!("--- directory.yaml\n{text}")).unwrap_or_default();
    let (until, log) = (case.until.unwrap_or_default(), case.log.join("\n"));
    let path = path.display();
    format!("seed {seed}, {sort}: {path}\n{files}{contents}{directory}--- log.jsonl until {until}\n{log}\n{why}\n")
}

/// An oracle that loses every decision of an action is found out, and the case of it becomes small.
#[test]
fn a_planted_difference_is_made_small() {
    for action in ["tag", "post", "task", "strike", "mute"] {
        let sort = format!("\"action\":\"{action}\"");
        let lose = |outcome: &mut Outcome| outcome.decisions.retain(|line| !line.contains(&sort));
        let case_of = |seed: u64| Some(case_of(seed, false).ok()?.0);
        let wrong = |draft: &Draft| disagreement(draft, &lose).is_some();
        let draft = (0..1_000).filter_map(case_of).find(wrong).expect("a case in which somebody does it");
        let small = shrink::smallest(draft, &wrong).case();
        let lines: usize =
            small.files.iter().map(|(_, text)| text.lines().filter(|line| !line.is_empty()).count()).sum();
        assert!(lines <= 14 && small.log.len() <= 2, "{action}: {lines} lines\n{:?}\n{:#?}", small.files, small.log);
    }
}

#[test]
fn the_same_case_comes_to_the_same() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", PLAIN) / 40);
    let bad = Mutex::new(Vec::new());
    let done = AtomicUsize::new(0);
    all(first, many, &|seed| {
        let Ok((draft, _)) = case_of(seed, false) else { return bad.lock().unwrap().push((seed, None)) };
        let case = draft.case();
        let answers: Vec<_> = [1, 1, 2].iter().map(|threads| engine::run(&case, *threads)).collect();
        if answers[0].is_err() || answers.iter().any(|answer| *answer != answers[0]) {
            bad.lock().unwrap().push((seed, answers[0].clone().err()));
        }
        done.fetch_add(1, Ordering::Relaxed);
    });
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(done.into_inner() as u64, many);
}

/// What a run remembers can be written down and read back at any point: what comes after is the same, byte for byte.
#[test]
fn a_run_goes_on_from_what_it_has_written_down() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", PLAIN) / 20);
    let bad = Mutex::new(Vec::new());
    let (stopped, decided) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(first, many, &|seed| {
        let Ok((draft, program)) = case_of(seed, false) else { return bad.lock().unwrap().push((seed, None)) };
        let case = draft.case();
        let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut stops = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let stop = (dice >> 33) % 4 == 0;
            stopped.fetch_add(usize::from(stop), Ordering::Relaxed);
            stop
        };
        let parts = engine::run_in_parts(&program, &case, &mut stops);
        let whole = engine::run_in_parts(&program, &case, &mut || false);
        decided.fetch_add(whole.as_ref().map_or(0, |whole| whole.decisions.len()), Ordering::Relaxed);
        if parts.is_err() || parts != whole || whole != engine::run_program(&program, &case, 1) {
            let told = parts.and_then(|parts| Ok(difference(&parts, &whole?).map(|why| why.told)));
            bad.lock().unwrap().push((seed, Some(told)));
        }
    });
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(stopped.into_inner() as u64 > many / 2 && decided.into_inner() as u64 > many / 2);
}

/// Groups that can be run apart come to the same, byte for byte, in how many parts ever.
#[test]
fn groups_run_apart_come_to_the_same() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", PLAIN) / 10);
    let found = Mutex::new(Vec::new());
    let (ran, decided) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(first, many, &|seed| {
        let Ok((draft, program)) = case_of(seed, true) else { return };
        if program.can_run_apart() {
            let case = draft.case();
            ran.fetch_add(1, Ordering::Relaxed);
            let decisions = engine::run_program(&program, &case, 1).map_or(0, |outcome| outcome.decisions.len());
            decided.fetch_add(decisions, Ordering::Relaxed);
            if let Some(why) = compare(&program, &case, &|_| {}) {
                found.lock().unwrap().push((seed, draft, why));
            }
        }
    });
    let mut found = found.into_inner().unwrap();
    let seeds: Vec<u64> = found.iter().map(|(seed, ..)| *seed).collect();
    let first = (!found.is_empty()).then(|| found.swap_remove(0));
    let told = first.map(|(seed, draft, why)| told(&why.sort, (seed, draft))).unwrap_or_default();
    assert!(seeds.is_empty(), "{told}\nseeds {seeds:?}");
    let (ran, decided) = (ran.into_inner() as u64, decided.into_inner() as u64);
    assert!(ran * 10 >= many && decided >= ran, "{ran} of {many} playbooks can be run apart, with {decided} decisions");
}
