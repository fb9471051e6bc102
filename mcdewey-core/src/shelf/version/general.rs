//! The scheme `general`: numbers, words and dates as most vendors write them.
//!
//! Separators only separate, because folders are often named `15-0-1` for `15.0.1`. Words before
//! the first number are the label: `OTP-25` and `ERTS-25` are different things, yet `25` names
//! either.

use super::date;
use super::key::{Key, Number, Piece};
use super::lex::{Token, tokens};
use super::words;

/// See [`super::read`].
pub(super) fn key(text: &str) -> Key {
    let tokens = tokens(text);
    if let Some(pieces) = date::of_words(&tokens).or_else(|| date::of_digits(&tokens)) {
        return Key::of(pieces);
    }
    let label = &tokens[..n_label(&tokens)];
    Key {
        pieces: pieces(&tokens[label.len()..]),
        label: label_of(label),
    }
}

/// How many tokens are the label: the words before the first number and before any word that is a
/// version by itself, such as `SP1`. A text without numbers has none.
fn n_label(tokens: &[Token<'_>]) -> usize {
    if !tokens.iter().any(|token| token.is_number) {
        return 0;
    }
    let is_version = |token: &Token<'_>| {
        let word = token.text.to_lowercase();
        token.is_number || words::is_ranked(&word) && !words::is_release(&word)
    };
    tokens.iter().take_while(|token| !is_version(token)).count()
}

/// The pieces of tokens of which words have their usual meaning.
pub(super) fn pieces(tokens: &[Token<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(tokens.len() + 1);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        at += 1;
        if token.is_number {
            pieces.push(Piece::Number(Number::new(token.text)));
            continue;
        }
        let mut word = token.text.to_lowercase();
        if let Some(both) = next.and_then(|next| words::pair(&word, &next.text.to_lowercase())) {
            both.clone_into(&mut word);
            at += 1;
        }
        let counts = tokens.get(at).is_some_and(|after| after.is_number);
        if let Some(rank) = pep_440(token, next) {
            pieces.push(words::piece(rank));
        } else if !words::is_silent(&word) && (counts || !words::is_release(&word)) {
            pieces.push(words::piece(&word));
        }
    }
    pieces
}

/// The pre-release that a small `a` or `b` between digits is: `2.0b6`. A capital is not, since
/// Erlang's `R16B03` is newer than `R16B`.
fn pep_440(token: &Token<'_>, next: Option<&Token<'_>>) -> Option<&'static str> {
    let follows = next.is_some_and(|next| next.is_number && next.joined);
    match token.text {
        "a" if token.joined && follows => Some("alpha"),
        "b" if token.joined && follows => Some("beta"),
        _ => None,
    }
}

/// The words of a label, without those that only announce a version.
fn label_of(tokens: &[Token<'_>]) -> String {
    let words = tokens.iter().map(|token| token.text.to_lowercase());
    let words = words.filter(|word| !words::is_silent(word) && !words::is_release(word));
    words.collect::<Vec<_>>().join(" ")
}
