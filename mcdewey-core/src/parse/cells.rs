//! What tables of all formats have in common.

/// A table with more rows is several tables with one header.
pub(super) const MAX_ROWS: usize = 10_000;

/// Cells beyond this column are part of its text.
pub(super) const MAX_COLUMNS: usize = 100;

/// One header from the rows of a header.
pub(super) fn joined_header(rows: &[Vec<String>]) -> Option<Vec<String>> {
    let width = rows.iter().map(Vec::len).max()?;
    let column = |index: usize| {
        let mut texts: Vec<&str> = Vec::new();
        for text in rows.iter().filter_map(|row| row.get(index)) {
            if !text.is_empty() && texts.last() != Some(&text.as_str()) {
                texts.push(text);
            }
        }
        texts.join(" ")
    };
    Some((0..width).map(column).collect())
}

/// Adds words to a cell.
pub(super) fn push_text(cell: &mut String, text: &str) {
    if !cell.is_empty() && !text.is_empty() {
        cell.push(' ');
    }
    cell.push_str(text);
}

/// Reads rows of values separated by `delimiter`, in quotes where they hold it.
pub(super) fn separated(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut in_quotes = false;
    let mut chars = text.chars().peekable();
    while let Some(character) = chars.next() {
        match character {
            '"' if in_quotes && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if in_quotes || cell.trim().is_empty() => in_quotes = !in_quotes,
            '\n' if !in_quotes => {
                end_cell(&mut row, &mut cell);
                rows.push(std::mem::take(&mut row));
            }
            _ if character == delimiter && !in_quotes => end_cell(&mut row, &mut cell),
            _ => cell.push(character),
        }
    }
    end_cell(&mut row, &mut cell);
    rows.push(row);
    rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()));
    rows
}

fn end_cell(row: &mut Vec<String>, cell: &mut String) {
    let text = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    cell.clear();
    if row.len() < MAX_COLUMNS {
        row.push(text);
    } else if let Some(last) = row.last_mut() {
        push_text(last, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_one_column_of_a_header_stands_together() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["Port", "Use", "Use"]), row(["Port", "in", ""])];
        assert_eq!(joined_header(&rows).unwrap(), ["Port", "Use in", "Use"]);
        assert_eq!(joined_header(&[]), None);
    }

    #[test]
    fn values_may_stand_in_quotes() {
        let rows = separated("a, \"b, \"\"c\"\"\" ,d\n\n\"e\nf\",g\n", ',');
        assert_eq!(rows, [vec!["a", "b, \"c\"", "d"], vec!["e f", "g"]]);
    }
}
