//! Characters with their places in, words out: what stands close together on one line.

use std::collections::HashSet;

use super::accents;
use super::content::Glyph;

/// A gap of this part of the font's size parts two words; the narrowest space of justified text is
/// about twice that, and kerning about half. The same as in poppler.
const WORD_GAP: f32 = 0.1;

/// A gap that parts two words if a space stands in it.
const GAP_WITH_SPACE: f32 = 0.03;

/// How far the pen may go back within a word, against fonts whose widths are wrong.
const OVERLAP: f32 = 0.3;

/// How far the base line may move within a word.
const BASELINE_SHIFT: f32 = 0.15;

/// Small print that is raised by this part of the size is an index or the mark of a footnote.
/// Letters that are only shifted for the look of them, as in the name of TeX, stay below it.
const RAISED: f32 = 0.28;

/// Part of the size within which the same character counts as printed twice, to look bold.
const TWICE: f32 = 0.1;

/// A word, or a part of one in one size, where it stands. See [`Glyph`] for the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word {
    /// Where its text is in [`Words::text`].
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) n_chars: u16,
    /// Whether a space was printed after it.
    pub(super) has_space: bool,
    pub(super) is_fixed_pitch: bool,
    pub(super) is_bold: bool,
}

impl Word {
    /// Whether it is small print that is raised above `before`, as the mark of a footnote is.
    pub(super) fn is_raised(&self, before: &Self) -> bool {
        self.size < 0.88 * before.size && before.y - self.y > RAISED * before.size
    }

    /// Whether there is white space between it and the `next` word of its line.
    pub(super) fn is_apart(&self, next: &Self) -> bool {
        let gap = next.x0 - self.x1;
        let size = self.size.min(next.size);
        gap > WORD_GAP * size || (self.has_space && gap > GAP_WITH_SPACE * size)
    }
}

/// The words of a page in one direction.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Direction of the lines, in degrees.
    pub(super) angle: i16,
    pub(super) words: Vec<Word>,
}

/// The words of a page, those of the prevailing direction first, and their text.
pub(super) fn find(glyphs: &[Glyph]) -> (Vec<Words>, String) {
    let mut groups: Vec<(i16, Vec<&Glyph>)> = Vec::new();
    for glyph in glyphs {
        match groups.iter_mut().find(|(angle, _)| *angle == glyph.angle) {
            Some((_, group)) => group.push(glyph),
            None => groups.push((glyph.angle, vec![glyph])),
        }
    }
    groups.sort_by_key(|(angle, group)| (std::cmp::Reverse(group.len()), *angle));
    let mut text = String::new();
    let words = groups
        .into_iter()
        .map(|(angle, group)| Words {
            angle,
            words: without_copies(in_order(&group, &mut text), &text),
        })
        .collect();
    (words, text)
}

/// Words as the page prints them, one after another.
fn in_order(glyphs: &[&Glyph], text: &mut String) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    let mut last: Option<&Glyph> = None;
    for &glyph in glyphs {
        if glyph.c.is_whitespace() {
            if let (true, Some(word)) = (is_open, words.last_mut()) {
                word.has_space = true;
            }
            is_open = false;
            continue;
        }
        if last.is_some_and(|last| is_same_place(last, glyph)) {
            continue;
        }
        if is_open && accents::merge(&mut words, text, last, glyph) {
            last = Some(glyph);
            continue;
        }
        let fits = is_open && words.last().is_some_and(|word| fits(word, glyph));
        if !fits {
            let start = end_of(text);
            words.push(Word {
                start,
                end: start,
                x0: glyph.x0,
                x1: glyph.x1,
                y: glyph.y,
                size: glyph.size,
                n_chars: 0,
                has_space: false,
                is_fixed_pitch: glyph.is_fixed_pitch,
                is_bold: glyph.is_bold,
            });
        }
        text.push(glyph.c);
        if let Some(word) = words.last_mut() {
            word.end = end_of(text);
            word.x0 = word.x0.min(glyph.x0);
            word.x1 = word.x1.max(glyph.x1);
            word.n_chars = word.n_chars.saturating_add(1);
        }
        is_open = true;
        last = Some(glyph);
    }
    words
}

/// Where the next character of a page's text goes, which is far from the end of what 32 bits count.
pub(super) fn end_of(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn fits(word: &Word, glyph: &Glyph) -> bool {
    let gap = glyph.x0 - word.x1;
    let ratio = glyph.size / word.size.max(f32::MIN_POSITIVE);
    (glyph.y - word.y).abs() < BASELINE_SHIFT * word.size
        && (0.9..=1.12).contains(&ratio)
        && glyph.is_fixed_pitch == word.is_fixed_pitch
        && gap < WORD_GAP * word.size
        && gap > -OVERLAP * word.size
}

fn is_same_place(last: &Glyph, glyph: &Glyph) -> bool {
    let near = TWICE * glyph.size;
    last.c == glyph.c && (last.x0 - glyph.x0).abs() < near && (last.y - glyph.y).abs() < near
}

/// Words that are printed once more over themselves, to look bold or to cast a shadow, are one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole steps of a page; a place far beyond it saturates"
)]
fn without_copies(mut words: Vec<Word>, text: &str) -> Vec<Word> {
    let mut seen: HashSet<(&str, i32, i32)> = HashSet::new();
    words.retain(|word| {
        let step = (word.size * 0.25).max(0.5);
        let place = (
            (word.x0 / step).round() as i32,
            (word.y / step).round() as i32,
        );
        let body = &text[word.start as usize..word.end as usize];
        seen.insert((body, place.0, place.1))
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(text: &str, x: f32, y: f32) -> Vec<Glyph> {
        let place = |(index, c)| Glyph {
            c,
            x0: x + 5.0 * index as f32,
            x1: x + 5.0 * (index + 1) as f32,
            y,
            size: 10.0,
            angle: 0,
            is_fixed_pitch: false,
            is_bold: false,
        };
        text.chars().enumerate().map(place).collect()
    }

    fn found(glyphs: &[Glyph]) -> Vec<String> {
        let (groups, text) = find(glyphs);
        let words = groups.iter().flat_map(|group| &group.words);
        words
            .map(|word| text[word.start as usize..word.end as usize].to_owned())
            .collect()
    }

    #[test]
    fn spaces_gaps_and_new_lines_part_words() {
        let mut all = glyphs("ab cd", 0.0, 100.0);
        all.extend(glyphs("ef", 27.0, 100.0));
        all.extend(glyphs("gh", 37.5, 100.0));
        all.extend(glyphs("ij", 0.0, 112.0));
        assert_eq!(found(&all), ["ab", "cd", "efgh", "ij"]);
    }

    #[test]
    fn what_is_printed_twice_to_look_bold_is_one_word() {
        let mut all = glyphs("Note", 0.0, 100.0);
        all.extend(glyphs("Note", 0.4, 100.0));
        assert_eq!(found(&all), ["Note"]);
    }

    #[test]
    fn the_prevailing_direction_comes_first() {
        let mut all = glyphs("up", 0.0, 100.0);
        for glyph in &mut all {
            glyph.angle = -90;
        }
        all.extend(glyphs("across", 0.0, 100.0));
        assert_eq!(found(&all), ["across", "up"]);
    }
}
