//! A passage and its snippet in, the bytes of the passage that the snippet shows out.

use std::ops::Range;

use super::OMITTED;
use super::line::{Line, Look};

/// The part of a passage that a snippet shows.
#[derive(Debug)]
pub(super) struct Window {
    /// In bytes of the passage.
    range: Range<usize>,
    highlights: Vec<Range<usize>>,
    pub(super) is_cut_before: bool,
    pub(super) is_cut_after: bool,
}

impl Window {
    pub(super) fn find(
        passage: &str,
        snippet: &str,
        highlights: &[(usize, usize)],
    ) -> Option<Self> {
        let folded = Folded::new(passage);
        let cuts = [(false, false), (false, true), (true, false), (true, true)];
        cuts.into_iter().find_map(|(is_cut_before, is_cut_after)| {
            let before = if is_cut_before { OMITTED } else { "" };
            let after = if is_cut_after { OMITTED } else { "" };
            let inside = snippet.strip_prefix(before)?.strip_suffix(after)?;
            let start = folded.text.find(inside)?;
            let place = |at: usize| folded.place((at + start).saturating_sub(before.len()));
            let highlights = highlights.iter();
            Some(Self {
                range: folded.place(start)..folded.end(start + inside.len()),
                highlights: highlights
                    .map(|&(first, end)| place(first)..place(end - 1) + 1)
                    .collect(),
                is_cut_before,
                is_cut_after,
            })
        })
    }

    /// Adds what of a text, which stands at `range`, lies in the window.
    pub(super) fn cut(&self, text: &str, range: Range<usize>, is_code: bool, line: &mut Line) {
        let shown = range.start.max(self.range.start)..range.end.min(self.range.end);
        if shown.start >= shown.end {
            return;
        }
        // What stands otherwise in the source, as `&amp;` does, is shown whole, and is no word.
        let inside = |at: &Range<usize>| {
            (text.len() == range.len())
                .then(|| text.get(at.start - range.start..at.end - range.start))
        };
        if inside(&shown).flatten().is_none() {
            let look = Look {
                is_code,
                is_marked: false,
            };
            line.add(text, look);
            return;
        }
        let mut add = |at: Range<usize>, is_marked: bool| {
            if let Some(text) = inside(&at).flatten() {
                line.add(text, Look { is_code, is_marked });
            }
        };
        let mut end = shown.start;
        for word in &self.highlights {
            let word = word.start.max(end)..word.end.min(shown.end);
            if word.start < word.end {
                add(end..word.start, false);
                add(word.clone(), true);
                end = word.end;
            }
        }
        add(end..shown.end, false);
    }
}

/// A text whose runs of white space are one space each, and where its words stood.
#[derive(Debug, Default)]
struct Folded {
    text: String,
    /// Start of each word: in `text`, and in what was folded.
    words: Vec<(usize, usize)>,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Self::default();
        for word in text.split_whitespace() {
            if !folded.text.is_empty() {
                folded.text.push(' ');
            }
            let start = word.as_ptr().addr() - text.as_ptr().addr();
            folded.words.push((folded.text.len(), start));
            folded.text.push_str(word);
        }
        folded
    }

    /// Where the byte `at` stood.
    fn place(&self, at: usize) -> usize {
        let after = self.words.partition_point(|&(start, _)| start <= at);
        let word = after.checked_sub(1).map(|index| self.words[index]);
        word.map_or(0, |(start, place)| place + (at - start))
    }

    /// One past where the byte before `at` stood.
    fn end(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |last| self.place(last) + 1)
    }
}
