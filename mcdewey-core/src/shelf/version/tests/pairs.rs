use std::collections::BTreeSet;

use super::*;

struct Pair {
    scheme: VersionScheme,
    older: &'static str,
    newer: &'static str,
    source: &'static str,
}

fn pairs() -> Vec<Pair> {
    let lines = include_str!("../pairs.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        let [scheme, older, newer, source] = fields[..] else {
            panic!("not four columns: {line}");
        };
        Pair {
            scheme: VersionScheme::from_name(scheme).unwrap(),
            older,
            newer,
            source,
        }
    })
    .collect()
}

#[test]
fn the_older_release_of_every_pair_is_less() {
    let wrong: Vec<_> = pairs()
        .iter()
        .filter(|pair| {
            let older = version(pair.older, pair.scheme);
            let newer = version(pair.newer, pair.scheme);
            older >= newer || older.same_release(&newer)
        })
        .map(|pair| format!("{} < {} ({:?})", pair.older, pair.newer, pair.scheme))
        .collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn there_are_many_pairs_each_once_with_a_source_and_of_every_scheme() {
    let pairs = pairs();
    assert!(pairs.len() >= 150, "{}", pairs.len());
    assert!(pairs.iter().all(|pair| !pair.source.is_empty()));
    let distinct: BTreeSet<_> = pairs
        .iter()
        .map(|pair| (pair.scheme, pair.older, pair.newer))
        .collect();
    assert_eq!(distinct.len(), pairs.len());
    let schemes: BTreeSet<_> = pairs.iter().map(|pair| pair.scheme).collect();
    assert_eq!(schemes.len(), VersionScheme::ALL.len());
}

/// A vendor's list is in order as a whole, not only from one release to the next.
#[test]
fn lists_stay_in_order_from_end_to_end() {
    let pairs = pairs();
    let mut n_checked = 0;
    for chain in pairs.chunk_by(|one, next| one.scheme == next.scheme && one.newer == next.older) {
        let first = version(chain[0].older, chain[0].scheme);
        for pair in chain {
            let newer = version(pair.newer, pair.scheme);
            assert!(first < newer, "{first} < {newer}");
            n_checked += 1;
        }
    }
    assert_eq!(n_checked, pairs.len());
}
