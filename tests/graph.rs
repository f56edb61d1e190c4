//! `qun graph`: what wakes what, drawn.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use qun::check::content::Contents;
use qun::plan::Plan;
use qun::report::graph::{Graph, dot, mermaid};
use qun::syntax::source::Sources;

struct Nothing;

impl Contents for Nothing {
    fn read(&self, _path: &str) -> Result<String, String> {
        Err("there is no such file".to_owned())
    }
}

fn plan(text: &str) -> Plan {
    let mut sources = Sources::new();
    sources.add("a.sop", text);
    let compiled = qun::compile_sources(sources, &Nothing);
    compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

fn club() -> Plan {
    plan(
        r#"
community { timezone "Asia/Shanghai" }
role owner
tag lurker
points feathers
event quiz.won for member { points: number }
ladder manners for member in group { at 1 do warn "{reason}"  at 3 do mute 1d  appeal within 3d to owner }
rule flood for member in group { on message.posted  when count(message.posted, last 10s) >= 5  do strike manners }
rule quiet for member in group { on no message.posted for 7d  do tag lurker }
rule lost for member { on tag.added  when event.tag is lurker  do dm "Are you there?" }
rule prize for member { on quiz.won  do award 5 feathers }
rule bonus for member { on points.changed  when event.ledger is feathers and event.amount > 3  do emit quiz.won { points: 1 } }
flow newcomers for member in group { start on member.joined  stop on member.left  after 1d do dm "Hello." }
"#,
    )
}

#[test]
fn a_playbook_is_drawn_as_mermaid() {
    insta::assert_snapshot!(mermaid(&Graph::of(&club())));
}

#[test]
fn a_playbook_is_drawn_as_dot() {
    insta::assert_snapshot!(dot(&Graph::of(&club())));
}

#[test]
fn ways_back_are_marked() {
    let graph = Graph::of(&club());
    assert_eq!(graph.circles, [["prize".to_owned(), "bonus".to_owned()]]);
    assert_eq!(graph.edges.iter().filter(|edge| edge.circular).count(), 2);
}
