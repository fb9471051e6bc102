use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use super::*;

/// Pieces that versions are made of, and some that they should not be.
const PIECES: [&str; 60] = [
    "0",
    "1",
    "2",
    "9",
    "10",
    "12",
    "15",
    "17",
    "20",
    "21",
    "22",
    "007",
    "1909",
    "2004",
    "2012",
    "2024",
    "20240501",
    "99999999999999999999999",
    "a",
    "b",
    "E",
    "M",
    "S",
    "T",
    "SE",
    "SXI",
    "SU",
    "SP",
    "R",
    "U",
    "X",
    "D",
    "H",
    "I",
    "rc",
    "alpha",
    "beta",
    "dev",
    "pre",
    "ea",
    "evo",
    "EVO",
    "May",
    "Update",
    "Service Pack",
    "Server",
    "v",
    "x",
    ".",
    ".",
    "-",
    "-",
    "(",
    ")",
    "~",
    "+",
    ":",
    " ",
    "_",
    "\u{e9}",
];

fn scheme() -> impl Strategy<Value = VersionScheme> {
    proptest::sample::select(&VersionScheme::ALL[..])
}

/// Texts like versions, and any texts.
fn text() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(&PIECES[..]);
    let like_a_version = proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => like_a_version, 1 => any::<String>()]
}

fn versions_of_one_scheme(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Version>> {
    (scheme(), proptest::collection::vec(text(), n))
        .prop_map(|(scheme, texts)| texts.iter().map(|text| version(text, scheme)).collect())
}

fn hash(version: &Version) -> u64 {
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn order_is_total_and_antisymmetric(one in text(), other in text(), scheme in scheme()) {
        let (a, b) = (version(&one, scheme), version(&other, scheme));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b).is_eq(), one == other);
        prop_assert_eq!(a == b, one == other);
        prop_assert!(a != b || hash(&a) == hash(&b));
        prop_assert_eq!(a.partial_cmp(&b), Some(a.cmp(&b)));
    }

    #[test]
    fn order_is_transitive(texts in [text(), text(), text()], schemes in [scheme(), scheme(), scheme()]) {
        let [a, b, c] = [0, 1, 2].map(|at| version(&texts[at], schemes[at]));
        prop_assert!(!(a <= b && b <= c) || a <= c);
        prop_assert!(!(a >= b && b >= c) || a >= c);
    }

    #[test]
    fn one_release_written_differently_is_never_parted(versions in versions_of_one_scheme(3..4)) {
        let mut sorted = versions;
        sorted.sort();
        prop_assert!(!sorted[0].same_release(&sorted[2]) || sorted[0].same_release(&sorted[1]));
    }

    #[test]
    fn sorting_does_not_depend_on_the_order_before(versions in versions_of_one_scheme(1..12), n in any::<usize>()) {
        let mut forwards = versions.clone();
        let mut rotated = versions;
        let middle = n % rotated.len();
        rotated.rotate_left(middle);
        let mut backwards: Vec<_> = rotated.iter().rev().cloned().collect();
        forwards.sort();
        rotated.sort();
        backwards.sort_unstable();
        prop_assert_eq!(&forwards, &rotated);
        prop_assert_eq!(&forwards, &backwards);
    }

    #[test]
    fn a_version_begins_with_itself(text in text(), scheme in scheme()) {
        let version = version(&text, scheme);
        prop_assert!(version.starts_with(&text));
        prop_assert!(version.same_release(&version));
        prop_assert_eq!(version.as_str(), &text);
    }

    #[test]
    fn what_is_found_exists(versions in versions_of_one_scheme(0..12), asked in text()) {
        if let Ok(request) = VersionRequest::parse(&asked) {
            let found = request.resolve(&versions);
            prop_assert!(found.is_sorted_by(|one, next| one < next));
            prop_assert!(found.iter().all(|&at| at < versions.len()));
            let nearest = request.nearest(&versions);
            prop_assert_eq!(nearest.len(), versions.len().min(5));
            prop_assert!(nearest.iter().all(|&at| at < versions.len()));
        }
    }

    #[test]
    fn a_version_that_exists_is_found_by_its_name(versions in versions_of_one_scheme(1..8)) {
        for (at, version) in versions.iter().enumerate() {
            let text = version.as_str();
            let is_name = !text.trim().is_empty()
                && !text.trim().starts_with(['<', '=', '>'])
                && !text.trim().eq_ignore_ascii_case("latest")
                && text.trim() == text;
            if is_name {
                let found = VersionRequest::parse(text).expect("a name").resolve(&versions);
                prop_assert!(found.contains(&at));
            }
        }
    }

    #[test]
    fn the_newest_that_is_not_a_pre_release_is_the_latest(versions in versions_of_one_scheme(1..12)) {
        let request = VersionRequest::parse("latest").expect("a request");
        let found = request.resolve(&versions);
        prop_assert!(!found.is_empty());
        let releases = versions.iter().filter(|version| !version.is_pre_release());
        if let Some(newest) = releases.max() {
            prop_assert!(found.iter().any(|&at| &versions[at] == newest));
            prop_assert!(found.iter().all(|&at| !versions[at].is_pre_release()));
        }
    }

    #[test]
    fn a_range_holds_nothing_below_its_lower_bound(
        versions in versions_of_one_scheme(1..12),
        lower in "[0-9]{1,2}(\\.[0-9]{1,2}){0,2}(SU[0-9]|-rc1|a)?",
        upper in "[0-9]{1,2}(\\.[0-9]{1,2}){0,2}",
    ) {
        let request = VersionRequest::parse(&format!(">={lower},<{upper}")).expect("a range");
        for at in request.resolve(&versions) {
            let found = &versions[at];
            let bound = version(&lower, found.scheme());
            prop_assert!(*found >= bound || found.same_release(&bound));
            let bound = version(&upper, found.scheme());
            prop_assert!(*found < bound && !found.starts_with(&upper));
        }
    }

    #[test]
    fn the_four_comparisons_part_the_versions(versions in versions_of_one_scheme(1..12), bound in "[0-9]{1,2}(\\.[0-9]{1,2}){0,2}") {
        let resolve = |operator: &str| {
            let request = VersionRequest::parse(&format!("{operator}{bound}")).expect("a range");
            request.resolve(&versions)
        };
        let mut all = [resolve("<"), resolve("="), resolve(">")].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..versions.len()).collect::<Vec<_>>());
        let mut all = [resolve("<="), resolve(">")].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..versions.len()).collect::<Vec<_>>());
    }
}
