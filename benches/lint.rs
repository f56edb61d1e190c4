//! How long `qun lint` takes with the number of rules: `cargo bench --bench lint` prints the time for playbooks of 500 to
//! 4,000 rules, which are made here, the same ones each time; and for all shipped playbooks together.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use qun::Compiled;
use qun::check::content::NoContents;
use qun::engine::Program;
use qun::lint::book::{Book, Given};
use qun::lint::{Selection, lint, platform};
use qun::syntax::source::Sources;
use qun::time::Instant;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// All lints over so many rules.
#[divan::bench(args = [500, 1000, 2000, 4000], sample_count = 3, sample_size = 1)]
fn rules(bencher: divan::Bencher<'_, '_>, rules: usize) {
    let mut sources = Sources::new();
    sources.add("bench.sop", playbook(rules));
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

/// Rules as they are written: most on messages, with conditions over fields, counts, tags and times, each tenth a copy of
/// another with a mistake in it.
fn playbook(rules: usize) -> String {
    let mut text = String::from(
        "community { timezone \"Asia/Shanghai\" currency CNY }\nrole owner, admin\nkind lead, welfare\npoints feathers\n\
         class convert\nfield city: text for member\n\
         ladder conduct for member in group { strikes last 30d  at 1 do warn \"{reason}\"  at 3 do mute 1d  appeal within 3d to owner }\n\
         limit night for community { on post, dm  not between 22:30 and 08:00  else defer }\n",
    );
    let tags = rules / 4 + 1;
    let names: Vec<String> = (0..tags).map(|n| format!("t{n}")).collect();
    writeln!(text, "tag {}", names.join(", ")).unwrap();
    for n in 0..rules {
        let (tag, other) = (format!("t{}", n % tags), format!("t{}", (n * 7 + 3) % tags));
        let head = |scope: &str, trigger: &str| format!("rule r{n} for {scope} {{ {trigger} ");
        let rule = match n % 10 {
            0 => {
                head("member in group", "on message.posted")
                    + &format!("when event.links > {} and not member has {tag} do tag {tag} }}", n % 9)
            }
            1 => {
                head("member in group", "on message.posted")
                    + &format!(
                        "when count(message.posted, last {}m) >= {} do strike conduct because \"x\" once per 1h }}",
                        n % 50 + 1,
                        n % 12 + 2
                    )
            }
            2 => {
                head("member in group", "on message.posted")
                    + &format!("when event.length > {n} and event.length < {} do untag {tag} }}", n + 40)
            }
            3 => {
                head("member", "on purchase.made")
                    + &format!(
                        "when sum(purchase.made.amount, last 90d) >= ¥{n} and member has {other} do award 5 feathers }}"
                    )
            }
            4 => {
                head("member in group", "on member.joined")
                    + &format!("when event.channel is \"c{n}\" or member is admin do dm \"Welcome {n}.\" }}")
            }
            5 => {
                head("group", "every monday at 09:00")
                    + &format!("when group.size > {n} do post \"Week {n}.\" as convert }}")
            }
            6 => head("member", "on tag.added") + &format!("when event.tag is {tag} do untag {other} }}"),
            7 => {
                head("member in group", &format!("on no message.posted for {}d", n % 30 + 2))
                    + &format!("when not member is admin do task \"Ask {n}\" for owner due 2d }}")
            }
            8 => {
                head("member in group", "on message.posted")
                    + &format!("when now.hour >= {} and event.links > 2 and group is lead do tag {other} }}", n % 24)
            }
            _ => {
                head("member in group", "on message.posted")
                    + &format!("when event.mentions > {} and event.mentions < {} do tag {tag} }}", n % 7 + 3, n % 5)
            }
        };
        text += &rule;
        text.push('\n');
    }
    text
}
