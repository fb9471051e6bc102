//! A version's text and scheme in, its key out.

use super::key::{Key, Piece};
use super::{VersionScheme, cisco, date, debian, general, junos, semver, windows};

/// How much of a version is read. The longest in the lists of `pairs.tsv` has 30 characters; what
/// follows still counts, as one word.
const MAX_CHARS: usize = 256;

/// The key of `text` as it is written. As the beginning of others it is complete; as a version of
/// its own it lacks what [`complete`] adds.
pub(super) fn beginning(text: &str, scheme: VersionScheme) -> Key {
    let end = text.char_indices().nth(MAX_CHARS).map(|(end, _)| end);
    let (text, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut key = match scheme {
        VersionScheme::General => general::key(text),
        VersionScheme::CiscoIos => cisco::ios_key(text),
        VersionScheme::CiscoUc => cisco::uc_key(text),
        VersionScheme::Junos => junos::key(text),
        VersionScheme::Windows => windows::key(text),
        VersionScheme::Semver => semver::key(text),
        VersionScheme::Date => date::key(text),
        VersionScheme::Debian => debian::key(text),
    };
    if key.pieces.is_empty() {
        key.pieces.push(Piece::word(text));
    }
    if !rest.is_empty() {
        key.pieces.push(Piece::word(rest));
    }
    key
}

/// The key of `text` as a version, without the end.
pub(super) fn complete(text: &str, scheme: VersionScheme) -> Key {
    let mut key = beginning(text, scheme);
    match scheme {
        VersionScheme::CiscoUc => cisco::complete_uc(&mut key.pieces),
        VersionScheme::Semver => semver::complete(&mut key.pieces),
        VersionScheme::Debian => debian::complete(&mut key.pieces, debian::has_revision(text)),
        _ => {}
    }
    key
}
