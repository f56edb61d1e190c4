//! The engine alone: how fast `step` handles events that are already in memory, under ten rules.
//!
//! `cargo bench --bench step` prints the time for 50,000 events; the events are made here, the same ones each time. `timers`
//! are set, cancelled and come up: what one of them costs must not grow with how many wait.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use qun::check::content::NoContents;
use qun::engine::{Event, Input, Output, Program, State, step};
use qun::log::{Decoded, Decoder, OwnedEvent};
use qun::plan::ids::KindId;
use qun::syntax::source::Sources;
use qun::time::{Duration, Instant};

const EVENTS: usize = 50_000;

fn main() {
    divan::main();
}

/// Six rules of a community over every event; the peers' workload.
#[divan::bench(sample_count = 20)]
fn peers(bencher: divan::Bencher<'_, '_>) {
    run(bencher, include_str!("peers.sop"));
}

/// The same and four more rules over messages.
#[divan::bench(sample_count = 20)]
fn ten_rules(bencher: divan::Bencher<'_, '_>) {
    let more = r#"
        tag regular, linker, loud, late
        rule r7  for member in group { on message.posted when count(message.posted, last 7d) >= 50 do tag regular once }
        rule r8  for member in group { on message.posted when sum(message.posted.links, last 1d) >= 5 do tag linker once }
        rule r9  for member { on message.posted when count(message.posted, today) >= 100 do tag loud once per 1d }
        rule r10 for group { on message.posted when distinct(message.posted.member, last 10m) >= 20 do task "busy" for admin due 1h once per 1d }
    "#;
    run(bencher, &format!("{}{more}", include_str!("peers.sop")));
}

/// Each of so many members sets a timer, cancels it by setting another, and sees that come up.
#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 3)]
fn timers(bencher: divan::Bencher<'_, '_>, members: usize) {
    let program = program(
        r#"
        community { timezone "Asia/Shanghai" }
        flow renewal for member in group {
          start on checkin.done  update on reaction.added  anchor event.at
          after 30d do dm "renew"
        }
    "#,
    );
    let kind = |name: &str| KindId(program.plan.kinds.iter().position(|kind| kind.name == name).unwrap() as u16);
    let kinds = [kind("checkin.done"), kind("reaction.added")];
    bencher.counter(divan::counter::ItemsCount::new(3 * members)).bench(|| {
        let (mut state, mut out, mut fired) = (State::new(&program), Output::default(), 0);
        let mut timers = |state: &mut State, to: Instant| {
            while state.next_due().is_some_and(|due| due <= to) {
                step(&program, state, Input::Timer, &mut out);
                fired += out.decisions.len();
                out.decisions.clear();
            }
        };
        let mut at = Instant::from_ms(1_767_542_400_000);
        for kind in kinds {
            for number in 0..members {
                at += Duration::from_ms(1_000);
                timers(&mut state, at);
                let (group, member) = (format!("g{}", number % 1_000), format!("m{number}"));
                let event = Event { id: &member, at, kind, group: Some(&group), member: Some(&member), fields: &[] };
                let event = state.resolve(&program, &event);
                step(&program, &mut state, Input::Event(event), &mut Output::default());
            }
        }
        timers(&mut state, at + Duration::from_hours(31 * 24));
        assert!(fired >= members, "{fired} of {members}");
    });
}

fn program(playbook: &str) -> Program {
    let mut sources = Sources::new();
    sources.add("bench.sop", playbook);
    let compiled = qun::compile_sources(sources, &NoContents);
    Program::new(compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))).unwrap()
}

fn run(bencher: divan::Bencher<'_, '_>, playbook: &str) {
    let program = program(playbook);
    let events = events(&Decoder::new(&program.plan));
    bencher.counter(divan::counter::ItemsCount::new(EVENTS)).bench(|| {
        let (mut state, mut out) = (State::new(&program), Output::default());
        for event in &events {
            let event = event.event();
            while state.next_due().is_some_and(|due| due <= event.at) {
                step(&program, &mut state, Input::Timer, &mut out);
            }
            let event = state.resolve(&program, &event);
            step(&program, &mut state, Input::Event(event), &mut out);
            out.decisions.clear();
        }
        state.timers_waiting()
    });
}

/// Joins, messages and purchases of 1,000 people in 20 groups, one every two minutes; a small generator of its own, so
/// that they never change.
fn events(decoder: &Decoder) -> Vec<OwnedEvent> {
    let mut seed = 20_260_105_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let line = |i: usize| {
        let at = 1_767_542_400_000 + i as u64 * 120_000;
        let (group, member) = (next(20), next(1_000));
        let (kind, more) = match next(100) {
            0..=4 => ("member.joined", String::new()),
            5..=9 => ("purchase.made", format!(r#","amount":{}"#, next(300))),
            10 => ("member.left", String::new()),
            _ => ("message.posted", format!(r#","links":{}"#, next(40) / 39)),
        };
        let head = format!(r#"{{"id":"e{i}","at":{at},"kind":"{kind}","group":"g{group}","member":"m{member}""#);
        match decoder.decode(format!("{head}{more}}}").as_bytes()) {
            Ok(Decoded::Event(event)) => event,
            other => panic!("{other:?}"),
        }
    };
    (0..EVENTS).map(line).collect()
}
