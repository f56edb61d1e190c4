//! Decisions as they come: JSON Lines, and CSV with one row each.

use crate::engine::{Decision, Output};
use crate::simulate::{Moment, Recorder, Sink};
use std::io::{self, Write};

/// Writes one JSON object a line, as the schema `decisions` describes it.
pub struct JsonLines<W> {
    out: W,
    line: String,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> JsonLines<W> {
        JsonLines { out, line: String::new() }
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        let recorder = Recorder::new(moment.program, moment.state);
        for decision in &output.decisions {
            self.line.clear();
            recorder.decision(&mut self.line, decision);
            self.line.push('\n');
            self.out.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }
}

/// Writes one row a decision; arguments and causes are JSON in their cells.
pub struct Csv<W: Write> {
    out: csv::Writer<W>,
    json: String,
}

/// The columns, in the order of a decision's fields.
const COLUMNS: [&str; 12] =
    ["at", "id", "action", "group", "member", "args", "status", "reason", "certainty", "item", "source", "causes"];

impl<W: Write> Csv<W> {
    /// Writes the head of the table to `out`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(out: W) -> io::Result<Csv<W>> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(COLUMNS).map_err(super::unpacked)?;
        Ok(Csv { out, json: String::new() })
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn row(&mut self, moment: &Moment<'_>, decision: &Decision) -> io::Result<()> {
        let (program, state) = (moment.program, moment.state);
        let recorder = Recorder::new(program, state);
        self.json.clear();
        recorder.args(&mut self.json, &decision.args);
        let mut causes = String::new();
        recorder.causes(&mut causes, decision);
        let reason = decision.reason.map(|reason| reason.text(|name| program.name(name)));
        let at = program.plan.community.calendar.zone.format(decision.at);
        let row = [
            at.as_str(),
            &decision.id.to_compact(),
            program.name(decision.action),
            decision.keys.group.map_or("", |group| state.group_text(group)),
            decision.keys.member.map_or("", |member| state.member_text(member)),
            &self.json,
            decision.status.word(),
            reason.as_deref().unwrap_or_default(),
            decision.certainty.word(),
            program.item_name(decision.item),
            recorder.place(decision),
            &causes,
        ];
        self.out.write_record(row).map_err(super::unpacked)
    }
}

impl<W: Write> Sink for Csv<W> {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        output.decisions.iter().try_for_each(|decision| self.row(moment, decision))
    }
}
