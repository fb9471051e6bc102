//! Lines and bookmarks in, headings with their levels out.
//!
//! Bookmarks say which lines are headings and of what level; lines that look like those are
//! headings too. Without bookmarks, size and weight alone decide.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Sheet;
use super::bookmarks::Bookmark;
use super::order::Line;
use super::style::Style;

/// Most lines of a heading.
const MAX_LINES: usize = 3;

/// Longest heading, in characters.
const MAX_CHARS: usize = 200;

/// So much larger than running text is a heading.
const LARGER: f32 = 1.12;

/// So many bookmarks make an outline; fewer are a handful of links.
const MIN_BOOKMARKS: usize = 3;

/// Deepest level that is told apart.
const MAX_LEVEL: u8 = 6;

/// The headings of a document, by page.
#[derive(Debug)]
pub(super) struct Headings {
    pub(super) pages: Vec<PageHeadings>,
}

/// The headings of a page.
#[derive(Debug, Default)]
pub(super) struct PageHeadings {
    /// By index of their first line.
    pub(super) at: BTreeMap<usize, Vec<Heading>>,
}

/// A heading and the lines that it takes; none if it stands in the outline alone.
#[derive(Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) level: u8,
    pub(super) n_lines: usize,
}

/// How a line looks: its size in half points, and whether it is bold.
type Look = (i32, bool);

/// Finds the headings of all pages.
pub(super) fn find(sheets: &[Sheet], bookmarks: &[Bookmark], style: &Style) -> Headings {
    let mut pages: Vec<PageHeadings> = sheets.iter().map(|_| PageHeadings::default()).collect();
    let mut of_page: BTreeMap<usize, Vec<&Bookmark>> = BTreeMap::new();
    let has_outline = bookmarks.len() >= MIN_BOOKMARKS;
    for bookmark in bookmarks
        .iter()
        .filter(|mark| has_outline && mark.page < sheets.len())
    {
        of_page.entry(bookmark.page).or_default().push(bookmark);
    }
    let mut looks: HashMap<Look, HashMap<u8, usize>> = HashMap::new();
    for (page, bookmarks) in of_page {
        let sheet = &sheets[page];
        for (line, heading) in bookmarked(sheet, &bookmarks) {
            if heading.n_lines > 0 {
                let levels = looks.entry(look(&sheet.lines[line])).or_default();
                *levels.entry(heading.level).or_default() += 1;
            }
            pages[page].at.entry(line).or_default().push(heading);
        }
    }
    let mut levels = levels(looks, style);
    let others: Vec<Vec<Lookalike>> = sheets
        .iter()
        .zip(&pages)
        .map(|(sheet, headings)| by_look(sheet, style, &levels, has_outline, headings))
        .collect();
    add_levels(&mut levels, others.iter().flatten().map(|lines| lines.look));
    for ((sheet, headings), others) in sheets.iter().zip(&mut pages).zip(others) {
        for Lookalike {
            first,
            n_lines,
            look,
        } in others
        {
            headings.at.entry(first).or_default().push(Heading {
                text: text_of_lines(sheet, first, n_lines),
                level: levels[&look],
                n_lines,
            });
        }
    }
    Headings { pages }
}

/// The largest text of the first page that has any, if it is much larger than running text.
pub(super) fn title(sheets: &[Sheet], style: &Style) -> Option<String> {
    let sheet = sheets
        .iter()
        .take(3)
        .find(|sheet| !sheet.lines.is_empty())?;
    let largest = sheet.lines.iter().map(|line| line.size).fold(0.0, f32::max);
    if largest < style.body * 1.3 {
        return None;
    }
    let lines = sheet.lines.iter().filter(|line| line.size > largest - 0.3);
    let parts: Vec<String> = lines
        .take(MAX_LINES)
        .map(|line| sheet.text_of(line))
        .collect();
    let title = parts.join(" ");
    let n_chars = title.chars().count();
    (has_letters(&title) && n_chars > 2 && n_chars <= MAX_CHARS).then_some(title)
}

/// The bookmarks of a page with the lines that they lead to.
fn bookmarked(sheet: &Sheet, bookmarks: &[&Bookmark]) -> Vec<(usize, Heading)> {
    let spellings = spellings(sheet);
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    for bookmark in bookmarks {
        let title = letters(&bookmark.title);
        let bare = letters(without_label(&bookmark.title));
        let keys = [title, bare];
        let keys = keys.iter().filter(|key| !key.is_empty());
        let place = keys
            .flat_map(|key| spellings.get(key).into_iter().flatten())
            .filter(|(line, _)| !taken.contains(line))
            .min_by(|a, b| {
                let far = |line: usize| match bookmark.top {
                    Some(top) => (sheet.lines[line].y - top).abs(),
                    None => sheet.lines[line].y,
                };
                far(a.0).total_cmp(&far(b.0))
            });
        let level = bookmark.level.min(MAX_LEVEL);
        let (line, text, n_lines) = match place {
            Some(&(line, n_lines)) => {
                taken.extend(line..line + n_lines);
                (line, text_of_lines(sheet, line, n_lines), n_lines)
            }
            None => (line_below(sheet, bookmark.top), bookmark.title.clone(), 0),
        };
        found.push((
            line,
            Heading {
                text,
                level,
                n_lines,
            },
        ));
    }
    found
}

/// What lines say, one to three of them together, with and without the label in front; only
/// letters and digits.
fn spellings(sheet: &Sheet) -> HashMap<String, Vec<(usize, usize)>> {
    let mut spellings: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for first in 0..sheet.lines.len() {
        let mut text = String::new();
        for n_lines in 1..=MAX_LINES {
            let Some(line) = sheet.lines.get(first + n_lines - 1) else {
                break;
            };
            if n_lines > 1 {
                text.push(' ');
            }
            text.push_str(&sheet.text_of(line));
            if text.chars().count() > MAX_CHARS {
                break;
            }
            let (whole, bare) = (letters(&text), letters(without_label(&text)));
            if bare != whole && !bare.is_empty() {
                spellings.entry(bare).or_default().push((first, n_lines));
            }
            if !whole.is_empty() {
                spellings.entry(whole).or_default().push((first, n_lines));
            }
        }
    }
    spellings
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without `3.1`, `Chapter 3.`, `Appendix A` and the like in front.
fn without_label(text: &str) -> &str {
    let is_number = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_numeral = !bare.is_empty() && bare.chars().all(|c| "ivxlcIVXLC".contains(c));
        bare.chars().count() <= 8
            && (bare.starts_with(|c: char| c.is_ascii_digit())
                || is_numeral
                || bare.chars().count() == 1
                || bare
                    .split('.')
                    .skip(1)
                    .any(|part| part.parse::<u32>().is_ok()))
    };
    let text = text.trim();
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    if is_number(first) {
        return rest;
    }
    let (second, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_kind = ["chapter", "appendix", "part", "section", "annex"]
        .contains(&first.to_lowercase().trim_end_matches('.'));
    if is_kind && is_number(second) {
        after
    } else {
        text
    }
}

fn line_below(sheet: &Sheet, top: Option<f32>) -> usize {
    let Some(top) = top else {
        return 0;
    };
    let below = sheet.lines.iter().position(|line| line.y > top);
    below.unwrap_or(sheet.lines.len())
}

fn text_of_lines(sheet: &Sheet, first: usize, n_lines: usize) -> String {
    let lines = sheet.lines.iter().skip(first).take(n_lines);
    let parts: Vec<String> = lines.map(|line| sheet.text_of(line)).collect();
    parts.join(" ")
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a font's size is a few points; one far beyond that saturates"
)]
fn half_points(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

fn look(line: &Line) -> Look {
    (half_points(line.size), is_bold(line))
}

fn is_bold(line: &Line) -> bool {
    line.words.iter().all(|word| word.is_bold)
}

/// The level of every look that headings of the outline have.
fn levels(bookmarked: HashMap<Look, HashMap<u8, usize>>, style: &Style) -> BTreeMap<Look, u8> {
    let body = half_points(style.body);
    bookmarked
        .into_iter()
        .filter(|(look, _)| *look != (body, false) && look.0 >= body - 1)
        .filter_map(|(look, levels)| {
            let commonest = levels
                .into_iter()
                .max_by_key(|&(level, n)| (n, u8::MAX - level))?;
            (commonest.1 >= 2).then_some((look, commonest.0))
        })
        .collect()
}

/// Gives a level to other looks: a heading stands under the larger ones.
fn add_levels(levels: &mut BTreeMap<Look, u8>, looks: impl Iterator<Item = Look>) {
    let others: BTreeSet<Look> = looks.filter(|look| !levels.contains_key(look)).collect();
    for look in others.into_iter().rev() {
        let above = levels.iter().filter(|(other, _)| other.0 > look.0);
        let level = above.map(|(_, level)| *level).max().unwrap_or(0);
        levels.insert(look, (level + 1).min(MAX_LEVEL));
    }
}

/// Lines that look like a heading and that no bookmark leads to.
struct Lookalike {
    first: usize,
    n_lines: usize,
    look: Look,
}

fn by_look(
    sheet: &Sheet,
    style: &Style,
    levels: &BTreeMap<Look, u8>,
    has_outline: bool,
    headings: &PageHeadings,
) -> Vec<Lookalike> {
    let taken: HashSet<usize> = headings
        .at
        .iter()
        .flat_map(|(&first, headings)| {
            let n_lines = headings.iter().map(|heading| heading.n_lines).max();
            first..first + n_lines.unwrap_or(0)
        })
        .collect();
    let mut found = Vec::new();
    let mut first = 0;
    while first < sheet.lines.len() {
        let line = &sheet.lines[first];
        let look = look(line);
        let stands_out = line.size > style.body * LARGER
            || levels.contains_key(&look)
            || (!has_outline && look.1 && line.size > style.body * 0.95);
        if !stands_out || taken.contains(&first) {
            first += 1;
            continue;
        }
        let n_lines = run(sheet, first, &taken);
        if is_heading(sheet, first, n_lines, style) {
            found.push(Lookalike {
                first,
                n_lines,
                look,
            });
        }
        first += n_lines;
    }
    found
}

/// How many lines from `first` on look alike and follow one another closely.
fn run(sheet: &Sheet, first: usize, taken: &HashSet<usize>) -> usize {
    let lines = &sheet.lines[first..];
    let goes_on = |index: usize| {
        let pitch = lines[index].y - lines[index - 1].y;
        pitch > 0.0
            && pitch < lines[0].size * 1.6
            && look(&lines[index]) == look(&lines[0])
            && !taken.contains(&(first + index))
    };
    1 + (1..lines.len()).take_while(|&index| goes_on(index)).count()
}

fn is_heading(sheet: &Sheet, first: usize, n_lines: usize, style: &Style) -> bool {
    let text = text_of_lines(sheet, first, n_lines);
    let line = &sheet.lines[first];
    let is_short = n_lines <= MAX_LINES && text.chars().count() <= MAX_CHARS;
    let is_code = !style.is_all_fixed && line.words.iter().all(|word| word.is_fixed_pitch);
    let is_larger = line.size > style.body * LARGER;
    // Bold print of the usual size is also used for the rows of tables and within text.
    let stands_alone = || {
        let gap_above = first
            .checked_sub(1)
            .map(|above| line.y - sheet.lines[above].y)
            .is_none_or(|gap| gap < 0.0 || gap > style.leading * style.body * 1.25);
        gap_above && n_lines == 1 && !has_wide_gap(line) && !text.ends_with(['.', ':', ','])
    };
    let is_contents = sheet.has_leaders(line);
    is_short && has_letters(&text) && !is_code && !is_contents && (is_larger || stands_alone())
}

/// Whether there is a gap as between the cells of a table, other than after a number in front.
fn has_wide_gap(line: &Line) -> bool {
    let gaps = line.words.windows(2).enumerate();
    gaps.filter(|(index, _)| *index > 0)
        .any(|(_, pair)| pair[1].x0 - pair[0].x1 > 1.5 * line.size)
}

fn has_letters(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_headings() {
        assert_eq!(without_label("3.1 Ports"), "Ports");
        assert_eq!(without_label("Chapter 3. Ports"), "Ports");
        assert_eq!(without_label("Appendix B Ports"), "Ports");
        assert_eq!(without_label("A.2 Ports"), "Ports");
        assert_eq!(without_label("iv Ports"), "Ports");
        assert_eq!(without_label("Ports"), "Ports");
        assert_eq!(without_label("Part of it"), "Part of it");
    }
}
