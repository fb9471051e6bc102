//! The schemes `cisco-ios` and `cisco-uc`.
//!
//! ```text
//! 15.2(7)E3      IOS: release 15.2(7), train E, third rebuild
//! 12.4(25f)      IOS: mainline, a rebuild by letter
//! 3.16.4bS       IOS XE 3: release 3.16.4, rebuild b, train S
//! 17.9.4a        IOS XE since 16: no trains, a rebuild by letter
//! 10.2(3)F       NX-OS: the letter says what a release holds, it is not a train
//! 14SU3          Unified CM: 14.0(1), third service update
//! ```
//!
//! # Source
//! Cisco IOS Software reference guide; Cisco NX-OS software lifecycle support statement, table 1.

use super::general;
use super::key::{Key, Number, Piece, fill_numbers};
use super::lex::{Token, from_first_number, tokens};
use super::words;

/// Words of pre-releases. Others, such as EA, are names of trains here.
const PRE_RELEASES: [&str; 4] = ["alpha", "beta", "rc", "eft"];
/// Major releases of IOS that have trains by letter.
const TRAIN_MAJORS: [u64; 3] = [11, 12, 15];
/// IOS XE 3, where the train stands behind the rebuild.
const XE_3: u64 = 3;

/// The key in the scheme `cisco-ios`.
pub(super) fn ios_key(text: &str) -> Key {
    let tokens = tokens(text);
    // Names such as `IOS XE` and `Cupertino` say nothing that the numbers do not.
    let tokens = from_first_number(&tokens);
    let mut pieces: Vec<_> = tokens.iter().flat_map(ios_pieces).collect();
    if pieces.first() == Some(&Piece::number(XE_3)) {
        train_first(&mut pieces);
    }
    Key::of(pieces)
}

fn ios_pieces(token: &Token<'_>) -> Vec<Piece> {
    if token.is_number {
        return vec![Piece::Number(Number::new(token.text))];
    }
    let word = token.text.to_lowercase();
    if PRE_RELEASES.contains(&word.as_str()) {
        return vec![words::piece(&word)];
    }
    // A capital after small letters begins another word: the train in `3.16.4bS`.
    let capital = token.text.find(|char: char| char.is_ascii_uppercase());
    match token.text.split_at_checked(capital.unwrap_or(0)) {
        Some((rebuild, train)) if !rebuild.is_empty() => vec![
            Piece::word(rebuild.to_lowercase()),
            Piece::word(train.to_lowercase()),
        ],
        _ => vec![Piece::word(word)],
    }
}

/// Exchanges rebuild and train, so that `3.16.4S` is older than `3.16.4bS`.
fn train_first(pieces: &mut [Piece]) {
    if let [.., number, Piece::After(..), Piece::After(..)] = pieces
        && number.is_number()
    {
        let n_pieces = pieces.len();
        pieces.swap(n_pieces - 2, n_pieces - 1);
    }
}

/// The train of a version in the scheme `cisco-ios`: `15.2E`, `12.2SXI`, `3S`.
pub(super) fn ios_train(text: &str) -> Option<String> {
    let key = ios_key(&without_rebuilds(text));
    let n_numbers = key.pieces.iter().take_while(|piece| piece.is_number());
    let (numbers, rest) = key.pieces.split_at(n_numbers.count());
    let Some(Piece::After(_, letters)) = rest.first() else {
        return None;
    };
    let letters = letters.to_uppercase();
    match numbers {
        [Piece::Number(Number::Small(XE_3)), ..] => Some(format!("{XE_3}{letters}")),
        [
            Piece::Number(Number::Small(major)),
            Piece::Number(Number::Small(minor)),
            ..,
        ] if TRAIN_MAJORS.contains(major) => Some(format!("{major}.{minor}{letters}")),
        _ => None,
    }
}

/// Takes out the letters that stand inside parentheses: `12.4(25f)` is of no train.
fn without_rebuilds(text: &str) -> String {
    let parts = text.split(')');
    let parts = parts.map(|part| part.trim_end_matches(|char: char| char.is_ascii_lowercase()));
    let mut joined = parts.collect::<Vec<_>>().join(")");
    // What follows the last parenthesis was not inside.
    let last = text.rsplit(')').next().unwrap_or_default();
    joined.truncate(joined.rfind(')').map_or(0, |end| end + 1));
    joined + last
}

/// The key in the scheme `cisco-uc`, before [`complete_uc`].
pub(super) fn uc_key(text: &str) -> Key {
    let tokens = tokens(text);
    Key::of(general::pieces(from_first_number(&tokens)))
}

/// `14` is `14.0(1)`, `12.5` is `12.5(1)`: the first release of either.
pub(super) fn complete_uc(pieces: &mut Vec<Piece>) {
    fill_numbers(pieces, [0, 0, 1]);
}
