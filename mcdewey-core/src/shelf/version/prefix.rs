//! What a version is asked to begin with.

use std::cmp::Ordering;

use super::key::{Key, Piece};
use super::{Version, VersionScheme, debian, read};

/// A version that stands for all that begin with it: `15`, `15.2(7)`, `15.x`, the train `15.2E`.
#[derive(Debug)]
pub(super) struct Prefix<'a> {
    text: &'a str,
    /// As it is written: `15`.
    beginning: Key,
    /// As the version that it is short for, such as `15.0(1)`. Without its end it may begin others:
    /// `14SU3` is short for `14.0(1)SU3`.
    whole: Key,
    /// Whether its epoch, the first piece of a Debian version, is only assumed.
    any_epoch: bool,
}

impl<'a> Prefix<'a> {
    pub(super) fn new(text: &'a str, scheme: VersionScheme) -> Self {
        let text = without_wildcards(text.trim());
        Self {
            text,
            beginning: read::beginning(text, scheme),
            whole: read::complete(text, scheme),
            any_epoch: scheme == VersionScheme::Debian && !debian::has_epoch(text),
        }
    }

    /// Whether `version` begins with it.
    pub(super) fn is_met_by(&self, version: &Version) -> bool {
        let label = &self.beginning.label;
        let same_line = label.is_empty() || *label == version.key.label;
        let from = usize::from(self.any_epoch);
        let begins = |key: &Key| version.key.pieces[from..].starts_with(&key.pieces[from..]);
        let is_train = |train: String| train.eq_ignore_ascii_case(self.text);
        same_line && (begins(&self.beginning) || begins(&self.whole))
            || version.train().is_some_and(is_train)
    }

    /// How a version stands to the one it is short for, written any way.
    pub(super) fn order_of(&self, version: &Version) -> Ordering {
        let pieces = version.key.pieces.iter();
        let whole = self.whole.pieces.iter().chain([&Piece::End]);
        let label = || version.key.label.cmp(&self.whole.label);
        pieces.cmp(whole).then_with(label)
    }
}

/// Takes off what says "and anything": `15.x`, `15.*`, `10.2(x)`.
fn without_wildcards(text: &str) -> &str {
    let mut rest = text;
    loop {
        let ends = [".x", ".X", ".*", "(x)", "(X)"];
        let shorter = ends.iter().find_map(|end| rest.strip_suffix(end));
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}
