//! Two texts in, what was taken out of the one and put into the other out.
//!
//! ```text
//! old    | Open port 5060 for SIP.
//! new    | Open port 5061  for SIP over TLS.
//! pieces | Open port [-5060 -]{+5061  +}for [-SIP.-]{+SIP over TLS.+}
//! ```
//!
//! Words are compared, as `words.rs` says what they are, so pieces of equal text are shown as the
//! newer version sets them. There is no clock: what a text costs is bounded by its size.

use serde::Serialize;
use similar::{Algorithm, DiffOp as Operation, capture_diff_slices};

use super::words::{Word, words};

/// Most words of both texts together that are compared word by word; beyond, whole lines are. Chosen
/// by hand: some eighty pages, more than anybody reads as marked words.
const MAX_WORDS: usize = 40_000;

/// Most lines of both texts together that are compared; beyond, the whole texts are said to be
/// other ones. Chosen by hand, as [`MAX_WORDS`].
const MAX_LINES: usize = 40_000;

/// What changed in the text of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionDiff {
    /// What was compared with what.
    pub unit: DiffUnit,
    /// The text of both versions, in order. Those that are equal or inserted, joined, are the
    /// newer text; those that are equal or deleted say what the older one said.
    pub pieces: Vec<DiffPiece>,
}

/// What was compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DiffUnit {
    /// Words.
    Word,
    /// Lines, since there are very many words: a line that changed in one word is another line.
    Line,
    /// The texts as a whole, since there are very many lines.
    Section,
}

/// A part of a text and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct DiffPiece {
    /// What became of it.
    pub op: DiffOp,
    /// Whole words with the white space that follows them.
    pub text: String,
}

/// What became of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth")]
pub enum DiffOp {
    /// It stands in both versions.
    Equal,
    /// It stands in the older version alone.
    Delete,
    /// It stands in the newer version alone.
    Insert,
}

/// A part of a diff as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the operations, and what is left out"
)]
pub enum DiffPart<'a> {
    /// Stands in both versions.
    Equal(&'a str),
    /// Stands in the older version alone.
    Delete(&'a str),
    /// Stands in the newer version alone.
    Insert(&'a str),
    /// That many words that stand in both versions.
    Gap(usize),
}

impl SectionDiff {
    /// The pieces for a reader: of text that stands in both versions only `context` words before
    /// and behind each change.
    pub fn parts(&self, context: usize) -> Vec<DiffPart<'_>> {
        let last = self.pieces.len().saturating_sub(1);
        let mut parts = Vec::with_capacity(self.pieces.len());
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece.op {
                DiffOp::Delete => parts.push(DiffPart::Delete(&piece.text)),
                DiffOp::Insert => parts.push(DiffPart::Insert(&piece.text)),
                DiffOp::Equal => {
                    let head = if index == 0 { 0 } else { context };
                    let tail = if index == last { 0 } else { context };
                    parts.extend(folded(&piece.text, head, tail));
                }
            }
        }
        parts
    }
}

/// Equal text with its first and last words; whole, if that leaves out less than two.
fn folded(text: &str, head: usize, tail: usize) -> Vec<DiffPart<'_>> {
    let words = words(text);
    if words.len() < head.saturating_add(tail).saturating_add(2) {
        return vec![DiffPart::Equal(text)];
    }
    let n_bytes = |words: &[Word<'_>]| words.iter().map(|word| word.shown.len()).sum::<usize>();
    let head_end = n_bytes(&words[..head]);
    let tail_start = text.len() - n_bytes(&words[words.len() - tail..]);
    let gap = DiffPart::Gap(words.len() - head - tail);
    let parts = [
        DiffPart::Equal(&text[..head_end]),
        gap,
        DiffPart::Equal(&text[tail_start..]),
    ];
    let is_something = |part: &DiffPart<'_>| *part != DiffPart::Equal("");
    parts.into_iter().filter(is_something).collect()
}

/// Words added and removed between two texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WordCounts {
    pub(super) added: usize,
    pub(super) removed: usize,
}

impl WordCounts {
    /// What `diff` adds and removes.
    pub(super) fn of(diff: &SectionDiff) -> Self {
        let count = |op| {
            let pieces = diff.pieces.iter().filter(|piece| piece.op == op);
            pieces.map(|piece| words(&piece.text).len()).sum()
        };
        Self {
            added: count(DiffOp::Insert),
            removed: count(DiffOp::Delete),
        }
    }
}

/// What changed from `old` to `new`.
pub(super) fn diff(old: &str, new: &str) -> SectionDiff {
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len() + new_words.len() <= MAX_WORDS {
        return of_units(DiffUnit::Word, &old_words, &new_words);
    }
    let (old_lines, new_lines) = (lines(old), lines(new));
    if old_lines.len() + new_lines.len() <= MAX_LINES {
        return of_units(DiffUnit::Line, &old_lines, &new_lines);
    }
    of_units(DiffUnit::Section, &[whole(old)], &[whole(new)])
}

fn lines(text: &str) -> Vec<Word<'_>> {
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| Word {
            key: line.trim(),
            shown: line,
        })
        .collect()
}

fn whole(text: &str) -> Word<'_> {
    Word {
        key: text,
        shown: text,
    }
}

fn of_units(unit: DiffUnit, old: &[Word<'_>], new: &[Word<'_>]) -> SectionDiff {
    let mut pieces = Pieces::default();
    for operation in operations(old, new) {
        match operation {
            Operation::Equal { new_index, len, .. } => {
                pieces.push(DiffOp::Equal, &new[new_index..new_index + len]);
            }
            Operation::Delete {
                old_index, old_len, ..
            } => pieces.push(DiffOp::Delete, &old[old_index..old_index + old_len]),
            Operation::Insert {
                new_index, new_len, ..
            } => pieces.push(DiffOp::Insert, &new[new_index..new_index + new_len]),
            Operation::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                pieces.push(DiffOp::Delete, &old[old_index..old_index + old_len]);
                pieces.push(DiffOp::Insert, &new[new_index..new_index + new_len]);
            }
        }
    }
    SectionDiff {
        unit,
        pieces: pieces.0,
    }
}

/// Patience keeps what stands once on both sides together, so that a rewritten sentence is not
/// made of the commas of the old one.
fn operations(old: &[Word<'_>], new: &[Word<'_>]) -> Vec<Operation> {
    let keys = |words: &[Word<'_>]| words.iter().map(|word| word.key.to_owned()).collect();
    let (old, new): (Vec<String>, Vec<String>) = (keys(old), keys(new));
    capture_diff_slices(Algorithm::Patience, &old, &new)
}

/// Pieces of which no two neighbours have the same operation.
#[derive(Debug, Default)]
struct Pieces(Vec<DiffPiece>);

impl Pieces {
    fn push(&mut self, op: DiffOp, words: &[Word<'_>]) {
        let text: String = words.iter().map(|word| word.shown).collect();
        match self.0.last_mut() {
            Some(last) if last.op == op => last.text += &text,
            _ => self.0.push(DiffPiece { op, text }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(diff: &SectionDiff) -> String {
        let pieces = diff.pieces.iter().map(|piece| match piece.op {
            DiffOp::Equal => piece.text.clone(),
            DiffOp::Delete => format!("[-{}-]", piece.text),
            DiffOp::Insert => format!("{{+{}+}}", piece.text),
        });
        pieces.collect()
    }

    #[test]
    fn words_that_changed_are_marked() {
        let diff = diff(
            "Open port 5060 for SIP.",
            "Open port 5061  for\nSIP over TLS.",
        );
        assert_eq!(diff.unit, DiffUnit::Word);
        assert_eq!(
            shown(&diff),
            "Open port [-5060 -]{+5061  +}for\n[-SIP.-]{+SIP over TLS.+}"
        );
        let counts = WordCounts::of(&diff);
        assert_eq!((counts.added, counts.removed), (4, 2));
    }

    #[test]
    fn what_is_only_set_anew_did_not_change() {
        let diff = diff("1. Open the\nport.", "2. Open   the port.");
        assert_eq!(shown(&diff), "2. Open   the port.");
        assert_eq!(WordCounts::of(&diff), WordCounts::default());
    }

    #[test]
    fn a_text_of_very_many_words_is_compared_by_lines() {
        let text = |last: &str| format!("{}\n{last}", "a b c d e\n".repeat(MAX_WORDS / 10));
        let diff = diff(&text("old end"), &text("new end"));
        assert_eq!(diff.unit, DiffUnit::Line);
        assert!(shown(&diff).ends_with("a b c d e\n\n[-old end-]{+new end+}"));
    }

    #[test]
    fn a_text_of_very_many_lines_is_compared_as_a_whole() {
        let old = "a\n".repeat(MAX_LINES);
        let diff = diff(&old, "b");
        assert_eq!(diff.unit, DiffUnit::Section);
        assert_eq!(diff.pieces.len(), 2);
        let counts = WordCounts::of(&diff);
        assert_eq!((counts.added, counts.removed), (1, MAX_LINES));
    }

    #[test]
    fn equal_text_far_from_a_change_is_folded() {
        let diff = diff("a b c d e x f g h i j k y z", "a b c d e X f g h i j k Y z");
        let parts = diff.parts(2);
        assert_eq!(
            parts,
            [
                DiffPart::Gap(3),
                DiffPart::Equal("d e "),
                DiffPart::Delete("x "),
                DiffPart::Insert("X "),
                DiffPart::Equal("f g "),
                DiffPart::Gap(2),
                DiffPart::Equal("j k "),
                DiffPart::Delete("y "),
                DiffPart::Insert("Y "),
                DiffPart::Equal("z"),
            ]
        );
        assert_eq!(diff.parts(usize::MAX / 2).len(), diff.pieces.len());
    }

    #[test]
    fn a_text_that_is_there_on_one_side_only_is_one_piece() {
        assert_eq!(shown(&diff("", "a b")), "{+a b+}");
        assert_eq!(shown(&diff("a b", "")), "[-a b-]");
        assert!(diff("", "").pieces.is_empty());
    }
}
