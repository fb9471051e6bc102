//! A library as someone sees it who may know only a part: as if the rest did not exist.

use std::path::Path;
use std::sync::Arc;

use mcdewey_core::engine::Scope;
use mcdewey_core::{
    ChunkId, Error, Facet, Filter, HashedEmbedder, IngestOptions, Library, Mode, SearchRequest,
};
use serde_json::Value;

use crate::support::write_docs;

const MANIFEST: (&str, &str) = (
    "mcdewey.toml",
    "levels = [\"vendor\", \"product\", \"version\"]\n",
);
const ACME: [(&str, &str); 3] = [
    (
        "acme/router/1/vlan.md",
        "# VLANs\n\nUntagged frames belong to the native VLAN of a port.\n",
    ),
    (
        "acme/router/2/vlan.md",
        "# VLANs\n\nUntagged frames are dropped at the port.\n\n## Trunks\n\nA trunk.\n",
    ),
    (
        "acme/phone/1/sip.md",
        "# SIP\n\nThe phone registers at port 5060. The port can change.\n",
    ),
];

/// Vendors that use the same words often, so that their words would weigh in every score.
fn bolt() -> Vec<(String, String)> {
    let note = |number: usize| {
        let text =
            format!("# Port {number}\n\nA port of a switch, a native port, a zeppelin port.\n");
        (format!("bolt/switch/{}/note-{number}.md", number % 3), text)
    };
    (0..20).map(note).collect()
}

fn library(folder: &Path, with_bolt: bool) -> Library {
    let acme = ACME.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let bolt = if with_bolt { bolt() } else { Vec::new() };
    library_of(folder, acme.into_iter().chain(bolt))
}

fn library_of(folder: &Path, files: impl IntoIterator<Item = (String, String)>) -> Library {
    let docs = folder.join("docs");
    write_docs(&docs, &[MANIFEST]);
    for (path, text) in files {
        write_docs(&docs, &[(&path, &text)]);
    }
    let library = Library::open_or_create(&folder.join("index"))
        .and_then(|library| library.with_embedder(HashedEmbedder::new()))
        .expect("a library");
    // Several commits, so that there are several segments and some deleted documents.
    let options = IngestOptions::default().with_checkpoint(std::time::Duration::ZERO);
    library.ingest_with(&docs, &options, &()).expect("indexed");
    library
}

/// Everything that can be asked, as JSON without the generation.
fn answers(library: &Library) -> Vec<Value> {
    let mut answers = Vec::new();
    let filters = [
        Filter::new(),
        Filter::new().with_product("router"),
        Filter::new().with_vendor("acme").with_version("1"),
    ];
    for query in [
        "native port",
        "\"native VLAN\"",
        "port 5060",
        "zeppelin",
        "trunk",
    ] {
        for mode in [Mode::Hybrid, Mode::Lexical, Mode::Vector] {
            for filter in &filters {
                let request = SearchRequest::new(query)
                    .with_mode(mode)
                    .with_filter(filter.clone())
                    .with_limit(100)
                    .with_explain();
                let response = library.search(&request).expect("searched");
                answers.push(serde_json::to_value(&response).expect("JSON"));
                let relaxed = library.relaxations(&request).expect("searched");
                answers.push(serde_json::to_value(&relaxed).expect("JSON"));
            }
        }
    }
    for record in library.documents() {
        answers.push(serde_json::to_value(&record).expect("JSON"));
        for id in record.chunk_ids() {
            let passage = library.passage(&id, 1, 1).expect("there");
            answers.push(serde_json::to_value(&passage).expect("JSON"));
        }
    }
    let status = library.status();
    answers.push(serde_json::json!([
        status.vendors,
        status.products,
        status.versions
    ]));
    answers.push(serde_json::json!([
        status.documents,
        status.chunks,
        status.pages
    ]));
    for answer in &mut answers {
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("generation");
        }
    }
    answers
}

#[test]
fn a_version_outside_a_scope_joins_no_passages_and_is_not_told_of() {
    // Version 1 and version 3 have little in common but by way of version 2.
    let words: Vec<String> = (0..60).map(|word| format!("frame{word}")).collect();
    let text = |words: &[String]| format!("# VLANs\n\n## Native\n\n{}.\n", words.join(" "));
    let versions = [&words[..36], &words[8..48], &words[28..]];
    let files = |numbers: &[usize]| -> Vec<(String, String)> {
        let file = |&number: &usize| {
            (
                format!("acme/router/{number}/vlan.md"),
                text(versions[number - 1]),
            )
        };
        numbers.iter().map(file).collect()
    };
    let (one, both) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let alone = library_of(one.path(), files(&[1, 3]));
    let whole = Arc::new(library_of(both.path(), files(&[1, 2, 3])));
    let request = SearchRequest::new("frame20 frame30").with_mode(Mode::Lexical);
    assert_eq!(whole.search(&request).expect("searched").hits.len(), 1);
    assert_eq!(alone.search(&request).expect("searched").hits.len(), 2);
    let scoped = whole.scoped(Scope::public().with_versions(["1", "3"]));
    assert_eq!(answers(&scoped), answers(&alone));
}

#[test]
fn what_is_outside_a_scope_changes_nothing_inside() {
    let (one, both) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let alone = answers(&library(one.path(), false));
    let whole = Arc::new(library(both.path(), true));
    assert_ne!(answers(&whole), alone, "the vendors have words in common");
    let scoped = whole.scoped(Scope::public().with_vendors(["Acme"]));
    let scoped = answers(&scoped);
    for (scoped, alone) in scoped.iter().zip(&alone) {
        assert_eq!(scoped, alone);
    }
    assert_eq!(scoped.len(), alone.len());
}

#[test]
fn what_is_outside_a_scope_is_not_there_by_its_exact_name() {
    let folder = tempfile::tempdir().unwrap();
    let whole = Arc::new(library(folder.path(), true));
    let scoped = whole.scoped(Scope::public().with_vendors(["acme"]));
    let id: ChunkId = "bolt::switch::1::note-1::0".parse().unwrap();
    assert!(whole.passage(&id, 0, 0).is_ok());
    assert!(matches!(
        scoped.passage(&id, 0, 0),
        Err(Error::NotFound { .. })
    ));
    assert!(matches!(
        scoped.document(&id.document()),
        Err(Error::NotFound { .. })
    ));
    let known: ChunkId = "acme::router::1::vlan::0".parse().unwrap();
    let chunks = scoped.snapshot().chunks(&[id.clone(), known, id]).unwrap();
    let are_there: Vec<bool> = chunks.iter().map(Option::is_some).collect();
    assert_eq!(are_there, [false, true, false]);

    let request = SearchRequest::new("port").with_filter(Filter::new().with_vendor("bolt"));
    let error = scoped
        .search(&request)
        .expect_err("there is no such vendor");
    let Error::UnknownValue { nearest, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(nearest, ["acme"]);
}

#[test]
fn a_scope_follows_new_generations_and_cannot_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let whole = Arc::new(library(folder.path(), true));
    let scoped = whole.scoped(Scope::public().with_vendors(["acme"]));
    let docs = folder.path().join("docs");
    assert!(!scoped.refresh().unwrap());
    write_docs(&docs, &[("acme/phone/2/sip.md", "# SIP\n\nNew.\n")]);
    whole.ingest(&docs).unwrap();
    assert!(scoped.refresh().unwrap());
    assert_eq!(scoped.documents().len(), 4);
    assert!(scoped.ingest(&docs).is_err());
    assert!(scoped.verify().is_err());
    assert_eq!(scoped.status().engine.bytes, 0);
}

#[test]
fn a_scope_within_a_scope_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let whole = Arc::new(library(folder.path(), true));
    let acme = Arc::new(whole.scoped(Scope::public().with_vendors(["acme"])));
    let inner = acme.scoped(Scope::everything().with_versions(["1"]));
    let names = inner.documents();
    let vendors = Facet::Vendor.values(&names);
    assert_eq!(vendors.into_iter().collect::<Vec<_>>(), [("acme", 2)]);
    let response = inner
        .search(&SearchRequest::new("port").with_limit(100))
        .unwrap();
    assert!(!response.hits.is_empty());
    for hit in response.hits {
        assert_eq!(hit.passage.vendor.as_deref(), Some("acme"));
    }
}
