//! What is certain is never wrong: a log is run once as it was recorded, and once as it would have been recorded had the
//! playbook acted. In that other history whoever is put out or muted does nothing that this prevents, and everybody else
//! does what they did. Every decision called certain in the first must then be there in the second, word for word.

use crate::case::Case;
use crate::engine::{self, Log};
use qun::engine::{Directory, Input, Output, Program, State, step};
use qun::report::decisions::JsonLines;
use qun::simulate::{Moment, Sink};
use qun::time::Instant;
use std::collections::HashSet;

/// The first decision that is called certain and is not made in the other history; with what the histories are.
///
/// # Errors
/// What is wrong with the case.
pub fn wrong(program: &Program, case: &Case) -> Result<Option<String>, String> {
    let certain = engine::certain(program, case)?;
    let made = other_history(program, case)?;
    let wrong = certain.into_iter().find(|line| !made.contains(line));
    Ok(wrong.map(|line| format!("called certain, and not made in the other history:\n  {line}")))
}

/// All decisions of the history in which the playbook acts.
fn other_history(program: &Program, case: &Case) -> Result<HashSet<String>, String> {
    let Log { directory, to, mut reader } = engine::log(program, case, 1)?;
    let mut world = World {
        program,
        state: State::new(program),
        directory: directory.unwrap_or_default(),
        started: false,
        out: Output::default(),
        lines: Vec::new(),
    };
    let mut last = None;
    while let Some(batch) = reader.next_batch().map_err(|error| error.to_string())? {
        for event in (0..batch.len()).filter_map(|position| batch.get(position)) {
            world.advance(event.at);
            last = Some(event.at);
            let happening = world.state.resolve(program, &event);
            let prevented = world.state.is_put_out(program, &happening)
                || program.is_speech(happening.kind()) && world.state.is_muted(&happening);
            if !prevented || program.is_by_staff(happening.kind()) {
                world.step(Input::Event(happening));
            }
        }
    }
    if let Some(end) = to.or(last).filter(|_| world.started) {
        world.advance(end);
    }
    let text = String::from_utf8(world.lines).map_err(|error| error.to_string())?;
    Ok(text.lines().map(|line| engine::without_certainty(line).0).collect())
}

/// A community that the playbook acts in.
struct World<'p> {
    program: &'p Program,
    state: State,
    directory: Directory,
    started: bool,
    out: Output,
    lines: Vec<u8>,
}

impl World<'_> {
    fn advance(&mut self, to: Instant) {
        if !std::mem::replace(&mut self.started, true) {
            let directory = std::mem::take(&mut self.directory);
            self.step(Input::Start { at: to, directory: &directory });
        }
        while self.state.next_due().is_some_and(|due| due <= to) {
            self.step(Input::Timer);
        }
    }

    fn step(&mut self, input: Input<'_>) {
        self.out = Output::default();
        step(self.program, &mut self.state, input, &mut self.out);
        let moment = Moment { program: self.program, state: &self.state };
        JsonLines::new(&mut self.lines).output(&moment, &self.out).unwrap();
    }
}
