//! How long `qun lint` takes with the number of rules: `cargo bench --bench lint` prints the time for playbooks of 500 to
//! 4,000 rules, which are made (`made/rules.rs`), the same ones each time; and for all shipped playbooks together.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use qun::Compiled;
use qun::check::content::NoContents;
use qun::engine::Program;
use qun::lint::book::{Book, Given};
use qun::lint::{Selection, lint, platform};
use qun::syntax::source::Sources;
use qun::time::Instant;

#[path = "made/rules.rs"]
mod rules_made;

fn main() {
    divan::main();
}

/// All lints over so many rules.
#[divan::bench(args = [500, 1000, 2000, 4000], sample_count = 3, sample_size = 1)]
fn rules(bencher: divan::Bencher<'_, '_>, rules: usize) {
    let mut sources = Sources::new();
    sources.add("bench.sop", rules_made::playbook(rules));
    let compiled = qun::compile_sources(sources, &NoContents);
    let plan = compiled.plan.clone().unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let program = Program::new(plan).unwrap();
    bencher.counter(divan::counter::ItemsCount::new(rules)).bench(|| found(&compiled, &program));
}

/// All lints that are on unless something is said over every shipped playbook, from their files on.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn shipped(bencher: divan::Bencher<'_, '_>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("playbooks");
    let mut playbooks: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    playbooks.sort();
    bencher.bench(|| playbooks.iter().map(|path| of_disk(path)).sum::<usize>());
}

fn of_disk(path: &std::path::Path) -> usize {
    let loaded = qun::load::load(path).unwrap();
    let compiled = qun::compile(&loaded);
    let program = Program::new(compiled.plan.clone().unwrap()).unwrap();
    let given = Given {
        compiled: &compiled,
        program: &program,
        contents: &loaded.folder,
        directory: None,
        platform: None,
        now: Instant::parse("2026-11-26T12:00:00+08:00").unwrap(),
    };
    lint(&Book::new(given), &Selection::default()).len()
}

fn found(compiled: &Compiled, program: &Program) -> usize {
    let given = Given {
        compiled,
        program,
        contents: &NoContents,
        directory: None,
        platform: platform::named("telegram"),
        now: Instant::parse("2026-11-26T12:00:00+08:00").unwrap(),
    };
    let selection = Selection::new(&["all".to_owned()], &[]).unwrap();
    lint(&Book::new(given), &selection).len()
}
