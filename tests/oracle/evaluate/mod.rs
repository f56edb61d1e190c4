//! The naive oracle: a second evaluator of the language, written from its reference and not from the engine.
//!
//! It is there to keep the engine honest, so it must be obviously right rather than fast: every function over the past
//! looks at the whole past, every timer is looked for anew among all subjects, runs and schedules, conditions are read by
//! walking the syntax tree. Of the engine it shares the parser and the convention by which ids are made.

mod act;
mod agenda;
mod book;
mod directory;
mod facts;
mod flows;
mod ids;
mod json;
mod ladders;
mod levels;
mod limits;
mod log;
mod past;
mod react;
mod ready;
mod run;
mod sanctions;
mod scene;
mod tasks;
mod text;
mod types;
mod value;
mod world;
mod zone;

use crate::case::{Case, Outcome};
use qun::syntax::source::{Sources, parse};

/// What a playbook decides over a log.
pub fn evaluate(case: &Case) -> Outcome {
    let mut known = Sources::new();
    known.add("prelude.sop", include_str!("../../../src/prelude.sop"));
    let mut sources = Sources::new();
    for (path, text) in &case.files {
        sources.add(path, text);
    }
    let (prelude, _) = parse(&known);
    let (tree, errors) = parse(&sources);
    assert!(errors.is_empty(), "{errors:?}");
    let book = book::Book::read(&prelude, &tree, &sources, &case.contents);
    run::Run::new(&book).all(case)
}
