//! Samples of metrics as they come, as CSV or JSON Lines.

use crate::engine::{Output, Program, Sample, State};
use crate::plan::value::Value;
use crate::plan::{Plan, Scope};
use crate::simulate::record::text;
use crate::simulate::{Moment, Recorder, Sink};
use std::io::{self, Write};

/// Writes samples: `at`, `metric`, `group`, `value`, and `member` and `per` where some metric has them.
pub struct Metrics<W> {
    out: W,
    shape: Shape,
    has_member: bool,
    has_per: bool,
}

/// How samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A table.
    Csv,
    /// One JSON object a line; what a sample does not have is absent, an unknown value is null.
    JsonLines,
}

impl<W: Write> Metrics<W> {
    /// Writes to `out`, a table with its head.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(out: W, shape: Shape, plan: &Plan) -> io::Result<Metrics<W>> {
        let has_member = plan.metrics.iter().any(|m| matches!(m.scope, Scope::Member | Scope::Membership));
        let has_per = plan.metrics.iter().any(|metric| metric.per.is_some());
        let mut metrics = Metrics { out, shape, has_member, has_per };
        if shape == Shape::Csv {
            let head = ["at", "metric", "group", "value", "member", "per"].map(str::to_owned);
            metrics.row(head)?;
        }
        Ok(metrics)
    }

    /// What it writes to.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn row(&mut self, [at, metric, group, value, member, per]: [String; 6]) -> io::Result<()> {
        let mut cells = vec![at, metric, group, value];
        cells.extend(self.has_member.then_some(member));
        cells.extend(self.has_per.then_some(per));
        let mut row = csv::Writer::from_writer(&mut self.out);
        row.write_record(cells).map_err(super::unpacked)?;
        row.flush()
    }

    fn sample(&mut self, moment: &Moment<'_>, sample: &Sample) -> io::Result<()> {
        let cells = cells(moment.program, moment.state, sample);
        match self.shape {
            Shape::Csv => {
                let [at, metric, group, value, member, per] = cells;
                self.row([at, metric, group, bare(&value), member, bare(&per)])
            }
            Shape::JsonLines => self.line(&cells),
        }
    }

    fn line(&mut self, [at, metric, group, value, member, per]: &[String; 6]) -> io::Result<()> {
        let mut json = String::from("{");
        for (name, cell) in [("at", at), ("metric", metric), ("group", group), ("member", member)] {
            if !cell.is_empty() {
                text(&mut json, name);
                json.push(':');
                text(&mut json, cell);
                json.push(',');
            }
        }
        if per != NULL {
            json.push_str("\"per\":");
            json.push_str(per);
            json.push(',');
        }
        json.push_str("\"value\":");
        json.push_str(value);
        json.push_str("}\n");
        self.out.write_all(json.as_bytes())
    }
}

/// What JSON writes for nothing.
const NULL: &str = "null";

/// Time, metric, group, value, member and `per`; value and `per` as JSON.
fn cells(program: &Program, state: &State, sample: &Sample) -> [String; 6] {
    let recorder = Recorder::new(program, state);
    let json = |value: &Value| {
        let mut json = String::new();
        recorder.value(&mut json, value);
        json
    };
    let metric = program.plan.metrics.get(sample.metric.index()).map(|metric| program.name(metric.name));
    [
        program.plan.community.calendar.zone.format(sample.at),
        metric.unwrap_or_default().to_owned(),
        sample.keys.group.map_or("", |group| state.group_text(group)).to_owned(),
        json(&sample.value),
        sample.keys.member.map_or("", |member| state.member_text(member)).to_owned(),
        json(&sample.per),
    ]
}

/// JSON as a cell: texts without quotes, nothing for null.
fn bare(json: &str) -> String {
    match serde_json::from_str::<String>(json) {
        Ok(text) => text,
        Err(_) if json == NULL => String::new(),
        Err(_) => json.to_owned(),
    }
}

impl<W: Write> Sink for Metrics<W> {
    fn output(&mut self, moment: &Moment<'_>, output: &Output) -> io::Result<()> {
        output.samples.iter().try_for_each(|sample| self.sample(moment, sample))
    }
}
