//! The text of a version in, its place among the versions of its product out.
//!
//! ```text
//! 14.0(1)SU3    text, scheme cisco-uc
//! 14 0 1 SU 3   its key: numbers and words, each with its place in the order of pieces
//! ```
//!
//! A [`Version`] is made of any text, and its order is total. Vendors agree on little, so a
//! [`VersionScheme`] says how the text is read; the scheme `general` is right for most. A
//! [`VersionRequest`] is what people ask for: `latest`, `15`, `>=14,<15`.
//!
//! | file         | responsibility                                                   |
//! |--------------|------------------------------------------------------------------|
//! | `scheme.rs`  | [`VersionScheme`] and its names                                  |
//! | `key.rs`     | pieces and their order                                           |
//! | `lex.rs`     | text to numbers and words                                        |
//! | `words.rs`   | pre-releases, updates and service packs, and their ranks         |
//! | `read.rs`    | text and scheme to a key                                         |
//! | `general.rs`, `cisco.rs`, `junos.rs`, `windows.rs`, `semver.rs`, `date.rs`, `debian.rs` | the schemes |
//! | `prefix.rs`  | what begins with `15`                                            |
//! | `request.rs` | the text of a request                                            |
//! | `resolve.rs` | the versions that a request asks for, and those near it          |
//! | `pairs.tsv`  | releases of vendors, older and newer, which tests compare        |

mod cisco;
mod date;
mod debian;
mod general;
mod junos;
mod key;
mod lex;
mod prefix;
mod read;
mod request;
mod resolve;
mod scheme;
mod semver;
mod windows;
mod words;

use std::fmt;

pub use self::request::{VersionRequest, VersionRequestError};
pub use self::scheme::VersionScheme;

use self::key::{Key, Piece};
use self::prefix::Prefix;

/// A version of a product, as its vendor writes it.
///
/// Any text is a version. Two are equal if text and scheme are, to the letter; releases that are
/// only written differently ([`Version::same_release`]) stand side by side in the order, by their
/// text. The order is total, also over versions of several schemes, but it means something only
/// within one product.
///
/// The text is read once, when the version is made, and its first 256 characters are understood;
/// to compare two versions allocates nothing.
///
/// # Examples
/// ```
/// use mcdewey_core::shelf::{Version, VersionScheme};
///
/// let mut versions = ["15.0(1)", "14SU3", "14", "12.5(1)SU7a"]
///     .map(|text| Version::new(text, VersionScheme::CiscoUc));
/// versions.sort();
/// assert_eq!(versions.map(|version| version.to_string()), ["12.5(1)SU7a", "14", "14SU3", "15.0(1)"]);
/// ```
// The fields are in the order that versions are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    key: Key,
    text: String,
    scheme: VersionScheme,
}

impl Version {
    /// Reads `text` as `scheme` says. What does not fit the scheme is ordered as well as it can
    /// be, never refused.
    pub fn new(text: &str, scheme: VersionScheme) -> Self {
        let mut key = read::complete(text, scheme);
        key.pieces.push(Piece::End);
        key.pieces.shrink_to_fit();
        Self {
            key,
            text: text.to_owned(),
            scheme,
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it was read.
    pub fn scheme(&self) -> VersionScheme {
        self.scheme
    }

    /// Whether both are one release, perhaps written differently. Case, separators, leading zeros
    /// and words such as "version" make no difference; a number more does, unless the scheme says
    /// what a missing one is (`cisco-uc`, `semver`). Versions of two schemes are never one release.
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::shelf::{Version, VersionScheme};
    ///
    /// let version = |text| Version::new(text, VersionScheme::General);
    /// assert!(version("17.09.04a").same_release(&version("17.9.4a")));
    /// assert!(version("v15").same_release(&version("15")));
    /// assert!(!version("15").same_release(&version("15.0")));
    /// ```
    pub fn same_release(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.key == other.key
    }

    /// Whether it came out before the release that it is named after: a beta, a candidate, an
    /// early access.
    pub fn is_pre_release(&self) -> bool {
        let is_before = |piece: &Piece| matches!(piece, Piece::Before(..));
        match self.scheme {
            // There a `~` has other uses too, such as backports.
            VersionScheme::Debian => debian::is_pre_release(&self.text),
            _ => self.key.pieces.iter().any(is_before),
        }
    }

    /// The release train it belongs to, where the vendor develops several side by side so that the
    /// newest of one does not replace another: `15.2E` for `15.2(7)E3` (`cisco-ios`), `12.1X46` and
    /// `EVO` (`junos`). `None` is the main line, and all versions of other schemes.
    pub fn train(&self) -> Option<String> {
        match self.scheme {
            VersionScheme::CiscoIos => cisco::ios_train(&self.text),
            VersionScheme::Junos => junos::train(&self.key),
            _ => None,
        }
    }

    /// Whether it begins with `prefix`, component by component: `15` begins `15.0(1)`, `v15.1` and
    /// `15SU2`, but neither `150` nor `1.15`. The prefix may end in `.x` or `.*`, and it may be a
    /// train.
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::shelf::{Version, VersionScheme};
    ///
    /// let version = Version::new("22.4R3-S2", VersionScheme::Junos);
    /// assert!(version.starts_with("22.4"));
    /// assert!(version.starts_with("22.x"));
    /// assert!(!version.starts_with("22.4R30"));
    /// ```
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.text == prefix || Prefix::new(prefix, self.scheme).is_met_by(self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
