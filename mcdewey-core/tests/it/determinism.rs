//! Same library, same query: same bytes.

use std::path::Path;

use mcdewey_core::search::Versions;
use mcdewey_core::{Filter, HashedEmbedder, Library, Mode, SearchRequest};

use crate::support::write_docs;

const QUERIES: [&str; 4] = [
    "sip trunk",
    "the port",
    "\"sip trunk\" registration",
    "certificate",
];

fn library(index: &Path) -> Library {
    Library::open_or_create(index)
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library")
}

/// Three versions of one manual with the same text, and others that share words with it.
fn docs(docs: &Path) {
    let same =
        "# Trunks\n\nA SIP trunk uses port 5060.\n\n## Registration\n\nThe trunk registers.\n";
    for version in ["9", "10", "11"] {
        write_docs(docs, &[(&format!("pbx/{version}/trunks.md"), same)]);
    }
    for number in 0..20 {
        let text = format!("# Note {number}\n\nThe port {number} of a trunk has a certificate.\n");
        write_docs(docs, &[(&format!("router/1/note-{number}.md"), &text)]);
    }
}

/// Every answer as JSON: all modes, with and without a filter, few and many hits.
fn answers(library: &Library) -> Vec<String> {
    let mut answers = Vec::new();
    for query in QUERIES {
        for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
            for filter in [Filter::new(), Filter::new().with_product("pbx")] {
                for limit in [3, 100] {
                    let request = SearchRequest::new(query)
                        .with_mode(mode)
                        .with_filter(filter.clone())
                        .with_limit(limit)
                        .with_explain();
                    let response = library.search(&request).expect("searched");
                    assert!(!filter.is_empty() || !response.hits.is_empty(), "{query}");
                    answers.push(serde_json::to_string(&response).expect("JSON"));
                }
            }
        }
    }
    answers
}

#[test]
fn the_same_search_gives_the_same_bytes_a_hundred_times_and_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    docs(&folder.path().join("docs"));
    let index = folder.path().join("index");
    let first = library(&index);
    first.ingest(folder.path().join("docs")).expect("ingested");
    let expected = answers(&first);
    for _ in 0..99 {
        assert_eq!(answers(&first), expected);
    }
    drop(first);
    assert_eq!(answers(&library(&index)), expected);
}

#[test]
fn searches_side_by_side_give_the_same_bytes_as_one_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    docs(&folder.path().join("docs"));
    let library = library(&folder.path().join("index"));
    library
        .ingest(folder.path().join("docs"))
        .expect("ingested");
    let expected = answers(&library);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(answers(&library), expected));
        }
    });
}

#[test]
fn two_indexes_of_the_same_documents_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    docs(&folder.path().join("docs"));
    let indexes = ["one", "two"].map(|name| {
        let library = library(&folder.path().join(name));
        library
            .ingest(folder.path().join("docs"))
            .expect("ingested");
        library
    });
    assert_eq!(answers(&indexes[0]), answers(&indexes[1]));
}

#[test]
fn equal_texts_are_ranked_by_their_ids() {
    let folder = tempfile::tempdir().expect("a folder");
    docs(&folder.path().join("docs"));
    let library = library(&folder.path().join("index"));
    library
        .ingest(folder.path().join("docs"))
        .expect("ingested");
    for mode in [Mode::Lexical, Mode::Vector] {
        let request = SearchRequest::new("sip trunk 5060")
            .with_mode(mode)
            .with_versions(Versions::All)
            .with_limit(3);
        let hits = library.search(&request).expect("searched").hits;
        let ids: Vec<&str> = hits
            .iter()
            .map(|hit| hit.passage.chunk_id.as_str())
            .collect();
        assert_eq!(
            ids,
            [
                "pbx::10::trunks::0",
                "pbx::11::trunks::0",
                "pbx::9::trunks::0"
            ]
        );
    }
}
