//! What people ask for: the newest version, one by name, a range.

use std::fmt;

use super::{Version, resolve};
use crate::Error;

/// Which versions of a product are asked for.
///
/// | text                                  | asks for                                       |
/// |---------------------------------------|------------------------------------------------|
/// | `latest`                              | the newest release of each train               |
/// | `>=14,<15`, `> 14`, `<=17.9.4a`, `=15` | what meets all comparisons                     |
/// | any other                             | the version of that name, or all it begins     |
///
/// # Examples
/// ```
/// use mcdewey_core::shelf::{Version, VersionRequest, VersionScheme};
///
/// let existing = ["v12.5", "14.0(1)SU3", "15.0(1)"]
///     .map(|text| Version::new(text, VersionScheme::CiscoUc));
/// let resolve = |text| VersionRequest::parse(text).map(|request| request.resolve(&existing));
/// assert_eq!(resolve("latest"), Ok(vec![2]));
/// assert_eq!(resolve("14"), Ok(vec![1]));
/// assert_eq!(resolve(">=12.5, <15"), Ok(vec![0, 1]));
/// assert!(resolve(">=").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRequest {
    text: String,
    pub(super) kind: Kind,
}

/// What a request consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Latest,
    Name(String),
    /// At least one.
    Range(Vec<Comparison>),
}

/// One comparison of a range, such as `>=14`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) operator: Operator,
    pub(super) bound: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Operator {
    /// A longer one stands before those that it begins with.
    const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("==", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
        ("=", Self::Equal),
    ];
}

impl VersionRequest {
    /// Reads a request. Spaces around it and between its parts do not count.
    ///
    /// # Errors
    /// [`VersionRequestError`] if the text is blank, or if no version follows an operator. All
    /// other texts ask for something, if only for a version that no vendor ever made.
    pub fn parse(text: &str) -> Result<Self, VersionRequestError> {
        let text = text.trim();
        let kind = if text.is_empty() {
            return Err(VersionRequestError::Empty);
        } else if text.eq_ignore_ascii_case("latest") {
            Kind::Latest
        } else if text.starts_with(['<', '=', '>']) {
            Kind::Range(comparisons(text)?)
        } else {
            Kind::Name(text.to_owned())
        };
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// The request as written, without spaces around it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The positions of those versions that are asked for, ascending. `existing` are versions of
    /// one product, in any order; an empty answer means that none fits.
    ///
    /// - A name is that of the version whose text it is, whatever its case. Without one it is that
    ///   of a release written differently ([`Version::same_release`]), and without one of these, of
    ///   all versions that begin with it ([`Version::starts_with`]).
    /// - `latest` is the newest release of each train. Pre-releases do not count, unless there are
    ///   only such.
    /// - The bound of a range stands for all that begins with it: 14.0(1)SU3 meets `>=14` and
    ///   `<=14`, but neither `>14` nor `<14`. Only `>=` also asks for the order, so that it leaves
    ///   out the pre-releases of its bound.
    pub fn resolve(&self, existing: &[Version]) -> Vec<usize> {
        resolve::resolve(&self.kind, existing)
    }

    /// The positions of at most five versions, the nearest first, to name where none fits: of the
    /// versions in their order around what is asked for, the next below, the next above, the second
    /// below and so on. Around a range is around its first bound, around `latest` is from the
    /// newest downwards.
    pub fn nearest(&self, existing: &[Version]) -> Vec<usize> {
        resolve::nearest(&self.kind, existing)
    }
}

impl fmt::Display for VersionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is no [`VersionRequest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionRequestError {
    /// The text is blank.
    #[error("no version is given; write one such as `15`, a range such as `>=14,<15`, or `latest`")]
    Empty,
    /// No version follows an operator.
    #[error("`{given}` has no version after `{operator}`; write one, such as `{operator}15`")]
    NoVersion {
        /// The request.
        given: String,
        /// The operator: `<`, `<=`, `=`, `==`, `>=` or `>`.
        operator: &'static str,
    },
}

impl From<VersionRequestError> for Error {
    /// An [`Error::Setting`] of the name `version`.
    fn from(error: VersionRequestError) -> Self {
        let (given, allowed) = match &error {
            VersionRequestError::Empty => (
                "empty".to_owned(),
                "a version such as `15`, a range such as `>=14,<15`, or `latest`".to_owned(),
            ),
            VersionRequestError::NoVersion { given, operator } => (
                format!("`{given}`"),
                format!("written with a version after `{operator}`, such as `{operator}15`"),
            ),
        };
        Self::Setting {
            name: "version",
            given,
            allowed,
        }
    }
}

/// The comparisons of a text that begins with an operator. A bound ends where the next operator
/// begins, because commas also stand in dates.
fn comparisons(text: &str) -> Result<Vec<Comparison>, VersionRequestError> {
    let mut comparisons = Vec::new();
    let mut rest = text;
    while let Some((sign, operator, after)) = operator(rest) {
        let end = after.find(['<', '=', '>']).unwrap_or(after.len());
        let (bound, next) = after.split_at(end);
        let bound = bound.trim_matches(|char: char| char == ',' || char.is_whitespace());
        if bound.is_empty() {
            return Err(VersionRequestError::NoVersion {
                given: text.to_owned(),
                operator: sign,
            });
        }
        comparisons.push(Comparison {
            operator,
            bound: bound.to_owned(),
        });
        rest = next;
    }
    Ok(comparisons)
}

/// The operator that `text` begins with, its sign, and what follows.
fn operator(text: &str) -> Option<(&'static str, Operator, &str)> {
    Operator::ALL.into_iter().find_map(|(sign, operator)| {
        let after = text.strip_prefix(sign)?;
        Some((sign, operator, after))
    })
}
