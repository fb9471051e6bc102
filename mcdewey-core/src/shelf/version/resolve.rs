//! Which of the versions that exist a request asks for.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::prefix::Prefix;
use super::request::{Comparison, Kind, Operator};
use super::{Key, Version};

/// How many versions are named where none fits.
const MAX_NEAREST: usize = 5;

/// See [`super::VersionRequest::resolve`].
pub(super) fn resolve(kind: &Kind, existing: &[Version]) -> Vec<usize> {
    match kind {
        Kind::Latest => latest(existing),
        Kind::Name(name) => named(name, existing),
        Kind::Range(comparisons) => positions(existing, |version| {
            comparisons
                .iter()
                .all(|comparison| meets(version, comparison))
        }),
    }
}

/// See [`super::VersionRequest::nearest`].
pub(super) fn nearest(kind: &Kind, existing: &[Version]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..existing.len()).collect();
    sorted.sort_by(|&one, &other| existing[one].cmp(&existing[other]).then(one.cmp(&other)));
    let asked = match kind {
        Kind::Latest => None,
        Kind::Name(name) => Some(name),
        Kind::Range(comparisons) => comparisons.first().map(|comparison| &comparison.bound),
    };
    let n_below = asked.map_or(sorted.len(), |asked| {
        sorted.partition_point(|&at| {
            let version = &existing[at];
            *version < Version::new(asked, version.scheme)
        })
    });
    let (below, above) = sorted.split_at(n_below);
    let mut below = below.iter().rev();
    let mut above = above.iter();
    let mut nearest = Vec::new();
    while nearest.len() < MAX_NEAREST.min(existing.len()) {
        nearest.extend(below.next());
        nearest.extend(above.next());
    }
    nearest.truncate(MAX_NEAREST);
    nearest
}

fn positions(existing: &[Version], is_asked: impl Fn(&Version) -> bool) -> Vec<usize> {
    let asked = existing.iter().enumerate();
    let asked = asked.filter(|(_, version)| is_asked(version));
    asked.map(|(at, _)| at).collect()
}

/// The newest of each train, however it is written, so several where one release is there twice.
fn latest(existing: &[Version]) -> Vec<usize> {
    let has_release = existing.iter().any(|version| !version.is_pre_release());
    let counts = |version: &Version| !(has_release && version.is_pre_release());
    let mut newest: BTreeMap<Option<String>, &Key> = BTreeMap::new();
    for version in existing.iter().filter(|version| counts(version)) {
        let key = newest.entry(version.train()).or_insert(&version.key);
        *key = (*key).max(&version.key);
    }
    positions(existing, |version| {
        counts(version) && newest.get(&version.train()) == Some(&&version.key)
    })
}

fn named(name: &str, existing: &[Version]) -> Vec<usize> {
    let lower = name.to_lowercase();
    let by_text = positions(existing, |version| version.text.to_lowercase() == lower);
    if !by_text.is_empty() {
        return by_text;
    }
    let same = positions(existing, |version| {
        version.same_release(&Version::new(name, version.scheme))
    });
    if !same.is_empty() {
        return same;
    }
    positions(existing, |version| version.starts_with(name))
}

fn meets(version: &Version, comparison: &Comparison) -> bool {
    let bound = Prefix::new(&comparison.bound, version.scheme);
    let order = bound.order_of(version);
    match comparison.operator {
        Operator::Less => order == Ordering::Less && !bound.is_met_by(version),
        Operator::LessOrEqual => order != Ordering::Greater || bound.is_met_by(version),
        Operator::Equal => order == Ordering::Equal || bound.is_met_by(version),
        Operator::GreaterOrEqual => order != Ordering::Less,
        Operator::Greater => order == Ordering::Greater && !bound.is_met_by(version),
    }
}
