//! The scheme `junos`.
//!
//! ```text
//! 22.4 R3 -S2 .4 -EVO      12.1 X46 -D40 .2
//!  │   │   │   │   └ line Junos OS Evolved, the key's label
//!  │   │   │   └ spin, a build number          │   └ maintenance release of the special train
//!  │   │   └ service release                   └ special train
//!  │   └ maintenance release; A, B and I are alpha, beta and internal
//!  └ year and quarter
//! ```
//!
//! # Source
//! Juniper, Junos OS Installation and Upgrade Guide, installation package names.

use super::key::{Key, Number, Piece};
use super::lex::{Token, from_first_number, tokens};
use super::words;

const EVOLVED: &str = "evo";

/// See [`super::read`].
pub(super) fn key(text: &str) -> Key {
    let tokens = tokens(text);
    let mut pieces = Vec::new();
    let mut label = "";
    for token in from_first_number(&tokens) {
        if token.is_number {
            pieces.push(number(token, &pieces));
        } else if token.is_word(EVOLVED) && !pieces.is_empty() {
            label = EVOLVED;
        } else {
            pieces.push(word(token));
        }
    }
    Key {
        pieces,
        label: label.to_owned(),
    }
}

/// The first number behind a word counts it, one more is a spin.
fn number(token: &Token<'_>, before: &[Piece]) -> Piece {
    let number = Number::new(token.text);
    let has_word = before.iter().any(|piece| !piece.is_number());
    match before.last() {
        Some(Piece::Number(_) | Piece::Build(_)) if has_word => Piece::Build(number),
        _ => Piece::Number(number),
    }
}

fn word(token: &Token<'_>) -> Piece {
    let word = token.text.to_lowercase();
    match word.as_str() {
        "i" => Piece::Before(0, word),
        "a" => words::piece("alpha"),
        "b" => words::piece("beta"),
        _ => words::pre_release(&word).unwrap_or_else(|| Piece::word(word)),
    }
}

/// The train of a key: `12.1X46`, `EVO`.
pub(super) fn train(key: &Key) -> Option<String> {
    if key.label == EVOLVED {
        return Some(EVOLVED.to_uppercase());
    }
    match &key.pieces[..] {
        [
            Piece::Number(Number::Small(major)),
            Piece::Number(Number::Small(minor)),
            Piece::After(_, x),
            Piece::Number(Number::Small(train)),
            ..,
        ] if x == "x" => Some(format!("{major}.{minor}X{train}")),
        _ => None,
    }
}
