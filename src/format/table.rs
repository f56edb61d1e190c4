//! Rows of neighbouring lines with equal columns.

use super::WIDTH;
use super::doc::Doc;

/// What rows must share to stand in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Declaration,
    Event,
    Message,
    Limit,
    Edge,
    Row,
    Branch,
}

/// What stands before a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint {
    /// The spaces on one line.
    pub(super) spaces: usize,
    /// Whether a row that is too long for a line is broken here.
    pub(super) breaks: bool,
}

/// A line of cells.
#[derive(Debug)]
pub(super) struct Row {
    /// The line break and the comments before it.
    pub(super) lead: Vec<Doc>,
    /// Whether a table ends before it.
    pub(super) splits: bool,
    /// None for what stands in no table.
    pub(super) class: Option<Class>,
    /// The cells; all but the first with what stands before it.
    pub(super) cells: Vec<(Joint, Doc)>,
}

impl Row {
    /// Its columns on one line.
    fn width(&self) -> Option<usize> {
        let cells = self.cells.iter().enumerate();
        cells.map(|(index, (joint, cell))| Some(cell.flat_width()? + if index > 0 { joint.spaces } else { 0 })).sum()
    }

    /// The widths of all cells but the last.
    fn widths(&self) -> Vec<usize> {
        let last = self.cells.len().saturating_sub(1);
        self.cells.iter().take(last).map(|(_, cell)| cell.flat_width().unwrap_or(0)).collect()
    }

    /// Makes the last cells one.
    fn with_cells(&mut self, count: usize) {
        while self.cells.len() > count.max(1) {
            let Some((joint, last)) = self.cells.pop() else { return };
            if let Some((_, before)) = self.cells.last_mut() {
                let first = std::mem::replace(before, Doc::Group(Vec::new()));
                *before = Doc::Group(vec![first, Doc::Text(" ".repeat(joint.spaces)), last]);
            }
        }
    }
}

/// Writes rows at an indentation.
pub(super) fn table(rows: Vec<Row>, indent: usize) -> Vec<Doc> {
    let width = WIDTH.saturating_sub(indent);
    let mut docs = Vec::new();
    let mut run: Vec<Row> = Vec::new();
    for row in rows {
        let fits = row.class.is_some() && row.width().is_some_and(|columns| columns <= width);
        let joins = fits && !row.splits && run.last().is_some_and(|before| before.class == row.class);
        if !joins {
            docs.extend(aligned(std::mem::take(&mut run), width));
        }
        if fits { run.push(row) } else { docs.extend(alone(row)) }
    }
    docs.extend(aligned(run, width));
    docs
}

/// Neighbouring rows of one class that fit on a line each.
fn aligned(mut run: Vec<Row>, width: usize) -> Vec<Doc> {
    let count = run.iter().map(|row| row.cells.len()).filter(|cells| *cells > 1).min().unwrap_or(1);
    run.iter_mut().for_each(|row| row.with_cells(count));
    let mut stays: Vec<bool> = run.iter().map(|_| true).collect();
    // Rows that the columns of the others would make too long stand outside of the columns.
    let columns = loop {
        let inside = run.iter().zip(&stays).filter(|(row, stays)| **stays && row.cells.len() > 1);
        let columns = inside.map(|(row, _)| row.widths()).reduce(widest).unwrap_or_default();
        let too_long = |row: &Row| padded_width(row, &columns) > width;
        let next: Vec<bool> = run.iter().zip(&stays).map(|(row, stays)| *stays && !too_long(row)).collect();
        if next == stays {
            break columns;
        }
        stays = next;
    };
    let rows = run.into_iter().zip(stays);
    rows.flat_map(|(row, stays)| one_line(row, if stays { &columns } else { &[] })).collect()
}

fn widest(a: Vec<usize>, b: Vec<usize>) -> Vec<usize> {
    a.into_iter().zip(b).map(|(a, b)| a.max(b)).collect()
}

fn padded_width(row: &Row, columns: &[usize]) -> usize {
    let missing: usize = row.widths().iter().zip(columns).map(|(own, column)| column.saturating_sub(*own)).sum();
    row.width().unwrap_or(0) + missing
}

fn one_line(row: Row, columns: &[usize]) -> Vec<Doc> {
    let mut docs = row.lead;
    let widths: Vec<usize> = row.cells.iter().map(|(_, cell)| cell.flat_width().unwrap_or(0)).collect();
    let mut pad = 0;
    let columns = columns.iter().map(Some).chain(std::iter::repeat(None));
    for (index, (((joint, cell), own), column)) in row.cells.into_iter().zip(widths).zip(columns).enumerate() {
        if index > 0 {
            docs.push(Doc::Text(" ".repeat(joint.spaces + pad)));
        }
        docs.push(cell);
        pad = column.map_or(0, |column| column.saturating_sub(own));
    }
    docs
}

/// A row outside of tables; it breaks where it may.
fn alone(row: Row) -> Vec<Doc> {
    let mut parts = Vec::new();
    for (index, (joint, cell)) in row.cells.into_iter().enumerate() {
        if index > 0 && joint.breaks {
            parts.push(Doc::Nest(vec![Doc::Line(joint.spaces), cell]));
        } else {
            parts.extend((index > 0).then(|| Doc::Text(" ".repeat(joint.spaces))));
            parts.push(cell);
        }
    }
    let mut docs = row.lead;
    docs.push(Doc::Group(parts));
    docs
}
