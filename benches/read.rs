//! Reading alone: how fast a log in memory becomes events, with which nothing is done.
//!
//! `cargo bench --bench read` prints the time for 100,000 events of the peers' shape, on one thread and on two; the log is
//! made here, the same each time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use qun::check::content::NoContents;
use qun::log::{Decoder, LogReader, ReadOptions, Source};
use qun::syntax::source::Sources;
use std::fmt::Write;
use std::io::Cursor;
use std::sync::Arc;

const EVENTS: usize = 100_000;

fn main() {
    divan::main();
}

/// The peers' playbook, which says what is used of an event.
#[divan::bench(args = [1, 2], sample_count = 20)]
fn peers(bencher: divan::Bencher<'_, '_>, threads: usize) {
    let mut sources = Sources::new();
    sources.add("bench.sop", include_str!("peers.sop"));
    let compiled = qun::compile_sources(sources, &NoContents);
    let decoder = Decoder::new(&compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics)));
    let log: Arc<[u8]> = log().into_bytes().into();
    bencher.counter(divan::counter::ItemsCount::new(EVENTS)).bench(|| {
        let source = Source::new("log", Cursor::new(Arc::clone(&log)));
        let options = ReadOptions { threads, ..ReadOptions::default() };
        let mut reader = LogReader::new(vec![source], decoder.clone(), options).unwrap();
        let mut events = 0;
        while let Some(batch) = reader.next_batch().unwrap() {
            events += batch.iter().map(|event| event.fields.len() + event.id.len()).sum::<usize>();
        }
        assert_eq!(reader.finish().total().events, EVENTS as u64);
        events
    });
}

/// Messages, check-ins, purchases, joins and leaves, about 180 bytes each; a small generator of its own.
fn log() -> String {
    let mut seed = 20_260_105_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let words = ["live", "明天", "color", "review", "really", "stream", "tonight", "优惠"];
    let mut log = String::new();
    for i in 0..EVENTS {
        let (second, milli) = (i * 10, next(1000));
        let (day, hour, minute) = (1 + second / 86_400, second / 3_600 % 24, second / 60 % 60);
        let at = format!("2026-01-{day:02}T{hour:02}:{minute:02}:{:02}.{milli:03}+08:00", second % 60);
        let (kind, more) = match next(100) {
            0..=2 => ("member.joined", r#""channel":"search""#.to_owned()),
            3 => ("member.left", r#""channel":"app""#.to_owned()),
            4..=8 => ("purchase.made", format!(r#""amount":{},"sku":"sku-{}""#, next(400), next(500))),
            9..=26 => ("checkin.done", format!(r#""channel":"app","streak":{}"#, next(30))),
            _ => {
                let text: Vec<_> = (0..1 + next(8)).map(|_| words[next(words.len())]).collect();
                let links = next(40) / 39;
                ("message.posted", format!(r#""text":"{}","links":{links},"images":{}"#, text.join(" "), next(2)))
            }
        };
        let head = format!(r#"{{"id":"evt-{:09}","at":"{at}","kind":"{kind}","group":"g{:04}""#, i + 1, next(20));
        writeln!(log, r#"{head},"member":"m{:07}",{more}}}"#, next(2_000)).unwrap();
    }
    log
}
