//! The lines of a page in; headings, paragraphs, lists, code and tables out.

use super::super::builder::Builder;
use super::headings::PageHeadings;
use super::order::Line;
use super::style::{Style, n_chars_of};
use super::tables;
use super::words::Word;
use super::{Sheet, is_leader};

/// Bullets of lists.
const BULLETS: &str = "•▪◦‣·●○■□▫➢➤✓✔⁃∙*–—-";

/// A share of characters of fixed pitch that makes a line code.
const CODE_SHARE: f32 = 0.9;

/// Most blank lines in a row that are kept within code.
const MAX_BLANK: usize = 2;

/// Most characters that a line of code is indented or spread by.
const MAX_COLUMN: usize = 400;

/// Most lists within lists.
const MAX_DEPTH: usize = 8;

/// So much further from the line above than usual, and a paragraph has ended.
const NEW_PARAGRAPH: f32 = 1.25;

/// Lines to either side whose ends show where the right margin is.
const MARGIN_LINES: usize = 5;

/// Builds the blocks of a page.
pub(super) fn build(sheet: &Sheet, headings: &PageHeadings, style: &Style, builder: &mut Builder) {
    let mut page = Page {
        sheet,
        style,
        builder,
        open: None,
        item_edges: Vec::new(),
    };
    let n_lines = sheet.lines.len();
    let mut at = 0;
    for (&line, found) in &headings.at {
        // A bookmark may lead below the last line, and into the lines of another heading.
        page.text(at, line.min(n_lines));
        at = at.max(line);
        for heading in found {
            page.builder.heading(heading.level, &heading.text, None);
            at = at.max(line + heading.n_lines);
        }
    }
    page.text(at, n_lines);
}

/// A paragraph or an item of a list in the making.
struct Open {
    /// Lines that end where a sentence would have gone on are kept apart.
    lines: Vec<String>,
    item: Option<Item>,
    /// Index of its last line, and how many it has.
    last: usize,
    n_lines: usize,
    /// Where its text starts: that of an item after the bullet.
    edge: f32,
}

struct Item {
    depth: usize,
    number: Option<u64>,
    /// Where the bullet starts.
    edge: f32,
}

struct Page<'s, 'b> {
    sheet: &'s Sheet,
    style: &'s Style,
    builder: &'b mut Builder,
    open: Option<Open>,
    /// Where the bullets of the lists stand that items may belong to, outermost first.
    item_edges: Vec<f32>,
}

/// The mark of an item: its number, and how many words the mark takes.
struct ItemMark {
    number: Option<u64>,
    is_bullet: bool,
}

impl Page<'_, '_> {
    /// Builds the lines `at..end`, between which no heading stands.
    fn text(&mut self, mut at: usize, end: usize) {
        while at < end {
            at = self.step(at, end);
        }
        self.close();
    }

    fn step(&mut self, at: usize, end: usize) -> usize {
        let n_code = self.code_lines(at, end);
        if n_code > 1 || (n_code == 1 && !self.goes_on(at)) {
            self.close();
            self.item_edges.clear();
            let code = self.code(at, n_code);
            self.builder.code(&code, "");
            return at + n_code;
        }
        if let Some(table) = tables::at(self.sheet, self.style, at, end) {
            self.close();
            self.item_edges.clear();
            self.builder.table(table.header.as_deref(), &table.rows);
            return at + table.n_lines;
        }
        self.prose(at);
        at + 1
    }

    fn line(&self, at: usize) -> &Line {
        &self.sheet.lines[at]
    }

    // Code

    fn is_code(&self, at: usize) -> bool {
        let line = self.line(at);
        let fixed = line.words.iter().filter(|word| word.is_fixed_pitch);
        let n_fixed: usize = fixed.map(|word| usize::from(word.n_chars)).sum();
        !self.style.is_all_fixed && n_fixed as f32 >= CODE_SHARE * n_chars_of(line) as f32
    }

    fn code_lines(&self, at: usize, end: usize) -> usize {
        let mut n_lines = 0;
        while at + n_lines < end && self.is_code(at + n_lines) {
            let line = self.line(at + n_lines);
            if n_lines > 0 {
                let pitch = line.y - self.line(at + n_lines - 1).y;
                if pitch <= 0.0 || pitch > 3.6 * line.size {
                    break;
                }
            }
            n_lines += 1;
        }
        n_lines
    }

    /// Whether a line of code is only a long name within the running text.
    fn goes_on(&self, at: usize) -> bool {
        let Some(open) = &self.open else {
            return false;
        };
        let (line, above) = (self.line(at), self.line(open.last));
        let pitch = line.y - above.y;
        open.last + 1 == at
            && pitch > 0.0
            && pitch < self.style.leading * NEW_PARAGRAPH * line.size.max(above.size)
            && (line.x0 - open.edge).abs() < line.size
            && !self.would_have_fit(open.last, at)
    }

    /// Code as it stands: what is indented and spread on paper is in the text.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole rows; what is below 0 or too large saturates and is clamped"
    )]
    fn code(&self, at: usize, n_lines: usize) -> String {
        let lines = &self.sheet.lines[at..at + n_lines];
        let left = lines.iter().map(|line| line.x0).fold(f32::MAX, f32::min);
        let mut widths: Vec<f32> = lines
            .iter()
            .flat_map(|line| &line.words)
            .filter(|word| word.n_chars > 0)
            .map(|word| (word.x1 - word.x0) / f32::from(word.n_chars))
            .collect();
        widths.sort_by(f32::total_cmp);
        let width = widths
            .get(widths.len() / 2)
            .copied()
            .unwrap_or(1.0)
            .max(0.1);
        let pitches = lines.windows(2).map(|pair| pair[1].y - pair[0].y);
        let pitch = pitches.fold(f32::MAX, f32::min).max(1.0);
        let mut code = String::new();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                let rows = ((line.y - lines[index - 1].y) / pitch).round() as usize;
                code.extend(std::iter::repeat_n('\n', rows.clamp(1, 1 + MAX_BLANK)));
            }
            self.code_line(line, left, width, &mut code);
        }
        code
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole column from 0; what is too large saturates and is clamped"
    )]
    fn code_line(&self, line: &Line, left: f32, width: f32, code: &mut String) {
        let mut column = 0;
        for (index, word) in line.words.iter().enumerate() {
            let text = self.sheet.word(word);
            let place = ((word.x0 - left) / width).round().max(0.0) as usize;
            let is_apart = index > 0 && line.words[index - 1].is_apart(word);
            // A word that is a little off its column must not part what belongs together.
            let n_spaces = if index == 0 || is_apart {
                place.saturating_sub(column).max(usize::from(is_apart))
            } else {
                0
            };
            let n_spaces = n_spaces.min(MAX_COLUMN);
            code.extend(std::iter::repeat_n(' ', n_spaces));
            code.push_str(text);
            column += n_spaces + text.chars().count();
        }
    }

    // Paragraphs and lists

    fn prose(&mut self, at: usize) {
        let mark = self.item_mark(at);
        let starts_new = self.starts_new(at);
        let line = self.line(at);
        if let Some(mark) = mark
            && (starts_new || mark.is_bullet || self.is_next_item(at))
        {
            self.open_item(at, &mark);
            return;
        }
        let (x0, is_contents) = (line.x0, self.sheet.has_leaders(line));
        let mut text = self.sheet.text_of(line);
        if is_contents {
            text = without_leaders(&text);
        }
        let is_hard = !starts_new
            && self
                .open
                .as_ref()
                .is_some_and(|open| is_contents || self.would_have_fit(open.last, at));
        match &mut self.open {
            Some(open) if !starts_new => {
                match open.lines.last_mut() {
                    Some(before) if !is_hard => self.style.join(before, &text),
                    _ => open.lines.push(text),
                }
                if open.n_lines == 1 && open.item.is_none() {
                    open.edge = x0;
                }
                open.last = at;
                open.n_lines += 1;
            }
            _ => {
                self.close();
                self.open = Some(Open {
                    lines: vec![text],
                    item: None,
                    last: at,
                    n_lines: 1,
                    edge: x0,
                });
                // What is indented as far as the items goes on with the list.
                self.item_edges.retain(|edge| *edge < x0 - 1.0);
            }
        }
    }

    fn open_item(&mut self, at: usize, mark: &ItemMark) {
        self.close();
        let sheet = self.sheet;
        let line = &sheet.lines[at];
        let edge = line.x0;
        self.item_edges
            .retain(|other| *other < edge - 0.5 * line.size);
        self.item_edges.truncate(MAX_DEPTH);
        let depth = self.item_edges.len();
        self.item_edges.push(edge);
        let words = &line.words[1..];
        self.open = Some(Open {
            lines: vec![sheet.text_of_words(words)],
            item: Some(Item {
                depth,
                number: mark.number,
                edge,
            }),
            last: at,
            n_lines: 1,
            edge: words.first().map_or(edge, |word| word.x0),
        });
    }

    /// The mark in front of a line, if it is an item's.
    fn item_mark(&self, at: usize) -> Option<ItemMark> {
        let [first, second, ..] = self.line(at).words.as_slice() else {
            return None;
        };
        let gap = second.x0 - first.x1;
        if !first.is_apart(second) || gap > 6.0 * first.size {
            return None;
        }
        let text = self.sheet.word(first);
        if text.chars().count() == 1 && BULLETS.contains(text) {
            return Some(ItemMark {
                number: None,
                is_bullet: !"*-–—".contains(text),
            });
        }
        let digits = text.strip_suffix(['.', ')'])?;
        let digits = digits.strip_prefix('(').unwrap_or(digits);
        let is_short = (1..=3).contains(&digits.len());
        let number = digits.parse().ok().filter(|_| is_short)?;
        Some(ItemMark {
            number: Some(number),
            is_bullet: false,
        })
    }

    /// Whether a line stands under the item before it as its next, or as its first within it;
    /// a line that goes on with its text stands where that starts.
    fn is_next_item(&self, at: usize) -> bool {
        let line = self.line(at);
        let is_near = |edge: f32| (edge - line.x0).abs() < 0.4 * line.size;
        self.open.as_ref().is_some_and(|open| {
            let item = open.item.as_ref();
            item.is_some_and(|item| is_near(item.edge) || !is_near(open.edge))
        })
    }

    /// Whether a line opens a paragraph.
    fn starts_new(&self, at: usize) -> bool {
        let Some(open) = &self.open else {
            return true;
        };
        let (line, above) = (self.line(at), self.line(open.last));
        if line.starts_column {
            return !self.flows_over(open, at);
        }
        let pitch = line.y - above.y;
        if self.sheet.has_leaders(line) && self.sheet.has_leaders(above) {
            return pitch <= 0.0 || pitch > 3.0 * line.size;
        }
        let size = self
            .style
            .body
            .min(line.size.max(above.size))
            .max(above.size);
        let is_far = pitch <= 0.0 || pitch > self.style.leading * NEW_PARAGRAPH * size;
        let is_other_size = (line.size / above.size.max(0.1) - 1.0).abs() > 0.15;
        let shift = line.x0 - above.x0;
        let is_moved = match (&open.item, open.n_lines) {
            (Some(item), 1) => line.x0 < item.edge + 0.3 * size || line.x0 > open.edge + 2.0 * size,
            // The first line of a paragraph is indented, or all but it are.
            (None, 1) => shift > 0.8 * size && self.would_have_fit(open.last, at),
            _ => shift.abs() > 0.8 * size,
        };
        let is_ended = ends_sentence(open) && self.would_have_fit(open.last, at);
        is_far || is_other_size || is_moved || is_ended
    }

    /// Whether the paragraph above goes on at the top of the next column.
    fn flows_over(&self, open: &Open, at: usize) -> bool {
        let starts_small = self
            .line(at)
            .words
            .first()
            .and_then(|word| self.sheet.word(word).chars().next())
            .is_some_and(char::is_lowercase);
        starts_small && !ends_sentence(open) && self.line(open.last).y > self.line(at).y
    }

    /// Whether the first word of a line would have found room at the end of the line above: then
    /// the line was not filled, it was ended.
    fn would_have_fit(&self, above: usize, at: usize) -> bool {
        let Some(first) = self.line(at).words.first() else {
            return false;
        };
        let width = first_width(self.line(at), first);
        let space = 0.3 * first.size;
        self.line(above).x1 + space + width < self.right_margin(above, at) - 0.1 * first.size
    }

    /// How far the lines around reach.
    fn right_margin(&self, above: usize, at: usize) -> f32 {
        let lines = &self.sheet.lines;
        let size = self.line(above).size;
        let is_like = |line: &&Line| (line.size - size).abs() < 0.5;
        let before = lines[above.saturating_sub(MARGIN_LINES)..=above]
            .iter()
            .rev();
        let after = lines[at..(at + MARGIN_LINES).min(lines.len())].iter();
        // Columns to the side are no measure.
        let own = before.take_while(|line| !line.starts_column || line.y <= self.line(above).y);
        let next = after.take_while(|line| !line.starts_column);
        own.chain(next)
            .filter(is_like)
            .map(|line| line.x1)
            .fold(self.line(above).x1, f32::max)
    }

    /// Ends the open paragraph or item.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        match open.item {
            Some(item) => {
                let text = open.lines.join(" ");
                self.builder.item(item.depth, item.number, &text);
            }
            None if open.lines.len() == 1 => self.builder.paragraph(&open.lines[0]),
            None => self.builder.lines(&open.lines.join("\n")),
        }
    }
}

fn ends_sentence(open: &Open) -> bool {
    let text = open.lines.last().map_or("", String::as_str);
    text.ends_with(['.', '!', '?', ':', ';', '…'])
}

/// How wide the first word is, with the parts of it that stand close.
fn first_width(line: &Line, first: &Word) -> f32 {
    let end = line
        .words
        .windows(2)
        .find(|pair| pair[0].is_apart(&pair[1]))
        .map_or(line.x1, |pair| pair[0].x1);
    end - first.x0
}

/// A line of a table of contents without the dots between title and page number.
fn without_leaders(text: &str) -> String {
    let words: Vec<&str> = text
        .split(' ')
        .flat_map(|word| word.split("...."))
        .map(|word| word.trim_start_matches(is_leader))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_of_a_table_of_contents_go() {
        assert_eq!(without_leaders("1.2 Ports . . . . . . 17"), "1.2 Ports 17");
        assert_eq!(without_leaders("Ports.........17"), "Ports 17");
    }
}
