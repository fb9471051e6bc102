//! The lines of a table in, its cells out.
//!
//! ```text
//! |===
//! | Port | Use       the first line alone is the header
//!
//! | 5060 | SIP       or a cell a line
//! 2+| all others     a cell over two columns
//! |===
//! ```

use super::super::cells::{MAX_COLUMNS, push_text, separated};

/// What the line of attributes before a table says.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// How many columns, if it says so.
    pub(super) n_columns: Option<usize>,
    pub(super) has_header: bool,
    pub(super) has_no_header: bool,
    /// What separates the cells.
    pub(super) separator: Option<char>,
    /// Whether cells may stand in quotes, and each line is a row.
    pub(super) is_csv: bool,
}

impl Shape {
    /// Reads `cols="1,2",options="header"` and `%header`.
    pub(super) fn of(attributes: &str) -> Self {
        let mut shape = Self {
            has_header: attributes.contains("%header") || option(attributes).contains("header"),
            has_no_header: attributes.contains("noheader"),
            ..Self::default()
        };
        shape.has_header &= !shape.has_no_header;
        shape.n_columns = named(attributes, "cols").map(n_columns).filter(|n| *n > 0);
        shape.is_csv = matches!(named(attributes, "format"), Some("csv" | "tsv"));
        shape.separator = named(attributes, "separator").and_then(|value| match value {
            "\\t" => Some('\t'),
            _ => value.chars().next(),
        });
        if named(attributes, "format") == Some("tsv") {
            shape.separator = Some('\t');
        }
        shape
    }
}

fn option(attributes: &str) -> &str {
    named(attributes, "options")
        .or_else(|| named(attributes, "opts"))
        .unwrap_or_default()
}

/// The value of `name=value`, in quotes or not.
pub(super) fn named<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = attributes[from..].find(name).map(|at| at + from) {
        let before = attributes[..at].chars().next_back();
        let rest = attributes[at + name.len()..].trim_start();
        if before.is_none_or(|c| !c.is_alphanumeric())
            && let Some(value) = rest.strip_prefix('=')
        {
            let value = value.trim_start();
            return match value.chars().next().filter(|c| "\"'".contains(*c)) {
                Some(quote) => value[1..].split(quote).next(),
                None => value.split([',', ']']).next().map(str::trim),
            };
        }
        from = at + name.len();
    }
    None
}

/// How many columns `1,2` and `3*,<2` are.
fn n_columns(value: &str) -> usize {
    let columns = value.split([',', ';']).map(|column| {
        let times = column
            .trim()
            .split_once('*')
            .and_then(|(times, _)| times.trim().parse().ok());
        times.unwrap_or(1_usize)
    });
    columns.fold(0, usize::saturating_add).min(MAX_COLUMNS)
}

/// A longer cell stands only once, however often it is said to.
const MAX_REPEATED_BYTES: usize = 40;

/// What cells may take that stand more than once, beside as much as the table itself has.
const FREE_REPEATED_BYTES: usize = 4000;

/// What stands around a cell: a bar and two spaces.
const PADDING_BYTES: usize = 3;

/// Rows of cells, and whether the first is the header.
pub(super) fn read(lines: &[&str], shape: &Shape) -> (Vec<Vec<String>>, bool) {
    let is_implicit = is_first_line_alone(lines) && !shape.has_no_header;
    if shape.is_csv {
        let rows = separated(&lines.join("\n"), shape.separator.unwrap_or(','));
        return (rows, shape.has_header || is_implicit);
    }
    let separator = shape.separator.unwrap_or('|');
    let cells = cells(lines, separator);
    let in_first_line = lines
        .iter()
        .find(|line| !line.trim().is_empty())
        .map_or(1, |line| {
            let (found, _) = cut(line, separator);
            found.len().max(1)
        });
    let n_columns = shape
        .n_columns
        .unwrap_or(in_first_line)
        .clamp(1, MAX_COLUMNS);
    let has_header =
        shape.has_header || (is_implicit && in_first_line == n_columns && n_columns > 1);
    let n_bytes: usize = lines.iter().map(|line| line.len()).sum();
    let rows = rows(cells, n_columns, FREE_REPEATED_BYTES + n_bytes);
    (rows, has_header)
}

/// Whether a blank line follows the first line, and none comes before it.
fn is_first_line_alone(lines: &[&str]) -> bool {
    let is_blank = |index: usize| lines.get(index).is_some_and(|line| line.trim().is_empty());
    !is_blank(0) && is_blank(1)
}

/// A cell.
#[derive(Debug)]
struct Cell {
    text: String,
    n_columns: usize,
    n_times: usize,
}

/// All cells, in order.
fn cells(lines: &[&str], separator: char) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for line in lines {
        let (found, before) = cut(line, separator);
        if let Some(last) = cells.last_mut() {
            push_text(&mut last.text, before.trim());
        }
        cells.extend(found);
    }
    cells
}

/// The cells that begin in a line, and what stands before the first.
fn cut(line: &str, separator: char) -> (Vec<Cell>, &str) {
    let mut cells: Vec<Cell> = Vec::new();
    let mut parts: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices(separator) {
        if !line[..at].ends_with('\\') {
            parts.push(&line[start..at]);
            start = at + separator.len_utf8();
        }
    }
    parts.push(&line[start..]);
    let mut before = parts[0];
    let mut specification = None;
    let n_parts = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        // What stands directly before a separator may say how the next cell is to be.
        let is_last = index + 1 == n_parts;
        let (text, next) = if is_last {
            (part, None)
        } else {
            specified(part, index == 0)
        };
        if index == 0 {
            before = text;
        } else {
            let (n_columns, n_times) = specification.unwrap_or((1, 1));
            let text = text
                .trim()
                .replace(&format!("\\{separator}"), &separator.to_string());
            cells.push(Cell {
                text,
                n_columns,
                n_times,
            });
        }
        specification = next;
    }
    (cells, before)
}

/// Splits `text 2+` into the text and how many columns the next cell has and how often it
/// stands.
fn specified(part: &str, is_first: bool) -> (&str, Option<(usize, usize)>) {
    let word = part.rsplit(char::is_whitespace).next().unwrap_or(part);
    let start = part.len() - word.len();
    // Without a space before it, it is the text of a cell.
    if start == 0 && !is_first {
        return (part, None);
    }
    let is_one = word.len() <= 8
        && !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+*.<>^aehlmsdv".contains(&byte))
        && (word.contains(['+', '*', '<', '>', '^']) || word.len() == 1)
        && !word.bytes().all(|byte| byte.is_ascii_digit());
    if !is_one {
        return (part, None);
    }
    let number = |mark: char| {
        let (digits, _) = word.split_once(mark)?;
        let digits = digits.split('.').next()?;
        digits.parse::<usize>().ok()
    };
    let n_columns = number('+').unwrap_or(1).clamp(1, MAX_COLUMNS);
    let n_times = number('*').unwrap_or(1).clamp(1, MAX_COLUMNS);
    (&part[..start], Some((n_columns, n_times)))
}

/// Cells that are said to stand several times do so while that takes at most `room` bytes.
fn rows(cells: Vec<Cell>, n_columns: usize, mut room: usize) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for cell in cells {
        let repeated = (cell.text.len() + PADDING_BYTES) * (cell.n_times - 1);
        let n_times = match room.checked_sub(repeated) {
            Some(left) => {
                room = left;
                cell.n_times
            }
            None => 1,
        };
        for time in 0..n_times {
            let is_repeated = time == 0 || cell.text.len() <= MAX_REPEATED_BYTES;
            row.push(if is_repeated {
                cell.text.clone()
            } else {
                String::new()
            });
            let n_empty = (cell.n_columns - 1).min(n_columns.saturating_sub(row.len()));
            row.extend(std::iter::repeat_n(String::new(), n_empty));
            if row.len() >= n_columns {
                rows.push(std::mem::take(&mut row));
            }
        }
    }
    rows.extend(Some(row).filter(|row| !row.is_empty()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(lines: &[&str], attributes: &str, header: bool, expected: &[&[&str]]) {
        let (rows, has_header) = read(lines, &Shape::of(attributes));
        assert_eq!(rows, expected);
        assert_eq!(has_header, header);
    }

    #[test]
    fn cells_stand_on_one_line_or_on_many() {
        expect(
            &["| a | b", "", "| c", "| d", "more"],
            "",
            true,
            &[&["a", "b"], &["c", "d more"]],
        );
        expect(&["", "|a|b"], "", false, &[&["a", "b"]]);
        expect(
            &["|a", "|b", "|c"],
            "cols=\"1,2*\"",
            false,
            &[&["a", "b", "c"]],
        );
    }

    #[test]
    fn attributes_say_what_the_header_is() {
        expect(
            &["|a|b", "|c|d"],
            "%header,cols=2*",
            true,
            &[&["a", "b"], &["c", "d"]],
        );
        expect(
            &["|a|b", "", "|c|d"],
            "options=\"noheader\"",
            false,
            &[&["a", "b"], &["c", "d"]],
        );
    }

    #[test]
    fn cells_span_and_repeat() {
        expect(
            &["|a|b", "2+|c", "2*|d", "a|e h|f"],
            "",
            false,
            &[&["a", "b"], &["c", ""], &["d", "d"], &["e", "f"]],
        );
        expect(&["|a \\| b|c"], "", false, &[&["a | b", "c"]]);
        expect(&["\u{a0}|a|b\u{a0}2+|c"], "", false, &[&["a", "b", "c"]]);
    }

    #[test]
    fn cells_repeat_only_while_there_is_room() {
        let lines = ["100*|a"].repeat(1000);
        let (rows, _) = read(&lines, &Shape::default());
        assert!((1000..5000).contains(&rows.len()), "{}", rows.len());
    }

    #[test]
    fn values_may_be_separated_by_commas() {
        expect(
            &["a,\"b, c\"", "d,e"],
            "format=csv,options=header",
            true,
            &[&["a", "b, c"], &["d", "e"]],
        );
    }
}
