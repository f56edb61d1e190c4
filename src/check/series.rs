//! The past that is kept: series shared by all functions that read the same events by the same keys.

use super::lower::{Lower, number};
use super::types::Type;
use super::walk;
use crate::plan::expr::{Expr, Function, Window};
use crate::plan::ids::{KindId, MetricId, SeriesId, TimelineId};
use crate::plan::{Column, Keep, KeyPart, Series};
use crate::time::{Duration, Period};

/// What a function asks of its series.
pub(crate) struct Wanted<'w> {
    pub function: Function,
    pub column: Option<u8>,
    pub window: &'w Window,
    /// Whether rows must be tested one by one.
    pub rest: bool,
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
            Expr::Row(field) => *field = self.column(id, Column::Field(*field)),
            Expr::RowMember => _ = self.column(id, Column::Member),
            Expr::RowGroup => _ = self.column(id, Column::Group),
            _ => {}
        });
        rest
    }

    /// Adds to what a series keeps.
    pub(crate) fn keep(&mut self, id: SeriesId, wanted: &Wanted<'_>) {
        let Some(series) = self.plan.series.get_mut(id.index()) else {
            return;
        };
        let keep = &mut series.keep;
        match wanted.window {
            Window::Ever => keep_for_ever(keep, wanted),
            Window::Last { during, back } => keep_rows(keep, *during + *back),
            Window::LastBefore { during, period } => keep_rows(keep, *during + two(*period)),
            Window::Period { period, .. } => keep_rows(keep, two(*period)),
            Window::SinceStart => {
                keep.since_start.extend(wanted.flow.filter(|flow| !keep.since_start.contains(flow)));
            }
            Window::SinceJoined => keep.since_joined = true,
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

fn keep_rows(keep: &mut Keep, during: Duration) {
    keep.rows = Some(keep.rows.map_or(during, |known| known.max(during)));
}

/// A window without end keeps totals, and rows only where each must be looked at again.
fn keep_for_ever(keep: &mut Keep, wanted: &Wanted<'_>) {
    match wanted.function {
        Function::Streak => keep.streak = true,
        _ if wanted.rest => keep.all_rows = true,
        Function::Min | Function::Max | Function::List => keep.all_rows = true,
        Function::Distinct => {
            keep.distinct.extend(wanted.column.filter(|column| !keep.distinct.contains(column)));
        }
        _ => keep.totals = true,
    }
}
