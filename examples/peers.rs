use qun::check::{check, content::NoContents};
use qun::engine::*;
use qun::log::*;
use qun::syntax::source::{Sources, parse};
use std::collections::BTreeMap;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut s = Sources::new();
    s.add("a.sop", std::fs::read_to_string(&a[1]).unwrap());
    let (tree, errs) = parse(&s);
    assert!(errs.is_empty(), "{errs:?}");
    let c = check(&tree, &s, &NoContents);
    for d in &c.diagnostics {
        println!("{d:?}");
    }
    let program = Program::new(c.plan.unwrap()).unwrap();
    let mut reader = LogReader::open(&a[2..], Decoder::new(&program.plan), ReadOptions::default()).unwrap();
    let mut state = State::new(&program);
    let mut out = Output::default();
    let t = std::time::Instant::now();
    let mut n = 0;
    let mut c: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut drain = |out: &mut Output, program: &Program| {
        for d in out.decisions.drain(..) {
            let e = c
                .entry(format!(
                    "{} {} {}",
                    program.item_name(d.item),
                    program.name(d.action),
                    if a[1].contains("peers") { "" } else { d.status.word() }
                ))
                .or_default();
            e.0 += 1;
            e.1 += (d.at.ms() % 1000003) as u64;
        }
        out.samples.clear();
    };
    while let Some(e) = reader.next().unwrap() {
        while state.next_due().is_some_and(|d| d <= e.at) {
            step(&program, &mut state, Input::Timer, &mut out);
        }
        step(&program, &mut state, Input::Event(&e), &mut out);
        n += 1;
        drain(&mut out, &program);
    }
    let secs = t.elapsed().as_secs_f64();
    println!("{c:#?}\n{n} events {:.2}s {:.0}/s", secs, n as f64 / secs);
}
