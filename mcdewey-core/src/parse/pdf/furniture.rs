//! Pages in; the same without running heads and feet out, with the page numbers that stood there.
//!
//! A line at the top or at the bottom is taken for a running head or foot if it stands at one
//! height on several pages and says the same there, apart from a number that counts with the
//! pages. Most lines at that height must do so: the first line of the text stands at one height
//! too, and on several pages it may be `Description`.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Sheet;
use super::labels;

/// On so many pages a line must stand to be a running head or foot.
const MIN_PAGES: usize = 3;

/// A line that is larger than the others by this is a title rather than a running head.
const MAX_SIZE: f32 = 1.15;

/// Part of the lines at one height that must be repeated.
const MIN_SHARE: f32 = 0.5;

/// Lines at either end of a page that may be furniture.
const DEPTH: usize = 3;

/// So much of a line is compared, in characters.
const MAX_CHARS: usize = 200;

/// Most numbers of a line that are tried for the page number.
const MAX_NUMBERS: usize = 4;

/// What a line says and where it stands: its text, with the page number left out if there is one,
/// by how much that is ahead of the physical number, and its height in sixteenths of an inch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    text: String,
    ahead: Option<i64>,
    height: i32,
}

/// A line that may be furniture.
struct Candidate {
    page: usize,
    line: usize,
    is_top: bool,
    /// Each with the page number that it leaves out, as printed.
    keys: Vec<(Key, Option<String>)>,
}

/// Takes running heads and feet out. Returns what page numbers they print.
pub(super) fn take_out(sheets: &mut [Sheet]) -> Vec<Option<String>> {
    let mut numbers = vec![None; sheets.len()];
    if sheets.len() < MIN_PAGES {
        return numbers;
    }
    let candidates: Vec<Candidate> = sheets
        .iter()
        .enumerate()
        .flat_map(|(page, sheet)| candidates(page, sheet))
        .collect();
    let mut pages_of: HashMap<&Key, Vec<usize>> = HashMap::new();
    for candidate in &candidates {
        for (key, _) in &candidate.keys {
            let pages = pages_of.entry(key).or_default();
            if pages.last() != Some(&candidate.page) {
                pages.push(candidate.page);
            }
        }
    }
    let is_repeated = |key: &Key| pages_of[key].len() >= MIN_PAGES;
    let shares = shares(&candidates, is_repeated);
    let mut removed: Vec<Vec<usize>> = vec![Vec::new(); sheets.len()];
    let mut inner: HashSet<(usize, bool)> = HashSet::new();
    for candidate in &candidates {
        let side = (candidate.page, candidate.is_top);
        if inner.contains(&side) {
            continue;
        }
        let repeated = candidate
            .keys
            .iter()
            .filter(|(key, _)| is_repeated(key) && shares[&key.height] >= MIN_SHARE)
            // The variant with a page number says more.
            .max_by_key(|(key, number)| (number.is_some(), pages_of[key].len()));
        // What stands further in than a line of the text is text as well.
        let Some((_, number)) = repeated else {
            inner.insert(side);
            continue;
        };
        removed[candidate.page].push(candidate.line);
        if number.is_some() {
            numbers[candidate.page].clone_from(number);
        }
    }
    if are_mostly_bare(sheets, &removed) {
        return numbers;
    }
    for (sheet, removed) in sheets.iter_mut().zip(&removed) {
        let mut index = 0;
        sheet.lines.retain(|_| {
            index += 1;
            !removed.contains(&(index - 1))
        });
    }
    numbers
}

/// Whether most pages with text would have none without these lines: then those are the text, as in
/// slides that show a title and a picture.
fn are_mostly_bare(sheets: &[Sheet], removed: &[Vec<usize>]) -> bool {
    let n_lines = sheets.iter().map(|sheet| sheet.lines.len());
    let with_text = n_lines.zip(removed).filter(|(n_lines, _)| *n_lines > 0);
    let n_bare = with_text
        .clone()
        .filter(|(n_lines, removed)| removed.len() == *n_lines);
    2 * n_bare.count() > with_text.count()
}

/// For each height, the share of its lines that are repeated on other pages.
fn shares(candidates: &[Candidate], is_repeated: impl Fn(&Key) -> bool) -> HashMap<i32, f32> {
    let mut counts: HashMap<i32, (usize, usize)> = HashMap::new();
    for candidate in candidates {
        let heights = candidate.keys.iter().map(|(key, _)| key.height);
        let heights: BTreeSet<i32> = heights.collect();
        for height in heights {
            let mut own = candidate
                .keys
                .iter()
                .filter(|(key, _)| key.height == height);
            let count = counts.entry(height).or_default();
            count.0 += usize::from(own.any(|(key, _)| is_repeated(key)));
            count.1 += 1;
        }
    }
    counts
        .into_iter()
        .map(|(height, (n_repeated, n_lines))| (height, n_repeated as f32 / n_lines as f32))
        .collect()
}

/// The lines at both ends of a page, from outside in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole steps of a page; a height far beyond it saturates"
)]
fn candidates(page: usize, sheet: &Sheet) -> Vec<Candidate> {
    let mut by_height: Vec<usize> = (0..sheet.lines.len()).collect();
    by_height.sort_by(|&a, &b| sheet.lines[a].y.total_cmp(&sheet.lines[b].y));
    let mut sizes: Vec<f32> = sheet.lines.iter().map(|line| line.size).collect();
    sizes.sort_by(f32::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let top = by_height.iter().take(DEPTH).map(|&line| (line, true));
    let bottom = by_height.iter().skip(DEPTH).rev().take(DEPTH);
    top.chain(bottom.map(|&line| (line, false)))
        .map(|(line, is_top)| {
            let text: String = sheet.text_of(&sheet.lines[line]);
            let text: String = text.chars().take(MAX_CHARS).collect();
            let height = (sheet.lines[line].y / 4.5).round() as i32;
            // Chapters that are numbered as the pages are must stay.
            let is_title = sheet.lines[line].size > usual * MAX_SIZE;
            // A height near the border of two steps may fall to either side of it.
            let keys = [height, height + 1]
                .into_iter()
                .flat_map(|height| keys(&text, page, height, is_title))
                .collect();
            Candidate {
                page,
                line,
                is_top,
                keys,
            }
        })
        .collect()
}

#[expect(
    clippy::cast_possible_wrap,
    reason = "a file's pages are far fewer than 63 bits count"
)]
fn keys(text: &str, page: usize, height: i32, is_title: bool) -> Vec<(Key, Option<String>)> {
    let whole = Key {
        text: text.to_owned(),
        ahead: None,
        height,
    };
    let mut keys = vec![(whole, None)];
    for number in numbers(text).into_iter().take(MAX_NUMBERS) {
        let key = |text: String| Key {
            text,
            ahead: Some(number.value - page as i64),
            height,
        };
        let (before, after) = (&text[..number.start], &text[number.end..]);
        let label = Some(number.label);
        // At its edge a line may have the page number, and the section's title beside it, which
        // is another on the next page.
        let is_edge = [before, after]
            .iter()
            .any(|side| !side.contains(char::is_alphanumeric));
        if is_edge && !is_title {
            keys.push((key("\u{0}".to_owned()), label.clone()));
        }
        keys.push((key(format!("{before}\u{0}{after}")), label));
    }
    keys
}

/// A number in a line, and the word it is a part of.
struct Number {
    start: usize,
    end: usize,
    value: i64,
    label: String,
}

fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        let start = at;
        at += word.len() + 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(value) = labels::from_roman(&bare.to_lowercase()) {
            let offset = word.len()
                - word
                    .trim_start_matches(|c: char| !c.is_alphanumeric())
                    .len();
            found.push(Number {
                start: start + offset,
                end: start + offset + bare.len(),
                value: i64::from(value),
                label: bare.to_owned(),
            });
            continue;
        }
        let digits = |c: char| c.is_ascii_digit();
        let mut rest = word;
        while let Some(first) = rest.find(digits) {
            let run = &rest[first..];
            let len = run.find(|c| !digits(c)).unwrap_or(run.len());
            let offset = word.len() - run.len();
            if let (1..=5, Ok(value)) = (len, run[..len].parse()) {
                found.push(Number {
                    start: start + offset,
                    end: start + offset + len,
                    value,
                    label: bare.to_owned(),
                });
            }
            rest = &run[len..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels_of(text: &str) -> Vec<(i64, String)> {
        let numbers = numbers(text).into_iter();
        numbers.map(|number| (number.value, number.label)).collect()
    }

    #[test]
    fn page_numbers_are_found_within_labels_and_as_numerals() {
        assert_eq!(
            labels_of("Guide 3-17"),
            [(3, "3-17".into()), (17, "3-17".into())]
        );
        assert_eq!(labels_of("| xiv |"), [(14, "xiv".into())]);
        assert_eq!(labels_of("mix of words"), []);
        let number = &numbers("a (iv) b")[0];
        assert_eq!(&"a (iv) b"[number.start..number.end], "iv");
    }
}
