//! Definitions in running text: one form in parentheses behind the other.

use super::short::Short;
use super::words::{self, MAX_BYTES, is_mark};
use super::{Found, fit, glossary};

/// Adds what `text`, one block of a document, defines in parentheses.
pub(super) fn definitions(text: &str, found: &mut Found) {
    for (open, _) in text.match_indices('(') {
        let before = &text[..open];
        // The address of a link in Markdown.
        if before.ends_with(']') {
            continue;
        }
        let Some(within) = up_to_close(&text[open + 1..]) else {
            continue;
        };
        if !found.look() {
            return;
        }
        definition(before, within, found);
    }
}

fn definition(before: &str, within: &str, found: &mut Found) {
    let first_part = within.split([',', ';']).next().unwrap_or(within);
    if let Some(short) = Short::new(first_part) {
        if let Some(long) = long_before(before, &short) {
            found.add(&short, long);
        }
        return;
    }
    let Some(short) = last_token(before).and_then(Short::new) else {
        return;
    };
    if let Some(long) = glossary::long_after(within, &short, glossary::End::OfPart) {
        found.add(&short, long);
    }
}

/// The text up to the closing parenthesis, if that is near and no other opens before it.
fn up_to_close(text: &str) -> Option<&str> {
    let near = &text.as_bytes()[..text.len().min(MAX_BYTES)];
    let end = near.iter().position(|byte| matches!(byte, b'(' | b')'))?;
    (near[end] == b')').then(|| &text[..end])
}

/// The long form that `text` ends with.
fn long_before<'t>(text: &'t str, short: &Short<'_>) -> Option<&'t str> {
    let words = words::last_words(text, short.max_words());
    let last = words.first()?;
    let gap = &text[last.end()..];
    if !gap.chars().all(|c| c.is_whitespace() || is_mark(c)) {
        return None;
    }
    let first = words[fit::long_form(&words, short)? - 1];
    Some(&text[first.start..last.end()])
}

/// What stands before the last white space of `text`'s end, and not apart from it.
fn last_token(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\n']);
    let floor = text.floor_char_boundary(text.len().saturating_sub(MAX_BYTES));
    let near = &text[floor..];
    near.rsplit([' ', '\n', '\t', '(', '/', ',']).next()
}
