//! The words that vendors put into versions, and what they say about order.
//!
//! The ranks of pre-releases follow PEP 440: development, alpha, beta, candidate. The ranks of
//! supplements were chosen by hand, because vendors nest them that way: a hotfix belongs to an
//! update, an update to a service pack, a service pack to a release. So `2008 SP4` of SQL Server is
//! older than `2008 R2`, and `4.0 MR2 Patch 4` of `FortiOS` older than `4.0 MR3`.

use super::key::Piece;

/// Words that say what kind of thing follows, or that the version is a plain release.
const SILENT: [&str; 8] = [
    "v", "ver", "version", "ga", "final", "lts", "stable", "released",
];

/// Words of two parts, and the one that they stand for.
const PAIRS: [(&str, &str, &str); 12] = [
    ("service", "pack", "sp"),
    ("feature", "pack", "fp"),
    ("cumulative", "update", "cu"),
    ("service", "update", "su"),
    ("service", "release", "sr"),
    ("maintenance", "release", "mr"),
    ("engineering", "special", "es"),
    ("patch", "level", "p"),
    ("release", "candidate", "rc"),
    ("early", "access", "ea"),
    ("technical", "preview", "preview"),
    ("tech", "preview", "preview"),
];

/// Words of pre-releases, their ranks, and how they are ordered among those of a rank.
const PRE_RELEASES: [(&str, u8, &str); 20] = [
    ("canary", 0, "canary"),
    ("dev", 0, "dev"),
    ("devel", 0, "dev"),
    ("draft", 0, "draft"),
    ("nightly", 0, "nightly"),
    ("snapshot", 0, "snapshot"),
    ("alpha", 1, "alpha"),
    ("beta", 2, "beta"),
    ("milestone", 2, "milestone"),
    ("ctp", 3, "ctp"),
    ("ea", 3, "ea"),
    ("eft", 3, "eft"),
    ("insider", 3, "insider"),
    ("pre", 3, "preview"),
    ("prerelease", 3, "preview"),
    ("preview", 3, "preview"),
    ("tp", 3, "preview"),
    ("candidate", 4, "rc"),
    ("cr", 4, "rc"),
    ("rc", 4, "rc"),
];

/// Words of supplements, likewise.
const SUPPLEMENTS: [(&str, u8, &str); 25] = [
    ("ep", 1, "ep"),
    ("es", 1, "es"),
    ("fix", 1, "fix"),
    ("h", 1, "hf"),
    ("hf", 1, "hf"),
    ("hotfix", 1, "hf"),
    ("rev", 1, "rev"),
    ("p", 2, "p"),
    ("patch", 2, "p"),
    ("pl", 2, "p"),
    ("post", 2, "p"),
    ("cu", 3, "cu"),
    ("rollup", 3, "rollup"),
    ("sr", 3, "sr"),
    ("su", 3, "su"),
    ("u", 3, "u"),
    ("up", 3, "u"),
    ("upd", 3, "u"),
    ("update", 3, "u"),
    ("fp", 4, "fp"),
    ("sp", 4, "sp"),
    ("mr", 5, "mr"),
    ("r", 5, "r"),
    ("rel", 5, "r"),
    ("release", 5, "r"),
];

/// Whether the word, in lower case, says nothing about order.
pub(super) fn is_silent(word: &str) -> bool {
    SILENT.contains(&word)
}

/// The word that two words in lower case stand for together.
pub(super) fn pair(first: &str, second: &str) -> Option<&'static str> {
    let known = PAIRS
        .iter()
        .find(|(one, other, _)| (*one, *other) == (first, second))?;
    Some(known.2)
}

/// The piece of a word that makes a pre-release.
pub(super) fn pre_release(word: &str) -> Option<Piece> {
    let (_, rank, name) = PRE_RELEASES.iter().find(|(known, ..)| *known == word)?;
    Some(Piece::Before(*rank, (*name).to_owned()))
}

/// The piece of a word that supplements a release, a rebuild or an update for example.
pub(super) fn supplement(word: &str) -> Option<Piece> {
    let (_, rank, name) = SUPPLEMENTS.iter().find(|(known, ..)| *known == word)?;
    Some(Piece::After(*rank, (*name).to_owned()))
}

/// The piece of any word in lower case. One that is not known supplements, below all that are, as
/// the rebuild letter of `17.9.4a` does.
pub(super) fn piece(word: &str) -> Piece {
    pre_release(word)
        .or_else(|| supplement(word))
        .unwrap_or_else(|| Piece::word(word))
}

/// Whether the word, in lower case, has a rank.
pub(super) fn is_ranked(word: &str) -> bool {
    pre_release(word).or_else(|| supplement(word)).is_some()
}

/// Whether it is a word for "release", which means something only between numbers: `2012 R2`,
/// but `R81.20` and `Release 15`.
pub(super) fn is_release(word: &str) -> bool {
    matches!(word, "r" | "rel" | "release")
}
