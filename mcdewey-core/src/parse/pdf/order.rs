//! The words of a page in, its lines in reading order out.
//!
//! ```text
//! +-----------------+
//! |  title          |   band 1: nothing to part
//! +-------+ +-------+
//! | a     | | c     |   band 2: a gutter runs through it, and there is running text at both
//! | b     | | d     |   sides of it: a b c d
//! +-------+ +-------+
//! |  name    port   |   band 3: a gutter, but a table's: read row by row
//! +-----------------+
//! ```

use super::content::Rule;
use super::words::Word;

/// Narrowest gutter between columns, in parts of the font's size.
const GUTTER: f32 = 0.75;

/// Narrowest column of running text, in font sizes.
const MIN_COLUMN: f32 = 9.0;

/// Fewest lines of a column.
const MIN_LINES: usize = 4;

/// Lines of a column that are nearly as long as the column; the others end a paragraph.
const FULL_LINES: f32 = 0.45;

/// Most strips between the words of a row that are looked at, the widest.
const MAX_STRIPS: usize = 64;

/// Most gutters of a band that are tried, the widest first.
const MAX_GUTTERS: usize = 8;

/// Most columns in columns.
const MAX_DEPTH: usize = 5;

/// Part of the size within which words stand on one base line.
const BASELINE: f32 = 0.25;

/// A line of text. Its words are in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    /// The size of most of it.
    pub(super) size: f32,
    /// A new column or band starts with it.
    pub(super) starts_column: bool,
}

/// The lines of a page in the order in which they are read.
pub(super) fn lines(words: Vec<Word>, rules: &[Rule]) -> Vec<Line> {
    let mut columns = Vec::new();
    part(words, rules, 0, &mut columns);
    columns
        .into_iter()
        .flat_map(|column| {
            let mut lines = rows_of_text(column);
            if let Some(first) = lines.first_mut() {
                first.starts_column = true;
            }
            lines
        })
        .collect()
}

/// Parts words at gutters, from top to bottom and from left to right.
fn part(words: Vec<Word>, rules: &[Rule], depth: usize, columns: &mut Vec<Vec<Word>>) {
    if depth >= MAX_DEPTH || words.len() < 2 * MIN_LINES {
        columns.push(words);
        return;
    }
    let size = median_size(&words);
    let (left, right) = extent(&words);
    let rows = rows(words);
    let mut whole: Vec<Word> = Vec::new();
    for band in bands(rows, left, right, GUTTER * size) {
        match gutter(&band, rules, size) {
            None => whole.extend(band.rows.into_iter().flatten()),
            Some(at) => {
                if !whole.is_empty() {
                    columns.push(std::mem::take(&mut whole));
                }
                let (before, after) = band
                    .rows
                    .into_iter()
                    .flatten()
                    .partition(|word| word.x0 < at);
                part(before, rules, depth + 1, columns);
                part(after, rules, depth + 1, columns);
            }
        }
    }
    if !whole.is_empty() {
        columns.push(whole);
    }
}

/// Rows one below the other, and the strips of paper that all of them leave free.
struct Band {
    rows: Vec<Vec<Word>>,
    free: Vec<(f32, f32)>,
}

fn bands(rows: Vec<Vec<Word>>, left: f32, right: f32, min_width: f32) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for row in rows {
        let free = free_strips(&row, left, right, min_width);
        if let Some(band) = bands.last_mut() {
            let common = common_strips(&band.free, &free, min_width);
            if !common.is_empty() {
                band.free = common;
                band.rows.push(row);
                continue;
            }
        }
        bands.push(Band {
            rows: vec![row],
            free,
        });
    }
    bands
}

fn free_strips(row: &[Word], left: f32, right: f32, min_width: f32) -> Vec<(f32, f32)> {
    let mut sorted: Vec<(f32, f32)> = row.iter().map(|word| (word.x0, word.x1)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = Vec::new();
    let mut at = left;
    for (x0, x1) in sorted {
        if x0 - at >= min_width {
            free.push((at, x0));
        }
        at = at.max(x1);
    }
    if right - at >= min_width {
        free.push((at, right));
    }
    if free.len() > MAX_STRIPS {
        free.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
        free.truncate(MAX_STRIPS);
        free.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    free
}

/// Both lists are sorted, so one walk over both is enough.
fn common_strips(a: &[(f32, f32)], b: &[(f32, f32)], min_width: f32) -> Vec<(f32, f32)> {
    let mut common = Vec::new();
    let (mut i, mut j) = (0, 0);
    while let (Some(&(a0, a1)), Some(&(b0, b1))) = (a.get(i), b.get(j)) {
        let strip = (a0.max(b0), a1.min(b1));
        if strip.1 - strip.0 >= min_width {
            common.push(strip);
        }
        if a1 < b1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

/// Where a band is to be parted, if there is running text at both sides.
fn gutter(band: &Band, rules: &[Rule], size: f32) -> Option<f32> {
    let mut widest = band.free.clone();
    widest.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
    widest
        .into_iter()
        .take(MAX_GUTTERS)
        .map(|(from, to)| f32::midpoint(from, to))
        .find(|&at| parts_columns(band, at, rules, size))
}

fn parts_columns(band: &Band, at: f32, rules: &[Rule], size: f32) -> bool {
    let side = |is_left: bool| -> Vec<Vec<&Word>> {
        band.rows
            .iter()
            .map(|row| {
                row.iter()
                    .filter(|word| (word.x0 < at) == is_left)
                    .collect()
            })
            .filter(|row: &Vec<&Word>| !row.is_empty())
            .collect()
    };
    let (left, right) = (side(true), side(false));
    if left.len() < MIN_LINES || right.len() < MIN_LINES {
        return false;
    }
    if !(is_running_text(&left, size) && is_running_text(&right, size)) {
        return false;
    }
    // Lines that are drawn across the gutter are those between the rows of a table.
    let ys = band.rows.iter().flatten().map(|word| word.y);
    let top = ys.clone().fold(f32::MAX, f32::min);
    let bottom = ys.fold(f32::MIN, f32::max);
    let crosses = |rule: &&Rule| {
        rule.y1 - rule.y0 < 1.0 && rule.x0 < at && rule.x1 > at && rule.y0 > top && rule.y0 < bottom
    };
    rules.iter().filter(crosses).count() < 2
}

/// Whether rows are wide enough, and mostly reach from one edge to the other.
fn is_running_text(rows: &[Vec<&Word>], size: f32) -> bool {
    let all = rows.iter().flatten();
    let x0 = all.clone().map(|word| word.x0).fold(f32::MAX, f32::min);
    let x1 = all.clone().map(|word| word.x1).fold(f32::MIN, f32::max);
    let n_fixed = all.clone().filter(|word| word.is_fixed_pitch).count();
    let n_words = all.count();
    let width = x1 - x0;
    if width < MIN_COLUMN * size || n_fixed * 2 > n_words || n_words < rows.len() * 2 {
        return false;
    }
    let is_full = |row: &&Vec<&Word>| {
        let end = row.iter().map(|word| word.x1).fold(f32::MIN, f32::max);
        end > x1 - 0.15 * width
    };
    rows.iter().filter(is_full).count() as f32 >= FULL_LINES * rows.len() as f32
}

/// Words by base line, from top to bottom; each row from left to right.
fn rows(mut words: Vec<Word>) -> Vec<Vec<Word>> {
    words.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Vec<Word>> = Vec::new();
    let mut last_y = f32::MIN;
    for word in words {
        match rows.last_mut() {
            Some(row)
                if word.y - last_y < BASELINE * word.size.max(row[0].size)
                    && word.y - row[0].y < 2.0 * BASELINE * row[0].size.max(word.size) =>
            {
                row.push(word);
            }
            _ => rows.push(vec![word]),
        }
        last_y = word.y;
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    rows
}

/// Rows, with what is raised or lowered put back into its line.
fn rows_of_text(words: Vec<Word>) -> Vec<Line> {
    let mut lines: Vec<Line> = rows(words).into_iter().map(line).collect();
    let hosts: Vec<Option<usize>> = (0..lines.len()).map(|index| host(&lines, index)).collect();
    for (index, host) in hosts.iter().enumerate() {
        // Small print that leans on small print that leans on a line stays where it is.
        let Some(to) = host.filter(|&to| hosts[to].is_none()) else {
            continue;
        };
        let small = std::mem::take(&mut lines[index].words);
        let (y, size) = (lines[to].y, lines[to].size);
        let mut words = std::mem::take(&mut lines[to].words);
        words.extend(small);
        words.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        lines[to] = Line {
            y,
            size,
            ..line(words)
        };
    }
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// The line that a row of small print belongs to: one above or below that it leans on.
fn host(lines: &[Line], index: usize) -> Option<usize> {
    let small = &lines[index];
    let candidates = [index.checked_sub(1), Some(index + 1)];
    candidates
        .into_iter()
        .flatten()
        .filter(|&other| {
            lines.get(other).is_some_and(|large| {
                let shift = small.y - large.y;
                small.size < 0.88 * large.size
                    && shift > -0.65 * large.size
                    && shift < 0.35 * large.size
                    && leans_on(small, large)
                    && !overlaps(small, large)
            })
        })
        .min_by(|&a, &b| {
            let distance = |other: usize| (lines[other].y - small.y).abs();
            distance(a).total_cmp(&distance(b))
        })
}

/// Whether small print starts right after a word of a line, or ends right before one.
fn leans_on(small: &Line, large: &Line) -> bool {
    let near = 0.5 * large.size;
    large
        .words
        .iter()
        .any(|word| (small.x0 - word.x1).abs() < near || (word.x0 - small.x1).abs() < near)
}

/// Whether words stand over one another. Both lists are sorted, so one walk over both is enough.
fn overlaps(small: &Line, large: &Line) -> bool {
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (small.words.get(i), large.words.get(j)) {
        let slack = 0.2 * a.size;
        if a.x0 < b.x1 - slack && b.x0 < a.x1 - slack {
            return true;
        }
        if a.x1 < b.x1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    false
}

fn line(words: Vec<Word>) -> Line {
    let (x0, x1) = extent(&words);
    let y = words.first().map_or(0.0, |word| word.y);
    Line {
        x0,
        x1,
        y,
        size: prevailing_size(&words),
        words,
        starts_column: false,
    }
}

fn extent(words: &[Word]) -> (f32, f32) {
    words.iter().fold((f32::MAX, f32::MIN), |(x0, x1), word| {
        (x0.min(word.x0), x1.max(word.x1))
    })
}

/// The size that most characters have.
fn prevailing_size(words: &[Word]) -> f32 {
    let mut sizes: Vec<(f32, u32)> = Vec::new();
    for word in words {
        match sizes
            .iter_mut()
            .find(|(size, _)| (*size - word.size).abs() < 0.25)
        {
            Some((_, n)) => *n += u32::from(word.n_chars),
            None => sizes.push((word.size, u32::from(word.n_chars))),
        }
    }
    let largest = sizes
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
    largest.map_or(0.0, |(size, _)| size)
}

fn median_size(words: &[Word]) -> f32 {
    let mut sizes: Vec<f32> = words.iter().map(|word| word.size).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}
