//! One hit for the versions of a passage, on the real manuals of `examples/library`.
//!
//! What the same passage is, is told here from the texts, not from what the library found out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use mcdewey_core::search::{Neighbours, Versions};
use mcdewey_core::{ChunkId, Filter, HashedEmbedder, Library, Mode, Passage, SearchRequest};

/// Passages of two versions of a manual are one if they stand under the same heading and have this
/// share of their pairs of words in common.
const SAME: f64 = 0.5;
const N_QUERIES: usize = 200;

fn library() -> &'static Library {
    static LIBRARY: OnceLock<(tempfile::TempDir, Library)> = OnceLock::new();
    let (_, library) = LIBRARY.get_or_init(|| {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/library");
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open_or_create(&folder.path().join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .expect("a library");
        let report = library.ingest(docs).expect("indexed");
        assert!(report.chunks.total > 2000, "{report:?}");
        (folder, library)
    });
    library
}

/// Headings of the library, every so many-th of them, so that all manuals are asked.
fn queries() -> Vec<String> {
    let library = library();
    let mut headings = BTreeSet::new();
    for record in library.documents() {
        for entry in library.outline(&record.id).expect("there") {
            let words = entry.heading.split_whitespace().count();
            if words >= 2 {
                headings.insert(entry.heading.clone());
            }
        }
    }
    let step = headings.len() / N_QUERIES;
    assert!(step >= 1, "{} headings", headings.len());
    let chosen = headings.into_iter().step_by(step);
    chosen.take(N_QUERIES).collect()
}

fn search(query: &str, versions: Versions, limit: usize) -> Vec<Passage> {
    let request = SearchRequest::new(query)
        .with_mode(Mode::Hybrid)
        .with_versions(versions)
        .with_neighbours(Neighbours::Apart)
        .with_limit(limit);
    let hits = library().search(&request).expect("searched").hits;
    hits.into_iter().map(|hit| hit.passage).collect()
}

fn pairs(text: &str) -> BTreeSet<(String, String)> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words
        .windows(2)
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}

fn are_versions_of_one(a: &Passage, b: &Passage) -> bool {
    let place = |passage: &Passage| (passage.product.clone(), passage.document.clone());
    if place(a) != place(b) || a.version == b.version || a.title != b.title {
        return false;
    }
    let (one, other) = (pairs(&a.text), pairs(&b.text));
    let common = one.intersection(&other).count() as f64;
    common >= SAME * one.union(&other).count() as f64 && common > 0.0
}

/// The passage's newest version.
fn root(id: &ChunkId) -> ChunkId {
    let newest = library().elsewhere(id).expect("there").newest;
    newest.map_or_else(|| id.clone(), |newest| newest.chunk_id)
}

#[test]
fn no_two_of_the_first_ten_hits_are_the_same_passage_and_none_is_lost() {
    let queries = queries();
    assert_eq!(queries.len(), N_QUERIES);
    let mut n_repeats_before = 0;
    for query in &queries {
        let shown = search(query, Versions::Newest, 10);
        for (at, hit) in shown.iter().enumerate() {
            let repeat = shown[..at]
                .iter()
                .find(|other| are_versions_of_one(other, hit));
            let repeat = repeat.map(|other| (&other.chunk_id, &hit.chunk_id));
            assert_eq!(repeat, None, "{query}");
        }
        let all = search(query, Versions::All, 10);
        let repeats = all.iter().enumerate().filter(|(at, hit)| {
            all[..*at]
                .iter()
                .any(|other| are_versions_of_one(other, hit))
        });
        n_repeats_before += repeats.count();

        // Relevant is what stands under the heading that was asked for.
        let roots = |found: &[Passage]| -> BTreeSet<ChunkId> {
            found
                .iter()
                .map(|passage| root(&passage.chunk_id))
                .collect()
        };
        let mut before = search(query, Versions::All, 100);
        before.retain(|passage| passage.title == *query);
        let (before, kept) = (roots(&before), roots(&search(query, Versions::Newest, 100)));
        assert!(before.is_subset(&kept), "{query}: {before:?} {kept:?}");
    }
    // Otherwise the library would show nothing.
    assert!(n_repeats_before > N_QUERIES, "{n_repeats_before}");
}

#[test]
fn a_filter_of_one_version_finds_all_of_its_passages() {
    let library = library();
    let mut of_version: BTreeMap<String, usize> = BTreeMap::new();
    for record in library.documents() {
        if record.shelf.product.as_deref() == Some("cache") {
            let version = record.shelf.version.clone().expect("two versions");
            *of_version.entry(version).or_default() += record.chunks as usize;
        }
    }
    assert_eq!(of_version.len(), 2);
    for (version, n_chunks) in of_version {
        let request = SearchRequest::new("varnish cache the")
            .with_filter(Filter::new().with_product("varnish").with_version(&version))
            .with_mode(Mode::Vector)
            .with_neighbours(Neighbours::Apart)
            .with_limit(1000);
        let response = library.search(&request).expect("searched");
        assert_eq!(response.total, n_chunks, "{version}");
        let is_other = |passage: &Passage| passage.version.as_deref() != Some(&version);
        assert!(!response.hits.iter().any(|hit| is_other(&hit.passage)));
    }
}
