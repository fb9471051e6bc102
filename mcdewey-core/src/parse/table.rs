//! A table in the making, row by row, for formats that tell of cells one after the other.

use super::builder::Builder;
use crate::document::ProblemKind;

/// Rows of one table; what follows becomes another one with the same header.
const MAX_ROWS: usize = 10_000;

/// Columns of a table; what stands in further ones is left out.
const MAX_COLUMNS: usize = 100;

/// Longest text of a merged cell that is repeated in each row that it spans.
const MAX_REPEATED_CHARS: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Table {
    header: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
    row: Row,
    /// Whether the first row is a header, as far as the table itself says.
    pub(super) first_is_header: bool,
    n_rows: usize,
    is_too_wide: bool,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    cell: Cell,
    is_header: bool,
    is_deleted: bool,
    n_cells: usize,
    n_header_cells: usize,
}

#[derive(Debug, Default)]
struct Cell {
    /// Paragraphs, and whether each is code.
    paragraphs: Vec<(String, bool)>,
    columns: usize,
    continues_above: bool,
}

impl Table {
    pub(super) fn start_row(&mut self) {
        self.row = Row::default();
    }

    pub(super) fn row_is_header(&mut self) {
        self.row.is_header = true;
    }

    pub(super) fn row_is_deleted(&mut self) {
        self.row.is_deleted = true;
    }

    pub(super) fn start_cell(&mut self) {
        self.row.n_cells += 1;
        self.row.cell = Cell {
            columns: 1,
            ..Cell::default()
        };
    }

    pub(super) fn cell_spans(&mut self, columns: usize) {
        self.row.cell.columns = columns.clamp(1, MAX_COLUMNS);
    }

    /// The cell names a row or a column. A row of such cells is a header.
    pub(super) fn cell_is_header(&mut self) {
        self.row.n_header_cells += 1;
    }

    /// The cell is part of the one above.
    pub(super) fn cell_continues(&mut self) {
        self.row.cell.continues_above = true;
    }

    pub(super) fn text(&mut self, text: String, is_code: bool) {
        if !text.trim().is_empty() {
            self.row.cell.paragraphs.push((text, is_code));
        }
    }

    pub(super) fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.row.cell);
        let mut text = joined(&cell.paragraphs);
        if cell.continues_above && text.is_empty() {
            // So that a row is found by what holds for it, too.
            let above = self.rows.last();
            let above = above.and_then(|row| row.get(self.row.cells.len()));
            let short = above.filter(|above| above.chars().count() <= MAX_REPEATED_CHARS);
            text = short.cloned().unwrap_or_default();
        }
        self.row.cell.paragraphs = cell.paragraphs;
        self.row.cells.push(text);
        for _ in 1..cell.columns {
            self.row.cells.push(String::new());
        }
        if self.row.cells.len() > MAX_COLUMNS {
            self.is_too_wide |= self.row.cells[MAX_COLUMNS..]
                .iter()
                .any(|cell| !cell.is_empty());
            self.row.cells.truncate(MAX_COLUMNS);
        }
    }

    pub(super) fn end_row(&mut self, builder: &mut Builder) {
        let row = &mut self.row;
        if row.is_deleted {
            return;
        }
        let cells = std::mem::take(&mut row.cells);
        let is_first = self.n_rows == 0;
        self.n_rows += 1;
        let all_name = row.n_cells > 1 && row.n_header_cells == row.n_cells;
        if (row.is_header || all_name) && self.rows.is_empty() {
            match &mut self.header {
                None => self.header = Some(cells),
                Some(header) => add_to(header, cells),
            }
            return;
        }
        if is_first && self.first_is_header {
            self.header = Some(cells);
            return;
        }
        self.rows.push(cells);
        if self.rows.len() == MAX_ROWS {
            builder.table(self.header.as_deref(), &self.rows);
            self.rows.clear();
        }
    }

    /// Writes what has not been written yet.
    pub(super) fn finish(mut self, builder: &mut Builder) {
        if self.is_too_wide {
            let message = format!(
                "a table has more than {MAX_COLUMNS} columns; what stands in those after them is left out"
            );
            builder.problem(ProblemKind::TooLarge, "", message);
        }
        // One row alone is no header.
        if self.rows.is_empty() && self.n_rows == 1 {
            self.rows.extend(self.header.take());
        }
        let is_box = self.n_rows == 1
            && self.header.is_none()
            && matches!(&self.rows[..], [row] if row.len() == 1);
        if is_box {
            // A frame around text, or around code.
            frame(builder, &self.row.cell.paragraphs);
        } else {
            builder.table(self.header.as_deref(), &self.rows);
        }
    }

    /// All of it on one line, for a table in a cell of another one.
    pub(super) fn into_line(self) -> String {
        let rows = self.header.iter().chain(&self.rows);
        let lines: Vec<String> = rows
            .map(|row| {
                let cells: Vec<&str> = row
                    .iter()
                    .map(String::as_str)
                    .filter(|cell| !cell.is_empty())
                    .collect();
                cells.join(", ")
            })
            .filter(|line| !line.is_empty())
            .collect();
        lines.join("; ")
    }
}

fn joined(paragraphs: &[(String, bool)]) -> String {
    let texts: Vec<&str> = paragraphs.iter().map(|(text, _)| text.trim()).collect();
    texts.join(" ")
}

/// A second row of a header goes below the first, column by column.
fn add_to(header: &mut Vec<String>, cells: Vec<String>) {
    for (column, cell) in cells.into_iter().enumerate() {
        match header.get_mut(column) {
            Some(above) if above.is_empty() => *above = cell,
            Some(above) if *above == cell || cell.is_empty() => {}
            Some(above) => {
                above.push(' ');
                above.push_str(&cell);
            }
            None => header.push(cell),
        }
    }
}

fn frame(builder: &mut Builder, paragraphs: &[(String, bool)]) {
    let mut code: Vec<&str> = Vec::new();
    for (text, is_code) in paragraphs {
        if *is_code {
            code.push(text);
            continue;
        }
        builder.code(&std::mem::take(&mut code).join("\n"), "");
        builder.lines(text);
    }
    builder.code(&code.join("\n"), "");
}
