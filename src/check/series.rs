//! The past that is kept: series shared by all functions that read the same events by the same keys.

use super::lower::{Lower, number};
use super::types::Type;
use crate::plan::expr::{Expr, Function, Window};
use crate::plan::ids::{KindId, MetricId, SeriesId, TimelineId};
use crate::plan::walk;
use crate::plan::{Column, Keep, KeyPart, Reach, Series};
use crate::time::{Duration, Period};

/// What a function asks of its series.
pub(crate) struct Wanted<'w> {
    pub function: Function,
    pub column: Option<u8>,
    pub window: &'w Window,
    /// Whether rows must be tested one by one.
    pub rest: bool,
    /// Whether it is the sum or the mean of numbers or amounts, and of all rows.
    pub adds_up: bool,
    pub flow: Option<TimelineId>,
}

/// The longest that two periods in a row can last, the hours of clock changes included: what a window over the
/// current or the last period, or one that ends where the current one begins, may reach back beyond its own length.
fn two(period: Period) -> Duration {
    match period {
        Period::Day => Duration::from_hours(50),
        Period::Week => Duration::from_days(15),
        Period::Month => Duration::from_days(63),
    }
}

impl Lower<'_> {
    /// The series of a kind, condition and key.
    pub(crate) fn series(&mut self, kind: KindId, filter: Option<Expr>, key: Vec<KeyPart>) -> SeriesId {
        let known = self.plan.series.iter().position(|s| s.kind == kind && s.filter == filter && s.key == key);
        let position = known.unwrap_or_else(|| {
            self.plan.series.push(Series { kind, filter, key, columns: Vec::new(), keep: Keep::default() });
            self.plan.series.len() - 1
        });
        SeriesId(number(position))
    }

    /// The place of a column in a series, added where it is new.
    pub(crate) fn column(&mut self, id: SeriesId, column: Column) -> u8 {
        let Some(series) = self.plan.series.get_mut(id.index()) else {
            return u8::MAX;
        };
        let kind = series.kind;
        let position = series.columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            series.columns.push(column);
            series.columns.len() - 1
        });
        if let Column::Field(field) = column {
            self.use_field(kind, field);
        }
        u8::try_from(position).unwrap_or(u8::MAX)
    }

    /// A condition on rows reads columns, where it read fields.
    pub(crate) fn on_columns(&mut self, id: SeriesId, mut rest: Expr) -> Expr {
        walk::all_mut(&mut rest, &mut |part| match part {
            Expr::Row(field) => *field = self.read_column(id, Column::Field(*field)),
            Expr::RowMember => *part = Expr::Row(self.read_column(id, Column::Member)),
            Expr::RowGroup => *part = Expr::Row(self.read_column(id, Column::Group)),
            _ => {}
        });
        rest
    }

    /// A column of rows whose single values are read.
    fn read_column(&mut self, id: SeriesId, column: Column) -> u8 {
        let position = self.column(id, column);
        if let Some(series) = self.plan.series.get_mut(id.index()) {
            add(&mut series.keep.values, Some(position));
        }
        position
    }

    /// Adds to what a series keeps.
    pub(crate) fn keep(&mut self, id: SeriesId, wanted: &Wanted<'_>) {
        let Some(series) = self.plan.series.get_mut(id.index()) else {
            return;
        };
        let keep = &mut series.keep;
        if wanted.needs_last() {
            return reach(&mut keep.last, wanted);
        }
        match (wanted.window, wanted.function) {
            (_, Function::Streak) => keep.streak = true,
            (Window::Ever, Function::Distinct) if !wanted.rest => add(&mut keep.distinct, wanted.column),
            (Window::Ever, _) if !wanted.needs_rows() => keep.totals = true,
            _ => {
                reach(&mut keep.rows, wanted);
                add(if wanted.adds_up { &mut keep.sums } else { &mut keep.values }, wanted.column);
            }
        }
    }

    /// Remembers a series of a metric whose key holds the metric's `per` field.
    pub(crate) fn metric_per(&mut self, metric: Option<MetricId>, id: SeriesId, part: u8, ty: &Type) {
        let Some(metric) = metric else {
            return;
        };
        let Some(info) = self.plan.metrics.get_mut(usize::from(metric.0)) else {
            return;
        };
        let kind = info.kind;
        if let Some(per) = &mut info.per
            && !per.seen_in.contains(&(id, part))
        {
            per.seen_in.push((id, part));
        }
        self.set_field_type(kind, 1, ty);
    }
}

impl Wanted<'_> {
    /// Whether the time of the last event says it all.
    fn needs_last(&self) -> bool {
        let last = matches!(self.function, Function::Exists | Function::Never | Function::Since);
        last && !self.rest && self.window.ends_now()
    }

    /// Whether each row of a window without end must be looked at again.
    fn needs_rows(&self) -> bool {
        self.rest || matches!(self.function, Function::Min | Function::Max | Function::List)
    }
}

/// Lets something be kept as far back as a window reaches.
fn reach(reach: &mut Reach, wanted: &Wanted<'_>) {
    let mut during = |during: Duration| reach.during = Some(reach.during.map_or(during, |known| known.max(during)));
    match wanted.window {
        Window::Ever => reach.ever = true,
        Window::Last { during: length, back } => during(*length + *back),
        Window::LastBefore { during: length, period } => during(*length + two(*period)),
        Window::Period { period, .. } => during(two(*period)),
        Window::SinceStart => {
            reach.since_start.extend(wanted.flow.filter(|flow| !reach.since_start.contains(flow)));
        }
        Window::SinceJoined => reach.since_joined = true,
    }
}

fn add(columns: &mut Vec<u8>, column: Option<u8>) {
    columns.extend(column.filter(|column| !columns.contains(column)));
}
