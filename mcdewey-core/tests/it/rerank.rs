//! The first passages in the order of a reranker, and no others.

use std::path::Path;
use std::sync::Arc;

use mcdewey_core::engine::Scope;
use mcdewey_core::rerank::Reranker;
use mcdewey_core::search::RERANKED;
use mcdewey_core::{Fault, HashedEmbedder, Hit, Library, Mode, Result, SearchRequest};

use crate::support::write_docs;

/// More than a reranker reads.
const N_NOTES: usize = 50;

/// Scores a passage with what `of` says of the query and of the number in its note.
struct Fake {
    of: fn(&str, usize) -> f32,
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fake")
    }
}

impl Reranker for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn fingerprint(&self) -> &'static str {
        "fake:1"
    }

    fn runtime(&self) -> String {
        "none".to_owned()
    }

    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let number = |passage: &str| {
            let digits: String = passage.chars().filter(char::is_ascii_digit).collect();
            digits.parse().expect("a note has a number")
        };
        let scores = passages
            .iter()
            .map(|passage| (self.of)(query, number(passage)));
        Ok(scores.collect())
    }
}

/// Gives a score too few.
#[derive(Debug)]
struct Short;

impl Reranker for Short {
    fn name(&self) -> &'static str {
        "short"
    }

    fn fingerprint(&self) -> &'static str {
        "short:1"
    }

    fn runtime(&self) -> String {
        "none".to_owned()
    }

    fn score(&self, _query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        Ok(vec![1.0; passages.len() - 1])
    }
}

/// A library of notes that answer alike: the more a note repeats the word, the longer it is.
fn library(folder: &Path) -> Library {
    let files: Vec<(String, String)> = (0..N_NOTES)
        .map(|n| {
            let filler = "filler ".repeat(1 + n * 7 % N_NOTES);
            (
                format!("p/note-{n:02}.md"),
                format!("A port for {n:02}, {filler}.\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    write_docs(&folder.join("docs"), &files);
    let library = Library::open_or_create(&folder.join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    library.ingest(folder.join("docs")).expect("indexed");
    library
}

fn request() -> SearchRequest {
    SearchRequest::new("port")
        .with_limit(N_NOTES)
        .with_explain()
}

fn hits(library: &Library, request: &SearchRequest) -> Vec<Hit> {
    library.search(request).expect("searched").hits
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter()
        .map(|hit| hit.passage.chunk_id.as_str())
        .collect()
}

#[test]
fn only_the_first_thirty_move_and_each_says_from_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path());
    for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
        let request = request().with_mode(mode);
        let before = hits(&library, &request);
        assert_eq!(before.len(), N_NOTES);
        assert!(before.iter().all(|hit| {
            let evidence = hit.explain.expect("asked for");
            evidence.reranked.is_none()
        }));

        let library = self::library(folder.path()).with_reranker(Fake {
            of: |query, number| {
                assert_eq!(query, "port");
                number as f32
            },
        });
        let after = hits(&library, &request);
        let mut expected = ids(&before);
        // The number of a note is in its id, with two digits.
        expected[..RERANKED].sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(ids(&after), expected, "{mode}");
        assert_ne!(ids(&after), ids(&before), "{mode}");
        for (place, hit) in after.iter().enumerate() {
            assert_eq!(hit.score.to_bits(), before[place].score.to_bits());
            let reranked = hit.explain.expect("asked for").reranked;
            assert_eq!(reranked.is_some(), place < RERANKED);
            if let Some(reranked) = reranked {
                let from = &before[reranked.rank - 1];
                assert_eq!(from.passage.chunk_id, hit.passage.chunk_id);
            }
        }
    }
}

#[test]
fn pages_of_a_reranked_list_fit_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path()).with_reranker(Fake {
        of: |_, number| (number * 13 % 17) as f32,
    });
    let whole = hits(&library, &request());
    let pages: Vec<Hit> = (0..N_NOTES)
        .step_by(7)
        .flat_map(|offset| hits(&library, &request().with_limit(7).with_offset(offset)))
        .collect();
    assert_eq!(pages, whole);
}

#[test]
fn equal_scores_are_ordered_by_chunk_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = library(folder.path());
    let before = hits(&plain, &request());
    let library = library(folder.path()).with_reranker(Fake { of: |_, _| -4.5 });
    let after = hits(&library, &request());
    let mut expected = ids(&before);
    assert!(!expected[..RERANKED].is_sorted());
    expected[..RERANKED].sort_unstable();
    assert_eq!(ids(&after), expected);
}

#[test]
fn a_scoped_library_is_reranked_as_the_whole_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = Arc::new(library(folder.path()).with_reranker(Fake {
        of: |_, number| number as f32,
    }));
    assert_eq!(whole.status().reranker.as_deref(), Some("fake"));
    let scoped = whole.scoped(Scope::public());
    assert_eq!(hits(&scoped, &request()), hits(&whole, &request()));
    assert_eq!(scoped.status().reranker.as_deref(), Some("fake"));
}

#[test]
fn a_search_that_finds_nothing_asks_no_reranker() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path()).with_reranker(Fake {
        of: |_, _| panic!("nothing to read"),
    });
    assert!(hits(&library, &SearchRequest::new("?!")).is_empty());
}

#[test]
fn scores_that_give_no_order_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = library(folder.path()).with_reranker(Fake {
        of: |_, number| if number == 3 { f32::NAN } else { 1.0 },
    });
    let all = request().with_filter(mcdewey_core::Filter::new().with_document("note-03"));
    let error = library.search(&all).expect_err("NaN orders nothing");
    assert_eq!(
        error.to_string(),
        "the model fake failed: its score for passage 0 of 1 is NaN"
    );
    assert_eq!(error.fault(), Fault::Environment);

    let library = library.with_reranker(Short);
    let error = library.search(&request()).expect_err("a score is missing");
    assert_eq!(
        error.to_string(),
        "the model short failed: it gave 29 scores for 30 passages"
    );
}
