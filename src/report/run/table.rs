//! Tables without lines: a head, columns two spaces apart, numbers to the right.

use super::super::Style;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table, presets};

/// A table that is being made.
pub(in crate::report) struct Columns {
    table: Table,
    /// How each column is set.
    sides: Vec<CellAlignment>,
}

/// A column of words.
pub(in crate::report) const WORDS: CellAlignment = CellAlignment::Left;
/// A column of numbers.
pub(in crate::report) const NUMBERS: CellAlignment = CellAlignment::Right;

impl Columns {
    /// A table with these heads.
    pub(in crate::report) fn new(heads: &[(&str, CellAlignment)], style: Style) -> Columns {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).force_no_tty();
        if style.terminal {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(style.width.saturating_sub(INDENT.len())).unwrap_or(u16::MAX));
        }
        let sides: Vec<CellAlignment> = heads.iter().map(|(_, side)| *side).collect();
        let mut columns = Columns { table, sides };
        let heads = columns.cells(heads.iter().map(|(head, _)| (*head).to_owned()));
        columns.table.set_header(heads);
        columns
    }

    /// Adds a row.
    pub(in crate::report) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row = self.cells(cells);
        self.table.add_row(row);
    }

    fn cells(&self, cells: impl IntoIterator<Item = String>) -> Row {
        let cells = cells.into_iter().zip(&self.sides);
        Row::from(cells.map(|(cell, side)| Cell::new(cell).set_alignment(*side)).collect::<Vec<_>>())
    }

    /// The text, indented.
    pub(in crate::report) fn text(mut self) -> String {
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines = self.table.lines().map(|line| format!("{INDENT}{}", line.trim_end()).trim_end().to_owned() + "\n");
        lines.collect()
    }
}

/// What stands before every line of a section.
pub(in crate::report) const INDENT: &str = "  ";
