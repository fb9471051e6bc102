//! Bytes in, text out: UTF-8 without byte order mark, every line end a `\n`.

use std::borrow::Cow;

use crate::document::{Problem, ProblemKind};

/// Text, and what was wrong with its bytes.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text; `None` for what is no text at all.
    pub(super) text: Option<String>,
    /// What had to be repaired or refused.
    pub(super) problem: Option<Problem>,
}

/// Decodes bytes; sequences that are not UTF-8 become U+FFFD.
pub(super) fn bytes(bytes: &[u8]) -> Decoded {
    if bytes.contains(&0) {
        return not_text();
    }
    let problem = invalid_utf8(bytes);
    Decoded {
        text: Some(normalise(String::from_utf8_lossy(bytes))),
        problem,
    }
}

/// The same for what is decoded already.
pub(super) fn text(text: &str) -> Decoded {
    if text.contains('\0') {
        return not_text();
    }
    Decoded {
        text: Some(normalise(Cow::Borrowed(text))),
        problem: None,
    }
}

fn not_text() -> Decoded {
    let message = "it is not text: it holds NUL bytes";
    Decoded {
        text: None,
        problem: Some(Problem::new(ProblemKind::Encoding, "", message)),
    }
}

fn normalise(text: Cow<'_, str>) -> String {
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if body.contains('\r') {
        return body.replace("\r\n", "\n").replace('\r', "\n");
    }
    if body.len() == text.len() {
        return text.into_owned();
    }
    body.to_owned()
}

fn invalid_utf8(bytes: &[u8]) -> Option<Problem> {
    let mut n_invalid = 0_usize;
    let mut first_offset = 0;
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        offset += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            if n_invalid == 0 {
                first_offset = offset;
            }
            n_invalid += 1;
        }
        offset += chunk.invalid().len();
    }
    if n_invalid == 0 {
        return None;
    }
    let line = line_at(bytes, first_offset);
    let places = if n_invalid == 1 { "place" } else { "places" };
    let message = format!(
        "{n_invalid} {places} not in UTF-8, the first in line {line}; U+FFFD stands there now"
    );
    let place = format!("line {line}");
    Some(Problem::new(ProblemKind::Encoding, place, message))
}

fn line_at(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset];
    let n_line_ends = before
        .iter()
        .enumerate()
        .filter(|&(at, &byte)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        })
        .count();
    n_line_ends + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_mark_goes_and_line_ends_become_newlines() {
        let decoded = bytes(b"\xEF\xBB\xBFa\r\nb\rc\n");
        assert_eq!(decoded.text.as_deref(), Some("a\nb\nc\n"));
        assert_eq!(decoded.problem, None);
        assert_eq!(text("\u{feff}a").text.as_deref(), Some("a"));
    }

    #[test]
    fn invalid_bytes_are_replaced_and_reported_once() {
        let decoded = bytes(b"one\r\ntwo \xFF\nthree \xC3 \xFE\n");
        assert_eq!(
            decoded.text.as_deref(),
            Some("one\ntwo \u{fffd}\nthree \u{fffd} \u{fffd}\n")
        );
        let problem = decoded.problem.expect("three places are invalid");
        assert_eq!(problem.kind, ProblemKind::Encoding);
        assert_eq!(problem.place, "line 2");
        assert!(
            problem.message.starts_with("3 places"),
            "{}",
            problem.message
        );
    }

    #[test]
    fn a_file_with_nul_bytes_is_not_text() {
        let decoded = bytes(b"\x7FELF\0\0");
        assert_eq!(decoded.text, None);
        let problem = decoded.problem.expect("a binary file is reported");
        assert!(problem.message.starts_with("it is not text"));
    }
}
