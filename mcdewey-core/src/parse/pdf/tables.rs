//! Lines in, rows and cells out, where columns are clear.

use super::Sheet;
use super::content::Rule;
use super::order::Line;
use super::style::Style;
use super::words::Word;

/// Narrowest gap between cells, in font sizes. Spaces of justified text stay below it.
const CELL_GAP: f32 = 0.9;

/// Fewest lines with cells side by side that make a table.
const MIN_ROWS: usize = 3;

/// Most columns.
const MAX_COLUMNS: usize = 100;

/// Most lines. A page has a hundred; what is longer becomes several tables.
const MAX_LINES: usize = 1_000;

/// A table that was found.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub(super) header: Option<Vec<String>>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) n_lines: usize,
}

/// The table that starts at line `first`, if one does. It ends before line `end`.
pub(super) fn at(sheet: &Sheet, style: &Style, first: usize, end: usize) -> Option<Table> {
    let lines = &sheet.lines[first..end.min(first + MAX_LINES)];
    let size = lines.first()?.size;
    if !has_cells(&lines[0]) {
        return None;
    }
    // A table of contents is read line by line.
    let n_lines = lines
        .iter()
        .take_while(|line| !sheet.has_leaders(line))
        .count();
    let lines = lines.get(..n_lines).filter(|lines| !lines.is_empty())?;
    let (n_lines, strips) = common(lines, size);
    let lines = &lines[..n_lines];
    if strips.is_empty() {
        return None;
    }
    let n_with_cells = lines.iter().filter(|line| has_cells(line)).count();
    let is_ruled = rules_between(lines, &sheet.rules).len() >= 2;
    let min_rows = if is_ruled { 2 } else { MIN_ROWS };
    if n_with_cells < min_rows {
        return None;
    }
    let borders: Vec<f32> = strips.iter().map(|&(a, b)| f32::midpoint(a, b)).collect();
    if is_list(sheet, lines, borders[0]) {
        return None;
    }
    let rows = rows(sheet, style, lines, &borders);
    let is_header = rows.len() > 1 && (is_header(sheet, lines) || (is_ruled && is_names(&rows[0])));
    let mut rows = rows.into_iter();
    let header = if is_header { rows.next() } else { None };
    Some(Table {
        header,
        rows: rows.collect(),
        n_lines,
    })
}

/// Whether parts of a line stand as far from one another as cells do.
fn has_cells(line: &Line) -> bool {
    line.words
        .windows(2)
        .any(|pair| pair[1].x0 - pair[0].x1 >= CELL_GAP * line.size)
}

/// How many lines leave common strips free between their words, and which. Lines with a single
/// cell go on with a table only as long as they keep to its columns.
fn common(lines: &[Line], size: f32) -> (usize, Vec<(f32, f32)>) {
    let mut strips = free(&lines[0]);
    if strips.len() >= MAX_COLUMNS {
        return (0, Vec::new());
    }
    let mut n_lines = 1;
    let mut last_with_cells = 1;
    for (index, line) in lines.iter().enumerate().skip(1) {
        let above = &lines[index - 1];
        let is_below = line.y > above.y && line.y - above.y < 3.5 * size;
        let is_like = (line.size / size - 1.0).abs() < 0.25 && !line.starts_column;
        let left: Vec<(f32, f32)> = strips
            .iter()
            .flat_map(|&strip| without(strip, &line.words))
            .filter(|(a, b)| b - a >= CELL_GAP * 0.8 * size)
            .collect();
        if !is_below || !is_like || left.is_empty() {
            break;
        }
        if has_cells(line) {
            last_with_cells = index + 1;
        } else if index + 1 - last_with_cells > MAX_WRAPPED {
            break;
        }
        strips = left;
        n_lines = index + 1;
    }
    let n_lines = n_lines.min(last_with_cells + wrapped_tail(lines, n_lines, last_with_cells));
    let lines = &lines[..n_lines];
    // A strip with words at one side only is a margin.
    let x0 = lines.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
    let x1 = lines.iter().map(|line| line.x1).fold(f32::MIN, f32::max);
    strips.retain(|&(a, b)| a > x0 && b < x1 && has_both_sides(lines, f32::midpoint(a, b)));
    (n_lines, strips)
}

/// Most lines of a cell while its neighbours are at their end.
const MAX_WRAPPED: usize = 12;

/// Lines after the last one with cells side by side that still belong to its last cell: close to
/// it, and indented to a column.
fn wrapped_tail(lines: &[Line], n_lines: usize, last: usize) -> usize {
    (last..n_lines)
        .take_while(|&index| {
            let (line, above) = (&lines[index], &lines[index - 1]);
            line.y - above.y < 1.5 * line.size && line.x0 > lines[last - 1].x0 + line.size
        })
        .count()
}

fn free(line: &Line) -> Vec<(f32, f32)> {
    line.words
        .windows(2)
        .filter(|pair| pair[1].x0 - pair[0].x1 >= CELL_GAP * line.size)
        .map(|pair| (pair[0].x1, pair[1].x0))
        .collect()
}

/// What words leave of a strip.
fn without((mut from, to): (f32, f32), words: &[Word]) -> Vec<(f32, f32)> {
    let mut parts = Vec::new();
    for word in words {
        if word.x1 <= from || word.x0 >= to {
            continue;
        }
        if word.x0 > from {
            parts.push((from, word.x0));
        }
        from = from.max(word.x1);
    }
    if from < to {
        parts.push((from, to));
    }
    parts
}

/// Whether at least two lines have words at both sides.
fn has_both_sides(lines: &[Line], at: f32) -> bool {
    let crosses = |line: &&Line| line.x0 < at && line.x1 > at;
    lines.iter().filter(crosses).count() >= 2
}

/// Bullets and numbers with text beside them are a list.
fn is_list(sheet: &Sheet, lines: &[Line], border: f32) -> bool {
    let marks: Vec<&Word> = lines
        .iter()
        .filter_map(|line| line.words.first().filter(|word| word.x1 <= border))
        .collect();
    let is_mark = |word: &&&Word| {
        let text = sheet.word(word);
        let bare = text.trim_matches(['.', ')', '(', ':']);
        let is_short = bare.chars().count() <= 3;
        !bare.chars().any(char::is_alphanumeric)
            || (is_short && bare.len() < text.len() && bare.parse::<u32>().is_ok())
            || (bare.chars().count() == 1 && bare.len() < text.len())
    };
    let n_marks = marks.iter().filter(is_mark).count();
    !marks.is_empty() && n_marks * 10 >= marks.len() * 8
}

/// Heights of the lines that are drawn between the first and the last line of text.
fn rules_between(lines: &[Line], rules: &[Rule]) -> Vec<f32> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return Vec::new();
    };
    let x0 = lines.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
    let x1 = lines.iter().map(|line| line.x1).fold(f32::MIN, f32::max);
    let mut heights: Vec<f32> = rules
        .iter()
        .filter(|rule| rule.y1 - rule.y0 < 1.0 && rule.y0 > first.y && rule.y0 < last.y)
        .filter(|rule| rule.x1.min(x1) - rule.x0.max(x0) > 0.4 * (x1 - x0))
        .map(|rule| rule.y0)
        .collect();
    heights.sort_by(f32::total_cmp);
    // Both edges of a thin box are one line.
    heights.dedup_by(|a, b| (*a - *b).abs() < 4.0);
    heights
}

/// Cells of the rows. Where lines are drawn between rows, a row is what stands between them;
/// elsewhere it starts with a line that has something in the first column.
fn rows(sheet: &Sheet, style: &Style, lines: &[Line], borders: &[f32]) -> Vec<Vec<String>> {
    let rules = rules_between(lines, &sheet.rules);
    let n_first = lines.iter().filter(|line| line.x0 < borders[0]).count();
    // Two or three lines are drawn around the header and at the end, more between rows.
    let is_ruled = rules.len() >= 3 && rules.len() * 2 + 2 >= n_first;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut above = f32::MIN;
    for line in lines {
        let is_new = if is_ruled {
            rules.iter().any(|&rule| rule > above && rule <= line.y)
        } else {
            line.x0 < borders[0]
        };
        above = line.y;
        let cells = cells(sheet, line, borders);
        match rows.last_mut() {
            Some(row) if !is_new => {
                for (cell, more) in row.iter_mut().zip(cells) {
                    if cell.is_empty() {
                        *cell = more;
                    } else if !more.is_empty() {
                        style.join(cell, &more);
                    }
                }
            }
            _ => rows.push(cells),
        }
    }
    rows
}

fn cells(sheet: &Sheet, line: &Line, borders: &[f32]) -> Vec<String> {
    let mut cells = Vec::with_capacity(borders.len() + 1);
    let mut rest = line.words.as_slice();
    for &border in borders {
        let n_words = rest.iter().take_while(|word| word.x0 < border).count();
        let (cell, after) = rest.split_at(n_words);
        cells.push(sheet.text_of_words(cell));
        rest = after;
    }
    cells.push(sheet.text_of_words(rest));
    cells
}

/// Whether every cell says something, and nothing with a digit: names of columns, hardly values.
fn is_names(row: &[String]) -> bool {
    row.iter()
        .all(|cell| !cell.is_empty() && !cell.contains(|c: char| c.is_ascii_digit()))
}

/// The first row is a header if it is bold and the second is not, or if a line is drawn below it.
fn is_header(sheet: &Sheet, lines: &[Line]) -> bool {
    let [first, second, ..] = lines else {
        return false;
    };
    let is_bold = |line: &Line| line.words.iter().all(|word| word.is_bold);
    if is_bold(first) && !is_bold(second) {
        return true;
    }
    let rules = rules_between(lines, &sheet.rules);
    rules.first().is_some_and(|&rule| rule <= second.y) && rules.len() < lines.len() / 2
}
