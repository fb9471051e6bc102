//! What is usual in a document: the size of its running text, its leading, and its words.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Sheet;
use super::order::Line;

/// Leading where a document does not show any, in font sizes.
const DEFAULT_LEADING: f32 = 1.2;

/// What running text looks like.
#[derive(Debug)]
pub(super) struct Style {
    /// Its size.
    pub(super) body: f32,
    /// From base line to base line, in font sizes.
    pub(super) leading: f32,
    /// Most of the document is in a font of fixed pitch, so that font means nothing.
    pub(super) is_all_fixed: bool,
    /// Hashes of the words that stand within lines, in lower case.
    words: HashSet<u64>,
}

impl Style {
    pub(super) fn of(sheets: &[Sheet]) -> Self {
        let lines = || sheets.iter().flat_map(|sheet| &sheet.lines);
        let mut sizes: HashMap<i32, usize> = HashMap::new();
        let mut leadings: HashMap<i32, usize> = HashMap::new();
        let (mut n_fixed, mut n_chars) = (0, 0);
        for line in lines() {
            *sizes.entry(steps(line.size)).or_default() += n_chars_of(line);
            n_chars += n_chars_of(line);
            let fixed = line.words.iter().filter(|word| word.is_fixed_pitch);
            n_fixed += fixed.map(|word| usize::from(word.n_chars)).sum::<usize>();
        }
        let body = commonest(&sizes).map_or(10.0, |steps| steps as f32 / STEPS);
        for pair in sheets.iter().flat_map(|sheet| sheet.lines.windows(2)) {
            let leading = (pair[1].y - pair[0].y) / body;
            let is_body = pair.iter().all(|line| (line.size - body).abs() < 0.3);
            if is_body && (0.9..2.2).contains(&leading) {
                *leadings.entry(steps(leading * 5.0)).or_default() += 1;
            }
        }
        Self {
            body,
            leading: commonest(&leadings)
                .map_or(DEFAULT_LEADING, |steps| steps as f32 / STEPS / 5.0),
            is_all_fixed: n_fixed * 10 > n_chars * 7,
            words: words(sheets),
        }
    }

    /// Joins two parts of a text at the end of a line. A word that was parted there becomes one,
    /// if the document writes it so elsewhere, or else by the rule that a hyphen after letters and
    /// before a small letter parts a word.
    pub(super) fn join(&self, text: &mut String, next: &str) {
        let Some(before) = text.strip_suffix('-') else {
            let is_unspaced = text.ends_with(is_ideographic) && next.starts_with(is_ideographic);
            if !is_unspaced {
                text.push(' ');
            }
            text.push_str(next);
            return;
        };
        let head = before.rsplit(' ').next().unwrap_or("");
        let tail = next.split(' ').next().unwrap_or("");
        if head.is_empty() || head.ends_with('-') || tail.is_empty() {
            text.push(' ');
            text.push_str(next);
            return;
        }
        let (head, tail) = (bare(head), bare(tail));
        let is_word = |word: &str| self.words.contains(&hash(&word.to_lowercase()));
        let starts_small = next.chars().next().is_some_and(char::is_lowercase);
        let is_letters = head.chars().all(char::is_alphabetic);
        let is_parted = is_word(&format!("{head}{tail}"))
            || (starts_small
                && is_letters
                && head.chars().count() > 1
                && !is_word(&format!("{head}-{tail}")));
        if is_parted {
            text.pop();
        }
        text.push_str(next);
    }
}

/// Sizes are compared in steps of a tenth.
const STEPS: f32 = 10.0;

#[expect(
    clippy::cast_possible_truncation,
    reason = "a font's size is a few points; one far beyond that saturates"
)]
fn steps(size: f32) -> i32 {
    (size * STEPS).round() as i32
}

fn commonest(counts: &HashMap<i32, usize>) -> Option<i32> {
    let commonest = counts.iter().max_by_key(|&(step, n)| (*n, *step));
    commonest.map(|(step, _)| *step)
}

pub(super) fn n_chars_of(line: &Line) -> usize {
    line.words
        .iter()
        .map(|word| usize::from(word.n_chars))
        .sum()
}

/// The words that do not stand at the end of a line, where they may be parts.
fn words(sheets: &[Sheet]) -> HashSet<u64> {
    let mut words = HashSet::new();
    for sheet in sheets {
        for line in &sheet.lines {
            let text = sheet.text_of(line).to_lowercase();
            let n_words = text.split(' ').count();
            let is_whole = |index: usize| index > 0 && index + 1 < n_words;
            for (_, word) in text
                .split(' ')
                .enumerate()
                .filter(|&(index, _)| is_whole(index))
            {
                words.insert(hash(bare(word)));
            }
        }
    }
    words
}

/// Chinese and Japanese put no spaces between words.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// Without punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(known: &[&str], text: &str, next: &str) -> String {
        let style = Style {
            body: 10.0,
            leading: 1.2,
            is_all_fixed: false,
            words: known.iter().map(|word| hash(word)).collect(),
        };
        let mut text = text.to_owned();
        style.join(&mut text, next);
        text
    }

    #[test]
    fn hyphens_at_the_end_of_a_line() {
        assert_eq!(
            joined(&[], "the imple-", "mentation of"),
            "the implementation of"
        );
        assert_eq!(
            joined(&["run-time"], "the run-", "time, and"),
            "the run-time, and"
        );
        assert_eq!(
            joined(&["runtime"], "the run-", "time, and"),
            "the runtime, and"
        );
        assert_eq!(joined(&[], "an x86-", "based"), "an x86-based");
        assert_eq!(joined(&[], "IPv4-", "IPv6"), "IPv4-IPv6");
        assert_eq!(joined(&[], "either -", "or"), "either - or");
        assert_eq!(joined(&[], "option --", "force"), "option -- force");
        assert_eq!(joined(&[], "plain", "text"), "plain text");
        assert_eq!(joined(&[], "試験", "問題"), "試験問題");
    }
}
