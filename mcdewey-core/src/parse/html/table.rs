//! A table in, its header and rows out; and code, as it stands.

use super::super::cells::{MAX_COLUMNS, MAX_ROWS, joined_header, push_text};
use super::content::is_heading;
use super::inline::{self, Run};
use super::names::{Attribute, Element};
use super::tree::Tree;

/// A cell with more words is text that was placed with a table. Chosen by hand: a page of text.
const MAX_CELL_WORDS: usize = 400;
/// Code of more lines is not part of a row.
const MAX_CODE_LINES: usize = 5;

/// The text of a table.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    /// The caption, and what stands between the cells.
    pub(super) texts: Vec<String>,
    pub(super) header: Option<Vec<String>>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Whether a table is one, and not only a way to place text.
pub(super) fn is_data(tree: &Tree, table: usize, is_left_out: &[bool]) -> bool {
    let role = tree.attribute(table, Attribute::Role);
    if matches!(role, Some("presentation" | "none")) {
        return false;
    }
    let mut n_columns = 0_usize;
    let mut n_in_row = 0_usize;
    let (mut n_words, mut n_inner_words) = (0_usize, 0_usize);
    let (mut cell_end, mut cell_words) = (table, 0_usize);
    let mut inner_end = table;
    let mut node = table + 1;
    while node < tree.end(table) {
        if is_left_out[node] {
            node = tree.end(node);
            continue;
        }
        if is_heading(tree, node) {
            return false;
        }
        match tree.element(node) {
            Some(Element::Table) => inner_end = inner_end.max(tree.end(node)),
            Some(Element::Tr) if node >= inner_end => n_in_row = 0,
            Some(Element::Td | Element::Th) if node >= inner_end => {
                n_in_row += 1;
                n_columns = n_columns.max(n_in_row);
                (cell_end, cell_words) = (tree.end(node), 0);
            }
            Some(element) if element.is_preformatted() => {
                let code = code(tree, node, is_left_out);
                if code.trim().lines().count() > MAX_CODE_LINES {
                    return false;
                }
            }
            _ => {}
        }
        if let Some(text) = tree.text(node) {
            let words = text.split_whitespace().count();
            n_words += words;
            n_inner_words += if node < inner_end { words } else { 0 };
            cell_words += words;
            if node < cell_end && cell_words > MAX_CELL_WORDS {
                return false;
            }
        }
        node += 1;
    }
    n_columns > 1 && n_inner_words * 2 <= n_words
}

/// Reads a table. Cells that span columns stand in the first of them, in a header in all; cells
/// that span rows stand in all of them, so that each row can be read alone.
pub(super) fn read(tree: &Tree, table: usize, is_left_out: &[bool]) -> Table {
    let mut reading = Reading::default();
    let mut between = Run::default();
    let mut head_end = table;
    let mut node = table + 1;
    while node < tree.end(table) {
        if is_left_out[node] {
            node = tree.end(node);
            continue;
        }
        match tree.element(node) {
            Some(Element::Caption) => {
                reading.texts.push(inline::text(tree, node, is_left_out));
                node = tree.end(node);
                continue;
            }
            Some(Element::Thead) => head_end = tree.end(node),
            Some(Element::Tr) => reading.row(node < head_end),
            Some(Element::Td | Element::Th) => {
                reading.cell(&Cell::read(tree, node, is_left_out));
                node = tree.end(node);
                continue;
            }
            _ => {}
        }
        node = inline::add(tree, node, &mut between);
    }
    reading.finish(between.take())
}

/// Reads the tables of the newer Javadoc, whose cells are `div` in one row after another.
pub(super) fn read_grid(tree: &Tree, grid: usize, is_left_out: &[bool]) -> Option<Table> {
    let n_columns = tree.classes(grid).find_map(|class| match class {
        "two-column-summary" => Some(2),
        "three-column-summary" => Some(3),
        "four-column-summary" => Some(4),
        _ => None,
    })?;
    let cells = tree
        .children(grid)
        .filter(|&cell| tree.element(cell) == Some(Element::Div));
    let mut table = Table::default();
    let mut row: Vec<String> = Vec::new();
    let mut is_header = false;
    for cell in cells.filter(|&cell| !is_left_out[cell]) {
        is_header |= tree.has_class(cell, "table-header");
        row.push(inline::text(tree, cell, is_left_out));
        if row.len() == n_columns {
            let row = std::mem::take(&mut row);
            if std::mem::take(&mut is_header) && table.header.is_none() {
                table.header = Some(row);
            } else {
                table.rows.push(row);
            }
        }
    }
    table.rows.extend(Some(row).filter(|row| !row.is_empty()));
    Some(table)
}

/// The text of `node`, with its lines.
pub(super) fn code(tree: &Tree, node: usize, is_left_out: &[bool]) -> String {
    let mut code = String::new();
    let mut line_ends: Vec<usize> = Vec::new();
    let mut at = node;
    while at < tree.end(node) {
        while line_ends.pop_if(|end| *end <= at).is_some() {
            end_line(&mut code);
        }
        if is_left_out[at] {
            at = tree.end(at);
            continue;
        }
        if let Some(text) = tree.text(at) {
            code.push_str(text);
        }
        match tree.element(at) {
            Some(Element::Br) => code.push('\n'),
            Some(Element::Div | Element::P | Element::Li | Element::Tr) if at != node => {
                end_line(&mut code);
                line_ends.push(tree.end(at));
            }
            _ => {}
        }
        at += 1;
    }
    code
}

fn end_line(code: &mut String) {
    if !code.is_empty() && !code.ends_with('\n') {
        code.push('\n');
    }
}

struct Cell {
    text: String,
    n_columns: usize,
    n_rows: usize,
    is_header: bool,
}

impl Cell {
    fn read(tree: &Tree, node: usize, is_left_out: &[bool]) -> Self {
        let span = |name| {
            let said = tree
                .attribute(node, name)
                .and_then(|said| said.trim().parse().ok());
            said.unwrap_or(1_usize).max(1)
        };
        Self {
            text: inline::text(tree, node, is_left_out),
            n_columns: span(Attribute::Colspan).min(MAX_COLUMNS),
            n_rows: span(Attribute::Rowspan).min(MAX_ROWS),
            is_header: tree.element(node) == Some(Element::Th),
        }
    }
}

/// A table that is being read.
#[derive(Debug, Default)]
struct Reading {
    texts: Vec<String>,
    /// Rows so far, each with whether it is one of the header.
    rows: Vec<(Vec<String>, bool)>,
    row: Vec<String>,
    /// How many cells of the row were written in it, and how many of those are headers.
    n_cells: usize,
    n_headers: usize,
    in_head: bool,
    has_row: bool,
    /// For each column, how many rows the cell above still spans.
    spans: Vec<usize>,
    /// What repeated cells may still add.
    n_repeated: usize,
    n_bytes: usize,
}

impl Reading {
    fn row(&mut self, in_head: bool) {
        self.end_row();
        self.in_head = in_head;
        self.has_row = true;
    }

    fn cell(&mut self, cell: &Cell) {
        if !self.has_row {
            self.row(false);
        }
        self.fill_spanned();
        self.n_cells += 1;
        self.n_headers += usize::from(cell.is_header);
        self.n_bytes += cell.text.len();
        if self.row.len() >= MAX_COLUMNS {
            if let Some(last) = self.row.last_mut() {
                push_text(last, &cell.text);
            }
            return;
        }
        for column in 0..cell.n_columns.min(MAX_COLUMNS - self.row.len()) {
            let repeats = column == 0 || (self.in_head && self.may_repeat(&cell.text));
            let at = self.row.len();
            self.row.push(if repeats {
                cell.text.clone()
            } else {
                String::new()
            });
            self.set_span(at, cell.n_rows - 1);
        }
    }

    fn set_span(&mut self, column: usize, n_rows: usize) {
        if self.spans.len() <= column {
            self.spans.resize(column + 1, 0);
        }
        self.spans[column] = n_rows;
    }

    /// Adds the cells of earlier rows that reach into this one at its end.
    fn fill_spanned(&mut self) {
        while let Some(left) = self.spans.get_mut(self.row.len()).filter(|left| **left > 0) {
            *left -= 1;
            let above = self
                .rows
                .last()
                .and_then(|(row, _)| row.get(self.row.len()));
            let text = above.cloned().unwrap_or_default();
            let text = if self.may_repeat(&text) {
                text
            } else {
                String::new()
            };
            self.row.push(text);
        }
    }

    /// Whether `text` may stand once more: repeated cells must not outgrow the others.
    fn may_repeat(&mut self, text: &str) -> bool {
        self.n_repeated += text.len();
        self.n_repeated <= self.n_bytes.saturating_mul(2) + 10_000
    }

    fn end_row(&mut self) {
        if !std::mem::take(&mut self.has_row) {
            return;
        }
        self.fill_spanned();
        let row = std::mem::take(&mut self.row);
        let (n_cells, n_headers) = (self.n_cells, self.n_headers);
        (self.n_cells, self.n_headers) = (0, 0);
        // A row of headers at the top is the header, whether or not it is said to be.
        let is_first = self.rows.is_empty();
        let is_header = self.in_head || (is_first && n_cells > 1 && n_headers == n_cells);
        if !row.is_empty() {
            self.rows.push((row, is_header));
        }
    }

    fn finish(mut self, between: String) -> Table {
        self.end_row();
        if !between.is_empty() {
            self.texts.push(between);
        }
        let n_header_rows = self
            .rows
            .iter()
            .take_while(|(_, is_header)| *is_header)
            .count();
        let mut rows: Vec<Vec<String>> = self.rows.into_iter().map(|(row, _)| row).collect();
        let body = rows.split_off(n_header_rows);
        Table {
            texts: self.texts,
            header: joined_header(&rows),
            rows: body,
        }
    }
}
