//! A piece of a block in, smaller pieces out, at the best places there are.

use super::frame::Frame;
use super::sentence::sentence_starts;
use crate::document::{BlockKind, Span};

/// How finely a block has been cut, from not at all to anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Whole,
    Sentences,
    Lines,
    WordGroups,
    Words,
    Chars,
}

impl Level {
    /// The next finer way to cut a block of `kind`. Sentences of running text come before its
    /// lines, which are mostly where the typesetter ran out of width.
    fn finer(self, kind: BlockKind) -> Self {
        match (self, kind) {
            (Self::Whole, BlockKind::Code { .. } | BlockKind::Table { .. })
            | (Self::Sentences, _) => Self::Lines,
            (Self::Whole, _) => Self::Sentences,
            (Self::Lines, _) => Self::WordGroups,
            (Self::WordGroups, _) => Self::Words,
            (Self::Words | Self::Chars, _) => Self::Chars,
        }
    }
}

/// A contiguous part of a block that starts with text, and the white space after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Index into the passage's blocks.
    pub(super) block: usize,
    pub(super) span: Span,
    pub(super) level: Level,
    /// Its size; an estimate, because sizes need not add up.
    pub(super) tokens: usize,
}

/// Where to cut `span` of `text`, a part of a block of `kind` that was cut at `level`: the starts
/// of at least two parts, and the level that gave them. `None` if it is a single `char`.
/// `fragment_bytes` is the least size of parts that are cut for want of a better place.
pub(super) fn cut(
    text: &str,
    span: Span,
    (kind, level): (BlockKind, Level),
    frame: Option<&Frame>,
    fragment_bytes: usize,
) -> Option<(Level, Vec<usize>)> {
    let with_indent = span.of(text);
    let part = with_indent.trim_start();
    let part_start = span.end - part.len();
    let mut level = level;
    loop {
        level = level.finer(kind);
        let mut starts = match level {
            Level::Whole | Level::Sentences => sentence_starts(part),
            Level::Lines => line_starts(part),
            Level::WordGroups => word_starts(part, fragment_bytes),
            Level::Words => word_starts(part, 1),
            Level::Chars => char_starts(part, fragment_bytes),
        };
        for start in &mut starts {
            *start += part_start;
        }
        starts[0] = span.start;
        if let (Level::Lines, Some(frame)) = (level, frame) {
            frame.keep_edges(&mut starts, span);
        }
        if starts.len() > 1 {
            return Some((level, starts));
        }
        if level == Level::Chars {
            return None;
        }
    }
}

/// Starts of lines that are not blank; the first is 0.
fn line_starts(text: &str) -> Vec<usize> {
    let mut position = 0;
    let mut starts = vec![0];
    for line in text.split_inclusive('\n') {
        if position > 0 && !line.trim().is_empty() {
            starts.push(position);
        }
        position += line.len();
    }
    starts
}

/// Starts of groups of whole words; every group but the last has at least `min_bytes`.
fn word_starts(text: &str, min_bytes: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let mut group = 0;
    let mut after_space = false;
    for (offset, character) in text.char_indices() {
        let space = character.is_whitespace();
        if after_space && !space && offset - group >= min_bytes {
            starts.push(offset);
            group = offset;
        }
        after_space = space;
    }
    starts
}

/// Starts of parts of about `part_bytes`, or of halves if the text is no longer than that.
fn char_starts(text: &str, part_bytes: usize) -> Vec<usize> {
    let part_bytes = part_bytes.min(text.len() / 2).max(1);
    let mut starts = vec![0];
    let mut start = 0;
    loop {
        start = text.ceil_char_boundary((start + part_bytes).min(text.len()));
        // A blank part would be a passage without text; only the last can be one.
        if text[start..].trim().is_empty() {
            return starts;
        }
        starts.push(start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_grouped_up_to_a_least_size() {
        assert_eq!(word_starts("aa bb cc dd", 5), [0, 6]);
        assert_eq!(word_starts("aa bb  cc", 1), [0, 3, 7]);
    }

    #[test]
    fn a_long_word_is_cut_on_char_boundaries() {
        assert_eq!(char_starts("ééé", 3), [0, 4]);
        assert_eq!(char_starts("é", 3), [0]);
        assert_eq!(char_starts("abcdef ", 2), [0, 2, 4]);
    }

    #[test]
    fn blank_lines_belong_to_the_line_before() {
        assert_eq!(line_starts("a\n\n  b\n"), [0, 3]);
    }
}
