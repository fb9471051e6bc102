//! The lines of a table of tbl(1) in, its header and rows out.
//!
//! ```text
//! .TS
//! tab(;) allbox;
//! lb lb
//! l l.
//! Port;Use
//! 5060;T{
//! Session
//! initiation
//! T}
//! .TE
//! ```

use super::super::cells::{MAX_COLUMNS, push_text};

/// Rows, and whether the first is the header.
pub(super) fn read(lines: &[&str]) -> (Vec<Vec<String>>, bool) {
    let mut separator = '\t';
    let mut at = 0;
    if let Some(options) = lines.first().filter(|line| line.trim_end().ends_with(';')) {
        let named = options
            .find("tab(")
            .and_then(|at| options[at + 4..].chars().next());
        separator = named.unwrap_or(separator);
        at = 1;
    }
    let format = lines.get(at).copied().unwrap_or_default();
    let mut is_header = format.split([',', '.']).next().is_some_and(|first| {
        let columns: Vec<&str> = first.split_whitespace().collect();
        !columns.is_empty() && columns.iter().all(|column| column.contains(['b', 'B']))
    });
    // The format ends with a line that ends with a period.
    while lines
        .get(at)
        .is_some_and(|line| !line.trim_end().ends_with('.'))
    {
        at += 1;
    }
    let mut rows = Vec::new();
    let mut reading = Reading {
        separator,
        row: Vec::new(),
        in_block: false,
    };
    let mut in_format = false;
    for line in lines.get(at + 1..).unwrap_or_default() {
        if in_format {
            in_format = !line.trim_end().ends_with('.');
            continue;
        }
        if line.starts_with(".T&") {
            in_format = true;
            continue;
        }
        if !reading.in_block && matches!(line.trim(), "_" | "=") {
            // A rule below the first row tells it from the others.
            is_header |= rows.len() == 1;
            continue;
        }
        if line.starts_with('.') && !line.starts_with("..") {
            if let Some(text) = super::font_request(line) {
                reading.line(&text);
            }
        } else {
            reading.line(line);
        }
        if !reading.in_block {
            let row = std::mem::take(&mut reading.row);
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push(row);
            }
        }
    }
    rows.extend(Some(reading.row).filter(|row| !row.is_empty()));
    let is_header = is_header && rows.len() > 1;
    (rows, is_header)
}

struct Reading {
    separator: char,
    row: Vec<String>,
    /// Whether a cell of several lines is open.
    in_block: bool,
}

impl Reading {
    fn line(&mut self, line: &str) {
        let mut rest = line;
        if self.in_block {
            let Some(after) = line.strip_prefix("T}") else {
                if let Some(last) = self.row.last_mut() {
                    push_text(last, line.trim());
                }
                return;
            };
            self.in_block = false;
            match after.strip_prefix(self.separator) {
                Some(after) => rest = after,
                None => return,
            }
        }
        for cell in rest.split(self.separator) {
            if cell.trim_end() == "T{" {
                self.in_block = true;
                self.row.push(String::new());
            } else if self.row.len() < MAX_COLUMNS {
                self.row.push(cell.trim().to_owned());
            } else if let Some(last) = self.row.last_mut() {
                push_text(last, cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_have_lines() {
        let lines = [
            "tab(;) allbox;",
            "lb lb",
            "l l.",
            "Port;Use",
            "5060;T{",
            "Session",
            "initiation",
            "T}",
            "T{",
            "a",
            "T};b",
        ];
        let (rows, is_header) = read(&lines);
        assert!(is_header);
        assert_eq!(
            rows,
            [["Port", "Use"], ["5060", "Session initiation"], ["a", "b"]]
        );
    }

    #[test]
    fn a_rule_tells_the_header() {
        let (rows, is_header) = read(&["l l.", "a\tb", "_", "c\td"]);
        assert!(is_header);
        assert_eq!(rows.len(), 2);
        assert!(!read(&["l l.", "a\tb", "c\td"]).1);
    }
}
