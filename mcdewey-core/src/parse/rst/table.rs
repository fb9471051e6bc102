//! The lines of a table in, its cells out.
//!
//! ```text
//! +------+-----+      ====  ===
//! | Port | Use |      Port  Use
//! +======+=====+      ====  ===
//! | 5060 | SIP |      5060  SIP
//! +------+-----+      ====  ===
//! ```

use super::super::cells::{MAX_COLUMNS, push_text};
use super::lines::Line;

/// Rows of cells, the first of which may be the header.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Cells {
    pub(super) rows: Vec<Vec<String>>,
    pub(super) n_header_rows: usize,
}

/// A longer cell stands only in the first of the rows that it reaches over.
const MAX_REPEATED_BYTES: usize = 200;

/// Reads a grid table; `None` if its lines do not fit together.
pub(super) fn grid(lines: &[Line<'_>]) -> Option<Cells> {
    let border: Vec<char> = lines.first()?.text.chars().collect();
    let mut bounds: Vec<usize> = Vec::new();
    for line in lines.iter().filter(|line| line.text.starts_with('+')) {
        let pluses = line.text.chars().enumerate().filter(|(_, c)| *c == '+');
        bounds.extend(pluses.map(|(at, _)| at));
        if bounds.len() > 64 * MAX_COLUMNS {
            bounds.sort_unstable();
            bounds.dedup();
        }
    }
    bounds.sort_unstable();
    bounds.dedup();
    bounds.retain(|&at| at < border.len());
    if bounds.len() < 2 || bounds.len() > MAX_COLUMNS + 1 {
        return None;
    }
    let n_columns = bounds.len() - 1;
    let mut cells = Cells::default();
    let mut row = vec![String::new(); n_columns];
    // Which columns got text or ended since the last row.
    let mut spans_on = vec![false; n_columns];
    for line in &lines[1..] {
        let chars: Vec<char> = line.text.chars().collect();
        let is_rule = |column: usize| {
            let part = chars.get(bounds[column] + 1..bounds[column + 1].min(chars.len()));
            part.is_some_and(|part| {
                !part.is_empty()
                    && (part.iter().all(|c| "-+".contains(*c))
                        || part.iter().all(|c| "=+".contains(*c)))
            }) && chars.get(bounds[column]).is_some_and(|c| "+|".contains(*c))
        };
        let ruled: Vec<bool> = (0..n_columns).map(is_rule).collect();
        let is_border = ruled.iter().any(|&it| it) && line.text.contains('+');
        if !is_border {
            add_line(&chars, &bounds, &mut row);
            continue;
        }
        for column in 0..n_columns {
            spans_on[column] = !ruled[column];
        }
        // What reaches over several rows stands in each of them.
        if spans_on.iter().any(|&it| it) {
            add_spanning(&chars, &bounds, &spans_on, &mut row);
        }
        if row.iter().any(|cell| !cell.is_empty()) {
            let ended = row.iter_mut().zip(&spans_on).map(|(cell, spans_on)| {
                if *spans_on && cell.len() <= MAX_REPEATED_BYTES {
                    cell.clone()
                } else {
                    std::mem::take(cell)
                }
            });
            cells.rows.push(ended.collect());
        }
        if line.text.contains("==") && line.text.starts_with("+=") {
            cells.n_header_rows = cells.rows.len();
        }
    }
    Some(cells)
}

/// Adds the text of a line to the cells it runs through.
fn add_line(chars: &[char], bounds: &[usize], row: &mut [String]) {
    let mut start = 0;
    for column in 0..row.len() {
        let end = bounds[column + 1];
        // Where no bar stands, the cell goes on over the next column.
        let goes_on = column + 1 < row.len() && chars.get(end).is_some_and(|c| !"|+".contains(*c));
        if goes_on {
            continue;
        }
        push_part(&mut row[start], chars, bounds[start] + 1, end);
        start = column + 1;
    }
}

fn add_spanning(chars: &[char], bounds: &[usize], spans_on: &[bool], row: &mut [String]) {
    for (column, _) in spans_on.iter().enumerate().filter(|(_, spans)| **spans) {
        push_part(
            &mut row[column],
            chars,
            bounds[column] + 1,
            bounds[column + 1],
        );
    }
}

fn push_part(cell: &mut String, chars: &[char], start: usize, end: usize) {
    let Some(part) = chars.get(start..end.min(chars.len())) else {
        return;
    };
    let part: String = part.iter().collect();
    push_text(cell, part.trim());
}

/// Reads a simple table, its first and last border included.
pub(super) fn simple(lines: &[Line<'_>]) -> Cells {
    let Some(border) = lines.first() else {
        return Cells::default();
    };
    let base = border.indent;
    let columns = columns_of(border.text);
    let mut cells = Cells::default();
    for line in &lines[1..] {
        if line.is_simple_border() {
            if cells.n_header_rows == 0 {
                cells.n_header_rows = cells.rows.len();
            }
            continue;
        }
        let is_rule = line.text.bytes().all(|byte| b"- ".contains(&byte));
        if line.is_blank() || is_rule {
            continue;
        }
        let shift = line.indent.saturating_sub(base);
        let chars: Vec<char> = std::iter::repeat_n(' ', shift.min(MAX_SHIFT))
            .chain(line.text.chars())
            .collect();
        let row = cut(&chars, &columns);
        let goes_on = row.first().is_some_and(String::is_empty);
        match cells.rows.last_mut().filter(|_| goes_on) {
            Some(last) if cells.n_header_rows != 0 || last.len() == row.len() => {
                for (cell, more) in last.iter_mut().zip(&row) {
                    push_text(cell, more);
                }
            }
            _ => cells.rows.push(row),
        }
    }
    // The border at the end closes the table.
    if cells.n_header_rows == cells.rows.len() {
        cells.n_header_rows = 0;
    }
    cells
}

/// Text that stands further in is in no column anyway.
const MAX_SHIFT: usize = 1000;

/// Where each column starts.
fn columns_of(border: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, character) in border.chars().enumerate() {
        if character == '=' && before == ' ' {
            starts.push(at);
        }
        before = character;
    }
    starts.truncate(MAX_COLUMNS);
    starts
}

fn cut(chars: &[char], starts: &[usize]) -> Vec<String> {
    let mut row = vec![String::new(); starts.len()];
    let mut first = 0;
    for column in 0..starts.len() {
        let end = starts.get(column + 1).copied().unwrap_or(usize::MAX);
        // Text that runs over the gap before the next column spans both.
        let runs_over = end < chars.len() && end > 0 && chars[end - 1] != ' ';
        if runs_over {
            continue;
        }
        push_part(&mut row[first], chars, starts[first], end.min(chars.len()));
        first = column + 1;
    }
    row
}
