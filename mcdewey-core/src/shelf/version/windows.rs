//! The scheme `windows`.
//!
//! Until 2004 a client release is named by year and month, then by year and half: `1909` is
//! `19 9`, `20H2` is `20 12`. The names by month are a closed list, because `2008` and `2012`
//! are years.
//!
//! # Source
//! Microsoft, Windows 10 release information and Windows Server release information.

use super::general;
use super::key::{Key, Number, Piece};
use super::lex::{Token, from_first_number, tokens};

const BY_MONTH: [u64; 10] = [1507, 1511, 1607, 1703, 1709, 1803, 1809, 1903, 1909, 2004];

/// See [`super::read`].
pub(super) fn key(text: &str) -> Key {
    let tokens = tokens(text);
    // `Windows Server 2012 R2` and `2012 R2` are one release.
    let tokens = from_first_number(&tokens);
    let pieces = match tokens.windows(3).position(is_half) {
        Some(year) => {
            let mut pieces = general::pieces(&tokens[..=year]);
            let half = if tokens[year + 2].text == "1" { 6 } else { 12 };
            pieces.push(Piece::number(half));
            pieces.extend(general::pieces(&tokens[year + 3..]));
            pieces
        }
        None => by_month(general::pieces(tokens)),
    };
    Key::of(pieces)
}

/// Whether the tokens are those of `22H2`.
fn is_half(tokens: &[Token<'_>]) -> bool {
    let [year, h, half] = tokens else {
        return false;
    };
    let is_joined = h.joined && half.joined;
    is_joined && year.is_number && h.is_word("h") && matches!(half.text, "1" | "2")
}

/// Splits a name by month, which stands at the beginning or behind the product's own number:
/// `1909`, `Windows 10, version 1909`.
fn by_month(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let at = pieces.iter().take(2).rposition(Piece::is_number);
    if let Some(at) = at
        && let Piece::Number(Number::Small(name)) = pieces[at]
        && BY_MONTH.contains(&name)
    {
        pieces.splice(at..=at, [name / 100, name % 100].map(Piece::number));
    }
    pieces
}
