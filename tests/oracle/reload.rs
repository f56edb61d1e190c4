//! Another version of a playbook takes over a run: one that says the same changes nothing.

use crate::case::Case;
use crate::engine;
use crate::random::{all, case_of, difference, number};
use qun::engine::{Fate, Reload};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Things that no log and no other item knows of. Their file comes first, so that all that is numbered has another number.
const STRANGERS: &str = r#"
kind zz_kind
role zz_role
tag zz_tag
class zz_class
points zz_points
field zz_field: text for member
event zz.happened for member in group { zz_number: number }
message zz_message for member in group "zz {member.name}"
pool zz_pool { zz_message }
let zz_let for member in group = count(zz.happened, last 3d)
segment zz_segment for member in group when member.zz_let > 9
tiers zz_tiers for member in group { tier zz_low  tier zz_high when member.zz_let > 5 }
ladder zz_ladder for member in group { strikes last 30d  at 1 do warn "{reason}" }
rule zz_rule for member in group {
  on zz.happened when event.zz_number > 3 and distinct(zz.happened.zz_number, last 7d) > 2
  do { tag zz_tag  award 1 zz_points  strike zz_ladder  post from zz_pool as zz_class }
  once per 1d
}
flow zz_flow for member in group { start on zz.happened  after 1d when member.zz_let > 1 do dm zz_message }
limit zz_limit for member in group { on award at most 1000000 per day  else skip }
"#;

/// Cases in which a flow that stops or restarts by an event also starts by it.
const STUMBLED: [u64; 4] = [154, 5274, 5426, 5596];

/// Every second case pins its flows, so that old flows are run on.
fn prepared(case: &Case, seed: u64) -> Case {
    let mut case = case.clone();
    if seed.is_multiple_of(2) {
        for (_, text) in &mut case.files {
            let pinned = |line: &str| {
                let begins = line.starts_with("flow ") && line.ends_with('{');
                if begins { format!("{line}\n  on change pin") } else { line.to_owned() }
            };
            *text = text.lines().map(pinned).collect::<Vec<_>>().join("\n");
        }
    }
    case
}

/// The same playbook, with strangers before all the rest, and without the policies, which change no place.
fn with_strangers(case: &Case) -> Case {
    let mut case = case.clone();
    case.files.push(("!strangers.sop".to_owned(), STRANGERS.to_owned()));
    case
}

#[test]
fn a_version_that_says_the_same_changes_nothing() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", 20_000) / 80);
    let bad = Mutex::new(Vec::new());
    let (pinned, went_on, decided) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let attempt = |seed: u64| {
        let Ok((draft, _)) = case_of(seed, false) else {
            return bad.lock().unwrap().push((seed, "refused".to_owned()));
        };
        let case = prepared(&draft.case(), seed);
        let program = engine::program(&case).unwrap();
        let whole = engine::run_reloaded(&program, &case, &program.plan, &mut || false).unwrap().0;
        assert_eq!(Ok(&whole), engine::run_program(&program, &case, 1).as_ref(), "seed {seed}");
        decided.fetch_add(whole.decisions.len(), Ordering::Relaxed);
        let strangers = engine::plan(&with_strangers(&case)).unwrap();
        let same = engine::plan(&case).unwrap();
        for (name, other) in [("the same", same), ("strangers", strangers)] {
            let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut stops = || {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (dice >> 33).is_multiple_of(5)
            };
            match engine::run_reloaded(&program, &case, &other, &mut stops) {
                Ok((outcome, reports)) => {
                    let why = difference(&outcome, &whole).map(|why| why.told).or_else(|| lost(&reports));
                    bad.lock().unwrap().extend(why.map(|why| (seed, format!("{name}: {why}"))));
                    let fates = |fate: Fate| -> usize {
                        let journeys = reports.iter().flat_map(|report| &report.journeys);
                        journeys.filter(|(journey, _)| journey.fate == fate).map(|(_, count)| count).sum()
                    };
                    pinned.fetch_add(fates(Fate::Pinned), Ordering::Relaxed);
                    went_on.fetch_add(fates(Fate::GoesOn), Ordering::Relaxed);
                }
                Err(why) => bad.lock().unwrap().push((seed, format!("{name}: {why}"))),
            }
        }
    };
    STUMBLED.into_iter().for_each(&attempt);
    all(first, many, &attempt);
    let bad = bad.into_inner().unwrap();
    let first: Vec<_> = bad.iter().take(3).collect();
    let texts = bad.first().and_then(|(seed, _)| Some(prepared(&case_of(*seed, false).ok()?.0.case(), *seed)));
    let texts = texts.map(|case| {
        case.files
            .iter()
            .map(|(path, text)| format!("--- {path}\n{text}\n"))
            .chain(case.log.iter().map(|line| format!("{line}\n")))
            .collect::<String>()
    });
    let texts = texts.unwrap_or_default();
    let seeds: Vec<u64> = bad.iter().map(|(seed, _)| *seed).collect();
    assert!(bad.is_empty(), "{} of {many}: {seeds:?}\n{first:#?}\n{texts}", bad.len());
    let (pinned, went_on, decided) = (pinned.into_inner(), went_on.into_inner(), decided.into_inner());
    println!("{pinned} journeys pinned, {went_on} went on, {decided} decisions");
    // So few cases as are tried in haste may have none.
    assert!(many < 100 || pinned as u64 > many / 8 && went_on as u64 > many / 8 && decided as u64 > many / 2);
}

/// Whatever version takes over, the run goes on, and comes to the same when it is written down and read back after that.
#[test]
fn any_other_version_takes_over() {
    let (first, many) = (number("QUN_SEED", 0), number("QUN_CASES", 20_000) / 80);
    let bad = Mutex::new(Vec::new());
    let (reloads, dropped, fresh) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    all(first, many, &|seed| {
        let (Ok((draft, _)), Ok((other, _))) = (case_of(seed, false), case_of(seed + 1, false)) else { return };
        let (case, other) = (prepared(&draft.case(), seed), prepared(&other.case(), seed + 1));
        let program = engine::program(&case).unwrap();
        let other = engine::plan(&other).unwrap();
        let run = |restarts: bool| {
            let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut stops = || {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (dice >> 33).is_multiple_of(5)
            };
            engine::decisions_reloaded(&program, &case, &other, &mut stops, restarts)
        };
        let (through, restarted) = (run(false), run(true));
        if through.is_err() || through != restarted {
            bad.lock().unwrap().push((seed, through.err()));
        } else if let Ok((_, reports)) = through {
            reloads.fetch_add(reports.len(), Ordering::Relaxed);
            dropped.fetch_add(reports.iter().map(|report| report.dropped.len()).sum(), Ordering::Relaxed);
            fresh.fetch_add(reports.iter().map(|report| report.fresh.len()).sum(), Ordering::Relaxed);
        }
    });
    let bad = bad.into_inner().unwrap();
    assert!(bad.is_empty(), "{bad:?}");
    let (reloads, dropped, fresh) = (reloads.into_inner(), dropped.into_inner(), fresh.into_inner());
    println!("{reloads} reloads, {dropped} sorts of things dropped, {fresh} pasts begun");
    assert!(many < 100 || [reloads, dropped, fresh].iter().all(|count| *count as u64 > many / 2));
}

/// What was dropped or begun anew, or whose journey ended, though nothing had changed.
fn lost(reports: &[Reload]) -> Option<String> {
    reports.iter().find_map(|report| {
        let strange = |fresh: &&qun::engine::Fresh| !fresh.kind.starts_with("zz.");
        let ends = report.journeys.keys().any(|journey| journey.fate.ends());
        let fresh: Vec<_> = report.fresh.iter().filter(strange).collect();
        (ends || !report.dropped.is_empty() || !fresh.is_empty()).then(|| format!("{report:#?}"))
    })
}
