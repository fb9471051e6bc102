//! The scheme `semver`.
//!
//! Build metadata, which follows `+`, has no part in the key. A version of fewer than three
//! numbers is filled up with zeros.
//!
//! # Source
//! Semantic Versioning 2.0.0, section 11.

use super::key::{Key, Number, Piece, fill_numbers};
use super::lex::{Token, tokens};

/// The key, before [`complete`].
pub(super) fn key(text: &str) -> Key {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (text, _metadata) = text.split_once('+').unwrap_or((text, ""));
    let (core, pre_release) = text.split_once('-').unwrap_or((text, ""));
    let mut pieces: Vec<_> = tokens(core).iter().map(of_core).collect();
    if !pre_release.is_empty() {
        pieces.push(Piece::Before(0, String::new()));
        pieces.extend(pre_release.split('.').map(identifier));
    }
    Key::of(pieces)
}

fn of_core(token: &Token<'_>) -> Piece {
    if token.is_number {
        Piece::Number(Number::new(token.text))
    } else {
        Piece::word(token.text)
    }
}

/// Identifiers of digits are older than others, and compared as numbers.
fn identifier(text: &str) -> Piece {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Piece::Build(Number::new(text))
    } else {
        Piece::word(text)
    }
}

/// `1.2` is `1.2.0`.
pub(super) fn complete(pieces: &mut Vec<Piece>) {
    fill_numbers(pieces, [0, 0, 0]);
}
