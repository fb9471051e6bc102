//! How much of a file is read.

use crate::document::{Problem, ProblemKind};

/// Bytes of a file of text that are read. Chosen by hand: the longest manual in half a gigabyte of
/// them has 3 MB, and what a parser and an index hold is a few times their source.
const MAX_BYTES: usize = 64 << 20;

/// Lines that are read by parsers that hold all lines of a text.
const MAX_LINES: usize = 5_000_000;

/// The part of a file that is read, and what to say of the rest.
pub(super) fn bytes(bytes: &[u8]) -> (&[u8], Option<Problem>) {
    if bytes.len() <= MAX_BYTES {
        return (bytes, None);
    }
    let message = format!(
        "it has {} MB; what comes after the first {} MB is left out",
        bytes.len() >> 20,
        MAX_BYTES >> 20
    );
    let problem = Problem::new(ProblemKind::TooLarge, "", message);
    (&bytes[..MAX_BYTES], Some(problem))
}

/// The part of a text that is read, and what to say of the rest.
pub(super) fn lines(text: &str) -> (&str, Option<Problem>) {
    cut_lines(text, MAX_LINES)
}

fn cut_lines(text: &str, max_lines: usize) -> (&str, Option<Problem>) {
    let Some((end, _)) = text.match_indices('\n').nth(max_lines - 1) else {
        return (text, None);
    };
    if text[end..].trim().is_empty() {
        return (text, None);
    }
    let message = format!("it has more than {max_lines} lines; what comes after them is left out");
    let place = format!("line {max_lines}");
    let problem = Problem::new(ProblemKind::TooLarge, place, message);
    (&text[..end], Some(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_said() {
        assert_eq!(cut_lines("a\nb\n", 2), ("a\nb\n", None));
        assert_eq!(cut_lines("a\nb", 2), ("a\nb", None));
        let (text, problem) = cut_lines("a\nb\nc\n", 2);
        assert_eq!(text, "a\nb");
        assert_eq!(problem.unwrap().place, "line 2");
        let large = vec![b'a'; MAX_BYTES + 1];
        let (kept, problem) = bytes(&large);
        assert_eq!(kept.len(), MAX_BYTES);
        assert_eq!(problem.unwrap().kind, ProblemKind::TooLarge);
    }
}
