//! Texts as sets of shingles in, which of two sides are alike out.
//!
//! A shingle is [`SHINGLE`] words that follow each other. Comparing every text of one side with
//! every text of the other would take too long, so only those are compared that share a shingle
//! which is rare on both sides: texts that share common ones alone say the same phrases, not the
//! same things.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Words in a shingle. Chosen by hand: two words stand together by chance, and of four more are lost
/// with each word that changed.
const SHINGLE: usize = 3;

/// Texts on one side that may share a shingle for it to be rare. It bounds the work: there are at
/// most so many pairs a shingle, squared. Chosen by hand: a sentence that five sections share is
/// boilerplate.
const RARE: usize = 4;

/// The shingles of a text: hashes, ascending, each once. A text of fewer words than a shingle has
/// one of all its words; an empty text has none.
pub(in crate::compare) fn shingles(words: &[u32]) -> Vec<u64> {
    let hash = |words: &[u32]| BuildHasherDefault::<DefaultHasher>::default().hash_one(words);
    let mut shingles: Vec<u64> = match words.len() {
        0 => Vec::new(),
        1..SHINGLE => vec![hash(words)],
        _ => words.windows(SHINGLE).map(hash).collect(),
    };
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// How much two sets of shingles share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::compare) struct Likeness {
    /// Shared shingles by all of them (Jaccard), 0 to 1.
    pub(in crate::compare) resemblance: f32,
    /// Shared shingles by those of the smaller set, 0 to 1.
    pub(in crate::compare) containment: f32,
    /// Shared shingles.
    pub(in crate::compare) shared: usize,
}

/// How alike two sets are; not at all if one is empty.
pub(in crate::compare) fn likeness(a: &[u64], b: &[u64]) -> Likeness {
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_shared = |shingle: &&u64| large.binary_search(shingle).is_ok();
    let shared = small.iter().filter(is_shared).count();
    let all = a.len() + b.len() - shared;
    let share = |of: usize| shared as f32 / of.max(1) as f32;
    Likeness {
        resemblance: share(all),
        containment: share(small.len()),
        shared,
    }
}

/// The pairs that share a rare shingle, by position on both sides, ascending.
pub(in crate::compare) fn pairs_with_rare_shingles(
    left: &[&[u64]],
    right: &[&[u64]],
) -> Vec<(usize, usize)> {
    let mut places: HashMap<u64, [Vec<usize>; 2]> = HashMap::new();
    for (side, sets) in [left, right].into_iter().enumerate() {
        for (index, set) in sets.iter().enumerate() {
            for &shingle in *set {
                let places = &mut places.entry(shingle).or_default()[side];
                // One more than is rare tells that it is not.
                if places.len() <= RARE {
                    places.push(index);
                }
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for [lefts, rights] in places.into_values() {
        if lefts.len() <= RARE && rights.len() <= RARE {
            let of_left = |&left: &usize| rights.iter().map(move |&right| (left, right));
            pairs.extend(lefts.iter().flat_map(of_left));
        }
    }
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_shared_shingles() {
        let a = shingles(&[1, 2, 3, 4]);
        let b = shingles(&[1, 2, 3, 4, 5, 6]);
        let alike = likeness(&a, &b);
        assert_eq!(alike, likeness(&b, &a));
        assert_eq!(alike.shared, 2);
        assert!((alike.resemblance - 0.5).abs() < 1e-6);
        assert!((alike.containment - 1.0).abs() < 1e-6);
        assert_eq!(likeness(&a, &[]).shared, 0);
    }

    #[test]
    fn a_short_text_is_one_shingle() {
        assert_eq!(shingles(&[1, 2]).len(), 1);
        assert_eq!(shingles(&[]).len(), 0);
        assert_ne!(shingles(&[1, 2]), shingles(&[2, 1]));
    }

    #[test]
    fn only_what_shares_a_rare_shingle_is_a_pair() {
        let common = shingles(&[1, 2, 3]);
        let rare = shingles(&[7, 8, 9, 1, 2, 3]);
        let left = [&common[..], &common, &common, &common, &rare];
        let right = [&rare[..], &common];
        assert_eq!(pairs_with_rare_shingles(&left, &right), [(4, 0)]);
    }
}
