//! The lines of a text, with what the rules for plain text ask of them.

use crate::document::Page;

/// One line, never holding its line end.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Where its text starts, after the indent.
    pub(super) start: usize,
    /// Its text, without white space at both ends.
    pub(super) text: &'t str,
    /// How many characters of white space stand before the text.
    pub(super) indent: usize,
    /// Whether a page begins with this line.
    pub(super) opens_page: bool,
}

impl Line<'_> {
    /// One past the last byte of its text.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it holds no text.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// The punctuation that the line consists of, if it is at least three times the same.
    pub(super) fn adornment(&self) -> Option<char> {
        let first = self.text.chars().next()?;
        let same = self.text.bytes().all(|byte| char::from(byte) == first);
        let is_one = "#=-~^\"*+'`_:.<>".contains(first);
        (is_one && self.text.len() >= 3 && same).then_some(first)
    }

    /// Whether it starts with a bullet.
    pub(super) fn bullet(&self) -> bool {
        let rest = self
            .text
            .strip_prefix(['*', '-', '+', '•', '◦', '▪', '‣', '–']);
        rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    }

    /// Whether it starts with a number or letter of a list: `1.`, `2)`, `(3)`, `a.`, `#.`.
    pub(super) fn enumerator(&self) -> bool {
        let (marker, _) = self.text.split_once([' ', '\t']).unwrap_or_default();
        let Some(body) = marker.strip_suffix(['.', ')']) else {
            return false;
        };
        let body = body.strip_prefix('(').unwrap_or(body);
        let is_number = body.len() <= 3 && body.bytes().all(|byte| byte.is_ascii_digit());
        let is_letter = body.len() == 1 && body.bytes().all(|byte| byte.is_ascii_alphabetic());
        !body.is_empty() && (is_number || is_letter || body == "#")
    }
}

/// Splits `text` into lines.
pub(super) fn split<'t>(text: &'t str, pages: &[Page]) -> Vec<Line<'t>> {
    let mut pages = pages.iter().map(|page| page.start).peekable();
    let mut lines = Vec::new();
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let mut opens_page = false;
        while let Some(page) = pages.next_if(|&page| page <= start) {
            opens_page |= page == start;
        }
        let body = raw.trim_start();
        lines.push(Line {
            start: start + (raw.len() - body.len()),
            text: body.trim_end(),
            indent: raw[..raw.len() - body.len()].chars().count(),
            opens_page,
        });
        start += raw.len();
    }
    lines
}
