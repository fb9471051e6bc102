//! The scheme `debian`: `[epoch:]upstream[-revision]`, compared as dpkg does.
//!
//! Upstream and revision are runs of other characters and runs of digits in turn, the first and
//! the last possibly empty. Of runs of other characters `~` is older than the end, the end older
//! than letters, and letters older than the rest.
//!
//! # Source
//! Debian Policy, section 5.6.12, "Version"; `deb-version(7)`.

use super::key::{Key, Number, Piece};
use super::lex::tokens;
use super::words;

/// The key, before [`complete`]; its first piece is the epoch.
pub(super) fn key(text: &str) -> Key {
    let (epoch, rest) = epoch(text.trim());
    let (upstream, revision) = match rest.rsplit_once('-') {
        Some((upstream, revision)) => (upstream, Some(revision)),
        None => (rest, None),
    };
    let mut pieces = vec![Piece::Number(epoch)];
    runs(upstream, &mut pieces);
    if let Some(revision) = revision {
        pieces.push(Piece::End);
        runs(revision, &mut pieces);
    }
    Key::of(pieces)
}

/// A missing revision is `0`.
pub(super) fn complete(pieces: &mut Vec<Piece>, has_revision: bool) {
    if !has_revision {
        pieces.push(Piece::End);
        runs("", pieces);
    }
}

/// Whether an epoch is written.
pub(super) fn has_epoch(text: &str) -> bool {
    let colon = text.trim().split_once(':');
    colon.is_some_and(|(epoch, _)| is_digits(epoch))
}

/// Whether a revision is written.
pub(super) fn has_revision(text: &str) -> bool {
    text.contains('-')
}

/// Whether a word of a pre-release follows a `~`: `1.0~rc1`, but not `20.10.24~3`.
pub(super) fn is_pre_release(text: &str) -> bool {
    text.split('~').skip(1).any(|after| {
        let first = tokens(after).first().copied();
        first.is_some_and(|token| words::pre_release(&token.text.to_lowercase()).is_some())
    })
}

fn epoch(text: &str) -> (Number, &str) {
    match text.split_once(':') {
        Some((epoch, rest)) if is_digits(epoch) => (Number::new(epoch), rest),
        _ => (Number::Small(0), text),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Pushes each run of other characters, its end, and the number behind it, which is 0 if the text
/// ends before.
fn runs(text: &str, pieces: &mut Vec<Piece>) {
    let mut rest = text;
    loop {
        let digits = rest.find(|char: char| char.is_ascii_digit());
        let (others, after) = rest.split_at(digits.unwrap_or(rest.len()));
        pieces.extend(others.chars().map(other));
        pieces.push(Piece::End);
        let end = after.find(|char: char| !char.is_ascii_digit());
        let (number, after) = after.split_at(end.unwrap_or(after.len()));
        pieces.push(Piece::Number(Number::new(number)));
        if after.is_empty() {
            return;
        }
        rest = after;
    }
}

fn other(char: char) -> Piece {
    match char {
        '~' => Piece::Before(0, char.into()),
        _ => Piece::After(u8::from(!char.is_ascii_alphabetic()), char.into()),
    }
}
